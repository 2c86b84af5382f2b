"""Tables as text: .csv and .tsv files."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

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
    rows = _rows(text, _delimiter(text, delimiters))
    kept: list[list[str]] = []
    count = 0
    for row in rows:
        count += len(row)
        if count > MAX_CELLS:
            break
        kept.append(row)
    if len(kept) < len(rows):
        builder.unread.append(
            f"is long: its last {len(rows) - len(kept):,} rows of {len(rows):,} were not read; "
            "split it"
        )
    add_grid(builder, _grid(kept))
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
    rows = [row for row in _rows(sample, delimiter) if any(cell.strip() for cell in row)]
    widths = Counter(len(row) for row in rows[:_SAMPLE_ROWS])
    several = {width: count for width, count in widths.items() if width > 1}
    return max(several.values(), default=0) / max(sum(widths.values()), 1)


def _rows(text: str, delimiter: str) -> list[list[str]]:
    """Return the cells of each row."""
    try:
        rows = list(_reader(text, delimiter, csv.QUOTE_MINIMAL))
    except csv.Error:
        rows = []
    if not rows or any(cell.count("\n") > _MOST_LINES for row in rows for cell in row):
        # A quotation mark that is never closed.
        rows = [next(_reader(line, delimiter, csv.QUOTE_NONE), []) for line in text.splitlines()]
    return rows


def _reader(text: str, delimiter: str, quoting: int) -> csv._reader:
    csv.field_size_limit(_LONGEST_CELL)
    escaped = '\\"' in text and '""' not in text
    return csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        quoting=quoting,
        escapechar="\\" if escaped and quoting == csv.QUOTE_MINIMAL else None,
        skipinitialspace=delimiter != "\t",
    )
