"""Dates of articles, and the times that a question names.

A date of an article is ISO 8601 to the day, month or year (:func:`date_range`). A question is
limited to the months, seasons and years that it names in words (:func:`times_meant`).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CALENDAR = frozenset((*MONTHS, *WEEKDAYS))
SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11)}  # months
# Patterns without word boundaries: months with a capital, and in any case, also cut short.
MONTH_NAMES = "|".join(month.title() for month in MONTHS)
_MONTHS = "|".join(MONTHS)
_SHORT = "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
ANY_MONTH = rf"(?:{_MONTHS}|(?:{_SHORT})\b\.?)"
DAY = r"\d{1,2}(?:st|nd|rd|th)?"
YEAR = r"(?:1[89]|20)\d\d"  # of what articles tell
_LATE_YEAR = r"(?:19|20)\d\d"  # that a question or a sentence may be limited to

_NAMED = "|".join((*MONTHS, *SEASONS))
# "January 2024", "25 January 2024", "January 25, 2024", "summer of 2024", "2024"; a day counts as
# its month. A month without a year is one of any year; "May" and "March" then need "in" or a day,
# and a season its year, since each is a word of its own too.
_NO_YEAR = rf"(?!\s+{_LATE_YEAR}|,?\s+{DAY},?\s+{_LATE_YEAR}|,?\s+(?:of\s+)?{_LATE_YEAR})"
# "2000 soldiers" are no year, "in 2000 soldiers" has one.
_NO_COUNT = r"(?:(?<=\b(?:in|of|by) \d{4})|(?!\s+(?-i:[a-z]+s)\b))"
TIME = re.compile(
    rf"\b({_NAMED})\b(?:\s+{DAY})?(?:,|\s+of)?\s+({_LATE_YEAR})\b|\b({_LATE_YEAR})\b{_NO_COUNT}"
    rf"|\b(?:in|since|until|by|last|this|early|late|mid)[ -]+({_MONTHS})\b{_NO_YEAR}"
    rf"|\b({_MONTHS})\s+{DAY}\b(?!,?\s+{_LATE_YEAR})|\b{DAY}\s+({_MONTHS})\b{_NO_YEAR}",
    re.IGNORECASE,
)
# "2022-07-12", "2022-07", "12.07.2022"
_IN_FIGURES = re.compile(
    rf"(?<![\d.-])(?:({_LATE_YEAR})-(0[1-9]|1[0-2])(?:-\d\d)?"
    rf"|\d{{1,2}}\.(0?[1-9]|1[0-2])\.({_LATE_YEAR}))(?![\d-])"
)
_RELATION = re.compile(
    r"\b(before|until|prior to|after|since|following)\b((?:\W+\w+){0,4}?)\W+$", re.IGNORECASE
)
Times = tuple[tuple[date, date], ...]


def date_range(published: str | None) -> tuple[date, date] | None:
    """Return the first and last day that an ISO date of a day, month or year can mean.

    Returns None where ``published`` is None.

    Raises:
        ValueError: ``published`` is no such date.
    """
    return None if published is None else known_range(published)


def known_range(published: str) -> tuple[date, date]:
    """Return the first and last day that an ISO 8601 day, month or year can mean.

    Raises:
        ValueError: ``published`` is no such date.
    """
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
    """Return ``2024-01-25`` as ``25 January 2024``, ``2024-01`` as ``January 2024``."""
    days = date_range(published)
    if published is None or days is None:
        return None
    shown = (str(days[0].year), f"{days[0]:%B %Y}", f"{days[0].day} {days[0]:%B %Y}")
    return shown[published.count("-")]


def spoken_time(made: str) -> str:
    """Return an ISO 8601 time with its zone, as ``28 November 2026, 00:45 UTC``.

    Raises:
        ValueError: it is no such time.
    """
    at = datetime.fromisoformat(made).astimezone(UTC)
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def day_in_words(day: date) -> str:
    """Return a day with its weekday, as ``Monday, 5 February 2024``."""
    return f"{day:%A}, {day.day} {day:%B %Y}"


def display_date(published: str | None, basis: str | None = None) -> str:
    """Return ``2024-01-25`` as ``25 January 2024``, with a remark where the date was inferred."""
    shown = spoken_date(published) or "undated"
    return f"{shown} (date inferred)" if (basis or "").startswith("inferred") else shown


def dated_name(name: str, published: str | None, basis: str | None = None) -> str:
    """Return the name of a document or of its source with its date, which is told once.

    Args:
        name: as it is shown; one that holds the date has it already.
        published, basis: as of :func:`display_date`.
    """
    ways = map(re.escape, spoken_dates(published, exactly=True))
    if any(re.search(rf"(?<!\w){way}(?!\w)", name) for way in ways):
        return name
    return f"{name}, {display_date(published, basis)}"


def spoken_dates(published: str | None, *, exactly: bool = False) -> list[str]:
    """Return the ways in which a text may write a date, in words and in ISO 8601.

    Args:
        published: the date.
        exactly: leave out the month of a day.
    """
    days = date_range(published)
    if published is None or days is None:
        return []
    day, precision = days[0], published.count("-")
    month = f"{day:%B %Y}"
    in_days = [f"{day.day} {month}", f"{day:%B} {day.day}, {day.year}"]
    in_months = [month] if precision == 1 or (precision and not exactly) else []
    return [*(in_days if precision == 2 else []), *in_months, published]


def times_in(text: str, years: Sequence[int] = ()) -> Times:
    """Return the months, seasons and years that a text names, each by first and last day.

    Args:
        text: a question or a sentence.
        years: those that a month without a year may belong to; with none, it is left out.
    """
    found = [_span(int(year), int(month)) for year, month in _months_in_figures(text)]
    text = _IN_FIGURES.sub(" ", text)
    found += [days for match in TIME.finditer(text) for days in _days(match, years)]
    return tuple(dict.fromkeys(found))


def _months_in_figures(text: str) -> Iterator[tuple[str, str]]:
    """Yield year and month of dates in figures that can be read in one way only."""
    for match in _IN_FIGURES.finditer(text):
        yield (match[1], match[2]) if match[1] else (match[4], match[3])


def times_meant(question: str, years: Sequence[int] = ()) -> Times:
    """Return the times that a question asks about: "before July 2024" is all the time up to then.

    Arguments as of :func:`times_in`.
    """
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
    """Return whether any of some times has a day in common with any of the others."""
    others = list(others)
    return any(a <= d and c <= b for a, b in some for c, d in others)


def _days(match: re.Match[str], years: Sequence[int]) -> list[tuple[date, date]]:
    name, dated, bare, *months = match.groups()
    year = dated or bare
    if year is None:
        month = next(month for month in months if month).casefold()
        return [_span(some, MONTHS.index(month) + 1) for some in years]
    if name is None:
        return [(date(int(year), 1, 1), date(int(year), 12, 31))]
    first, last = SEASONS.get(name.casefold()) or [MONTHS.index(name.casefold()) + 1] * 2
    return [(_span(int(year), first)[0], _span(int(year), last)[1])]


def _span(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
