"""Rank the sentences of the passages found by how well each answers the question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from rag.index.catalog import Catalog
from rag.index.chunking import context
from rag.models.runtime import Vectors
from rag.retrieval.concepts import Concept, covered, weighted_coverage
from rag.retrieval.question import Question, begins_division, held_kind
from rag.text.blocks import QUOTABLE, in_context
from rag.text.dates import Times, date_range, overlap, times_in
from rag.text.sentences import Sentence
from rag.text.terms import analyze, term_string
from rag.types import Article, Hit

# Chosen on XQuAD (`python -m evals bench xquad`), where the best values lie on a broad plateau.
_COSINE_WEIGHT = 0.5
_COVERAGE_WEIGHT = 0.5
# Of a question in another language: to a model that has learned English, any two texts of a foreign
# script are alike. Chosen on questions in seven languages, of which half had no answer.
_FOREIGN_COSINE_WEIGHT = 0.1
_FOREIGN_COVERAGE_WEIGHT = 1.5
_PASSAGE_WEIGHT = 0.6
WANTED_BONUS = 0.1  # for holding the kind of answer that the question wants
TIME_BONUS = 0.35  # for speaking of a time that the question names
_FROM_THEN = 0.9  # of TIME_BONUS, where only the sentence before or the article is from that time
_DIVISION_BONUS = 10.0  # for being what is asked for by its number, which is exact
READING_WEIGHT = 3.0  # of the probability, by the reader, that a sentence answers it
# A sentence counts as speaking to the question as well as the best one if it has at least this
# share of the coverage of the best one.
SPEAKS_AS_WELL = 0.7
# What a concept counts, where it counts 1 in the sentence itself, that only the context names:
_JUST_BEFORE = 0.7  # the sentence before, to which "this" or "he" may refer;
_FADING = 0.6  # factor for each sentence further back;
_AROUND = 0.5  # title, outlet or date of the article
# Characters around a passage in which the sentences just before and after it are found.
_MARGIN = 1_500
_IN_VIEW = 2  # sentences before a passage that are context of its first one
NEAR_SPELLING = 0.8  # what a close spelling of a word counts, where the word itself counts 1


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence, row, list item or field with its score and what the score is made of.

    ``similarity`` is its cosine to the question, ``concept_coverage`` how far it holds each of
    the question's concepts, and ``coverage`` how far it holds all, by weight. ``wanted`` is how far
    it holds the wanted kind of answer and ``timely`` how far it speaks of the time asked about
    (1 where no time is asked about), both in 0..1. ``answers`` is the probability by the reader
    that it answers, 0 where it was not read, and ``span`` are the words that it would answer with,
    0-based, end-exclusive, in ``in_context``. ``before`` and ``after`` are the sentences
    beside it in its article. ``vector`` has shape (dimension,), float32, length 1.
    """

    article: Article
    sentence: Sentence
    score: float
    similarity: float
    coverage: float
    concept_coverage: tuple[float, ...]
    wanted: float
    timely: float
    terms: frozenset[str]
    answers: float = 0.0
    span: tuple[int, int] | None = None
    before: Sentence | None = None
    after: Sentence | None = None
    vector: Vectors = field(repr=False, kw_only=True)

    @property
    def text(self) -> str:
        """The words of the sentence."""
        return self.article.text[self.sentence.start : self.sentence.end]

    @property
    def in_context(self) -> str:
        """The words with their label: of a row each cell behind the words of the header."""
        return in_context(self.text, self.sentence.kind, self.sentence.label)


def rank_sentences(question: Question, scored: Iterable[Candidate]) -> list[Candidate]:
    """Rank the scored sentences of some passages, best first, each once with its best score.

    Where the question names an outlet, sentences of other outlets are left out; where it asks
    about a time, those that do not speak of that time; unless that would leave out all.
    """
    best: dict[tuple[str, int], Candidate] = {}
    for candidate in scored:
        key = (candidate.article.id, candidate.sentence.start)
        if key not in best or best[key].score < candidate.score:
            best[key] = candidate
    kept = list(best.values())
    kept = [c for c in kept if c.article.outlet in question.outlets] or kept
    kept = [c for c in kept if c.timely] or kept
    ranked = sorted(kept, key=lambda c: (-c.score, c.article.id, c.sentence.start))
    return _with_the_newest_first(ranked) if question.newest and ranked else ranked


def _with_the_newest_first(ranked: list[Candidate]) -> list[Candidate]:
    """Put first the newest sentence that speaks to the question as well as the best one."""
    best = ranked[0]
    enough = SPEAKS_AS_WELL * best.coverage
    speaking = [c for c in ranked if c.wanted >= best.wanted and c.coverage >= enough]
    first = max(speaking, key=lambda candidate: candidate.article.published or "")
    return [first, *(candidate for candidate in ranked if candidate is not first)]


def score_sentences(
    catalog: Catalog,
    hit: Hit,
    question: Question,
    vector: Vectors,
    concepts: Sequence[Concept],
) -> Iterator[Candidate]:
    """Score the sentences of one passage, each with those before it as its context.

    Headings and asides are left out.

    Args:
        catalog: where the terms and vectors of the sentences are.
        hit: the passage.
        question: what is asked.
        vector: the embedded question, shape (dimension,), float32, length 1.
        concepts: what the question names.
    """
    article, passage = hit.article, hit.passage
    asked = frozenset(term.term for term in analyze(question.text))
    around = covered(concepts, term_string(context(article)).split(), near=NEAR_SPELLING)
    memory = [_AROUND * part for part in around]
    time_in_view = _from_then(article, question.times)
    rows = catalog.sentences(article.id, passage.start - _MARGIN, passage.end + _MARGIN)
    inside = [
        at for at, row in enumerate(rows) if passage.start <= row.sentence.start < passage.end
    ]
    for at in range(max(0, inside[0] - _IN_VIEW), inside[-1] + 1) if inside else ():
        row = rows[at]
        start, end, kind, label = row.sentence
        text = in_context(article.text[start:end], kind, label)
        covers = covered(concepts, row.terms, near=NEAR_SPELLING)
        names_time = _speaks_of(article, text, question.times)
        if kind in QUOTABLE and at >= inside[0]:
            in_view = [max(pair) for pair in zip(covers, memory, strict=True)]
            candidate = Candidate(
                article=article,
                sentence=row.sentence,
                score=0.0,
                similarity=float(row.vector @ vector),
                coverage=weighted_coverage(concepts, covers),
                concept_coverage=covers,
                wanted=held_kind(question.kind, text, asked, question.unit),
                timely=1.0 if names_time or not question.times else time_in_view,
                terms=frozenset(row.terms),
                before=rows[at - 1].sentence if at else None,
                after=rows[at + 1].sentence if at + 1 < len(rows) else None,
                vector=row.vector,
            )
            score = _score(candidate, hit, weighted_coverage(concepts, in_view), question)
            yield replace(candidate, score=score)
        memory = [
            max(_JUST_BEFORE * own, _FADING * seen, _AROUND * known)
            for own, seen, known in zip(covers, memory, around, strict=True)
        ]
        time_in_view = _FROM_THEN if names_time else time_in_view


def _score(candidate: Candidate, hit: Hit, in_view: float, question: Question) -> float:
    cosine, coverage = _COSINE_WEIGHT, _COVERAGE_WEIGHT
    if not question.english:
        cosine, coverage = _FOREIGN_COSINE_WEIGHT, _FOREIGN_COVERAGE_WEIGHT
    return (
        cosine * candidate.similarity
        + coverage * in_view
        + _PASSAGE_WEIGHT * hit.score
        + WANTED_BONUS * candidate.wanted
        + TIME_BONUS * candidate.timely * bool(question.times)
        + _DIVISION_BONUS * is_division(candidate, question)
    )


def is_division(candidate: Candidate, question: Question) -> bool:
    """Return whether a sentence is the part of a text that a question names by its number."""
    if question.division is None:
        return False
    return any(
        begins_division(words, question.division)
        for words in (candidate.text, candidate.sentence.label)
    )


def _from_then(article: Article, times: Times) -> float:
    published = date_range(article.published)
    return _FROM_THEN if published and overlap([published], times) else 0.0


def _speaks_of(article: Article, text: str, times: Times) -> bool:
    """Return whether a sentence of an article names one of some times."""
    published = date_range(article.published)
    years = [published[0].year] if published else ()
    return bool(times) and overlap(times_in(text, years), times)
