"""Numbers and dates as a spreadsheet shows them, by the codes of its number formats.

Dates are as their codes have them. Where a code leaves the form to the language of a person's
program, which files do not say, dates with day, month and year become ISO 8601; so they do where
names of months are in a language other than English. The decimal mark is a point.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

GENERAL = "General"
# The formats that files refer to by number and do not spell out.
BUILT_IN_FORMATS = {
    **{0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"},
    **{11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy-mm-dd", 15: "d-mmm-yy"},
    **{16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm"},
    **{21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0"},
    **dict.fromkeys((37, 38), "#,##0;(#,##0)"),
    **dict.fromkeys((39, 40), "#,##0.00;(#,##0.00)"),
    **dict.fromkeys((41, 42), '#,##0;-#,##0;"-"'),
    **dict.fromkeys((43, 44), '#,##0.00;-#,##0.00;"-"'),
    **{48: "##0.0E+0", 49: "@"},
    **dict.fromkeys((*range(27, 32), 36, *range(50, 59)), "yyyy-mm-dd"),
    **dict.fromkeys(range(32, 36), "h:mm:ss"),
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PRECISION = 15  # digits that a spreadsheet keeps; those behind are dust of binary fractions
_CONTEXT = Context(prec=_PRECISION)
_GENERAL_DIGITS = 11  # that General shows
_SHOWN_DIGITS = 10  # of a number that has more
_LARGEST = Decimal("1e308")  # that a spreadsheet can hold
_LONGEST_CODE = 300  # characters; Excel allows 255
_MOST_DIGITS = 40  # that a code asks for
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<gap>.)|\*(?P<fill>.)'
    r"|\[(?P<elapsed>h+|m+|s+)\]|\[\$(?P<currency>[^\]-]*)[^\]]*\]"
    r"|\[(?P<condition>[<>=]+[-\d.]+)\]|\[(?P<aside>[^\]]*)\]"
    r"|(?P<general>General)|(?P<half>AM/PM|A/P)|(?P<power>E[+-]?0+)"
    r"|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?)|(?P<digit>[#0?])|(?P<mark>[.,%/@])|(?P<literal>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"([<>=]+)(-?\d+(?:\.\d+)?)")
_OPERATORS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    **{"<": operator.lt, ">": operator.gt, "=": operator.eq},
    **{"<=": operator.le, ">=": operator.ge, "<>": operator.ne},
}
# "[$-407]": the language, by number, of names of months; or a form that the program has.
_LANGUAGE = re.compile(r"\[\$[^\]-]*-([^\]]*)\]")
_LANGUAGE_BITS, _ENGLISH = 0x3FF, 0x09  # of the number, without the country
_PROGRAMS_FORMS = ("F400", "F800")
_ERAS = frozenset("geb")  # years of emperors and of Buddha
_LITERALS = ("quoted", "escaped", "currency", "literal")


class _Token(NamedTuple):
    kind: str
    text: str


class _Section(NamedTuple):
    """What a code says of some numbers: of all, of negative ones, of those over a limit."""

    tokens: tuple[_Token, ...]
    condition: str
    is_date: bool
    is_local: bool  # shows dates in a form or a language that is not known here


def is_date_code(code: str) -> bool:
    """Return whether a code shows numbers as dates or times."""
    return any(section.is_date for section in _sections(code))


def shown_number(written: str, code: str = GENERAL, *, since_1904: bool = False) -> str:
    """Return a number as a sheet shows it.

    Args:
        written: the number as the file holds it.
        code: of its format.
        since_1904: whether dates are counted from 1904, as once on the Macintosh.
    """
    if code == GENERAL and len(written) <= _GENERAL_DIGITS and written.isdecimal():
        return written
    try:
        value = _CONTEXT.create_decimal(written)
    except InvalidOperation:
        return written
    if not value.is_finite() or abs(value) > _LARGEST:
        return written
    section, bare = _section_for(value, _sections(code))
    if section is None:
        return _general(value)
    if section.is_date:
        return _moment(value, section, since_1904)
    return _number(bare, section.tokens)


def shown_text(text: str, code: str) -> str:
    """Return a text as a sheet shows it: some codes put words around it."""
    if "@" not in code:
        return text
    tokens = _sections(code)[-1].tokens
    return "".join(
        text if token == ("mark", "@") else token.text
        for token in tokens
        if token == ("mark", "@") or token.kind in _LITERALS
    )


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section, ...]:
    found: list[_Section] = []
    tokens: list[_Token] = []
    condition = ""
    for match in _TOKEN.finditer(f"{code[:_LONGEST_CODE]};"):
        kind = match.lastgroup or ""
        text = match[kind]
        if kind == "condition":
            condition = text
        elif kind == "literal" and text == ";":
            is_date = any(token.kind in ("date", "elapsed", "half") for token in tokens)
            found.append(_Section(tuple(tokens), condition, is_date, _is_local(code, tokens)))
            tokens, condition = [], ""
        elif kind == "gap":
            tokens.append(_Token("literal", " "))
        elif kind not in ("fill", "aside"):
            tokens.append(_Token(kind, text))
    return tuple(found)


def _is_local(code: str, tokens: list[_Token]) -> bool:
    """Return whether a code leaves the form of dates to a program, or names months otherwise."""
    if _has_era(tokens):
        return True
    named = any(
        token.kind == "date" and token.text[:3].lower() in ("mmm", "ddd") for token in tokens
    )
    for match in _LANGUAGE.finditer(code):
        number = match[1].upper()
        if number in _PROGRAMS_FORMS or not re.fullmatch(r"[0-9A-F]{3,8}", number):
            return True
        if named and int(number, 16) & _LANGUAGE_BITS != _ENGLISH:
            return True
    return False


def _has_era(tokens: Iterable[_Token]) -> bool:
    return any(token.kind == "literal" and token.text.lower() in _ERAS for token in tokens)


def _section_for(value: Decimal, sections: tuple[_Section, ...]) -> tuple[_Section | None, Decimal]:
    """Return the section that shows a number, and the number with the sign that is still to show.

    None is for a number that no section is made for.
    """
    numeric = [s for s in sections if ("mark", "@") not in s.tokens] or list(sections)
    if any(section.condition for section in numeric):
        for section in numeric:
            match = _CONDITION.fullmatch(section.condition)
            test = _OPERATORS.get(match[1]) if match else None
            if match is None or (test is not None and test(value, Decimal(match[2]))):
                return section, value
        return None, value
    if value < 0 and len(numeric) > 1:
        return numeric[1], -value
    if value == 0 and len(numeric) > 2:
        return numeric[2], value
    return numeric[0], value


def _general(value: Decimal) -> str:
    digits = value.normalize()
    if digits == digits.to_integral_value() and abs(value) < Decimal(10) ** _PRECISION:
        return f"{value:.0f}"
    if len(digits.as_tuple().digits) > _GENERAL_DIGITS:
        digits = Context(prec=_SHOWN_DIGITS).create_decimal(value).normalize()
    if Decimal("1e-9") <= abs(digits) < Decimal(10) ** _PRECISION:
        return f"{digits:f}"
    return f"{digits:E}"


# Numbers


def _number(value: Decimal, tokens: tuple[_Token, ...]) -> str:
    kinds = {token.kind for token in tokens}
    marks = {token.text for token in tokens if token.kind == "mark"}
    if "general" in kinds or "@" in marks:
        shown = _general(value)
        return "".join(
            shown if token.kind == "general" or token.text == "@" else token.text
            for token in tokens
            if token.kind in (*_LITERALS, "general") or token.text == "@"
        )
    if "digit" not in kinds:  # words alone, or nothing
        return "".join(token.text for token in tokens if token.kind in _LITERALS).strip()
    if "power" in kinds:
        return _scientific(value, tokens)
    if "/" in marks:
        return _fraction(value, tokens)
    return _fixed(value, tokens)


def _fixed(value: Decimal, tokens: tuple[_Token, ...]) -> str:
    places = [at for at, token in enumerate(tokens) if token.kind == "digit"]
    point = next((at for at, token in enumerate(tokens) if token == ("mark", ".")), len(tokens))
    whole = [at for at in places if at < point]
    behind = [at for at in places if at > point][:_MOST_DIGITS]
    first, last = places[0], places[-1]
    last_whole = whole[-1] if whole else first
    commas = [at for at, token in enumerate(tokens) if token == ("mark", ",")]
    grouped = any(first < at < last_whole for at in commas)
    scale = sum(at > last_whole and (at < point or at > last) for at in commas)
    percent = sum(token == ("mark", "%") for token in tokens)
    wide = Context(prec=400)
    scaled = wide.scaleb(abs(value), 2 * percent - 3 * scale)
    rounded = scaled.quantize(Decimal(1).scaleb(-len(behind)), ROUND_HALF_UP, wide)
    digits, _, decimals = f"{rounded:f}".partition(".")
    least = sum(tokens[at].text == "0" for at in behind)
    while len(decimals) > least and decimals.endswith("0"):
        decimals = decimals[:-1]
    shown = _whole_digits(digits.lstrip("0"), tokens, whole, grouped=grouped)
    number = {at: shown.get(at, "") for at in whole}
    if point < len(tokens):
        number[point] = f".{decimals}" if decimals else ""
    sign = "-" if value < 0 and (rounded != 0) else ""
    parts = [
        number.get(at, "") if at in number else token.text
        for at, token in enumerate(tokens)
        if at in number or token.kind in _LITERALS or token == ("mark", "%")
    ]
    return (sign + "".join(parts).strip()) if sign else "".join(parts).strip()


def _whole_digits(
    digits: str, tokens: tuple[_Token, ...], places: list[int], *, grouped: bool
) -> dict[int, str]:
    """Return the digits that stand at each place of a code, filled from the right."""
    shown: dict[int, str] = {}
    done = 0
    for at in reversed(places):
        is_first = at == places[0]
        if is_first:
            rest = digits or ("0" if tokens[at].text == "0" else "")
        else:
            rest = digits[-1:] or ("0" if tokens[at].text == "0" else "")
            digits = digits[:-1]
        written = ""
        for digit in reversed(rest):
            written = digit + ("," if grouped and done and done % 3 == 0 else "") + written
            done += 1
        shown[at] = written
    return shown


def _scientific(value: Decimal, tokens: tuple[_Token, ...]) -> str:
    """Return a number with its power of ten; ##0E+0 has powers of a thousand alone."""
    power = next(at for at, token in enumerate(tokens) if token.kind == "power")
    point = next((at for at, token in enumerate(tokens) if token == ("mark", ".")), power)
    places = [at for at, token in enumerate(tokens[:power]) if token.kind == "digit"]
    step = max(sum(at < point for at in places), 1)
    decimals = min(sum(at > point for at in places), _MOST_DIGITS)
    exponent = value.adjusted() // step * step if value else 0
    mantissa = f"{value.scaleb(-exponent):.{decimals}f}"
    if value and abs(Decimal(mantissa)) >= 10**step:  # 9.99 rounded up
        exponent += step
        mantissa = f"{value.scaleb(-exponent):.{decimals}f}"
    least = tokens[power].text.count("0")
    sign = "-" if exponent < 0 else "+" if "+" in tokens[power].text else ""
    return f"{mantissa}E{sign}{abs(exponent):0{least}}"


def _fraction(value: Decimal, tokens: tuple[_Token, ...]) -> str:
    slash = next(at for at, token in enumerate(tokens) if token == ("mark", "/"))
    below = "".join(token.text for token in tokens[slash + 1 :])
    fixed = re.match(r"\s*(\d*[1-9]\d*)", below)
    exact = Fraction(abs(value))
    if fixed:
        bottom = min(int(fixed[1]), 10**6)
        part = Fraction(round(exact * bottom), bottom)
    else:
        bottom = 10 ** min(max(below.count("?") + below.count("#"), 1), 6) - 1
        part = exact.limit_denominator(bottom)
    whole, rest = divmod(part, 1)
    top = f"{rest.numerator}/{rest.denominator}" if rest else ""
    if fixed and rest:
        top = f"{int(rest * bottom)}/{bottom}"
    shown = " ".join(filter(None, (str(whole) if whole or not top else "", top)))
    return f"-{shown}" if value < 0 and part else shown


# Dates and times


def _moment(value: Decimal, section: _Section, since_1904: bool) -> str:
    tokens = section.tokens
    if any(token.kind == "elapsed" for token in tokens):
        return _elapsed(value, tokens)
    first = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)
    if not since_1904 and 0 <= value < 60:  # 1900 counts as a leap year
        first += timedelta(days=1)
    try:
        when = first + timedelta(milliseconds=round(value * 86_400_000))
    except OverflowError:
        return _general(value)
    letters = {token.text.lower()[0] for token in tokens if token.kind == "date"}
    clock = _clock_places(tokens)
    if value < 0:
        return _general(value)
    parts = any(token.kind == "date" and "." in token.text for token in tokens)
    if not parts and when.microsecond >= 500_000:
        when += timedelta(seconds=1)
    whole = "d" in letters and ("y" in letters or _has_era(tokens))
    if section.is_local and whole and _has_month(tokens, clock):
        time = [token for at, token in enumerate(tokens) if at in clock]
        if not time:
            return f"{when:%Y-%m-%d}"
        return f"{when:%Y-%m-%d} {_time(when, tokens, clock)}"
    return "".join(
        _date_part(when, token, at in clock, tokens) for at, token in enumerate(tokens)
    ).strip()


def _has_month(tokens: tuple[_Token, ...], clock: set[int]) -> bool:
    return any(
        token.kind == "date" and token.text[0] in "mM" and at not in clock
        for at, token in enumerate(tokens)
    )


def _clock_places(tokens: tuple[_Token, ...]) -> set[int]:
    """Return which tokens are of the time of day: m is minutes beside hours or seconds."""
    dates = [at for at, token in enumerate(tokens) if token.kind in ("date", "elapsed")]
    letters = [tokens[at].text.lower()[0] for at in dates]
    found = set()
    for place, (at, letter) in enumerate(zip(dates, letters, strict=True)):
        around = (letters[place - 1] if place else "", *letters[place + 1 : place + 2])
        if letter in "hs" or (letter == "m" and (around[0] == "h" or "s" in around[1:])):
            found.add(at)
    return found | {at for at, token in enumerate(tokens) if token.kind == "half"}


def _time(when: datetime, tokens: tuple[_Token, ...], clock: set[int]) -> str:
    """Return the time of day from its first part to its last."""
    first, last = min(clock), max(clock)
    return "".join(
        _date_part(when, token, at in clock, tokens)
        for at, token in enumerate(tokens)
        if first <= at <= last
    ).strip()


def _date_part(when: datetime, token: _Token, is_clock: bool, tokens: tuple[_Token, ...]) -> str:
    if token.kind == "half":
        return f"{when:%p}"
    if token.kind != "date":
        return token.text if token.kind in (*_LITERALS, "mark") and token.text != "@" else ""
    letter, length = token.text[0].lower(), len(token.text)
    if letter == "s":
        places = length - token.text.find(".") - 1 if "." in token.text else 0
        fraction = f".{when.microsecond:06}"[: places + 1] if places else ""
        least = token.text.partition(".")[0]
        return f"{when.second:0{min(len(least), 2)}}{fraction}"
    if letter == "h":
        half = any(each.kind == "half" for each in tokens)
        return f"{(when.hour % 12 or 12) if half else when.hour:0{min(length, 2)}}"
    if letter == "m" and is_clock:
        return f"{when.minute:0{min(length, 2)}}"
    if letter == "y":
        return f"{when.year:04}" if length > 2 else f"{when.year % 100:02}"
    names = _MONTHS[when.month - 1] if letter == "m" else _DAYS[when.weekday()]
    number = when.month if letter == "m" else when.day
    if length > 2:
        return names[:3] if length == 3 else names[:1] if length == 5 else names
    return f"{number:0{length}}"


def _elapsed(value: Decimal, tokens: tuple[_Token, ...]) -> str:
    """Return a length of time, as 30:15 for thirty hours and a quarter."""
    seconds = abs(round(value * 86_400))
    units = {"h": 3_600, "m": 60, "s": 1}
    shown = ""
    for token in tokens:
        if token.kind in ("elapsed", "date") and token.text[0].lower() in units:
            count, seconds = divmod(seconds, units[token.text[0].lower()])
            shown += f"{count:0{min(len(token.text.partition('.')[0]), 2)}}"
        elif token.kind in (*_LITERALS, "mark"):
            shown += token.text
    return f"-{shown}" if value < 0 else shown
