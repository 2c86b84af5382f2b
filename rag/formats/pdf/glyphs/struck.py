"""Words that are struck out: by a line through their letters, or by a mark laid over the page.

A line that strikes out crosses small letters in their middle, and begins and ends where they do;
one below them underlines them, and those of tables and forms go on beside the words.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

from rag.formats.pdf.layout.shapes import Rect

if TYPE_CHECKING:
    from rag.formats.pdf.page import Glyph

# What stands where a character was, until its line is put together.
STRUCK = "\ufdd0"  # one that is struck out, or painted over in the color of the paper
BLACKENED = "█"  # one that is blackened: the line has the bar that a person sees
_CROSSING = 0.12, 0.5  # of the size: how far above its baseline a letter is struck
_TALLEST = 60.0  # points: letters that are looked at
_THICKEST = 0.2  # of the size: what is flatter is a line
_EXACT = 0.1  # of the size: a line this true to the letters was drawn by a program
_OVERSHOT = 0.7  # of the size: how far a line drawn by hand goes on beside its words
_TOUCHING = 0.12  # of the size: letters this near are of one word
_FILLED = 0.3  # of its width: what a line between words at least crosses of letters
_MIDDLE = 0.3  # of the size: how far above its baseline the middle of a letter is
_SCRIPTS = -0.35, 0.8  # of the size: where a raised or lowered letter among struck ones is crossed
_LINE = attrgetter("y", "size")


def struck_out(
    glyphs: Sequence[Glyph], rules: Sequence[Rect], marks: Sequence[Rect]
) -> tuple[set[int], list[Rect]]:
    """Return the places in a list of the characters that are struck out, and the other lines.

    Args:
        glyphs: the characters of a page.
        rules: the lines that are drawn on it.
        marks: where marks that strike out are laid over it.
    """
    gone: set[int] = set()
    kept = list(rules)
    across = _near_letters(glyphs, rules)
    if across:
        rows: dict[float, list[int]] = {}
        for at, glyph in enumerate(glyphs):
            if not glyph.char.isspace():
                rows.setdefault(glyph.y, []).append(at)
        strikes = [(rule, _struck_by(rule, glyphs, rows)) for rule in across]
        used = {id(rule) for rule, found in strikes if found}
        gone.update(at for _, found in strikes for at in found)
        kept = [rule for rule in rules if id(rule) not in used]
    if marks:
        gone.update(_marked(glyphs, marks))
    return gone, kept


def _near_letters(glyphs: Sequence[Glyph], rules: Sequence[Rect]) -> list[Rect]:
    """Return those lines along the text that cross some line of letters; a quick look."""
    flat = [rule for rule in rules if rule.x1 - rule.x0 > rule.y1 - rule.y0]
    if not flat:
        return []
    lines = sorted(set(map(_LINE, glyphs)))  # baselines with the sizes of their letters
    least, most = _CROSSING
    found = []
    for rule in flat:
        middle = (rule.y0 + rule.y1) / 2
        start = bisect_left(lines, (middle, 0.0))
        end = bisect_left(lines, (middle + most * _TALLEST, 0.0))
        if any(least * size <= y - middle <= most * size for y, size in lines[start:end]):
            found.append(rule)
    return found


def _struck_by(rule: Rect, glyphs: Sequence[Glyph], rows: dict[float, list[int]]) -> list[int]:
    """Return the places of the letters that a line strikes out; none where it is another line."""
    middle = (rule.y0 + rule.y1) / 2

    def crossed(y: float, least: float, most: float) -> list[int]:
        return [
            at
            for at in rows[y]
            if least * glyphs[at].size <= y - middle <= most * glyphs[at].size
            and rule.x0 <= (glyphs[at].x0 + glyphs[at].x1) / 2 <= rule.x1
        ]

    near = [y for y in rows if abs(y - middle) < _CROSSING[1] * _TALLEST]
    letters = [at for y in near for at in crossed(y, *_CROSSING)]
    if not letters or not _is_strike(rule, glyphs, letters, [at for y in near for at in rows[y]]):
        return []
    return [at for y in near for at in crossed(y, *_SCRIPTS)]


def _is_strike(
    rule: Rect, glyphs: Sequence[Glyph], letters: Sequence[int], near: Sequence[int]
) -> bool:
    """Return whether a line begins and ends with the letters that it crosses, or about so."""
    found = [glyphs[at] for at in letters]
    size = max(glyph.size for glyph in found)
    left, right = min(glyph.x0 for glyph in found), max(glyph.x1 for glyph in found)
    beside = abs(left - rule.x0), abs(right - rule.x1)
    inked = sum(glyph.x1 - glyph.x0 for glyph in found)
    if (
        rule.y1 - rule.y0 > _THICKEST * size
        or max(beside) > _OVERSHOT * size
        or inked < _FILLED * (rule.x1 - rule.x0)
        or not any(glyph.char.isalnum() for glyph in found)
    ):
        return False
    if max(beside) <= _EXACT * size:
        return True
    crossed = set(letters)
    others = [glyphs[at] for at in near if at not in crossed]
    return not any(
        abs(other.y - found[0].y) < size
        and (abs(left - other.x1) < _TOUCHING * size or abs(other.x0 - right) < _TOUCHING * size)
        for other in others
    )


def _marked(glyphs: Sequence[Glyph], marks: Sequence[Rect]) -> set[int]:
    """Return the places of the letters of which the middle lies within a mark."""
    middles = sorted(
        (glyph.y - _MIDDLE * glyph.size, (glyph.x0 + glyph.x1) / 2, at)
        for at, glyph in enumerate(glyphs)
    )
    heights = [y for y, _, _ in middles]
    found: set[int] = set()
    for mark in marks:
        near = middles[bisect_left(heights, mark.y0) : bisect_right(heights, mark.y1)]
        found.update(at for _, x, at in near if mark.x0 <= x <= mark.x1)
    return found
