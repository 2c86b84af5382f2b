"""Data of names and values, lists within lists: as headings, fields and the rows of tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from rag.formats.counts import counted
from rag.formats.extracted import Builder
from rag.formats.office.tables import add_pair, add_record

_MOST_VALUES = 100_000  # of a document
_DEEPEST = 60  # lists and objects within each other
_DEEPEST_HEADING = 5  # 6 is the header of a table
_LONGEST_VALUE = 300  # characters of a field; what is longer is a text
_LONGEST_CELL = 500  # characters
_MOST_COLUMNS = 60
_MOST_SERIES = 24  # numbers in a list that a person reads; more are a line on a map, a curve
_MIN_FILLED = 0.3  # part of a table's cells; where fewer are filled, the objects differ in kind
# What an entry of a list may be called by.
_NAMES = ("name", "title", "headline", "label", "question", "id", "key", "date")
_MARKUP = re.compile(r"</?(?:p|br|div|span|a|ul|ol|li|b|i|em|strong|h[1-6]|table|img)\b[^<>]*>")
_BLOCK_TAG = re.compile(r"<(?:/?(?:p|div|li|ul|ol|h[1-6]|tr|table|blockquote)|br)\b[^<>]*>")


class NestedWriter:
    """Writes data into a document, as far as it is within bounds."""

    def __init__(self, builder: Builder, *, level: int = 2) -> None:
        """Start at a level of headings, which are the names of what is nested."""
        self._builder = builder
        self._level = level
        self._left = _MOST_VALUES
        self._series: set[int] = set()
        self._deep = 0

    def write(self, data: Any) -> None:
        """Write what a file holds, and note what was passed over."""
        self._add(data, (), 0)
        if self._left < 0:
            self._builder.unread.append(
                f"holds more than {_MOST_VALUES:,} values, of which the rest was not read; split it"
            )
        if self._series:
            self._builder.unread.append(
                f"has {counted(len(self._series), 'long list')} of numbers, left out"
            )
        if self._deep:
            self._builder.unread.append(
                f"is nested deeper than {_DEEPEST} levels; what is deeper was not read"
            )

    def _add(self, data: Any, path: tuple[str, ...], depth: int) -> None:
        self._left -= 1
        if depth > _DEEPEST:
            self._deep += 1
        elif self._left < 0:
            return
        elif isinstance(data, Mapping):
            self._add_object(data, path, depth)
        elif isinstance(data, list):
            self._add_list(data, path, depth)
        else:
            self._add_words(plain_value(data))

    def _add_object(self, data: Mapping[Any, Any], path: tuple[str, ...], depth: int) -> None:
        """Add the plain values of an object, then what is nested in it under its name."""
        if records := self._keyed_records(data):
            self._add_records(records)
            return
        nested: list[tuple[str, Any]] = []
        for key, value in data.items():
            if _is_nested(value) or _is_long(value):
                nested.append((str(key), value))
            else:
                self._add_value(str(key), value)
        for key, value in nested:
            if self._left < 0:
                return
            self._add_heading((*path, key), depth)
            self._add(value, (*path, key), depth + 1)

    def _add_value(self, key: str, value: Any) -> None:
        self._left -= 1
        if _is_series(value):
            self._series.add(id(value))
        else:
            add_pair(self._builder, key, without_markup(plain_value(value)))

    def _add_words(self, words: str) -> None:
        for paragraph in re.split(r"\n\s*\n", without_markup(words)):
            self._builder.add(paragraph)

    def _add_heading(self, path: tuple[str, ...], depth: int) -> None:
        """Add the name of what is nested; below the lowest heading, with the names above it."""
        level = self._level + depth
        below = path[len(path) - 1 - max(level - _DEEPEST_HEADING, 0) :]
        self._builder.add(" / ".join(below), "heading", level=min(level, _DEEPEST_HEADING))

    def _add_list(self, data: list[Any], path: tuple[str, ...], depth: int) -> None:
        if _is_series(data):
            self._series.add(id(data))
        elif records := self._records(data):
            self._add_records(records)
        elif not any(_is_nested(value) for value in data):
            label = path[-1] if path else ""
            for value in data:
                self._left -= 1
                words = without_markup(plain_value(value))
                self._builder.add(words, "item", level=1, label=label)
        else:
            for number, value in enumerate(data, 1):
                if self._left < 0:
                    return
                if isinstance(value, Mapping):
                    name = _name_of(value) or f"{path[-1] if path else ''} {number}".strip()
                    self._add_heading((*path, name), depth)
                    self._add(value, (*path, name), depth + 1)
                else:
                    self._add(value, path, depth + 1)

    def _add_records(self, records: list[dict[str, str]]) -> None:
        header = list(dict.fromkeys(key for record in records for key in record))
        shown = [name for name in header if name]
        if len(shown) > 1 or len(header) > 1:
            self._builder.add_header(shown)
        for record in records:
            if self._left < 0:
                return
            self._left -= len(record)
            cells = [without_markup(record.get(name, "")) for name in header]
            add_record(self._builder, cells, header)

    def _records(self, data: Sequence[Any]) -> list[dict[str, str]]:
        """Return the rows of the table that a list of like objects is, if it is one."""
        if not data or not all(isinstance(each, Mapping) for each in data):
            return []
        return self._as_table([("", each) for each in data])

    def _keyed_records(self, data: Mapping[Any, Any]) -> list[dict[str, str]]:
        """Return the rows of the table that an object of like objects is, each with its name."""
        values = list(data.values())
        if len(values) < 2 or not all(isinstance(each, Mapping) and each for each in values):
            return []
        if len({frozenset(map(str, each)) for each in values}) > 1:
            return []
        return self._as_table([(str(key), each) for key, each in data.items()])

    def _as_table(self, records: list[tuple[str, Mapping[Any, Any]]]) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = []
        series: set[int] = set()
        for key, record in records[: self._left + 1]:
            row = _flat(record, series)
            if row is None:
                return []
            rows.append({"": key, **row} if key else row)
        columns = {key for row in rows for key in row}
        if len(columns) > _MOST_COLUMNS:
            return []
        if sum(map(len, rows)) < _MIN_FILLED * len(columns) * len(rows):
            return []
        self._series |= series
        if len(rows) < len(records):
            self._left = -1
        return rows


def plain_value(value: Any) -> str:
    """Return a value as it is written; of several, as in a list, all."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and value:
        return ", ".join(plain_value(each) for each in value)
    if isinstance(value, list | Mapping):
        return json.dumps(value)
    return str(getattr(value, "written", value))


def _is_nested(value: Any) -> bool:
    """Return whether a value needs lines of its own."""
    if isinstance(value, Mapping):
        return bool(value)
    if not isinstance(value, list):
        return False
    if all(isinstance(number, float | int) for number in _numbers(value, 0)):
        return False
    if any(isinstance(each, list | Mapping) and each for each in value):
        return True
    return sum(len(plain_value(each)) for each in value) > _LONGEST_VALUE


def _numbers(value: Any, depth: int) -> Iterator[float | None]:
    """Yield the numbers in lists within lists, and None for anything else."""
    if depth > _DEEPEST:
        yield None
    elif isinstance(value, list) and value:
        for each in value:
            yield from _numbers(each, depth + 1)
    else:
        yield value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _is_series(value: Any) -> bool:
    """Return whether a value is a long list of numbers, as of the points of a border."""
    if not isinstance(value, list) or not value:
        return False
    count = 0
    for number in islice(_numbers(value, 0), _MOST_VALUES):
        if number is None:
            return False
        count += 1
    return count > _MOST_SERIES


def _is_long(value: Any) -> bool:
    return isinstance(value, str) and (len(value) > _LONGEST_VALUE or "\n" in value.strip())


def _flat(record: Mapping[Any, Any], series: set[int]) -> dict[str, str] | None:
    """Return the values of an object and of those directly in it; None where they are no cells.

    Long lists of numbers are no values; they are added to ``series``.
    """
    cells: dict[str, str] = {}
    for key, value in record.items():
        inner = value if isinstance(value, Mapping) and value else {"": value}
        for name, each in inner.items():
            if _is_series(each):
                series.add(id(each))
                continue
            words = "" if _is_nested(each) else plain_value(each)
            if (not words and each != "") or len(words) > _LONGEST_CELL:
                return None
            cells[f"{key}.{name}" if name else str(key)] = words
    return cells


def _name_of(value: Mapping[Any, Any]) -> str:
    names = {str(key).lower(): each for key, each in value.items()}
    found = (names.get(key) for key in _NAMES)
    shown = (plain_value(each) for each in found if isinstance(each, str | int) and each != "")
    return next((name for name in shown if len(name) <= _LONGEST_VALUE), "")


def without_markup(words: str) -> str:
    """Return a text without the tags of HTML, if it has such."""
    if "<" not in words or not _MARKUP.search(words):
        return words
    from lxml import html

    broken = _BLOCK_TAG.sub(lambda tag: f"\n\n{tag[0]}", words)
    found = html.fragment_fromstring(broken, create_parent="div").text_content()
    return re.sub(r"\n\s*\n", "\n\n", str(found)).strip()
