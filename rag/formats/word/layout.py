"""Paragraphs and tables of a word processor's document as blocks, whatever its format.

Readers say what stands where; here is decided what is a list's lead, a field, a header of a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import NamedTuple

from rag.formats.extracted import Builder
from rag.text.blocks import MAX_LABEL

MAX_PAGE = 6_000  # characters; where more stand between page breaks, not every page has one
MAX_SPAN = 63  # columns of a table in Word; a cell that claims more is not from Word
MAX_REPEATED = 300  # characters of a cell merged over rows, to be said again in each of them
_MAX_GUESSED = 100  # characters of a bold line that is taken for a heading
_MAX_ITEM = 400  # characters; a longer entry of a list is prose, quoted by the sentence
_MAX_HEADING = 300  # characters; whole letters are written in the style of a heading
_MAX_NAME = 60  # characters of a label, of a cell that names a column, of one set with tabs
_MAX_VALUE = 120  # characters of a value that follows its label without a tab
_MAX_CELL = 500  # characters; a table with longer cells and no header only lays out a page
_LEVELS = 6
_ENDS = ".!?…;,。！？"
_FIELD = re.compile(r"([^\W\d_][^:\n\t]{0,58}[^:\s]):(?: *(\t)\s*| +)(\S[^\n\t]*)")
# A year, also with a unit: "2021 (m³)".
_YEAR = re.compile(r"(?:\w+ )?(?:19|20)\d\d(?:[-–/]\d\d(?:\d\d)?)?(?: ?\([^()\d]{1,12}\))?")
_NUMBER = re.compile(r"[^\w\s]*\d[\d\s.,:/%–-]*\s?\S{0,5}")
_TYPED_BULLET = re.compile(r"[•◦▪●○■‣][ \t]*(?=\S)|[–-]\t\s*(?=\S)")


@dataclass(slots=True)
class FlowParagraph:
    """A paragraph.

    Attributes:
        text: its words, with its automatic number; tabs and line ends are kept.
        level: of a heading, from 1; else 0.
        depth: in a list, from 1; else 0.
        bold: all of its words are.
        breaks: offsets in the text at which pages begin.
        notes: the footnotes that it refers to, each with its number.
        clutter: why it is not among the document's words, if so.
        listing: which list it is in; empty where that is not known.
    """

    text: str
    level: int = 0
    depth: int = 0
    bold: bool = False
    breaks: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    clutter: str = ""
    listing: str = ""


@dataclass(slots=True)
class FlowCell:
    """A cell of a table: what stands in it, over how many columns, and whether it goes on."""

    items: list[FlowParagraph | FlowTable] = field(default_factory=list)
    span: int = 1
    continued: bool = False  # the lower part of a cell that is merged over rows


@dataclass(slots=True)
class FlowRow:
    """A row of a table, and whether the document calls it a header."""

    cells: list[FlowCell] = field(default_factory=list)
    header: bool = False


@dataclass(slots=True)
class FlowTable:
    """A table."""

    rows: list[FlowRow] = field(default_factory=list)


def line_of(items: Iterable[FlowParagraph | FlowTable]) -> str:
    """Return all words on one line: of a note, of the head of a page."""
    waiting, shown = list(items), []
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, FlowTable):
            waiting[:0] = [x for row in item.rows for cell in row.cells for x in cell.items]
        else:
            shown.append(item.text)
    return " ".join(" ".join(shown).split())


class _Placed(NamedTuple):
    """A cell in its place: the first column, how many it covers, its words."""

    at: int
    span: int
    text: str
    bold: bool
    items: list[FlowParagraph | FlowTable]


class FlowWriter:
    """Puts paragraphs and tables into a builder, as the blocks that they are."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self._hung: dict[int, str] = {}  # the line that a list hangs on, by the depth of its items
        self._led = ""  # the list that hangs on the paragraph above it
        self._level = 0  # of the last heading that the document calls one
        self._tabbed: list[FlowParagraph] = []  # set in columns with tabs

    def write(self, items: Iterable[FlowParagraph | FlowTable]) -> None:
        """Add the blocks of a document, a cell or a box."""
        for item in items:
            if isinstance(item, FlowTable):
                self._flush()
                self._table(item)
            elif (count := _columns(item)) > 1:
                if self._tabbed and _columns(self._tabbed[0]) != count:
                    self._flush()
                self._tabbed.append(item)
            else:
                self._flush()
                self._paragraph(item)
        self._flush()

    def _flush(self) -> None:
        """Add the lines that tabs set in columns: two or more are a table."""
        lines, self._tabbed = self._tabbed, []
        if len(lines) > 1 and not all(_FIELD.fullmatch(line.text.strip()) for line in lines):
            self._table(FlowTable([FlowRow(_tab_cells(line)) for line in lines]))
            return
        for line in lines:
            self._paragraph(line)

    def _paragraph(self, paragraph: FlowParagraph) -> None:
        words = paragraph.text.strip()
        if paragraph.clutter:
            for _ in paragraph.breaks:
                self.builder.begin_page()
            self.builder.add_clutter(" ".join(words.split()), paragraph.clutter)
        elif paragraph.level and len(words) <= _MAX_HEADING:
            self._heading(paragraph, paragraph.level)
            self._level = paragraph.level if words else self._level
        elif paragraph.bold and _is_caption(words, _MAX_GUESSED):
            self._heading(paragraph, self._level + 1)
        elif not paragraph.depth and (bullet := _TYPED_BULLET.match(words)):
            at = paragraph.text.index(words) + bullet.end()
            breaks = tuple(max(offset - at, 0) for offset in paragraph.breaks)
            self._item(FlowParagraph(paragraph.text[at:], depth=1, breaks=breaks))
        elif paragraph.depth and words:
            self._item(paragraph)
        elif (fields := _fields(words)) and not paragraph.breaks:
            for line in fields:
                self.builder.add(line, "field")
            self._hung = {}
        else:
            shown = paragraph.text.replace("\t", " ")
            self.builder.add(shown, page_breaks=paragraph.breaks)
            if words:
                self._hung = {0: _lead(words)} if words[-1] not in _ENDS else {}
                self._led = ""
        for note in paragraph.notes:
            self.builder.add(note)

    def _heading(self, paragraph: FlowParagraph, level: int) -> None:
        shown = re.sub(r"[\n\t]", " ", paragraph.text)
        level = min(level, _LEVELS)
        self.builder.add(shown, "heading", level=level, page_breaks=paragraph.breaks)
        self._hung = {}

    def _item(self, paragraph: FlowParagraph) -> None:
        above = [depth for depth in self._hung if depth < paragraph.depth]
        label = self._hung[max(above)] if above else ""
        if above == [0]:  # another list directly below one that has a lead does not hang on it
            self._led = self._led or paragraph.listing
            label = label if paragraph.listing in ("", self._led) else ""
        self._hung = {depth: self._hung[depth] for depth in above}
        words = paragraph.text.strip()
        self._hung[paragraph.depth] = _lead(words)
        shown, breaks = paragraph.text.replace("\t", " "), paragraph.breaks
        if len(words) <= _MAX_ITEM:
            depth = paragraph.depth
            self.builder.add(shown, "item", level=depth, label=label, page_breaks=breaks)
        else:
            self.builder.add(shown, page_breaks=breaks)

    def _table(self, table: FlowTable) -> None:
        self._hung = {}
        rows, marked = _placed(table)
        width = max((len(row) for row in rows), default=0)
        headers = _header_count(rows, marked)
        if width <= 1 or (not headers and any(map(_is_prose, rows))):
            for row in rows:
                for cell in row:
                    self.write(cell.items)
        elif not headers and _is_form(rows):
            self._form(rows)
        else:
            self._rows(rows, headers)
        self._hung = {}

    def _form(self, rows: list[list[_Placed]]) -> None:
        """Add cells in pairs of a label and its value."""
        for row in rows:
            self._turn_pages(row, first=True)
            for at in range(0, len(row), 2):
                label, value = row[at].text.rstrip(": "), "".join(c.text for c in row[at + 1 :][:1])
                if label and value:
                    self.builder.add(f"{label}: {value}", "field")
                else:
                    self.builder.add(row[at].text or value)
            self._after_row(row)

    def _rows(self, rows: list[list[_Placed]], headers: int) -> None:
        """Add a header and the rows below it, each with the words above its cells."""
        names: dict[int, list[str]] = {}
        for number, row in enumerate(rows):
            filled = [cell for cell in row if cell.text]
            lone = len(filled) == 1 and filled[0].at == 0 and (filled[0].span > 1 or len(row) == 1)
            self._turn_pages(row, first=True)
            if lone and not any(isinstance(item, FlowTable) for item in filled[0].items):
                self._lone(filled[0], last=number == len(rows) - 1)
            elif number < headers:
                for cell in filled:
                    for column in range(cell.at, cell.at + cell.span):
                        names.setdefault(column, []).append(cell.text)
                self.builder.add_header([cell.text for cell in row])
                self._after_row(row)
            else:
                header = [_name(names, cell) for cell in row]
                self.builder.add_row([cell.text for cell in row], header if names else ())
                self._after_row(row)

    def _lone(self, cell: _Placed, *, last: bool) -> None:
        """Add a cell that is a row by itself: a caption of the rows below it, or a remark."""
        if last or not _is_caption(cell.text, _MAX_NAME):
            self.write(cell.items)
            return
        self.builder.add(cell.text, "heading", level=_LEVELS)
        for note in _notes(cell):
            self.builder.add(note)

    def _after_row(self, row: list[_Placed]) -> None:
        """Add what hangs on a row: footnotes, pages that begin in it, tables in its cells."""
        for cell in row:
            for note in _notes(cell):
                self.builder.add(note)
        self._turn_pages(row, first=False)
        for cell in row:
            self.write(item for item in cell.items if isinstance(item, FlowTable))

    def _turn_pages(self, row: list[_Placed], *, first: bool) -> None:
        """Begin the pages that begin with a row, or within it."""
        breaks = [at for cell in row for item in _paragraphs(cell.items) for at in item.breaks]
        before = bool(breaks) and breaks[0] == 0
        for _ in breaks[:1] if first and before else breaks[before:] if not first else ():
            self.builder.begin_page()


def _lead(words: str) -> str:
    """Return the line of a paragraph, or of an entry, that what is below it hangs on."""
    line = words.rsplit("\n", 1)[-1]
    return line if len(line) <= MAX_LABEL else line.rsplit(". ", 1)[-1]


def _is_caption(words: str, longest: int) -> bool:
    """Return whether words are short and no sentence."""
    letters = any(char.isalpha() for char in words)
    return letters and len(words) <= longest and words[-1] not in _ENDS + ":"


def _fields(words: str) -> list[str]:
    """Return the lines of a paragraph as labels with their values, if all of them are that."""
    found = []
    for line in words.split("\n"):
        match = _FIELD.fullmatch(line.strip())
        if match is None:
            return []
        label, tab, value = match.groups()
        short = len(value) <= _MAX_VALUE and value[-1] not in _ENDS and not label[0].islower()
        if not (tab or (short and len(label.split()) <= 4)) or not any(map(str.isalnum, value)):
            return []
        found.append(f"{label}: {value}")
    return found


def _columns(item: FlowParagraph) -> int:
    """Return in how many columns tabs set a line, 1 where it is no such line."""
    words = item.text.strip()
    if "\t" not in words or "\n" in words or item.level or item.depth or item.clutter:
        return 1
    cells = re.split(r"\t+", words)
    short = all(0 < len(cell) <= _MAX_NAME for cell in cells)
    said = all(any(map(str.isalnum, cell)) for cell in cells)
    return len(cells) if short and said and not _TYPED_BULLET.match(words) else 1


def _tab_cells(line: FlowParagraph) -> list[FlowCell]:
    first, *others = re.split(r"\t+", line.text.strip())
    head = FlowParagraph(first, bold=line.bold, notes=line.notes, breaks=line.breaks)
    tails = (FlowParagraph(other, bold=line.bold) for other in others)
    return [FlowCell([head]), *(FlowCell([tail]) for tail in tails)]


def _paragraphs(items: Sequence[FlowParagraph | FlowTable]) -> list[FlowParagraph]:
    return [item for item in items if isinstance(item, FlowParagraph)]


def _notes(cell: _Placed) -> list[str]:
    return [note for item in _paragraphs(cell.items) for note in item.notes]


def _placed(table: FlowTable) -> tuple[list[list[_Placed]], int]:
    """Return the rows with words, less empty columns, and how many are marked as headers."""
    rows: list[list[_Placed]] = []
    above: dict[int, tuple[str, bool]] = {}
    marked = 0
    for row in table.rows:
        at, placed = 0, []
        for cell in row.cells:
            paragraphs = _paragraphs(cell.items)
            text = " ".join(" ".join(item.text for item in paragraphs).split())
            bold = bool(text) and all(item.bold for item in paragraphs if item.text.strip())
            if cell.continued:
                text, bold = above.get(at, ("", False))
            above[at] = (text, bold) if len(text) <= MAX_REPEATED else ("", False)
            placed.append(_Placed(at, cell.span, text, bold, cell.items))
            at += cell.span
        if any(cell.text or cell.items for cell in placed):
            marked += row.header and marked == len(rows)
            rows.append(placed)
    used = {cell.at for row in rows for cell in row if cell.text or _holds_table(cell)}
    return [[cell for cell in row if cell.at in used] for row in rows], marked


def _holds_table(cell: _Placed) -> bool:
    return any(isinstance(item, FlowTable) for item in cell.items)


def _name(names: dict[int, list[str]], cell: _Placed) -> str:
    """Return the words above a cell: from top to bottom, of each column that it covers."""
    columns = (" ".join(dict.fromkeys(names.get(cell.at + n, ()))) for n in range(cell.span))
    return ", ".join(dict.fromkeys(name for name in columns if name))


def _header_count(rows: list[list[_Placed]], marked: int) -> int:
    """Return how many rows at the top are its header, captions above it included."""
    if marked:
        return marked if marked < len(rows) else 1 if len(rows) > 1 else 0
    captions = sum(1 for _ in takewhile(lambda row: len([c for c in row if c.text]) == 1, rows))
    if captions >= len(rows) - 1 or not _is_header(rows[captions], rows[captions + 1 :]):
        return 0
    wide = any(cell.span > 1 for cell in rows[captions])
    below = rows[captions + 1 :]
    second = wide and len(below) > 1 and _is_header(below[0], below[1:])
    return captions + 1 + second


def _is_header(row: list[_Placed], below: list[list[_Placed]]) -> bool:
    """Return whether a row looks like names for what is below it."""
    filled = [cell for cell in row if cell.text]
    short = all(len(cell.text) <= _MAX_NAME and cell.text[-1] not in _ENDS for cell in filled)
    if not below or len(filled) < max(2, len(row) - 1) or not short:
        return False
    if all(cell.bold for cell in filled):
        return not all(cell.bold for other in below for cell in other if cell.text)
    names = [cell.text for cell in filled]
    named = all(_YEAR.fullmatch(name) or not any(map(str.isdigit, name)) for name in names)
    if not named or len(set(names)) < len(names) or any(name.endswith(":") for name in names):
        return False
    if max(map(len, [row, *below])) > 2:
        return not (row[0].bold and not row[-1].bold)
    values = [other[-1].text for other in below if len(other) > 1]
    return len(values) > 1 and all(map(_NUMBER.fullmatch, values))


def _is_prose(row: list[_Placed]) -> bool:
    """Return whether a cell of a row holds paragraphs as a page does."""
    for cell in row:
        parts = [item.text.strip() for item in _paragraphs(cell.items)]
        listed = any(item.level or item.depth for item in _paragraphs(cell.items))
        if len(cell.text) > _MAX_CELL and (listed or len([part for part in parts if part]) > 1):
            return True
    return False


def _is_form(rows: list[list[_Placed]]) -> bool:
    """Return whether cells come in pairs of a label and a value."""
    width = max(map(len, rows))
    if width % 2 or any(len(cell.text) > _MAX_NAME for row in rows for cell in row[::2]):
        return False
    labels = [cell for row in rows for cell in row[::2] if cell.text]
    values = [cell for row in rows for cell in row[1::2] if cell.text]
    if sum(cell.text.endswith(":") for cell in labels) > len(labels) / 2:
        return True
    if labels and all(c.bold for c in labels) and not any(c.bold for c in values):
        return True
    names = {cell.text for cell in labels}
    spoken = all(any(map(str.isalpha, name)) for name in names)
    return width == 2 and spoken and 1 < len(names) == len(labels) == len(rows)
