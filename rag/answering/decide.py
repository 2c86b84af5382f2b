"""The one place that decides whether an answer is given, and says why where none is.

A calibrated probability that the evidence answers the question, by a logistic
regression over the signals of :class:`rag.retrieval.lookup.Evidence`. They
complement each other: none alone refuses near misses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag.answering.fitted import load_fitted
from rag.retrieval.lookup import Evidence, Selection
from rag.retrieval.question import Question
from rag.retrieval.quoting import breaks_off, is_quotable
from rag.retrieval.rank import SPEAKS_AS_WELL, Candidate

MOST = 5  # statements; a reader asked a question, not for a summary
CONSIDERED = 12  # of the ranking; what is needed is hardly ever further down
# Where a question asks for more than one view, an article not yet heard needs less to be heard.
OTHER_SIDE = 0.6
SAME_MEANING = 0.85  # cosine from which two sentences say the same
SAME_WORDS = 0.6  # share of the shorter one's terms from which they do
NEARBY = 600  # characters between the beginnings of sentences that stand near each other


class Choice(NamedTuple):
    """A candidate, the signals that it was judged by, and the probability that it is needed."""

    candidate: Candidate
    signals: dict[str, float]
    probability: float


def consider(question: Question, candidates: Sequence[Candidate]) -> list[Choice]:
    """The leading candidates that can be quoted, each judged, best first.

    Args:
        question: what is asked.
        candidates: ranked sentences, best first.
    """
    fitted = load_fitted()["selection"]
    quotable = [candidate for candidate in candidates if is_quotable(candidate)][:CONSIDERED]
    choices = []
    for at, candidate in enumerate(quotable):
        signals = _signals(question, candidate, quotable[:at])
        choices.append(Choice(candidate, signals, fitted.probability(signals)))
    return choices


def choose(question: Question, choices: Sequence[Choice]) -> list[Candidate]:
    """The sentences to quote: the best, and others that are likely needed and add something.

    Args:
        question: what is asked.
        choices: judged candidates, best first.
    """
    threshold = load_fitted()["selection"].threshold
    chosen: list[Candidate] = []
    for candidate, _, probability in choices:
        if len(chosen) == MOST:
            break
        needed = threshold * (OTHER_SIDE if _is_side(question, candidate, chosen) else 1.0)
        if not chosen or (probability >= needed and not _repeats(candidate, chosen)):
            chosen.append(candidate)
    return chosen


def _is_side(question: Question, candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    """Whether a candidate lets an article speak to the same question that has not spoken yet."""
    if not question.sides or not chosen or not candidate.wanted:
        return False
    heard = any(candidate.article.id == other.article.id for other in chosen)
    return not heard and candidate.coverage >= SPEAKS_AS_WELL * chosen[0].coverage


def _signals(
    question: Question, candidate: Candidate, better: Sequence[Candidate]
) -> dict[str, float]:
    """What tells a needed sentence from one that is merely near."""
    best = better[0] if better else candidate
    elsewhere = candidate.article.id != best.article.id
    distance = abs(candidate.sentence.start - best.sentence.start)
    short = question.kind is not None and question.kind.short
    return {
        "gap": best.score - candidate.score,
        "similarity": candidate.similarity,
        "coverage": candidate.coverage,
        "like the best": float(candidate.vector @ best.vector),
        "like a better": max((float(candidate.vector @ b.vector) for b in better), default=0.0),
        "next": float(not elsewhere and best.after == candidate.sentence),
        "before": float(not elsewhere and best.before == candidate.sentence),
        "near": float(not elsewhere and 0 < distance <= NEARBY),
        "elsewhere": float(elsewhere),
        "new article": float(all(candidate.article.id != b.article.id for b in better)),
        "another side": float(question.sides and elsewhere),
        "wanted": float(candidate.wanted),
        "untimely": 1.0 - candidate.timely,
        "short answer": float(short),
        "short, further": float(short and bool(better)),
        "first": float(not better),
        "best similarity": best.similarity,
        "best coverage": best.coverage,
        "crowd": len(better) ** 0.5,
    }


def _repeats(candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    return any(_says_the_same(candidate, other) for other in chosen)


def _says_the_same(candidate: Candidate, other: Candidate) -> bool:
    """Whether two sentences are alike and differ in no number, as two reports of a count may."""
    mine, its = candidate.terms, other.terms
    if {term for term in mine ^ its if term[0].isdigit()}:
        return False
    alike = float(candidate.vector @ other.vector) >= SAME_MEANING
    return alike or len(mine & its) >= SAME_WORDS * min(len(mine), len(its))


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


def decide(found: Selection) -> Decision:
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
