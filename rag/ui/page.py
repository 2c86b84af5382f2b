"""The page: its rooms as tabs, what it remembers of a reader, and how it is served."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI
from gradio.utils import get_upload_folder

from rag import render
from rag.corpus import Corpus
from rag.limits import ServingPolicy
from rag.llms.specs import NO_LLM
from rag.ui.articles import ArticlesRoom
from rag.ui.ask import AskRoom, suggestions
from rag.ui.conversation import Answerer
from rag.ui.links import PRIVATE, html, problems
from rag.ui.tabs import CheckRoom, QualityRoom, TimelineRoom


class Page(gr.Blocks):
    """Blocks that take no file but what was uploaded.

    Whatever a widget is, a browser can send a file's place as its value. Gradio copies such a
    file to where it can be fetched, fetches it from the net, or hands its place on as it is.
    """

    async def preprocess_data(
        self, block_fn: Any, inputs: list[Any], state: Any, explicit_call: bool = False
    ) -> list[Any]:
        """What a browser sent, made into what functions take.

        Raises:
            gradio.Error: it names a file that was not uploaded.
        """
        for named in _files(inputs):
            if not _was_uploaded(named):
                raise gr.Error("Only an uploaded file can be named here.", print_exception=False)
        values: list[Any] = await super().preprocess_data(block_fn, inputs, state, explicit_call)
        return values


def _files(value: Any) -> Iterator[dict[str, Any]]:
    """What may be taken for a file, however deep it lies."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            if "path" in found:
                yield found
            waiting += found.values()
        elif isinstance(found, list | tuple):
            waiting += found


def _was_uploaded(named: dict[str, Any]) -> bool:
    path = named["path"]
    if not isinstance(path, str) or "\0" in path or named.get("is_stream"):
        return False
    return Path(path).resolve().is_relative_to(Path(get_upload_folder()).resolve())


HERE = Path(__file__).resolve().parent
WELCOME = "Every sentence of an answer leads to the words that back it."
EXAMPLES = f"{WELCOME} For example:"
EMPTY = "There are no articles yet. Open “Articles” and add some."
LINKED = "Press Enter to ask this."
REMEMBERED = "footnote"  # the key in the browser's own storage; not a secret, nor is what is kept
KEPT = 3_600  # seconds after which uploads are deleted: they are in the folder by then, or refused
THREADS = 200  # more than are let in at once, so that whoever is not can be told
# Windows whose conversations are kept, those used last: Gradio never forgets all of a window, which
# is 0.4 MB once something was asked in it.
WINDOWS = 250
CONCURRENT = 20  # of each kind of call, from all windows together


def build(corpus: Corpus, policy: ServingPolicy) -> gr.Blocks:
    """The page over a corpus. Each window has a conversation of its own.

    Gradio forgets it within an hour of the window's end.

    Args:
        corpus: what is asked; shared by all who have the page open.
        policy: on what terms.
    """
    page = Page(
        title="Footnote", analytics_enabled=False, fill_width=True, delete_cache=(KEPT, KEPT)
    )
    with page:
        memory = gr.BrowserState({}, storage_key=REMEMBERED, secret=REMEMBERED)
        with gr.Row(elem_id="top"):
            gr.Markdown("# Footnote", elem_id="name")
            gr.Button("Dark or light", elem_id="theme", size="sm", min_width=110).click(
                None, js="() => window.footnote.turn()", **PRIVATE
            )
            if policy.password_hash is not None:
                html("leave", render.logout_html())
        answerer = Answerer(corpus, policy)
        with gr.Tabs(elem_id="rooms"):
            with gr.Tab("Ask"):
                ask = AskRoom(corpus, answerer, policy)
            with gr.Tab("Articles") as tab:
                articles = ArticlesRoom(corpus, policy)
                articles.show(tab)
            with gr.Tab("Timeline") as tab:
                timeline = TimelineRoom(corpus, policy)
                timeline.show(tab)
            with gr.Tab("Check"):
                CheckRoom(corpus, policy)
            with gr.Tab("Quality") as tab:
                QualityRoom(corpus, tab)
            with gr.Tab("Model"):
                answerer.layout([ask.since, ask.until, ask.outlets])
        _Start(page, corpus, memory, ask, articles, timeline, answerer)
    page.max_threads = THREADS
    page.queue(default_concurrency_limit=CONCURRENT)
    page.state_session_capacity = WINDOWS
    page.has_launched = True  # else Gradio checks no path that a browser names
    return page


class _Start:
    """What happens when a window opens: settings come back, a link's question, examples."""

    def __init__(
        self,
        page: gr.Blocks,
        corpus: Corpus,
        memory: gr.BrowserState,
        ask: AskRoom,
        articles: ArticlesRoom,
        timeline: TimelineRoom,
        answerer: Answerer,
    ) -> None:
        self._corpus = corpus
        self._answerer = answerer
        self._examples = lru_cache(maxsize=1)(lambda generation: suggestions(corpus))
        kept: list[Any] = [answerer.spec, ask.since, ask.until, ask.outlets]
        linked = gr.State(False)
        opened = page.load(
            self._restore, memory, [*kept, timeline.outlets, ask.question, linked], **PRIVATE
        )
        ask.ask_linked(opened, linked)
        opened.then(self._welcome, None, ask.welcome, **PRIVATE)
        for widget in kept:
            widget.input(self._remember, kept, memory, **PRIVATE)
        fresh = [ask.outlets, timeline.outlets, ask.welcome]
        articles.changed.change(self._refresh, None, fresh, **PRIVATE)

    def _remember(self, spec: str, since: str, until: str, outlets: list[str]) -> dict[str, Any]:
        return {"llm": spec, "since": since, "until": until, "outlets": outlets}

    def _restore(self, memory: Any, request: gr.Request) -> tuple[Any, ...]:
        """The settings of before, where they still make sense; a link's go before them."""
        known = self._corpus.documents.outlets()
        given = memory if isinstance(memory, dict) else {}
        asked = dict(request.query_params)
        question = str(asked.get("q", ""))
        if question:
            given = given | {"since": asked.get("since", ""), "until": asked.get("until", "")}
            given["outlets"] = request.query_params.getlist("outlets")
        spec = given.get("llm")
        spec = spec if spec in self._answerer.specs else self._corpus.settings.llm
        outlets = [name for name in given.get("outlets") or [] if name in known]
        # A link must not have an LLM asked before the reader has seen what is sent.
        asks = bool(question) and spec == NO_LLM
        return (
            spec,
            _where_given(given.get("since")),
            _where_given(given.get("until")),
            gr.update(choices=known, value=outlets),
            gr.update(choices=known),
            _where_given(question, info=None if asks else LINKED),
            asks,
        )

    def _welcome(self) -> Iterator[str]:
        """Questions to begin with, once they are found."""
        _, articles = self._corpus.documents.page(limit=0)
        yield render.examples_html([], WELCOME if articles else EMPTY)
        if articles:
            with problems():
                found = self._examples(self._corpus.documents.generation())
                yield render.examples_html(found, EXAMPLES if found else WELCOME)

    def _refresh(self) -> Iterator[tuple[Any, Any, str]]:
        known = gr.update(choices=self._corpus.documents.outlets())
        for welcome in self._welcome():
            yield known, known, welcome


def _where_given(value: Any, **options: Any) -> Any:
    """A text for a box; a reader may have begun to type in it, so that no text changes nothing."""
    return gr.update(value=str(value), **options) if value else gr.update()


def mount(app: FastAPI, corpus: Corpus, policy: ServingPolicy) -> FastAPI:
    """Put the page at the root of an app; what the app has already keeps its place.

    Args:
        app: what else is served.
        corpus: what is asked.
        policy: on what terms.
    """
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        build(corpus, policy),
        path="/",
        ssr_mode=False,
        show_error=False,
        max_file_size=corpus.settings.max_bytes,
        run_history=False,  # it would keep every question in the browser
        theme=_theme(),
        # As `css`, Gradio would confine it to what it draws inside its own margins.
        head=render.style_html((HERE / "style.css").read_text("utf-8")),
        js=(HERE / "page.js").read_text("utf-8"),
        footer_links=[],
    )
    return mounted


def _theme() -> gr.themes.Base:
    """Fonts that every machine has, and texts that stand out enough from what is behind them."""
    base = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"])
    return base.set(
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
        block_info_text_color="*neutral_600",
        block_info_text_color_dark="*neutral_300",
        block_label_text_color="*neutral_700",
        block_title_text_color="*neutral_700",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        link_text_color="*primary_700",
    )
