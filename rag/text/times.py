"""When a sentence says something happened: its time expressions, resolved to dates.

What stands in full ("24 January 2024") is read as it is; the rest ("July 8th", "last
January", "two weeks ago", "four years after") against the date of the article. Single
expressions are read by dateparser (BSD, by Scrapinghub); this module finds them, and knows
those that it does not: the end of a year, spans between two events, "recently".
"""

from __future__ import annotations

import calendar
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from rag.text.numbers import NUMBER_WORDS, SMALL_NUMBERS

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

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
_WEEKDAY = rf"(?:{'|'.join(WEEKDAYS)})"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:1[89]|20)\d\d"  # of what articles tell
_LATE_YEAR = r"(?:19|20)\d\d"  # that a question or a sentence may be limited to

_NAMED = "|".join((*MONTHS, *SEASONS))
# "January 2024", "25 January 2024", "January 25, 2024", "summer of 2024", "2024"; a day counts as
# its month. A month without a year is one of any year; "May" and "March" then need "in" or a day,
# and a season its year, since each is a word of its own too.
_NO_YEAR = rf"(?!\s+{_LATE_YEAR}|,?\s+{_DAY},?\s+{_LATE_YEAR}|,?\s+(?:of\s+)?{_LATE_YEAR})"
# "2000 soldiers" are no year, "in 2000 soldiers" has one.
_NO_COUNT = r"(?:(?<=\b(?:in|of|by) \d{4})|(?!\s+(?-i:[a-z]+s)\b))"
TIME = re.compile(
    rf"\b({_NAMED})\b(?:\s+{_DAY})?(?:,|\s+of)?\s+({_LATE_YEAR})\b|\b({_LATE_YEAR})\b{_NO_COUNT}"
    rf"|\b(?:in|since|until|by|last|this|early|late|mid)[ -]+({_MONTHS})\b{_NO_YEAR}"
    rf"|\b({_MONTHS})\s+{_DAY}\b(?!,?\s+{_LATE_YEAR})|\b{_DAY}\s+({_MONTHS})\b{_NO_YEAR}",
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


Precision = Literal["day", "month", "year"]
PRECISIONS: tuple[Precision, ...] = ("year", "month", "day")
LENGTHS = {"year": 4, "month": 7, "day": 10}  # of an ISO date of that precision

_SMALL = rf"a|an|{'|'.join(SMALL_NUMBERS[1:13])}|\d{{1,3}}"
_UNIT = "day|week|month|year|decade"
_PART = r"(?:(?:the )?(?:very )?(?:end|beginning|start|middle|close|early|late|mid)(?: of)?[ -])"
_THIS = r"(?:(?:this|the)(?: current)? year )"
# Read by dateparser as they stand, or once the words around them are taken off.
FULL = rf"(?:{_DAY} (?:of )?{ANY_MONTH},? {_YEAR}|{ANY_MONTH} {_DAY},? {_YEAR}|\d{{4}}-\d\d-\d\d)"
NO_YEAR = rf"(?:{ANY_MONTH} {_DAY}(?![\d,.]*\d)|{_DAY} (?:of )?{ANY_MONTH})"
MONTH = rf"(?:last |this )?(?:{ANY_MONTH})(?:,? of)?,? {_YEAR}"
# "May" and "March" are words of their own, so a month that stands alone needs one before it.
BARE_MONTH = (
    r"(?:(?:in|since|until|by|during|of|from) (?:last |this |early |late |mid-?)?|last |this )"
    rf"{ANY_MONTH}"
)
AGO = (
    rf"(?:(?:about|some|nearly|almost|over|more than) )?(?:{_SMALL}) (?:{_UNIT})s? (?:ago|earlier)"
)
NEAR = rf"(?:yesterday|(?:last|next) (?:week|month|year|{_WEEKDAY})|on {_WEEKDAY})"
SEASON = rf"(?:the )?(?:{'|'.join(SEASONS)}|winter) (?:of )?{_YEAR}"
THIS_YEAR = rf"{_PART}(?:this|the)(?: current)? year(?! {_YEAR})"
YEAR = (
    rf"(?:{_PART}|(?:in|since|until|by|during|from|of|before|after) ){_THIS}?{_YEAR}"
    rf"|{_THIS}{_YEAR}|the {_YEAR}(?= [a-z])"
)
SPAN = rf"(?:{_SMALL}|\d+) (?:{_UNIT})s? (?:after|since)\b"
AHEAD = rf"(?:(?:for|over|in|within) )?the (?:next|coming) (?:{_SMALL}) (?:{_UNIT})s?"
RECENT = r"(?:recently|(?:the |in )?(?:past|recent|last) (?:few )?(?:days|weeks)|recent(?= \w))"
THEN = r"at th(?:e|at) time"
# A span that ends now says so; one between two events of the past does not.
_UP_TO_NOW = re.compile(
    r"\b(?:still|now|recent(?:ly)?|today|currently|anniversary)\b", re.IGNORECASE
)
_COMING = re.compile(
    r"\b(?:will|shall|is due|are due|expected to|scheduled|plans? to|going to|next)\b"
    r"|\b(?:may|can|must)\b.*\b(?:until|by|before)\b",
    re.IGNORECASE,
)
CLAUSE, SENTENCE = 350, 700  # characters beside a time that may say if it is to come, or up to now
_SPACE = re.compile(r"\s")
_COMMA = re.compile(r"[,;]")
_COUNT_AFTER = re.compile(r"\s+(?:[a-z]+ )?[a-z]+s\b")  # "the 2000 soldiers" has no year
_COUNT_WORDS = NUMBER_WORDS | {"a": 1, "an": 1}
DAYS = {"day": 1, "week": 7}
MONTHS_IN = {"month": 1, "year": 12, "decade": 120}


class When(NamedTuple):
    """A time that a text gives: the words, the date they mean, and how that was found.

    ``start`` and ``end`` are 0-based, end-exclusive offsets in the text; ``date`` is ISO
    8601 to its ``precision``; ``derived`` says in words how the date was found, and
    ``about`` that it is no more than roughly that.
    """

    start: int
    end: int
    date: str
    precision: Precision
    derived: str
    about: bool = False


class _Read(NamedTuple):
    """A date with its precision, and whether it is only about then."""

    day: date
    precision: Precision
    about: bool = False


def find_times(text: str, published: str | None, *, before: When | None = None) -> list[When]:
    """The times that a sentence gives, in order, without overlaps.

    Args:
        text: a sentence.
        published: the date of its article, ISO 8601 to the day, month or year; without
            one, only what stands in full is resolved.
        before: the time that the sentences just before it spoke of, for "at the time".
    """
    found: list[When] = []
    text = _SPACE.sub(" ", text)  # no-break spaces and line ends stand between words as well
    for name, match in _matches(text):
        words = match.group()
        if name == "then":
            if before is not None:
                derived = f"“{words}”: the time of the sentence before"
                found.append(before._replace(start=match.start(), end=match.end(), derived=derived))
            continue
        read = READERS[name](text, match, published)
        if read is not None:
            shown = read.day.isoformat()[: LENGTHS[read.precision]]
            derived = _derivation(name, words, published)
            found.append(When(*match.span(), shown, read.precision, derived, read.about))
    return found


def _matches(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Each expression with the name of its form; earlier forms win over later ones."""
    taken: list[tuple[int, str, re.Match[str]]] = []  # in order, without overlaps
    for name, pattern in FORMS.items():
        free = [match for match in pattern.finditer(text) if _is_free(match, taken)]
        taken = sorted([*taken, *((m.start(), name, m) for m in free)], key=lambda item: item[0])
    return ((name, match) for _, name, match in taken)


def _is_free(match: re.Match[str], taken: Sequence[tuple[int, str, re.Match[str]]]) -> bool:
    after = bisect_left(taken, match.end(), key=lambda item: item[0])
    return not after or taken[after - 1][2].end() <= match.start()


def _derivation(name: str, words: str, published: str | None) -> str:
    if name in ("full", "month", "season", "year"):
        return f"stated: “{words.strip()}”"
    return f"“{words.strip()}”, read from the article’s date, {spoken_date(published)}"


def _base(published: str) -> date:
    """The last day on which the article may have been written: it speaks of what is past."""
    (_, last) = known_range(published)
    return last


def _known_to(published: str) -> Precision:
    return PRECISIONS[published.count("-")]


def _coarser(one: Precision, other: Precision) -> Precision:
    return min(one, other, key=PRECISIONS.index)


def _stated(text: str, match: re.Match[str], published: str | None) -> _Read | None:
    """A full date, or month and year."""
    return _parse(re.sub(r"^(?:last|this) |\bof\b", "", match.group(), flags=re.IGNORECASE), None)


def _without_year(text: str, match: re.Match[str], published: str | None) -> _Read | None:
    """A day or month of the year that the article's date suggests: the last one, or the next."""
    if published is None:
        return None
    words = re.sub(
        r"^(?:in|since|until|by|during|of|from)\s+|\b(?:last|this|early|late|of)\s+|\bmid-?\s*",
        "",
        match.group(),
        flags=re.IGNORECASE,
    )
    low, high = max(0, match.start() - CLAUSE), match.end() + CLAUSE
    comma = _COMMA.search(text, match.end(), high)
    around = text[
        max(low, text.rfind(",", low, match.start()) + 1) : comma.start() if comma else high
    ]
    return _parse(words, _base(published), future=bool(_COMING.search(around)))


def _relative(text: str, match: re.Match[str], published: str | None) -> _Read | None:
    """As "two weeks ago": no more precise than the article's date or the unit that it counts."""
    if published is None:
        return None
    words = re.sub(r"^(?:about|some|nearly|almost|over|more than|on) ", "", match.group().lower())
    read = _parse(words.replace("earlier", "ago"), _base(published), future="next" in words)
    if read is None:
        return None
    about = "day" not in words or words != match.group().lower().removeprefix("on ")
    return read._replace(precision=_coarser(read.precision, _known_to(published)), about=about)


def _year(text: str, match: re.Match[str], published: str | None) -> _Read | None:
    counts = match.group().lower().startswith("the ") and match.group().endswith("00")
    if counts and _COUNT_AFTER.match(text, match.end()):
        return None
    (year,) = re.findall(_YEAR, match.group())
    return _Read(date(int(year), 1, 1), "year")


def _this_year(text: str, match: re.Match[str], published: str | None) -> _Read | None:
    return None if published is None else _Read(_base(published), "year")


def _span_of(text: str, match: re.Match[str], published: str | None) -> _Read | None:
    """As "21 years after they came, they still …": counted back from the article."""
    near = max(0, match.start() - SENTENCE), match.end() + SENTENCE
    if published is None or not _UP_TO_NOW.search(text, *near):
        return None
    count, unit = _counted(match.group())
    day = _shift(_base(published), -count, unit)
    if unit in ("day", "week") or day is None:
        return None
    precision: Precision = "month" if unit == "month" else "year"
    return _Read(day, _coarser(precision, _known_to(published)), about=True)


def _ahead(text: str, match: re.Match[str], published: str | None) -> _Read | None:
    if published is None:
        return None
    count, unit = _counted(match.group())
    day = _shift(_base(published), count, unit)
    precision: Precision = "year" if unit in ("year", "decade") else "month"
    return day if day is None else _Read(day, _coarser(precision, _known_to(published)), about=True)


def _recent(text: str, match: re.Match[str], published: str | None) -> _Read | None:
    if published is None:
        return None
    return _Read(_base(published), _coarser("month", _known_to(published)), about=True)


def _counted(words: str) -> tuple[int, str]:
    count, unit = re.findall(rf"({_SMALL}|\d+) ({_UNIT})s?", words, re.IGNORECASE)[0]
    return _COUNT_WORDS.get(count.lower()) or int(count), unit.lower()


def _shift(day: date, count: int, unit: str) -> date | None:
    """A day so many units later; None where the calendar ends."""
    try:
        if unit in DAYS:
            return day + timedelta(days=count * DAYS[unit])
        year, month = divmod(day.year * 12 + day.month - 1 + count * MONTHS_IN[unit], 12)
        return date(year, month + 1, 1)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=10_000)  # a day is named in many sentences, and takes a millisecond to read
def _parse(words: str, base: date | None, *, future: bool = False) -> _Read | None:
    """What dateparser makes of an expression; its weeks are days."""
    day = base or date(2000, 1, 1)
    parser = _parser(day, future)
    found = parser.get_date_data(" ".join(words.split()))
    if found.date_obj is None:
        return None
    precision: Precision = found.period if found.period in PRECISIONS else "day"
    return _Read(found.date_obj.date(), precision)


@lru_cache(maxsize=256)  # articles of one day share theirs
def _parser(day: date, future: bool) -> DateDataParser:
    from dateparser.date import DateDataParser

    return DateDataParser(
        languages=["en"],
        settings={
            "RELATIVE_BASE": datetime(day.year, day.month, day.day),
            "PREFER_DATES_FROM": "future" if future else "past",
            "PREFER_DAY_OF_MONTH": "first",
            "TIMEZONE": "UTC",
        },
    )


Reader = Callable[[str, "re.Match[str]", str | None], _Read | None]
# In the order in which they are looked for: what an earlier one has taken, no later one reads.
TABLE: tuple[tuple[str, str, Reader], ...] = (
    ("full", FULL, _stated),
    ("month", MONTH, _stated),
    ("season", SEASON, _year),
    ("day", NO_YEAR, _without_year),
    ("year", YEAR, _year),
    ("bare month", BARE_MONTH, _without_year),
    ("this year", THIS_YEAR, _this_year),
    ("ago", AGO, _relative),
    ("near", NEAR, _relative),
    ("ahead", AHEAD, _ahead),
    ("span", SPAN, _span_of),
    ("recent", RECENT, _recent),
    ("then", THEN, _recent),
)
FORMS = {name: re.compile(rf"\b{form}", re.IGNORECASE) for name, form, _ in TABLE}
READERS: dict[str, Reader] = {name: reader for name, _, reader in TABLE}
