"""Which rows of a table name its columns."""

from __future__ import annotations

import itertools
import re

from rag.formats.pdf.layout.shapes import Rect
from rag.formats.pdf.lines import Fragment

HEAD_ROWS = 3  # of a header at most
_NUMBER = re.compile(r"^[\W_]*\d[\d\s.,:/%°–-]*\S{0,8}$")


def heads_of(rows: list[list[list[Fragment]]], across: list[Rect], *, ruled: bool) -> int:
    """Return how many rows are the header."""
    if len(rows) < 2:
        return 0
    texts = [[" ".join(f.text for f in cell) for cell in row] for row in rows]
    if any(_NUMBER.match(text) and not re.fullmatch(r"(19|20)\d\d", text) for text in texts[0][1:]):
        return 0
    if sum(map(bool, texts[0])) < max(2, len(texts[0]) - 1):
        return 0
    if not any(_NUMBER.match(text) for text in texts[0]):
        heads = 1
        while heads < min(HEAD_ROWS, len(rows) - 1) and _is_bold(rows[heads]) and _spans(rows[0]):
            heads += 1
        if _is_bold(rows[0]) and not all(map(_is_bold, rows[1:])):
            return heads
        if any(_NUMBER.match(row[n]) for row in texts[1:] for n in range(1, len(row))):
            return heads
    lowest = max(f.y for cell in rows[0] for f in cell)
    after = min(f.top for cell in rows[1] for f in cell)
    under = [r for r in across if lowest - 1 <= r.y0 <= after + 3]
    between = [r for r in across if r.y0 > after + 3]
    if under and len(between) <= 1 and len(rows) > 2:
        return 1
    colons = sum(row[0].endswith(":") for row in texts)
    return int(len(texts[0]) >= 3 and ruled and not colons and all(texts[0]))


def _spans(row: list[list[Fragment]]) -> bool:
    """Return whether a cell of a row stands above several columns."""
    return any(one and one is two for one, two in itertools.pairwise(row))


def _is_bold(row: list[list[Fragment]]) -> bool:
    return all(fragment.bold for cell in row for fragment in cell)
