"""The values that pass between the rooms: frozen, complete, free of behaviour that can fail.

Offsets are 0-based, end-exclusive, in characters of ``Article.text``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from rag.render import answer_markdown, strikethrough
from rag.text.characters import visible
from rag.text.sentences import Mark
from rag.text.times import date_range


class Scope(NamedTuple):
    """Articles published from one day to another, both included, and of some outlets.

    ``first`` and ``last`` are ISO 8601 days, None where that side is open; an article known
    only to the month or year is within where any of its days is, an undated one is not.
    ``outlets`` are whole names; None for all.
    """

    first: str | None = None
    last: str | None = None
    outlets: tuple[str, ...] | None = None

    def condition(self) -> tuple[str, list[str]]:
        """The condition on the catalog's articles, as SQL, with its values."""
        clauses, values = ["TRUE"], []
        if self.first:
            clauses.append("published_to >= ?")
            values.append(self.first)
        if self.last:
            clauses.append("published_from <= ?")
            values.append(self.last)
        if self.outlets is not None:
            clauses.append(f"outlet IN ({','.join('?' * len(self.outlets))})")
            values += self.outlets
        return " AND ".join(clauses), values


class Verdict(StrEnum):
    """Whether sources support a sentence; equal to its value, as in ``== "supported"``.

    A statement of an answer, which is held against what it cites, is ``supported``, ``partial``
    or ``unsupported``. A claim, which is held against all articles, is ``supported``,
    ``contradicted``, ``partial`` or ``not_found``.
    """

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Article:
    """One document, its text stored once and never altered.

    ``published`` is ISO 8601 to the precision that is known: ``2024-01-25``,
    ``2024-01`` or ``2024``; ``published_basis`` says where it comes from.
    """

    id: str
    path: str
    title: str
    text: str = field(repr=False)
    outlet: str | None = None
    author: str | None = None
    published: str | None = None
    published_basis: str | None = None
    url: str | None = None
    language: str = "en"
    sha256: str = ""
    marks: tuple[Mark, ...] = field(default=(), repr=False)

    @property
    def source(self) -> str:
        """Who speaks: the outlet, or failing that the author, or the title."""
        return self.outlet or self.author or self.title

    def to_dict(self, *, text: bool = True) -> dict[str, Any]:
        """The article as JSON-ready values; ``text=False`` leaves text and marks out."""
        names = ("id", "path", "title", "outlet", "author", "published", "published_basis")
        out: dict[str, Any] = {name: getattr(self, name) for name in names}
        out |= {"url": self.url, "language": self.language, "sha256": self.sha256}
        if text:
            out["text"] = self.text
            out["marks"] = [mark._asdict() for mark in self.marks]
        return out


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole sentences that stand together in an article; the unit of retrieval."""

    id: str
    article_id: str
    start: int
    end: int
    kind: Literal["text", "aside"] = "text"


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query.

    ``score`` in 0..1 ranks hits of one query (fused, relative to its other
    candidates); ``similarity`` is the cosine to the query, comparable across
    queries, and 0 where words matched and other passages are nearer; ``lexical`` is the
    BM25 score. ``copies`` are passages of other articles with nearly the same words, which
    are not found again.
    """

    passage: Passage
    article: Article
    score: float
    similarity: float
    lexical: float
    copies: tuple[Passage, ...] = ()

    @property
    def text(self) -> str:
        """The words of the passage."""
        return self.article.text[self.passage.start : self.passage.end]

    def to_dict(self) -> dict[str, Any]:
        """Where the passage is, how well it matched, and its words."""
        return {
            "article_id": self.article.id,
            "title": self.article.title,
            "outlet": self.article.outlet,
            "published": self.article.published,
            "kind": self.passage.kind,
            "start": self.passage.start,
            "end": self.passage.end,
            "score": round(self.score, 4),
            "text": self.text,
            "copies": [
                {"article_id": copy.article_id, "start": copy.start, "end": copy.end}
                for copy in self.copies
            ],
        }


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words that back a statement: ``article.text[start:end] == cited_text``."""

    number: int
    cited_text: str
    article_id: str
    title: str
    outlet: str | None
    published: str | None
    published_basis: str | None
    url: str | None
    start: int
    end: int

    def to_dict(self) -> dict[str, Any]:
        """The citation as JSON-ready values."""
        return {name: getattr(self, name) for name in self.__slots__}


class Support(NamedTuple):
    """How far some words back a sentence: see :func:`rag.check_support`."""

    verdict: Verdict
    reason: str | None
    score: float
    new: int = 0
    flaw: str | None = None


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, each a tuple of paths relative to the corpus folder.

    ``failed`` pairs a path with the reason, ``duplicates`` a path with the file
    whose bytes it repeats; ``embedded`` counts the texts that went through the
    embedding model.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    duplicates: tuple[tuple[str, str], ...] = ()
    embedded: int = 0
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON-ready values."""
        out: dict[str, Any] = {
            name: list(getattr(self, name)) for name in ("added", "updated", "removed", "unchanged")
        }
        out["failed"] = [{"path": path, "reason": reason} for path, reason in self.failed]
        out["duplicates"] = [{"path": path, "same_as": same} for path, same in self.duplicates]
        return out | {"embedded": self.embedded, "seconds": round(self.seconds, 3)}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long step is: ``done`` of ``total`` (0 while unknown), and what it is at."""

    step: str
    done: int
    total: int


# Called with the state of a long step before and after each part of it.
OnProgress = Callable[[Progress], None]


DifferenceKind = Literal["number", "date", "who", "whether", "name"]


@dataclass(frozen=True, slots=True)
class DatedEvent:
    """Something that an article dates.

    ``date`` is ISO 8601 to its ``precision`` (``day``, ``month`` or ``year``);
    ``expression`` are the words that give it, ``derived`` says how it was found from them,
    and ``about`` that it is no more than roughly then. ``text`` is the quote of the first
    of ``citations``; the others say the same of the same time.
    """

    date: str
    precision: str
    about: bool
    expression: str
    derived: str
    text: str
    citations: tuple[Citation, ...]

    def to_dict(self) -> dict[str, Any]:
        """The event as JSON-ready values."""
        names = ("date", "precision", "about", "expression", "derived", "text")
        out: dict[str, Any] = {name: getattr(self, name) for name in names}
        return out | {"citations": [citation.to_dict() for citation in self.citations]}


@dataclass(frozen=True, slots=True)
class Position:
    """What one source gives for what was asked, and where it says so.

    ``overtaken_by`` is the number of the citation of an article of a later date that gives
    another value, where the thing may have changed since. Positions of one ``group`` give
    the same value, in other words or rounded differently.
    """

    value: str
    citation: Citation
    group: int
    overtaken_by: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The position as JSON-ready values, outlet, date and quote in front."""
        cited = self.citation
        return {
            "value": self.value,
            "group": self.group,
            "outlet": cited.outlet or cited.title,
            "published": cited.published,
            "cited_text": cited.cited_text,
            "overtaken_by": self.overtaken_by,
            "citation": cited.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """Different values that sources or dates give for one thing, newest first.

    ``summary`` says in one line what differs. ``kind`` is what differs: a ``number``, a
    ``date``, ``who`` did it, ``whether`` it is so, or the ``name`` that it is given.
    """

    kind: DifferenceKind
    about: str
    summary: str
    positions: tuple[Position, ...]

    def to_dict(self) -> dict[str, Any]:
        """The difference as JSON-ready values."""
        return {
            "kind": self.kind,
            "about": self.about,
            "summary": self.summary,
            "positions": [position.to_dict() for position in self.positions],
        }


@dataclass(frozen=True, slots=True)
class Backing:
    """Who stands behind a statement besides the source that it cites.

    ``independent`` counts the independent sources, the cited one included; ``also`` are
    quotes of others that say the same, ``copies`` articles that repeat the cited words.
    """

    independent: int
    also: tuple[Citation, ...] = ()
    copies: tuple[Citation, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The backing as JSON-ready values."""
        return {
            "independent": self.independent,
            "also": [citation.to_dict() for citation in self.also],
            "copies": [citation.to_dict() for citation in self.copies],
        }


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """One sentence of a text that was checked against the articles.

    ``start`` and ``end`` are its place in that text; ``reason`` says why where it is not
    ``supported``, and ``evidence`` is what speaks for it, against it, or nearest to it.
    """

    text: str
    start: int
    end: int
    verdict: Verdict
    reason: str | None
    evidence: tuple[Citation, ...]
    independent: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The claim as JSON-ready values."""
        names = ("text", "start", "end", "verdict", "reason", "independent")
        out: dict[str, Any] = {name: getattr(self, name) for name in names}
        return out | {"evidence": [citation.to_dict() for citation in self.evidence]}


@dataclass(frozen=True, slots=True)
class Checked:
    """A text, sentence by sentence, held against the articles."""

    text: str
    statements: tuple[CheckedClaim, ...]

    def to_dict(self) -> dict[str, Any]:
        """The check as JSON-ready values."""
        return {
            "text": self.text,
            "statements": [statement.to_dict() for statement in self.statements],
        }


def newest_first(published: str | None) -> tuple[int, int]:
    """A key that sorts ISO dates, the newest first and the undated last."""
    days = date_range(published)
    return (-days[1].toordinal(), -days[0].toordinal()) if days else (1, 1)


SCHEMA = 1  # of Answer.to_dict(); raised when a key changes its meaning

Status = Literal["answered", "abstained"]


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer, what it rests on, and whether that holds.

    ``backing`` says who else stands behind it, of the statements of a finished answer.
    """

    text: str
    verdict: Verdict
    reason: str | None
    citations: tuple[Citation, ...]
    backing: Backing | None = None

    @property
    def marked(self) -> str:
        """The sentence with its citation numbers, struck out and explained if unsupported."""
        marks = "".join(f" [{citation.number}]" for citation in self.citations)
        if self.verdict != Verdict.UNSUPPORTED:
            return visible(f"{self.text}{marks}")
        return visible(f"{strikethrough(self.text)}{marks} (unsupported: {self.reason})")

    def to_dict(self) -> dict[str, Any]:
        """The statement as JSON-ready values, citations by number."""
        return {
            "text": self.text,
            "verdict": self.verdict,
            "reason": self.reason,
            "citations": [citation.number for citation in self.citations],
            "sources": self.backing.to_dict() if self.backing else None,
        }


class Considered(NamedTuple):
    """A sentence that might have been quoted, how likely it was held to be needed, and on what."""

    article_id: str
    start: int
    end: int
    signals: dict[str, float]
    probability: float


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer, independent of the corpus it came from and of any other answer.

    ``confidence`` in 0..1 is the estimated probability that what was found answers
    the question; an abstention has a low one. ``signals`` are what it was estimated
    from, of the first part of a question with several, and ``considered`` the
    sentences that were weighed, in their order. ``llm`` is the LLM that answered, None
    where the articles are quoted; ``stood_in`` says that quotes stand in for one that failed,
    and ``asked`` is what the LLM was told, the system and the user message.
    """

    question: str
    understood_as: str
    status: Status
    confidence: float
    reason: str | None
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    passages: tuple[Hit, ...]
    answered_by: str
    notice: str | None
    seconds: dict[str, float]
    differences: tuple[Difference, ...] = ()
    signals: Mapping[str, float] = field(default_factory=dict, repr=False)
    considered: tuple[Considered, ...] = field(default=(), repr=False)
    llm: str | None = None
    stood_in: bool = False
    asked: tuple[str, str] | None = field(default=None, repr=False)

    @property
    def text(self) -> str:
        """The statements with their citation numbers, or the reason for abstaining."""
        if self.status == "abstained":
            return self.reason or ""
        return " ".join(statement.marked for statement in self.statements)

    @property
    def as_of(self) -> str | None:
        """The date of the newest article that is cited, ISO 8601 to the precision known."""
        dates = [citation.published for citation in self.citations if citation.published]
        return max(dates, default=None)

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON-ready values, in the schema of the documentation."""
        return {
            "schema": SCHEMA,
            "question": self.question,
            "understood_as": self.understood_as,
            "status": self.status,
            "reason": self.reason,
            "text": self.text,
            "statements": [statement.to_dict() for statement in self.statements],
            "citations": [citation.to_dict() for citation in self.citations],
            "differences": [difference.to_dict() for difference in self.differences],
            "passages": [hit.to_dict() for hit in self.passages],
            "answered_by": self.answered_by,
            "notice": self.notice,
            "seconds": dict(self.seconds),
        }

    def to_markdown(self) -> str:
        """The answer with its quotes as footnotes."""
        return answer_markdown(self.to_dict())


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a streamed answer.

    ``draft`` carries a statement before it is checked, ``verified`` the same
    statement with its verdict; ``withdrawn`` one that does not stay, as it did not hold
    or the LLM failed on the way; and ``done`` the whole answer, always last.
    """

    kind: Literal["draft", "verified", "withdrawn", "done"]
    statement: Statement | None = None
    answer: Answer | None = None
