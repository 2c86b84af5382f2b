"""Write an evidence pack as JSON, as Markdown and as one HTML page that can be printed.

Markdown and HTML also hold the pack itself, as JSON in which nothing can end the element that
hides it, so that what one reads is exactly what can be checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rag.render.html import answer_html
from rag.render.markdown import answer_markdown, md
from rag.render.naming import (
    one_line,
    source_line,
    source_name,
    told_apart,
)
from rag.render.walk import answerer, as_of, web_address
from rag.text.characters import escape, json_text, visible
from rag.text.dates import dated_name, spoken_time

# What stands around the hidden JSON, in Markdown and in HTML.
PACK_COMMENT = ("<!-- footnote-pack\n", "\n-->\n")
PACK_SCRIPT = ('<script type="application/json" id="footnote-pack">\n', "\n</script>\n")
READ_HEADING = "Read, but not cited"
READ_NOTE = "These passages were found for the question. No sentence of the answer rests on them."
_BESIDE = {  # what other sources of a statement are, by their key
    "also": "says the same as a cited quote",
    "copies": "repeats a cited quote in nearly the same words",
}
_PROMPT_HEADING = "What the model was told"
_STYLE = """
body { font: 1rem/1.55 Georgia, serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.chip { font-size: .85em; text-decoration: none; } .statement p { margin-bottom: .2em; }
.note, .meta { color: #555; font-size: .9em; } .notice { border: 1px solid #999; padding: .4rem; }
table { border-collapse: collapse; font-size: .9em; } caption { text-align: left; }
th, td { text-align: left; vertical-align: top; padding: .2rem .7rem .2rem 0; }
blockquote { margin: .3rem 0 .3rem 1rem; } pre { white-space: pre-wrap; font-size: .8em; }
section.quote { break-inside: avoid; margin-bottom: 1.2rem; overflow-wrap: anywhere; }
@media print { body { margin: 0; max-width: none; } a { color: inherit; } }
""".strip()


def pack_json(pack: Mapping[str, Any]) -> str:
    """Return a pack as JSON, for programs."""
    return json_text(pack, indent=2) + "\n"


def pack_markdown(pack: Mapping[str, Any]) -> str:
    """Return a pack as Markdown."""
    told = told_apart(pack)
    lines = [f"# Evidence: {md(one_line(pack['answer']['question']))}", ""]
    lines += [md(line) + "  " for line in _about(pack)]
    lines += ["", answer_markdown(told["answer"]), "## Quotes", ""]
    uses = _uses(pack["answer"])
    for quote in told["quotes"]:
        lines += [f"### {quote['number']}. {md(_source(quote))}", ""]
        lines += [f"> {md(line)}" for line in quote["cited_text"].splitlines()]
        facts = _facts(quote, uses)
        lines += ["", *(f"- {md(name)}: {_value_md(value)}" for name, value in facts), ""]
    read = told.get("read_not_cited")
    if read:
        lines += [f"## {READ_HEADING}", "", READ_NOTE, ""]
        lines += [f"- {md(source_line(hit))}: {md(one_line(hit['text']))}" for hit in read]
        lines += [""]
    if pack["asked"]:
        lines += [f"## {_PROMPT_HEADING}", ""]
        for name in ("system", "user"):
            lines += [f"{name.title()}:", "", *_indented(pack["asked"][name]), ""]
    return "\n".join(lines) + "\n" + PACK_COMMENT[0] + _hidden(pack) + PACK_COMMENT[1]


def pack_html(pack: Mapping[str, Any]) -> str:
    """Return a pack as one HTML page that runs no script and loads nothing."""
    told = told_apart(pack)
    answer = told["answer"]
    title = escape(one_line(answer["question"]))
    about = "<br>".join(escape(line) for line in _about(pack))
    uses = _uses(answer)
    quotes = "".join(_quote_html(quote, uses) for quote in told["quotes"])
    quotes += _read_html(told.get("read_not_cited") or ())
    prompt = ""
    if pack["asked"]:
        messages = (
            f"<h3>{name.title()}</h3><pre>{escape(text)}</pre>"
            for name, text in pack["asked"].items()
        )
        prompt = f"<h2>{_PROMPT_HEADING}</h2>{''.join(messages)}"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>Evidence: {title}</title><style>{_STYLE}</style></head><body>"
        f'<h1>{title}</h1><p class="meta">{about}</p>{answer_html(answer)}'
        f"<h2>Quotes</h2>{quotes}{prompt}\n{PACK_SCRIPT[0]}{_hidden(pack)}{PACK_SCRIPT[1]}</body></html>\n"
    )


def _read_html(read: Sequence[Mapping[str, Any]]) -> str:
    """List the passages that were read and not cited, apart from the quotes."""
    if not read:
        return ""
    items = "".join(
        f'<li dir="auto">{escape(source_line(hit))}: {escape(one_line(hit["text"]))}</li>'
        for hit in read
    )
    return f'<h2>{READ_HEADING}</h2><p class="meta">{READ_NOTE}</p><ul>{items}</ul>'


def _uses(answer: Mapping[str, Any]) -> dict[int, str]:
    """Return by the number of a quote what it is for in an answer; what it backs comes first."""
    uses: dict[int, list[str]] = {}
    for place, statement in enumerate(answer["statements"], start=1):
        for number in statement["citations"]:
            uses.setdefault(number, []).append(f"cited for sentence {place}")
    for place, statement in enumerate(answer["statements"], start=1):
        for kind, words in _BESIDE.items():
            for citation in (statement.get("sources") or {}).get(kind, ()):
                uses.setdefault(citation["number"], []).append(
                    f"named with sentence {place}: {words}"
                )
    for difference in answer["differences"]:
        for position in difference["positions"]:
            uses.setdefault(position["citation"]["number"], []).append("gives a value of its own")
    return {number: ", ".join(dict.fromkeys(words)) for number, words in uses.items()}


def _quote_html(quote: Mapping[str, Any], uses: Mapping[int, str]) -> str:
    facts = "".join(
        f"<br>{escape(name)}: {_value_html(value)}" for name, value in _facts(quote, uses)
    )
    return (
        f'<section class="quote" id="cite-{quote["number"]}">'
        f"<b>{quote['number']}. {escape(_source(quote))}</b>"
        f'<blockquote dir="auto">{escape(quote["cited_text"])}</blockquote>'
        f'<p class="meta">{facts.removeprefix("<br>")}</p></section>'
    )


def _value_html(value: str) -> str:
    if web_address(value):
        return f'<a href="{escape(value)}" rel="noopener noreferrer">{escape(value)}</a>'
    return escape(value)


def _value_md(value: str) -> str:
    return f"<{value}>" if web_address(value) else md(value)


def _about(pack: Mapping[str, Any]) -> Iterator[str]:
    """Yield who answered, when, and how new the evidence is, as one line each."""
    yield f"Answered by: {answerer(pack['answer']['answered_by'])}"
    yield f"Made: {spoken_time(pack['made'])} by Footnote {pack['version']}"
    how_new = as_of(pack["answer"])
    if how_new:
        yield how_new


def _source(quote: Mapping[str, Any]) -> str:
    return dated_name(source_name(quote, dated=False), quote["published"], quote["published_basis"])


def _facts(quote: Mapping[str, Any], uses: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    if quote["number"] in uses:
        yield "Used", uses[quote["number"]]
    yield "Title", one_line(quote["title"])
    if quote["link"]:
        yield "Address", quote["link"]
    if quote.get("page"):
        yield "Page", str(quote["page"])
    if quote.get("label"):
        yield "Stands under", one_line(quote["label"])
    yield "File", f"{quote['file']}, characters {quote['start']} to {quote['end']}"
    yield "SHA-256", quote["sha256"]


def _indented(text: str) -> list[str]:
    return [f"    {line}" for line in visible(text).splitlines()]


def _hidden(pack: Mapping[str, Any]) -> str:
    """Return the pack as JSON that cannot end a comment or element: brackets are escaped."""
    text = json_text(pack)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
