"""Spreadsheets: the tables, forms and lines that a person sees in their cells."""

from __future__ import annotations

import pytest

from rag.documents.loading import load
from rag.errors import DocumentError
from tests.formats.sheet_writing import (
    BOLD,
    MAIN,
    Row,
    blocks,
    read,
    relations,
    sheet,
    shown,
    xlsx,
    zipped,
)

ODF = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text", "style")
)


def test_rows_stand_under_the_names_of_their_columns() -> None:
    """Each row below a header is a row with the header as its label; numbers as they stand."""
    found = shown(["Month", "Parcels"], ["January", 48210], ["February", 51377.5])
    assert found == [
        ("heading", "Month | Parcels", ""),
        ("row", "January | 48210", "Month | Parcels"),
        ("row", "February | 51377.5", "Month | Parcels"),
    ]


def test_each_sheet_is_headed_by_its_name() -> None:
    """Sheets come in order, each under its name; one that is hidden is named in a note alone."""
    raw = xlsx(
        sheet(["Here", 1]), sheet(["Secret", 2]), sheet(["There", 3]), states={"More": "hidden"}
    )
    found = read(raw)
    assert [text for kind, text, _ in blocks(found) if kind == "heading"] == ["Data", "Rest"]
    assert "Secret" not in found.text
    assert any("“More”" in note for note in found.notes)


def test_lines_above_a_table_are_none_of_its_rows() -> None:
    """A title heads the table; a sentence above the header is a text."""
    found = shown(
        ["Sales by region"],
        ["All amounts are in thousand euros."],
        ["Region", "2022", "2023"],
        ["East", 48, 52],
        ["West", 40, 41],
    )
    assert found == [
        ("heading", "Sales by region", ""),
        ("text", "All amounts are in thousand euros.", ""),
        ("heading", "Region | 2022 | 2023", ""),
        ("row", "East | 48 | 52", "Region | 2022 | 2023"),
        ("row", "West | 40 | 41", "Region | 2022 | 2023"),
    ]


def test_tables_below_each_other_have_their_own_headers() -> None:
    """An empty row ends a table; rows behind it go on with its header or have their own."""
    found = shown(
        ["Ward", "Beds"],
        ["Heart", 24],
        [],
        ["Lung", 12],
        [],
        ["Nurse", "Ward", "Since"],
        ["Ada", "Heart", 2019],
    )
    assert [(text, label) for kind, text, label in found if kind == "row"] == [
        ("Heart | 24", "Ward | Beds"),
        ("Lung | 12", "Ward | Beds"),
        ("Ada | Heart | 2019", "Nurse | Ward | Since"),
    ]


def test_tables_beside_each_other_are_not_mixed() -> None:
    """An empty column separates two tables of different heights."""
    found = shown(
        ["Ward", "Beds", None, "Nurse", "Shift"],
        ["Heart", 24, None, "Ada", "day"],
        ["Lung", 12, None, "Bo", "night"],
        [None, None, None, "Cleo", "day"],
    )
    rows = [text for kind, text, _ in found if kind == "row"]
    assert rows == ["Heart | 24", "Lung | 12", "Ada | day", "Bo | night", "Cleo | day"]


def test_a_gap_within_a_table_separates_nothing() -> None:
    """Amounts behind an empty column belong to the rows to the left."""
    found = shown(
        ["Item", "Note", None, "2022", "2023"],
        ["Rent", "a", None, 9, 8],
        ["Heat", "b", None, 4, 5],
        ["Wood", "c", None, None, None],
    )
    assert ("row", "Heat | b | 4 | 5", "Item | Note | 2022 | 2023") in found


def test_merged_names_stand_over_all_their_columns() -> None:
    """Of two rows of names each column has both; a merged cell counts in all that it covers."""
    found = shown(
        ["Region", "Sales", None],
        [None, "Plan", "Actual"],
        ["East", 48, 52],
        [None, 40, 41],
        around="{}<mergeCells><mergeCell ref='A1:A2'/><mergeCell ref='B1:C1'/>"
        "<mergeCell ref='A3:A4'/></mergeCells>",
    )
    assert found == [
        ("heading", "Region | Sales", ""),
        ("heading", "Plan | Actual", ""),
        ("row", "East | 48 | 52", "Region | Sales Plan | Sales Actual"),
        ("row", "East | 40 | 41", "Region | Sales Plan | Sales Actual"),
    ]


def test_an_empty_cell_is_left_out_with_its_name() -> None:
    """A cell never seems to stand under the name of another column."""
    found = shown(["Name", "Phone", "City"], ["Ada", None, "Oslo"], ["Bo", 4711, "Vik"])
    assert ("row", "Ada | Oslo", "Name | City") in found


def test_a_long_header_is_split_with_the_first_cell_in_each_part() -> None:
    """Every cell of a wide table keeps its name."""
    names: Row = ["Station", *(f"Measured value number {at} in metres" for at in range(20))]
    found = shown(names, ["Vik", *range(100, 120)])
    rows = [(text, label) for kind, text, label in found if kind == "row"]
    assert len(rows) > 1
    pairs = [
        pair
        for text, label in rows
        for pair in zip(text.split(" | "), label.split(" | "), strict=True)
    ]
    assert ("119", "Measured value number 19 in metres") in pairs
    assert all(text.startswith("Vik | ") for text, _ in rows)


def test_labels_with_values_are_fields() -> None:
    """Two columns of labels and values of different kinds are a form and no table."""
    found = shown(["Claimant", "Vera Solheim"], ["Amount", 1200], ["Heard before?", "no"])
    assert found == [
        ("field", "Claimant: Vera Solheim", ""),
        ("field", "Amount: 1200", ""),
        ("field", "Heard before? no", ""),
    ]


def test_a_declared_table_has_the_header_that_it_declares() -> None:
    """What Excel calls a table has a header, also where it looks like a form."""
    rows: list[Row] = [["Name", "Role"], ["Ada", "clerk"]]
    parts = {
        "xl/worksheets/_rels/sheet1.xml.rels": relations(("table", "../tables/table1.xml")),
        "xl/tables/table1.xml": f'<table xmlns="{MAIN}" ref="A1:B2" headerRowCount="1"/>',
    }
    found = blocks(read(xlsx(sheet(*rows), parts=parts)))
    assert ("row", "Ada | clerk", "Name | Role") in found
    assert ("field", "Ada: clerk", "") in shown(*rows)


def test_two_columns_of_words_are_a_list_or_a_form() -> None:
    """Labels as forms have them are fields, other pairs are rows under the first one."""
    people = shown(["Depot", "Keeper"], ["Alder", "Rosa"], ["Birch", "Ole"], ["Cedar", "Mina"])
    assert ("row", "Birch | Ole", "Depot | Keeper") in people
    form = shown(["Project", "Alder"], ["Manager", "Rosa Lind"], ["Status", "open"])
    assert form == [
        ("field", "Project: Alder", ""),
        ("field", "Manager: Rosa Lind", ""),
        ("field", "Status: open", ""),
    ]


def test_lines_below_a_table_are_none_of_its_rows() -> None:
    """A remark at the foot of a table stands under no column; days and months may be names."""
    found = shown(
        ["Depot", "2024-01", "2024-02"],
        ["Alder", 3, 4],
        ["Birch", 5, 6],
        ["* Preliminary"],
        ["Counted by hand."],
        styles={},
    )
    assert found[1:] == [
        ("row", "Alder | 3 | 4", "Depot | 2024-01 | 2024-02"),
        ("row", "Birch | 5 | 6", "Depot | 2024-01 | 2024-02"),
        ("text", "* Preliminary", ""),
        ("text", "Counted by hand.", ""),
    ]


def test_bold_names_are_a_header() -> None:
    """A bold first row names columns of words; a bold cell alone in its row heads those below."""
    found = shown(
        ["Name", "Role"],
        ["Drivers"],
        ["Ada", "lorry"],
        ["Bo", "van"],
        styles={"A1": BOLD, "B1": BOLD, "A2": BOLD},
    )
    assert found[1:] == [
        ("heading", "Drivers", ""),
        ("row", "Ada | lorry", "Name | Role"),
        ("row", "Bo | van", "Name | Role"),
    ]


def test_a_giant_sheet_is_read_as_far_as_there_is_room() -> None:
    """What is beyond the bound is told; a range that claims a million rows costs nothing."""
    rows = "".join(
        f'<row r="{number}">' + f"<c><v>{number}</v></c>" * 100 + "</row>"
        for number in range(1, 1_101)
    )
    raw = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData><mergeCells>'
    raw += "<mergeCell ref='A1:XFD1048576'/></mergeCells></worksheet>"
    found = read(xlsx(raw))
    assert any("100 rows" in reason for reason in found.unread)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
        (b"Name;Pay\nAda;1\n", "damaged"),
        (zipped({"other/part.xml": "<part/>"}), "workbook"),
    ],
)
def test_what_is_no_workbook_says_so(raw: bytes, says: str) -> None:
    """A file that is locked, damaged or something else is refused with what to do."""
    with pytest.raises(DocumentError, match=says):
        load(raw, "a.xlsx")


def ods(*rows: str, style: str = "", before: str = "") -> bytes:
    table = (
        f'<table:table table:name="Depots" table:style-name="{style}">{"".join(rows)}</table:table>'
    )
    hidden = (
        '<office:automatic-styles><style:style style:name="h" style:family="table">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    )
    body = f"<office:body><office:spreadsheet>{before}{table}</office:spreadsheet></office:body>"
    return zipped(
        {"content.xml": f"<office:document-content{ODF}>{hidden}{body}</office:document-content>"}
    )


def cells(*words: str, more: str = "", row: str = "") -> str:
    made = "".join(
        f'<table:table-cell office:value-type="{"float" if each[0].isdigit() else "string"}" '
        f"{more}><text:p>{each}</text:p></table:table-cell>"
        for each in words
    )
    return f"<table:table-row {row}>{made}</table:table-row>"


def test_opendocument_sheets_are_read_alike() -> None:
    """The cells of LibreOffice are read as they are shown; collapsed rows are left out."""
    raw = ods(
        cells("Depot", "Vans"),
        cells("Alder", "1,200.50"),
        cells("Birch", "3", row='table:visibility="collapse"'),
        cells(row='table:number-rows-repeated="1048000"'),
    )
    found = read(raw, ".ods")
    assert blocks(found) == [
        ("heading", "Depots", ""),
        ("heading", "Depot | Vans", ""),
        ("row", "Alder | 1,200.50", "Depot | Vans"),
    ]
    assert any("1 hidden row" in note for note in found.notes)


def test_a_hidden_opendocument_sheet_is_named_alone() -> None:
    """A sheet that LibreOffice hides is left out, and named."""
    other = f'<table:table table:name="Open">{cells("Here", "1")}</table:table>'
    found = read(ods(cells("Secret", "2"), style="h", before=other), ".ods")
    assert "Secret" not in found.text
    assert any("“Depots”" in note for note in found.notes)


def test_repeats_of_opendocument_are_bounded() -> None:
    """A cell that is repeated a billion times is read as far as there is room."""
    raw = ods(
        cells(
            "x",
            more='table:number-columns-repeated="16384"',
            row='table:number-rows-repeated="1048576"',
        )
    )
    found = read(raw, ".ods")
    assert len(found.text) < 1_000_000
    assert any("rows" in reason for reason in found.unread)
