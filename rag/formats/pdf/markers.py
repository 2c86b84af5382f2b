"""What lines show by their first and last characters: lists, fields, captions, sentences."""

from __future__ import annotations

import re
import unicodedata

_FIELD_WORDS = 6  # of a label at most
_BULLET = r"[•‣▪▫●○◦■□➢➤►▶∙·❖✓✔✗☐☒☑⁃–—*-]"
_NUMBER = r"\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?|§\s?\d+[a-z]?\.?"
MARKER = re.compile(rf"({_BULLET}|{_NUMBER})\s+(?=\S)")
DECIMAL = re.compile(r"\d{1,2}\.\d{1,2}")
BULLET_AT_START = re.compile(rf"{_BULLET}\s+")
SURE_BULLETS = "•‣▪▫●○◦■□➢➤►▶∙❖✓✔✗☐☒☑⁃"
_ENDED = re.compile(r"[.!?…:。！？؟][\"'”’»)\]\u2070-\u209f¹²³]*$")
_FIELD = re.compile(r"([^\W\d_][^:.!?]{0,40}):\s+(?=\S)")
LEADERS = re.compile(r"\s*(?:\.\s?){4,}\s*|\s*[…_]{3,}\s*")
CAPTION = re.compile(
    r"(?:figure|fig\.|table|tab\.|chart|map|plate|photo|source|abbildung|abb\.|tabelle|tableau)"
    r"\s*(?:\d|[A-Z]\.|:)",
    re.IGNORECASE,
)


def is_kin(one: str, two: str) -> bool:
    """Return whether two markers belong to one list: the same bullet, or numbers in sequence."""
    if one == two:
        return not one[0].isalnum()
    numbers = [re.findall(r"\d+", mark) for mark in (one, two)]
    if all(numbers):
        before, after = ([int(each) for each in found] for found in numbers)
        alike = re.sub(r"\d+", "", one) == re.sub(r"\d+", "", two)
        return alike and before[:-1] == after[:-1] and abs(before[-1] - after[-1]) == 1
    letters = [re.sub(r"\W", "", mark) for mark in (one, two)]
    single = all(len(letter) == 1 and letter.isalpha() for letter in letters)
    roman = all(re.fullmatch(r"[ivxIVX]+", letter) for letter in letters)
    return roman or (single and abs(ord(letters[0]) - ord(letters[1])) == 1)


def is_field(text: str) -> bool:
    """Return whether a line is a label with its value, such as "Claimant: Vera Solheim"."""
    found = _FIELD.match(text)
    return found is not None and len(found.group(1).split()) <= _FIELD_WORDS


def is_leftward(text: str) -> bool:
    """Return whether most letters of a text are of a script that runs from right to left."""
    if text.isascii():
        return False
    kinds = [unicodedata.bidirectional(char) for char in text]
    return sum(kind in ("R", "AL") for kind in kinds) > sum(kind == "L" for kind in kinds)


def is_ended(text: str) -> bool:
    """Return whether the last sentence of a text has an end."""
    return _ENDED.search(text) is not None
