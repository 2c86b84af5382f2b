"""Which rows of a table name its columns."""

from __future__ import annotations

import itertools
import re

from rag.formats.pdf.layout.shapes import Rect
from rag.formats.pdf.lines import Fragment

HEAD_ROWS = 3  # of a header at most
_NUMBER = re.compile(r"^[\W_]*\d[\d\s.,:/%°–-]*\S{0,8}$")
FIGURE = re.compile(r"[^\w\s]{0,2}\d[\d.,:’'/]*[^\w\s]?")  # alone, as "4,120", "£4.50" or "17%"
_SHORT_NUMBER = re.compile(r"\d{1,4}")
_FEWEST_COUNTED = 3  # columns: fewer numbers that go up are chance
# A year, also with a unit: "2021 (m³)".
_YEAR = re.compile(r"(?:FY ?)?(?:1[5-9]|20)\d\d(?: ?[/–-] ?\d{2,4})?(?: ?\([^()\d]{1,12}\))?")


def heads_of(rows: list[list[list[Fragment]]], across: list[Rect], *, ruled: bool) -> int:
    """Return how many rows are the header."""
    if len(rows) < 2:
        return 0
    texts = [[" ".join(f.text for f in cell) for cell in row] for row in rows]
    if _are_counted(texts[0]) and _is_bold(rows[0]) and not any(map(_is_bold, rows[1:])):
        return 1
    if any(map(_is_figure, texts[0][1:])) or sum(map(bool, texts[0])) < max(2, len(texts[0]) - 1):
        return 0
    years = [n for n, text in enumerate(texts[0]) if _YEAR.fullmatch(text)]
    if not _is_figure(texts[0][0]) and _are_named(texts, years):
        heads = 1
        while heads < min(HEAD_ROWS, len(rows) - 1) and _is_bold(rows[heads]) and _spans(rows[0]):
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


def _is_figure(text: str) -> bool:
    """Return whether a cell holds a figure that is no year, and so names no column."""
    return _NUMBER.match(text) is not None and not _YEAR.fullmatch(text)


def _are_counted(texts: list[str]) -> bool:
    """Return whether the cells behind the first are numbers that go up, as of trains or classes."""
    numbers = [int(text) for text in texts[1:] if _SHORT_NUMBER.fullmatch(text)]
    enough = len(numbers) == len(texts) - 1 >= _FEWEST_COUNTED
    return enough and sorted(set(numbers)) == numbers and texts[0][:1].isalpha()


def _are_named(texts: list[list[str]], years: list[int]) -> bool:
    """Return whether years in the first row name the columns of figures that they stand over."""
    return all(
        any(_is_figure(row[n]) for row in texts[1:])
        and not any(_YEAR.fullmatch(row[n]) for row in texts[1:])
        for n in years
    )


def _spans(row: list[list[Fragment]]) -> bool:
    """Return whether a cell of a row stands above several columns."""
    return any(one and one is two for one, two in itertools.pairwise(row))


def _is_bold(row: list[list[Fragment]]) -> bool:
    return all(fragment.bold for cell in row for fragment in cell)
