"""An index that cannot be read or written gets one clear sentence, and loses nothing."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import rag
from rag.errors import IndexDamaged, IndexMismatch
from tests.support.messages import one_sentence

FULL_DISK = """
import resource, signal, sys
import rag
corpus = rag.open(sys.argv[1], embedder=sys.argv[3], sync=False)
corpus.search("voles")  # the model is loaded, the index is open
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    corpus.sync()
except rag.RagError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.timeout(60)  # another process starts and loads the model
def test_an_index_of_another_schema_is_refused(folder: Path) -> None:
    """An index of another version is left alone, and the message says what to do."""
    state = rag.open(folder).state()
    (catalog,) = Path(str(state["index"])).glob("v*/catalog.sqlite")
    with sqlite3.connect(catalog) as db:
        db.execute("PRAGMA user_version = 99")
    before = catalog.read_bytes()
    with pytest.raises(IndexMismatch, match=r"version 99.*--rebuild") as caught:
        rag.open(folder)
    one_sentence(caught.value)
    assert catalog.read_bytes() == before
    assert len(rag.open(folder, rebuild=True).articles()) == 3


def test_a_damaged_index_is_named(folder: Path) -> None:
    """A catalog that is no database is named, and a rebuild mends it."""
    state = rag.open(folder).state()
    (catalog,) = Path(str(state["index"])).glob("v*/catalog.sqlite")
    for path in catalog.parent.glob("catalog.sqlite*"):
        path.write_bytes(b"nonsense " * 500)
    with pytest.raises(IndexDamaged, match="rebuild"):
        rag.open(folder)
    assert len(rag.open(folder, rebuild=True).articles()) == 3


def test_another_embedder_builds_beside_the_first(folder: Path, tiny: str) -> None:
    """Another embedder gets a collection of its own, and the first one stays as it was."""
    question = "How many voles does a barn owl eat?"
    first = rag.open(folder)
    before = first.ask(question)
    other = rag.open(folder, embedder=tiny)
    assert other.state()["collection"].endswith("-32")
    assert other.state()["other_indexes"] == ["v5-all-MiniLM-L6-v2"]
    assert other.ask(question).passages
    again = rag.open(folder)
    assert again.sync().embedded == 0
    assert again.ask(question).citations == before.citations


@pytest.mark.parametrize(
    ("limit", "sentences"),
    [
        (0, 20),
        *(pytest.param(limit, 400, marks=pytest.mark.campaign) for limit in (20_000, 200_000)),
    ],
)
@pytest.mark.timeout(60)  # another process starts and loads the model
def test_a_full_disk_loses_nothing(folder: Path, limit: int, sentences: int, tiny: str) -> None:
    """Where the disk is full the message says so, and all that was indexed answers."""
    rag.open(folder, embedder=tiny)
    story = "".join(f"Heron {n} nests in elm {n * 7} by the river. " for n in range(sentences))
    (folder / "heron.txt").write_text(story)
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(folder), str(limit), tiny],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("IndexUnwritable "), done.stdout + done.stderr
    assert "free some disk space" in one_sentence(done.stdout.strip())
    reader = rag.open(folder, embedder=tiny, sync=False)
    assert "four voles" in reader.ask("How many voles does a barn owl eat?").text
    healed = rag.open(folder, embedder=tiny)
    assert healed.state()["whole"]
    assert len(healed.articles()) == 4


def test_a_folder_that_cannot_be_written_is_named(folder: Path) -> None:
    """An index folder that cannot be made is named, with the setting that names another."""
    (folder / ".footnote").write_text("a file where the folder should be")
    with pytest.raises(rag.RagError, match="RAG_INDEX_DIR"):
        rag.open(folder)
    assert rag.open(folder, index_dir=folder / "elsewhere").articles()
    shutil.rmtree(folder / "elsewhere")
