"""Passages by meaning and by words, in one ranking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import islice

from rag.embedding.types import Vectors
from rag.index.nearest import nearest, nearness
from rag.index.scope import Scope
from rag.index.store import Index
from rag.retrieval.copies import fold_copies
from rag.retrieval.query import Concept
from rag.types import Hit

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
