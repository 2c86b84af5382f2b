"""Texts in the format of OpenDocument, as LibreOffice shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rag.errors import DocumentError
from rag.formats.extracted import Builder, Extracted
from rag.formats.odf.backgrounds import has_ground, paper_is_white, table_has_ground
from rag.formats.odf.lists import OdfLists
from rag.formats.odf.package import (
    DRAW,
    OFFICE,
    STYLE,
    SVG,
    TABLE,
    TEXT,
    OdfFile,
    OdfStyles,
    centimetres,
    odf_metadata,
    open_odf,
)
from rag.formats.odf.runs import LEFT_OUT, OdfLine, OdfRuns
from rag.formats.records.depth import told_if_too_deep
from rag.formats.superscripts import raised
from rag.formats.word.layout import (
    MAX_SPAN,
    FlowCell,
    FlowParagraph,
    FlowRow,
    FlowTable,
    FlowWriter,
)
from rag.formats.word.losses import TextLosses

_MAX_REPEATED_ROWS = 100  # alike, of a table in a text
_MAX_CELLS = 300  # of a row
_MAX_LEVEL = 6
_LARGE = 7 * 4  # square centimetres of a picture; a smaller one is a logo
_ROW_GROUPS = {TABLE + f"table-{name}" for name in ("header-rows", "rows", "row-group")}


@told_if_too_deep()
def read_opendocument_text(raw: bytes) -> Extracted:
    """Read a text of LibreOffice or another program that writes OpenDocument."""
    return _TextReader(open_odf(raw)).extracted()


class _TextReader:
    """Reads one text, in the order in which a person does."""

    def __init__(self, file: OdfFile) -> None:
        self._file = file
        self._styles = OdfStyles(file)
        self._runs = OdfRuns(self._styles, file.formulas)
        self._white = paper_is_white(file, self._styles)
        self._lists = OdfLists(file.styles, file.content)
        self._titled = 0  # 1 once there was a title: headings then are a level lower
        self._endnotes: list[str] = []
        self._paged = next(file.content.iter(TEXT + "soft-page-break"), None) is not None
        self._turned = 0  # pages that began between paragraphs

    def extracted(self) -> Extracted:
        """Return the document."""
        builder = Builder()
        if self._paged:
            builder.begin_page()
        body = self._file.content.find(f"{OFFICE}body/{OFFICE}text")
        if body is None and self._file.content.find(f"{OFFICE}body") is None:
            raise DocumentError("holds no text document; give it the ending of its real format.")
        FlowWriter(builder).write(self._flow(body) if body is not None else ())
        for note in self._endnotes:
            builder.add(note)
        for words, label in self._margins():
            builder.add_clutter(words, label)
        self._note_losses(builder)
        return builder.extracted(odf_metadata(self._file))

    def _flow(self, parent: Any, clutter: str = "") -> Iterator[FlowParagraph | FlowTable]:
        """Yield paragraphs and tables; what hangs on a paragraph behind it."""
        for child in parent:
            tag = child.tag
            if tag in (TEXT + "p", TEXT + "h"):
                yield from self._paragraph(child, clutter)
            elif tag == TEXT + "list":
                yield from self._list(child, clutter)
            elif tag == TABLE + "table":
                yield self._table(child)
            elif tag == TEXT + "soft-page-break":
                self._turned += 1
            elif tag == TEXT + "section" and child.get(TEXT + "display") == "none":
                self._runs.hidden = True
            elif tag in LEFT_OUT or not isinstance(tag, str) or tag.endswith("-source"):
                continue
            elif tag.startswith(DRAW):
                yield from self._box(child)
            elif tag.endswith(("-index", "table-of-content", "bibliography")):
                yield from self._flow(child, "table of contents")
            else:
                yield from self._flow(child, clutter)

    def _paragraph(
        self, element: Any, clutter: str = "", depth: int = 0, number: str = "", listing: str = ""
    ) -> Iterator[FlowParagraph | FlowTable]:
        grounded = has_ground("paragraph", _style(element), self._styles)
        self._runs.on_white = self._white and not grounded
        line = self._runs.paragraph(element)
        self._runs.on_white = False
        text, breaks = line.text(), [0] * self._turned + line.breaks
        self._turned = 0
        if self._paged and not breaks and self._styles.begins_page(_style(element)):
            breaks = [0] if self._said else []
        level = 0
        if self._styles.is_title(_style(element)):
            self._titled, level = 1, 1
        elif element.tag == TEXT + "h":
            outline = element.get(TEXT + "outline-level", "1")
            outline = int(outline) if outline.isdecimal() and len(outline) < 3 else 1
            level = min(outline + self._titled, _MAX_LEVEL)
            if not number and element.get(TEXT + "is-list-header") != "true" and text.strip():
                number = self._lists.heading(outline, element)
        self._said |= bool(text.strip())
        if text.strip():
            text = number + text
            breaks = [at + len(number) if at else 0 for at in breaks]
        bold = not line.plain and bool(text.strip())
        notes = tuple(self._footnotes(line))
        depth = 0 if level else depth
        yield FlowParagraph(
            text,
            level,
            depth,
            bold,
            tuple(breaks) if self._paged else (),
            notes,
            clutter,
            listing,
        )
        for box in line.boxes:
            yield from self._box(box)

    _said = False  # whether any words were read

    def _list(
        self, element: Any, clutter: str, depth: int = 1, around: str = ""
    ) -> Iterator[FlowParagraph | FlowTable]:
        """Yield the entries of a list; the first paragraph of each has its number."""
        name = _style(element) or around
        if depth == 1:
            self._lists.begin(element, name)
        for entry in element:
            numbered = entry.tag == TEXT + "list-header"
            for child in entry:
                if child.tag in (TEXT + "p", TEXT + "h"):
                    number = "" if numbered else self._lists.next(name, depth, entry)
                    numbered = True
                    yield from self._paragraph(child, clutter, depth, number, name)
                elif child.tag == TEXT + "list":
                    yield from self._list(child, clutter, depth + 1, name)
                elif child.tag == TEXT + "soft-page-break":
                    self._turned += 1
                elif child.tag == TABLE + "table":
                    yield self._table(child)

    def _box(self, element: Any) -> Iterator[FlowParagraph | FlowTable]:
        """Yield what stands in a frame or a shape, and count pictures and objects."""
        if formula := self._runs.formula(element):
            yield FlowParagraph(formula)
            return
        outside, self._white = self._white, False  # a box may have a ground of any colour
        yield from [*self._shown(element)]
        self._white = outside

    def _shown(self, element: Any) -> Iterator[FlowParagraph | FlowTable]:
        for child in element:
            if child.tag in (DRAW + "object", DRAW + "object-ole"):
                self._runs.embedded += 1
                return  # the picture beside it shows the same
            if child.tag == DRAW + "image":
                self._runs.pictures += _area(element) >= _LARGE
                return
            if child.tag in (DRAW + "text-box", DRAW + "frame", DRAW + "g") or (
                isinstance(child.tag, str) and child.tag.endswith("-shape")
            ):
                yield from self._box(child)
            elif child.tag in (TEXT + "p", TEXT + "h"):
                yield from self._paragraph(child)
            elif child.tag == TEXT + "list":
                yield from self._list(child, "")
            elif child.tag == TABLE + "table":
                yield self._table(child)

    def _footnotes(self, line: OdfLine) -> Iterator[str]:
        """Yield the footnotes of a paragraph; endnotes are kept for the end."""
        for element, mark in line.notes:
            words = self._words(element.find(TEXT + "note-body"))
            note = f"{raised(mark, '')} {words}"
            if words and element.get(TEXT + "note-class") == "endnote":
                self._endnotes.append(note)
            elif words:
                yield note

    def _words(self, parent: Any) -> str:
        """Return all words in an element on one line."""
        found = parent.iter(TEXT + "p", TEXT + "h") if parent is not None else ()
        return " ".join(" ".join(self._runs.words(each) for each in found).split())

    def _margins(self) -> Iterator[tuple[str, str]]:
        """Yield the heads and feet of pages, each once."""
        seen = set()
        for kind, label in (("header", "head of pages"), ("footer", "foot of pages")):
            styles = self._file.styles
            for element in styles.iter(STYLE + kind) if styles is not None else ():
                words = self._words(element)
                if words and words not in seen:
                    seen.add(words)
                    yield words, label

    def _table(self, element: Any) -> FlowTable:
        table = FlowTable()
        outside = self._white
        self._white = outside and not table_has_ground(element, self._styles)
        for row in _rows(element):
            header = row.getparent().tag == TABLE + "table-header-rows"
            made = FlowRow(list(self._cells(row)), header)
            table.rows += [made] * _count(row, "number-rows-repeated", _MAX_REPEATED_ROWS)
        self._white = outside
        return table

    def _cells(self, row: Any) -> Iterator[FlowCell]:
        """Yield the cells of a row; those that a cell above covers go on from it."""
        made = beside = 0  # beside are cells that the one before them covers
        for cell in row.iterchildren(TABLE + "table-cell", TABLE + "covered-table-cell"):
            covered = cell.tag == TABLE + "covered-table-cell"
            for _ in range(_count(cell, "number-columns-repeated", MAX_SPAN)):
                if made >= _MAX_CELLS:
                    return
                if covered and beside:
                    beside -= 1
                    continue
                made += 1
                span = _count(cell, "number-columns-spanned", MAX_SPAN)
                beside = span - 1
                yield FlowCell([] if covered else list(self._flow(cell)), span, covered)

    def _note_losses(self, builder: Builder) -> None:
        """Say what a reader of a quotation should know, and what was not read."""
        runs = self._runs
        changes = sum(
            each.find(f"{TEXT}{kind}") is not None
            for each in self._file.content.iter(TEXT + "changed-region")
            for kind in ("insertion", "deletion")
        )
        TextLosses(
            changes=changes,
            comments=runs.comments,
            struck=runs.struck,
            hidden=runs.hidden,
            placeholders=runs.placeholders,
            pictures=runs.pictures,
            embedded=runs.embedded,
        ).report(builder)


def _style(element: Any) -> str:
    return str(element.get(TEXT + "style-name", ""))


def _rows(table: Any) -> Iterator[Any]:
    """Yield the rows of a table, whatever groups they stand in."""
    for child in table:
        if child.tag == TABLE + "table-row":
            yield child
        elif child.tag in _ROW_GROUPS:
            yield from _rows(child)


def _count(element: Any, name: str, most: int) -> int:
    """Return a count that an element states, 1 where it states none, and no more than some."""
    shown = element.get(TABLE + name, "1")
    return min(max(int(shown), 1), most) if re.fullmatch(r"\d{1,9}", shown) else 1


def _area(frame: Any) -> float:
    """Return the area of a frame in square centimetres; 0 where it does not say."""
    area = 1.0
    for side in ("width", "height"):
        area *= max(centimetres(frame.get(SVG + side)) or 0.0, 0.0)
    return area
