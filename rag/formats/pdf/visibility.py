"""Whether text can be seen: where its colour leaves doubt, the page is drawn with and without it.

Colours, boxes and pictures tell little of what a page shows: a box may be clipped to a line or
lie below another, or be drawn over the text, and there are grounds that are no boxes. So text in
doubt is taken off the page, and where the page then looks the same, nobody sees that text. A bar
may cover some words of a text, and a layer may be switched off: these are told in the same way.
"""

from __future__ import annotations

import ctypes
import math
from bisect import bisect_left
from collections.abc import Sequence, Set
from typing import Any, NamedTuple

from rag.formats.pdf.calls import pdfium_calls
from rag.formats.pdf.glyphs.overlaid import bars_over
from rag.formats.pdf.layout.shapes import PageShapes, Rect, RectIndex

_LARGEST = 1_500_000.0  # pixels of a drawing: an A3 page at 72 dots an inch has a million
_CHANNELS = 3  # bytes of a pixel: blue, green, red
_STANDS_OUT = 20  # of 255 in one colour: what differs less from its ground is not seen
_INVISIBLE_MODE = 3  # of rendering: neither filled nor stroked, as the text layer of a scan
_MOST_BOXES = 2_000  # filled ones that are looked at, the largest
_LAST = 1 << 30  # the number of a mark among boxes: it is laid over all that is drawn
_DARK = 100  # of 255 in each color: what is no brighter is taken for black
_BAR_HEIGHT = 40.0  # points: what is no higher blackens words, and is no ground of a page
_BAR_SHARE = 0.25  # of a page: the same on the picture of a scan
_UNSEEN = 0.8  # of the letters under a box: where so many are not seen, none is
_INNER = 0.25  # of its width: what is left out at both sides of a letter, as of its neighbours
_BESIDE = 0.25  # of its height: what is left out above and below a letter, as bars may be low


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
        barred: the addresses of texts that stand on a black bar.
        unseen: the places of characters under a box, each with whether it is a black bar.
    """

    def __init__(self, page: Any, text: Any, shapes: PageShapes, layered: Set[int]) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium, self._page = pdfium, page
        self._shapes, self._layered = shapes, layered
        filled = [(n, box) for n, box in enumerate(shapes.boxes) if box.color]
        large = sorted(filled, key=lambda each: -_area(each[1]))[:_MOST_BOXES]
        boxes = sorted(large, key=lambda each: each[0])
        self._marks = dict.fromkeys(bars_over(page))
        self._painted = [*boxes, *((_LAST, box) for box in self._marks)]
        self._numbers = [number for number, _ in self._painted]
        self._rows = RectIndex([(box.y0, box.y1) for _, box in self._painted])
        self._columns = RectIndex([(box.x0, box.x1) for _, box in self._painted])
        self._calls, self._address = pdfium_calls(), ctypes.cast(text, ctypes.c_void_p).value
        self._parts = (ctypes.c_uint * 4)()  # of a colour: red, green, blue, how far it covers
        start, step = ctypes.addressof(self._parts), ctypes.sizeof(ctypes.c_uint)
        self._part_addresses = [start + step * part for part in range(4)]
        width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
        self._bar_area = _BAR_SHARE * width * height
        self._on_pictures: set[int] = set()
        self._covered: dict[tuple[int, Rect], dict[int, Doubted]] = {}
        self._marked: dict[Rect, dict[int, Doubted]] = {}  # letters of a scan under each mark
        self.doubted: dict[int, Doubted] = {}
        self.barred: set[int] = set()
        self.unseen: dict[int, bool] = {}

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
            self._on_pictures.add(made)
            return on_picture
        if made in self._layered:
            self._doubt(made, x, y)
            return False
        under = self._shapes.boxes_under.get(made, 0)
        below = (255, 255, 255)
        over, height = False, math.inf
        for number, box in (self._painted[n] for n in self._rows.over(y)):
            if number < _LAST and box.holds(x, y):
                below, height = box.color or below, box.y1 - box.y0
                over |= number >= under
        if self._stands_out(at, below) and not over:
            return True
        if max(below) <= _DARK and height <= _BAR_HEIGHT:
            self.barred.add(made)
        if self._shapes.is_painted:
            self._doubt(made, x, y)
        return False

    def _doubt(self, made: int, x: float, y: float) -> None:
        text = ctypes.cast(made, self._pdfium.FPDF_PAGEOBJECT)
        self.doubted[made] = Doubted(text, x, y, x, y)

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

    def later_over(self, made: int, x: float, y: float) -> tuple[Rect, ...]:
        """Return the boxes that are painted after a text on its line, perhaps over it."""
        under = self._shapes.boxes_under.get(made, 0)
        first = bisect_left(self._numbers, under)
        if first == len(self._painted):
            return ()
        near = {n for n in [*self._rows.over(y), *self._columns.over(x)] if n >= first}
        return tuple(self._painted[n][1] for n in sorted(near))

    def cover(self, made: int, at: int, place: Any, later: Sequence[Rect]) -> None:
        """Note a character that one of some boxes may cover.

        Args:
            made: the address of its text.
            at: its index.
            place: the rectangle of the file that it fills.
            later: what is painted after the text.
        """
        x, y = (place.left + place.right) / 2, (place.bottom + place.top) / 2
        over = [each for each in later if each.holds(x, y)]
        if not over or at in self.unseen:
            return
        text = ctypes.cast(made, self._pdfium.FPDF_PAGEOBJECT)
        aside = _INNER * (place.right - place.left)
        inner = Doubted(text, place.left + aside, place.bottom, place.right - aside, place.top)
        if made not in self._on_pictures:
            self._covered.setdefault((made, over[0]), {})[at] = inner
            return
        for box in over:
            if box in self._marks:
                low = _BESIDE * (place.top - place.bottom)
                middle = inner._replace(bottom=place.bottom + low, top=place.top - low)
                self._marked.setdefault(box, {})[at] = middle
            elif _is_dark(box) and _area(box) < self._bar_area:
                self.unseen[at] = True  # the picture shows the bar in place of what the text says

    @property
    def is_in_doubt(self) -> bool:
        """Return whether the page must be drawn, or read again, to tell what is seen."""
        return bool(self.doubted or self._covered or self._marked or self.unseen)

    def visible(self) -> set[int]:
        """Return the addresses of those texts in doubt without which the page looks otherwise.

        What boxes cover of other texts is noted as unseen.
        """
        self._look_under_marks()
        pdfium = self._pdfium
        parts = [part for group in self._covered.values() for part in group.values()]
        doubted = [*self.doubted.values(), *parts]
        if not doubted:
            return set()
        drawing = _Drawing(self._page, doubted, with_marks=bool(self._marks))
        texts = {ctypes.addressof(each.made.contents): each.made for each in doubted}
        before = drawing.pixels()
        for text in texts.values():
            pdfium.FPDFPageObj_SetIsActive(text, False)
        after = drawing.pixels()
        for text in texts.values():
            pdfium.FPDFPageObj_SetIsActive(text, True)
        seen = {key for key, each in self.doubted.items() if drawing.differs(before, after, each)}
        for (made, box), group in self._covered.items():
            unseen = [not drawing.differs(before, after, part) for part in group.values()]
            if (made in seen or made not in self.doubted) and sum(unseen) >= _UNSEEN * len(unseen):
                self.unseen |= dict.fromkeys(group, _is_dark(box))
        self.doubted.clear()
        self._covered.clear()
        return seen

    def _look_under_marks(self) -> None:
        """Note as unseen what the marks over a scan blacken, and not what they frame or tint.

        The letters of a scan are dark themselves, some of them wholly: those tell nothing.
        """
        parts = [part for group in self._marked.values() for part in group.values()]
        if not parts:
            return
        plain = _Drawing(self._page, parts, with_marks=False)
        marked = _Drawing(self._page, parts, with_marks=True)
        before, after = plain.pixels(), marked.pixels()
        for group in self._marked.values():
            light = {at: part for at, part in group.items() if not plain.is_dark(before, part)}
            dark = [at for at, part in light.items() if marked.is_dark(after, part)]
            is_bar = bool(dark) and len(dark) >= _UNSEEN * len(light)
            self.unseen |= dict.fromkeys(group if is_bar else dark, True)
        self._marked.clear()

    def _stands_out(self, at: int, ground: tuple[int, int, int]) -> bool:
        """Return whether a character is of another colour than its ground."""
        if not self._calls.fill_color(self._address, at, *self._part_addresses):
            return True
        red, green, blue, alpha = self._parts
        apart = max(abs(red - ground[0]), abs(green - ground[1]), abs(blue - ground[2]))
        return alpha > _STANDS_OUT and apart > _STANDS_OUT


def _area(box: Rect) -> float:
    return (box.x1 - box.x0) * (box.y1 - box.y0)


def _is_dark(box: Rect) -> bool:
    return max(box.color or (0,)) <= _DARK


class _Drawing:
    """Draws that part of a page, small, in which some texts stand."""

    def __init__(self, page: Any, texts: Sequence[Doubted], *, with_marks: bool) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium, self._page = pdfium, page
        self._flags = pdfium.FPDF_ANNOT if with_marks else 0
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
            pdfium.FPDF_RenderPageBitmap(bitmap, self._page, *place, 0, self._flags)
            self._line = pdfium.FPDFBitmap_GetStride(bitmap)
            size = self._line * self._height
            return ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), size)
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)

    def differs(self, before: bytes, after: bytes, text: Doubted) -> bool:
        """Return whether two drawings differ where a text stands."""
        for row in self._rows_of(text):
            one, two = before[row], after[row]
            if one != two and any(abs(a - b) > _STANDS_OUT for a, b in zip(one, two, strict=True)):
                return True
        return False

    def is_dark(self, drawn: bytes, text: Doubted) -> bool:
        """Return whether a drawing is dark all over the place of a text."""
        rows = [drawn[row] for row in self._rows_of(text)]
        return any(rows) and all(max(row, default=0) <= _DARK for row in rows)

    def _rows_of(self, text: Doubted) -> list[slice]:
        """Return where in a drawing the rows of the place of a text are."""
        left, top, right, bottom = self._place_of(text)
        starts = (row * self._line for row in range(top - self._top, bottom - self._top))
        aside, end = (left - self._left) * _CHANNELS, (right - self._left) * _CHANNELS
        return [slice(start + aside, start + end) for start in starts]

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
