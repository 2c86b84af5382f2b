"""Lines of Hebrew and Arabic, from the places of their letters back to the order of reading.

Numbers and words in Latin letters within them run from left to right, by the rules of Unicode's
bidirectional algorithm: a sign such as % belongs to the number that it touches in Hebrew but not
in Arabic, and a dash between two numbers parts them.
"""

from __future__ import annotations

import re
import unicodedata

_RTL = ("R", "AL", "RLE", "RLO")
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_BEFORE_STOP = re.compile(r"\s+(?=[.,:!?،؛؟)]+(?:\s|$))")  # narrow signs leave white before them
_SHORT = {"L": "L", "EN": "n", "AN": "a", "ET": "t", "ES": "+", "CS": ",", "NSM": "m"}
_LATIN = re.compile(r"(?:t+(?=n))?[Lna](?:.*[Lna])?(?:(?<=n)t+)?")  # words, numbers beside them
_NUMBER = re.compile(r"t*n+(?:(?:[+,]|t+)n+)*t*|a+(?:,a+)*")
_NUMBER_OF_ARABIC = re.compile(r"[na]+(?:,[na]+)*")


def read_backwards(text: str) -> str:
    """Turn text round that runs from right to left, but not the numbers and names within."""
    kinds = [unicodedata.bidirectional(char) for char in text]
    right = sum(kind in _RTL for kind in kinds)
    if not right:
        return text
    if right < sum(kind == "L" for kind in kinds):
        return _turned_words(text, kinds)
    turned = _parts_turned(_with_marks_behind(text[::-1]))
    opened, closed = turned.find("("), turned.find(")")
    if closed >= 0 and (opened < 0 or closed < opened):
        turned = turned.translate(_MIRRORED)
    return _BEFORE_STOP.sub("", turned)


def _with_marks_behind(turned: str) -> str:
    """Return text with marks behind their letters, as they stand in both directions."""
    out: list[str] = []
    marks: list[str] = []
    for char in turned:
        if unicodedata.combining(char):
            marks.append(char)
        else:
            out += [char, *marks]
            marks = []
    return "".join(out + marks)


def _parts_turned(text: str) -> str:
    """Turn the numbers and the words in Latin letters round in text that was turned itself."""
    kinds = [unicodedata.bidirectional(char) for char in text]
    strong = next((kind for kind in kinds if kind in _RTL), "R")
    out: list[str] = []
    at = 0
    while at < len(text):
        if kinds[at] in _RTL:
            strong = kinds[at]
            out.append(text[at])
            at += 1
            continue
        end = next((n for n in range(at, len(text)) if kinds[n] in _RTL), len(text))
        shape = "".join(_SHORT.get(kind, "o") for kind in kinds[at:end])
        out.append(_between(text[at:end], shape, is_arabic=strong == "AL"))
        at = end
    return "".join(out)


def _between(text: str, shape: str, *, is_arabic: bool) -> str:
    """Return what stands between two letters, with the parts turned that run to the right.

    Args:
        text: what stands there.
        shape: the kind of each of its characters, as a letter.
        is_arabic: whether the letter before is Arabic, which all numbers behind it go by.
    """
    pattern = _NUMBER_OF_ARABIC if is_arabic else _NUMBER
    out, last = [], 0
    for found in (_LATIN if "L" in shape else pattern).finditer(shape):
        out += [text[last : found.start()], text[found.start() : found.end()][::-1]]
        last = found.end()
    return "".join([*out, text[last:]])


def _turned_words(text: str, kinds: list[str]) -> str:
    """Turn the parts of a line round that run from right to left, with what is between them."""
    out: list[str] = []
    at = 0
    while at < len(text):
        if kinds[at] not in _RTL:
            out.append(text[at])
            at += 1
            continue
        end = last = at
        while end < len(text) and kinds[end] not in ("L", "EN"):
            if kinds[end] in _RTL:
                last = end
            end += 1
        out.append(text[at : last + 1][::-1])
        at = last + 1
    return "".join(out)
