"""Lines that are drawn on a page, put together from their pieces."""

from __future__ import annotations

from collections.abc import Sequence

from rag.formats.pdf.layout.shapes import Rect

SNAP = 3.0  # points: lines this near to each other are one, or meet
_SHORTEST = 6.0  # points of a line that counts


def merged_rules(rules: Sequence[Rect], *, upright: bool) -> list[Rect]:
    """Return lines of one direction, with the pieces of a line put together."""
    lines = []
    for rule in rules:
        width, height = rule.x1 - rule.x0, rule.y1 - rule.y0
        if upright and height >= _SHORTEST and width <= SNAP:
            lines.append(((rule.x0 + rule.x1) / 2, rule.y0, rule.y1))
        elif not upright and width >= _SHORTEST and height <= SNAP:
            lines.append(((rule.y0 + rule.y1) / 2, rule.x0, rule.x1))
    places = positions([place for place, _, _ in lines])
    by_place: dict[float, list[tuple[float, float]]] = {}
    for place, start, end in lines:
        near = min(places, key=lambda each: abs(each - place))
        by_place.setdefault(near, []).append((start, end))
    merged = []
    for place, stretches in by_place.items():
        stretches.sort()
        start, end = stretches[0]
        for one, two in stretches[1:]:
            if one > end + SNAP:
                merged.append((place, start, end))
                start, end = one, two
            end = max(end, two)
        merged.append((place, start, end))
    return [Rect(p, s, p, e) if upright else Rect(s, p, e, p) for p, s, e in merged]


def positions(values: list[float]) -> list[float]:
    """Return places in order, those that are near each other as one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > SNAP:
            found.append(value)
    return found


def connected(across: list[Rect], upright: list[Rect]) -> list[tuple[list[Rect], list[Rect]]]:
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
        across.x0 - SNAP <= upright.x0 <= across.x1 + SNAP
        and upright.y0 - SNAP <= across.y0 <= upright.y1 + SNAP
    )
