"""Articles as safe HTML: one to read, with highlights; those that an answer cites; a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rag.render.html import open_link
from rag.render.parts import (
    all_citations,
    display_date,
    one_line,
    shorten,
    source_line,
    web_address,
)
from rag.text.characters import escape
from rag.text.times import spoken_date

# Characters of a long article shown on each side of what is highlighted: of each that an answer
# cites, and of one that is opened to be read.
ANSWER_WINDOW, READING_WINDOW = 20_000, 500_000
NOTHING_OPEN = "Follow a citation: the article opens here at the words that it quotes."
BACK = '<button type="button" class="tool back">Back</button>'
LEFT_OUT = "Left out of search and answers"


def article_html(
    article: Mapping[str, Any],
    highlights: Iterable[tuple[int, int, int]] = (),
    current: int = 0,
    *,
    window: int = ANSWER_WINDOW,
) -> str:
    """An article as an HTML fragment, clutter dimmed, quoted words highlighted.

    Args:
        article: ``Article.to_dict()``.
        highlights: ``(start, end, number)`` of each quote, ends exclusive; they
            become ``<mark id="cite-NUMBER">``. Overlaps are shown from where the
            earlier one ends.
        current: the number of the quote to be put in view, 0 for none.
        window: characters shown on each side of the highlights, or from the beginning.
    """
    text = article["text"]
    spans = sorted((start, end, _mark(number, current)) for start, end, number in highlights)
    low = max(0, spans[0][0] - window) if spans else 0
    high = min(len(text), (spans[-1][1] if spans else 0) + window)
    dims = [
        (
            mark["start"],
            mark["end"],
            f'<span class="{mark["kind"]}" title="{escape(mark["label"])}">',
        )
        for mark in article["marks"]
    ]
    body, at = [], low
    for start, end, tag in sorted(spans + dims):
        start, end = max(start, at), min(end, high)
        if start >= end:
            # What an earlier highlight covers can still be gone to.
            body += [tag, "</mark>"] if tag.startswith("<mark") else []
            continue
        close = "</mark>" if tag.startswith("<mark") else "</span>"
        body += [escape(text[at:start]), tag, escape(text[start:end]), close]
        at = end
    body.append(escape(text[at:high]))
    before = "<p><i>The beginning is left out.</i></p>" if low else ""
    after = "<p><i>The rest is left out.</i></p>" if high < len(text) else ""
    return (
        f'<article><header><h3 dir="auto">{escape(article["title"])}</h3>'
        f'<p class="meta">{_meta(article)}</p></header>'
        f'{before}<div class="body" dir="auto">{"".join(body)}</div>{after}'
        f"{_left_out(article)}</article>"
    )


def _mark(number: int, current: int) -> str:
    chosen = ' class="current"' if number == current else ""
    return f'<mark id="cite-{number}"{chosen}>'


def _left_out(article: Mapping[str, Any]) -> str:
    """What the clutter filter took for no part of the article, to be looked through."""
    clutter = [mark for mark in article["marks"] if mark["kind"] == "clutter"]
    if not clutter:
        return ""
    items = "".join(
        f"<li><i>{escape(mark['label'])}</i>: "
        f"{escape(shorten(article['text'][mark['start'] : mark['end']]))}</li>"
        for mark in clutter
    )
    characters = sum(mark["end"] - mark["start"] for mark in clutter)
    share = f"{len(clutter)} places, {characters:,} of {len(article['text']):,} characters"
    shown = f"<summary>{LEFT_OUT}: {share}</summary><ul>{items}</ul>"
    return f'<details class="left-out">{shown}</details>'


def evidence_html(
    answer: Mapping[str, Any],
    articles: Iterable[Mapping[str, Any]],
    turn: int = 0,
    current: int = 0,
) -> str:
    """The cited articles with what each citation quotes highlighted; one of them is shown.

    Args:
        answer: ``Answer.to_dict()``.
        articles: ``Article.to_dict()`` of each article cited, each once, in any order.
        turn: the place of the answer in its conversation.
        current: the number of the quote to be put in view; 0 for none, and the first article.
    """
    parts, sources = [], []
    found = list(articles)
    opened = next(
        (c["article_id"] for c in all_citations(answer) if c["number"] == current),
        found[0]["id"] if found else None,
    )
    for article in found:
        quotes = [
            (citation["start"], citation["end"], citation["number"])
            for citation in all_citations(answer)
            if citation["article_id"] == article["id"]
        ]
        here = article["id"] == opened
        id_ = escape(article["id"])
        parts.append(
            f'<section class="source{" shown" if here else ""}" data-source="{id_}">'
            f"{BACK}{article_html(article, quotes, current)}</section>"
        )
        sources.append(
            f'<button type="button" class="tool" data-shows="{id_}"'
            f' aria-pressed="{"true" if here else "false"}">'
            f"{escape(article['outlet'] or shorten(article['title'], 40))}</button>"
        )
    if not parts:
        return placeholder_html(NOTHING_OPEN)
    chooser = f'<div class="tools sources">{"".join(sources)}</div>' if len(parts) > 1 else ""
    return f'<div data-turn="{turn}">{chooser}{"".join(parts)}</div>'


def reader_html(
    article: Mapping[str, Any], start: int | None = None, end: int | None = None
) -> str:
    """One article to read, with a stretch of it highlighted and put in view.

    Args:
        article: ``Article.to_dict()``.
        start, end: the stretch, 0-based, end-exclusive; none where either is None.
    """
    spans = [] if start is None or end is None else [(start, end, 1)]
    shown = article_html(article, spans, current=1, window=READING_WINDOW)
    place = escape(f"{article['id']}:{'' if start is None else start}")
    return f'<section class="source shown" data-place="{place}">{BACK}{shown}</section>'


def placeholder_html(text: str) -> str:
    """What stands where nothing is to be seen yet, and what to do about it."""
    return f'<p class="meta nothing">{escape(text)}</p>'


def article_list_html(
    rows: Sequence[Mapping[str, Any]],
    copies: Mapping[str, Sequence[str]],
    *,
    total: int,
    first: int,
) -> str:
    """A page of the list of articles.

    Args:
        rows: ``Listed.to_dict()`` of each.
        copies: for the id of an article, the names of those with nearly the same words.
        total: how many articles there are in all.
        first: the place of the first row among them, from 1.
    """
    lines = "".join(_row(row, copies.get(row["id"], ())) for row in rows)
    head = "".join(
        f'<th scope="col">{name}</th>' for name in ("Article", "Outlet", "Date", "Passages")
    )
    counted = f"Articles {first:,} to {first + len(rows) - 1:,} of {total:,}, newest first"
    return (
        f'<table class="listing"><caption>{counted}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{lines}</tbody></table>"
    )


def _row(row: Mapping[str, Any], copies: Sequence[str]) -> str:
    notes = [f"nearly the same words as {', '.join(copies)}"] if copies else []
    notes += [f"{row['files']} files with the same bytes"] if row["files"] > 1 else []
    aside = "".join(f'<br><span class="note">{escape(note)}</span>' for note in notes)
    title = (
        f'<a class="open" href="#" data-article="{escape(row["id"])}">'
        f"{escape(one_line(row['title']))}</a>"
    )
    date = display_date(row["published"], row["published_basis"])
    return (
        f'<tr><td dir="auto">{title}<br><span class="path">{escape(row["path"])}</span>{aside}</td>'
        f"<td>{escape(row['outlet'] or '–')}</td><td>{escape(date)}</td>"
        f"<td>{row['passages']:,}</td></tr>"
    )


def _meta(article: Mapping[str, Any]) -> str:
    shown = [article["outlet"], article["author"]]
    shown.append(display_date(article["published"], article["published_basis"]))
    line = " · ".join(escape(part) for part in dict.fromkeys(shown) if part)
    url = web_address(article["url"])
    if url:
        line += f' · <a href="{escape(url)}" rel="noopener noreferrer" target="_blank">source</a>'
    return line


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
        return placeholder_html(NO_EVENTS)
    items = "".join(_event(event) for event in events)
    counted = f"{total:,} dated events" if total != 1 else "1 dated event"
    if total > len(events):
        counted += f"; the first {len(events):,} are listed. Name a topic to see fewer"
    return f'<p class="note">{counted}.</p><ol class="events">{items}</ol>'


def event_label(event: Mapping[str, Any], width: int) -> str:
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
    said = "<br>".join(plot_label(text) for text in (*lines, line))
    source = plot_label(source_line(event["citations"][0]))
    return f"<b>{plot_label(_when(event))}</b><br>{said}<br><i>{source}</i>"


def plot_label(text: str) -> str:
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
