"""What an LLM wrote as sentences, each with the numbers of the evidence that it marked."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

# [1], [1, 2], [1-3], [^1], 【1】, 【1†source】, [Source 1], (Source 1); not (1), which lists use.
_NUMBERS = r"\d{1,4}(?:\s*(?:,|;|–|-|and|&)\s*(?:sources?\s*)?\d{1,4}){0,20}"
_MARK = re.compile(
    rf"[ \t]*(?:[\[【]\s*\^?(?:sources?|evidence)?\s*({_NUMBERS})(?:†[^\]】\n]{{0,40}})?\s*[\]】]"
    rf"|\(\s*(?:sources?|evidence)\s*({_NUMBERS})\s*\))",
    re.IGNORECASE,
)
_BROKEN_MARK = re.compile(r"[ \t]*[\[【][\d,;\s]{0,20}$")
_FENCE = re.compile(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*(?:[-*•]|\d{1,2}[.)])[ \t]+", re.MULTILINE)
_RANGE = re.compile(r"(\d+)\s*[–-]\s*(\d+)")
MOST_IN_RANGE = 20
MAX_TEXT = 20_000  # characters; an LLM that goes on is cut off


class Written(NamedTuple):
    """A sentence without its marks, and the numbers marked, in order."""

    text: str
    numbers: tuple[int, ...]


def read_marks(text: str) -> list[Written]:
    """The sentences of a text with their marks; a mark after a full stop belongs before it."""
    from sentencex import segment

    text = _BULLET.sub("", _FENCE.sub("", text[:MAX_TEXT]))
    text = _BROKEN_MARK.sub("", text.rstrip())
    plain, places = _take_out(text)
    sentences: list[str] = []
    starts: list[int] = []
    at = 0
    for sentence in segment("en", plain):
        starts.append(at)
        sentences.append(sentence)
        at += len(sentence)
    numbers: list[list[int]] = [[] for _ in sentences]
    for place, found in places:
        if sentences:
            numbers[max(0, bisect_left(starts, place) - 1)] += found
    return [
        Written(" ".join(sentence.split()), tuple(dict.fromkeys(found)))
        for sentence, found in zip(sentences, numbers, strict=True)
        if re.search(r"\w", sentence)
    ]


def _take_out(text: str) -> tuple[str, list[tuple[int, list[int]]]]:
    """The text without marks, and each mark's place in it with its numbers."""
    parts: list[str] = []
    places = []
    length = at = 0
    for match in _MARK.finditer(text):
        part = text[at : match.start()]
        parts.append(part)
        length += len(part)
        # At the end of what stands before, white space left out.
        places.append((length - len(part) + len(part.rstrip()), _numbers(match[1] or match[2])))
        at = match.end()
    return "".join([*parts, text[at:]]), places


def _numbers(found: str) -> list[int]:
    numbers: list[int] = []
    for first, last in _RANGE.findall(found):
        numbers += range(int(first), min(int(last), int(first) + MOST_IN_RANGE) + 1)
    return numbers + [int(number) for number in re.findall(r"\d+", _RANGE.sub("", found))]
