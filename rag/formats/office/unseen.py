"""White words in cells: on a white ground nobody sees them.

What gives a cell another ground than its own style, as a rule by which a sheet is coloured, is not
worked out: where there may be one, the words are held to be seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rag.formats.office.grid import CellRange, Grid
from rag.formats.office.package import child

GROUNDS = ("conditionalFormatting", "picture")  # elements of a sheet that may colour cells
_MOST_RANGES = 1_000  # that a sheet colours by rules
_MOST_WHITE = 0.3  # of the cells; where more are white, the ground is one that was not seen
_WHITE = {"rgb": ("FFFFFFFF", "00FFFFFF", "FFFFFF"), "theme": ("0",), "indexed": ("1", "9")}
_WHITE_GROUNDS = {**_WHITE, "indexed": (*_WHITE["indexed"], "65")}


@dataclass
class WhiteCells:
    """The white cells of a sheet, by row and column, and where it may have another ground."""

    places: list[tuple[int, int]] = field(default_factory=list)
    grounds: list[CellRange] = field(default_factory=list)
    is_pictured: bool = False

    def add_ground(self, ranges: list[CellRange]) -> None:
        """Note the cells that a rule may colour; without any, a picture lies behind all."""
        self.is_pictured |= not ranges or len(self.grounds) > _MOST_RANGES
        self.grounds += ranges

    def take_out(self, grid: Grid) -> int:
        """Take the cells that nobody sees out of a sheet, and return how many they are."""
        if self.is_pictured or len(self.places) > _MOST_WHITE * len(grid.cells):
            return 0
        grounds = [*self.grounds, *(table for table, _ in grid.tables)]
        unseen = [
            place for place in self.places if not any(_holds(span, place) for span in grounds)
        ]
        for place in unseen:
            del grid.cells[place]
        return len(unseen)


def is_white_on_white(font: Any | None, fill: Any | None) -> bool:
    """Return whether a style of cells writes white on white."""
    colour = child(font, "color")
    if colour is None or not _is_one_of(colour, _WHITE):
        return False
    if fill is None:
        return True
    pattern = child(fill, "patternFill")
    if pattern is None:  # a gradient
        return False
    kind = pattern.get("patternType", "none")
    front = child(pattern, "fgColor")
    solid = kind == "solid" and front is not None and _is_one_of(front, _WHITE_GROUNDS)
    return kind == "none" or solid


def _is_one_of(colour: Any, values: dict[str, tuple[str, ...]]) -> bool:
    if float(colour.get("tint", 0) or 0):
        return False
    return any(colour.get(name, "").upper() in known for name, known in values.items())


def _holds(span: CellRange, place: tuple[int, int]) -> bool:
    row, column = place
    return span.top <= row <= span.bottom and span.left <= column <= span.right
