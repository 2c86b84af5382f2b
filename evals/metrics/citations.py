"""Do the citations hold: figures of spans, of what they support, and of what nothing supports."""

from __future__ import annotations

from collections.abc import Sequence

import rag
from evals.cases import Case, cite, touches
from evals.metrics.score import Score, mean, share


def evidence_cited(case: Case) -> Score | None:
    """The share of the expected evidence that a citation covers at least half of."""
    if not case.wants_answer:
        return None
    citations = [citation for s in case.vouched for citation in s.citations]
    cited = sum(
        any(touches(span, c.article_id, c.start, c.end) for span in spans for c in citations)
        for spans in case.evidence
    )
    reason = f"{cited} of {len(case.evidence)} pieces of the expected evidence are cited"
    return share(cited, len(case.evidence), reason)


def citation_validity(case: Case) -> Score | None:
    """The share of the citations that equal the words at their place; 0 for an answer without."""
    if not case.answered or case.answer is None:
        return None
    citations = case.answer.citations
    valid = sum(map(case.ground.is_valid, citations))
    reason = f"{valid} of {len(citations)} citations equal the words at their place"
    return share(valid, len(citations), reason)


def citation_recall(case: Case) -> Score | None:
    """The share of the statements that their citations together support.

    ALCE's definition (Gao et al. 2023, section 4.3; princeton-nlp/ALCE), with the
    rules of ``corpus.check`` in place of its model of 11 billion parameters.
    """
    if not case.answered:
        return None
    return mean(
        [float(_supported(case, s, s.citations)) for s in case.statements],
        lambda: _first_doubt(case, "the citations do not support"),
    )


def citation_precision(case: Case) -> Score | None:
    """The share of the citations, statement by statement, that are not irrelevant.

    ALCE's definition: a citation counts if its statement is supported, unless it
    does not support the statement alone and the others do without it.
    """
    if not case.answered:
        return None
    values = []
    for statement in case.statements:
        supported = _supported(case, statement, statement.citations)
        for citation in statement.citations:
            others = [other for other in statement.citations if other != citation]
            idle = not _supported(case, statement, [citation]) and (
                bool(others) and _supported(case, statement, others)
            )
            values.append(float(supported and not idle))
    return mean(values, lambda: "a citation does not support its statement")


def faithfulness(case: Case) -> Score | None:
    """The share of the statements vouched for that anything cited or found supports.

    As RAGAS defines it (Es et al. 2023, arXiv 2309.15217, section 3), by rules. An
    answer that vouches for nothing is not faithful: 0.
    """
    if not case.answered or case.answer is None:
        return None
    found = [
        cite(0, hit.article, hit.passage.start, hit.passage.end) for hit in case.answer.passages
    ]
    values = [
        float(_supported(case, s, s.citations) or _supported(case, s, found)) for s in case.vouched
    ]
    return mean(values, lambda: _first_doubt(case, "nothing found supports"))


def _supported(case: Case, statement: rag.Statement, citations: Sequence[rag.Citation]) -> bool:
    return case.ground.supports(statement.text, citations).verdict == "supported"


def _first_doubt(case: Case, what: str) -> str:
    for statement in case.statements:
        support = case.ground.supports(statement.text, statement.citations)
        if support.verdict != "supported":
            return f"{what} “{statement.text[:80]}”: {support.reason}"
    return what
