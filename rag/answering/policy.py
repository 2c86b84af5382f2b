"""The one place that decides whether an answer is given.

A probability that the evidence answers the question, from two signals that
complement each other: how close the best sentence comes in meaning, and what
share of the question's concepts, by weight, the best passage holds. Neither
alone refuses near misses.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from rag.retrieval.evidence import Evidence
from rag.retrieval.query import Concept

# A logistic regression fitted on the first half of XQuAD's questions, each once with and once
# without its paragraph among the passages.
SIMILARITY_WEIGHT = 9.5
COVERAGE_WEIGHT = 7.7
INTERCEPT = -9.85
# Low: a quote that is near, and ascribed, misleads less than silence where there is an answer.
ANSWER_FROM = 0.15
# For each name that the question takes for granted and the corpus has in no spelling. Not a
# veto: a name may be mistyped or abbreviated.
UNKNOWN_NAME_PENALTY = 2.0
SILENT = "The articles do not answer this question."


class Decision(NamedTuple):
    """Whether to answer; if not, why."""

    answer: bool
    probability: float
    reason: str | None


def decide(evidence: Evidence | None) -> Decision:
    """Decide on the evidence for a question; None where nothing at all was found."""
    if evidence is None:
        return Decision(False, 0.0, SILENT)
    logit = (
        SIMILARITY_WEIGHT * evidence.similarity + COVERAGE_WEIGHT * evidence.coverage + INTERCEPT
    ) - UNKNOWN_NAME_PENALTY * sum(concept.unknown for concept in evidence.missing)
    probability = 1 / (1 + math.exp(-logit))
    if probability >= ANSWER_FROM:
        return Decision(True, probability, None)
    return Decision(False, probability, _reason(evidence.missing))


def _reason(missing: Sequence[Concept]) -> str:
    if not missing:
        return SILENT
    words = [f"“{concept.word}”" for concept in missing[:3]]
    listed = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
    return f"{SILENT} The nearest passages do not mention {listed}."
