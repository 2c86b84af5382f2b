"""Days in words, as people write them."""

from __future__ import annotations

from datetime import date

from rag.text.dates import MONTHS, WEEKDAYS


def written_day(day: date) -> str:
    """Return a day as "Monday, 5 February 2024"."""
    return f"{WEEKDAYS[day.weekday()].title()}, {written_date(day)}"


def written_date(day: date) -> str:
    """Return a day as "5 February 2024"."""
    return f"{day.day} {MONTHS[day.month - 1].title()} {day.year}"
