"""The structure of a plain text, as its lines show it to a reader.

Nothing says what the parts of a plain text are; blank lines, indents, bullets, labels and the
column that its lines are wrapped at do. Each kind of part is found by a module of
:mod:`rag.text.layout`; here they are put together, and what is left is headings and paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Container

from rag.text.blocks import MAX_LABEL, Block, BlockKind
from rag.text.layout.fields import find_fields
from rag.text.layout.headings import PLAIN_LEVEL, TITLE_LEVEL, hashes, heading_level, is_bare_part
from rag.text.layout.letters import find_letter
from rag.text.layout.lists import Depth, find_markers
from rag.text.layout.pages import behind_paragraphs, find_page_heads
from rag.text.layout.questions import find_bare_questions, find_marked_questions
from rag.text.layout.source import TextLine, ends_sentence, is_title_line, read_lines
from rag.text.layout.tables import LineRun, find_tables
from rag.text.layout.turns import find_turns
from rag.text.layout.wrapping import Wrapping
from rag.text.words.boundaries import last_sentence, sentence_spans

_LEAD_GAP = 1  # blank lines between a list and the line that it hangs on
_MAX_CAPTION = 80  # characters of an entry that is a caption to the paragraphs below it
_MAX_LEAD = 120  # characters of a paragraph over a blank line from its list
_MAX_TITLE_WORDS = 16
_MAX_TITLE = 160  # characters
_MAX_TITLE_LINES = 5  # of a group at the top; longer ones are lists
_MIN_NAME = 3  # letters of a name that tells whom a paragraph is about
_MAX_LINES_A_TURN = 12  # on average; labels further apart are no speakers to go by
_REMARKS = ("()", "[]")  # around what a transcript says of the room


def find_blocks(text: str) -> tuple[Block, ...]:
    """Return the parts of a plain text, in order: spans without surrounding white space.

    Rules, bullets and the heads of pages belong to no part.
    """
    lines = read_lines(text)
    return _blocks(text, lines, find_page_heads(lines))


def arrange(text: str) -> tuple[str, list[tuple[int, int]], tuple[Block, ...]]:
    """Put the heads of pages that part a sentence behind its paragraph.

    Returns the text, the spans of all heads, feet and numbers of its pages, and its parts.
    """
    lines = read_lines(text)
    heads = find_page_heads(lines)
    if not heads:
        return text, [], _blocks(text, lines, heads)
    text, spans = behind_paragraphs(text, lines, heads)
    lines = read_lines(text)
    starts = {start for start, _ in spans}
    heads = {at for at, line in enumerate(lines) if line.start in starts}
    return text, spans, _blocks(text, lines, heads)


def _blocks(text: str, lines: list[TextLine], heads: set[int]) -> tuple[Block, ...]:
    if heads or "\f" in text:
        lines = _without_heads(lines, heads)
    return tuple(_Reading(text, lines).blocks())


def _without_heads(lines: list[TextLine], heads: Container[int]) -> list[TextLine]:
    kept: list[TextLine] = []
    for at, line in enumerate(lines):
        if at in heads:
            continue
        if kept and at - 1 in heads:
            line = line._replace(gap=max(line.gap, 1))
        elif kept and line.page and line.opening.islower() and not ends_sentence(kept[-1].text):
            line = line._replace(gap=0)  # a sentence that runs over the end of a page
        kept.append(line)
    return kept


class _Reading:
    """One pass over the lines of a text."""

    def __init__(self, text: str, lines: list[TextLine]) -> None:
        self._text = text
        self._lines = lines
        self._wrapping = Wrapping(lines)
        self._regions: dict[int, LineRun] = {}
        taken: set[int] = set()
        for region in find_letter(lines):
            self._take(region, taken)
        for region in find_tables(lines):
            if taken.isdisjoint(range(region.first, region.last)):
                self._take(region, taken)
        for region in list(find_marked_questions(lines, self._wrapping, taken)):
            self._take(region, taken)
        self._turns = find_turns(lines, taken)
        self._last_turn = max(self._turns, default=0)
        first = min(self._turns, default=0)
        self._turns_apart = all(lines[at].gap for at in self._turns if at != first)
        taken |= self._turns.keys()
        for find in (find_bare_questions, find_fields):
            for region in list(find(lines, self._wrapping, taken)):
                self._take(region, taken)
        self._markers = find_markers(lines, self._wrapping, taken)
        self._taken = taken
        self._blocks: list[Block] = []
        self._depth = Depth()
        self._parents: list[Block] = []  # the entries that the next one may stand under
        self._column = 0  # that the words of the entry above begin at
        self._lead = ""  # what the list at hand hangs on

    def _take(self, region: LineRun, taken: set[int]) -> None:
        self._regions[region.first] = region
        taken.update(range(region.first, region.last))

    def blocks(self) -> list[Block]:
        """Return the blocks of all lines."""
        at = 0
        while at < len(self._lines):
            if at in self._regions:
                self._blocks += self._regions[at].blocks
                at = self._regions[at].last
            elif self._lines[at].is_rule:
                at += 1
            elif at in self._turns:
                at = self._turn(at)
            else:
                at = self._heading(at) or self._item(at) or self._paragraph(at)
        return self._blocks

    def _add(
        self, first: int, last: int, kind: BlockKind, level: int = 0, label: str = "", skip: int = 0
    ) -> int:
        """Add the lines first to last (excluded) as a block; return last."""
        start = self._lines[first].start + skip
        label = " ".join(label.split())[:MAX_LABEL] if label else ""
        self._blocks.append(Block(start, self._lines[last - 1].end, kind, level, label))
        return last

    def _paragraph_end(self, first: int) -> int:
        """Return the line behind the paragraph that begins with a line."""
        last = first + 1
        while (
            last < len(self._lines)
            and last not in self._taken
            and last not in self._markers
            and self._wrapping.goes_on(first, last)
        ):
            last += 1
        return last

    def _heading(self, at: int, *, plain: bool = True) -> int:
        """Add the heading that begins with a line; return the line behind it, or 0."""
        level = heading_level(self._lines, self._wrapping, self._markers, at)
        if at < _MAX_TITLE_LINES and self._is_at_top(at):
            level = level or (PLAIN_LEVEL if at else TITLE_LEVEL)
        if not level or (level == PLAIN_LEVEL and not (plain and self._introduces(at))):
            return 0
        first, last = self._wrapping.group(at)
        below = first == at and last == at + 2 and is_bare_part(self._lines[at].text)
        titled = below and at + 1 not in self._markers and _is_title(self._lines[at + 1].text)
        skip = hashes(self._lines[at].text)
        return self._add(at, at + 1 + titled, "heading", level, skip=skip)

    def _introduces(self, at: int) -> bool:
        """Return whether there is anything that a heading could introduce; a signature has none."""
        last = at + 1 == len(self._lines) or self._lines[at + 1].depth != self._lines[at].depth
        return not last or not self._blocks or self._blocks[-1].kind == "heading"

    def _is_at_top(self, at: int) -> bool:
        """Return whether a line is of those at the top: the title, with author, date, subtitle."""
        first, last = self._wrapping.group(at)
        return (
            1 < last - first <= _MAX_TITLE_LINES
            and last < len(self._lines)
            and self._lines[first].text[-1] not in ":："  # what a list hangs on
            and self._markers.keys().isdisjoint(range(first, last))
            and all(block.kind in {"heading", "field"} for block in self._blocks)
            and not self._wrapping.goes_on(at - 1, at)
            and not self._wrapping.goes_on(at, at + 1)
            and all(_is_title(self._lines[one].text) for one in range(at, last))
        )

    def _item(self, at: int) -> int:
        """Add the entry of a list that begins with a line; return the line behind it, or 0."""
        marker = self._markers.get(at)
        line = self._lines[at]
        if marker is None:
            return self._bare_item(at)
        goes_on = self._blocks and self._blocks[-1].kind == "item" and self._parents
        if not goes_on or (line.gap and self._depth.is_other_list(line.indent, marker)):
            self._depth.clear()
            self._parents.clear()
            self._lead = self._lead_in(at)
        level = self._depth.of(line.indent, marker)
        while self._parents and self._parents[-1].level >= level:
            self._parents.pop()
        label = self._words(self._parents[-1]) if self._parents else self._lead
        last = at + 1
        while last < len(self._lines) and self._goes_on_in_item(at, last):
            last += 1
        skip = marker.width if marker.is_bullet else 0
        self._add(at, last, "item", level, label, skip)
        self._parents.append(self._blocks[-1])
        self._column = line.indent + marker.width
        return last

    def _goes_on_in_item(self, first: int, at: int) -> bool:
        if at in self._taken or at in self._markers or not self._wrapping.adjoins(at):
            return False
        hangs = self._lines[at].indent > self._lines[first].indent
        return hangs or self._wrapping.goes_on(first, at)

    def _bare_item(self, at: int) -> int:
        """Add a line of a group of short ones as the entry of a list, if there is a lead to it.

        So is a paragraph that stands as deep as the words of the entry above.
        """
        line = self._lines[at]
        if self._blocks and self._blocks[-1].kind == "item" and self._parents:
            above = self._blocks[-1]
            if line.gap and line.indent >= self._column - 1:
                entry = self._words(self._parents[-1])
                label = entry if len(entry) <= _MAX_CAPTION else above.label
                return self._add(at, self._paragraph_end(at), "item", above.level, label)
        if not self._wrapping.is_listed(at):
            return 0
        if not self._wrapping.adjoins(at) or self._blocks[-1].kind == "heading":
            self._lead = self._lead_in(at)
            self._parents.clear()
        elif self._blocks[-1].kind != "item":
            return 0
        return self._add(at, at + 1, "item", 1, self._lead) if self._lead else 0

    def _words(self, block: Block) -> str:
        return self._text[block.start : block.end]

    def _lead_in(self, at: int) -> str:
        """Return the line that a list hangs on, which directly precedes it or ends with a colon."""
        if not self._blocks:
            return ""
        above = self._blocks[-1]
        words = self._words(above)
        near = at > 0 and self._lines[at].gap <= _LEAD_GAP
        if not near or above.kind not in {"heading", "text"}:
            return ""
        if above.kind == "heading" or self._wrapping.adjoins(at) or words[-1] in ":：":
            return last_sentence(words)
        marker = self._markers.get(at)
        hangs = marker is not None and (marker.is_bullet or marker.numbers == (1,))
        if not hangs or len(words) > _MAX_LEAD or self._lines[at].page:
            return ""
        return words if len(sentence_spans(words, "en")) == 1 else ""

    def _turn(self, at: int) -> int:
        """Add what a speaker says, to the next speaker or heading; return the line behind it."""
        turn = self._turns[at]
        words_at = at + 1 if turn.below and self._wrapping.adjoins(at + 1) else at
        if words_at in self._taken and words_at not in self._turns:
            words_at = at
        last = self._said_end(words_at)
        self._add(at, last, "turn", 0, turn.speaker)
        while last < len(self._lines) and last not in self._taken:
            over = last > self._last_turn and not self._wrapping.adjoins(last)
            if self._lines[last].is_rule or (over and last in self._markers):
                break
            if behind := self._heading(last, plain=over):
                return behind
            end = self._paragraph_end(last) if over else self._said_end(last)
            words = self._text[self._lines[last].start : self._lines[end - 1].end]
            if over and self._is_about(words, turn.speaker, last):
                break
            if words[0] + words[-1] in _REMARKS:
                last = self._add(last, end, "text")
            else:
                last = self._add(last, end, "turn", 0, turn.speaker)
        return last

    def _said_end(self, first: int) -> int:
        """Return the line behind the paragraph of a speaker that begins with a line.

        Where turns have blank lines between them, what stands without one is of one paragraph.
        """
        last = self._paragraph_end(first)
        while self._turns_apart and self._runs_on(first, last):
            last += 1
        return last

    def _runs_on(self, first: int, at: int) -> bool:
        """Return whether a line directly below what is said is neither list, heading nor remark."""
        if not self._wrapping.adjoins(at) or self._wrapping.is_listed(at):
            return False
        if at in self._taken or at in self._markers:
            return False
        line = self._lines[at]
        if line.text[0] + line.text[-1] in _REMARKS or line.indent > self._lines[first].indent:
            return False
        return not heading_level(self._lines, self._wrapping, self._markers, at)

    def _is_about(self, words: str, speaker: str, at: int) -> bool:
        """Return whether a paragraph behind the last speaker's words is an editor's.

        Such a one names the speaker, is no sentence, or stands further below than paragraphs do;
        or the labels are too far apart for those of a conversation.
        """
        lines_a_turn = (self._last_turn - min(self._turns)) / len(self._turns)
        if lines_a_turn > _MAX_LINES_A_TURN or not ends_sentence(words):
            return True
        names = {name for name in speaker.casefold().split() if len(name) >= _MIN_NAME}
        named = not names.isdisjoint(re.findall(r"\w+", words.casefold()))
        return named or self._lines[at].gap > _LEAD_GAP + 1

    def _paragraph(self, at: int) -> int:
        """Add a paragraph, or a heading over several lines; return the line behind it."""
        last = self._paragraph_end(at)
        words = " ".join(line.text for line in self._lines[at:last])
        apart = last == len(self._lines) or self._lines[last].gap
        if last - at > 1 and apart and not self._wrapping.adjoins(at) and _is_title(words):
            return self._add(at, last, "heading", PLAIN_LEVEL)
        return self._add(at, last, "text")


def _is_title(words: str) -> bool:
    return is_title_line(words, most_words=_MAX_TITLE_WORDS, most=_MAX_TITLE)
