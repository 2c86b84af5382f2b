"""Where shapes lie on a slide, and in which order they are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

_MOST_SHAPES = 1_000  # that are put in order; each is compared with all others
_SHARED = 0.5  # part of the smaller side that two shapes share where they are in one row or column
_TALLER = 1.2  # times: what stands below a heading is taller than it


class Box(NamedTuple):
    """The place of a shape, in any unit, from the top left."""

    left: float
    top: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.height


def reading_order(boxes: Sequence[Box | None]) -> list[int]:
    """Return the numbers of shapes from the top left to the bottom right.

    Those beside each other are read from left to right, each column from its top; headings over
    columns are read with their column. A shape of unknown place stays behind the one before it.
    """
    if len(boxes) > _MOST_SHAPES:
        return list(range(len(boxes)))
    followers: dict[int, list[int]] = {-1: []}
    placed: dict[int, Box] = {}
    for at, box in enumerate(boxes):
        if box is not None:
            placed[at] = box
            followers[at] = [at]
        else:
            followers[max(placed, default=-1)].append(at)
    bands = _bands(placed)
    ordered = [at for band in _with_columns(bands, placed) for column in band for at in column]
    return [*followers[-1], *(each for at in ordered for each in followers[at])]


def _bands(placed: dict[int, Box]) -> list[list[list[int]]]:
    """Return rows of shapes from the top, each as its columns from the left."""
    left = sorted(placed, key=lambda at: (placed[at].top, placed[at].left))
    bands = []
    while left:
        first = placed[left[0]]
        band = [at for at in left if at == left[0] or _is_beside(first, placed[at])]
        left = [at for at in left if at not in band]
        bands.append(_columns(band, placed))
    return bands


def _columns(band: list[int], placed: dict[int, Box]) -> list[list[int]]:
    columns: list[list[int]] = []
    for at in sorted(band, key=lambda at: (placed[at].left, placed[at].top)):
        if columns and _is_below(placed[columns[-1][0]], placed[at]):
            columns[-1].append(at)
        else:
            columns.append([at])
    return [sorted(column, key=lambda at: placed[at].top) for column in columns]


def _with_columns(bands: list[list[list[int]]], placed: dict[int, Box]) -> list[list[list[int]]]:
    """Join a row of headings with the row of what stands below each."""
    joined: list[list[list[int]]] = []
    for band in bands:
        above = joined[-1] if joined else []
        if (
            len(band) == len(above) > 1
            and all(len(column) == 1 for column in (*band, *above))
            and all(
                _heads(placed[upper[0]], placed[lower[0]])
                for upper, lower in zip(above, band, strict=True)
            )
        ):
            joined[-1] = [upper + lower for upper, lower in zip(above, band, strict=True)]
        else:
            joined.append(band)
    return joined


def _heads(upper: Box, lower: Box) -> bool:
    return (
        _is_below(upper, lower)
        and lower.height >= _TALLER * upper.height
        and lower.top - upper.bottom <= upper.height
    )


def _is_beside(one: Box, other: Box) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared > _SHARED * min(one.height, other.height)


def _is_below(one: Box, other: Box) -> bool:
    ends = one.left + one.width, other.left + other.width
    return min(ends) - max(one.left, other.left) > _SHARED * min(one.width, other.width)
