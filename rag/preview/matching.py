"""Find the words of an article among the characters of a page, and the boxes around them.

Both are brought into one form, letters and digits alone: spaces, hyphens and punctuation are set
differently on a page than in a text. In that form the words are found exactly, or not at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

_WORD = re.compile(r"[^\s|]+")
_CONTEXT = 80  # letters before and behind some words that tell which of several places is meant
_SHORT = 4  # letters: words so short are looked for only near those that were found before
_NEAR_LINES = 3  # lines away at most that a short word is looked for
_ENOUGH = 0.5  # of the letters: with fewer found, none are shown, as they may be others
_ASCENT, _DESCENT = 0.82, 0.24  # of the size of a font: how far letters reach from the baseline
_GAP = 0.12  # of the size of a font: a wider gap ends a word
_WIDE_GAP = 4.0  # of the size of a font: a wider gap between words ends a box


class PlacedLetter(NamedTuple):
    """A character of a page: left and right edge, baseline, size of its font; in points."""

    x0: float
    x1: float
    y: float
    size: float
    char: str


class PageBox(NamedTuple):
    """A rectangle on a page, in points from its upper left corner."""

    x0: float
    y0: float
    x1: float
    y1: float


class FoundWords(NamedTuple):
    """The boxes around words on a page, and how many of their letters were found there."""

    boxes: tuple[PageBox, ...]
    found: int
    wanted: int


def plain_letters(text: str) -> str:
    """Return the letters, digits and accents of a text, in the form in which they are compared."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if c.isalnum() or unicodedata.category(c)[0] == "M")


def find_words(
    letters: Sequence[PlacedLetter], words: str, before: str = "", behind: str = ""
) -> FoundWords:
    """Return where some words are on a page.

    Args:
        letters: the characters of the page, in the order in which they are drawn.
        words: the words, as the article has them.
        before, behind: what the article has before and behind them on the page.
    """
    page = _Page(letters)
    wanted = [plain for found in _WORD.findall(words) if (plain := plain_letters(found))]
    total = sum(map(len, wanted))
    if not total:
        return FoundWords((), 0, 0)
    whole = "".join(wanted)
    spans: list[tuple[int, int]] = []
    places = page.places(whole)
    if places:
        at = page.meant(places, len(whole), plain_letters(before), plain_letters(behind))
        spans = [(at, at + len(whole))]
    else:
        spans = page.pieces(wanted, plain_letters(before))
    found = sum(end - start for start, end in spans)
    if found < _ENOUGH * total:
        return FoundWords((), 0, total)
    return FoundWords(tuple(page.boxes(spans)), found, total)


class _Page:
    """The letters of a page in one string, each with its place."""

    def __init__(self, letters: Sequence[PlacedLetter]) -> None:
        self._letters = letters
        self._of: list[int] = []  # by letter of the string, the character that it is from
        self._begins: list[bool] = []  # whether a word may begin at a letter of the string
        parts: list[str] = []
        last: PlacedLetter | None = None
        for number, letter in enumerate(letters):
            plain = plain_letters(letter.char)
            if not plain:
                last = None
                continue
            begins = last is None or _is_apart(last, letter)
            parts.append(plain)
            self._of += [number] * len(plain)
            self._begins += [begins, *[False] * (len(plain) - 1)]
            last = letter
        self._text = "".join(parts)

    def places(self, wanted: str) -> list[int]:
        """Return where a string begins and ends with words; else, if it is long, anywhere."""
        found, at = [], self._text.find(wanted)
        while at >= 0:
            found.append(at)
            at = self._text.find(wanted, at + 1)
        whole = [at for at in found if self._begins[at] and self._ends(at + len(wanted))]
        return whole or (found if len(wanted) > 3 * _SHORT else [])

    def _ends(self, at: int) -> bool:
        return at >= len(self._begins) or self._begins[at]

    def meant(self, places: Sequence[int], length: int, before: str, behind: str) -> int:
        """Return the place around which the page has what the article has around the words."""

        def agreement(at: int) -> int:
            left = _common(reversed(before[-_CONTEXT:]), reversed(self._text[:at][-_CONTEXT:]))
            end = at + length
            return left + _common(behind[:_CONTEXT], self._text[end : end + _CONTEXT])

        return max(places, key=agreement)

    def pieces(self, wanted: Sequence[str], before: str) -> list[tuple[int, int]]:
        """Return where pieces of the words are, as long as they can be; some may be nowhere."""
        pieces = list(self._cut(list(wanted)))
        spans: dict[int, tuple[int, int]] = {}
        # Short ones last: they are told by what stands around them.
        for number in sorted(range(len(pieces)), key=lambda n: pieces[n][1] < _SHORT):
            places, length = pieces[number]
            at = self._nearest(places, length, spans, number, before)
            if at is not None:
                spans[number] = (at, at + length)
        return [span for _, span in sorted(spans.items())]

    def _cut(self, wanted: list[str]) -> Iterator[tuple[list[int], int]]:
        """Yield the places and the length of each of the pieces that words are cut into."""
        at = 0
        while at < len(wanted):
            count = 1
            places = self.places(wanted[at])
            if not places:
                wanted[at : at + 1] = self._halves(wanted[at])
                places = self.places(wanted[at])
            while places and at + count < len(wanted):
                longer = self.places("".join(wanted[at : at + count + 1]))
                if not longer:
                    break
                places, count = longer, count + 1
            yield places, sum(map(len, wanted[at : at + count]))
            at += count

    def _halves(self, word: str) -> list[str]:
        """Return the two parts of a word that is parted at the end of a line; else the word."""
        for cut in range(len(word) - 2, 1, -1):
            if self.places(word[:cut]) and self.places(word[cut:]):
                return [word[:cut], word[cut:]]
        return [word]

    def _nearest(
        self,
        places: Sequence[int],
        length: int,
        spans: Mapping[int, tuple[int, int]],
        number: int,
        before: str,
    ) -> int | None:
        """Return the place that is nearest to the pieces around, on the same line if there is."""
        taken = spans.values()
        free = [p for p in places if all(p >= end or p + length <= start for start, end in taken)]
        if not free:
            return None
        if not spans:
            return self.meant(free, length, before, "") if length >= _SHORT else None
        beside = min(spans, key=lambda other: (abs(other - number), other > number))
        edge = spans[beside][1] - 1 if beside < number else spans[beside][0]
        known = self._letters[self._of[edge]]

        def away(at: int) -> tuple[float, float]:
            letter = self._letters[self._of[at]]
            lines = round(abs(letter.y - known.y) / max(known.size, 1.0))
            return lines, abs(letter.x0 - known.x0)

        place = min(free, key=away)
        return None if length < _SHORT and away(place)[0] > _NEAR_LINES else place

    def boxes(self, spans: Iterable[tuple[int, int]]) -> list[PageBox]:
        """Return a box for each line of some letters."""
        found: list[PageBox] = []
        for start, end in spans:
            line: list[PlacedLetter] = []
            for number in dict.fromkeys(self._of[start:end]):
                letter = self._letters[number]
                if line and _leaves(line[-1], letter):
                    found.append(_around(line))
                    line = []
                line.append(letter)
            found.append(_around(line))
        return found


def _is_apart(last: PlacedLetter, letter: PlacedLetter) -> bool:
    """Return whether a character does not belong to the word of the one drawn before it."""
    size = max(last.size, letter.size, 1.0)
    return abs(letter.y - last.y) > size / 2 or abs(letter.x0 - last.x1) > _GAP * size


def _leaves(last: PlacedLetter, letter: PlacedLetter) -> bool:
    size = max(last.size, letter.size, 1.0)
    apart = max(letter.x0 - last.x1, last.x0 - letter.x1)
    return abs(letter.y - last.y) > size * 0.6 or apart > _WIDE_GAP * size


def _around(line: Sequence[PlacedLetter]) -> PageBox:
    top = min(letter.y - _ASCENT * letter.size for letter in line)
    bottom = max(letter.y + _DESCENT * letter.size for letter in line)
    return PageBox(min(each.x0 for each in line), top, max(each.x1 for each in line), bottom)


def _common(one: Iterable[str], other: Iterable[str]) -> int:
    """Return how many characters two strings have in common at their beginning."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
