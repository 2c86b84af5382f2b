"""Spreadsheets of LibreOffice, and of other programs that write OpenDocument: .ods files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rag.errors import DocumentError
from rag.formats.extracted import Builder, Extracted
from rag.formats.odf.package import (
    OFFICE,
    STYLE,
    TABLE,
    TEXT,
    OdfStyles,
    odf_metadata,
    open_odf,
)
from rag.formats.odf.runs import OdfRuns
from rag.formats.office.grid import MAX_CELLS, CellRange, Grid, GridCell
from rag.formats.office.tables import add_grid
from rag.formats.office.tally import SheetTally
from rag.formats.records.depth import told_if_too_deep

_SHEET_LEVEL = 2  # of the heading that names a sheet
_MOST_COLUMNS, _MOST_ROWS = 16_384, 1_048_576
_HIDDEN = ("collapse", "filter")
_COLUMN_GROUPS = {TABLE + f"table-{name}" for name in ("columns", "header-columns", "column-group")}
_ROW_GROUPS = {TABLE + f"table-{name}" for name in ("rows", "header-rows", "row-group")}
_CELLS = (TABLE + "table-cell", TABLE + "covered-table-cell")
_DATA = ("float", "percentage", "currency", "date", "time", "boolean")


@told_if_too_deep()
def read_opendocument_sheets(raw: bytes) -> Extracted:
    """Read the sheets of a spreadsheet in order, hidden ones, rows and columns left out."""
    file = open_odf(raw)
    body = file.content.find(f"{OFFICE}body/{OFFICE}spreadsheet")
    if body is None:
        raise DocumentError("holds no spreadsheet; give it the ending of its real format.")
    builder, tally = Builder(), SheetTally()
    reader = OdfTables(OdfStyles(file), tally)
    for table in body.iterchildren(TABLE + "table"):
        name = " ".join(table.get(TABLE + "name", "").split())
        if reader.is_hidden(table):
            tally.hidden_sheets.append(name)
            continue
        grid = reader.grid(table)
        if grid.cells:
            builder.add(name, "heading", level=_SHEET_LEVEL)
            add_grid(builder, grid, _SHEET_LEVEL + 1)
    tally.report(builder)
    return builder.extracted(odf_metadata(file))


class OdfTables:
    """Reads the cells of tables, and counts what is passed over."""

    def __init__(self, styles: OdfStyles, tally: SheetTally) -> None:
        self._styles = styles
        self._runs = OdfRuns(styles)
        self._tally = tally

    def is_hidden(self, table: Any) -> bool:
        """Return whether a sheet is hidden."""
        chain = self._styles.chain("table", table.get(TABLE + "style-name", ""))
        shown = (each.find(STYLE + "table-properties") for each in chain)
        return any(each is not None and each.get(TABLE + "display") == "false" for each in shown)

    def grid(self, table: Any) -> Grid:
        """Return the cells of a table that show something.

        A cell or row that is repeated a million times is so as far as there is room.
        """
        grid = Grid()
        hidden = set(_hidden_columns(table))
        number = 0
        for row in _inside(table, _ROW_GROUPS, TABLE + "table-row"):
            times = _times(row, "number-rows-repeated", _MOST_ROWS)
            if self._tally.cells >= MAX_CELLS:
                self._tally.rows_over += (
                    times if next(row.iter(TEXT + "p"), None) is not None else 0
                )
                continue
            cells = list(self._cells(row))
            shown = [each for each in cells if each[0] not in hidden]
            if row.get(TABLE + "visibility") in _HIDDEN:
                self._tally.hidden_rows += times if cells else 0
            elif shown:
                self._tally.hidden_columns |= {(id(grid), c) for c, _, _ in cells if c in hidden}
                self._add(grid, number, shown, times)
            number += times
        return grid

    def _add(
        self, grid: Grid, number: int, cells: list[tuple[int, GridCell, Any]], times: int
    ) -> None:
        for row in range(number, number + times):
            if self._tally.cells >= MAX_CELLS:
                self._tally.rows_over += number + times - row
                return
            self._tally.rows += 1
            self._tally.cells += len(cells)
            for column, cell, element in cells:
                grid.cells[row, column] = cell
                down = _times(element, "number-rows-spanned", _MOST_ROWS)
                right = _times(element, "number-columns-spanned", _MOST_COLUMNS)
                if (down, right) != (1, 1):
                    end = row + down - 1, column + right - 1
                    grid.merged.append(CellRange(row, column, *end))

    def _cells(self, row: Any) -> Iterator[tuple[int, GridCell, Any]]:
        """Yield the column of each cell that shows something, what it shows, and its element."""
        column = 0
        for element in row.iterchildren(*_CELLS):
            times = _times(element, "number-columns-repeated", _MOST_COLUMNS)
            cell = self._cell(element) if column < _MOST_COLUMNS else None
            if cell is not None:
                for place in range(column, min(column + times, _MOST_COLUMNS)):
                    yield place, cell, element
            column += times

    def _cell(self, element: Any) -> GridCell | None:
        self._tally.comments += len(element.findall(OFFICE + "annotation"))
        if element.tag != TABLE + "table-cell":  # covered by a merged one
            return None
        paragraphs = element.findall(TEXT + "p")
        kind = element.get(OFFICE + "value-type", "")
        look = self._styles.look("table-cell", element.get(TABLE + "style-name", ""))
        self._runs.struck = False
        words = "\n".join(self._runs.words(each) for each in paragraphs)
        if look.struck or self._runs.struck:
            self._tally.struck += 1
        if not words.strip() or look.struck:
            formula = element.get(TABLE + "formula") and not paragraphs and kind != "string"
            self._tally.uncomputed += bool(formula)
            return None
        return GridCell(words, kind in _DATA, look.bold)


def _hidden_columns(table: Any) -> Iterator[int]:
    column = 0
    for each in _inside(table, _COLUMN_GROUPS, TABLE + "table-column"):
        times = _times(each, "number-columns-repeated", _MOST_COLUMNS)
        if each.get(TABLE + "visibility") in _HIDDEN and column < _MOST_COLUMNS:
            yield from range(column, min(column + times, _MOST_COLUMNS))
        column += times


def _inside(parent: Any, groups: set[str], wanted: str) -> Iterator[Any]:
    for each in parent:
        if each.tag == wanted:
            yield each
        elif each.tag in groups:
            yield from _inside(each, groups, wanted)


def _times(element: Any, name: str, most: int) -> int:
    """Return how often an element stands, or how far it reaches."""
    value = element.get(TABLE + name, "1")
    return max(min(int(value), most), 1) if value.isdecimal() and len(value) < 9 else 1
