"""Conversations that are kept: read back as they were, found, continued, deleted, brought back."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import rag
from rag.errors import HistoryFault, NotKept
from rag.notebook.database import KEPT_SCHEMA
from rag.notebook.standing import CHANGED_HAS_WORDS, CHANGED_LOST_WORDS, GONE

OPENED = "Who opened the Sella bridge?"
BRIDGE = "How long is the Sella bridge?"
HARBOUR = "What did the work on the harbour cost?"
Change = Callable[[str], str | None]  # of the text of a document; None removes it


@pytest.fixture
def opened(folder: Path, tiny: str) -> rag.Corpus:
    return rag.open(folder, embedder=tiny)


@pytest.fixture
def kept(opened: rag.Corpus) -> rag.Conversations:
    return rag.Conversations(opened)


@pytest.mark.parametrize("question", [BRIDGE, "What is the capital of Mongolia?"])
def test_an_answer_is_read_back_as_it_was(
    opened: rag.Corpus, kept: rag.Conversations, question: str
) -> None:
    """All of an answer comes back, what its JSON leaves out too, and each quote holds."""
    answer = opened.ask(question, since="2024")
    id_ = kept.add(answer, {"since": "2024", "until": None, "outlets": None})
    (turn,) = kept.get(id_).turns
    assert turn.answer == answer
    assert turn.shown == answer
    assert turn.filters == {"since": "2024", "until": None, "outlets": None}
    assert all(standing.holds for standing in turn.standings.values())


@pytest.mark.campaign
def test_answers_of_real_articles_are_read_back(corpus: rag.Corpus, tmp_path: Path) -> None:
    """Answers with several sources and differences come back equal, by another opening too."""
    copy = rag.open(corpus.folder, index_dir=corpus.state()["index"], sync=False)
    kept = rag.Conversations(copy)
    try:
        for question in ("How many US troops are in Iraq?", "Who killed Qassem Soleimani?"):
            answer = corpus.ask(question)
            (turn,) = rag.Conversations(corpus).get(kept.add(answer)).turns
            assert turn.answer == answer
    finally:
        kept.delete_all()


def test_they_are_listed_with_the_last_first(opened: rag.Corpus, kept: rag.Conversations) -> None:
    """The list says title, time and number of questions; what was gone on with comes first."""
    assert kept.recent() == []
    first = kept.add(opened.ask(BRIDGE))
    second = kept.add(opened.ask(HARBOUR))
    assert [info.id for info in kept.recent()] == [second, first]
    assert kept.add(opened.ask("Who opened the bridge?"), conversation=first) == first
    newest, older = kept.recent()
    assert (newest.id, newest.title, newest.questions) == (first, BRIDGE, 2)
    assert (older.id, older.questions) == (second, 1)
    assert newest.began < older.began < newest.changed
    assert [info.id for info in kept.recent(1)] == [first]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("bridges", True),  # another form of a word of the question
        ("340 metres", True),  # words of the quote
        ("valley", True),  # of the source that the answer names
        ("SELLA lon", True),  # the last may be unfinished
        ("harbour", False),
        ("sella harbour", False),  # not all of them
        ("lon sella", False),  # only the last may be unfinished
        ("%", False),
        ("  ", True),
    ],
)
def test_words_find_a_conversation(
    opened: rag.Corpus, kept: rag.Conversations, words: str, found: bool
) -> None:
    """Questions, answers and quotes are searched, in any case and form."""
    id_ = kept.add(opened.ask(BRIDGE))
    assert [info.id for info in kept.search(words)] == [id_] * found


def test_a_new_title_is_listed_and_found(opened: rag.Corpus, kept: rag.Conversations) -> None:
    """A conversation can be renamed; an empty title is refused and an endless one is cut."""
    id_ = kept.add(opened.ask(BRIDGE))
    kept.rename(id_[:6], "Zephyr\nproject")
    assert kept.recent()[0].title == "Zephyr project"
    assert kept.search("zephyr")[0].id == id_
    kept.rename(id_, "x" * 1_000)
    assert len(kept.recent()[0].title) < 200
    with pytest.raises(NotKept):
        kept.rename(id_, " \n")
    with pytest.raises(NotKept):
        kept.rename("nothing", "Title")


def test_the_last_question_in_other_words_takes_its_place(
    opened: rag.Corpus, kept: rag.Conversations
) -> None:
    """Its answer goes; a conversation called by it is called by the new words."""
    id_ = kept.add(opened.ask(BRIDGE))
    kept.add(opened.ask(HARBOUR), conversation=id_)
    assert kept.add(opened.ask(OPENED), conversation=id_, replaces=1) == id_
    assert asked(kept, id_) == [BRIDGE, OPENED]
    assert kept.get(id_).info.title == BRIDGE
    lone = kept.add(opened.ask(BRIDGE))
    assert kept.add(opened.ask(HARBOUR), conversation=lone, replaces=0) == lone
    assert asked(kept, lone) == [HARBOUR]
    assert kept.get(lone).info.title == HARBOUR
    kept.rename(lone, "Mine")
    kept.add(opened.ask(BRIDGE), conversation=lone, replaces=0)
    assert kept.get(lone).info.title == "Mine"


def test_an_early_question_in_other_words_begins_a_conversation(
    opened: rag.Corpus, kept: rag.Conversations
) -> None:
    """What came before it goes on there; nothing of the old conversation is lost."""
    id_ = kept.add(opened.ask(BRIDGE))
    for question in (HARBOUR, BRIDGE):
        kept.add(opened.ask(question), conversation=id_)
    old = kept.get(id_)
    new = kept.add(opened.ask(OPENED), conversation=id_, replaces=1)
    assert asked(kept, new) == [BRIDGE, OPENED]
    assert kept.get(new).info.title == OPENED
    assert kept.get(id_) == old
    first = kept.add(opened.ask(OPENED), conversation=id_, replaces=0)
    assert asked(kept, first) == [OPENED]
    assert kept.get(id_) == old
    assert [info.id for info in kept.search("Sella")] == [first, new, id_]


def asked(kept: rag.Conversations, id_: str) -> list[str]:
    """Return the questions of a conversation."""
    return [turn.answer.question for turn in kept.get(id_).turns]


def test_a_deleted_conversation_can_be_brought_back(
    opened: rag.Corpus, kept: rag.Conversations
) -> None:
    """What was deleted is listed apart, and neither found nor read until it is brought back."""
    id_ = kept.add(opened.ask(BRIDGE))
    assert kept.delete(id_[:5]) == id_
    assert kept.recent() == [] == kept.search("bridge")
    assert [info.id for info in kept.deleted()] == [id_]
    with pytest.raises(NotKept):
        kept.get(id_)
    kept.undo_delete(id_)
    assert kept.deleted() == []
    assert kept.get(id_).turns[0].answer.question == BRIDGE
    with pytest.raises(NotKept):
        kept.undo_delete(id_)


def test_a_deleted_conversation_stays_deleted(opened: rag.Corpus, kept: rag.Conversations) -> None:
    """A follow-up that another window asks begins a new conversation."""
    id_ = kept.add(opened.ask(BRIDGE))
    kept.delete(id_)
    other = kept.add(opened.ask(HARBOUR), conversation=id_)
    assert [info.id for info in kept.recent()] == [other] != [id_]
    kept.undo_delete(id_)
    assert len(kept.get(id_).turns) == 1


def test_a_conversation_is_deleted_for_good(opened: rag.Corpus, kept: rag.Conversations) -> None:
    """One that was deleted before; nothing of it is left, and no other is touched."""
    id_, other = kept.add(opened.ask(BRIDGE)), kept.add(opened.ask(HARBOUR))
    with pytest.raises(NotKept):
        kept.delete_for_good(id_)
    kept.delete(id_)
    kept.delete_for_good(id_)
    assert (kept.deleted(), [info.id for info in kept.recent()]) == ([], [other])
    with pytest.raises(NotKept):
        kept.undo_delete(id_)
    with sqlite3.connect(kept.path) as db:
        assert db.execute("SELECT count(*) FROM turns").fetchone() == (1,)
    db.close()


def test_what_was_deleted_long_ago_is_gone(opened: rag.Corpus, kept: rag.Conversations) -> None:
    """After some days nothing of a deleted conversation is left in the file."""
    id_ = kept.add(opened.ask(BRIDGE))
    kept.delete(id_)
    long_ago = (datetime.now(UTC) - timedelta(days=31)).isoformat()
    with sqlite3.connect(kept.path) as db:
        db.execute("UPDATE conversations SET deleted = ?", (long_ago,))
    assert kept.deleted() == []
    kept.add(opened.ask(HARBOUR))
    with pytest.raises(NotKept):
        kept.undo_delete(id_)
    with sqlite3.connect(kept.path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert db.execute("SELECT count(*) FROM turns").fetchone() == (1,)
    db.close()
    assert b"sella" not in kept.path.read_bytes()


def test_a_follow_up_is_understood_after_reading_back(
    opened: rag.Corpus, kept: rag.Conversations
) -> None:
    """A conversation that is resumed knows what was asked before."""
    chat = opened.chat()
    id_ = kept.add(chat.ask("Who opened the Sella bridge?"))
    expected = chat.ask("When was that?").understood_as
    resumed = rag.Conversations(opened).resume(id_)
    assert resumed.ask("When was that?").understood_as == expected
    assert expected != "When was that?"


@pytest.mark.parametrize(
    ("change", "reason", "verdict"),
    [
        (lambda text: None, GONE, "unsupported"),
        (lambda text: text.replace("340", "350"), CHANGED_LOST_WORDS, "unsupported"),
        (lambda text: text + "More was said.\n", CHANGED_HAS_WORDS, "partial"),
    ],
    ids=["gone", "changed", "has the words"],
)
def test_a_quote_that_fell_is_marked(
    opened: rag.Corpus, kept: rag.Conversations, change: Change, reason: str, verdict: str
) -> None:
    """A document that was changed or removed takes its quotes with it, and the answer says so."""
    answer = opened.ask(BRIDGE)
    assert answer.statements[0].verdict == "supported"
    id_ = kept.add(answer)
    path = opened.folder / "bridge.txt"
    text = change(path.read_text())
    path.unlink() if text is None else path.write_text(text)
    opened.sync()
    (turn,) = kept.get(id_).turns
    number = answer.citations[0].number
    assert turn.standings[number].reason == reason
    assert turn.answer.to_dict() == answer.to_dict()
    assert turn.shown.statements[0].verdict == verdict
    assert turn.shown.statements[0].reason == reason
    assert "any more" in (turn.shown.notice or "")
    kept.resume(id_)  # which does not fail


def test_nothing_is_kept_if_the_user_says_so(folder: Path, tiny: str) -> None:
    """With the history off, keeping is refused and no file is made."""
    opened = rag.open(folder, embedder=tiny, history="off")
    kept = rag.Conversations(opened)
    with pytest.raises(HistoryFault, match="RAG_HISTORY"):
        kept.add(opened.ask(BRIDGE))
    with pytest.raises(HistoryFault, match="RAG_HISTORY"):
        rag.Notebook(opened).write("a thought")
    assert kept.recent() == []
    assert not kept.path.exists()


def test_the_file_is_its_owners_alone(opened: rag.Corpus, kept: rag.Conversations) -> None:
    """Other users of the machine cannot read what was asked."""
    kept.add(opened.ask(BRIDGE))
    assert kept.path.parent == opened.settings.index_root
    for path in kept.path.parent.glob(f"{kept.path.name}*"):
        if path.suffix != ".lock":
            assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.parametrize("damage", ["no database", "middle"])
def test_a_damaged_file_is_set_aside(
    opened: rag.Corpus, kept: rag.Conversations, damage: str
) -> None:
    """A damaged file is kept under another name, a message says so, and keeping goes on."""
    answer = opened.ask(BRIDGE)
    kept.add(answer)
    with sqlite3.connect(kept.path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    whole = kept.path.read_bytes()
    page = 4096  # bytes
    torn = whole[:page] + b"\7" * page + whole[2 * page :]
    broken = b"no database" * 100 if damage == "no database" else torn
    kept.path.write_bytes(broken)
    again = rag.Conversations(opened)
    assert again.recent() == []
    assert again.notice is not None
    (aside,) = kept.path.parent.glob("*.damaged-*")
    assert str(aside) in again.notice
    assert aside.read_bytes()[:20] == broken[:20]
    id_ = again.add(answer)
    assert again.get(id_).turns[0].answer == answer


def test_a_file_of_a_later_version_is_left_alone(
    opened: rag.Corpus, kept: rag.Conversations
) -> None:
    """What a later version wrote is neither read nor changed; the message says what to do."""
    kept.add(opened.ask(BRIDGE))
    with sqlite3.connect(kept.path) as db:
        db.execute(f"PRAGMA user_version = {KEPT_SCHEMA + 1}")
    db.close()
    with pytest.raises(HistoryFault, match="later version"):
        rag.Conversations(opened).recent()
    assert not list(kept.path.parent.glob("*.damaged-*"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(
    opened: rag.Corpus, kept: rag.Conversations
) -> None:
    """Where nothing can be written, an error says so."""
    root = opened.settings.index_root
    answer = opened.ask(BRIDGE)
    root.chmod(0o500)
    try:
        with pytest.raises(HistoryFault):
            kept.add(answer)
    finally:
        root.chmod(0o700)


WRITER = """
import sys, rag
folder, embedder, name = sys.argv[1:]
opened = rag.open(folder, embedder=embedder, reader="none", entailment="none", sync=False)
kept = rag.Conversations(opened)
answer = opened.ask("How long is the Sella bridge?")
print("ready", flush=True)
sys.stdin.readline()
id_ = None
for _ in range(20):
    id_ = kept.add(answer, conversation=id_)
    kept.rename(id_, name)
"""


@pytest.mark.timeout(60)  # it starts a process
def test_two_processes_and_threads_write_at_once(
    opened: rag.Corpus, kept: rag.Conversations, tiny: str
) -> None:
    """Whoever writes at once, nothing is lost and nobody fails."""
    answer = opened.ask(BRIDGE)
    line = [sys.executable, "-c", WRITER, str(opened.folder), tiny, "theirs"]
    writer = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    assert writer.stdin is not None
    writer.stdin.write("go\n")
    writer.stdin.flush()
    with ThreadPoolExecutor(4) as threads:
        ids = list(threads.map(lambda _: kept.add(answer), range(20)))
    writer.communicate(timeout=30)
    assert writer.returncode == 0
    counts = {info.title: info.questions for info in kept.recent()}
    assert counts == {"theirs": 20, BRIDGE: 1}
    assert len(set(ids)) == 20
    assert len(kept.recent()) == 21
