"""White words of Word documents: on white paper nobody sees them, on a dark ground everybody does.

What is drawn behind the words is known only in part. So words are held to be unseen only where
nothing speaks of a ground: no shading, no page colour, no picture or shape that words may lie on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from rag.formats.word.numbering import W

_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_WATERMARK = "{urn:schemas-microsoft-com:vml}textpath"
_NEARLY_WHITE = 0xFA  # of 255, of each colour: what differs less from paper is not seen
_MOST_WHITE = 0.3  # of the letters; where more are white, the ground is one that was not seen
_NO_FILL = ("", "auto")


def is_white(colour: str) -> bool:
    """Return whether a colour, as FFFFFF, is that of paper."""
    try:
        parts = bytes.fromhex(colour)
    except ValueError:
        return False
    return len(parts) == 3 and min(parts) >= _NEARLY_WHITE


def is_shaded(shading: Any) -> bool:
    """Return whether an element of shading gives a ground that is not white."""
    pattern, fill = shading.get(W + "val", ""), shading.get(W + "fill", "")
    if pattern not in ("", "clear", "nil"):
        return True
    themed = shading.get(W + "themeFill") is not None and not fill
    return themed or (fill not in _NO_FILL and not is_white(fill))


def has_shading(elements: Iterable[Any]) -> bool:
    """Return whether anything in some elements is shaded."""
    return any(is_shaded(each) for element in elements for each in element.iter(W + "shd"))


def paragraph_is_shaded(paragraph: Any, styles: Iterable[Any]) -> bool:
    """Return whether a paragraph has a ground of its own, by itself or by its styles."""
    found = (each.find(f"{W}pPr/{W}shd") for each in chain((paragraph,), styles))
    return next((is_shaded(each) for each in found if each is not None), False)


def paper_is_white(document: Any, heads: Iterable[Any]) -> bool:
    """Return whether the paper of a document is white as far as can be told.

    Args:
        document: its main part.
        heads: the heads and feet of its pages, which may hold a picture behind the whole page.
    """
    page = document.find(W + "background")
    if page is not None and not is_white(page.get(W + "color", "FFFFFF")):
        return False
    if any(_may_lie_behind(root) for root in (document, *heads)):
        return False
    white = sum(len(words) for words in _white_words(document))
    return white <= _MOST_WHITE * sum(len(each.text or "") for each in document.iter(W + "t"))


def _may_lie_behind(root: Any) -> bool:
    """Return whether a picture or a shape lies where words do."""
    if any(anchor.find(_WP + "wrapNone") is not None for anchor in root.iter(_WP + "anchor")):
        return True
    pictures = (each for each in root.iter(W + "pict") if next(each.iter(_WATERMARK), None) is None)
    return any(next(each.iterancestors(_FALLBACK), None) is None for each in pictures)


def _white_words(document: Any) -> Iterator[str]:
    for run in document.iter(W + "r"):
        colour = run.find(f"{W}rPr/{W}color")
        if colour is not None and is_white(colour.get(W + "val", "")):
            yield from (each.text or "" for each in run.iterchildren(W + "t"))
