"""Where the spaces of a line are: written in the file, or only seen as white between letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from operator import attrgetter

from rag.formats.pdf.page import MAYBE_SPACE, Glyph

_SPACE = 0.17  # of the size: a gap this wide is a space where none is written
_SPACE_IF_PARTED = 0.07  # the same where pdfium sees a space, too: slanted letters lean over it
_SPACE_OF_ARABIC = 0.22  # where letters that do not join leave gaps within words
_SPACE_BESIDE_WRITTEN = 0.14, 0.3  # the same where the line has spaces of its own
_NO_SPACE = 0.04  # of the size: white this narrow is none, though a space be written
_CHAR = attrgetter("char")
_TRACKED = 3  # letters set apart in a row: they are spaced out, and not words of one letter


class InkedGlyphs:
    """The characters of a strip that are seen, and what is before each of them."""

    def __init__(self, glyphs: Sequence[Glyph]) -> None:
        self.glyphs: list[Glyph] = []
        self.gaps: list[float] = []
        self.written: list[bool] = []  # a space of the file
        self.parted: list[bool] = []  # a space that pdfium sees
        edge: float | None = None
        written = parted = False
        for glyph in glyphs:
            x0, x1, _, _, char, _ = glyph
            if char.isspace():
                if char == MAYBE_SPACE:
                    parted = True
                else:
                    written = edge is not None
                continue
            self.glyphs.append(glyph)
            self.gaps.append(0.0 if edge is None else x0 - edge)
            self.written.append(written)
            self.parted.append(parted)
            written = parted = False
            if edge is None or x1 > edge:
                edge = x1


def spaces_before(inked: InkedGlyphs, size: float) -> list[bool]:
    """Return before which characters there is a space."""
    wide = _space_width(inked, size) * size
    narrow = _SPACE_IF_PARTED * size
    spaced = _shown_spaces(inked, size)
    written = any(spaced)
    doubtful: list[int] = []
    for at, gap in enumerate(inked.gaps):
        if gap <= narrow or spaced[at] or (gap <= wide and not inked.parted[at]):
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


def _shown_spaces(inked: InkedGlyphs, size: float) -> list[bool]:
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


def _space_width(inked: InkedGlyphs, size: float) -> float:
    """Return from which gap on there is a space, as a share of the size.

    It is half way between the gaps within words and those at the spaces that the line has.
    Where letters are set apart, a gap says less.
    """
    letters = sorted(
        [
            gap if gap > 0.0 else 0.0
            for gap, space in zip(inked.gaps, inked.written, strict=True)
            if not space
        ]
    )
    text = "".join(map(_CHAR, inked.glyphs))
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
