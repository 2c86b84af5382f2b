"""Read a table of an article: its rows, the cells of each behind the names of their columns."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rag.text.blocks import CELL_BREAK, Block, row_cells
from rag.text.terms import analyze
from rag.types import Article

_MOST_ROWS = 5_000  # of a table; a longer one takes too long to read for a question


class Cell(NamedTuple):
    """What a row has in a column: the column's name, the words, and the terms of the words."""

    column: str
    words: str
    terms: frozenset[str]


class TableRow(NamedTuple):
    """A row of a table, ``text[start:end]`` of its article, with the cells that are not empty."""

    start: int
    end: int
    cells: tuple[Cell, ...]
    terms: frozenset[str]


class HeadedTable(NamedTuple):
    """The rows of a table, in order, and the names of its columns."""

    rows: tuple[TableRow, ...]
    columns: tuple[str, ...]


def table_at(article: Article, start: int) -> HeadedTable | None:
    """Return the table that has a row at an offset; None where there is none with a header."""
    blocks = article.blocks
    at = bisect_right(blocks, start, key=lambda block: block.start) - 1
    if at < 0 or not _is_named_row(blocks[at]):
        return None
    first = last = at
    while first and _is_named_row(blocks[first - 1]) and at - first < _MOST_ROWS:
        first -= 1
    while last + 1 < len(blocks) and _is_named_row(blocks[last + 1]) and last - at < _MOST_ROWS:
        last += 1
    if last - first >= _MOST_ROWS:
        return None
    return _table(article.text, _unmarked(article, blocks[first : last + 1]))


def _is_named_row(block: Block) -> bool:
    return block.kind == "row" and bool(block.label)


def _unmarked(article: Article, rows: Sequence[Block]) -> tuple[Block, ...]:
    """Return the rows that can be cited: none that touches clutter or an aside."""
    marks = article.marks

    def is_marked(row: Block) -> bool:
        at = bisect_left(marks, row.end, key=lambda mark: mark.start)
        return at > 0 and marks[at - 1].end > row.start

    return tuple(row for row in rows if not is_marked(row))


@lru_cache(maxsize=32)  # each step of an answer reads the few tables that are in question
def _table(text: str, blocks: tuple[Block, ...]) -> HeadedTable:
    rows = []
    for block in blocks:
        names = [name.strip() for name in block.label.split(CELL_BREAK.strip())]
        words = row_cells(text[block.start : block.end])
        if len(names) != len(words):
            continue
        cells = tuple(
            Cell(name, cell, frozenset(term.term for term in analyze(cell)))
            for name, cell in zip(names, words, strict=True)
            if cell
        )
        terms = frozenset[str]().union(*(cell.terms for cell in cells))
        rows.append(TableRow(block.start, block.end, cells, terms))
    columns = dict.fromkeys(cell.column for row in rows for cell in row.cells if cell.column)
    return HeadedTable(tuple(rows), tuple(columns))
