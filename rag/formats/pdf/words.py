"""Lines joined to running text: words that are parted at the end of a line, and spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)*")
_PARTED = re.compile(r"([^\W_]+(?:[-\u2010\u2011][^\W_]+)*)([-\u2010\u2011\u00ad])$")
_START = re.compile(r"[^\W_]+(?:[-\u2010\u2011][^\W_]+)*")
# First parts that keep their hyphen, and words after which a part stands for a whole: "short- and".
_COMPOUNDING = frozenset(
    "all anti cross double eight ex fifty five forty four full half high ill infra later long low "
    "mid multi nine ninety non north one part post pre pro quasi self semi seven seventy short "
    "single six sixty south so-called ten third thirty three twenty two ultra vice well "
    "year".split()
)
_BEFORE_VOWELS = frozenset("anti co de micro pre re semi".split())  # co-operate, re-elect
_SHARED = frozenset("and or to nor und oder bzw sowie et ou y o e en of".split())


class Joiner:
    """Joins lines of a document, whose own words tell which hyphens belong to a word."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._words: set[str] = set()
        for line in lines:
            found = _WORD.findall(line.replace("\u2010", "-").replace("\u2011", "-"))
            if found and _PARTED.search(line):
                found.pop()  # half a word
            self._words.update(word.casefold() for word in found)
            self._words.update(
                part for word in found if "-" in word for part in word.casefold().split("-")
            )

    def join(self, one: str, two: str) -> str:
        """Return two lines as one text."""
        if not one or not two:
            return one + two
        parted, start = _PARTED.search(one), _START.match(two)
        if parted and start:
            return self._joined_word(one, parted, two, start.group())
        if one[-1] == "\u00ad":
            return one[:-1] + two
        if _is_wide(one[-1]) and _is_wide(two[0]):
            return one + two
        if (one[-1] == "/" and one[-2:-1].isalnum()) or (
            one[-1] == "\u2014" and one[-2:-1].isalpha()
        ):
            return one + two
        return f"{one} {two}"

    def _joined_word(self, one: str, parted: re.Match[str], two: str, start: str) -> str:
        left, hyphen = parted.groups()
        if hyphen == "\u00ad":
            return one[:-1] + two
        if start.casefold() in _SHARED and not self._is_word(left + start):
            return f"{one} {two}"
        if self._keeps_hyphen(left, start):
            return one + two
        return one[:-1] + two

    def _keeps_hyphen(self, left: str, start: str) -> bool:
        """Return whether the hyphen between two parts of a word belongs to the word."""
        if not start[0].islower() or not left[-1].isalpha() or left.isupper():
            return True
        if self._is_word(left + start):
            return False
        if self._is_word(f"{left}-{start}"):
            return True
        twice = left[-1] == start[0] and left.casefold() in _BEFORE_VOWELS
        return twice or left.casefold() in _COMPOUNDING or "-" in left

    def _is_word(self, word: str) -> bool:
        return word.casefold() in self._words


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in ("W", "F")
