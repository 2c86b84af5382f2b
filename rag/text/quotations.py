"""What stands in quotation marks, and whether a source has the very words."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TYPOGRAPHY = str.maketrans("‘’“”«»", '\'\'""""')
PAIRS = {"“": "”", "«": "»"}


def quotations(text: str) -> Iterator[tuple[int, int]]:
    """Where words stand in quotation marks, outermost marks only, the marks left out.

    Spans are 0-based and end-exclusive; a quotation that is never closed runs to
    the end of the text.
    """
    opened: list[str] = []
    start = 0
    for at, char in enumerate(text):
        closes = opened and char == opened[-1]
        if closes:
            opened.pop()
            if not opened:
                yield start, at
        elif char in PAIRS or char == '"':
            if not opened:
                start = at + 1
            opened.append(PAIRS.get(char, char))
    if opened:
        yield start, max(start, len(text.rstrip('”»"')))


def is_verbatim(quotation: str, source: str) -> bool:
    """Whether a source, made :func:`plain`, has the words of a quotation.

    A full stop or comma that closes the quotation need not be the source's, nor
    capital letters.
    """
    return plain(quotation).strip(" .,").casefold() in source.casefold()


def plain(text: str) -> str:
    """The text in one kind of white space and of quotation marks."""
    return re.sub(r"\s+", " ", text.translate(_TYPOGRAPHY)).strip()
