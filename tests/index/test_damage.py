"""A damaged index is noticed, named and mended; nobody is told what no document says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

import rag
from rag.errors import IndexDamaged
from rag.index import integrity
from tests.campaigns.crashes.damage import random_block
from tests.support.commands import command, on
from tests.support.messages import one_sentence

OWL = "How many voles does a barn owl eat a day?"


@pytest.mark.campaign
def test_doctor_names_what_is_damaged(folder: Path) -> None:
    """`rag doctor` says which file it is, `rag ask` what to do, and `rag index` does it."""
    rag.open(folder)
    (words,) = (folder / ".footnote").glob("v*/lexical/*.term")
    random_block(words)

    doctor = command("doctor", *on(folder))
    assert words.name in doctor.stdout
    assert doctor.returncode == 1
    with pytest.raises(IndexDamaged, match=f"{words.name}.*rag index") as caught:
        rag.open(folder, sync=False).ask(OWL)
    one_sentence(caught.value)
    assert command("index", str(folder)).returncode == 0
    assert command("doctor", *on(folder)).returncode == 0
    assert "four voles" in rag.open(folder, sync=False).ask(OWL).text


@pytest.mark.campaign
@pytest.mark.timeout(60)  # another process starts and loads the model
def test_damage_in_a_large_file_is_found_by_looking(
    tmp_path: Path, folder: Path, tiny: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Damage in a file too large for a digest is found by searching for known vectors."""
    monkeypatch.setattr(integrity, "MAX_DIGESTED", 0)
    monkeypatch.setattr(integrity, "MAX_LISTED", 0)
    for number in range(16):
        text = "".join(f"Heron {at} left nest {at * 7 + number} on day {at}. " for at in range(700))
        (folder / f"{number}.txt").write_text(text)
    index = tmp_path / "index"
    corpus = rag.open(folder, index_dir=index, embedder=tiny)
    assert corpus.state()["passages"] > 1_000
    assert corpus.state()["whole"]
    (graph,) = index.glob("v*/chroma/*/data_level0.bin")
    content = graph.read_bytes()
    graph.write_bytes(content[: len(content) // 4] + bytes(len(content) - len(content) // 4))
    words = ["-m", "rag", "doctor", "--corpus", str(folder), "--index", str(index)]
    done = subprocess.run(
        [sys.executable, *words],
        env={
            "RAG_EMBEDDER": corpus.settings.embedder,
            "RAG_CACHE_DIR": str(corpus.settings.cache_root),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "vectors are not found there" in done.stdout


def test_a_rebuild_that_fails_leaves_the_index(folder: Path) -> None:
    """The old index answers while another is built, and after that was given up."""
    rag.open(folder)
    (folder / "owls.txt").write_text("Barn owls hunt at dusk. A barn owl eats nine voles a day.\n")

    def give_up(progress: rag.Progress) -> None:
        reader = rag.open(folder, sync=False)
        assert "four voles" in reader.ask(OWL).text
        if progress.step == "Indexing":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rag.open(folder, rebuild=True, on_progress=give_up)
    assert "four voles" in rag.open(folder, sync=False).ask(OWL).text
    assert "nine voles" in rag.open(folder).ask(OWL).text


@pytest.mark.parametrize("when", ["begun", "swept"])
def test_what_is_left_of_a_rebuild_is_never_taken_for_an_index(
    folder: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """The remains of an interrupted rebuild are not opened as an index."""
    rag.open(folder)
    acquire = FileLock.acquire

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    def die_locking(lock: FileLock, *arguments: Any, **options: Any) -> Any:
        if Path(lock.lock_file).name == "building.lock":
            raise KeyboardInterrupt
        return acquire(lock, *arguments, **options)

    def die_deleting(path: Path, **_: object) -> None:
        for name in ("building.lock", "catalog.sqlite"):
            (path / name).unlink()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rag.open(folder, rebuild=True, on_progress=die)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        if when == "begun":
            patched.setattr(FileLock, "acquire", die_locking)
            rag.open(folder, rebuild=True)
        else:
            patched.setattr(shutil, "rmtree", die_deleting)
            rag.open(folder)
    assert "four voles" in rag.open(folder, sync=False).ask(OWL).text
    assert "four voles" in rag.open(folder).ask(OWL).text
    (index,) = (path for path in (folder / ".footnote").iterdir() if path.is_dir())
    assert (index / "catalog.sqlite").exists()


@pytest.mark.timeout(60)  # another process starts and loads the model
def test_an_open_reader_goes_on_after_a_rebuild(
    folder: Path, tiny: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has the index open when another process rebuilds it answers from the new one."""
    monkeypatch.setenv("RAG_EMBEDDER", tiny)
    reader = rag.open(folder)
    assert "four voles" in reader.ask(OWL).text
    (folder / "owls.txt").write_text("Barn owls hunt at dusk. A barn owl eats nine voles a day.\n")
    command = [sys.executable, "-m", "rag", "index", str(folder), "--rebuild"]
    subprocess.run(command, check=True, capture_output=True)
    assert "nine voles" in reader.ask(OWL).text
    assert len(list((folder / ".footnote").glob("v*"))) == 1
