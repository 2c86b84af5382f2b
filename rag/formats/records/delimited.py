"""Tables as text: .csv and .tsv files."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from rag.formats.extracted import Builder, Extracted
from rag.formats.office.grid import MAX_CELLS, Grid, GridCell
from rag.formats.office.tables import add_grid
from rag.formats.plain import decode

# Where several fit equally well, the earlier: a comma stands in sentences and in amounts, too.
_DELIMITERS = "\t;|,"
_SAMPLE_ROWS = 200
_SAMPLE_CHARACTERS = 100_000
_MOST_LINES = 100  # of a cell; with more, a quotation mark is a character and opens nothing
_LONGEST_CELL = 1_000_000  # characters
_SEPARATOR_LINE = re.compile(r"\A\s*\"?sep=(.)\"?[ \t]*\r?\n", re.IGNORECASE)  # as Excel reads it
_MOST_EMPTY = 0.4  # share of rows; where more are empty, they are no gaps between tables


def read_csv(raw: bytes) -> Extracted:
    """Read a table whose cells are separated by commas, semicolons, tabs or bars."""
    return _read(raw, _DELIMITERS)


def read_tsv(raw: bytes) -> Extracted:
    """Read a table whose cells are separated by tabs, or by what a .csv file would have."""
    return _read(raw, "\t" if b"\t" in raw else _DELIMITERS)


def _read(raw: bytes, delimiters: str) -> Extracted:
    text = decode(raw)
    stated = _SEPARATOR_LINE.match(text)
    if stated:
        text, delimiters = text[stated.end() :], stated[1]
    builder = Builder()
    rows, count = _rows(text, _delimiter(text, delimiters))
    if len(rows) < count:
        builder.unread.append(
            f"is long: its last {count - len(rows):,} rows of {count:,} were not read; split it"
        )
    add_grid(builder, _grid(rows))
    return builder.extracted({})


def _grid(rows: list[list[str]]) -> Grid:
    filled = [any(cell.strip() for cell in row) for row in rows]
    if filled.count(False) > _MOST_EMPTY * len(rows):
        rows = [row for row, words in zip(rows, filled, strict=True) if words]
    grid = Grid(usually_named=True)
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell.strip():
                grid.cells[at, column] = GridCell(cell)
    return grid


def _delimiter(text: str, candidates: str) -> str:
    """Return the character that makes the most even rows."""
    if len(candidates) == 1:
        return candidates
    sample = text[:_SAMPLE_CHARACTERS]
    return max(candidates, key=lambda delimiter: _evenness(sample, delimiter))


def _evenness(sample: str, delimiter: str) -> float:
    """Return the share of rows that have as many cells as most, if these are several."""
    rows = [row for row in _rows(sample, delimiter)[0] if any(cell.strip() for cell in row)]
    widths = Counter(len(row) for row in rows[:_SAMPLE_ROWS])
    several = {width: count for width, count in widths.items() if width > 1}
    return max(several.values(), default=0) / max(sum(widths.values()), 1)


def _rows(text: str, delimiter: str) -> tuple[list[list[str]], int]:
    """Return the cells of each row, as far as there is room, and how many rows there are."""
    try:
        return _taken(_reader(text, delimiter, quoted=True))
    except csv.Error:  # a quotation mark that is never closed
        lines = text.splitlines()
        return _taken(next(_reader(line, delimiter, quoted=False), []) for line in lines)


def _taken(rows: Iterable[list[str]]) -> tuple[list[list[str]], int]:
    kept: list[list[str]] = []
    count, cells = 0, 0
    for row in rows:
        if any(len(cell) > _MOST_LINES and cell.count("\n") > _MOST_LINES for cell in row):
            raise csv.Error("a cell has too many lines")
        count += 1
        cells += len(row)
        if cells <= MAX_CELLS:
            kept.append(row)
    return kept, count


def _reader(text: str, delimiter: str, *, quoted: bool) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    escaped = quoted and '\\"' in text and '""' not in text
    return csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        escapechar="\\" if escaped else None,
        skipinitialspace=delimiter != "\t",
    )
