"""Presentations of LibreOffice, and of other programs that write OpenDocument: .odp files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rag.errors import DocumentError
from rag.formats.extracted import Builder, Extracted
from rag.formats.odf.lists import OdfLists
from rag.formats.odf.package import (
    DRAW,
    OFFICE,
    STYLE,
    SVG,
    TABLE,
    TEXT,
    OdfStyles,
    centimetres,
    odf_metadata,
    open_odf,
)
from rag.formats.odf.runs import OdfRuns
from rag.formats.odf.sheets import OdfTables
from rag.formats.office.paragraphs import ShapeParagraph, add_paragraphs
from rag.formats.office.shapes import Box, reading_order
from rag.formats.office.tables import add_grid, is_title
from rag.formats.office.tally import SheetTally, SlideTally
from rag.formats.records.depth import told_if_too_deep

_SHOW = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_SLIDE_LEVEL = 2  # of the heading that a slide's title is
_MARGINS = ("header", "footer", "date-time", "page-number")
_DEEPEST = 20  # groups and lists within each other


@told_if_too_deep()
def read_opendocument_slides(raw: bytes) -> Extracted:
    """Read the slides of a presentation in order, with their speaker notes; hidden ones not."""
    file = open_odf(raw)
    body = file.content.find(f"{OFFICE}body/{OFFICE}presentation")
    if body is None:
        raise DocumentError("holds no presentation; give it the ending of its real format.")
    styles = OdfStyles(file)
    reader = _SlideReader(styles, OdfLists(file.styles, file.content), file.formulas)
    for number, page in enumerate(body.iterchildren(DRAW + "page"), 1):
        reader.add(number, page)
    reader.tally.comments += reader.tables.comments
    reader.tally.report(reader.builder)
    title = {"title": reader.title} if reader.title else {}
    return reader.builder.extracted(title | odf_metadata(file))


class _SlideReader:
    def __init__(self, styles: OdfStyles, lists: OdfLists, formulas: dict[str, Any]) -> None:
        self.builder = Builder()
        self.tally = SlideTally()
        self.tables = SheetTally()
        self.title = ""
        self._styles = styles
        self._lists = lists
        self._runs = OdfRuns(styles, formulas)
        self._tables = OdfTables(styles, self.tables)

    def add(self, number: int, page: Any) -> None:
        """Add a slide."""
        self.builder.begin_page()
        if self._is_hidden(page):
            self.tally.hidden.append(number)
            return
        shapes = [each for each in _shapes(page) if each.get(_SHOW + "class") not in _MARGINS]
        titles = [
            words
            for each in shapes
            if each.get(_SHOW + "class") == "title" and (words := self._line(each))
        ]
        shapes = [each for each in shapes if each.get(_SHOW + "class") != "title"]
        shapes = [shapes[at] for at in reading_order([_box(each) for each in shapes])]
        self.title = self.title or " ".join(titles)
        has_words = any(self._line(each) for each in shapes)
        if titles:
            self.builder.add(" ".join(titles), "heading", level=_SLIDE_LEVEL)
        elif has_words:
            first = self._line(shapes[0])
            is_heading = len(list(self._paragraphs(shapes[0]))) == 1 and is_title(first)
            words = first if is_heading else f"Slide {number}"
            self.builder.add(words, "heading", level=_SLIDE_LEVEL)
            shapes = shapes[is_heading:]
        elif next(page.iter(DRAW + "image"), None) is not None:
            self.tally.only_pictures.append(number)
        for shape in shapes:
            self._add_shape(shape, 0)
        self.tally.comments += len(page.findall(OFFICE + "annotation"))
        self._add_notes(page)

    def _add_shape(self, shape: Any, depth: int) -> None:
        if shape.tag == DRAW + "g":
            inner = list(_shapes(shape) if depth < _DEEPEST else _all_in(shape))
            for at in reading_order([_box(each) for each in inner]):
                self._add_shape(inner[at], depth + 1)
            return
        for table in shape.iterchildren(TABLE + "table"):
            add_grid(self.builder, self._tables.grid(table), _SLIDE_LEVEL + 1)
        if formula := self._runs.formula(shape):
            self.builder.add(formula)
        elif shape.find(TABLE + "table") is None:
            objects = shape.iterchildren(DRAW + "object", DRAW + "object-ole")
            self.tally.embedded += any(True for _ in objects)
        self._runs.struck = False
        add_paragraphs(self.builder, list(self._paragraphs(shape)))
        self.tally.struck += self._runs.struck

    def _add_notes(self, page: Any) -> None:
        paragraphs = [
            paragraph
            for notes in page.iterchildren(_SHOW + "notes")
            for shape in _shapes(notes)
            if shape.get(_SHOW + "class") not in (*_MARGINS, "page")
            for paragraph in self._paragraphs(shape)
        ]
        if paragraphs:
            self.builder.add("Notes", "heading", level=_SLIDE_LEVEL + 1)
            add_paragraphs(self.builder, paragraphs)

    def _paragraphs(self, shape: Any) -> Iterator[ShapeParagraph]:
        """Yield the paragraphs of a shape that have words."""
        for part in (*shape.iterchildren(DRAW + "text-box"), shape):
            for each in part.iterchildren(TEXT + "p", TEXT + "h", TEXT + "list"):
                if each.tag == TEXT + "list":
                    name = each.get(TEXT + "style-name", "")
                    self._lists.begin(each, name)
                    yield from self._entries(each, name, 1)
                elif words := self._runs.words(each):
                    yield ShapeParagraph(words)

    def _entries(self, listed: Any, around: str, depth: int) -> Iterator[ShapeParagraph]:
        name = listed.get(TEXT + "style-name", around)
        for entry in listed.iterchildren(TEXT + "list-item", TEXT + "list-header"):
            numbered = entry.tag == TEXT + "list-header"
            for each in entry.iterchildren(TEXT + "p", TEXT + "h", TEXT + "list"):
                if each.tag == TEXT + "list":
                    if depth < _DEEPEST:
                        yield from self._entries(each, name, depth + 1)
                elif words := self._runs.words(each):
                    number = "" if numbered else self._lists.next(name, depth, entry)
                    yield ShapeParagraph(number + words, 0 if numbered else depth)
                    numbered = True

    def _line(self, shape: Any) -> str:
        """Return the words of a shape, and of those in it, on one line."""
        paragraphs = shape.iter(TEXT + "p", TEXT + "h")
        return " ".join(" ".join(self._runs.words(each) for each in paragraphs).split())

    def _is_hidden(self, page: Any) -> bool:
        chain = self._styles.chain("drawing-page", page.get(DRAW + "style-name", ""))
        shown = (each.find(STYLE + "drawing-page-properties") for each in chain)
        return any(
            each is not None and each.get(_SHOW + "visibility") == "hidden" for each in shown
        )


def _all_in(group: Any) -> Iterator[Any]:
    """Yield the shapes in a group and in all groups in it."""
    for inner in group.iter(DRAW + "g"):
        yield from (each for each in _shapes(inner) if each.tag != DRAW + "g")


def _shapes(parent: Any) -> Iterator[Any]:
    """Yield the shapes on a slide or in a group."""
    for each in parent:
        is_shape = isinstance(each.tag, str) and each.tag.startswith(DRAW)
        if is_shape and each.get(_SHOW + "placeholder") != "true":
            yield each


def _box(shape: Any) -> Box | None:
    """Return the place of a shape; of a group, where its first shape begins."""
    first = shape
    if shape.tag == DRAW + "g":
        first = next((each for each in shape.iter() if each.get(SVG + "x")), shape)
    sides = [centimetres(first.get(SVG + name)) for name in ("x", "y", "width", "height")]
    left, top, width, height = sides
    if left is None or top is None:
        return None
    return Box(left, top, width or 0.0, height or 0.0)
