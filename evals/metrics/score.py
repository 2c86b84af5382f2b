"""A score of one case on one metric."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple


class Score(NamedTuple):
    """A figure in 0..1 and, where it is below 1, why."""

    value: float
    reason: str | None = None


EMPTY = Score(0.0, "the answer is empty")


def share(part: int, whole: int, reason: str) -> Score:
    """A part of a whole as a score; of an empty whole 0, since nothing was shown to be right."""
    if whole == 0:
        return EMPTY
    return Score(part / whole, None if part == whole else reason)


def mean(values: Sequence[float], reason: Callable[[], str]) -> Score:
    """The mean of some values as a score; of none 0, since nothing was shown to be right."""
    if not values:
        return EMPTY
    value = sum(values) / len(values)
    return Score(value, None if value == 1 else reason())
