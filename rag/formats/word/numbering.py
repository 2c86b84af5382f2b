"""The automatic numbers of paragraphs, as Word shows them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ABSTRACT, _NUM = W + "abstractNum", W + "num"
_LEVELS = 9  # of a list in Word
_MAX_VALUE = 32_767  # the largest number that Word counts to
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_IRREGULAR = {"one": "first", "two": "second", "three": "third", "five": "fifth"}
_IRREGULAR |= {"eight": "eighth", "nine": "ninth", "twelve": "twelfth"}
_CHINESE = "〇一二三四五六七八九"
_CYRILLIC = "абвгдежзиклмнопрстуфхцчшщэюя"


def roman(value: int) -> str:
    """Return a number in small Roman letters; beyond 3999 in more of them, as Word does."""
    shown = ""
    for worth, letters in _ROMAN:
        count, value = divmod(value, worth)
        shown += letters * count
    return shown


def letters(value: int, alphabet: str = "abcdefghijklmnopqrstuvwxyz") -> str:
    """Return a number as letters: a to z, then aa, bb and so on."""
    if value < 1:
        return ""
    times, at = divmod(value - 1, len(alphabet))
    return alphabet[at] * (times + 1)


def _ordinal(value: int) -> str:
    ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10)
    return f"{value}{ending or 'th'}"


def _cardinal_words(value: int) -> str:
    if value < len(_SMALL):
        return _SMALL[value].capitalize()
    if value >= 100:
        return str(value)
    tens, ones = divmod(value, 10)
    return (_TENS[tens - 2] + (f"-{_SMALL[ones]}" if ones else "")).capitalize()


def _ordinal_words(value: int) -> str:
    if value >= 100:
        return _ordinal(value)
    head, dash, last = _cardinal_words(value).lower().rpartition("-")
    ending = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return f"{head}{dash}{_IRREGULAR.get(last, ending)}".capitalize()


def _chinese(value: int) -> str:
    if value >= 100 or value < 1:
        return "".join(_CHINESE[int(digit)] for digit in str(value))
    tens, ones = divmod(value, 10)
    head = (_CHINESE[tens] if tens > 1 else "") + "十" if tens else ""
    return head + (_CHINESE[ones] if ones else "")


def _circled(value: int) -> str:
    return chr(0x245F + value) if 1 <= value <= 20 else str(value)


# Word's names of the ways to write a number; others are written in digits.
NUMBER_FORMATS: dict[str, Callable[[int], str]] = {
    "none": lambda value: "",
    "bullet": lambda value: "",
    "decimalZero": lambda value: f"{value:02}",
    "upperRoman": lambda value: roman(value).upper(),
    "lowerRoman": roman,
    "upperLetter": lambda value: letters(value).upper(),
    "lowerLetter": letters,
    "ordinal": _ordinal,
    "cardinalText": _cardinal_words,
    "ordinalText": _ordinal_words,
    "numberInDash": lambda value: f"- {value} -",
    "hex": lambda value: f"{value:X}",
    "chicago": lambda value: "*†‡§"[(value - 1) % 4] * ((value - 1) // 4 + 1),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "russianLower": lambda value: letters(value, _CYRILLIC),
    "russianUpper": lambda value: letters(value, _CYRILLIC).upper(),
}


def format_number(value: int, name: str) -> str:
    """Return a number as a format of Word's writes it."""
    value = min(max(value, 0), _MAX_VALUE)
    return NUMBER_FORMATS.get(name, str)(value)


def number_of(element: Any, tag: str, default: int | None = None) -> int | None:
    """Return the whole number that a child element has as its value, if it is one."""
    found = element.find(W + tag) if element is not None else None
    shown = found.get(W + "val", "") if found is not None else ""
    return int(shown) if re.fullmatch(r"-?\d{1,9}", shown) else default


@dataclass(slots=True)
class _Level:
    """How a level of a list is numbered."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    gap: str = " "
    legal: bool = False  # all numbers in digits
    restart: int | None = None  # after a level up to this one, from 1; 0 is never
    style: str = ""  # paragraphs of this style are of this level
    hidden: bool = False


@dataclass(slots=True)
class _List:
    """A list as it is used: which numbering it counts in, and how its levels look."""

    counts_in: str
    levels: dict[int, _Level]
    starts: dict[int, int] = field(default_factory=dict)  # levels to begin anew, where first used


class ListNumber(NamedTuple):
    """What stands in front of a paragraph: shown is empty for a bullet."""

    shown: str
    depth: int
    listed: bool  # False where a level of a list shows nothing, as a paragraph that goes on
    listing: str  # which list it is of


class Numbering:
    """Counts the paragraphs of lists, in the order of the document."""

    def __init__(self, root: Any, style_lists: dict[str, str]) -> None:
        """Read the lists of a document.

        Args:
            root: the numbering part, or None.
            style_lists: the list that a style of lists stands for, by the style's id.
        """
        self._style_lists = style_lists
        self._lists: dict[str, _List] = {}
        self._counters: dict[str, dict[int, int]] = {}
        found = list(root) if root is not None else []
        self._abstract = {e.get(W + "abstractNumId"): e for e in found if e.tag == _ABSTRACT}
        self._numbers = {e.get(W + "numId"): e for e in found if e.tag == _NUM}

    def _list(self, name: str) -> _List:
        """Return a list of the document; one without levels where there is none of that name."""
        if name in self._lists:
            return self._lists[name]
        number = self._numbers.get(name)
        key = _abstract_of(number)
        link = self._abstract[key].find(W + "numStyleLink") if key in self._abstract else None
        if link is not None:  # the levels are written at the list of that style
            linked = self._style_lists.get(link.get(W + "val"), "")
            key = _abstract_of(self._numbers.get(linked)) or key
        self._lists[name] = _List(key, _levels(self._abstract.get(key, ())))
        _override(self._lists[name], number)
        return self._lists[name]

    def level_of(self, name: str, style: str) -> int | None:
        """Return the level of a list that belongs to a style, from 0."""
        levels = self._list(name).levels
        return next((at for at, level in levels.items() if style and level.style == style), None)

    def next(self, name: str, at: int) -> ListNumber | None:
        """Count a paragraph; return its number, None where there is no such list.

        Args:
            name: the number of its list in the document.
            at: its level, from 0.
        """
        found = self._list(name)
        level = found.levels.get(at)
        if level is None:
            return None
        counters = self._counters.setdefault(found.counts_in, {})
        if at in found.starts:
            counters[at] = found.starts.pop(at)
        else:
            counters[at] = counters[at] + 1 if at in counters else level.start
        for higher in range(at):  # a level that is passed over counts as if it were there
            if higher in found.levels:
                counters.setdefault(higher, found.levels[higher].start)
        for lower in [lower for lower in counters if lower > at]:
            after = found.levels[lower].restart if lower in found.levels else None
            if after is None or at < after:
                del counters[lower]
        if level.format == "bullet" or level.hidden:
            return ListNumber("", at + 1, level.format == "bullet", found.counts_in)
        shown = _filled(found, level, counters)
        shown = shown and shown + level.gap
        return ListNumber(shown, at + 1, bool(shown.strip()), found.counts_in)


def _filled(found: _List, level: _Level, counters: dict[int, int]) -> str:
    """Return the text of a level with the numbers of this level and those above it."""

    def one(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        other = found.levels.get(at, _Level())
        name = "decimal" if level.legal and other.format != "none" else other.format
        return format_number(counters.get(at, other.start), name)

    return re.sub(r"%([1-9])", one, level.text)


def _abstract_of(number: Any) -> str:
    found = number.find(W + "abstractNumId") if number is not None else None
    return str(found.get(W + "val", "")) if found is not None else ""


def _levels(parent: Any) -> dict[int, _Level]:
    levels = {}
    for element in parent:
        shown = element.get(W + "ilvl", "") if element.tag == W + "lvl" else ""
        if shown.isdigit() and int(shown) < _LEVELS:
            levels[int(shown)] = _level(element)
    return levels


def _level(element: Any) -> _Level:
    level = _Level(start=number_of(element, "start", 0) or 0)
    level.restart = number_of(element, "lvlRestart")
    level.legal = element.find(W + "isLgl") is not None
    # Formats of Word 2010 stand beside one that older programs know.
    formats = list(element.iter(W + "numFmt"))
    level.format = formats[0].get(W + "val", "decimal") if formats else "decimal"
    if level.format == "custom":
        zeros = (formats[0].get(W + "format") or "").partition(",")[0]
        level.format = "decimalZero" if zeros == "01" else "decimal"
    for tag, name in (("lvlText", "text"), ("pStyle", "style")):
        found = element.find(W + tag)
        if found is not None:
            setattr(level, name, found.get(W + "val", ""))
    gap = element.find(W + "suff")
    level.gap = "" if gap is not None and gap.get(W + "val") == "nothing" else " "
    level.hidden = element.find(f"{W}rPr/{W}vanish") is not None
    return level


def _override(found: _List, number: Any) -> None:
    """Put into a list what differs from the numbering that it is of."""
    for override in number if number is not None else ():
        shown = override.get(W + "ilvl", "") if override.tag == W + "lvlOverride" else ""
        if not shown.isdigit() or int(shown) >= _LEVELS:
            continue
        own = override.find(W + "lvl")
        if own is not None:
            found.levels[int(shown)] = _level(own)
        start = number_of(override, "startOverride")
        if start is not None:
            found.starts[int(shown)] = start
