"""Whether text can be seen: where its colour leaves doubt, the page is drawn with and without it.

Colours, boxes and pictures tell little of what a page shows: a box may be clipped to a line or
lie below another, or be drawn over the text, and there are grounds that are no boxes. So text in
doubt is taken off the page, and where the page then looks the same, nobody sees that text.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from rag.formats.pdf.calls import PdfiumCalls
from rag.formats.pdf.layout.shapes import PageShapes, Rect

_LARGEST = 1_500_000.0  # pixels of a drawing: an A3 page at 72 dots an inch has a million
_CHANNELS = 3  # bytes of a pixel: blue, green, red
_STANDS_OUT = 20  # of 255 in one colour: what differs less from its ground is not seen
_INVISIBLE_MODE = 3  # of rendering: neither filled nor stroked, as the text layer of a scan
_MOST_BOXES = 2_000  # filled ones that are looked at, the largest


class Doubted(NamedTuple):
    """A text object, and the rectangle of the file that its characters fill."""

    made: Any
    left: float
    bottom: float
    right: float
    top: float


class Sight:
    """Judges the texts of a page.

    Attributes:
        doubted: the texts that may be seen or not, by the address of each.
    """

    def __init__(self, page: Any, text: Any, shapes: PageShapes) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium, self._page = pdfium, page
        self._shapes = shapes
        filled = [(n, box) for n, box in enumerate(shapes.boxes) if box.color]
        large = sorted(filled, key=lambda each: -_area(each[1]))[:_MOST_BOXES]
        self._boxes = sorted(large, key=lambda each: each[0])
        self._calls, self._address = PdfiumCalls(pdfium), ctypes.cast(text, ctypes.c_void_p).value
        self._parts = (ctypes.c_uint * 4)()  # of a colour: red, green, blue, how far it covers
        start, step = ctypes.addressof(self._parts), ctypes.sizeof(ctypes.c_uint)
        self._part_addresses = [start + step * part for part in range(4)]
        self.doubted: dict[int, Doubted] = {}

    def is_sure(self, made: int, mode: int, at: int, x: float, y: float) -> bool:
        """Return whether a text is seen for sure; where it is in doubt, it is kept for later.

        The invisible layer of a scan says what its picture shows, so it counts as seen.

        Args:
            made: the address of the text object.
            mode: how it is drawn.
            at: the index of one of its characters.
            x, y: a point of that, in the file's places.
        """
        pictures = self._shapes.pictures
        on_picture = bool(pictures) and any(each.holds(x, y) for each in pictures)
        if on_picture or mode == _INVISIBLE_MODE:
            return on_picture
        under = self._shapes.boxes_under.get(made, 0)
        below = (255, 255, 255)
        over = False
        for number, box in self._boxes:
            if box.holds(x, y):
                below = box.color or below
                over |= number >= under
        if self._stands_out(at, below) and not over:
            return True
        if self._shapes.is_painted:
            text = ctypes.cast(made, self._pdfium.FPDF_PAGEOBJECT)
            self.doubted[made] = Doubted(text, x, y, x, y)
        return False

    def widen(self, key: Any, place: Any) -> None:
        """Note where a character of a text stands, if that is in doubt."""
        text = self.doubted.get(key)
        if text is not None:
            self.doubted[key] = Doubted(
                text.made,
                min(text.left, place.left),
                min(text.bottom, place.bottom),
                max(text.right, place.right),
                max(text.top, place.top),
            )

    def visible(self) -> set[int]:
        """Return the addresses of those texts in doubt without which the page looks otherwise."""
        pdfium, texts = self._pdfium, self.doubted.values()
        drawing = _Drawing(self._page, list(texts))
        before = drawing.pixels()
        for text in texts:
            pdfium.FPDFPageObj_SetIsActive(text.made, False)
        after = drawing.pixels()
        for text in texts:
            pdfium.FPDFPageObj_SetIsActive(text.made, True)
        return {key for key, text in self.doubted.items() if drawing.differs(before, after, text)}

    def _stands_out(self, at: int, ground: tuple[int, int, int]) -> bool:
        """Return whether a character is of another colour than its ground."""
        if not self._calls.fill_color(self._address, at, *self._part_addresses):
            return True
        red, green, blue, alpha = self._parts
        apart = max(abs(red - ground[0]), abs(green - ground[1]), abs(blue - ground[2]))
        return alpha > _STANDS_OUT and apart > _STANDS_OUT


def _area(box: Rect) -> float:
    return (box.x1 - box.x0) * (box.y1 - box.y0)


class _Drawing:
    """Draws that part of a page, small, in which some texts stand."""

    def __init__(self, page: Any, texts: Sequence[Doubted]) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium, self._page = pdfium, page
        width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
        scale = min(1.0, math.sqrt(_LARGEST / max(width * height, 1.0)))
        self._whole = max(int(width * scale), 1), max(int(height * scale), 1)
        places = [self._place_of(text) for text in texts]
        self._left, self._top = min(each[0] for each in places), min(each[1] for each in places)
        self._width = max(max(each[2] for each in places) - self._left, 1)
        self._height = max(max(each[3] for each in places) - self._top, 1)
        self._line = 0

    def pixels(self) -> bytes:
        """Return the colours of the part, row by row from the top."""
        pdfium = self._pdfium
        kind = pdfium.FPDFBitmap_BGR
        bitmap = pdfium.FPDFBitmap_CreateEx(self._width, self._height, kind, None, 0)
        if not bitmap:
            return b""
        try:
            pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, self._width, self._height, 0xFFFFFFFF)
            place = (-self._left, -self._top, *self._whole)
            pdfium.FPDF_RenderPageBitmap(bitmap, self._page, *place, 0, 0)
            self._line = pdfium.FPDFBitmap_GetStride(bitmap)
            size = self._line * self._height
            return ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), size)
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)

    def differs(self, before: bytes, after: bytes, text: Doubted) -> bool:
        """Return whether two drawings differ where a text stands."""
        left, top, right, bottom = self._place_of(text)
        for row in range(top - self._top, bottom - self._top):
            start = row * self._line - self._left * _CHANNELS
            stretch = slice(start + left * _CHANNELS, start + right * _CHANNELS)
            one, two = before[stretch], after[stretch]
            if one != two and any(abs(a - b) > _STANDS_OUT for a, b in zip(one, two, strict=True)):
                return True
        return False

    def _place_of(self, text: Doubted) -> tuple[int, int, int, int]:
        """Return the first column and row that a text fills, and those behind its last."""
        corners = [(x, y) for x in (text.left, text.right) for y in (text.bottom, text.top)]
        columns, rows = zip(*(self._pixel_of(x, y) for x, y in corners), strict=True)
        width, height = self._whole
        return (
            _within(min(columns), width),
            _within(min(rows), height),
            _within(max(columns) + 1, width),
            _within(max(rows) + 1, height),
        )

    def _pixel_of(self, x: float, y: float) -> tuple[int, int]:
        column, row = ctypes.c_int(), ctypes.c_int()
        place = (0, 0, *self._whole)
        self._pdfium.FPDF_PageToDevice(self._page, *place, 0, x, y, column, row)
        return column.value, row.value


def _within(at: int, end: int) -> int:
    return min(max(at, 0), end)
