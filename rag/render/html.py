"""An answer, and an article with highlights, as safe HTML.

Everything that comes from an article or a question is escaped here.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from rag.render.parts import (
    all_citations,
    as_of,
    display_date,
    doubt,
    is_struck,
    notes,
    one_line,
    shorten,
    source_line,
)

ANSWER_WINDOW = 20_000  # characters of a long article shown on each side of what is highlighted
BESIDE = "quote"  # the class of marks in notes and differences
NOTHING_CITED = "Ask, then follow a citation: the article opens here at the words it quotes."


def answer_html(answer: Mapping[str, Any]) -> str:
    """The answer as an HTML fragment; each citation links to ``#cite-N`` in the article."""
    notice = f'<p class="notice">{escape(answer["notice"])}</p>' if answer["notice"] else ""
    if answer["status"] == "abstained":
        nearest = "".join(
            f"<li><b>{escape(source_line(hit))}</b><br>{escape(shorten(hit['text']))}</li>"
            for hit in answer["passages"][:3]
        )
        return (
            f'<div class="answer abstained">{notice}<p>{escape(answer["reason"])}</p>'
            f"<p>Nearest passages:</p><ul>{nearest}</ul></div>"
        )
    quotes = {citation["number"]: citation for citation in all_citations(answer)}
    parts = []
    for statement in answer["statements"]:
        marks = _marks_html(statement["citations"], quotes)
        unsure = escape(doubt(statement))
        aside = "".join(
            f' <span class="note">({escape(note)}{_marks_html(numbers, quotes, BESIDE)})</span>'
            for note, numbers in notes(statement, answer)
        )
        said = escape(one_line(statement["text"]))
        said = f"<s>{said}</s>" if is_struck(statement) else said
        parts.append(
            f'<p class="{statement["verdict"]}" dir="auto">{said}{marks}{unsure}{aside}</p>'
        )
    parts += [_difference_html(difference, quotes) for difference in answer["differences"]]
    dated = f'<p class="note">{escape(as_of(answer))}</p>' if as_of(answer) else ""
    return f'<div class="answer">{notice}{"".join(parts)}{dated}</div>'


def _difference_html(difference: Mapping[str, Any], quotes: Mapping[int, Mapping[str, Any]]) -> str:
    rows = []
    for position in difference["positions"]:
        cited = position["citation"]
        later = position["overtaken_by"]
        overtaken = f" (overtaken by{_mark_html(quotes[later], BESIDE)})" if later else ""
        rows.append(
            f"<tr><td>{escape(display_date(cited['published']))}</td>"
            f"<td>{escape(cited['outlet'] or cited['title'])}</td>"
            f"<td>{escape(position['value'])}{_mark_html(cited, BESIDE)}{overtaken}</td>"
            f"<td>{escape(shorten(cited['cited_text']))}</td></tr>"
        )
    head = "<tr><th>Date</th><th>Source</th><th>Says</th><th>In its words</th></tr>"
    return (
        f'<table class="differences" dir="auto"><caption>{escape(difference["summary"])}</caption>'
        f"<thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _marks_html(
    numbers: Iterable[int], quotes: Mapping[int, Mapping[str, Any]], kind: str = "cite"
) -> str:
    return "".join(_mark_html(quotes[number], kind) for number in numbers)


def article_html(
    article: Mapping[str, Any], highlights: Iterable[tuple[int, int, int]] = ()
) -> str:
    """An article as an HTML fragment, clutter dimmed, quoted words highlighted.

    Args:
        article: ``Article.to_dict()``.
        highlights: ``(start, end, number)`` of each quote, ends exclusive; they
            become ``<mark id="cite-NUMBER">``. Overlaps are shown from where the
            earlier one ends.
    """
    text = article["text"]
    spans = sorted((start, end, f'<mark id="cite-{n}">') for start, end, n in highlights)
    low = max(0, spans[0][0] - ANSWER_WINDOW) if spans else 0
    high = min(len(text), (spans[-1][1] if spans else 0) + ANSWER_WINDOW)
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
        f'<article dir="auto"><h3>{escape(article["title"])}</h3>'
        f'<p class="meta">{_meta(article)}</p>'
        f'{before}<div class="body">{"".join(body)}</div>{after}</article>'
    )


def evidence_html(answer: Mapping[str, Any], articles: Iterable[Mapping[str, Any]]) -> str:
    """The cited articles with what each citation quotes highlighted; the first one is shown.

    Args:
        answer: ``Answer.to_dict()``.
        articles: ``Article.to_dict()`` of each article cited, each once, in any order.
    """
    parts = []
    for position, article in enumerate(articles):
        quotes = [
            (citation["start"], citation["end"], citation["number"])
            for citation in all_citations(answer)
            if citation["article_id"] == article["id"]
        ]
        shown = "source" if position else "source shown"
        parts.append(f'<section class="{shown}">{article_html(article, quotes)}</section>')
    return "".join(parts) or f'<p class="meta">{NOTHING_CITED}</p>'


def downloads_html(files: Mapping[str, str]) -> str:
    """Links that save a text as a file; the text is in the link, and nowhere on the server.

    Args:
        files: texts by the ending of the name under which each is saved.
    """
    links = " · ".join(
        f'<a download="evidence{ending}" href="data:application/octet-stream;base64,'
        f'{b64encode(text.encode()).decode()}">{escape(ending.removeprefix(".").upper())}</a>'
        for ending, text in files.items()
    )
    return f'<p class="note downloads">Save the evidence: {links}</p>'


def message_html(text: str) -> str:
    """A message to the user in place of an answer."""
    return f'<div class="answer message" role="alert"><p>{escape(text)}</p></div>'


def _meta(article: Mapping[str, Any]) -> str:
    shown = [article["outlet"], article["author"]]
    shown.append(display_date(article["published"], article["published_basis"]))
    line = " · ".join(escape(part) for part in dict.fromkeys(shown) if part)
    url = article["url"] or ""
    if url.startswith(("https://", "http://")):
        line += f' · <a href="{escape(url)}" rel="noopener noreferrer" target="_blank">source</a>'
    return line


def _mark_html(citation: Mapping[str, Any], kind: str = "cite") -> str:
    """The mark that leads to a quote: ``cite`` of a statement, ``quote`` of what stands beside."""
    number = citation["number"]
    hint = escape(f"{source_line(citation)}: {one_line(citation['cited_text'])}")
    return (
        f' <a class="{kind}" href="#cite-{number}" data-cite="{number}"'
        f' title="{hint}">[{number}]</a>'
    )
