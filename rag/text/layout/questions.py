"""Questions with their answers, which say little without each other."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from rag.text.blocks import Block
from rag.text.layout.source import CLOSERS, STOPS, TextLine
from rag.text.layout.tables import LineRun
from rag.text.layout.wrapping import Wrapping

# How a question and its answer are marked, in lower case; a language a line.
_MARKS = {
    *(("q", "a"), ("question", "answer")),
    *(("f", "a"), ("frage", "antwort")),
    *(("q", "r"), ("question", "réponse")),
    *(("p", "r"), ("pregunta", "respuesta"), ("pergunta", "resposta")),
    *(("d", "r"), ("domanda", "risposta")),
    *(("v", "a"), ("vraag", "antwoord")),
    *(("f", "s"), ("fråga", "svar"), ("s", "s"), ("spørsmål", "svar"), ("spørgsmål", "svar")),
    *(("k", "v"), ("kysymys", "vastaus")),
    *(("p", "o"), ("pytanie", "odpowiedź"), ("otázka", "odpověď")),
    *(("в", "о"), ("вопрос", "ответ"), ("п", "в"), ("питання", "відповідь")),
    *(("s", "c"), ("soru", "cevap")),
    *(("س", "ج"), ("سؤال", "جواب"), ("問", "答"), ("问", "答"), ("질문", "답변")),
}
_MARK = re.compile(r"([^\W\d_]{1,12})\s?\d{0,3}\s?(?:[.:)]\s+|：\s*)(?=\S)")
_LINE_START = re.compile(r"^[^\S\n]*(?=\S)", re.MULTILINE)
_ASKS = tuple("?？؟")
_ASKED = re.compile("[?？؟]")
_STOP_WITHIN = re.compile(rf"[{re.escape(STOPS)}][{re.escape(CLOSERS)}]*\s+\S")
_MAX_QUESTION = 200  # characters
_MAX_PAIR = 600  # characters: a longer answer is prose under its question
_MAX_ANSWER = 350  # characters of an answer that nothing marks as one
_MIN_REPEATS = 2  # of questions that stand apart from their answers: one alone may be a title
_LEVEL = 5  # of a question as a heading


class _Pair(NamedTuple):
    question: int  # the line that it begins with
    answer: int
    last: int  # the line behind it


def find_marked_questions(
    lines: Sequence[TextLine], wrapping: Wrapping, taken: Container[int]
) -> Iterator[LineRun]:
    """Yield "Q: …" with "A: …" as a field; where the answer is long, the question as a heading."""
    for pair in _pairs(lines, wrapping, taken, marked=True):
        yield _region(lines, pair, _MAX_PAIR)


def answer_mark(text: str, start: int, end: int, asked: str = "") -> list[tuple[int, int]]:
    """Return the span of "A:" where a line begins with it; none if that marks no answer.

    Args:
        text: the whole text.
        start, end: where to look, 0-based, end-exclusive.
        asked: the question, "Q: …" where it is marked; empty where it stands there itself.
    """
    question = _MARK.match(asked or text[start:end])
    for line in _LINE_START.finditer(text, start, end) if question else ():
        found = _MARK.match(text, line.end(), end)
        if question and found and (question[1].lower(), found[1].lower()) in _MARKS:
            return [(found.start(), found.start() + len(found[0].rstrip()))]
    return []


def find_bare_questions(
    lines: Sequence[TextLine], wrapping: Wrapping, taken: Container[int]
) -> Iterator[LineRun]:
    """Yield questions on lines of their own with the few words below each that answer it."""
    bare = _pairs(lines, wrapping, taken, marked=False)
    for pair in bare:
        apart = lines[pair.answer].gap > 0
        if len(bare) < _MIN_REPEATS and (apart or pair.question == 0):
            continue
        region = _region(lines, pair, _MAX_ANSWER)
        if apart or region.blocks[0].kind == "field":
            yield region


def _region(lines: Sequence[TextLine], pair: _Pair, most: int) -> LineRun:
    start, end = lines[pair.question].start, lines[pair.last - 1].end
    if end - start <= most:
        return LineRun(pair.question, pair.last, (Block(start, end, "field"),))
    asked = Block(start, lines[pair.answer - 1].end, "heading", _LEVEL)
    return LineRun(pair.question, pair.answer, (asked,))


def _pairs(
    lines: Sequence[TextLine], wrapping: Wrapping, taken: Container[int], *, marked: bool
) -> list[_Pair]:
    """Return the questions whose answer follows; where both are marked, or nothing is."""
    pairs: list[_Pair] = []
    at = 0
    while at < len(lines):
        free = at not in taken and not lines[at].is_rule
        pair = _pair(lines, wrapping, taken, at, marked=marked) if free else None
        if pair:
            pairs.append(pair)
        at = pair.last if pair else at + 1
    return pairs


def _pair(
    lines: Sequence[TextLine], wrapping: Wrapping, taken: Container[int], at: int, *, marked: bool
) -> _Pair | None:
    asking = _mark(lines[at]) if marked else ""
    if asking is None or not (marked or _is_question(lines[at].text)):
        return None
    answer = at + 1
    while marked and answer < len(lines) and wrapping.adjoins(answer) and not _mark(lines[answer]):
        answer += 1
    if answer == len(lines) or answer in taken or lines[answer].is_rule or lines[answer].gap > 1:
        return None
    if marked and (asking, _mark(lines[answer])) not in _MARKS:
        return None
    if not marked and (wrapping.goes_on(at, answer) or _is_question(lines[answer].text)):
        return None
    if not marked and wrapping.adjoins(at):
        return None  # a question amid prose
    last = answer + 1
    while last < len(lines) and wrapping.adjoins(last) and last not in taken:
        if _mark(lines[last]) if marked else _is_question(lines[last].text):
            break
        last += 1
    return _Pair(at, answer, last)


def _mark(line: TextLine) -> str | None:
    head = line.text[:40]
    if not (":" in head or "." in head or ")" in head or "：" in head) or head[0].islower():
        return None
    found = _MARK.match(head)
    return found[1].lower() if found else None


def _is_question(words: str) -> bool:
    """Return whether a line is one question and nothing else."""
    return (
        len(words) <= _MAX_QUESTION
        and _ASKED.search(words, max(len(words) - 4, 0)) is not None
        and words.rstrip(CLOSERS).endswith(_ASKS)
        and _STOP_WITHIN.search(words) is None
        and not words[0].islower()
    )
