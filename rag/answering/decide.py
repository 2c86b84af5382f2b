"""Decide whether to answer and which sentences to quote, by two fitted logistic regressions.

The decision to answer is made on a calibrated probability that the evidence answers the
question, from the signals of :class:`rag.retrieval.lookup.Evidence`. They complement each
other: no single one suffices to abstain on near misses. ``fitted.toml`` is written by
``python -m evals fit answering`` and says what it was fitted on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rag.answering.sought import nothing_by, nothing_found
from rag.models.fitted import load_fitted
from rag.retrieval.lookup import Evidence, Selection
from rag.retrieval.parts import asked_noun_phrase
from rag.retrieval.question import Question, without_command
from rag.retrieval.quoting import breaks_off, is_quotable
from rag.retrieval.rank import SPEAKS_AS_WELL, Candidate, is_division
from rag.retrieval.spoken.statements import Speaker
from rag.retrieval.tables.asked import RowReading
from rag.retrieval.tables.shown import leaves_most_open
from rag.text.layout.fields import is_field
from rag.text.names import PERSON_IN_CLAUSE
from rag.text.terms import analyze

_FITTED = Path(__file__).with_name("fitted.toml")
# Of what a question names, by weight, a passage must hold so much where no model has read it: in
# another language than English, or with RAG_READER=none. Of 51 questions in seven languages it
# refuses all 27 that have no answer, and 1 of the others.
_UNREAD_COVERAGE = 0.5
# Probability from which a row is quoted that does not hold all that the question names: a verb, or
# a thing. Of 130 questions about six invented folders, rows that speak of another thing reach 0.73,
# those that only say it of another deed 0.58.
_ROW_SAID = 0.6
_ROW_NAMED = 0.75
MAX_STATEMENTS = 5  # a reader asked a question, not for a summary
# Where it is less likely than this that one of the sentences quoted answers, more are quoted.
_LIKELY = 0.7
_MOST_POSSIBLE = 3  # sentences quoted of a part of a question whose answer is not likely enough
_MAX_JUDGED = 12  # candidates; a needed sentence is hardly ever further down the ranking
# Factor of the threshold for an article not yet quoted, where a question asks for several views.
_OTHER_SIDE = 0.6
_SAME_COSINE = 0.85  # from which two sentences say the same
_SAME_WORDS = 0.6  # share of the shorter one's terms from which they do
_NEAR = 600  # characters between the beginnings of sentences that stand near each other
_MAX_NAMED = 3  # words of the question that a reason names
# "Who is the clerk", "Who was Acme's treasurer", but not "Who was killed".
_WHO_IS = re.compile(
    r"^\W*who(?:[’']s| is| was) (?:(?:the|its|their|our)\b|(?:\S+ ){0,3}?\S+(?:[’']s|s[’']) )",
    re.IGNORECASE,
)
_PERSON = re.compile(PERSON_IN_CLAUSE)
_FEWEST_LISTED = 3  # names from which a sentence is a list of people; 2 behind "Members:"
_SAME_BEGINNING = 5  # letters of a role and its other forms: "chairman" and "chairwoman"

_NO_QUESTION = (
    "This asks for something other than what the documents say. Footnote answers from them alone."
)
_VAGUE = "The question names nothing to look for in the documents; say what it is about."
_NOT_COMPARED = "The nearest table is too long to be shown, and it is not certain what to compare."
_CUT_SHORT = "The text breaks off where the answer might stand."
# What an answer of a kind would have to give.
_GIVEN = {
    "age": "age",
    "date": "date",
    "duration": "length of time",
    "money": "amount of money",
    "number": "number",
    "reason": "reason",
    "person": "name",
}


class Decision(NamedTuple):
    """Whether to answer, the probability that this was decided by, and if not, the reason."""

    answer: bool
    probability: float
    reason: str | None = None


def decide(part: Selection) -> Decision:
    """Decide whether to answer one part of a question, or to abstain."""
    question, evidence = part.question, part.evidence
    if not question.asks:
        return Decision(False, 0.0, _NO_QUESTION)
    if not part.concepts or not without_command(question.text):
        return Decision(False, 0.0, _VAGUE)
    speaker = part.retrieved.speaker
    if evidence is None:
        return Decision(False, 0.0, _reason(part, speaker))
    fitted = load_fitted(_FITTED)["abstention"]
    if not part.retrieved.was_read:
        return _decide_unread(part, evidence)
    probability = fitted.probability(evidence.signals)
    if part.retrieved.is_numbered:  # no words need to tell that it is about what is asked
        probability = max(probability, fitted.threshold)
    best = part.candidates[0]
    by_heading = part.section is not None or is_division(best, question)
    if by_heading or (speaker and speaker.speaks_of_topic(best)):
        return Decision(True, max(probability, fitted.threshold))
    if breaks_off(best.text):
        reason = f"{nothing_found(question.text)} {_CUT_SHORT}"
        return Decision(False, min(probability, fitted.threshold), reason)
    if part.row is not None:
        if question.extreme and leaves_most_open(part.row):
            reason = f"{nothing_found(question.text)} {_NOT_COMPARED}"
            return Decision(False, min(probability, fitted.threshold), reason)
        wants_all = question.extreme or question.several
        holds_all = part.row.openness == "none" and bool(part.row.columns)
        if part.row.is_exact or (wants_all and holds_all):
            return Decision(True, max(probability, fitted.threshold))
    ruled_out = (
        evidence.signals["untimely"]
        or _lacks_required(question, evidence)
        or bool(_strangers(evidence))
        or _lists_others(question, best)
        or (speaker is not None and not speaker.may_answer(best))
    )
    enough = max(fitted.threshold, _needed(question, part.row) if part.row else 0.0)
    if probability >= enough and not ruled_out:
        return Decision(True, probability)
    reason = _reason(part, speaker)
    if part.row and part.row.open and probability >= fitted.threshold and not ruled_out:
        words = [f"“{concept.word}”" for concept in part.row.open[:_MAX_NAMED]]
        reason = f"{nothing_found(question.text)} The nearest table has no {_listed(words, 'or')}."
    return Decision(False, min(probability, fitted.threshold), reason)


def _decide_unread(part: Selection, evidence: Evidence) -> Decision:
    """Decide by the words that question and passages share, where no reader has read them."""
    covers = evidence.signals["coverage"]
    is_other = part.row is not None and part.row.openness == "other"
    answers = covers >= _UNREAD_COVERAGE and not is_other
    return Decision(answers, covers, None if answers else _reason(part, part.retrieved.speaker))


def _needed(question: Question, row: RowReading) -> float:
    """Return the probability from which a row is quoted that does not hold all that is asked."""
    if row.openness == "other" or (row.columns and not row.answers):
        return 1.0
    if row.openness == "named":
        return _ROW_NAMED
    is_said = row.openness == "said" and not row.is_column_named and not question.several
    return _ROW_SAID if is_said else 0.0


def _strangers(evidence: Evidence) -> list[str]:
    """Return the names of a question if no document holds any of them, in any near spelling.

    "Who wrote Hamlet?" has a likely answer in any text that names somebody.
    """
    if any(concept.word[0].isupper() for concept in evidence.present):
        return []
    return [concept.word for concept in evidence.missing if concept.unknown]


def _lists_others(question: Question, candidate: Candidate) -> bool:
    """Return whether a sentence lists people, but nobody who is what a question asks for by role.

    "Present: Ada Moor (chair), Li Wen (clerk), Jon Ek" does not tell who the treasurer is.
    """
    phrase = asked_noun_phrase(question.text) if _WHO_IS.match(question.text) else ()
    listed = {match.group() for match in _PERSON.finditer(candidate.in_context)}
    fewest = 2 if is_field(candidate.text) else _FEWEST_LISTED
    if not phrase or len(listed) < fewest:
        return False
    role = phrase[-1][:_SAME_BEGINNING]
    return not any(term.term.startswith(role) for term in analyze(candidate.in_context))


def _lacks_required(question: Question, evidence: Evidence) -> bool:
    """Return whether nothing holds what an answer of the wanted kind cannot do without."""
    strict = question.kind is not None and question.kind.strict
    return strict and evidence.signals["unwanted"] == 1


def _is_silent(speaker: Speaker, part: Selection) -> bool:
    """Return whether somebody is named in what was found, and none of it is theirs and on topic."""
    untimely = part.evidence is not None and part.evidence.signals["untimely"]
    if not (speaker.topic or speaker.is_all) or untimely:
        return False
    if not any(speaker.is_named(hit.text) for hit in part.hits):
        return False
    return not any(map(speaker.says_of_topic, part.candidates))


def _reason(part: Selection, speaker: Speaker | None) -> str:
    """Say what the nearest passages have of the question; of others nothing is known."""
    question, evidence = part.question, part.evidence
    if speaker and _is_silent(speaker, part):
        return nothing_by(speaker.name, speaker.topic)
    if evidence is None:
        return nothing_found(question.text)
    rarest = sorted(evidence.present, key=lambda concept: -concept.weight)[:_MAX_NAMED]
    kept = [f"“{concept.word}”" for concept in evidence.present if concept in rarest]
    kind = question.kind.name if question.kind else ""
    strangers = [f"“{name}”" for name in _strangers(evidence)[:_MAX_NAMED]]
    if strangers:
        return f"{nothing_found(question.text)} No document mentions {_listed(strangers, 'or')}."
    if _lacks_required(question, evidence):
        lack = f"give no {_GIVEN[kind]} for it"
    elif evidence.signals["untimely"]:
        lack = "speak of another time"
    elif evidence.signals["unwanted"] == 1 and kind in _GIVEN:
        lack = f"give no {_GIVEN[kind]} for it"
    else:
        lack = "do not say what was asked"
    if not kept:
        return f"{nothing_found(question.text)} The nearest passages {lack}."
    return (
        f"{nothing_found(question.text)} The nearest passages mention {_listed(kept)}, but {lack}."
    )


def _listed(words: Sequence[str], joint: str = "and") -> str:
    if len(words) == 1:
        return words[0]
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


class JudgedCandidate(NamedTuple):
    """A candidate, its signals, and the probability that it is needed for an answer."""

    candidate: Candidate
    signals: dict[str, float]
    probability: float


def judge_candidates(question: Question, candidates: Sequence[Candidate]) -> list[JudgedCandidate]:
    """Judge the leading candidates that can be quoted; return them in the same order.

    Args:
        question: one part of what is asked.
        candidates: ranked sentences, best first.
    """
    fitted = load_fitted(_FITTED)["selection"]
    quotable = [candidate for candidate in candidates if is_quotable(candidate)][:_MAX_JUDGED]
    judged = []
    for at, candidate in enumerate(quotable):
        signals = _signals(question, candidate, quotable[:at])
        judged.append(JudgedCandidate(candidate, signals, fitted.probability(signals)))
    return judged


def choose_sentences(question: Question, judged: Sequence[JudgedCandidate]) -> list[Candidate]:
    """Choose the sentences to quote: the best, and others that are likely needed and new.

    Args:
        question: one part of what is asked.
        judged: candidates from :func:`judge_candidates`, best first.
    """
    threshold = load_fitted(_FITTED)["selection"].threshold
    chosen: list[Candidate] = []
    for candidate, _, probability in judged:
        if len(chosen) == MAX_STATEMENTS:
            break
        needed = threshold * (_OTHER_SIDE if _is_side(question, candidate, chosen) else 1.0)
        repeats = any(_says_the_same(candidate, other) for other in chosen)
        if not chosen or (probability >= needed and not repeats):
            chosen.append(candidate)
    return chosen


def possible_answers(
    judged: Sequence[JudgedCandidate], chosen: Sequence[Candidate]
) -> list[Candidate]:
    """Return sentences that may answer, where it is not likely enough that a chosen one does.

    Args:
        judged: candidates from :func:`judge_candidates`, best first.
        chosen: those of :func:`choose_sentences`.
    """
    missed = 1.0  # the probability that none of the sentences quoted answers
    for candidate, _, probability in judged:
        missed *= 1 - probability if candidate in chosen else 1
    possible: list[Candidate] = []
    for candidate, _, probability in judged:
        quoted = [*chosen, *possible]
        if missed <= 1 - _LIKELY or len(quoted) >= _MOST_POSSIBLE:
            break
        if not any(candidate is other or _says_the_same(candidate, other) for other in quoted):
            possible.append(candidate)
            missed *= 1 - probability
    return possible


def _is_side(question: Question, candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    """Return whether a candidate gives another view, by an article not yet quoted."""
    if not question.sides or not chosen or not candidate.wanted:
        return False
    quoted = any(candidate.article.id == other.article.id for other in chosen)
    return not quoted and candidate.coverage >= SPEAKS_AS_WELL * chosen[0].coverage


def _signals(
    question: Question, candidate: Candidate, better: Sequence[Candidate]
) -> dict[str, float]:
    """Return the signals that tell a needed sentence from one that is merely near.

    ``better`` are the quotable candidates before it in the ranking.
    """
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
        "near": float(not elsewhere and 0 < distance <= _NEAR),
        "elsewhere": float(elsewhere),
        "new article": float(all(candidate.article.id != b.article.id for b in better)),
        "another side": float(question.sides and elsewhere),
        "wanted": float(candidate.wanted),
        "untimely": 1.0 - candidate.timely,
        "short answer": float(short),
        "short, further": float(short and bool(better)),
        "first": float(not better),
        "answers": candidate.answers,
        "best answers": best.answers,
        "best similarity": best.similarity,
        "best coverage": best.coverage,
        "crowd": len(better) ** 0.5,
    }


def _says_the_same(candidate: Candidate, other: Candidate) -> bool:
    """Return whether two sentences are alike and differ in no number, as two counts may."""
    mine, its = candidate.terms, other.terms
    if {term for term in mine ^ its if term[0].isdigit()}:
        return False
    alike = float(candidate.vector @ other.vector) >= _SAME_COSINE
    return alike or len(mine & its) >= _SAME_WORDS * min(len(mine), len(its))
