"""``documents.toml``: what the user states about the documents of a folder.

A table for each file, by its path in the folder, or for several by a shell pattern. What stands
there goes before what a document says itself::

    ["2024-02-05 call.txt"]
    title = "Call with the mayor"
    published = "2024-02-05"

    ["minutes/*.pdf"]
    outlet = "Town council"
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from rag.documents.beside import read_beside, unreadable
from rag.errors import CorpusError
from rag.formats.extracted import Metadata
from rag.text.characters import printable_line
from rag.text.dates import known_range

FACTS_FILE = "documents.toml"
STATED_FIELDS = ("title", "author", "outlet", "published", "url", "language")
_BASIS = f"stated: in {FACTS_FILE}"
_MAX_SIZE = 2_000_000  # bytes: some ten thousand documents, which TOML takes a second to read
_MOST_ANY_FOLDERS = 3  # "**" in a pattern; each multiplies the ways in which it may match
_WILD = re.compile(r"[*?\[]")
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_MAX_SHOWN = 60  # characters of a wrong value or name that are repeated to the user


class StatedEntry(NamedTuple):
    """The fields that are stated of the files that a path or a pattern means."""

    name: str
    fields: tuple[tuple[str, str], ...]


Stated = tuple[StatedEntry, ...]


def read_stated(folder: Path) -> str:
    """Return the text of a corpus folder's file of facts; empty where there is none.

    Raises:
        CorpusError: the file cannot be read, or states what is no fact of a document.
    """
    path = folder / FACTS_FILE
    advice = 'use patterns such as ["minutes/*.pdf"] for files that have facts in common'
    text = read_beside(path, _MAX_SIZE, advice)
    parse_stated(text, path)
    return text


@lru_cache(maxsize=8)  # the same text with every document
def parse_stated(text: str, path: Path) -> Stated:
    """Return what a text states, in its order.

    Args:
        text: TOML, a table for each file or pattern; an empty text states nothing.
        path: the file that it is from, for messages.

    Raises:
        CorpusError: the text is not such TOML; the message says where and what to do.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        hint = ' (the name of a file stands in quotation marks: ["2024-02-05 call.txt"])'
        raise unreadable(path, str(error) + hint) from error
    except RecursionError as error:
        raise unreadable(path, "it is nested too deep") from error
    return tuple(_entry(name, table, text, path) for name, table in tables.items())


def stated_for(stated: Stated, name: str) -> Metadata:
    """Return what is stated of a document.

    Its own path goes before any pattern, and of patterns a later one before an earlier one.

    Args:
        stated: as of :func:`parse_stated`.
        name: its path relative to the folder, with forward slashes.
    """
    meant = [entry for entry in stated if _means(entry.name, name)]
    meant.sort(key=lambda entry: entry.name == _plain(name))
    found = {field: value for entry in meant for field, value in entry.fields}
    return found | ({"published_basis": _BASIS} if "published" in found else {})


def find_unused(stated: Stated, names: Collection[str]) -> list[str]:
    """Return the paths and patterns that mean none of some documents, as a slip may make them."""
    return [entry.name for entry in stated if not any(_means(entry.name, name) for name in names)]


def _entry(name: str, table: Any, text: str, path: Path) -> StatedEntry:
    """Return what the table of one name states.

    Raises:
        CorpusError: a field is unknown, or its value is none of its kind.
    """

    def refuse(field: str, why: str) -> CorpusError:
        shown = printable_line(name)[:_MAX_SHOWN]
        return CorpusError(f"{path}{_line_of(text, name, field)}: “{shown}” {why}")

    if not isinstance(table, dict):
        raise refuse(name, 'stands outside of a table; begin with the file, as ["call.txt"].')
    if name.startswith("/") or "\\" in name or ".." in name.split("/"):
        raise refuse("", "is no path in the folder; write it as minutes/march.pdf.")
    if name.split("/").count("**") > _MOST_ANY_FOLDERS:
        raise refuse("", f"has more than {_MOST_ANY_FOLDERS} “**”; name a folder.")
    fields = []
    for field, value in table.items():
        if isinstance(value, dict):
            raise refuse("", f'needs quotation marks around the whole name, as ["{name}.{field}"].')
        if field not in STATED_FIELDS:
            known = ", ".join(STATED_FIELDS)
            shown = printable_line(field)[:_MAX_SHOWN]
            raise refuse(field, f"has a field “{shown}” that is not known; use {known}.")
        read, problem = _value(field, value)
        if problem:
            raise refuse(field, problem)
        fields.append((field, read))
    return StatedEntry(_plain(name), tuple(fields))


def _value(field: str, value: Any) -> tuple[str, str]:
    """Return the value of a field, and what is wrong with it if anything is."""
    if field == "published":
        return _published(value)
    if not isinstance(value, str) or not printable_line(value):
        return "", f'has a {field} that is not text; write it as {field} = "…" or leave it out.'
    value = printable_line(value)
    if field == "url" and not re.match(r"https?://\S+$", value):
        return "", "has a url that is not a web address; begin it with https://."
    if field == "language" and not _LANGUAGE.fullmatch(value):
        return "", "has a language that is no code of one; write it as en, de or zh."
    return value, ""


def _published(value: Any) -> tuple[str, str]:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date) or (isinstance(value, int) and not isinstance(value, bool)):
        value = str(value)
    shown = printable_line(str(value))[:_MAX_SHOWN]
    problem = f"has the date “{shown}”; write it as 2024-02-05, 2024-02 or 2024."
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return "", problem
    try:
        known_range(value)
    except ValueError:
        return "", f"has the date “{shown}”, which does not exist; correct it."
    return value, ""


def _line_of(text: str, name: str, field: str) -> str:
    """Return where a field stands in a text, as ", line 3"; empty where that cannot be told."""
    inside = not name or name == field
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("["):
            inside = line.strip().strip("[]").strip(" \"'") == name
            if inside and not field:
                return f", line {number}"
        elif inside and re.match(rf"\s*[\"']?{re.escape(field)}[\"']?\s*=", line):
            return f", line {number}"
    return ""


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).removeprefix("./")


def _means(pattern: str, name: str) -> bool:
    """Return whether a path or a pattern means a file: "*" within a folder, "**" any folders."""
    name = _plain(name)
    if pattern == name:
        return True
    return bool(_WILD.search(pattern)) and _match(pattern.split("/"), name.split("/"))


def _match(pattern: Sequence[str], parts: Sequence[str]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(_match(pattern[1:], rest) for rest in _rests(parts))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _match(pattern[1:], parts[1:])


def _rests(parts: Sequence[str]) -> Iterator[Sequence[str]]:
    return (parts[at:] for at in range(len(parts) + 1))
