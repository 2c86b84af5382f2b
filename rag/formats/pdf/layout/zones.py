"""The order in which the parts of a page are read: columns, boxes, tables.

A gutter is a stretch of white that runs down between lines. What is above it comes first, then
what is left of it, what is right of it, and what is below; unless both sides are the columns of a
table, which is read row by row.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from rag.formats.pdf.layout.justified import whole_lines
from rag.formats.pdf.layout.numbering import with_markers
from rag.formats.pdf.layout.parting import parting_line, parting_white, typed_rules
from rag.formats.pdf.layout.shapes import Rect
from rag.formats.pdf.lines import Fragment
from rag.formats.pdf.tables.narrow import with_narrow_cells
from rag.formats.pdf.tables.ruled import frames_of, ruled_tables
from rag.formats.pdf.tables.unruled import (
    Table,
    ends_lines,
    in_columns,
    is_prose,
    is_running_text,
    is_table,
    rows_of,
    table_of,
    table_part,
    with_last_lines,
)

_GUTTER = 0.7  # of the size of the text: narrower white is a space between words
_MOST_ITEMS = 3_000  # of a page; one with more is read from top to bottom
_PAGE_SHARE = 0.85  # of the words of a page: a frame around as many is no box within the text
_FEWEST_LINES = 4  # of a column beside which a single line is a column, too
_BALANCED = 2.4  # of the size: by so much the ends of two columns differ that are balanced
_FAR_BELOW = 1.6  # of the size: white that parts a line from the columns above it
_NEAR_BELOW = 0.6  # the same where what follows is nearer
_NEARER = 1.15  # times the white below: what has more above it belongs to what follows
_NEARER_HEADING = 0.7  # the same of a heading
_LARGER = 1.1  # times the size of the text: a heading
_FAR = 400.0  # points: the middle of a box beside a line is no farther
_DEEPEST = 12  # columns within columns


@dataclass(eq=False)
class Zone:
    """A part of a page that is read in one go: the lines of a column, or a table."""

    lines: list[list[Fragment]] = field(default_factory=list)
    table: Table | None = None
    x0: float = 0.0
    x1: float = 0.0
    boxed: bool = False


@dataclass(eq=False)
class _Group:
    """What stands in a box, or a table: one item for what is around it."""

    x0: float
    x1: float
    top: float
    bottom: float
    zones: list[Zone]
    size: float

    @property
    def y(self) -> float:
        """Return its lower edge."""
        return self.bottom


_Item = Fragment | _Group


class _Gutter(NamedTuple):
    x0: float
    x1: float
    top: float
    bottom: float


def zones_of(
    fragments: Sequence[Fragment], rules: Sequence[Rect], boxes: Sequence[Rect]
) -> list[Zone]:
    """Return the parts of a page in the order in which they are read."""
    if not fragments:
        return []
    typed = typed_rules(fragments)
    if 0 < len(typed) < len(fragments):
        gone = set(map(id, typed))
        fragments = [each for each in fragments if id(each) not in gone]
        rules = [*rules, *(Rect(each.x0, each.y - 2, each.x1, each.y - 2) for each in typed)]
    items: list[_Item] = list(fragments)
    for table, inside in ruled_tables(fragments, rules):
        gone = set(map(id, inside))
        items = [item for item in items if id(item) not in gone]
        zone = Zone(table=table, x0=table.x0, x1=table.x1)
        size = median(each.size for each in inside)
        items.append(_Group(table.x0, table.x1, table.top, table.bottom, [zone], size))
    items = _with_whole_lines(items)
    for box in _side_boxes([*boxes, *frames_of(rules)], items):
        inside_box = [item for item in items if _is_within(item, box)]
        rest = [item for item in items if not _is_within(item, box)]
        if len(inside_box) < 2 or not rest:
            continue
        zones = _arranged(inside_box, rules, 0)
        for zone in zones:
            zone.boxed = True
        size = median(item.size for item in inside_box)
        items = [*rest, _Group(box.x0, box.x1, box.y0, box.y1, zones, size)]
    return _arranged(items, rules, 0)


def _with_whole_lines(items: list[_Item]) -> list[_Item]:
    """Put together the lines that are stretched, and the entries of lists with their markers."""
    fragments = [item for item in items if isinstance(item, Fragment)]
    groups = [item for item in items if isinstance(item, _Group)]
    return [*groups, *with_narrow_cells(with_markers(whole_lines(fragments)))]


def _side_boxes(boxes: Sequence[Rect], items: Sequence[_Item]) -> list[Rect]:
    """Return the frames around a part of the text, the smallest first.

    Stripes behind the rows of a table, and cells side by side, are none.
    """
    found = []
    for box in {tuple(round(side) for side in each[:4]): each for each in boxes}.values():
        inside = [item for item in items if _is_within(item, box)]
        cut = any(_is_cut(item, box) for item in items)
        rows = len(rows_of([item for item in inside if isinstance(item, Fragment)]))
        if rows >= 2 and not cut and len(inside) <= _PAGE_SHARE * len(items):
            found.append(box)
    return sorted(
        (box for box in found if not any(_in_a_row(box, other) for other in boxes)),
        key=lambda box: (box.x1 - box.x0) * (box.y1 - box.y0),
    )


def _in_a_row(box: Rect, other: Rect) -> bool:
    """Return whether a box touches another of the same width above or below it, or height."""
    if abs(box.x0 - other.x0) < 2 and abs(box.x1 - other.x1) < 2:
        return min(abs(box.y1 - other.y0), abs(box.y0 - other.y1)) < 2
    if abs(box.y0 - other.y0) < 2 and abs(box.y1 - other.y1) < 2:
        return min(abs(box.x1 - other.x0), abs(box.x0 - other.x1)) < 2
    return False


def _is_within(item: _Item, box: Rect) -> bool:
    return (
        box.x0 - 2 <= item.x0
        and item.x1 <= box.x1 + 2
        and box.y0 - 2 <= (item.top + item.bottom) / 2 <= box.y1 + 2
    )


def _is_cut(item: _Item, box: Rect) -> bool:
    """Return whether an item runs over an upright edge of a box."""
    inside = box.y0 <= (item.top + item.bottom) / 2 <= box.y1
    return inside and any(item.x0 + 2 < edge < item.x1 - 2 for edge in (box.x0, box.x1))


def _arranged(items: list[_Item], rules: Sequence[Rect], depth: int) -> list[Zone]:
    """Return the zones of some items in reading order."""
    if depth < _DEEPEST and 3 < len(items) <= _MOST_ITEMS:
        gutters = _gutters(items)
        for gutter in gutters:
            zones = _split(items, gutter, gutters, rules, depth)
            if zones is not None:
                return zones
    return _from_the_top(items)


def _split(
    items: list[_Item],
    gutter: _Gutter,
    gutters: list[_Gutter],
    rules: Sequence[Rect],
    depth: int,
) -> list[Zone] | None:
    """Split items at a gutter; None where it parts nothing."""
    band = [item for item in items if gutter.top <= _middle(item) <= gutter.bottom]
    left = [item for item in band if item.x1 <= gutter.x0 + 1]
    right = [item for item in band if item.x1 > gutter.x0 + 1]
    if not left or not right:
        return None
    left = _above_the_rest(left, right, [item for item in items if _middle(item) > gutter.bottom])
    top, bottom = _extent(left, right)
    band = [item for item in band if top <= _middle(item) <= bottom]
    rows = [item for item in band if isinstance(item, Fragment)]
    lines_left, lines_right = (_lines_in(side) for side in (left, right))
    table = _table_in(rows, gutter, gutters, rules) if len(rows) == len(band) else None
    if table is not None:
        middle = [Zone(table=table, x0=table.x0, x1=table.x1)]
        top, bottom = table.top, table.bottom
    elif (y := _parting(left, right, rules)) is not None:
        parts = ([item for item in items if (_middle(item) > y) == low] for low in (False, True))
        return [zone for part in parts for zone in _arranged(part, rules, depth + 1)]
    elif len(rows) == len(band) and ends_lines(*_sides(rows, gutter)):
        return None
    elif min(lines_left, lines_right) >= 2 or _is_last_line(left, lines_right):
        left = [item for item in left if item in band]
        right = [item for item in right if item in band]
        sides = [left, right]
        if _is_leftward(rows):
            sides.reverse()
        middle = [zone for side in sides for zone in _arranged(side, rules, depth + 1)]
    else:
        return None
    above = [item for item in items if _middle(item) < top]
    below = [item for item in items if _middle(item) > bottom]
    before, after = (_arranged(part, rules, depth + 1) if part else [] for part in (above, below))
    return [*before, *middle, *after]


def _parting(left: list[_Item], right: list[_Item], rules: Sequence[Rect]) -> float | None:
    """Return where a line or an empty one parts two columns from what is below, if one does."""
    both = [item for item in [*left, *right] if isinstance(item, Fragment)]
    whole = len(both) == len(left) + len(right)
    y = parting_white(both[: len(left)], both[len(left) :], rules) if whole else None
    return parting_line(left, right, rules) if y is None else y


def _table_in(
    rows: list[Fragment], gutter: _Gutter, gutters: list[_Gutter], rules: Sequence[Rect]
) -> Table | None:
    """Return the table that some lines make, if they do, parted at a gutter and at others."""
    core = table_part(rows, [(gutter.x0 + gutter.x1) / 2])
    if not core:
        return None
    edges = _edges(core, gutter, gutters)
    columns = in_columns(with_last_lines(core, rows, edges), edges)
    within = [each for each in rows if not any(each.x0 < edge < each.x1 for edge in edges)]
    if not is_table(columns, rules) or is_running_text(in_columns(within, edges), rules):
        return None
    return table_of(columns, rules)


def _sides(rows: list[Fragment], gutter: _Gutter) -> tuple[list[Fragment], list[Fragment]]:
    """Return what of some lines stands left of a gutter, and what stands right of it."""
    left = [each for each in rows if each.x1 <= gutter.x0 + 1]
    return left, [each for each in rows if each.x1 > gutter.x0 + 1]


def _is_last_line(left: list[_Item], lines_right: float) -> bool:
    """Return whether one line stands beside running text: the last of it, in a column by itself."""
    lines = [item for item in left if isinstance(item, Fragment)]
    return lines_right == 1 and len(lines) >= _FEWEST_LINES and is_prose(lines)


def _is_leftward(fragments: list[Fragment]) -> bool:
    """Return whether the text of most fragments runs from right to left."""
    count = sum(
        "\u0590" <= fragment.text[len(fragment.text) // 2] <= "\u08ff" for fragment in fragments
    )
    return count * 2 > len(fragments)


def _lines_in(side: list[_Item]) -> float:
    """Return how many lines high the items of a side are."""
    groups = [item for item in side if isinstance(item, _Group)]
    lines = rows_of([item for item in side if isinstance(item, Fragment)])
    return len(lines) + sum(max((group.bottom - group.top) / 14, 2.0) for group in groups)


def _above_the_rest(left: list[_Item], right: list[_Item], below: Sequence[_Item]) -> list[_Item]:
    """Return the items of a left column without those that stand below both columns.

    They do where both columns end on about one line, and where they are nearer to what follows
    below, as the heading of it, or far from the column.
    """
    ordered = sorted(left, key=lambda item: item.top)
    floor = max(item.bottom for item in right)
    follows = min((item.top for item in below), default=None)
    for n in range(len(ordered) - 1, 0, -1):
        first, end = ordered[n], max(item.bottom for item in ordered[:n])
        if first.top < max(floor, end):
            break
        white = first.top - max(floor, end)
        least = _FAR_BELOW * first.size
        if follows is not None:
            last = max(item.bottom for item in ordered[n:])
            nearer = _NEARER_HEADING if _is_louder(first, ordered[n - 1]) else _NEARER
            least = max(nearer * (follows - last), _NEAR_BELOW * first.size)
        if white > least and abs(end - floor) < _BALANCED * ordered[n - 1].size:
            return ordered[:n]
    return left


def _is_louder(one: _Item, two: _Item) -> bool:
    """Return whether an item is set larger or bolder than another, as a heading is."""
    lines = isinstance(one, Fragment) and isinstance(two, Fragment)
    bolder = lines and one.bold and not two.bold  # type: ignore[union-attr]
    return one.size > _LARGER * two.size or bolder


def _extent(left: list[_Item], right: list[_Item]) -> tuple[float, float]:
    """Return from where to where two columns stand side by side.

    What the right one has above the left one, and apart from its own text, comes first, such as
    a date at the edge of a letter.
    """
    top = min(item.top for item in [*left, *right])
    bottom = max(item.bottom for item in [*left, *right])
    head = min(item.top for item in left)
    ordered = sorted(right, key=lambda item: item.top)
    lowest = ordered[0].bottom
    for above, item in itertools.pairwise(ordered):
        if lowest >= head:
            break
        if item.top - lowest > 0.8 * above.size:
            top = min(head, item.top)
        lowest = max(lowest, item.bottom)
    foot = max(item.bottom for item in right)
    late = [item for item in right if item.top > max(item.bottom for item in left)]
    if late and len(late) < len(right):
        before = max(item.bottom for item in right if item not in late)
        if min(item.top for item in late) - before > 2 * late[0].size:
            bottom = max(max(item.bottom for item in left), before)
    return top, max(bottom, min(foot, bottom))


def _edges(band: list[Fragment], gutter: _Gutter, gutters: list[_Gutter]) -> list[float]:
    """Return the middles of all the gutters that part most of a band, from the left."""
    top, bottom = min(item.top for item in band), max(item.bottom for item in band)
    edges = [(gutter.x0 + gutter.x1) / 2]
    for other in gutters:
        shared = min(bottom, other.bottom) - max(top, other.top)
        x = (other.x0 + other.x1) / 2
        crossed = any(item.x0 < x < item.x1 for item in band)
        if (
            shared >= 0.6 * (bottom - top)
            and not crossed
            and all(abs(edge - x) > 2 and _is_between(band, edge, x) for edge in edges)
        ):
            edges.append(x)
    return sorted(edges)


def _is_between(band: list[Fragment], one: float, two: float) -> bool:
    low, high = min(one, two), max(one, two)
    return any(low < (item.x0 + item.x1) / 2 < high for item in band)


def _middle(item: _Item) -> float:
    return (item.top + item.bottom) / 2


def _gutters(items: list[_Item]) -> list[_Gutter]:
    """Return the gutters between items, the tallest first."""
    ordered = sorted(items, key=_middle)
    least = _GUTTER * median(item.size for item in items)
    found: list[_Gutter] = []
    for at, item in enumerate(ordered):
        beside = _right_neighbour(ordered, at)
        if beside is None or beside.x0 - item.x1 < least:
            continue
        y = _middle(item)
        if any(
            g.top <= y <= g.bottom and min(g.x1, beside.x0) - max(g.x0, item.x1) >= least
            for g in found
        ):
            continue
        up = _stretched(ordered[:at][::-1], item.x1, beside.x0, least)
        down = _stretched(ordered[at:], up[0], up[1], least)
        reach = [*up[2], *down[2], item, beside]
        found.append(
            _Gutter(
                down[0],
                down[1],
                min(each.top for each in reach),
                max(each.bottom for each in reach),
            )
        )
    return sorted(found, key=lambda g: (g.top - g.bottom, g.x0 - g.x1))


def _right_neighbour(ordered: list[_Item], at: int) -> _Item | None:
    """Return the nearest item to the right on the same line."""
    item = ordered[at]
    y, size, edge, top, bottom = item.y, item.size, item.x1, item.top, item.bottom
    is_line = isinstance(item, Fragment)
    best: _Item | None = None
    for step in (-1, 1):
        near = at + step
        while 0 <= near < len(ordered):
            other = ordered[near]
            near += step
            if is_line and isinstance(other, Fragment):
                apart = abs(other.y - y)
                if apart > 2 * size and apart > 2 * other.size:
                    break
            elif abs(_middle(other) - _middle(item)) > _FAR:
                break
            if other.x0 >= edge and (best is None or other.x0 < best.x0):
                shared = min(bottom, other.bottom) - max(top, other.top)
                if shared > 0.4 * min(bottom - top, other.bottom - other.top):
                    best = other
    return best


def _stretched(
    items: list[_Item], x0: float, x1: float, least: float
) -> tuple[float, float, list[_Item]]:
    """Follow white upwards or downwards, narrowed where need be, as far as it stays wide enough.

    Returns its edges, and the items that it passes.
    """
    passed: list[_Item] = []
    for item in items:
        if item.x0 < x1 and item.x1 > x0:
            to_the_left, to_the_right = x1 - max(x0, item.x1), min(x1, item.x0) - x0
            if max(to_the_left, to_the_right) < least:
                break
            if to_the_left >= to_the_right:
                x0 = max(x0, item.x1)
            else:
                x1 = min(x1, item.x0)
        passed.append(item)
    return x0, x1, passed


def _from_the_top(items: list[_Item]) -> list[Zone]:
    """Return items from top to bottom: runs of lines, and what stands in groups between them."""
    zones: list[Zone] = []
    lines: list[Fragment] = []
    for item in sorted(items, key=lambda item: (_middle(item), item.x0)):
        if isinstance(item, Fragment):
            lines.append(item)
            continue
        if lines:
            zones.append(_zone(lines))
            lines = []
        zones += item.zones
    return [*zones, _zone(lines)] if lines else zones


def _zone(fragments: list[Fragment]) -> Zone:
    left, right = min(f.x0 for f in fragments), max(f.x1 for f in fragments)
    return Zone(lines=rows_of(fragments), x0=left, x1=right)
