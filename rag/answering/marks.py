"""What an LLM writes as sentences, each as soon as it is whole, with the evidence that it marks.

The sentences do not depend on how the text was cut on its way: every decision waits
until what it looks at is there. Each looks at no more than LOOK characters ahead and
a sentence is at most LONGEST, so that time is linear in the text, whatever it holds.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_NUMBERS = r"\d{1,6}(?:\s*(?:,|;|–|-|and|&)\s*(?:sources?\s*)?\d{1,6}){0,20}"
_SOURCE = r"(?:sources?|evidence)"
# [1], [1, 2], [1-3], [[1]], [^1], 【1】, 【1†source】, [Source 1], (Source: 1), [1](#link); not
# (1), which lists use.
_MARKED = (
    rf"[ \t]*(?:[\[【]{{1,2}}\s*\^?(?:{_SOURCE}:?)?\s*({_NUMBERS})"
    r"(?:†[^\]】\n]{0,40})?\s*[\]】]{1,2}"
    rf"(?:\((?:https?:|#)[^()\s]{{0,80}}\))?"
    rf"|\(\s*{_SOURCE}:?\s*({_NUMBERS})\s*\))"
)
# Begun only where a run of blanks begins: else each blank of a long run is tried to its end.
_MARK = re.compile(rf"(?<![ \t]){_MARKED}", re.IGNORECASE)
# "Source 1 says", where the words are part of the sentence.
_NAMED = re.compile(rf"\b{_SOURCE}\s+#?({_NUMBERS})(?!\w)", re.IGNORECASE)
_STOP = re.compile(r"[.!?…]+[\"”’')*_]*|\n")
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*\n?", re.MULTILINE)
# What may stand behind a full stop and belongs to the sentence before it.
_TRAILING = re.compile(
    rf"(?:\s*(?:{_MARKED})|\s*\b{_SOURCE}:?\s+#?{_NUMBERS}\."
    r"|\n[ \t]*(?:```|~~~)[^\n]*(?=\n))*",
    re.IGNORECASE,
)
_OPENED = re.compile(
    r"\s*(?:[\[【(]|```|~~~|s(?:o(?:u(?:r|$)|$)|$)|e(?:v(?:i|$)|$)|$)", re.IGNORECASE
)
_LEADING = re.compile(rf"\s*(?:[-*•]\s+)?(?:{_MARKED})[\s:]*(?=\w|[“\"‘(])", re.IGNORECASE)
_MAY_LEAD = re.compile(rf"\s*(?:$|[-*•]|{_OPENED.pattern})", re.IGNORECASE)
_NEW_BLOCK = re.compile(r"\n[ \t]*(?:\n|[-*•][ \t]|\d{1,2}[.)][ \t]|#{1,6} )")
_BULLET = re.compile(r"^[ \t]*(?:[-*•]|\d{1,2}[.)]|#{1,6})[ \t]+", re.MULTILINE)
_NUMBERED = re.compile(r"\s*\d{1,2}\.$")  # "1." opens an item of a list
_EMPHASIS = re.compile(r"\*\*|__")
_BROKEN_MARK = re.compile(r"(?<![ \t])[ \t]*[\[【][\d,;\s^]{0,20}$")
_RANGE = re.compile(r"(\d+)\s*[–-]\s*(\d+)")
# What models that think aloud write before they answer is not their answer.
_THINKING = re.compile(r"<(think|thinking|reasoning)>", re.IGNORECASE)
_THOUGHT = re.compile(r"</(?:think|thinking|reasoning)>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z]{0,9}$", re.IGNORECASE)
MOST_IN_RANGE = 20
LOOK = 120  # characters behind a full stop that may have a say in whether it ends the sentence
LONGEST = 1_000  # characters of a sentence; what goes on is cut


class Written(NamedTuple):
    """A sentence without its marks, and the numbers marked, in order."""

    text: str
    numbers: tuple[int, ...]


class MarkReader:
    """Reads a text as it comes; a mark behind a full stop belongs to the sentence before it.

    Of a text that begins with a mark, marks stand before their sentences instead.
    """

    def __init__(self) -> None:
        self._text = ""  # not yet a sentence
        self._from = 0  # where in it the next full stop may be
        self._held = ""  # what may be the beginning of a tag
        self._thinking = False
        self._leads: bool | None = None

    def feed(self, piece: str) -> list[Written]:
        """The sentences that are whole with this piece of the text."""
        self._text += self._spoken(piece)
        return self._take(final=False)

    def close(self) -> list[Written]:
        """The sentences that are left at the end of the text."""
        if not self._thinking:
            self._text += self._held
        found = self._take(final=True)
        found += _written(_BROKEN_MARK.sub("", self._text.rstrip()))
        self._text = self._held = ""
        return found

    def _spoken(self, piece: str) -> str:
        """The piece without what is thought aloud."""
        text, self._held = self._held + piece, ""
        spoken: list[str] = []
        while text:
            tag = (_THOUGHT if self._thinking else _THINKING).search(text)
            if tag is None:
                unfinished = _TAG.search(text, max(0, len(text) - 12))
                end = unfinished.start() if unfinished else len(text)
                text, self._held = text[:end], text[end:]
            part = text[: tag.start()] if tag else text
            if not self._thinking:
                spoken.append(part)
            self._thinking = self._thinking != bool(tag)
            text = text[tag.end() :] if tag else ""
        return "".join(spoken)

    def _take(self, *, final: bool) -> list[Written]:
        found: list[Written] = []
        while self._text:
            end = self._sentence_end(final)
            if end is None:
                return found
            found += _written(self._text[:end])
            self._text, self._from = self._text[end:], 0
        return found

    def _sentence_end(self, final: bool) -> int | None:
        """Where the first sentence ends; None where that cannot be said yet."""
        if self._leads is None:
            unsure = not final and len(self._text) < LOOK
            if unsure and _MAY_LEAD.match(self._text):
                return None
            self._leads = _LEADING.match(self._text, 0, LOOK) is not None
        while stop := _STOP.search(self._text, self._from, LONGEST):
            end = self._ends_at(stop, final)
            if end is None:
                return None
            if end:
                return end
            self._from = stop.end()
        if len(self._text) < LONGEST + LOOK:
            return None
        return max(self._text.rfind(" ", 0, LONGEST), 0) or LONGEST

    def _ends_at(self, stop: re.Match[str], final: bool) -> int | None:
        """Where the sentence ends that may end at a stop: 0 if it does not, None if unknown yet."""
        at = stop.start() if stop[0] == "\n" else stop.end()
        ahead = self._text[at : at + LOOK]
        sure = final or len(ahead) == LOOK
        if stop[0] == "\n":
            if not sure:
                return None
            return at + 1 if _NEW_BLOCK.match(ahead) and self._text[:at].strip() else 0
        trailing = _TRAILING.match(ahead)
        behind = trailing.end() if trailing and not self._leads else 0
        rest = ahead[behind:]
        word = re.match(r"\s*\S+(?=\s)", rest)
        if not sure and (word is None or _OPENED.match(rest)):
            return None
        if _NUMBERED.match(self._text[:at]):
            return 0
        if self._leads:
            rest = _MARK.sub("", rest)
            word = re.match(r"\s*\S+", rest)
        following = word[0].strip() if word else rest.strip()
        if not following:
            return at + behind if final else 0
        if behind == 0 and not rest[:1].isspace():
            return 0
        new = _NEW_BLOCK.match(rest) or _begins(self._text[:at], following)
        return at + behind if new else 0


def read_marks(text: str) -> list[Written]:
    """The sentences of a whole text with their marks."""
    reader = MarkReader()
    return [*reader.feed(text), *reader.close()]


def named_sources(text: str) -> list[tuple[int, int, list[int]]]:
    """Where a sentence speaks of "Source 1": span in characters, end-exclusive, and numbers."""
    return [(*match.span(), _numbers(match[1])) for match in _NAMED.finditer(text)]


def _begins(before: str, word: str) -> bool:
    """Whether a word begins a new sentence behind a full stop, and not "troops" behind "U.S."."""
    from sentencex import segment

    plain = " ".join(_MARK.sub("", before).split())
    found = [part for part in segment("en", f"{plain} {word}") if part.strip()]
    return len(found) > 1 and found[-1].strip() == word


def _written(text: str) -> list[Written]:
    """A stretch as a sentence; none where it holds no words."""
    text = _EMPHASIS.sub("", _BULLET.sub("", _FENCE.sub("", text)))
    numbers = [
        number for match in _MARK.finditer(text) for number in _numbers(match[1] or match[2])
    ]
    plain = " ".join(_MARK.sub("", text).split())
    plain, trailing = _without_trailing_source(plain)
    if not re.search(r"\w", plain):
        return []
    numbers += trailing
    numbers += [number for _, _, found in named_sources(plain) for number in found]
    return [Written(plain, tuple(dict.fromkeys(numbers)))]


def _without_trailing_source(text: str) -> tuple[str, list[int]]:
    """The sentence without a "Source: 1." behind its full stop, and the numbers there."""
    found = re.search(rf"(?<=[.!?…\"”])\s+{_SOURCE}:?\s+#?({_NUMBERS})\.?$", text, re.IGNORECASE)
    return (text[: found.start()], _numbers(found[1])) if found else (text, [])


def _numbers(found: str) -> list[int]:
    numbers: list[int] = []
    for first, last in _RANGE.findall(found):
        numbers += range(int(first), min(int(last), int(first) + MOST_IN_RANGE) + 1)
    return numbers + [int(number) for number in re.findall(r"\d+", _RANGE.sub("", found))]
