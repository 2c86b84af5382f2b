"""What was found for a question, in the figures that decide whether it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag.index.entries import passage_terms
from rag.retrieval.query import Concept, covered, share
from rag.retrieval.sentences import NEAR_SPELLING, Candidate
from rag.types import Hit

BEST_PASSAGES = 3  # of the ranking, whose share of the question's concepts counts


class Evidence(NamedTuple):
    """The best that was found for a question.

    ``similarity`` is the best sentence's cosine, ``coverage`` the best passage's
    share of the concepts, ``missing`` the concepts that no passage found holds.
    """

    similarity: float
    coverage: float
    missing: tuple[Concept, ...]


def gather(
    hits: Sequence[Hit], candidates: Sequence[Candidate], concepts: Sequence[Concept]
) -> Evidence | None:
    """The evidence for a question, or None where there is no sentence to quote.

    Args:
        hits: the passages found, best first.
        candidates: their sentences, ranked.
        concepts: what the question names.
    """
    if not candidates:
        return None
    found = [
        covered(concepts, passage_terms(hit.article, hit.passage).split(), near=NEAR_SPELLING)
        for hit in hits
    ]
    return Evidence(
        similarity=max(candidate.similarity for candidate in candidates),
        coverage=max(share(concepts, parts) for parts in found[:BEST_PASSAGES]),
        missing=tuple(
            concept for at, concept in enumerate(concepts) if not any(parts[at] for parts in found)
        ),
    )
