"""Where sources, or dates, give different values for what was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from rag.checking.citations import Footnotes
from rag.comparing.asked import Asked
from rag.comparing.readers import (
    actors,
    amounts,
    callings,
    dates,
    finest,
    same_actor,
    same_amount,
    same_date,
    spoken,
    stance,
)
from rag.retrieval.lookup import Found
from rag.retrieval.quoting import is_quotable, readable
from rag.retrieval.rank import Candidate
from rag.text.dates import date_range, spoken_date
from rag.types import Citation, Difference, DifferenceKind, Position

PASSAGES = 24  # looked through; an answer's own may leave an article out
# What may be otherwise later. Who did it and what it is called is a view, not a state of things.
CHANGING = frozenset(("number", "date", "whether"))
SUMMARIES: dict[DifferenceKind, str] = {
    "number": "The articles give different numbers",
    "date": "The articles give different times",
    "who": "The articles name different ones",
    "whether": "The articles differ on whether it is so",
    "name": "The articles use different names",
}
MOST = 8  # positions that are shown


class Given(NamedTuple):
    """A value that a sentence gives, how it is shown, and the sentence."""

    value: Any
    shown: str
    candidate: Candidate


class Reader(NamedTuple):
    """How values of a kind are found in the sentences for a question, and when two agree."""

    kind: DifferenceKind
    read: Callable[[Asked, Sequence[Candidate]], Iterable[Given]]
    agree: Callable[[Any, Any], bool]


def _numbers(asked: Asked, candidates: Sequence[Candidate]) -> Iterable[Given]:
    return (Given(a, a.written, c) for c in candidates for a in amounts(asked, c))


def _dates(asked: Asked, candidates: Sequence[Candidate]) -> Iterable[Given]:
    for candidate in candidates:
        found = dates(asked, candidate)
        if found:
            when = finest(found)
            yield Given(when, spoken(when), candidate)


def _actors(asked: Asked, candidates: Sequence[Candidate]) -> Iterable[Given]:
    return (Given(a, a.written, c) for c in candidates for a in actors(asked, c))


def _stances(asked: Asked, candidates: Sequence[Candidate]) -> Iterable[Given]:
    for candidate in candidates:
        said = stance(asked, candidate)
        if said in ("yes", "no"):
            yield Given(said, said, candidate)


def _callings(asked: Asked, candidates: Sequence[Candidate]) -> Iterable[Given]:
    for id_ in dict.fromkeys(candidate.article.id for candidate in candidates):
        mine = [candidate for candidate in candidates if candidate.article.id == id_]
        for phrase, candidate in callings(asked, mine).items():
            yield Given(phrase.casefold(), f"“{phrase}”", candidate)


READERS: dict[str, Reader] = {
    "number": Reader("number", _numbers, same_amount),
    "date": Reader("date", _dates, same_date),
    "person": Reader("who", _actors, same_actor),
    "yes-no": Reader("whether", _stances, lambda one, other: bool(one == other)),
    "statement": Reader("name", _callings, lambda one, other: bool(one == other)),
}


def differences(parts: Sequence[Found], footnotes: Footnotes) -> tuple[Difference, ...]:
    """The differences that were found for a question, with a quote for each value.

    Args:
        parts: its parts, looked up broadly.
        footnotes: number the quotes.
    """
    found: list[Difference] = []
    for part in parts:
        asked = Asked(part.question, part.concepts)
        reader = READERS.get(part.question.kind.name if part.question.kind else "")
        if reader is None or (reader.kind == "name" and not asked.names_thing):
            continue
        # Of a time that is asked about, only what speaks of it says anything.
        quotable = [c for c in part.candidates if is_quotable(c) and c.timely]
        groups = _groups(reader, reader.read(asked, quotable))
        if _differ(groups):
            found.append(_difference(reader.kind, asked, groups, footnotes))
    return tuple(found)


def _groups(reader: Reader, given: Iterable[Given]) -> list[list[Given]]:
    """Values that agree, together; of one article the first of each group."""
    groups: list[list[Given]] = []
    for item in given:
        group = next((g for g in groups if any(reader.agree(item.value, o.value) for o in g)), None)
        if group is None:
            groups.append([item])
        elif all(item.candidate.article.id != other.candidate.article.id for other in group):
            group.append(item)
    return groups


def _differ(groups: Sequence[Sequence[Given]]) -> bool:
    articles = {item.candidate.article.id for group in groups for item in group}
    return len(groups) > 1 and len(articles) > 1


def _difference(
    kind: DifferenceKind, asked: Asked, groups: Sequence[Sequence[Given]], footnotes: Footnotes
) -> Difference:
    ranked = [item for group in groups for item in group][:MOST]
    ordered = sorted(ranked, key=lambda item: _newest_first(item.candidate.article.published))
    numbered = [
        (item, footnotes.cite(item.candidate.article, *readable(item.candidate)))
        for item in ordered
    ]
    group_of = {id(item): at for at, group in enumerate(groups) for item in group}
    positions = [
        Position(item.shown, group_of[id(item)], citation=cited) for item, cited in numbered
    ]
    if kind in CHANGING and not (kind == "number" and asked.is_past):
        for at, (item, citation) in enumerate(numbered):
            later = (
                newer.number
                for other, newer in numbered[:at]
                if group_of[id(other)] != group_of[id(item)] and _is_later(newer, citation)
            )
            positions[at] = replace(positions[at], overtaken_by=next(later, None))
    values = [groups[group_of[id(item)]][0].shown for item in ordered]
    summary = _summary(kind, values, positions)
    return Difference(kind, asked.question.text, summary, tuple(positions))


def _newest_first(published: str | None) -> tuple[int, int]:
    """Return a key that sorts ISO dates, the newest first and the undated last."""
    days = date_range(published)
    return (-days[1].toordinal(), -days[0].toordinal()) if days else (1, 1)


def _is_later(one: Citation, other: Citation) -> bool:
    late, early = date_range(one.published), date_range(other.published)
    return late is not None and early is not None and late[0] > early[1]


def _summary(kind: DifferenceKind, values: Sequence[str], positions: Sequence[Position]) -> str:
    """One line: each value, and who gives it when."""
    by_value: dict[str, list[str]] = {}
    for value, position in zip(values, positions, strict=True):
        cited = position.citation
        day = spoken_date(cited.published)
        source = cited.outlet or cited.title
        by_value.setdefault(value, []).append(f"{source}, {day}" if day else source)
    listed = "; ".join(f"{value} ({'; '.join(of)})" for value, of in by_value.items())
    return f"{SUMMARIES[kind]}: {listed}."
