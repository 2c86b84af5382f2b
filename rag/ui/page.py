"""The web page: its panes, the settings that a browser keeps, and how the page is served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI
from gradio.utils import get_upload_folder

from rag import render
from rag.corpus import Corpus
from rag.limits import ServingPolicy
from rag.llms.specs import NO_LLM
from rag.ui.ask import NOTHING_CITED, AskTab
from rag.ui.compare import COMPARE_VIEW, CompareTab
from rag.ui.evidence import EvidencePane
from rag.ui.examples import Examples, folder_name
from rag.ui.history import HistoryPanel
from rag.ui.model import ModelTab
from rag.ui.sources import SourcesPane
from rag.ui.tabs import CheckTab, QualityTab, TimelineTab
from rag.ui.widgets import IN_TURN, PRIVATE, Workspace, article_opener, html

ABOUT = "About this collection"
MAY_ASK_LINKED = "Press Enter to ask this."
STORAGE_KEY = "footnote"  # in the browser's own storage; neither it nor its content is a secret
# Seconds after which uploads are deleted: by then they are in the folder, or were refused.
UPLOADS_KEPT = 3_600
WORKER_THREADS = 200  # more than requests that are let in, so that the others can be refused
# Windows whose conversations are kept, those used last: Gradio never forgets all of a window, which
# is 0.4 MB once something was asked in it.
WINDOWS_KEPT = 250
# How often Gradio looks for calls that wait: its own millisecond takes a tenth of a core, all day.
QUEUE_SECONDS = 0.02
CALLS_AT_ONCE = 20  # of each kind of call, from all windows together
_FOLDER = Path(__file__).resolve().parent


class Page(gr.Blocks):
    """Blocks that accept no files but uploaded ones.

    A browser can send the path or URL of a file as the value of any component. Gradio copies such
    a file to where it can be fetched, fetches it from the net, or hands the path on as it is.
    """

    async def preprocess_data(
        self, block_fn: Any, inputs: list[Any], state: Any, explicit_call: bool = False
    ) -> list[Any]:
        """Turn what a browser sent into arguments of callbacks.

        Raises:
            gradio.Error: it names a file that was not uploaded.
        """
        for file in _files(inputs):
            if not _was_uploaded(file):
                raise gr.Error("Only uploaded files can be used here.", print_exception=False)
        values: list[Any] = await super().preprocess_data(block_fn, inputs, state, explicit_call)
        return values

    def queue(self, **_: Any) -> gr.Blocks:
        """Set how calls wait; Gradio calls this once, at first, and builds an app each time."""
        self.max_threads = WORKER_THREADS
        super().queue(default_concurrency_limit=CALLS_AT_ONCE)
        self._queue.sleep_when_free = QUEUE_SECONDS
        self._queue.progress_update_sleep_when_free = 1  # nothing here shows progress so
        return self


def _files(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every value that Gradio may take for a file, however deeply it is nested."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            if "path" in found:
                yield found
            waiting += found.values()
        elif isinstance(found, list | tuple):
            waiting += found


def _was_uploaded(file: dict[str, Any]) -> bool:
    path = file["path"]
    if not isinstance(path, str) or "\0" in path or file.get("is_stream"):
        return False
    return Path(path).resolve().is_relative_to(Path(get_upload_folder()).resolve())


def build(corpus: Corpus, policy: ServingPolicy, examples: Examples) -> gr.Blocks:
    """Build the page over a corpus.

    Each window has a conversation of its own, which Gradio forgets within an hour of the window's
    end.

    Args:
        corpus: what is asked; shared by all who have the page open.
        policy: what users of the page may do, and how many are served at once.
        examples: the questions that an empty page suggests.
    """
    page = Page(
        title="Footnote",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(UPLOADS_KEPT, UPLOADS_KEPT),
    )
    with page:
        memory = gr.BrowserState({}, storage_key=STORAGE_KEY, secret=STORAGE_KEY)
        about = _top(corpus, policy)
        model = ModelTab(corpus, policy)
        pane = EvidencePane(corpus, policy, NOTHING_CITED)
        evidence = pane.document
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="sources-pane", min_width=0):
                history = HistoryPanel(corpus, policy)
                with gr.Column(elem_id="shelf-documents", elem_classes="shelf"):
                    sources = SourcesPane(corpus, policy)
            html("left-divider", render.divider_html("left"))
            with gr.Column(elem_id="middle", min_width=0), gr.Tabs(elem_id="tabs") as tabs:
                with gr.Tab("Ask"):
                    ask = AskTab(corpus, model, policy, evidence, sources.chosen)
                space = Workspace(corpus, policy, evidence, sources.chosen)
                with gr.Tab("Check"):
                    CheckTab(space)
                with gr.Tab("Compare", id=COMPARE_VIEW) as comparing:
                    CompareTab(space, comparing).open_from((ask.past, ask.current), tabs)
                with gr.Tab("Timeline") as tab:
                    timeline = TimelineTab(space, tab)
            html("right-divider", render.divider_html("right"))
            with gr.Column(elem_id="evidence-pane", min_width=0):
                html("walker", render.walker_html())
                pane.layout()
        sources.open(article_opener(corpus), None, evidence, **IN_TURN)
        said = pane.changed.change(lambda now: now, pane.changed, sources.changed, **PRIVATE)
        sources.show_after(said)
        html("panes", render.panes_html())
        _sheets(corpus, about, model, [ask.since, ask.until, ask.outlets, sources.chosen])
        _Startup(page, corpus, memory, ask, sources, timeline, model, examples)
        history.connect(page, ask)
    page.state_session_capacity = WINDOWS_KEPT
    page.has_launched = True  # else Gradio checks no path that a browser names
    return page


def _top(corpus: Corpus, policy: ServingPolicy) -> gr.Button:
    """Lay out the bar at the top; return its button that opens what is known of the documents."""
    with gr.Row(elem_id="top"):
        html("name", render.brand_html(folder_name(corpus)))
        about = gr.Button(ABOUT, elem_id="open-about", min_width=44)
        about.click(None, js="() => window.footnote.openSheet('about')", **PRIVATE)
        settings = gr.Button("Settings", elem_id="open-settings", min_width=44)
        settings.click(None, js="() => window.footnote.openSheet('settings')", **PRIVATE)
        if policy.password_hash is not None:
            html("logout", render.logout_html())
    return about


def _sheets(corpus: Corpus, about: gr.Button, model: ModelTab, filter_boxes: list[Any]) -> None:
    """Lay out what opens over the page: the settings, and what is known of the documents."""
    with gr.Column(elem_id="settings", elem_classes="sheet"):
        html("settings-head", render.sheet_head_html("Settings"), elem_classes="sheet-head")
        html("look", render.appearance_html())
        model.layout(filter_boxes)
    with gr.Column(elem_id="about", elem_classes="sheet"):
        html("about-head", render.sheet_head_html(ABOUT), elem_classes="sheet-head")
        QualityTab(corpus, about)


class _Startup:
    """What happens when a window opens: settings are restored, a link is asked, examples come."""

    def __init__(
        self,
        page: gr.Blocks,
        corpus: Corpus,
        memory: gr.BrowserState,
        ask: AskTab,
        sources: SourcesPane,
        timeline: TimelineTab,
        model: ModelTab,
        examples: Examples,
    ) -> None:
        self._corpus = corpus
        self._model = model
        self._examples = examples
        kept: list[Any] = [model.spec, ask.since, ask.until, ask.outlets]
        link = gr.State(None)
        restored = [*kept, timeline.outlets, sources.chosen, ask.question, link]
        opened = page.load(self._restore, memory, restored, **PRIVATE)
        ask.ask_linked(opened, link)
        opened.then(self._examples.welcome, None, ask.welcome, **PRIVATE)
        for component in kept:
            component.input(self._remember, kept, memory, **PRIVATE)
        refreshed = [ask.outlets, timeline.outlets, ask.welcome]
        sources.changed.change(self._refresh, None, refreshed, **PRIVATE)

    def _remember(self, spec: str, since: str, until: str, outlets: list[str]) -> dict[str, Any]:
        return {"llm": spec, "since": since, "until": until, "outlets": outlets}

    def _restore(self, memory: Any, request: gr.Request) -> tuple[Any, ...]:
        """Restore the kept settings that are still valid; those of a link have precedence."""
        known = self._corpus.documents.outlets()
        kept = memory if isinstance(memory, dict) else {}
        link = dict(request.query_params)
        question = str(link.get("q", ""))
        if question:
            kept = kept | {"since": link.get("since", ""), "until": link.get("until", "")}
            kept["outlets"] = request.query_params.getlist("outlets")
        spec = kept.get("llm")
        spec = spec if spec in self._model.specs else self._corpus.settings.llm
        outlets = [name for name in kept.get("outlets") or [] if name in known]
        # A link must not have an LLM asked before the reader has seen what is sent.
        asks = bool(question) and spec == NO_LLM
        return (
            spec,
            _fill(kept.get("since")),
            _fill(kept.get("until")),
            gr.update(choices=known, value=outlets),
            gr.update(choices=known),
            gr.update(value=request.query_params.getlist("documents") or None),
            _fill(question, info=None if asks else MAY_ASK_LINKED),
            asks if question else None,
        )

    def _refresh(self) -> Iterator[tuple[Any, Any, str]]:
        known = gr.update(choices=self._corpus.documents.outlets())
        for welcome in self._examples.welcome():
            yield known, known, welcome


def _fill(value: Any, **options: Any) -> Any:
    """Fill a text box; an empty value changes nothing, as a reader may be typing already."""
    return gr.update(value=str(value), **options) if value else gr.update()


def mount(
    app: FastAPI, corpus: Corpus, policy: ServingPolicy, examples: Examples | None = None
) -> FastAPI:
    """Mount the page at the root of an app; routes that the app has already have precedence.

    Args:
        app: the app.
        corpus: what is asked.
        policy: what users of the page may do, and how many are served at once.
        examples: questions that an empty page suggests, where the caller has begun to find them.
    """
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        build(corpus, policy, examples or Examples(corpus)),
        path="/",
        ssr_mode=False,
        show_error=False,
        max_file_size=corpus.settings.max_bytes,
        run_history=False,  # it would keep every question in the browser
        theme=_theme(),
        # As `css`, Gradio would confine it to what it draws inside its own margins.
        head=render.style_html((_FOLDER / "style.css").read_text("utf-8")),
        js=(_FOLDER / "page.js").read_text("utf-8"),
        footer_links=[],
    )
    return mounted


def frame_html() -> str:
    """Return the style that draws the frame of the page until Gradio has drawn the page itself."""
    return render.style_html((_FOLDER / "frame.css").read_text("utf-8"))


def _theme() -> gr.themes.Base:
    """Return a theme with fonts that every machine has; style.css sets its colours and spaces."""
    return gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"])
