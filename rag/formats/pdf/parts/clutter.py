"""Heads, feet and numbers of pages: what stands in the margin of page after page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.formats.pdf.lines import Fragment
from rag.formats.pdf.tables.unruled import rows_of

_EDGE_ROWS = 4  # of a page at either end that may be clutter
_SAME_PLACE = 5.0  # points
_MARGIN = 0.08  # of the height of a page
_WIDE_MARGIN = 0.12
_APART = 1.9  # of its size: how far from the text a head is at least, from baseline to baseline
_APART_IN_MARGIN = 1.45  # the same in the margin
_OTHER_SIZE = 0.07  # of the size of the text: by so much a head is set smaller or larger
_LARGE = 1.15  # of the size of the text: what is larger is a title where it stands first
_SENTENCE_WORDS = 6
_OFTEN = 3  # pages: words that begin or end so many are no text, though text is close to them
_HEADER_STEP = 3.0  # of the size, from the header of a table to its first row
_SMALL = 0.95  # of the size of the text: footnotes are smaller
_OWN_PLACE = 3.0  # of the size: a number this far from the words of its row is no mark of theirs

_NUMBER = re.compile(
    r"[\W_]*(?:(?:page|seite|página|pagina|p\.|s\.|стр\.|صفحة|第)\s*)?"
    r"(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:of|/|von|de|di|sur|из|من|\|)\s*\d{1,4})?\s*(?:页|頁)?[\W_]*",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"(?:page|seite|página|pagina)\s*\d+|\b\d+\s*(?:of|/|von)\s*\d+$", re.IGNORECASE
)
_YEAR = re.compile(r"\d{4}")
_DIGITS = re.compile(r"\d+")
_ENDS = ".", ".)", "?", "!", ".”", '."', ".»", "。"
_LONG_FOOT = 9  # words: what is longer is the first line of a note
_RAISED_MARK = re.compile(r"[⁰¹²³⁴-⁹*†‡]")
_NOTE_MARK = re.compile(r"\(?(?:\d{1,3}|[a-z])[.)]?\s+(?=[^\W\d_])|\[\d{1,3}\]\s")


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
        # What stands apart on one page is as much a head where text or a table is close below it.
        always = known = _recurring(rows, repeated)
        for _ in range(2):
            titles: set[str] = set()
            found = [
                _clutter_of(page, each, again, size, titles, known, at_top=at_top)
                for page, each, again in zip(pages, rows, repeated, strict=True)
            ]
            known = always | {_key(_text_of(row)) for each in found for row in each}
        for page, each in zip(pages, found, strict=True):
            _move(page, each, at_top=at_top)


def _recurring(rows: list[list[list[Fragment]]], repeated: list[set[int]]) -> set[str]:
    """Return the keys of words that are the outermost of several pages, however close to text."""
    outermost = Counter(
        _key(each[0][0].text)
        for each, again in zip(rows, repeated, strict=True)
        if each and len(each[0]) == 1 and id(each[0][0]) in again
    )
    return {key for key, n in outermost.items() if n >= _OFTEN and not key.endswith((".", ":"))}


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
                spots.setdefault(_key(fragment.text), []).append(spot)
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


def _key(text: str) -> str:
    """Return what heads and feet that differ in their numbers have in common."""
    return _DIGITS.sub("#", text.casefold())


def _text_of(row: list[Fragment]) -> str:
    return " ".join(fragment.text for fragment in row)


def _clutter_of(
    page: PageText,
    rows: list[list[Fragment]],
    repeated: set[int],
    size: float,
    titles: set[str],
    known: set[str],
    *,
    at_top: bool,
) -> list[list[Fragment]]:
    """Return those rows at an edge of a page that are clutter, the outermost first.

    Args:
        page: the page.
        rows: those next to the edge, the outermost first.
        repeated: the ids of the fragments that other pages have, too.
        size: of the text.
        titles: large words at the top of the pages so far; the first of each is no clutter.
        known: the keys of what is clutter on other pages.
        at_top: which edge it is.
    """
    found: list[list[Fragment]] = []
    waiting: list[list[Fragment]] = []
    for n, row in enumerate(rows):
        inner = rows[n + 1] if n + 1 < len(rows) else None
        text = _text_of(row)
        place = (row[0].y if at_top else page.height - row[0].y) / max(page.height, 1)
        counted = _is_number(row, text, place)
        again = _is_again(row, repeated)
        is_note = not at_top and not counted and _is_note(row, text, size)
        is_header = at_top and inner is not None and _is_above_columns(row, inner)
        if is_note or is_header or not (counted or again):
            break
        is_large = row[0].size > _LARGE * size and not counted
        if is_large and (_DIGITS.search(text) or text not in titles):
            titles.add(text)
            break
        waiting.append(row)
        is_sure = again and (counted or _key(text) in known)
        if is_sure or _is_apart(row, inner, text, place, size):
            found += waiting
            waiting = []
    return found


def _move(page: PageText, rows: list[list[Fragment]], *, at_top: bool) -> None:
    """Move rows from the text of a page to its head or foot."""
    gone = {id(fragment) for row in rows for fragment in row}
    page.fragments = [each for each in page.fragments if id(each) not in gone]
    where = page.head if at_top else page.foot
    kind = "page head" if at_top else "page foot"
    for row in rows if at_top else rows[::-1]:
        text = _text_of(row)
        where.append((text, "page number" if _NUMBER.fullmatch(text) else kind))


def _is_again(row: list[Fragment], repeated: set[int]) -> bool:
    """Return whether other pages have most words of a row, or its number that stands apart."""
    same = [each for each in row if id(each) in repeated]
    words = [each for each in same if any(char.isalpha() for char in each.text)]
    if sum(len(each.text) for each in words) * 2 >= sum(len(each.text) for each in row):
        return True
    return bool(same) and all(
        abs(other.x0 - each.x1) > _OWN_PLACE * each.size
        and abs(each.x0 - other.x1) > _OWN_PLACE * each.size
        for each in same
        for other in row
        if other is not each
    )


def _is_note(row: list[Fragment], text: str, size: float) -> bool:
    """Return whether a row is a footnote: small print that begins with the mark of a note."""
    own = max(each.size for each in row)
    if own > _SMALL * size:
        return False
    if _RAISED_MARK.match(text):
        return True
    mark = _NOTE_MARK.match(text)
    near = len(row) == 1 or row[1].x0 - row[0].x1 <= _OWN_PLACE * own
    return mark is not None and near and (text.endswith(_ENDS) or len(text.split()) > _LONG_FOOT)


def _is_above_columns(row: list[Fragment], inner: list[Fragment]) -> bool:
    """Return whether a row is the header of a table, each cell of it above one of the next row."""
    numbers = [each.text for each in row if _NUMBER.fullmatch(each.text)]
    has_page = len(numbers) == 1 and not _YEAR.fullmatch(numbers[0])
    if len(row) < 2 or len(inner) < 2 or has_page:
        return False
    if abs(inner[0].y - row[0].y) > _HEADER_STEP * row[0].size:
        return False
    above = [
        next((n for n, cell in enumerate(inner) if cell.x0 < each.x1 and each.x0 < cell.x1), -1)
        for each in row
    ]
    return -1 not in above and len(set(above)) == len(above)


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
