"""Write articles as safe HTML: one to read with highlights, and those that an answer cites."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from rag.render.document import (
    Window,
    document_html,
    has_drawn_pages,
    whole_parts,
)
from rag.render.html import placeholder_html, view_button
from rag.render.naming import (
    shorten,
    source_name,
    told_apart,
)
from rag.render.walk import all_citations, web_address
from rag.text.blocks import named_cells
from rag.text.characters import escape
from rag.text.dates import display_date
from rag.text.quotations import in_quotes, in_single_marks

# Characters of a long article shown on each side of the highlights: for each article that an
# answer cites, and for one that is opened to be read.
EVIDENCE_WINDOW, READER_WINDOW = 20_000, 200_000
MORE_SHOWN = 100_000  # characters that are shown when more is asked for: some thirty pages
_LONGEST_NAME = 40  # characters of a source on the button that shows it
NO_EVIDENCE = "Follow a citation: the document opens here at the words that it quotes."
_BACK = '<button type="button" class="tool back">Back</button>'


def article_html(
    article: Mapping[str, Any],
    highlights: Iterable[tuple[int, int, int]] = (),
    current: int = 0,
    *,
    window: int = EVIDENCE_WINDOW,
    told: Collection[tuple[int, int]] = (),
) -> str:
    """Return an article as an HTML fragment, clutter folded, quoted words highlighted.

    Args:
        article: ``Article.to_dict()``.
        highlights: ``(start, end, number)`` of each quote, 0-based, end-exclusive; they
            become ``<mark id="cite-NUMBER">``. Of two that overlap, the later one begins
            where the earlier one ends.
        current: the number of the quote to be put in view, 0 for none.
        window: characters shown on each side of the highlights, or from the beginning.
        told: the cells of quoted rows that answer.
    """
    text, quotes = article["text"], sorted(highlights)
    low = max(0, quotes[0][0] - window) if quotes else 0
    high = min(len(text), (quotes[-1][1] if quotes else 0) + window)
    shown = whole_parts(article, low, high)
    body = document_html(article, quotes, current, shown, told)
    before = _left_out(article, shown, "beginning") if shown.low else ""
    after = _left_out(article, shown, "rest") if shown.high < len(text) else ""
    return (
        f'<article><header><h3 dir="auto">{escape(article["title"])}</h3>'
        f'<p class="meta">{_meta(article)}</p>{_view_tools(article)}</header>'
        f'{before}<div class="body document" dir="auto">{body}</div>{after}'
        f"{_clutter_list(article)}</article>"
    )


def part_html(article: Mapping[str, Any], at: int, *, behind: bool) -> str:
    """Return a further part of an article that is shown: what follows an offset, or precedes it.

    Args:
        article: ``Article.to_dict()``.
        at: the offset at which what is shown already ends or begins.
        behind: whether what follows is wanted.
    """
    length = len(article["text"])
    low, high = (at, min(length, at + MORE_SHOWN)) if behind else (max(0, at - MORE_SHOWN), at)
    low, high = (whole_parts(article, low, high).low, high) if not behind else (low, high)
    high = whole_parts(article, low, high).high if behind else high
    shown = Window(low, high)
    before = _left_out(article, shown, "beginning") if low and not behind else ""
    after = _left_out(article, shown, "rest") if high < length and behind else ""
    part = document_html(article, (), 0, shown)
    fills = "rest" if behind else "beginning"
    return f'<div data-fills="{fills}">{before}<div class="part">{part}</div>{after}</div>'


def _left_out(article: Mapping[str, Any], shown: Window, what: str) -> str:
    """Say what of a text is not shown, with a button that asks for more of it."""
    at = shown.low if what == "beginning" else shown.high
    button = view_button("more", article["id"], "Show more", what=what, at=at)
    return f'<p class="added left" data-left="{what}"><i>The {what} is left out.</i> {button}</p>'


def _view_tools(article: Mapping[str, Any]) -> str:
    """Return the buttons above an article: its pages as pictures, and what is known of it."""
    page = view_button("page", article["id"], "See the page") if has_drawn_pages(article) else ""
    about = view_button("about", article["id"], "About this document")
    return f'<div class="tools views">{page}{about}</div>'


def _meta(article: Mapping[str, Any]) -> str:
    shown = [article["outlet"], article["author"]]
    shown.append(display_date(article["published"], article["published_basis"]))
    shown.append(PurePosixPath(article["path"]).name)
    line = " · ".join(escape(part) for part in dict.fromkeys(shown) if part)
    url = web_address(article["url"])
    if url:
        line += f' · <a href="{escape(url)}" rel="noopener noreferrer" target="_blank">source</a>'
    return line


def _clutter_list(article: Mapping[str, Any]) -> str:
    """List what the clutter filter left out of search and answers, so that one can check it."""
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
    return (
        f'<details class="left-out"><summary>Left out of search and answers: {share}</summary>'
        f"<ul>{items}</ul></details>"
    )


def evidence_html(
    answer: Mapping[str, Any],
    articles: Iterable[Mapping[str, Any]],
    turn: int = 0,
    current: int = 0,
) -> str:
    """Return the cited articles, the words of each citation highlighted; one article is shown.

    Args:
        answer: ``Answer.to_dict()``.
        articles: ``Article.to_dict()`` of each cited article, each once, in any order.
        turn: the index of the answer in its conversation, from 0.
        current: the number of the quote to be put in view; 0 for none, and the first article.
    """
    citations = all_citations(answer)
    cited = told_apart(
        [{**each, "article_id": each["id"], "file": each["path"]} for each in articles]
    )
    if not cited:
        return placeholder_html(NO_EVIDENCE)
    opened = next((c["article_id"] for c in citations if c["number"] == current), cited[0]["id"])
    sections, buttons = [], []
    for article in cited:
        quotes = [
            (citation["start"], citation["end"], citation["number"])
            for citation in citations
            if citation["article_id"] == article["id"]
        ]
        shown = article["id"] == opened
        body = article_html(article, quotes, current, told=_told_cells(answer, article))
        id_ = escape(article["id"])
        sections.append(
            f'<section class="source{" shown" if shown else ""}" data-source="{id_}">'
            f"{_BACK}{body}</section>"
        )
        buttons.append(
            f'<button type="button" class="tool" data-shows="{id_}"'
            f' aria-pressed="{"true" if shown else "false"}">'
            f"{escape(source_name(article, longest=_LONGEST_NAME))}</button>"
        )
    chooser = f'<div class="tools sources">{"".join(buttons)}</div>' if len(buttons) > 1 else ""
    return f'<div data-turn="{turn}">{chooser}{"".join(sections)}</div>'


def _told_cells(answer: Mapping[str, Any], article: Mapping[str, Any]) -> set[tuple[int, int]]:
    """Return the cells of an article whose value a statement tells before it quotes their row."""
    text = article["text"]
    rows = {
        citation["number"]: named_cells(text, citation["start"], citation["end"], citation["label"])
        for citation in all_citations(answer)
        if citation["article_id"] == article["id"] and citation["kind"] == "row"
    }
    return {
        (start, end)
        for statement in answer["statements"]
        for number in statement["citations"]
        for name, start, end in rows.get(number, ())
        if f"{in_single_marks(name)} {in_quotes(text[start:end])}" in statement["text"]
    }


def reader_html(
    article: Mapping[str, Any], start: int | None = None, end: int | None = None
) -> str:
    """Return one article to read, with a part of it highlighted and put in view.

    Args:
        article: ``Article.to_dict()``.
        start, end: the part, 0-based, end-exclusive; none where either is None.
    """
    spans = [] if start is None or end is None else [(start, end, 1)]
    shown = article_html(article, spans, current=1, window=READER_WINDOW)
    place = escape(f"{article['id']}:{'' if start is None else start}")
    return f'<section class="source shown" data-place="{place}">{_BACK}{shown}</section>'
