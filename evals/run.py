"""Ask every gold question and measure the answers; the same figures on every run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import rag
from evals.pairs import Pair


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one pair: each figure 0 or 1, or None where it does not apply.

    ``decided``: answered or abstained as it should. ``correct``: of each required
    fact one wording stands in the answer. ``cited``: a citation overlaps expected
    evidence. ``valid``: every citation equals its words.
    """

    pair: Pair
    answer: rag.Answer
    decided: float
    correct: float | None
    cited: float | None
    valid: float


METRICS = ("decided", "correct", "cited", "valid")


def evaluate(corpus: rag.Corpus, pairs: Sequence[Pair]) -> list[Outcome]:
    """Ask each question once."""
    return [judge(corpus, pair, corpus.ask(pair.question)) for pair in pairs]


def means(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """The mean of each metric over the pairs that it applies to."""
    out = {}
    for name in METRICS:
        values = [v for outcome in outcomes if (v := getattr(outcome, name)) is not None]
        out[name] = sum(values) / len(values) if values else 1.0
    return out


def judge(corpus: rag.Corpus, pair: Pair, answer: rag.Answer) -> Outcome:
    """What came of a pair: the answer to its question held against what it asks for."""
    wanted = pair.status == "answered"
    words = " ".join(answer.text.split())
    facts = all(any(option in words for option in options) for options in pair.facts)
    return Outcome(
        pair=pair,
        answer=answer,
        decided=float(answer.status == pair.status),
        correct=float(answer.status == "answered" and facts) if wanted else None,
        cited=float(_cites(corpus, pair, answer)) if wanted else None,
        valid=float(all(_is_valid(corpus, citation) for citation in answer.citations)),
    )


def _is_valid(corpus: rag.Corpus, citation: rag.Citation) -> bool:
    text = corpus.article(citation.article_id).text
    return text[citation.start : citation.end] == citation.cited_text


def _cites(corpus: rag.Corpus, pair: Pair, answer: rag.Answer) -> bool:
    for evidence in pair.evidence:
        article = corpus.article(evidence.article)
        start = article.text.index(evidence.quote)
        end = start + len(evidence.quote)
        for citation in answer.citations:
            if citation.article_id == article.id and citation.start < end and start < citation.end:
                return True
    return False
