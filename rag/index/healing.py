"""What makes an index whole again after a kill, or after a part of it was lost.

The catalog holds all that Chroma and tantivy do: what they lack is written anew from it,
and nothing is embedded again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from rag.errors import IndexDamaged
from rag.index.entries import lexical_rows
from rag.index.lexical import LexicalRow
from rag.index.parts import CHROMA, LEXICAL
from rag.index.rows import passage_place, unpack
from rag.index.store import Index

ARTICLES = 200  # whose passages are written at once


def undo_unfinished(index: Index) -> None:
    """Remove articles that a killed sync left half written, or that no file holds any more."""
    unserved = index.catalog.unserved()
    if not unserved:
        return
    index.vectors.delete(list(index.passages.ids(unserved)))
    index.lexical.delete(unserved)
    index.catalog.drop(unserved)


def heal(index: Index) -> None:
    """Undo what is unfinished, and make the stores agree with the catalog where they do not.

    A store is thrown away where it is damaged, and counting shows what it lacks.
    """
    if index.seal.damaged(CHROMA) or not _is_readable(lambda: index.vectors.count()):
        index.seal.lift()
        index.drop_vectors()
    if index.seal.damaged(LEXICAL) or not _is_readable(index.lexical.count):
        index.seal.lift()
        index.lexical.clear()
    undo_unfinished(index)
    expected = index.catalog.passage_counts()
    total = sum(expected.values())
    if index.vectors.count() != total:
        index.seal.lift()
        _heal_vectors(index, expected)
    if index.lexical.count() != total:
        index.seal.lift()
        index.lexical.clear()
        index.lexical.add(_rows(index, expected))


def _is_readable(read: Callable[[], object]) -> bool:
    try:
        read()
    except IndexDamaged:
        return False
    return True


def _heal_vectors(index: Index, expected: Iterable[str]) -> None:
    stored: defaultdict[str, set[str]] = defaultdict(set)
    for id_ in index.vectors.ids():
        stored[passage_place(id_)[0]].add(id_)
    wrong = []
    for article_id in expected:
        ids = {passage.id for passage in index.passages.of(article_id)[0]}
        index.vectors.delete(sorted(stored[article_id] - ids))
        if ids - stored.pop(article_id):
            wrong.append(article_id)
    index.vectors.delete(sorted(id_ for ids in stored.values() for id_ in ids))
    for at in range(0, len(wrong), ARTICLES):
        _put_vectors(index, wrong[at : at + ARTICLES])


def _put_vectors(index: Index, article_ids: Sequence[str]) -> None:
    found = [index.passages.of(article_id) for article_id in article_ids]
    vectors = [vector for _, vectors in found for vector in vectors]
    if vectors:
        index.vectors.add([p.id for passages, _ in found for p in passages], unpack(vectors))


def _rows(index: Index, article_ids: Iterable[str]) -> Iterator[LexicalRow]:
    for article_id in article_ids:
        article = index.catalog.article(article_id)
        if article is not None:
            yield from lexical_rows(article, index.passages.of(article_id)[0])
