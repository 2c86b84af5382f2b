"""Read from sentences the values that they give for what is asked, and tell which values agree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from rag.checking.polarity import ANTONYMS, CLAUSE_END, HEDGE_CUES, NEGATION_CUES
from rag.checking.statement import YEARS, AnalyzedText, analyzed, canonical
from rag.comparing.matching import QuestionMatcher, is_verb
from rag.retrieval.rank import Candidate
from rag.text.dates import date_range, overlap, spoken_date
from rag.text.names import actors_named
from rag.text.numbers import Number
from rag.text.terms import Term, analyze
from rag.text.time_expressions import PRECISIONS, When, find_times
from rag.types import DifferenceKind


class GivenValue(NamedTuple):
    """A value that a sentence gives, how it is shown, and the sentence."""

    value: Any
    shown: str
    candidate: Candidate


class ValueReader(NamedTuple):
    """How values of a kind are read from the sentences for a question, and when two agree."""

    kind: DifferenceKind
    read: Callable[[QuestionMatcher, Sequence[Candidate]], Iterator[GivenValue]]
    agree: Callable[[Any, Any], bool]


Bound = Literal["exact", "about", "at least", "at most"]
# Words before a number that say how far it is meant to be exact.
_BOUND_WORDS: dict[Bound, str] = {
    "about": "about|approximately|around|circa|roughly|some|nearly|almost|close to",
    "at least": "over|more than|at least|above|exceeding",
    "at most": "up to|at most|fewer than|less than|under|below",
}
_BOUND_REACH = 20  # characters before a number in which such words stand
# How far two numbers may be apart that are one, rounded: exact ones, and where one is "about" so.
_ROUNDED, _ROUNDED_ABOUT = Decimal("0.02"), Decimal("0.1")
_LEAST_ROUNDED = 1_000  # a rounded number is at least so large; small counts are exact
_BOUND_FACTOR = 2  # "over 100" says nothing against 150, and something against 250


class Amount(NamedTuple):
    """A number that a sentence gives, and how exact it is meant."""

    value: Decimal
    bound: Bound


def _read_amounts(
    matcher: QuestionMatcher, candidates: Sequence[Candidate]
) -> Iterator[GivenValue]:
    """Read the numbers that count what was asked, in the scope that was asked about."""
    for candidate in candidates:
        text = analyzed(candidate.text)
        times = find_times(text.text, candidate.article.published)
        for number, low, high in text.parts:
            if number.value in YEARS or any(t.start <= number.start < t.end for t in times):
                continue
            elsewhere = [(a, b) for other, a, b in text.parts if other.start != number.start]
            if (
                matcher.counts(text, number.end, high)
                and matcher.in_scope(text, number.start, min(number.end, high))
                and matcher.matches(text, low, high, elsewhere=elsewhere)
            ):
                yield _amount(text, number, candidate)


def _amount(text: AnalyzedText, number: Number, candidate: Candidate) -> GivenValue:
    value, start, end = number
    before = text.text[max(0, start - _BOUND_REACH) : start]
    for bound, words in _BOUND_WORDS.items():
        match = re.search(rf"\b(?:{words})\s+$", before, re.IGNORECASE)
        if match:
            shown = f"{match.group().strip().lower()} {text.text[start:end]}"
            return GivenValue(Amount(value, bound), shown, candidate)
    return GivenValue(Amount(value, "exact"), text.text[start:end], candidate)


def _same_amount(one: Amount, other: Amount) -> bool:
    """Return whether two numbers may be one: equal, rounded, or within the other's bound."""
    if one.value == other.value:
        return True
    for a, b in ((one, other), (other, one)):
        if a.bound == "at least" and a.value <= b.value <= _BOUND_FACTOR * a.value:
            return True
        if a.bound == "at most" and a.value / _BOUND_FACTOR <= b.value <= a.value:
            return True
    apart = abs(one.value - other.value) / max(one.value, other.value)
    if "about" in (one.bound, other.bound):
        return apart <= _ROUNDED_ABOUT
    return min(one.value, other.value) >= _LEAST_ROUNDED and apart <= _ROUNDED


_CLAUSE_BREAK = re.compile(rf"{CLAUSE_END.pattern}|\band\b", re.IGNORECASE)
# "Will" is not of the past, whatever else may be possible.
_PLANNED = re.compile(r"\b(?:will|would|shall|to be|planned|plans|expected)\b", re.IGNORECASE)


def _clause_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span of the clause in which a stretch of a sentence stands."""
    low = max((match.end() for match in _CLAUSE_BREAK.finditer(text, 0, start)), default=0)
    after = _CLAUSE_BREAK.search(text, end)
    return low, after.start() if after else len(text)


def _read_dates(matcher: QuestionMatcher, candidates: Sequence[Candidate]) -> Iterator[GivenValue]:
    """Read from each sentence the most precise time in a clause that says what was asked.

    What is to come is no answer to when something was.
    """
    for candidate in candidates:
        text = analyzed(candidate.text)
        if not matcher.matches(text):
            continue
        found: list[When] = []
        for when in find_times(text.text, candidate.article.published):
            low, high = _clause_around(text.text, when.start, when.end)
            clause = (word for word in text.words if low <= word.start < high)
            said = any(matcher.is_predicate(text, word) for word in clause)
            planned = matcher.is_past and _PLANNED.search(text.text, low, high)
            if said and not planned and not when.about:
                found.append(when)
        if found:
            finest = max(found, key=lambda when: PRECISIONS.index(when.precision))
            yield GivenValue(finest, spoken_date(finest.date) or finest.date, candidate)


def _same_date(one: When, other: When) -> bool:
    """Return whether two times may be one: the coarser holds the finer."""
    spans = [date_range(one.date)], [date_range(other.date)]
    return overlap(*(filter(None, span) for span in spans))


_BY = re.compile(r"\bby (?:[a-z]+ ){0,3}$")


def _read_actors(matcher: QuestionMatcher, candidates: Sequence[Candidate]) -> Iterator[GivenValue]:
    """Read who did what was asked: the name before the verb, or behind "by", as its terms."""
    for candidate in candidates:
        text = analyzed(candidate.text)
        if not matcher.matches(text):
            continue
        for verb in text.words:
            if text.text[verb.start].isupper() or not matcher.is_predicate(text, verb):
                continue
            names = actors_named(text.text, *_clause_around(text.text, verb.start, verb.end))
            behind = [n for n in names if n[0] >= verb.end and _BY.search(text.text[: n[0]])]
            before = [n for n in names if n[1] <= verb.start]
            for start, end in behind[:1] or before[-1:]:
                words = (w for w in text.words if start <= w.start < end and w.name)
                terms = frozenset(canonical(word) for word in words)
                if terms:
                    yield GivenValue(terms, text.text[start:end], candidate)


# What is to come is said with these as firmly as with "will".
_FIRM = frozenset(("would", "is to", "are to"))


def _read_stances(
    matcher: QuestionMatcher, candidates: Sequence[Candidate]
) -> Iterator[GivenValue]:
    for candidate in candidates:
        said = _stance(matcher, analyzed(candidate.text))
        if said is not None:
            yield GivenValue(said, said, candidate)


def _stance(matcher: QuestionMatcher, text: AnalyzedText) -> Literal["yes", "no"] | None:
    """Return whether a sentence says that what was asked is so.

    What is denied in any clause, or whose opposite is said, is not so: "it would end; in the
    end nothing ended". None where the sentence does not speak of it, or calls it possible.
    """
    if not matcher.predicate or not matcher.matches(text, opposites=True):
        return None
    is_said = is_possible = False
    for word in text.words:
        known = ANTONYMS.get(canonical(word))
        is_same = canonical(word) in matcher.predicate
        is_opposite = not is_same and known is not None and bool(known.opposite & matcher.predicate)
        low, high = _clause_around(text.text, word.start, word.end)
        if not (is_same or is_opposite) or _is_by_another(matcher, text, word, low):
            continue
        is_denied = NEGATION_CUES.search(text.text, low, high) is not None
        if is_denied != is_opposite:
            return "no"
        if is_verb(text, word):
            is_said = True
            is_possible = is_possible or _is_hedged(matcher, text, low, high)
    return "yes" if is_said and not is_possible else None


def _is_by_another(matcher: QuestionMatcher, text: AnalyzedText, verb: Term, low: int) -> bool:
    """Return whether the doer is another of the question's names than its subject."""
    before = [w for w in text.words if w.end <= verb.start and w.name and w.start > 0]
    inside = [word for word in before if word.start >= low]
    doer = canonical(inside[-1] if inside else text.words[0])
    return doer in matcher.names and doer not in matcher.subject


def _is_hedged(matcher: QuestionMatcher, text: AnalyzedText, low: int, high: int) -> bool:
    """Return whether a clause calls it merely possible, but by the question's own verb."""
    return any(
        hedge.group() not in _FIRM and analyze(hedge.group())[-1].term not in matcher.predicate
        for hedge in HEDGE_CUES.finditer(text.text, low, high)
    )


def _is_equal(one: str, other: str) -> bool:
    return one == other


# By the kind of answer that a question wants.
VALUE_READERS: dict[str, ValueReader] = {
    "number": ValueReader("number", _read_amounts, _same_amount),
    "date": ValueReader("date", _read_dates, _same_date),
    # Two names may be of one where they share a part.
    "person": ValueReader("who", _read_actors, lambda one, other: bool(one & other)),
    "yes-no": ValueReader("whether", _read_stances, _is_equal),
}
