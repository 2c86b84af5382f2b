"""Which entries of a list or table a question asks about: the rows or cells it names, or all."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from rag.retrieval.question import Question
from rag.retrieval.rank import Candidate
from rag.text.blocks import CELL_BREAK, LISTED, listed_around
from rag.text.terms import analyze
from rag.types import Article

LONGEST_LIST = 1_200  # characters of a list that is quoted whole
# How much likelier than the rows that a question names the reader must take another row of the
# table for the answer, 0..1, for that row to stay: it may be named in other words.
_OTHER_WORDS = 0.5
_COLUMN_BONUS = 0.5  # of a row with a column that is named, where the most of a table is asked for
# Entries by the kind of block, of one and of several; paragraphs are of a section.
_ENTRIES = {
    "row": ("in a table with 1 row", "in a table with {:,} rows"),
    "item": ("in a list with 1 entry", "in a list with {:,} entries"),
    "field": ("in a list with 1 entry", "in a list with {:,} entries"),
    "turn": ("in a section with 1 turn", "in a section with {:,} turns"),
    "text": ("in a section with 1 paragraph", "in a section with {:,} paragraphs"),
}


class WholeList(NamedTuple):
    """A list, table or section in an article, to be quoted whole.

    ``start`` and ``end`` are 0-based and end-exclusive; ``entries`` counts those of the first
    level, all of which have one ``kind``.
    """

    start: int
    end: int
    entries: int
    kind: str


def keep_named_rows(question: Question, scored: Sequence[Candidate]) -> list[Candidate]:
    """Leave out the rows of a table that the question does not mean, as it names others of it.

    A model reads each row by itself, and may take any row with a manager for the answer to "Who
    manages the East region?"; which row is meant is told by its cells. So a row of which the
    question has fewer words than of another row goes, and those that stay are as likely to
    answer as any row of their table. Words of the header name no row.

    Args:
        question: one part of what is asked.
        scored: sentences and rows, in any order; a row stands once for each passage that has it.
    """
    asked = {term.term for term in analyze(question.text)}
    tables: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for candidate in scored:
        if candidate.sentence.kind == "row" and candidate.sentence.label:
            tables[candidate.article.id, candidate.sentence.label].append(candidate)
    changed: dict[int, Candidate | None] = {}
    for (_, label), rows in tables.items():
        names = asked - {term.term for term in analyze(label)}
        named = [names & row.terms for row in rows]
        meant = [not any(own < other for other in named) for own in named]
        likely = max(row.answers for row in rows)
        best = max(row.answers for row, is_meant in zip(rows, meant, strict=True) if is_meant)
        if all(meant) or likely - best > _OTHER_WORDS:
            continue
        for row, is_meant in zip(rows, meant, strict=True):
            changed[id(row)] = replace(row, answers=likely) if is_meant else None
    kept = (changed.get(id(candidate), candidate) for candidate in scored)
    return [candidate for candidate in kept if candidate is not None]


def prefer_tables(question: Question, scored: Iterable[Candidate]) -> list[Candidate]:
    """Rank the rows of a table whose column is named higher, where the most of it is asked for."""
    if not question.extreme:
        return list(scored)
    asked = _terms(question.text)
    return [
        replace(each, score=each.score + _COLUMN_BONUS)
        if any(_is_named(head, asked) for head in _columns(each))
        else each
        for each in scored
    ]


def _columns(candidate: Candidate) -> list[str]:
    """Return the words of the columns of a row; none of what is no such row."""
    is_row = candidate.sentence.kind == "row"
    return candidate.sentence.label.split(CELL_BREAK.strip()) if is_row else []


def _is_named(words: str, asked: frozenset[str]) -> bool:
    own = _terms(words)
    return bool(own) and own <= asked


def _terms(words: str) -> frozenset[str]:
    return frozenset(term.term for term in analyze(words))


def wants_all(question: Question, candidate: Candidate) -> bool:
    """Return whether the list that a sentence is in or introduces is to be quoted whole.

    "How many members" is answered by a list only where its own line says that it lists members.
    "Which region sold the most" is answered by its table, where it is not computed which it is.

    Args:
        question: what is asked.
        candidate: the sentence that is quoted.
    """
    if question.several or (question.extreme and candidate.sentence.kind == "row"):
        return True
    label = candidate.sentence.label if candidate.sentence.kind == "item" else ""
    return question.unit is not None and question.unit in {term.term for term in analyze(label)}


def found_entries(listed: WholeList) -> str:
    """Return how many entries a list or table has, as a clause that claims nothing beyond it."""
    one, several = _ENTRIES[listed.kind]
    return one if listed.entries == 1 else several.format(listed.entries)


def whole_list(candidate: Candidate) -> WholeList | None:
    """Return the list or table that a sentence is in or introduces, with what introduces it.

    Returns None where there is none, or one that is too long to be quoted.
    """
    article = candidate.article
    span = listed_around(article.blocks, *candidate.sentence[:2])
    if span is None or span[1] - span[0] > LONGEST_LIST:
        return None
    first = bisect_left(article.blocks, span[0], key=lambda block: block.start)
    entries = [block for block in article.blocks[first:] if block.end <= span[1]]
    entries = [block for block in entries if block.kind in LISTED]
    top = min((entry.level for entry in entries), default=0)
    start = _introduction(article, first) if first < len(article.blocks) else span[0]
    marked = any(mark.start < span[1] and start < mark.end for mark in article.marks)
    if marked or not entries:
        return None
    count = sum(entry.level == top for entry in entries)
    return WholeList(min(start, span[0]), span[1], count, entries[0].kind)


def _introduction(article: Article, at: int) -> int:
    """Return where a list begins with the line that it hangs on, or a table with its header.

    Args:
        article: the article of the list.
        at: the number of the first block of the list.
    """
    entry = article.blocks[at]
    if not at or entry.kind not in LISTED or not entry.label:
        return entry.start
    before = article.blocks[at - 1]
    words = " ".join(article.text[before.start : before.end].split())
    return before.start if words == " ".join(entry.label.split()) else entry.start
