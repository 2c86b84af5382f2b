"""Tables that keep columns, with or without lines between their rows."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from statistics import median

from rag.formats.pdf.layout.shapes import Rect
from rag.formats.pdf.lines import Fragment
from rag.formats.pdf.markers import SURE_BULLETS
from rag.formats.pdf.tables.headers import FIGURE, heads_of
from rag.formats.pdf.tables.rules import merged_rules

_BASELINE, _LEFT = attrgetter("y"), attrgetter("x0")
_WORDY = 3  # words: fragments of so many that go on in the next are no cells
_ALIKE = 0.07  # of the size: by so much the lines of one cell differ
_CLOSEST, _PADDED = 1.05, 1.12  # times the least step: within a row, and from row to row
_BULLET = re.compile(rf"[{SURE_BULLETS}]\s")
_TITLE = 1.3  # times the size of what stands below: titles are larger than the header of a table
_CLOSE = 1.5  # of the size: so far apart are the lines of one cell at most
_SHORT_WORDS = 4  # of a cell: the median of a table's columns that are not prose


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
    row: list[Fragment] = []
    for fragment in sorted(fragments, key=_BASELINE):
        apart = fragment.y - row[0].y if row else 0.0
        if row and (not apart or apart <= 0.35 * min(fragment.size, row[-1].size)):
            row.append(fragment)
        else:
            row = [fragment]
            rows.append(row)
    for row in rows:
        if len(row) > 1:
            row.sort(key=_LEFT)
    return rows


def center(fragment: Fragment) -> float:
    """Return the middle between the edges of a stretch of text."""
    return (fragment.x0 + fragment.x1) / 2


def in_columns(fragments: Sequence[Fragment], edges: Sequence[float]) -> list[list[Fragment]]:
    """Return fragments by the column that they stand in, between edges."""
    columns: list[list[Fragment]] = [[] for _ in range(len(edges) + 1)]
    for fragment in fragments:
        columns[sum(edge < center(fragment) for edge in edges)].append(fragment)
    return columns


def table_part(fragments: Sequence[Fragment], edges: Sequence[float]) -> list[Fragment]:
    """Return what may be a table: from the first line with several cells to the last.

    Lines of a cell that run on below the last are part of it.
    """
    rows = rows_of(fragments)
    several = [n for n, row in enumerate(rows) if sum(map(bool, in_columns(row, edges))) > 1]
    if not several:
        return []
    core = [fragment for row in rows[several[0] : several[-1] + 1] for fragment in row]
    return with_last_lines(core, fragments, edges)


def with_last_lines(
    core: list[Fragment], fragments: Sequence[Fragment], edges: Sequence[float]
) -> list[Fragment]:
    """Return the lines of a table with those on which cells of its last row run on below it."""
    lowest = max(each.y for each in core)
    ids = set(map(id, core))
    below = [each for each in fragments if each.y > lowest and id(each) not in ids]
    columns: list[list[Fragment]] = []
    tight: list[float] = []
    for row in rows_of(below):
        cells = in_columns(row, edges)
        if cells[0] or any(each.x0 < edge < each.x1 for each in row for edge in edges):
            break
        columns = columns or in_columns(core, edges)
        tight = tight or [_tightest(column) for column in columns]
        if not all(map(_is_below, cells, columns, tight)):
            break
        columns = [one + two for one, two in zip(columns, cells, strict=True)]
        core = core + row
    return core


def _tightest(column: list[Fragment]) -> float:
    """Return the least step from line to line of a column; 0 where it has one line."""
    lines = rows_of(column)
    return min((two[0].y - one[0].y for one, two in itertools.pairwise(lines)), default=0.0)


def _is_below(cell: list[Fragment], column: list[Fragment], tight: float) -> bool:
    """Return whether a cell, if there is one, stands close below the last line of its column."""
    if not cell:
        return True
    step = cell[0].y - max((each.y for each in column), default=0.0)
    return step <= 1.1 * (tight or 1.4 * cell[0].size)


def is_table(columns: list[list[Fragment]], rules: Sequence[Rect]) -> bool:
    """Return whether columns are those of a table, and not of running text."""
    if len(columns) < 2 or not all(columns):
        return False
    everything = [fragment for column in columns for fragment in column]
    rows = rows_of(everything)
    if len(rows) < 2:
        return False
    lines = [rows_of(column) for column in columns]
    if sum(len(line) > 1 for column in lines for line in column) > 0.5 * len(rows):
        return False  # the columns are columns themselves
    where = {id(fragment): n for n, column in enumerate(columns) for fragment in column}
    shared = sum(len({where[id(f)] for f in row}) > 1 for row in rows)
    if _loose_lines(rows, where) > shared or _has_titles(rows):
        return False  # a few lines have something at their other end, or parts have titles
    if shared >= 2 and _has_rules(columns, rules):
        return True
    prose = [is_prose(column) for column in columns]
    if sum(prose) >= 2:
        return _has_aligned_rows(columns, rows, where)
    if any(prose):
        return _is_beside(columns, prose)
    onward = sum(f.text[:1].islower() for f in everything)
    if onward >= 0.4 * len(everything) and _usual_words(everything) >= _WORDY:
        return False
    return shared >= 2 and (shared >= 0.5 * len(rows) or shared >= 0.8 * min(map(len, lines)))


def _loose_lines(rows: list[list[Fragment]], where: dict[int, int]) -> int:
    """Return how many lines stand in one column alone and go on with no cell above them."""
    last: dict[int, Fragment] = {}
    loose = 0
    for row in rows:
        columns = {where[id(each)] for each in row}
        above = last.get(where[id(row[0])])
        if len(columns) == 1 and (above is None or not _is_close(above, row[0])):
            loose += 1
        last |= {where[id(each)]: each for each in row}
    return loose


def _has_titles(rows: list[list[Fragment]]) -> bool:
    """Return whether a row is set so large that each cell is the title of what is below it."""
    sizes = [[each.size for each in row] for row in rows]
    usual = median(size for row in sizes[1:] for size in row)
    if min(sizes[0]) > _TITLE * usual:
        return True
    return any(len(row) > 1 and min(row) > _TITLE * usual for row in sizes[1:])


def _is_close(above: Fragment, below: Fragment) -> bool:
    """Return whether a line may be of one cell with the line above it."""
    alike = abs(above.size - below.size) <= _ALIKE * above.size
    return alike and below.y - above.y <= _CLOSE * below.size


def ends_lines(left: Sequence[Fragment], right: Sequence[Fragment]) -> bool:
    """Return whether what stands right only ends lines of the left, as the dates of messages do.

    Where the text of such a line goes on below, it is a note beside the text.
    """
    places = {round(each.y) for each in right}
    if len(places) * 2 > len(places | {round(each.y) for each in left}) + 1:
        return False
    rows = rows_of([*left, *right])
    ids = set(map(id, right))
    ended = [n for n, row in enumerate(rows) if id(row[-1]) in ids]
    if not 0 < len(ended) * 2 <= len(rows) or any(id(rows[n][0]) in ids for n in ended):
        return False
    below = [(rows[n][0], rows[n + 1][0]) for n in ended if n + 1 < len(rows)]
    return not any(_is_close(one, two) and two.text[:1].islower() for one, two in below)


def _usual_words(fragments: Sequence[Fragment]) -> float:
    """Return how many words most fragments have."""
    return median(len(fragment.text.split()) for fragment in fragments)


def _has_rules(columns: list[list[Fragment]], rules: Sequence[Rect]) -> bool:
    """Return whether lines are drawn across all columns, at least one of them between rows."""
    top = min(f.top for column in columns for f in column)
    bottom = max(f.bottom for column in columns for f in column)
    left, right = max(f.x0 for f in columns[0]), min(f.x0 for f in columns[-1])
    crossing = [
        rule.y0
        for rule in merged_rules(rules, upright=False)
        if top - 4 <= rule.y0 <= bottom + 4 and rule.x0 <= left + 2 and rule.x1 >= right - 2
    ]
    return len(crossing) >= 2 and any(top + 4 < y < bottom - 4 for y in crossing)


def _is_beside(columns: list[list[Fragment]], prose: Sequence[bool]) -> bool:
    """Return whether short cells stand beside the lines of a column of running text."""
    cells = [f for column, wordy in zip(columns, prose, strict=True) if not wordy for f in column]
    lines = [f for column, wordy in zip(columns, prose, strict=True) if wordy for f in column]
    beside = sum(any(abs(f.y - g.y) <= 0.35 * f.size for g in lines) for f in cells)
    return _usual_words(cells) <= _SHORT_WORDS and beside >= 0.8 * len(cells)


def is_running_text(columns: list[list[Fragment]], rules: Sequence[Rect]) -> bool:
    """Return whether several columns read like running text and are no table, either."""
    return sum(map(is_prose, columns)) >= 2 and not is_table(columns, rules)


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
    onward = [len(line) == 1 and line[0].text[:1].islower() for line in lines[1:]]
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
        for r in merged_rules(rules, upright=False)
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
    return Table(x0, x1, top, bottom, rows, heads_of(rows, across, ruled=False), edges)


def _joined_rows(
    lines: list[list[list[Fragment]]], across: list[Rect]
) -> list[list[list[Fragment]]]:
    """Join the lines of cells that run over several."""
    ys = [next(cell[0].y for cell in line if cell) for line in lines]
    steps = [two - one for one, two in itertools.pairwise(ys)]
    ruled = len([r for r in across if ys[0] < r.y0 < ys[-1]]) >= max(2, len(lines) // 4)
    tight = min(steps, default=0.0)
    roomy = bool(steps) and max(steps) > 1.3 * tight and _wraps_when_tight(lines, steps, tight)
    close = 1.15 if roomy else _CLOSEST  # times the least step
    roomy = roomy or _is_padded(lines, steps, tight)
    rows = [lines[0]]
    for n, line in enumerate(lines[1:]):
        above = rows[-1]
        if ruled:
            goes_on = not any(ys[n] < r.y0 < ys[n + 1] for r in across)
        elif roomy:
            goes_on = steps[n] <= close * tight and not _are_figures(above, line)
        else:
            goes_on = _goes_on(line, above) and steps[n] <= 1.6 * tight
        if goes_on and not any(cell and _BULLET.match(cell[0].text) for cell in line):
            rows[-1] = [one + two for one, two in zip(above, line, strict=True)]
        else:
            rows.append(line)
    return rows


def _is_padded(lines: list[list[list[Fragment]]], steps: list[float], tight: float) -> bool:
    """Return whether more white stands above a line that begins a row than above others.

    The first cell of a line close below another is empty, and only there.
    """
    size = next(cell[0].size for cell in lines[0] if cell)
    close = [step <= _CLOSEST * tight for step in steps]
    if (
        tight > _CLOSE * size
        or all(close)
        or any(tight * _CLOSEST < step < _PADDED * tight for step in steps)
    ):
        return False
    first = [bool(line[0]) for line in lines[1:]]
    pairs = list(zip(close, first, strict=True))
    return any(close) and not any(near and begins for near, begins in pairs)


def _are_figures(above: list[list[Fragment]], line: list[list[Fragment]]) -> bool:
    """Return whether a figure of a line stands below another, which makes it one of its own row."""
    pairs = [(one[-1], two[0]) for one, two in zip(above, line, strict=True) if one and two]
    return any(FIGURE.fullmatch(a.text) and FIGURE.fullmatch(b.text) for a, b in pairs)


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
