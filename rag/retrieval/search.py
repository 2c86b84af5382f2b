"""Passages by meaning and by words, in one ranking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import islice

import numpy as np

from rag.errors import IndexUnwritable
from rag.index.catalog import passage_place
from rag.index.store import Index
from rag.models.runtime import Vectors
from rag.retrieval.concepts import Concept
from rag.retrieval.copies import fold_copies
from rag.types import Hit, Scope

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


CANDIDATES = 50  # from each side before fusion; more changes no figure of the benchmark
ENOUGH = 0.7  # of them, where a filter leaves out most of what is near
# Share of meaning in the fused score; 0.5 to 0.7 rank alike on XQuAD, all above rank fusion.
DENSE_WEIGHT = 0.6
COPIES_AHEAD = 4  # times as many passages as wanted are looked through for copies
# Of the passages found, the most that one article may have while others have any.
ARTICLE_SHARE = 0.5
# A best similarity below this is no nearness (a bare name is near nothing), and is not scaled up.
NEAR = 0.4


def search(
    index: Index,
    vector: Vectors,
    concepts: Sequence[Concept],
    *,
    limit: int,
    scope: Scope | None = None,
) -> list[Hit]:
    """The passages that fit a question best, best first.

    Scores of each side are scaled to 0..1 over its candidates and added by
    weight (min-max fusion; Bruch, Gai and Ingber 2023, arXiv 2210.11934).

    Args:
        index: the index to search.
        vector: the embedded question, shape (dimension,), float32, length 1.
        concepts: what the question names.
        limit: the most to return.
        scope: only passages of articles within it; None for all.
    """
    wanted = max(limit, CANDIDATES)
    enough = max(limit, int(ENOUGH * wanted))
    similarity = dict(nearest(index, vector, wanted, scope, enough=enough))
    words = dict(index.lexical.query([c.alternatives for c in concepts], wanted, scope))
    similarity |= _overlooked(index, vector, similarity, words.keys())
    fused = _fuse(_scale(similarity, full=NEAR), _scale(words))
    ranked = sorted(fused, key=lambda id_: (-fused[id_], id_))
    found = (
        _hit(index, id_, fused[id_], similarity.get(id_, 0.0), words.get(id_, 0.0))
        for id_ in ranked
    )
    # Copies of one report must not crowd out what others say.
    ahead = list(islice((hit for hit in found if hit is not None), limit * COPIES_AHEAD))
    return _spread(fold_copies(ahead), limit)


def _overlooked(
    index: Index, vector: Vectors, similarity: Mapping[str, float], words: Set[str]
) -> dict[str, float]:
    """What was found by its words and is as near as what was found by its meaning.

    The graph of vectors is built by chance: of the fifty nearest passages it may miss two or
    three, which would rank as if they were far off, and another time would not.
    """
    farthest = min(similarity.values(), default=-1.0)
    others = nearness(index, vector, words - similarity.keys())
    return {id_: cosine for id_, cosine in others.items() if cosine > farthest}


def _spread(hits: Iterable[Hit], limit: int) -> list[Hit]:
    """The first hits, no article with more than its share while another has any."""
    chosen: list[Hit] = []
    spare: list[Hit] = []
    counts: Counter[str] = Counter()
    for hit in hits:
        if len(chosen) == limit:
            break
        within = counts[hit.article.id] < max(1, limit * ARTICLE_SHARE)
        (chosen if within else spare).append(hit)
        counts[hit.article.id] += 1
    chosen += spare[: limit - len(chosen)]
    return sorted(chosen, key=lambda hit: (-hit.score, hit.passage.id))


def _hit(
    index: Index, passage_id: str, score: float, similarity: float, lexical: float
) -> Hit | None:
    """The hit, unless its article is no longer, or not yet, served."""
    passage = index.passages.get(passage_id)
    article = index.catalog.article(passage.article_id) if passage else None
    if passage is None or article is None:
        return None
    return Hit(passage, article, score, similarity, lexical)


def _scale(scores: dict[str, float], full: float = 0.0) -> dict[str, float]:
    """The scores from 0 for the lowest to 1 for the highest, or for ``full`` where that is more."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(full, *scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {id_: (score - low) / (high - low) for id_, score in scores.items()}


def _fuse(dense: dict[str, float], words: dict[str, float]) -> dict[str, float]:
    weight = DENSE_WEIGHT if words else 1.0
    return {
        id_: weight * dense.get(id_, 0.0) + (1 - weight) * words.get(id_, 0.0)
        for id_ in {**dense, **words}
    }
