"""Tables drawn in text: with bars, borders, tabs, or columns kept apart by runs of spaces."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.text.blocks import CELL_BREAK, MAX_LABEL, Block
from rag.text.layout.source import TextLine

_BARS = "|│┃║"
_BAR = re.compile(f"[{_BARS}]")
_BORDER = re.compile(r"[-=_+|:─━═│┃┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬║\s]{3,}")
_FRAME = "|│┃║ \t"
_SPACES = re.compile(r"\S\s{2,}(?=\S)")
_YEAR = re.compile(r"\D*(?:1[89]|20)\d\d\D*")
_MAX_ROW = 400  # characters: longer lines are prose, whatever they hold
_MAX_COLUMNS = 40
_MIN_ALIGNED = 3  # rows whose columns are kept apart by spaces alone
_MIN_RIVER = 2  # columns of white space through all rows; two behind a full stop are typing
_CONTINUED = 8  # columns of indent that put a line without gaps below a cell of the row above
_TAB = 8  # columns
_WIDE_GAP = 4  # columns of white space by which two rows, too, are a table
_MAX_PROSE_CELL = 45  # characters on average: longer cells are columns of prose side by side
_NUMBERED = 0.5  # of the cells below a header that hold figures

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineRun:
    """Blocks that lines first to last (excluded) make up."""

    first: int
    last: int
    blocks: tuple[Block, ...]


def find_tables(lines: Sequence[TextLine]) -> Iterator[LineRun]:
    """Yield the tables among the lines of a text."""
    for first, last in _runs(lines):
        for low, high, cells in _split_run(lines, first, last):
            yield LineRun(low, high, tuple(_blocks(lines, low, high, cells)))


def _runs(lines: Sequence[TextLine]) -> Iterator[tuple[int, int]]:
    """Yield runs of lines that may be rows: without blank lines, all with a gap or bar."""
    first = 0
    for at in range(len(lines) + 1):
        row = at < len(lines) and _may_be_row(lines[at])
        if not row or (at > first and lines[at].gap):
            goes_on = (
                at < len(lines)
                and at > first
                and not lines[at].gap
                and lines[at].indent >= lines[first].indent + _CONTINUED
            )
            if goes_on:
                continue
            if at - first > 1:
                yield first, at
            first = at if row else at + 1


def _may_be_row(line: TextLine) -> bool:
    if len(line.text) > _MAX_ROW:
        return False
    if "  " in line.text and _inner(_gaps(line.text)):
        return True
    return "\t" in line.text or _has_bar(line.text) or _is_border(line)


def _split_run(
    lines: Sequence[TextLine], first: int, last: int
) -> Iterator[tuple[int, int, list[Cells]]]:
    """Yield the tables within a run, each with the cells of its lines; of a border, none."""
    at = first
    while at < last:
        for split in (_barred, _tabbed, _aligned):
            cells = split(lines[row] for row in range(at, last))
            if cells:
                if not (_is_prose(cells) or _is_labelled(cells)):
                    yield at, at + len(cells), cells
                at += len(cells)
                break
        else:
            at += 1


def _is_border(line: TextLine) -> bool:
    return line.is_rule and _BORDER.fullmatch(line.text) is not None


def _barred(lines: Iterable[TextLine]) -> list[Cells]:
    """Return the cells of the lines at the top that have bars between them."""
    return _divided(lines, lambda words: _BAR.split(words.strip(_BARS)) if _has_bar(words) else [])


def _has_bar(words: str) -> bool:
    return "|" in words or (not words.isascii() and _BAR.search(words) is not None)


def _tabbed(lines: Iterable[TextLine]) -> list[Cells]:
    """Return the cells of the lines at the top that have tabs between them."""
    return _divided(lines, lambda words: re.split(r"\t+", words) if "\t" in words else [])


def _divided(lines: Iterable[TextLine], divide: Callable[[str], list[str]]) -> list[Cells]:
    """Return the cells of the lines at the top that are divided into as many; none if too few."""
    found: list[Cells] = []
    width = 0
    for line in lines:
        cells = () if _is_border(line) else tuple(cell.strip() for cell in divide(line.text))
        if not cells and not (_is_border(line) and (not found or found[-1])):
            break
        if cells and (len(cells) < 2 or len(cells) != (width or len(cells))):
            break
        width = len(cells) or width
        found.append(cells)
    rows = sum(1 for cells in found if cells)
    return found if width > 1 and rows > 1 else []


def _aligned(lines: Iterable[TextLine]) -> list[Cells]:
    """Return the cells of the lines at the top whose columns are kept apart by spaces."""
    shown: list[str] = []  # of a border, nothing
    rivers: list[tuple[int, int]] = []
    for line in lines:
        if _is_border(line):
            if shown and not shown[-1]:
                break
            shown.append("")
            continue
        words = (line.indent * " " + line.text).expandtabs()
        narrowed = _common(rivers, _gaps(words)) if any(shown) else _gaps(words)
        if not _inner(narrowed) or len(narrowed) < len(rivers) / 2:
            break
        rivers = narrowed
        shown.append(words)
    rows = sum(1 for words in shown if words)
    inner = _inner(rivers)
    if len(inner) > _MAX_COLUMNS or rows < 2:
        return []
    clear = max(high - low for low, high in inner) >= _WIDE_GAP or rows < len(shown)
    if rows < _MIN_ALIGNED and not clear:
        return []
    cuts = [0, *(high for _, high in inner), _MAX_ROW * _TAB]
    return [
        tuple(words[low:high].strip() for low, high in pairwise(cuts)) if words else ()
        for words in shown
    ]


def _gaps(words: str) -> list[tuple[int, int]]:
    """Return the columns of white space in a row, those before and behind its words included."""
    indent = len(words) - len(words.lstrip())
    inner = [
        (match.start() + 1, match.end())
        for match in _SPACES.finditer(words)
        if match.end() - match.start() - 1 > _MIN_RIVER or words[match.start()] not in ".!?:;,"
    ]
    before = [(0, indent)] if indent else []
    return [*before, *inner, (len(words), _MAX_ROW * _TAB)]


def _inner(gaps: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(low, high) for low, high in gaps if low and high < _MAX_ROW * _TAB]


def _common(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the columns of white space that two rows share."""
    shared = []
    at = 0
    for low, high in one:
        while at < len(other) and other[at][1] <= low:
            at += 1
        for start, end in other[at : at + _MAX_COLUMNS]:
            if start >= high:
                break
            if min(high, end) - max(low, start) >= _MIN_RIVER:
                shared.append((max(low, start), min(high, end)))
    return shared


def _is_prose(rows: list[Cells]) -> bool:
    """Return whether cells are so long that they are columns of a page rather than of a table."""
    cells = [cell for row in rows for cell in row if cell]
    return sum(map(len, cells)) > _MAX_PROSE_CELL * len(cells)


def _is_labelled(rows: list[Cells]) -> bool:
    """Return whether rows are labels with their values, as the head of a memo is."""
    return all(row[0].endswith((":", "：")) for row in rows if row)


def _blocks(
    lines: Sequence[TextLine], first: int, last: int, cells: list[Cells]
) -> Iterator[Block]:
    rows = [(at, row) for at, row in zip(range(first, last), cells, strict=True) if row]
    header = _header(cells)
    label = CELL_BREAK.join(header)[:MAX_LABEL]
    pair = not header and len(rows[0][1]) == 2
    open_row: Block | None = None
    for number, (at, row) in enumerate(rows):
        line = lines[at]
        if line.is_rule or not any(row):
            continue
        words = line.text.strip(_FRAME).strip()
        start = line.start + line.text.index(words)
        end = start + len(words)
        if number == 0 and header:
            yield Block(start, end, "heading", 6)
        elif open_row and not row[0] and sum(map(bool, row)) == 1:
            open_row = Block(open_row.start, end, open_row.kind, 0, label)
        else:
            if open_row:
                yield open_row
            open_row = Block(start, end, "field" if pair else "row", 0, label)
    if open_row:
        yield open_row


def _header(cells: list[Cells]) -> Cells:
    """Return the cells of the first row if it names what stands below; else none."""
    rows = [row for row in cells if row]
    first, rest = rows[0], rows[1:]
    named = all(cell and not _has_digit(cell) for cell in first)
    # Years above columns of figures, as "Town | 2022 | 2023".
    if len(first) > 2 and not _has_digit(first[0]) and all(map(_YEAR.fullmatch, first[1:])):
        return first
    if not rest or not any(any(char.isalpha() for char in cell) for cell in first):
        return ()
    at = cells.index(first)
    ruled = at + 1 < len(cells) and not cells[at + 1]
    if ruled and sum(1 for row in cells if not row) <= 3:
        return first
    figures = [
        sum(1 for row in rest if _has_digit(row[column])) >= _NUMBERED * len(rest)
        for column in range(1, len(first))
    ]
    shouted = all(cell.isupper() for cell in first) and not any(row[0].isupper() for row in rest)
    filled = all(first)
    if filled and shouted:
        return first
    return first if named and (any(figures) or (len(first) > 2 and len(rest) > 1)) else ()


def _has_digit(words: str) -> bool:
    return any(char.isdigit() for char in words)
