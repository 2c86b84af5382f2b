"""A question looked up: what it asks, the passages found, and their sentences, ranked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag.documents.aliases import AliasGroups
from rag.documents.spelling import is_near
from rag.documents.terms import analyze
from rag.embedding.types import Vectors
from rag.index.scope import Scope
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
    scope: Scope | None = None,
) -> list[Found]:
    """Look up each part of a question.

    Args:
        index: what is searched.
        aliases: groups of names that mean the same.
        text: the question.
        limit: the most passages for each part.
        scope: only passages of articles within it; None for all.
    """
    index.refresh()
    parts = read_question(text, outlets=index.catalog.outlets(), years=index.catalog.years())
    return [look_up_part(index, aliases, part, limit=limit, scope=scope) for part in parts]


def look_up_part(
    index: Index,
    aliases: AliasGroups,
    part: Question,
    *,
    limit: int,
    scope: Scope | None = None,
) -> Found:
    """Look up what is already understood; arguments as of :func:`look_up`."""
    vector = index.embedder.vector(part.text)
    found = _look_up(index, aliases, part, vector, limit, scope)
    spelled = _as_spelled(part, found)
    if spelled == part:
        return found
    vector = index.embedder.vector(spelled.text)
    return _look_up(index, aliases, spelled, vector, limit, scope)


def _look_up(
    index: Index,
    aliases: AliasGroups,
    part: Question,
    vector: Vectors,
    limit: int,
    scope: Scope | None,
) -> Found:
    lexical = index.lexical
    shape = {term.term for term in analyze(part.kind.shape)} if part.kind else set()
    concepts = find_concepts(
        part.text, aliases, lexical.document_frequency, lexical.count(), frozenset(shape)
    )
    hits = hybrid.search(index, vector, concepts, limit=limit, scope=scope)
    candidates = rank_sentences(index.catalog, hits, part, vector, concepts)
    return Found(part, concepts, hits, candidates, gather(part, hits, candidates, concepts))


def _as_spelled(part: Question, found: Found) -> Question:
    """The question with its names spelled as the passages found spell them.

    The embedder does not know that "Sulaimani" is "Soleimani"; a name that is in
    no passage as it is written is looked for again in the spelling that is.
    """
    spelled = part.text
    typed_small = part.text[1:].islower()
    strange = [
        c
        for c in found.concepts
        if c.absent and c.alternatives[0].distance and (typed_small or c.word[0].isupper())
    ]
    if not strange:
        return part
    surfaces = {
        term.term: hit.text[term.start : term.end]
        for hit in found.hits
        for term in analyze(hit.text)
        if term.name
    }
    for concept in strange:
        (wanted,), distance = concept.alternatives[0]
        near = [term for term in surfaces if is_near(wanted, term, distance)]
        if near:
            spelled = spelled.replace(concept.word, surfaces[near[0]])
    return part._replace(text=spelled)


def merge_hits(parts: Sequence[Found], limit: int) -> tuple[Hit, ...]:
    """The passages found for all parts, each once, best first, at most ``limit``."""
    best: dict[str, Hit] = {}
    for hit in sorted((hit for part in parts for hit in part.hits), key=lambda hit: -hit.score):
        best.setdefault(hit.passage.id, hit)
    return tuple(best.values())[:limit]
