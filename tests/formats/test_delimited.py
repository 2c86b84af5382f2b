"""Tables as text: separators, quotation marks, headers, and what stands around a table."""

from __future__ import annotations

import pytest

from rag.formats import READERS
from tests.formats.sheet_writing import blocks

HEADER = "name | role | salary"
STAFF = [
    ("heading", HEADER, ""),
    ("row", "Rosa Lindgren | manager | 61000", HEADER),
    ("row", "Ole Brandt | driver | 39500", HEADER),
]


def shown(text: str | bytes, ending: str = ".csv") -> list[tuple[str, str, str]]:
    return blocks(READERS[ending](text if isinstance(text, bytes) else text.encode()))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", [".csv", ".tsv"])
def test_any_separator(separator: str, ending: str) -> None:
    """The character between the cells is found, whatever the file is called."""
    text = "name,role,salary\nRosa Lindgren,manager,61000\nOle Brandt,driver,39500\n"
    assert shown(text.replace(",", separator), ending) == STAFF


def test_decimal_commas_are_no_separators() -> None:
    """Semicolons between amounts with commas; Excel's first line may name them."""
    text = "Ort;Pegel;Netto\nAltbrück;142,5;1,0\nHöhn;88,0;2,5\n"
    rows = [("row", "Altbrück | 142,5 | 1,0", "Ort | Pegel | Netto")]
    assert shown(text)[1:2] == rows
    assert shown("sep=;\r\n" + text)[1:2] == rows
    assert shown(text.encode("cp1252"))[1:2] == rows
    assert shown("Altbrück;142,5\nHöhn;88,0\n")[0] == ("field", "Altbrück: 142,5", "")


def test_quoted_cells() -> None:
    """Separators, line ends and doubled marks in quotation marks belong to the cell."""
    text = 'Name,Since,Remarks\n"Berg, Ola",2009,"3 Pine\nRoad, ""Vik"""\nDahl,2015,none\n'
    assert shown(text)[1] == (
        "row",
        'Berg, Ola | 2009 | 3 Pine Road, "Vik"',
        "Name | Since | Remarks",
    )


def test_a_mark_that_is_never_closed_swallows_nothing() -> None:
    """A quotation mark that opens a cell and closes none is a character."""
    text = "size,name,pay\n" + '"27 inch,screen,9\n' + "15 inch,laptop,8\n" * 300
    found = shown(text)
    assert len(found) == 302
    assert found[2][1] == "15 inch | laptop | 8"
    assert "27 inch" in found[1][1]


def test_lines_around_a_table() -> None:
    """A title and a source are no rows; rows without a header have no label."""
    text = "Staff of the depot\n\nname,role,salary\nOle Brandt,driver,39500\n\nSource: payroll.\n"
    assert shown(text) == [
        ("heading", "Staff of the depot", ""),
        STAFF[0],
        STAFF[2],
        ("text", "Source: payroll.", ""),
    ]
    assert shown("2019,Oslo,12.50\n2020,Bergen,9.90\n2021,Vik,1\n")[0] == (
        "row",
        "2019 | Oslo | 12.50",
        "",
    )


def test_words_alone_have_a_header_too() -> None:
    """The first line of a file names the columns where nothing speaks against it."""
    found = shown("name,role\nOle,driver\nMina,clerk\nEva,driver\n")
    assert ("row", "Mina | clerk", "name | role") in found


def test_uneven_rows() -> None:
    """A row with too few or too many cells loses none, and none takes another's name."""
    found = shown("name,role,pay\nOle,driver\nMina,clerk,3,extra\nEva,,5\n")
    assert [(text, label) for kind, text, label in found if kind == "row"] == [
        ("Ole | driver", "name | role"),
        ("Mina | clerk | 3 | extra", "name | role | pay |"),
        ("Eva | 5", "name | pay"),
    ]


def test_empty_lines_between_all_rows_are_no_gaps() -> None:
    """A file with doubled line ends is one table."""
    text = "name,role,salary\r\r\nRosa Lindgren,manager,61000\r\r\nOle Brandt,driver,39500\r\r\n"
    assert shown(text) == STAFF


def test_a_long_table_is_read_as_far_as_there_is_room() -> None:
    """How many rows were passed over is told."""
    found = READERS[".csv"](b"a,b\n" + b"1,2\n" * 60_000)
    assert any("10,001 rows of 60,001" in reason for reason in found.unread)
    assert found.text.count("\n") < 60_000
