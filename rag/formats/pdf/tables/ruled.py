"""Tables with lines around their cells, and frames of four lines."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from rag.formats.pdf.layout.shapes import Rect
from rag.formats.pdf.lines import Fragment
from rag.formats.pdf.tables.headers import HEAD_ROWS, heads_of
from rag.formats.pdf.tables.rules import SNAP as _SNAP
from rag.formats.pdf.tables.rules import connected, merged_rules, positions
from rag.formats.pdf.tables.unruled import Table, center

_MOST_RULES = 4_000  # of a page: one with more is a drawing
_MOST_CELLS = 5_000  # of a table
_LONG_CELL = 600  # characters: cells as long as that, half of them, are the columns of a layout


def ruled_tables(
    fragments: Sequence[Fragment], rules: Sequence[Rect]
) -> list[tuple[Table, list[Fragment]]]:
    """Return the tables whose cells have lines around them, each with the text within."""
    if len(rules) > _MOST_RULES:
        return []
    across, upright = merged_rules(rules, upright=False), merged_rules(rules, upright=True)
    found = []
    for some_across, some_upright in connected(across, upright):
        xs = positions(
            [r.x0 for r in some_upright] + [e for r in some_across for e in (r.x0, r.x1)]
        )
        ys = positions(
            [r.y0 for r in some_across] + [e for r in some_upright for e in (r.y0, r.y1)]
        )
        if len(xs) < 3 or len(ys) < 3 or len(xs) * len(ys) > _MOST_CELLS:
            continue
        inside = [
            f for f in fragments if _at(xs, center(f)) >= 0 and _at(ys, f.y - f.size / 3) >= 0
        ]
        table = _grid(_Raster(xs, ys, some_across, some_upright), inside)
        if table is not None:
            found.append((table, inside))
    return found


def frames_of(rules: Sequence[Rect]) -> list[Rect]:
    """Return the boxes that four lines make."""
    if len(rules) > _MOST_RULES:
        return []
    frames = []
    groups = connected(merged_rules(rules, upright=False), merged_rules(rules, upright=True))
    for across, upright in groups:
        xs, ys = positions([r.x0 for r in upright]), positions([r.y0 for r in across])
        if len(xs) == 2 == len(ys):
            frames.append(Rect(xs[0], ys[0], xs[1], ys[1]))
    return frames


def _at(places: list[float], value: float) -> int:
    """Return between which places a value is, from 0; -1 where it is outside."""
    return next(
        (n for n, (a, b) in enumerate(itertools.pairwise(places)) if a - 1 <= value < b + 1), -1
    )


@dataclass(frozen=True)
class _Raster:
    """The lines of a table: where they cross, and which there are."""

    xs: list[float]
    ys: list[float]
    across: list[Rect]
    upright: list[Rect]

    def owners(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Return for each place, by row and column, the first place of the cell that it is of."""
        xs, ys = self.xs, self.ys
        owner = {(i, j): (i, j) for i in range(len(ys) - 1) for j in range(len(xs) - 1)}
        for i, j in owner:
            y, x = (ys[i] + ys[i + 1]) / 2, (xs[j] + xs[j + 1]) / 2
            if j and not any(
                abs(r.x0 - xs[j]) <= _SNAP and r.y0 <= y <= r.y1 for r in self.upright
            ):
                owner[i, j] = owner[i, j - 1]
            if i and not any(abs(r.y0 - ys[i]) <= _SNAP and r.x0 <= x <= r.x1 for r in self.across):
                owner[i, j] = owner[i - 1, j]
        return owner


_Cells = dict[tuple[int, int], list[Fragment]]


def _grid(raster: _Raster, inside: list[Fragment]) -> Table | None:
    """Return the table of a grid; None where it is no table, as a page laid out in a grid."""
    xs, ys = raster.xs, raster.ys
    owner = raster.owners()
    cells: _Cells = {}
    for fragment in inside:
        place = _at(ys, fragment.y - fragment.size / 3), _at(xs, center(fragment))
        cells.setdefault(owner[place], []).append(fragment)
    lengths = [sum(len(each.text) for each in cell) for cell in cells.values()]
    if len(cells) < 3 or sum(length > _LONG_CELL for length in lengths) * 2 >= len(lengths):
        return None
    rows = _rows_of_cells(owner, cells, len(xs) - 1, len(ys) - 1)
    if len(rows) < 2 or len(rows[0]) < 2:
        return None
    heads = heads_of(rows, raster.across, ruled=True)
    for row in rows[heads:]:  # what runs over columns is said once; in a header, above each
        for j in range(len(row) - 1, 0, -1):
            if row[j] and row[j] is row[j - 1]:
                row[j] = []
    return Table(xs[0], xs[-1], ys[0], ys[-1], rows, heads, xs[1:-1])


def _rows_of_cells(
    owner: dict[tuple[int, int], tuple[int, int]], cells: _Cells, width: int, height: int
) -> list[list[list[Fragment]]]:
    """Return the cells row by row, without columns and rows in which nothing stands."""
    kept = [j for j in range(width) if any(cells.get((i, j)) for i in range(height))]
    rows = []
    for i in range(height):
        row: list[list[Fragment]] = []
        for j in kept:
            top = owner[i, j]
            again = top[1] != j and top[1] in kept
            row.append([] if again and i >= HEAD_ROWS else cells.get(top, []))
        if any(row):
            rows.append(row)
    return rows
