"""The lines of a plain text, with what stands around them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RAW_LINE = re.compile(r"([^\r\n\f\v\u2028\u2029]*)(\r\n|[\r\n\f\v\u2028\u2029]|$)")
_QUOTED = re.compile(r"(?:> ?)+")
_TAB = 8  # columns
_RULE = re.compile(r"[-=_*~#+.|:·—–─━═│┃┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬║<>/\\^\s]+")
_MAX_RULE = 400  # characters; longer lines are not tried
# Marks of the end of a sentence, in the scripts of the world.
STOPS = ".!?…。！？．؟؛।॥։።჻។။‼⁇⁈⁉｡"
CLOSERS = "\"'”’»«“‘›‹)]}）】」』〉》*_"  # stand behind a stop and still end the sentence
OPENERS = "\"'“‘«»„‚‹›([{¿¡（【「『〈《*_"
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_WRAPPED = ("()", "[]", "“”", "«»", '""')  # a remark or a quotation, and no heading
# A note's number behind a stop: "in 2023.³", "in 2023.[3]".
_NOTE_MARKS = re.compile(rf"(?:[{RAISED}*†‡]+|\s?\[\d{{1,3}}\])+$")
_ABBREVIATED = re.compile(r"(?:^|[\s(])(?:\w|Mr|Mrs|Ms|Dr|Prof|St|No|Nr|Art|vol|Bd|p|S)\.$")


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line with words, or a rule of dashes and the like.

    Attributes:
        start, end: its span without surrounding white space and marks of quotation.
        text: ``text[start:end]``.
        indent: columns of white space before it.
        gap: blank lines above it.
        depth: of quotation, as ">>" in a message; 0 outside.
        page: whether a page begins above it.
    """

    start: int
    end: int
    text: str
    indent: int
    gap: int
    depth: int
    page: bool

    @property
    def edge(self) -> int:
        """The column behind its last character."""
        return self.indent + self.end - self.start

    @property
    def is_rule(self) -> bool:
        """Whether it draws a line and says nothing."""
        return len(self.text) <= _MAX_RULE and _RULE.fullmatch(self.text) is not None

    @property
    def opening(self) -> str:
        """Its first character that is no quotation mark or bracket."""
        return (self.text[:8].lstrip(OPENERS) or self.text)[0]


def read_lines(text: str) -> list[TextLine]:
    """Return the lines of a text that are not blank."""
    lines: list[TextLine] = []
    gap, page = 0, False
    for match in _RAW_LINE.finditer(text):
        line, end = match.groups()
        quoted = _QUOTED.match(line.lstrip(" ")[:80]) if ">" in line else None
        marks = len(line) - len(line.lstrip(" ")) + quoted.end() if quoted else 0
        words = line[marks:].strip()
        if words:
            start = match.start() + line.index(words, marks)
            before = line[marks : start - match.start()]
            indent = len(before.expandtabs(_TAB))
            depth = quoted.group().count(">") if quoted else 0
            lines.append(TextLine(start, start + len(words), words, indent, gap, depth, page))
            gap, page = 0, False
        elif end not in {"\f", ""}:
            gap += 1
        page = page or end == "\f"
        gap += end == "\u2029"
    return lines


def ends_sentence(words: str) -> bool:
    """Return whether words end with a full stop or the like, or a quotation that does."""
    tail = words[-40:].rstrip()
    bare = _NOTE_MARKS.sub("", tail).rstrip(CLOSERS).rstrip()
    if not bare or bare[-1] not in STOPS:
        return False
    return not (tail == bare and _ABBREVIATED.search(bare))


def is_title_line(words: str, *, most_words: int, most: int) -> bool:
    """Return whether words are short and end like no sentence, as a heading or a name does."""
    return (
        len(words) <= most
        and len(words.split()) <= most_words
        and words[-1] not in ",;"
        and words[0] + words[-1] not in _WRAPPED
        and any(char.isalnum() for char in words)
        and not ends_sentence(words)
    )
