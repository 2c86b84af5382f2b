"""How rows of a table are shown as an answer: which of them, and what stands before each."""

from __future__ import annotations

from rag.retrieval.question import Question
from rag.retrieval.tables.asked import RowReading
from rag.retrieval.tables.listed import whole_list
from rag.retrieval.tables.table import TableRow
from rag.text.quotations import in_quotes, in_single_marks

MOST_ROWS = 12  # that are quoted of a table
_LONGEST_VALUE = 80  # characters of a cell that stands before its row
_MOST_VALUES = 2  # cells of a row that do


def is_told_by_rows(question: Question, reading: RowReading) -> bool:
    """Return whether rows of a table answer: those that are named, have the most, or are all.

    All that a table holds is quoted as a whole, unless it is too long.
    """
    if reading.named or reading.most is not None or reading.counts:
        return True
    is_all = question.several and bool(reading.columns)
    return is_all and whole_list(reading.candidate) is None


def leaves_most_open(reading: RowReading) -> bool:
    """Return whether not all rows are shown to one who asks which has the most, and none is told.

    Where it is not certain what is compared, a reader may compare; of a part nobody can.
    """
    if reading.most is not None:
        return False
    if reading.named:
        return len(reading.rows) > MOST_ROWS
    return whole_list(reading.candidate) is None


def row_lead(attribution: str, source: str, reading: RowReading, row: TableRow) -> str:
    """Return what stands before a row: whose it is, one of how many, and what is asked of it.

    The first row has the attribution, and says how many rows there are and how many are shown.

    Args:
        attribution: outlet and date of the article.
        source: the outlet alone.
        reading: the rows as an answer.
        row: one of its rows.
    """
    asked = [cell for cell in row.cells[1:] if cell.column in reading.columns]  # the first leads
    fits = len(asked) <= _MOST_VALUES and all(len(cell.words) <= _LONGEST_VALUE for cell in asked)
    told = [f"{in_single_marks(cell.column)} {in_quotes(cell.words)}" for cell in asked]
    values = " · ".join(told) if fits else ""
    opening = f": {values}, in full:" if values else ":"
    if row != reading.rows[0]:
        return f"{source}{opening}" if values else f"{source} also says:"
    return f"{attribution}{_counted(reading)}{opening}"


def _counted(reading: RowReading) -> str:
    """Return how many rows there are, and how many of them are shown, where that is not one."""
    count, all_rows = len(reading.rows), len(reading.table.rows)
    if reading.most is not None:
        end = "highest" if reading.most.is_highest else "lowest"
        return f", {end} {in_single_marks(reading.most.column)} of {reading.most.compared:,} rows"
    if count == 1:
        return ""
    shown = f", {MOST_ROWS} of them shown" if count > MOST_ROWS else ""
    return f", {count:,} of {all_rows:,} rows{shown}"
