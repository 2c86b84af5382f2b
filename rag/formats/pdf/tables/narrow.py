"""Cells of narrow tables that stand as near to each other as words do.

Browsers make the columns of a table no wider than their longest cell, behind which the next cell
follows after a gap like a space. What tells the cells apart is the line above or below, where a
shorter cell leaves white: both begin, or end, at the same places.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from rag.formats.pdf.lines import Fragment
from rag.formats.pdf.markers import is_leftward
from rag.formats.pdf.tables.headers import FIGURE
from rag.formats.pdf.tables.unruled import rows_of

_CELL_GAP = 0.7  # of the size: white that parts the cells of the line beside
_NEAR = 2.2  # of the size: how far the next line of the table is at most
_SAME_EDGE = 1.0  # points: by how much the edges of cells below each other differ
_WHITE = 0.8  # of the size: white that is kept for the gutter between the columns


def with_narrow_cells(fragments: Sequence[Fragment]) -> list[Fragment]:
    """Return stretches of text, those of two cells parted where a line beside shows both."""
    rows = rows_of(fragments)
    for steps in (1, -1):  # what is parted on one line shows where to part the next
        for n in range(len(rows))[::steps]:
            near = [rows[m] for m in (n - 1, n + 1) if 0 <= m < len(rows) and len(rows[m]) > 1]
            if near:
                rows[n] = [part for each in rows[n] for part in _parted(each, near)]
    return [each for row in rows for each in row]


def _parted(each: Fragment, near: Sequence[list[Fragment]]) -> list[Fragment]:
    """Return the cells of a stretch; itself where it is one."""
    if not each.space or each.kind:
        return [each]
    left, right, size = each.x0, each.x1, each.size
    for row in near:
        for one, two in itertools.pairwise(row):
            if two.x0 >= right or one.x1 <= left or two.x0 - one.x1 < _CELL_GAP * size:
                continue
            words = each.text.split(" ")
            leftward = is_leftward(each.text)
            if (leftward and len(words) > 2) or abs(one.y - each.y) > _NEAR * size:
                continue
            if _are_below(each, one, two, words):
                return _cells(each, words, leftward=leftward)
    return [each]


def _are_below(each: Fragment, one: Fragment, two: Fragment, words: list[str]) -> bool:
    """Return whether the first word of a stretch and the rest stand below two cells, or above."""
    end = each.x0 + each.first
    start = end + each.space
    figure = len(words) == 2 and FIGURE.fullmatch(words[0]) is not None
    left = figure or min(abs(each.x0 - one.x0), abs(end - one.x1)) <= _SAME_EDGE
    sure = FIGURE.fullmatch(words[-1]) or abs(end - one.x1) <= _SAME_EDGE
    ends = len(words) == 2 and sure and abs(each.x1 - two.x1) <= _SAME_EDGE
    return left and (abs(start - two.x0) <= _SAME_EDGE or bool(ends))


def _cells(each: Fragment, words: list[str], *, leftward: bool) -> list[Fragment]:
    """Return the first word of a stretch and the rest; from the left."""
    start = each.x0 + each.first + each.space
    texts = [words[0], " ".join(words[1:])]
    if leftward:
        texts.reverse()
    edge = max(min(each.x0 + each.first, start - _WHITE * each.size), each.x0 + 1)
    one = replace(each, text=texts[0], x1=edge, space=0.0)
    width = (each.x1 - start) * (len(words[1]) / len(texts[1]) if len(words) > 2 else 1.0)
    return [one, replace(each, text=texts[1], x0=start, first=width)]
