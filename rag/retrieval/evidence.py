"""What was found for a question, in the figures that decide whether it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag.index.entries import passage_terms
from rag.retrieval.query import Concept, covered, share
from rag.retrieval.question import Question
from rag.retrieval.sentences import NEAR_SPELLING, TIME_BONUS, WANTED_BONUS, Candidate
from rag.types import Hit

BEST_PASSAGES = 3  # of the ranking, whose share of the question's concepts counts
BEST_SENTENCES = 3  # of the ranking, one of which should hold the kind of answer that is wanted


class Evidence(NamedTuple):
    """The best that was found for a question.

    ``signals`` are the figures that a decision is made from, by name: ``sentence``
    and ``passage`` the best cosines, ``coverage`` the best passage's share of the
    concepts, ``rank`` the best sentence's score without what it has for its kind
    and time, ``agreement`` whether meaning and words find the same passage first,
    ``unknown`` the names that no article holds, ``sides`` that more than
    one article should speak, ``unwanted`` how far the
    leading sentences lack the wanted kind, ``untimely`` that none speaks of the time
    asked about. ``present`` and ``missing`` are the concepts that the passages
    found hold and do not hold.
    """

    signals: dict[str, float]
    present: tuple[Concept, ...]
    missing: tuple[Concept, ...]


def gather(
    question: Question,
    hits: Sequence[Hit],
    candidates: Sequence[Candidate],
    concepts: Sequence[Concept],
) -> Evidence | None:
    """The evidence for a question, or None where there is no sentence to quote.

    Args:
        question: the question.
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
    held = [any(parts[at] for parts in found) for at in range(len(concepts))]
    best, leading = candidates[0], candidates[:BEST_SENTENCES]
    nearest = max(hits, key=lambda hit: hit.similarity).passage
    wordiest = max(hits, key=lambda hit: hit.lexical).passage
    extra = WANTED_BONUS * best.wanted + TIME_BONUS * best.timely * bool(question.times)
    missing = tuple(concept for concept, there in zip(concepts, held, strict=True) if not there)
    lacking = 1 - share(concepts, [float(there) for there in held])
    signals = {
        "sentence": max(candidate.similarity for candidate in candidates),
        "passage": max(hit.similarity for hit in hits),
        "coverage": max(share(concepts, parts) for parts in found[:BEST_PASSAGES]),
        "rank": max(candidate.score for candidate in candidates) - extra,
        "agreement": float(nearest.id == wordiest.id),
        "absent": share(missing, [float(concept.absent) for concept in missing]) * lacking,
        "unknown": float(sum(concept.unknown for concept in missing)),
        "sides": float(question.sides),
        "unwanted": 1 - max(candidate.wanted for candidate in leading),
        "untimely": float(not any(candidate.timely for candidate in leading)),
    }
    present = tuple(concept for concept, there in zip(concepts, held, strict=True) if there)
    return Evidence(signals, present, missing)
