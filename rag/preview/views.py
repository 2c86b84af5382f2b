"""How the documents of an index are looked at: pages as pictures, and overviews."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from rag.documents.documents_toml import parse_stated, stated_for
from rag.documents.reading_process import DocumentReader
from rag.errors import ArticleNotFound
from rag.index.store import Index
from rag.preview.overview import (
    CollectionOverview,
    DocumentOverview,
    collection_overview,
    document_overview,
)
from rag.preview.pages import PAGE_SCALE, PageImage, PageImages, PagePlaces
from rag.retrieval.copies import copies_among
from rag.types import Article

# Documents among which near-copies are looked for: some seconds' work.
_MOST_COMPARED = 2_000
_Found = TypeVar("_Found")


class DocumentViews:
    """What is shown of the documents of an index. Safe to share between threads."""

    def __init__(self, index: Index, folder: Path, reader: DocumentReader) -> None:
        self._index = index
        self._images = PageImages(folder, reader)
        self._known: tuple[int, dict[str, Any]] = (-1, {})  # by generation of the index
        self._counting = threading.Lock()

    def page_image(self, article_id: str, page: int, *, scale: float = PAGE_SCALE) -> PageImage:
        """Return a page of a PDF as a picture.

        Args:
            article_id: the whole id of the document.
            page, scale: as of :meth:`rag.preview.pages.PageImages.image`, whose errors are raised.

        Raises:
            ArticleNotFound: there is no such document.
        """
        return self._images.image(self._article(article_id), page, scale=scale)

    def page_places(
        self, article_id: str, start: int, end: int, page: int | None = None
    ) -> PagePlaces:
        """Return where on a page of a PDF some words of its text are.

        Args:
            article_id: the whole id of the document.
            start, end, page: as of :meth:`rag.preview.pages.PageImages.places`, whose errors are
                raised.

        Raises:
            ArticleNotFound: there is no such document.
        """
        return self._images.places(self._article(article_id), start, end, page)

    def overview(self, article_id: str) -> DocumentOverview:
        """Return what is in a document: its facts, counts, headings, and what it speaks of.

        Args:
            article_id: its whole id.

        Raises:
            ArticleNotFound: there is no such document.
        """
        article = self._article(article_id)
        paths = self.near_copies().get(article_id, [])
        stated = parse_stated(self._index.catalog.stated(), Path())
        return document_overview(article, stated_for(stated, article.path), paths)

    def near_copies(self) -> dict[str, list[str]]:
        """Return by the ids of documents the paths of those that have nearly the same words.

        Empty where there are too many documents to compare them unasked.
        """
        found: dict[str, list[str]] = self._kept("copies", self._copies)
        return found

    def collection(self) -> CollectionOverview:
        """Return what is in the collection: how many documents, of which kinds, from whom."""
        catalog = self._index.catalog
        found: CollectionOverview = self._kept(
            "collection", lambda: collection_overview(catalog.articles(), catalog.skipped())
        )
        return found

    def _article(self, article_id: str) -> Article:
        found = self._index.catalog.article(article_id)
        if found is None:
            raise ArticleNotFound(f"No document has the id {article_id!r}.")
        return found

    def _copies(self) -> dict[str, list[str]]:
        articles = self._index.catalog.articles()
        if len(articles) > _MOST_COMPARED:
            return {}
        paths = {article.id: article.path for article in articles}
        groups = copies_among((article.id, article.text) for article in articles)
        return {
            id_: [paths[other] for other in group if other != id_]
            for group in groups
            for id_ in group
        }

    def _kept(self, name: str, find: Callable[[], _Found]) -> _Found:
        """Return what was found of this generation of the index, which is found once."""
        with self._counting:
            generation = self._index.catalog.generation()
            if self._known[0] != generation:
                self._known = (generation, {})
            known = self._known[1]
            if name not in known:
                known[name] = find()
            found: _Found = known[name]
            return found
