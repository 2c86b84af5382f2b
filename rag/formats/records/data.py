"""Data for programs: .json, .jsonl, .ndjson, .yaml, .yml and .toml files."""

from __future__ import annotations

import json
from typing import Any

from rag.errors import DocumentError
from rag.formats.counts import counted
from rag.formats.extracted import Builder, Extracted, Metadata
from rag.formats.plain import decode
from rag.formats.records.nested import NestedWriter
from rag.formats.speech.exports import read_chat

_MOST_DIGITS = 4_000  # of a whole number that Python reads
_STATED = ("title", "author", "language")
_LONGEST_STATED = 300  # characters


class _WrittenInt(int):
    """A whole number that keeps how it was written."""

    written: str


class _WrittenFloat(float):
    """A number that keeps how it was written: 1.50 stays 1.50."""

    written: str


def read_json(raw: bytes) -> Extracted:
    """Read JSON: a chat as its messages, other data as headings, fields and tables."""
    text = decode(raw)
    try:
        data = _parsed(text)
    except json.JSONDecodeError as error:
        lines = text.strip().splitlines()
        if len(lines) > 1 and error.msg == "Extra data":
            return read_json_lines(raw)
        raise DocumentError(
            f"is no valid JSON ({error.msg} in line {error.lineno}); repair or remove it."
        ) from error
    return read_chat(data) or _written(data)


def read_json_lines(raw: bytes) -> Extracted:
    """Read a file of which each line is JSON by itself."""
    data, broken = [], []
    for number, line in enumerate(decode(raw).split("\n"), 1):
        if line.strip():
            try:
                data.append(_parsed(line))
            except json.JSONDecodeError:
                broken.append(number)
    if not data:
        raise DocumentError("has no line that is valid JSON; repair or remove it.")
    found = read_chat(data) or _written(data)
    if broken:
        lost = counted(len(broken), "line")
        reason = f"has {lost} that are no valid JSON, as line {broken[0]}; repair them"
        found = found._replace(unread=(*found.unread, reason))
    return found


def read_yaml(raw: bytes) -> Extracted:
    """Read YAML, every value as it is written."""
    import yaml

    try:
        loader = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader
        data = list(yaml.load_all(decode(raw), Loader=loader))
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())[:200]
        raise DocumentError(f"is no valid YAML ({reason}); repair or remove it.") from error
    return _written(data[0] if len(data) == 1 else data)


def read_toml(raw: bytes) -> Extracted:
    """Read TOML."""
    import tomllib

    try:
        data = tomllib.loads(decode(raw).replace("\r\n", "\n"), parse_float=_written_float)
    except tomllib.TOMLDecodeError as error:
        raise DocumentError(f"is no valid TOML ({error}); repair or remove it.") from error
    return _written(data)


def _written(data: Any) -> Extracted:
    builder = Builder()
    NestedWriter(builder).write(data)
    return builder.extracted(_stated(data))


def _stated(data: Any) -> Metadata:
    """Return what the data says of itself."""
    fields = data if isinstance(data, dict) else {}
    return {
        name: value
        for name in _STATED
        if isinstance(value := fields.get(name), str) and 0 < len(value.strip()) <= _LONGEST_STATED
    }


def _parsed(text: str) -> Any:
    return json.loads(
        text,
        strict=False,  # line ends within strings are read
        parse_float=_written_float,
        parse_int=_written_int,
        parse_constant=str,
        object_pairs_hook=_object,
    )


def _written_float(written: str) -> _WrittenFloat:
    number = _WrittenFloat(written)
    number.written = written
    return number


def _written_int(written: str) -> _WrittenInt | str:
    if len(written) > _MOST_DIGITS:
        return written
    number = _WrittenInt(written)
    number.written = written
    return number


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; of a name that stands several times, all values."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    values: dict[str, list[Any]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: each[0] if len(each) == 1 else each for name, each in values.items()}
