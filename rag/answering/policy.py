"""The one place that decides whether an answer is given, and says why where none is.

A calibrated probability that the evidence answers the question, by a logistic
regression over the signals of :class:`rag.retrieval.evidence.Evidence`. They
complement each other: none alone refuses near misses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag.answering.fitted import load_fitted
from rag.retrieval.evidence import Evidence
from rag.retrieval.lookup import Found
from rag.retrieval.question import Question
from rag.retrieval.readable import breaks_off

SILENT = "The articles do not answer this question."
ORDERED = (
    "This asks for something other than what the articles say. Footnote answers from them alone."
)
VAGUE = "The question names nothing to look for in the articles; say what it is about."
BREAKS_OFF = "The articles do not answer this question: the text at hand breaks off where it might."
MOST_WORDS = 3  # of the question that a reason names
# What an answer of a kind would have to give.
GIVEN = {
    "age": "an age",
    "date": "a date",
    "duration": "a length of time",
    "money": "an amount of money",
    "number": "a number",
    "reason": "a reason",
    "person": "a name",
    "place": "a place",
    "name": "a name",
}


class Decision(NamedTuple):
    """Whether to answer, the probability that it was made on, and if not, why."""

    answer: bool
    probability: float
    reason: str | None


def decide(found: Found) -> Decision:
    """Decide on one part of a question."""
    question, evidence = found.question, found.evidence
    if not question.asks:
        return Decision(False, 0.0, ORDERED)
    if evidence is None:
        return Decision(False, 0.0, SILENT)
    if not found.concepts:
        return Decision(False, 0.0, VAGUE)
    fitted = load_fitted()["abstention"]
    probability = fitted.probability(evidence.signals)
    if breaks_off(found.candidates[0].text):
        return Decision(False, min(probability, fitted.threshold), BREAKS_OFF)
    ruled_out = evidence.signals["untimely"] or _lacks_required(question, evidence)
    if probability >= fitted.threshold and not ruled_out:
        return Decision(True, probability, None)
    return Decision(False, min(probability, fitted.threshold), _reason(question, evidence))


def _lacks_required(question: Question, evidence: Evidence) -> bool:
    """Whether nothing holds what an answer of the wanted kind cannot be without."""
    strict = question.kind is not None and question.kind.strict
    return strict and evidence.signals["unwanted"] == 1


def _reason(question: Question, evidence: Evidence) -> str:
    """What the nearest passages have of the question, and what they lack."""
    rarest = sorted(evidence.present, key=lambda concept: -concept.weight)[:MOST_WORDS]
    kept = [concept.word for concept in evidence.present if concept in rarest]
    lacking = [f"“{concept.word}”" for concept in evidence.missing[:MOST_WORDS]]
    kind = question.kind.name if question.kind else ""
    if _lacks_required(question, evidence):
        lack = f"do not give {GIVEN[kind]} for it"
    elif lacking:
        lack = f"do not mention {_listed(lacking, 'or')}"
    elif evidence.signals["untimely"]:
        lack = "do not speak of that time"
    elif evidence.signals["unwanted"] == 1 and kind in GIVEN:
        lack = f"do not give {GIVEN[kind]} for it"
    else:
        lack = "do not say what was asked"
    if not kept:
        return f"{SILENT} They {lack}."
    return f"{SILENT} They mention {_listed([f'“{word}”' for word in kept], 'and')}, but {lack}."


def _listed(words: Sequence[str], conjunction: str) -> str:
    if len(words) == 1:
        return words[0]
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"
