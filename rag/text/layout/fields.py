"""Labels with their values, a line each: heads of messages, opening hours, forms."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence

from rag.text.blocks import Block
from rag.text.layout.source import TextLine, ends_sentence
from rag.text.layout.tables import LineRun
from rag.text.layout.wrapping import Wrapping

_FIELD = re.compile(r"([^\W\d_][^:：.!?|]{0,59}?) ?(?::\s+|：\s*)(\S.*)")
_LEADER = re.compile(r"(\S.{0,80}?)\s*(?:\.{4,}|(?:\. ){3,}\.?|…{2,}|_{4,}|·{4,})\s*(\S.{0,80})")
_LOOKED_AT = 100  # characters of a line within which it must be
_MAX_LABEL_WORDS = 5
_MAX_VALUE = 350  # characters: more is prose behind a colon
_SENTENCE_WITHIN = re.compile(r"[.!?。！？]\s+[^\W\d_a-z]")
_MAX_SENTENCES_WITHIN = 1
_TOP = 12  # lines at the top of a text, where one field alone is as good as a run
_MAX_TOP_LINE = 100  # characters of the lines above it, which are no prose
_MAX_TOP_WORDS = 12  # of a value at the top
_MIN_RUN = 2


def find_fields(
    lines: Sequence[TextLine], wrapping: Wrapping, taken: Container[int]
) -> Iterator[LineRun]:
    """Yield fields: those in runs, and those at the top of the text."""
    top = True
    at = 0
    while at < len(lines):
        last, starts = at, [at]
        if at not in taken and is_field(lines[at].text):
            last, starts = _run(lines, wrapping, taken, at)
        if last > at and (len(starts) >= _MIN_RUN or (top and _is_top(lines[at], at))):
            ends = [*starts[1:], last]
            for low, high in zip(starts, ends, strict=True):
                span = Block(lines[low].start, lines[high - 1].end, "field")
                yield LineRun(low, high, (span,))
        else:
            line = lines[at]
            top = top and at < _TOP and len(line.text) <= _MAX_TOP_LINE
            top = top and (at == 0 or not ends_sentence(line.text))
        at = max(last, at + 1)


def is_field(words: str) -> bool:
    """Return whether a line is a label with its value: by a colon, or by dots between them."""
    begin = words[:_LOOKED_AT]
    leads = ".." in begin or ". ." in begin or "____" in begin
    leads = leads or not (begin.isascii() or {"…", "·"}.isdisjoint(begin))
    if not (leads or ":" in begin or "：" in begin):
        return False
    head = words[: 2 * _MAX_VALUE]
    led = _LEADER.fullmatch(head) if leads else None
    if led:
        return any(map(str.isalpha, led[1])) and any(map(str.isalnum, led[2]))
    found = _FIELD.fullmatch(head)
    return (
        found is not None
        and len(found[1].split()) <= _MAX_LABEL_WORDS
        and len(found[2]) <= _MAX_VALUE
        and not found[2].startswith("//")
        and len(_SENTENCE_WITHIN.findall(found[2])) <= _MAX_SENTENCES_WITHIN
    )


def _is_top(line: TextLine, at: int) -> bool:
    value = re.split("[:：]", line.text, maxsplit=1)[-1]
    # The first line is the title, which may have a colon.
    return 0 < at < _TOP and len(value.split()) <= _MAX_TOP_WORDS and not ends_sentence(value)


def _run(
    lines: Sequence[TextLine], wrapping: Wrapping, taken: Container[int], first: int
) -> tuple[int, list[int]]:
    """Return behind which line a run of fields ends, and the line that each begins with."""
    starts = [first]
    at = first + 1
    while at < len(lines) and at not in taken and not lines[at].is_rule:
        line, start = lines[at], lines[starts[-1]]
        if line.depth != start.depth or line.gap > 1:
            break
        if is_field(line.text) and line.indent <= start.indent + 1:
            starts.append(at)
        elif not wrapping.adjoins(at) or not (
            line.indent > start.indent + 1 or wrapping.goes_on(starts[-1], at)
        ):
            break
        at += 1
    return at, starts
