"""One writer at a time, and readers that never wait for it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import rag


def test_a_sync_that_was_broken_off_can_be_done_again(folder: Path) -> None:
    """After an interruption the same corpus syncs: neither lock nor writer is left behind."""
    corpus = rag.open(folder, sync=False)

    def interrupt(step: rag.Progress) -> None:
        if step.step == "Indexing":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        corpus.sync(on_progress=interrupt)
    assert corpus.sync().added == ("bridge.txt", "harbour.txt", "owls.txt")


def test_another_process_that_comes_and_goes_takes_no_journal_away(folder: Path, tiny: str) -> None:
    """A corpus syncs and answers after another process has opened its catalog and closed it."""
    corpus = rag.open(folder, embedder=tiny)
    (catalog,) = (folder / ".footnote").glob("v*/catalog.sqlite")
    visit = f"import sqlite3; db = sqlite3.connect({str(catalog)!r}); "
    visit += "db.execute('SELECT count(*) FROM sqlite_master').fetchone(); db.close()"
    for name in ("first", "second"):
        corpus.articles()
        subprocess.run([sys.executable, "-c", visit], check=True)
        (folder / f"{name}.txt").write_text(f"The {name} zoo of Larnmouth has 14 owls.\n")
        assert corpus.sync().added == (f"{name}.txt",)
    assert len(corpus.articles()) == 5


def test_a_reader_opens_while_another_commits(folder: Path) -> None:
    """A corpus opens and answers while a writer is in the middle of a transaction."""
    rag.open(folder)
    (catalog,) = (folder / ".footnote").glob("v*/catalog.sqlite")
    writer = sqlite3.connect(catalog, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    try:
        reader = rag.open(folder, sync=False)
        assert "four voles" in reader.ask("How many voles does a barn owl eat?").text
    finally:
        writer.close()


@pytest.mark.campaign
@pytest.mark.timeout(60)  # another process starts and loads the model
def test_a_reader_sees_what_another_process_wrote(folder: Path) -> None:
    """An open corpus answers from a file that another process has indexed or removed."""
    corpus = rag.open(folder)
    (folder / "heron.txt").write_text("Herons nest in the old elms. They come back in March.\n")
    (folder / "owls.txt").unlink()
    command = [sys.executable, "-m", "rag", "index", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    hits = corpus.search("Where do herons nest?")
    assert hits[0].article.path == "heron.txt"
    assert hits[0].similarity > 0.3
    assert all(hit.article.path != "owls.txt" for hit in corpus.search("barn owl voles"))


def test_a_second_writer_is_told_who_the_first_is(folder: Path) -> None:
    """A second writer gets a message and does not wait for the lock; readers go on answering."""
    corpus = rag.open(folder)
    holder = subprocess.Popen(
        [
            *(sys.executable, "-c"),
            "import sys, time; from pathlib import Path\n"
            "from rag.index.storage import writer_lock\n"
            "with writer_lock(Path(sys.argv[1])): print('held', flush=True); time.sleep(600)",
            str(folder / ".footnote"),
        ],
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(rag.RagError, match=f"process {holder.pid} on .* since "):
            corpus.sync()
        reader = rag.open(folder)
        answer = reader.ask("How many voles does a barn owl eat?")
        assert "four voles" in answer.text
        assert str(holder.pid) in (answer.notice or "")
    finally:
        holder.kill()
        holder.wait()
    assert rag.open(folder).ask("How many voles does a barn owl eat?").notice is None
