"""Rank the passages of the index for a question, by meaning and by words in one ranking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from itertools import islice
from typing import NamedTuple

import numpy as np

from rag.errors import IndexUnwritable
from rag.index.catalog import passage_place
from rag.index.store import Index
from rag.models.runtime import Vectors
from rag.retrieval.copies import fold_copies
from rag.types import Hit, Scope

FETCHED_PASSAGES = 50  # by meaning and by words each; more changes no figure of the benchmark
_ENOUGH_WITHIN = 0.7  # of them, where a filter leaves out most of the passages that are near
# Share of meaning in the fused score; 0.5 to 0.7 rank alike on XQuAD, all above rank fusion.
_DENSE_WEIGHT = 0.6
# If even the best cosine is lower, no passage is near (as to a question that is only a name): the
# scale then ends here, so that the best passage does not count as a near one.
_LEAST_NEARNESS = 0.4
_COPIES_AHEAD = 4  # times as many passages as wanted are looked through for copies
# Of the passages found, the most that one article may have while others have any.
_ARTICLE_SHARE = 0.5
COMPARED_ONE_BY_ONE = 60_000  # passages, in 15 milliseconds once their vectors are in memory
_MOST_FROM_CHROMA = 20_000  # passages that are looked through in Chroma, some 200 milliseconds
_REACH_GROWTH = 2  # times as many are asked for where too few of those found are in the scope


class RankedPassage(NamedTuple):
    """A fetched passage: its id, fused score, cosine to the question, and BM25 score."""

    id: str
    score: float
    similarity: float
    lexical: float


def rank_passages(
    index: Index,
    vector: Vectors,
    words: Mapping[str, float],
    *,
    most: int,
    scope: Scope | None = None,
) -> list[RankedPassage]:
    """Rank passages by their nearness in meaning and by the words found in them, best first.

    Scores of each side are scaled to 0..1 over its passages and added by weight (min-max
    fusion; Bruch, Gai and Ingber 2023, arXiv 2210.11934).

    Args:
        index: the index to search.
        vector: the embedded question, shape (dimension,), float32, length 1.
        words: the passages that hold words of the question, by id, with their BM25 scores.
        most: the most passages that will be selected from the ranking.
        scope: only passages of articles within it; None for all.
    """
    wanted = max(most, FETCHED_PASSAGES)
    enough = max(most, int(_ENOUGH_WITHIN * wanted))
    similarity = dict(nearest(index, vector, wanted, scope, enough=enough))
    similarity |= _missed_by_the_graph(index, vector, similarity, words.keys())
    dense, lexical = _scale(similarity, full=_LEAST_NEARNESS), _scale(words)
    weight = _DENSE_WEIGHT if words else 1.0
    ranked = [
        RankedPassage(
            id_,
            weight * dense.get(id_, 0.0) + (1 - weight) * lexical.get(id_, 0.0),
            similarity.get(id_, 0.0),
            words.get(id_, 0.0),
        )
        for id_ in similarity.keys() | words.keys()
    ]
    return sorted(ranked, key=lambda each: (-each.score, each.id))


def select_hits(ranked: Iterable[Hit], limit: int) -> list[Hit]:
    """Select the best passages so that neither copies nor one article crowd out what others say.

    A copy of a passage in another article is listed with it, and no article has more than
    half of the selection while another has any passage left.

    Args:
        ranked: passages, best first; four times ``limit`` of them are looked through.
        limit: the most to select.
    """
    ahead = list(islice(ranked, limit * _COPIES_AHEAD))
    chosen: list[Hit] = []
    spare: list[Hit] = []
    counts: Counter[str] = Counter()
    for hit in fold_copies(ahead):
        if len(chosen) == limit:
            break
        may_have_more = counts[hit.article.id] < max(1, limit * _ARTICLE_SHARE)
        (chosen if may_have_more else spare).append(hit)
        counts[hit.article.id] += 1
    chosen += spare[: limit - len(chosen)]
    return sorted(chosen, key=lambda hit: (-hit.score, hit.passage.id))


def nearest(
    index: Index, vector: Vectors, limit: int, scope: Scope | None, *, enough: int
) -> list[tuple[str, float]]:
    """Return the ids of the passages nearest in meaning, best first, with their cosines.

    A condition in Chroma would cost many times the search itself. Where few passages are in
    the scope, those are compared one by one; else more are searched for, and those outside it
    are dropped.

    Args:
        index: the index to search.
        vector: shape (dimension,), float32, length 1.
        limit: the most to return.
        scope: only passages of articles within it; None for all.
        enough: how many are enough where the scope makes more hard to find.
    """
    if scope is None:
        # The catalog has what the graph of vectors lacks until it is next read.
        if index.behind and index.passages.count_within(Scope()).total <= COMPARED_ONE_BY_ONE:
            return _compare_all(index, vector, limit, Scope())
        try:
            return index.vectors.query(vector, limit)
        except IndexUnwritable:  # Chroma writes also to read; the catalog does without
            return _compare_all(index, vector, limit, Scope())
    in_scope, total = index.passages.count_within(scope)
    reach = limit * total // max(1, in_scope)
    while in_scope > COMPARED_ONE_BY_ONE and reach <= (index.vectors.limit or _MOST_FROM_CHROMA):
        found = index.vectors.query(vector, reach)
        articles = {id_: passage_place(id_)[0] for id_, _ in found}
        articles_in_scope = index.passages.within(scope, sorted(set(articles.values())))
        kept = [hit for hit in found if articles[hit[0]] in articles_in_scope]
        if len(kept) >= enough or len(found) < reach:
            return kept[:limit]
        reach *= _REACH_GROWTH
    return _compare_all(index, vector, limit, scope)


def _compare_all(
    index: Index, vector: Vectors, limit: int, scope: Scope
) -> list[tuple[str, float]]:
    best: list[tuple[str, float]] = []
    for ids, vectors in index.passages.vectors(scope, few=COMPARED_ONE_BY_ONE):
        cosines = vectors @ vector
        first = np.argsort(-cosines, kind="stable")[:limit]
        best += [(ids[at], float(cosines[at])) for at in first]
        best = sorted(best, key=lambda hit: -hit[1])[:limit]
    return best


def _missed_by_the_graph(
    index: Index, vector: Vectors, similarity: Mapping[str, float], words: Set[str]
) -> dict[str, float]:
    """Return the cosines of passages found by words that are nearer than one found by meaning.

    The graph of vectors is built by chance: of the fifty nearest passages it may miss two or
    three, which would rank as if they were far off, and in another build would not.
    """
    farthest = min(similarity.values(), default=-1.0)
    ids, vectors = index.passages.vectors_of(words - similarity.keys())
    cosines = (vectors @ vector).tolist() if ids else []
    return {id_: cosine for id_, cosine in zip(ids, cosines, strict=True) if cosine > farthest}


def _scale(scores: Mapping[str, float], full: float = 0.0) -> dict[str, float]:
    """Scale scores from 0 for the lowest to 1 for the highest, or for ``full`` if that is more."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(full, *scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {id_: (score - low) / (high - low) for id_, score in scores.items()}
