"""Footnotes whose marks stand apart from their words, as in a narrow column of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.formats.pdf.lines import Fragment
from rag.formats.pdf.tables.unruled import rows_of

_MARK = re.compile(r"\(?(?:\d{1,3}|[a-z]|[*†‡§]{1,3}|[¹²³⁰⁴-⁹]{1,3})[.)]?")
_GAP = 4.0  # of the size: how far behind its mark a note begins
_SMALL = 0.95  # of the size of the text: what notes are set in
_HIGHEST = 0.3  # of the height of a page: notes stand below


def with_note_marks(fragments: Sequence[Fragment], size: float, height: float) -> list[Fragment]:
    """Join the marks of notes with the words behind them, so that they are no table.

    Args:
        fragments: the text of a page without its head and foot.
        size: of most text of the document.
        height: of the page.
    """
    joined: dict[int, Fragment] = {}
    gone: set[int] = set()
    for row in reversed(rows_of(fragments)):
        if max(each.size for each in row) > _SMALL * size or row[0].y < _HIGHEST * height:
            break
        if len(row) == 2 and _is_mark(*row):
            mark, words = row
            joined[id(words)] = replace(
                words, text=f"{mark.text} {words.text}", x0=mark.x0, first=mark.x1 - mark.x0
            )
            gone.add(id(mark))
        elif len(row) > 1:
            return list(fragments)  # small print in columns, or a table
    return [joined.get(id(each), each) for each in fragments if id(each) not in gone]


def _is_mark(mark: Fragment, words: Fragment) -> bool:
    near = 0 < words.x0 - mark.x1 <= _GAP * words.size
    return near and _MARK.fullmatch(mark.text) is not None and not words.text[:1].isdigit()
