"""Dates known to the day, the month or the year, as ISO 8601 of that length."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11)}  # months
_NAMED = "|".join((*MONTHS, *SEASONS))
# "January 2024", "25 January 2024", "January 25, 2024", "summer of 2024", "2024"; a day counts as
# its month. A month without a year is one of any year; "May" and "March" then need "in" or a day,
# and a season its year, since each is a word of its own too.
_MONTH = "|".join(MONTHS)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
_NO_YEAR = rf"(?!\s+{_YEAR}|,?\s+{_DAY},?\s+{_YEAR}|,?\s+(?:of\s+)?{_YEAR})"
# "2000 soldiers" are no year, "in 2000 soldiers" has one.
_NO_COUNT = r"(?:(?<=\b(?:in|of|by) \d{4})|(?!\s+(?-i:[a-z]+s)\b))"
TIME = re.compile(
    rf"\b({_NAMED})\b(?:\s+{_DAY})?(?:,|\s+of)?\s+({_YEAR})\b|\b({_YEAR})\b{_NO_COUNT}"
    rf"|\b(?:in|since|until|by|last|this|early|late|mid)[ -]+({_MONTH})\b{_NO_YEAR}"
    rf"|\b({_MONTH})\s+{_DAY}\b(?!,?\s+{_YEAR})|\b{_DAY}\s+({_MONTH})\b{_NO_YEAR}",
    re.IGNORECASE,
)
_RELATION = re.compile(
    r"\b(before|until|prior to|after|since|following)\b((?:\W+\w+){0,4}?)\W+$", re.IGNORECASE
)
Times = tuple[tuple[date, date], ...]


def date_range(published: str | None) -> tuple[date, date] | None:
    """First and last day that an ISO date of day, month or year precision can mean.

    Returns None where ``published`` is None.

    Raises:
        ValueError: ``published`` is no such date.
    """
    return None if published is None else known_range(published)


def known_range(published: str) -> tuple[date, date]:
    """Like :func:`date_range`, of a date that is known."""
    parts = [int(part) for part in published.split("-")]
    if len(parts) == 3:
        day = date(*parts)
        return day, day
    if len(parts) == 2:
        year, month = parts
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    (year,) = parts
    return date(year, 1, 1), date(year, 12, 31)


def spoken_date(published: str | None) -> str | None:
    """``2024-01-25`` as ``25 January 2024``, ``2024-01`` as ``January 2024``; None for None."""
    days = date_range(published)
    if published is None or days is None:
        return None
    shown = (str(days[0].year), f"{days[0]:%B %Y}", f"{days[0].day} {days[0]:%B %Y}")
    return shown[published.count("-")]


def spoken_dates(published: str | None) -> list[str]:
    """The ways in which a text may give a date in words, to the month or the day."""
    days = date_range(published)
    if published is None or days is None:
        return []
    day, precision = days[0], published.count("-")
    month = f"{day:%B %Y}"
    in_days = [f"{day.day} {month}", f"{day:%B} {day.day}, {day.year}"]
    return [*(in_days if precision == 2 else []), *([month] if precision else []), published]


def times_in(text: str, years: Sequence[int] = ()) -> Times:
    """The months, seasons and years that a text names, each as its first and last day.

    Args:
        text: a question or a sentence.
        years: what a month without a year may be a month of; without any, it is left out.
    """
    found = [days for match in TIME.finditer(text) for days in _days(match, years)]
    return tuple(dict.fromkeys(found))


def times_meant(question: str, years: Sequence[int] = ()) -> Times:
    """The times that a question asks about: "before July 2024" is all the time up to then."""
    found = []
    for match in TIME.finditer(question):
        relation = _RELATION.search(question, 0, match.start())
        word = relation[1].lower() if relation is not None else ""
        for first, last in _days(match, years):
            if word in ("before", "until", "prior to"):
                # Before 2021 is before its first day, before the deal of 2021 may be within it.
                at_once = word != "until" and relation is not None and not relation[2]
                first, last = date.min, first - timedelta(days=1) if at_once else last
            elif word:
                first, last = first, date.max
            found.append((first, last))
    return tuple(dict.fromkeys(found))


def overlap(some: Iterable[tuple[date, date]], others: Iterable[tuple[date, date]]) -> bool:
    """Whether any of some times has a day in common with any of the others."""
    others = list(others)
    return any(a <= d and c <= b for a, b in some for c, d in others)


def _days(match: re.Match[str], years: Sequence[int]) -> list[tuple[date, date]]:
    name, dated, bare, *months = match.groups()
    year = dated or bare
    if year is None:
        month = next(month for month in months if month).lower()
        return [_span(some, MONTHS.index(month) + 1) for some in years]
    if name is None:
        return [(date(int(year), 1, 1), date(int(year), 12, 31))]
    first, last = SEASONS.get(name.lower()) or [MONTHS.index(name.lower()) + 1] * 2
    return [(_span(int(year), first)[0], _span(int(year), last)[1])]


def _span(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
