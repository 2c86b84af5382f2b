"""Check, Timeline, and what is known of the collection: each shows one call of the corpus."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import east_asian_width

import gradio as gr

from rag import render
from rag.corpus import Corpus
from rag.errors import InputError
from rag.render.naming import shorten_name
from rag.text.dates import known_range
from rag.types import DatedEvent
from rag.ui.examples import collection_facts
from rag.ui.widgets import (
    PRIVATE,
    Workspace,
    asked_of,
    errors_as_messages,
    html,
    linked_html,
    page_request,
)

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

CHECKING_TEXT = "Checking each sentence against the documents …"
NOTHING_CHECKED = (
    "Paste a text above. Each sentence is checked: the documents support it, partly support it, "
    "contradict it, or do not mention it."
)
ALL_WERE_READ = "All files were read."
COUNTING_TEXT = "Counting what is in the documents …"
MOST_COUNTED_SHOWN = 12  # sources, kinds, folders, names of the collection
READING_EVENTS = "Reading the documents …"
TOO_MANY_EVENTS = "There are too many documents to show all their events. Enter a topic above."
MOST_ARTICLES = 200  # whose events are shown without a topic: about a second's work
MOST_EVENTS = 200  # events that are listed; the plot shows all
DAYS_A_YEAR = 365.25
# Of the width of the plot that a label takes where the window is narrowest, 300 pixels of plot.
TICK_ROOM, BREAK_ROOM = 0.12, 0.25  # of a year; of how many years are left out
MOST_BREAKS = 3  # of the axis of dates
# A stretch without events is left out where it takes more than this part of the axis, and is long.
LONGEST_GAP, SHORTEST_BREAK = 0.25, timedelta(days=5 * 365)
_MARGIN = 0.1  # of a stretch, kept on each side of what is left out
_HOVER_WIDTH = 60  # characters a line
_ROW_HEIGHT = 48  # pixels of the plot's height for each source: its name, and its points below
_LINE_HEIGHT = 18  # pixels of a label
_POINT_RADIUS = 7  # pixels, with the least room around it
# Characters of a source's name that fit above its points on a narrow window; half as many of those
# that are twice as wide.
LONGEST_NAME = 40
_TEXT_COLOR = "#737373"  # readable on light and on dark
_POINT_COLOR = "#3f7cc4"  # seen on light and on dark
_SYMBOLS = {"day": "circle", "month": "diamond", "year": "square"}  # by precision


class CheckTab:
    """The components and callbacks of the view that checks a text against the documents."""

    def __init__(self, space: Workspace) -> None:
        self._corpus, self._policy = space.corpus, space.policy
        with gr.Column(elem_classes="view"):
            text = gr.Textbox(
                label="Text to check",
                placeholder="A sentence, a paragraph, a draft …",
                lines=6,
                max_lines=20,
                elem_id="draft",
            )
            with gr.Row(elem_classes="buttons"):
                button = gr.Button("Check", variant="primary", min_width=90)
            checked = linked_html("checked", render.placeholder_html(NOTHING_CHECKED))
        asked = asked_of([text, space.chosen], space.chosen)
        button.click(self._check, outputs=checked, **asked, **PRIVATE)
        space.opens_links_of(checked)

    def _check(self, text: str, chosen: list[str] | None) -> Iterator[str]:
        yield render.working_html(CHECKING_TEXT)
        shown = ""
        with errors_as_messages() as errors, page_request(self._policy, "verify", text) as line:
            shown = render.checked_html(self._corpus.verify(text, documents=chosen).to_dict())
            line["result"] = "checked"
        yield render.message_html(errors[0]) if errors else shown


class TimelineTab:
    """The components and callbacks of the view that shows dated events, in a plot and a list."""

    def __init__(self, space: Workspace, tab: gr.Tab) -> None:
        self._corpus, self._policy = space.corpus, space.policy
        with gr.Column(elem_classes="view"):
            with gr.Row(elem_classes="controls"):
                topic = gr.Textbox(
                    label="Topic", placeholder="All events, or a topic", min_width=160
                )
                self.outlets = gr.Dropdown(
                    label="From",
                    choices=[],
                    multiselect=True,
                    allow_custom_value=True,
                    min_width=160,
                )
                button = gr.Button("Show", variant="primary", min_width=90)
            plot = gr.Plot(show_label=False, elem_id="timeline-plot", container=False)
            events = linked_html("events", render.working_html(READING_EVENTS))
        space.opens_links_of(events)
        shown = [tab.select, topic.submit, button.click]
        asked = asked_of([topic, self.outlets, space.chosen], space.chosen)
        gr.on(shown, self._show, outputs=[plot, events], **asked, **PRIVATE)

    def _show(
        self, topic: str, outlets: list[str], chosen: list[str] | None
    ) -> Iterator[tuple[Any, str]]:
        yield gr.skip(), render.working_html(READING_EVENTS)
        events: list[DatedEvent] | None = None
        with errors_as_messages() as errors, page_request(self._policy, "timeline", topic) as line:
            _, articles = self._corpus.documents.page(limit=1)
            articles = articles if chosen is None else len(chosen)
            if topic.strip() or articles <= MOST_ARTICLES:
                events = self._corpus.timeline(
                    topic.strip() or None, outlets=outlets or None, documents=chosen
                )
            line["result"] = "listed"
        if errors:
            yield None, render.message_html(errors[0])
        elif events is None:
            yield None, render.placeholder_html(TOO_MANY_EVENTS)
        else:
            shown = [event.to_dict() for event in events[:MOST_EVENTS]]
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
    sources = [citation.outlet or citation.title for _, citation in points]
    figure = Figure(
        Scatter(
            x=[str(_middle_day(event.date)) for event, _ in points],
            y=[render.plot_label(name) for name in sources],
            mode="markers",
            marker={
                "size": 12,
                "opacity": 0.75,
                "color": _POINT_COLOR,
                "symbol": [_SYMBOLS[event.precision] for event, _ in points],
            },
            customdata=[[c.article_id, c.start, c.end] for _, c in points],
            hovertext=[render.event_label(e.to_dict(), _HOVER_WIDTH) for e, _ in points],
            hoverinfo="text",
        )
    )
    figure.update_layout(
        height=120 + _ROW_HEIGHT * len(set(sources)),
        margin={"l": 20, "r": 20, "b": 28},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": _TEXT_COLOR},
        dragmode="zoom",  # along the dates; a double click shows all again
        hoverlabel={"align": "left"},
    )
    figure.update_xaxes(gridcolor="rgba(128,128,128,.25)", automargin=True, tickangle=0)
    _break_axis(figure, [_middle_day(event.date) for event in events])
    figure.update_yaxes(
        type="category",
        gridcolor="rgba(128,128,128,.25)",
        fixedrange=True,
        showticklabels=False,
    )
    for row, name in enumerate(dict.fromkeys(sources)):
        _name_row(figure, row, name)
    return figure


def _name_row(figure: Figure, row: int, name: str) -> None:
    """Write the name of a source above its points."""
    wide = any(east_asian_width(character) in "FW" for character in name)
    figure.add_annotation(
        **{"xref": "paper", "x": 0, "xanchor": "left", "align": "left"},
        **{"yref": "y", "y": row, "yanchor": "bottom", "yshift": _POINT_RADIUS},
        text=render.plot_label(shorten_name(name, LONGEST_NAME // 2 if wide else LONGEST_NAME)),
        showarrow=False,
        borderpad=0,
    )


def _middle_day(day_or_longer: str) -> date:
    """Return the day in the middle of a day, month or year."""
    first, last = known_range(day_or_longer)
    return first + (last - first) / 2


def empty_stretches(days: Sequence[date]) -> list[tuple[date, date]]:
    """Return what an axis of dates leaves out, so that an early event does not press all others.

    Args:
        days: of the events, in any order.
    """
    ordered = sorted(set(days))
    stretches = sorted(pairwise(ordered), key=lambda two: two[0] - two[1])  # the longest first
    found: list[tuple[date, date]] = []
    axis = ordered[-1] - ordered[0] if ordered else timedelta()
    for first, last in stretches[:MOST_BREAKS]:
        gap = last - first
        if gap < SHORTEST_BREAK or gap < LONGEST_GAP * axis:
            break
        edge = min(_MARGIN * gap, SHORTEST_BREAK / 12)
        found.append((first + edge, last - edge))
        axis -= gap
    return sorted(found)


class _BrokenAxis(NamedTuple):
    """An axis of dates, without some stretches of it."""

    first: date
    last: date
    left_out: Sequence[tuple[date, date]]

    def share(self, day: date) -> float:
        """Return how far from its beginning a day stands, 0 to 1."""
        return self._days(day) / self._days(self.last)

    def _days(self, day: date) -> float:
        skipped = sum(
            (min(day, last) - first for first, last in self.left_out if first < day), timedelta()
        )
        return float((day - self.first - skipped).days)


def _break_axis(figure: Figure, days: Sequence[date]) -> None:
    """Leave long stretches without events out of the dates, and say so in their place."""
    stretches = empty_stretches(days)
    around = max(timedelta(days=15), (max(days) - min(days)) * _MARGIN / 4)
    axis = _BrokenAxis(min(days) - around, max(days) + around, stretches)
    figure.update_xaxes(
        range=[str(axis.first), str(axis.last)],
        rangebreaks=[{"bounds": [str(first), str(last)]} for first, last in stretches],
    )
    if stretches:  # Plotly's own ticks of a broken axis leave out those before the breaks
        years = sorted({day.year: day for day in sorted(days, reverse=True)}.items())
        figure.update_xaxes(showticklabels=False, showgrid=False)
        busy = Counter(day.year for day in days)
        written: list[float] = []
        for year, day in sorted(years, key=lambda each: -busy[each[0]]):
            place = axis.share(day)
            if all(abs(place - other) >= TICK_ROOM for other in written):
                written.append(place)  # of years that stand too close, that with most events
                _label(figure, axis, day, str(year), TICK_ROOM)
    rows = rows_of([axis.share(first) for first, _ in stretches], BREAK_ROOM)
    figure.update_layout(margin_t=12 + _LINE_HEIGHT * max((row + 1 for row in rows), default=0))
    for row, (first, last) in zip(rows, stretches, strict=True):
        figure.add_shape(
            type="line",
            xref="x",
            yref="paper",
            **{"x0": str(first), "x1": str(first), "y0": 0, "y1": 1},
            line={"dash": "dot", "width": 1, "color": _TEXT_COLOR},
            layer="below",
        )
        words = f"⋯ {round((last - first).days / DAYS_A_YEAR)} years"
        _label(figure, axis, first, words, BREAK_ROOM, row=row)


def rows_of(places: Sequence[float], room: float) -> list[int]:
    """Return for each label of an axis the lowest row in which it overlaps no other.

    Args:
        places: of the labels on the axis, 0 to 1, rising.
        room: what each takes.
    """
    ends: list[float] = []  # of what is written in each row
    rows = []
    for place in places:
        low = min(max(place - room / 2, 0), 1 - room)
        row = next((row for row, end in enumerate(ends) if end <= low), len(ends))
        ends[row : row + 1] = [low + room]
        rows.append(row)
    return rows


def _label(
    figure: Figure, axis: _BrokenAxis, day: date, text: str, room: float, row: int | None = None
) -> None:
    """Write a text at a day, below the plot, or above it in a row; none stands out at its sides."""
    place = axis.share(day)
    side = "left" if place < room / 2 else "right" if place > 1 - room / 2 else "center"
    height = {"y": 0, "yanchor": "top"}
    if row is not None:
        height = {"y": 1, "yanchor": "bottom", "yshift": row * _LINE_HEIGHT}
    figure.add_annotation(
        **{"x": str(day), "xanchor": side, "yref": "paper", **height},
        text=text,
        showarrow=False,
        borderpad=0,
    )


class QualityTab:
    """The components that show index and evaluation, read anew when they are asked for."""

    def __init__(self, corpus: Corpus, button: gr.Button) -> None:
        self._corpus = corpus
        state = html("state")
        report = html("report")
        button.click(self._show, None, [state, report], **PRIVATE)

    def _show(self) -> Iterator[tuple[str, str]]:
        yield render.working_html(COUNTING_TEXT), ""
        state = ""
        with errors_as_messages() as errors:
            state = render.collection_html(self._plainly(), self._corpus.state())
            yield state, report_html(self._corpus.settings.report)
        if errors:
            yield state, render.message_html(errors[0])

    def _plainly(self) -> dict[str, Any]:
        """Return what everyone wants to know of the documents."""
        last = self._corpus.documents.report
        twins = (
            [f"{path} has the same content as {same}" for path, same in last.duplicates]
            if last
            else []
        )
        state = self._corpus.state()
        within = self._corpus.documents.collection()
        names = {named.name: named.documents for named in within.names}
        unnamed = {"no source given": within.unnamed} if within.unnamed else {}
        return {
            "folder": state["corpus"],
            "documents": collection_facts(self._corpus) or 0,
            "words": within.words,
            "pages": within.pages or None,
            "without a date": within.documents - within.dated,
            "from": _counted(within.sources | unnamed),
            "kinds of file": _counted(within.kinds),
            "folders": _counted(within.folders),
            "speak most of": _counted(names),
            "index": self._corpus.documents.notice or "up to date with the folder",
            "index is complete": state["whole"],
            "files not read": [f"{path} {reason}" for path, reason in within.not_read]
            or ALL_WERE_READ,
            "files with the same content": twins,
        }


def _counted(documents: Mapping[str, int]) -> list[str]:
    """Return what is counted of documents as one line, the most first; empty for nothing."""
    most = [f"{name} ({count:,})" for name, count in documents.items()][:MOST_COUNTED_SHOWN]
    return [", ".join(most) + (", …" if len(documents) > len(most) else "")] if most else []


def report_html(path: Path) -> str:
    """Return the last evaluation as HTML; nothing where none was run.

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
