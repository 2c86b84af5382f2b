"""Spreadsheets of Excel: .xlsx and .xlsm files.

Read from their XML and not through openpyxl, whose lean mode knows neither merged nor hidden
cells, whose full mode takes 50 times the memory of the file, and neither of which shows a number
as its format says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from rag.errors import DocumentError
from rag.formats.extracted import Builder, Extracted
from rag.formats.office.grid import MAX_CELLS, CellRange, Grid, GridCell
from rag.formats.office.number_formats import (
    BUILT_IN_FORMATS,
    GENERAL,
    is_date_code,
    shown_number,
    shown_text,
)
from rag.formats.office.package import OfficePackage, attribute, child, children, is_on
from rag.formats.office.tables import add_grid
from rag.formats.office.tally import SheetTally
from rag.formats.office.unseen import GROUNDS, WhiteCells, is_white_on_white
from rag.formats.packages import local_name, parser_options
from rag.formats.records.depth import told_if_too_deep
from rag.formats.superscripts import lowered, raised

_SHEET_LEVEL = 2  # of the heading that names a sheet
_MOST_COLUMNS, _MOST_ROWS = 16_384, 1_048_576  # of a sheet of Excel
_MOST_TABLES = 200  # that a sheet declares
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SHIFTS = ("superscript", "subscript")


class _Style(NamedTuple):
    """How cells of a style are shown."""

    code: str = GENERAL
    is_bold: bool = False
    is_struck: bool = False
    shift: str = ""
    is_white: bool = False  # on a ground that is white


class _Shared(NamedTuple):
    """A text that cells share; whether a part of it is struck out."""

    text: str
    has_struck: bool = False


@dataclass
class _Sheet:
    """What was found in a sheet so far."""

    grid: Grid = field(default_factory=Grid)
    hidden_columns: set[int] = field(default_factory=set)
    last_hidden: int = 0
    unseen: WhiteCells = field(default_factory=WhiteCells)


@told_if_too_deep()
def read_xlsx(raw: bytes) -> Extracted:
    """Read the sheets of a workbook in order, hidden ones, rows and columns left out."""
    return _WorkbookReader(OfficePackage(raw)).read()


class _WorkbookReader:
    def __init__(self, package: OfficePackage) -> None:
        self._package = package
        self._builder = Builder()
        self._tally = SheetTally()
        self._part = package.main_part("xl/workbook.xml")
        self._related = package.related(self._part)
        self._strings = self._shared_strings()
        self._styles = self._cell_styles()

    def read(self) -> Extracted:
        root = self._package.xml(self._part)
        if root is None or local_name(root) != "workbook":
            raise DocumentError("is no workbook of Excel; open it and save it as .xlsx.")
        since_1904 = is_on(child(root, "workbookPr"), "date1904")
        seen: set[str] = set()
        for sheet in children(child(root, "sheets"), "sheet"):
            name = sheet.get("name", "").strip()
            related = self._related.get(attribute(sheet, "id") or "")
            if sheet.get("state", "visible") != "visible":
                self._tally.hidden_sheets.append(name)
            elif related is not None and related.kind == "worksheet" and related.part not in seen:
                seen.add(related.part)
                self._add_sheet(name, related.part, since_1904=since_1904)
        self._tally.report(self._builder)
        return self._builder.extracted(self._package.metadata())

    def _add_sheet(self, name: str, part: str, *, since_1904: bool) -> None:
        grid = self._grid(part, since_1904=since_1904)
        boxes = list(self._text_boxes(part))
        if not grid.cells and not boxes:
            return
        self._builder.add(" ".join(name.split()), "heading", level=_SHEET_LEVEL)
        add_grid(self._builder, grid, _SHEET_LEVEL + 1)
        for words in boxes:
            self._builder.add(words)

    # Cells

    def _grid(self, part: str, *, since_1904: bool) -> Grid:
        from lxml import etree

        file = self._package.open(part)
        sheet = _Sheet()
        if file is None:
            return sheet.grid
        tags = [f"{{*}}{name}" for name in ("col", "row", "mergeCell", *GROUNDS)]
        row_number = 0
        with file:
            for _, element in etree.iterparse(file, tag=tags, **parser_options()):
                name = local_name(element)
                if name == "row":
                    row_number = int(element.get("r", row_number + 1))
                    self._add_row(element, row_number, sheet, since_1904=since_1904)
                    element.clear()
                elif name == "col" and is_on(element, "hidden"):
                    first, last = int(element.get("min", 1)), int(element.get("max", 1))
                    first = max(first, sheet.last_hidden + 1)  # they come in order
                    sheet.hidden_columns.update(range(first, min(last, _MOST_COLUMNS) + 1))
                    sheet.last_hidden = max(sheet.last_hidden, last)
                elif name == "mergeCell" and len(sheet.grid.merged) < MAX_CELLS:
                    span = _range(element.get("ref", ""))
                    sheet.grid.merged += [span] if span else []
                elif name in GROUNDS:
                    spans = map(_range, element.get("sqref", "").split())
                    sheet.unseen.add_ground([span for span in spans if span])
        self._add_relations(part, sheet.grid)
        self._tally.white += sheet.unseen.take_out(sheet.grid)
        return sheet.grid

    def _add_row(self, row: Any, number: int, sheet: _Sheet, *, since_1904: bool) -> None:
        column, shown = 0, 0
        is_full = self._tally.cells >= MAX_CELLS
        is_hidden = is_on(row, "hidden")
        for cell in row.iterchildren("{*}c"):
            letters = cell.get("r", "").rstrip("0123456789")
            column = _column(letters) if letters else column + 1
            found = self._cell(cell, since_1904=since_1904)
            if found is None or not found.text.strip():
                continue
            if column in sheet.hidden_columns:
                self._tally.hidden_columns.add((id(sheet), column))
            elif is_hidden:
                self._tally.hidden_rows += 1
                return
            elif is_full:
                self._tally.rows_over += 1
                return
            else:
                sheet.grid.cells[number, column] = found
                if self._style(cell).is_white:
                    sheet.unseen.places.append((number, column))
                shown += 1
        self._tally.cells += shown
        self._tally.rows += bool(shown)

    def _cell(self, cell: Any, *, since_1904: bool) -> GridCell | None:
        style = self._style(cell)
        kind = cell.get("t", "n")
        value = cell.find("{*}v")
        written = (value.text or "") if value is not None else ""
        if kind == "inlineStr":
            inline = child(cell, "is")
            shared = _rich_text(inline) if inline is not None else _Shared("")
            return self._text_cell(shared, style)
        if not written:
            formula = child(cell, "f")
            self._tally.uncomputed += formula is not None and kind != "str"
            return None
        if kind == "s":
            index = int(written)
            known = 0 <= index < len(self._strings)
            return self._text_cell(self._strings[index] if known else _Shared(""), style)
        if kind in ("str", "e"):
            return self._text_cell(_Shared(_unescaped(written)), style)
        if style.is_struck:
            self._tally.struck += 1
            return None
        if kind == "b":
            return GridCell("TRUE" if written == "1" else "FALSE", True, style.is_bold)
        if kind == "d":
            return GridCell(re.sub(r"T00:00(:00(\.0+)?)?Z?$", "", written), True, style.is_bold)
        text = shown_number(written, style.code, since_1904=since_1904)
        return GridCell(text, text != style.code or is_date_code(style.code), style.is_bold)

    def _style(self, cell: Any) -> _Style:
        at = int(cell.get("s", 0))
        return self._styles[at] if 0 <= at < len(self._styles) else _Style()

    def _text_cell(self, shared: _Shared, style: _Style) -> GridCell | None:
        if style.is_struck and shared.text.strip():
            self._tally.struck += 1
            return None
        self._tally.struck += shared.has_struck
        text = _shifted(shared.text, style.shift, "")
        return GridCell(shown_text(text, style.code), False, style.is_bold)

    # What cells refer to

    def _shared_strings(self) -> list[_Shared]:
        from lxml import etree

        parts = [part for kind, part in self._related.values() if kind == "sharedStrings"]
        file = self._package.open(parts[0]) if parts else None
        found: list[_Shared] = []
        if file is not None:
            with file:
                for _, item in etree.iterparse(file, tag="{*}si", **parser_options()):
                    found.append(_rich_text(item))
                    item.clear()
        return found

    def _cell_styles(self) -> list[_Style]:
        parts = [part for kind, part in self._related.values() if kind == "styles"]
        root = self._package.xml(parts[0]) if parts else None
        if root is None:
            return []
        codes = dict(BUILT_IN_FORMATS)
        for each in children(child(root, "numFmts"), "numFmt"):
            codes[int(each.get("numFmtId", 0))] = each.get("formatCode", GENERAL)
        fonts = list(children(child(root, "fonts"), "font"))
        fills = list(children(child(root, "fills"), "fill"))
        found = []
        for xf in children(child(root, "cellXfs"), "xf"):
            at = int(xf.get("fontId", 0))
            font = fonts[at] if 0 <= at < len(fonts) else None
            code = codes.get(int(xf.get("numFmtId", 0)), GENERAL)
            ground = int(xf.get("fillId", 0))
            fill = fills[ground] if 0 <= ground < len(fills) else None
            found.append(_Style(code, *_font(font), is_white_on_white(font, fill)))
        return found

    def _add_relations(self, part: str, grid: Grid) -> None:
        """Note the tables that a sheet declares, and its comments."""
        for kind, target in self._package.related(part).values():
            if kind == "table":
                table = self._package.xml(target)
                span = _range(table.get("ref", "")) if table is not None else None
                if table is not None and span is not None and len(grid.tables) < _MOST_TABLES:
                    grid.tables.append((span, int(table.get("headerRowCount", 1))))
            elif kind == "comments":
                root = self._package.xml(target)
                entries = child(root, "commentList") if root is not None else None
                self._tally.comments += len(entries if entries is not None else ())

    def _text_boxes(self, part: str) -> Iterator[str]:
        """Yield the words of the boxes that lie on a sheet."""
        for kind, target in self._package.related(part).values():
            root = self._package.xml(target) if kind == "drawing" else None
            for body in () if root is None else root.iter("{*}txBody"):
                paragraphs = ["".join(t.text or "" for t in p.iter("{*}t")) for p in body]
                yield "\n".join(words for words in paragraphs if words.strip())


def _font(font: Any | None) -> tuple[bool, bool, str]:
    """Return whether a font is bold, whether it strikes out, and whether it raises or lowers."""
    found = {} if font is None else {local_name(each): each for each in font}
    shift = found["vertAlign"].get("val", "") if "vertAlign" in found else ""
    return (
        is_on(found.get("b"), otherwise="b" in found),
        is_on(found.get("strike"), otherwise="strike" in found),
        shift if shift in _SHIFTS else "",
    )


def _rich_text(item: Any) -> _Shared:
    """Return a text that is made of runs, without those struck out and without readings aloud."""
    words, has_struck = "", False
    for part in item:
        if local_name(part) == "t":
            words += part.text or ""
        elif local_name(part) == "r":
            text = "".join(t.text or "" for t in children(part, "t"))
            _, is_struck, shift = _font(child(part, "rPr"))
            if is_struck:
                has_struck = has_struck or bool(text.strip())
            else:
                words += _shifted(text, shift, words)
    return _Shared(_unescaped(words), has_struck)


def _shifted(text: str, shift: str, before: str) -> str:
    if not shift:
        return text
    return raised(text, before) if shift == "superscript" else lowered(text)


def _unescaped(text: str) -> str:
    r"""Return a text with the characters that are written as _x000D_ in a file."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text).replace("\r\n", "\n")


def _place(reference: str) -> tuple[int, int] | None:
    """Return row and column of a cell, from 1."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    return min(int(match[2]), _MOST_ROWS), _column(match[1])


@lru_cache(maxsize=_MOST_COLUMNS)
def _column(letters: str) -> int:
    """Return the number of a column, from 1."""
    column = 0
    for letter in letters[:4].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return max(min(column, _MOST_COLUMNS), 1)


def _range(reference: str) -> CellRange | None:
    """Return the cells that a reference as B2:D9 names."""
    first, _, last = reference.partition(":")
    start, end = _place(first), _place(last or first)
    return CellRange(*start, *end) if start and end else None
