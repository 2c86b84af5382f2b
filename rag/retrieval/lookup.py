"""A question looked up: what it asks, the passages found, and their sentences, ranked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag.documents.aliases import AliasGroups
from rag.index.store import Index
from rag.retrieval import hybrid
from rag.retrieval.evidence import Evidence, gather
from rag.retrieval.query import Concept, find_concepts
from rag.retrieval.question import Question, read_question
from rag.retrieval.sentences import Candidate, rank_sentences
from rag.types import Hit


class Found(NamedTuple):
    """One part of a question with what was found for it, best first."""

    question: Question
    concepts: list[Concept]
    hits: list[Hit]
    candidates: list[Candidate]
    evidence: Evidence | None


def look_up(
    index: Index,
    aliases: AliasGroups,
    text: str,
    *,
    limit: int,
    article_ids: Sequence[str] | None = None,
) -> list[Found]:
    """Look up each part of a question.

    Args:
        index: what is searched.
        aliases: groups of names that mean the same.
        text: the question.
        limit: the most passages for each part.
        article_ids: only passages of these; None for all.
    """
    index.refresh()
    parts = read_question(text, outlets=index.catalog.outlets(), years=index.catalog.years())
    found = []
    for part, vector in zip(parts, index.embedder.encode([p.text for p in parts]), strict=True):
        lexical = index.lexical
        concepts = find_concepts(part.text, aliases, lexical.document_frequency, lexical.count())
        hits = hybrid.search(index, vector, concepts, limit=limit, article_ids=article_ids)
        candidates = rank_sentences(index.catalog, hits, part, vector, concepts)
        found.append(Found(part, concepts, hits, candidates, gather(part, hits, candidates, concepts)))
    return found


def merge_hits(parts: Sequence[Found], limit: int) -> tuple[Hit, ...]:
    """The passages found for all parts, each once, best first, at most ``limit``."""
    best: dict[str, Hit] = {}
    for hit in sorted((hit for part in parts for hit in part.hits), key=lambda hit: -hit.score):
        best.setdefault(hit.passage.id, hit)
    return tuple(best.values())[:limit]
