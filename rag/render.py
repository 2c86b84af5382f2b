"""An answer, and an article with highlights, for people: text, Markdown, safe HTML.

Works on the dictionary of ``Answer.to_dict()``, so that a stored answer looks
the same as a fresh one, and so that no two doors can show different citations.
Everything that comes from an article or a question is escaped here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from rag.dates import spoken_date

ANSWER_WINDOW = 20_000  # characters of a long article shown on each side of what is highlighted
NOTHING_CITED = "Ask, then follow a citation: the article opens here at the words it quotes."
# Markdown would read these as markup; a backslash before each makes them text.
MARKDOWN_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!])")


def display_date(published: str | None, basis: str | None = None) -> str:
    """``2024-01-25`` as ``25 January 2024``; says so where the date was inferred."""
    shown = spoken_date(published) or "undated"
    return f"{shown} (date inferred)" if (basis or "").startswith("inferred") else shown


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def source_line(item: Mapping[str, Any]) -> str:
    """Outlet, date and title of a citation or passage on one line."""
    outlet = item["outlet"] or item["title"]
    shown = f"{outlet}, {display_date(item['published'], item.get('published_basis'))}"
    return shown if outlet == item["title"] else f"{shown}, “{one_line(item['title'])}”"


def passage_line(hit: Mapping[str, Any], *, limit: int) -> str:
    """A passage found, on two lines: where it is with its score, and its first words."""
    place = f"{hit['article_id']}:{hit['start']}-{hit['end']}"
    return f"{hit['score']:.2f}  {source_line(hit)} ({place})\n      {_shorten(hit['text'], limit)}"


def understood(answer: Mapping[str, Any]) -> str | None:
    """The question that was answered, where it is not the one that was typed."""
    meant: str = answer["understood_as"]
    return None if meant == answer["question"] else meant


def plain(answer: Mapping[str, Any]) -> str:
    """The answer for a terminal."""
    meant = understood(answer)
    lines = [f"Understood as: {one_line(meant)}", ""] if meant else []
    lines += [answer["notice"], ""] if answer["notice"] else []
    if answer["status"] == "abstained":
        lines += [answer["reason"], "", "Nearest passages:"]
        for hit in answer["passages"][:3]:
            lines += [f"  {source_line(hit)}", f"    {_shorten(hit['text'])}"]
        return "\n".join(lines)
    for statement in answer["statements"]:
        marks = "".join(f" [{number}]" for number in statement["citations"])
        said = one_line(statement["text"])
        said = f"~~{said}~~" if _is_struck(statement) else said
        lines.append(f"{said}{marks}{_doubt(statement)}")
    lines.append("")
    for citation in answer["citations"]:
        place = f"{citation['article_id']}:{citation['start']}-{citation['end']}"
        lines.append(f"[{citation['number']}] {source_line(citation)} ({place})")
    return "\n".join(lines)


def markdown(answer: Mapping[str, Any]) -> str:
    """The answer with its quotes as Markdown footnotes."""
    lines = [f"**{_md(answer['question'])}**", ""]
    meant = understood(answer)
    lines += [f"Understood as: {_md(one_line(meant))}", ""] if meant else []
    lines += [_md(answer["notice"]), ""] if answer["notice"] else []
    if answer["status"] == "abstained":
        lines += [_md(answer["reason"]), "", "Nearest passages:", ""]
        for hit in answer["passages"][:3]:
            lines.append(f"- {_md(source_line(hit))}: {_md(_shorten(hit['text']))}")
        return "\n".join(lines) + "\n"
    for statement in answer["statements"]:
        marks = "".join(f"[^{number}]" for number in statement["citations"])
        said = _md(one_line(statement["text"]))
        said = f"~~{said}~~" if _is_struck(statement) else said
        lines += [f"{said}{marks}{_md(_doubt(statement))}", ""]
    for citation in answer["citations"]:
        quote = _md(one_line(citation["cited_text"]))
        lines.append(f"[^{citation['number']}]: {_md(source_line(citation))}: “{quote}”")
    return "\n".join(lines) + "\n"


def answer_html(answer: Mapping[str, Any]) -> str:
    """The answer as an HTML fragment; each citation links to ``#cite-N`` in the article."""
    notice = f'<p class="notice">{escape(answer["notice"])}</p>' if answer["notice"] else ""
    if answer["status"] == "abstained":
        nearest = "".join(
            f"<li><b>{escape(source_line(hit))}</b><br>{escape(_shorten(hit['text']))}</li>"
            for hit in answer["passages"][:3]
        )
        return (
            f'<div class="answer abstained">{notice}<p>{escape(answer["reason"])}</p>'
            f"<p>Nearest passages:</p><ul>{nearest}</ul></div>"
        )
    quotes = {citation["number"]: citation for citation in answer["citations"]}
    parts = []
    for statement in answer["statements"]:
        marks = "".join(_mark_html(quotes[number]) for number in statement["citations"])
        doubt = escape(_doubt(statement))
        said = escape(one_line(statement["text"]))
        said = f"<s>{said}</s>" if _is_struck(statement) else said
        parts.append(f'<p class="{statement["verdict"]}" dir="auto">{said}{marks}{doubt}</p>')
    return f'<div class="answer">{notice}{"".join(parts)}</div>'


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
            for citation in answer["citations"]
            if citation["article_id"] == article["id"]
        ]
        shown = "source" if position else "source shown"
        parts.append(f'<section class="{shown}">{article_html(article, quotes)}</section>')
    return "".join(parts) or f'<p class="meta">{NOTHING_CITED}</p>'


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


def _mark_html(citation: Mapping[str, Any]) -> str:
    number = citation["number"]
    hint = escape(f"{source_line(citation)}: {one_line(citation['cited_text'])}")
    return (
        f' <a class="cite" href="#cite-{number}" data-cite="{number}" title="{hint}">[{number}]</a>'
    )


def _is_struck(statement: Mapping[str, Any]) -> bool:
    """What its source does not support is not shown as if it did."""
    return bool(statement["verdict"] == "unsupported")


def _doubt(statement: Mapping[str, Any]) -> str:
    if statement["verdict"] == "supported":
        return ""
    return f" ({statement['verdict']}: {statement['reason']})"


def _shorten(text: str, limit: int = 280) -> str:
    line = one_line(text)
    return line if len(line) <= limit else line[:limit].rsplit(" ", 1)[0] + " …"


def _md(text: str) -> str:
    return MARKDOWN_SPECIAL.sub(r"\\\1", text)
