"""Text that is written from the top down, as books in Japanese and Chinese are.

Seen by who tilts the head, its columns are lines: so it is turned, and read as text that a
program has turned by a right angle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.formats.pdf.page import Glyph

FIRST_EAST_ASIAN = 0x2E80  # the first character of the scripts of East Asia
_EAST_ASIAN = chr(FIRST_EAST_ASIAN)
_CHAR = attrgetter("char")
DOWNWARDS = 3  # quarters against the clock: how a line that runs down is turned
_IN_COLUMN = 0.36  # of the size: by how much the middles of letters of one column differ
_NEXT = -0.6, 2.5  # of the size: how far below a letter the next one stands; stops lie higher
_MOSTLY = 0.6  # of the letters of a script that is written so: the page is written down
_FEWEST = 8  # letters
_ABOVE = 0.88  # of the size: how far a letter reaches above its baseline
_SEAT = 0.38  # of the size: how far the middle of a letter is from the baseline of its column
_NEXT_WORD = 2.2  # of the size: white is seen between letters that begin so far apart
_LEAST_STEP = 0.5  # of the size, where the order in which letters are drawn is not that of places


def turned_columns(glyphs: Sequence[Glyph], width: float) -> tuple[list[Glyph], list[Glyph]]:
    """Return the characters in columns as they look when turned, and the others.

    Args:
        glyphs: upright characters in the order in which they are drawn.
        width: of the page.
    """
    if not glyphs or max(map(_CHAR, glyphs)) < _EAST_ASIAN:
        return [], list(glyphs)
    inked = [glyph for glyph in glyphs if not glyph.char.isspace()]
    wide = sum(map(is_written_down, inked))
    if wide < _FEWEST:
        return [], list(glyphs)
    runs = list(_runs(inked))
    columns = [run for run in runs if len(run) > 1 and any(map(is_written_down, run))]
    if sum(sum(map(is_written_down, run)) for run in columns) < _MOSTLY * wide:
        return [], list(glyphs)
    taken = {id(glyph) for run in columns for glyph in run}
    rest = _others(glyphs, taken)
    return [glyph for run in columns for glyph in _turned(run, width)], rest


def _others(glyphs: Sequence[Glyph], taken: Set[int]) -> list[Glyph]:
    """Return the characters that are in no column, each with the white that is written after it."""
    found, is_free = [], False
    for glyph in glyphs:
        if not glyph.char.isspace():
            is_free = id(glyph) not in taken
        if is_free:
            found.append(glyph)
    return found


def is_written_down(glyph: Glyph) -> bool:
    """Return whether a character is of a script that may run from the top down."""
    return _EAST_ASIAN <= glyph.char <= "\u9fff" or "\uf900" <= glyph.char <= "\uffef"


def _runs(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Yield characters that are drawn one below the other."""
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and not _goes_on(run[-1], glyph):
            yield run
            run = []
        run.append(glyph)
    if run:
        yield run


def _goes_on(last: Glyph, glyph: Glyph) -> bool:
    size = max(last.size, glyph.size)
    aside = abs(last.x0 + last.x1 - glyph.x0 - glyph.x1) / 2
    return aside <= _IN_COLUMN * size and _NEXT[0] * size <= glyph.y - last.y <= _NEXT[1] * size


def _turned(run: Sequence[Glyph], width: float) -> list[Glyph]:
    """Return the characters of a column as those of a line, in the order in which they follow.

    Each reaches to the next: small letters and stops stand aside of where they would be.
    """
    size = max(glyph.size for glyph in run)
    baseline = width - (run[0].x0 + run[0].x1) / 2 + _SEAT * size
    starts = [run[0].y - _ABOVE * size]
    for glyph in run[1:]:
        starts.append(max(glyph.y - _ABOVE * size, starts[-1] + _LEAST_STEP * size))
    ends = [*starts[1:], run[-1].y + (1 - _ABOVE) * size]
    return [
        glyph._replace(x0=x0, x1=x1 if x1 - x0 < _NEXT_WORD * size else x0 + size, y=baseline)
        for glyph, x0, x1 in zip(run, starts, ends, strict=True)
    ]
