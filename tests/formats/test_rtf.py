"""Rich Text Format: the words that Word shows, once all changes are accepted."""

from __future__ import annotations

import pytest

from rag.errors import DocumentError
from rag.formats import READERS
from rag.formats.extracted import Extracted


def read(body: str | bytes, head: str = r"\ansi\ansicpg1252") -> Extracted:
    raw = body if isinstance(body, bytes) else body.encode("latin-1")
    return READERS[".rtf"](b"{\\rtf1" + head.encode() + b" " + raw + b"}")


def blocks(got: Extracted) -> list[tuple[str, int, str, str]]:
    return [(b.kind, b.level, got.text[b.start : b.end], b.label) for b in got.blocks]


def test_paragraphs_lines_and_signs() -> None:
    """Paragraphs, line ends, signs and escapes are what they look like."""
    got = read(r"The \{gate\} is open\emdash always\par It\rquote s\line here\~now\_a\-b.\par")
    assert got.text == "The {gate} is open—always\n\nIt’s\nhere\xa0now-ab."


@pytest.mark.parametrize(
    ("body", "head", "text"),
    [
        (r"Caf\'e9", r"\ansi\ansicpg1252", "Café"),
        (r"\'cf\'f0\'e8", r"\ansi\ansicpg1251", "При"),
        (r"\u8364?5 \uc2\u233ab.\uc0\u233.", r"\ansi", "€5 é.é."),
        (r"\u-10179?\u-8704? ok", r"\ansi", "😀 ok"),
        (r"{\fonttbl{\f0 A;}{\f1\fcharset128 B;}}\f1\'93\'fa\'96\'7b", r"\ansi", "日本"),
        (r"{\uc1\u8211\'96}x", r"\ansi", "–x"),
        (r"{\fonttbl{\f3\fcharset2 Symbol;}}{\f3 a}=5", r"\ansi", "α=5"),
    ],
)
def test_characters(body: str, head: str, text: str) -> None:
    """Bytes are characters of their font's code page, and stand-ins for Unicode are left out."""
    assert read(body, head).text == text


def test_what_is_no_text_is_left_out() -> None:
    """Fonts, styles, pictures, unknown groups and binary data hold no words."""
    body = (
        r"{\fonttbl{\f0 Times;}}{\colortbl;\red0;}{\*\generator Riched20;}{\stylesheet{Normal;}}"
        r"{\pict\pngblip 89504e47}{\object{\*\objdata 0105}{\result Shown}}{\*\unknown{hid}den} and"
    )
    assert read(body.encode() + b"\\bin5 {{}}x read.").text == "Shown and read."


def test_changes_are_read_as_finally_intended() -> None:
    """Deleted words are left out and counted, inserted ones are read."""
    got = read(r"Rent {\deleted 400}{\revised 520} euros{\deleted\par }, monthly.\par")
    assert got.text == "Rent 520 euros, monthly."
    assert got.notes == ("has 2 tracked changes, read as finally intended",)


def test_hidden_and_struck_words_are_left_out() -> None:
    """Hidden and struck-out words are left out, with a note."""
    got = read(r"A{\v b}{\strike c}\strike d\strike0 E{\*\annotation no}{\plain F}")
    assert got.text == "AEF"
    assert got.notes == (
        "has 1 comment beside the text, which are not part of it",
        "has struck-out words, which are left out",
        "has hidden words, which are left out",
    )


def test_notes_and_raised_characters() -> None:
    """A footnote's number is raised, and its words follow the paragraph."""
    got = read(
        r"It treated 4,210{\super\chftn{\footnote\pard\plain{\super\chftn} With staff.\par}} on"
        r" 30 m{\super 2}, CO{\sub 2}.\par Then{\super\chftn}{\footnote\ftnalt At the end.} more."
        r"\par Last.\par"
    )
    assert got.text.split("\n\n") == [
        *("It treated 4,210¹ on 30 m², CO₂.", "¹ With staff.", "Then¹ more.", "Last."),
        "¹ At the end.",
    ]


def test_fields_and_text_boxes() -> None:
    """Of a field the result is read, and a text box once."""
    got = read(
        r"See {\field{\*\fldinst HYPERLINK x}{\fldrslt the {\b site}}}."
        r"{\field{\*\fldinst FORMCHECKBOX {\*\formfield{\fftype1\ffres1}}}{\fldrslt}} Yes"
        r"{\shp{\*\shpinst\shpleft1{\sp{\sn a}{\sv 1}}{\shptxt\pard In the box.\par}}"
        r"{\shprslt In the box.}}\par Next.\par"
    )
    assert got.text == "See the site.☒ Yes\n\nIn the box.\n\nNext."


def test_tables() -> None:
    """Rows have their header as label, and a cell over columns the names of all of them."""
    cells = r"\pard\intbl Day\cell Morning\cell Evening\cell\row"
    got = read(
        rf"\trowd\trhdr\cellx1000\cellx2000\cellx3000{cells}"
        r"\trowd\cellx1000\cellx3000\pard\intbl Monday\cell clo\par sed\cell\row\pard After.\par"
    )
    assert blocks(got) == [
        ("heading", 6, "Day | Morning | Evening", ""),
        ("row", 0, "Monday | clo sed", "Day | Morning, Evening"),
        ("text", 0, "After.", ""),
    ]


def test_inner_tables_follow_the_row() -> None:
    """The rows of a table in a cell follow the row that holds it."""
    got = read(
        r"\trowd\cellx1000\cellx2000\pard\intbl Out\par\pard\intbl\itap2 x\nestcell 1\nestcell"
        r"{\*\nesttableprops\trowd\cellx500\cellx900\nestrow}{\nonesttables\par}"
        r"\pard\intbl\itap1\cell 5\cell\row\trowd\cellx1000\cellx2000 More\cell 6\cell\row"
        r"\pard End\par"
    )
    lines = [line for line in got.text.split("\n") if line]
    assert lines == ["Out: 5", "x | 1", "More: 6", "End"]


def test_lists_have_the_numbers_that_are_shown() -> None:
    """An entry has the number that the file shows, and no bullet."""
    got = read(
        r"They must:\par{\listtext 1.\tab}\pard\ls1 Pay.\par\pard{\pntext\f0\'b7\tab}Clean.\par"
        r"\pard End.\par"
    )
    assert blocks(got)[1:] == [
        ("item", 1, "1. Pay.", "They must:"),
        ("item", 1, "Clean.", "They must:"),
        ("text", 0, "End.", ""),
    ]


def test_headings_title_and_properties() -> None:
    """Headings are so by their style or level; title and author are stated."""
    got = read(
        r"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 Own;}{\s2 heading 2;}}"
        r"{\info{\title The {\b Lease}}{\author Ada}{\comment no}}"
        r"\pard\s1 Rent\par\pard\s2 When\par\pard\outlinelevel2 How\par\pard Monthly.\par"
        r"{\header Draft\par}"
    )
    assert [(kind, level, text) for kind, level, text, _ in blocks(got)] == [
        ("heading", 1, "Rent"),
        ("heading", 2, "When"),
        ("heading", 3, "How"),
        ("text", 0, "Monthly."),
    ]
    assert got.metadata == {"title": "The Lease", "author": "Ada"}
    assert [got.text[mark.start : mark.end] for mark in got.marks] == ["Draft"]


def test_what_is_no_rtf_says_so() -> None:
    """Other text, and groups without end, are refused."""
    with pytest.raises(DocumentError, match="Rich Text"):
        READERS[".rtf"](b"Plain words.")
    with pytest.raises(DocumentError, match="nested"):
        READERS[".rtf"](b"{\\rtf1" + b"{" * 100_000)


def test_a_file_cut_short_keeps_its_words() -> None:
    """What is there of an unfinished file is read."""
    assert READERS[".rtf"](rb"{\rtf1{\b Words} and {\i more").text == "Words and more"
