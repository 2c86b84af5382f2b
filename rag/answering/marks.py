"""Read the text of an LLM as sentences, each with the numbers of evidence that mark it.

A sentence is given out as soon as it is whole. Sentences do not depend on how the text was cut
into pieces: every decision waits until the text that it looks at is there. Each looks at no more
than LOOK_AHEAD characters and a sentence has at most LONGEST_SENTENCE, so that time is linear in
the text, whatever it holds.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.answering.written.lines import LineReader

_SOURCE = r"(?:sources?|evidence|docs?|documents?|articles?|passages?|refs?|quotes?|excerpts?)"
_NUMBERS = rf"\d{{1,6}}(?:\s*(?:,|;|–|-|and|&)\s*(?:{_SOURCE}:?\s*)?\d{{1,6}}){{0,20}}"
# [1], [1, 2], [1-3], [[1]], [^1], 【1】, 【1†source】, [Source 1], (Source: 1), [1](#link); not
# (1), which lists use.
_MARKED = (
    rf"[ \t]*(?:[\[【]{{1,2}}\s*\^?(?:{_SOURCE}:?)?\s*({_NUMBERS})"
    r"(?:†[^\]】\n]{0,40})?\s*[\]】]{1,2}"
    rf"(?:\((?:https?:|#)[^()\s]{{0,80}}\))?"
    rf"|\(\s*{_SOURCE}:?\s*({_NUMBERS})\s*\))"
)
# Only where a run of blanks begins, or else each blank of a long run would be tried to its end.
_MARK = re.compile(rf"(?<![ \t]){_MARKED}", re.IGNORECASE)
# "Source 1 says", where the words are part of the sentence. Of "document 3" and "article 5" an
# answer may really speak.
_NAMED = re.compile(rf"\b(?:sources?|evidence)\s+#?({_NUMBERS})(?!\w)", re.IGNORECASE)
# "According to [1]", "[1] says": marks that are words of the sentence.
_SEVERAL = r"\[\s*\^?\d{1,6}\s*\](?:\s*(?:,|and|&|,\s*and)?\s*\[\s*\^?\d{1,6}\s*\]){0,5}"
_SAYS = (
    r"(?:also\s+|both\s+|all\s+)?(?:says?|states?|reports?|notes?|claims?|mentions?|describes?|"
    r"gives?|puts?|adds?|explains?|shows?|confirms?|indicates?|tells?|writes?|argues?|suggests?|"
    r"lists?|estimates?|quotes?|agrees?|disagrees?|differs?)\b"
)
_BY = (
    r"according to|as per|per|as (?:stated|reported|noted|described|mentioned|given|shown|said) "
    r"(?:in|by)|(?:stated|reported|noted|described|mentioned) (?:in|by)|laut|gemäß|selon|"
    r"d[’']après|según|secondo|segundo|volgens|według|согласно"
)
_AS_WORDS = re.compile(
    rf"(?<!\w)(?P<by>(?:{_BY})\s+)(?P<one>{_SEVERAL})|(?P<other>{_SEVERAL})(?=\s+{_SAYS})",
    re.IGNORECASE,
)
_SUBJECT = re.compile(rf"\s*(?:[-*•]\s+)?{_SEVERAL}\s+{_SAYS}", re.IGNORECASE)
# "([1], [2])", "(see [1])": a mark in brackets of its own.
_BRACKETED = re.compile(
    rf"\(\s*(?:(?:see|cf\.?|vgl\.?|siehe|voir|source:?|sources:?)\s+)?({_SEVERAL})\s*\)",
    re.IGNORECASE,
)
# What stands between "[1], [2]", and before an answer.
_MARK_JOIN = re.compile(r"(?<=\])[ \t]{0,3}(?:,|;|&|and\b)[ \t]{0,3}(?=\[\^?\d)")
_LEAD_IN = re.compile(
    r"^\s*(?:(?:final\s+)?answer|antwort|réponse|respuesta|risposta|resposta|antwoord|odpowiedź|"
    r"ответ|答案|回答|الإجابة)\s*[:：]\s*",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?…]+[\"”’')*_]*|[。！？]+[”’」』）]*|\n")
_WIDE_STOPS = "。！？"  # behind which no space stands
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*\n?", re.MULTILINE)
# What may stand behind a full stop and belong to the sentence before it.
_TRAILING = re.compile(
    rf"(?:\s*(?:{_MARKED})|\s*\b{_SOURCE}:?\s+#?{_NUMBERS}\."
    r"|\n[ \t]*(?:```|~~~)[^\n]*(?=\n))*",
    re.IGNORECASE,
)
# "Source: 1." behind the full stop of a sentence.
_TRAILING_SOURCE = re.compile(rf"(?<=[.!?…\"”])\s+{_SOURCE}:?\s+#?({_NUMBERS})\.?$", re.IGNORECASE)
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
# Models that think aloud do so before they answer; that is no part of the answer.
_THINKING = re.compile(r"<(think|thinking|reasoning)>", re.IGNORECASE)
_THOUGHT = re.compile(r"</(?:think|thinking|reasoning)>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z]{0,9}$", re.IGNORECASE)
_MAX_RANGE = 20  # numbers of "[1-999999]" that are read
LOOK_AHEAD = 120  # characters behind a full stop that may decide whether it ends the sentence
LONGEST_SENTENCE = 1_000  # characters; a longer one is cut


class WrittenSentence(NamedTuple):
    """A sentence without its marks, and the numbers in them, in order."""

    text: str
    numbers: tuple[int, ...]


class MarkReader:
    """A reader of a text that comes in pieces.

    A mark behind a full stop belongs to the sentence before it, unless the text begins with a
    mark: then each mark belongs to the sentence behind it.
    """

    def __init__(self) -> None:
        self._lines = LineReader()
        self._text = ""  # not yet a sentence
        self._from = 0  # offset in it from which the next full stop is looked for
        self._held = ""  # possibly the beginning of a tag
        self._thinking = False
        self._leads: bool | None = None  # whether marks stand before their sentences

    def feed(self, piece: str) -> list[WrittenSentence]:
        """Take the next piece of the text; return the sentences that are whole now."""
        self._text += self._lines.feed(self._spoken(piece))
        return self._take(final=False)

    def close(self) -> list[WrittenSentence]:
        """Return the sentences that are left at the end of the text."""
        if not self._thinking:
            self._text += self._lines.feed(self._held)
        self._text += self._lines.close()
        found = self._take(final=True)
        found += _written(_BROKEN_MARK.sub("", self._text.rstrip()))
        self._text = self._held = ""
        return found

    def _spoken(self, piece: str) -> str:
        """Return the piece without what is thought aloud."""
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

    def _take(self, *, final: bool) -> list[WrittenSentence]:
        found: list[WrittenSentence] = []
        while self._text:
            end = self._sentence_end(final)
            if end is None:
                return found
            found += _written(self._text[:end])
            self._text, self._from = self._text[end:], 0
        return found

    def _sentence_end(self, final: bool) -> int | None:
        """Return where the first sentence ends, or None where that is not known yet."""
        if self._leads is None:
            unsure = not final and len(self._text) < LOOK_AHEAD
            if unsure and _MAY_LEAD.match(self._text):
                return None
            leading = _LEADING.match(self._text, 0, LOOK_AHEAD) is not None
            self._leads = leading and not _SUBJECT.match(self._text, 0, LOOK_AHEAD)
        while stop := _STOP.search(self._text, self._from, LONGEST_SENTENCE):
            end = self._ends_at(stop, final)
            if end is None:
                return None
            if end:
                return end
            self._from = stop.end()
        if len(self._text) < LONGEST_SENTENCE + LOOK_AHEAD:
            return None
        return max(self._text.rfind(" ", 0, LONGEST_SENTENCE), 0) or LONGEST_SENTENCE

    def _ends_at(self, stop: re.Match[str], final: bool) -> int | None:
        """Return where a sentence ends that may end at a stop: 0 if it goes on, None if unknown."""
        at = stop.start() if stop[0] == "\n" else stop.end()
        ahead = self._text[at : at + LOOK_AHEAD]
        sure = final or len(ahead) == LOOK_AHEAD
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
        if stop[0][0] in _WIDE_STOPS:
            return at + behind
        if behind == 0 and not rest[:1].isspace():
            return 0
        new = _NEW_BLOCK.match(rest) or _begins(self._text[:at], following)
        return at + behind if new else 0


def read_marks(text: str) -> list[WrittenSentence]:
    """Return the sentences of a whole text."""
    reader = MarkReader()
    return [*reader.feed(text), *reader.close()]


def named_sources(text: str) -> list[tuple[int, int, list[int]]]:
    """Find where a sentence mentions "Source 1": start, end (exclusive) and the numbers."""
    return [(*match.span(), _numbers(match[1])) for match in _NAMED.finditer(text)]


def _begins(before: str, word: str) -> bool:
    """Return whether a word behind a full stop begins a sentence, unlike "troops" behind "U.S."."""
    from sentencex import segment

    plain = " ".join(_MARK.sub("", before).split())
    found = [part for part in segment("en", f"{plain} {word}") if part.strip()]
    return len(found) > 1 and found[-1].strip() == word


def _written(text: str) -> list[WrittenSentence]:
    """Make a sentence of a stretch of text; none where it has no words."""
    text = _EMPHASIS.sub("", _BULLET.sub("", _FENCE.sub("", text)))
    text = _BRACKETED.sub(r" \1", _AS_WORDS.sub(_named, _LEAD_IN.sub("", text)))
    text = _MARK_JOIN.sub("", text)
    numbers = [
        number for match in _MARK.finditer(text) for number in _numbers(match[1] or match[2])
    ]
    plain = " ".join(_MARK.sub("", text).split())
    source = _TRAILING_SOURCE.search(plain)
    if source:
        plain = plain[: source.start()]
        numbers += _numbers(source[1])
    if not re.search(r"\w", plain):
        return []
    numbers += [number for _, _, found in named_sources(plain) for number in found]
    return [WrittenSentence(plain, tuple(dict.fromkeys(numbers)))]


def _named(marks: re.Match[str]) -> str:
    """Put "Source 1 and 2" in place of marks that are words of a sentence."""
    numbers = re.findall(r"\d+", marks["one"] or marks["other"])
    return f"{marks['by'] or ''}Source {' and '.join(numbers)}"


def _numbers(found: str) -> list[int]:
    """Read "1, 3-5" as 3, 4, 5, 1: ranges come first."""
    numbers: list[int] = []
    for first, last in _RANGE.findall(found):
        numbers += range(int(first), min(int(last), int(first) + _MAX_RANGE) + 1)
    return numbers + [int(number) for number in re.findall(r"\d+", _RANGE.sub("", found))]
