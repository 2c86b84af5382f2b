"""The pieces of all pages put together to a document, and handed to its builder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from rag.formats.extracted import Builder
from rag.formats.pdf.layout.columns import Style
from rag.formats.pdf.layout.keyfigures import with_key_figures
from rag.formats.pdf.layout.paragraphs import Paragraphs, Piece
from rag.formats.pdf.layout.turns import set_turns
from rag.formats.pdf.layout.zones import Zone
from rag.formats.pdf.lines import Fragment
from rag.formats.pdf.markers import ends_before, is_ended, is_field, is_heading_number, is_leftward
from rag.formats.pdf.tables.unruled import Table, in_columns, rows_of
from rag.formats.pdf.words import Joiner
from rag.formats.scanned import ScannedText
from rag.text.words.abbreviations import leans_on
from rag.text.words.boundaries import sentence_spans
from rag.text.words.languages import language_of

_AHEAD = 30  # pieces between the halves of a sentence: the rows of a table, footnotes, captions
_SAME_SIZE = 0.07
_ROW_STEP = 1.4  # of the size: so close below each other are the lines of one row
_LOOK_BACK = 2_000  # characters: what is looked at to find where a sentence ends
_HEADING_STEP = 0.8, 1.6  # of its size, from line to line of a heading
_ALIGNED = 2.5  # points
_DEEPEST = 6  # level of a heading
_OTHER_COLUMN = 72.0  # points: an entry so far aside is in another column, and not deeper
_INDENT = 6.0  # points: entries set in by less are on one level
_HALF_NUMBER = re.compile(r"\d-$")  # goes on with figures, and not with any words
_LAST_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_a-z])")


class Assembler:
    """Turns the zones of page after page into pieces, and these into blocks."""

    def __init__(self, style: Style, joiner: Joiner) -> None:
        self._style, self._joiner = style, joiner
        self._pieces: list[Piece] = []
        self._zones = 0

    def add_zones(self, zones: Iterable[Zone], page: int) -> None:
        """Add what is on a page, in reading order."""
        for number, zone in enumerate(zones):
            self._zones += 1
            if zone.table is None:
                if number == 0:
                    for piece in self._last_rows(zone, page):
                        self._add_row(piece)
                read = Paragraphs(zone, self._style, self._joiner, page, self._zones)
                self._add_pieces(with_key_figures(read.pieces()))
            else:
                for piece in self._rows(zone.table, page, boxed=zone.boxed):
                    self._add_row(piece)

    def _add_pieces(self, pieces: list[Piece]) -> None:
        """Add the pieces of a zone; a heading that begins in the one before goes on."""
        last = self._pieces[-1] if self._pieces else None
        if last is not None and pieces and _is_next_line(last, pieces[0]):
            rest = pieces.pop(0)
            last.text = self._joiner.join(last.text, rest.text)
            last.x0, last.x1 = min(last.x0, rest.x0), max(last.x1, rest.x1)
            last.last_y = rest.last_y
        self._pieces += pieces

    def add_texts(self, texts: Iterable[str], page: int) -> None:
        """Add paragraphs of a page of which the setting is not known."""
        for text in texts:
            self._zones += 1
            piece = Piece("text", text, page, size=self._style.size, full=True, zone=self._zones)
            if isinstance(text, ScannedText):  # a capital may be that of a note or a heading
                piece.full, piece.closed = False, not text.goes_on
            self._pieces.append(piece)

    def add_clutter(self, found: Iterable[tuple[str, str]], page: int) -> None:
        """Add heads, feet and numbers of a page, each with its kind."""
        self._pieces += [Piece("clutter", text, page, label=kind) for text, kind in found]

    def title(self) -> str | None:
        """Return the largest heading of the first page, if any."""
        heads = [piece for piece in self._pieces if piece.kind == "heading" and piece.page == 0]
        return max(heads, key=lambda piece: piece.size).text if heads else None

    def build(self, builder: Builder, pages: int, outline: dict[str, int]) -> None:
        """Hand all pieces to a builder.

        Args:
            builder: what collects them.
            pages: how many there are, also empty ones.
            outline: the titles in the file's own table of contents, in lower case, with levels.
        """
        pieces = self._merged()
        self._set_levels(pieces, outline)
        set_turns(pieces)
        _set_labels(pieces)
        begun = 0
        for piece in pieces:
            while begun <= piece.page:
                builder.begin_page()
                begun += 1
            piece.breaks = [
                at for page, at in enumerate(piece.breaks, start=piece.page + 1) if page >= begun
            ]
            _hand_over(builder, piece)
            begun += len(piece.breaks)
        for _ in range(pages - begun):
            builder.begin_page()

    def _rows(self, table: Table, page: int, *, boxed: bool) -> Iterator[Piece]:
        """Yield the header and the rows of a table."""
        rows = [[self._cell(cell) for cell in row] for row in table.rows]
        if is_leftward(" ".join(cell for row in rows for cell in row)):
            rows = [row[::-1] for row in rows]
        count = table.heads or int(len(rows) > 1 and self._is_repeated(rows[0], page))
        heads, body = rows[:count], rows[count:]
        header = (
            [" ".join(dict.fromkeys(filter(None, names))) for names in zip(*heads, strict=False)]
            if heads
            else []
        )
        before = self._table_before(table, page)
        aside = boxed or not _is_fields(body)
        common = {"page": page, "size": self._style.size, "aside": aside, "zone": self._zones}
        rest = _behind(before.header, header) if before is not None else None
        if before is not None and rest is not None:
            if header:
                yield Piece("clutter", " | ".join(before.header), page, label="table header")
            header = before.header
            if any(rest):  # words of the last row of the page before, close below the header
                yield replace(before, text=" ".join(rest), cells=rest, page=page, breaks=[])
        elif header:
            yield Piece("header", " ".join(header), cells=header, **common)  # type: ignore[arg-type]
        if not header and _is_fields(body):
            for row in body:
                for label, value in zip(row[::2], row[1::2], strict=False):
                    yield Piece("field", f"{label} {value}".strip(), **common)  # type: ignore[arg-type]
            return
        for row, cells in zip(body, table.rows[count:], strict=True):
            if all(each.kind for cell in cells for each in cell):
                for cell in filter(None, row):
                    yield Piece("field", cell, **common)  # type: ignore[arg-type]
                continue
            yield Piece(
                "row",
                " ".join(row),
                cells=row,
                header=header,
                edges=table.edges,
                **common,  # type: ignore[arg-type]
            )

    def _is_repeated(self, row: list[str], page: int) -> bool:
        """Return whether a row begins the table on the page before, too, and so is its header.

        The rows of that table are given it where they have none.
        """
        last = self._last_piece()
        if last is None or last.kind != "row" or last.page != page - 1:
            return False
        if last.header:
            return last.header == row
        table = [each for each in self._pieces if each.kind == "row" and each.zone == last.zone]
        if len(table) < 2 or table[0].cells != row or not all(row):
            return False
        table[0].kind = "header"
        for each in table[1:]:
            each.header = row
        return True

    def _last_rows(self, zone: Zone, page: int) -> list[Piece]:
        """Take from the top of a page the rows of the table that ends the page before."""
        above = self._last_piece()
        if above is None or above.kind != "row" or not above.edges or above.page != page - 1:
            return []
        found: list[Piece] = []
        last_y = 0.0
        while zone.lines:
            line = zone.lines[0]
            cut = any(f.x0 < edge < f.x1 for f in line for edge in above.edges)
            columns = in_columns(line, above.edges)
            cells = [self._cell(cell) for cell in columns]
            wraps = bool(found) and line[0].y - last_y < _ROW_STEP * line[0].size and not cells[0]
            if cut or len(columns) != len(above.cells) or not (wraps or sum(map(bool, cells)) > 1):
                break
            zone.lines.pop(0)
            last_y = line[0].y
            if wraps:
                self._add_to_cells(found[-1], cells)
            elif cells == above.header:
                found.append(Piece("clutter", " | ".join(cells), page, label="table header"))
            else:
                row = replace(above, text=" ".join(cells), cells=cells, page=page, breaks=[])
                found.append(row)
        return found

    def _last_piece(self) -> Piece | None:
        """Return the last piece that is neither clutter nor a note at the foot of the page."""
        return next((each for each in reversed(self._pieces) if not _is_at_foot(each)), None)

    def _add_row(self, piece: Piece) -> None:
        """Add a row; one whose cells go on with those of the row before is no row of its own."""
        above = self._last_piece()
        if above is not None and _are_halves(above, piece):
            self._add_to_cells(above, piece.cells)
        else:
            self._pieces.append(piece)

    def _add_to_cells(self, row: Piece, cells: Sequence[str]) -> None:
        row.cells = [self._joiner.join(one, two) for one, two in zip(row.cells, cells, strict=True)]
        row.text = " ".join(row.cells)

    def _cell(self, fragments: Sequence[Fragment]) -> str:
        text = ""
        for line in rows_of(fragments):
            parts = line[::-1] if is_leftward(line[0].text) else line
            text = self._joiner.join(text, " ".join(each.text for each in parts))
        return text

    def _table_before(self, table: Table, page: int) -> Piece | None:
        """Return a row of the table that this one continues, if it does."""
        piece = self._last_piece()
        if piece is None or piece.kind != "row" or page - piece.page > 1 or not piece.header:
            return None
        same = len(piece.edges) == len(table.edges) and all(
            in_columns(cell, piece.edges)[n] == cell
            for row in table.rows
            for n, cell in enumerate(row)
        )
        return piece if same else None

    def _merged(self) -> list[Piece]:
        """Return the pieces with those paragraphs whole that run over columns and pages."""
        done: list[Piece] = []
        left = self._pieces[::-1]
        while left:
            piece = left.pop()
            between = self._until_continued(piece, left)
            if between is None:
                done.append(piece)
                continue
            passed = [left.pop() for _ in range(between)]
            rest = left.pop()
            onto_page = rest.page > piece.page + len(piece.breaks)
            if onto_page and any(each.kind != "clutter" for each in passed):
                left += self._carry_over(piece, rest)
            else:
                self._append(piece, rest)
            left += passed[::-1]
            left.append(piece)
        return done

    def _carry_over(self, piece: Piece, rest: Piece) -> list[Piece]:
        """Move the end of a sentence to the page that it begins on; return what is left, if any.

        What it interrupts, as a note or a table, stands between both, so that all of it is on the
        page that it is said to be on.
        """
        joined = self._joiner.join(piece.text, rest.text)
        start = len(joined) - len(rest.text)
        from_ = max(start - _LOOK_BACK, 0)
        spans = sentence_spans(joined[from_:], language_of(joined[from_:]))
        end = next((from_ + high for _, high in spans if from_ + high > start), len(joined))
        piece.text, left = joined[:end].rstrip(), joined[end:].strip()
        piece.full = rest.full and not left
        if not left:
            return []
        return [replace(rest, text=left, kind="text", breaks=[], indented=False)]

    def _until_continued(self, piece: Piece, left: list[Piece]) -> int | None:
        """Return how many pieces stand before the one that continues a piece, if one does."""
        if piece.kind not in ("text", "item") or is_field(piece.text):
            return None
        for between, other in enumerate(reversed(left[-_AHEAD:])):
            if other.kind == "clutter" or (other.kind in ("row", "header") and other.aside):
                continue
            alike = abs(other.size - piece.size) <= _SAME_SIZE * piece.size
            if other.aside != piece.aside or not alike:
                if other.kind == "heading" and not other.aside:
                    return None
                continue
            if ends_before(piece.text, other.text) or not _continues(piece, other):
                return None
            doubtful = other.text[:1].isupper() and other.page == piece.page + len(piece.breaks)
            better = self._orphan(piece, left, between + 1) if doubtful else None
            return between if better is None else better
        return None

    def _orphan(self, piece: Piece, left: list[Piece], start: int) -> int | None:
        """Return how many pieces stand before one that begins in the middle of a sentence.

        It goes on with a sentence that a box or another column interrupts.
        """
        near = left[-_AHEAD:][::-1]
        own = False  # whether what stands before it goes on with a sentence of its own
        for between in range(start, len(near)):
            other, before = near[between], near[between - 1]
            if before.kind == "text" and before.aside == piece.aside:
                own = before.full and not before.is_ended
            alike = abs(other.size - piece.size) <= _SAME_SIZE * piece.size
            begins = other.kind == "text" and other.text[:1].islower() and alike
            first = before.kind == "clutter" or before.page < other.page
            if other.page > piece.page + len(piece.breaks) + 1:
                return None
            if begins and not own and (before.is_ended or first):
                return between
        return None

    def _append(self, piece: Piece, rest: Piece) -> None:
        joined = self._joiner.join(piece.text, rest.text)
        start = len(joined) - len(rest.text)
        last = piece.page + len(piece.breaks)
        piece.breaks += [start] * (rest.page - last)
        piece.breaks += [start + at for at in rest.breaks]
        piece.text, piece.full, piece.zone = joined, rest.full, rest.zone

    def _set_levels(self, pieces: list[Piece], outline: dict[str, int]) -> None:
        for piece in pieces:
            short = piece.kind == "text" and len(piece.text) < 200
            if short and " ".join(piece.text.casefold().split()) in outline:
                piece.kind = "heading"
        heads = [piece for piece in pieces if piece.kind == "heading"]
        styles = sorted({_rank(piece) for piece in heads})
        for piece in heads:
            piece.level = min(styles.index(_rank(piece)) + 1, _DEEPEST)


def _rank(piece: Piece) -> tuple[float, bool]:
    return -round(piece.size * 2) / 2, not piece.bold


def _is_fields(rows: list[list[str]]) -> bool:
    """Return whether rows are pairs of a label with a colon and a value."""
    if not rows or len(rows[0]) % 2:
        return False
    labels = [cell for row in rows for cell in row[::2] if cell]
    return bool(labels) and sum(label.endswith(":") for label in labels) >= 0.6 * len(labels)


def _behind(start: Sequence[str], header: Sequence[str]) -> list[str] | None:
    """Return what the cells of a header have behind those of another; None where they differ."""
    if not header:
        return []
    if len(start) != len(header) or not all(map(str.startswith, header, start)):
        return None
    return [two[len(one) :].strip() for one, two in zip(start, header, strict=True)]


def _is_at_foot(piece: Piece) -> bool:
    return piece.kind == "clutter" or (piece.kind in ("text", "item") and piece.aside)


def _are_halves(one: Piece, two: Piece) -> bool:
    """Return whether the cells of a row go on in those of another, on the next page."""
    if not one.kind == two.kind == "row" or one.page != two.page - 1 or one.header != two.header:
        return False
    pairs = [(a, b) for a, b in zip(one.cells, two.cells, strict=False) if b]
    first = two.cells[0]
    return (
        len(one.cells) == len(two.cells)
        and (not first or first[0].islower())
        and all(a for a, _ in pairs)
        and any(b[0].islower() and not is_ended(a) for a, b in pairs)
    )


def _is_next_line(one: Piece, two: Piece) -> bool:
    """Return whether two headings are the lines of one: set alike, aligned, one below the other."""
    if not one.kind == two.kind == "heading" or one.page != two.page or one.bold != two.bold:
        return False
    step = (two.y - one.last_y) / one.size
    aligned = min(
        abs(one.x0 - two.x0), abs(one.x1 - two.x1), abs(one.x0 + one.x1 - two.x0 - two.x1) / 2
    )
    return (
        abs(one.size - two.size) < 0.3
        and _HEADING_STEP[0] < step < _HEADING_STEP[1]
        and aligned < _ALIGNED
        and not is_heading_number(two.text)
    )


def _continues(piece: Piece, other: Piece) -> bool:
    """Return whether a piece goes on with the sentence of another."""
    if piece.closed:
        return False
    leans = leans_on(piece.text, other.text)  # "said Prof." on "J. Weil", which is no entry
    if not (other.kind == "text" or (leans and other.kind == "item")) or other.zone == piece.zone:
        return False
    if _HALF_NUMBER.search(piece.text[-4:]) and not other.text[:1].isdigit():
        return False
    if leans or other.text[:1].islower() or piece.text[-1] in "-\u00ad,":
        return True
    return (
        piece.full and not other.indented and piece.bold == other.bold and not is_field(other.text)
    )


def _set_labels(pieces: list[Piece]) -> None:
    """Give the entries of lists their depth, and the line that they hang on."""
    lead = ""
    above: list[tuple[float, str]] = []  # the place and the words of the entries around
    moved = 0.0  # from the column in which the list begins
    for piece in pieces:
        if piece.kind == "clutter":
            continue
        if piece.kind != "item":
            above, moved = [], 0.0
            lead = _LAST_SENTENCE.split(piece.text)[-1] if piece.text.endswith(":") else ""
            continue
        if above and abs(piece.x0 - moved - above[-1][0]) > _OTHER_COLUMN:
            moved = piece.x0 - above[-1][0]
        while above and piece.x0 - moved <= above[-1][0] + _INDENT:
            above.pop()
        piece.level = len(above) + 1
        piece.label = piece.label or (above[-1][1] if above else lead)
        above.append((piece.x0 - moved, piece.text))


def _hand_over(builder: Builder, piece: Piece) -> None:
    if piece.kind == "clutter":
        builder.add_clutter(piece.text, piece.label)
    elif piece.kind == "header":
        builder.add_header(piece.cells)
    elif piece.kind == "row":
        builder.add_row(piece.cells, piece.header)
    else:
        builder.add(
            piece.text,
            piece.kind,
            level=piece.level,
            label=piece.label,
            page_breaks=piece.breaks,
        )
