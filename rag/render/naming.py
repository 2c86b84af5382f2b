"""Say what a source is called: by outlet or title, date and page, and what else tells it apart.

Where the documents that are shown together share a name, :func:`told_apart` notes with each what
tells it from the others: the date, else the title, else the name of its file. Whatever writes a
source asks here, so that all forms of an answer call it the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple, TypeVar

from rag.text.dates import dated_name
from rag.text.quotations import in_quotes

Json = Mapping[str, Any]  # a ``to_dict()`` of a citation or a passage
Shown = TypeVar("Shown")
_APART = "apart"  # the key of what was noted


class _Apart(NamedTuple):
    """What tells a document from the others: the field, and its value as it is shown."""

    by: str = ""
    shown: str = ""


def told_apart(shown: Shown) -> Shown:
    """Return what is shown together, each source in it with what tells it from the others.

    Args:
        shown: JSON-ready values of any depth with citations and passages in them. What was told
            apart among more before stays so.
    """
    found: dict[str, Json] = {}
    _collect(shown, found)
    noted: dict[str, _Apart] = {}
    named: dict[str, list[str]] = {}
    for id_, item in found.items():
        named.setdefault(_name(item), []).append(id_)
    for ids in named.values():
        noted |= _differing({id_: found[id_] for id_ in ids}) if len(ids) > 1 else {}
    told: Shown = _noted(shown, noted)
    return told


def _is_source(value: Json) -> bool:
    return "article_id" in value and "title" in value


def _collect(value: Any, found: dict[str, Json]) -> None:
    """Put the first citation or passage of each document into a dictionary, by its id."""
    if isinstance(value, Mapping):
        if _is_source(value):
            found.setdefault(value["article_id"], value)
        for inner in value.values():
            _collect(inner, found)
    elif isinstance(value, list | tuple):
        for inner in value:
            _collect(inner, found)


def _noted(value: Any, noted: Mapping[str, _Apart]) -> Any:
    if isinstance(value, Mapping):
        inner = {key: _noted(each, noted) for key, each in value.items()}
        if _is_source(value):
            inner.setdefault(_APART, noted.get(value["article_id"], _Apart()))
        return inner
    if isinstance(value, list | tuple) and not isinstance(value, _Apart):
        return [_noted(each, noted) for each in value]
    return value


def _differing(same: Mapping[str, Json]) -> dict[str, _Apart]:
    """Return for documents of one name, by their ids, what each alone of them has."""
    ways = [
        ("published", {id_: item["published"] for id_, item in same.items()}),
        ("title", {id_: one_line(item["title"]) for id_, item in same.items()}),
        ("file", {id_: PurePosixPath(item.get("file") or "").name for id_, item in same.items()}),
        ("file", {id_: item.get("file") or "" for id_, item in same.items()}),
    ]
    return {
        id_: next(
            (
                _Apart(by, values[id_])
                for by, values in ways
                if values[id_] and list(values.values()).count(values[id_]) == 1
            ),
            _Apart(),
        )
        for id_ in same
    }


def _name(item: Json) -> str:
    return one_line(item["outlet"] or item["title"])


def source_name(item: Json, *, dated: bool = True, longest: int | None = None) -> str:
    """Return outlet or title of a citation or passage, and what tells it from others.

    Args:
        item: the dictionary, told apart or not.
        dated: whether the date is told, where there is one; it is where it tells sources apart.
        longest: the most characters of the name, and of what tells it apart; None for all.
    """
    apart = item.get(_APART) or _Apart()
    name, other = (
        text if longest is None else shorten_name(text, longest)
        for text in (_name(item), apart.shown)
    )
    if (dated or apart.by == "published") and item["published"]:
        name = dated_name(name, item["published"], item.get("published_basis"))
    return f"{name}, {other}" if apart.by in ("title", "file") else name


def source_line(item: Json) -> str:
    """Return outlet, date, page and title of a citation, passage or article on one line."""
    outlet, title = _name(item), one_line(item["title"])
    dated = dated_name(title, item["published"], item.get("published_basis"))
    shown = f"{outlet}{dated.removeprefix(title)}"
    shown += f", p. {item['page']}" if item.get("page") else ""
    shown += "" if outlet == title else f", {in_quotes(title)}"
    apart = item.get(_APART) or _Apart()
    return f"{shown}, {apart.shown}" if apart.by == "file" else shown


def filed_line(citation: Json) -> str:
    """Return :func:`source_line` with the name of the file, for who finds it without the page."""
    said, file = source_line(citation), PurePosixPath(citation.get("file") or "").name
    return said if file in said else f"{said}, {file}"


def label_note(citation: Json) -> str:
    """Return in brackets what belongs to cited words and stands elsewhere, as a row's header."""
    label = citation.get("label")
    return f" ({one_line(label)})" if label else ""


def place(item: Json) -> str:
    """Return where a citation or passage is: ``ARTICLE:START-END``."""
    return f"{item['article_id']}:{item['start']}-{item['end']}"


def one_line(text: str) -> str:
    """Return the text with each run of white space replaced by one space."""
    return " ".join(text.split())


def shorten(text: str, limit: int = 280) -> str:
    """Return the first words of a text on one line, at most ``limit`` characters and " …"."""
    line = one_line(text)
    return line if len(line) <= limit else line[:limit].rsplit(" ", 1)[0] + " …"


def shorten_name(name: str, limit: int) -> str:
    """Return a name on one line, its middle left out where it has more than ``limit`` characters.

    What tells two names apart, a year or a number, stands at the end more often.
    """
    line = one_line(name)
    if len(line) <= limit:
        return line
    half = (limit - len(" … ")) // 2
    begins, ends = line[:half].rsplit(" ", 1)[0], line[-half:].split(" ", 1)[-1]
    return f"{begins} … {ends}"
