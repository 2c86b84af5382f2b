"""Find the dated events of the articles: what happened when, and which articles say so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from rag.checking.citations import cite
from rag.documents.datelines import date_of, names_event, records_meeting
from rag.index.catalog import Catalog, SentenceRow
from rag.models.runtime import Vectors
from rag.retrieval.concepts import Concept, covered, weighted_coverage
from rag.retrieval.quoting import CREDIT, stretch
from rag.retrieval.rank import NEAR_SPELLING
from rag.text.dates import WEEKDAYS, date_range, known_range
from rag.text.layout.source import ends_sentence
from rag.text.time_expressions import LENGTHS, PRECISIONS, When, find_times
from rag.text.written_dates import written_dates
from rag.types import Article, DatedEvent

# Cosine from which two sentences that give one date speak of one event. Of a year there are many
# events, and those of one subject are alike; on one day there are few.
_SAME_EVENT = {"day": 0.55, "month": 0.65, "year": 0.75}
# Where one gives the day and another only its month or year, what they say must be nearly the same.
_SAME_EVENT_THEN = 0.85
# What of a topic a sentence must hold, by weight, or how near to it in meaning it must be.
_ON_TOPIC, _NEAR_TOPIC = 0.5, 0.45
_LOOKS_BACK = 1  # sentences on from a date that "at the time" may still mean
# What a mention is compared with, of one date: the groups begun last, and the first of each.
_GROUPS_COMPARED, _MEMBERS_COMPARED = 50, 20
_FEW_TERMS = 6  # a sentence with no more is read behind the one before
_FIRST_ROWS = 8  # of the minutes of a meeting, among which its day stands
_LONGEST_OPENING = 300  # characters from their title to that day, both included
_PARTING = (",", "|", "·", "•", "–", "—", "-", ":", "(", "\n")  # before a date by itself


class Topic(NamedTuple):
    """What events must be about: its concepts, and its vector of shape (dimension,), float32."""

    concepts: Sequence[Concept]
    vector: Vectors


class Mention(NamedTuple):
    """A time that a sentence of an article gives, and the span to quote for it."""

    article: Article
    row: SentenceRow
    when: When
    start: int
    end: int


class _EventGroup(NamedTuple):
    """Mentions of one event, and their vectors, of shape (dimension,), each once."""

    mentions: list[Mention]
    vectors: list[Vectors]

    @property
    def date(self) -> str:
        """Return the date of the mention that began the group."""
        return self.mentions[0].when.date

    def is_like(self, mention: Mention) -> bool:
        """Return whether a mention is like each of the first mentions of the group."""
        enough = _SAME_EVENT[mention.when.precision]
        near = (float(mention.row.vector @ other) for other in self.vectors[:_MEMBERS_COMPARED])
        return all(cosine >= enough for cosine in near)


def timeline(
    catalog: Catalog,
    articles: Iterable[Article],
    *,
    topic: Topic | None = None,
    within: tuple[str | None, str | None] = (None, None),
) -> list[DatedEvent]:
    """Return the dated events of articles, oldest first, each once with all its sources.

    Args:
        catalog: where their sentences are.
        articles: the articles.
        topic: what events must be about; None for anything.
        within: ISO 8601 dates from and to which, both included; None for no bound.
    """
    mentions = [
        mention
        for article in articles
        for mention in _mentions(catalog, article)
        if (topic is None or _is_on(topic, mention.row)) and _is_within(mention.when, within)
    ]
    mentions.sort(
        key=lambda m: (*known_range(m.when.date), m.article.published or "~", m.article.id)
    )
    events: list[DatedEvent] = []
    number = 0
    dated = groupby(mentions, key=lambda mention: mention.when.date)
    groups = [group for _, same_date in dated for group in _same_events(list(same_date))]
    for group in _under_their_days(groups):
        events.append(_event(group.mentions, number))
        number += len(events[-1].citations)
    return events


def _mentions(catalog: Catalog, article: Article) -> Iterator[Mention]:
    rows = catalog.sentences(article.id, 0, len(article.text))
    yield from _headings(article, rows)
    before: When | None = None
    age = 0
    for at, row in enumerate(rows):
        text = article.text[row.sentence.start : row.sentence.end]
        age += 1
        if row.sentence.kind not in ("text", "item") or CREDIT.match(text):
            continue
        found = find_times(text, article.published, before=before if age <= _LOOKS_BACK else None)
        if row.sentence.kind == "text":
            found = [when for when in found if not _is_dateline(text, when, article)]
        if not found:
            continue
        before, age = found[0], 0
        start, end = stretch(
            article,
            row.sentence,
            rows[at - 1].sentence if at else None,
            rows[at + 1].sentence if at + 1 < len(rows) else None,
            leans=len(row.terms) <= _FEW_TERMS,
        )
        by_date: dict[str, When] = {}
        for when in found:
            by_date.setdefault(when.date, when)
        for when in by_date.values():
            yield Mention(article, row, when, start, end)


def _is_dateline(text: str, when: When, article: Article) -> bool:
    """Return whether a date stands in a byline, a date line or below a closing, and in no sentence.

    Args:
        text: a sentence, or a line that is none.
        when: a time in it.
        article: where it is.
    """
    if ends_sentence(text):  # as "Press release, 5 March 2024." does
        behind = text[when.end :].strip(" .")
        if behind or date_of([text], article.language) is None:
            return False
    before = text[: when.start].rstrip(" ")
    words = before.split()
    if words and words[-1].strip(",.").lower() in WEEKDAYS:
        before = before[: before.rindex(words[-1])].rstrip(" ")
    return not before or before.endswith(_PARTING) or when.date == article.published


def _headings(article: Article, rows: Sequence[SentenceRow]) -> Iterator[Mention]:
    """Yield the events that headings name with their day; that of minutes is the meeting.

    The day of any other document, as in the heading of a letter, is that of no event.
    """
    first = [row.sentence for row in rows[:_FIRST_ROWS]]
    named = (article.text[each.start : each.end] for each in first if each.kind == "heading")
    held = article.published if any(map(records_meeting, (article.title, *named))) else None
    for row in rows:
        start, end, kind, _ = row.sentence
        if kind != "heading" and (held is None or row.sentence not in first):
            continue
        when = _day_in(article, row)
        if when is None or (
            when.date != held and (kind != "heading" or when.date == article.published)
        ):
            continue
        if when.date == held:
            held = None  # it is told once, behind what the minutes are of
            opens = rows[0].sentence.start
            start = opens if end - opens <= _LONGEST_OPENING and not article.marks else start
        yield Mention(article, row, when, start, end)


def _day_in(article: Article, row: SentenceRow) -> When | None:
    """Return the one day that a heading names with an event, or a line of the first ones."""
    text = article.text[row.sentence.start : row.sentence.end]
    found = list(written_dates(text, article.language))
    day = found[0].day if len(found) == 1 else None
    if day is None or day.count("-") < PRECISIONS.index("day"):
        return None
    if day != article.published and not names_event(text, article.language):
        return None
    start, end = found[0].start, found[0].end
    return When(start, end, day, "day", f"“{text[start:end]}”")


def _is_on(topic: Topic, row: SentenceRow) -> bool:
    coverages = covered(topic.concepts, row.terms, near=NEAR_SPELLING)
    held = weighted_coverage(topic.concepts, coverages)
    near = float(row.vector @ topic.vector) >= _NEAR_TOPIC
    return near or (bool(topic.concepts) and held >= _ON_TOPIC)


def _is_within(when: When, bounds: tuple[str | None, str | None]) -> bool:
    since, until = map(date_range, bounds)
    first, last = known_range(when.date)
    return (since is None or last >= since[0]) and (until is None or first <= until[1])


def _under_their_days(groups: list[_EventGroup]) -> list[_EventGroup]:
    """Put what is known to the month or year under the one event then that is told alike."""
    for precision in PRECISIONS[-2::-1]:
        length = LENGTHS[precision]
        finer: defaultdict[str, list[_EventGroup]] = defaultdict(list)
        for group in groups:
            if len(group.date) > length:
                finer[group.date[:length]].append(group)
        vectors = {then: np.stack([one.vectors[0] for one in some]) for then, some in finer.items()}
        kept = []
        for group in groups:
            alike: list[_EventGroup] = []
            if group.date in finer:
                near = vectors[group.date] @ group.vectors[0] >= _SAME_EVENT_THEN
                alike = [
                    one for one, is_near in zip(finer[group.date], near, strict=True) if is_near
                ]
            if len(alike) == 1:
                alike[0].mentions.extend(group.mentions)
            else:
                kept.append(group)
        groups = kept
    return groups


def _same_events(mentions: list[Mention]) -> list[_EventGroup]:
    """Group the mentions of one date so that each is like the first of its group.

    Only so many are compared that time is linear in the mentions.
    """
    groups: list[_EventGroup] = []
    of_words: dict[bytes, _EventGroup] = {}
    for mention in mentions:
        words = mention.row.vector.tobytes()
        group = of_words.get(words)  # the same words again need no comparing
        if group is None:
            near = (each for each in groups[-_GROUPS_COMPARED:] if each.is_like(mention))
            group = of_words[words] = next(near, None) or _EventGroup([], [])
            if not group.mentions:
                groups.append(group)
            group.vectors.append(mention.row.vector)
        group.mentions.append(mention)
    return groups


def _event(group: list[Mention], number: int) -> DatedEvent:
    """Make one event of its mentions; the one that is surest of the date speaks for all."""
    first = min(group, key=lambda mention: (-len(mention.when.date), mention.when.about))
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
