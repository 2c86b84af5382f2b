"""Tables of Word documents: rows with the words above them, forms, and layouts."""

from __future__ import annotations

from tests.formats.test_word import blocks, cell, docx, para, read, table

BOLD = "<w:b/>"


def row(*cells: str, marked: bool = False) -> str:
    properties = "<w:trPr><w:tblHeader/></w:trPr>" if marked else ""
    shown = "".join(each if each.startswith("<w:tc>") else tc(each) for each in cells)
    return f"<w:tr>{properties}{shown}</w:tr>"


def tc(text: str, properties: str = "", look: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{cell(text, look)}</w:tc>"


def shown(*rows: str) -> list[tuple[str, str, str]]:
    got = read(docx(f"<w:tbl>{''.join(rows)}</w:tbl>"))
    return [(kind, text, label) for kind, _, text, label in blocks(got)]


def test_rows_have_the_header_as_their_label() -> None:
    """A first row of names above data is a header, which the rows have as their label."""
    assert shown(row("Ward", "Head", "Beds"), row("Surgery", "Dr Nasser", "32")) == [
        ("heading", "Ward | Head | Beds", ""),
        ("row", "Surgery | Dr Nasser | 32", "Ward | Head | Beds"),
    ]


def test_a_marked_header_is_one_whatever_it_says() -> None:
    """Rows that the document repeats on every page are the header."""
    rows = [row("1", "2", marked=True), row("3", "4")]
    assert shown(*rows) == [("heading", "1 | 2", ""), ("row", "3 | 4", "1 | 2")]


def test_a_table_of_data_alone_has_no_header() -> None:
    """A first row of data is no header."""
    rows = [row("Surgery", "Dr Nasser", "32"), row("Eyes", "Dr Aro", "9")]
    assert [label for _, _, label in shown(*rows)] == ["", ""]


def test_a_cell_over_columns_has_all_their_names() -> None:
    """A cell over several columns stands once, under the names of all of them."""
    wide = tc("closed", '<w:gridSpan w:val="2"/>')
    assert shown(row("Day", "Morning", "Evening"), row("Monday", wide))[1:] == [
        ("row", "Monday | closed", "Day | Morning, Evening"),
    ]


def test_names_over_columns_join_those_below() -> None:
    """A header of two rows gives each column both names."""
    wide = tc("2023", '<w:gridSpan w:val="2"/>')
    rows = [row("Region", wide), row("", "Spring", "Autumn"), row("North", "5", "7")]
    assert shown(*rows)[-1] == ("row", "North | 5 | 7", "Region | 2023 Spring | 2023 Autumn")


def test_a_cell_over_rows_stands_in_each() -> None:
    """A cell over several rows is said in each of them, so that each can be quoted."""
    first = row(tc("Anbar", '<w:vMerge w:val="restart"/>'), "one", "1")
    below = row(tc("", "<w:vMerge/>"), "two", "2")
    assert [text for _, text, _ in shown(first, below)] == ["Anbar | one | 1", "Anbar | two | 2"]


def test_a_form_is_fields() -> None:
    """A column of labels beside one of values is fields."""
    rows = [row("Claimant", "Vera Solheim"), row("Amount:", "7,450 euros"), row("Cause", "Pipe")]
    assert [(kind, text) for kind, text, _ in shown(*rows)] == [
        ("field", "Claimant: Vera Solheim"),
        ("field", "Amount: 7,450 euros"),
        ("field", "Cause: Pipe"),
    ]


def test_labels_in_every_other_column_are_fields() -> None:
    """Pairs of labels and values beside each other are fields."""
    assert [text for _, text, _ in shown(row("Name:", "Vera", "Date:", "3 May"))] == [
        "Name: Vera",
        "Date: 3 May",
    ]


def test_a_caption_in_a_table_is_a_heading() -> None:
    """A row of one cell over all columns introduces the rows below it."""
    caption = row(tc("Surgery", '<w:gridSpan w:val="3"/>'))
    rows = [row("Ward", "Head", "Beds"), caption, row("A", "Dr Aro", "9")]
    assert [kind for kind, _, _ in shown(*rows)] == ["heading", "heading", "row"]
    assert shown(*rows)[-1][2] == "Ward | Head | Beds"


def test_inner_tables_follow_the_row() -> None:
    """The rows of a table in a cell follow the row that holds it."""
    inner = f"<w:tbl>{row('x', '1', '2')}</w:tbl>"
    holder = f"<w:tc>{cell('outer')}{inner}{para()}</w:tc>"
    assert [text for _, text, _ in shown(row(holder, "a", "5"), row("b", "c", "6"))] == [
        "outer | a | 5",
        "x | 1 | 2",
        "b | c | 6",
    ]


def test_tables_that_lay_out_a_page_are_paragraphs() -> None:
    """A single cell, or cells that hold a page's paragraphs, are read as a page is."""
    words = "The garden is open to all who live in the house. " * 6
    page = f"<w:tc>{para(words)}{para(words)}</w:tc>"
    assert {kind for kind, _, _ in shown(row(page, "Contact"))} == {"text"}
    assert shown(row("Just a box.")) == [("text", "Just a box.", "")]


def test_lines_set_with_tabs_are_a_table() -> None:
    """Lines that tabs set in the same columns are rows."""
    body = para("Day\tOpen\tClose") + para("Monday\t9:00\t17:00") + para("Sunday\t10:00\t12:00")
    got = read(docx(body))
    assert blocks(got)[2] == ("row", 0, "Sunday | 10:00 | 12:00", "Day | Open | Close")


def test_tables_in_styles_with_a_bold_first_row_have_a_header() -> None:
    """The first row is a header where the table's style sets it apart."""
    styles = (
        '<w:style w:type="table" w:styleId="Light"><w:tblStylePr w:type="firstRow"><w:rPr><w:b/>'
        "</w:rPr></w:tblStylePr></w:style>"
    )
    look = '<w:tblPr><w:tblStyle w:val="Light"/><w:tblLook w:val="04A0"/></w:tblPr>'
    body = table([cell("Land"), cell("Town")], [cell("Peru"), cell("Lima")], properties=look)
    assert blocks(read(docx(body, styles=styles)))[1] == ("row", 0, "Peru | Lima", "Land | Town")
