"""Heads and feet of pages, told from the text: what returns at the edges, and lone numbers."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from rag.text.layout.lists import read_marker
from rag.text.layout.source import TextLine, ends_sentence
from rag.text.words.abbreviations import leans_on

Span = tuple[int, int]

_DIGITS = re.compile(r"\d+")
_SHARE = 0.5  # of the pages after the first
_MIN_PAGES = 2
_EDGE = 2  # lines at the top and at the bottom of a page that are looked at
_LONG_PAGE = 6  # lines: only of a longer page are the second lines looked at
_MAX_HEAD = 140  # characters
# The number of a page on a line of its own: "- 2 -", "Page 2 of 5".
_PAGE_NUMBER = re.compile(
    r"[-–—]\s?\d{1,4}\s?[-–—]|(?:page|seite|página|pagina|side|sida|strona|стр\.|p\.|s\.)\s\d{1,4}"
    r"(?:\s?(?:of|von|/|de|di|van|av|z|из)\s?\d{1,4})?",
    re.IGNORECASE,
)
_MAX_NUMBER = 20  # characters of such a line
# A head with the number of its page far from its words: "Minutes of the Club       page 12".
_HEAD_AND_NUMBER = re.compile(
    r"(?P<words>\S.*?\S)(?:\s{4,}|\t+)(?:\w+\.?\s)?(?P<number>\d{1,4})|"
    r"(?P<first>\d{1,4})(?:\s{4,}|\t+)(?P<rest>\S.*\S)"
)
# The foot of a page that has its number in words at the end: "Imre             [Page 1]".
_COUNTED_FOOT = re.compile(
    r"(?:^|\s{3,})[\[(]?(?:page|seite|página|pagina|side|sida|strona|стр\.)\s\d{1,4}[\])]?$",
    re.IGNORECASE,
)
_WIDE_GAP = re.compile(r"\S\s{3,}\S")
_DASHES = "-–—"
_MIN_LETTERS = 4  # of the words of such a head
_OPEN_END = re.compile(r"(?:\s[^\W\d_A-ZÀ-Þ]{1,3}|[,–—(])$")  # "about 40 of the"
_MIN_CUT = 20  # characters of a line that ends so because it was cut
_MIN_FULL = 0.85  # of the width of a paragraph, which its last line fills if it is cut


def find_page_heads(lines: Sequence[TextLine]) -> set[int]:
    """Return the lines that are heads, feet or numbers of pages.

    Those are the same at the top or bottom of most pages, numbers aside; or they stand alone and
    count pages.
    """
    starts = [at for at, line in enumerate(lines) if line.page or at == 0]
    found = _lone_numbers(lines)
    if len(starts) < _MIN_PAGES:
        return found
    pages = list(zip(starts, [*starts[1:], len(lines)], strict=True))
    for places in ([0, 1], [-1, -2]):
        for place in places[:_EDGE]:
            at_edge = [(low + place) if place >= 0 else (high + place) for low, high in pages]
            second = place not in {0, -1}
            inside = [
                at
                for at, (low, high) in zip(at_edge, pages, strict=True)
                if low <= at < high and not (second and high - low < _LONG_PAGE)
            ]
            keys = {at: _key(lines[at]) for at in inside}
            count = Counter(keys.values())
            enough = max(_MIN_PAGES, _SHARE * (len(pages) - 1))
            heads = {at for at, key in keys.items() if key and count[key] >= enough}
            if not heads:
                break
            found |= heads
    return found | _around_breaks(lines, starts[1:])


def _around_breaks(lines: Sequence[TextLine], starts: Sequence[int]) -> set[int]:
    """Return the feet that say "Page 1" above the break of a page, and the heads below those.

    They may be found on one page only, as where a text has two; a head has words at both ends.
    """
    found: set[int] = set()
    for at in starts:
        foot, head = lines[at - 1], lines[at]
        if len(foot.text) > _MAX_HEAD or not foot.gap or not _COUNTED_FOOT.search(foot.text):
            continue
        found.add(at - 1)
        apart = at + 1 < len(lines) and lines[at + 1].gap > 0 and not lines[at + 1].page
        if apart and len(head.text) <= _MAX_HEAD and _WIDE_GAP.search(head.text):
            found.add(at)
    return found


def _key(line: TextLine) -> str:
    """Return what a head is recognised by; nothing for a row of figures."""
    if len(line.text) > _MAX_HEAD:
        return ""
    words = " ".join(_DIGITS.sub("#", line.text).split())
    named = any(char.isalpha() for char in words)
    return words if named or words.strip("-–—[]() .") == "#" else ""


def _lone_numbers(lines: Sequence[TextLine]) -> set[int]:
    """Return the lines that stand alone and number a page; of heads those that count on."""
    found: set[int] = set()
    last: dict[str, tuple[int, int]] = {}  # of each head with a number: its line, the number
    for at, line in enumerate(lines):
        first, last_one = line.text[0], line.text[-1]
        if not (
            last_one.isdecimal() or first.isdecimal() or (first in _DASHES and last_one in _DASHES)
        ):
            continue
        if len(line.text) > _MAX_HEAD or not _is_alone(lines, at):
            continue
        if len(line.text) <= _MAX_NUMBER and _PAGE_NUMBER.fullmatch(line.text):
            found.add(at)
        elif head := _HEAD_AND_NUMBER.fullmatch(line.text):
            words = head["words"] or head["rest"]
            number = int(head["number"] or head["first"])
            above, before = last.get(words, (at, 0))
            if (
                number == before + 1
                and sum(map(str.isalpha, words)) >= _MIN_LETTERS
                and above != at
            ):
                found |= {above, at}
            last[words] = (at, number)
    return found


def _is_alone(lines: Sequence[TextLine], at: int) -> bool:
    """Return whether blank lines or the edges of a page are above and below a line."""
    above = at == 0 or lines[at].gap > 0 or lines[at].page
    return above and (at + 1 == len(lines) or lines[at + 1].gap > 0 or lines[at + 1].page)


def behind_paragraphs(
    text: str, lines: Sequence[TextLine], heads: set[int]
) -> tuple[str, list[Span]]:
    """Put the heads and feet of pages that part a paragraph behind it.

    Page breaks stay where they are.

    Args:
        text: the text.
        lines: its lines.
        heads: those of them that are heads, feet or numbers of pages.

    Returns the text, and the spans of the heads in it, in order.
    """
    written = _Rewriting(text)
    at = 0
    while at < len(lines):
        behind = at + 1
        while behind in heads:
            behind += 1
        if at not in heads and behind > at + 1 and _parts(lines, at, behind):
            written.join(lines[at], lines[behind], lines[at + 1 : behind])
            at = behind
            continue
        if written.waiting and not _adjoins(lines, at + 1, heads):
            written.end_paragraph(lines[at])
        at += 1
    return written.close([(lines[at].start, lines[at].end) for at in sorted(heads)])


def _adjoins(lines: Sequence[TextLine], at: int, heads: set[int]) -> bool:
    if at >= len(lines) or at in heads:
        return False
    return not (lines[at].gap or lines[at].page or lines[at].is_rule)


def _parts(lines: Sequence[TextLine], above: int, below: int) -> bool:
    """Return whether the lines around the head of a page are two halves of a sentence."""
    if below >= len(lines) or lines[above].is_rule or lines[below].is_rule:
        return False
    one, other = lines[above], lines[below]
    if leans_on(one.text, other.text):
        return True
    if ends_sentence(one.text) or read_marker(other.text):
        return False
    leans = _OPEN_END.search(one.text) is not None and len(one.text) >= _MIN_CUT
    return other.opening.islower() or leans or _is_cut(lines, above, below)


def _is_cut(lines: Sequence[TextLine], above: int, below: int) -> bool:
    """Return whether the line above fills its paragraph, so that a capital may go on from it."""
    first = above
    while first > 0 and not (lines[first].gap or lines[first].page):
        first -= 1
    widest = max((line.edge for line in lines[first:above]), default=0)
    one, other = lines[above], lines[below]
    return (
        0 < _MIN_FULL * widest <= one.edge
        and one.text[-1] not in ":："
        and any(
            ends_sentence(line.text) or line.opening.islower() for line in lines[first : above + 1]
        )
        and not other.text.isupper()
        and other.indent <= one.indent
    )


class _Rewriting:
    """A text that is written anew with the heads of its pages in other places."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._parts: list[str] = []
        self._size = 0  # characters written
        self._read = 0  # up to here the text is written
        self._places: list[Span] = []  # of each stretch, where it stood and where it stands
        self.waiting: list[TextLine] = []  # heads to be put behind the paragraph at hand

    def join(self, above: TextLine, below: TextLine, heads: Sequence[TextLine]) -> None:
        """Put the line below the heads directly under the one above them."""
        self._copy(self._read, above.end)
        between = self._text[above.end : below.start]
        column = len(between) - len(between.rstrip(" \t"))
        self._write("\n" + "\f" * between.count("\f"))
        self._read = below.start - column
        self.waiting += heads

    def end_paragraph(self, last: TextLine) -> None:
        """Write the heads that wait behind the last line of a paragraph."""
        self._copy(self._read, last.end)
        self._write("\n")
        for head in self.waiting:
            self._write("\n")
            self._copy(head.start, head.end)
        self._read = last.end
        self._write("\n")
        self.waiting = []

    def close(self, spans: list[Span]) -> tuple[str, list[Span]]:
        """Return the text that was written, and where some spans of the old one stand in it."""
        self._copy(self._read, len(self._text))
        self._places.sort()
        return "".join(self._parts), sorted(map(self._moved, spans))

    def _moved(self, span: Span) -> Span:
        at = bisect_right(self._places, span[0], key=lambda place: place[0]) - 1
        source, place = self._places[at]
        return place + span[0] - source, place + span[1] - source

    def _copy(self, start: int, end: int) -> None:
        self._places.append((start, self._size))
        self._write(self._text[start:end])

    def _write(self, words: str) -> None:
        self._parts.append(words)
        self._size += len(words)
