"""The lines of a column, and how those of a document are set."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rag.formats.pdf.layout.zones import Zone
from rag.formats.pdf.lines import Fragment
from rag.formats.pdf.markers import MARKER, is_leftward
from rag.formats.pdf.tables.headers import FIGURE

_SAME_SIZE = 0.07  # by which sizes of one paragraph may differ
_DOUBLE_SPACED = 2.9  # of the size: from line to line at most
_NUMBER_WIDTH = 6  # characters: the number of a paragraph, as "[112]"
# The end of an entry of a table of contents: dots, and the number of the page.
_ENTRY_END = re.compile(r"(?:\.\s?){4,}\s*(?:\d{1,4}|[ivxlc]{1,7})$")
_WIDE_GAP = 2.0  # of the size: words this far apart on a line do not belong together


@dataclass(eq=False)
class ColumnLine:
    """A line of a column."""

    parts: list[Fragment]
    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    first: float


@dataclass
class Style:
    """How a document is set: the size of its text, whether it is bold, the step of its lines."""

    size: float = 10.0
    bold: bool = False
    steps: dict[float, float] = field(default_factory=dict)


def style_of(fragments: Sequence[Sequence[Fragment]], zones: Iterable[Zone]) -> Style:
    """Return how most of a document is set.

    Args:
        fragments: the text of each page.
        zones: all its columns.
    """
    sizes: Counter[tuple[float, bool]] = Counter()
    for page in fragments:
        for each in page:
            sizes[round(each.size * 2) / 2, each.bold] += len(each.text)
    style = Style()
    if sizes:
        (style.size, style.bold), _ = sizes.most_common(1)[0]
    steps: dict[float, Counter[float]] = {}
    for zone in zones:
        for size, step in wrapped_steps(lines_of(zone), zone):
            steps.setdefault(size, Counter())[step] += 1
    style.steps = {size: found.most_common(1)[0][0] for size, found in steps.items()}
    return style


def lines_of(zone: Zone) -> list[ColumnLine]:
    """Return the lines of a zone."""
    lines = [_line(row) for row in zone.lines]
    if sum(is_leftward(line.text) for line in lines) * 2 <= len(lines):
        return lines
    for line in lines:  # seen in a mirror, the same rules hold
        line.x0, line.x1 = zone.x0 + zone.x1 - line.x1, zone.x0 + zone.x1 - line.x0
    return lines


def _line(row: list[Fragment]) -> ColumnLine:
    longest = max(row, key=lambda each: len(each.text))
    if is_leftward(longest.text):
        row = row[::-1]
    text = " ".join(each.text for each in row)
    letters = sum(len(each.text) for each in row)
    bold = sum(len(each.text) for each in row if each.bold) > letters / 2
    first = row[0].first
    return ColumnLine(
        row, text, row[0].x0, max(f.x1 for f in row), longest.y, longest.size, bold, first
    )


def wrapped_steps(lines: list[ColumnLine], zone: Zone) -> Iterator[tuple[float, float]]:
    """Yield the size, and the step to the next line, of lines that fill their column."""
    for one, two in itertools.pairwise(lines):
        if are_alike(one, two) and one.x1 > zone.x1 - 0.15 * (zone.x1 - zone.x0):
            step = two.y - one.y
            if 0.8 * one.size < step < _DOUBLE_SPACED * one.size:
                yield round(one.size * 2) / 2, round(step * 2) / 2


def are_alike(one: ColumnLine, two: ColumnLine) -> bool:
    """Return whether two lines are of one size."""
    return abs(one.size - two.size) <= _SAME_SIZE * max(one.size, two.size)


def stands_alone(line: ColumnLine) -> bool:
    """Return whether a line is no part of a paragraph."""
    return any(part.kind for part in line.parts) or is_spread(line)


def is_part_of(one: ColumnLine, two: ColumnLine, *, flows: bool) -> bool:
    """Return whether two lines may be of one paragraph by what they hold.

    They may not where both are figures, where the first ends with the number that its dots lead
    to, and where stretches stand apart on one of them as cells do, unless a sentence goes on.

    Args:
        one, two: the lines, the upper one first.
        flows: whether the upper one fills its column and ends no sentence.
    """
    leads = ("..." in one.text or ". ." in one.text) and _ENTRY_END.search(one.text)
    if leads or (FIGURE.fullmatch(one.text) and FIGURE.fullmatch(two.text)):
        return False
    return flows or two.text[:1].islower() or not (_is_loose(one) or _is_loose(two))


def _is_loose(line: ColumnLine) -> bool:
    """Return whether a line has two stretches, the first of which is no number of the other."""
    if len(line.parts) != 2:
        return False
    first = line.parts[0].text
    return (len(first) > _NUMBER_WIDTH or first.isalpha()) and not _is_marked(line)


def is_spread(line: ColumnLine) -> bool:
    """Return whether parts of a line stand so far apart that they are no sentence."""
    gaps = [two.x0 - one.x1 for one, two in zip(line.parts, line.parts[1:], strict=False)]
    if not gaps:
        return False
    if len(gaps) > 1 and max(gaps) < 4 * line.size and max(gaps) < 2.5 * min(gaps):
        return False  # stretched to the edge
    return max(gaps) > _WIDE_GAP * line.size and not _is_marked(line)


def _is_marked(line: ColumnLine) -> bool:
    """Return whether the first of two parts is the marker of a list."""
    first = line.parts[0].text
    found = MARKER.match(f"{first} x")
    return len(line.parts) == 2 and found is not None and found.end() == len(first) + 1


def has_room(one: ColumnLine, two: ColumnLine, edge: float) -> bool:
    """Return whether the first word of a line would have fitted on the one above."""
    return edge - one.x1 > two.first + 0.45 * two.size
