"""The index follows its folder, embeds nothing twice, and survives being killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import rag

KILLER = """
import os, signal, sys
import rag
from rag.index import catalog, lexical, vectors

def dies(*arguments, **options):
    os.kill(os.getpid(), signal.SIGKILL)

def dies_after(function):
    def wrapper(*arguments, **options):
        function(*arguments, **options)
        dies()
    return wrapper

place, when = sys.argv[2].split()
owner = {"begin": catalog.Catalog, "complete": catalog.Catalog, "drop": catalog.Catalog,
         "forget_files": catalog.Catalog, "put": vectors.VectorStore, "take": vectors.VectorStore,
         "words": lexical.LexicalIndex, "unwords": lexical.LexicalIndex}[place]
name = {"put": "add", "take": "delete", "words": "add", "unwords": "delete"}.get(place, place)
setattr(owner, name, dies if when == "before" else dies_after(getattr(owner, name)))
rag.open(sys.argv[1])
"""
MOMENTS = [
    f"{place} {when}"
    for place in ("begin", "put", "words", "complete", "forget_files", "take", "unwords", "drop")
    for when in ("before", "after")
]


def paths(corpus: rag.Corpus) -> list[str]:
    return [article.path for article in corpus.articles()]


def is_whole(corpus: rag.Corpus) -> bool:
    return bool(corpus.state()["whole"])


def test_an_unchanged_folder_embeds_nothing(folder: Path) -> None:
    """A second sync finds all files unchanged, in this process and in another."""
    first = rag.open(folder).sync()
    assert first.embedded == 0
    assert first.unchanged == ("bridge.txt", "harbour.txt", "owls.txt")
    again = rag.open(folder, sync=False).sync()
    assert (again.added, again.updated, again.removed, again.embedded) == ((), (), (), 0)


def test_a_changed_file_is_indexed_anew(folder: Path) -> None:
    """The new words answer, the old ones are gone."""
    corpus = rag.open(folder)
    (folder / "owls.txt").write_text("A barn owl eats nine voles a day. It sleeps by day.\n")
    report = corpus.sync()
    assert report.updated == ("owls.txt",)
    assert report.unchanged == ("bridge.txt", "harbour.txt")
    assert "nine voles" in corpus.ask("How many voles does a barn owl eat?").text
    assert not any("four voles" in hit.text for hit in corpus.search("voles"))
    assert is_whole(corpus)


def test_a_change_of_the_same_length_and_time_is_noticed(folder: Path) -> None:
    """A file rewritten at once, as long as before and with its old time stamp, is read again."""
    corpus = rag.open(folder)
    path = folder / "owls.txt"
    stat = path.stat()
    path.write_text(path.read_text().replace("four", "nine"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert corpus.sync().updated == ("owls.txt",)


def test_a_renamed_file_keeps_its_vectors_and_id(folder: Path) -> None:
    """A rename embeds nothing, and a citation of before still finds its article."""
    corpus = rag.open(folder)
    citation = corpus.ask("How long is the Sella bridge?").citations[0]
    (folder / "deeper").mkdir()
    (folder / "bridge.txt").rename(folder / "deeper" / "span.txt")
    report = corpus.sync()
    assert (report.added, report.removed) == (("deeper/span.txt",), ("bridge.txt",))
    assert report.embedded == 0
    article = corpus.article(citation.article_id)
    assert article.path == "deeper/span.txt"
    assert article.text[citation.start : citation.end] == citation.cited_text


def test_a_removed_file_is_forgotten(folder: Path) -> None:
    """What is no longer in the folder is no longer found."""
    corpus = rag.open(folder)
    (folder / "owls.txt").unlink()
    assert corpus.sync().removed == ("owls.txt",)
    assert paths(corpus) == ["bridge.txt", "harbour.txt"]
    assert not any("voles" in hit.text for hit in corpus.search("voles"))
    assert is_whole(corpus)


def test_the_same_bytes_twice_are_one_article(folder: Path) -> None:
    """A copy embeds nothing and is named; either file can go and the article stays."""
    shutil.copy(folder / "owls.txt", folder / "copy.txt")
    corpus = rag.open(folder)
    assert paths(corpus) == ["bridge.txt", "copy.txt", "harbour.txt"]
    report = corpus.sync()
    assert report.duplicates == (("owls.txt", "copy.txt"),)
    (folder / "copy.txt").unlink()
    report = corpus.sync()
    assert (report.removed, report.embedded) == (("copy.txt",), 0)
    assert paths(corpus) == ["bridge.txt", "harbour.txt", "owls.txt"]


def test_ids_do_not_depend_on_position(folder: Path) -> None:
    """An article keeps its id whatever stands before it."""
    before = {a.path: a.id for a in rag.open(folder).articles()}
    (folder / "aaa.txt").write_text("Herons nest in the old elms. They come back in March.\n")
    after = {a.path: a.id for a in rag.open(folder).articles()}
    assert {path: after[path] for path in before} == before


def test_the_collection_names_what_it_holds(folder: Path) -> None:
    """The collection's name carries schema version, embedder and dimension."""
    assert rag.open(folder).state()["collection"] == "passages-v1-all-MiniLM-L6-v2-384"


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_sync_loses_nothing(folder: Path, moment: str) -> None:
    """After SIGKILL at any step the old or the new state answers, and the next sync heals."""
    rag.open(folder)
    (folder / "owls.txt").write_text("A barn owl eats nine voles a day. It sleeps by day.\n")
    (folder / "harbour.txt").unlink()
    (folder / "heron.txt").write_text("Herons nest in the old elms. They come back in March.\n")
    root = str(Path(rag.__file__).parents[1])
    killed = subprocess.run(
        [sys.executable, "-c", KILLER, str(folder), moment],
        env=os.environ | {"PYTHONPATH": root},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    reader = rag.open(folder, sync=False)
    answer = reader.ask("How many voles does a barn owl eat a day?")
    assert ("four voles" in answer.text) != ("nine voles" in answer.text)
    assert "340 metres" in reader.ask("How long is the Sella bridge?").text
    healed = rag.open(folder)
    assert paths(healed) == ["bridge.txt", "heron.txt", "owls.txt"]
    assert "nine voles" in healed.ask("How many voles does a barn owl eat a day?").text
    assert is_whole(healed)
    assert healed.sync().embedded == 0


def test_a_lost_lexical_index_is_built_again(folder: Path) -> None:
    """The lexical index is derived: without it a sync builds it and embeds nothing."""
    state = rag.open(folder).state()
    (lexical,) = Path(str(state["index"])).glob("v*/lexical")
    shutil.rmtree(lexical)
    corpus = rag.open(folder, sync=False)
    assert corpus.sync().embedded == 0
    assert is_whole(corpus)


def test_lost_vectors_are_embedded_again(folder: Path) -> None:
    """Passages that are missing from Chroma are noticed and put back."""
    corpus = rag.open(folder)
    owl = corpus.article("owls.txt").id
    corpus._index.vectors.delete(owl)
    assert not is_whole(corpus)
    report = corpus.sync()
    assert report.embedded > 0
    assert is_whole(corpus)
    assert "four voles" in corpus.ask("How many voles does a barn owl eat?").text


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


def test_a_rebuild_forgets_what_was_deleted(folder: Path) -> None:
    """After a rebuild no file of the index holds the words of a removed document."""
    index = folder / ".footnote"
    rag.open(folder)
    (folder / "owls.txt").unlink()
    rag.open(folder, rebuild=True)
    assert not [p for p in index.rglob("*") if p.is_file() and b"barn" in p.read_bytes().lower()]


def test_progress_is_told(folder: Path) -> None:
    """A sync tells how far each step is, up to its end."""
    steps: list[rag.Progress] = []
    rag.open(folder, on_progress=steps.append)
    assert {step.step for step in steps} == {
        "Reading",
        "Loading the embedding model",
        "Embedding",
    }
    last = [step for step in steps if step.step == "Embedding"][-1]
    assert last.done == last.total == 3


def test_a_second_writer_is_told_who_the_first_is(folder: Path) -> None:
    """A second writer gets a message at once, and readers go on answering."""
    corpus = rag.open(folder)
    holder = subprocess.Popen(
        [
            *(sys.executable, "-c"),
            "import sys, time; from pathlib import Path; from rag.index.lock import writer_lock\n"
            "with writer_lock(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)",
            str(folder / ".footnote"),
        ],
        env=os.environ | {"PYTHONPATH": str(Path(rag.__file__).parents[1])},
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        began = time.monotonic()
        with pytest.raises(rag.RagError, match=f"process {holder.pid} on .* since "):
            corpus.sync()
        assert time.monotonic() - began < 2  # a message, not a hang: what the rule is about
        reader = rag.open(folder)
        answer = reader.ask("How many voles does a barn owl eat?")
        assert "four voles" in answer.text
        assert str(holder.pid) in (answer.notice or "")
    finally:
        holder.kill()
        holder.wait()
    assert rag.open(folder).ask("How many voles does a barn owl eat?").notice is None
