"""Figures set large above the words that say what they count, as reports show them side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.formats.pdf.layout.paragraphs import Piece

_KEY_FIGURE = re.compile(
    r"[^\w\s]{0,2}\d[\d.,]*\s?[^\W\d_]{0,3}[^\w\s]?"
)  # "4,120", "€2.3m", "17 %"
_LARGER = 1.4  # times the size of its words
_STEP = 1.6  # of the size of the figure, down to its words
_WORDS = 8  # that say what a figure counts, at most


def with_key_figures(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces of a column, each large figure in one row with the words below it."""
    found: list[Piece] = []
    for piece in pieces:
        last = found[-1] if found else None
        if last is not None and _is_counted(last, piece):
            last.kind, last.cells = "row", [last.text, piece.text]
            last.text = f"{last.text} {piece.text}"
            last.last_y = piece.last_y
        else:
            found.append(piece)
    return found


def _is_counted(figure: Piece, words: Piece) -> bool:
    """Return whether a large figure stands close above a few words."""
    return (
        figure.kind in ("text", "heading")
        and words.kind in ("text", "heading")
        and figure.size > _LARGER * words.size
        and 0 < words.y - figure.last_y < _STEP * figure.size
        and len(words.text.split()) <= _WORDS
        and any(map(str.isalpha, words.text))
        and _KEY_FIGURE.fullmatch(figure.text) is not None
    )
