"""Read a row of a table in words, as "Item: Wages · Actual (EUR m): 2.24": its cells as values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from rag.checking.notation.quantities import quantities_in
from rag.checking.notation.spans import DAY_OF_YEAR, IN_MONTH, ON_DAY, notations_in
from rag.checking.statement import CURRENCIES, MEASURES, NO_NAMES, canonical
from rag.text.blocks import SHOWN_BREAK
from rag.text.dates import CALENDAR, MONTHS
from rag.text.numbers import numbers_in
from rag.text.quotations import ASCRIBING_TERMS
from rag.text.terms import Term, analyze, is_stopword
from rag.text.words.currencies import CURRENCY_CODE, CURRENCY_SIGN

_NAMED = ": "  # between the name of a column and the cell
# A cell that is a number: with a currency in front or a unit behind, in brackets if below zero.
_FIGURE = re.compile(
    rf"[(+\-–−]?\s?(?:{CURRENCY_SIGN}|{CURRENCY_CODE})?\s?\d[\d.,’' \u00a0\u202f]*"
    r"(?:%|[^\W\d_]{0,3}[²³]?|[^\W\d_]+(?: [^\W\d_]+)?)?\)?"
)
# What a column's name says its numbers are multiplied by: "(EUR m)", "(thousands)", "(’000)".
_THOUSANDS = re.compile(r"thousands?\b|(?<!\d)[’']?000s?\b|\bk\b|\bk(?=[A-Z]{3}\b)|\btsd\b", re.I)
_MILLIONS = re.compile(
    rf"millions?\b|\bmn\b|\bmln\b|(?:{CURRENCY_SIGN}|{CURRENCY_CODE})\s?m\b|\bm\s?"
    rf"(?:{CURRENCY_SIGN}|{CURRENCY_CODE})",
    re.I,
)
_BILLIONS = re.compile(r"billions?\b|\bbn\b", re.I)
_SCALES = ((_THOUSANDS, 10**3), (_MILLIONS, 10**6), (_BILLIONS, 10**9))
# Where a column's name has its unit: in brackets, or behind "in", a comma or an underscore.
_UNIT_PART = re.compile(r"[(\[]([^)\]]*)[)\]]|(?:,| in |_)\s?([^,_]+)$")
_SHORT_UNITS = {
    **{"kg": "kilo", "g": "gram", "t": "ton", "km": "kilometr", "m": "metr", "cm": "centimetr"},
    **{"mm": "millimetr", "ha": "hectar", "l": "litr", "h": "hour", "hrs": "hour", "min": "minut"},
    **{"mins": "minut", "s": "second", "sec": "second", "%": "percent", "pct": "percent"},
    **{"mg": "milligram", "m²": "metr", "m³": "metr", "km²": "kilometr"},
    **{"pts": "point", "pt": "point", "pp": "point"},
    **{"eur": "euro", "gbp": "pound", "usd": "dollar", "chf": "franc", "yr": "year", "yrs": "year"},
}
_MONEY = rf"{CURRENCY_SIGN}|{CURRENCY_CODE}"
_MEAN, _MEANS = "mean", frozenset({"mean", "averag", "avg"})
_OF_UNITS = frozenset(
    {"square", "cubic", "celsius", "fahrenheit", "percentage"}
)  # parts of their names
_UNITS = re.compile(r"%|[^\W\d_]+[²³]?")
_LONGEST_ROW = 4_000  # characters; a longer text is no row


_DENIES = re.compile(
    r"(?:no|not|none|never|nil|false|n/?a|without|cancelled|closed|withdrawn|refused|rejected)\b"
    r"|[-–—]$|$",
    re.IGNORECASE,
)


class RowCell(NamedTuple):
    """A cell of a row: the name of its column, its words, and its value where it is a number.

    ``scale`` is what the column's name says that the number is to be multiplied by, ``units`` are
    the units that cell and name give it, and ``dates`` those that the cell has, in ISO 8601.
    """

    column: str
    words: str
    value: Decimal | None
    scale: int
    units: frozenset[str]
    dates: frozenset[str]

    @property
    def denies(self) -> bool:
        """Whether the cell says that there is none of what its column is named for."""
        return _DENIES.match(self.words.strip()) is not None

    def has_date(self, words: str) -> bool:
        """Return whether words of a sentence give a date of the cell, or the month or day of it."""
        said = [date for *_, date in dates_in(words)]
        return any(is_date_of(date, each) for each in self.dates for date in said)


Row = tuple[RowCell, ...]


@lru_cache(maxsize=4_096)  # the same rows are held against one sentence after another
def read_row(source: str) -> Row:
    """Return the cells of a row in words, as :func:`rag.text.blocks.in_context` writes it.

    It is empty where the text is no row: where fewer than two of its parts have a name in front.
    """
    parts = source.split(SHOWN_BREAK) if len(source) <= _LONGEST_ROW else []
    pairs = [part.partition(_NAMED) for part in parts]
    if sum(bool(found) for _, found, _ in pairs) < max(2, len(pairs) - 1):
        return ()
    return tuple(_cell(name, cell) if found else _cell("", name) for name, found, cell in pairs)


def _cell(column: str, words: str) -> RowCell:
    numbers = numbers_in(words)
    is_number = len(numbers) == 1 and _FIGURE.fullmatch(words.strip()) is not None
    scales = [scale for pattern, scale in _SCALES if pattern.search(column)]
    return RowCell(
        column,
        words,
        numbers[0].value if is_number else None,
        max(scales, default=1),
        units_of(words if is_number else "") | _units_of_column(column),
        frozenset(date for *_, date in dates_in(words) if date[:4].isdecimal()),
    )


def _units_of_column(column: str) -> frozenset[str]:
    """Return the units that a column's name gives; the "m" of "EUR m" is no metre."""
    plain = _MILLIONS.sub(" ", column) if _MILLIONS.search(column) else column
    parts = (match[1] or match[2] for match in _UNIT_PART.finditer(plain))
    found = (units_of(part) for part in (*parts, *re.findall(_MONEY, column)))
    return frozenset[str]().union(*found)


def units_of(text: str) -> frozenset[str]:
    """Return the units of measure that a few words name, each in one form: "kg" and "kilos"."""
    units = {CURRENCIES[sign] for sign in CURRENCIES if sign in text}
    for match in _UNITS.finditer(text):
        word = match[0].lower()
        terms = [canonical(term) for term in analyze(word)]
        units |= {MEASURES[term] for term in terms if term in MEASURES}
        units |= {_SHORT_UNITS[word]} if word in _SHORT_UNITS else set()
    return frozenset(units)


def dates_in(text: str) -> list[tuple[int, int, str]]:
    """Return where a text has dates, each in ISO 8601: "14 May" without a year is "05-14"."""
    return [
        (each.start, each.end, each.key[1])
        for each in notations_in(text)
        if each.key[0] in (ON_DAY, IN_MONTH, DAY_OF_YEAR)
    ]


def is_date_of(said: str, given: str) -> bool:
    """Return whether a date is another one, its month, or its day without the year."""
    return given.startswith(said) or given[5:] == said


def months_of(cell: RowCell) -> list[str]:
    """Return the names of the months of a cell's dates."""
    return [MONTHS[int(date[5:7]) - 1].title() for date in cell.dates if len(date) > 4]


def term_of(word: Term) -> str:
    """Return the term that stands for a word: one for a mean and an average."""
    return _MEAN if word.term in _MEANS else canonical(word)


def terms_of(text: str) -> frozenset[str]:
    """Return the terms of the words of a text that carry meaning."""
    return frozenset(map(term_of, meaningful(text)))


def meaningful(text: str) -> list[Term]:
    """Return the words of a text that carry meaning; a month is one, though "may" is none."""
    return [
        term
        for term in analyze(text)
        if term.term not in ASCRIBING_TERMS
        and text[term.start : term.end].lower() not in NO_NAMES
        and (
            not is_stopword(term.term)
            or (term.name and text[term.start : term.end].lower() in CALENDAR)
        )
    ]


def is_unit_of(word: str, cells: Sequence[RowCell]) -> bool:
    """Return whether a word is a unit of some cells, or part of the name of one."""
    units = frozenset[str]().union(*(cell.units for cell in cells))
    return bool(units & units_of(word)) or (bool(units) and word.lower() in _OF_UNITS)


def is_unit(word: str) -> bool:
    """Return whether a word is a unit of measure or the name of a currency."""
    if units_of(word) or word.lower() in _OF_UNITS:
        return True
    return any(each.dimension for each in quantities_in(f"2 {word}"))
