"""The numbers of lists and headings in a text of OpenDocument."""

from __future__ import annotations

import re
from typing import Any

from rag.formats.odf.package import LOEXT, STYLE, TEXT
from rag.formats.word.numbering import format_number

_NUMBER = TEXT + "list-level-style-number"
_OUTLINE = TEXT + "outline-level-style"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_FORMATS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_FORMATS |= {"1": "decimal", "": "none", "1st": "ordinal", "一, 二, 三, ...": "chineseCounting"}


class OdfLists:
    """Counts the entries of lists, and headings, in the order of the document."""

    def __init__(self, *roots: Any) -> None:
        """Read the styles of lists in some parts, each of which may be missing."""
        self._levels: dict[str, dict[int, Any]] = {}
        self._outline: dict[int, Any] = {}
        for root in roots:
            for style in root.iter(TEXT + "list-style") if root is not None else ():
                self._levels[style.get(STYLE + "name", "")] = _by_level(style)
            for style in root.iter(TEXT + "outline-style") if root is not None else ():
                self._outline = _by_level(style)
        self._headings: dict[int, int] = {}
        self._counters: dict[int, int] = {}  # of the list that is read
        self._by_style: dict[str, dict[int, int]] = {}  # of the last list of each style
        self._by_id: dict[str, dict[int, int]] = {}

    def begin(self, element: Any, style: str) -> None:
        """Begin a list, or go on with one from above."""
        earlier = self._by_id.get(element.get(TEXT + "continue-list"))
        if earlier is None and element.get(TEXT + "continue-numbering") == "true":
            earlier = self._by_style.get(style)
        self._counters = {} if earlier is None else earlier
        self._by_style[style] = self._counters
        if name := element.get(_XML_ID):
            self._by_id[name] = self._counters

    def next(self, style: str, depth: int, entry: Any) -> str:
        """Count an entry; return what stands in front of it, nothing for a bullet.

        Args:
            style: of its list.
            depth: its level, from 1.
            entry: its element, which may say from which number to count.
        """
        levels = self._levels.get(style, {})
        return _counted(levels, self._counters, depth, entry)

    def heading(self, level: int, element: Any) -> str:
        """Count a heading; return its number, nothing where headings have none."""
        return _counted(self._outline, self._headings, level, element)


def _by_level(style: Any) -> dict[int, Any]:
    found = {}
    for level in style.iterchildren(_NUMBER, _OUTLINE):
        found[_whole(level.get(TEXT + "level"), 1)] = level
    return found


def _counted(levels: dict[int, Any], counters: dict[int, int], depth: int, entry: Any) -> str:
    own = levels.get(depth)
    if own is None:  # a bullet
        return ""
    if entry.get(TEXT + "start-value") is not None or entry.get(TEXT + "restart-numbering"):
        counters[depth] = _whole(entry.get(TEXT + "start-value"), _start(own))
    else:
        counters[depth] = counters[depth] + 1 if depth in counters else _start(own)
    for higher in range(1, depth):  # a level that is passed over counts as if it were there
        if higher in levels:
            counters.setdefault(higher, _start(levels[higher]))
    for lower in [lower for lower in counters if lower > depth]:
        del counters[lower]

    def one(at: int) -> str:
        level = levels.get(at)
        if level is None:
            return ""
        name = _FORMATS.get(level.get(STYLE + "num-format", ""), "decimal")
        return format_number(counters.get(at, _start(level)), name)

    stated = entry.find(TEXT + "number")
    pattern = own.get(LOEXT + "num-list-format")
    if stated is not None and stated.text:
        shown = stated.text
    elif pattern is not None:
        shown = re.sub(r"%(\d{1,2})%", lambda match: one(int(match[1])), pattern)
    else:
        first = depth - _whole(own.get(TEXT + "display-levels"), 1) + 1
        parts = [one(at) for at in range(max(first, 1), depth + 1)]
        numbers = ".".join(part for part in parts if part) if parts[-1] else ""
        shown = own.get(STYLE + "num-prefix", "") + numbers + own.get(STYLE + "num-suffix", "")
    shown = shown.strip()
    return f"{shown} " if any(map(str.isalnum, shown)) else ""


def _start(level: Any) -> int:
    return _whole(level.get(TEXT + "start-value"), 1)


def _whole(shown: str | None, default: int) -> int:
    return int(shown) if shown and re.fullmatch(r"\d{1,6}", shown) else default
