"""Read from each document the value that it gives for what is asked, by the reader.

The reader says which sentence, row or item of a document answers, and in which words; the quantity
or time that stands in these words or nearest to them is the document's value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from rag.checking.notation.quantities import (
    LENGTH_OF_TIME,
    MONEY,
    SHARE,
    Quantity,
    agree,
    comparable,
    quantities_in,
)
from rag.checking.statement import analyzed, canonical
from rag.retrieval.concepts import Concept
from rag.retrieval.question import Question
from rag.retrieval.rank import Candidate
from rag.retrieval.tables.asked import read_row
from rag.text.dates import YEAR, date_range, overlap, spoken_date
from rag.text.terms import analyze, is_stopword
from rag.text.time_expressions import When, find_times
from rag.types import DifferenceKind

LEAST_ANSWERING = 0.05  # probability, by the reader, from which a unit may give a value
_AT_THE_WORDS = 2  # characters between a value and the words of the answer that it belongs to
_STATED_YEAR = re.compile(rf"(?<!\d){YEAR}(?!\d)")
_ASKS = re.compile(r"\b(?:what|which|how)\b", re.IGNORECASE)  # unlike a topic
_OF_A_WHOLE = re.compile(r"\b(?:share|percent\w*|per cent|proportion|fraction)\b", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\(([^()]*)\)")
# Kinds of questions that a quantity answers; "" are those that no cue tells ("What was the pH?").
_QUANTITATIVE = frozenset(("number", "money", "duration", "age", ""))


class GivenQuantity(NamedTuple):
    """A value that a unit of a document gives: a quantity or a time.

    Attributes:
        value: the quantity or time.
        shown: as it is shown.
        start, end: where it stands in the unit's words in context, 0-based, end-exclusive.
        candidate: the unit.
    """

    value: Quantity | When
    shown: str
    start: int
    end: int
    candidate: Candidate

    def agrees(self, other: GivenQuantity) -> bool:
        """Return whether two values may be one."""
        if isinstance(self.value, Quantity) and isinstance(other.value, Quantity):
            return agree(self.value, other.value)
        if isinstance(self.value, When) and isinstance(other.value, When):
            return self._is_same_time(other)
        return False

    def may_also_be(self, other: GivenQuantity) -> bool:
        """Return whether the unit gives what another value says, here or beside this value."""
        if self.agrees(other) or not isinstance(other.value, Quantity):
            return self.agrees(other)
        return any(
            comparable(each, other.value) and agree(each, other.value)
            for each in quantities_in(self.candidate.in_context)
        )

    def is_comparable(self, other: GivenQuantity) -> bool:
        """Return whether two values are of one kind and dimension."""
        if isinstance(self.value, Quantity) and isinstance(other.value, Quantity):
            return comparable(self.value, other.value)
        return isinstance(self.value, When) and isinstance(other.value, When)

    def _is_same_time(self, other: GivenQuantity) -> bool:
        """Return whether the coarser of two times holds the finer.

        A year that only one of them states is no difference: the other's is derived.
        """
        one, two = self.value, other.value
        if not (isinstance(one, When) and isinstance(two, When)):
            return False
        if not (self._states_year and other._states_year):
            size = min(len(one.date), len(two.date))
            return one.date[4:size] == two.date[4:size]
        spans = [date_range(one.date)], [date_range(two.date)]
        return overlap(*(filter(None, span) for span in spans))

    @property
    def _states_year(self) -> bool:
        words = self.candidate.in_context[self.start : self.end]
        return _STATED_YEAR.search(words) is not None


def value_kind(question: Question) -> DifferenceKind | None:
    """Return what kind of value answers a question; None where no value does."""
    kind = question.kind.name if question.kind else ""
    if kind == "date":
        return "date"
    is_open = kind == "" and not _ASKS.search(question.text)
    return "number" if kind in _QUANTITATIVE and not is_open else None


def values_by_document(
    question: Question,
    concepts: Sequence[Concept],
    candidates: Iterable[Candidate],
    is_asked: Callable[[GivenQuantity], bool],
) -> list[list[GivenQuantity]]:
    """Return the values that each document gives for a question, the likeliest answers first.

    Args:
        question: one part of what is asked.
        concepts: what it names.
        candidates: what was read of the documents.
        is_asked: says whether a value may be of what is asked about.
    """
    found: dict[str, list[GivenQuantity]] = {}
    read = [each for each in candidates if each.answers >= LEAST_ANSWERING]
    for candidate in sorted(read, key=lambda each: -each.answers):
        given = _value(question, concepts, candidate)
        if given is not None and is_asked(given):
            found.setdefault(candidate.article.id, []).append(given)
    return list(found.values())


def _value(
    question: Question, concepts: Sequence[Concept], candidate: Candidate
) -> GivenQuantity | None:
    """Return the value in or nearest to the words with which a unit would answer, if it has one."""
    kind = question.kind.name if question.kind else ""
    if kind == "date":
        return _nearest(candidate, _times(candidate))
    if kind not in _QUANTITATIVE:
        return None
    if candidate.sentence.kind == "row" and candidate.sentence.label:
        return _nearest(candidate, _of_column(question, concepts, candidate), anywhere=True)
    found = [each for each in _quantities(candidate) if _fits(question, each.value)]
    beside = _beside_the_asked(question, candidate, found)
    return _nearest(candidate, beside, anywhere=kind != "")


def _nearest(
    candidate: Candidate, found: Sequence[GivenQuantity], *, anywhere: bool = True
) -> GivenQuantity | None:
    """Return the value nearest to the reader's words, or only one that they touch.

    Where the reader gives no words, a value must be the only one.
    """
    if candidate.span is None:
        return found[0] if len(found) == 1 else None
    first, last = candidate.span

    def away(given: GivenQuantity) -> int:
        return max(0, given.start - last, first - given.end)

    nearest = min(found, key=away, default=None)
    return nearest if nearest and (anywhere or away(nearest) <= _AT_THE_WORDS) else None


def _times(candidate: Candidate) -> list[GivenQuantity]:
    times = find_times(candidate.in_context, candidate.article.published)
    return [
        GivenQuantity(when, _shown_time(when, candidate), when.start, when.end, candidate)
        for when in times
        if not when.about
    ]


def _shown_time(when: When, candidate: Candidate) -> str:
    """Return a time in full if its words have the year, and else its words, which are certain."""
    words = candidate.in_context[when.start : when.end]
    stated = _STATED_YEAR.search(words) is not None
    return (spoken_date(when.date) if stated else None) or words


def _quantities(candidate: Candidate) -> list[GivenQuantity]:
    text = candidate.in_context
    dated = [(when.start, when.end) for when in find_times(text, candidate.article.published)]
    return [
        GivenQuantity(each, text[each.start : each.end], each.start, each.end, candidate)
        for each in quantities_in(text, without=dated)
    ]


def _fits(question: Question, value: Quantity | When) -> bool:
    """Return whether a quantity is of a dimension in which a question can be answered."""
    if not isinstance(value, Quantity):
        return False
    dimension, kind = value.dimension, question.kind.name if question.kind else ""
    if kind == "money":
        return dimension.startswith(MONEY) or (not dimension and value.value >= 1)
    if kind == "duration":
        return dimension in (LENGTH_OF_TIME, "length")
    if kind == "age":
        return dimension in (LENGTH_OF_TIME, "")
    if _OF_A_WHOLE.search(question.text):
        return dimension == SHARE
    if question.unit is not None:
        return dimension not in (LENGTH_OF_TIME, SHARE) and not dimension.startswith(MONEY)
    return True


def _beside_the_asked(
    question: Question, candidate: Candidate, found: Sequence[GivenQuantity]
) -> Sequence[GivenQuantity]:
    """Return the values beside most of what is asked: 210 of "900 passengers and 210 cars".

    What stands beside a number and belongs to no other is told by clauses.
    """
    if len(found) < 2:
        return found
    asked = {canonical(term) for term in analyze(question.text) if not is_stopword(term.term)}
    text = analyzed(candidate.in_context)

    def held(given: GivenQuantity) -> int:
        spans = [(low, high) for number, low, high in text.parts if _is_in(number.start, given)]
        words = (w for w in text.words for low, high in spans if low <= w.start < high)
        return len(asked & {canonical(word) for word in words})

    most = max(map(held, found))
    return [given for given in found if held(given) == most]


def _is_in(at: int, given: GivenQuantity) -> bool:
    return given.start <= at < given.end


def _of_column(
    question: Question, concepts: Sequence[Concept], candidate: Candidate
) -> list[GivenQuantity]:
    """Return the quantity of a row in the column that a question asks for, if one is plainly meant.

    The unit may stand in the header: "cost (million euros)".
    """
    row = read_row(question, concepts, candidate)
    if row is None or len(row.columns) != 1:
        return []
    own = [each for each in row.rows if each.start == candidate.sentence.start]
    cells = [cell for each in own for cell in each.cells if cell.column == row.columns[0]]
    if len(cells) != 1:
        return []
    column, words, _ = cells[0]
    start = candidate.in_context.find(f"{column}: {words}")
    if start < 0:
        return []
    unit = " ".join(_IN_BRACKETS.findall(column))
    quantities = quantities_in(f"{words} {unit}")
    start += len(column) + 2
    shown = f"{words} {unit}".strip()
    return [
        GivenQuantity(each, shown, start, start + len(words), candidate)
        for each in quantities[:1]
        if _fits(question, each)
    ]
