"""The entries of lists: by bullet, number or letter, on one line or several, one in another."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from typing import NamedTuple

from rag.text.layout.source import TextLine, ends_sentence
from rag.text.layout.wrapping import Wrapping

_BULLETS = "-*•–—‣⁃▪▫◦●○∙·■□➢➤►▶✓✔✗☐☑☒»→+"
_BULLET = re.compile(
    rf"([{re.escape(_BULLETS)}])(?:\s+|(?<=[•‣▪◦●○■□➢➤►✓✔☐☑☒])\s*)(?=[^\W_]|[^\w\s])"
)
_LETTER_O = re.compile(r"o\s{2,}(?=\S)")  # as RFCs have it
_NUMBER = re.compile(
    r"(?P<open>[(（]?)(?P<digits>\d{1,3}(?:\.\d{1,3}){0,5})(?P<close>[.)）:]?|\.\))\s+(?=\S)"
)
_LETTER = re.compile(r"(?P<open>[(（]?)(?P<letter>[^\W\d_]{1,5})(?P<close>[.)）])\s+(?=\S)")
_IDEOGRAPH = re.compile(
    r"(?P<open>[(（]?)(?P<digit>[一二三四五六七八九十]{1,3})(?P<close>[、)）.])"
)
_CIRCLED = re.compile(r"([①-⑳])\s*")
_SECTION = re.compile(r"(§)\s?(\d{1,4})\.?\s+(?=\S)")
_ROMAN = re.compile(r"m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_KANJI = "〇一二三四五六七八九十"
# What no marker is without; most lines are told by it at once.
_MAY_MARK = re.compile(r"[^\w\s]|[^\W_a-zA-Z]{1,9}|\w{1,5}[.)）]|o\s\s")
_HEAD = 30  # characters of a line that its marker is sought in

Numbers = tuple[int, ...]


class Marker(NamedTuple):
    """What a line of a list begins with.

    Attributes:
        style: what markers of one list share, as "(a)" or "1."; of a bullet the bullet.
        numbers: what it counts, part by part, as (2, 1) of "2.1"; of a bullet none.
        other: what a letter counts as a Roman numeral, if it is one.
        width: characters in front of the words, the space behind it included.
    """

    style: str
    numbers: Numbers
    other: Numbers
    width: int

    @property
    def is_bullet(self) -> bool:
        """Whether it counts nothing."""
        return not self.numbers


def read_marker(words: str) -> Marker | None:
    """Return what a line begins with if that can mark an entry of a list."""
    if _MAY_MARK.match(words) is None:
        return None
    head = words[:_HEAD]
    if found := _BULLET.match(head):
        return Marker(found[1], (), (), found.end())
    if found := _LETTER_O.match(head):
        return Marker("o", (), (), found.end())
    if found := _NUMBER.match(head):
        numbers = tuple(int(part) for part in found["digits"].split("."))
        if len(numbers) == 1 and not found["close"]:
            return None
        style = f"{found['open']}1{found['close'] if len(numbers) == 1 else ''}"
        return Marker(style if found["close"] == ")" else "1", numbers, (), found.end())
    if found := _CIRCLED.match(head):
        return Marker("①", (ord(found[1]) - ord("①") + 1,), (), found.end())
    if found := _SECTION.match(head):
        return Marker("§", (int(found[2]),), (), found.end())
    if found := _IDEOGRAPH.match(head):
        value = sum(_KANJI.index(char) for char in found["digit"])
        return Marker(f"{found['open']}一{found['close']}", (value,), (), found.end())
    if found := _LETTER.match(head):
        return _lettered(found)
    return None


def _lettered(found: re.Match[str]) -> Marker | None:
    letters = found["letter"]
    lower = letters.lower()
    roman = _ROMAN.fullmatch(lower) and lower
    if len(letters) > 1 and not roman:
        return None
    case = "A" if letters.isupper() else "a"
    style = f"{found['open']}{case}{found['close']}"
    value = (_roman(lower),) if roman else ()
    if len(letters) > 1:
        return Marker(style, value, (), found.end())
    return Marker(style, (ord(lower) - ord("a") + 1,), value, found.end())


def _roman(letters: str) -> int:
    values = [_ROMAN_VALUES[char] for char in letters]
    below = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < after else value for value, after in below)


def succeeds(one: Marker, other: Marker) -> bool:
    """Return whether a marker counts on from another."""
    if one.style != other.style or one.is_bullet:
        return one.style == other.style
    return any(
        _follows(a, b)
        for a in (one.numbers, one.other)
        for b in (other.numbers, other.other)
        if a and b
    )


def _follows(one: Numbers, other: Numbers) -> bool:
    """Return whether numbers follow others: 3 on 2, 2.1 on 2, 2.2 on 2.1, 3 on 2.9."""
    if other == (*one, 1):
        return True
    shared = len(other) - 1
    return shared < len(one) and other[:shared] == one[:shared] and other[shared] == one[shared] + 1


def find_markers(
    lines: Sequence[TextLine], wrapping: Wrapping, taken: Container[int]
) -> dict[int, Marker]:
    """Return the marker of each line that is an entry of a list, or a numbered paragraph.

    A number amid prose, as where a wrapped line begins with the end of a date, is none: it
    neither follows on the number of an entry above nor is followed by another.
    """
    found: dict[int, Marker] = {}
    for at, line in enumerate(lines):
        marker = read_marker(line.text) if at not in taken and not line.is_rule else None
        if marker:
            found[at] = marker
    order = list(found)
    followed = _followed(lines, found, order)
    kept: dict[int, Marker] = {}
    last: dict[str, Marker] = {}
    for at in order:
        marker = found[at]
        above = last.get(marker.style)
        counts_on = above is not None and succeeds(above, marker)
        if _is_entry(
            lines, wrapping, kept, at, marker, counts_on=counts_on, followed=at in followed
        ):
            kept[at] = last[marker.style] = marker
    return kept


def _followed(lines: Sequence[TextLine], found: dict[int, Marker], order: list[int]) -> set[int]:
    """Return the lines whose marker the next one of its style counts on from."""
    followed = set()
    below: dict[str, list[int]] = {}
    for at in reversed(order):
        marker = found[at]
        near = below.get(marker.style, [])
        if any(
            succeeds(marker, found[other])
            and (not marker.is_bullet or lines[other].indent == lines[at].indent)
            for other in near
        ):
            followed.add(at)
        below[marker.style] = [at, *near[:2]]
    return followed


def _is_entry(
    lines: Sequence[TextLine],
    wrapping: Wrapping,
    kept: Container[int],
    at: int,
    marker: Marker,
    *,
    counts_on: bool,
    followed: bool,
) -> bool:
    """Return whether a line with a marker is an entry, and not the rest of a wrapped sentence."""
    sibling = counts_on or followed
    if not wrapping.adjoins(at) or lines[at - 1].text[-1] in ":：":
        first = 1 in marker.numbers[-1:] and marker.style.strip("()（）.") == "1"
        return sibling or first or marker.is_bullet
    if at - 1 in kept and (marker.is_bullet or counts_on):
        return True
    return sibling and (ends_sentence(lines[at - 1].text) or not wrapping.is_full(at - 1))


class Depth:
    """Says how deep in a list an entry is, from the indents and styles of those above."""

    def __init__(self) -> None:
        self._open: list[tuple[int, Marker]] = []

    def clear(self) -> None:
        """Leave the list."""
        self._open.clear()

    def is_other_list(self, indent: int, marker: Marker) -> bool:
        """Return whether an entry over a blank line begins a list beside the one with bullets."""
        beside = [one for column, one in self._open if column == indent]
        return bool(beside) and all(one.is_bullet and one.style != marker.style for one in beside)

    def of(self, indent: int, marker: Marker) -> int:
        """Return the level of the next entry, from 1."""
        while self._open and self._open[-1][0] > indent:
            self._open.pop()
        styles = [one.style for column, one in self._open if column == indent]
        if marker.style in styles:
            while self._open[-1][1].style != marker.style:
                self._open.pop()
        else:
            self._open.append((indent, marker))
        return max(len(self._open), len(marker.numbers))
