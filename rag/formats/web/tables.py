"""Tables of a page: their grid, their header, and whether they are tables at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from rag.formats.web.words import tag_of

_MAX_COLUMNS = 200  # of a row; no reader sees more
_MAX_REPEATS = 20_000  # cells that stand again in the rows and columns that they span
_MAX_REPEATED = 200  # characters of such a cell
_MAX_KEY = 60  # characters of what names the value beside it
_MAX_NAME = 40  # characters of the name of a column, where no markup says that it is one
_LONG_CELL = 500  # characters; with several paragraphs it is a part of a page
_CELLS = ("td", "th")
_INSIDE = ("thead", "tbody", "tfoot", "tr", "caption", "colgroup", "col")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


class TableCell(NamedTuple):
    """A cell as it stands in its row: its words, whether it names others, and which it repeats."""

    words: str
    names: bool
    bold: bool
    place: int  # of its element in the table


class TableGrid(NamedTuple):
    """A table.

    Attributes:
        caption: its heading, empty where there is none.
        header: what stands above each column, empty where nothing does.
        rows: its rows below the header.
    """

    caption: str
    header: list[str]
    rows: list[list[TableCell]]


def own_rows(table: Any) -> Iterator[tuple[Any, bool]]:
    """Yield the rows of a table, not of those within it, and whether they are of its head."""
    for part in table:
        if tag_of(part) == "tr":
            yield part, False
        elif tag_of(part) in ("thead", "tbody", "tfoot"):
            for row in part:
                if tag_of(row) == "tr":
                    yield row, part.tag == "thead"


def strays(table: Any) -> Iterator[tuple[str, Any]]:
    """Yield texts and elements in a table that stand in no cell, which a browser shows above it."""
    boxes = [table, *(part for part in table if tag_of(part) in ("thead", "tbody", "tfoot"))]
    boxes += [row for row, _ in own_rows(table)]
    for box in boxes:
        yield box.text or "", None
        for part in box:
            inside = tag_of(part) in (_CELLS if box.tag == "tr" else _INSIDE)
            yield "", None if inside else part
            yield part.tail or "", None


def is_layout(table: Any) -> bool:
    """Return whether a table only sets the parts of a page side by side."""
    if table.get("role") in ("presentation", "none"):
        return True
    widest, count = 0, 0
    names = parts = boxes = False
    for row, head in own_rows(table):
        count += 1
        cells = [cell for cell in row if tag_of(cell) in _CELLS]
        widest = max(widest, len(cells))
        names = names or head or any(cell.tag == "th" for cell in cells)
        boxes = boxes or any(
            tag_of(part) in ("div", "p", "center") for cell in cells for part in cell
        )
        parts = parts or any(_is_part(cell) for cell in cells if cell.tag == "td")
    named = names or any(tag_of(part) == "caption" for part in table)
    return not named and (widest <= 1 or (count == 1 and boxes) or parts)


def _is_part(cell: Any) -> bool:
    """Return whether a cell holds what no cell of a table does."""
    inner = [tag_of(element) for element in cell.iter()]
    if any(tag in _HEADINGS or tag == "table" for tag in inner):
        return True
    return inner.count("p") > 1 and sum(map(len, cell.itertext())) > _LONG_CELL


def table_grid(table: Any, words_of: Callable[[Any], str]) -> TableGrid:
    """Return the cells of a table where they stand, a spanning one in each place that it spans."""
    rows: list[list[TableCell]] = []
    heads: list[bool] = []
    waiting: dict[int, tuple[TableCell, int]] = {}  # by column: spans this many rows more
    repeats, place = 0, 0
    for row, head in own_rows(table):
        cells: list[TableCell] = []
        for element in row:
            if tag_of(element) not in _CELLS:
                continue
            repeats += _fill(cells, waiting)
            place += 1
            cell = _cell(element, words_of, place)
            wide, high = _span(element, "colspan"), _span(element, "rowspan")
            again = _repeated(cell)
            for at in range(min(wide, _MAX_COLUMNS - len(cells))):
                column = len(cells)
                cells.append(again if at else cell)
                repeats += bool(at)
                if high > 1 and repeats < _MAX_REPEATS:
                    waiting[column] = again, high - 1
        repeats += _fill(cells, waiting)
        if any(cell.words for cell in cells):
            rows.append(cells)
            heads.append(head)
        if repeats > _MAX_REPEATS:
            waiting.clear()
    caption = next((words_of(part) for part in table if tag_of(part) == "caption"), "")
    count = _header_rows(rows, heads)
    return TableGrid(caption, _header(rows[:count]), rows[count:])


def _fill(cells: list[TableCell], waiting: dict[int, tuple[TableCell, int]]) -> int:
    """Put the cells of the rows above that reach down to here; return how many."""
    count = 0
    while len(cells) in waiting:
        column = len(cells)
        cell, more = waiting.pop(column)
        cells.append(cell)
        count += 1
        if more > 1:
            waiting[column] = cell, more - 1
    return count


def _cell(element: Any, words_of: Callable[[Any], str], place: int) -> TableCell:
    words = " ".join(words_of(element).split())
    inner = next(element.iter("b", "strong"), None) if len(element) else None
    bold = inner is not None and len(" ".join("".join(inner.itertext()).split())) >= len(words) > 0
    return TableCell(words, element.tag == "th", bold, place)


def _repeated(cell: TableCell) -> TableCell:
    return cell if len(cell.words) <= _MAX_REPEATED else cell._replace(words="")


def _span(element: Any, name: str) -> int:
    shown = element.get(name, "1").strip()
    return max(int(shown), 1) if shown.isascii() and shown.isdigit() and len(shown) < 6 else 1


def _header_rows(rows: Sequence[Sequence[TableCell]], heads: Sequence[bool]) -> int:
    """Return how many of the first rows name the columns."""
    count = 0
    for row, head in zip(rows, heads, strict=True):
        whole = len({cell.place for cell in row}) == 1 and len(row) > 1
        named = all(cell.names for cell in row if cell.words)
        if not (head or named) or (whole and not head) or (len(row) == 1 and not head):
            break
        count += 1
    if count == len(rows):  # nothing would be left that it names
        return 0 if len(rows) == 1 else 1
    return count or int(_looks_like_header(rows))


def _looks_like_header(rows: Sequence[Sequence[TableCell]]) -> bool:
    """Return whether the first row names columns, although nothing in the markup says so."""
    if len(rows) < 2 or len(rows[0]) < 2 or any(cell.names for row in rows for cell in row):
        return False
    first = rows[0]
    names = [cell.words for cell in first if cell.words]
    if len({*names}) < len(names) or any(len(name) > _MAX_NAME for name in names):
        return False
    if all(cell.bold for cell in first if cell.words):
        return not all(cell.bold for cell in rows[1])
    if len(first) < 3 or len(rows) < 3 or any(_has_digit(name) for name in names):
        return False
    body = [row for row in rows[1:] if len(row) == len(first)]
    return bool(body) and any(
        all(_has_digit(row[column].words) for row in body) for column in range(len(first))
    )


def _has_digit(words: str) -> bool:
    return any(char.isdigit() for char in words)


def _header(rows: Sequence[Sequence[TableCell]]) -> list[str]:
    """Return the names of the columns, put together where they stand in several rows."""
    width = max(map(len, rows), default=0)
    columns = [[row[at].words for row in rows if at < len(row)] for at in range(width)]
    return [" ".join(dict.fromkeys(filter(None, names))) for names in columns]


def pairs_of(grid: TableGrid) -> list[tuple[str, str]] | None:
    """Return the names and values of a table of two columns without a header, else None.

    A row of one cell has no value.
    """
    if any(grid.header):
        return None
    pairs = []
    for row in grid.rows:
        key, *values = row
        if len(values) > 1 or len(key.words) > _MAX_KEY:
            return None
        value = values[0].words if values and values[0].place != key.place else ""
        pairs.append((key.words, value))
    return pairs if any(value for _, value in pairs) else None
