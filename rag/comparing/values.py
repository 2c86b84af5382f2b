"""Numbers and dates that sentences give for what was asked, and whether two of them agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from rag.checking.claim import YEARS
from rag.checking.numbers import Number
from rag.checking.polarity import CLAUSE_END
from rag.checking.text import Text, compared
from rag.comparing.asked import Asked
from rag.dates import date_range, overlap, spoken_date
from rag.documents.times import PRECISIONS, When, find_times
from rag.retrieval.sentences import Candidate

# Words before a number that say how far it is meant to be exact.
_ABOUT = re.compile(
    r"\b(?:about|approximately|around|circa|roughly|some|nearly|almost|close to)\s+$", re.IGNORECASE
)
_AT_LEAST = re.compile(r"\b(?:over|more than|at least|above|exceeding)\s+$", re.IGNORECASE)
_AT_MOST = re.compile(r"\b(?:up to|at most|fewer than|less than|under|below)\s+$", re.IGNORECASE)
LOOK_BACK = 20  # characters before a number in which such words stand
# How far two numbers may be apart that are one, rounded: exact ones, and where one is "about" so.
ROUNDED, ROUNDED_ABOUT = Decimal("0.02"), Decimal("0.1")
# As of dates: "will" is not of the past, whatever else may be possible.
HEDGE = re.compile(r"\b(?:will|would|shall|to be|planned|plans|expected)\b", re.IGNORECASE)
PART = re.compile(rf"{CLAUSE_END.pattern}|\band\b", re.IGNORECASE)
FAR = 2  # "over 100" says nothing against 150, and something against 250
SCALED = 1_000  # a rounded number is at least so large; small counts are exact
Bound = Literal["exact", "about", "at least", "at most"]
FORMS: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (_ABOUT, "about"),
    (_AT_LEAST, "at least"),
    (_AT_MOST, "at most"),
)


class Amount(NamedTuple):
    """A number that a sentence gives: its value, how it is written, and how exact it is meant."""

    value: Decimal
    written: str
    bound: Bound


def amounts(asked: Asked, candidate: Candidate) -> list[Amount]:
    """The numbers of a sentence that count what was asked, in the scope that was asked about."""
    text = compared(candidate.text)
    dated = find_times(text.text, candidate.article.published)
    found = []
    for number, low, high in text.parts:
        if number.value in YEARS or any(w.start <= number.start < w.end for w in dated):
            continue
        elsewhere = [(a, b) for other, a, b in text.parts if other.start != number.start]
        if (
            asked.counts(text, number.end, high)
            and asked.is_scoped(text, number.start, min(number.end, high))
            and asked.is_of(text, low, high, elsewhere)
        ):
            found.append(_amount(text, number))
    return found


def _amount(text: Text, number: Number) -> Amount:
    value, start, end = number
    before = text.text[max(0, start - LOOK_BACK) : start]
    for pattern, bound in FORMS:
        match = pattern.search(before)
        if match:
            written = f"{match.group().strip().lower()} {text.text[start:end]}"
            return Amount(value, written, bound)
    return Amount(value, text.text[start:end], "exact")


def same_amount(one: Amount, other: Amount) -> bool:
    """Whether two numbers may be one: equal, rounded differently, or one bounds the other."""
    if one.value == other.value:
        return True
    for a, b in ((one, other), (other, one)):
        if a.bound == "at least" and a.value <= b.value <= FAR * a.value:
            return True
        if a.bound == "at most" and a.value / FAR <= b.value <= a.value:
            return True
    apart = abs(one.value - other.value) / max(one.value, other.value)
    if "about" in (one.bound, other.bound):
        return apart <= ROUNDED_ABOUT
    return min(one.value, other.value) >= SCALED and apart <= ROUNDED


def dates(asked: Asked, candidate: Candidate) -> list[When]:
    """The times that a sentence gives for what was asked: those in the clause that says it.

    What is to come is no answer to when something was.
    """
    text = compared(candidate.text)
    if not asked.is_of(text, 0, len(text.text)):
        return []
    found = []
    for when in find_times(text.text, candidate.article.published):
        low, high = clause_around(text.text, when.start, when.end)
        said = asked.says(text, low, high)
        planned = asked.is_past and HEDGE.search(text.text, low, high)
        if said and not planned and not when.about:
            found.append(when)
    return found


def clause_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause in which a stretch of a sentence stands."""
    low = max((m.end() for m in PART.finditer(text, 0, start)), default=0)
    after = PART.search(text, end)
    return low, after.start() if after else len(text)


def same_date(one: When, other: When) -> bool:
    """Whether two times may be one: the coarser holds the finer."""
    spans = [date_range(one.date)], [date_range(other.date)]
    return overlap(*(filter(None, span) for span in spans))


def finest(found: Sequence[When]) -> When:
    """The time that is known best."""
    return max(found, key=lambda when: PRECISIONS.index(when.precision))


def spoken(when: When) -> str:
    """A time in words, as it is shown beside others."""
    return spoken_date(when.date) or when.date
