"""The room where questions are asked: the conversation on the left, the evidence on the right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import chain, islice, zip_longest
from typing import Any

import gradio as gr

from rag import render
from rag.corpus import Corpus
from rag.errors import ArticleNotFound
from rag.limits import ServingPolicy
from rag.packs import evidence_pack, pack_text
from rag.text.names import NAME_IN_PROSE
from rag.text.times import CALENDAR, spoken_date
from rag.types import Article
from rag.ui.conversation import Answerer, Conversation, Unfinished
from rag.ui.links import PRIVATE, asking, filters, html, linked, pane, places, problems, read

SAMPLE = 40  # articles that are read, the newest: what a new reader would look at first
TRIED = 4  # questions asked at most for each that is wanted
# A number, what it counts, and where: "2,500 US military personnel are stationed in Iraq".
_COUNTED = re.compile(
    r"\b\d[\d,.]*\s+((?:[A-Z]{2,}\s+)?(?:[a-z]+\s+){0,2}?(?:[a-z]{3,}s|personnel|people))\s+"
    r"(?:(?:are|were)\s+(?:\w+\s+)?)?in\s+((?:the\s+)?[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)"
)
_NAME = re.compile(NAME_IN_PROSE)
_UNITS = re.compile(r"\b(?:years?|months?|days?|weeks?|hours?|cents?|times|metres|miles|degrees)\b")
_DAY = re.compile(rf"\b(?:{'|'.join(day.title() for day in sorted(CALENDAR))})\b")


def suggestions(corpus: Corpus, most: int = 4) -> list[str]:
    """Questions that the articles answer, at most so many; none where none was found.

    Args:
        corpus: what is to be asked; the newest of its articles are read.
        most: how many are wanted.
    """
    rows, _ = corpus.documents.page(limit=SAMPLE)
    articles = [corpus.article(row.id) for row in rows]
    counts = _counts(articles)
    kinds = (islice(counts, 1), _names(articles), _times(articles))
    mixed = (q for q in chain(*zip_longest(*kinds), counts) if q is not None)
    tried = islice(dict.fromkeys(mixed), most * TRIED)
    answered = (q for q in tried if corpus.ask(q, llm="none").status == "answered")
    return list(islice(answered, most))


def _counts(articles: list[Article]) -> Iterator[str]:
    found: Counter[tuple[str, str]] = Counter()
    for article in articles:
        matches = {(m[1], m[2]) for m in _COUNTED.finditer(_text(article))}
        found.update(match for match in matches if not _UNITS.search(match[0]))
    for (what, where), _ in found.most_common():
        yield f"How many {what} are in {where}?"


def _names(articles: list[Article]) -> Iterator[str]:
    """Names of people and the like; a word also written small is a title or an office."""
    texts = [_text(article) for article in articles]
    small = {word for text in texts for word in re.findall(r"\b[a-z]+\b", text)}
    known = {article.outlet for article in articles}
    found: Counter[str] = Counter()
    for text in texts:
        names = {_without_title(match[0], small) for match in _NAME.finditer(text)}
        found.update(name for name in names if name and not _DAY.search(name))
    # Names of several words first: they say more than a surname, or than a country.
    for name, _ in sorted(found.items(), key=lambda item: (" " not in item[0], -item[1])):
        if name not in known:
            yield f"What is said about {name}?"


def _without_title(name: str, small: set[str]) -> str:
    words = name.split()
    while words and words[0].lower() in small:
        words = words[1:]
    return " ".join(words)


def _times(articles: list[Article]) -> Iterator[str]:
    dates = sorted({(article.published or "")[:7] for article in articles}, reverse=True)
    for month in dates:
        if len(month) == len("2024-01"):
            yield f"What happened in {spoken_date(month)}?"


def _text(article: Article) -> str:
    """What the article reports, its clutter left out, on one line."""
    kept, at = [], 0
    for mark in sorted(article.marks):
        kept.append(article.text[at : max(at, mark.start)])
        at = max(at, mark.end)
    return " ".join(" ".join([*kept, article.text[at:]]).split())


NOTHING_OPEN = "Ask, then follow a citation: the article opens here at the words that it quotes."
STOPPED = "Stopped. Ask again, or ask something else."
CONCURRENT = None  # who has a turn at answering is decided by the policy, for all doors

Shown = dict[Any, Any]  # by the component that is to show it


class AskRoom:
    """The widgets of the room, and what happens when they are used."""

    def __init__(self, corpus: Corpus, answerer: Answerer, policy: ServingPolicy) -> None:
        """Lay out the room, inside the tab that is open."""
        self._corpus = corpus
        self._policy = policy
        self._answerer = answerer
        self.talk = gr.State(None)
        with gr.Row(elem_id="ask"):
            with gr.Column(scale=5, min_width=320, elem_id="conversation"):
                with gr.Column(elem_id="turns"):
                    self.past = linked("past")
                    self.current = linked("answer")
                    self.welcome = linked("welcome")
                self._layout_asking()
            with gr.Column(scale=5, min_width=320, elem_id="evidence-column"):
                self.evidence = pane("evidence", NOTHING_OPEN)
        self.saved = html("saved", visible="hidden")
        self._asked = [self.since, self.until, self.outlets, answerer.spec, self.talk]
        self._outputs = [self.past, self.current, self.evidence, self.meant, self.question]
        self._outputs += [self.talk, self.stop]
        self._connect()

    def _layout_asking(self) -> None:
        with gr.Column(elem_id="asking"):
            self.meant = gr.Textbox(
                label="Understood as", info="Edit it and press Enter to ask it so.", visible=False
            )
            self.question = gr.Textbox(
                label="Question",
                elem_id="question",
                placeholder="Ask the articles …",
                lines=1,
                max_lines=6,
                autofocus=True,
            )
            with gr.Row(elem_classes="buttons"):
                self.ask = gr.Button("Ask", variant="primary", min_width=90)
                self.stop = gr.Button("Stop", min_width=90, interactive=False, elem_id="stop")
                self.delete = gr.Button("Delete conversation", min_width=150)
            self._answerer.note.render()  # type: ignore[no-untyped-call]
            with gr.Accordion("Filters", open=False, elem_id="filters"):
                with gr.Row():
                    self.since = gr.Textbox(label="Since", placeholder="2024-01", min_width=110)
                    self.until = gr.Textbox(label="Until", placeholder="2024-12", min_width=110)
                self.outlets = gr.Dropdown(
                    label="Outlets", choices=[], multiselect=True, allow_custom_value=True
                )

    def _connect(self) -> None:
        # A question asked while another is being answered takes its place.
        asks: dict[str, Any] = {"outputs": self._outputs, "trigger_mode": "multiple"}
        asks |= {"concurrency_limit": CONCURRENT, "show_progress": "hidden"}
        gr.on(
            [self.question.submit, self.ask.click],
            self._ask,
            [self.question, *self._asked],
            api_name="ask",
            **asks,
        )
        private = asks | PRIVATE
        self.meant.submit(self._ask_as_is, [self.meant, *self._asked], **private)
        self.welcome.input(self._take_example, None, self.question, **PRIVATE).then(
            self._ask, [self.question, *self._asked], **private
        )
        stopped = [self.current, self.stop]
        self.stop.click(self._stop, self.talk, stopped, **PRIVATE)
        self.delete.click(self._delete, self.talk, [*self._outputs, self.saved], **PRIVATE).then(
            None, js="() => window.footnote.forget()", **PRIVATE
        )
        for turns in (self.past, self.current):
            turns.select(self._open, self.talk, self.evidence, **PRIVATE)
            turns.input(self._save, self.talk, [self.saved, self.evidence], **PRIVATE)

    def ask_linked(self, opened: Any, linked: gr.State) -> None:
        """Ask the question of a link once the window is there.

        Args:
            opened: the event after which it is asked.
            linked: whether there is one that may be asked unseen.
        """
        opened.then(
            self._ask_linked,
            [linked, self.question, *self._asked],
            self._outputs,
            **PRIVATE,
            concurrency_limit=CONCURRENT,
        )

    def _ask_linked(self, linked: bool, question: str, *asked: Any) -> Iterator[Any]:
        yield gr.skip()
        if linked:
            yield from self._answer(question, *asked, alone=True)

    def _ask(self, question: str, *asked: Any) -> Iterator[Shown]:
        yield from self._answer(question, *asked, alone=False)

    def _ask_as_is(self, question: str, *asked: Any) -> Iterator[Shown]:
        yield from self._answer(question, *asked, alone=True)

    def _answer(
        self,
        question: str,
        since: str,
        until: str,
        outlets: list[str],
        spec: str,
        talk: Conversation | None,
        *,
        alone: bool,
    ) -> Iterator[Shown]:
        """An answer step by step; the box is free for the next question at once."""
        talk = talk or Conversation(self._corpus.chat())
        turn = len(talk.turns)
        within = filters(since, until, outlets)
        part = Unfinished(question, turn)
        mine = talk.turn_away()
        talk.asked = question
        yield {
            **{self.talk: talk, self.past: talk.html(), self.current: part.html()},
            **{self.meant: _hidden(), self.stop: gr.update(interactive=True)},
            self.question: gr.update(value="", info=""),
        }
        stream = talk.chat.stream(question, alone=alone, llm=spec, **within)
        turn_at = asking(self._policy, "ask", question)
        with problems() as failed, turn_at as line, closing(stream) as events:
            for event in events:
                if talk.asking != mine:
                    yield gr.skip()  # what was shown last would be shown again at the end
                    return
                if event.answer is not None:
                    line |= {"result": event.answer.status, "llm": spec}
                    talk.turns.append((event.answer, within))
                    yield self._done(talk)
                else:
                    part.take(event)
                    yield {self.current: part.html()}
        if failed:
            yield {self.current: render.failed_turn_html(question, failed[0], turn)}
        yield {self.stop: gr.update(interactive=False)}

    def _done(self, talk: Conversation) -> Shown:
        """The last answer with its evidence."""
        meant = render.rewritten_question(talk.turns[-1][0].to_dict())
        return {
            self.current: talk.last_html(),
            self.evidence: self._evidence(talk, len(talk.turns) - 1),
            self.meant: gr.update(value=meant or "", visible=bool(meant)),
        }

    def _evidence(self, talk: Conversation, turn: int, current: int = 0) -> str:
        """The articles that an answer cites, as HTML; those that are gone are left out.

        Raises:
            ArticleNotFound: the one that is wanted is gone.
        """
        given = talk.turns[turn][0].to_dict()
        quotes = render.all_citations(given)
        wanted = {quote["article_id"] for quote in quotes if quote["number"] == current}
        articles = []
        for id_ in dict.fromkeys(quote["article_id"] for quote in quotes):
            try:
                articles.append(self._corpus.article(id_).to_dict())
            except ArticleNotFound:
                if id_ in wanted:
                    raise
        return render.evidence_html(given, articles, turn, current)

    def _open(self, talk: Conversation | None, event: gr.EventData) -> str:
        place = places(event)
        evidence = ""
        with problems() as failed:
            if "article" in place or talk is None:
                evidence = read(self._corpus, place)
            else:
                turn, number = int(place["turn"]), int(place["cite"])
                evidence = self._evidence(talk, turn, number)
        return render.message_html(failed[0]) if failed else evidence

    def _save(self, talk: Conversation | None, event: gr.EventData) -> tuple[str, Any]:
        """The evidence of an answer as a file: in the link, and nowhere on the server."""
        place = places(event)
        link = ""
        with problems() as failed:
            ending = str(place["save"])
            if talk is not None:
                answer = talk.turns[int(place["turn"])][0]
                pack = evidence_pack(self._corpus, answer, prompts=self._policy.local)
                link = render.download_html(pack_text(pack, ending), f"evidence{ending}")
        return (link, gr.skip()) if not failed else ("", render.message_html(failed[0]))

    def _stop(self, talk: Conversation | None) -> tuple[Any, Any]:
        if talk is None:
            return gr.skip(), gr.update(interactive=False)
        talk.turn_away()
        stopped = render.failed_turn_html(talk.asked, STOPPED, len(talk.turns))
        return stopped, gr.update(interactive=False)

    def _delete(self, talk: Conversation | None) -> Shown:
        """Nothing of the conversation is left, here or on the server."""
        if talk is not None:
            talk.turn_away()
        return {
            **dict.fromkeys((self.past, self.current, self.question, self.saved), ""),
            self.evidence: render.placeholder_html(NOTHING_OPEN),
            self.meant: _hidden(),
            self.talk: None,
            self.stop: gr.update(interactive=False),
        }

    def _take_example(self, event: gr.EventData) -> str:
        return str(places(event).get("ask", ""))


def _hidden() -> Any:
    return gr.update(value="", visible=False)
