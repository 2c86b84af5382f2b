"""Questions and answers in the records of a hearing, where "Q.", "A." or a name says who speaks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.formats.pdf.layout.paragraphs import Piece

_SIGN = re.compile(r"([QA])[.:]?\s+(?=\S)")
_NAMED = re.compile(r"((?:THE |MR\. |MS\. |MRS\. |DR\. |HON\. )?[A-Z][A-Z.' -]{1,40}):\s+(?=\S)")
_FEWEST = 2  # questions, and as many answers


def set_turns(pieces: Sequence[Piece]) -> None:
    """Make turns of speech of the questions and answers of a hearing, where there are some."""
    spoken = [piece for piece in pieces if piece.kind in ("text", "item", "field")]
    signs = [found[1] for piece in spoken if (found := _SIGN.match(piece.text))]
    if min(signs.count("Q"), signs.count("A")) < _FEWEST:
        return
    for piece in spoken:
        found = _SIGN.match(piece.text) or _NAMED.match(piece.text)
        if found is None:
            continue
        piece.kind, piece.label = "turn", found[1]
        piece.text = piece.text[found.end() :]
        piece.breaks = [max(at - found.end(), 0) for at in piece.breaks]
