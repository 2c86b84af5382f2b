"""Write what a source says in the notation of a sentence: "2022-07-12" as "12 July 2022".

Rules and models compare words. Where a sentence has a date, a time of day, a quantity or a short
name in another notation than its source, the source is read as if it had the sentence's. Nothing is
replaced but by what means the same, or by what it is part of: July 2022 for a day of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from rag.checking.notation.quantities import Quantity, quantities_in
from rag.checking.notation.spans import notations_in
from rag.checking.statement import YEARS
from rag.text.numbers import Number, numbers_in

_LONGEST = 6_000  # characters of a source that is rewritten
_CONVERTED = Decimal("0.01")  # share by which a quantity may differ in two units
_AN_HOUR = re.compile(r"(?:half )?an? ")  # which is exact where nothing before it says otherwise
_SHORT_NAME = re.compile(r"\b[A-Z]{2,6}\b")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LONG_WORD = 6  # letters from which two spellings of one word are told from two words
# British and American spellings, and words with and without a hyphen, as one.
_SPELLINGS = (
    (re.compile(r"-"), ""),
    (re.compile(r"(?<=[iy])s(?=e[ds]?$|ing$|ation)"), "z"),
    (re.compile("our"), "or"),
    (re.compile(r"tre(?=s?$)"), "ter"),
    (re.compile("amme"), "am"),
    (re.compile("[ao]e"), "e"),
    (re.compile("ll"), "l"),
)
_SMALL_WORDS = r"(?:\s+(?:of|the|for|and|on|in|de|du|des|la|&))*"


class Rewritten(NamedTuple):
    """A source in the notation of a sentence, and what stands in it for which words of it."""

    text: str
    replaced: tuple[tuple[str, str], ...] = ()

    def restore(self, reason: str) -> str:
        """Return a reason that quotes the source as it is written.

        What it quotes of the sentence, behind "not", stays.
        """
        quoted, middle, rest = reason.partition("”, not “")
        if not middle:
            quoted, middle, rest = reason.partition(", not ")
        for said, written in self.replaced:
            quoted = quoted.replace(said, written)
        return f"{quoted}{middle}{rest}"


class _Change(NamedTuple):
    start: int
    end: int
    words: str


def in_notation_of(statement: str, source: str) -> Rewritten:
    """Return a source with what the sentence writes otherwise as the sentence has it.

    Args:
        statement: one sentence.
        source: the words that it cites.
    """
    if len(source) > _LONGEST:
        return Rewritten(source)
    changes: list[_Change] = []
    readers = (_notations, _amounts, _short_names, _spellings)
    for change in (each for reader in readers for each in reader(statement, source)):
        if not any(change.start < each.end and each.start < change.end for each in changes):
            changes.append(change)
    text, replaced = source, []
    for start, end, words in sorted(changes, reverse=True):
        replaced.append((words, source[start:end]))
        text = f"{text[:start]}{words}{text[end:]}"
    return Rewritten(text, tuple(replaced))


def _notations(statement: str, source: str) -> Iterator[_Change]:
    given = notations_in(source)
    written = {each.key for each in given}
    for said in notations_in(statement):
        words = statement[said.start : said.end]
        if words.lower() in source.lower():
            continue
        same = [each for each in given if each.key == said.key]
        same += [each for each in given if said.key in each.wider and said.key not in written]
        yield from (_Change(each.start, each.end, words) for each in same[:1])


def _amounts(statement: str, source: str) -> Iterator[_Change]:
    """Yield quantities in other units or signs, and numbers without a unit in other digits."""
    (ours, bare), (theirs, others) = _amounts_in(statement), _amounts_in(source)
    for said in ours:
        words = statement[said.start : said.end]
        if not said.dimension or words.lower() in source.lower():
            continue
        for given in theirs:
            exact = _AN_HOUR.match(source, given.start) is not None
            if given.dimension == said.dimension and _is_same(said, given, exact=exact):
                yield _Change(given.start, given.end, words)
                break
    for number in bare:
        words = statement[number.start : number.end]
        for other in others:
            if other.value == number.value and words.lower() not in source.lower():
                yield _Change(other.start, other.end, words)
                break


@lru_cache(maxsize=2_048)  # the same sentences are held against one claim after another
def _amounts_in(text: str) -> tuple[tuple[Quantity, ...], tuple[Number, ...]]:
    """Return the quantities of a text, and its numbers that are no years, dates or times of day."""
    dated = [(each.start, each.end) for each in notations_in(text)]
    bare = (
        number
        for number in numbers_in(text)
        if number.value not in YEARS and not any(low <= number.start < high for low, high in dated)
    )
    return tuple(quantities_in(text, without=dated)), tuple(bare)


def _is_same(said: Quantity, given: Quantity, *, exact: bool) -> bool:
    if said.bound != ("exact" if exact else given.bound):
        return False
    off = Decimal(0) if said.size == given.size else _CONVERTED * abs(given.value)
    return abs(said.value - given.value) <= off


def _short_names(statement: str, source: str) -> Iterator[_Change]:
    """Yield the names for whose first letters the sentence has a word of capitals."""
    for name in dict.fromkeys(_SHORT_NAME.findall(statement)):
        if re.search(rf"\b{name}\b", source):
            continue
        letters = [rf"{letter}[\w’'-]+" for letter in name]
        full = re.search(r"\b" + rf"{_SMALL_WORDS}\s+".join(letters), source)
        if full and full[0] not in statement:
            yield _Change(*full.span(), name)


def _spellings(statement: str, source: str) -> Iterator[_Change]:
    """Yield the words that the sentence spells as elsewhere: "organised" for "organized"."""
    theirs = {_plain(match[0]): match for match in _WORD.finditer(source)}
    known = source.lower()
    for match in _WORD.finditer(statement):
        other = theirs.get(_plain(match[0])) if len(match[0]) >= _LONG_WORD else None
        if other and match[0].lower() not in known:
            yield _Change(*other.span(), match[0])


def _plain(word: str) -> str:
    """Return a word in a form that its spellings share; it need be no spelling itself."""
    word = word.lower()
    for pattern, shared in _SPELLINGS:
        word = pattern.sub(shared, word)
    return word
