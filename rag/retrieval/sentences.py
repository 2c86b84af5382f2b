"""The sentences of the passages found, ranked by how well each answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from rag.dates import date_range, times_in
from rag.documents.terms import analyze, term_string
from rag.index.catalog import Catalog, SentenceRow
from rag.index.embedder import Vectors
from rag.index.entries import context
from rag.retrieval.query import Concept, covered, share
from rag.retrieval.wanted import holds, wanted_kind
from rag.types import Article, Hit, Sentence

# Chosen on XQuAD (`python -m evals bench xquad`), where the best values lie on a broad plateau.
COSINE_WEIGHT = 0.5
COVERAGE_WEIGHT = 0.5
PASSAGE_WEIGHT = 0.6
WANTED_BONUS = 0.1  # for holding the kind of answer that the question wants
TIME_BONUS = 0.15  # for an article published in a month or year that the question names
LENGTH_BONUS = 0.1  # for saying something: full at LONG terms
LONG = 30
# What a concept counts that a sentence does not name itself but stands in view: in the sentence
# before ("this", "he"), fading from there on, or in the title, outlet or date of the article.
JUST_BEFORE = 0.7
FADING = 0.6
AROUND = 0.5
NEAR_SPELLING = 0.8  # what a close spelling counts of the very word


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence with its score and what the score is made of.

    ``similarity`` is the cosine to the question; ``found`` says how far it holds
    each of the question's concepts, and ``coverage`` how far all, by weight.
    """

    article: Article
    sentence: Sentence
    score: float
    similarity: float
    coverage: float
    found: tuple[float, ...]
    terms: frozenset[str]
    vector: Vectors = field(repr=False)

    @property
    def text(self) -> str:
        """The words of the sentence."""
        return self.article.text[self.sentence.start : self.sentence.end]


def rank_sentences(
    catalog: Catalog,
    hits: Sequence[Hit],
    question: str,
    vector: Vectors,
    concepts: Sequence[Concept],
) -> list[Candidate]:
    """The sentences of some passages, best first; headings and asides are left out.

    Args:
        catalog: where their terms and vectors are.
        hits: the passages; a sentence in two of them takes the better one's score.
        question: the question.
        vector: the embedded question, shape (dimension,), float32, length 1.
        concepts: what the question names.
    """
    kind = wanted_kind(question)
    times = times_in(question)
    asked = frozenset(term.term for term in analyze(question))
    best: dict[tuple[str, int], Candidate] = {}
    for hit in hits:
        passage = hit.passage
        timely = TIME_BONUS * _is_from(hit.article, times)
        around = covered(concepts, term_string(context(hit.article)).split(), near=NEAR_SPELLING)
        memory = [AROUND * part for part in around]
        for row in catalog.sentences(passage.article_id, passage.start, passage.end):
            found = covered(concepts, row.terms, near=NEAR_SPELLING)
            if row.sentence.kind == "text":
                candidate = _candidate(hit, row, vector, found, share(concepts, found))
                in_view = [max(pair) for pair in zip(found, memory, strict=True)]
                score = candidate.score + timely + COVERAGE_WEIGHT * share(concepts, in_view)
                if holds(kind, candidate.text, asked):
                    score += WANTED_BONUS
                key = (passage.article_id, row.sentence.start)
                if key not in best or best[key].score < score:
                    best[key] = replace(candidate, score=score)
            memory = [
                max(JUST_BEFORE * own, FADING * seen, AROUND * known)
                for own, seen, known in zip(found, memory, around, strict=True)
            ]
    return sorted(best.values(), key=lambda c: (-c.score, c.article.id, c.sentence.start))


def _is_from(article: Article, times: Sequence[tuple[date, date]]) -> bool:
    days = date_range(article.published)
    return days is not None and any(days[0] <= last and first <= days[1] for first, last in times)


def _candidate(
    hit: Hit, row: SentenceRow, vector: Vectors, found: tuple[float, ...], coverage: float
) -> Candidate:
    """A sentence scored by what it and its passage are alone."""
    similarity = float(row.vector @ vector)
    length = min(len(row.terms), LONG) / LONG
    return Candidate(
        article=hit.article,
        sentence=row.sentence,
        score=COSINE_WEIGHT * similarity + PASSAGE_WEIGHT * hit.score + LENGTH_BONUS * length,
        similarity=similarity,
        coverage=coverage,
        found=found,
        terms=frozenset(row.terms),
        vector=row.vector,
    )
