"""Lines across a page, drawn or empty: what is above one is read before what is below it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Protocol

from rag.formats.pdf.layout.shapes import Rect
from rag.formats.pdf.lines import Fragment
from rag.formats.pdf.tables.rules import merged_rules
from rag.formats.pdf.tables.unruled import is_prose, rows_of

_TYPED = re.compile(r"[-=_*~–—.]{10,}")
_FEWEST_ROWS = 3
_SHARED = 0.6  # of the places of lines: fewer are not those of lines through both columns
_THROUGH = 0.9  # of the lines: so many have words on both sides
_EMPTY_LINE = 1.7  # times the least step: an empty line is between
_SHORT = 4.0  # points: by so much a line may end within the text that it stands below


class Placed(Protocol):
    """What has a place on a page: a stretch of text, or what stands in a box."""

    @property
    def x0(self) -> float:
        """Return its left edge."""

    @property
    def x1(self) -> float:
        """Return its right edge."""

    @property
    def top(self) -> float:
        """Return its upper edge."""

    @property
    def bottom(self) -> float:
        """Return its lower edge."""


def typed_rules(fragments: Sequence[Fragment]) -> list[Fragment]:
    """Return the lines that are drawn with dashes and the like, as on a typewriter.

    One beside words is a blank to be filled in.
    """
    typed = [each for each in fragments if _TYPED.fullmatch(each.text)]
    return [
        each
        for each in typed
        if not any(
            each is not other and abs(other.y - each.y) < each.size / 2 for other in fragments
        )
    ]


def parting_white(
    left: Sequence[Fragment], right: Sequence[Fragment], rules: Sequence[Rect]
) -> float | None:
    """Return where an empty line parts lines that run through two columns.

    Only lines each of which has something in both columns, as of a report that is typed, are
    parted so; columns of text have lines of their own.
    """
    one, two = ({round(each.y) for each in side} for side in (left, right))
    if len(one & two) < _SHARED * len(one | two):
        return None
    ids = set(map(id, left))
    rows = rows_of([*left, *right])
    through = sum(id(row[0]) in ids and id(row[-1]) not in ids for row in rows)
    if len(rows) < _FEWEST_ROWS or through < _THROUGH * len(rows):
        return None
    if is_prose(list(left)) or is_prose(list(right)):
        return None
    steps = [
        0.0 if any(one[0].y < rule.y0 < two[0].y for rule in rules) else two[0].y - one[0].y
        for one, two in itertools.pairwise(rows)
    ]
    widest = max(range(len(steps)), key=steps.__getitem__)
    if steps[widest] <= _EMPTY_LINE * min(filter(None, steps), default=0.0):
        return None
    return rows[widest][0].y + steps[widest] / 2


def parting_line(
    left: Sequence[Placed], right: Sequence[Placed], rules: Sequence[Rect]
) -> float | None:
    """Return where a line parts what stands above it in two columns from what stands below.

    It is as wide as both columns, so that neither goes on below it.
    """
    both = [*left, *right]
    x0, x1 = min(each.x0 for each in both), max(each.x1 for each in both)
    for rule in merged_rules(rules, upright=False):
        if rule.x0 > x0 + _SHORT or rule.x1 < x1 - _SHORT:
            continue
        below = [(each.top + each.bottom) / 2 > rule.y0 for each in both]
        if any(below) and not all(below):
            return rule.y0
    return None
