"""Lines of a text with their places, and paragraphs made of them."""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median
from typing import NamedTuple

# What str.splitlines calls a line end, less those that occur inside sentences.
_LINE = re.compile(r"[^\r\n\f\v\u2028\u2029]+")
# A column of text that was broken by a program has lines of about this length.
WRAP_WIDTHS = range(50, 121)
MIN_WRAPPED_LINES = 3  # fewer lines than this show no habit
FULL_LINE = 0.6  # of the usual width: a line that went on to the next


class Line(NamedTuple):
    """A line with words: its span without surrounding white space, and those words."""

    start: int
    end: int
    text: str


def split_lines(text: str) -> list[Line]:
    """The lines of a text that are not blank."""
    lines = []
    for match in _LINE.finditer(text):
        words = match.group().strip()
        if words:
            start = match.start() + match.group().index(words)
            lines.append(Line(start, start + len(words), words))
    return lines


def join_wrapped(text: str, lines: list[Line]) -> list[tuple[int, int]]:
    """Paragraph spans: each line one, except where a program broke a sentence over lines.

    Args:
        text: the whole text, to see the blank lines between the lines.
        lines: those of its lines that belong to the article.
    """
    adjoining = [
        text.count("\n", a.end, b.start) <= 1 and not text[a.end : b.start].strip()
        for a, b in pairwise(lines)
    ]
    followed = [len(a.text) for a, near in zip(lines, adjoining, strict=False) if near]
    width = median(followed) if len(followed) >= MIN_WRAPPED_LINES else 0
    wrapped = round(width) in WRAP_WIDTHS
    spans: list[tuple[int, int]] = []
    for at, line in enumerate(lines):
        goes_on = (
            at > 0
            and adjoining[at - 1]
            and (
                line.text[0].islower() or (wrapped and len(lines[at - 1].text) >= FULL_LINE * width)
            )
        )
        if goes_on:
            spans[-1] = (spans[-1][0], line.end)
        else:
            spans.append((line.start, line.end))
    return spans
