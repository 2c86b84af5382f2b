"""Check a sentence against the rows of a table that it cites: cell by cell, without a model.

To a model that has learned from sentences, "Item: Wages · Planned: 310000 · Actual: 342000" says
nothing about "Actual wages came to 342,000". What a row says is exact all the same: the sentence
names the row, its numbers and dates stand in cells, and it names the columns of these. What it says
besides must be a verb, a unit, or words of the table and of what stands above it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from rag.checking.polarity import HEDGE_CUES, NEGATION_CUES
from rag.checking.statement import ADDED, DIFFERENCE, ROUNDED, YEARS, rounds
from rag.checking.tables.columns import (
    abbreviates,
    columns_named,
    likest_column,
    nearest_column,
    rivals_of,
)
from rag.checking.tables.row import (
    Row,
    RowCell,
    day_and_month,
    meaningful,
    months_of,
    read_row,
    term_of,
    terms_of,
    units_of,
)
from rag.checking.tables.wording import added_words
from rag.text.numbers import Number, numbers_in
from rag.text.quotations import quotations
from rag.text.terms import Term
from rag.text.time_expressions import find_times
from rag.types import Support, Verdict

_HELD = 0.5  # share of the words of a row's name that a sentence must have to name the row
_KEYS = 2  # cells of a row, from the left, that may be its name
_SURE, _IN_PART, _AGAINST = 0.95, 0.45, 0.05  # scores by verdict
_HALF = Decimal("0.5")
# What sets values side by side, or is reckoned from several, is not read here.
_RECKONED = re.compile(
    r"\b(?:than|unlike|whereas|versus|except|instead of|each|every|twice|double|compared)\b",
    re.IGNORECASE,
)
_MINUS = "-−–("
_LESS = re.compile(
    r"[-−–]\d|\b(?:minus|negative|below|under|down|less|lower|fewer|los(?:t|s|es|ing)|deficit"
    r"|(?:fall|drop|declin|decreas|reduc|shr[aiu]nk)\w*|fell)\b",
    re.IGNORECASE,
)
_SIGN_END = re.compile(r"[^\w\s]$")  # of a currency, before a number
_UNIT_BEHIND = re.compile(r"\s?(?:%|[^\W\d_]+)")


class CellFinding(NamedTuple):
    """What rows make of a sentence.

    ``support`` is None where they leave that open; ``lacking`` are the words that the sentence adds
    to the rows that it names; ``has_values`` says that all its numbers stand in them.
    """

    support: Support | None = None
    lacking: tuple[str, ...] = ()
    has_values: bool = False


def check_cells(statement: str, sources: Sequence[str], known: str) -> CellFinding:
    """Check a sentence against the rows of tables among its sources.

    Args:
        statement: one sentence, without citation marks.
        sources: the words that it cites; what is no row counts as known.
        known: what else it may rest on: outlet, date and title of the sources, and what stands
            above the table.

    It is left open whether the rows support a sentence that names none of them, has a number that
    is in none, denies something, compares, quotes, or is a guess.
    """
    rows = tuple(row for row in map(read_row, sources) if row)
    others = [source for source in sources if not read_row(source)]
    reading = _RowsRead(statement, rows, "\n".join((*others, known)))
    if not rows or not reading.rows:
        return CellFinding()
    patterns = (NEGATION_CUES, HEDGE_CUES, ADDED, _RECKONED)
    is_open = any(quotations(statement)) or any(each.search(statement) for each in patterns)
    support = None if is_open else reading.support()
    return CellFinding(support, tuple(reading.lacking), not reading.unheld_numbers)


@dataclass(frozen=True)
class _RowsRead:
    """A sentence beside the rows that it cites."""

    text: str
    cited: tuple[Row, ...]
    known: str

    @cached_property
    def _keys(self) -> dict[int, tuple[int, int]]:
        """Where the sentence has the first cell of a cited row as it is written, by the row."""
        found = {}
        for at, row in enumerate(self.cited):
            name = re.escape(row[0].words).replace(r"\ ", r"\s+").replace("–", "[–/-]")
            match = re.search(rf"(?<!\w){name}(?!\w)", self.text, re.IGNORECASE)
            if match and match[0]:
                found[at] = match.span()
        return found

    @cached_property
    def _times(self) -> list[tuple[int, int]]:
        """The spans of the dates of the sentence that a cited row has."""
        there = [date for row in self.cited for cell in row for date in cell.dates]
        spans = [(when.start, when.end, when.date) for when in find_times(self.text, None)]
        spans += day_and_month(self.text)
        return [
            (start, end)
            for start, end, date in spans
            if any(each.startswith(date) or each[5:] == date for each in there)
        ]

    @cached_property
    def numbers(self) -> list[Number]:
        """The numbers of the sentence, those of known dates and of the names of rows left out."""
        taken = (*self._times, *self._keys.values())
        return [n for n in numbers_in(self.text) if not any(a <= n.start < b for a, b in taken)]

    @cached_property
    def words(self) -> list[Term]:
        """The words that carry meaning and are in no number or date."""
        taken = [*((n.start, n.end) for n in self.numbers), *self._times]
        return [
            term
            for term in meaningful(self.text)
            if not any(start <= term.start < end for start, end in taken)
            and not term.term[0].isdigit()
        ]

    @cached_property
    def _said(self) -> frozenset[str]:
        return frozenset(map(term_of, self.words))

    @cached_property
    def rows(self) -> list[Row]:
        """The cited rows that the sentence names, in the order in which it does."""
        places = [(self._place(at, row), at, row) for at, row in enumerate(self.cited)]
        named = [(place, at, row) for place, at, row in places if place is not None]
        return [row for *_, row in sorted(named, key=lambda each: each[:2])]

    def _place(self, at: int, row: Row) -> int | None:
        """Return where a row is named; None where it is not."""
        if at in self._keys:
            return self._keys[at][0]
        for key, cell in enumerate([cell for cell in row if cell.words][:_KEYS]):
            same = [n.start for n in self.numbers if key == 0 and n.value == cell.value]
            dated = [start for start, end in self._times if cell.has_date(self.text[start:end])]
            if key == 0 and (same or dated):
                return min(same + dated)
            terms = terms_of(cell.words)
            own = terms - terms_of(cell.column) or terms
            said = [term.start for term in self.words if term_of(term) in own]
            if cell.value is None and own and len(own & self._said) >= _HELD * len(own):
                return min(said)
        return None

    @cached_property
    def unheld_numbers(self) -> list[Number]:
        """The numbers that are in no cell of a named row, in no name, and no year of the table."""
        return [n for n in self.numbers if not self._holding(n) and not self._is_known(n)]

    @cached_property
    def lacking(self) -> list[str]:
        """The words that limit or add to what the rows say."""
        parts = (f"{cell.column} {cell.words}" for row in self.rows for cell in row)
        months = (month for row in self.rows for cell in row for month in months_of(cell))
        there = terms_of("\n".join((*parts, *months, self.known))) | self._short
        return added_words(self.text, self.words, self.numbers, lambda term: term_of(term) in there)

    @cached_property
    def _short(self) -> frozenset[str]:
        """The terms of the sentence for which the name of a column is short: "incl. VAT"."""
        names = {name for row in self.rows for cell in row for name in cell.column.split()}
        return frozenset(
            term_of(term)
            for term in self.words
            if any(abbreviates(name, self.text[term.start : term.end]) for name in names)
        )

    def support(self) -> Support | None:
        """Return what the named rows make of the sentence."""
        if self.unheld_numbers:
            return self._against() if len(self.unheld_numbers) == 1 else None
        held = [(n, cells) for n in self.numbers if (cells := self._holding(n))]
        if not held and not self._has_further_cell():
            return None
        exchanged = self._exchanged(held)
        if exchanged:
            return None if self.lacking else _against(exchanged)
        for number, cells in held:
            units = self._units(number)
            if units and all(cell.units and not cell.units & units for cell in cells):
                return None if self.lacking else _against(self._instead(cells[0], number))
        if any(self._is_below_zero(cells) for _, cells in held):
            return _in_part("the source has a number below zero, and this does not say so")
        if self.lacking:
            words = ", ".join(f"“{word}”" for word in self.lacking)
            return _in_part(f"the row says nothing of {words}")
        for number, cells in held:
            if not self._is_column_named(number, cells):
                return _in_part(self._as_column(number, cells))
        return Support(Verdict.SUPPORTED, None, _SURE)

    def _is_below_zero(self, cells: Sequence[RowCell]) -> bool:
        """Return whether cells are below zero, of which the sentence has no sign and no word."""
        signed = all(cell.words.strip()[0] in _MINUS for cell in cells)
        return signed and not _LESS.search(self.text)

    def _has_further_cell(self) -> bool:
        """Return whether the sentence has, of each named row, the words or date of another cell."""

        def is_said(cell: RowCell) -> bool:
            dated = any(cell.has_date(self.text[start:end]) for start, end in self._times)
            return dated or (cell.value is None and terms_of(cell.words) <= self._said)

        return all(
            sum(is_said(cell) for cell in row if terms_of(cell.words) or cell.dates) > 1
            for row in self.rows
        )

    def _holding(self, number: Number) -> list[RowCell]:
        """Return the cells of the named rows that are a number of the sentence, or round to it."""
        near = ROUNDED.search(_SIGN_END.sub("", self.text[: number.start]))
        found = []
        for cell in (cell for row in self.rows for cell in row if cell.value is not None):
            value = (cell.value or Decimal(0)) * cell.scale
            if number.value == value or (near and _rounds(number.value, value, near)):
                found.append(cell)
        return found

    def _is_known(self, number: Number) -> bool:
        """Return whether a number is part of a name in the rows, or a year known of the table."""
        cells = [cell for row in self.rows for cell in row]
        named = "\n".join(f"{c.column}\n{c.words if c.value is None else ''}" for c in cells)
        known = f"{named}\n{self.known}" if number.value in YEARS else named
        dated = any(date[:4] == str(number.value) for cell in cells for date in cell.dates)
        return dated or any(each.value == number.value for each in numbers_in(known))

    def _exchanged(self, held: Sequence[tuple[Number, Sequence[RowCell]]]) -> str | None:
        """Say that of as many numbers as rows are named one is of another row than its own.

        They are named in the same order: "371 in Mill Lane and 544 in Harbour East".
        """
        values = [(n, cells) for n, cells in held if n.value not in YEARS]
        if len(self.rows) < 2 or len(values) != len(self.rows):
            return None
        for row, (number, cells) in zip(self.rows, values, strict=True):
            if not any(cell in row for cell in cells):
                other = next(each for each in self.rows if cells[0] in each)
                written = self.text[number.start : number.end]
                return f"the source says {written} of “{other[0].words}”, not “{row[0].words}”"
        return None

    def _is_column_named(self, number: Number, cells: Sequence[RowCell]) -> bool:
        for cell in cells:
            row = next(row for row in self.rows if cell in row)
            rivals = rivals_of(cell, row)
            named = columns_named(rivals, self._spoken())
            if cell in named:
                nearest = nearest_column(named, number, self.words, self.numbers)
                if nearest in (cell, None):
                    return True
            elif not named and likest_column(rivals, self._free_words()) is cell:
                return True
        return False

    def _spoken(self) -> list[str]:
        """Return the words of the sentence, and its years."""
        years = [str(n.value) for n in self.numbers if n.value in YEARS]
        return [*years, *(self.text[term.start : term.end] for term in self.words)]

    def _free_words(self) -> list[str]:
        """Return the words of the sentence that are in no cell of a named row."""
        there = terms_of("\n".join(cell.words for row in self.rows for cell in row))
        return [self.text[t.start : t.end] for t in self.words if term_of(t) not in there]

    def _as_column(self, number: Number, cells: Sequence[RowCell]) -> str:
        written = self.text[number.start : number.end]
        return f"the source has {written} as “{cells[0].column}”, which this does not say"

    def _instead(self, cell: RowCell, number: Number) -> str:
        written = self.text[number.start : number.end]
        return f"the source says {cell.words} in “{cell.column}”, not {written}"

    def _units(self, number: Number) -> frozenset[str]:
        behind = _UNIT_BEHIND.match(self.text, number.end)
        sign = self.text[max(0, number.start - 1) : number.start]
        return units_of(f"{sign} {behind[0] if behind else ''}")

    def _against(self) -> Support | None:
        """Say that the cell of the named row and column is another number than the sentence's."""
        (number,) = self.unheld_numbers
        changes = DIFFERENCE.search(self.text) is not None
        if self.lacking or len(self.rows) != 1 or number.value in YEARS or changes:
            return None
        row = self.rows[0]
        taken = [cell for n in self.numbers for cell in self._holding(n)]
        timed = [c for c in row if c.dates or (c.value in YEARS and c not in taken)]
        rivals = [c for c in row if c.value is not None and c.value not in YEARS and c not in taken]
        named = columns_named(rivals, self._spoken())
        said = [self.text[start:end] for start, end in self._times]
        if len(named) != 1 or not all(any(map(cell.has_date, said)) for cell in timed):
            return None
        cell, units = named[0], self._units(number)
        if cell.value is None or (units and cell.units and not units & cell.units):
            return None
        last = number.value.normalize().as_tuple().exponent
        off = abs(cell.value * cell.scale - number.value)
        is_rounded = isinstance(last, int) and off <= Decimal(10) ** last / 2
        return None if is_rounded else _against(self._instead(cell, number))


def _rounds(value: Decimal, other: Decimal, near: re.Match[str]) -> bool:
    above, below = near["above"] is not None, near["below"] is not None
    whole = value == value.to_integral_value()
    return rounds(value, other, above, below) or (whole and abs(other - value) <= _HALF)


def _against(reason: str) -> Support:
    return Support(Verdict.UNSUPPORTED, reason, _AGAINST, flaw="number")


def _in_part(reason: str) -> Support:
    return Support(Verdict.PARTIAL, reason, _IN_PART, flaw="words")
