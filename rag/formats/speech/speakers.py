"""Who speaks in subtitles: the names in front of colons, dashes and arrows.

Words that are given to the wrong person are worse than words of nobody. So what may be a name or
a word of a sentence begins a turn of nobody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag.formats.speech.cues import Cue

ENDS = tuple('.!?…。！？"”»)')  # of sentences
_WIDE = "\u2e80"  # Chinese and Japanese characters begin here; no space joins their lines
_ARROWS = ">>"
_OTHER_SPEAKS = re.compile(r">{2,3}\s*|[-–—‐]\s*(?=[^\W\d_]|\W*[^\W\d_])")
_NAMED = re.compile(r"\[?(?P<who>[^\W_][^:\[\]\n]{0,39}?)\]?\s?[:：]\s+(?=\S)")
_MOST_WORDS_OF_A_NAME = 4
_MOST_WORDS_OF_AN_ACCOUNT = 6  # of a name that a program puts before every cue: "Ann Lee (Holm)"
_LONGEST_PARTICLE = 3  # letters of the words that are small in a name: "Ludwig van der Aa"
_EVERY_CUE = 0.8  # part of the cues that begin with a name, where a program puts it there
_VOICED = 0.5  # part of the cues whose speakers markup names
_WORD = re.compile(r"[^\W\d_]+")


class SpokenPiece(NamedTuple):
    """Words of one speaker; ``other`` says that somebody else begins to speak."""

    who: str
    other: bool
    words: str


class _Label(NamedTuple):
    """What stands before a colon, and whether a turn could begin there."""

    who: str
    is_first: bool  # whether in the first line of a cue
    opens: bool  # whether the words before it ended a sentence
    arrows: bool


class CueSpeakers:
    """Tells names from other words in front of colons, and the words of each speaker."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        """Learn the names of all cues."""
        voiced = sum(1 for cue in cues if any(cue.voices))
        self._is_voiced = voiced >= _VOICED * len(cues) > 0
        self._ended = True  # whether the last words ended a sentence
        labels = list(_labels(cues))
        first = [label.who for label in labels if label.is_first]
        self._open = set[str]()
        if len(first) > 1 and len(first) >= _EVERY_CUE * len(cues):
            self._names = {who for who in first if len(who.split()) <= _MOST_WORDS_OF_AN_ACCOUNT}
            return
        labels = [each for each in labels if each.who[0].isalpha()]
        count = Counter(label.who for label in labels)
        self._names = {
            who
            for who, times in count.items()
            if len(who.split()) <= _MOST_WORDS_OF_A_NAME
            and ((who.isupper() and len(who) > 1) or (times > 1 and _is_name(who)))
        }
        if self._names:
            self._add_rare(labels, cues)

    def _add_rare(self, labels: Sequence[_Label], cues: Sequence[Cue]) -> None:
        """Add who speaks once, beside those who are known; a word alone may be one or none."""
        lower = {
            word
            for cue in cues
            for line in cue.lines
            for word in _WORD.findall(line)
            if word[0].islower()
        }
        known = {word for name in self._names for word in name.split()}
        for label in labels:
            words = label.who.split()
            if label.who in self._names or len(words) > _MOST_WORDS_OF_A_NAME:
                continue
            if not _is_name(label.who) or not (label.opens or label.arrows):
                continue
            if all(word.lower() in lower for word in words):
                continue  # "Remember: …"
            certain = len(words) > 1 or label.arrows or words[0] in known
            (self._names if certain else self._open).add(label.who)

    def pieces(self, cue: Cue) -> list[SpokenPiece]:
        """Return the words of a cue by speaker; cues come in order.

        Where markup names the speakers, a sentence without one is nobody's.
        """
        pieces: list[SpokenPiece] = []
        dashes = sum(1 for line in cue.lines if _OTHER_SPEAKS.match(line))
        for line, voice in zip(cue.lines, cue.voices, strict=True):
            other = _OTHER_SPEAKS.match(line)
            # A dash alone may also be one in a sentence.
            is_other = other is not None and (
                line.startswith(_ARROWS) or dashes > 1 or line is cue.lines[0]
            )
            words = line[other.end() :] if other and is_other else line
            named = _NAMED.match(words)
            label = named["who"].strip() if named else ""
            who = label if label in self._names else ""
            if named and who:
                words = words[named.end() :]
            who = who or voice
            is_other |= not who and (label in self._open or (self._is_voiced and self._ended))
            self._ended = line.endswith(ENDS)
            if is_other or not pieces or (who and who != pieces[-1].who):
                pieces.append(SpokenPiece(who, is_other, words))
            else:
                pieces[-1] = pieces[-1]._replace(words=joined(pieces[-1].words, words))
        return pieces


def _labels(cues: Sequence[Cue]) -> Iterator[_Label]:
    """Yield what stands in front of colons at the beginning of lines."""
    opens = True
    for cue in cues:
        for number, line in enumerate(cue.lines):
            match = _NAMED.match(_OTHER_SPEAKS.sub("", line, count=1))
            if match:
                yield _Label(match["who"].strip(), number == 0, opens, line.startswith(_ARROWS))
            opens = line.endswith(ENDS)


def _is_name(label: str) -> bool:
    """Return whether the words of a label are written as those of a name are."""
    words = label.split()
    return not words[0][0].islower() and all(
        not word[0].islower() or len(word) <= _LONGEST_PARTICLE for word in words
    )


def joined(before: str, behind: str) -> str:
    """Return words that stand behind one another."""
    wide = bool(before and behind) and before[-1] >= _WIDE and behind[0] >= _WIDE
    return before + ("" if wide or not before else " ") + behind
