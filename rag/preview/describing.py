"""Write what a user says of a document into the folder's ``documents.toml``.

The file is the user's own: all that is in it stays as it is, comments and order included. Only the
lines of the fields that are said are written; the result is read again before it takes the file's
place, and must state what was said and else the same as before.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from glob import escape
from pathlib import Path

from filelock import FileLock, Timeout

from rag.documents.documents_toml import FACTS_FILE, parse_stated, read_stated
from rag.errors import CorpusError
from rag.text.characters import printable_line, without_surrogates
from rag.text.written_dates import read_date

_FIRST_LINES = (
    "# What is said here of a document goes before what it says itself; delete a line to take\n"
    "# it back.\n"
)
_HEADER = re.compile(r"\s*\[")
_PLAIN_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MAX_SHOWN = 60  # characters of a wrong date that are repeated to the user
_BUSY_SECONDS = 10.0  # that one change waits for another, which takes milliseconds
_NOT_EDITED = (
    "{} is written in a way that cannot be changed from here without touching the rest of it; "
    "edit it by hand: {}"
)


def describe_in(folder: Path, path: str, said: Mapping[str, str], *, lock: Path) -> None:
    """Write what is said of a document into the file of facts of a folder.

    Args:
        folder: the corpus folder.
        path: the document's path in it, with forward slashes.
        said: the fields, as of :data:`rag.documents.documents_toml.STATED_FIELDS`; an empty value
            takes back what was said of it before.
        lock: a file that is held meanwhile; it stays, so it is none of the user's folder.

    Raises:
        CorpusError: a value is none of its kind, or the file cannot be written.
    """
    place = folder / FACTS_FILE
    said = _with_iso_date(said)
    _refuse_what_cannot_be_said(path, said, place)
    try:
        with FileLock(lock, timeout=_BUSY_SECONDS):
            read_stated(folder)  # whose errors say what is wrong with the file
            before = _own_text(place)
            after = _with(before, path, said, place)
            _check(before, after, path, said, place)
            parse_stated(after, place)
            _replace(place, after)
    except Timeout as error:  # an OSError that has no reason
        raise CorpusError(f"{place} is being changed by another process; try again.") from error
    except OSError as error:
        reason = error.strerror or error
        raise CorpusError(f"{place} cannot be written ({reason}); nothing was changed.") from error


def _with_iso_date(said: Mapping[str, str]) -> Mapping[str, str]:
    """Return what is said with its date as the file writes dates, whichever way it is written.

    Raises:
        CorpusError: it is no date, or may be two.
    """
    shown = printable_line(said.get("published", ""))
    if not shown:
        return said
    day, problem = read_date(shown)
    if day is None:
        raise CorpusError(f"“{without_surrogates(shown)[:_MAX_SHOWN]}” {problem}.")
    return {**said, "published": day}


def _refuse_what_cannot_be_said(path: str, said: Mapping[str, str], place: Path) -> None:
    """Refuse a path or a value that the file may not hold, before anything is written.

    Raises:
        CorpusError: the message says what to do.
    """
    shown = without_surrogates(printable_line(path))
    if any(without_surrogates(text) != text for text in (path, *said.values())):
        raise CorpusError(
            f"“{shown}”: its name or what is said of it holds characters that no file can hold; "
            "rename it, or type what is said again."
        )
    exact = escape(path)  # the pattern that means this name alone
    if exact != path:
        raise CorpusError(
            f"“{shown}” has a name that {place.name} takes for a pattern, which may "
            f"mean other documents too; rename it, or write [{_quoted(exact)}] there by hand."
        )
    known = {field: printable_line(value) for field, value in said.items()}
    stated = ", ".join(f"{field} = {_quoted(value)}" for field, value in known.items() if value)
    parse_stated(f"{_quoted(path)} = {{{stated}}}", place)


def _own_text(place: Path) -> str:
    """Return the text of the file with its own ends of lines."""
    return place.read_bytes().decode("utf-8-sig") if place.is_file() else ""


def _with(text: str, path: str, said: Mapping[str, str], place: Path) -> str:
    """Return the text of a file of facts with what is said of one document."""
    lines = text.splitlines(keepends=True)
    known = {field: printable_line(value) for field, value in said.items()}
    end_of_line = "\r\n" if "\r\n" in text else "\n"
    tables = tomllib.loads(text)
    if path not in tables:
        new = [_line(field, value, end_of_line) for field, value in known.items() if value]
        if not new:
            return text
        gap = "" if not text else end_of_line * (1 if text.endswith("\n") else 2)
        return f"{text or _FIRST_LINES}{gap}[{_quoted(path)}]{end_of_line}{''.join(new)}"
    start, end = _table_lines(lines, path, place)
    body = lines[start:end]
    for field, value in known.items():
        at = next((n for n, line in enumerate(body) if _states(line, field)), None)
        written = [_line(field, value, end_of_line)] if value else []
        if at is not None:
            body[at : at + 1] = written
        elif written:
            if body and not body[-1].endswith("\n"):
                body[-1] += end_of_line
            last = max((n for n, line in enumerate(body) if line.strip()), default=-1)
            body[last + 1 : last + 1] = written
    if start and not lines[start - 1].endswith("\n"):
        lines[start - 1] += end_of_line
    return "".join([*lines[:start], *body, *lines[end:]])


def _table_lines(lines: list[str], path: str, place: Path) -> tuple[int, int]:
    """Return the numbers of the first and behind the last line below the header of a table."""
    for number, line in enumerate(lines):
        if _HEADER.match(line) and _names(line, path):
            rest = range(number + 1, len(lines))
            end = next((n for n in rest if _HEADER.match(lines[n])), len(lines))
            while end > number + 1 and lines[end - 1].lstrip().startswith("#"):
                end -= 1  # a comment above the next header belongs to that
            return number + 1, end
    raise CorpusError(_NOT_EDITED.format(place, f"its table for “{path}” has no line of its own."))


def _names(line: str, path: str) -> bool:
    """Return whether a line is the header of the table of a document."""
    with suppress(tomllib.TOMLDecodeError):
        return list(tomllib.loads(line)) == [path]
    return False


def _states(line: str, field: str) -> bool:
    return re.match(rf"\s*[\"']?{re.escape(field)}[\"']?\s*=", line) is not None


def _line(field: str, value: str, end_of_line: str) -> str:
    plain = field == "published" and _PLAIN_DATE.fullmatch(value)
    return f"{field} = {value if plain else _quoted(value)}{end_of_line}"


def _quoted(text: str) -> str:
    """Return a text as a string of TOML, which JSON's are where nothing is outside of Unicode."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _check(before: str, after: str, path: str, said: Mapping[str, str], place: Path) -> None:
    """Check that a text states what was said of a document, and else what it stated before."""
    try:
        wanted, found = tomllib.loads(before), tomllib.loads(after)
    except tomllib.TOMLDecodeError as error:
        raise CorpusError(_NOT_EDITED.format(place, str(error))) from error
    table = dict(wanted.get(path, {}))
    for field, value in said.items():
        table.pop(field, None)
        if printable_line(value):
            table[field] = printable_line(value)
    written = {name: str(value) for name, value in found.pop(path, {}).items()}
    wanted.pop(path, None)
    if wanted != found or written != {name: str(value) for name, value in table.items()}:
        raise CorpusError(_NOT_EDITED.format(place, "what was said was not written."))


def _replace(place: Path, text: str) -> None:
    """Put a text in the place of a file, all at once."""
    if place.is_symlink():
        raise CorpusError(f"{place} is a link to another file; edit that by hand.")
    mode = place.stat().st_mode & 0o777 if place.exists() else 0o644
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".documents-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(place)
    finally:
        Path(temporary).unlink(missing_ok=True)  # where it did not take the file's place
