"""The values that pass between the rooms: frozen, complete, free of behaviour that can fail.

Offsets are 0-based, end-exclusive, in characters of ``Article.text``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from rag.render import markdown

SCHEMA = 1  # of Answer.to_dict(); raised when a key changes its meaning

Verdict = Literal["supported", "partial", "unsupported"]
Status = Literal["answered", "abstained"]
MarkKind = Literal["clutter", "aside"]
SentenceKind = Literal["text", "heading", "aside"]


class Mark(NamedTuple):
    """A stretch of an article that is not its reporting.

    ``clutter`` (share buttons, adverts, …) is neither indexed nor cited; an
    ``aside`` (an editor's bracketed remark) is indexed but never quoted.
    """

    start: int
    end: int
    kind: MarkKind
    label: str


class Sentence(NamedTuple):
    """A sentence or heading, as a span of its article."""

    start: int
    end: int
    kind: SentenceKind


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
    queries, and 0 where only words matched; ``lexical`` is the BM25 score.
    """

    passage: Passage
    article: Article
    score: float
    similarity: float
    lexical: float

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
class Statement:
    """One sentence of an answer, what it rests on, and whether that holds."""

    text: str
    verdict: Verdict
    reason: str | None
    citations: tuple[Citation, ...]

    @property
    def marked(self) -> str:
        """The sentence with its citation numbers, struck out and explained if unsupported."""
        marks = "".join(f" [{citation.number}]" for citation in self.citations)
        struck = f"~~{self.text}~~{marks} (unsupported: {self.reason})"
        return struck if self.verdict == "unsupported" else f"{self.text}{marks}"

    def to_dict(self) -> dict[str, Any]:
        """The statement as JSON-ready values, citations by number."""
        return {
            "text": self.text,
            "verdict": self.verdict,
            "reason": self.reason,
            "citations": [citation.number for citation in self.citations],
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
    where the articles are quoted; ``stood_in`` says that quotes stand in for one that failed.
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
    differences: tuple[dict[str, Any], ...] = ()
    signals: Mapping[str, float] = field(default_factory=dict, repr=False)
    considered: tuple[Considered, ...] = field(default=(), repr=False)
    llm: str | None = None
    stood_in: bool = False

    @property
    def text(self) -> str:
        """The statements with their citation numbers, or the reason for abstaining."""
        if self.status == "abstained":
            return self.reason or ""
        return " ".join(statement.marked for statement in self.statements)

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
            "differences": list(self.differences),
            "passages": [hit.to_dict() for hit in self.passages],
            "answered_by": self.answered_by,
            "notice": self.notice,
            "seconds": dict(self.seconds),
        }

    def to_markdown(self) -> str:
        """The answer with its quotes as footnotes."""
        return markdown(self.to_dict())


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
