"""What comparing sources finds: dated events, differences, checked claims, backing. Frozen values.

Offsets are 0-based, end-exclusive, in characters of ``Article.text``; each citation equals
the words that it cites, like those of an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from rag.dates import date_range
from rag.types import Citation

Finding = Literal["supported", "contradicted", "partial", "not_found"]
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
    verdict: Finding
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
