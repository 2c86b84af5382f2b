"""The lines, boxes, pictures and dots that are drawn on a page."""

from __future__ import annotations

import ctypes
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

_MAX_OBJECTS = 20_000  # of a page: what a map of a town has; those behind are not looked at
_MAX_SEGMENTS = 400  # of a path: one with more is a drawing, not a line or a box
_MAX_DEPTH = 5  # of forms in forms
_THIN = 3.0  # points: a filled box this flat is a line
_DOT = 1.5, 8.0  # points: the width and height of a bullet that is drawn
_OPAQUE = 100  # of 255: a filling that shows through more than this hides nothing
_BANDS = 256  # of a page: rectangles are looked up by the one in which they lie


class Rect(NamedTuple):
    """A rectangle; the colour is that of its filling, None where it has none."""

    x0: float
    y0: float
    x1: float
    y1: float
    color: tuple[int, int, int] | None = None

    def holds(self, x: float, y: float) -> bool:
        """Return whether a point lies within."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1


class RectIndex:
    """Finds those of some rectangles that reach over a place, in one direction of a page."""

    def __init__(self, sides: Sequence[tuple[float, float]]) -> None:
        """Sort rectangles into bands with about as many edges in each.

        Args:
            sides: where each begins and ends.
        """
        self._sides = sides
        edges = sorted(edge for ends in sides for edge in ends)
        self._starts = edges[:: len(edges) // _BANDS + 1]
        self._bands: list[list[int]] = [[] for _ in range(len(self._starts) + 1)]
        for number, (start, end) in enumerate(sides):
            for band in range(self._band_of(start), self._band_of(end) + 1):
                self._bands[band].append(number)

    def over(self, place: float) -> list[int]:
        """Return the numbers of the rectangles that reach over a place, the lowest first."""
        sides = self._sides
        near = self._bands[self._band_of(place)]
        return [n for n in near if sides[n][0] <= place <= sides[n][1]]

    def _band_of(self, place: float) -> int:
        return bisect_right(self._starts, place)


class PageShapes:
    """Collects lines, boxes and pictures, also those within forms, in the file's places.

    Attributes:
        rules, boxes, pictures, dots: what is there, in the order in which it is drawn.
        is_painted: whether anything is there that text may stand on.
        boxes_under: how many boxes are drawn before a text, by the address of the text.
    """

    def __init__(self, page: Any) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium = pdfium
        self._page = page.raw
        self._left = _MAX_OBJECTS
        self.rules: list[Rect] = []
        self.boxes: list[Rect] = []
        self.pictures: list[Rect] = []
        self.dots: list[Rect] = []
        self.is_painted = False
        self.boxes_under: dict[int, int] = {}

    def collect(self) -> None:
        """Look at all that is drawn."""
        pdfium = self._pdfium
        count = min(pdfium.FPDFPage_CountObjects(self._page), self._left)
        self._walk((pdfium.FPDFPage_GetObject(self._page, at) for at in range(count)), _IDENTITY, 0)

    def _walk(self, objects: Iterator[Any], outer: _Matrix, depth: int) -> None:
        pdfium = self._pdfium
        for made in objects:
            if self._left <= 0:
                self.is_painted = True  # perhaps
                return
            self._left -= 1
            kind = pdfium.FPDFPageObj_GetType(made)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                self.boxes_under[ctypes.addressof(made.contents)] = len(self.boxes)
                continue
            self.is_painted |= kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING)
            if kind in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE):
                matrix = _times(self._matrix_of(made), outer)
                if kind == pdfium.FPDF_PAGEOBJ_PATH:
                    self._add_path(made, matrix)
                else:
                    self.pictures.append(_bounds([_apply(matrix, *c) for c in _UNIT_SQUARE]))
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
                count = min(pdfium.FPDFFormObj_CountObjects(made), self._left)
                inner = (pdfium.FPDFFormObj_GetObject(made, at) for at in range(count))
                self._walk(inner, _times(self._matrix_of(made), outer), depth + 1)

    def _matrix_of(self, made: Any) -> _Matrix:
        matrix = self._pdfium.FS_MATRIX()
        self._pdfium.FPDFPageObj_GetMatrix(made, matrix)
        return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f

    def _add_path(self, made: Any, matrix: _Matrix) -> None:
        pdfium = self._pdfium
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(made, fill, stroke)
        color = self._color_of(made) if fill.value else None
        if not stroke.value and color is None:
            return
        self.is_painted |= color is not None
        for points in self._outlines(made, matrix):
            bounds = _bounds(points)
            sides = sorted((bounds.x1 - bounds.x0, bounds.y1 - bounds.y0))
            if _DOT[0] <= sides[0] and sides[1] <= _DOT[1] and sides[1] < 1.3 * sides[0]:
                self.dots.append(bounds)
                continue
            if sides[1] < _THIN:
                continue
            if min(bounds.x1 - bounds.x0, bounds.y1 - bounds.y0) <= _THIN:
                self.rules.append(bounds)
            elif _is_upright(points):
                if len(points) >= 4:
                    self.boxes.append(bounds._replace(color=color))
                if stroke.value:
                    self.rules += [_bounds(list(ends)) for ends in pairwise(points)]

    def _color_of(self, made: Any) -> tuple[int, int, int] | None:
        parts = [ctypes.c_uint() for _ in range(4)]
        if not self._pdfium.FPDFPageObj_GetFillColor(made, *parts):
            return None
        red, green, blue, alpha = (part.value for part in parts)
        return (red, green, blue) if alpha > _OPAQUE else None

    def _outlines(self, made: Any, matrix: _Matrix) -> Iterator[list[tuple[float, float]]]:
        """Yield the corners of each outline of a path; curves count as their ends."""
        pdfium = self._pdfium
        count = pdfium.FPDFPath_CountSegments(made)
        if count > _MAX_SEGMENTS:
            return
        x, y = ctypes.c_float(), ctypes.c_float()
        points: list[tuple[float, float]] = []
        for at in range(count):
            segment = pdfium.FPDFPath_GetPathSegment(made, at)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            if kind == pdfium.FPDF_SEGMENT_MOVETO and points:
                yield points
                points = []
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            points.append(_apply(matrix, x.value, y.value))
            if pdfium.FPDFPathSegment_GetClose(segment) and points[0] != points[-1]:
                points.append(points[0])
        if points:
            yield points


_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_UNIT_SQUARE = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))


def _times(one: _Matrix, two: _Matrix) -> _Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return (
        *(a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j),
        *(e * g + f * i + k, e * h + f * j + m),
    )


def _apply(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _bounds(points: list[tuple[float, float]]) -> Rect:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Rect(min(xs), min(ys), max(xs), max(ys))


def _is_upright(points: list[tuple[float, float]]) -> bool:
    """Return whether every stretch of an outline runs along or across the page."""
    return all(abs(x0 - x1) < 1 or abs(y0 - y1) < 1 for (x0, y0), (x1, y1) in pairwise(points))
