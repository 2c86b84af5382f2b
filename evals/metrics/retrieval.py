"""Was the evidence found: figures of the passages that an answer was drawn from."""

from __future__ import annotations

import math

from evals.cases import Case, touches
from evals.metrics.score import Score, mean, share

DEEPEST = 8  # passages; as many as an answer is drawn from by default


def recall_at(case: Case, k: int) -> Score | None:
    """The share of a pair's evidence that one of the first k passages found holds at least half of.

    Recall at k (Manning et al. 2008, chapter 8) over pieces of evidence. Not for
    pairs to abstain on.
    """
    ranks = _ranks(case)
    if ranks is None:
        return None
    found = sum(rank is not None and rank <= k for rank in ranks)
    reason = f"{found} of {len(ranks)} pieces of evidence are in the first {k} passages"
    return share(found, len(ranks), reason)


def mrr(case: Case) -> Score | None:
    """Reciprocal rank of the first passage that holds evidence (Voorhees 1999), 0 if none does."""
    ranks = _ranks(case)
    if ranks is None:
        return None
    best = min((rank for rank in ranks if rank is not None), default=None)
    if best is None:
        return Score(0.0, "no passage found holds the evidence")
    return Score(1 / best, None if best == 1 else f"the first passage with evidence is no. {best}")


def ndcg(case: Case) -> Score | None:
    """The gain of each piece of evidence, discounted by its rank, over the best possible.

    nDCG (Järvelin and Kekäläinen 2002) of each piece alone, where the best is 1 at
    rank 1, so ``1 / log2(1 + rank)``; the mean over the pieces, since one passage
    may hold several.
    """
    ranks = _ranks(case)
    if ranks is None:
        return None
    gains = [0.0 if rank is None else 1 / math.log2(1 + rank) for rank in ranks]
    return mean(gains, lambda: "evidence is missing or far down among the passages")


def _ranks(case: Case) -> list[int | None] | None:
    """The rank from 1 of the first passage that holds each piece of evidence."""
    if not case.wants_answer:
        return None
    hits = case.answer.passages[:DEEPEST] if case.answer else ()
    return [
        next(
            (
                rank
                for rank, hit in enumerate(hits, start=1)
                for span in spans
                if touches(span, hit.article.id, hit.passage.start, hit.passage.end)
            ),
            None,
        )
        for spans in case.evidence
    ]
