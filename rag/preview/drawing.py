"""Draw a page of a PDF, and find where on it some words stand. To be done in a process of its own.

The characters are those that the reader of PDFs takes for visible, so that what is marked is what
a person sees.
"""

from __future__ import annotations

import base64
import math
from io import BytesIO
from typing import Any

from rag.errors import DocumentError
from rag.formats.pdf.glyphs.layers import may_have_layers
from rag.formats.pdf.layout.shapes import Rect
from rag.formats.pdf.page import PageContent, read_page
from rag.formats.pdf.parts.forms import annotations_of
from rag.preview.matching import PageBox, PlacedLetter, find_words

MOST_PIXELS = 12_000_000  # of a picture: an A4 page at 340 dots an inch; 48 MB while it is drawn
_FIELD_SIZE, _FIELD_SEAT = 0.7, 0.28  # of the height of a field: its letters, what is below them
_NO_PAGE = "has no page {}; it has {:,}."


def draw_page(raw: bytes, page: int, scale: float) -> dict[str, Any]:
    """Return a page as a PNG picture in base 64, its size in points, and its pixels a point.

    Args:
        raw: the bytes of the PDF.
        page: the number of the page, from 1.
        scale: pixels a point; fewer where the picture would have more than MOST_PIXELS.

    Raises:
        DocumentError: the file is broken or has no such page.
    """
    with _OpenedPage(raw, page) as opened:
        width, height = opened.page.get_size()
        scale = min(scale, math.sqrt(MOST_PIXELS / max(width * height, 1.0)))
        bitmap = opened.page.render(scale=scale)
        try:
            out = BytesIO()
            bitmap.to_pil().save(out, "PNG")
        finally:
            bitmap.close()
    png = base64.b64encode(out.getvalue()).decode("ascii")
    return {"png": png, "width": width, "height": height, "scale": scale}


def find_on_page(raw: bytes, page: int, words: str, before: str, behind: str) -> dict[str, Any]:
    """Return the boxes around some words of a page, and how many of their letters were found.

    Args:
        raw: the bytes of the PDF.
        page: the number of the page, from 1.
        words, before, behind: as of :func:`rag.preview.matching.find_words`.

    Raises:
        DocumentError: the file is broken or has no such page.
    """
    with _OpenedPage(raw, page) as opened:
        shown = opened.page
        text = shown.get_textpage()
        try:
            content = read_page(shown, text, may_have_layers=may_have_layers(raw))
        finally:
            text.close()
        over = annotations_of(shown, opened.form, content)
        width, height = shown.get_size()
        corners, quarters = shown.get_bbox(), shown.get_rotation() // 90 % 4
    letters = [PlacedLetter(g.x0, g.x1, g.y, g.size, g.char) for g in content.glyphs]
    for widget in over.widgets:
        letters += _spread(widget.value, widget.place.x0, widget.place.x1, *_line_in(widget.place))
    for each in over.written:
        letters += _spread(each.text, each.x0, each.x1, each.y, each.size)
    found = find_words(letters, words, before, behind)
    boxes = [_as_shown(box, content, corners, quarters) for box in found.boxes]
    return {
        **{"boxes": boxes, "found": found.found, "wanted": found.wanted, "letters": len(letters)},
        **{"width": width, "height": height},
    }


class _OpenedPage:
    """A page of a PDF that is closed with its file."""

    def __init__(self, raw: bytes, number: int) -> None:
        import pypdfium2

        try:
            self._document = pypdfium2.PdfDocument(raw)
        except pypdfium2.PdfiumError as error:
            raise DocumentError("is a PDF that cannot be opened to be shown.") from error
        count = len(self._document)
        if not 1 <= number <= count:
            self._document.close()
            raise DocumentError(_NO_PAGE.format(number, count))
        if self._document.get_formtype():
            self._document.init_forms()
        self.form = self._document.formenv
        try:
            self.page = self._document[number - 1]
        except pypdfium2.PdfiumError as error:
            self._document.close()
            raise DocumentError(f"has a page {number} that is broken.") from error

    def __enter__(self) -> _OpenedPage:
        return self

    def __exit__(self, *_: object) -> None:
        self.page.close()
        self._document.close()


def _line_in(place: Rect) -> tuple[float, float]:
    """Return the baseline and the size of a line in the field of a form."""
    height = place.y1 - place.y0
    return place.y1 - height * _FIELD_SEAT, height * _FIELD_SIZE


def _spread(text: str, x0: float, x1: float, y: float, size: float) -> list[PlacedLetter]:
    """Return the characters of what is laid over a page, of which no places are known, evenly."""
    step = (x1 - x0) / max(len(text), 1)
    start = [PlacedLetter(x0, x0, y, size, " ")]  # it is no part of what was drawn before it
    return start + [
        PlacedLetter(x0 + at * step, x0 + (at + 1) * step, y, size, char)
        for at, char in enumerate(text)
    ]


def _as_shown(
    box: PageBox, content: PageContent, corners: tuple[float, ...], quarters: int
) -> tuple[float, float, float, float]:
    """Return a box along the text of a page as one on the page as it is shown.

    Args:
        box: in the directions in which most of the text runs.
        content: the page as it was read.
        corners: left, bottom, right and top edge of the page in the file.
        quarters: how many quarters the page is turned clockwise to be shown.
    """
    du, dv = content.frame
    across = [(u + du, dv - v) for u in (box.x0, box.x1) for v in (box.y0, box.y1)]
    in_file = [((u, v), (-v, u), (-u, -v), (v, -u))[content.turn] for u, v in across]
    edges = [_seen(x, y, quarters) for x in corners[0::2] for y in corners[1::2]]
    left, top = min(u for u, _ in edges), max(v for _, v in edges)
    seen = [_seen(x, y, quarters) for x, y in in_file]
    us, vs = [u - left for u, _ in seen], [top - v for _, v in seen]
    return min(us), min(vs), max(us), max(vs)


def _seen(x: float, y: float, quarters: int) -> tuple[float, float]:
    """Return a point of the file on a page that is turned clockwise."""
    return ((x, y), (y, -x), (-x, -y), (-y, x))[quarters]
