"""Who speaks, in interviews and transcripts: the same few labels return before what is said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Sequence
from typing import NamedTuple

from rag.text.layout.source import TextLine, ends_sentence

_TIME = r"(?:[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?[\])]?\s*[-–]?\s*)"
_NAME = (
    r"[^\W\d_][\w.'’\-]*(?: (?:[^\W\d_][\w.'’\-]*|\d{1,2})){0,4}(?: ?\((?!\d{1,2}:)[^()]{1,40}\))?"
)
_SPOKEN = re.compile(rf"{_TIME}?({_NAME}|\*\*{_NAME}\*\*)\s?{_TIME}?(?::(?:\s+|$)|：\s*)\**")
_INITIAL = re.compile(r"([A-ZÀ-ÞА-Я])\. (?=\S)")
_MIN_TURNS = 3  # with fewer, nobody's label returns
_SENTENCES_SHARE = 0.5  # of turns that end like a sentence; values of a form do not
_MAX_NAME = 50  # characters


class SpeakerLine(NamedTuple):
    """Who speaks from a line on, and whether their words begin in the next line."""

    speaker: str
    below: bool = False


def find_turns(lines: Sequence[TextLine], taken: Container[int]) -> dict[int, SpeakerLine]:
    """Return the turn that begins with each line; none unless the same few labels return."""
    free = [at for at in range(len(lines)) if at not in taken and not lines[at].is_rule]
    turns = _returning(lines, {at: turn for at in free if (turn := _labelled(lines[at]))})
    if not turns:
        alone = {at: turn for at in free if (turn := _alone(lines, at))}
        turns = _returning(lines, alone)
    return turns


def _returning(lines: Sequence[TextLine], turns: dict[int, SpeakerLine]) -> dict[int, SpeakerLine]:
    """Return the turns of labels that return, unless they read like a form filled in often."""
    count = Counter(turn.speaker for turn in turns.values())
    again = {speaker for speaker, times in count.items() if times > 1}
    several = len(count) > 1 and len(turns) >= _MIN_TURNS
    if not again or not several or len(turns) < 1.5 * len(count):
        return {}
    said = [_last_words(lines, at) for at in turns]
    if sum(map(ends_sentence, said)) < _SENTENCES_SHARE * len(said):
        return {}
    return turns


def _last_words(lines: Sequence[TextLine], at: int) -> str:
    """Return the line that the first paragraph of a turn ends with."""
    last = at
    while last + 1 < len(lines) and not lines[last + 1].gap and not _labelled(lines[last + 1]):
        last += 1
    return lines[last].text


def _labelled(line: TextLine) -> SpeakerLine | None:
    """Return the turn that a line begins, "MAYOR: We …" or "Q. Did you …"."""
    if not (":" in line.text[:100] or "：" in line.text[:100] or line.text[1:2] == "."):
        return None
    found = _SPOKEN.match(line.text[:100]) or _INITIAL.match(line.text[:10])
    if not found:
        return None
    speaker = found[1].strip("*")
    words = re.sub(r"\(.*\)", "", speaker).split()
    named = all(not word[0].islower() or len(word) <= 3 for word in words)
    if not named or words[0][0].islower() or len(speaker) > _MAX_NAME:
        return None
    return SpeakerLine(speaker, below=found.end() >= len(line.text))


def _alone(lines: Sequence[TextLine], at: int) -> SpeakerLine | None:
    """Return the turn of a speaker in capitals on a line of their own, the words below."""
    line = lines[at]
    below = lines[at + 1] if at + 1 < len(lines) else None
    named = line.text.isupper() and len(line.text) <= _MAX_NAME and len(line.text.split()) <= 4
    if not named or below is None or below.gap or below.is_rule or below.text.isupper():
        return None
    return SpeakerLine(line.text.rstrip(" :"), below=True)
