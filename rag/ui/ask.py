"""The conversation: its turns, the question box below them, and what a citation opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

import gradio as gr

from rag import render
from rag.answering.conversation import Chat
from rag.corpus import Corpus
from rag.errors import ArticleNotFound
from rag.limits import ServingPolicy
from rag.notebook.export import answer_file
from rag.packs import evidence_pack, pack_text
from rag.render.kept.limits import IN_ALL
from rag.render.kept.turns import WORD_ENDING, revising_html, scope_html
from rag.types import Answer, Event, Statement
from rag.ui.model import ModelTab
from rag.ui.widgets import (
    IN_TURN,
    PRIVATE,
    article_at,
    asked_of,
    errors_as_messages,
    filters,
    html,
    link_data,
    linked_html,
    page_request,
)

NOTHING_CITED = (
    "The documents behind an answer open here, at the words that it quotes. "
    "Ask a question, then follow one of its sources."
)
_GONE = "documents that this conversation was asked of are gone, or have other words by now."
STOPPED = "Stopped. Ask again, or ask something else."
NOT_REVISED = -1  # no turn: the question is a new one
# The browser says with a question which turn it takes the place of.
_REVISED_JS = "(...given) => [...given.slice(0, -1), window.footnote.revised()]"
# The list of documents ticks what a conversation was asked of, once it is drawn.
_TICK_JS = "(wanted) => { window.footnoteWanted = wanted; window.footnoteTick?.(); }"
# Gradio limits nothing here: the serving policy limits answers, for all interfaces together.
NO_LIMIT = None

Updates = dict[Any, Any]  # new values by component


@dataclass
class Conversation:
    """The turns of one window: each answer with the filters that it was asked with.

    ``latest`` counts the questions begun and stopped; an answer to an earlier one is abandoned.
    ``question`` is the question that was begun last. ``kept_as`` is the id under which the
    conversation is kept, None while it is not. ``replaces`` is the place of the first kept turn
    that was taken back, as its question was edited; None where none was. ``left`` is the kept
    conversation that this one went on from as a new one, until the reader has been told.
    ``unread`` says that files were not read; of the answers that say so, only the first shows it.
    """

    chat: Chat
    turns: list[tuple[Answer, dict[str, Any]]] = field(default_factory=list)
    latest: int = 0
    question: str = ""
    kept_as: str | None = None
    replaces: int | None = None
    left: str | None = None
    unread: str = ""

    def abandon_running(self) -> int:
        """Abandon any answer that is being made; return the number of the next question."""
        self.latest += 1
        return self.latest

    def cut(self, turn: int) -> None:
        """Take back a turn and those behind it; what follows is asked as if they had not been."""
        if 0 <= turn < len(self.turns):
            del self.turns[turn:]
            self.chat.answers[:] = [answer for answer, _ in self.turns]
            self.replaces = turn if self.replaces is None else min(turn, self.replaces)

    def html(self, first: int = 0, end: int | None = None) -> str:
        """Return the turns from a turn on, before another; -1 for the last turn alone."""
        told = render.told_apart([render.as_shown(answer.to_dict()) for answer, _ in self.turns])
        turns = list(enumerate(zip(told, self.turns, strict=True)))[first:end]
        return "".join(
            render.turn_html(answer, turn, within, self._told_before(turn))
            for turn, (answer, (_, within)) in turns
        )

    def _told_before(self, turn: int) -> str:
        said = any(self.unread in (answer.notice or "") for answer, _ in self.turns[:turn])
        return self.unread if said else ""


Keep = Callable[[Conversation, Answer, dict[str, Any]], None]  # an answer with its filters
Reopen = Callable[[str, dict[str, Any]], Conversation | None]  # by the question and its filters


@dataclass
class PartialAnswer:
    """An answer that is still being made; the last ``drafts`` statements are not checked yet."""

    question: str
    turn: int
    statements: list[Statement] = field(default_factory=list)
    drafts: int = 0

    def apply(self, event: Event) -> None:
        """Apply one event of the stream: a statement drafted, verified or withdrawn."""
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
        """Return the part of the answer that there is so far."""
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


class AskTab:
    """The components and callbacks of the view.

    ``keep`` is called with each answer, and ``answered`` are the events after which there may be
    one; ``reopen`` finds the conversation that ends with the question of a link. ``cleared`` are
    the components that :meth:`clear` and :meth:`show` give new values. What the buttons ``delete``
    and "New conversation" do is connected by whoever keeps conversations.

    Args:
        corpus: what is asked.
        model: who answers.
        policy: what users of the page may do.
        evidence: the pane in which the cited documents open.
        chosen: its value are the ids of the documents that are asked, None for all.
    """

    def __init__(
        self,
        corpus: Corpus,
        model: ModelTab,
        policy: ServingPolicy,
        evidence: gr.HTML,
        chosen: gr.JSON,
    ) -> None:
        self._corpus = corpus
        self._policy = policy
        self.evidence = evidence
        self.conversation = gr.State(None)
        self.keep: Keep = lambda talk, answer, within: None
        self.reopen: Reopen = lambda question, within: None
        self.answered: list[Any] = []
        with gr.Column(elem_id="conversation"):
            with gr.Column(elem_id="turns"):
                self.past = linked_html("past")
                self.current = linked_html("answer")
                self.welcome = linked_html("welcome")
            self._layout_question(model)
        self.saved = html("saved", visible="hidden")
        self._chosen = chosen
        self._inputs = [self.since, self.until, self.outlets, model.spec, chosen]
        self._inputs += [self.conversation]
        self._outputs = [self.past, self.current, self.evidence, self.understood, self.question]
        self._outputs += [self.conversation, self.stop]
        self._ticking = gr.JSON(None, visible="hidden")  # the documents that are to be ticked
        self.cleared = [*self._outputs, self.since, self.until, self.outlets, self._ticking]
        self.cleared += [self.saved]
        self._connect()

    def _layout_question(self, model: ModelTab) -> None:
        with gr.Column(elem_id="asking"):
            self.understood = gr.Textbox(
                label="Understood as",
                info="Edit the question and press Enter to ask it in these words.",
                visible=False,
            )
            html("revising", revising_html())
            html("scope", scope_html())
            self._revised = gr.Number(NOT_REVISED, precision=0, visible="hidden")
            with gr.Row(elem_id="composer"):
                self.question = gr.Textbox(
                    label="Question",
                    elem_id="question",
                    placeholder="Ask these documents …",
                    lines=1,
                    max_lines=6,
                    autofocus=True,
                )
                self.stop = gr.Button("Stop", min_width=64, interactive=False, elem_id="stop")
                self.ask = gr.Button("Ask", variant="primary", min_width=64, elem_id="send")
            with gr.Accordion("Filters", open=False, elem_id="filters"):
                with gr.Row():
                    self.since = gr.Textbox(label="Since", placeholder="2024-01", min_width=110)
                    self.until = gr.Textbox(label="Until", placeholder="2024-12", min_width=110)
                self.outlets = gr.Dropdown(
                    label="Publisher", choices=[], multiselect=True, allow_custom_value=True
                )
            with gr.Row(elem_id="below"):
                model.note.render()  # type: ignore[no-untyped-call]
                self.delete = gr.Button("Delete conversation", min_width=64, elem_id="delete")

    def _connect(self) -> None:
        # A question asked while another is being answered takes its place.
        asks: dict[str, Any] = {"outputs": self._outputs, "trigger_mode": "multiple"}
        asks |= {"concurrency_limit": NO_LIMIT, "show_progress": "hidden"}
        asked = asked_of([self.question, *self._inputs], self._chosen)
        as_is = asked_of([self.understood, *self._inputs], self._chosen)
        revised = asked_of(
            [self.question, *self._inputs, self._revised], self._chosen, first_js=_REVISED_JS
        )
        typed = [self.question.submit, self.ask.click]
        taken = self.welcome.input(self._take_example, None, self.question, **PRIVATE)
        private = asks | PRIVATE
        self.answered += [
            gr.on(typed, self._ask, api_name="ask", **revised, **asks),
            self.understood.submit(self._ask_as_is, **as_is, **private),
            taken.then(self._ask_example, **asked, **private),
        ]
        self._ticking.change(None, self._ticking, js=_TICK_JS, **PRIVATE)
        stopped = [self.current, self.stop]
        self.stop.click(self._stop, self.conversation, stopped, **PRIVATE)
        for turns in (self.past, self.current):
            turns.select(self._open, self.conversation, self.evidence, **IN_TURN)
            turns.input(self._save, self.conversation, [self.saved, self.evidence], **PRIVATE)

    def ask_linked(self, opened: Any, link: gr.State) -> None:
        """Ask the question of a link once the window is open, or show its answer that is kept.

        Args:
            opened: the event after which the question is asked.
            link: whether its question may be asked before the reader has seen it; None without a
                link.
        """
        asked = opened.then(
            self._ask_linked,
            outputs=self.cleared,
            **asked_of([link, self.question, *self._inputs], self._chosen),
            **PRIVATE,
            concurrency_limit=NO_LIMIT,
        )
        self.answered.append(asked)

    def _ask_linked(self, may_ask: bool | None, question: str, *inputs: Any) -> Iterator[Any]:
        yield gr.skip()
        if may_ask is None:
            return
        since, until, outlets, _, chosen, shown = inputs
        kept = self.reopen(question, filters(since, until, outlets, chosen))
        if kept is not None:  # as the address of a page names its last question: a reload
            yield self.show(kept, shown)
        elif may_ask:
            yield from self._answer(question, *inputs, alone=True)

    def _ask(self, question: str, *inputs: Any) -> Iterator[Updates]:
        *asked, revised = inputs
        talk: Conversation | None = asked[-1]
        if talk is not None and question.strip() and isinstance(revised, int):
            talk.cut(revised)
        yield from self._ask_example(question, *asked)

    def _ask_example(self, question: str, *inputs: Any) -> Iterator[Updates]:
        yield from self._answer(question, *inputs, alone=False)

    def _ask_as_is(self, question: str, *inputs: Any) -> Iterator[Updates]:
        yield from self._answer(question, *inputs, alone=True)

    def _answer(
        self,
        question: str,
        since: str,
        until: str,
        outlets: list[str],
        spec: str,
        chosen: list[str] | None,
        conversation: Conversation | None,
        *,
        alone: bool,
    ) -> Iterator[Updates]:
        """Answer step by step; the box is free for the next question at once."""
        talk = conversation or Conversation(self._corpus.chat())
        talk.unread = self._corpus.documents.unread_notice()
        within = filters(since, until, outlets, chosen)
        asked_within = within | self._in_all(chosen)
        partial = PartialAnswer(question, len(talk.turns))
        number = talk.abandon_running()
        talk.question = question
        yield {
            **{self.conversation: talk, self.past: talk.html(), self.current: partial.html()},
            **{self.understood: _hidden(), self.stop: gr.update(interactive=True)},
            self.question: gr.update(value="", info=""),
        }
        stream = talk.chat.stream(question, alone=alone, llm=spec, **within)
        slot = page_request(self._policy, "ask", question)
        with errors_as_messages() as errors, slot as line, closing(stream) as events:
            for event in events:
                if talk.latest != number:
                    yield gr.skip()  # what was shown last would be shown again at the end
                    return
                if event.answer is not None:
                    line |= {"result": event.answer.status, "llm": spec}
                    talk.turns.append((event.answer, asked_within))
                    self.keep(talk, event.answer, asked_within)
                    yield self._finish(talk, event.answer)
                else:
                    partial.apply(event)
                    yield {self.current: partial.html()}
        if errors:
            yield {self.current: render.failed_turn_html(question, errors[0], partial.turn)}
        yield {self.stop: gr.update(interactive=False)}

    def _in_all(self, chosen: list[str] | None) -> dict[str, int]:
        """Return of how many documents some were chosen; nothing where all are asked."""
        return {} if chosen is None else {IN_ALL: self._corpus.documents.page(limit=0)[1]}

    def _finish(self, talk: Conversation, answer: Answer) -> Updates:
        """Show the last answer with its evidence."""
        understood = render.rewritten_question(answer.to_dict())
        return {
            self.current: talk.html(-1),
            self.evidence: self._evidence(talk, len(talk.turns) - 1),
            self.understood: gr.update(value=understood or "", visible=bool(understood)),
        }

    def _evidence(self, talk: Conversation, turn: int, current: int = 0) -> str:
        """Return the articles that an answer cites as HTML, without those that are gone.

        Raises:
            ArticleNotFound: the article of the citation ``current`` is gone.
        """
        answer = talk.turns[turn][0].to_dict()
        citations = render.all_citations(answer)
        wanted = {c["article_id"] for c in citations if c["number"] == current}
        articles = []
        for id_ in dict.fromkeys(citation["article_id"] for citation in citations):
            try:
                articles.append(self._corpus.article(id_).to_dict())
            except ArticleNotFound:
                if id_ in wanted:
                    raise
        return render.evidence_html(answer, articles, turn, current)

    def _open(self, talk: Conversation | None, event: gr.EventData) -> str:
        link = link_data(event)
        with errors_as_messages() as errors:
            if "article" in link or talk is None:
                return article_at(self._corpus, link)
            return self._evidence(talk, int(link["turn"]), int(link["cite"]))
        return render.message_html(errors[0])

    def _save(self, talk: Conversation | None, event: gr.EventData) -> tuple[str, Any]:
        """Return an answer as a file inside a link; the server keeps no copy."""
        link = link_data(event)
        with errors_as_messages() as errors:
            ending = str(link["save"])
            if talk is None:
                return "", gr.skip()
            answer, within = talk.turns[int(link["turn"])]
            if ending == WORD_ENDING:
                content = answer_file(answer, ending, within)
            else:
                pack = evidence_pack(self._corpus, answer, prompts=self._policy.local)
                content = pack_text(pack, ending).encode()
            return render.download_html(content, answer.question, ending), gr.skip()
        return "", render.message_html(errors[0])

    def _stop(self, talk: Conversation | None) -> tuple[Any, Any]:
        if talk is None:
            return gr.skip(), gr.update(interactive=False)
        talk.abandon_running()
        stopped = render.failed_turn_html(talk.question, STOPPED, len(talk.turns))
        return stopped, gr.update(interactive=False)

    def clear(self, talk: Conversation | None) -> Updates:
        """Begin a new conversation; of this one, nothing is left on the page and in memory."""
        if talk is not None:
            talk.abandon_running()
        return {
            **dict.fromkeys((self.past, self.current, self.question, self.saved), ""),
            self.evidence: render.placeholder_html(NOTHING_CITED),
            **{self.understood: _hidden(), self.conversation: None},
            self.stop: gr.update(interactive=False),
            self._ticking: {"as_before": True, "for": token_hex(4)},
        }

    def show(self, talk: Conversation, shown_before: Conversation | None) -> Updates:
        """Show a conversation that was kept, to go on with, within the limits of its last turn.

        Args:
            talk: the conversation.
            shown_before: the one that it takes the place of.
        """
        if shown_before is not None:
            shown_before.abandon_running()
        talk.unread = self._corpus.documents.unread_notice()
        last = len(talk.turns) - 1
        return {
            **{self.conversation: talk, self.past: talk.html(0, last), self.saved: ""},
            **{self.current: talk.html(last), self.understood: _hidden()},
            **self._limits_of(talk.turns[last][1]),
            self.evidence: self._evidence(talk, last),
            self.question: gr.update(value="", info=""),
            self.stop: gr.update(interactive=False),
        }

    def _limits_of(self, within: dict[str, Any]) -> Updates:
        """Return the filters of a turn as values, of its documents those that are still there."""
        asked = within.get("documents") or ()
        total = self._corpus.documents.page(limit=0)[1]
        there = {row.id for row in self._corpus.documents.page(limit=total)[0]} if asked else set()
        chosen = [id_ for id_ in asked if id_ in there]
        if len(chosen) < len(asked):
            left = "The others are asked now." if chosen else "All documents are asked now."
            gr.Warning(f"{len(asked) - len(chosen)} of {len(asked)} {_GONE} {left}")
        return {
            **{self.since: within.get("since") or "", self.until: within.get("until") or ""},
            self.outlets: within.get("outlets") or [],
            # Of two that are alike, the second is followed too.
            self._ticking: {"documents": chosen or None, "for": token_hex(4)},
        }

    def _take_example(self, event: gr.EventData) -> str:
        return str(link_data(event).get("ask", ""))


def _hidden() -> Any:
    return gr.update(value="", visible=False)
