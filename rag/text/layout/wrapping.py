"""Which lines go on in the next: the evidence of a column of text that was wrapped.

A program breaks a line where the next word would not fit. So a width at which most breaks of a
text, or of a paragraph, had to come is the width of its column; lines of verse, addresses and
lists break elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise

from rag.text.layout.source import TextLine, ends_sentence
from rag.text.words.abbreviations import leans_on

_WIDTHS = range(40, 161)  # characters of the columns that programs wrap at
_NARROW_WIDTHS = range(16, 40)  # of Chinese or Japanese, with two columns a character
_MIN_BREAKS = 3  # that show a width; with fewer there is no telling
_BREAKS_OF_PARAGRAPH = 0.75  # of the breaks that a width must explain
_BREAKS_OF_TEXT = 0.4  # other breaks are those between lines of lists, titles and the like
_LOWER_SHARE = 0.25  # of lines that begin in lower case; prose has more, a list of names none
_LONG_LINE = 45  # characters: a shorter line with a comma at its end may be verse
_LOOSE = 2  # columns by which a line may fall short of a width that other lines show
_OVERHANG = 8  # columns by which a line may stand out, as in a paragraph that was edited later
_MIN_CUT_SHORT = 20  # characters: a shorter line above a figure is its label
_MAX_SHORT = 40  # characters of lines that stand for themselves, as in a list of names
_MAX_SHORT_WORDS = 6
_LAST_WORD = 40  # characters at the end of a line that show an abbreviation
_HANGS = 2  # columns of indent that mean something
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]")
_FIRST_WIDE = "\u2e80"
_LEANS_ON = re.compile(r"(?:^|\s)[^\W\d_]{1,3}$")  # ends with a little word: "about 40 of the"


class Wrapping:
    """Says of each line whether it goes on from the one above."""

    def __init__(self, lines: Sequence[TextLine]) -> None:
        self._lines = lines
        self._words = [_first_word(line.text) for line in lines]
        self._adjoins = [
            not (line.gap or line.is_rule or above.is_rule or line.depth != above.depth)
            for above, line in pairwise(lines)
        ]
        self._width = [0] * len(lines)  # of the column that a line stands in; 0: unknown
        self._group = [(0, 0)] * len(lines)
        self._listed = [False] * len(lines)  # in a group of short lines that stand for themselves
        groups = list(self._groups())
        breaks = [at for first, last in groups for at in range(first + 1, last)]
        whole = self._column(breaks, _BREAKS_OF_TEXT)
        for first, last in groups:
            own = self._own_column(range(first + 1, last), whole)
            listed = self._is_listed(first, last)
            for at in range(first, last):
                self._group[at] = (first, last)
                self._width[at] = own or whole
                self._listed[at] = listed

    def width(self, at: int) -> int:
        """Return the width of the column that a line stands in; 0 where it is not known."""
        return self._width[at]

    def group(self, at: int) -> tuple[int, int]:
        """Return the first line of the group without blank lines, and the line behind it."""
        return self._group[at]

    def is_listed(self, at: int) -> bool:
        """Return whether a line is one of a group of short lines that stand for themselves."""
        return self._listed[at]

    def adjoins(self, at: int) -> bool:
        """Return whether a line stands directly under another in the same run of lines."""
        return 0 < at < len(self._lines) and self._adjoins[at - 1]

    def goes_on(self, first: int, at: int) -> bool:
        """Return whether a line goes on from the line above, in a paragraph that began at first."""
        if not self.adjoins(at) or self._is_indented_anew(first, at):
            return False
        line, above = self._lines[at], self._lines[at - 1]
        if self._listed[at]:
            return False
        if line.opening.islower() or leans_on(above.text[-_LAST_WORD:], line.text):
            return True
        known = self._width[at] and above.edge <= self._width[at] + _OVERHANG
        if known and self.is_full(at - 1):
            return True
        return not ends_sentence(above.text) and self._leans_on(at)

    def is_full(self, at: int) -> bool:
        """Return whether the first word of the next line would not have fit on a line."""
        width = self._width[at]
        return width > 0 and self._lines[at].edge + self._words[at + 1] >= width - _LOOSE

    def _leans_on(self, at: int) -> bool:
        """Return whether the line above asks for this one: by a comma, a little word, a figure."""
        above, line = self._lines[at - 1].text, self._lines[at]
        if above[-1].islower() and _LEANS_ON.search(above):
            return True
        if len(above) >= _LONG_LINE and above[-1] in ",-–—(":
            return True
        figure = line.opening.isdigit() and ends_sentence(line.text)
        return figure and above[-1].islower() and len(above) >= _MIN_CUT_SHORT

    def _is_indented_anew(self, first: int, at: int) -> bool:
        """Return whether a line's indent begins a paragraph; a hanging indent does not."""
        more = self._lines[at].indent - self._lines[at - 1].indent
        if more < _HANGS:
            return False
        if at - 1 > first or ends_sentence(self._lines[at - 1].text):
            return True
        below = at + 1
        if below < len(self._lines) and self.adjoins(below):
            return self._lines[below].indent < self._lines[at].indent
        return False

    def _groups(self) -> list[tuple[int, int]]:
        """Return the runs of lines without a blank line or a rule between them."""
        starts = [at for at in range(len(self._lines)) if not self.adjoins(at)]
        return list(pairwise([*starts, len(self._lines)]))

    def _own_column(self, breaks: range, whole: int) -> int:
        """Return the width of the column of a group; 0 where it shows none."""
        if whole and self._explained(breaks, whole) >= _BREAKS_OF_PARAGRAPH * len(breaks):
            return whole
        return self._column(breaks, _BREAKS_OF_PARAGRAPH)

    def _explained(self, breaks: Sequence[int], width: int) -> int:
        """Return how many lines had to be broken at a width."""
        edges = ((self._lines[at - 1].edge, self._words[at]) for at in breaks)
        return sum(1 for edge, word in edges if edge <= width <= edge + word)

    def _column(self, breaks: Sequence[int], share: float) -> int:
        """Return the width that explains at least this share of the breaks above lines; or 0."""
        if len(breaks) < _MIN_BREAKS:
            return 0
        limit = _WIDTHS.stop
        change = [0] * (limit + 2)
        for at in breaks:
            low = self._lines[at - 1].edge
            if low < limit:
                change[low] += 1
                change[min(low + self._words[at], limit) + 1] -= 1
        explained = list(accumulate(change))
        enough = max(_MIN_BREAKS, share * len(breaks))
        for widths in (_WIDTHS, _NARROW_WIDTHS):
            most = max(explained[widths.start : widths.stop])
            best = explained.index(most, widths.start)
            if most >= enough and self._is_prose(breaks, best):
                return best
        return 0

    def _is_prose(self, breaks: Sequence[int], width: int) -> bool:
        """Return whether lines that break at a width read like prose."""
        held = [
            self._lines[at]
            for at in breaks
            if self._lines[at - 1].edge <= width <= self._lines[at - 1].edge + self._words[at]
        ]
        wide = sum(1 for line in held if _WIDE.match(line.opening))
        if width not in _WIDTHS and wide < len(held) / 2:
            return False
        cased = [line.opening for line in held if line.opening.lower() != line.opening.upper()]
        lower = sum(1 for char in cased if char.islower())
        return lower >= _LOWER_SHARE * len(cased)

    def _is_listed(self, first: int, last: int) -> bool:
        """Return whether lines are short, and none is cut short for lack of room or ends."""
        lines = self._lines[first:last]
        if len(lines) < 2:
            return False
        if not lines[0].opening.islower() and any(line.opening.islower() for line in lines):
            return False  # a title over two lines
        return all(
            len(line.text) <= _MAX_SHORT
            and len(line.text.split()) <= _MAX_SHORT_WORDS
            and line.text[-1] not in ",-"
            and not ends_sentence(line.text)
            for line in lines
        )


def _first_word(words: str) -> int:
    """Return the room that the first of some words needs, in characters."""
    if words[0] >= _FIRST_WIDE and _WIDE.match(words):
        return 1
    return len(words[:60].split(maxsplit=1)[0])
