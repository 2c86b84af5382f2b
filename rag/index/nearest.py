"""The passages nearest in meaning, also of some articles only."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from rag.embedding.types import Vectors
from rag.errors import IndexUnwritable
from rag.index.rows import passage_place
from rag.index.scope import Scope
from rag.index.store import Index

FEW = 60_000  # passages that are compared one by one, in 15 milliseconds once they are at hand
FURTHER = 2  # times as far is looked where not enough of what was found is within
MOST = 20_000  # passages that are looked through in Chroma, some 200 milliseconds


def nearest(
    index: Index, vector: Vectors, limit: int, scope: Scope | None, *, enough: int
) -> list[tuple[str, float]]:
    """The nearest passages by id, best first, with their cosine similarity.

    A condition in Chroma would cost many times the search itself. Where few passages are
    within the scope, those are compared; else more are searched for, and what is outside
    is dropped.

    Args:
        index: the index to search.
        vector: shape (dimension,), float32, length 1.
        limit: the most to return.
        scope: only passages of articles within it; None for all.
        enough: how many will do where the scope makes more hard to find.
    """
    if scope is None:
        # The catalog has what a graph lacks that is read anew in a while.
        if index.behind and index.passages.held(Scope()).total <= FEW:
            return _compared(index, vector, limit, Scope())
        try:
            return index.vectors.query(vector, limit)
        except IndexUnwritable:  # Chroma writes also to read; the catalog does without
            return _compared(index, vector, limit, Scope())
    within, total = index.passages.held(scope)
    reach = limit * total // max(1, within)
    while within > FEW and reach <= (index.vectors.most or MOST):
        found = index.vectors.query(vector, reach)
        articles = {id_: passage_place(id_)[0] for id_, _ in found}
        inside = index.passages.within(scope, sorted(set(articles.values())))
        kept = [hit for hit in found if articles[hit[0]] in inside]
        if len(kept) >= enough or len(found) < reach:
            return kept[:limit]
        reach *= FURTHER
    return _compared(index, vector, limit, scope)


def nearness(index: Index, vector: Vectors, passage_ids: Iterable[str]) -> dict[str, float]:
    """The cosine similarity of some passages by id; those that are gone are left out.

    Args:
        index: the index that has them.
        vector: shape (dimension,), float32, length 1.
        passage_ids: some tens of them.
    """
    ids, vectors = index.passages.vectors_of(passage_ids)
    return dict(zip(ids, (vectors @ vector).tolist(), strict=True)) if ids else {}


def _compared(index: Index, vector: Vectors, limit: int, scope: Scope) -> list[tuple[str, float]]:
    best: list[tuple[str, float]] = []
    for ids, vectors in index.passages.vectors(scope, few=FEW):
        cosines = vectors @ vector
        first = np.argsort(-cosines, kind="stable")[:limit]
        best += [(ids[at], float(cosines[at])) for at in first]
        best = sorted(best, key=lambda hit: -hit[1])[:limit]
    return best
