"""The tables, forms and lines of text that a person sees in a grid of cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product

from rag.formats.extracted import Builder
from rag.formats.office.grid import YEAR_CELL, Grid, GridCell, GridView, Region, is_data, kind_of
from rag.text.blocks import CELL_BREAK, MAX_LABEL

_LONGEST_TITLE = 100  # characters
_LONGEST_NAME = 120  # characters of a column's name
_LONGEST_LABEL = 60  # characters of a form's label
_LONGEST_FORM = 40  # rows; a longer list of pairs is a table
_SAMPLE = 60  # rows below a header that show what its columns hold
_MOST_HEADER_ROWS = 3
_DATE_NAME = re.compile(r"\d{4}-\d\d(-\d\d)?|\d{1,2}[./-]\d{4}|[^\W\d]+[ -]\d{4}|(?:19|20)\d\d")
# First words of labels that stand in forms, and not in the first column of a list.
_FORM_LABELS = frozenset(
    "name title address street city country phone telephone tel mobile fax e-mail email web website"
    " date day start end from to until period deadline due subject topic project client customer"
    " company organisation organization department owner manager contact author editor version"
    " status state place location venue room reference ref number no id type category purpose"
    " description remarks remark comment comments notes note summary reason signature signed"
    " approved language currency budget amount total price cost vorname nachname adresse straße ort"
    " telefon datum beginn ende betreff thema projekt kunde firma abteilung leitung ansprechpartner"
    " verfasser fassung raum zweck beschreibung bemerkung bemerkungen anmerkung währung betrag nom"
    " prénom ville pays téléphone objet sujet projet société responsable lieu nombre dirección"
    " ciudad país teléfono asunto proyecto empresa lugar fecha".split()
)
_NOTHING_GIVEN = frozenset(
    ("-", "–", "—", "n/a", "N/A", "na", "NA", "k. A.", "k.A.", "?", "…", ".")
)


def add_record(builder: Builder, cells: Sequence[str], header: Sequence[str] = ()) -> None:
    """Add a row of a table without its empty cells; a header too long for a label splits it.

    Each further part repeats the first cell, which says what the row is about. Without a header
    empty cells stay, since the place of a cell is all that says what it is.
    """
    if not any(header):
        builder.add_row(cells)
        return
    names = header if len(header) == len(cells) else [""] * len(cells)
    pairs = [(cell, name) for cell, name in zip(cells, names, strict=True) if cell.strip()]
    while pairs:
        count, length = 0, 0
        for count, (_, name) in enumerate(pairs):
            length += len(name) + len(CELL_BREAK)
            if length > MAX_LABEL and count > 1:
                break
        else:
            count = len(pairs)
        part = pairs[:count]
        builder.add_row([cell for cell, _ in part], [name for _, name in part])
        pairs = [pairs[0], *pairs[count:]] if count < len(pairs) else []


def add_pair(builder: Builder, label: str, value: str) -> None:
    """Add a label with its value, or a question with its answer."""
    label, value = " ".join(label.split()), " ".join(value.split())
    if label and value:
        between = " " if label.endswith((":", "?", "：", "？")) else ": "
        builder.add(f"{label}{between}{value}", "field")
    else:
        builder.add(label or value)


def add_grid(builder: Builder, grid: Grid, level: int = 3) -> None:
    """Add what a sheet holds: its tables, forms and lines of text, from the top left.

    Args:
        builder: what to add it to.
        grid: the cells.
        level: of the headings that stand above its tables.
    """
    _GridWriter(builder, grid, level).write()


class _GridWriter:
    def __init__(self, builder: Builder, grid: Grid, level: int) -> None:
        self._builder = builder
        self._view = GridView(grid)
        self._tables = grid.tables
        self._usually_named = grid.usually_named
        self._level = level
        self._names: dict[int, str] = {}  # of the columns of the table above
        self._kinds: dict[int, set[str]] = {}  # of what its columns hold

    def write(self) -> None:
        regions = self._view.regions()
        for at, region in enumerate(regions):
            self._add_region(region, is_last=at == len(regions) - 1)

    # What a region is

    def _add_region(self, region: Region, *, is_last: bool) -> None:
        if len(region.columns) == 1:
            self._add_column(region, is_last=is_last)
            return
        declared = next(
            (
                (table, rows)
                for table, rows in self._tables
                if table.top in region.rows and table.left in region.columns
            ),
            None,
        )
        titles = self._title_rows(region, declared[0].top if declared else None)
        body = Region(region.rows[titles:], region.columns)
        header = declared[1] if declared else self._header_rows(body)
        carried = not header and bool(body.rows) and self._continues(body)
        for at, row in enumerate(region.rows[:titles]):
            self._add_line(
                self._view.own(row, region)[0],
                may_head=at == 0 and (bool(body.rows) or not is_last),
                below=carried,
            )
        if not body.rows:
            return
        if not declared and not carried and self._is_form(body, header):
            self._add_form(body)
        else:
            self._add_table(body, header, carried=carried)

    def _continues(self, region: Region) -> bool:
        """Return whether rows without a header hold the same as the columns of the table above."""
        cells = (
            (column, cell)
            for row, column in product(region.rows, region.columns)
            if (cell := self._view.at(row, column))
        )
        return all(
            column in self._names
            and (kind_of(cell) in self._kinds[column] or cell.text.strip() in _NOTHING_GIVEN)
            for column, cell in cells
        )

    def _title_rows(self, region: Region, table_top: int | None) -> int:
        """Return how many rows at the top hold a single cell."""
        for at, row in enumerate(region.rows):
            if row == table_top or len(self._view.own(row, region)) > 1:
                return at
        return len(region.rows)

    def _header_rows(self, region: Region) -> int:
        if not region.rows or not self._is_header(region, 0):
            return 0
        rows = 1
        while (
            rows < min(_MOST_HEADER_ROWS, len(region.rows) - 1)
            and self._has_groups(region, rows - 1)
            and self._is_header(region, rows)
        ):
            rows += 1
        return rows

    def _is_header(self, region: Region, at: int) -> bool:
        """Return whether a row names what the rows below hold."""
        row, below = region.rows[at], region.rows[at + 1 : at + 1 + _SAMPLE]
        own = self._view.own(row, region)
        if len(own) < 2 or not below or any(len(cell.text) > _LONGEST_NAME for cell in own):
            return False
        if any(is_data(cell) and not YEAR_CELL.fullmatch(cell.text.strip()) for cell in own):
            return self._are_dates(row, region, below)
        named = [
            (name, [cell for r in below if (cell := self._view.at(r, c)) and cell is not name])
            for c in region.columns
            if (name := self._view.at(row, c))
        ]
        if not any(cells for _, cells in named):
            return False
        if all(cell.is_bold for cell in own) and not all(
            cell.is_bold for r in below for cell in self._view.own(r, region)
        ):
            return True
        contrast = [
            sum(map(is_data, cells)) * 5 >= len(cells) * 3
            and not all(YEAR_CELL.fullmatch(cell.text.strip()) for cell in cells)
            for _, cells in named
            if cells
        ]
        texts = [cell.text for cell in own]
        repeated = any(name.text in (cell.text for cell in cells) for name, cells in named)
        if any(contrast):
            return not repeated
        if any(map(is_data, own)):
            return False
        alike = self._usually_named or len(region.columns) > 2 or len(region.rows) > 2
        return alike and len(set(texts)) == len(texts) and not repeated

    def _are_dates(self, row: int, region: Region, below: list[int]) -> bool:
        """Return whether a row holds dates, months or years above amounts, behind a text."""
        cells = [self._view.at(row, column) for column in region.columns]
        if cells[0] is not None and is_data(cells[0]):
            return False
        dates = [
            (column, cell.text)
            for column, cell in zip(region.columns, cells, strict=True)
            if cell and is_data(cell)
        ]
        first = [self._view.at(r, region.columns[0]) for r in below]
        held = [cell for r in below for c, _ in dates if (cell := self._view.at(r, c))]
        return (
            len({text for _, text in dates}) == len(dates)
            and all(_DATE_NAME.fullmatch(text) for _, text in dates)
            and not any(_DATE_NAME.fullmatch(cell.text) for cell in held)
            and not any(map(is_data, first))
        )

    def _has_groups(self, region: Region, at: int) -> bool:
        """Return whether a name in a row stands over several columns of the row below."""
        row, below = region.rows[at], region.rows[at + 1]
        gaps = [
            self._view.at(row, column) is None and self._view.at(below, column) is not None
            for column in region.columns[1:]
        ]
        return self._view.spans(row, region) or any(gaps)

    def _is_form(self, region: Region, header: int) -> bool:
        """Return whether a region is made of labels with their values beside them."""
        labels = [
            text
            for row in region.rows
            for column in region.columns[::2]
            if (text := self._view.text(row, column))
        ]
        marked = sum(label.endswith((":", "?", "：", "？")) for label in labels)
        if len(region.columns) % 2 == 0 and marked * 5 >= len(labels) * 4 > 0:
            return True
        if len(region.columns) != 2 or len(region.rows) > _LONGEST_FORM:
            return False
        keys = [self._view.at(row, region.columns[0]) for row in region.rows]
        if any(is_data(key) or (key and len(key.text) > _LONGEST_LABEL) for key in keys):
            return False
        if len(set(labels)) < len(labels):
            return False
        values = [self._view.at(row, region.columns[1]) for row in region.rows]
        given = [v for v in values if v and v.text.strip() not in _NOTHING_GIVEN]
        kinds = {kind_of(value) for value in given[1:]}
        bold = all(cell.is_bold for cell in self._view.own(region.rows[0], region))
        if kinds == {"words"} and len(labels) > 2:
            usual = sum(_first_word(label) in _FORM_LABELS for label in labels[1:])
            return not bold and usual > 1
        return not (header and bold) and (not header or len(kinds) > 1)

    # What is written of it

    def _add_line(self, cell: GridCell, *, may_head: bool, below: bool = False) -> None:
        if may_head and not is_data(cell) and is_title(cell.text):
            self._builder.add(
                " ".join(cell.text.split()), "heading", level=self._level + (1 if below else 0)
            )
        else:
            self._builder.add(cell.text)

    def _add_column(self, region: Region, *, is_last: bool) -> None:
        cells = [cell for row in region.rows for cell in self._view.own(row, region)]
        first, rest = cells[0], cells[1:]
        carried = bool(self._names)
        if rest and not is_data(first) and all(map(is_data, rest)):
            self._builder.add_header([first.text])
            for cell in rest:
                self._builder.add_row([cell.text], [first.text])
        elif len(rest) > 1 and first.is_bold and all(map(_is_entry, rest)):
            self._add_line(first, may_head=True)
            for cell in rest:
                self._builder.add(" ".join(cell.text.split()), "item", level=1, label=first.text)
        else:
            self._add_line(first, may_head=not is_last or first.is_bold, below=carried)
            for cell in rest:
                self._builder.add(cell.text)

    def _add_form(self, region: Region) -> None:
        for row in region.rows:
            own = self._view.own(row, region)
            if len(own) == 1:
                self._add_line(own[0], may_head=own[0].is_bold, below=True)
                continue
            for label, value in zip(region.columns[::2], region.columns[1::2], strict=False):
                add_pair(self._builder, self._view.text(row, label), self._view.text(row, value))

    def _add_table(self, region: Region, header: int, *, carried: bool) -> None:
        if not carried:
            self._names = self._header_names(region, header) if header else {}
            self._kinds = {column: set() for column in self._names}
            for row, column in product(region.rows[header:][:_SAMPLE], self._names):
                cell = self._view.at(row, column)
                self._kinds[column] |= {kind_of(cell)} if cell else set()
        names = [self._names.get(column, "") for column in region.columns]
        shown = [
            [cell.text for cell in self._view.begun(row, region)] for row in region.rows[:header]
        ]
        for words in shown:
            self._builder.add_header(words)
        notes = self._lines_below(region, header)
        for row in region.rows[header:]:
            own = self._view.own(row, region)
            if [cell.text for cell in own] in shown:
                continue  # the header again, as at the top of each printed page
            if row in notes or (len(own) == 1 and own[0].text.rstrip().endswith((".", ":"))):
                self._builder.add(own[0].text)
            elif len(own) == 1 and (own[0].is_bold or row in self._view.wide_rows):
                self._add_line(own[0], may_head=True, below=True)
            else:
                texts = [self._view.text(row, column) for column in region.columns]
                add_record(self._builder, texts, names)

    def _lines_below(self, region: Region, header: int) -> set[int]:
        """Return the last rows of a table, as far as they hold a single text."""
        found: set[int] = set()
        for row in reversed(region.rows[header:]):
            own = self._view.own(row, region)
            if len(own) > 1 or is_data(own[0]) or len(region.columns) < 3:
                break
            found.add(row)
        return found if len(found) < len(region.rows[header:]) else set()

    def _header_names(self, region: Region, header: int) -> dict[int, str]:
        """Return what stands above each column, from the top; groups name all their columns."""
        names: dict[int, list[str]] = {column: [] for column in region.columns}
        for at, row in enumerate(region.rows[:header]):
            group = ""
            for column in region.columns:
                text = self._view.text(row, column)
                group = text or group
                is_group = at + 1 < header and not text and column != region.columns[0]
                words = group if is_group and self._view.text(region.rows[at + 1], column) else text
                if words and words not in names[column]:
                    names[column].append(words)
        return {column: " ".join(words) for column, words in names.items()}


def _first_word(label: str) -> str:
    return label.lower().split(" ")[0].split("/")[0].strip(":*.")


def is_title(text: str) -> bool:
    """Return whether a line names what follows and says nothing itself."""
    words = text.strip()
    return (
        len(words) <= _LONGEST_TITLE
        and any(char.isalpha() for char in words)
        and not words.endswith((".", ",", ";", ":", "!", "。"))
        and ": " not in words
    )


def _is_entry(cell: GridCell) -> bool:
    """Return whether a cell may be an entry of a list."""
    return not cell.is_bold and is_title(cell.text)
