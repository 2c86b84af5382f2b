"""Lines drawn across a page: what stands above one is read before what stands below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rag.formats.pdf.layout.shapes import Rect
from rag.formats.pdf.tables.rules import merged_rules

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
