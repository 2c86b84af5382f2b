"""Tell which columns of a row a sentence names, by words, abbreviations or likeness."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from rag.checking.statement import YEARS
from rag.checking.tables.row import Row, RowCell, meaningful, term_of, terms_of
from rag.models.likeness import likeness
from rag.text.numbers import Number
from rag.text.terms import Term

# How alike a word of a sentence and one of a column's name are that speak of the same, -1..1, and
# by how much more than of any other column: "voters" and "ballots" 0.50.
_ALIKE, _CLEARLY = 0.35, 0.1
_SHORT = 4  # letters of an abbreviation: "Pts", "W"
_SHORTEST = 3  # characters of one with a full stop
_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")


def rivals_of(cell: RowCell, row: Row) -> list[RowCell]:
    """Return the cells of a row that a number might be of as well: years if it is one."""
    return [
        each
        for each in row
        if each.value is not None and (each.value in YEARS) == (cell.value in YEARS)
    ]


def dated_rivals_of(cell: RowCell, row: Row) -> list[RowCell]:
    """Return the cells of a row that a date might be of as well, the first of the row left out."""
    return [cell, *(each for each in row[1:] if each.dates and each is not cell)]


def columns_named(rivals: Sequence[RowCell], words: Sequence[str]) -> list[RowCell]:
    """Return the cells whose column a sentence names, by words of which no other has all.

    The only column needs no name. Of two that are named by the same words, the one is meant that
    has them outside of brackets.

    Args:
        rivals: cells of one row.
        words: of the sentence, and its years.
    """
    if len(rivals) == 1:
        return list(rivals)
    said = terms_of(" ".join(words)).union(word for word in words if word.isdigit())
    held = [_held(cell.column, said, words) for cell in rivals]
    bare = [_held(_BRACKETS.sub("", cell.column), said, words) for cell in rivals]
    return [
        cell
        for at, cell in enumerate(rivals)
        if held[at]
        and not any(
            held[at] < held[i] or (held[at] == held[i] and not bare[at] > bare[i])
            for i in range(len(rivals))
            if i != at
        )
    ]


def _held(column: str, said: Collection[str], words: Sequence[str]) -> set[str]:
    """Return the words of a column's name that a sentence has, in full or where it is short."""
    short = {name for name in column.split() if any(abbreviates(name, word) for word in words)}
    return {*short, *(terms_of(column) & set(said))}


def abbreviates(name: str, word: str) -> bool:
    """Return whether a word is cut short in the name of a column, with a full stop: "Reg."."""
    cut = name.strip("()[],").lower()
    return len(cut) > _SHORTEST and cut.endswith(".") and word.lower().startswith(cut[:-1])


def nearest_column(
    named: Sequence[RowCell], start: int, words: Sequence[Term], numbers: Sequence[Number]
) -> RowCell | None:
    """Return the cell whose column is named nearest to a number; None where none is by words.

    Args:
        named: cells whose columns a sentence names.
        start: of a number or date of the sentence, 0-based, in characters.
        words: of the sentence, in order.
        numbers: all of the sentence; a word beyond another number is farther away.
    """
    places = []
    for cell in named:
        others = [terms_of(each.column) for each in named if each is not cell]
        own = {word for word in terms_of(cell.column) if not any(word in each for each in others)}
        for term in words:
            if term_of(term) in own:
                low, high = sorted((term.start, start))
                between = sum(low < each.start < high for each in numbers)
                places.append((between, high - low, cell.column, cell))
    return min(places, key=lambda place: place[:3])[3] if places else None


def likest_column(rivals: Sequence[RowCell], words: Sequence[str]) -> RowCell | None:
    """Return the cell whose column's name is short for a word or most like it, if one clearly is.

    Args:
        rivals: cells of one row.
        words: of the sentence, as they are written.
    """
    short = [cell for cell in rivals if _is_short_for_any(cell.column, words)]
    if short:
        return short[0] if len(short) == 1 else None
    scores = []
    for cell in rivals:
        names = [cell.column[term.start : term.end] for term in meaningful(cell.column)]
        scores.append((float(likeness(words, names).max(initial=0.0)), cell.column, cell))
    scores.sort(key=lambda score: -score[0])
    if not scores or scores[0][0] < _ALIKE:
        return None
    clear = len(scores) == 1 or scores[0][0] - scores[1][0] >= _CLEARLY
    return scores[0][2] if clear else None


def _is_short_for_any(column: str, words: Sequence[str]) -> bool:
    names = [name.strip(".,()").lower() for name in column.split()]
    return any(_is_short_for(name, word.lower()) for name in names[:1] for word in words)


def _is_short_for(short: str, word: str) -> bool:
    """Return whether letters begin as a word does, and stand in it in their order."""
    if not short.isalpha() or len(short) > _SHORT or short[0] != word[0] or short == word:
        return False
    letters = iter(word)
    return all(letter in letters for letter in short)
