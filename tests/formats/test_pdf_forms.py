"""PDF forms: boxes to tick with their questions, and forms that the pages do not show."""

from __future__ import annotations

import pytest

from rag.formats.extracted import Extracted
from rag.formats.pdf.document import read_pdf
from tests.formats.pdf_writing import pdf, show
from tests.formats.test_pdf import kinds


def test_groups_of_buttons_in_one_row_are_told_apart() -> None:
    """Two questions side by side have each its own answers."""
    code = show(60, 100, "Smoker:") + show(132, 100, "yes") + show(172, 100, "no")
    code += show(260, 100, "Sailor:") + show(332, 100, "yes") + show(372, 100, "no")
    boxes = [
        ticked(x, 100, name, on=x in (160, 320), more="/Ff 49152")
        for name, places in (("a", (120, 160)), ("b", (320, 360)))
        for x in places
    ]
    assert [words for _, words in kinds(filled(code, *boxes))] == [
        "Smoker: ☐ yes ☒ no",
        "Sailor: ☒ yes ☐ no",
    ]


def ticked(x: float, y: float, name: str, *, on: bool, more: str = "") -> bytes:
    """Return the object of a box to tick whose lower edge is on a line of text."""
    state = "Yes" if on else "Off"
    return (
        f"<< /Type /Annot /Subtype /Widget /FT /Btn /T ({name}) /V /{state} /AS /{state} {more}"
        f" /Rect [{x} {842 - y} {x + 10} {852 - y}] /AP << /N << /Yes 4 0 R /Off 4 0 R >> >> >>"
    ).encode()


def filled(code: bytes, *objects: bytes) -> Extracted:
    """Read a page with a form."""
    fields = b"[%b]" % b" ".join(b"%d 0 R" % (5 + n) for n in range(len(objects)))
    form = b"/AcroForm << /Fields %b >>" % fields
    return read_pdf(pdf(code, extra=objects, page=b"/Annots " + fields, catalog=form))


@pytest.mark.parametrize("question", ["Smoker:", "Do you smoke?", "Smoker"])
def test_boxes_in_a_row_answer_the_question_before_them(question: str) -> None:
    """The row is one field with all its answers; their words stand on either side of the boxes."""
    after = show(174, 100, "yes") + show(234, 100, "no")
    boxes = [ticked(160, 100, "a", on=False), ticked(220, 100, "b", on=True)]
    asked = question if question.endswith((":", "?")) else f"{question}:"
    read = filled(show(60, 100, question) + after, *boxes)
    assert kinds(read) == [("field", f"{asked} ☐ yes ☒ no")]
    before = show(160, 100, "yes") + show(220, 100, "no")
    boxes = [ticked(180, 100, "a", on=False), ticked(236, 100, "b", on=True)]
    read = filled(show(60, 100, question) + before, *boxes)
    assert kinds(read) == [("field", f"{asked} ☐ yes ☒ no")]


def test_boxes_below_each_other_have_their_question_as_label() -> None:
    """It stands above them or left of the first; the label of a list does not reach beyond it."""
    code = show(60, 100, "Which days do you keep the light?")
    code += b"".join(
        show(76, 116 + 14 * n, day) for n, day in enumerate(["Monday", "Tuesday", "Friday"])
    )
    code += show(60, 200, "Paid by") + show(214, 200, "month") + show(214, 214, "year")
    code += show(76, 260, "I have read the rules.")
    days = [ticked(60, 116 + 14 * n, f"d{n}", on=n == 1) for n in range(3)]
    paid = [
        ticked(200, 200 + 14 * n, "pay", on=n == 0, more="/Ff 49152 /TU (Payment)")
        for n in range(2)
    ]
    read = filled(code, *days, *paid, ticked(60, 260, "rules", on=True))
    found = {read.text[block.start : block.end]: block.label for block in read.blocks}
    asked = "Which days do you keep the light?"
    assert [found[f"{mark} {day}"] for mark, day in (("☐", "Monday"), ("☒", "Tuesday"))] == [
        asked
    ] * 2
    assert found["☒ month"] == "Paid by"
    assert found["☐ year"] == "Paid by"
    assert ("field", "☒ I have read the rules.") in kinds(read)


def test_a_group_without_a_printed_question_has_its_hint() -> None:
    """What the form says of a group of buttons is the label of each; a box alone ends with it."""
    code = show(60, 80, "All answers are true.") + show(76, 100, "month") + show(76, 114, "year")
    code += show(60, 200, "Member of the guild:")
    hint = "/Ff 49152 /TU (Payment by)"
    boxes = [
        ticked(60, 100, "pay", on=False, more=hint),
        ticked(60, 114, "pay", on=True, more=hint),
    ]
    read = filled(code, *boxes, ticked(170, 200, "m", on=True))
    assert [(block.kind, block.label) for block in read.blocks[1:3]] == [("item", "Payment by")] * 2
    assert kinds(read)[-1] == ("field", "Member of the guild: ☒")


def test_a_box_beside_a_field_has_nothing_to_do_with_it() -> None:
    """The words before a field for text name that field, and not the box behind it."""
    text = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (n) /V (Anna Holm) /Rect [110 738 200 752] >>"
    )
    code = show(60, 100, "Name:") + show(236, 100, "of age")
    read = filled(code, text, ticked(220, 100, "age", on=True))
    assert sorted(kinds(read)) == [("field", "Name: Anna Holm"), ("field", "☒ of age")]
    assert not any(block.label for block in read.blocks)


def test_a_form_that_is_drawn_by_a_program_is_said_to_be_unread() -> None:
    """What an XFA form shows is not in the pages of the file."""
    packet = b"<< /Length 16 >>\nstream\n<template></a>..\nendstream"
    form = b"/AcroForm << /Fields [] /XFA 5 0 R >> /NeedsRendering true"
    read = read_pdf(pdf(show(60, 100, "Please wait..."), extra=[packet], catalog=form))
    assert read.unread[0].startswith("has a dynamic form (XFA)")
