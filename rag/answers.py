"""An answer: its statements, what they rest on, and the events that it comes in. Frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from rag.findings import Backing, Difference
from rag.render import markdown, struck, visible
from rag.types import Citation, Hit, Verdict

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
        if self.verdict != "unsupported":
            return visible(f"{self.text}{marks}")
        return visible(f"{struck(self.text)}{marks} (unsupported: {self.reason})")

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
        return markdown(self.to_dict())


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
