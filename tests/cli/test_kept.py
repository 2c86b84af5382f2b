"""`rag history` and `rag notebook`: what the page keeps, at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import rag
from tests.support.commands import command, on

BRIDGE = "How long is the Sella bridge?"


@pytest.fixture
def id_(folder: Path) -> str:
    """Keep a conversation and a pin; return the id of the conversation."""
    opened = rag.open(folder)
    answer = opened.ask(BRIDGE)
    rag.Notebook(opened).pin(answer, 0, "for the report")
    return rag.Conversations(opened).add(answer)


def test_conversations_are_listed_shown_and_found(folder: Path, id_: str) -> None:
    """The list names each conversation, and its id shows it with its quotes."""
    listed = command("history", "list", *on(folder))
    assert listed.returncode == 0
    assert id_ in listed.stdout
    assert BRIDGE in listed.stdout
    assert id_ in command("history", "search", "metres", *on(folder)).stdout
    assert id_ not in command("history", "search", "harbour", *on(folder)).stdout
    shown = command("history", "show", id_[:6], *on(folder)).stdout
    assert "340 metres" in shown
    assert "Valley Times" in shown
    (info,) = json.loads(command("history", "list", "--json", *on(folder)).stdout)
    assert (info["id"], info["questions"]) == (id_, 1)
    found = json.loads(command("history", "show", id_, "--json", *on(folder)).stdout)
    assert found["turns"][0]["answer"]["question"] == BRIDGE


def test_a_conversation_is_deleted_and_brought_back(folder: Path, id_: str) -> None:
    """Deleting says how to undo it, and that works."""
    deleted = command("history", "delete", id_, *on(folder))
    assert deleted.returncode == 0
    assert f"rag history delete {id_} --undo" in deleted.stderr
    assert id_ not in command("history", "list", *on(folder)).stdout
    unknown = command("history", "show", id_, *on(folder))
    assert unknown.returncode == 2
    assert id_ in unknown.stderr
    assert command("history", "delete", id_, "--undo", *on(folder)).returncode == 0
    assert id_ in command("history", "list", *on(folder)).stdout


def test_all_conversations_are_deleted(folder: Path, id_: str) -> None:
    """Nothing is deleted unasked where nobody can be asked; with --yes it is gone for good."""
    refused = command("history", "delete", "--all", *on(folder))
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    assert command("history", "delete", id_, "--all", "--yes", *on(folder)).returncode == 2
    kept = rag.Conversations(rag.open(folder, sync=False))
    assert len(kept.recent()) == 1
    assert command("history", "delete", "--all", "--yes", *on(folder)).returncode == 0
    assert kept.recent() == []
    assert command("history", "delete", id_, "--undo", *on(folder)).returncode == 2


def test_a_note_is_changed(folder: Path, id_: str) -> None:
    """The note of an entry is another then; an entry that is a note alone stays no empty one."""
    notebook = rag.Notebook(rag.open(folder, sync=False))
    (pin,) = notebook.pins()
    assert command("notebook", "note", pin.id, "for the board", *on(folder)).returncode == 0
    assert [each.note for each in notebook.pins()] == ["for the board"]
    notebook.annotate(pin.id, "")
    own = notebook.write("My own thought")
    with pytest.raises(rag.RagError, match="nothing but its note"):
        notebook.annotate(own, " ")


def test_exports_are_written(folder: Path, id_: str, tmp_path: Path) -> None:
    """The ending says the format; another one is refused before anything is written."""
    for words, name in ((["history", "export", id_], "talk"), (["notebook", "export"], "notes")):
        for ending in (".md", ".html", ".docx"):
            path = tmp_path / f"{name}{ending}"
            done = command(*words, str(path), *on(folder))
            assert done.returncode == 0, done.stderr
            assert path.stat().st_size > 0
            again = command(*words, str(path), *on(folder))
            assert "--force" in again.stderr
            assert command(*words, str(path), "--force", *on(folder)).returncode == 0
        refused = command(*words, str(tmp_path / "file.pdf"), *on(folder))
        assert refused.returncode == 2
        assert ".docx" in refused.stderr


def test_the_notebook_is_listed(folder: Path, id_: str) -> None:
    """Each entry has its statement, its quotes and its note."""
    listed = command("notebook", "list", *on(folder)).stdout
    for words in ("340 metres", "Valley Times", "10 February 2024", "for the report", BRIDGE):
        assert words in listed
    (pin,) = json.loads(command("notebook", "list", "--json", *on(folder)).stdout)
    assert pin["question"] == BRIDGE


def test_an_empty_history_says_so(folder: Path) -> None:
    """Where nothing is kept, that is said."""
    rag.open(folder)
    assert "No conversations" in command("history", "list", *on(folder)).stdout
    assert "empty" in command("notebook", "list", *on(folder)).stdout
