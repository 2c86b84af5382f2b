"""What makes an index whole again after a kill, or after a part of it was lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.index.entries import passage_terms
from rag.index.store import Index
from rag.types import Article, Passage


def undo_unfinished(index: Index) -> None:
    """Remove articles that a killed sync left half written, or that no file holds any more."""
    _remove(index, index.catalog.unserved())


def _remove(index: Index, article_ids: Sequence[str]) -> None:
    if not article_ids:
        return
    for id_ in article_ids:
        index.vectors.delete(id_)
    index.lexical.delete(article_ids)
    index.catalog.drop(article_ids)


def heal(index: Index) -> None:
    """Make the stores agree with the catalog, where counting shows that they do not."""
    expected = index.catalog.passage_counts()
    total = sum(expected.values())
    if index.vectors.count() != total:
        stored = index.vectors.count_by_article()
        wrong = [id_ for id_ in {*expected, *stored} if expected.get(id_, 0) != stored[id_]]
        _remove(index, wrong)
        total = sum(index.catalog.passage_counts().values())
    if index.lexical.count() != total:
        index.lexical.clear()
        index.lexical.add(_stored_terms(index))


def _stored_terms(index: Index) -> Iterator[tuple[Passage, str]]:
    """Passages as Chroma has them, with their terms from the articles."""
    article: Article | None = None
    for passage in index.vectors.passages():
        if article is None or article.id != passage.article_id:
            article = index.catalog.article(passage.article_id)
        if article:
            yield passage, passage_terms(article, passage)
