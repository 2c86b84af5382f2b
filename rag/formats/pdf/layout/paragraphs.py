"""The lines of a column as paragraphs, entries of lists, headings and fields."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

from rag.formats.pdf.layout.zones import Zone
from rag.formats.pdf.lines import Fragment
from rag.formats.pdf.markers import (
    BULLET_AT_START,
    CAPTION,
    DECIMAL,
    LEADERS,
    MARKER,
    SURE_BULLETS,
    is_ended,
    is_field,
    is_kin,
    is_leftward,
)
from rag.formats.pdf.words import Joiner

PieceKind = Literal["text", "heading", "item", "row", "header", "field", "clutter"]

_SAME_SIZE = 0.07  # by which sizes of one paragraph may differ
_INDENT = 0.8, 6.0  # of the size: how far in the first line of a paragraph begins
_WIDE_GAP = 2.0  # of the size: words this far apart on a line do not belong together
_LEADING = 1.25  # of the size, from line to line, where the document does not tell
_MORE = 0.3  # of the size: white above a line beyond the usual parts paragraphs
_NEARLY_FULL = 0.85  # of its paragraph's width: a line this long was wrapped, not ended
_HEADING_WORDS = 25
_HEADING_LINES = 4


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


@dataclass(eq=False)
class Piece:
    """A part of the document, before its pieces on several pages are put together.

    Attributes:
        full: whether its last line reaches the edge of the column, so that it may go on.
        indented: whether its first line is set in, which begins a paragraph.
        aside: whether it stands beside the running text, as a caption or a footnote does.
        breaks: offsets at which a new page begins.
    """

    kind: PieceKind
    text: str
    page: int
    size: float = 0.0
    bold: bool = False
    level: int = 0
    label: str = ""
    cells: list[str] = field(default_factory=list)
    header: list[str] = field(default_factory=list)
    full: bool = False
    indented: bool = False
    aside: bool = False
    zone: int = 0
    x0: float = 0.0
    y: float = 0.0
    breaks: list[int] = field(default_factory=list)
    edges: list[float] = field(default_factory=list)

    @property
    def is_ended(self) -> bool:
        """Return whether its last sentence has an end."""
        return is_ended(self.text)


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
        for size, step in _wrapped_steps(lines_of(zone), zone):
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


def _wrapped_steps(lines: list[ColumnLine], zone: Zone) -> Iterator[tuple[float, float]]:
    """Yield the size, and the step to the next line, of lines that fill their column."""
    for one, two in itertools.pairwise(lines):
        if _alike(one, two) and one.x1 > zone.x1 - 0.15 * (zone.x1 - zone.x0):
            step = two.y - one.y
            if 0.8 * one.size < step < 2.4 * one.size:
                yield round(one.size * 2) / 2, round(step * 2) / 2


def _alike(one: ColumnLine, two: ColumnLine) -> bool:
    return abs(one.size - two.size) <= _SAME_SIZE * max(one.size, two.size)


class Paragraphs:
    """Reads the lines of one zone."""

    def __init__(self, zone: Zone, style: Style, joiner: Joiner, page: int, number: int) -> None:
        self._zone, self._style, self._join = zone, style, joiner.join
        self._page, self._number = page, number
        self._lines = lines_of(zone)
        found: dict[float, Counter[float]] = {}
        for size, step in _wrapped_steps(self._lines, zone):
            found.setdefault(size, Counter())[step] += 1
        self._steps = style.steps | {
            size: steps.most_common(1)[0][0] for size, steps in found.items() if steps.total() >= 3
        }
        self._hanging = self._is_hanging()

    def pieces(self) -> list[Piece]:
        """Return the parts that the lines make."""
        found: list[Piece] = []
        for group in self._groups():
            found += self._read_group(group)
        return found

    def _is_hanging(self) -> bool:
        """Return whether lines after the first of a paragraph are set in, as in bibliographies."""
        shifts = [
            two.x0 - one.x0
            for one, two in zip(self._lines, self._lines[1:], strict=False)
            if _alike(one, two) and two.text[:1].islower() and not MARKER.match(one.text)
        ]
        inward = sum(shift > _INDENT[0] * self._style.size for shift in shifts)
        return inward >= 2 and inward > sum(shift < -2 for shift in shifts)

    def _groups(self) -> Iterator[list[ColumnLine]]:
        """Yield lines that are set alike and stand close together."""
        group: list[ColumnLine] = []
        for line in self._lines:
            if group and not self._stays(group[-1], line):
                yield group
                group = []
            group.append(line)
        if group:
            yield group

    def _stays(self, one: ColumnLine, two: ColumnLine) -> bool:
        """Return whether a line may belong to the paragraph of the one above it."""
        if not _alike(one, two) or any(map(_stands_alone, (one, two))):
            return False
        usual = self._steps.get(round(one.size * 2) / 2, _LEADING * one.size)
        step = two.y - one.y
        goes_on = two.text[:1].islower() and not is_ended(one.text) and self._fills(one)
        if step > usual + (0.7 if goes_on else _MORE) * one.size:
            return False
        return one.bold == two.bold or goes_on or (self._fills(one) and not is_ended(one.text))

    def _fills(self, line: ColumnLine) -> bool:
        """Return whether a line reaches towards the edge of the column."""
        return line.x1 > self._zone.x1 - 0.2 * (self._zone.x1 - self._zone.x0)

    def _read_group(self, group: list[ColumnLine]) -> list[Piece]:
        if any(part.kind for part in group[0].parts):
            return [
                self._piece("field" if part.kind else "text", part.text, group)
                for part in group[0].parts
            ]
        if _is_spread(group[0]):
            return [self._row_of(group[0])]
        if self._is_heading(group):
            text = ""
            for line in group:
                text = self._join(text, line.text)
            return [self._piece("heading", text, group)]
        return [piece for lines in self._paragraphs(group) for piece in self._as_pieces(lines)]

    def _row_of(self, line: ColumnLine) -> Piece:
        cells = [text for each in line.parts for text in LEADERS.split(each.text) if text.strip()]
        piece = self._piece("row", " ".join(cells), [line])
        piece.cells = cells
        return piece

    def _is_heading(self, group: list[ColumnLine]) -> bool:
        text = " ".join(line.text for line in group)
        words = len(text.split())
        if (
            words > _HEADING_WORDS
            or len(group) > _HEADING_LINES
            or not re.search(r"[^\W\d_]", text)
        ):
            return False
        larger = group[0].size > self._style.size * 1.1
        ends = text[-1] in ".,;" or (text[-1] == ":" and not larger)
        if larger:
            return not (ends and words > 8)
        if ends or group[0].size < 0.9 * self._style.size:
            return False
        bold = all(line.bold for line in group) and not self._style.bold
        loud = text.isupper() and len(group) <= 2 and words <= 12 and len(text) >= 4
        if loud and not bold:
            return len(self._lines) > len(group)
        return bold and not is_field(text)

    def _paragraphs(self, group: list[ColumnLine]) -> Iterator[list[ColumnLine]]:
        """Yield the lines of a group, paragraph by paragraph."""
        left, markers = min(line.x0 for line in group), self._markers(group)
        rooms = self._rooms(group)
        current = [group[0]]
        for n in range(1, len(group)):
            one, two = group[n - 1], group[n]
            ended = rooms[n - 1] and is_ended(one.text)
            listed = markers[n] or (rooms[n - 1] and MARKER.match(two.text))
            if listed or ended or self._begins(current, one, two, left):
                yield current
                current = []
            current.append(two)
        yield current

    def _begins(
        self, current: list[ColumnLine], one: ColumnLine, two: ColumnLine, left: float
    ) -> bool:
        """Return whether the indent of a line begins a paragraph."""
        shift = (two.x0 - one.x0) / two.size
        if self._is_centered(one, two) or two.text[:1].islower():
            return False
        in_list = MARKER.match(current[0].text) is not None
        if in_list or self._hanging:
            return (
                shift < -_INDENT[0]
                and two.x0 < current[0].x0 + _INDENT[0] * two.size
                and (
                    self._hanging
                    or len(current) > 1
                    or two.x0 < current[0].x0 - _INDENT[0] * two.size
                )
            )
        inward = _INDENT[0] < shift < _INDENT[1] and abs(one.x0 - left) < _INDENT[0] * one.size
        outward = shift < -_INDENT[0] and len(current) > 1
        return inward or outward

    def _is_centered(self, one: ColumnLine, two: ColumnLine) -> bool:
        middles = (one.x0 + one.x1) / 2, (two.x0 + two.x1) / 2
        return abs(middles[0] - middles[1]) < 2 and abs(one.x0 - two.x0) > 4

    def _markers(self, group: list[ColumnLine]) -> list[bool]:
        """Return which lines begin an entry of a list."""
        found = [MARKER.match(line.text) for line in group]
        sure = []
        for n, match in enumerate(found):
            if match is None:
                sure.append(False)
                continue
            mark = match.group(1)
            twins = [
                other
                for m, other in enumerate(found)
                if other is not None and m != n and abs(group[m].x0 - group[n].x0) < 3
            ]
            before = group[n - 1] if n else None
            wraps = before is not None and self._fills(before) and not is_ended(before.text)
            kin = [other for other in twins if is_kin(mark, other.group(1))]
            outdented = any(
                line.x0 > group[n].x0 + 0.5 * line.size for line in group[n + 1 : n + 2]
            )
            if DECIMAL.fullmatch(mark) and group[n].text[match.end()].islower():
                sure.append(bool(kin) and not wraps)  # a number, as in "3.4 million"
                continue
            sure.append(
                mark in SURE_BULLETS
                or bool(kin)
                or (not wraps and (before is None or outdented or bool(twins)))
            )
        return sure

    def _rooms(self, group: list[ColumnLine]) -> list[bool]:
        """Return after which lines there was room for the first word of the next."""
        if len(group) < 2:
            return [False]
        widest = max(line.x1 for line in group)
        pairs = list(itertools.pairwise(group))
        tight = [_has_room(one, two, widest) for one, two in pairs]
        if all(is_field(line.text) for line in group):
            return [True] * len(pairs)
        onward = sum(two.text[:1].islower() for _, two in pairs) >= 0.3 * len(pairs)
        narrow = widest - self._zone.x0 < 0.6 * (self._zone.x1 - self._zone.x0)
        wrapped = onward or (sum(tight) * 2 < len(tight) and not narrow)
        if wrapped and len(pairs) > 1:  # wrapped text: only its ends are short
            much = 0.25 * (widest - min(line.x0 for line in group))
            return [
                room
                and not two.text[:1].islower()
                and (is_ended(one.text) or widest - one.x1 > two.first + much)
                for room, (one, two) in zip(tight, pairs, strict=True)
            ]
        wide = max(widest, self._zone.x1)
        if len(pairs) == 1 and not tight[0]:
            one, two = pairs[0]
            short = one.x1 - one.x0 < 0.55 * (wide - self._zone.x0)
            return [short and not two.text[:1].islower() and _has_room(one, two, wide)]
        loose = [_has_room(one, two, wide) for one, two in pairs]
        left = min(line.x0 for line in group)
        return [
            (a or b)
            and not two.text[:1].islower()
            and one.text[-1] not in "-\u2010\u00ad"
            and (narrow or one.x1 - left < _NEARLY_FULL * (widest - left) or is_ended(one.text))
            for a, b, (one, two) in zip(tight, loose, pairs, strict=True)
        ]

    def _as_pieces(self, lines: list[ColumnLine]) -> list[Piece]:
        """Return the lines of one paragraph as text, as an entry of a list, or as fields."""
        rooms = self._rooms(lines)
        parts: list[list[ColumnLine]] = [[lines[0]]]
        for n in range(1, len(lines)):
            if rooms[n - 1]:
                parts.append([])
            parts[-1].append(lines[n])
        texts = []
        for part in parts:
            text = ""
            for line in part:
                text = self._join(text, line.text)
            texts.append(text)
        labelled = [is_field(text) for text in texts]
        if len(texts) > 1 and sum(labelled) >= max(2, 0.6 * len(texts)):
            return [
                self._piece("field" if one else "text", text, part)
                for one, text, part in zip(labelled, texts, parts, strict=True)
            ]
        text = "\n".join(texts)
        marked = MARKER.match(text)
        number = marked and DECIMAL.fullmatch(marked.group(1)) and text[marked.end()].islower()
        if marked and not number:
            return [self._piece("item", BULLET_AT_START.sub("", text, count=1), lines)]
        if LEADERS.search(text) and len(lines) == 1:
            return [self._row_of(lines[0])]
        return [self._piece("text", text, lines)]

    def _piece(self, kind: PieceKind, text: str, lines: list[ColumnLine]) -> Piece:
        first, last = lines[0], lines[-1]
        size = median(line.size for line in lines)
        small = size < 0.93 * self._style.size
        return Piece(
            kind,
            text,
            self._page,
            size=size,
            bold=all(line.bold for line in lines),
            full=self._fills(last),
            indented=first.x0 > self._zone.x0 + _INDENT[0] * size,
            aside=small or self._zone.boxed or CAPTION.match(text) is not None,
            zone=self._number,
            x0=first.x0,
            y=first.y,
        )


def _stands_alone(line: ColumnLine) -> bool:
    return any(part.kind for part in line.parts) or _is_spread(line)


def _is_spread(line: ColumnLine) -> bool:
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


def _has_room(one: ColumnLine, two: ColumnLine, edge: float) -> bool:
    """Return whether the first word of a line would have fitted on the one above."""
    return edge - one.x1 > two.first + 0.45 * two.size
