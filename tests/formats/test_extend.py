"""A part that was read by another reader becomes part of a document, with all that is known."""

from __future__ import annotations

from rag.formats.extracted import Builder, Extracted
from rag.text.blocks import Block
from rag.text.sentences import Mark


def read(builder: Builder) -> tuple[list[tuple[str, str]], Extracted]:
    done = builder.extracted({})
    return [(done.text[b.start : b.end], b.kind) for b in done.blocks], done


def test_a_part_keeps_its_structure() -> None:
    """Blocks, marks, pages, notes and unread parts of a part stand where its words stand now."""
    inner = Builder()
    inner.begin_page()
    inner.add("Lease", "heading", level=2)
    inner.add("The rent is 640 euros.")
    inner.add_clutter("Page 1", "foot of a page")
    inner.begin_page()
    inner.add("Ana", "turn", label="Ana Ruhl")
    inner.notes.append("has a note")
    inner.unread.append("has a picture")
    outer = Builder()
    outer.add("Subject: Lease", "field")
    outer.extend(inner.extracted({"title": "Lease"}))
    outer.add("Behind it.")
    blocks, done = read(outer)
    assert blocks == [
        ("Subject: Lease", "field"),
        ("Lease", "heading"),
        ("The rent is 640 euros.", "text"),
        ("Ana", "turn"),
        ("Behind it.", "text"),
    ]
    assert done.text.startswith("Subject: Lease\n\nLease\n\nThe rent is 640 euros.\n\nPage 1\n\n")
    assert (done.blocks[1].level, done.blocks[3].label) == (2, "Ana Ruhl")
    assert [done.text[m.start : m.end] for m in done.marks] == ["Page 1"]
    assert [done.text[at:][:5] for at in done.pages] == ["Lease", "Ana\n\n"]
    assert (done.notes, done.unread) == (("has a note",), ("has a picture",))


def test_a_part_without_structure_is_added_by_paragraph() -> None:
    """The paragraphs of a plain text become blocks, and its surrounding white space is dropped."""
    outer = Builder()
    outer.add("First.")
    outer.extend(Extracted("\n  One\nline.\n \n\nTwo.\n", {}))
    blocks, done = read(outer)
    assert blocks == [("First.", "text"), ("One\nline.", "text"), ("Two.", "text")]
    assert done.text == "First.\n\nOne\nline.\n \n\nTwo."


def test_an_empty_part_adds_nothing() -> None:
    """A part without words leaves the text as it is; its pages count."""
    outer = Builder()
    outer.extend(Extracted(" \n", {}, pages=(0,)))
    outer.extend(Extracted("", {}, (), (Mark(0, 0, "clutter", ""),)[:0], unread=("has a picture",)))
    outer.add("Words.")
    blocks, done = read(outer)
    assert (blocks, done.pages) == ([("Words.", "text")], (0,))
    assert done.unread == ("has a picture",)
    assert done.blocks == (Block(0, 6, "text"),)
