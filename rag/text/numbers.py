"""The numbers of a text as values: "2,500" is 2500, "three" 3, "8th" 8, "1.2 million" 1200000."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

SMALL_NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBER_WORDS = {word: value for value, word in enumerate(SMALL_NUMBERS)} | {
    word: 10 * value for value, word in enumerate(_TENS, start=2)
}
# "Second" is a time as well, "third" a part; "first" counts nothing.
_ORDINALS = (
    *("fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)
NUMBER_WORDS |= {word: value for value, word in enumerate(_ORDINALS, start=4)}
_SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
_NUMBER = re.compile(
    rf"(?<![\w.])(?:(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![.,]?\d)(?:[a-z]{{1,2}}(?![a-z]))?"
    rf"|(?P<tens>{'|'.join(_TENS)})-(?P<unit>{'|'.join(SMALL_NUMBERS[1:10])})"
    rf"|(?P<word>{'|'.join((*SMALL_NUMBERS, *_TENS, *_ORDINALS))}))"
    rf"(?:[\s-]+(?P<scale>{'|'.join(_SCALES)}))?(?!\w)",
    re.IGNORECASE,
)
# Patterns without word boundaries. A stretch of a question or a sentence that says how many …
QUANTITY = (
    rf"{'|'.join((*SMALL_NUMBERS[1:13], *_TENS[:4]))}|hundreds?|thousands?|million|billion|half"
    "|once|twice|dozens?|first|second|third|several"
)
# … and the fewer words that answer by themselves: "one" and "first" count nothing.
COUNT = rf"{'|'.join(SMALL_NUMBERS[2:13])}|twenty|dozens|hundreds|thousands"
# "2007-08"
_SEASON = re.compile(r"(?<![\w.])(\d\d)(\d\d) ?[–-] ?(\d\d)(?!\w)")


class Number(NamedTuple):
    """A number and the words that it is written in, 0-based, end-exclusive."""

    value: Decimal
    start: int
    end: int


def numbers_in(text: str) -> list[Number]:
    """Return the numbers of a text, in order; "one" only before "hundred", "thousand" and so on.

    The second year of "2007-08" is 2008.
    """
    found = []
    seasons = {match.start(3): match for match in _SEASON.finditer(text) if match[3] > match[2]}
    for match in _NUMBER.finditer(text):
        if match.start() in seasons:
            season = seasons[match.start()]
            found.append(Number(Decimal(season[1] + season[3]), match.start(), match.end()))
            continue
        word = (match["word"] or "").lower()
        if word == "one" and not match["scale"]:  # as often a person or a thing
            continue
        if match["digits"]:
            value = Decimal(match["digits"].replace(",", ""))
        elif match["tens"]:
            value = Decimal(
                NUMBER_WORDS[match["tens"].lower()] + NUMBER_WORDS[match["unit"].lower()]
            )
        else:
            value = Decimal(NUMBER_WORDS[word])
        scale = _SCALES[match["scale"].lower()] if match["scale"] else 1
        found.append(Number(value * scale, match.start(), match.end()))
    return found
