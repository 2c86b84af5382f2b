"""Write answers, timelines and checked texts as safe HTML.

Everything that comes from an article, a question or a file name is escaped, here and in the other
modules of this package.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rag.render import walk
from rag.render.walk import one_line, shorten, source_line
from rag.text.characters import escape
from rag.text.dates import display_date

CHECKING = "Checking …"
Quotes = Mapping[int, Mapping[str, Any]]  # the citations of an answer by number


def answer_html(answer: Mapping[str, Any]) -> str:
    """Return an answer as an HTML fragment; each citation links to ``#cite-N`` in the article.

    The question is left out: the page shows it as a heading.

    Args:
        answer: ``Answer.to_dict()``, or a part of one as for :func:`rag.render.walk.answer_blocks`.
    """
    quotes = {citation["number"]: citation for citation in walk.all_citations(answer)}
    parts = "".join(_block_html(block, quotes) for block in walk.answer_blocks(answer))
    kind = "answer abstained" if answer["status"] == "abstained" else "answer"
    return f'<div class="{kind}">{parts}</div>'


def _block_html(block: walk.Block, quotes: Quotes) -> str:
    match block:
        case walk.QuestionBlock() | walk.SourcesBlock():
            return ""  # the page shows the question above the answer, and the sources beside it
        case walk.NoticeBlock(text):
            return f'<p class="notice">{escape(text)}</p>'
        case walk.AbstentionBlock(reason, nearest):
            items = "".join(
                f'<li dir="auto">{open_link(hit, source_line(hit))}<br>'
                f"{escape(shorten(hit['text']))}</li>"
                for hit in nearest
            )
            passages = f"<p>{walk.NEAREST_HEADING}</p><ul>{items}</ul>" if items else ""
            return f"<p>{escape(reason)}</p>{passages}"
        case walk.StatementBlock():
            return _statement_html(block, quotes)
        case walk.DifferenceBlock():
            return _difference_html(block, quotes)
        case walk.AsOfBlock(text):
            return f'<p class="note">{escape(text)}</p>'


def _statement_html(block: walk.StatementBlock, quotes: Quotes) -> str:
    """Write a sentence; its notes go on a line below, which is kept free while it is a draft."""
    said = f"<s>{escape(block.text)}</s>" if block.struck else escape(block.text)
    marks = "".join(_mark_html(quotes[number]) for number in block.citations)
    doubt = f'<span class="reason">{escape(block.doubt)}</span>' if block.doubt else ""
    notes = "; ".join(
        escape(note) + "".join(_mark_html(quotes[number], "quote") for number in numbers)
        for note, numbers in block.notes
    )
    kind, doubt, notes = ("draft", "", CHECKING) if block.draft else (block.verdict, doubt, notes)
    return (
        f'<p class="statement {kind}" dir="auto">{said}{marks}{doubt}'
        f'<span class="note">{notes}</span></p>'
    )


def _difference_html(block: walk.DifferenceBlock, quotes: Quotes) -> str:
    rows = []
    for position in block.positions:
        cited, later = position["citation"], position["overtaken_by"]
        overtaken = f" (overtaken by{_mark_html(quotes[later], 'quote')})" if later else ""
        rows.append(
            f"<tr><td>{escape(display_date(cited['published']))}</td>"
            f"<td>{escape(cited['outlet'] or cited['title'])}</td>"
            f"<td>{escape(position['value'])}{_mark_html(cited, 'quote')}{overtaken}</td>"
            f"<td>{escape(shorten(cited['cited_text']) + walk.label_note(cited))}</td></tr>"
        )
    return (
        f'<table class="differences" dir="auto"><caption>{escape(block.summary)}</caption>'
        f"{header_row('Date', 'Source', 'Says', 'In its words')}"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def header_row(*names: str) -> str:
    """Return the head of a table with one column for each name; an empty name labels none."""
    cells = "".join(
        f'<th scope="col">{escape(name)}</th>' if name else "<td></td>" for name in names
    )
    return f"<thead><tr>{cells}</tr></thead>"


def _mark_html(citation: Mapping[str, Any], kind: str = "cite") -> str:
    """Write the mark that leads to a quote: ``cite`` in a statement, ``quote`` elsewhere."""
    number = citation["number"]
    source = escape(f"[{number}] {source_line(citation)}")
    return (
        f' <a class="{kind}" href="#cite-{number}" data-cite="{number}" aria-label="{source}"'
        f' title="{escape(one_line(citation["cited_text"]) + walk.label_note(citation))}">'
        f"[{number}]</a>"
    )


def open_link(place: Mapping[str, Any], shown: str) -> str:
    """Return a link that opens an article and highlights a part of it.

    Args:
        place: ``article_id``, and ``start`` and ``end``, 0-based, end-exclusive.
        shown: the words of the link.
    """
    return (
        f'<a class="open" href="#" data-article="{escape(place["article_id"])}"'
        f' data-start="{int(place["start"])}" data-end="{int(place["end"])}">{escape(shown)}</a>'
    )


def placeholder_html(text: str) -> str:
    """Return what is shown where there is nothing to show yet, and what to do about it."""
    return f'<p class="meta nothing">{escape(text)}</p>'


def timeline_html(events: Sequence[Mapping[str, Any]], *, total: int) -> str:
    """Return dated events as a list, oldest first.

    Args:
        events: ``DatedEvent.to_dict()`` of those that are shown.
        total: how many there are.
    """
    if not events:
        return placeholder_html(walk.NO_EVENTS)
    counted = f"{total:,} dated events" if total != 1 else "1 dated event"
    if total > len(events):
        counted += f"; the first {len(events):,} are listed. Name a topic to see fewer"
    items = "".join(_event_html(event) for event in events)
    return f'<p class="note">{counted}.</p><ol class="events">{items}</ol>'


def _event_html(event: Mapping[str, Any]) -> str:
    sources = "".join(
        f"<li>{open_link(citation, source_line(citation))}</li>" for citation in event["citations"]
    )
    return (
        f'<li dir="auto"><h3>{escape(walk.event_date(event))}</h3>'
        f"<blockquote>{escape(shorten(event['text']))}</blockquote>"
        f'<ul>{sources}</ul><p class="note">Dated by {escape(event["derived"])}.</p></li>'
    )


def event_label(event: Mapping[str, Any], width: int) -> str:
    """Return what a point of the plot shows of an event: date, words in lines, source.

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
    said = "<br>".join(plot_label(text) for text in (*lines, line))
    source = plot_label(source_line(event["citations"][0]))
    return f"<b>{plot_label(walk.event_date(event))}</b><br>{said}<br><i>{source}</i>"


def plot_label(text: str) -> str:
    """Return a text for a plot: Plotly reads a few tags there, and shows quotes as they are."""
    return escape(one_line(text), quote=False)


def checked_html(checked: Mapping[str, Any]) -> str:
    """Return a ``Checked.to_dict()`` as a list: each sentence, its verdict, reason, evidence."""
    verdicts = [claim["verdict"] for claim in checked["statements"]]
    counts = ", ".join(
        f"{verdicts.count(verdict)} {label.lower()}"
        for verdict, label in walk.VERDICT_LABELS.items()
        if verdict in verdicts
    )
    items = "".join(_claim_html(claim) for claim in checked["statements"])
    return f'<p class="note" role="status">{counts}.</p><ol class="claims">{items}</ol>'


def _claim_html(claim: Mapping[str, Any]) -> str:
    verdict, remark = claim["verdict"], escape(walk.claim_remark(claim))
    nearest = "Nearest: " if verdict == "not_found" else ""
    evidence = "".join(
        f"<li>{nearest}{open_link(citation, source_line(citation))}<blockquote>"
        f"{escape(one_line(citation['cited_text']) + walk.label_note(citation))}</blockquote></li>"
        for citation in claim["evidence"]
    )
    return (
        f'<li class="{escape(verdict)}" dir="auto"><p>{escape(one_line(claim["text"]))}</p>'
        f'<p class="verdict"><b>{walk.VERDICT_LABELS[verdict]}</b>{remark}</p>'
        f"<ul>{evidence}</ul></li>"
    )
