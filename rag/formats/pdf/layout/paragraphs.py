"""The lines of a column as paragraphs, entries of lists, headings and fields."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

from rag.formats.pdf.layout.columns import (
    ColumnLine,
    Style,
    are_alike,
    has_room,
    is_part_of,
    is_spread,
    lines_of,
    stands_alone,
    wrapped_steps,
)
from rag.formats.pdf.layout.zones import Zone
from rag.formats.pdf.lines import Fragment
from rag.formats.pdf.markers import (
    BULLET_AT_START,
    CAPTION,
    DECIMAL,
    LEADERS,
    MARKER,
    SURE_BULLETS,
    ends_before,
    has_leaders,
    is_ended,
    is_field,
    is_heading_number,
    is_kin,
    is_name,
    is_numbered_part,
    may_be_heading,
)
from rag.formats.pdf.tables.headers import FIGURE
from rag.formats.pdf.words import Joiner
from rag.text.words.abbreviations import leans_on

PieceKind = Literal["text", "heading", "item", "row", "header", "field", "turn", "clutter"]

_INDENT = 0.8, 6.0  # of the size: how far in the first line of a paragraph begins
_LEADING = 1.25  # of the size, from line to line, where the document does not tell
_MORE = 0.3  # of the size: white above a line beyond the usual parts paragraphs
_NEARLY_FULL = 0.85  # of its paragraph's width: a line this long was wrapped, not ended
_HEADING_WORDS = 25
_HEADING_LINES = 4
_FEW_LINES, _FEW_WORDS = 3, 3  # of a column: fewer lines do not show where it ends
_OPEN = "-\u00ad\u2010,"  # goes on, however short
_SHORT = 0.75  # of the width of its column: a longer line is no heading by white alone


@dataclass(eq=False)
class Piece:
    """A part of the document, before its pieces on several pages are put together.

    Attributes:
        full: whether its last line reaches the edge of the column, so that it may go on.
        indented: whether its first line is set in, which begins a paragraph.
        aside: whether it stands beside the running text, as a caption or a footnote does.
        closed: whether it goes on nowhere else, as a heading or a figure does not.
        x0, x1: its edges; of an entry of a list where its marker begins.
        y, last_y: the baselines of its first and its last line.
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
    closed: bool = False
    zone: int = 0
    x0: float = 0.0
    x1: float = 0.0
    y: float = 0.0
    last_y: float = 0.0
    breaks: list[int] = field(default_factory=list)
    edges: list[float] = field(default_factory=list)

    @property
    def is_ended(self) -> bool:
        """Return whether its last sentence has an end."""
        return is_ended(self.text)


class Paragraphs:
    """Reads the lines of one zone."""

    def __init__(self, zone: Zone, style: Style, joiner: Joiner, page: int, number: int) -> None:
        self._zone, self._style, self._join = zone, style, joiner.join
        self._page, self._number = page, number
        self._lines = lines_of(zone)
        found: dict[float, Counter[float]] = {}
        for size, step in wrapped_steps(self._lines, zone):
            found.setdefault(size, Counter())[step] += 1
        self._steps = style.steps | {
            size: steps.most_common(1)[0][0] for size, steps in found.items() if steps.total() >= 3
        }
        self._hanging = self._is_hanging()

    def pieces(self) -> list[Piece]:
        """Return the parts that the lines make."""
        found: list[Piece] = []
        groups = list(self._groups())
        for n, group in enumerate(groups):
            if len(group) == 1 and self._is_set_apart(groups, n):
                found.append(self._piece("heading", group[0].text, group))
            else:
                found += self._read_group(group)
        return _with_fields(found)

    def _is_set_apart(self, groups: Sequence[list[ColumnLine]], at: int) -> bool:
        """Return whether a short line is a heading by the white around it and the text below."""
        if at + 1 == len(groups) or not may_be_heading(groups[at][0].text):
            return False
        line, below = groups[at][0], groups[at + 1]
        width = self._zone.x1 - self._zone.x0
        if (
            line.size < 0.9 * self._style.size
            or stands_alone(line)
            or line.x1 - line.x0 > _SHORT * width
            or not (self._is_running(below) and are_alike(line, below[0]))
        ):
            return False
        if at == 0:
            return True
        last = groups[at - 1][-1]
        listed = MARKER.match(line.text) and MARKER.match(groups[at - 1][0].text)
        white = below[0].y - line.y - 1
        if last.bold != line.bold or not are_alike(last, line):
            return True  # a heading above another
        return is_ended(last.text) and not listed and line.y - last.y >= white

    def _is_running(self, group: list[ColumnLine]) -> bool:
        """Return whether lines are of a paragraph of running text."""
        text = group[0].text
        starts = not text[:1].islower() and MARKER.match(text) is None and not is_field(text)
        return starts and self._fills(group[0]) and not any(map(stands_alone, group))

    def _is_hanging(self) -> bool:
        """Return whether lines after the first of a paragraph are set in, as in bibliographies."""
        shifts = [
            two.x0 - one.x0
            for one, two in zip(self._lines, self._lines[1:], strict=False)
            if are_alike(one, two) and two.text[:1].islower() and not MARKER.match(one.text)
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
        if not are_alike(one, two) or any(map(stands_alone, (one, two))):
            return False
        flows = self._fills(one) and not is_ended(one.text)
        if not is_part_of(one, two, flows=flows):
            return False
        usual = self._steps.get(round(one.size * 2) / 2, _LEADING * one.size)
        step = two.y - one.y
        goes_on = flows and two.text[:1].islower()
        if step > usual + (0.7 if goes_on else _MORE) * one.size:
            return False
        return one.bold == two.bold or flows

    def _fills(self, line: ColumnLine) -> bool:
        """Return whether a line reaches towards the edge of the column."""
        return line.x1 > self._zone.x1 - 0.2 * (self._zone.x1 - self._zone.x0)

    def _read_group(self, group: list[ColumnLine]) -> list[Piece]:
        if any(part.kind for part in group[0].parts):
            return [self._form_piece(part, group) for part in group[0].parts]
        if is_spread(group[0]):
            return [self._row_of(group[0])]
        if self._is_heading(group):
            return [self._heading(lines) for lines in _numbered_apart(group)]
        if len(group) > 1 and all(is_field(line.text) for line in group):
            return [self._piece("field", line.text, [line]) for line in group]
        return [piece for lines in self._paragraphs(group) for piece in self._as_pieces(lines)]

    def _form_piece(self, part: Fragment, lines: list[ColumnLine]) -> Piece:
        kinds: dict[str, PieceKind] = {"field": "field", "option": "item"}
        piece = self._piece(kinds.get(part.kind, "text"), part.text, lines)
        piece.label = part.label
        return piece

    def _heading(self, lines: list[ColumnLine]) -> Piece:
        text = ""
        for line in lines:
            text = self._join(text, line.text)
        return self._piece("heading", text, lines)

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
        return bold and (not is_field(text) or is_numbered_part(text))

    def _paragraphs(self, group: list[ColumnLine]) -> Iterator[list[ColumnLine]]:
        """Yield the lines of a group, paragraph by paragraph."""
        left, markers = min(line.x0 for line in group), self._markers(group)
        rooms = self._rooms(group)
        current = [group[0]]
        for n in range(1, len(group)):
            one, two = group[n - 1], group[n]
            ended = rooms[n - 1] and ends_before(one.text, two.text)
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
        flows = self._fills(one) and not is_ended(one.text)  # as beside an initial
        if self._is_centered(one, two) or two.text[:1].islower() or flows:
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
            wraps = (
                before is not None
                and self._fills(before)
                and not ends_before(before.text, group[n].text)
            )
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
        tight = [has_room(one, two, widest) for one, two in pairs]
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
                and not leans_on(one.text, two.text)
                and (is_ended(one.text) or widest - one.x1 > two.first + much)
                for room, (one, two) in zip(tight, pairs, strict=True)
            ]
        wide = max(widest, self._zone.x1)
        if len(pairs) == 1 and not tight[0]:
            one, two = pairs[0]
            short = one.x1 - one.x0 < 0.55 * (wide - self._zone.x0)
            return [short and not two.text[:1].islower() and has_room(one, two, wide)]
        loose = [has_room(one, two, wide) for one, two in pairs]
        left = min(line.x0 for line in group)
        return [
            (a or b)
            and not two.text[:1].islower()
            and one.text[-1] not in "-\u2010\u00ad"
            and not leans_on(one.text, two.text)
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
        if marked and not number and not (is_name(text) and self._is_alone(marked.group(1))):
            return [self._piece("item", BULLET_AT_START.sub("", text, count=1), lines)]
        if len(lines) == 1 and has_leaders(text):
            return [self._row_of(lines[0])]
        return [self._piece("text", text, lines)]

    def _is_alone(self, mark: str) -> bool:
        """Return whether no other line of the column has a marker of the same list."""
        found = [MARKER.match(line.text) for line in self._lines]
        return not any(other is not None and is_kin(mark, other.group(1)) for other in found)

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
            x0=min(line.x0 for line in lines) if kind == "heading" else first.x0,
            x1=max(line.x1 for line in lines),
            y=first.y,
            last_y=last.y,
            closed=len(lines) == 1 and self._is_closed(text),
        )

    def _is_closed(self, text: str) -> bool:
        """Return whether a line goes on nowhere else: a figure, or a few words by themselves."""
        few = len(self._lines) < _FEW_LINES and len(text.split()) <= _FEW_WORDS
        return FIGURE.fullmatch(text) is not None or (few and text[-1] not in _OPEN)


def _with_fields(pieces: list[Piece]) -> list[Piece]:
    """Return pieces with lines that have a label as fields where several stand together."""
    for _, group in itertools.groupby(pieces, key=_is_labelled_line):
        run = list(group)
        if len(run) > 1 and _is_labelled_line(run[0]):
            for piece in run:
                piece.kind = "field"
    return pieces


def _is_labelled_line(piece: Piece) -> bool:
    return piece.kind in ("text", "field") and piece.y == piece.last_y and is_field(piece.text)


def _numbered_apart(lines: Sequence[ColumnLine]) -> Iterator[list[ColumnLine]]:
    """Yield the lines of headings, each of which begins at a number where they have one."""
    current = [lines[0]]
    for line in lines[1:]:
        if is_heading_number(lines[0].text) and is_heading_number(line.text):
            yield current
            current = []
        current.append(line)
    yield current
