"""Read the time that documents are to be from: in 2021, since May 2022, between two days."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from rag.text.dates import ANY_MONTH, DAY, MONTHS, YEAR, date_range

_A_DAY = timedelta(days=1)
_DATE = (
    rf"(?:\d{{4}}-\d{{2}}(?:-\d{{2}})?|{DAY} {ANY_MONTH},? {YEAR}|{ANY_MONTH} {DAY},? {YEAR}"
    rf"|{ANY_MONTH},? {YEAR}|(?:the year )?{YEAR})"
)
DATE_LIMIT = re.compile(
    rf"(?:(?:between|from) (?P<first>{_DATE}) (?:and|to|until|till|through) (?P<last>{_DATE})"
    r"|(?P<relation>since|after|newer than|later than|before|older than|earlier than|prior to"
    r"|until|till|up to|in|from|of|on|during|dated)?"
    rf" ?(?P<one>{_DATE})(?P<open> (?:or later|onwards?|or newer|on)\b)?)(?:\s+|$)",
    re.IGNORECASE,
)


class Period(NamedTuple):
    """The days from which to which documents are asked about, both included."""

    first: date
    last: date

    @staticmethod
    def told(words: str) -> str:
        """Return the words for a period as they follow "dated": 2020 of "from 2020"."""
        return re.sub(r"^(?:from|in|of|on|during|dated) (?!.* to )", "", words.strip())

    @classmethod
    def of(cls, match: re.Match[str]) -> Period | None:
        """Return the period that ``DATE_LIMIT`` has matched; None where there is no such day.

        Of two dates the later may stand first. Before the first day that the calendar knows, and
        after the last, there is no day.
        """
        spans = [_span(match[name]) for name in ("first", "last", "one") if match[name]]
        if any(span is None for span in spans):
            return None
        found = [span for span in spans if span is not None]
        if len(found) > 1:
            (since, _), (_, until) = sorted(found, key=lambda span: span[0])
            return cls(since, until)
        (first, last) = found[0]
        relation = (match["relation"] or "").lower()
        if relation in ("before", "prior to", "older than", "earlier than"):
            return cls(date.min, first - _A_DAY) if first > date.min else cls(date.max, date.min)
        if relation in ("until", "till", "up to"):
            return cls(date.min, last)
        if relation in ("after", "newer than", "later than"):
            return cls(last + _A_DAY, date.max) if last < date.max else cls(date.max, date.min)
        return cls(first, date.max if relation == "since" or match["open"] else last)

    def holds(self, published: str | None) -> bool:
        """Return whether a document of a date may be from this period; of no date, it is not."""
        days = date_range(published)
        return days is not None and days[0] <= self.last and self.first <= days[1]


def _span(text: str) -> tuple[date, date] | None:
    """Return the first and the last day of a date in words or in ISO 8601."""
    if re.fullmatch(r"\d{4}(?:-\d{2}){1,2}", text):
        return _valid(text)
    year = re.search(rf"\b{YEAR}\b", text)
    named = re.search(ANY_MONTH, text, re.IGNORECASE)
    if year is None or named is None:
        return _valid(year[0]) if year else None
    month = next(at for at, name in enumerate(MONTHS, 1) if name[:3] == named[0][:3].lower())
    day = re.search(r"\b(\d{1,2})(?:st|nd|rd|th)?\b(?!\d)", text)
    return _valid(f"{year[0]}-{month:02}" + (f"-{int(day[1]):02}" if day else ""))


def _valid(iso: str) -> tuple[date, date] | None:
    try:
        return date_range(iso)
    except ValueError:
        return None
