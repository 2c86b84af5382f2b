"""Was the right thing said: figures of the decision to answer and of what the answer holds."""

from __future__ import annotations

from collections.abc import Sequence

import rag
from evals.cases import Case, touches
from evals.matching import contains
from evals.metrics.score import Score, mean, share


def decision(case: Case) -> Score:
    """1 if it answered where the articles hold the answer, or abstained where they do not."""
    if case.error is not None:
        return Score(0.0, f"asking failed: {case.error}")
    if case.answered == case.wants_answer:
        return Score(1.0)
    return Score(0.0, "it abstained" if case.wants_answer else "it answered what no article holds")


def abstention_precision(case: Case) -> Score | None:
    """Of its abstentions, the share that is right."""
    if case.answer is None or case.answered:
        return None
    return Score(0.0, "the articles hold the answer") if case.wants_answer else Score(1.0)


def abstention_recall(case: Case) -> Score | None:
    """Of the questions that the articles do not answer, the share it abstained on."""
    return None if case.wants_answer else decision(case)


def correctness(case: Case) -> Score | None:
    """The share of required facts in the answer: of each fact one wording, as whole words.

    Recall of short answers as in ALCE (Gao et al. 2023, arXiv 2305.14627, section
    4.2). Statements marked as unsupported do not count.
    """
    if not case.wants_answer:
        return None
    missing = [options[0] for options in case.pair.facts if not _holds(case.vouched, options)]
    reason = f"it does not say {', '.join(map(repr, missing))}"
    return share(len(case.pair.facts) - len(missing), len(case.pair.facts), reason)


def answer_precision(case: Case) -> Score | None:
    """The share of the statements that are needed or relevant.

    A statement is if it brings a required fact, or cites a piece of evidence or a
    relevant quote, that none before it brought. Nothing is where it should have
    abstained. Not for abstentions.
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
    """The share of the statements vouched for that say whose words they are.

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
    """The facts and pieces of evidence that a statement holds or cites."""
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
