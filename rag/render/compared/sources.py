"""Write as safe HTML and as text what sources say side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rag.render.html import open_link, placeholder_html
from rag.render.naming import (
    label_note,
    one_line,
    place,
    shorten,
    source_name,
    told_apart,
)
from rag.text.characters import escape, visible
from rag.text.dates import display_date
from rag.text.quotations import in_quotes

NOTHING_SAID = "Nothing in these documents speaks of this. Try other words, or tick more documents."
_WITHOUT_VALUE = "Also speak of it"
_SPEAK_OF_IT = "What each document says"
_LONGEST_SHOWN = 400  # characters of a quote; the evidence shows all of it
Saying = Mapping[str, Any]  # ``SourceSaying.to_dict()``


def comparison_html(comparison: Mapping[str, Any]) -> str:
    """Return a ``Comparison.to_dict()``: a column for each value, with who gives it below."""
    sayings = _told_apart(comparison["sayings"])
    if not sayings:
        return placeholder_html(NOTHING_SAID)
    columns = "".join(
        f'<section class="value"><h3 dir="auto">{escape(heading)}</h3>'
        f"{''.join(_saying_html(saying, sayings) for saying in group)}</section>"
        for heading, group in _groups(sayings)
    )
    summary = escape(_summary(comparison))
    return f'<p class="note" role="status">{summary}</p><div class="values">{columns}</div>'


def comparison_text(comparison: Mapping[str, Any]) -> str:
    """Return a ``Comparison.to_dict()`` as text for a terminal."""
    sayings = _told_apart(comparison["sayings"])
    if not sayings:
        return NOTHING_SAID
    lines = [_summary(comparison)]
    for heading, group in _groups(sayings):
        lines += ["", one_line(heading)]
        for saying in group:
            later = _later(saying, sayings)
            lines.append(f"  {_source(saying)}{f' ({later})' if later else ''}")
            lines += [
                f"    {in_quotes(shorten(cited['cited_text']))} ({place(cited)})"
                for cited in saying["citations"]
            ]
    return visible("\n".join(lines))


def _told_apart(sayings: Sequence[Saying]) -> list[Saying]:
    """Return the sayings, each under a name that no other of them has."""
    named = told_apart([{**each["citations"][0], "outlet": each["source"]} for each in sayings])
    return [
        {**each, "source": source_name({**cited, "published": None})}
        for each, cited in zip(sayings, named, strict=True)
    ]


def _groups(sayings: Sequence[Saying]) -> list[tuple[str, list[Saying]]]:
    """Return the values, the newest first, each with who gives it; then those who give none."""
    groups: dict[int | None, list[Saying]] = {}
    for saying in sayings:
        groups.setdefault(saying["group"], []).append(saying)
    without = groups.pop(None, [])
    found = [(group[0]["value"], group) for group in groups.values()]
    if without:
        found.append((_WITHOUT_VALUE if found else _SPEAK_OF_IT, without))
    return found


def _summary(comparison: Mapping[str, Any]) -> str:
    sayings, documents = comparison["sayings"], comparison["documents"]
    of = "1 document" if documents == 1 else f"{documents:,} documents"
    said = f"{len(sayings):,} of {of} {'speaks' if len(sayings) == 1 else 'speak'} of this"
    values = {saying["group"] for saying in sayings} - {None}
    if comparison["differs"]:
        return f"{said}, and they give {len(values)} different values. Newest first."
    giving = sum(saying["group"] is not None for saying in sayings)
    return f"{said}; {giving} give the same value." if giving > 1 else f"{said}. Newest first."


def _source(saying: Saying) -> str:
    cited = saying["citations"][0]
    date = display_date(saying["published"], cited["published_basis"])
    page = f", p. {cited['page']}" if cited.get("page") else ""
    return f"{one_line(saying['source'])}, {date}{page}"


def _later(saying: Saying, sayings: Sequence[Saying]) -> str:
    """Return which value a later document gives, and who; empty where none does."""
    for other in sayings:
        for cited in other["citations"]:
            if saying["overtaken_by"] == cited["number"] and other["value"]:
                date = display_date(other["published"], cited["published_basis"])
                return f"later: {one_line(other['value'])}, {one_line(other['source'])}, {date}"
    return ""


def _saying_html(saying: Saying, sayings: Sequence[Saying]) -> str:
    later = escape(_later(saying, sayings))
    noted = f'<p class="reason">{later[:1].upper()}{later[1:]}</p>' if later else ""
    quotes = "".join(
        f"<blockquote>{open_link(cited, shorten(cited['cited_text'], _LONGEST_SHOWN))}"
        f"{escape(label_note(cited))}</blockquote>"
        for cited in saying["citations"]
    )
    kind = "saying overtaken" if later else "saying"
    return (
        f'<article class="{kind}" dir="auto"><p class="meta"><b>{escape(_source(saying))}</b></p>'
        f"{quotes}{noted}</article>"
    )
