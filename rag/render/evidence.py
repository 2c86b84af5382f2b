"""Write what the evidence pane shows besides the text: a page as a picture, and what is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rag.render.html import open_link, view_button
from rag.text.characters import escape
from rag.text.dates import display_date

# The fields that a user may state of a document, each with its label and an example.
_BASES = {"stated: in documents.toml": "stated by hand, beside the document"}
EDITED_FIELDS = {
    "title": ("Title", ""),
    "outlet": ("Publisher", "who published it, as Valley Times"),
    "author": ("Author", ""),
    "published": ("Date", "2024-02-05, 2024-02 or 2024"),
}
_UNDATED = "An undated document is left out by “Since” and “Until”."
_LABELS = {name: label for name, (label, _) in EDITED_FIELDS.items()} | {"url": "Address"}


def page_view_html(
    article: Mapping[str, Any], places: Mapping[str, Any], span: tuple[int, int] | None
) -> str:
    """Return a page of a PDF as a picture, the cited words boxed.

    Args:
        article: ``Article.to_dict()``.
        places: ``PagePlaces.to_dict()``: the page, its size, the boxes, and what is missing.
        span: the cited words, whose boxes these are; None for none.
    """
    page, pages = places["page"], article["page_count"]
    kept = {"start": span[0], "end": span[1]} if span else {}
    id_ = article["id"]
    steps = [
        view_button("page", id_, words, page=number, **kept)
        for words, number in (("Previous page", page - 1), ("Next page", page + 1))
        if 1 <= number <= pages
    ]
    zoom = "".join(
        f'<button type="button" class="tool" data-zoom="{way}">{words}</button>'
        for way, words in (("out", "Smaller"), ("in", "Larger"))
    )
    said = places["missing"] if span else None
    notice = f'<p class="notice">{escape(said)}</p>' if said else ""
    title = escape(article["title"])
    address = f"api/pages/{escape(id_)}/{page}.png?v={escape(article['sha256'][:16])}"
    boxes = "".join(_box(box, places["width"], places["height"]) for box in places["boxes"])
    return (
        f'<section class="looked-at" data-page="{page}"><header><h3 dir="auto">{title}</h3>'
        f'<p class="meta">Page {page} of {pages:,}</p><div class="tools">'
        f"{view_button('text', id_, 'Back to the text')}{''.join(steps)}{zoom}</div>{notice}"
        f'</header><div class="paper-frame" tabindex="0"><div class="paper">'
        f'<img src="{address}" alt="Page {page} of {title}" width="{round(places["width"])}"'
        f' height="{round(places["height"])}">{boxes}</div></div></section>'
    )


def asked_for_html(request: str, shown: str) -> str:
    """Return what was asked for with the name of its request, so that the page can drop it if late.

    The name also makes it another text than an earlier answer to the same: else nothing would be
    drawn anew.
    """
    return f'<div data-request="{escape(request)}">{shown}</div>'


def _box(box: Sequence[float], width: float, height: float) -> str:
    left, top, right, bottom = box
    shares = (left / width, top / height, (right - left) / width, (bottom - top) / height)
    names = ("left", "top", "width", "height")
    style = ";".join(f"{n}:{share:.4%}" for n, share in zip(names, shares, strict=True))
    return f'<span class="box" style="{style}"></span>'


def document_overview_html(overview: Mapping[str, Any], *, editable: bool) -> str:
    """Return what is known of a document and what is in it.

    Args:
        overview: ``DocumentOverview.to_dict()``.
        editable: whether its title, outlet, author and date may be changed.
    """
    id_ = overview["id"]
    known = {fact["field"]: fact for fact in overview["facts"]}
    facts = "".join(
        _fact_html(label, known[name]) if name in known else _missing_html(name, id_, editable)
        for name, label in _LABELS.items()
        if name in known or name in EDITED_FIELDS
    )
    count = overview["pages"]
    pages = f"{count:,} {'page' if count == 1 else 'pages'}, " if count else ""
    counts = f"{escape(overview['kind'])}, {pages}{overview['words']:,} words"
    edit = view_button("edit", id_, "Change") if editable else ""
    listed = "".join(
        (
            _problems("What to know of it", overview["problems"]),
            _problems("Documents with nearly the same words", overview["copies"]),
            _lines("Headings", id_, overview["headings"], overview["heading_count"]),
            _mentions("Names most often in it", id_, overview["names"], str),
            _mentions("Dates given in it", id_, overview["dates"], display_date),
        )
    )
    return (
        f'<section class="looked-at"><header><h3>About this document</h3><div class="tools">'
        f"{view_button('text', id_, 'Back to the text')}{edit}</div></header>"
        f'<p class="path">{escape(overview["path"])}</p><p>{counts}</p>'
        f'<table class="facts"><tbody>{facts}</tbody></table>{listed}</section>'
    )


def _fact_html(label: str, fact: Mapping[str, Any]) -> str:
    return (
        f'<tr><th scope="row">{label}</th><td dir="auto">{_value(fact)}<br>'
        f'<span class="note">{escape(_BASES.get(fact["basis"], fact["basis"]))}</span></td></tr>'
    )


def _missing_html(name: str, id_: str, editable: bool) -> str:
    """Say that something is not known of a document, and how to state its date."""
    noted = ""
    if name == "published":
        noted = f'<br><span class="note">{_UNDATED}</span>'
        noted += (
            f" {view_button('edit', id_, 'Give a date', field='published')}" if editable else ""
        )
    return f'<tr><th scope="row">{_LABELS[name]}</th><td>none{noted}</td></tr>'


def _value(fact: Mapping[str, Any]) -> str:
    return escape(display_date(fact["value"]) if fact["field"] == "published" else fact["value"])


def _problems(heading: str, lines: Iterable[str]) -> str:
    items = "".join(f'<li dir="auto">{escape(line)}</li>' for line in lines)
    return f"<h4>{heading}</h4><ul>{items}</ul>" if items else ""


def _lines(heading: str, id_: str, lines: Sequence[Mapping[str, Any]], count: int) -> str:
    if not lines:
        return ""
    items = "".join(
        f'<li class="level-{min(max(line["level"], 1), 6)}" dir="auto">'
        f"{open_link({'article_id': id_, **line}, line['text'])}</li>"
        for line in lines
    )
    more = f'<p class="note">{count - len(lines):,} more</p>' if count > len(lines) else ""
    return f'<h4>{heading}</h4><ul class="outline">{items}</ul>{more}'


def _mentions(heading: str, id_: str, mentioned: Sequence[Mapping[str, Any]], shown: Any) -> str:
    """List names or dates with how often each is there; each leads to its first place."""
    items = "".join(
        '<li dir="auto">'
        + open_link(
            {"article_id": id_, "start": each["places"][0][0], "end": each["places"][0][1]},
            shown(each["name"]),
        )
        + f' <span class="note">{each["count"]:,}</span></li>'
        for each in mentioned
    )
    return f'<h4>{heading}</h4><ul class="mentions">{items}</ul>' if items else ""


def edit_html(article: Mapping[str, Any], problem: str = "") -> str:
    """Return a form in which title, outlet, author and date of a document are stated.

    Args:
        article: ``Article.to_dict()``.
        problem: what was wrong with what was typed before.
    """
    rows = "".join(
        f"<label>{label}<input name={name} value={_attribute(article[name])}"
        f" placeholder={_attribute(example)}></label>"
        for name, (label, example) in EDITED_FIELDS.items()
    )
    said = f'<p class="message" role="alert">{escape(problem)}</p>' if problem else ""
    id_ = article["id"]
    return (
        f'<section class="looked-at"><header><h3>What is known of this document</h3></header>{said}'
        f'<form class="stating" data-of-article="{escape(id_)}">{rows}<p class="note">'
        "This is kept in a file beside your documents; the document itself stays as it is. An "
        "empty line takes back what you stated before.</p>"
        f'<div class="tools"><button type="submit" class="tool">Save</button>'
        f"{view_button('about', id_, 'Cancel')}</div></form></section>"
    )


def _attribute(value: str | None) -> str:
    return f'"{escape(value or "")}"'
