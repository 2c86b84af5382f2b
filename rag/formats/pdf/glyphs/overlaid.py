"""Marks that are laid over a page and take words back: those that strike out, and bars."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

from rag.formats.pdf.layout.shapes import Rect

_MOST_MARKS = 2_000  # annotations of a page that are looked at
_MOST_STRIKES = 4_000  # stretches of a page that marks strike out: more than it has words
_BLACK = (0, 0, 0)  # that a mark counts as which does not tell its color
_DARK = 100  # of 255 in each color: a marker pen no brighter than this hides words


def strikes_over(page: Any, place: Callable[[float, float, float, float], Rect]) -> list[Rect]:
    """Return where marks that strike out are laid over a page, as people do who edit a text.

    Args:
        page: a page of pdfium.
        place: returns a rectangle of the file (left, bottom, right, top) as the page is read.
    """
    import pypdfium2.raw as pdfium

    found: list[Rect] = []
    for mark, kind in _marks(page):
        if kind != pdfium.FPDF_ANNOT_STRIKEOUT:
            continue
        corners = pdfium.FS_QUADPOINTSF()
        left = _MOST_STRIKES - len(found)
        for part in range(min(pdfium.FPDFAnnot_CountAttachmentPoints(mark), left)):
            if pdfium.FPDFAnnot_GetAttachmentPoints(mark, part, corners):
                xs = corners.x1, corners.x2, corners.x3, corners.x4
                ys = corners.y1, corners.y2, corners.y3, corners.y4
                found.append(place(min(xs), min(ys), max(xs), max(ys)))
    return found


def bars_over(page: Any) -> list[Rect]:
    """Return where marks are laid over a page under which words may vanish, in its own places.

    Whether they do is told by a drawing: the color of a mark with a picture of its own is not
    known, and that of a frame without a filling is said to be black.
    """
    import pypdfium2.raw as pdfium

    shapes = pdfium.FPDF_ANNOT_SQUARE, pdfium.FPDF_ANNOT_POLYGON, pdfium.FPDF_ANNOT_REDACT
    found: list[Rect] = []
    for mark, kind in _marks(page):
        is_pen = kind == pdfium.FPDF_ANNOT_HIGHLIGHT
        if kind not in shapes and not is_pen:
            continue
        color = _color_of(mark, pdfium.FPDFANNOT_COLORTYPE_Color if is_pen else _inner(pdfium))
        if is_pen and (color is None or max(color) > _DARK):
            continue
        rect = pdfium.FS_RECTF()
        pdfium.FPDFAnnot_GetRect(mark, rect)
        sides = rect.left, min(rect.bottom, rect.top), rect.right, max(rect.bottom, rect.top)
        found.append(Rect(*sides, color or _BLACK))
    return found


def _inner(pdfium: Any) -> int:
    return int(pdfium.FPDFANNOT_COLORTYPE_InteriorColor)


def _marks(page: Any) -> Iterator[tuple[Any, int]]:
    """Yield the annotations of a page that are shown, each with its kind."""
    import pypdfium2.raw as pdfium

    unseen = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
    for at in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST_MARKS)):
        mark = pdfium.FPDFPage_GetAnnot(page, at)
        if not mark:
            continue
        try:
            if not pdfium.FPDFAnnot_GetFlags(mark) & unseen:
                yield mark, pdfium.FPDFAnnot_GetSubtype(mark)
        finally:
            pdfium.FPDFPage_CloseAnnot(mark)


def _color_of(mark: Any, kind: int) -> tuple[int, int, int] | None:
    import pypdfium2.raw as pdfium

    parts = [ctypes.c_uint() for _ in range(4)]
    if not pdfium.FPDFAnnot_GetColor(mark, kind, *parts):
        return None
    red, green, blue, _ = (part.value for part in parts)
    return red, green, blue
