"""Numbers and bullets left of the text: of the entries of lists, and of lines themselves."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median

from rag.formats.pdf.lines import Fragment
from rag.formats.pdf.tables.unruled import rows_of

_MARKER_GAP = 4.0  # of the size: how far behind its bullet the text of a list may begin
_MARKER = re.compile(
    r"[•‣▪▫●○◦■□➢➤►▶∙·❖✓✔✗✘✕✖☐☒☑❏❐❑❒⁃]|\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,5})[.)]|\d{1,2}(?:\.\d{1,2})+\.?"
)
_SAME_EDGE = 1.5  # points: by how much the edges of the cells of a column differ
_FIGURE = re.compile(r"[\W_]*\d[\d\s.,:/%°–-]*\S{0,8}")
_LINE_NUMBER = re.compile(r"\d{1,4}")
_FEWEST_NUMBERS = 5  # of lines on a page: fewer may be anything
_UNEVEN = 0.2  # of the distance between two numbers: by how much it differs
_COUNTED = 5  # lines, of which one is numbered in the acts of parliaments and in plays
_WORDS = 6  # characters: what is longer is a line of the text
_SAME_MARGIN = 4.0  # points: by how much the edges of numbers in a margin differ
_STEPS = (1, 5, 10)  # each line is numbered, or each fifth
_SURE_COUNT = 20  # so many in a row are numbers of lines, if the text has no columns
_GOES_ON = 0.15  # of the lines: so many begin amid a sentence
_NEARLY_FULL = 0.75  # of the widest line: a line that wide may go on in the next


def with_markers(fragments: Sequence[Fragment]) -> list[Fragment]:
    """Join the bullets and numbers of lists with what they stand before."""
    rows = rows_of(fragments)
    cells = _cells_beside(rows)
    kept: list[Fragment] = []
    for row in rows:
        done: list[Fragment] = []
        for fragment in row:
            last = done[-1] if done else None
            if (
                last is not None
                and _is_marker(last, first=len(done) == 1)
                and fragment.x0 - last.x1 <= _MARKER_GAP * fragment.size
                and fragment.text[0].isprintable()
                and any(char.isalpha() for char in fragment.text)
                and (round(last.x0), round(fragment.x0)) not in cells
            ):
                text, first = f"{last.text} {fragment.text}", last.x1 - last.x0
                done[-1] = replace(fragment, text=text, x0=last.x0, first=first)
            else:
                done.append(fragment)
        kept += done
    return kept


def _is_marker(fragment: Fragment, *, first: bool) -> bool:
    return _MARKER.fullmatch(fragment.text) is not None or (first and fragment.text in "-–—*")


def _cells_beside(rows: Sequence[list[Fragment]]) -> set[tuple[int, int]]:
    """Return where the cells of two columns of a table begin, in whole points.

    They have a header above, or rows in which figures at one edge follow.
    """
    found: set[tuple[int, int]] = set()
    figures: dict[tuple[int, int], list[float]] = {}
    for row in rows:
        if len(row) < 2:
            continue
        one, two = row[:2]
        place = round(one.x0), round(two.x0)
        if not _is_marker(one, first=True) and one.text[:1].isalpha():
            found.add(place)
        elif len(row) > 2 and _FIGURE.fullmatch(row[-1].text):
            edges = figures.setdefault(place, [])
            if any(abs(edge - row[-1].x1) < _SAME_EDGE for edge in edges):
                found.add(place)
            edges.append(row[-1].x1)
    return {(x + i, y + j) for x, y in found for i in (-1, 0, 1) for j in (-1, 0, 1)}


def line_numbers(fragments: Sequence[Fragment]) -> list[Fragment]:
    """Return the numbers of the lines of a page, as courts and editors put them in the margin."""
    if not fragments:
        return []
    return _in_left_margin(fragments) or _counted_lines(fragments)


def _in_left_margin(fragments: Sequence[Fragment]) -> list[Fragment]:
    left = min(each.x0 for each in fragments)
    margin = [
        each
        for each in fragments
        if each.x1 < left + 6 * each.size and _LINE_NUMBER.fullmatch(each.text)
    ]
    if not margin:
        return []
    starts, ends = median(each.x0 for each in margin), median(each.x1 for each in margin)
    numbers = sorted(
        (
            each
            for each in margin
            if abs(each.x0 - starts) < _SAME_MARGIN or abs(each.x1 - ends) < _SAME_MARGIN
        ),
        key=lambda each: each.y,
    )
    edge = max((each.x1 for each in numbers), default=0.0)
    if len(numbers) < _FEWEST_NUMBERS or not _is_even(numbers):
        return []
    ids = set(map(id, numbers))
    top, bottom = numbers[0].y - numbers[0].size, numbers[-1].y + numbers[0].size
    text = [each for each in fragments if id(each) not in ids and top <= each.y <= bottom]
    if any(each.x0 < edge for each in text):
        return []
    return numbers if _is_running(numbers, rows_of(with_markers(text))) else []


def _counted_lines(fragments: Sequence[Fragment]) -> list[Fragment]:
    """Return the numbers beside each fifth line, in either margin, if as many lines are between."""
    numbers = _aligned(
        each
        for each in fragments
        if _LINE_NUMBER.fullmatch(each.text) and int(each.text) % _COUNTED == 0
    )
    counts = [int(each.text) for each in numbers]
    if len(numbers) < 2 or counts != list(range(counts[0], counts[-1] + 1, _COUNTED)):
        return []
    top, bottom = numbers[0].y - numbers[0].size, numbers[-1].y + numbers[-1].size
    text = [each for each in fragments if top <= each.y <= bottom and len(each.text) > _WORDS]
    usual = median(each.size for each in text) if text else 0.0
    text = [each for each in text if each.size >= _NEARLY_FULL * usual]
    if any(each.x0 < number.x1 and number.x0 < each.x1 for each in text for number in numbers):
        return []
    lines = [row[0].y for row in rows_of(text)]
    if not all(any(abs(each.y - y) < each.size / 2 for y in lines) for each in numbers):
        return []
    between = [
        sum(one.y + one.size / 2 < y <= two.y + two.size / 2 for y in lines)
        for one, two in itertools.pairwise(numbers)
    ]
    return numbers if set(between) == {_COUNTED} else []


def _aligned(numbers: Iterable[Fragment]) -> list[Fragment]:
    """Return the numbers that begin or end where another of them does."""
    every = list(numbers)
    return [
        one
        for one in every
        if any(
            two is not one and min(abs(two.x0 - one.x0), abs(two.x1 - one.x1)) < _SAME_MARGIN
            for two in every
        )
    ]


def _is_even(numbers: Sequence[Fragment]) -> bool:
    """Return whether numbers count on, at equal distances."""
    counts = [int(each.text) for each in numbers]
    steps = {two - one for one, two in itertools.pairwise(counts)}
    gaps = [two.y - one.y for one, two in itertools.pairwise(numbers)]
    even = max(gaps) - min(gaps) <= _UNEVEN * min(gaps)
    return even and len(steps) == 1 and steps <= set(_STEPS)


def _is_running(numbers: Sequence[Fragment], rows: Sequence[list[Fragment]]) -> bool:
    """Return whether what stands beside numbers is text, and no table or list."""
    if len(rows) < 2 or sum(len(row) > 1 for row in rows) * 2 > len(rows):
        return False
    if int(numbers[1].text) - int(numbers[0].text) > 1:
        return len(rows) > len(numbers)
    width = max(row[-1].x1 for row in rows) - numbers[0].x1
    onward = sum(
        two[0].text[:1].islower() and one[-1].x1 - numbers[0].x1 > _NEARLY_FULL * width
        for one, two in itertools.pairwise(rows)
    )
    idle = sum(all(abs(row[0].y - each.y) > each.size / 2 for row in rows) for each in numbers)
    sure = len(numbers) >= _SURE_COUNT or idle >= 2
    return sure or onward >= _GOES_ON * len(rows)
