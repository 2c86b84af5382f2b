"""Tables on a page: those with lines around their cells, and those that only keep columns."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from rag.formats.pdf.layout.shapes import Rect
from rag.formats.pdf.lines import Fragment

_SNAP = 3.0  # points: lines this near to each other are one, or meet
_SHORTEST = 6.0  # points of a line that counts
_MOST_RULES = 4_000  # of a page: one with more is a drawing
_MOST_CELLS = 5_000  # of a table
_LONG_CELL = 600  # characters: cells as long as that, half of them, are the columns of a layout
_SHORT_WORDS = 4  # of a cell: the median of a table's columns that are not prose
_HEAD_ROWS = 3  # of a header at most


@dataclass
class Table:
    """The rows of a table, the first ``heads`` of which are its header."""

    x0: float
    x1: float
    top: float
    bottom: float
    rows: list[list[list[Fragment]]]
    heads: int = 0
    edges: list[float] = field(default_factory=list)  # between its columns


def rows_of(fragments: Sequence[Fragment]) -> list[list[Fragment]]:
    """Return fragments by the line that they stand on, from the top and from the left."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda each: each.y):
        near = 0.35 * min(fragment.size, rows[-1][-1].size) if rows else 0.0
        if rows and fragment.y - rows[-1][0].y <= near:
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    for row in rows:
        row.sort(key=lambda each: each.x0)
    return rows


def ruled_tables(
    fragments: Sequence[Fragment], rules: Sequence[Rect]
) -> list[tuple[Table, list[Fragment]]]:
    """Return the tables whose cells have lines around them, each with the text within."""
    if len(rules) > _MOST_RULES:
        return []
    across, upright = _merged(rules, upright=False), _merged(rules, upright=True)
    found = []
    for some_across, some_upright in _connected(across, upright):
        xs = _positions(
            [r.x0 for r in some_upright] + [e for r in some_across for e in (r.x0, r.x1)]
        )
        ys = _positions(
            [r.y0 for r in some_across] + [e for r in some_upright for e in (r.y0, r.y1)]
        )
        if len(xs) < 3 or len(ys) < 3 or len(xs) * len(ys) > _MOST_CELLS:
            continue
        inside = [
            f for f in fragments if _at(xs, _center(f)) >= 0 and _at(ys, f.y - f.size / 3) >= 0
        ]
        table = _grid(xs, ys, some_across, some_upright, inside)
        if table is not None:
            found.append((table, inside))
    return found


def frames_of(rules: Sequence[Rect]) -> list[Rect]:
    """Return the boxes that four lines make."""
    if len(rules) > _MOST_RULES:
        return []
    frames = []
    groups = _connected(_merged(rules, upright=False), _merged(rules, upright=True))
    for across, upright in groups:
        xs, ys = _positions([r.x0 for r in upright]), _positions([r.y0 for r in across])
        if len(xs) == 2 == len(ys):
            frames.append(Rect(xs[0], ys[0], xs[1], ys[1]))
    return frames


def _center(fragment: Fragment) -> float:
    return (fragment.x0 + fragment.x1) / 2


def _merged(rules: Sequence[Rect], *, upright: bool) -> list[Rect]:
    """Return lines of one direction, with the pieces of a line put together."""
    lines = []
    for rule in rules:
        width, height = rule.x1 - rule.x0, rule.y1 - rule.y0
        if upright and height >= _SHORTEST and width <= _SNAP:
            lines.append(((rule.x0 + rule.x1) / 2, rule.y0, rule.y1))
        elif not upright and width >= _SHORTEST and height <= _SNAP:
            lines.append(((rule.y0 + rule.y1) / 2, rule.x0, rule.x1))
    places = _positions([place for place, _, _ in lines])
    by_place: dict[float, list[tuple[float, float]]] = {}
    for place, start, end in lines:
        near = min(places, key=lambda each: abs(each - place))
        by_place.setdefault(near, []).append((start, end))
    merged = []
    for place, stretches in by_place.items():
        stretches.sort()
        start, end = stretches[0]
        for one, two in stretches[1:]:
            if one > end + _SNAP:
                merged.append((place, start, end))
                start, end = one, two
            end = max(end, two)
        merged.append((place, start, end))
    return [Rect(p, s, p, e) if upright else Rect(s, p, e, p) for p, s, e in merged]


def _positions(values: list[float]) -> list[float]:
    """Return places in order, those that are near each other as one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _SNAP:
            found.append(value)
    return found


def _connected(across: list[Rect], upright: list[Rect]) -> list[tuple[list[Rect], list[Rect]]]:
    """Return lines that meet, group by group."""
    groups: list[tuple[list[Rect], list[Rect]]] = []
    left = list(upright)
    used: set[int] = set()
    while left:
        some_across: list[Rect] = []
        some_upright = [left.pop()]
        queue: list[Rect] = list(some_upright)
        while queue:
            line = queue.pop()
            for at, other in enumerate(across):
                if line.x0 == line.x1 and at not in used and _meet(other, line):
                    used.add(at)
                    some_across.append(other)
                    queue.append(other)
            if line.y0 == line.y1:
                meeting = [other for other in left if _meet(line, other)]
                left = [other for other in left if other not in meeting]
                some_upright += meeting
                queue += meeting
        groups.append((some_across, some_upright))
    return groups


def _meet(across: Rect, upright: Rect) -> bool:
    return (
        across.x0 - _SNAP <= upright.x0 <= across.x1 + _SNAP
        and upright.y0 - _SNAP <= across.y0 <= upright.y1 + _SNAP
    )


def _at(places: list[float], value: float) -> int:
    """Return between which places a value is, from 0; -1 where it is outside."""
    return next(
        (n for n, (a, b) in enumerate(itertools.pairwise(places)) if a - 1 <= value < b + 1), -1
    )


def _grid(
    xs: list[float],
    ys: list[float],
    across: list[Rect],
    upright: list[Rect],
    inside: list[Fragment],
) -> Table | None:
    """Return the table of a grid; None where it is no table, as a page laid out in a grid."""
    width, height = len(xs) - 1, len(ys) - 1
    owner = {(i, j): (i, j) for i in range(height) for j in range(width)}
    for i in range(height):
        for j in range(width):
            y = (ys[i] + ys[i + 1]) / 2
            if j and not any(abs(r.x0 - xs[j]) <= _SNAP and r.y0 <= y <= r.y1 for r in upright):
                owner[i, j] = owner[i, j - 1]
            x = (xs[j] + xs[j + 1]) / 2
            if i and not any(abs(r.y0 - ys[i]) <= _SNAP and r.x0 <= x <= r.x1 for r in across):
                owner[i, j] = owner[i - 1, j]
    cells: dict[tuple[int, int], list[Fragment]] = {}
    for fragment in inside:
        place = _at(ys, fragment.y - fragment.size / 3), _at(xs, _center(fragment))
        cells.setdefault(owner[place], []).append(fragment)
    lengths = [sum(len(each.text) for each in cell) for cell in cells.values()]
    if len(cells) < 3 or sum(length > _LONG_CELL for length in lengths) * 2 >= len(lengths):
        return None
    kept = [j for j in range(width) if any(cells.get((i, j)) for i in range(height))]
    rows = []
    for i in range(height):
        row = []
        for j in kept:
            top = owner[i, j]
            again = top[1] != j and top[1] in kept
            row.append([] if again and i >= _HEAD_ROWS else cells.get(top, []))
        if any(row):
            rows.append(row)
    if len(kept) < 2 or len(rows) < 2:
        return None
    heads = _heads(rows, across, ruled=True)
    for row in rows[heads:]:  # what runs over columns is said once; in a header, above each
        for j in range(len(row) - 1, 0, -1):
            if row[j] and row[j] is row[j - 1]:
                row[j] = []
    return Table(xs[0], xs[-1], ys[0], ys[-1], rows, heads, xs[1:-1])


def in_columns(fragments: Sequence[Fragment], edges: Sequence[float]) -> list[list[Fragment]]:
    """Return fragments by the column that they stand in, between edges."""
    columns: list[list[Fragment]] = [[] for _ in range(len(edges) + 1)]
    for fragment in fragments:
        columns[sum(edge < _center(fragment) for edge in edges)].append(fragment)
    return columns


def table_part(fragments: Sequence[Fragment], edges: Sequence[float]) -> list[Fragment]:
    """Return what may be a table: from the first line with several cells to the last.

    Lines of a cell that run on below the last are part of it.
    """
    rows = rows_of(fragments)
    several = [n for n, row in enumerate(rows) if sum(map(bool, in_columns(row, edges))) > 1]
    if not several:
        return []
    first, last = several[0], several[-1]
    steps = [rows[n + 1][0].y - rows[n][0].y for n in range(first, last)]
    while last + 1 < len(rows):
        row = rows[last + 1]
        step = row[0].y - rows[last][0].y
        if step > 1.1 * min(steps, default=1.4 * row[0].size) or in_columns(row, edges)[0]:
            break
        last += 1
    return [fragment for row in rows[first : last + 1] for fragment in row]


def is_table(columns: list[list[Fragment]], rules: Sequence[Rect]) -> bool:
    """Return whether columns are those of a table, and not of running text."""
    if len(columns) < 2 or not all(columns):
        return False
    everything = [fragment for column in columns for fragment in column]
    rows = rows_of(everything)
    if len(rows) < 2:
        return False
    ends = [_column_of(columns, fragment) for fragment in everything]
    where = dict(zip(map(id, everything), ends, strict=True))
    shared = sum(len({where[id(f)] for f in row}) > 1 for row in rows)
    top, bottom = min(f.top for f in everything), max(f.bottom for f in everything)
    left, right = max(f.x0 for f in columns[0]), min(f.x0 for f in columns[-1])
    crossing = [
        r
        for r in _merged(rules, upright=False)
        if top - 4 <= r.y0 <= bottom + 4 and r.x0 <= left + 2 and r.x1 >= right - 2
    ]
    split = sum(len(line) > 1 for column in columns for line in rows_of(column))
    if split > 0.5 * len(rows):
        return False  # the columns are columns themselves
    prose = [is_prose(column) for column in columns]
    inner = sum(top + 4 < r.y0 < bottom - 4 for r in crossing)
    if inner >= 1 and len(crossing) >= 2 and shared >= 2:
        return True
    if sum(prose) >= 2:
        return _has_aligned_rows(columns, rows, where)
    if any(prose):
        others = [
            f for column, wordy in zip(columns, prose, strict=True) if not wordy for f in column
        ]
        wordy_lines = [
            f for column, wordy in zip(columns, prose, strict=True) if wordy for f in column
        ]
        beside = sum(any(abs(f.y - g.y) <= 0.35 * f.size for g in wordy_lines) for f in others)
        short = median(len(f.text.split()) for f in others) <= _SHORT_WORDS
        return short and beside >= 0.8 * len(others)
    onward = [f for f in everything if f.text[:1].islower()]
    if (
        len(onward) >= 0.4 * len(everything)
        and median(len(f.text.split()) for f in everything) >= 3
    ):
        return False
    fewest = min(len(rows_of(column)) for column in columns)
    return shared >= 2 and (shared >= 0.5 * len(rows) or shared >= 0.8 * fewest)


def is_running_text(columns: list[list[Fragment]], rules: Sequence[Rect]) -> bool:
    """Return whether several columns read like running text and are no table, either."""
    return sum(map(is_prose, columns)) >= 2 and not is_table(columns, rules)


def _column_of(columns: list[list[Fragment]], fragment: Fragment) -> int:
    return next(n for n, column in enumerate(columns) if any(f is fragment for f in column))


def is_prose(column: list[Fragment]) -> bool:
    """Return whether a column reads like running text: full lines that go on in the next."""
    lines = rows_of(column)
    if len(lines) < 3:
        return False
    left, right = min(f.x0 for f in column), max(f.x1 for f in column)
    texts = [" ".join(f.text for f in line) for line in lines]
    full = median((line[-1].x1 - line[0].x0) / max(right - left, 1) for line in lines) >= 0.6
    wordy = median(map(len, texts)) >= 12 and median(len(t.split()) for t in texts) >= 2.5
    uncased = _share(texts, lambda text: text[:1].isalpha() and text.lower() == text.upper()) > 0.5
    if uncased:
        return full and median(map(len, texts)) >= 8
    onward = [two[:1].islower() for two in texts[1:]]
    return full and wordy and sum(onward) >= 0.3 * len(onward)


def _share(texts: list[str], test: object) -> float:
    return sum(map(test, texts)) / len(texts) if callable(test) and texts else 0.0


def _has_aligned_rows(
    columns: list[list[Fragment]], rows: list[list[Fragment]], where: dict[int, int]
) -> bool:
    """Return whether each column has its white where the others have it, as between rows."""
    steps = [two[0].y - one[0].y for one, two in itertools.pairwise(rows)]
    usual = median(steps)
    starts = [rows[n + 1] for n, step in enumerate(steps) if step > 1.3 * usual]
    if len(starts) < 2 or len(rows) / (len(starts) + 1) > 6:
        return False
    whole = sum(len({where[id(f)] for f in row}) == len(columns) for row in starts)
    begun = {id(f) for row in starts for f in row}
    apart = [
        two
        for column in columns
        for one, two in zip(rows_of(column), rows_of(column)[1:], strict=False)
        if two[0].y - one[0].y > 1.3 * usual
    ]
    together = sum(id(row[0]) in begun for row in apart)
    return whole >= 0.8 * len(starts) and together >= 0.8 * len(apart)


def table_of(columns: list[list[Fragment]], rules: Sequence[Rect]) -> Table:
    """Return the table whose columns are given."""
    everything = [fragment for column in columns for fragment in column]
    where = {id(f): n for n, column in enumerate(columns) for f in column}
    top, bottom = min(f.top for f in everything), max(f.bottom for f in everything)
    x0, x1 = min(f.x0 for f in everything), max(f.x1 for f in everything)
    across = [
        r
        for r in _merged(rules, upright=False)
        if top - 4 <= r.y0 <= bottom + 4 and r.x1 - r.x0 >= 0.5 * (x1 - x0)
    ]
    lines = []
    for line in rows_of(everything):
        cells: list[list[Fragment]] = [[] for _ in columns]
        for fragment in line:
            cells[where[id(fragment)]].append(fragment)
        lines.append(cells)
    rows = _joined_rows(lines, across)
    edges = [
        (max(f.x1 for f in one) + min(f.x0 for f in two)) / 2
        for one, two in itertools.pairwise(columns)
    ]
    return Table(x0, x1, top, bottom, rows, _heads(rows, across, ruled=False), edges)


def _joined_rows(
    lines: list[list[list[Fragment]]], across: list[Rect]
) -> list[list[list[Fragment]]]:
    """Join the lines of cells that run over several."""
    ys = [next(cell[0].y for cell in line if cell) for line in lines]
    steps = [two - one for one, two in itertools.pairwise(ys)]
    ruled = len([r for r in across if ys[0] < r.y0 < ys[-1]]) >= max(2, len(lines) // 4)
    tight = min(steps, default=0.0)
    roomy = bool(steps) and max(steps) > 1.3 * tight and _wraps_when_tight(lines, steps, tight)
    rows = [lines[0]]
    for n, line in enumerate(lines[1:]):
        above = rows[-1]
        if ruled:
            goes_on = not any(ys[n] < r.y0 < ys[n + 1] for r in across)
        elif roomy:
            goes_on = steps[n] <= 1.15 * tight
        else:
            goes_on = _goes_on(line, above) and steps[n] <= 1.6 * tight
        if goes_on:
            rows[-1] = [one + two for one, two in zip(above, line, strict=True)]
        else:
            rows.append(line)
    return rows


def _wraps_when_tight(lines: list[list[list[Fragment]]], steps: list[float], tight: float) -> bool:
    """Return whether the lines that stand close below another are parts of a row."""
    close = [lines[n + 1] for n, step in enumerate(steps) if step <= 1.15 * tight]
    holes = sum(any(not cell for cell in line) for line in close)
    return holes >= 0.5 * len(close)


def _goes_on(line: list[list[Fragment]], above: list[list[Fragment]]) -> bool:
    """Return whether a line of a table continues the row above it."""
    if all(line):
        return False
    if any(cell and not over for cell, over in zip(line, above, strict=True)):
        return False
    texts = [cell[0].text for cell in line if cell]
    if not line[0]:
        return not any(text[:1].isdigit() for text in texts) or len(texts) == 1
    return len(texts) == 1 and texts[0][:1].islower()


_NUMBER = re.compile(r"^[\W_]*\d[\d\s.,:/%°–-]*\S{0,8}$")


def _heads(rows: list[list[list[Fragment]]], across: list[Rect], *, ruled: bool) -> int:
    """Return how many rows are the header."""
    if len(rows) < 2:
        return 0
    texts = [[" ".join(f.text for f in cell) for cell in row] for row in rows]
    if any(_NUMBER.match(text) and not re.fullmatch(r"(19|20)\d\d", text) for text in texts[0][1:]):
        return 0
    if sum(map(bool, texts[0])) < max(2, len(texts[0]) - 1):
        return 0
    if not any(_NUMBER.match(text) for text in texts[0]):
        heads = 1
        while heads < min(_HEAD_ROWS, len(rows) - 1) and _is_bold(rows[heads]) and _spans(rows[0]):
            heads += 1
        if _is_bold(rows[0]) and not all(map(_is_bold, rows[1:])):
            return heads
        if any(_NUMBER.match(row[n]) for row in texts[1:] for n in range(1, len(row))):
            return heads
    lowest = max(f.y for cell in rows[0] for f in cell)
    after = min(f.top for cell in rows[1] for f in cell)
    under = [r for r in across if lowest - 1 <= r.y0 <= after + 3]
    between = [r for r in across if r.y0 > after + 3]
    if under and len(between) <= 1 and len(rows) > 2:
        return 1
    colons = sum(row[0].endswith(":") for row in texts)
    return int(len(texts[0]) >= 3 and ruled and not colons and all(texts[0]))


def _spans(row: list[list[Fragment]]) -> bool:
    """Return whether a cell of a row stands above several columns."""
    return any(one and one is two for one, two in itertools.pairwise(row))


def _is_bold(row: list[list[Fragment]]) -> bool:
    return all(fragment.bold for cell in row for fragment in cell)
