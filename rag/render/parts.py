"""What every way of showing an answer has in common: sources, dates, notes, shortened texts.

Works on the dictionaries of ``to_dict()``, so that a stored answer looks the same as a
fresh one, and so that no two doors can show different citations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rag.text.characters import visible
from rag.text.times import spoken_date

# Markdown would read these as markup; a backslash before each makes them text. A full stop
# between words may make them an address.
MARKDOWN_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&]|(?<=\w)\.(?=[^\W\d_]{2}))")
# Many readers of Markdown make a link of such a word, some whatever stands before it; none of
# them does so in code.
ADDRESS = re.compile(r"//|www\.|[\w.+-]@[\w-]", re.IGNORECASE)
LINE_END = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
LIST_OR_RULE = re.compile(r"^(\s*\d{0,9})([-+=.)])")
WEB = re.compile(r"https?://[^\s<>\"\\^`{|}]+", re.IGNORECASE)


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
    shown = f"{one_line(outlet)}, {display_date(item['published'], item.get('published_basis'))}"
    return shown if outlet == item["title"] else f"{shown}, “{one_line(item['title'])}”"


def passage_line(hit: Mapping[str, Any], *, limit: int) -> str:
    """A passage found, on two lines: where it is with its score, and its first words."""
    place = f"{hit['article_id']}:{hit['start']}-{hit['end']}"
    found = f"{hit['score']:.2f}  {source_line(hit)} ({place})"
    return visible(f"{found}\n      {shorten(hit['text'], limit)}")


def rewritten_question(answer: Mapping[str, Any]) -> str | None:
    """The question that was answered, where it is not the one that was typed."""
    meant: str = answer["understood_as"]
    return None if meant == answer["question"] else meant


def all_citations(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Every quote that an answer shows, by number: its own, and those beside them."""
    found = {citation["number"]: citation for citation in answer["citations"]}
    for statement in answer["statements"]:
        sources = statement.get("sources") or {"also": [], "copies": []}
        found |= {citation["number"]: citation for citation in _quotes(sources)}
    for difference in answer["differences"]:
        for position in difference["positions"]:
            found.setdefault(position["citation"]["number"], position["citation"])
    return [found[number] for number in sorted(found)]


def _quotes(sources: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from sources["also"]
    yield from sources["copies"]


def as_of(answer: Mapping[str, Any]) -> str:
    """From when the newest article is that an answer cites."""
    dates = [citation["published"] for citation in answer["citations"] if citation["published"]]
    return f"As of {spoken_date(max(dates))}, the newest article cited." if dates else ""


def notes(
    statement: Mapping[str, Any], answer: Mapping[str, Any]
) -> Iterator[tuple[str, list[int]]]:
    """What a reader should know of a statement besides its quote, each with citation numbers."""
    sources = statement.get("sources")
    if sources and sources["independent"] > 1:
        numbers = [citation["number"] for citation in sources["also"]]
        yield f"{sources['independent']} independent sources{', also' if numbers else ''}", numbers
    elif sources:
        yield "1 source", []
    if sources and sources["copies"]:
        yield "repeated in nearly the same words by", [c["number"] for c in sources["copies"]]
    later = {
        position["overtaken_by"]
        for difference in answer["differences"]
        for position in difference["positions"]
        if position["citation"]["number"] in statement["citations"] and position["overtaken_by"]
    }
    if later:
        yield "overtaken by a later article", sorted(later)


def is_struck(statement: Mapping[str, Any]) -> bool:
    """What its source does not support is not shown as if it did."""
    return bool(statement["verdict"] == "unsupported")


def doubt(statement: Mapping[str, Any]) -> str:
    """Why a statement is not wholly supported, in brackets."""
    if statement["verdict"] == "supported":
        return ""
    return f" ({statement['verdict']}: {statement['reason']})"


def shorten(text: str, limit: int = 280) -> str:
    """The first words of a text on one line."""
    line = one_line(text)
    return line if len(line) <= limit else line[:limit].rsplit(" ", 1)[0] + " …"


def strikethrough(text: str) -> str:
    """A text struck out, as in Markdown; nothing in it ends that."""
    return f"~~{text.replace('~', '∼')}~~"


def web_address(url: str | None) -> str | None:
    """The address, where it is one of the web and nothing else: what may become a link."""
    return url if url and WEB.fullmatch(url) and visible(url) == url else None


def md(text: str) -> str:
    """A text, on one line, of which Markdown makes neither markup nor links."""
    words = re.split(r"(\s+)", LINE_END.sub(" ", visible(text)))
    plain = "".join(
        _code(word) if ADDRESS.search(word) else MARKDOWN_SPECIAL.sub(r"\\\1", word)
        for word in words
    )
    return LIST_OR_RULE.sub(r"\1\\\2", plain)


def _code(word: str) -> str:
    """A word as code, in more backticks than it has in a row."""
    fence = "`" * (max(map(len, re.findall("`+", word)), default=0) + 1)
    return f"{fence} {word} {fence}" if "`" in word else f"{fence}{word}{fence}"
