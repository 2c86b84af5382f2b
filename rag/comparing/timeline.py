"""Dated events of a corpus: what happened when, as which articles say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from rag.checking.citations import cite
from rag.index.catalog import Catalog, SentenceRow
from rag.models.runtime import Vectors
from rag.retrieval.concepts import Concept, covered, share
from rag.retrieval.quoting import CREDIT, stretch
from rag.retrieval.rank import NEAR_SPELLING
from rag.text.dates import date_range, known_range
from rag.text.times import When, find_times
from rag.types import Article, DatedEvent

# Cosine from which two sentences that give one date speak of one event. Of a year there are many
# events, and those of one subject are alike; on one day there are few.
SAME_EVENT = {"day": 0.55, "month": 0.65, "year": 0.75}
# What of a topic a sentence must hold, by weight, or how near to it in meaning it must be.
ON_TOPIC, NEAR_TOPIC = 0.5, 0.45
THEN_REACHES = 1  # sentences on from a date that "at the time" looks back
# What a mention is compared with, of one date: the groups begun last, and the first of each.
GROUPS_COMPARED, MEMBERS_COMPARED = 50, 20
FEW_TERMS = 6  # a sentence with no more is read behind the one before


class Topic(NamedTuple):
    """What events must be about: its concepts, and its vector of shape (dimension,), float32."""

    concepts: Sequence[Concept]
    vector: Vectors


class Mention(NamedTuple):
    """A time that a sentence of an article gives."""

    article: Article
    row: SentenceRow
    when: When
    start: int
    end: int


class _Group(NamedTuple):
    """Mentions of one event, and their vectors, of shape (dimension,), each once."""

    mentions: list[Mention]
    vectors: list[Vectors]

    def is_like(self, mention: Mention) -> bool:
        """Whether a mention is like each of them."""
        enough = SAME_EVENT[mention.when.precision]
        near = (float(mention.row.vector @ other) for other in self.vectors[:MEMBERS_COMPARED])
        return all(cosine >= enough for cosine in near)


def timeline(
    catalog: Catalog,
    articles: Iterable[Article],
    *,
    topic: Topic | None = None,
    within: tuple[str | None, str | None] = (None, None),
) -> list[DatedEvent]:
    """The dated events of some articles, oldest first, each once with all its sources.

    Args:
        catalog: where their sentences are.
        articles: the articles.
        topic: what events must be about; None for anything.
        within: ISO dates from and to which, both included; None for no bound.
    """
    mentions = [
        mention
        for article in articles
        for mention in _mentions(catalog, article)
        if (topic is None or _is_on(topic, mention.row)) and _is_within(mention.when, within)
    ]
    mentions.sort(key=lambda m: (*_days(m.when.date), m.article.published or "~", m.article.id))
    events: list[DatedEvent] = []
    number = 0
    for _, same_date in groupby(mentions, key=lambda mention: mention.when.date):
        for group in _same_events(list(same_date)):
            events.append(_event(group, number))
            number += len(events[-1].citations)
    return events


def _mentions(catalog: Catalog, article: Article) -> Iterator[Mention]:
    rows = catalog.sentences(article.id, 0, len(article.text))
    before: When | None = None
    age = 0
    for at, row in enumerate(rows):
        start, end, kind = row.sentence
        text = article.text[start:end]
        age += 1
        if kind != "text" or CREDIT.match(text):
            continue
        found = find_times(text, article.published, before=before if age <= THEN_REACHES else None)
        if found:
            before, age = found[0], 0
        beside = [rows[at - 1].sentence if at else None]
        beside.append(rows[at + 1].sentence if at + 1 < len(rows) else None)
        short = len(row.terms) <= FEW_TERMS
        first, last = stretch(article, row.sentence, *beside, leans=short)
        seen: set[str] = set()
        for when in found:
            if when.date not in seen:
                seen.add(when.date)
                yield Mention(article, row, when, first, last)


def _is_on(topic: Topic, row: SentenceRow) -> bool:
    held = share(topic.concepts, covered(topic.concepts, row.terms, near=NEAR_SPELLING))
    near = float(row.vector @ topic.vector) >= NEAR_TOPIC
    return near or (bool(topic.concepts) and held >= ON_TOPIC)


def _is_within(when: When, bounds: tuple[str | None, str | None]) -> bool:
    since, until = bounds
    first, last = _days(when.date)
    after = date_range(since)
    before = date_range(until)
    return (after is None or last >= after[0].toordinal()) and (
        before is None or first <= before[1].toordinal()
    )


def _days(date: str) -> tuple[int, int]:
    days = known_range(date)
    return days[0].toordinal(), days[1].toordinal()


def _same_events(mentions: list[Mention]) -> list[list[Mention]]:
    """Mentions of one date, grouped where each is like every other of its group.

    Only so many are compared that time is linear in the mentions, however many there are.
    """
    groups: list[_Group] = []
    of_words: dict[bytes, _Group] = {}
    for mention in mentions:
        words = mention.row.vector.tobytes()
        group = of_words.get(words)  # the same words again need no comparing
        if group is None:
            near = (each for each in groups[-GROUPS_COMPARED:] if each.is_like(mention))
            group = of_words[words] = next(near, None) or _Group([], [])
            if not group.mentions:
                groups.append(group)
            group.vectors.append(mention.row.vector)
        group.mentions.append(mention)
    return [group.mentions for group in groups]


def _event(group: list[Mention], number: int) -> DatedEvent:
    """One event with its sources; the one that is surest of the date speaks for all."""
    first = min(group, key=lambda mention: mention.when.about)
    ordered = [first, *(mention for mention in group if mention is not first)]
    spans = dict.fromkeys((m.article.id, m.start, m.end) for m in ordered)
    sources = {mention.article.id: mention.article for mention in ordered}
    citations = tuple(
        cite(number + at, sources[id_], start, end)
        for at, (id_, start, end) in enumerate(spans, start=1)
    )
    when = first.when
    place = first.row.sentence.start
    return DatedEvent(
        date=when.date,
        precision=when.precision,
        about=when.about,
        expression=first.article.text[place + when.start : place + when.end],
        derived=when.derived,
        text=citations[0].cited_text,
        citations=citations,
    )
