"""Set side by side what each source says of a question: its words, and the value that they give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rag.checking.citations import Footnotes
from rag.checking.statement import analyzed
from rag.comparing.differences import find_differences, grouped_values, latest_day_key
from rag.comparing.matching import QuestionMatcher
from rag.retrieval.lookup import Selection, Snapshot
from rag.retrieval.quoting import is_quotable, readable
from rag.retrieval.rank import Candidate
from rag.serialization import Value
from rag.types import Citation

MOST_SOURCES = 24  # documents that are set side by side; more is no comparison
_QUOTES_EACH = 2  # of a document that gives no value
# A sentence that gives no value must speak of as much of what is asked as this share of the best.
_SPEAKS_OF_IT = 0.7


@dataclass(frozen=True, slots=True)
class SourceSaying(Value):
    """What one document says of a question.

    ``value`` is what it gives where the question asks for one, and ``group`` is the same for
    values that agree; both are None where it gives none. ``overtaken_by`` is the number of the
    citation of a later document that gives another value. ``citations`` are its own words.
    """

    source: str
    published: str | None
    value: str | None
    group: int | None
    overtaken_by: int | None
    citations: tuple[Citation, ...]
    article_id: str = field(default="")


@dataclass(frozen=True, slots=True)
class Comparison(Value):
    """What the documents say of a question side by side, the newest first.

    ``differs`` says whether they give more than one value. ``documents`` counts those that were
    looked at; of the ones that are not among ``sayings`` nothing that fits was found.
    """

    question: str
    differs: bool
    sayings: tuple[SourceSaying, ...]
    documents: int


def compare_sources(
    question: str, parts: Sequence[Selection], documents: int, snapshot: Snapshot
) -> Comparison:
    """Return what each document says of a question.

    Args:
        question: as it was asked.
        parts: its parts, with COMPARED_PASSAGES passages each.
        documents: how many were looked at.
        snapshot: has the models that read the passages.
    """
    footnotes = Footnotes()
    overtaken = {
        position.citation.number: position.overtaken_by
        for difference in find_differences(parts, footnotes, snapshot)
        for position in difference.positions
    }
    sayings: dict[str, SourceSaying] = {}
    first_group = 0
    for part in parts:
        for saying in _sayings(part, snapshot, footnotes, overtaken, first_group):
            before = sayings.get(saying.article_id)
            if before is None or (before.value is None and saying.value is not None):
                sayings[saying.article_id] = saying
            first_group = max(first_group, (saying.group or 0) + 1)
    shown = sorted(sayings.values(), key=lambda saying: latest_day_key(saying.published))
    groups = {saying.group for saying in shown if saying.group is not None}
    return Comparison(question, len(groups) > 1, tuple(shown[:MOST_SOURCES]), documents)


def _sayings(
    part: Selection,
    snapshot: Snapshot,
    footnotes: Footnotes,
    overtaken: dict[int, int | None],
    first_group: int,
) -> Iterator[SourceSaying]:
    """Yield what the documents say of one part: those that give a value first."""
    matcher = QuestionMatcher(part.question, part.concepts)
    quotable = [c for c in part.candidates if is_quotable(c) and c.timely]
    given: set[str] = set()
    values = enumerate(grouped_values(part, snapshot)[1])
    for group, item in ((number, item) for number, items in values for item in items):
        article = item.candidate.article
        if article.id in given:
            continue
        given.add(article.id)
        cited = footnotes.cite(article, *readable(item.candidate))
        later = overtaken.get(cited.number)
        yield _saying(item.candidate, item.shown, first_group + group, later, (cited,))
    best = max((candidate.coverage for candidate in quotable), default=0.0)
    quotes: dict[str, list[Candidate]] = {}
    for candidate in quotable:
        own = quotes.setdefault(candidate.article.id, [])
        speaks = candidate.coverage >= _SPEAKS_OF_IT * best
        if (speaks or matcher.matches(analyzed(candidate.text))) and len(own) < _QUOTES_EACH:
            own.append(candidate)
    for id_, own in quotes.items():
        if own and id_ not in given:
            spans = dict.fromkeys(readable(candidate) for candidate in own)
            cited_words = tuple(footnotes.cite(own[0].article, *span) for span in spans)
            yield _saying(own[0], None, None, None, cited_words)


def _saying(
    candidate: Candidate,
    value: str | None,
    group: int | None,
    later: int | None,
    citations: tuple[Citation, ...],
) -> SourceSaying:
    article = candidate.article
    return SourceSaying(
        article.source, article.published, value, group, later, citations, article.id
    )
