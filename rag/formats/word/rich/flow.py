"""Paragraphs and tables of an RTF file, put together in the order in which they come."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from rag.formats.superscripts import lowered, raised
from rag.formats.word.layout import MAX_PAGE, MAX_SPAN, FlowCell, FlowParagraph, FlowRow, FlowTable

_TYPEWRITTEN_BULLET = "o"
_MAX_NESTED = 20  # tables in tables
_SAME_EDGE = 40  # twips (1/1440 inch) by which the edges of cells in one column may differ
_MAX_DEFINED = 200  # cells that the definition of a row may have


@dataclass(slots=True)
class RtfParagraph:
    """What a file says of its paragraphs, until it says otherwise."""

    style: int = 0
    outline: int | None = None
    tables: int = 0  # how many tables the paragraph stands in
    listed: int | None = None  # its level in a list, from 0
    breaks: bool = False  # whether a page begins with it


@dataclass(slots=True)
class _Defined:
    """The definition of a row: for each cell its right edge, and whether it goes on another."""

    edges: list[int] = field(default_factory=list)
    beside: list[bool] = field(default_factory=list)
    below: list[bool] = field(default_factory=list)
    header: bool = False


@dataclass(slots=True)
class _OpenTable:
    """A table that is not ended: its rows with the edges of their cells, and what is unfinished."""

    rows: list[tuple[FlowRow, list[int]]] = field(default_factory=list)
    cells: list[FlowCell] = field(default_factory=list)
    items: list[FlowParagraph | FlowTable] = field(default_factory=list)


class RtfFlow:
    """Collects the paragraphs and tables of a text, a note or a text box."""

    def __init__(self) -> None:
        self.items: list[FlowParagraph | FlowTable] = []
        self.number: str | None = None  # what a list puts in front of the next paragraph
        self.boxes: list[FlowParagraph | FlowTable] = []  # that hang on the next paragraph
        self.notes: list[str] = []
        self.cut = False  # whether words were left out behind the last ones
        self._row = _Defined()
        self._merged_beside = self._merged_below = False  # of the cell that is being defined
        self._pieces: list[tuple[list[str], int | None]] = []
        self._plain = False
        self._open: list[_OpenTable] = []

    def put(self, words: str, rise: int, bold: bool) -> list[str]:
        """Add words to the paragraph; return where they stand, to be filled in later."""
        if self.cut and words.startswith(" ") and self._ends_in_space():
            words = words[1:]
        self.cut = False
        piece = [words]
        self._pieces.append((piece, rise))
        self._plain |= not bold and bool(words.strip())
        return piece

    def _ends_in_space(self) -> bool:
        last = next((piece[0] for piece, _ in reversed(self._pieces) if piece[0]), " ")
        return last.endswith(" ")

    def turn_page(self) -> None:
        """Begin a page."""
        self._pieces.append(([""], None))

    def end_paragraph(self, paragraph: RtfParagraph, level: int, clutter: str = "") -> None:
        """End a paragraph.

        Args:
            paragraph: what the file says of it.
            level: as a heading, 0 if it is none.
            clutter: why it is not among the document's words, if so.
        """
        text, breaks = self._text()
        if paragraph.breaks:
            breaks = (0, *breaks)
        number = (self.number or "").strip() if text.strip() else ""
        listed = text.strip() and (self.number is not None or paragraph.listed is not None)
        depth = (paragraph.listed or 0) + 1 if listed and not level else 0
        if any(map(str.isalnum, number)) and number != _TYPEWRITTEN_BULLET:
            text = f"{number} {text.lstrip()}"
        bold = not self._plain and bool(text.strip())
        notes = tuple(self.notes)
        self._place(paragraph.tables)
        target = self._open[-1].items if self._open else self.items
        target.append(FlowParagraph(text, level, depth, bold, breaks, notes, clutter))
        target.extend(self.boxes)
        self.number, self.boxes, self.notes = None, [], []
        self._pieces, self._plain = [], False

    def define_cell(self, edge: int) -> None:
        """Add a cell to the definition of the row."""
        if len(self._row.edges) < _MAX_DEFINED:
            self._row.edges.append(edge)
            self._row.beside.append(self._merged_beside)
            self._row.below.append(self._merged_below)
        self._merged_beside = self._merged_below = False

    def merge_cell(self, *, below: bool) -> None:
        """Say of the cell that is being defined that it goes on the one above or before it."""
        self._merged_below |= below
        self._merged_beside |= not below

    def mark_header(self) -> None:
        """Say that the row is a header."""
        self._row.header = True

    def define_row(self) -> None:
        """Begin the definition of a row."""
        self._row = _Defined()

    def end_cell(self, paragraph: RtfParagraph, level: int, depth: int) -> None:
        """End a cell of the table that stands in so many others."""
        if self._pieces or self.notes:
            inside = RtfParagraph(paragraph.style, None, depth, paragraph.listed)
            self.end_paragraph(inside, level)
        self._place(depth)
        self._open[-1].cells.append(FlowCell(self._open[-1].items))
        self._open[-1].items = []

    def end_row(self, depth: int) -> None:
        """End a row of the table that stands in so many others."""
        self._place(depth)
        table, defined = self._open[-1], self._row
        row = FlowRow(header=defined.header)
        edges: list[int] = []
        for at, cell in enumerate(table.cells):
            edge = defined.edges[at] if at < len(defined.edges) else -1
            if at < len(defined.beside) and defined.beside[at] and row.cells:
                row.cells[-1].items += cell.items
                edges[-1] = edge
                continue
            cell.continued = at < len(defined.below) and defined.below[at]
            row.cells.append(cell)
            edges.append(edge)
        table.rows.append((row, edges))
        table.cells = []

    def finish(self, paragraph: RtfParagraph) -> list[FlowParagraph | FlowTable]:
        """End what is open, and return all."""
        if self._pieces or self.boxes:
            self.end_paragraph(paragraph, 0)
        self._place(0)
        return self.items

    def _text(self) -> tuple[str, tuple[int, ...]]:
        shown, at, breaks, held = [""], 0, [], ""
        for number, (piece, rise) in enumerate(self._pieces):
            words = piece[0]
            if rise is None:
                breaks.append(at)
                continue
            if rise:
                held += words
                following = self._pieces[number + 1 : number + 2]
                if following and following[0][1] == rise:
                    continue
                words, held = raised(held, shown[-1]) if rise > 0 else lowered(held), ""
            if words:
                shown.append(words)
                at += len(words)
        return "".join(shown), tuple(breaks)

    def _place(self, depth: int) -> None:
        """Open tables, or end them, until so many are open."""
        depth = min(depth, _MAX_NESTED)
        while len(self._open) < depth:
            self._open.append(_OpenTable())
        while len(self._open) > depth:
            table = self._open.pop()
            if table.items:
                table.cells.append(FlowCell(table.items))
            if table.cells:
                table.rows.append((FlowRow(table.cells), []))
            target = self._open[-1].items if self._open else self.items
            target.append(_with_spans(table.rows))


def _with_spans(rows: list[tuple[FlowRow, list[int]]]) -> FlowTable:
    """Return a table in which a cell covers all columns whose edges lie within it."""
    columns: list[int] = []
    for edge in sorted({edge for _, edges in rows for edge in edges if edge >= 0}):
        if not columns or edge - columns[-1] > _SAME_EDGE:
            columns.append(edge)
    for row, edges in rows:
        left = -1
        for cell, edge in zip(row.cells, edges, strict=False):
            right = bisect_left(columns, edge - _SAME_EDGE)
            cell.span = min(max(right - left, 1), MAX_SPAN)
            left = max(right, left)
    return FlowTable([row for row, _ in rows])


def keep_pages(items: list[FlowParagraph | FlowTable]) -> bool:
    """Return whether the breaks that authors made are all there are; if not, take them out.

    They cannot be where more words stand between two of them than a page has room for.
    """
    paragraphs = [item for item in items if isinstance(item, FlowParagraph)]
    lengths = [0]
    for paragraph in paragraphs:
        for at in paragraph.breaks:
            lengths[-1] += at
            lengths.append(-at)
        lengths[-1] += len(paragraph.text)
    if len(lengths) > 1 and max(lengths) <= MAX_PAGE:
        return True
    for paragraph in paragraphs:
        paragraph.breaks = ()
    return False
