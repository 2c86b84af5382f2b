"""Compare two numbers that are told as one figure: "nine votes to two", "9–2", "12 of 30".

The words around such a pair belong to the pair and to neither number, and turning it round says
something else. Which numbers belong together is exact: a word or sign of a few stands between
them, and at most two other words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rag.text.numbers import numbers_in

# Between the numbers: what they count, and what joins them. A dash and a colon stand for "to".
_BETWEEN = re.compile(
    r"\s*(?:[^\W\d_]+\s+){0,2}?(?:(?P<to>to|against|versus|vs?\.?)|(?P<of>(?:out )?of(?: the)?))\s*"
    r"|\s?(?P<sign>[-–—:])\s?",
    re.IGNORECASE,
)
# "Lost by four votes to six" and "rejected by six to four" say the same.
_LOST = re.compile(r"\b(?:los[et]|reject|refus|defeat|beat|den[yi]|against)", re.IGNORECASE)


class NumberPair(NamedTuple):
    """Two numbers in the order in which they are told, what joins them, and the words of both."""

    first: Decimal
    second: Decimal
    joined: str
    text: str

    @property
    def turned(self) -> tuple[Decimal, Decimal, str]:
        """The numbers the other way round, and what joins them."""
        return self.second, self.first, self.joined


@lru_cache(maxsize=512)  # a sentence is held against many sources, and a source by several rules
def number_pairs(text: str) -> tuple[NumberPair, ...]:
    """Return the pairs of numbers that a text tells as one figure, in order."""
    return tuple(_pairs(text))


def _pairs(text: str) -> Iterator[NumberPair]:
    for one, other in pairwise(numbers_in(text)):
        between = _BETWEEN.fullmatch(text, one.end, other.start)
        if between:
            joined = "of" if between["of"] else "to"
            yield NumberPair(one.value, other.value, joined, text[one.start : other.end])


def told_alike(text: str, source: str) -> list[set[Decimal]]:
    """Return the numbers of each pair that two texts tell alike, in the same order.

    Where something was lost or rejected, the side that lost may be named first or last.
    """
    known = {pair[:3] for pair in number_pairs(source)}
    if _is_lost(text, source):
        known |= {pair.turned for pair in number_pairs(source) if pair.joined == "to"}
    return [{pair.first, pair.second} for pair in number_pairs(text) if pair[:3] in known]


def turned_round(text: str, source: str) -> tuple[NumberPair, NumberPair] | None:
    """Return a pair of a text and the one of its source that tells it the other way round only."""
    told = number_pairs(source)
    alike = told_alike(text, source)
    for own in number_pairs(text):
        turned = next((pair for pair in told if pair[:3] == own.turned), None)
        if turned and {own.first, own.second} not in alike and own.first != own.second:
            return own, turned
    return None


def _is_lost(text: str, source: str) -> bool:
    return bool(_LOST.search(text) or _LOST.search(source))
