"""Heads and feet of the pages of a text that has page breaks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.text.layout.source import TextLine

_DIGITS = re.compile(r"\d+")
_SHARE = 0.5  # of the pages after the first
_MIN_PAGES = 2
_EDGE = 2  # lines at the top and at the bottom of a page that are looked at
_LONG_PAGE = 6  # lines: only of a longer page are the second lines looked at
_MAX_HEAD = 140  # characters


def find_page_heads(lines: Sequence[TextLine]) -> set[int]:
    """Return the lines that are the same at the top or bottom of most pages, numbers aside."""
    starts = [at for at, line in enumerate(lines) if line.page or at == 0]
    if len(starts) < _MIN_PAGES:
        return set()
    pages = list(zip(starts, [*starts[1:], len(lines)], strict=True))
    found: set[int] = set()
    for places in ([0, 1], [-1, -2]):
        for place in places[:_EDGE]:
            at_edge = [(low + place) if place >= 0 else (high + place) for low, high in pages]
            second = place not in {0, -1}
            inside = [
                at
                for at, (low, high) in zip(at_edge, pages, strict=True)
                if low <= at < high and not (second and high - low < _LONG_PAGE)
            ]
            keys = {at: _key(lines[at]) for at in inside}
            count = Counter(keys.values())
            enough = max(_MIN_PAGES, _SHARE * (len(pages) - 1))
            heads = {at for at, key in keys.items() if key and count[key] >= enough}
            if not heads:
                break
            found |= heads
    return found


def _key(line: TextLine) -> str:
    """Return what a head is recognised by; nothing for a row of figures."""
    if len(line.text) > _MAX_HEAD:
        return ""
    words = " ".join(_DIGITS.sub("#", line.text).split())
    named = any(char.isalpha() for char in words)
    return words if named or words.strip("-–—[]() .") == "#" else ""
