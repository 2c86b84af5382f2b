"""The room of the timeline: dated events on a plot and as a list, each leading to its words."""

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
from rag.text.times import known_range
from rag.types import DatedEvent
from rag.ui.links import PRIVATE, asking, html, linked, opener, pane, problems

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

NOTHING_OPEN = "Follow a source: the article opens here at the words that speak for it, or against."
WORKING = "Holding each sentence against the articles …"
NOTHING_CHECKED = "Paste a text above. Each sentence is found supported, contradicted, or neither."


class CheckRoom:
    """The widgets of the room, and what happens when they are used."""

    def __init__(self, corpus: Corpus, policy: ServingPolicy) -> None:
        """Lay out the room, inside the tab that is open."""
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
                checked = linked("checked", render.placeholder_html(NOTHING_CHECKED))
            with gr.Column(scale=5, min_width=320):
                reader = pane("claim-reader", NOTHING_OPEN)
        button.click(self._check, text, checked, **PRIVATE)
        checked.select(opener(corpus), None, reader, **PRIVATE)

    def _check(self, text: str) -> Iterator[str]:
        yield render.working_html(WORKING)
        shown = ""
        with problems() as failed, asking(self._policy, "verify", text) as line:
            shown = render.checked_html(self._corpus.verify(text).to_dict())
            line["result"] = "checked"
        yield render.message_html(failed[0]) if failed else shown


class QualityRoom:
    """What is shown in the room, read anew whenever it is opened."""

    def __init__(self, corpus: Corpus, tab: gr.Tab) -> None:
        """Lay out the room, inside the tab that is open."""
        self._corpus = corpus
        with gr.Row():
            with gr.Column(scale=3, min_width=320):
                state = html("state")
            with gr.Column(scale=7, min_width=320):
                report = html("report")
        tab.select(self._show, None, [state, report], **PRIVATE)

    def _show(self) -> tuple[str, str]:
        state, report = "", ""
        with problems() as failed:
            state = render.facts_html(self._state(), "The corpus and its index")
            report = report_html(self._corpus.settings.report)
        return (state, render.message_html(failed[0])) if failed else (state, report)

    def _state(self) -> dict[str, Any]:
        last = self._corpus.documents.report
        failed = [f"{path} {reason}" for path, reason in last.failed] if last else []
        twins = [f"{path} is {same}" for path, same in last.duplicates] if last else []
        notice = self._corpus.documents.notice or "in step with the folder"
        shown = self._corpus.state() | {"files_not_read": failed, "files_twice": twins}
        return shown | {"index_is": notice}


def report_html(path: Path) -> str:
    """The last evaluation, or how to run one.

    Raises:
        InputError: the file is no such report.
    """
    try:
        return render.quality_html(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return render.quality_html(None)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path} (RAG_REPORT) is no report of `python -m evals`; run it again."
        ) from error


NO_EVENT_OPEN = "Choose an event, in the plot or in the list: its words open here."
READING_EVENTS = "Reading the articles …"
NAME_A_TOPIC = "Name a topic, then press Enter: with so many articles, all events are too many."
MOST_ARTICLES = 200  # whose events are shown unasked: about a second's work
LISTED = 200  # events that are listed; the plot shows all
HOVER_WIDTH = 60  # characters a line
LINE = 44  # pixels of the plot's height for each outlet
INK = "#737373"  # reads on light and on dark alike
MARKS = {"day": "circle", "month": "diamond", "year": "square"}


class TimelineRoom:
    """The widgets of the room, and what happens when they are used."""

    def __init__(self, corpus: Corpus, policy: ServingPolicy) -> None:
        """Lay out the room, inside the tab that is open."""
        self._corpus = corpus
        self._policy = policy
        with gr.Row():
            self._topic = gr.Textbox(
                label="Topic", placeholder="All, or what the events are about", scale=3
            )
            self.outlets = gr.Dropdown(
                label="From", choices=[], multiselect=True, allow_custom_value=True, scale=2
            )
            self._button = gr.Button("Show", variant="primary", min_width=90, scale=1)
        self._plot = gr.Plot(show_label=False, elem_id="timeline-plot", container=False)
        with gr.Row():
            with gr.Column(scale=5, min_width=320):
                self._events = linked("events", render.working_html(READING_EVENTS))
            with gr.Column(scale=5, min_width=320):
                self._reader = pane("event-reader", NO_EVENT_OPEN)
        self._events.select(opener(corpus), None, self._reader, **PRIVATE)
        gr.on(
            [self._topic.submit, self._button.click],
            self._show,
            [self._topic, self.outlets],
            [self._plot, self._events],
            **PRIVATE,
        )

    def show(self, tab: gr.Tab) -> None:
        """Fill the plot whenever its tab is opened."""
        inputs, outputs = [self._topic, self.outlets], [self._plot, self._events]
        tab.select(self._show, inputs, outputs, **PRIVATE)

    def _show(self, topic: str, outlets: list[str]) -> Iterator[tuple[Any, str]]:
        yield gr.skip(), render.working_html(READING_EVENTS)
        events: list[DatedEvent] | None = None
        with problems() as failed, asking(self._policy, "timeline", topic) as line:
            _, articles = self._corpus.documents.page(limit=1)
            if topic.strip() or articles <= MOST_ARTICLES:
                events = self._corpus.timeline(topic.strip() or None, outlets=outlets or None)
            line["result"] = "listed"
        if failed:
            yield None, render.message_html(failed[0])
        elif events is None:
            yield None, render.placeholder_html(NAME_A_TOPIC)
        else:
            shown = [event.to_dict() for event in events[:LISTED]]
            yield figure(events), render.timeline_html(shown, total=len(events))


def figure(events: Sequence[DatedEvent]) -> Figure | None:
    """The events as points, a line for each source; None where there are none.

    Args:
        events: as of ``Corpus.timeline``.
    """
    if not events:
        return None
    from plotly.graph_objects import Figure, Scatter

    points = [(event, citation) for event in events for citation in event.citations]
    sources = [render.plot_label(citation.outlet or citation.title) for _, citation in points]
    scatter = Scatter(
        x=[_middle(event.date) for event, _ in points],
        y=sources,
        mode="markers",
        marker={"size": 12, "opacity": 0.75, "symbol": [MARKS[e.precision] for e, _ in points]},
        customdata=[[c.article_id, c.start, c.end] for _, c in points],
        hovertext=[render.event_label(event.to_dict(), HOVER_WIDTH) for event, _ in points],
        hoverinfo="text",
    )
    drawn = Figure(scatter)
    drawn.update_layout(
        height=120 + LINE * len(set(sources)),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": INK},
        dragmode="zoom",  # along the dates; a double click shows all again
        hoverlabel={"align": "left"},
    )
    drawn.update_xaxes(gridcolor="rgba(128,128,128,.25)", automargin=True)
    drawn.update_yaxes(
        type="category",
        gridcolor="rgba(128,128,128,.25)",
        fixedrange=True,
        ticklabelposition="inside top",
        ticks="",
    )
    return drawn


def _middle(date: str) -> str:
    """The day in the middle of a day, month or year, ISO 8601."""
    first, last = known_range(date)
    return (first + (last - first) / 2).isoformat()
