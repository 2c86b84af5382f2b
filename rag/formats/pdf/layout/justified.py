"""Lines that are stretched to the edges of their column, put together again from their words.

In a narrow column the gaps between the words of such a line may be wider than those between
columns or cells. What tells them apart: the line begins and ends where others near it do, its gaps
are alike, and they are not where the gaps of the lines above and below are.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from rag.formats.pdf.lines import Fragment
from rag.formats.pdf.markers import is_ended, is_leftward
from rag.formats.pdf.tables.headers import FIGURE
from rag.formats.pdf.tables.unruled import rows_of

_FULL_LINE = 5.0  # of the size: a line this wide shows the edges of its column
_NEAR = 14.0  # of the size: how far off, upwards or downwards, such a line may be
_SAME_EDGE = 0.15  # of the size: by how much the edges of stretched lines differ, as of hyphens
_SAME_LINE = 0.1  # of the size: by how much baselines of one line may differ
_INDENT = 4.5  # of the size: how far in the first line of a paragraph may begin
_ALIKE = 1.35  # times the narrowest gap of a line: so wide are its others
_BEHIND_STOP = 2.2  # the same behind a mark: some programs stretch there first
_EVEN = 0.08  # of the size: gaps that differ by less are even
_EVEN_GAPS = 3  # so many even gaps are no chance
_STRETCHED = 3.5  # of the size: wider gaps need better reasons
_SURE_STARTS = 7  # lines that begin below each other, and no words by chance
_MOST, _SOME = 0.5, 0.25  # of the lines near a gutter: so many begin or end at it
_SURE_LINES = 3  # lines of a column that leave no doubt about its edges
_DOUBLE_SPACED = 2.9  # of the size: from line to line at most
_ROUNDS = 5  # lines that are put together show the edges for others
_STOPS = tuple('.,:;?!…)”»’"')


@dataclass(eq=False)
class _Column:
    """The edges of lines that fill a column, and where these lines are."""

    x0: float
    x1: float
    size: float
    ys: list[float] = field(default_factory=list)

    def near(self, y: float) -> int:
        """Return how many of its lines are near a place."""
        reach = _NEAR * self.size
        return bisect_right(self.ys, y + reach) - bisect_left(self.ys, y - reach)


class _Edges:
    """Where stretches of text begin and end: at the edges of columns, many below each other."""

    def __init__(self, lines: Sequence[Fragment], rows: Sequence[list[Fragment]]) -> None:
        self._rows = [row[0].y for row in rows]
        self._starts: dict[int, list[float]] = {}
        self._ends: dict[int, list[float]] = {}
        for line in sorted(lines, key=lambda each: each.y):
            self._starts.setdefault(round(line.x0), []).append(line.y)
            self._ends.setdefault(round(line.x1), []).append(line.y)

    def is_gutter(self, one: Fragment, two: Fragment) -> bool:
        """Return whether the white between two stretches is where that of lines near it is."""
        reach = _NEAR * two.size
        lines = bisect_right(self._rows, two.y + reach) - bisect_left(self._rows, two.y - reach)
        starts = _count_near(self._starts, two.x0, two.y, reach)
        if starts >= max(_SURE_STARTS, _MOST * lines):
            return True
        ends = _count_near(self._ends, one.x1, one.y, reach)
        return min(starts, ends) >= max(_SURE_LINES, _SOME * lines)


def _count_near(places: dict[int, list[float]], x: float, y: float, reach: float) -> int:
    """Return how many edges there are at a place, besides the one that is asked for."""
    found = [places.get(round(x) + aside, []) for aside in (-1, 0, 1)]
    return sum(bisect_right(ys, y + reach) - bisect_left(ys, y - reach) for ys in found) - 1


def whole_lines(fragments: Sequence[Fragment]) -> list[Fragment]:
    """Return the lines of a page, those whole that are stretched to the edges of a column."""
    lines = list(fragments)
    for _ in range(_ROUNDS):
        rows = rows_of(lines)
        if len(rows) == len(lines):
            break
        columns, edges = _columns(lines), _Edges(lines, rows)
        kept = [line for n in range(len(rows)) for line in _put_together(rows, n, columns, edges)]
        if len(kept) == len(lines):
            break
        lines = kept
    return lines


def _columns(lines: Sequence[Fragment]) -> list[_Column]:
    """Return the edges that several lines have in common."""
    by_place: dict[tuple[int, int], list[_Column]] = {}
    for line in sorted(lines, key=lambda each: each.y):
        if line.x1 - line.x0 < _FULL_LINE * line.size or not line.space:
            continue
        place = int(line.x0 / 8), int(line.x1 / 8)
        around = [(place[0] + i, place[1] + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        for column in (each for key in around for each in by_place.get(key, ())):
            if _has_edges(column, line.x0, line.x1, line.size):
                column.ys.append(line.y)
                break
        else:
            found = _Column(line.x0, line.x1, line.size, [line.y])
            by_place.setdefault(place, []).append(found)
    return [column for columns in by_place.values() for column in columns]


def _has_edges(column: _Column, x0: float, x1: float, size: float) -> bool:
    near = _SAME_EDGE * size
    return (
        abs(column.x0 - x0) <= 2 * near
        and abs(column.x1 - x1) <= near
        and abs(column.size - size) <= 0.1 * size
    )


def _put_together(
    rows: Sequence[list[Fragment]], number: int, columns: Sequence[_Column], edges: _Edges
) -> Iterator[Fragment]:
    """Yield the lines of a row."""
    row = rows[number]
    at = 0
    while at < len(row):
        ends = range(at + 2, _last_on_line(row, at, edges) + 1)
        likely = [
            (_support(row[at:end], columns), -end)
            for end in ends
            if _is_stretched(rows, number, row[at:end], columns)
            and not _is_row(rows, number, at, end)
        ]
        alone = _support(row[at : at + 1], columns) if likely else 0
        support, end = max(likely, default=(0, 0))
        end = -end if likely and support >= alone else at + 1
        yield _one(row[at:end])
        at = end


def _last_on_line(row: Sequence[Fragment], at: int, edges: _Edges) -> int:
    """Return behind which fragment the line ends on which one stands."""
    end = at + 1
    while end < len(row):
        one, two = row[at], row[end]
        apart = abs(two.y - one.y) > _SAME_LINE * one.size
        if apart or abs(two.size - one.size) > 0.1 * one.size or two.x0 <= row[end - 1].x1:
            break
        if edges.is_gutter(row[end - 1], two):
            break
        end += 1
    return end


def _is_stretched(
    rows: Sequence[list[Fragment]],
    number: int,
    part: Sequence[Fragment],
    columns: Sequence[_Column],
) -> bool:
    """Return whether fragments are the words of a line that is stretched."""
    size = part[0].size
    gaps = [two.x0 - one.x1 for one, two in itertools.pairwise(part)]
    spaces = [each.space for each in part if each.space]
    if not _are_alike(part, gaps, spaces):
        return False
    if len(part) == 2 and any(FIGURE.fullmatch(each.text) for each in part):
        return _support(part, columns) >= _SURE_LINES  # two cells, more likely
    every = gaps + spaces
    if len(every) >= _EVEN_GAPS and max(gaps) <= _STRETCHED * size:
        even = len(gaps) >= 2 and max(every) - min(every) <= _EVEN * size
        return even or _support(part, columns) >= 1
    lower = sum(each.text[:1].islower() for each in part) * 2 >= len(part)
    if max(gaps) <= _STRETCHED * size:
        return _support(part, columns) >= (1 if lower else 2)
    return _support(part, columns) >= _SURE_LINES and (lower or _flows(rows, number, part))


def _flows(rows: Sequence[list[Fragment]], number: int, part: Sequence[Fragment]) -> bool:
    """Return whether a sentence runs into a line from the full line above it, or on below it."""
    first, last = part[0], part[-1]
    near, reach = 2 * _SAME_EDGE * first.size, _DOUBLE_SPACED * first.size
    if any(char.isdigit() for char in last.text):
        return False
    around = [each for row in rows[max(number - 2, 0) : number + 3] for each in row]
    above = any(
        0 < first.y - each.y < reach and abs(each.x1 - last.x1) <= near and not is_ended(each.text)
        for each in around
        if each.x0 < first.x0 + near
    )
    below = any(
        0 < each.y - first.y < reach and abs(each.x0 - first.x0) <= near and each.text[:1].islower()
        for each in around
    )
    return above or below


def _are_alike(part: Sequence[Fragment], gaps: Sequence[float], spaces: Sequence[float]) -> bool:
    """Return whether the gaps between fragments are about as wide as each other."""
    least = min([*gaps, *(space for space in spaces if space)])
    most = max(spaces, default=least)
    for one, gap in zip(part, gaps, strict=False):
        times = _BEHIND_STOP if one.text.endswith(_STOPS) else _ALIKE
        if gap > times * max(least, 0.8 * most) + _EVEN * one.size:
            return False
    return True


def _support(part: Sequence[Fragment], columns: Sequence[_Column]) -> int:
    """Return how many lines near a line begin and end where it does."""
    first, size, right = part[0], part[0].size, part[-1].x1
    near = _SAME_EDGE * size
    count = 0
    for column in columns:
        if abs(column.x1 - right) > near:
            continue
        inward = first.x0 - column.x0
        at_edge = abs(inward) <= 2 * near
        begins = at_edge or 0.5 * size < inward < _INDENT * size
        if begins and abs(column.size - size) <= 0.1 * size:
            count += column.near(first.y)
            count -= at_edge and len(part) == 1  # itself
    return count


def _is_row(rows: Sequence[list[Fragment]], number: int, at: int, end: int) -> bool:
    """Return whether the gaps of a line are where those of its neighbours are, as in a table."""
    part = rows[number][at:end]
    shared = 0
    for step in (-1, 1):
        for other in (number + step, number + 2 * step):
            if not 0 <= other < len(rows):
                break
            aligned = _aligned(part, rows[other])
            if not aligned:
                break
            shared += 1
            if aligned >= 2:
                return True
    return shared >= 2


def _aligned(part: Sequence[Fragment], row: Sequence[Fragment]) -> int:
    """Return how many gaps of a line are at the same edges as gaps of another; 0 unless all."""
    first, last = part[0], part[-1]
    inside = [each for each in row if each.x1 > first.x0 and each.x0 < last.x1]
    if len(inside) != len(part):
        return 0
    near = _SAME_EDGE * first.size
    pairs = list(zip(part, inside, strict=True))
    starts = all(abs(one.x0 - two.x0) <= near for one, two in pairs[1:])
    ends = all(abs(one.x1 - two.x1) <= near for one, two in pairs[:-1])
    middles = len(pairs) > 2 and all(
        abs(one.x0 + one.x1 - two.x0 - two.x1) <= near for one, two in pairs[1:]
    )
    return len(pairs) - 1 if starts or ends or middles else 0


def _one(part: Sequence[Fragment]) -> Fragment:
    if len(part) == 1:
        return part[0]
    widest = max(two.x0 - one.x1 for one, two in itertools.pairwise(part))
    texts = [each.text for each in part]
    if is_leftward(" ".join(texts)):
        texts.reverse()
    space = max(widest, *(each.space for each in part))
    return replace(part[0], text=" ".join(texts), x1=part[-1].x1, space=space)
