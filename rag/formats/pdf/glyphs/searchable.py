"""The invisible text that OCR lays over a scan, word by word: its lines made even.

Each word is stretched over the picture of it, so that sizes differ from line to line, and white
from word to word, by more than they do in print.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.formats.pdf.page import Glyph

_ALIKE = 0.78, 1.28  # times the usual size of a page: lines of this size have the usual one
_WORDS_APART = 2.0  # of the size: what stands farther apart, though a space is written, are columns
_WHITE = 0.3  # of the size: what is left between two words


def evened(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Return the characters of a scan's text with usual sizes, and usual white between words.

    Args:
        glyphs: the characters in the order in which they are drawn, line by line.
    """
    inked = [glyph for glyph in glyphs if not glyph.char.isspace()]
    if not inked:
        return list(glyphs)
    usual = median(glyph.size for glyph in inked)
    least, most = _ALIKE[0] * usual, _ALIKE[1] * usual
    found = [
        glyph._replace(size=usual) if least <= glyph.size <= most else glyph for glyph in glyphs
    ]
    places = [at for at, glyph in enumerate(found) if not glyph.char.isspace()]
    for one, two in pairwise(places):
        word, after = found[one], found[two]
        white = after.x0 - word.x1
        if two - one > 1 and word.y == after.y and 0 < white <= _WORDS_APART * word.size:
            found[one] = word._replace(x1=max(word.x1, after.x0 - _WHITE * word.size))
    return found
