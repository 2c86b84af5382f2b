"""What is measured of a case, each figure in 0..1, more is better.

A metric gives a score and, where it is not full, the reason; None where it does
not apply. An empty answer, an error and a citation out of range are scored, not
skipped. The mean of a metric over the cases that it applies to is what the
report shows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import rag
from evals.cases import Case, cite, touches
from evals.pairs import contains


class Score(NamedTuple):
    """A figure in 0..1 and, where it is below 1, why."""

    value: float
    reason: str | None = None


EMPTY = Score(0.0, "the answer is empty")


def share(part: int, whole: int, reason: str) -> Score:
    """Return a part of a whole as a score: 0 of an empty whole, since nothing was shown right."""
    if whole == 0:
        return EMPTY
    return Score(part / whole, None if part == whole else reason)


def mean(values: Sequence[float], reason: Callable[[], str]) -> Score:
    """Return the mean of some values as a score: 0 of none, since nothing was shown right."""
    if not values:
        return EMPTY
    value = sum(values) / len(values)
    return Score(value, None if value == 1 else reason())


DEEPEST = 8  # passages; as many as an answer is drawn from by default


def recall_at(case: Case, k: int) -> Score | None:
    """Return the share of the evidence of which one of the first k passages holds at least half.

    Recall at k (Manning et al. 2008, chapter 8) over pieces of evidence. Pairs to abstain
    on are not measured.
    """
    ranks = _ranks(case)
    if ranks is None:
        return None
    found = sum(rank is not None and rank <= k for rank in ranks)
    reason = f"{found} of {len(ranks)} pieces of evidence are in the first {k} passages"
    return share(found, len(ranks), reason)


def mrr(case: Case) -> Score | None:
    """Return the reciprocal rank of the first passage with evidence, 0 if none (Voorhees 1999)."""
    ranks = _ranks(case)
    if ranks is None:
        return None
    best = min((rank for rank in ranks if rank is not None), default=None)
    if best is None:
        return Score(0.0, "no passage found holds the evidence")
    return Score(1 / best, None if best == 1 else f"the first passage with evidence is no. {best}")


def ndcg(case: Case) -> Score | None:
    """Return the gain of each piece of evidence, discounted by its rank, over the best possible.

    nDCG (Järvelin and Kekäläinen 2002) of each piece alone, where the best is 1 at
    rank 1, so ``1 / log2(1 + rank)``; the mean over the pieces, since one passage
    may hold several.
    """
    ranks = _ranks(case)
    if ranks is None:
        return None
    gains = [0.0 if rank is None else 1 / math.log2(1 + rank) for rank in ranks]
    return mean(gains, lambda: "evidence is missing or far down among the passages")


def _ranks(case: Case) -> list[int | None] | None:
    """Return the rank from 1 of the first passage that holds each piece of evidence."""
    if not case.wants_answer:
        return None
    hits = case.answer.passages[:DEEPEST] if case.answer else ()
    return [
        next(
            (
                rank
                for rank, hit in enumerate(hits, start=1)
                for span in spans
                if touches(span, hit.article.id, hit.passage.start, hit.passage.end)
            ),
            None,
        )
        for spans in case.evidence
    ]


def decision(case: Case) -> Score:
    """Return 1 for an answer where the articles hold one, or an abstention where they do not."""
    if case.error is not None:
        return Score(0.0, f"asking failed: {case.error}")
    if case.answered == case.wants_answer:
        return Score(1.0)
    return Score(0.0, "it abstained" if case.wants_answer else "it answered what no article holds")


def abstention_precision(case: Case) -> Score | None:
    """Return the share of its abstentions that is right."""
    if case.answer is None or case.answered:
        return None
    return Score(0.0, "the articles hold the answer") if case.wants_answer else Score(1.0)


def abstention_recall(case: Case) -> Score | None:
    """Return the share of the questions without an answer in the articles on which it abstained."""
    return None if case.wants_answer else decision(case)


def correctness(case: Case) -> Score | None:
    """Return the share of required facts in the answer: of each fact one wording, as whole words.

    Recall of short answers as in ALCE (Gao et al. 2023, arXiv 2305.14627, section
    4.2). Statements marked as unsupported do not count.
    """
    if not case.wants_answer:
        return None
    missing = [options[0] for options in case.pair.facts if not _holds(case.vouched, options)]
    reason = f"it does not say {', '.join(map(repr, missing))}"
    return share(len(case.pair.facts) - len(missing), len(case.pair.facts), reason)


def answer_precision(case: Case) -> Score | None:
    """Return the share of the statements that are needed or relevant.

    A statement is needed if it brings a required fact, or cites a piece of evidence or a
    relevant quote, that none before it brought. No statement is where it should have
    abstained. Abstentions are not measured.
    """
    if not case.answered:
        return None
    if not case.wants_answer:
        return Score(0.0, "no article answers the question")
    brought: set[object] = set()
    needed = 0
    for statement in case.statements:
        new = _brings(case, statement) - brought
        needed += bool(new)
        brought |= new
    reason = f"{needed} of {len(case.statements)} statements are needed or relevant"
    return share(needed, len(case.statements), reason)


def attribution(case: Case) -> Score | None:
    """Return the share of the statements vouched for that say whose words they are.

    They name outlet, author or title of an article they cite, or a speaker of the
    pair; one that holds a required fact of a pair with speakers names a speaker.
    """
    if not case.answered:
        return None
    values = [float(_is_attributed(case, statement)) for statement in case.vouched]
    return mean(values, lambda: "a statement does not say whose words it gives")


def _holds(statements: Sequence[rag.Statement], options: Sequence[str]) -> bool:
    return any(contains(s.text, option) for s in statements for option in options)


def _brings(case: Case, statement: rag.Statement) -> set[object]:
    """Return the facts and pieces of evidence that a statement holds or cites."""
    facts = {
        f"fact {n}" for n, options in enumerate(case.pair.facts) if _holds([statement], options)
    }
    pieces = [*case.evidence, *((span,) for span in case.relevant)]
    return facts | {
        n
        for n, spans in enumerate(pieces)
        for span in spans
        for c in statement.citations
        if touches(span, c.article_id, c.start, c.end)
    }


def _is_attributed(case: Case, statement: rag.Statement) -> bool:
    articles = [case.ground.articles.get(c.article_id) for c in statement.citations]
    sources = {
        name for a in articles if a is not None for name in (a.outlet, a.author, a.title) if name
    }
    speakers = case.pair.speaker
    if speakers and any(_holds([statement], options) for options in case.pair.facts):
        return _holds([statement], speakers)
    return _holds([statement], [*sources, *speakers])


def evidence_cited(case: Case) -> Score | None:
    """Return the share of the expected evidence that a citation covers at least half of."""
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
    """Return the share of the citations that equal the words at their place; 0 if none are."""
    if not case.answered or case.answer is None:
        return None
    citations = case.answer.citations
    valid = sum(map(case.ground.is_valid, citations))
    reason = f"{valid} of {len(citations)} citations equal the words at their place"
    return share(valid, len(citations), reason)


def citation_recall(case: Case) -> Score | None:
    """Return the share of the statements that their citations together support.

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
    """Return the share of the citations, statement by statement, that are not irrelevant.

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
    """Return the share of the statements vouched for that anything cited or found supports.

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


class Metric(NamedTuple):
    """A name and what it measures."""

    name: str
    measure: Callable[[Case], Score | None]

    @property
    def definition(self) -> str:
        """The first paragraph of its docstring, on one line."""
        documented = getattr(self.measure, "func", self.measure).__doc__ or ""
        text = " ".join(documented.split("\n\n")[0].split()).removeprefix("Return ")
        return text[0].upper() + text[1:]


METRICS = (
    Metric("recall@1", partial(recall_at, k=1)),
    Metric("recall@3", partial(recall_at, k=3)),
    Metric(f"recall@{DEEPEST}", partial(recall_at, k=DEEPEST)),
    Metric("mrr", mrr),
    Metric("ndcg", ndcg),
    Metric("decision", decision),
    Metric("abstention_precision", abstention_precision),
    Metric("abstention_recall", abstention_recall),
    Metric("correctness", correctness),
    Metric("answer_precision", answer_precision),
    Metric("evidence_cited", evidence_cited),
    Metric("citation_validity", citation_validity),
    Metric("citation_recall", citation_recall),
    Metric("citation_precision", citation_precision),
    Metric("faithfulness", faithfulness),
    Metric("attribution", attribution),
)


def measure(case: Case) -> dict[str, Score | None]:
    """Measure a case by every metric, by name."""
    return {metric.name: metric.measure(case) for metric in METRICS}
