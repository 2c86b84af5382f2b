"""The lines of a plain text, with what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from rag.text.words.abbreviations import is_abbreviated

_RAW_LINE = re.compile(r"([^\r\n\f\v\u2028\u2029]*)(\r\n|[\r\n\f\v\u2028\u2029]|$)")
_LINE_ENDS = "\r\n\f\v\u2028\u2029"
_NO_ENDS = "\x1c\x1d\x1e\x85"  # end a line for Python, and none that a person sees
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
_MAY_END = {*STOPS, *CLOSERS, *RAISED, *"*†‡"}


class TextLine(NamedTuple):
    """A line with words, or a rule of dashes and the like.

    Attributes:
        start, end: its span without surrounding white space and marks of quotation.
        text: ``text[start:end]``.
        indent: columns of white space before it.
        edge: the column behind its last character.
        gap: blank lines above it.
        depth: of quotation, as ">>" in a message; 0 outside.
        page: whether a page begins above it.
        opening: its first character that is no quotation mark or bracket.
        is_rule: whether it draws a line and says nothing.
    """

    start: int
    end: int
    text: str
    indent: int
    edge: int
    gap: int
    depth: int
    page: bool
    opening: str
    is_rule: bool


def raw_lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the lines of a text: where each begins, its characters, and what ends it."""
    if any(char in text for char in _NO_ENDS):
        for match in _RAW_LINE.finditer(text):
            yield match.start(), match[1], match[2]
        return
    at = 0
    for whole in text.splitlines(keepends=True):
        line = whole.rstrip(_LINE_ENDS)
        yield at, line, whole[len(line) :]
        at += len(whole)


def read_lines(text: str) -> list[TextLine]:
    """Return the lines of a text that are not blank."""
    lines: list[TextLine] = []
    gap, page = 0, False
    for at, line, end in raw_lines(text):
        quoted = _QUOTED.match(line.lstrip(" ")[:80]) if ">" in line else None
        marks = len(line) - len(line.lstrip(" ")) + quoted.end() if quoted else 0
        words = line[marks:].strip()
        if words:
            start, indent = at, 0
            if len(words) < len(line):
                start += len(line) - len(line[marks:].lstrip())
                indent = len(line[marks : start - at].expandtabs(_TAB))
            depth = quoted.group().count(">") if quoted else 0
            end_at, edge = start + len(words), indent + len(words)
            opening, rule = words[0], False
            if not opening.isalnum():
                opening = (words[:8].lstrip(OPENERS) or words)[0]
                rule = len(words) <= _MAX_RULE and _RULE.fullmatch(words) is not None
            line_read = (start, end_at, words, indent, edge, gap, depth, page, opening, rule)
            lines.append(TextLine._make(line_read))
            gap, page = 0, False
        elif end not in {"\f", ""}:
            gap += 1
        page = page or end == "\f"
        gap += end == "\u2029"
    return lines


def ends_sentence(words: str) -> bool:
    """Return whether words end with a full stop or the like, or a quotation that does."""
    tail = words[-40:].rstrip()
    if tail[-1:] not in _MAY_END:
        return False
    bare = _NOTE_MARKS.sub("", tail).rstrip(CLOSERS).rstrip()
    if not bare or bare[-1] not in STOPS:
        return False
    return not (tail == bare and bare[-1] == "." and is_abbreviated(bare))


def is_title_line(words: str, *, most_words: int, most: int) -> bool:
    """Return whether words are short and end like no sentence, as a heading or a name does."""
    return (
        len(words) <= most
        and words[-1] not in ",;"
        and not ends_sentence(words)
        and len(words.split()) <= most_words
        and words[0] + words[-1] not in _WRAPPED
        and any(map(str.isalnum, words))
    )
