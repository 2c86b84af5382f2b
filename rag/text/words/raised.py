"""Raised digits and letters: the mark of a note behind a word, or part of what it says.

Formats with raised characters are read into Unicode's: "4,210³" refers to note 3, while "10⁹",
"km²" and "²³⁵U" mean what they say; lowered digits, as of "CO₂", always do.
"""

from __future__ import annotations

import re
import unicodedata

RAISED_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
RAISED_SIGNS = "⁺⁻"
NOTE_LETTERS = "ᵃᵇᶜᵈᶠᵍᵏ"  # "21ᵉ", "1ˢᵗ" and "2ⁿᵈ" are ordinals
# One or several marks at the end of a word: "³", "³⁴"; what joins several is no part of a word.
_MARKS = re.compile(f"[{RAISED_DIGITS}]+$|(?<=\\d)[{NOTE_LETTERS}]{{1,2}}$")
POWER_OF_TEN = f"10[{RAISED_SIGNS}]?[{RAISED_DIGITS}]{{1,3}}"  # a pattern; "10¹⁰⁰" is the most
_POWER = re.compile(POWER_OF_TEN)
_MEASURE = re.compile("(?:[µμ]?[A-Za-zµμ]|[kcdmnh]m|ft|in|yd|mi|sq|sec|rad)[²³]")


def base_of(word: str, before: str = "") -> str:
    """Return a word without the marks of notes behind it; empty where it is only such marks.

    Args:
        word: without the characters around it.
        before: the character before it, if any; behind a digit a raised letter is a mark.
    """
    figure = before if before.isdecimal() else ""
    marks = _MARKS.search(figure + word)
    if marks is None or _POWER.fullmatch(word) or _MEASURE.fullmatch(word):
        return word
    return word[: max(0, marks.start() - len(figure))]


def power_of_ten(word: str) -> int | None:
    """Return the exponent where a word is a power of ten: 9 of "10⁹"; None elsewhere."""
    if not _POWER.fullmatch(word):
        return None
    return int(unicodedata.normalize("NFKC", word[2:]).replace("\u2212", "-"))
