"""The numbers of a text as values: "2,500" is 2500, "three" 3, "8th" 8, "$1.2m" 1200000.

Figures are read as the text's language writes them: "48,5 Millionen" is 48500000 and "12.400" 12400
in German. Numbers in words are read in English and Chinese, English ones also as "a dozen", "half
of" and "twice". A raised note behind a figure is no part of it: "4,210³" is 4210, but "10⁹" is a
power of ten.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from rag.text.words.currencies import CURRENCY_CODE, CURRENCY_NAME, CURRENCY_SIGN
from rag.text.words.languages import ENGLISH, language_of
from rag.text.words.parts import QUANTITIES, quantity
from rag.text.words.raised import NOTE_LETTERS, POWER_OF_TEN, RAISED_DIGITS, power_of_ten
from rag.text.words.scales import (
    CHINESE_NUMERAL,
    CHINESE_YEAR,
    COMMA_LANGUAGES,
    ENGLISH_SCALES,
    FOREIGN_SCALE,
    FOREIGN_SCALES,
    SHORT_SCALES,
    SPACE_LANGUAGES,
    read_chinese,
    scales,
)
from rag.text.words.segmentation import UNSPACED

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
# A character of a word; scripts without spaces and Korean put figures among their words.
_LETTER = rf"[^\W{UNSPACED}\uac00-\ud7a3{RAISED_DIGITS}{NOTE_LETTERS}]"
_NOTE = f"[{RAISED_DIGITS}{NOTE_LETTERS}]{{0,4}}"
_POINT_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,2}(?:,\d\d)+,\d{3}|\d+(?:\.\d+)?"  # 12,34,567
# With decimals behind a comma; "48.5" is read as elsewhere, "48.500" not.
_COMMA_FIGURE = r"\d{1,3}(?:[.'’\u00a0\u202f\u2009]\d{3})+(?:,\d+)?|\d+(?:,\d+|\.\d{1,2})?"
_SPACED_FIGURE = r"[1-9]\d{0,2}(?: \d{3})+(?:,\d+)?"
_AFTER = r"(?![.,]?\d)"


@lru_cache(maxsize=32)
def _pattern(language: str) -> re.Pattern[str]:
    """Return the pattern of a number as a language writes it."""
    figure = _COMMA_FIGURE if language in COMMA_LANGUAGES else _POINT_FIGURE
    if language in SPACE_LANGUAGES:
        figure = f"{_SPACED_FIGURE}|{figure}"
    named = "|".join(sorted(map(re.escape, scales(language)), key=len, reverse=True))
    words = (
        rf"|(?P<tens>{'|'.join(_TENS)})-(?P<unit>{'|'.join(SMALL_NUMBERS[1:10])})"
        rf"|(?P<word>{'|'.join((*SMALL_NUMBERS, *_TENS, *_ORDINALS))})"
    )
    return re.compile(
        rf"(?<!\.)(?<!{_LETTER})(?:(?P<power>{POWER_OF_TEN})"
        rf"|(?P<digits>{figure}){_AFTER}{_NOTE}(?:[a-z]{{1,2}}(?![a-z]))?"
        rf"{words if language == ENGLISH else ''})"
        rf"(?:[\s-]{'+' if language == ENGLISH else '*'}(?P<scale>{named})"
        rf"{'' if language == ENGLISH else rf'(?:[ ](?P<further>{named}))?'})?(?!{_LETTER})",
        re.IGNORECASE,
    )


_NUMERAL = re.compile(
    f"(?<![零〇一二两兩三四五六七八九十百千万萬亿億])(?:{CHINESE_YEAR}|{CHINESE_NUMERAL})"
)
_SPACES = re.compile(r"['’\s]")
_DECIMAL_POINT = re.compile(r"\.\d{1,2}$")
# Patterns without word boundaries. A stretch of a question or a sentence that says how many …
QUANTITY = (
    rf"{'|'.join((*SMALL_NUMBERS[1:13], *_TENS[:4]))}|hundreds?|thousands?|million|billion|half"
    "|once|twice|dozens?|first|second|third|several"
)
# … and the fewer words that answer by themselves: "one" and "first" count nothing.
COUNT = rf"{'|'.join(SMALL_NUMBERS[2:13])}|twenty|dozens|hundreds|thousands"
# "£2.4m", "EUR 12 bn", "40k"
_SHORT_SCALE = re.compile(rf"\s?({'|'.join(SHORT_SCALES)})(?!\w)", re.IGNORECASE)
_CERTAIN_SCALES = {short for short in SHORT_SCALES if short != "m"}
_LONGEST_SIGN = 8  # characters before a figure that are looked at for a currency
_MONEY_BEFORE = re.compile(rf"(?:{CURRENCY_SIGN}|{CURRENCY_CODE})\s?\Z")
_MONEY_BEHIND = re.compile(rf"\s(?:{CURRENCY_CODE}|{CURRENCY_NAME})")
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
    language = _language(text)
    found: list[Number] = []
    seasons = {match.start(3): match for match in _SEASON.finditer(text) if match[3] > match[2]}
    if language == ENGLISH:
        found = [Number(quantity(match), *match.span()) for match in QUANTITIES.finditer(text)]
    read = {at for number in found for at in range(number.start, number.end)}
    for match in _pattern(language).finditer(text):
        if not read.isdisjoint(range(*match.span())):
            continue
        if match.start() in seasons:
            season = seasons[match.start()]
            found.append(Number(Decimal(season[1] + season[3]), match.start(), match.end()))
            continue
        value = _value(match, language)
        if value is not None:
            scale, end = _short_scale(text, match) if language == ENGLISH else (1, match.end())
            found.append(Number(value * scale, match.start(), end))
    if language in ("zh", "ja"):
        numerals = ((read_chinese(match[0]), match) for match in _NUMERAL.finditer(text))
        found += [Number(value, *match.span()) for value, match in numerals if value is not None]
    return sorted(found, key=lambda number: number.start)


def _language(text: str) -> str:
    """Return the language of a text, which a word behind a figure may show: "48,5 Millionen"."""
    language = language_of(text)
    if language == ENGLISH:
        shown = FOREIGN_SCALE.search(text)
        return FOREIGN_SCALES[shown[1].lower()] if shown else language
    return language


def _value(match: re.Match[str], language: str) -> Decimal | None:
    """Return what a found number says; None for "one", which is as often a person or a thing."""
    if match["power"]:
        value = Decimal(10) ** (power_of_ten(match["power"]) or 0)
    elif match["digits"]:
        value = _figure(match["digits"], language)
    else:
        value = _in_words(match)
        if value == 1 and not match["scale"]:
            return None
    table = ENGLISH_SCALES if language == ENGLISH else scales(language)
    for group in ("scale", "further")[: 1 if language == ENGLISH else 2]:
        value *= table[match[group].lower()] if match[group] else 1
    return value


def _short_scale(text: str, match: re.Match[str]) -> tuple[int, int]:
    """Return what a letter or two behind a figure multiply it by, and the end of both: "£2.4m".

    An "m" does so for money alone, as it also stands for metres.
    """
    short = _SHORT_SCALE.match(text, match.end("digits")) if match["digits"] else None
    if short is None or match["scale"]:
        return 1, match.end()
    is_money = _MONEY_BEFORE.search(text, max(0, match.start() - _LONGEST_SIGN), match.start())
    is_certain = short[1].lower() in _CERTAIN_SCALES
    if not is_certain and not is_money and not _MONEY_BEHIND.match(text, short.end()):
        return 1, match.end()
    return SHORT_SCALES[short[1].lower()], short.end()


def _in_words(match: re.Match[str]) -> Decimal:
    if match["tens"]:
        return Decimal(
            NUMBER_WORDS[match["tens"].casefold()] + NUMBER_WORDS[match["unit"].casefold()]
        )
    return Decimal(NUMBER_WORDS[match["word"].casefold()])


def _figure(digits: str, language: str) -> Decimal:
    plain = _SPACES.sub("", digits)
    if language not in COMMA_LANGUAGES:
        return Decimal(plain.replace(",", ""))
    whole, _, decimals = plain.partition(",")
    if not decimals and _DECIMAL_POINT.search(whole):
        return Decimal(whole)
    return Decimal(whole.replace(".", "") + (f".{decimals}" if decimals else ""))
