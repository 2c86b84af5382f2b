"""Automatic numbers of paragraphs in Word documents: the ones that Word shows."""

from __future__ import annotations

import pytest

from rag.formats.word.numbering import format_number
from tests.formats.test_word import blocks, docx, para, read


def level(at: int, text: str, form: str = "decimal", more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(*levels: str, lists: str = "") -> str:
    return (
        f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{lists}'
    )


def entry(text: str, at: int = 0, number: int = 1) -> str:
    where = f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{number}"/></w:numPr>'
    return para(text, more=where)


def lines(body: str, **parts: str) -> list[str]:
    return [line for line in read(docx(body, **parts)).text.split("\n") if line]


def test_levels_count_below_each_other() -> None:
    """A level begins anew below each entry of a higher one, and shows the numbers above it."""
    levels = numbering(
        level(0, "Article %1", "upperRoman"),
        level(1, "%1.%2", more="<w:isLgl/>"),
        level(2, "(%3)", "lowerLetter"),
    )
    body = entry("Rent") + entry("Due.", 1) + entry("Monthly.", 2) + entry("Yearly.", 2)
    body += entry("Late.", 1) + entry("Term") + entry("Long.", 1) + entry("Very.", 2)
    assert lines(body, numbering=levels) == [
        *("Article I Rent", "1.1 Due.", "(a) Monthly.", "(b) Yearly.", "1.2 Late."),
        *("Article II Term", "2.1 Long.", "(a) Very."),
    ]


def test_an_entry_has_the_one_above_as_its_label() -> None:
    """A list hangs on the line before it, an entry of a lower level on the one above it."""
    levels = numbering(level(0, "%1."), level(1, "%1.%2"))
    body = para("The tenant must:") + entry("Pay") + entry("monthly", 1) + entry("Clean")
    assert blocks(read(docx(body, numbering=levels)))[1:] == [
        ("item", 1, "1. Pay", "The tenant must:"),
        ("item", 2, "1.1 monthly", "1. Pay"),
        ("item", 1, "2. Clean", "The tenant must:"),
    ]


def test_another_list_does_not_hang_on_the_lead_of_the_first() -> None:
    """What follows the list of a lead directly, and is of another list, has no label from it."""
    other = (
        f'<w:abstractNum w:abstractNumId="7">{level(0, "Article %1")}</w:abstractNum>'
        '<w:num w:numId="7"><w:abstractNumId w:val="7"/></w:num>'
    )
    body = (
        para("The wardens are:") + entry("Ada") + entry("Bo") + entry("Fines are paid.", number=7)
    )
    got = read(docx(body + entry("Cy"), numbering=numbering(level(0, "", "bullet"), lists=other)))
    assert [(words, label) for _, _, words, label in blocks(got)[1:]] == [
        ("Ada", "The wardens are:"),
        ("Bo", "The wardens are:"),
        ("Article 1 Fines are paid.", ""),
        ("Cy", "The wardens are:"),
    ]


def test_lists_of_one_numbering_go_on_unless_they_begin_anew() -> None:
    """A second list of the same numbering goes on; one with a start of its own does not."""
    anew = (
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="3">'
        '<w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/>'
        "</w:lvlOverride></w:num>"
    )
    body = entry("a") + entry("b", number=2) + para("Then.") + entry("c", number=3)
    body += entry("d", number=3)
    found = lines(body, numbering=numbering(level(0, "%1)"), lists=anew))
    assert found == ["1) a", "2) b", "Then.", "5) c", "6) d"]


def test_a_level_may_go_on_below_the_next_heading() -> None:
    """A level that never restarts counts through the document."""
    levels = numbering(level(0, "%1."), level(1, "§ %2", more='<w:lvlRestart w:val="0"/>'))
    body = entry("A") + entry("x", 1) + entry("B") + entry("y", 1)
    assert lines(body, numbering=levels) == ["1. A", "§ 1 x", "2. B", "§ 2 y"]


def test_a_level_that_is_passed_over_counts() -> None:
    """A list that begins on its second level has counted its first one."""
    levels = numbering(level(0, "%1."), level(1, "%1.%2"))
    assert lines(entry("a", 1) + entry("b"), numbering=levels) == ["1.1 a", "2. b"]


def test_bullets_are_no_words() -> None:
    """An entry with a bullet is an item without a mark."""
    got = read(docx(entry("Milk"), numbering=numbering(level(0, "\uf0b7", "bullet"))))
    assert blocks(got) == [("item", 1, "Milk", "")]


def test_styles_carry_numbers() -> None:
    """A style may number its paragraphs, at the level that names the style; a paragraph may not."""
    styles = (
        '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:type="paragraph" '
        'w:styleId="H2"><w:name w:val="heading 2"/><w:basedOn w:val="H1"/><w:pPr><w:numPr>'
        '<w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    levels = numbering(level(0, "%1", more='<w:pStyle w:val="H1"/>'), level(1, "%1.%2"))
    body = para("Rent", style="H1") + para("When", style="H2") + para("How", style="H2")
    body += para("Plain", style="H1", more='<w:numPr><w:numId w:val="0"/></w:numPr>')
    assert blocks(read(docx(body, styles=styles, numbering=levels))) == [
        ("heading", 1, "1 Rent", ""),
        ("heading", 2, "1.1 When", ""),
        ("heading", 2, "1.2 How", ""),
        ("heading", 1, "Plain", ""),
    ]


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("decimalZero", "04 27 100"),
        ("lowerRoman", "iv xxvii c"),
        ("upperLetter", "D AA VVVV"),
        ("ordinal", "4th 27th 100th"),
        ("cardinalText", "Four Twenty-seven 100"),
        ("ordinalText", "Fourth Twenty-seventh 100th"),
        ("chineseCounting", "四 二十七 一〇〇"),
        ("somethingElse", "4 27 100"),
    ],
)
def test_ways_to_write_a_number(form: str, shown: str) -> None:
    """A number is written as its format says, in digits where that is not known."""
    assert " ".join(format_number(value, form) for value in (4, 27, 100)) == shown
