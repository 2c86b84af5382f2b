"""Stories of sentences that are known, with all that makes reading a page hard.

Figures, dates, quotes, abbreviations, compounds and the marks of notes stand in them at random. A
mark is written ``^1`` behind its word; how it may be read is what :func:`readings` says.
"""

from __future__ import annotations

import random
import re
from typing import Literal, NamedTuple

from rag.text.sentences import split_sentences

PartKind = Literal["heading", "paragraph", "table", "list", "box"]
MARK = re.compile(r"\^(\d+)")
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Part(NamedTuple):
    """A part of a story.

    ``texts`` are the words of a heading, the sentences of a paragraph or a box, the items of a
    list, or the rows of a table with a tab between their cells. Items that begin with a tab are
    nested.
    """

    kind: PartKind
    texts: tuple[str, ...]


class Story(NamedTuple):
    """A document before it is laid out."""

    title: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...]  # by number, from 1
    seed: int  # of its words, and of how its pages look


_WHO = """
The council|The harbour master|Dr. Elin Moe|A committee of five|Mrs. Asta Krog|The museum of Arbo
|The mother-in-law of the mayor|Prof. J. Weil|The north-eastern district|Nobody in the village
|The insurance company Lind & Sons|The long-serving schoolteacher|Captain Hagen's widow
|The well-known photographer|A spokeswoman of the Ministry of Agriculture|The engineer
|The U.S. consulate|An anonymous correspondent
"""
_DID = """
has described|approved|could not find|paid for|sold|inspected|rejected|measured|has photographed
|remembers|wanted to demolish|described as irreplaceable|is responsible for|never mentioned
|has insured|compared|reconstructed|administers
"""
_WHAT = """
the lighthouse|twenty-three bells|the new fish ladder|{n} apple trees|the accounts of {y}
|a bridge of {d} metres|the twelfth-century church|documents worth {m} euros|{p}% of the forest
|the so-called gull rock|{m} letters and {n} telegrams|an unusually heavy thunderstorm
|the maintenance of the waterworks|its half-timbered houses|the consequences of the flood
|all the unemployed fishermen|no. {n} of the register|a short-lived railway of {d} km
"""
_TAIL = """
on {day} March {y}|in the winter of {y}|, although it rained for {n} days|within {n} hours
|for {m} crowns|, e.g. near the weir|(see p. {n})|at a temperature of minus {n} °C
|between {y} and 1999|because of an administrative misunderstanding
|, as the Gazette reported on {day} June {y}
|in spite of the extraordinary circumstances|, “which surprised everybody”|twice a year
|; the reason is unknown|without consulting the neighbouring municipalities
|by a majority of {n} to 4|: this was considered satisfactory
"""
_SAID = """
“{s},” said {w} on {day} May|According to {w}, {t}|In {y}, {t}|{m} people signed, and {t}
|However, {t}|On {day} October {y}, {t}|{p} per cent of them agreed that {t}|“{s},” it says
"""
_HEADINGS = """
The Early Years|Water and Ice|What the Archives Hold|Money|A Railway That Never Ran|The Harbour
|Results|Consequences of the Flood|The Museum|Later Owners
"""


class Writer:
    """Writes sentences, no two alike, from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._written: set[str] = set()
        self.notes: list[str] = []

    def sentence(self) -> str:
        """Return a sentence that there was not before."""
        while True:
            plain = self._plain()
            if self._random.random() < 0.4:  # of the sentences are put into another
                who, frame = self._choose(_WHO), self._choose(_SAID)
                inner = {"s": plain, "t": _lowered(plain), "w": _lowered(who)}
                plain = frame.format(**self._figures(), **inner)
            if plain not in self._written:
                self._written.add(plain)
                return f"{plain}."

    def paragraph(self, size: int, *, marked: bool = False) -> tuple[str, ...]:
        """Return sentences that, one behind the other, are told apart again."""
        while True:
            sentences = [self.sentence() for _ in range(size)]
            text = " ".join(sentences)
            if [text[s.start : s.end] for s in split_sentences(text, ())] == sentences:
                break
        if marked:
            at = self._random.randrange(size)
            sentences[at] += f"^{len(self.notes) + 1}"
            self.notes.append(f"See the report of {self._random.randint(1890, 1995)}.")
        return tuple(sentences)

    def table(self) -> tuple[str, ...]:
        """Return the rows of a table, its header first."""
        rows = ["Place\tHeight in m\tVisitors\tOpened"]
        for place in self._random.sample(["Arbo", "Holm", "Sund", "Vik", "Old Quay", "Dal"], 4):
            figures = self._figures()
            rows.append(f"{place}\t{figures['d']}\t{figures['m']}\t{figures['y']}")
        return tuple(rows)

    def items(self) -> tuple[str, ...]:
        """Return the items of a list, some of them nested."""
        return tuple(("", "\t", "\t", "")[at % 4] + self.paragraph(1)[0] for at in range(6))

    def heading(self, at: int) -> str:
        """Return one of the headings, by its number."""
        return _options(_HEADINGS)[at % len(_options(_HEADINGS))]

    def _plain(self) -> str:
        words = f"{self._choose(_WHO)} {self._choose(_DID)} {self._choose(_WHAT)}"
        tail = self._choose(_TAIL)
        gap = "" if tail[0] in ",;:" else " "
        return (words + gap + tail).format(**self._figures())

    def _choose(self, options: str) -> str:
        return self._random.choice(_options(options))

    def _figures(self) -> dict[str, str]:
        pick = self._random.randint
        return {
            "n": str(pick(5, 96)),
            "y": str(pick(1790, 1998)),
            "d": f"{pick(2, 80)}.{pick(1, 9)}",
            "m": f"{pick(1, 88)},{pick(100, 999)}",
            "p": str(pick(11, 98)),
            "day": str(pick(1, 30)),
        }


def _options(listed: str) -> list[str]:
    return [option.strip() for option in listed.replace("\n", "").split("|")]


def _lowered(text: str) -> str:
    """Return words as they stand amid a sentence, where names keep their capitals."""
    first = text.split()[0]
    return text[0].lower() + text[1:] if first in ("The", "A", "An", "Nobody") else text


def readings(text: str) -> set[str]:
    """Return the ways in which a text with marks of notes may be read."""
    raised = MARK.sub(lambda mark: mark[1].translate(RAISED), text)
    return {raised, MARK.sub(r" [\1]", text), MARK.sub(r"[\1]", text)}


def note_readings(number: int, note: str) -> set[str]:
    """Return the ways in which a note at the foot of a page may be read."""
    raised = str(number).translate(RAISED)
    return {note, f"{number} {note}", f"[{number}] {note}", f"{raised} {note}", raised + note}
