"""The lines of a picture of text as paragraphs, told by the places of their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rag.formats.pdf.words import Joiner

_SAME_EDGE = 0.7  # heights of a line: so far apart begin the lines of one column
_WIDE = 8.0  # heights of a line: what is narrower is no line of a column
_FULL = 0.15  # of the width of a column: a line that ends so near to its edge may go on elsewhere
_LARGER = 1.5  # times the height of the lines of its column: a heading
_EMPTY = 0.1  # of the width of a column: so much white is left where a line was ended


class ScannedText(str):
    """The words of a paragraph.

    Attributes:
        goes_on: whether it may go on in another column or on the next page.
    """

    goes_on: bool = True


@dataclass
class ScannedLine:
    """A line of words, with its edges in dots of the picture."""

    words: list[str] = field(default_factory=list)
    left: int = 0
    right: int = 0
    height: int = 0
    first: int = 0  # the width of its first word

    def add(self, word: str, left: int, width: int, height: int) -> None:
        """Add the next word."""
        if not self.words:
            self.left, self.first = left, width
        self.words.append(word)
        self.right = max(self.right, left + width)
        self.height = max(self.height, height)

    @property
    def text(self) -> str:
        """Return its words."""
        return " ".join(self.words)


def paragraphs_of(blocks: Sequence[Sequence[ScannedLine]]) -> list[str]:
    """Return the paragraphs that lines make.

    Args:
        blocks: the lines of each paragraph as they were found, in the order of the picture.

    A line that ends where the next word had room, as a heading or that of an address, ends its
    paragraph.
    """
    every = [line for block in blocks for line in block]
    joiner = Joiner(line.text for line in every)
    found: list[str] = []
    for block in blocks:
        for part in _parts(block):
            text = ""
            for line in part:
                text = joiner.join(text, line.text)
            paragraph = ScannedText(text)
            paragraph.goes_on = _is_full(part[-1], every)
            found.append(paragraph)
    return found


def _parts(block: Sequence[ScannedLine]) -> list[list[ScannedLine]]:
    """Return the lines of a block, parted behind those that end early."""
    parts = [[block[0]]]
    left, right = min(line.left for line in block), max(line.right for line in block)
    for one, two in pairwise(block):
        room = right - one.right - two.first - one.height / 2
        word = two.words[0]
        if room > _EMPTY * (right - left) and not word[0].islower() and one.text[-1] not in "-,":
            parts.append([])
        parts[-1].append(two)
    return parts


def _is_full(line: ScannedLine, every: Sequence[ScannedLine]) -> bool:
    """Return whether a line reaches the edge of a column that other lines show."""
    column = [
        other
        for other in every
        if other is not line and abs(other.left - line.left) <= _SAME_EDGE * line.height
    ]
    if not column or line.right - line.left < _WIDE * line.height:
        return False
    edge, usual = max(other.right for other in column), sorted(each.height for each in column)
    wide = line.right >= edge - _FULL * (edge - line.left)
    return wide and line.height < _LARGER * usual[len(usual) // 2]
