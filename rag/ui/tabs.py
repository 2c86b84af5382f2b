"""The Check, Timeline and Quality tabs: each shows one call of the corpus."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag import render
from rag.corpus import Corpus
from rag.errors import InputError
from rag.limits import ServingPolicy
from rag.text.dates import known_range
from rag.types import DatedEvent
from rag.ui.widgets import (
    PRIVATE,
    article_opener,
    errors_as_messages,
    html,
    linked_html,
    page_request,
    reader_pane,
)

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

NO_SOURCE_OPEN = (
    "Click a source: the article opens here at the words that support or contradict the sentence."
)
CHECKING_TEXT = "Checking each sentence against the articles …"
NOTHING_CHECKED = (
    "Paste a text above. Each sentence is checked: the articles support it, partly support it, "
    "contradict it, or do not mention it."
)
NO_EVENT_OPEN = "Click an event in the plot, or a source in the list: the article opens here."
READING_EVENTS = "Reading the articles …"
TOO_MANY_EVENTS = "There are too many articles to show all their events. Enter a topic above."
MOST_ARTICLES = 200  # whose events are shown without a topic: about a second's work
MOST_LISTED = 200  # events that are listed; the plot shows all
_HOVER_WIDTH = 60  # characters a line
_ROW_HEIGHT = 44  # pixels of the plot's height for each outlet
_TEXT_COLOR = "#737373"  # readable on light and on dark
_SYMBOLS = {"day": "circle", "month": "diamond", "year": "square"}  # by precision


class CheckTab:
    """The components and callbacks of the tab that checks a text against the articles."""

    def __init__(self, corpus: Corpus, policy: ServingPolicy) -> None:
        self._corpus = corpus
        self._policy = policy
        with gr.Row():
            with gr.Column(scale=5, min_width=320):
                text = gr.Textbox(
                    label="Text to check",
                    placeholder="A sentence, a paragraph, a draft …",
                    lines=6,
                    max_lines=20,
                )
                with gr.Row(elem_classes="buttons"):
                    button = gr.Button("Check", variant="primary", min_width=90)
                checked = linked_html("checked", render.placeholder_html(NOTHING_CHECKED))
            with gr.Column(scale=5, min_width=320):
                reader = reader_pane("claim-reader", NO_SOURCE_OPEN)
        button.click(self._check, text, checked, **PRIVATE)
        checked.select(article_opener(corpus), None, reader, **PRIVATE)

    def _check(self, text: str) -> Iterator[str]:
        yield render.working_html(CHECKING_TEXT)
        shown = ""
        with errors_as_messages() as errors, page_request(self._policy, "verify", text) as line:
            shown = render.checked_html(self._corpus.verify(text).to_dict())
            line["result"] = "checked"
        yield render.message_html(errors[0]) if errors else shown


class TimelineTab:
    """The components and callbacks of the tab that shows dated events, as a plot and as a list."""

    def __init__(self, corpus: Corpus, policy: ServingPolicy, tab: gr.Tab) -> None:
        self._corpus = corpus
        self._policy = policy
        with gr.Row():
            topic = gr.Textbox(label="Topic", placeholder="All events, or a topic", scale=3)
            self.outlets = gr.Dropdown(
                label="From", choices=[], multiselect=True, allow_custom_value=True, scale=2
            )
            button = gr.Button("Show", variant="primary", min_width=90, scale=1)
        plot = gr.Plot(show_label=False, elem_id="timeline-plot", container=False)
        with gr.Row():
            with gr.Column(scale=5, min_width=320):
                events = linked_html("events", render.working_html(READING_EVENTS))
            with gr.Column(scale=5, min_width=320):
                reader = reader_pane("event-reader", NO_EVENT_OPEN)
        events.select(article_opener(corpus), None, reader, **PRIVATE)
        shown = [tab.select, topic.submit, button.click]
        gr.on(shown, self._show, [topic, self.outlets], [plot, events], **PRIVATE)

    def _show(self, topic: str, outlets: list[str]) -> Iterator[tuple[Any, str]]:
        yield gr.skip(), render.working_html(READING_EVENTS)
        events: list[DatedEvent] | None = None
        with errors_as_messages() as errors, page_request(self._policy, "timeline", topic) as line:
            _, articles = self._corpus.documents.page(limit=1)
            if topic.strip() or articles <= MOST_ARTICLES:
                events = self._corpus.timeline(topic.strip() or None, outlets=outlets or None)
            line["result"] = "listed"
        if errors:
            yield None, render.message_html(errors[0])
        elif events is None:
            yield None, render.placeholder_html(TOO_MANY_EVENTS)
        else:
            shown = [event.to_dict() for event in events[:MOST_LISTED]]
            yield timeline_figure(events), render.timeline_html(shown, total=len(events))


def timeline_figure(events: Sequence[DatedEvent]) -> Figure | None:
    """Return a plot of the events as points, one row for each source; None without events.

    Args:
        events: as ``Corpus.timeline`` returns them.
    """
    if not events:
        return None
    from plotly.graph_objects import Figure, Scatter

    points = [(event, citation) for event in events for citation in event.citations]
    sources = [render.plot_label(citation.outlet or citation.title) for _, citation in points]
    figure = Figure(
        Scatter(
            x=[_middle(event.date) for event, _ in points],
            y=sources,
            mode="markers",
            marker={
                "size": 12,
                "opacity": 0.75,
                "symbol": [_SYMBOLS[event.precision] for event, _ in points],
            },
            customdata=[[c.article_id, c.start, c.end] for _, c in points],
            hovertext=[render.event_label(e.to_dict(), _HOVER_WIDTH) for e, _ in points],
            hoverinfo="text",
        )
    )
    figure.update_layout(
        height=120 + _ROW_HEIGHT * len(set(sources)),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": _TEXT_COLOR},
        dragmode="zoom",  # along the dates; a double click shows all again
        hoverlabel={"align": "left"},
    )
    figure.update_xaxes(gridcolor="rgba(128,128,128,.25)", automargin=True)
    figure.update_yaxes(
        type="category",
        gridcolor="rgba(128,128,128,.25)",
        fixedrange=True,
        ticklabelposition="inside top",
        ticks="",
    )
    return figure


def _middle(date: str) -> str:
    """Return the day in the middle of a day, month or year, ISO 8601."""
    first, last = known_range(date)
    return (first + (last - first) / 2).isoformat()


class QualityTab:
    """The components of the tab that shows index and evaluation, read anew when it is opened."""

    def __init__(self, corpus: Corpus, tab: gr.Tab) -> None:
        self._corpus = corpus
        with gr.Row():
            with gr.Column(scale=3, min_width=320):
                state = html("state")
            with gr.Column(scale=7, min_width=320):
                report = html("report")
        tab.select(self._show, None, [state, report], **PRIVATE)

    def _show(self) -> tuple[str, str]:
        state = ""
        with errors_as_messages() as errors:
            state = render.facts_html(self._state(), "The corpus and its index")
            return state, report_html(self._corpus.settings.report)
        return state, render.message_html(errors[0])

    def _state(self) -> dict[str, Any]:
        last = self._corpus.documents.report
        failed = [f"{path} {reason}" for path, reason in last.failed] if last else []
        twins = (
            [f"{path} has the same content as {same}" for path, same in last.duplicates]
            if last
            else []
        )
        return self._corpus.state() | {
            "files_not_read": failed,
            "files_twice": twins,
            "index_is": self._corpus.documents.notice or "up to date with the folder",
        }


def report_html(path: Path) -> str:
    """Return the last evaluation as HTML, or how to run one.

    Raises:
        InputError: the file is not such a report.
    """
    try:
        return render.quality_html(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return render.quality_html(None)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path} (RAG_REPORT) is not a report of `python -m evals`; run that again."
        ) from error
