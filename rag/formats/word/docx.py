"""Word documents: what Word shows, with all changes accepted."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from rag.errors import DocumentError
from rag.formats.extracted import Builder, Extracted
from rag.formats.packages import check_unpacked_size, local_name, stated_fields
from rag.formats.records.depth import told_if_too_deep
from rag.formats.superscripts import raised
from rag.formats.word.backgrounds import has_shading, paper_is_white, paragraph_is_shaded
from rag.formats.word.layout import (
    MAX_PAGE,
    MAX_SPAN,
    FlowCell,
    FlowParagraph,
    FlowRow,
    FlowTable,
    FlowWriter,
    line_of,
)
from rag.formats.word.losses import TextLosses
from rag.formats.word.numbering import ListNumber, Numbering, W, number_of
from rag.formats.word.package import CONTENTS, TITLE, R, WordPackage, named_level
from rag.formats.word.runs import CHOICES, DocxLine, RunReader, Styles, chosen, value

_MAX_LEVEL = 6
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # of old Word files, and of encrypted new ones
_AROUND = tuple(W + name for name in ("ins", "moveTo", "customXml", "smartTag", "dir", "bdo"))
_MARGINS = ("header", "footer")
_FIRST_ROW = 0x20  # the bit of a table's look that sets its first row apart
_DIAGRAM_WORDS = ".//{http://schemas.openxmlformats.org/drawingml/2006/diagram}pt"
_DRAWN_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"


@told_if_too_deep()
def read_docx(raw: bytes) -> Extracted:
    """Read a Word document as Word shows it, with all changes accepted.

    What a file says of its own size is not trusted: a table cell may claim a million columns,
    and an archive of kilobytes may hold gigabytes.
    """
    if raw.startswith(_COMPOUND):
        raise DocumentError(
            "is locked with a password, or in the format of Word 97; save it as a Word document "
            "without a password."
        )
    check_unpacked_size(raw)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return _DocxReader(WordPackage(archive)).extracted()


class _Properties(NamedTuple):
    """What a paragraph says about itself."""

    style: str
    list: str  # the number of the list that it is in, if any
    at: int | None  # its level in that list, from 0, where it says so
    outline: int | None  # its level as a heading, from 0; 9 is none
    joined: bool  # its end is deleted, so that the next paragraph goes on from it
    hidden: bool  # its end is
    breaks: tuple[bool, bool]  # whether a page begins with it, and behind it


class _DocxReader:
    """Reads one document, part by part, in the order in which a person does."""

    def __init__(self, package: WordPackage) -> None:
        self._package = package
        self._root = package.document()
        self._styles = Styles(package.of_kind("styles"))
        self._note_elements = {kind: self._by_id(kind) for kind in ("footnote", "endnote")}
        self._settings = package.of_kind("settings")
        self._runs = RunReader(self._styles, self._note_formats())
        self._numbering = Numbering(package.of_kind("numbering"), self._styles.lists())
        self._titled = 0  # 1 once there was a title: headings then are a level lower
        self._inside_note = False
        self._endnotes: list[str] = []
        self._others = 0  # parts in other formats, which are not read
        self._paged = self._has_pages()
        heads = [package.part(name) for kind, name in package.targets.values() if kind in _MARGINS]
        self._white = paper_is_white(self._root, [head for head in heads if head is not None])

    def extracted(self) -> Extracted:
        """Return the document."""
        builder = Builder()
        if self._paged:
            builder.begin_page()
        writer = FlowWriter(builder)
        body = self._root.find(W + "body")
        writer.write(self._flow(body if body is not None else self._root))
        for note in self._endnotes:
            builder.add(note)
        for words, label in self._margins():
            builder.add_clutter(words, label)
        self._note_losses(builder)
        stated = self._package.properties()
        language = stated.get("language") or self._language()
        return builder.extracted(
            stated_fields(stated.get("title", ""), stated.get("creator", ""), language)
        )

    def _note_losses(self, builder: Builder) -> None:
        """Say what a reader of a quotation should know, and what was not read."""
        runs = self._runs
        comments = self._package.of_kind("comments")
        count = len(comments.findall(W + "comment")) if comments is not None else 0
        TextLosses(
            changes=runs.changes,
            comments=count,
            struck=runs.struck,
            hidden=runs.hidden,
            placeholders=runs.placeholders,
            pictures=runs.pictures,
            charts=runs.charts,
            embedded=runs.embedded,
            others=self._others,
        ).report(builder)

    def _margins(self) -> Iterator[tuple[str, str]]:
        """Yield the heads and feet of pages, each once."""
        settings = self._settings
        both = settings is not None and settings.find(W + "evenAndOddHeaders") is not None
        seen = set()
        for kind, label in (("header", "head of pages"), ("footer", "foot of pages")):
            for section in self._root.iter(W + "sectPr"):
                first = section.find(W + "titlePg") is not None
                shown = {"default": True, "first": first, "even": both}
                for each in section.iterchildren(f"{W}{kind}Reference"):
                    _, name = self._package.targets.get(each.get(R + "id", ""), ("", ""))
                    root = self._package.part(name) if shown.get(each.get(W + "type", "")) else None
                    words = self._words(root) if root is not None else ""
                    if words and words not in seen:
                        seen.add(words)
                        yield words, label

    def _words(self, parent: Any) -> str:
        """Return all words in an element on one line: of a note, of the head of a page."""
        outside, self._inside_note = self._inside_note, True
        found = [*self._flow(parent)]
        self._inside_note = outside
        return line_of(found)

    def _footnotes(self, line: DocxLine) -> Iterator[str]:
        """Yield the footnotes of a paragraph; endnotes are kept for the end."""
        for kind, name, mark in line.notes:
            element = self._note_elements[kind].get(name)
            words = self._words(element) if element is not None and not self._inside_note else ""
            note = f"{raised(mark, '')} {words}" if mark else words
            if words and kind == "footnote":
                yield note
            elif words:
                self._endnotes.append(note)

    def _diagram(self, element: Any) -> Iterator[FlowParagraph]:
        """Yield the words of a diagram as a list: they stand in a part of their own."""
        _, name = self._package.targets.get(element.get(R + "dm", ""), ("", ""))
        root = self._package.part(name)
        for point in root.iterfind(_DIAGRAM_WORDS) if root is not None else ():
            words = "".join(each.text or "" for each in point.iter(_DRAWN_TEXT)).strip()
            if words:
                yield FlowParagraph(words, depth=1)

    def _language(self) -> str:
        """Return the language in which most runs are said to be."""
        marks = Counter(str(each.get(W + "val", "")) for each in self._root.iter(W + "lang"))
        rest = sum(1 for _ in self._root.iter(W + "r")) - marks.total()
        marks[self._styles.language()] += max(rest, 0)
        return max(marks, key=marks.__getitem__)

    def _note_formats(self) -> dict[str, tuple[str, int]]:
        """Return how footnotes and endnotes are numbered, and from where."""
        found = {}
        last = next(self._root.iterfind(f"{W}body/{W}sectPr"), None)
        for kind, usual in (("footnote", "decimal"), ("endnote", "lowerRoman")):
            places = [
                place.find(f"{W}{kind}Pr") for place in (last, self._settings) if place is not None
            ]
            name = next((name for place in places if (name := value(place, "numFmt"))), usual)
            starts = (number_of(place, "numStart") for place in places)
            found[kind] = (name, next((start for start in starts if start), 1))
        return found

    def _by_id(self, kind: str) -> dict[str, Any]:
        """Return the footnotes or the endnotes, by their ids."""
        root = self._package.of_kind(f"{kind}s")
        notes = root.iterchildren(W + kind) if root is not None else ()
        return {each.get(W + "id", ""): each for each in notes}

    def _has_pages(self) -> bool:
        """Return whether the document says where its pages begin.

        Word notes it whenever it saves. Where only authors' own breaks are there, they are all
        that there is as long as no page between them is too long for one.
        """
        if next(self._root.iter(W + "lastRenderedPageBreak"), None) is not None:
            return True
        length = broken = 0
        for element in self._root.iter(W + "t", W + "br"):
            if element.tag == W + "t":
                length += len(element.text or "")
            elif element.get(W + "type") == "page":
                broken, length = 1, 0
            if length > MAX_PAGE:
                return False
        return bool(broken)

    def _blocks(self, parent: Any, kinds: tuple[str, ...]) -> Iterator[Any]:
        """Yield the paragraphs and tables, rows or cells in an element, whatever is around them."""
        for child in parent:
            if child.tag in kinds:
                yield child
            elif child.tag == W + "sdt":
                content = self._runs.content(child)
                yield from self._blocks(content, kinds) if content is not None else ()
            elif child.tag in _AROUND:
                yield from self._blocks(child, kinds)
            elif child.tag == CHOICES:
                yield from self._blocks(chosen(child), kinds)
            elif child.tag in (W + "altChunk", W + "subDoc"):
                self._others += 1

    def _flow(self, parent: Any) -> Iterator[FlowParagraph | FlowTable]:
        """Yield paragraphs and tables; what hangs on a paragraph behind it."""
        line, properties = DocxLine(), None
        for element in self._blocks(parent, (W + "p", W + "tbl")):
            if element.tag == W + "tbl":
                if properties is not None:
                    yield from self._finished(line, properties)
                    line, properties = DocxLine(), None
                yield self._table(element)
                continue
            properties = self._properties(element)
            if properties.breaks[0]:
                self._runs.turn_page(line)
            shaded = paragraph_is_shaded(element, self._styles.chain(properties.style))
            self._runs.on_white = self._white and not shaded and not self._inside_note
            self._runs.read(element, line, properties.style)
            if properties.breaks[1]:
                self._runs.turn_page(line)
            if not properties.joined:
                yield from self._finished(line, properties)
                line, properties = DocxLine(), None
        if properties is not None:
            yield from self._finished(line, properties)

    def _properties(self, paragraph: Any) -> _Properties:
        element = paragraph.find(W + "pPr")
        if element is None:
            return _Properties(self._styles.default, "", None, None, False, False, (False, False))
        mark = element.find(W + "rPr")
        joined = hidden = False
        for child in mark if mark is not None else ():
            if child.tag in (W + "ins", W + "del"):
                self._runs.changed(child, local_name(child))
            joined |= child.tag in (W + "del", W + "moveFrom")
            hidden |= child.tag == W + "vanish" and child.get(W + "val", "1") not in ("0", "false")
        numbers = element.find(W + "numPr")
        before = element.find(W + "pageBreakBefore")
        section = element.find(W + "sectPr")
        return _Properties(
            value(element, "pStyle") or self._styles.default,
            value(numbers, "numId"),
            number_of(numbers, "ilvl"),
            number_of(element, "outlineLvl"),
            joined,
            hidden,
            (
                before is not None and before.get(W + "val", "1") not in ("0", "false"),
                section is not None and value(section, "type") not in ("continuous", "nextColumn"),
            ),
        )

    def _finished(
        self, line: DocxLine, properties: _Properties
    ) -> Iterator[FlowParagraph | FlowTable]:
        """Yield a paragraph that was read, and the text boxes that hang on it."""
        text, breaks = line.text()
        if not self._paged:
            breaks = ()
        notes = tuple(self._footnotes(line)) if line.notes else ()
        level, clutter = self._standing(properties)
        depth, listing = 0, ""
        if not (properties.hidden and not text.strip()) and not self._inside_note:
            number = self._number(properties)
            if number is not None and number.listed and text.strip():
                depth, listing = 0 if level else number.depth, number.listing
                text = number.shown + text
                breaks = tuple(at + len(number.shown) if at else 0 for at in breaks)
        bold = not line.plain and bool(text.strip())
        yield FlowParagraph(text, level, depth, bold, breaks, notes, clutter, listing)
        for box in line.boxes:
            if box.tag.startswith(W):
                yield from self._on_ground(box)
            else:
                yield from self._diagram(box)

    def _on_ground(self, parent: Any) -> list[FlowParagraph | FlowTable]:
        """Return paragraphs and tables that may stand on a ground of any colour."""
        outside, self._white = self._white, False
        found = [*self._flow(parent)]
        self._white = outside
        return found

    def _standing(self, properties: _Properties) -> tuple[int, str]:
        """Return a paragraph's level as a heading, and why it is clutter, if it is."""
        outline = properties.outline
        for style in self._styles.chain(properties.style):
            name = value(style, "name")
            named = named_level(name)
            if named is None:
                return 0, CONTENTS
            if named == TITLE:
                self._titled = 1
                return 1, ""
            if outline is None:
                outline = number_of(style.find(W + "pPr"), "outlineLvl")
            if outline is None and named:
                outline = named - 1
        if outline is None or not 0 <= outline < 9:
            return 0, ""
        return min(outline + 1 + self._titled, _MAX_LEVEL), ""

    def _number(self, properties: _Properties) -> ListNumber | None:
        """Count a paragraph in its list, and return its number."""
        name, at, owner = properties.list, properties.at, ""
        if not name:
            for style in self._styles.chain(properties.style):
                numbers = style.find(f"{W}pPr/{W}numPr")
                if numbers is None:
                    continue
                name = name or value(numbers, "numId")
                own = number_of(numbers, "ilvl")
                at = own if at is None else at
                owner = owner or style.get(W + "styleId", "")
                if name:
                    break
        if not name or name == "0":
            return None
        if owner and properties.at is None:
            belongs = self._numbering.level_of(name, owner)
            at = belongs if belongs is not None else at
        return self._numbering.next(name, at or 0)

    def _table(self, element: Any) -> FlowTable:
        outside = self._white
        style = value(element.find(W + "tblPr"), "tblStyle")
        self._white = outside and not has_shading((element, *self._styles.chain(style)))
        table = self._rows(element, style)
        self._white = outside
        return table

    def _rows(self, element: Any, style: str) -> FlowTable:
        table = FlowTable()
        look = element.find(f"{W}tblPr/{W}tblLook")
        styled = look is not None and _wants_header(look)
        styled = styled and self._heads_tables(style)
        for row in self._blocks(element, (W + "tr",)):
            properties = row.find(W + "trPr")
            if properties is not None and self._is_gone(properties):
                continue
            marked = properties is not None and properties.find(W + "tblHeader") is not None
            made = FlowRow(header=marked or (styled and not table.rows))
            skipped = min(max(number_of(properties, "gridBefore", 0) or 0, 0), MAX_SPAN)
            if skipped:
                made.cells.append(FlowCell(span=skipped))
            self._cells(row, made)
            table.rows.append(made)
        return table

    def _is_gone(self, properties: Any) -> bool:
        """Return whether a row, or a cell, is deleted or hidden; count its change."""
        gone = False
        for child in properties:
            name = local_name(child)
            if name in ("ins", "del", "cellIns", "cellDel"):
                self._runs.changed(child, name.lower().removeprefix("cell"))
            gone |= name in ("del", "cellDel", "hidden")
        return gone

    def _cells(self, row: Any, made: FlowRow) -> None:
        for cell in self._blocks(row, (W + "tc",)):
            properties = cell.find(W + "tcPr")
            span, below, beside = 1, False, False
            if properties is not None:
                if self._is_gone(properties):
                    continue
                span = min(max(number_of(properties, "gridSpan", 1) or 1, 1), MAX_SPAN)
                merged = [properties.find(W + tag) for tag in ("vMerge", "hMerge")]
                below, beside = (
                    each is not None and each.get(W + "val", "continue") == "continue"
                    for each in merged
                )
            if beside and made.cells:
                made.cells[-1].span = min(made.cells[-1].span + span, MAX_SPAN)
            else:
                made.cells.append(FlowCell([] if below else list(self._flow(cell)), span, below))

    def _heads_tables(self, style: str) -> bool:
        """Return whether a style of tables sets their first row apart."""
        return any(
            each.get(W + "type") == "firstRow" and each.find(f"{W}rPr/{W}b") is not None
            for element in self._styles.chain(style)
            for each in element.iterchildren(W + "tblStylePr")
        )


def _wants_header(look: Any) -> bool:
    """Return whether the first row of a table is to look as its style has it."""
    flag = look.get(W + "firstRow")
    if flag is not None:
        return flag in ("1", "true", "on")
    bits = look.get(W + "val", "")
    return bool(re.fullmatch(r"[0-9A-Fa-f]{4}", bits)) and bool(int(bits, 16) & _FIRST_ROW)
