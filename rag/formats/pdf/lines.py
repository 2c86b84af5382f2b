"""The characters of a page put together to stretches of text, each on one line."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter, itemgetter

from rag.formats.pdf.layout.shapes import Rect
from rag.formats.pdf.page import MAYBE_SPACE, Glyph
from rag.formats.pdf.scripts import logical, scripted
from rag.formats.pdf.spaced import closed_up

BREAK = 0.75  # of the size of the font: a gap this wide may part columns or cells
_SPACE = 0.17  # of the size: a gap this wide is a space where none is written
_SPACE_IF_PARTED = 0.07  # the same where pdfium sees a space, too: slanted letters lean over it
_SPACE_OF_ARABIC = 0.22  # where letters that do not join leave gaps within words
_SPACE_BESIDE_WRITTEN = 0.14, 0.3  # the same where the line has spaces of its own
_NO_SPACE = 0.04  # of the size: white this narrow is none, though a space be written
_TRACKED = 3  # letters set apart in a row: they are spaced out, and not words of one letter
_SAME_LINE = 0.1  # of the size: by how much baselines of one line may differ
_RAISED = 0.12, 0.75  # of the size of the line: how far up a superscript stands
_LOWERED = 0.06, 0.4  # how far down a subscript stands
_SMALLER = 0.9  # of the size of the line: a raised or lowered character is smaller than this
_MARK_RAISED = 0.25, 0.7  # how far up the mark of a note stands that is as large as its line
_MARK = re.compile(r"\(?\[?(?:\d{1,3}|[*†‡§])\]?\)?")
_BESIDE = 0.45  # of the size of the line: how near to its neighbour it stands
_MAX_SCRIPT = 12  # characters of a superscript
_BULLET_GAP = 2.5  # of the size: how far left of its text a bullet stands
_TOUCHING = 0.05  # of the size: characters this near are of one word
_DOUBLED = 0.12  # of the size: a letter this near to the same letter is the same
_DROPPED = 1.8  # of the size of the lines beside it: an initial this large begins the first

_LEFT, _RIGHT = itemgetter(0), itemgetter(1)  # the edges of a character


@dataclass(eq=False)
class Fragment:
    """A stretch of text on one line, without a wide gap.

    Attributes:
        text: its words.
        x0, x1: its edges.
        y: its baseline.
        size: of most of its characters.
        bold: whether most of them are.
        first: the width of its first word.
        space: the widest gap between its words; 0 where it has one word.
        kind: ``field`` for a label with the value of a form, ``option`` for a box to tick with
            its words; else empty.
        label: of an option the question that it answers.
        top: the upper edge of its tall letters.
        bottom: the lower edge of letters that reach down.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool = False
    first: float = 0.0
    space: float = 0.0
    kind: str = ""
    label: str = ""
    top: float = field(init=False)
    bottom: float = field(init=False)

    def __post_init__(self) -> None:
        self.top = self.y - 0.75 * self.size
        self.bottom = self.y + 0.22 * self.size


@dataclass
class _Strip:
    """Characters on one baseline without a wide gap between them."""

    glyphs: list[Glyph]
    scripts: dict[int, int] = field(default_factory=dict)  # id of a glyph: 1 raised, -1 lowered

    def __post_init__(self) -> None:
        exact: dict[float, int] = {}
        for glyph in self.glyphs:
            exact[glyph.size] = exact.get(glyph.size, 0) + (1 if glyph.char.isspace() else 4)
        sizes: dict[float, int] = {}
        for size, count in exact.items():
            sizes[round(size, 1)] = sizes.get(round(size, 1), 0) + count
        self.size = max(sizes, key=sizes.__getitem__)
        self.y = self.glyphs[0].y
        self.measure()

    def measure(self) -> None:
        """Note where its edges are."""
        inked = [glyph for glyph in self.glyphs if not glyph.char.isspace()] or self.glyphs
        self.x0, self.x1 = min(map(_LEFT, inked)), max(map(_RIGHT, inked))

    @property
    def text(self) -> str:
        """Return its characters without white space."""
        return "".join(glyph.char for glyph in self.glyphs if not glyph.char.isspace())


def fragments_of(glyphs: Sequence[Glyph], walls: Sequence[Rect] = ()) -> list[Fragment]:
    """Return the stretches of text that characters make, from the top down.

    Args:
        glyphs: the characters, in the order in which they are drawn.
        walls: upright lines, which no stretch goes through.
    """
    strips = [strip for row in _rows(glyphs) for strip in _strips(row, walls)]
    strips = _with_initials(_with_scripts(strips))
    found = [_fragment(strip) for strip in _joined(strips, walls)]
    return sorted((each for each in found if each.text), key=lambda each: (each.y, each.x0))


def with_bullets(fragments: Sequence[Fragment], dots: Sequence[Rect]) -> list[Fragment]:
    """Put the bullets that are drawn as shapes before the text that they stand left of."""
    found = []
    for fragment in fragments:
        size = fragment.size
        dot = next(
            (
                each
                for each in dots
                if 0 < fragment.x0 - each.x1 < _BULLET_GAP * size
                and fragment.y - 0.75 * size < (each.y0 + each.y1) / 2 < fragment.y
                and not any(
                    each.x1 <= other.x1
                    and other.x0 < fragment.x0
                    and abs(other.y - fragment.y) < size
                    for other in fragments
                    if other is not fragment
                )
            ),
            None,
        )
        if dot is not None:
            fragment = replace(fragment, text=f"• {fragment.text}", x0=dot.x0)
        found.append(fragment)
    return found


def _is_again(glyph: Glyph, other: Glyph) -> bool:
    """Return whether a letter is drawn again on the same place, as fat print is imitated."""
    return (
        glyph.char == other.char
        and glyph.x0 - other.x0 < _DOUBLED * glyph.size
        and abs(other.y - glyph.y) < _DOUBLED * glyph.size
        and other.x1 > other.x0
        and not unicodedata.combining(glyph.char)
    )


def _rows(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Yield the characters that stand on one baseline, from the top down."""
    row: list[Glyph] = []
    y, size = 0.0, 0.0
    for glyph in sorted(glyphs, key=attrgetter("y")):
        if row and glyph.y != y and glyph.y - y > _SAME_LINE * max(size, glyph.size):
            yield row
            row = []
        if not row:
            y, size = glyph.y, glyph.size
        row.append(glyph)
    if row:
        yield row


def _strips(row: list[Glyph], walls: Sequence[Rect]) -> Iterator[_Strip]:
    """Yield the parts of a row between its wide gaps; spaces do not fill a gap."""
    row.sort(key=itemgetter(0, 1))  # from the left; letters on one place keep their order
    strip: list[Glyph] = []
    last: Glyph | None = None
    edge = 0.0
    for glyph in closed_up(row):
        if glyph.char.isspace():
            if strip:
                strip.append(glyph)
            continue
        if last is not None:
            if glyph.x0 - last.x0 < glyph.size and _is_again(glyph, last):
                continue
            gap = glyph.x0 - edge
            size = last.size if last.size < glyph.size else glyph.size
            if gap > BREAK * size or (walls and _is_walled(edge, glyph, walls)):
                yield _Strip(strip)
                strip = []
        edge = max(edge, glyph.x1) if strip else glyph.x1
        last = glyph
        strip.append(glyph)
    if strip:
        yield _Strip(strip)


def _is_walled(edge: float, glyph: Glyph, walls: Sequence[Rect]) -> bool:
    """Return whether an upright line stands between an edge and a character right of it."""
    if not walls:
        return False
    if glyph.x0 - edge < _TOUCHING * glyph.size:
        return False  # a word that runs over the line
    y = glyph.y - 0.3 * glyph.size
    at = bisect_left(walls, edge - 1, key=lambda wall: wall.x0)
    while at < len(walls) and walls[at].x0 <= glyph.x0 + 1:
        if walls[at].y0 <= y <= walls[at].y1:
            return True
        at += 1
    return False


def _with_scripts(strips: list[_Strip]) -> list[_Strip]:
    """Put raised and lowered characters into the line that they belong to."""
    kept: list[_Strip] = []
    tops = sorted(strips, key=lambda strip: strip.y)
    for strip in tops:
        if sum(not glyph.char.isspace() for glyph in strip.glyphs) > _MAX_SCRIPT:
            kept.append(strip)
            continue
        start = bisect_left(tops, strip.y - 30, key=lambda each: each.y)
        found: list[tuple[float, int, _Strip]] = []
        for host in tops[start:]:
            if host.y > strip.y + 30:
                break
            shift = _shift(strip, host)
            if shift:
                found.append((_distance(strip, host), shift, host))
        gap, shift, host = min(found, key=lambda each: each[0], default=(1.0, 0, strip))
        if not shift or gap > _BESIDE * host.size:
            kept.append(strip)
            continue
        for glyph in strip.glyphs:
            host.scripts[id(glyph)] = shift
        host.glyphs = sorted([*host.glyphs, *strip.glyphs], key=lambda glyph: glyph.x0)
        host.measure()
    return kept


def _shift(strip: _Strip, host: _Strip) -> int:
    """Return 1 where a strip stands raised beside a line, -1 where lowered, else 0."""
    if host is strip:
        return 0
    up = (host.y - strip.y) / host.size
    if strip.size > _SMALLER * host.size:
        return int(_is_raised_mark(strip, host, up))
    return (_RAISED[0] <= up <= _RAISED[1]) - (_LOWERED[0] <= -up <= _LOWERED[1])


def _is_raised_mark(strip: _Strip, host: _Strip, up: float) -> bool:
    """Return whether a strip is the mark of a note, no smaller than the word that it ends."""
    return (
        _MARK_RAISED[0] <= up <= _MARK_RAISED[1]
        and strip.size <= 1.05 * host.size
        and abs(strip.x0 - host.x1) <= _TOUCHING * host.size
        and _MARK.fullmatch(strip.text) is not None
    )


def _distance(strip: _Strip, host: _Strip) -> float:
    """Return how far a strip is from the nearest character of a line that has room for it."""
    left = [strip.x0 - g.x1 for g in host.glyphs if g.x0 < strip.x0 and not g.char.isspace()]
    right = [g.x0 - strip.x1 for g in host.glyphs if g.x0 >= strip.x0 and not g.char.isspace()]
    if any(gap < -0.4 * strip.size for gap in (min(left, default=0), min(right, default=0))):
        return 1e9  # it stands over or under letters: a line of its own
    return min(abs(min(left, default=1e9)), abs(min(right, default=1e9)))


def _with_initials(strips: list[_Strip]) -> list[_Strip]:
    """Put a large initial before the first of the lines that it stands beside."""
    kept = []
    for strip in strips:
        letters = [glyph for glyph in strip.glyphs if not glyph.char.isspace()]
        head = letters[0]
        rest = letters[1:]
        usual = sorted(glyph.size for glyph in rest)[len(rest) // 2] if rest else 0.0
        if not head.char.isalpha() or (rest and head.size < _DROPPED * usual):
            kept.append(strip)
            continue
        beside = [
            other
            for other in strips
            if other is not strip
            and other.size * _DROPPED < head.size
            and head.y - head.size <= other.y - 0.6 * other.size
            and other.y <= head.y - 0.5 * other.size
            and -0.2 * other.size <= other.x0 - head.x1 <= 1.2 * other.size
        ]
        if not beside or (len(letters) > 1 and not rest):
            kept.append(strip)
            continue
        first = min(beside, key=lambda other: other.y)
        first.glyphs.insert(0, head._replace(x1=first.x0, size=first.size))
        first.measure()
        if rest:
            kept.append(_Strip(rest))
    return kept


def _joined(strips: list[_Strip], walls: Sequence[Rect]) -> list[_Strip]:
    """Join neighbours on a line again between which a raised character closed the gap."""
    kept: list[_Strip] = []
    for strip in sorted(strips, key=lambda strip: (strip.y, strip.x0)):
        last = kept[-1] if kept else None
        if (
            last is not None
            and (last.scripts or strip.scripts)
            and last.y == strip.y
            and -last.size < strip.x0 - last.x1 <= BREAK * min(last.size, strip.size)
            and not _is_walled(last.x1, strip.glyphs[0], walls)
        ):
            last.glyphs += strip.glyphs
            last.scripts |= strip.scripts
            last.measure()
        else:
            kept.append(strip)
    return kept


class _Inked:
    """The characters of a strip that are seen, and what is before each of them."""

    def __init__(self, glyphs: Sequence[Glyph]) -> None:
        self.glyphs: list[Glyph] = []
        self.gaps: list[float] = []
        self.written: list[bool] = []  # a space of the file
        self.parted: list[bool] = []  # a space that pdfium sees
        edge: float | None = None
        written = parted = False
        for glyph in glyphs:
            if glyph.char == MAYBE_SPACE:
                parted = True
                continue
            if glyph.char.isspace():
                written = edge is not None
                continue
            self.glyphs.append(glyph)
            self.gaps.append(0.0 if edge is None else glyph.x0 - edge)
            self.written.append(written)
            self.parted.append(parted)
            written = parted = False
            edge = glyph.x1 if edge is None or glyph.x1 > edge else edge


def _fragment(strip: _Strip) -> Fragment:
    """Return the text of a strip, with spaces where there are gaps."""
    inked = _Inked(strip.glyphs)
    spaced = _spaced(inked, strip.size)
    starts = [at for at, space in enumerate(spaced) if space]
    text = logical(_units(strip, inked, spaced))
    bold = sum(glyph.bold for glyph in inked.glyphs) > len(inked.glyphs) / 2
    first = strip.x1 - strip.x0
    if starts:
        first = inked.glyphs[starts[0]].x0 - inked.gaps[starts[0]] - strip.x0
    widest = max((inked.gaps[at] for at in starts), default=0.0)
    return Fragment(text, strip.x0, strip.x1, strip.y, strip.size, bold, first, max(widest, 0.0))


def _units(strip: _Strip, inked: _Inked, spaced: Sequence[bool]) -> list[str]:
    """Return the characters of a strip from the left, with its spaces and its raised ones."""
    units: list[str] = []
    if not strip.scripts:
        for glyph, space in zip(inked.glyphs, spaced, strict=True):
            if space:
                units.append(" ")
            units.append(glyph.char)
        return units
    run: list[str] = []  # raised or lowered characters
    kind = 0
    for at, (glyph, space) in enumerate(zip(inked.glyphs, spaced, strict=True)):
        script = strip.scripts.get(id(glyph), 0)
        if script != kind:
            units += scripted(run, kind, units)
            run, kind = [], script
        if script and not run:  # beside its word
            space = inked.written[at] or inked.gaps[at] > _BESIDE * strip.size
        if space and (units or run):
            (run if run else units).append(" ")
        (run if script else units).append(glyph.char)
    return units + scripted(run, kind, units)


def _spaced(inked: _Inked, size: float) -> list[bool]:
    """Return before which characters there is a space."""
    wide = _space_width(inked, size) * size
    narrow = _SPACE_IF_PARTED * size
    spaced = _shown_spaces(inked, size)
    written = any(spaced)
    doubtful: list[int] = []
    for at, gap in enumerate(inked.gaps):
        if spaced[at] or gap <= narrow or (gap <= wide and not inked.parted[at]):
            continue
        if gap <= 0.5 * size and _is_wide_char(inked.glyphs[at].char):
            continue
        spaced[at] = True
        if written and gap <= _SPACE_BESIDE_WRITTEN[1] * size:
            doubtful.append(at)
    for run in _runs(doubtful):
        if len(run) >= _TRACKED:
            for at in run:
                spaced[at] = False
    return spaced


def _shown_spaces(inked: _Inked, size: float) -> list[bool]:
    """Return which spaces of the file are seen as such; some programs take the white back."""
    gaps = [gap for gap, space in zip(inked.gaps, inked.written, strict=True) if space]
    if not gaps or min(gaps) > _NO_SPACE * size:
        return list(inked.written)
    if sorted(gaps)[len(gaps) // 2] < _SPACE_BESIDE_WRITTEN[0] * size:
        return list(inked.written)  # the widths of the letters are not to be trusted
    return [
        space and gap > _NO_SPACE * size
        for gap, space in zip(inked.gaps, inked.written, strict=True)
    ]


def _runs(places: Sequence[int]) -> Iterator[list[int]]:
    """Yield places that follow each other without a gap."""
    run: list[int] = []
    for place in places:
        if run and place != run[-1] + 1:
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def _space_width(inked: _Inked, size: float) -> float:
    """Return from which gap on there is a space, as a share of the size.

    It is half way between the gaps within words and those at the spaces that the line has.
    Where letters are set apart, a gap says less.
    """
    letters = sorted(
        max(gap, 0.0) for gap, space in zip(inked.gaps, inked.written, strict=True) if not space
    )
    text = "".join(glyph.char for glyph in inked.glyphs)
    if not text.isascii() and any("\u0590" <= char <= "\u08ff" for char in text):
        return _SPACE_OF_ARABIC
    if len(letters) < len(inked.gaps):
        words = sorted(gap for gap, space in zip(inked.gaps, inked.written, strict=True) if space)
        tight = letters[len(letters) * 3 // 4] / size if len(letters) > 3 else 0.0
        least, most = _SPACE_BESIDE_WRITTEN
        between = (tight + words[len(words) // 2] / size) / 2
        return min(max(between, least, tight + 0.08), max(most, tight + 0.2))
    middle = letters[len(letters) // 2] / size if len(letters) > 3 else 0.0
    return max(_SPACE, middle + 0.15) if middle > 0.08 else _SPACE


def _is_wide_char(char: str) -> bool:
    """Return whether a character is of a script that puts no spaces between words."""
    return unicodedata.east_asian_width(char) in ("W", "F")
