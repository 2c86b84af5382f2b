"""Words whose letters are set apart, as in the heading "O P I N I O N"."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from rag.formats.pdf.page import Glyph

_LEAST = 4  # letters: fewer may be initials
_APART = 0.2, 2.6  # of the size: how far from each other letters that are set apart stand
_USUAL = 1.3  # of the size: how far at most those of one word
_FAR = 9.0  # of the size: where a row begins and ends
_NEXT_WORD = 1.7  # times the usual gap: where a new word begins
_SPACE = 0.4  # of the size: what is left of the gap between two words


def closed_up(row: list[Glyph]) -> list[Glyph]:
    """Return the characters of a row with letters that are set apart closed up.

    Each is made as wide as reaches to the next, and spaces between them are dropped.

    Args:
        row: the characters from the left.
    """
    inked = [glyph for glyph in row if not glyph.char.isspace()]
    if not _may_be_spaced(inked):
        return row
    closed: dict[int, Glyph] = {}
    spans = []
    for run in _runs(inked):
        gaps = [two.x0 - one.x1 for one, two in pairwise(run)]
        wide = _NEXT_WORD * median(gaps)
        for (one, two), gap in zip(pairwise(run), gaps, strict=True):
            room = _SPACE * one.size if gap > wide else 0.0
            closed[id(one)] = one._replace(x1=two.x0 - room)
        spans.append((run[0].x0, run[-1].x0))
    if not spans:
        return row
    return [
        closed.get(id(glyph), glyph)
        for glyph in row
        if not (glyph.char.isspace() and any(x0 <= glyph.x0 <= x1 for x0, x1 in spans))
    ]


def _may_be_spaced(inked: Sequence[Glyph]) -> bool:
    """Return whether enough characters one after the other stand apart; a quick look."""
    edge, apart = math.inf, 0
    for glyph in inked:
        apart = apart + 1 if glyph.x0 - edge >= _APART[0] * glyph.size else 0
        if apart >= _LEAST - 1:
            return True
        edge = glyph.x1
    return False


def _runs(inked: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Yield the stretches of letters each of which stands by itself."""
    gaps = [(two.x0 - one.x1) / max(one.size, 0.1) for one, two in pairwise(inked)]
    run: list[Glyph] = []
    for glyph, before, after in zip(inked, [_FAR, *gaps], [*gaps, _FAR], strict=True):
        stands = min(before, after) >= _APART[0] and _is_letter(glyph)
        goes_on = run and before <= _APART[1] and run[-1].size == glyph.size
        if run and not (stands and goes_on):
            yield from _worded(run)
            run = []
        if stands:
            run.append(glyph)
    yield from _worded(run)


def _is_letter(glyph: Glyph) -> bool:
    return glyph.char.isalpha() and glyph.char < "\u0590"


def _worded(run: list[Glyph]) -> list[list[Glyph]]:
    """Return a stretch if it is of words; it may be too short, or name columns as A B C D."""
    if len(run) < _LEAST:
        return []
    steps = {ord(two.char[0]) - ord(one.char[0]) for one, two in pairwise(run)}
    usual = median(two.x0 - one.x1 for one, two in pairwise(run))
    return [run] if steps != {1} and usual <= _USUAL * run[0].size else []
