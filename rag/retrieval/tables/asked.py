"""What a question names of a table: its rows, its columns, and what of it the table does not hold.

The rows of a table share their words, and any row with a price looks like an answer to "What does
a croissant cost?". What is asked of a table is told by its cells: a row answers only if it, its
header or what stands above them holds all that the question names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

from rag.index.chunking import context
from rag.index.lexical import Alternative
from rag.models.likeness import likeness
from rag.retrieval.concepts import Concept
from rag.retrieval.question import (
    AUXILIARIES,
    EXTREME,
    PAYING,
    TOTAL,
    Question,
    held_kind,
    holds_money,
)
from rag.retrieval.rank import Candidate
from rag.retrieval.tables.amounts import MostOf, extreme_rows, total_row
from rag.retrieval.tables.table import Cell, HeadedTable, TableRow, table_at
from rag.text.blocks import heading_path
from rag.text.dates import MONTHS, date_range, overlap
from rag.text.terms import analyze, is_near, is_stopword
from rag.text.time_expressions import find_times
from rag.types import Article

_SAME_STEM = 5  # letters in which a word of the question and one of a header begin alike …
_STEM_SHARE = 0.6  # … of the longer word: "supplies" and "Supplier"
# How alike a verb of a question and a word of a header or title are that speak of the same, -1..1:
# "sell" and "sales" 0.41, "earn" and "income" 0.37; "won" and "lost" 0.32, "buy" and "sales" 0.24.
_TOLD = 0.35
_MOST_PROSE = 20_000  # characters of a document in which the words of a question are looked for
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_JOINED = re.compile(r"(?=[\w./-]*\d)\w+(?:[./-]\w+)+")  # "O-7", "2024-05-14"
# Words that speak of a table and not of what it says.
_OF_TABLES = re.compile(r"\b(?:tables?|lists?|listed|rows?|columns?)\b", re.IGNORECASE)
_WHERE = re.compile(r"\bwhere\b", re.IGNORECASE)
_BEFORE_VERB = frozenset(f"{AUXILIARIES}|be|been|being|who|i|we|you|he|she|it|they|not".split("|"))
_OF_A_TIME = re.compile(r"\b(?:end|close|start|beginning) of (?:the )?$", re.IGNORECASE)
Openness = Literal["none", "said", "named", "other"]
_ORDER: tuple[Openness, ...] = ("none", "said", "named", "other")


class RowReading(NamedTuple):
    """A row of a table as an answer to a question: the ``candidate``, and its ``table``.

    ``rows`` are those of its table that the question means, in order, and ``named`` says that it
    names them. ``columns`` are those that it asks for, by name or by the kind of answer that it
    wants. ``open`` are what it names and neither the rows nor what stands above them holds;
    ``openness`` says of what sort the worst of them is: ``said`` of what is asked about, ``named``
    as a thing, or ``other``: a number, or another row. ``answers`` says that the rows have the
    wanted kind of answer. ``most`` says what they have the most or least of, if that is asked for,
    and ``counts`` that all rows are to be counted.
    """

    candidate: Candidate
    table: HeadedTable
    rows: tuple[TableRow, ...]
    named: bool
    columns: tuple[str, ...]
    is_column_named: bool
    open: tuple[Concept, ...]
    openness: Openness
    answers: bool
    most: MostOf | None
    counts: bool

    @property
    def is_exact(self) -> bool:
        """Whether the question names the rows, and nothing that they do not hold."""
        told = self.answers and (self.named or self.most is not None)
        return self.openness == "none" and (told or self.counts)


def read_row(
    question: Question, concepts: Sequence[Concept], candidate: Candidate
) -> RowReading | None:
    """Read a row as an answer to a question; None for what is no row of a table with a header.

    Args:
        question: one part of what is asked.
        concepts: what it names.
        candidate: the row.
    """
    if candidate.sentence.kind != "row" or not candidate.sentence.label:
        return None
    table = table_at(candidate.article, candidate.sentence.start)
    found = [row for row in table.rows if row.start == candidate.sentence.start] if table else []
    if table is None or not found:
        return None
    names = _Names(question, table, (*concepts, *_months_left_out(question, concepts)))
    rows = names.meant(found[0])
    counts = not names.any and question.unit in _terms(table.columns[0])
    total = total_row(table) if counts or (question.total and not names.any) else None
    wants_total = total is not None and not counts
    if wants_total or counts:
        rows = tuple(row for row in table.rows if (row is total) == wants_total)
    columns = names.columns(rows[0])
    most = (
        extreme_rows(question.text, table, rows, names.named_columns) if question.extreme else None
    )
    if most:
        columns, rows = (most.column,), most.rows
    is_column_named = bool(columns)
    columns = columns or _columns_of_kind(question, rows[0])
    above, prose = _words_above(candidate.article, rows[0].start), _terms_beside(candidate.article)
    left = [concept for concept in names.left_by(rows[0]) if not _holds(concept, _terms(above))]
    if _pays(rows[0], columns):
        left = [concept for concept in left if concept.word.lower() not in PAYING]
    sorts = {concept: names.openness(concept, prose) for concept in left}
    told = _WORD.findall(" ".join((*table.columns, above)).replace("_", " "))
    left = [c for c in left if sorts[c] != "said" or not _is_told(c.word, told)]
    openness: Openness = max(map(sorts.__getitem__, left), key=_ORDER.index, default="none")
    return RowReading(
        candidate,
        table,
        rows,
        named=names.any or wants_total,
        columns=columns,
        is_column_named=is_column_named,
        open=tuple(left),
        openness=openness,
        answers=_answers(question, rows[0], columns),
        most=most,
        counts=counts,
    )


class _Names:
    """The words of a question by the cells and headers of a table that hold them."""

    def __init__(self, question: Question, table: HeadedTable, concepts: Sequence[Concept]) -> None:
        self.table = table
        self._words = _WORD.findall(question.text)
        self._asked = frozenset(t for t in _terms(question.text) if not is_stopword(t))
        self._question = question
        self._concepts = concepts
        vocabulary = frozenset[str]().union(*(row.terms for row in table.rows))
        self._heads = {name: _terms(name) for name in table.columns}
        heads = frozenset[str]().union(*self._heads.values())
        in_cells = [_matches(concept, vocabulary) for concept in concepts]
        self._in_heads = [_matches(c, heads) or _alike(c, heads) for c in concepts]
        named = {at: terms for at, terms in enumerate(in_cells) if terms}
        # Words of the header name no row.
        self._in_cells = {at: terms for at, terms in named.items() if not self._in_heads[at]}
        self._held = {row.start: self._held_by(row) for row in table.rows}
        self.any = bool(self._in_cells)

    def _held_by(self, row: TableRow) -> frozenset[int]:
        """Return which concepts name a row: those that its cells hold, joined ones as they are."""
        held = {
            at
            for at, terms in self._in_cells.items()
            if terms & row.terms and _is_in(self._concepts[at], row)
        }
        for whole in _JOINED.findall(self._question.text):
            within = rf"(?<![\w-]){re.escape(whole)}(?![\w-])"
            if not any(re.search(within, cell.words, re.IGNORECASE) for cell in row.cells):
                parts = _terms(whole)
                held -= {at for at in held if self._in_cells[at] <= parts}
        return frozenset(held)

    def meant(self, row: TableRow) -> tuple[TableRow, ...]:
        """Return the rows that are named by the most words, among them those that name a row."""
        own = self._held[row.start]
        fuller = {held for held in self._held.values() if held >= own}
        best = [held for held in fuller if not any(held < other for other in fuller)]
        if len(best) > 1:
            best = [own]
        alike = [r for r in self.table.rows if self._held[r.start] >= best[0]]
        if not self._in_cells or not own or not self._others(alike[0]):
            return tuple(alike)
        every = frozenset(self._in_cells)
        return tuple(
            r
            for r in self.table.rows
            if self._held[r.start] and self._held[r.start] | self._others(r) >= every
        ) or tuple(alike)

    def _others(self, row: TableRow) -> frozenset[int]:
        """Return the concepts that name another row just as one is named: "North and South".

        Both rows are named by all words of a cell, in the same column.
        """
        own = self._wholly_named(row)
        return frozenset[int]().union(
            *(
                named
                for column, named in self._whole_cells
                if named.isdisjoint(own.get(column, named))
            )
        )

    @cached_property
    def _whole_cells(self) -> frozenset[tuple[str, frozenset[int]]]:
        """The cells that are wholly named: their columns, and the concepts that name them."""
        found = (self._wholly_named(row).items() for row in self.table.rows)
        return frozenset(pair for pairs in found for pair in pairs)

    def _wholly_named(self, row: TableRow) -> dict[str, frozenset[int]]:
        """Return the concepts that make up a whole cell of a row, by its column."""
        held = self._held[row.start]
        found: dict[str, frozenset[int]] = {}
        for cell in row.cells if held else ():
            named = frozenset(at for at in held if self._in_cells[at] & cell.terms)
            if named and cell.terms <= frozenset().union(*(self._in_cells[at] for at in named)):
                found[cell.column] = named
        return found

    def columns(self, row: TableRow) -> tuple[str, ...]:
        """Return the columns named by the most words, other than those by which a row is named."""
        keys = {
            cell.column
            for cell in row.cells
            if any(self._in_cells[at] & cell.terms for at in self._held[row.start])
        }
        return self.named_columns([cell.column for cell in row.cells if cell.column not in keys])

    def named_columns(self, among: Iterable[str]) -> tuple[str, ...]:
        """Return which of some columns the question names by the most words."""
        counts = {
            name: sum(bool(found & self._heads[name]) for found in self._in_heads)
            + len((self._asked & self._heads[name]).difference(*self._in_heads))
            for name in among
            if name
        }
        most = max(counts.values(), default=0)
        best = [name for name, count in counts.items() if count == most > 0]
        fewest = min((len(self._heads[name]) for name in best), default=0)
        return tuple(name for name in best if len(self._heads[name]) == fewest)

    def left_by(self, row: TableRow) -> Iterator[Concept]:
        """Yield the concepts that neither a row nor the header holds."""
        others = self._others(row)
        timed = self._words_of_time(row)
        for at, concept in enumerate(self._concepts):
            in_row = at in self._held[row.start] | others or (
                at not in self._in_cells and bool(_matches(concept, row.terms))
            )
            asks = any(pattern.search(concept.word) for pattern in (_OF_TABLES, EXTREME, TOTAL))
            if not (in_row or self._in_heads[at] or asks or concept.word in timed):
                yield concept

    def _words_of_time(self, row: TableRow) -> frozenset[str]:
        """Return the words of the question for times that the row or the header has in others.

        "By the end of August" is told by "spent to 31 Aug".
        """
        text = self._question.text
        has = " · ".join(f"{cell.column}: {cell.words}" for cell in row.cells)
        held = list(filter(None, (date_range(when.date) for when in find_times(has, None))))
        words: set[str] = set()
        for when in find_times(text, None):
            asked = date_range(when.date)
            if asked and overlap([asked], held):
                edge = _OF_A_TIME.search(text, 0, when.start)
                words.update(_WORD.findall(text[edge.start() if edge else when.start : when.end]))
        return frozenset(words)

    def openness(self, concept: Concept, prose: frozenset[str]) -> Openness:
        """Return of what sort a concept is that neither a row nor the header holds.

        Args:
            concept: one that the question names.
            prose: the terms of what the document says besides its tables.
        """
        word = concept.word
        if self._concepts.index(concept) in self._in_cells or any(map(str.isdigit, word)):
            return "other"
        if word.lower() in MONTHS and word[0].isupper():
            return "other"
        places = [at for at, each in enumerate(self._words) if each == word.split()[-1]]
        is_name = self._question.english and word[0].isupper() and places != [0]
        if is_name:
            return "other" if concept.absent or not self.any else "said"
        is_said = any(says_what_is_done(self._words, at) for at in places) or _matches(
            concept, prose
        )
        return "said" if is_said else "named"


def says_what_is_done(words: Sequence[str], at: int) -> bool:
    """Return whether a word of a question says what is done or what is asked for, by its place.

    That is a verb, the noun behind "which", or what stands behind "how".
    """
    before = words[at - 1].lower() if at else ""
    after = words[at + 1].lower() if at + 1 < len(words) else ""
    if before in ("which", "how", "who") or (before == "what" and after not in ("", "of")):
        return True
    if any(word.lower() in PAYING for word in words):
        return False
    content = bool(before) and not is_stopword(before)
    return (content or before in _BEFORE_VERB) and (not after or is_stopword(after))


def _months_left_out(question: Question, concepts: Sequence[Concept]) -> Iterator[Concept]:
    """Yield the months that a question names by a word that names nothing elsewhere: "May"."""
    known = {concept.word for concept in concepts}
    for term in analyze(question.text):
        word = question.text[term.start : term.end]
        if term.start and term.name and word.lower() in MONTHS and word not in known:
            yield Concept((Alternative((term.term,)),), 0.0, word, absent=False, unknown=False)


def _pays(row: TableRow, columns: Sequence[str]) -> bool:
    """Return whether a row holds an amount of money, in a column that is asked for if one is."""
    return any(holds_money(f"{cell.column}: {cell.words}") for cell in _asked_cells(row, columns))


def _asked_cells(row: TableRow, columns: Sequence[str]) -> list[Cell]:
    named = [cell for cell in row.cells if cell.column in columns]
    return named or list(row.cells)


def _has_kind(question: Question, cell: Cell) -> bool:
    text = f"{cell.column}: {cell.words}"
    return held_kind(question.kind, text, _terms(question.text), None) > 0


def _columns_of_kind(question: Question, row: TableRow) -> tuple[str, ...]:
    """Return the column that alone has the kind of answer that is wanted, where one is wanted."""
    if question.kind is None or question.kind.name in ("yes-no", "reason", "statement"):
        return ()
    found = [cell.column for cell in row.cells if cell.column and _has_kind(question, cell)]
    # "Price" alone says what "Price" is, beside "Price for resellers".
    plain = [name for name in found if all(_terms(name) <= _terms(other) for other in found)]
    return tuple(plain[:1])


def _answers(question: Question, row: TableRow, columns: Sequence[str]) -> bool:
    """Return whether a row has the wanted kind of answer in what is asked for.

    In a column that the question names, a number is one of what it names, and words may be a name.
    """
    cells = _asked_cells(row, columns)
    kind = question.kind.name if question.kind else ""
    if columns and _WHERE.search(question.text):
        return any(not cell.words[:1].isdigit() for cell in cells)
    if columns and kind in ("number", "duration", "date"):
        return any(map(str.isdigit, "".join(cell.words for cell in cells)))
    if columns and kind == "person":
        return any(cell.words[:1].isupper() for cell in cells)
    return any(_has_kind(question, cell) for cell in cells)


def _matches(concept: Concept, terms: frozenset[str]) -> frozenset[str]:
    """Return which of some terms a concept may be: as it is written, or else in a near spelling."""
    exact = [o.terms for o in concept.alternatives if set(o.terms) <= terms]
    if exact:
        return frozenset(term for each in exact for term in each)
    near = [
        (option.terms[0], option.distance) for option in concept.alternatives if option.distance
    ]
    return frozenset(
        term for wanted, distance in near for term in terms if is_near(wanted, term, distance)
    )


def _is_in(concept: Concept, row: TableRow) -> bool:
    """Return whether a row has a concept: of a date in figures, all of them in their order."""
    if not _matches(concept, row.terms):
        return False
    plain = [o for o in concept.alternatives if len(o.terms) == 1 or not o.terms[0].isdigit()]
    if _matches(concept._replace(alternatives=tuple(plain)), row.terms):
        return True
    dates = (o.terms for o in concept.alternatives if o not in plain)
    ordered = [re.compile(rf"(?<!\d){'[^0-9]'.join(figures)}(?!\d)") for figures in dates]
    return any(each.search(cell.words) for each in ordered for cell in row.cells)


def _alike(concept: Concept, terms: frozenset[str]) -> frozenset[str]:
    """Return which of some terms begin as a word does: "supplies" and "supplier"."""
    if concept.word[:1].isupper() or not concept.word.isalpha():
        return frozenset()
    own = {term for option in concept.alternatives for term in option.terms}
    return frozenset(term for term in terms if any(_same_stem(term, word) for word in own))


def _same_stem(one: str, other: str) -> bool:
    same = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        same += 1
    return same >= _SAME_STEM and same >= _STEM_SHARE * max(len(one), len(other))


def _holds(concept: Concept, terms: frozenset[str]) -> bool:
    return bool(_matches(concept, terms) or _alike(concept, terms))


def _terms(words: str) -> frozenset[str]:
    return frozenset(term.term for term in analyze(words))


def _terms_beside(article: Article) -> frozenset[str]:
    """Return the terms of what a document says in prose."""
    spans = [block for block in article.blocks if block.kind == "text"]
    return _terms(" ".join(article.text[b.start : b.end] for b in spans)[:_MOST_PROSE])


def _words_above(article: Article, start: int) -> str:
    """Return the words that a row stands under: the headings, and the document's names."""
    above = heading_path(article.text, article.blocks, start)
    return " ".join((context(article), article.path, *above))


def _is_told(word: str, told: Sequence[str]) -> bool:
    """Return whether a verb says what a header or title says as a noun: "sell" and "Sales"."""
    return bool(told) and float(likeness([word], told).max()) >= _TOLD
