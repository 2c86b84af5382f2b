"""Check a sentence against the rows of a table that it cites: cell by cell, without a model.

To a model that has learned from sentences, "Item: Wages · Planned: 310000 · Actual: 342000" says
nothing about "Actual wages came to 342,000". What a row says is exact all the same: the sentence
names the row, its numbers and dates stand in cells, and it names the columns of these. What it says
besides must be a verb by which tables are told, a unit, or a word of the table or of what stands
above it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from rag.checking.reasons import row_lacks
from rag.checking.statement import ROUNDED, YEARS, rounds
from rag.checking.tables.columns import (
    abbreviates,
    columns_named,
    dated_rivals_of,
    likest_column,
    nearest_column,
    rivals_of,
)
from rag.checking.tables.row import (
    Row,
    RowCell,
    dates_in,
    is_date_of,
    is_unit_of,
    meaningful,
    months_of,
    read_row,
    term_of,
    terms_of,
    units_of,
)
from rag.checking.tables.wording import (
    BEYOND,
    CHANGES,
    SIGN_END,
    UNREAD,
    added_words,
    without_bounds,
)
from rag.models.likeness import likeness
from rag.text.numbers import Number, numbers_in
from rag.text.quotations import quotations
from rag.text.terms import Term
from rag.types import Support, Verdict

_HELD = 0.5  # share of the words of a row's name that a sentence must have to name the row
_KEYS = 2  # cells of a row, from the left, that may be its name
_SURE, _IN_PART, _AGAINST = 0.95, 0.45, 0.05  # scores by verdict
_LONGEST_KEY = 80  # characters of a row's name that is looked for as it is written
_HALF = Decimal("0.5")
_MINUS = "-−–("
_BELOW_ZERO = re.compile(r"[-−–]\s?\W?\d|\b(?:minus|negative|deficit|loss(?:es)?)\b", re.IGNORECASE)
_EXCHANGEABLE = 0.35  # likeness of the names of two columns, as "buyer" and "seller"
_DERIVED = re.compile(r"\b(?:by|of|for|another|further|only)\s+\W?$", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]+")
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
        sources: the words that it cites, rows as :func:`rag.text.blocks.in_context` writes them.
        known: what else it may rest on: outlet, date and title of the sources, and what stands
            above the table.

    It is left open whether the rows support a sentence that names none of them, has a number that
    is in none, denies something, compares, quotes, or is a guess.
    """
    rows = tuple(row for row in map(read_row, sources) if row)
    others = [source for source in sources if not read_row(source)]
    reading = _RowsRead(statement, rows, known)
    if not rows or not reading.rows:
        return CellFinding()
    plain = without_bounds(statement)
    is_open = any(quotations(statement)) or any(each.search(plain) for each in UNREAD)
    # What else is cited may be what the sentence adds.
    lacking = () if others else tuple(reading.lacking)
    changes = any(each.search(plain) for each in CHANGES)
    if is_open or (others and reading.lacking):
        support = None
    else:
        support = reading.exchange() if changes else reading.support()
    beyond = BEYOND.search(plain) if len(rows) == 1 else None
    lacking += (beyond[0],) if beyond else ()
    return CellFinding(support, lacking, not reading.unheld_numbers)


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
            if len(row[0].words) > _LONGEST_KEY:
                continue
            parts = map(re.escape, row[0].words.split())
            name = r"\s+".join(parts).replace("–", "[–/-]")
            match = re.search(rf"(?<!\w){name}(?!\w)", self.text, re.IGNORECASE)
            if match and match[0]:
                found[at] = match.span()
        return found

    @cached_property
    def _times(self) -> list[tuple[int, int]]:
        """The spans of the dates of the sentence that a cited row has."""
        there = [date for row in self.cited for cell in row for date in cell.dates]
        return [
            (start, end)
            for start, end, date in dates_in(self.text)
            if any(is_date_of(date, each) for each in there)
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
        return added_words(
            self.text,
            self.words,
            self.numbers,
            lambda term: (
                term_of(term) in there or is_unit_of(self.text[term.start : term.end], self._cells)
            ),
        )

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
        if not self._held and not self._has_further_cell():
            return None
        if len(self.rows) > 1 and not self._is_told_in_order():
            return None
        reason = self._exchanged() or self._other_unit()
        if reason:
            return None if self.lacking else _against(reason)
        reason = self._doubt()
        return _in_part(reason) if reason else Support(Verdict.SUPPORTED, None, _SURE)

    def exchange(self) -> Support | None:
        """Return that the sentence gives the values of named rows to one another, if it does."""
        reason = self._exchanged() if self._is_told_in_order() and not self.unheld_numbers else None
        return _against(reason) if reason and not self.lacking else None

    @cached_property
    def _held(self) -> list[tuple[Number, list[RowCell]]]:
        return [(n, cells) for n in self.numbers if (cells := self._holding(n))]

    @cached_property
    def _cells(self) -> list[RowCell]:
        return [cell for row in self.rows for cell in row]

    def _doubt(self) -> str | None:
        """Say what a sentence leaves open or adds that gives values of the named rows."""
        if any(self._is_below_zero(cells) for _, cells in self._held):
            return "the source has a number below zero, and this does not say so"
        if self.lacking:
            return row_lacks(self.lacking)
        denied = next(filter(self._is_said_of, self._cells), None)
        if denied:
            return f"the source says “{denied.words}” of “{denied.column}”"
        for number, cells in self._held:
            if not self._is_column_named((number.start, number.end), cells, rivals_of):
                return self._as_column(self.text[number.start : number.end], cells)
        for span in self._times:
            words = self.text[slice(*span)]
            cells = [cell for cell in self._cells if cell.has_date(words)]
            if not cells:
                return f"the row does not say “{words}”"
            if not self._is_column_named(span, cells, dated_rivals_of):
                return self._as_column(words, cells)
        if self._has_exchangeable_parts():
            return "the row does not say which of these does what to the other"
        return None

    def _is_said_of(self, cell: RowCell) -> bool:
        """Return whether a sentence has all words of a column's name of which the cell says no."""
        words = terms_of(cell.column)
        return cell.denies and bool(words) and words <= self._said

    def _has_exchangeable_parts(self) -> bool:
        """Return whether the sentence has two cells of columns alike, and names not both columns.

        As of a buyer and a seller: either may be said to have bought the other.
        """
        texts = [c for c in self._cells if c.value is None and not c.dates and terms_of(c.words)]
        said = [c for c in texts if terms_of(c.words) <= self._said]
        for one, other in combinations(said, 2):
            names = [_LETTERS.findall(each.column) for each in (one, other)]
            is_named = all(terms_of(each.column) & self._said for each in (one, other))
            if not is_named and float(likeness(*names).max(initial=0.0)) >= _EXCHANGEABLE:
                return one.column != other.column
        return False

    def _is_told_in_order(self) -> bool:
        """Return whether each row is named once, and each has as many values as the others."""
        names = [terms_of(row[0].words) for row in self.rows]
        for at, name in enumerate(names):
            own = name.difference(*(other for i, other in enumerate(names) if i != at))
            counts = [sum(term_of(word) == each for word in self.words) for each in own]
            if counts and min(counts) > 1:
                return False
        values = [n for n in self.numbers if n.value not in YEARS]
        return all(len(each) in (0, len(self.rows)) for each in (values, self._times))

    def _is_below_zero(self, cells: Sequence[RowCell]) -> bool:
        """Return whether cells are below zero, of which the sentence has no sign and no word."""
        signed = all(cell.words.strip()[0] in _MINUS for cell in cells)
        return signed and not _BELOW_ZERO.search(self.text)

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
        near = ROUNDED.search(SIGN_END.sub("", self.text[: number.start]))
        found = []
        for cell in (cell for row in self.rows for cell in row if cell.value is not None):
            value = (cell.value or Decimal(0)) * cell.scale
            if number.value == value or (near and _rounds(number.value, value, near)):
                found.append(cell)
        return found

    def _is_known(self, number: Number) -> bool:
        """Return whether a number is part of a name in the rows, or a year known of the table."""
        written = self.text[number.start : number.end]
        if number.value in YEARS and written.isdigit():
            heads = "\n".join(cell.column for cell in self._cells)
            timed = any(cell.dates or cell.value in YEARS for cell in self._cells)
            timed = timed or any(each.value in YEARS for each in numbers_in(heads))
            if any(date[:4] == written for cell in self._cells for date in cell.dates):
                return True
            return written in (heads if timed else f"{heads}\n{self.known}")
        before = self.text[: number.start].rstrip().rpartition(" ")[2]
        texts = (f"{c.column}\n{c.words if c.value is None else ''}" for c in self._cells)
        behind = self.text[number.end :].split()
        phrases = [f"{before} {written}", f"{written} {behind[0].strip('.,;')}" if behind else ""]
        named = "\n".join(texts).lower()
        return any(" " in phrase.strip() and phrase.lower() in named for phrase in phrases)

    def _exchanged(self) -> str | None:
        """Say that of as many values as rows are named one is of another row than its own.

        They are named in the same order: "371 in Mill Lane and 544 in Harbour East".
        """
        if len(self.rows) < 2:
            return None
        counts = [((n.start, n.end), cells) for n, cells in self._held if n.value not in YEARS]
        dates = [
            (span, [cell for cell in self._cells if cell.has_date(self.text[slice(*span)])])
            for span in self._times
        ]
        for found in (counts, dates):
            for row, ((start, end), cells) in zip(self.rows, found, strict=False):
                if cells and not any(cell in row for cell in cells):
                    other = next(each for each in self.rows if cells[0] in each)
                    written = self.text[start:end]
                    return f"the source says {written} of “{other[0].words}”, not “{row[0].words}”"
        return None

    def _other_unit(self) -> str | None:
        """Say that a number is of another unit than its cell."""
        for number, cells in self._held:
            units = self._units(number)
            if units and all(cell.units and not cell.units & units for cell in cells):
                return self._instead(cells[0], number)
        return None

    def _is_column_named(
        self,
        span: tuple[int, int],
        cells: Sequence[RowCell],
        rivals_in: Callable[[RowCell, Row], list[RowCell]],
    ) -> bool:
        """Return whether the sentence names the column of one of some cells for a value in it."""
        for cell in cells:
            row = next(row for row in self.rows if cell in row)
            rivals = rivals_in(cell, row)
            named = columns_named(rivals, self._spoken())
            if cell in named:
                nearest = nearest_column(named, span[0], self.words, self.numbers)
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

    def _as_column(self, written: str, cells: Sequence[RowCell]) -> str:
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
        derived = _DERIVED.search(self.text, 0, number.start) is not None
        if self.lacking or len(self.rows) != 1 or number.value in YEARS or derived:
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
        is_share = "percent" in units and "percent" not in cell.units
        if cell.value is None or is_share or (units and cell.units and not units & cell.units):
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
