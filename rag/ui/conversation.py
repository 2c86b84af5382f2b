"""A window's conversation, and each step of an answer as what the page shows of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from rag import render
from rag.answering.conversation import Chat
from rag.answering.generative import MOST_EVIDENCE
from rag.corpus import Corpus
from rag.limits import ServingPolicy
from rag.llms.scripted import scripted_llm
from rag.llms.specs import NO_LLM, LLMLimits, offered_specs, probe, remote_host
from rag.types import Answer, Event, Statement
from rag.ui.links import PRIVATE, asking, filters, html, problems

QUOTES = "No LLM: quotes from the articles"
WORKING = "Asking it one short question …"
SILENT = "The articles hold nothing on that, so that no LLM would be asked."
MORE = "More can be offered here: RAG_LLMS names them, separated by commas."


class Answerer:
    """The choice, which all rooms share, and the room where it is made.

    What is sent in place of the choice is refused by Gradio, unless it is one of ``specs``.
    """

    def __init__(self, corpus: Corpus, policy: ServingPolicy) -> None:
        """Make the choice and the note on it, to be placed by the rooms."""
        settings = corpus.settings
        self._corpus = corpus
        self._policy = policy
        self._limits = LLMLimits(settings.llm_timeout, settings.llm_context)
        self.specs = offered_specs(settings.llm, settings.llms)
        named = [(QUOTES if spec == NO_LLM else spec, spec) for spec in self.specs]
        self.spec = gr.Radio(named, value=settings.llm, label="Who answers", render=False)
        self.note = html("answerer", render.note_html(sent_where(settings.llm)), render=False)

    def layout(self, boxes: list[Any]) -> None:
        """Lay out the room, inside the tab that is open.

        Args:
            boxes: the widgets for since, until and outlets that questions are asked with.
        """
        html("more", render.note_html(MORE if len(self.specs) == 1 else ""))
        self.spec.render()  # type: ignore[no-untyped-call]
        where = html("sent-to", render.note_html(sent_where(self._corpus.settings.llm)))
        with gr.Row(elem_classes="buttons"):
            test = gr.Button("Test it", min_width=90)
        tested = html("tested")
        self.spec.change(self._told, self.spec, [self.note, where, tested], **PRIVATE)
        test.click(self._test, self.spec, tested, **PRIVATE)
        if not self._policy.local:
            return  # what an LLM is told may be no business of all who have the password
        question = gr.Textbox(
            label="See what would be sent", placeholder="A question, then Enter: it is not sent."
        )
        sent = html("sent")
        question.submit(self._preview, [question, self.spec, *boxes], sent, **PRIVATE)

    def _told(self, spec: str) -> tuple[str, str, str]:
        note = render.note_html(sent_where(spec))
        return note, note, ""

    def _test(self, spec: str) -> Iterator[str]:
        yield render.working_html(WORKING)
        found: dict[str, Any] | None = None
        with problems() as failed, asking(self._policy, "test", "") as line:
            found = None if spec == NO_LLM else probe(spec, self._limits)
            line |= {"result": "tested", "llm": spec}
        if failed:
            yield render.message_html(failed[0])
        elif found is None:
            yield render.note_html(f"{QUOTES}. There is nothing to test.")
        else:
            works = "It works" if found.pop("works") else "It does not work"
            yield render.facts_html(found, works)

    def _preview(self, question: str, spec: str, since: str, until: str, outlets: list[str]) -> str:
        """What the LLM would be told at first, as one that says nothing was told it."""
        asked: tuple[str, str] | None = None
        with problems() as failed:
            if spec == NO_LLM:
                return render.prompt_html(None, sent_where(spec))
            silent = scripted_llm(["–"], context=self._limits.context)
            within = filters(since, until, outlets)
            with asking(self._policy, "preview", question) as line:
                asked = self._corpus.chat().ask(question, llm=silent, **within).asked
                line["result"] = "shown"
        if failed:
            return render.message_html(failed[0])
        return render.prompt_html(asked, sent_where(spec) if asked else SILENT)


def sent_where(spec: str) -> str:
    """Where a question and what was found for it go, in words."""
    if spec == NO_LLM:
        return "No LLM: answers are quotes, and nothing leaves this machine."
    place = remote_host(spec)
    if place is None:
        return f"{spec} writes the answers, on this machine; nothing leaves it."
    return (
        f"{spec} writes the answers. Your question and at most {MOST_EVIDENCE} sentences of the "
        f"articles are sent to {place}; in a conversation also the last questions and the "
        "beginnings of their answers."
    )


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
            "understood_as": self.question,
            "status": "answered",
            "statements": [statement.to_dict() for statement in self.statements],
            "citations": [citation.to_dict() for citation in citations.values()],
            "differences": [],
            "notice": None,
            "drafts": self.drafts,
        }
        return render.partial_turn_html(answer, self.turn)
