"""Cells in rows and columns, and where in them one table ends and another begins."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

_MOST_GAPS = 50  # empty columns that may separate tables
MAX_CELLS = 100_000  # of a document: as many as a table that people read has, several times over
YEAR_CELL = re.compile(r"(?:1[89]|20|21)\d\d")
_SIGN = r"[$€£¥₹%‰°]|[A-Z]{3}"
_DATE = (
    r"\d{4}-\d\d(?:-\d\d(?:[T ]\d\d:\d\d\S*)?)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
    r"|\d{1,2}:\d\d(?::\d\d)?(?: ?[AaPp][Mm])?"
)
_LIKE_DATE = re.compile(_DATE)
_LIKE_DATA = re.compile(
    rf"[-+−~<>≈(]*\s?(?:{_SIGN})?\s?[-+−]?(?:\d[\d.,'’\u00a0\u202f ]*|[.,]\d+)(?:[eE][-+]?\d+)?"
    rf"\s?(?:{_SIGN})?\)?"  # an amount
    rf"|{_DATE}|true|false|TRUE|FALSE"
)


class GridCell(NamedTuple):
    """What a cell shows; whether it is a number, date or truth value; whether it stands out."""

    text: str
    is_data: bool = False
    is_bold: bool = False


class CellRange(NamedTuple):
    """Cells from one corner to another, both included, counted from 0 or 1 like the cells."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Grid:
    """The cells of a sheet.

    Attributes:
        cells: those that show something, by row and column.
        merged: ranges that are one cell, which stands at their top left.
        tables: ranges that the document itself declares to be tables, with the number of rows
            that their header has.
        usually_named: whether tables of this origin have a header unless they show otherwise.
    """

    cells: dict[tuple[int, int], GridCell] = field(default_factory=dict)
    merged: list[CellRange] = field(default_factory=list)
    tables: list[tuple[CellRange, int]] = field(default_factory=list)
    usually_named: bool = False


def is_data(cell: GridCell | None) -> bool:
    """Return whether a cell holds a number, a date or a truth value, also if typed as text."""
    return cell is not None and (
        cell.is_data or _LIKE_DATA.fullmatch(cell.text.strip()) is not None
    )


def kind_of(cell: GridCell) -> str:
    """Return whether a cell holds words, a date or time, a share or another number."""
    if not is_data(cell):
        return "words"
    text = cell.text.strip()
    return "date" if _LIKE_DATE.fullmatch(text) else "share" if "%" in text else "number"


class Region(NamedTuple):
    """Rows and columns of a grid, those without any cell left out."""

    rows: list[int]
    columns: list[int]


class GridView:
    """What stands where in a grid: a merged cell stands in all that it covers."""

    def __init__(self, grid: Grid) -> None:
        self._cells = grid.cells
        self._tables = grid.tables
        self._origin, self.wide_rows = _covered(grid)

    def regions(self) -> list[Region]:
        """Return the parts that stand apart, each a table, a form or some lines of text."""
        return self._joined(list(self._regions(set(self._cells) | set(self._origin))))

    def at(self, row: int, column: int) -> GridCell | None:
        """Return the cell at a place, if there is one."""
        place = self._origin.get((row, column), (row, column))
        return self._cells.get(place)

    def text(self, row: int, column: int) -> str:
        """Return the words at a place on one line."""
        cell = self.at(row, column)
        return " ".join(cell.text.split()) if cell else ""

    def own(self, row: int, region: Region) -> list[GridCell]:
        """Return the cells of a row, each merged one once."""
        return [self._cells[place] for place in self.places(row, region) if place in self._cells]

    def places(self, row: int, region: Region) -> list[tuple[int, int]]:
        """Return where the cells of a row stand, empty ones included, each merged one once."""
        places = (self._origin.get((row, column), (row, column)) for column in region.columns)
        return list(dict.fromkeys(places))

    def begun(self, row: int, region: Region) -> list[GridCell]:
        """Return the cells of a row without those that reach down into it from above."""
        places = [place for place in self.places(row, region) if place[0] == row]
        return [self._cells[place] for place in places if place in self._cells]

    def spans(self, row: int, region: Region) -> bool:
        """Return whether a cell of a row covers several columns."""
        return len(self.places(row, region)) < len(region.columns)

    # Where one table ends and another begins

    def _regions(self, used: set[tuple[int, int]]) -> Iterable[Region]:
        rows, columns = sorted({r for r, _ in used}), sorted({c for _, c in used})
        for gap in _gaps(columns)[:_MOST_GAPS]:
            left = {place for place in used if place[1] < gap}
            right = used - left
            if self._stand_apart(left, right):
                yield from self._regions(left)
                yield from self._regions(right)
                return
        starts = [rows[0] if rows else 0, *_gaps(rows)]
        if len(starts) > 1:
            bands: list[set[tuple[int, int]]] = [set() for _ in starts]
            at = {row: index for index, row in _band_of(rows, starts)}
            for place in used:
                bands[at[place[0]]].add(place)
            for band in bands:
                yield from self._regions(band)
        elif used:
            yield from self._cut_at_tables(Region(rows, columns))

    def _stand_apart(self, left: set[tuple[int, int]], right: set[tuple[int, int]]) -> bool:
        """Return whether an empty column separates two tables, and is no mere gap within one."""
        if any(len({c for _, c in part}) < 2 for part in (left, right)):
            return False
        first = min(c for _, c in right)
        keys = [cell for r, c in sorted(right) if c == first and (cell := self.at(r, c))]
        if sum(map(is_data, keys[1:])) * 2 > len(keys[1:]):
            return False  # amounts: of the rows to the left
        heights = [(min(r for r, _ in part), max(r for r, _ in part)) for part in (left, right)]
        if heights[0] != heights[1]:
            return True
        top = heights[0][0]
        names = [{self.text(r, c) for r, c in part if r == top} - {""} for part in (left, right)]
        return bool(names[0] & names[1])

    def _cut_at_tables(self, region: Region) -> Iterable[Region]:
        ends = sorted({table.bottom for table, _ in self._tables})
        rows = region.rows
        for end in ends:
            above = [row for row in rows if row <= end]
            if above and len(above) < len(rows):
                yield Region(above, region.columns)
                rows = rows[len(above) :]
        yield Region(rows, region.columns)

    def _joined(self, regions: list[Region]) -> list[Region]:
        """Join a header with the table below it, from which an empty row separates it."""
        joined: list[Region] = []
        for region in regions:
            above = joined[-1] if joined else None
            if (
                above is not None
                and len(above.rows) == 1
                and len(self.own(above.rows[0], above)) >= 2
                and above.columns == region.columns
                and not any(map(is_data, self.own(above.rows[0], above)))
                and any(map(is_data, self.own(region.rows[0], region)))
            ):
                joined[-1] = Region(above.rows + region.rows, region.columns)
            else:
                joined.append(region)
        return joined


def _gaps(numbers: list[int]) -> list[int]:
    """Return each number that is not one above the number before it."""
    return [n for before, n in pairwise(numbers) if n > before + 1]


def _band_of(rows: list[int], starts: list[int]) -> Iterable[tuple[int, int]]:
    band = 0
    for row in rows:
        while band + 1 < len(starts) and row >= starts[band + 1]:
            band += 1
        yield band, row


def _covered(grid: Grid) -> tuple[dict[tuple[int, int], tuple[int, int]], set[int]]:
    """Return of each cell that a merged one covers where that stands; and the rows of wide ones.

    A range may claim a million rows: it counts as far as there are cells in the sheet.
    """
    origin: dict[tuple[int, int], tuple[int, int]] = {}
    wide: set[int] = set()
    bottom = max((row for row, _ in grid.cells), default=0)
    right = max((column for _, column in grid.cells), default=0)
    looked_at = 0
    for span in grid.merged:
        place = span.top, span.left
        if place not in grid.cells:
            continue
        if span.left < span.right and span.top == span.bottom:
            wide.add(span.top)
        for row in range(span.top, min(span.bottom, bottom) + 1):
            for column in range(span.left, min(span.right, right) + 1):
                looked_at += 1
                if looked_at > MAX_CELLS:
                    return origin, wide
                if (row, column) not in grid.cells or (row, column) == place:
                    origin[row, column] = place
    return origin, wide
