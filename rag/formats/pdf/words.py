"""Lines joined to running text: words that are parted at the end of a line, and spaces."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)*")
_PARTED = re.compile(r"([^\W_]+(?:[-\u2010\u2011][^\W_]+)*)([-\u2010\u2011\u00ad])$")
_HYPHENS = ("-", "\u2010", "\u2011", "\u00ad")
_LONGEST = 100  # characters of a word
_WORDY = 4  # words of a line of running text
_RARE = 0.015  # of the lines: where fewer end with a hyphen, no program has parted words there
_ENOUGH_LINES = 60  # that tell so
_SHORTEST_PART = 3  # letters of a word beside the hyphen that it is written with
_DASHED = re.compile(r"(?:[^\W_]/|[^\W\d_](?:\u2014|--))$")  # no space stands before or behind
_START = re.compile(r"[^\W_]+(?:[-\u2010\u2011][^\W_]+)*")
# Parts that stand before a hyphen in compounds, and hardly as a syllable of another word.
_COMPOUNDING = frozenset(
    "cross double eight eighty fifty five forty four full half high infra long mid nine ninety non "
    "quasi self seven seventy short six sixty thirty three twenty two ultra vice well year".split()
)
# The same, but also syllables: "pro-European", "Pro-fessor". Another whole word must follow.
_SYLLABLES = frozenset(
    "all anti ex ill inter later low multi north one part post pre pro semi single south sub super "
    "ten third".split()
)
_COMPOUNDS = frozenset("so-called would-be by-law by-product built-in up-to-date follow-up".split())
_LINKS = frozenset("and at by de for in la le of on or the to up".split())  # mother-in-law
_ENDING = re.compile(  # of a word that is no word itself: "short-ly"
    r"(?:ly|ness|ish|ern|ward|wards|e[dnrs]|est|ings?|t?ions?|ments?|fully?|t?y|ties|s)$"
)
_BEFORE_VOWELS = frozenset("anti co de micro pre re semi".split())  # co-operate, re-elect
_SHARED = frozenset("and or to nor und oder bzw sowie et ou y o e en of".split())


class Joiner:
    """Joins lines of a document, whose own words tell which hyphens belong to a word."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._words: set[str] = set()
        begun: Counter[str] = Counter()  # first words of lines, perhaps the ends of words
        wordy = parted = 0  # lines of several words, and those that end with a hyphen
        for line in lines:
            found = _WORD.findall(line.replace("\u2010", "-").replace("\u2011", "-"))
            wordy += len(found) >= _WORDY
            if found and line.endswith(_HYPHENS) and _PARTED.search(line):
                found.pop()  # half a word
                parted += 1
            if found and found[0].islower() and line.startswith(found[0]):
                begun[found.pop(0)] += 1
            self._words.update(word.casefold() for word in found)
            self._words.update(
                part for word in found if "-" in word for part in word.casefold().split("-")
            )
        self._parts_words = parted >= _RARE * wordy or wordy < _ENOUGH_LINES
        self._words.update(word for word, count in begun.items() if count > 1 or "-" in word)

    def join(self, one: str, two: str) -> str:
        """Return two lines as one text."""
        if not one or not two:
            return one + two
        parted = _PARTED.search(one[-_LONGEST:]) if one.endswith(_HYPHENS) else None
        start = _START.match(two) if parted else None
        if parted and start:
            return self._joined_word(one, parted, two, start.group())
        if one[-1] == "\u00ad":
            return one[:-1] + two
        if _is_wide(one[-1]) and _is_wide(two[0]):
            return one + two
        if _DASHED.search(one[-_LONGEST:]) or (one[-1] == "-" == two[0]):
            return one + two
        return f"{one} {two}"

    def _joined_word(self, one: str, parted: re.Match[str], two: str, start: str) -> str:
        left, hyphen = parted.groups()
        if hyphen == "\u00ad":
            return one[:-1] + two
        if start.casefold() in _SHARED and not self._is_word(left + start):
            return f"{one} {two}"
        capitals = one.isupper() and two.isupper()
        if self._keeps_hyphen(*((left.lower(), start.lower()) if capitals else (left, start))):
            return one + two
        return one[:-1] + two

    def _keeps_hyphen(self, left: str, start: str) -> bool:
        """Return whether the hyphen between two parts of a word belongs to the word."""
        loud = left.isupper() and start.isupper()
        if self._is_word(left + start) and (loud or start[0].islower()):
            return False
        if not start[0].islower() or not left[-1].isalpha() or left.isupper():
            return True
        if self._is_word(f"{left}-{start}"):
            return True
        if f"{left}-{start}".casefold() in _COMPOUNDS:
            return True
        if not self._parts_words and min(len(left), len(start)) >= _SHORTEST_PART:
            return True
        before, last = _split(left.casefold())
        if last in _BEFORE_VOWELS and last[-1] == start[0]:
            return True
        after, hyphen, _ = start.casefold().partition("-")
        if (before and last in _LINKS) or (hyphen and after in _LINKS):
            return True  # mother-in-law
        if last in _SYLLABLES:
            return self._is_word(start)
        return last in _COMPOUNDING and not _ENDING.fullmatch(start)

    def _is_word(self, word: str) -> bool:
        return word.casefold() in self._words


def _split(word: str) -> tuple[str, str]:
    """Return the last part of a compound, and what stands before it."""
    before, _, last = re.sub("[\u2010\u2011]", "-", word).rpartition("-")
    return before, last


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in ("W", "F")
