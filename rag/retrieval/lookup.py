"""A question looked up: what it asks, the passages found, and their sentences, ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rag.documents.aliases import AliasGroups
from rag.errors import ArticleNotFound
from rag.index.entries import passage_terms
from rag.index.store import Index
from rag.models.runtime import Vectors
from rag.retrieval import search
from rag.retrieval.concepts import Concept, covered, find_concepts, share
from rag.retrieval.question import Question, read_question
from rag.retrieval.rank import NEAR_SPELLING, TIME_BONUS, WANTED_BONUS, Candidate, rank_sentences
from rag.text.terms import analyze, is_near
from rag.types import Article, Hit, Scope

ATTEMPTS = 5  # to look something up between two commits of a sync in the background
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
    hits = search.search(index, vector, concepts, limit=limit, scope=scope)
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


@dataclass(frozen=True)
class Snapshot:
    """The articles as one answer sees them, while a sync may go on in the background.

    A question is looked up in one state of the index, and an article that was found stays at
    hand until the answer is given, though it may be removed from the index meanwhile.
    """

    index: Index
    aliases: AliasGroups
    _found: dict[str, Article] = field(default_factory=dict)

    def look_up(self, question: str, limit: int, scope: Scope | None = None) -> list[Found]:
        """Return the parts of a question, each with the best passages for it, all of one state.

        Args:
            question: in words.
            limit: the most passages for each part.
            scope: only passages of articles within it; None for all.
        """
        for _ in range(ATTEMPTS):
            generation = self.generation()
            parts = look_up(self.index, self.aliases, question, limit=limit, scope=scope)
            if self.generation() == generation:
                break
        for hit in (hit for part in parts for hit in part.hits):
            self._found[hit.article.id] = hit.article
            for copy in hit.copies:
                self.find_article(copy.article_id)
        return parts

    def generation(self) -> int:
        """Return a number that grows with every change to the articles."""
        return self.index.catalog.generation()

    def find_article(self, article_id: str) -> Article | None:
        """Return the article that was found or is in the index by its whole id, or None."""
        found = self._found.get(article_id) or self.index.catalog.article(article_id)
        if found is not None:
            self._found[article_id] = found
        return found

    def article(self, article_id: str) -> Article:
        """Return an article by its whole id.

        Raises:
            ArticleNotFound: it is not, or no longer, in the corpus.
        """
        found = self.find_article(article_id)
        if found is None:
            raise ArticleNotFound(f"Article {article_id} is not, or no longer, in the corpus.")
        return found
