"""The pages of PDFs as pictures, and where on them the cited words stand."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.documents.reading_process import DocumentReader, ask_process
from rag.errors import DocumentError
from rag.formats.kinds import true_ending
from rag.preview.matching import PageBox
from rag.preview.worker import job_message
from rag.render.document import has_page_images
from rag.serialization import Value
from rag.types import Article

PDF = ".pdf"
LEAST_SCALE, MOST_SCALE = 0.25, 6.0  # pixels a point
PAGE_SCALE = 2.0  # pixels a point: 144 dots an inch, which is sharp at twice the usual size
_KEPT = 64_000_000  # bytes of pictures that are kept: some hundred pages
_AROUND = 200  # characters before and behind words that tell which of several places is meant
_MODULE = "rag.preview.worker"

NOT_CITED = "Nothing of what is cited is on this page."
NO_LETTERS = "This page is a picture without text behind it, so the words cannot be marked on it."
NOT_FOUND_THERE = "The cited words could not be found on the picture of this page."
PARTLY_FOUND = "Some of the cited words could not be found on the picture of this page."


@dataclass(frozen=True, slots=True)
class PageImage(Value):
    """A page as a picture.

    ``png`` are the bytes of the picture; ``scale`` are its pixels a point, and ``width`` and
    ``height`` the size of the page in points. ``page`` counts from 1, of ``pages``.
    """

    article_id: str
    page: int
    pages: int
    width: float
    height: float
    scale: float
    png: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PagePlaces(Value):
    """Where words of an article are on one of its pages.

    ``boxes`` are in points from the upper left corner of the page, which has ``width`` and
    ``height``; ``missing`` says why there are none, or not all, and is None where all were found.
    """

    article_id: str
    page: int
    width: float
    height: float
    boxes: tuple[PageBox, ...]
    missing: str | None = None


class PageImages:
    """Draws pages, in processes of their own, and keeps the pictures. Safe between threads."""

    def __init__(self, folder: Path, reader: DocumentReader) -> None:
        self._folder = folder
        self._reader = reader
        self._kept: OrderedDict[tuple[str, int, float], PageImage] = OrderedDict()
        self._lock = threading.Lock()

    def image(self, article: Article, page: int, *, scale: float = PAGE_SCALE) -> PageImage:
        """Return a page of an article as a picture.

        Args:
            article: one that is a PDF.
            page: the number of the page, from 1.
            scale: pixels a point, brought between LEAST_SCALE and MOST_SCALE; of a very large
                page the picture has fewer.

        Raises:
            DocumentError: it has no such page, is no PDF, is gone or was changed since it was
                indexed, or cannot be drawn within the limits of reading a file.
        """
        scale = round(min(max(scale, LEAST_SCALE), MOST_SCALE), 2)
        key = (article.sha256, page, scale)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        raw = self._raw(article, page)
        reply = self._ask(article, job_message("draw", raw, page=page, scale=scale))
        found = PageImage(
            article_id=article.id,
            page=page,
            pages=len(article.pages),
            width=reply["width"],
            height=reply["height"],
            scale=reply["scale"],
            png=base64.b64decode(reply["png"]),
        )
        self._keep(key, found)
        return found

    def places(self, article: Article, start: int, end: int, page: int | None = None) -> PagePlaces:
        """Return where some words of an article are on a page.

        Args:
            article: one that is a PDF.
            start, end: the words, 0-based, end-exclusive, in characters of its text.
            page: the number of the page, from 1; by default that on which they begin.

        Raises:
            DocumentError: as of :meth:`image`.
        """
        page = page or article.page(start) or 1
        raw = self._raw(article, page)
        first, last = _span_of(article, page)
        low, high = max(start, first), min(end, last)
        text = article.text
        message = job_message(
            "find",
            raw,
            page=page,
            words=text[low:high] if low < high else "",
            before=text[max(first, low - _AROUND) : low],
            behind=text[high : min(last, high + _AROUND)],
        )
        reply = self._ask(article, message)
        return PagePlaces(
            article_id=article.id,
            page=page,
            width=reply["width"],
            height=reply["height"],
            boxes=tuple(PageBox(*box) for box in reply["boxes"]),
            missing=_missing(reply["letters"], reply["found"], reply["wanted"]),
        )

    def _ask(self, article: Article, message: bytes) -> dict[str, Any]:
        try:
            return ask_process(self._reader.limits, _MODULE, message)
        except DocumentError as error:
            raise DocumentError(f"{article.path} {error}") from error

    def _raw(self, article: Article, page: int) -> bytes:
        """Return the bytes of the file of an article, if they are those that were indexed."""
        if not has_page_images(article.path, len(article.pages), article.notes):
            raise DocumentError(f"{article.path} is no PDF; its text is all that can be shown.")
        if not 1 <= page <= len(article.pages):
            raise DocumentError(
                f"{article.path} has no page {page}; it has {len(article.pages):,}."
            )
        try:
            raw = self._reader.raw(self._folder / article.path)
        except DocumentError as error:
            raise DocumentError(f"{article.path} {error}") from error
        if hashlib.sha256(raw).hexdigest() != article.sha256:
            raise DocumentError(
                f"{article.path} was changed after it was read; index again to see its pages."
            )
        if true_ending(raw, PDF) != PDF:
            raise DocumentError(f"{article.path} is no PDF; its text is all that can be shown.")
        return raw

    def _keep(self, key: tuple[str, int, float], found: PageImage) -> None:
        with self._lock:
            self._kept[key] = found
            while sum(len(each.png) for each in self._kept.values()) > _KEPT:
                self._kept.popitem(last=False)


def _span_of(article: Article, page: int) -> tuple[int, int]:
    """Return the offsets at which the text of a page begins and ends."""
    edges = (0, *article.pages[1:], len(article.text))
    return edges[page - 1], edges[page]


def _missing(letters: int, found: int, wanted: int) -> str | None:
    """Return why words are not marked on a page, or not all of them; None where they are."""
    if not wanted:
        return NOT_CITED
    if found == wanted:
        return None
    if not letters:
        return NO_LETTERS
    return PARTLY_FOUND if found else NOT_FOUND_THERE
