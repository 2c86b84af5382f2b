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

from rag.checking.notation.quantities import MONEY, Quantity, quantities_in
from rag.checking.notation.spans import notations_in
from rag.checking.statement import YEARS
from rag.text.numbers import Number, numbers_in

_LONGEST = 6_000  # characters of a source that is rewritten
_CONVERTED = Decimal("0.01")  # share by which a quantity may differ in two units
_AN_HOUR = re.compile(r"(?:half )?an? ")  # which is exact where nothing before it says otherwise
# Before a time that may be vaguer than the source's: not "throughout", "until the end of".
_IN = re.compile(r"\b(?:in|during|on|from|back to)\s+(?:the\s+)?$", re.IGNORECASE)
_RATE = re.compile(r"\s*(?:/|\b(?:per|an?)\b)")  # behind a quantity that is one of another kind
# Dimensions of which one name has several units, or no zero in common.
_LOOSE = ("temperature", f"{MONEY} crown", f"{MONEY} franc")
_MOST_AMOUNTS = 200  # of a text that are compared
_SHORT_NAME = re.compile(r"\b[A-Z]{3,6}\b")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LONG_WORD = 6  # letters from which two spellings of one word are told from two words
# British and American spellings, and words with and without a hyphen, as one.
_SPELLINGS = (
    (re.compile(r"(?<!^re)-"), ""),
    (re.compile(r"(?<=[iy])s(?=e[ds]?$|ing$|ation)"), "z"),
    (re.compile(r"our(?=(?:s|ed|ing|ful|able|ite)?$)"), "or"),
    (re.compile("tre(?=s?$)"), "ter"),
    (re.compile("amme(?=s?$)"), "am"),
    (re.compile("[ao]e(?=[a-z]{3})"), "e"),
    (re.compile("(?<=[^aeiou]e)ll(?=ed$|ing$|ers?$)"), "l"),
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
            quoted = written.join(re.split(rf"(?<!\w){re.escape(said)}(?!\w)", quoted))
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
        if said.key not in written and (
            said.key[0] == "title" or _IN.search(statement[: said.start])
        ):
            same += [each for each in given if said.key in each.wider]
        yield from (_Change(each.start, each.end, words) for each in same[:1])


def _amounts(statement: str, source: str) -> Iterator[_Change]:
    """Yield quantities in other units or signs, and numbers without a unit in other digits."""
    (ours, bare), (theirs, others) = _amounts_in(statement), _amounts_in(source)
    for said in ours:
        words = statement[said.start : said.end]
        if not said.dimension or words.lower() in source.lower():
            continue
        for given in theirs:
            if given.dimension == said.dimension and _is_same((statement, said), (source, given)):
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
    found = quantities_in(text, without=dated)[:_MOST_AMOUNTS]
    return tuple(found), tuple(bare)[:_MOST_AMOUNTS]


def _is_same(ours: tuple[str, Quantity], theirs: tuple[str, Quantity]) -> bool:
    """Return whether quantities of two texts are the same, exactly or in two units."""
    (_, said), (_, given) = ours, theirs
    bounds = [
        "exact" if _AN_HOUR.match(text, each.start) else each.bound for text, each in (ours, theirs)
    ]
    rates = [_RATE.match(text, each.end) for text, each in (ours, theirs)]
    if bounds[0] != bounds[1] or any(rates) or said.dimension in _LOOSE:
        return False
    off = Decimal(0) if said.size == given.size else _CONVERTED * abs(given.value)
    return abs(said.value - given.value) <= off


def _short_names(statement: str, source: str) -> Iterator[_Change]:
    """Yield the names for whose first letters the sentence has a word of capitals."""
    for name in dict.fromkeys(_SHORT_NAME.findall(statement)):
        if re.search(rf"\b{name}\b", source):
            continue
        letters = [rf"{letter}[\w’'-]+" for letter in name]
        # Behind an article, which the name of a person has not.
        words = rf"{_SMALL_WORDS}\s+".join(letters)
        full = re.search(rf"\b(?i:the|an?)\s+({words})", source)
        if full and full[1] not in statement:
            yield _Change(*full.span(1), name)


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
