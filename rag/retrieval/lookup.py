"""Look a question up: read it, fetch passages, select the best, rank their sentences.

:class:`Snapshot` is where a question comes in. The steps are those of :mod:`.question`,
:mod:`.concepts`, :mod:`.search` (passages) and :mod:`.rank` (sentences).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from rag.errors import ArticleNotFound
from rag.index.chunking import passage_terms
from rag.index.store import Index
from rag.models.entailment import Entailment
from rag.models.likeness import is_known_word
from rag.models.reader import Reader
from rag.models.runtime import Vectors
from rag.retrieval.concepts import Concept, covered, find_concepts, weighted_coverage
from rag.retrieval.question import Question, read_question
from rag.retrieval.rank import (
    NEAR_SPELLING,
    READING_WEIGHT,
    TIME_BONUS,
    WANTED_BONUS,
    Candidate,
    rank_sentences,
    score_sentences,
)
from rag.retrieval.reading import READ_PASSAGES, PassageReading, read_passages
from rag.retrieval.search import FETCHED_PASSAGES, RankedPassage, rank_passages, select_hits
from rag.retrieval.sections import (
    HeadedTopic,
    TopicReading,
    find_numbered,
    find_topic,
    read_topic,
    section_asked,
)
from rag.retrieval.spoken.statements import Speaker, speaker_sought
from rag.retrieval.tables.asked import RowReading, read_row
from rag.retrieval.tables.listed import WholeList, keep_named_rows, prefer_tables
from rag.text.terms import AliasGroups, analyze, is_near
from rag.types import Article, Hit, Scope

_LEADING = 5  # candidates among which a row of a table is looked for
_ATTEMPTS = 5  # to look something up between two commits of a sync in the background


@dataclass(frozen=True)
class Snapshot:
    """The articles as one answer sees them, while a sync may go on in the background.

    An article that was found stays available until the answer is given, though it may be removed
    from the index meanwhile.
    """

    index: Index
    aliases: AliasGroups
    reader: Reader | None = None
    entailment: Entailment | None = None
    _articles: dict[str, Article] = field(default_factory=dict)

    def look_up(self, text: str, limit: int, scope: Scope | None = None) -> list[Selection]:
        """Return the parts of a question, each with the best passages for it.

        If a sync changes the index meanwhile, all parts are looked up again, so that they are of
        one state of it. If it changes at each of five attempts, the result of the last one is
        returned, whose parts may be of different states.

        Args:
            text: the question, in words.
            limit: the most passages for each part.
            scope: only passages of articles within it; None for all.
        """
        for _ in range(_ATTEMPTS):
            generation = self.index.catalog.generation()
            self.index.refresh()
            catalog = self.index.catalog
            parts = read_question(text, outlets=catalog.outlets(), years=catalog.years())
            selections = [self.look_up_part(part, limit, scope) for part in parts]
            if catalog.generation() == generation:
                break
        return self._keep(selections)

    def look_up_part(
        self, part: Question, limit: int, scope: Scope | None = None, *, read: bool = True
    ) -> Selection:
        """Return one part of a question, already read, with the best passages for it.

        Passages are fetched once, and once more where the articles spell a name otherwise. The
        arguments are those of :meth:`look_up`; ``read`` says whether the reader reads them: it
        has learned to answer questions in English.
        """
        retrieved = retrieve(self.index, self.aliases, part, limit, scope)
        selection = retrieved.select(limit)
        spelled = _as_spelled_in(selection)
        if spelled != part:
            retrieved = retrieve(self.index, self.aliases, spelled, limit, scope)
            selection = retrieved.select(limit)
        if self.reader is None or not read or not spelled.english:
            return selection
        return retrieved.read(self.reader, selection)

    def select_more(self, parts: Sequence[Selection], limit: int) -> list[Selection]:
        """Return parts that were looked up with more of the passages that were fetched for them.

        Where the articles have changed since, the parts are returned as they are: an article
        might be found in two states.

        Args:
            parts: the parts of a question.
            limit: the most passages for each part. Only those fetched by the look-up can be
                selected: by meaning and by words FETCHED_PASSAGES each, or as many as its
                ``limit`` if that is more.
        """
        selections = [part.retrieved.select(limit) for part in parts]
        generation = self.index.catalog.generation()
        if any(part.retrieved.generation != generation for part in parts):
            return list(parts)
        return self._keep(selections)

    def _keep(self, selections: list[Selection]) -> list[Selection]:
        """Keep the articles of all passages read so far, those of copies included."""
        for selection in selections:
            self.keep(hit.article for hit in selection.retrieved.hits.values())
        return selections

    def keep(self, articles: Iterable[Article]) -> None:
        """Keep articles at hand, though a sync may remove them from the index."""
        self._articles.update((article.id, article) for article in articles)

    def find_article(self, article_id: str) -> Article | None:
        """Return the article that was found or is in the index by its whole id, or None."""
        article = self._articles.get(article_id) or self.index.catalog.article(article_id)
        if article is not None:
            self._articles[article_id] = article
        return article

    def article(self, article_id: str) -> Article:
        """Return an article by its whole id.

        Raises:
            ArticleNotFound: it is not, or no longer, in the corpus.
        """
        article = self.find_article(article_id)
        if article is None:
            raise ArticleNotFound(f"Document {article_id} is not, or no longer, in the corpus.")
        return article


def retrieve(
    index: Index, aliases: AliasGroups, part: Question, most: int, scope: Scope | None = None
) -> Retrieval:
    """Fetch the passages for a part of a question, by meaning and by words, and rank them.

    Args:
        index: what is searched.
        aliases: groups of names that mean the same.
        part: what is asked.
        most: the most passages that will be selected.
        scope: only passages of articles within it; None for all.
    """
    lexical, generation = index.lexical, index.catalog.generation()
    shape = frozenset(term.term for term in analyze(part.kind.shape)) if part.kind else frozenset()
    concepts = find_concepts(part.text, aliases, lexical.document_frequency, lexical.count(), shape)
    wanted = [concept.alternatives for concept in concepts]
    words = dict(lexical.query(wanted, max(most, FETCHED_PASSAGES), scope))
    vector = index.embedder.vector(part.text)
    ranked = rank_passages(index, vector, words, most=most, scope=scope)
    return Retrieval(index, generation, part, concepts, vector, ranked)


@dataclass(frozen=True)
class Retrieval:
    """A part of a question, as it is spelled in the articles, with the passages fetched for it.

    The texts of passages and their sentences are read when they are first selected, and only
    once. ``generation`` is that of the catalog before the look-up; ``ranked`` are the passages
    fetched, best first; ``vector`` is the embedded question, shape (dimension,), float32,
    length 1.
    """

    index: Index
    generation: int
    question: Question
    concepts: list[Concept]
    vector: Vectors
    ranked: list[RankedPassage]
    hits: dict[str, Hit] = field(default_factory=dict)
    _sentences: dict[str, list[Candidate]] = field(default_factory=dict)
    _readings: dict[str, PassageReading] = field(default_factory=dict)
    _topics: list[TopicReading] = field(default_factory=list)  # one at most

    @cached_property
    def speaker(self) -> Speaker | None:
        """Whose words are asked for: those of others are left out, theirs on it come first."""
        return speaker_sought(self.question.text, self.concepts)

    def read(self, reader: Reader, selection: Selection, each: int | None = None) -> Selection:
        """Return a selection of these passages with the best of them read.

        Args:
            reader: the model that reads.
            selection: of the passages.
            each: how many of each article; None for the best of all, from whichever articles.
        """
        best = selection.hits[:READ_PASSAGES] if each is None else _of_each(selection.hits, each)
        unread = [hit for hit in best if hit.passage.id not in self._readings]
        readings = read_passages(reader, self.question.text, unread, self.index.catalog)
        self._readings.update(zip((hit.passage.id for hit in unread), readings, strict=True))
        topic = self._find_topic(best) if each is None and not self._topics else None
        if topic is not None:
            read = read_topic(reader, self.question, topic, self.index.catalog)
            self._topics.extend([read] if read else [])
        return self.select(len(selection.hits))

    def _find_topic(self, hits: Sequence[Hit]) -> HeadedTopic | None:
        numbered = find_numbered(self.question.text, self.concepts, hits)
        return numbered or find_topic(self.concepts, hits)

    def select(self, limit: int) -> Selection:
        """Return the part with its best passages, at most ``limit``, and their sentences."""
        hits = select_hits(self._read_hits(), limit)
        scored = [candidate for hit in hits for candidate in self._score(hit)]
        if self._readings:
            scored = [self._with_reading(candidate) for candidate in scored]
        for topic in self._topics:
            scored = list(topic.keep_own(scored))
        if not self.question.several:
            scored = keep_named_rows(self.question, scored)
        scored = prefer_tables(self.question, scored)
        if self.speaker:
            scored = list(filter(self.speaker.may_be_theirs, scored))
        scored = [replace(c, score=c.score + READING_WEIGHT * c.answers) for c in scored]
        ranked = rank_sentences(self.question, scored)
        if self.speaker:
            ranked.sort(key=self.speaker.speaks_of_topic, reverse=True)
        return Selection(self.question, self.concepts, hits, ranked, self)

    def _read_hits(self) -> Iterator[Hit]:
        """Yield the fetched passages, best first, except those whose article is not served."""
        for id_, score, similarity, lexical in self.ranked:
            if id_ not in self.hits:
                passage = self.index.passages.get(id_)
                article = self.index.catalog.article(passage.article_id) if passage else None
                if passage is None or article is None:
                    continue
                self.hits[id_] = Hit(passage, article, score, similarity, lexical)
            yield self.hits[id_]

    def _with_reading(self, candidate: Candidate) -> Candidate:
        place = (candidate.article.id, candidate.sentence.start)
        found = [r.units[place] for r in self._readings.values() if place in r.units]
        if not found:
            read = replace(candidate, answers=0.0)
        else:
            best = max(found, key=lambda reading: reading.answers)
            read = replace(candidate, answers=best.answers, span=best.span)
        for topic in self._topics:
            read = topic.reread(read)
        return read

    def heading_needed(self, candidate: Candidate) -> str | None:
        """Return the heading that tells what a candidate is about, where that is asked by it."""
        found = (read.topic.heading_needed(candidate) for read in self._topics)
        return next(filter(None, found), None)

    @property
    def is_numbered(self) -> bool:
        """Whether the question names a section by its number, and there is one."""
        return any(not read.topic.concepts for read in self._topics)

    @property
    def was_read(self) -> bool:
        """Whether a reader has read the passages."""
        return bool(self._readings)

    @property
    def answers(self) -> float:
        """How likely the best of the passages and sections read answers the question, 0..1."""
        passages = [reading.answers for reading in self._readings.values()]
        return max([*passages, *(topic.answers for topic in self._topics)], default=0.0)

    def _score(self, hit: Hit) -> list[Candidate]:
        id_ = hit.passage.id
        if id_ not in self._sentences:
            scored = score_sentences(
                self.index.catalog, hit, self.question, self.vector, self.concepts
            )
            self._sentences[id_] = list(scored)
        return self._sentences[id_]


def _of_each(hits: Sequence[Hit], most: int) -> list[Hit]:
    """Return the first passages of each article, in their order."""
    counts: Counter[str] = Counter()
    kept = []
    for hit in hits:
        counts[hit.article.id] += 1
        if counts[hit.article.id] <= most:
            kept.append(hit)
    return kept


@dataclass(frozen=True)
class Selection:
    """One part of a question with what was selected for it, best first."""

    question: Question
    concepts: list[Concept]
    hits: list[Hit]
    candidates: list[Candidate]
    retrieved: Retrieval

    @cached_property
    def evidence(self) -> Evidence | None:
        """What a decision is made from; None where there is no sentence to quote."""
        return _weigh(self) if self.candidates else None

    @cached_property
    def row(self) -> RowReading | None:
        """A leading candidate that is exactly the row asked for, or the best if it is a row."""
        readings = [
            read_row(self.question, self.concepts, each) for each in self.candidates[:_LEADING]
        ]
        exact = (reading for reading in readings if reading and reading.is_exact)
        return next(exact, readings[0] if readings else None)

    @cached_property
    def section(self) -> tuple[Candidate, WholeList] | None:
        """The section that is asked for by its heading, with a sentence of it; mostly None."""
        return section_asked(self.question, self.concepts, self.candidates)


def _as_spelled_in(selection: Selection) -> Question:
    """Return the question with its names spelled as the passages found spell them.

    The embedder does not know that "Sulaimani" is "Soleimani"; a name that no passage spells as
    the question does is to be looked for in the spelling that passages have. In a question that
    is typed without capitals, any word that is not known to be one may be a name.
    """
    part = selection.question
    typed_small = part.text[1:].islower()
    strange = [
        c
        for c in selection.concepts
        if c.absent
        and c.alternatives[0].distance
        and (c.word[0].isupper() or (typed_small and not is_known_word(c.word)))
    ]
    if not strange:
        return part
    surfaces = {
        term.term: hit.text[term.start : term.end]
        for hit in selection.hits
        for term in analyze(hit.text)
        if term.name
    }
    spelled = part.text
    for concept in strange:
        (wanted,), distance = concept.alternatives[0]
        near = [term for term in surfaces if is_near(wanted, term, distance)]
        if near:
            spelled = spelled.replace(concept.word, surfaces[near[0]])
    return part._replace(text=spelled)


def merge_hits(parts: Sequence[Selection], limit: int) -> tuple[Hit, ...]:
    """Return the passages found for all parts, each once, best first, at most ``limit``."""
    best: dict[str, Hit] = {}
    for hit in sorted((hit for part in parts for hit in part.hits), key=lambda hit: -hit.score):
        best.setdefault(hit.passage.id, hit)
    return tuple(best.values())[:limit]


class Evidence(NamedTuple):
    """The figures that the decision whether to answer is made from.

    ``signals`` are, by name: ``sentence`` and ``passage`` the best cosines; ``coverage`` the best
    share of the concepts, by weight, that one of the first passages holds; ``rank`` the best
    sentence's score without what it has for its kind and time; ``agreement`` whether meaning
    and words find the same passage first; ``absent`` the share of the concepts, by weight, that
    are missing and that no passage of the index holds as they are written; ``unknown`` the
    number of missing names that no passage of the index holds as written; ``sides`` whether
    more than one article should speak; ``unwanted`` how far the leading sentences lack the
    wanted kind; ``untimely`` whether none of them speaks of the time asked about.
    ``present`` and ``missing`` are the concepts that the selected passages hold and do not hold.
    """

    signals: dict[str, float]
    present: tuple[Concept, ...]
    missing: tuple[Concept, ...]


_BEST_PASSAGES = 3  # of the ranking, whose coverage of the question's concepts counts
_BEST_SENTENCES = 3  # of the ranking, one of which should hold the kind of answer that is wanted


def _weigh(part: Selection) -> Evidence:
    question, concepts, hits, candidates = part.question, part.concepts, part.hits, part.candidates
    coverages = [
        covered(concepts, passage_terms(hit.article, hit.passage).split(), near=NEAR_SPELLING)
        for hit in hits
    ]
    held = [float(any(each[at] for each in coverages)) for at in range(len(concepts))]
    present = tuple(concept for concept, is_held in zip(concepts, held, strict=True) if is_held)
    missing = tuple(concept for concept, is_held in zip(concepts, held, strict=True) if not is_held)
    best, leading = candidates[0], candidates[:_BEST_SENTENCES]
    nearest = max(hits, key=lambda hit: hit.similarity).passage
    wordiest = max(hits, key=lambda hit: hit.lexical).passage
    extra = WANTED_BONUS * best.wanted + TIME_BONUS * best.timely * bool(question.times)
    absent = weighted_coverage(missing, [float(concept.absent) for concept in missing])
    signals = {
        "sentence": max(candidate.similarity for candidate in candidates),
        "passage": max(hit.similarity for hit in hits),
        "coverage": max(weighted_coverage(concepts, each) for each in coverages[:_BEST_PASSAGES]),
        "rank": max(candidate.score for candidate in candidates) - extra,
        "agreement": float(nearest.id == wordiest.id),
        "absent": absent * (1 - weighted_coverage(concepts, held)),
        "unknown": float(sum(concept.unknown for concept in missing)),
        "sides": float(question.sides),
        "unwanted": 1 - max(candidate.wanted for candidate in leading),
        "untimely": float(not any(candidate.timely for candidate in leading)),
        "reading": part.retrieved.answers,
        "read sentence": max(candidate.answers for candidate in candidates),
    }
    return Evidence(signals, present, missing)
