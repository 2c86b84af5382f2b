"""Walk an answer once: its JSON form becomes typed blocks, in the order in which one reads them.

The renderers of this package (text, Markdown, HTML) write these blocks and add no facts of their
own, so that no two forms show different citations. The walk takes the dictionaries of
``to_dict()``, so that a stored answer looks the same as a fresh one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.render.naming import one_line, source_name, told_apart
from rag.text.characters import visible
from rag.text.dates import dated_name, spoken_date

Json = Mapping[str, Any]  # the dictionary of some ``to_dict()``

MOST_NEAREST = 3  # passages shown where nothing is answered
NEAREST_HEADING = "Nearest passages:"
ONE_SOURCE = "1 source"
NO_DIFFERENCES = "The documents give no different values for this question."
NO_EVENTS = "No dated events found for this topic."
QUOTED = "extractive"  # ``answered_by`` of an answer that consists of quotes
_QUOTES_ONLY = "quotes from the documents, without an LLM"
VERDICT_LABELS = {
    "supported": "Supported",
    "contradicted": "Contradicted",
    "partial": "Partly supported",
    "not_found": "Not found in the documents",
}
NEAREST_CLAIM = "nearest, to compare"  # what is shown of a sentence that is not found
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"\\^`{|}]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class QuestionBlock:
    """The question as typed; ``understood`` says how it was rewritten, None where it was not."""

    text: str
    understood: str | None


@dataclass(frozen=True, slots=True)
class NoticeBlock:
    """What the reader must know about the whole answer."""

    text: str


@dataclass(frozen=True, slots=True)
class AbstentionBlock:
    """Why there is no answer, and the passages nearest to the question."""

    reason: str
    nearest: list[Json]


@dataclass(frozen=True, slots=True)
class StatementBlock:
    """One sentence of the answer, on one line.

    ``citations`` are citation numbers. ``doubt`` says in brackets why the sentence is not fully
    supported, and is empty where it is. ``notes`` are remarks, each with citation numbers. A
    sentence that is ``struck`` is not supported by its source; a ``draft`` is not checked yet.
    """

    text: str
    verdict: str
    citations: list[int]
    doubt: str
    notes: list[tuple[str, list[int]]]
    struck: bool
    draft: bool


@dataclass(frozen=True, slots=True)
class DifferenceBlock:
    """What sources disagree on, with each ``Position.to_dict()``, newest first."""

    summary: str
    positions: list[Json]


@dataclass(frozen=True, slots=True)
class AsOfBlock:
    """How new the documents are that the answer quotes, as a sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class SourcesBlock:
    """All quotes that the answer shows, by number."""

    citations: list[Json]


Block = (
    QuestionBlock
    | NoticeBlock
    | AbstentionBlock
    | StatementBlock
    | DifferenceBlock
    | AsOfBlock
    | SourcesBlock
)


def as_shown(answer: Json) -> Json:
    """Return an answer with its sources told apart, and no passages but those that it shows."""
    nearest = answer["passages"][:MOST_NEAREST] if answer["status"] == "abstained" else []
    return told_apart({**answer, "passages": nearest})


def answer_blocks(answer: Json) -> Iterator[Block]:
    """Yield the blocks of an answer in reading order.

    Args:
        answer: ``Answer.to_dict()``; an answer that is still being made may say in ``drafts`` how
            many of its last statements are not checked yet.
    """
    answer = as_shown(answer)
    meant = rewritten_question(answer)
    understood = f"Understood as: {one_line(meant)}" if meant else None
    yield QuestionBlock(answer["question"], understood)
    if answer["notice"]:
        yield NoticeBlock(answer["notice"])
    if answer["status"] == "abstained":
        yield AbstentionBlock(answer["reason"], answer["passages"])
        return
    checked = len(answer["statements"]) - answer.get("drafts", 0)
    for place, statement in enumerate(answer["statements"]):
        yield statement_block(statement, answer["differences"], draft=place >= checked)
    for difference in answer["differences"]:
        yield DifferenceBlock(difference["summary"], difference["positions"])
    how_new = as_of(answer)
    if how_new:
        yield AsOfBlock(f"{how_new}.")
    citations = all_citations(answer)
    if citations:
        yield SourcesBlock(citations)


def as_of(answer: Json) -> str:
    """Return how new the documents are that an answer quotes; empty where none has a date."""
    newest = newest_date(answer)
    all_dated = all(citation["published"] for citation in all_citations(answer))
    document = "newest document" if all_dated else "newest dated document"
    return f"As of {spoken_date(newest)}, the {document} cited" if newest else ""


def newest_date(answer: Json) -> str | None:
    """Return the date of the newest document that an answer quotes, None where none has one."""
    dates = (citation["published"] for citation in all_citations(answer))
    return max(filter(None, dates), default=None)


def statement_block(
    statement: Json, differences: Iterable[Json] = (), *, draft: bool = False
) -> StatementBlock:
    """Return a ``Statement.to_dict()`` as a block, with notes on its sources and on later ones."""
    verdict = statement["verdict"]
    return StatementBlock(
        text=one_line(statement["text"]),
        verdict=verdict,
        citations=statement["citations"],
        doubt="" if verdict == "supported" else f" ({verdict}: {statement['reason']})",
        notes=list(_notes(statement, differences)),
        struck=verdict == "unsupported",
        draft=draft,
    )


def _notes(statement: Json, differences: Iterable[Json]) -> Iterator[tuple[str, list[int]]]:
    sources = statement.get("sources")
    if sources and sources["independent"] > 1:
        numbers = [citation["number"] for citation in sources["also"]]
        yield f"{sources['independent']} independent sources{', also' if numbers else ''}", numbers
    elif sources:
        yield ONE_SOURCE, []
    if sources and sources["copies"]:
        yield (
            "repeated in nearly the same words by",
            [citation["number"] for citation in sources["copies"]],
        )
    later = {
        position["overtaken_by"]
        for difference in differences
        for position in difference["positions"]
        if position["citation"]["number"] in statement["citations"] and position["overtaken_by"]
    }
    if later:
        yield "overtaken by a later document", sorted(later)


def rewritten_question(answer: Json) -> str | None:
    """Return the question that was answered, None where it is the one that was typed."""
    meant: str = answer["understood_as"]
    return None if meant == answer["question"] else meant


def answerer(answered_by: str) -> str:
    """Return who answered, in words: no LLM, where an answer is made of quotes alone."""
    return _QUOTES_ONLY if answered_by == QUOTED else answered_by


def all_citations(answer: Json) -> list[Json]:
    """Return every quote that an answer shows, by number: of statements, notes, differences."""
    found = {citation["number"]: citation for citation in answer["citations"]}
    for statement in answer["statements"]:
        sources = statement.get("sources") or {"also": [], "copies": []}
        for citation in (*sources["also"], *sources["copies"]):
            found[citation["number"]] = citation
    for difference in answer["differences"]:
        for position in difference["positions"]:
            found.setdefault(position["citation"]["number"], position["citation"])
    return [found[number] for number in sorted(found)]


def event_date(event: Json) -> str:
    """Return the date of a ``DatedEvent.to_dict()`` in words: ``about 8 July 2024``."""
    return f"{'about ' if event['about'] else ''}{spoken_date(event['date'])}"


def claim_remark(claim: Json) -> str:
    """Return what follows the verdict of a checked sentence: independent sources and reason."""
    sources = claim["independent"]
    backed = f" by {sources} independent sources" if sources > 1 else ""
    return f"{backed}: {claim['reason']}" if claim["reason"] else backed


def position_source(position: Json) -> str:
    """Return outlet and date of the source of a ``Position.to_dict()``."""
    cited = position["citation"]
    return dated_name(source_name(cited, dated=False), cited["published"])


_SHOWN_UNREAD = 3  # names of files that are listed where only their number matters


def unread_counts(skipped: Sequence[Json]) -> str:
    """Return how many files were not read, or not in full, with the first names; empty for none.

    Args:
        skipped: ``SyncReport.to_dict()["skipped"]``.
    """
    paths = list(dict.fromkeys(item["path"] for item in skipped))
    if not paths:
        return ""
    names = ", ".join(paths[:_SHOWN_UNREAD])
    more = len(paths) - _SHOWN_UNREAD
    rest = f" and {more:,} more" if more > 0 else ""
    files = "1 file" if len(paths) == 1 else f"{len(paths):,} files"
    return f"{files} not read, or not in full: {names}{rest}"


def web_address(url: str | None) -> str | None:
    """Return the address if it is a plain http(s) address, which may become a link, else None."""
    return url if url and _WEB_ADDRESS.fullmatch(url) and visible(url) == url else None
