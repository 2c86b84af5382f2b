"""Find what a text can write in several ways: dates, times of day, quarters, numerals, titles.

Each is a span with keys: two spans with a key in common are one thing in two notations. A span may
have wider keys as well, which a vaguer one has alone: 12 July 2022 is in July 2022, and 1994 in the
1990s.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from rag.text.dates import MONTHS, WEEKDAYS
from rag.text.terms import is_stopword
from rag.text.time_expressions import find_times

Key = tuple[str, ...]
ON_DAY, IN_MONTH, DAY_OF_YEAR = "day", "month", "day of a year"  # the first words of keys of dates


class Notation(NamedTuple):
    """A span of a text, what it says as a key, and the keys of what it is part of."""

    start: int
    end: int
    key: Key
    wider: tuple[Key, ...] = ()


_MONTH = "|".join(MONTHS)
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})\b", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"\b({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)", re.IGNORECASE)
_NUMERIC = re.compile(r"(?<![\d.])(\d{1,2})([./])(\d{1,2})\2(\d{4})(?!\d)")
_YEAR_MONTH = re.compile(r"(?<![\d-])((?:19|20)\d\d)-(0[1-9]|1[0-2])(?![\d-])")
_YEAR = re.compile(r"(?<![\d,.–-])(1\d{3}|20\d\d)(?![\d–-]|[.,]\d|s\b)")
_DECADE = re.compile(r"\b(?:the )?(1\d\d|20\d)0s\b", re.IGNORECASE)
_CENTURY = re.compile(r"\b(?:the )?(\d\d)(?:st|nd|rd|th)[ -]century\b", re.IGNORECASE)
_QUARTERS = ("first", "second", "third", "fourth")
_QUARTER = re.compile(
    rf"\b(?:the )?(?:({'|'.join(_QUARTERS)}) quarter of|Q([1-4])[ /-]?) ?(\d{{4}})\b", re.IGNORECASE
)
_CLOCK = re.compile(
    r"(?<![\d:.])(\d{1,2})(?::(\d\d)|\.(\d\d)(?= ?[ap]\.?m\b))?(?: ?([ap])\.?m\b\.?)?(?![\d:])",
    re.IGNORECASE,
)
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_NUMBERED = re.compile(rf"\b([A-Z][a-z]+) ({'|'.join(sorted(_ROMAN, key=len)[::-1])}|\d{{1,2}})\b")
# In full, or cut short before a full stop, a dash or a figure: "Mon–Fri", but not "the Sun".
_WEEKDAY = re.compile(
    rf"\b(?:({'|'.join(day.title() for day in WEEKDAYS)})"
    rf"|({'|'.join(day[:3].title() for day in WEEKDAYS)})(?=[.–-]| \d)|(?<=[–-])"
    rf"({'|'.join(day[:3].title() for day in WEEKDAYS)}))\b\.?"
)
_TITLES = {"dr": "doctor", "prof": "professor", "st": "saint", "mt": "mount"}
_TITLE = re.compile(
    rf"\b({'|'.join(title.title() for title in (*_TITLES, *_TITLES.values()))})\b\.?"
    r"((?: [A-Z][\w’'-]+){1,4})"
)
_NOON, _DAY_MINUTES = 12, 60
_MOST_HOURS, _MOST_MINUTES = 23, 59


@lru_cache(maxsize=2_048)  # the same sentences are held against one claim after another
def notations_in(text: str) -> tuple[Notation, ...]:
    """Return what a text may write otherwise, in order, of overlapping spans the first found."""
    taken: list[Notation] = []
    for reader in _READERS:
        for found in reader(text):
            if not any(found.start < each.end and each.start < found.end for each in taken):
                taken.append(found)
    return tuple(sorted(taken))


def _dates(text: str) -> Iterator[Notation]:
    for when in find_times(text, None):
        if when.precision == "day":
            yield _day(when.start, when.end, when.date)
        elif when.precision == "month":
            yield Notation(when.start, when.end, (IN_MONTH, when.date))
    for match in _NUMERIC.finditer(text):
        first, second = int(match[1]), int(match[3])
        # A day before its month, as everywhere with full stops; with slashes where it must be so.
        if second > len(MONTHS) and match[2] == "/":
            first, second = second, first
        if second <= len(MONTHS) and (match[2] == "." or first > len(MONTHS) or first == second):
            yield _day(*match.span(), f"{match[4]}-{second:02}-{first:02}")
    for match in _YEAR_MONTH.finditer(text):
        yield Notation(*match.span(), (IN_MONTH, match[0]))


def _day(start: int, end: int, date: str) -> Notation:
    return Notation(start, end, (ON_DAY, date), ((IN_MONTH, date[:7]), (DAY_OF_YEAR, date[5:])))


def _days_without_year(text: str) -> Iterator[Notation]:
    found = [(match, match[1], match[2]) for match in _DAY_MONTH.finditer(text)]
    found += [(match, match[2], match[1]) for match in _MONTH_DAY.finditer(text)]
    for match, day, month in found:
        written = f"{MONTHS.index(month.casefold()) + 1:02}-{int(day):02}"
        yield Notation(*match.span(), (DAY_OF_YEAR, written))


def _years(text: str) -> Iterator[Notation]:
    for match in _DECADE.finditer(text):
        yield Notation(
            *match.span(), ("decade", match[1]), (("century", str(int(match[1][:2]) + 1)),)
        )
    for match in _CENTURY.finditer(text):
        yield Notation(*match.span(), ("century", match[1]))
    for match in _YEAR.finditer(text):
        century = str((int(match[1]) + 99) // 100)
        yield Notation(
            *match.span(), ("year", match[1]), (("decade", match[1][:3]), ("century", century))
        )


def _quarters(text: str) -> Iterator[Notation]:
    for match in _QUARTER.finditer(text):
        number = match[2] or str(_QUARTERS.index(match[1].casefold()) + 1)
        yield Notation(*match.span(), ("quarter", match[3], number))


def _times_of_day(text: str) -> Iterator[Notation]:
    for match in _CLOCK.finditer(text):
        hours, minutes = int(match[1]), int(match[2] or match[3] or 0)
        if not (match[2] or match[4]) or hours > _MOST_HOURS or minutes > _MOST_MINUTES:
            continue
        if match[4]:
            hours = hours % _NOON + _NOON * (match[4].lower() == "p")
        yield Notation(*match.span(), ("time of day", str(hours * _DAY_MINUTES + minutes)))


def _numerals(text: str) -> Iterator[Notation]:
    for match in _NUMBERED.finditer(text):
        if is_stopword(match[1].lower()):
            continue  # "Then I left"
        number = str(_ROMAN.index(match[2]) + 1) if match[2] in _ROMAN else match[2]
        yield Notation(*match.span(), ("numbered", match[1].lower(), number))


def _weekdays(text: str) -> Iterator[Notation]:
    for match in _WEEKDAY.finditer(text):
        word = next(filter(None, match.groups())).lower()
        day = next(day for day in WEEKDAYS if day.startswith(word))
        yield Notation(*match.span(), ("weekday", day))


def _titles(text: str) -> Iterator[Notation]:
    """Yield titles, each with the name behind it; a longer name has the shorter one's last word."""
    for match in _TITLE.finditer(text):
        word = match[1].lower()
        first, *others = match[2].lower().split()
        keys = [("title", _TITLES.get(word, word), name) for name in (first, *others)]
        yield Notation(match.start(), match.start(2), keys[0], tuple(keys[1:]))


_READERS: tuple[Callable[[str], Iterator[Notation]], ...] = (
    _dates,
    _days_without_year,
    _quarters,
    _years,
    _times_of_day,
    _numerals,
    _weekdays,
    _titles,
)
