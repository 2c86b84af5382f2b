"""Quantities of a text as values that can be compared: 0.12 hectares are 1,200 square metres.

A quantity is a number with its unit, which is turned into a base unit of its dimension: metres,
seconds, per cent, a currency. What is counted ("seats") has no dimension. "About", "more than" and
the zeros of a round number say how far it is meant to be exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from rag.checking.statement import YEARS
from rag.text.numbers import NUMBER_WORDS, SMALL_NUMBERS, Number, numbers_in
from rag.text.words.bounds import ABOVE, BELOW, LEAST, MOST, NEARLY, ROUGHLY

Bound = Literal["exact", "about", "at least", "at most"]
# Words before a number that say how far it is meant to be exact.
_BOUND_WORDS: dict[Bound, str] = {
    "about": f"{ROUGHLY}|{NEARLY}|not quite",
    "at least": f"{LEAST}|{ABOVE}",
    "at most": f"{MOST}|{BELOW}",
}
_BOUNDS = {
    bound: re.compile(rf"\b(?:{words})\s+(?:an?\s+)?[$€£¥]?$", re.IGNORECASE)
    for bound, words in _BOUND_WORDS.items()
}
_BOUND_REACH = 20  # characters before a number in which such words stand
_OR_SO = re.compile(r"\s*(?:or so|or thereabouts)\b", re.IGNORECASE)
# How far two numbers may be apart that are one: rounded, where one is "about" so, and in two units.
_ROUNDED, _ABOUT, _CONVERTED = Decimal("0.05"), Decimal("0.1"), Decimal("0.02")
_ROUND_FROM = 1_000  # the zeros of a smaller number are no rounding: small counts are exact
_BOUND_FACTOR = 2  # "over 100" says nothing against 150, and something against 250

MONEY, SHARE, LENGTH_OF_TIME = "money", "share", "time"
# By dimension the units, each behind its size in the base unit; "F" is no multiple of it.
_UNITS: dict[str, dict[str, str]] = {
    "length": {
        "0.001": "millimet(?:re|er)s?|mm",
        "0.01": "centimet(?:re|er)s?|cm",
        "1": "met(?:re|er)s?|m",
        "1000": "kilomet(?:re|er)s?|km",
        "0.0254": "inch(?:es)?",
        "0.3048": "foot|feet|ft",
        "0.9144": "yards?",
        "1609.344": "miles?",
    },
    "area": {
        "1": "square met(?:re|er)s?|sq ?m|m²|m2",
        "10000": "hectares?|ha",
        "1000000": "square kilomet(?:re|er)s?|sq ?km|km²|km2",
        "0.09290304": "square f(?:oo|ee)t|sq ?ft",
        "4046.8564224": "acres?",
        "2589988.110336": "square miles?",
    },
    "volume": {
        "0.001": "millilit(?:re|er)s?|ml",
        "1": "lit(?:re|er)s?",
        "100": "hectolit(?:re|er)s?|hl",
        "1000": "cubic met(?:re|er)s?|m³|m3",
        "3.785411784": "gallons?",
    },
    "mass": {
        "0.000001": "milligram(?:me)?s?|mg",
        "0.001": "gram(?:me)?s?|g",
        "1": "kilogram(?:me)?s?|kilos?|kg",
        "1000": "(?:metric )?tonn?es?|(?:metric )?tons?",
        "0.45359237": "lbs?",
    },
    LENGTH_OF_TIME: {
        "1": "seconds?|secs?",
        "60": "minutes?|mins?",
        "3600": "hours?|hrs?",
        "86400": "days?",
        "604800": "weeks?",
        "1209600": "fortnights?",
        "2629800": "months?",
        "31557600": "years?",
        "315576000": "decades?",
        "3155760000": "centur(?:y|ies)",
    },
    SHARE: {"1": "%|per ?cent|pct"},
    "temperature": {
        "1": "°C|(?:degrees? )?(?:Celsius|centigrade)",
        "F": "°F|(?:degrees? )?Fahrenheit",
    },
    "power": {"1": "watts?|W", "1000": "kilowatts?|kW", "1000000": "megawatts?|MW"},
}
_CURRENCIES = {
    "dollar": r"\$|(?:US )?dollars?|USD",
    "euro": "€|euros?|EUR",
    "pound": "£|pounds?(?: sterling)?|GBP",
    "franc": "(?:Swiss )?francs?|CHF",
    "crown": "crowns?|kron(?:er|or|e|a)|korunas?|SEK|NOK|DKK|CZK|kr",
    "yen": "¥|yen|JPY",
    "rupee": "₹|rupees?|INR",
}
_CENTS = "cents?|pence"


class _UnitOfMeasure(NamedTuple):
    dimension: str
    size: Decimal
    fahrenheit: bool = False


def _units() -> Iterator[tuple[str, _UnitOfMeasure]]:
    for dimension, units in _UNITS.items():
        for size, words in units.items():
            yield words, _UnitOfMeasure(dimension, Decimal(1 if size == "F" else size), size == "F")
    for currency, words in _CURRENCIES.items():
        yield words, _UnitOfMeasure(f"{MONEY} {currency}", Decimal(1))
    yield _CENTS, _UnitOfMeasure(MONEY, Decimal("0.01"))


_BEHIND = [(re.compile(rf"[\s-]{{0,2}}(?:{words})(?!\w)"), unit) for words, unit in _units()]
_BEFORE = [
    (re.compile(rf"(?:{words})\s?$"), _UnitOfMeasure(f"{MONEY} {currency}", Decimal(1)))
    for currency, words in _CURRENCIES.items()
]
_LONGEST_CURRENCY = 4  # characters before a number, as of "USD "
_ONE = re.compile(
    rf"\b(?P<half>half )?an? (?P<unit>{'|'.join(_UNITS[LENGTH_OF_TIME].values())})\b", re.IGNORECASE
)
_AND_A_HALF = re.compile(" and a half", re.IGNORECASE)
_WORD = "|".join(SMALL_NUMBERS[1:11])
_IN = re.compile(
    rf"\b(?P<part>{_WORD}|\d{{1,2}}) (?:in|out of)(?: every)? (?P<whole>{_WORD}|\d{{1,3}})\b"
    r"(?![.,]?\d)",
    re.IGNORECASE,
)
_WATCH = re.compile(r"(?<![\d:])(\d{1,2}):(\d\d):(\d\d)(?![\d:])")
_CLOCK = re.compile(r"(?<![\d:])\d{1,2}:\d\d(?![\d:])")
_COINS = re.compile(r" (\d\d)(?![.,]?\d)")  # "3 dollars 40"
_ORDINAL = re.compile(r"(?:st|nd|rd|th)$", re.IGNORECASE)
_LETTERS = re.compile(r"(?<=\d)[a-z]{1,2}$")
_FIGURE = re.compile(r"\d[\d,]*(?:\.(?P<decimals>\d+))?")
_AND_FURTHER = re.compile(
    r"[a-z]+ (?:hundred|thousand)(?:,? and |,? )(?!hundred|thousand)[a-z]+(?:-[a-z]+)?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r" ?(?:by|x|×|to|or|-|–) ?")
_JOINED = re.compile(r"(?:,| and|, and)? ?")


class Quantity(NamedTuple):
    """A quantity that a text gives.

    Attributes:
        value: in the base unit of its dimension.
        dimension: of its unit, with the currency of money; empty for what is counted.
        start: offset of its first character, 0-based; of "about" and the like if it has them.
        end: offset behind its unit.
        bound: how far it is meant to be exact.
        place: size of the last digit that is meant, in the base unit; 0 for a number in words.
        size: of its unit, in the base unit.
    """

    value: Decimal
    dimension: str
    start: int
    end: int
    bound: Bound = "exact"
    place: Decimal = Decimal(0)
    size: Decimal = Decimal(1)


def quantities_in(text: str, *, without: Sequence[tuple[int, int]] = ()) -> list[Quantity]:
    """Return the quantities of a text, in order.

    Args:
        text: a sentence, a cell.
        without: spans that are no quantities, as those of dates, 0-based, end-exclusive.
    """
    found = list(_in_words(text))
    taken = [*without, *((each.start, each.end) for each in found)]
    taken += [match.span() for match in _CLOCK.finditer(text)]
    for number in _whole(text, numbers_in(text)):
        if any(start < number.end and number.start < end for start, end in taken):
            continue
        read = _read(text, number)
        if read is not None:
            found.append(read)
            taken.append((read.start, read.end))
    found.sort(key=lambda quantity: quantity.start)
    return [_bounded(text, quantity) for quantity in _joined(text, found)]


def _whole(text: str, numbers: Sequence[Number]) -> Iterator[Number]:
    """Yield numbers with those in words in one: "two hundred and twelve"."""
    before: Number | None = None
    for number in numbers:
        if before and _AND_FURTHER.fullmatch(text[before.start : number.end]):
            before = Number(before.value + number.value, before.start, number.end)
            continue
        if before:
            yield before
        before = number
    if before:
        yield before


def _in_words(text: str) -> Iterator[Quantity]:
    """Yield what is no number with a unit: "half a year", "four in five", 2:09:31."""
    for match in _ONE.finditer(text):
        found = _unit_behind(match["unit"], 0)
        if found is not None:
            more = _AND_A_HALF.match(text, match.end())
            count = Decimal("0.5" if match["half"] else "1.5" if more else "1")
            end = more.end() if more else match.end()
            size = found[0].size
            yield Quantity(count * size, LENGTH_OF_TIME, match.start(), end, "about", size=size)
    for match in _IN.finditer(text):
        part, whole = (_small(match[name]) for name in ("part", "whole"))
        if part < whole:
            yield Quantity(Decimal(100 * part) / whole, SHARE, *match.span(), "about")
    for match in _WATCH.finditer(text):
        hours, minutes, seconds = map(int, match.groups())
        value = Decimal(3_600 * hours + 60 * minutes + seconds)
        yield Quantity(value, LENGTH_OF_TIME, *match.span(), place=Decimal(1))


def _small(words: str) -> int:
    return int(words) if words.isdigit() else NUMBER_WORDS[words.lower()]


def _read(text: str, number: Number) -> Quantity | None:
    """Return a number with its unit; None where it is an ordinal, a year or part of a name."""
    value, start, end = number
    words = text[start:end]
    currency = _currency_before(text, start)
    letters = None if _is_scaled(number, words) else _LETTERS.search(words)
    behind = _unit_behind(text, end - len(letters[0])) if letters else _unit_behind(text, end)
    if (value >= 1 and _ORDINAL.search(words)) or (letters and behind is None):
        return None
    half = None if letters else _AND_A_HALF.match(text, end)
    if half:
        value, end = value + Decimal("0.5"), half.end()
        behind = _unit_behind(text, end)
    place = _place(words, value)
    if currency is not None and not (behind and _of_money(behind[0])):
        return Quantity(value, currency[0].dimension, currency[1], end, place=place)
    if behind is not None:
        return _in_unit(text, Quantity(value, "", start, behind[1], place=place), behind[0])
    if 0 < value < 1 and not _FIGURE.search(words):
        return Quantity(100 * value, SHARE, start, end, "about")
    if value in YEARS and words.isdigit():
        return None
    return Quantity(value, "", start, end, place=place)


def _is_scaled(number: Number, words: str) -> bool:
    """Return whether letters behind a figure multiply it, as in "2.4m"."""
    figure = _FIGURE.match(words)
    return figure is not None and number.value != Decimal(figure[0].replace(",", ""))


def _in_unit(text: str, quantity: Quantity, unit: _UnitOfMeasure) -> Quantity:
    """Return a number in its unit as a quantity in the base unit."""
    value, end, place = quantity.value, quantity.end, quantity.place
    if unit.fahrenheit:
        value, place = (value - 32) * 5 / 9, place * 5 / 9
        return quantity._replace(
            value=value, dimension=unit.dimension, place=place, size=Decimal(5) / 9
        )
    coins = _COINS.match(text, end) if _of_money(unit) else None
    if coins and value == int(value):
        value, end, place = value + Decimal(coins[1]) / 100, coins.end(), Decimal("0.01")
    return quantity._replace(
        value=value * unit.size,
        dimension=unit.dimension,
        end=end,
        place=place * unit.size,
        size=unit.size,
    )


def _currency_before(text: str, start: int) -> tuple[_UnitOfMeasure, int] | None:
    """Return the currency that stands before a number, and where it begins."""
    before = text[max(0, start - _LONGEST_CURRENCY) : start]
    for pattern, unit in _BEFORE:
        match = pattern.search(before)
        if match:
            return unit, start - len(match[0])
    return None


def _unit_behind(text: str, at: int) -> tuple[_UnitOfMeasure, int] | None:
    """Return the unit that stands behind a number, the longest, and where it ends."""
    matches = ((pattern.match(text, at), unit) for pattern, unit in _BEHIND)
    found = [(unit, match.end()) for match, unit in matches if match]
    return max(found, key=lambda each: each[1], default=None)


def _of_money(unit: _UnitOfMeasure) -> bool:
    return unit.dimension.startswith(MONEY)


def _place(words: str, value: Decimal) -> Decimal:
    """Return the size of the last digit that is meant: 100 of 12,500, 10^5 of 2.6 million."""
    figure = _FIGURE.search(words)
    if figure is None:
        return Decimal(0)
    plain = figure[0].rstrip(",").replace(",", "")
    written = Decimal(plain)
    if figure["decimals"]:
        last = Decimal(10) ** -len(figure["decimals"])
    else:
        last = Decimal(10) ** (len(plain) - len(plain.rstrip("0")))
    return last * value / written if written else Decimal(1)


def _joined(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """Join "two hours and nine minutes"; in "18 by 11 metres" both numbers are in metres."""
    joined: list[Quantity] = []
    for each in found:
        last = joined[-1] if joined else None
        between = text[last.end : each.start] if last else ""
        if last and _is_further_part(last, each) and _JOINED.fullmatch(between):
            joined[-1] = each._replace(value=last.value + each.value, start=last.start)
            continue
        if last and not last.dimension and each.dimension and _BETWEEN.fullmatch(between):
            value, place = last.value * each.size, last.place * each.size
            joined[-1] = last._replace(
                value=value, dimension=each.dimension, place=place, size=each.size
            )
        joined.append(each)
    return joined


def _is_further_part(last: Quantity, each: Quantity) -> bool:
    """Return whether a quantity may go on another: "two hours" and "nine minutes"."""
    return last.dimension == each.dimension == LENGTH_OF_TIME and each.size < last.size


def _bounded(text: str, quantity: Quantity) -> Quantity:
    """Return a quantity with the words beside it that say how far it is meant to be exact."""
    before = text[max(0, quantity.start - _BOUND_REACH) : quantity.start]
    for bound, pattern in _BOUNDS.items():
        match = pattern.search(before)
        if match:
            start = quantity.start - len(before) + match.start()
            return quantity._replace(bound=bound, start=start)
    return quantity._replace(bound="about") if _OR_SO.match(text, quantity.end) else quantity


def comparable(one: Quantity, other: Quantity) -> bool:
    """Return whether two quantities are of one dimension.

    Money without a currency is of any, and so is a large bare number beside money.
    """
    a, b = one.dimension, other.dimension
    if a == b:
        return True
    bare = one if not a else other
    is_money = all(each.startswith(MONEY) or not each for each in (a, b))
    return is_money and (MONEY in (a, b) or (not bare.dimension and bare.value >= _ROUND_FROM))


def agree(one: Quantity, other: Quantity) -> bool:
    """Return whether two quantities may be one: equal, rounded, or within the other's bound."""
    if one.value == other.value:
        return True
    for a, b in ((one, other), (other, one)):
        if a.bound == "at least" and a.value <= b.value <= _BOUND_FACTOR * a.value:
            return True
        if a.bound == "at most" and a.value / _BOUND_FACTOR <= b.value <= a.value:
            return True
    largest = max(abs(one.value), abs(other.value))
    off = abs(one.value - other.value)
    if {one.bound, other.bound} != {"exact"} and off <= _ABOUT * largest:
        return True
    if one.size != other.size and off <= _CONVERTED * largest:
        return True
    coarser = max(one.place, other.place)
    is_rounding = coarser < 10 * max(one.size, other.size) or largest >= _ROUND_FROM
    return is_rounding and 2 * off < coarser and off <= _ROUNDED * largest
