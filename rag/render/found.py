"""Dated events and a checked text as safe HTML; each quote is a link that opens its article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rag.dates import spoken_date
from rag.render.articles import nothing_html
from rag.render.html import open_link
from rag.render.parts import one_line, shorten, source_line
from rag.render.visible import escape

VERDICTS = {
    "supported": "Supported",
    "contradicted": "Contradicted",
    "partial": "Partly supported",
    "not_found": "Not in the articles",
}
NO_EVENTS = "The articles date nothing of that."


def timeline_html(events: Sequence[Mapping[str, Any]], *, total: int) -> str:
    """Dated events as a list, oldest first.

    Args:
        events: ``DatedEvent.to_dict()`` of those that are shown.
        total: how many there are.
    """
    if not events:
        return nothing_html(NO_EVENTS)
    items = "".join(_event(event) for event in events)
    counted = f"{total:,} dated events" if total != 1 else "1 dated event"
    if total > len(events):
        counted += f"; the first {len(events):,} are listed. Name a topic to see fewer"
    return f'<p class="note">{counted}.</p><ol class="events">{items}</ol>'


def event_hover(event: Mapping[str, Any], width: int) -> str:
    """What a point of the plot shows of an event: its date, its words in lines, its source.

    Plotly reads a few tags in such a text, so that all else is escaped.

    Args:
        event: ``DatedEvent.to_dict()``.
        width: characters a line, about.
    """
    lines, line = [], ""
    for word in shorten(event["text"]).split():
        if len(line) + len(word) > width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    said = "<br>".join(plain_label(text) for text in (*lines, line))
    source = plain_label(source_line(event["citations"][0]))
    return f"<b>{plain_label(_when(event))}</b><br>{said}<br><i>{source}</i>"


def plain_label(text: str) -> str:
    """A text on a plot, where a few tags are read, and no quotes."""
    return escape(one_line(text), quote=False)


def _when(event: Mapping[str, Any]) -> str:
    about = "about " if event["about"] else ""
    return f"{about}{spoken_date(event['date'])}"


def _event(event: Mapping[str, Any]) -> str:
    sources = "".join(
        f"<li>{open_link(citation, source_line(citation))}</li>" for citation in event["citations"]
    )
    return (
        f'<li dir="auto"><h3>{escape(_when(event))}</h3>'
        f"<blockquote>{escape(shorten(event['text']))}</blockquote>"
        f'<ul>{sources}</ul><p class="note">Dated by {escape(event["derived"])}.</p></li>'
    )


def checked_html(checked: Mapping[str, Any]) -> str:
    """A checked text, sentence by sentence, with verdict, reason and evidence."""
    counts = _counts(statement["verdict"] for statement in checked["statements"])
    items = "".join(_claim(statement) for statement in checked["statements"])
    return f'<p class="note" role="status">{counts}.</p><ol class="claims">{items}</ol>'


def _counts(verdicts: Iterable[str]) -> str:
    given = list(verdicts)
    counted = {name: given.count(name) for name in VERDICTS}
    return ", ".join(
        f"{count} {VERDICTS[name].lower()}" for name, count in counted.items() if count
    )


def _claim(statement: Mapping[str, Any]) -> str:
    verdict = statement["verdict"]
    reason = f": {statement['reason']}" if statement["reason"] else ""
    sources = statement["independent"]
    backed = f" by {sources} independent sources" if sources > 1 else ""
    near = "Nearest: " if verdict == "not_found" else ""
    evidence = "".join(
        f"<li>{near}{open_link(citation, source_line(citation))}<blockquote>"
        f"{escape(one_line(citation['cited_text']))}</blockquote></li>"
        for citation in statement["evidence"]
    )
    return (
        f'<li class="{escape(verdict)}" dir="auto"><p>{escape(one_line(statement["text"]))}</p>'
        f'<p class="verdict"><b>{VERDICTS[verdict]}</b>{escape(backed + reason)}</p>'
        f"<ul>{evidence}</ul></li>"
    )
