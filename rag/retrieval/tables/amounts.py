"""Compare the numbers of a table: which row adds up the others, and which has the most."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from rag.retrieval.tables.table import HeadedTable, TableRow
from rag.text.numbers import numbers_in

_FEWEST_SUMMED = 2  # rows that a further row adds up
_NUMBERED = re.compile(r"[^\W\d_]+[-/.]\d")  # "O-7" is a name
_MINUS = re.compile(r"[-−–(]\W{0,2}$")
# Superlatives that say which end is meant, whatever is compared: "oldest" may be the least year.
_MOST = "most|highest|largest|biggest|greatest|longest|heaviest|maximum"
_LEAST = "least|fewest|lowest|smallest|shortest|lightest|minimum"
_END = re.compile(rf"\b(?:(?P<most>{_MOST})|{_LEAST})\b", re.IGNORECASE)


class MostOf(NamedTuple):
    """The rows with the highest or lowest number of a column, and of how many rows they are."""

    column: str
    is_highest: bool
    rows: tuple[TableRow, ...]
    compared: int


def numeric_columns(table: HeadedTable) -> dict[str, dict[int, Decimal]]:
    """Return the columns that hold a number in one unit and nothing else: number by row."""
    found: dict[str, dict[int, Decimal]] = {}
    units: dict[str, set[str]] = {}
    for at, row in enumerate(table.rows):
        for cell in row.cells:
            numbers = numbers_in(cell.words)
            if len(numbers) != 1 or _NUMBERED.match(cell.words):
                units.setdefault(cell.column, set()).update(("words", cell.words))
                continue
            value, start, end = numbers[0]
            before = cell.words[:start]
            found.setdefault(cell.column, {})[at] = -value if _MINUS.search(before) else value
            unit = f"{before.rstrip('-−–( ')} {cell.words[end:].strip(') ')}"
            units.setdefault(cell.column, set()).add(unit.strip())
    return {
        name: values
        for name, values in found.items()
        if name and len(units[name]) == 1 and len(values) > 1
    }


def total_row(table: HeadedTable) -> TableRow | None:
    """Return the first or last row if all of its numbers are the sums of those of the others."""
    columns = numeric_columns(table)
    for at in (len(table.rows) - 1, 0):
        own = [values for values in columns.values() if at in values]
        if own and all(_is_sum(values, at) for values in own):
            return table.rows[at]
    return None


def _is_sum(values: dict[int, Decimal], at: int) -> bool:
    others = [value for row, value in values.items() if row != at]
    return len(others) >= _FEWEST_SUMMED and any(others) and sum(others) == values[at]


def extreme_rows(
    question: str,
    table: HeadedTable,
    rows: Sequence[TableRow],
    named: Callable[[Iterable[str]], Sequence[str]],
) -> MostOf | None:
    """Return the rows that have the most or the least of what a superlative compares.

    Args:
        question: in words.
        table: the table.
        rows: those of its rows that are compared; a row that adds up the others is not.
        named: returns which of some columns the question names.

    Returns None where it is not certain which column is meant, which end of it, or for a row
    without a number in it.
    """
    end = _END.search(question)
    numeric = numeric_columns(table)
    total = total_row(table)
    numeric.pop(table.columns[0], None)  # what the rows are of
    meant = named(numeric) or _sums(numeric) or list(numeric)
    if end is None or len(meant) != 1:
        return None
    places = {row.start: at for at, row in enumerate(table.rows)}
    values = numeric[meant[0]]
    compared = [(values.get(places[row.start]), row) for row in rows if row is not total]
    numbers = [value for value, _ in compared if value is not None]
    if len(numbers) < len(compared) or len(numbers) < 2:
        return None
    best = max(numbers) if end["most"] else min(numbers)
    rows = tuple(row for value, row in compared if value == best)
    return MostOf(meant[0], bool(end["most"]), rows, len(compared))


def _sums(numeric: dict[str, dict[int, Decimal]]) -> list[str]:
    """Return the column that adds up all others, if there is one."""
    for name, values in numeric.items():
        others = [each for other, each in numeric.items() if other != name]
        if len(others) >= _FEWEST_SUMMED and all(
            value == sum(each.get(at, Decimal()) for each in others) for at, value in values.items()
        ):
            return [name]
    return []
