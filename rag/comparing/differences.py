"""Find where sources, or dates, give different values for what was asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from rag.checking.citations import Footnotes
from rag.comparing.answers import value_kind
from rag.comparing.corrected import corrected_values
from rag.comparing.matching import QuestionMatcher
from rag.comparing.sameness import groups_of_one_thing
from rag.comparing.values import VALUE_READERS, GivenValue, ValueReader
from rag.retrieval.lookup import Selection, Snapshot
from rag.retrieval.question import Question
from rag.retrieval.quoting import is_quotable, readable
from rag.retrieval.rank import Candidate
from rag.text.dates import date_range, spoken_date
from rag.types import Difference, DifferenceKind, Position

COMPARED_PASSAGES = 24  # of each part of a question; an answer's own may leave an article out
_READ_EACH = 2  # passages of each article, the best ones
# What may be otherwise later. Who did it is a view, not a state of things.
_CHANGING = frozenset(("number", "date", "whether"))
_SUMMARIES: dict[DifferenceKind, str] = {
    "number": "The documents give different numbers",
    "date": "The documents give different times",
    "who": "The documents name different people or groups",
    "whether": "The documents disagree on whether it is so",
}
_MOST_POSITIONS = 8  # that are shown


class Given(Protocol):
    """A value that a unit of a document gives."""

    @property
    def shown(self) -> str:
        """The value as it is shown."""
        ...

    @property
    def candidate(self) -> Candidate:
        """The unit."""
        ...


def find_differences(
    parts: Sequence[Selection], footnotes: Footnotes, snapshot: Snapshot
) -> tuple[Difference, ...]:
    """Return where the articles differ on a question, with a quote for each value.

    Args:
        parts: the parts of the question, with COMPARED_PASSAGES passages each.
        footnotes: number the quotes.
        snapshot: has the models that read the passages.
    """
    differences: list[Difference] = []
    for part in parts:
        matcher = QuestionMatcher(part.question, part.concepts)
        asked = _asked_kind(part.question)
        corrected = corrected_values(asked, _usable(part)) if asked else []
        if asked and corrected:
            difference = _difference(asked, matcher, corrected, footnotes)
            differences.append(_as_corrected(difference))
            continue
        kind, groups = grouped_values(part, snapshot)
        articles = {item.candidate.article.id for group in groups for item in group}
        if len(groups) > 1 and len(articles) > 1:
            differences.append(_difference(kind, matcher, groups, footnotes))
    return tuple(differences)


def _asked_kind(question: Question) -> DifferenceKind | None:
    """Return what kind of value is asked for that can be corrected; None where none is."""
    reader = VALUE_READERS.get(question.kind.name if question.kind else "")
    kind = reader.kind if reader else value_kind(question)
    return None if kind == "whether" else kind


def _as_corrected(difference: Difference) -> Difference:
    """Return a difference whose first group corrects the others, whatever their dates."""
    by = next(each.citation.number for each in difference.positions if each.group == 0)
    positions = [
        replace(each, overtaken_by=None if each.group == 0 else by)
        for each in sorted(difference.positions, key=lambda each: each.group)
    ]
    right, wrong = positions[0].value, positions[-1].value
    summary = f"A document corrects what was said before: {right}, and not {wrong}."
    return replace(difference, summary=summary, positions=tuple(positions))


def grouped_values(
    part: Selection, snapshot: Snapshot
) -> tuple[DifferenceKind, Sequence[Sequence[Given]]]:
    """Return what the articles give for a part of a question, grouped by values that agree.

    A group has one value of each article.
    """
    question = part.question
    reader = VALUE_READERS.get(question.kind.name if question.kind else "")
    if reader is not None:
        matcher = QuestionMatcher(question, part.concepts)
        return reader.kind, _group(reader, reader.read(matcher, _usable(part)))
    kind = value_kind(question)
    if kind is None or not (snapshot.reader and snapshot.entailment and part.retrieved.was_read):
        return "number", []
    read = part.retrieved.read(snapshot.reader, part, each=_READ_EACH)
    return kind, groups_of_one_thing(question, part.concepts, _usable(read), snapshot.entailment)


def _usable(part: Selection) -> list[Candidate]:
    """Return what may be compared: of a time that is asked about, only what speaks of it."""
    return [c for c in part.candidates if is_quotable(c) and c.timely]


def _group(reader: ValueReader, given: Iterable[GivenValue]) -> list[list[GivenValue]]:
    """Group the values that agree; a group has only the first value of each article."""
    groups: list[list[GivenValue]] = []
    for item in given:
        group = next((g for g in groups if any(reader.agree(item.value, o.value) for o in g)), None)
        if group is None:
            groups.append([item])
        elif all(item.candidate.article.id != other.candidate.article.id for other in group):
            group.append(item)
    return groups


def _difference(
    kind: DifferenceKind,
    matcher: QuestionMatcher,
    groups: Sequence[Sequence[Given]],
    footnotes: Footnotes,
) -> Difference:
    ranked = [(at, item) for at, group in enumerate(groups) for item in group][:_MOST_POSITIONS]
    ranked.sort(key=lambda each: latest_day_key(each[1].candidate.article.published))
    positions: list[Position] = []
    for at, item in ranked:
        cited = footnotes.cite(item.candidate.article, *readable(item.candidate))
        positions.append(Position(item.shown, at, citation=cited))
    if kind in _CHANGING and not (kind == "number" and matcher.is_past):
        positions = [
            replace(position, overtaken_by=_overtaker(position, positions[:at]))
            for at, position in enumerate(positions)
        ]
    summary = _summary(kind, [groups[at][0].shown for at, _ in ranked], positions)
    return Difference(kind, matcher.question.text, summary, tuple(positions))


def latest_day_key(published: str | None) -> tuple[int, int]:
    """Return a key that sorts ISO dates by their last day, the latest first, the undated last."""
    days = date_range(published)
    return (-days[1].toordinal(), -days[0].toordinal()) if days else (1, 1)


def _overtaker(position: Position, newer: Sequence[Position]) -> int | None:
    """Return the number of the newest citation that is later and gives another value."""
    early = date_range(position.citation.published)
    for other in newer:
        late = date_range(other.citation.published)
        if other.group != position.group and late and early and late[0] > early[1]:
            return other.citation.number
    return None


def _summary(kind: DifferenceKind, values: Sequence[str], positions: Sequence[Position]) -> str:
    """Return one line with each value, and who gives it when."""
    by_value: dict[str, list[str]] = {}
    for value, position in zip(values, positions, strict=True):
        cited = position.citation
        day = spoken_date(cited.published)
        source = cited.outlet or cited.title
        by_value.setdefault(value, []).append(f"{source}, {day}" if day else source)
    listed = "; ".join(f"{value} ({'; '.join(of)})" for value, of in by_value.items())
    return f"{_SUMMARIES[kind]}: {listed}."
