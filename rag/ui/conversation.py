"""A window's conversation, and each step of an answer as what the page shows of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rag import render
from rag.answers import Answer, Event, Statement
from rag.chat import Chat


@dataclass
class Conversation:
    """The turns of one window: each answer with the filters that it was asked with.

    ``asking`` counts the questions begun and stopped: an answer to an earlier one gives way.
    ``asked`` is the question that was begun last.
    """

    chat: Chat
    turns: list[tuple[Answer, dict[str, Any]]] = field(default_factory=list)
    asking: int = 0
    asked: str = ""

    def turn_away(self) -> int:
        """Have whatever is being answered give way; returns the number of what comes now."""
        self.asking += 1
        return self.asking

    def html(self) -> str:
        """What the page shows of them."""
        return "".join(
            render.turn_html(answer.to_dict(), turn, filters)
            for turn, (answer, filters) in enumerate(self.turns)
        )

    def last_html(self) -> str:
        """What the page shows of the last one."""
        answer, filters = self.turns[-1]
        return render.turn_html(answer.to_dict(), len(self.turns) - 1, filters)


@dataclass
class Unfinished:
    """An answer of which some statements are there."""

    question: str
    turn: int
    statements: list[Statement] = field(default_factory=list)
    drafts: int = 0

    def take(self, event: Event) -> None:
        """Go on by one step: a statement drafted, checked or taken back."""
        if event.statement is None:
            return
        if event.kind == "draft":
            self.statements.append(event.statement)
            self.drafts += 1
        elif self.drafts:  # at most one waits to be checked
            self.drafts = 0
            if event.kind == "verified":
                self.statements[-1] = event.statement
            else:
                del self.statements[-1]
        else:
            self.statements = [s for s in self.statements if s is not event.statement]

    def html(self) -> str:
        """What the page shows of it."""
        citations = {c.number: c for s in self.statements for c in s.citations}
        answer = {
            "question": self.question,
            "status": "answered",
            "statements": [statement.to_dict() for statement in self.statements],
            "citations": [citation.to_dict() for citation in citations.values()],
            "differences": [],
            "notice": None,
            "drafts": self.drafts,
        }
        return render.partial_turn_html(answer, self.turn)
