"""Time expressions in sentences, resolved to dates: when something is said to have happened.

An expression in full ("24 January 2024") is read as it is; the rest ("July 8th", "last January",
"two weeks ago", "four years after") against the date of the article. dateparser (BSD, by
Scrapinghub) reads single expressions; this module finds them, and reads those that dateparser
does not know: the end of a year, spans between two events, "recently".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from rag.text.dates import ANY_MONTH, DAY, SEASONS, WEEKDAYS, YEAR, known_range, spoken_date
from rag.text.numbers import NUMBER_WORDS, SMALL_NUMBERS

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

Precision = Literal["day", "month", "year"]
PRECISIONS: tuple[Precision, ...] = ("year", "month", "day")
LENGTHS: dict[Precision, int] = {
    "year": 4,
    "month": 7,
    "day": 10,
}  # characters of an ISO date of that precision

_WEEKDAY = rf"(?:{'|'.join(WEEKDAYS)})"
_WEEKDAY_BEFORE = rf"{_WEEKDAY}(?: (?:morning|afternoon|evening|night))?,? (?:the )?"
_SMALL = rf"a|an|{'|'.join(SMALL_NUMBERS[1:13])}|\d{{1,3}}"
_UNIT = "day|week|month|year|decade"
_PART = r"(?:(?:the )?(?:very )?(?:end|beginning|start|middle|close|early|late|mid)(?: of)?[ -])"
_THIS = r"(?:(?:this|the)(?: current)? year )"
# A span that ends now says so; one between two events of the past does not.
_UP_TO_NOW = re.compile(
    r"\b(?:still|now|recent(?:ly)?|today|currently|anniversary)\b", re.IGNORECASE
)
_COMING = re.compile(
    r"\b(?:will|shall|is due|are due|expected to|scheduled|plans? to|going to|next|planned for"
    r"|set to|intends? to|hopes? to|wants? to|upcoming|forthcoming|(?:is|are) to)\b"
    r"|\b(?:may|can|must)\b.*\b(?:until|by|before)\b"
    r"|\b(?:is|are|remains?|stays?)\b.{0,40}\b(?:until|till|by)\b",
    re.IGNORECASE,
)
# What was to come when it was said or asked for, and may lie on either side of the document.
_OPEN = re.compile(
    r"\b(?:would|should|could|might|please|kindly|let (?:me|us)|(?:was|were|had|due) to)\b"
    rf"|\bto [a-z]+\b.*\b(?:by|until|till|before) (?=(?:\w+,? )?(?:the )?(?:\d|{ANY_MONTH}))",
    re.IGNORECASE,
)
# What tells that a clause is of the past, but for "the signed form".
_PAST = re.compile(
    r"(?<!\bbe )\b(?:was|were|had|did|been|ago|last|since|began|came|went|took|gave|made|met|held"
    r"|left"
    r"|(?:has|have) (?:[a-z]+ )?[a-z]+(?:en|wn|ne|un|come)|swept|threw|chose|drew|withdrew|ate|rode"
    r"|sang|swam|dug|fled|felt|heard|taught|fought|dealt|forgot|woke|wore|stole|shook"
    r"|found|sold|bought|built|fell|rose|won|lost|died|burnt|spent|sent|kept|lent|meant|broke|spoke"
    r"|wrote|drove|flew|grew|knew|said|told|paid|saw|stood|sank|struck|shut|brought|caught|thought"
    r"|cost|hit|led|became|ran|got|put|(?<!\bthe )(?<!\ba )(?<!\ban )(?<!\byour )[a-z]{3,}ed)\b",
    re.IGNORECASE,
)
# Characters beside a time that may say whether it is to come, or a span lasts until now.
_CLAUSE, _SENTENCE = 350, 700
_SPACE = re.compile(r"\s")
_COMMA = re.compile(r"[,;]")
_COUNT_AFTER = re.compile(r"\s+(?:[a-z]+ )?[a-z]+s\b")  # "the 2000 soldiers" has no year
_COUNT_WORDS = NUMBER_WORDS | {"a": 1, "an": 1}
_DAYS_IN = {"day": 1, "week": 7}
_MONTHS_IN = {"month": 1, "year": 12, "decade": 120}


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


class _Form(NamedTuple):
    """A form of expressions: what it looks like, who reads it, whether it gives the year itself.

    ``read`` is given the sentence, the match and the date of the article; it is None for
    "at the time", which is the time that the sentences before gave.
    """

    pattern: re.Pattern[str]
    read: Callable[[str, re.Match[str], str | None], _Read | None] | None
    stated: bool = False


def find_times(text: str, published: str | None, *, before: When | None = None) -> list[When]:
    """Return the times that a sentence gives, in order, without overlaps.

    Args:
        text: a sentence.
        published: the date of its article, ISO 8601 to the day, month or year; without
            one, only expressions in full are resolved.
        before: the time that the sentences just before it gave, for "at the time".
    """
    found: list[When] = []
    text = _SPACE.sub(" ", text)  # no-break spaces and line ends stand between words as well
    for form, match in _matches(text):
        words = match.group()
        if form.read is None:
            if before is not None:
                derived = f"“{words}”: the time of the sentence before"
                found.append(before._replace(start=match.start(), end=match.end(), derived=derived))
            continue
        read = form.read(text, match, published)
        if read is not None:
            shown = read.day.isoformat()[: LENGTHS[read.precision]]
            derived = f"“{words.strip()}”"
            if not form.stated:
                since = spoken_date(published)
                derived = f"“{words.strip()}”, read from the document’s date, {since}"
            found.append(When(*match.span(), shown, read.precision, derived, read.about))
    return found


def _matches(text: str) -> Iterator[tuple[_Form, re.Match[str]]]:
    """Yield the expressions in order, each with its form; earlier forms win over later ones."""
    taken: list[tuple[int, _Form, re.Match[str]]] = []  # in order, without overlaps
    for form in _FORMS:
        free = [match for match in form.pattern.finditer(text) if _is_free(match, taken)]
        taken = sorted([*taken, *((m.start(), form, m) for m in free)], key=lambda item: item[0])
    return ((form, match) for _, form, match in taken)


def _is_free(match: re.Match[str], taken: Sequence[tuple[int, _Form, re.Match[str]]]) -> bool:
    after = bisect_left(taken, match.end(), key=lambda item: item[0])
    return not after or taken[after - 1][2].end() <= match.start()


def _base(published: str) -> date:
    """Return the last day on which an article may have been written: it tells what is past."""
    (_, last) = known_range(published)
    return last


def _known_to(published: str) -> Precision:
    return PRECISIONS[published.count("-")]


def _coarser(one: Precision, other: Precision) -> Precision:
    return min(one, other, key=PRECISIONS.index)


def _stated(text: str, match: re.Match[str], published: str | None) -> _Read | None:
    """Read a full date, or month and year."""
    extra = r"^(?:last |this )|\bof\b"
    return _parse(re.sub(extra, "", match.group(), flags=re.IGNORECASE), None)


def _range_start(text: str, match: re.Match[str], published: str | None) -> _Read | None:
    """Read the beginning of "1 April to 30 May 2025": of that year, or of the one before it."""
    end = _parse(match["end"], None)
    return None if end is None else _parse(match["start"], end.day)


def _without_year(text: str, match: re.Match[str], published: str | None) -> _Read | None:
    """Read a day or month without a year: of the nearest year, unless its clause says otherwise.

    A weekday beside it tells the year where just one of the two years in question has it.
    """
    if published is None:
        return None
    words = re.sub(
        rf"^(?:in|since|until|by|during|of|from|{_WEEKDAY_BEFORE})\s*"
        r"|\b(?:last|this|early|late|of)\s+|\bmid-?\s*",
        "",
        match.group(),
        flags=re.IGNORECASE,
    )
    base = _base(published)
    behind, ahead = _parse(words, base), _parse(words, base, future=True)
    if behind is None or ahead is None:
        return behind or ahead
    named = re.match(_WEEKDAY, match.group(), re.IGNORECASE)
    if named is not None:
        at = WEEKDAYS.index(named[0].lower())
        of_year = [read for read in (behind, ahead) if read.day.weekday() == at]
        if len(of_year) == 1:
            return of_year[0]
    length = LENGTHS[behind.precision]
    if behind.day.isoformat()[:length] == base.isoformat()[:length]:
        return behind
    tense = _tense(text, match)
    nearer = "coming" if ahead.day - base < base - behind.day else "past"
    return ahead if (tense or nearer) == "coming" else behind


def _tense(text: str, match: re.Match[str]) -> Literal["coming", "past"] | None:
    """Return whether the clause of a time is of what is to come or past; None where it is open.

    What stands before the time goes before what stands behind it.
    """
    low, high = max(0, match.start() - _CLAUSE), match.end() + _CLAUSE
    comma = _COMMA.search(text, match.end() + 1, high)  # "In May, …": the clause stands behind it
    said = text[max(low, text.rfind(",", low, match.start()) + 1) : match.end()]
    if _COMING.search(said):
        return "coming"
    if _OPEN.search(said):
        return None
    if _PAST.search(said):
        return "past"
    behind = text[match.end() : comma.start() if comma else high]
    coming, past = _COMING.search(behind), _PAST.search(behind)
    if coming and (past is None or coming.start() <= past.start()):
        return "coming"
    return "past" if past else None


def _relative(text: str, match: re.Match[str], published: str | None) -> _Read | None:
    """Read "two weeks ago", no more precisely than the article's date or the unit counted."""
    if published is None:
        return None
    words = re.sub(r"^(?:about|some|nearly|almost|over|more than|on) ", "", match.group().lower())
    future = "next" in words or (words in WEEKDAYS and _tense(text, match) == "coming")
    read = _parse(words.replace("earlier", "ago"), _base(published), future=future)
    if read is None:
        return None
    about = "day" not in words or words != match.group().lower().removeprefix("on ")
    return read._replace(precision=_coarser(read.precision, _known_to(published)), about=about)


def _year(text: str, match: re.Match[str], published: str | None) -> _Read | None:
    counts = match.group().lower().startswith("the ") and match.group().endswith("00")
    if counts and _COUNT_AFTER.match(text, match.end()):
        return None
    (year,) = re.findall(YEAR, match.group())
    return _Read(date(int(year), 1, 1), "year")


def _this_year(text: str, match: re.Match[str], published: str | None) -> _Read | None:
    return None if published is None else _Read(_base(published), "year")


def _span_of(text: str, match: re.Match[str], published: str | None) -> _Read | None:
    """Read "21 years after they came, they still …", counted back from the article."""
    near = max(0, match.start() - _SENTENCE), match.end() + _SENTENCE
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
    """Return the day so many units later; None where the calendar ends."""
    try:
        if unit in _DAYS_IN:
            return day + timedelta(days=count * _DAYS_IN[unit])
        year, month = divmod(day.year * 12 + day.month - 1 + count * _MONTHS_IN[unit], 12)
        return date(year, month + 1, 1)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=10_000)  # a day is named in many sentences, and takes a millisecond to read
def _parse(words: str, base: date | None, *, future: bool = False) -> _Read | None:
    """Read an expression with dateparser, whose weeks are days."""
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


_ON_DAY = rf"(?:{DAY} (?:of )?{ANY_MONTH},? {YEAR}|{ANY_MONTH} {DAY},? {YEAR}|\d{{4}}-\d\d-\d\d)"
_IN_MONTH = rf"(?:last |this )?(?:{ANY_MONTH})(?:,? of)?,? {YEAR}"
_SEASON = rf"(?:the )?(?:{'|'.join(SEASONS)}|winter) (?:of )?{YEAR}"
_ON_DAY_OF_ANY_YEAR = rf"(?:{ANY_MONTH} {DAY}(?![\d,.]*\d)|{DAY} (?:of )?{ANY_MONTH})"
# The first of two times that share a year; the second is only looked at.
_RANGE_START = (
    rf"(?P<start>{_ON_DAY_OF_ANY_YEAR}|{ANY_MONTH})"
    rf"(?= ?(?:to|until|till|through|and|[-–—]) ?(?P<end>{_ON_DAY}|{ANY_MONTH},? {YEAR}))"
)
_IN_YEAR = (
    rf"(?:{_PART}|(?:in|since|until|by|during|from|of|before|after) ){_THIS}?{YEAR}"
    rf"|{_THIS}{YEAR}|the {YEAR}(?= [a-z])"
)
# "May" and "March" are words of their own, so a month that stands alone needs one before it.
_IN_MONTH_OF_ANY_YEAR = (
    r"(?:(?:in|since|until|by|during|of|from) (?:last |this |early |late |mid-?)?|last |this )"
    rf"{ANY_MONTH}"
)
_THIS_YEAR = rf"{_PART}(?:this|the)(?: current)? year(?! {YEAR})"
_AGO = (
    rf"(?:(?:about|some|nearly|almost|over|more than) )?(?:{_SMALL}) (?:{_UNIT})s? (?:ago|earlier)"
)
# Behind a day of the week: "Thursday mornings", "Monday of every week", "Monday to Friday".
_AGAIN = (
    rf"(?: (?:and|or|to) {_WEEKDAY})* (?:morning|afternoon|evening|night)s\b"
    rf"|(?:,? (?:in|of))? (?:each|every) | to {_WEEKDAY}\b"
)
_NEAR = (
    rf"(?:yesterday|(?:last|next) (?:week|month|year|{_WEEKDAY})\b"
    rf"|on {_WEEKDAY}\b(?! [a-z]+,? \d|,? (?:the )?\d|{_AGAIN}))"
)
_AHEAD = rf"(?:(?:for|over|in|within) )?the (?:next|coming) (?:{_SMALL}) (?:{_UNIT})s?"
_SPAN = rf"(?:{_SMALL}|\d+) (?:{_UNIT})s? (?:after|since)\b"
_RECENTLY = r"(?:recently|(?:the |in )?(?:past|recent|last) (?:few )?(?:days|weeks)|recent(?= \w))"
_AT_THE_TIME = r"at th(?:e|at) time"


def _form(
    pattern: str,
    read: Callable[[str, re.Match[str], str | None], _Read | None] | None,
    *,
    stated: bool = False,
) -> _Form:
    return _Form(re.compile(rf"\b{pattern}", re.IGNORECASE), read, stated)


# In the order in which they are looked for: what an earlier one has taken, no later one reads.
_FORMS = (
    _form(_ON_DAY, _stated, stated=True),
    _form(_IN_MONTH, _stated, stated=True),
    _form(_SEASON, _year, stated=True),
    _form(_RANGE_START, _range_start, stated=True),
    _form(rf"(?:{_WEEKDAY_BEFORE})?{_ON_DAY_OF_ANY_YEAR}", _without_year),
    _form(_IN_YEAR, _year, stated=True),
    _form(_IN_MONTH_OF_ANY_YEAR, _without_year),
    _form(_THIS_YEAR, _this_year),
    _form(_AGO, _relative),
    _form(_NEAR, _relative),
    _form(_AHEAD, _ahead),
    _form(_SPAN, _span_of),
    _form(_RECENTLY, _recent),
    _form(_AT_THE_TIME, None),
)
