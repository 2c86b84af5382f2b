"""Dates known to the day, the month or the year, as ISO 8601 of that length."""

from __future__ import annotations

import calendar
import re
from datetime import date

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
# "January 2024", "25 January 2024", "January 25, 2024", "2024"; a day counts as its month.
_TIME = re.compile(
    rf"(?:\b({'|'.join(MONTHS)})\b(?:\s+\d{{1,2}}(?:st|nd|rd|th)?)?,?\s+)?\b((?:19|20)\d\d)\b",
    re.IGNORECASE,
)


def date_range(published: str | None) -> tuple[date, date] | None:
    """First and last day that an ISO date of day, month or year precision can mean.

    Returns None where ``published`` is None.

    Raises:
        ValueError: ``published`` is no such date.
    """
    if published is None:
        return None
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


def times_in(text: str) -> list[tuple[date, date]]:
    """The months and years that a text names, each as its first and last day."""
    found = []
    for month, year in _TIME.findall(text):
        named = f"{year}-{MONTHS.index(month.lower()) + 1:02}" if month else year
        days = date_range(named)
        if days is not None:
            found.append(days)
    return found
