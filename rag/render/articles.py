"""Articles as safe HTML: one to read, with highlights; those that an answer cites; a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rag.render.parts import all_citations, display_date, one_line, shorten, web_address
from rag.render.visible import escape

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
        return nothing_html(NOTHING_OPEN)
    chooser = f'<div class="tools sources">{"".join(sources)}</div>' if len(parts) > 1 else ""
    return f'<div data-turn="{turn}">{chooser}{"".join(parts)}</div>'


def reading_html(
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


def nothing_html(text: str) -> str:
    """What stands where nothing is to be seen yet, and what to do about it."""
    return f'<p class="meta nothing">{escape(text)}</p>'


def listing_html(
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
