"""The notebook: statements with their quotes and notes of one's own, in one's own order."""

from __future__ import annotations

from pathlib import Path

import pytest

import rag
from rag.errors import NotKept
from rag.notebook.pins import LONGEST_NOTE
from rag.notebook.standing import GONE

BRIDGE = "How long is the Sella bridge?"


@pytest.fixture
def opened(folder: Path, tiny: str) -> rag.Corpus:
    return rag.open(folder, embedder=tiny)


def test_a_pinned_statement_is_read_back(opened: rag.Corpus) -> None:
    """A pin has the statement with its quotes, the question, and what one says of it."""
    answer = opened.ask(BRIDGE)
    notebook = rag.Notebook(opened)
    assert notebook.pins() == []
    id_ = notebook.pin(answer, 0, "for the report")
    (pin,) = rag.Notebook(opened).pins()
    assert (pin.id, pin.question, pin.note) == (id_, BRIDGE, "for the report")
    assert pin.statement == answer.statements[0] == pin.shown
    assert pin.citations == answer.statements[0].citations
    assert pin.to_dict()["citations"][0]["cited_text"] == answer.citations[0].cited_text


def test_a_statement_is_pinned_once(opened: rag.Corpus) -> None:
    """Pinning again finds the entry that is there; there is no statement beyond the last."""
    answer, notebook = opened.ask(BRIDGE), rag.Notebook(opened)
    assert notebook.pin(answer, 0) == notebook.pin(answer, 0)
    assert len(notebook.pins()) == 1
    for index in (-1, len(answer.statements)):
        with pytest.raises(NotKept):
            notebook.pin(answer, index)


def test_entries_are_moved_changed_and_removed(opened: rag.Corpus) -> None:
    """The order is one's own; notes can be changed, and entries removed."""
    notebook = rag.Notebook(opened)
    first, second, third = (notebook.write(note) for note in ("first", "second", "third"))
    notebook.move(third, 0)
    notebook.move(first, 99)
    assert [pin.id for pin in notebook.pins()] == [third, second, first]
    notebook.annotate(second, "changed")
    notebook.remove(third)
    assert [pin.note for pin in notebook.pins()] == ["changed", "first"]
    fourth = notebook.write("fourth")
    assert notebook.pins()[-1].id == fourth


@pytest.mark.parametrize("note", ["", " \n ", "x" * (LONGEST_NOTE + 1)])
def test_a_note_has_words_and_an_end(opened: rag.Corpus, note: str) -> None:
    """An empty note and an endless one are refused."""
    notebook = rag.Notebook(opened)
    with pytest.raises(NotKept):
        notebook.write(note)
    assert notebook.pins() == []


def test_what_is_not_there_is_said(opened: rag.Corpus) -> None:
    """An unknown entry can be neither moved, changed nor removed."""
    notebook = rag.Notebook(opened)
    notebook.write("there")
    for change in (
        lambda: notebook.move("nothing", 0),
        lambda: notebook.annotate("nothing", "words"),
        lambda: notebook.remove("nothing"),
    ):
        with pytest.raises(NotKept, match="nothing"):
            change()


def test_a_pin_of_a_document_that_is_gone_is_struck_out(opened: rag.Corpus) -> None:
    """A pinned quote whose document was removed is never shown as if it still held."""
    notebook = rag.Notebook(opened)
    notebook.pin(opened.ask(BRIDGE), 0)
    (opened.folder / "bridge.txt").unlink()
    opened.sync()
    (pin,) = notebook.pins()
    assert pin.shown is not None and pin.statement is not None
    assert (pin.shown.verdict, pin.shown.reason) == ("unsupported", GONE)
    assert pin.statement.verdict == "supported"
