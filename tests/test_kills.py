"""A sync that is killed at any step loses nothing, and the next one heals what it left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import rag

# Loads the model once, and has each sync done, and killed, by a fork of itself.
SERVER = """
import json, os, signal, sys
from pathlib import Path
import chromadb
import rag
from rag.embedding.embedder import Embedder
from rag.embedding.models import BUNDLED
from rag.index import catalog, lexical, vectors

Embedder(BUNDLED, Path(os.environ["RAG_CACHE_DIR"])).dimension

def dies(*arguments, **options):
    os.kill(os.getpid(), signal.SIGKILL)

def dies_after(function):
    def wrapper(*arguments, **options):
        function(*arguments, **options)
        dies()
    return wrapper

OWNERS = {"add": vectors.VectorStore, "delete": vectors.VectorStore}
OWNERS |= {"words": lexical.LexicalIndex, "unwords": lexical.LexicalIndex}

def killed_sync(folder, moment):
    place, when = moment.split()
    if place == "progress":
        steps = iter(range(int(when)))
        rag.open(folder, on_progress=lambda step: next(steps, None) is None and dies())
    owner = OWNERS.get(place, catalog.Catalog)
    name = {"words": "add", "unwords": "delete"}.get(place, place)
    setattr(owner, name, dies if when == "before" else dies_after(getattr(owner, name)))
    rag.open(folder)

for line in sys.stdin:
    child = os.fork()
    if not child:
        killed_sync(*json.loads(line))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
PLACES = ("begin", "add", "words", "rename", "put_files", "complete", "forget_files", "delete")
MOMENTS = [f"{place} {when}" for place in PLACES for when in ("before", "after")]
MOMENTS += ["unwords before", "unwords after", "drop before", "drop after"]
MOMENTS += [f"progress {step}" for step in (0, 3, 5, 6)]
OWL = "How many voles does a barn owl eat a day?"


@pytest.fixture(scope="module")
def kill() -> Iterator[Callable[[Path, str], int]]:
    """Syncs a folder in another process that kills itself at a given moment."""
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER],
        env=os.environ
        | {"PYTHONPATH": str(Path(rag.__file__).parents[1]), "TOKENIZERS_PARALLELISM": "false"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    asked, answered = server.stdin, server.stdout
    assert asked is not None
    assert answered is not None

    def sync(folder: Path, moment: str) -> int:
        print(json.dumps([str(folder), moment]), file=asked, flush=True)
        return int(answered.readline())

    yield sync
    server.kill()
    server.wait()


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_sync_loses_nothing(
    folder: Path, moment: str, kill: Callable[[Path, str], int]
) -> None:
    """After SIGKILL at any step the old or the new state answers, and the next sync heals."""
    rag.open(folder)
    (folder / "owls.txt").write_text("A barn owl eats nine voles a day. It sleeps by day.\n")
    (folder / "harbour.txt").unlink()
    (folder / "bridge.txt").rename(folder / "a-span.txt")
    (folder / "heron.txt").write_text("Herons nest in the old elms. They come back in March.\n")
    assert kill(folder, moment) == -signal.SIGKILL
    reader = rag.open(folder, sync=False)
    answer = reader.ask(OWL)
    assert ("four voles" in answer.text) != ("nine voles" in answer.text)
    assert "340 metres" in reader.ask("How long is the Sella bridge?").text
    healed = rag.open(folder)
    assert [a.path for a in healed.articles()] == ["a-span.txt", "heron.txt", "owls.txt"]
    assert "nine voles" in healed.ask(OWL).text
    assert healed.state()["whole"]
    again = healed.sync()
    assert (again.added, again.updated, again.removed, again.embedded) == ((), (), (), 0)


def test_a_killed_first_sync_is_healed(
    folder: Path, kill: Callable[[Path, str], int], tmp_path: Path
) -> None:
    """An index that was killed while it was first made is whole after the next sync."""
    for moment in ("begin after", "add after", "words after", "progress 4"):
        assert kill(folder, moment) == -signal.SIGKILL
    healed = rag.open(folder)
    assert healed.state()["whole"]
    assert len(healed.articles()) == 3
    fresh = rag.open(folder, index_dir=tmp_path / "fresh")
    assert [a.to_dict() for a in healed.articles()] == [a.to_dict() for a in fresh.articles()]
