"""Find a claim that puts cells of different rows of one table together: one's name, one's value.

The rows of a table share their words, so that a claim which names one row and gives the value of
another has nearly all its words in either. Columns are read from the left, as the first ones name
what a row is about; each that the claim speaks of leaves the rows that have what it says.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from rag.checking.polarity import NEGATION_CUES
from rag.checking.statement import AnalyzedText, analyzed, canonical
from rag.text.blocks import CELL_BREAK, Block, row_cells
from rag.text.numbers import numbers_in
from rag.text.quotations import ASCRIBING_TERMS
from rag.types import Article

_MOST_ROWS = 100  # of a table that are read on each side of a row: all, of most tables
_MOST_NAMED = 12  # rows that a claim is held against together with one of them
_HELD = 0.5  # share of the words of a cell alone that a claim must have to speak of it
# What sets rows side by side may name a cell of each.
_COMPARES = re.compile(r"\b(?:than|unlike|whereas|while|versus|except|instead of)\b", re.IGNORECASE)
_Words = frozenset[str | Decimal]


class OtherRow(NamedTuple):
    """The row that a claim names, and what it says in place of another row's value.

    ``clear`` says that the claim names the column as well, or has no word that the table lacks.
    """

    start: int
    end: int
    reason: str
    clear: bool


class _Row(NamedTuple):
    block: Block
    cells: list[str]
    words: list[_Words]


def other_row(claim: str, article: Article, start: int, end: int) -> OtherRow | None:
    """Return the row that a claim names, if it gives the value of another row of one table.

    Args:
        claim: the sentence that is checked.
        article: that the claim is held against.
        start, end: a span of it; None is returned where that is no row of a table with a header.
    """
    rows, header = _table(article, start, end)
    if len(rows) < 2 or NEGATION_CUES.search(claim) or _COMPARES.search(claim):
        return None
    said = _words(analyzed(claim))
    left, named = rows, False
    for column in range(len(header)):
        spoken = list(_spoken_of(said, rows, column))
        if len(spoken) > 1:
            return None  # it speaks of several rows
        if not spoken:
            continue
        own = [row for row in left if row.words[column] == spoken[0]]
        if own:
            named = named or any(isinstance(word, str) for word in spoken[0])
            left = own
        elif named and len(left) == 1 and left[0].cells[column]:
            kept = spoken[0] - frozenset[str | Decimal]().union(*left[0].words)
            if len(kept & said) >= _HELD * len(kept) > 0:
                return _differing(said, (left[0], rows), spoken[0], column, header)
    return None


def rows_together(claim: str, article: Article, start: int, end: int) -> list[str]:
    """Return the row that a span is with each other row of its table that a claim names.

    Args:
        claim: the sentence that is checked.
        article: that the claim is held against.
        start, end: a span of it; nothing is returned where that is no row of a table with a header.
    """
    rows, _ = _table(article, start, end)
    said = {word for word in _words(analyzed(claim)) if isinstance(word, str)}
    named = [row for row in rows if said & frozenset[str | Decimal]().union(*row.words)]
    own = [row for row in named if row.block.start <= start < row.block.end]
    return [
        "\n".join(CELL_BREAK.join(each.cells) for each in (row, other))
        for row in own
        for other in named[:_MOST_NAMED]
        if other is not row
    ]


def _differing(
    said: _Words,
    table: tuple[_Row, Sequence[_Row]],
    spoken: _Words,
    column: int,
    header: Sequence[str],
) -> OtherRow | None:
    """Say what the named row has in a column where the claim has another row's cell.

    A number may be of anything; only where the column is named is it that of the cell.
    """
    row, rows = table
    there = next(other for other in rows if other.words[column] == spoken).cells[column]
    title = _words(analyzed(header[column]))
    is_named = bool(title & said)
    if not is_named and all(isinstance(word, Decimal) for word in spoken & said):
        return None
    known = title.union(spoken, *row.words, *(_words(analyzed(name)) for name in header))
    clear = is_named or not {word for word in said - known if isinstance(word, str)}
    reason = f"the source says “{row.cells[column]}”, not “{there}”"
    return OtherRow(row.block.start, row.block.end, reason, clear)


def _table(article: Article, start: int, end: int) -> tuple[list[_Row], list[str]]:
    """Return the rows of the table that a span is a row of, and the words of its header."""
    blocks = article.blocks
    at = bisect_right(blocks, start, key=lambda block: block.start) - 1
    if at < 0 or blocks[at].kind != "row" or not blocks[at].label or end > blocks[at].end:
        return [], []
    first = last = at
    while first and _are_of_one_table(blocks[first - 1], blocks[at], at - first):
        first -= 1
    while last + 1 < len(blocks) and _are_of_one_table(blocks[last + 1], blocks[at], last - at):
        last += 1
    header = [name.strip() for name in blocks[at].label.split(CELL_BREAK.strip())]
    rows = []
    for block in blocks[first : last + 1]:
        cells = row_cells(article.text[block.start : block.end])
        if len(cells) == len(header):
            rows.append(_Row(block, cells, [_words(analyzed(cell)) for cell in cells]))
    return rows, header


def _are_of_one_table(one: Block, other: Block, apart: int) -> bool:
    return one.kind == "row" and one.label == other.label and apart < _MOST_ROWS


@lru_cache(maxsize=4_096)  # the same cells are read for each row that a claim is held against
def _words(text: AnalyzedText) -> _Words:
    """Return the meaningful words of a text, and its numbers by their values."""
    numbers = numbers_in(text.text)
    words = {
        canonical(term)
        for term in text.words
        if term.term not in ASCRIBING_TERMS
        and not any(number.start <= term.start < number.end for number in numbers)
    }
    return frozenset[str | Decimal](words) | frozenset(number.value for number in numbers)


def _spoken_of(said: _Words, rows: Sequence[_Row], column: int) -> Iterator[_Words]:
    """Yield the different cells of a column that a claim has, by what no other cell has."""
    cells = {row.words[column] for row in rows}
    shared = {word for word in said if sum(word in cell for cell in cells) > 1}
    for cell in cells:
        own = cell - shared
        if own and len(own & said) >= _HELD * len(own):
            yield cell
