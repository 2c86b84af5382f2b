"""The values that pass between the rooms: frozen, complete, free of behaviour that can fail.

Offsets are 0-based, end-exclusive, in characters of ``Article.text``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Verdict = Literal["supported", "partial", "unsupported"]
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
