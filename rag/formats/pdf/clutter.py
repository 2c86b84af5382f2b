"""Heads, feet and numbers of pages: what stands in the margin of page after page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.formats.pdf.layout.tables import rows_of
from rag.formats.pdf.lines import Fragment

_EDGE_ROWS = 4  # of a page at either end that may be clutter
_SAME_PLACE = 5.0  # points
_MARGIN = 0.08  # of the height of a page
_WIDE_MARGIN = 0.12
_APART = 1.9  # of its size: how far from the text a head is at least, from baseline to baseline
_APART_IN_MARGIN = 1.45  # the same in the margin
_OTHER_SIZE = 0.07  # of the size of the text: by so much a head is set smaller or larger
_LARGE = 1.15  # of the size of the text: what is larger is a title where it stands first
_SENTENCE_WORDS = 6

_NUMBER = re.compile(
    r"[\W_]*(?:(?:page|seite|página|pagina|p\.|s\.|стр\.|صفحة|第)\s*)?"
    r"(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:of|/|von|de|di|sur|из|من|\|)\s*\d{1,4})?\s*(?:页|頁)?[\W_]*",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"(?:page|seite|página|pagina)\s*\d+|\b\d+\s*(?:of|/|von)\s*\d+$", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+")


@dataclass
class PageText:
    """The text of a page, and what of it was set apart as clutter, each with its kind."""

    fragments: list[Fragment]
    width: float
    height: float
    head: list[tuple[str, str]] = field(default_factory=list)
    foot: list[tuple[str, str]] = field(default_factory=list)


@dataclass(eq=False)
class _Spot:
    """A fragment near the upper or the lower edge of a page."""

    page: int
    fragment: Fragment
    place: float  # from that edge
    numbers: list[int]


def set_apart(pages: Sequence[PageText], size: float) -> None:
    """Move the clutter of each page from its text to its head and foot.

    Args:
        pages: all pages.
        size: of the font of most of the text.
    """
    for at_top in (True, False):
        rows = [_edge_rows(page, at_top=at_top) for page in pages]
        repeated = _repeated(pages, rows, at_top=at_top)
        kept_titles: set[str] = set()
        for number, page in enumerate(pages):
            _set_page_apart(page, rows[number], repeated[number], size, kept_titles, at_top=at_top)


def _edge_rows(page: PageText, *, at_top: bool) -> list[list[Fragment]]:
    """Return the rows next to an edge, the outermost first."""
    rows = rows_of(page.fragments)
    return rows[:_EDGE_ROWS] if at_top else rows[::-1][:_EDGE_ROWS]


def _repeated(
    pages: Sequence[PageText], rows: list[list[list[Fragment]]], *, at_top: bool
) -> list[set[int]]:
    """Return for each page the ids of the fragments that others have at the same place."""
    spots: dict[str, list[_Spot]] = {}
    for number, page in enumerate(pages):
        for row in rows[number]:
            for fragment in row:
                numbers = [int(each) for each in _DIGITS.findall(fragment.text)[:6]]
                place = fragment.y if at_top else page.height - fragment.y
                spot = _Spot(number, fragment, place, numbers)
                spots.setdefault(_DIGITS.sub("#", fragment.text.casefold()), []).append(spot)
    found: list[set[int]] = [set() for _ in pages]
    for group in spots.values():
        for n, spot in enumerate(group):
            near = group[max(n - 3, 0) : n] + group[n + 1 : n + 4]
            if any(_is_same(spot, other) for other in near):
                found[spot.page].add(id(spot.fragment))
    return found


def _is_same(one: _Spot, two: _Spot) -> bool:
    """Return whether two spots are the same but for the number of the page."""
    if one.page == two.page or abs(one.place - two.place) > _SAME_PLACE:
        return False
    if abs(one.fragment.size - two.fragment.size) > _OTHER_SIZE * one.fragment.size:
        return False
    pairs = list(zip(one.numbers, two.numbers, strict=True))
    apart = [b - a for a, b in pairs if a != b]
    return all(step == two.page - one.page for step in apart) and len(apart) <= 1


def _set_page_apart(
    page: PageText,
    rows: list[list[Fragment]],
    repeated: set[int],
    size: float,
    kept_titles: set[str],
    *,
    at_top: bool,
) -> None:
    found: list[list[Fragment]] = []
    waiting: list[list[Fragment]] = []
    for n, row in enumerate(rows):
        inner = rows[n + 1] if n + 1 < len(rows) else None
        text = " ".join(fragment.text for fragment in row)
        place = row[0].y if at_top else page.height - row[0].y
        counted = _is_number(row, text, place / max(page.height, 1))
        again = any(id(fragment) in repeated for fragment in row)
        if not counted and not again:
            break
        is_large = row[0].size > _LARGE * size and not counted
        if is_large and (_DIGITS.search(text) or text not in kept_titles):
            kept_titles.add(text)
            break
        waiting.append(row)
        if _is_apart(row, inner, text, place / max(page.height, 1), size):
            found += waiting
            waiting = []
    gone = {id(fragment) for row in found for fragment in row}
    page.fragments = [each for each in page.fragments if id(each) not in gone]
    where = page.head if at_top else page.foot
    kind = "page head" if at_top else "page foot"
    for row in found if at_top else found[::-1]:
        text = " ".join(fragment.text for fragment in row)
        where.append((text, "page number" if _NUMBER.fullmatch(text) else kind))


def _is_number(row: list[Fragment], text: str, place: float) -> bool:
    """Return whether a row is the number of a page, perhaps beside other words in the margin."""
    if _NUMBER.fullmatch(text):
        return place < (_WIDE_MARGIN if _COUNTED.search(text) else _MARGIN)
    return place < _MARGIN / 2 and any(_COUNTED.search(fragment.text) for fragment in row)


def _is_apart(
    row: list[Fragment], inner: list[Fragment] | None, text: str, place: float, size: float
) -> bool:
    """Return whether a row stands apart from the text: by its place, its size or white."""
    if inner is None:
        return place < _WIDE_MARGIN
    own = row[0].size
    step = abs(inner[0].y - row[0].y) / max(own, min(inner[0].size, size))
    white = step > (_APART_IN_MARGIN if place < _MARGIN else _APART)
    if text.endswith(".") and len(text.split()) >= _SENTENCE_WORDS and own >= 0.93 * size:
        return white and place < _MARGIN
    return white or abs(own - size) > _OTHER_SIZE * size
