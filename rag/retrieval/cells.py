"""Whether a question names a cell of a table by its row and column, or asks for the most of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from rag.retrieval.question import Question
from rag.retrieval.rank import Candidate
from rag.text.blocks import CELL_BREAK, row_cells
from rag.text.terms import analyze

_COLUMN_BONUS = 0.5  # of a row with a column that is named, where the most of a table is asked for


def points_into_table(question: Question, candidate: Candidate) -> bool:
    """Return whether a row is pointed at: by its name and a column, or as one of those to compare.

    Args:
        question: one part of what is asked.
        candidate: a row, or anything else, which is not pointed at.
    """
    cells = list(_cells(candidate))
    asked = _terms(question.text)
    if question.extreme:
        return any(_is_named(head, asked) for head, _ in cells)
    if not cells or not _is_named(cells[0][1], asked):
        return False
    return any(_is_named(head, asked) and value for head, value in cells[1:])


def prefer_tables(question: Question, scored: Iterable[Candidate]) -> list[Candidate]:
    """Rank the rows of a table whose column is named higher, where the most of it is asked for."""
    if not question.extreme:
        return list(scored)
    return [
        replace(each, score=each.score + _COLUMN_BONUS)
        if points_into_table(question, each)
        else each
        for each in scored
    ]


def _cells(candidate: Candidate) -> Iterator[tuple[str, str]]:
    """Yield the cells of a row behind the words of their columns; none of what is no such row."""
    sentence = candidate.sentence
    if sentence.kind != "row" or not sentence.label:
        return
    header, values = sentence.label.split(CELL_BREAK.strip()), row_cells(candidate.text)
    if len(header) == len(values):
        yield from (
            (head.strip(), value.strip()) for head, value in zip(header, values, strict=True)
        )


def _is_named(words: str, asked: frozenset[str]) -> bool:
    own = _terms(words)
    return bool(own) and own <= asked


def _terms(words: str) -> frozenset[str]:
    return frozenset(term.term for term in analyze(words))
