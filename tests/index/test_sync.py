"""The index follows its folder, embeds nothing twice, and heals."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import rag
from rag.index.lexical import LexicalIndex
from rag.index.vectors import FolderCollection, VectorStore, forget_clients


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
    assert rag.open(folder).state()["collection"] == "passages-v5-all-MiniLM-L6-v2-384"


def test_a_file_that_comes_back_is_indexed_again(folder: Path) -> None:
    """What was removed and is restored, with its old time stamp, answers again."""
    corpus = rag.open(folder)
    id_ = corpus.article("owls.txt").id
    (folder / "owls.txt").rename(folder / "owls.away")
    assert corpus.sync().removed == ("owls.txt",)
    (folder / "owls.away").rename(folder / "owls.txt")
    assert corpus.sync().added == ("owls.txt",)
    assert corpus.article(id_).path == "owls.txt"
    assert "four voles" in corpus.ask("How many voles does a barn owl eat?").text


def test_what_comes_from_the_name_follows_the_name(folder: Path) -> None:
    """A title, date or format taken from a file's name is that of its name now."""
    (folder / "2020-01-02.txt").write_text(
        "# News\n\nThe [tower](http://x.org) was built of brick.\n"
    )
    corpus = rag.open(folder)
    assert corpus.article("2020-01-02.txt").published == "2020-01-02"
    (folder / "2020-01-02.txt").rename(folder / "2021-03-04.txt")
    assert corpus.sync().embedded == 0
    assert corpus.article("2021-03-04.txt").published == "2021-03-04"
    assert corpus.search("tower", since="2021-03-04", until="2021-03-04")
    (folder / "2021-03-04.txt").rename(folder / "tower.md")
    corpus.sync()
    assert "The tower was built" in corpus.article("tower.md").text


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.campaign) for seed in (0, *range(2, 8)))]
)
def test_any_history_ends_like_a_fresh_index(folder: Path, tmp_path: Path, seed: int) -> None:
    """Whatever was done to a folder, its index holds what one built from nothing holds."""
    chance = random.Random(seed)
    corpus = rag.open(folder)
    for step in range(5):
        for _ in range(chance.randint(1, 4)):
            path = chance.choice(sorted(folder.glob("[!.]*.*")))
            other = folder / f"2020-01-{chance.randint(10, 14)}.{chance.choice(['txt', 'md'])}"
            match chance.randint(0, 3):
                case 0:
                    path.rename(other)
                case 1:
                    other.write_bytes(path.read_bytes())
                case 2 if len(list(folder.glob("[!.]*.*"))) > 1:
                    path.unlink()
                case _:
                    path.write_text(f"The heron *came* on day {chance.randint(0, 3)}. It left.\n")
        corpus.sync()
        fresh = rag.open(folder, index_dir=tmp_path / f"fresh{step}")
        assert [a.to_dict() for a in corpus.articles()] == [a.to_dict() for a in fresh.articles()]
        counts = [name for name in fresh.state() if name.startswith("passages")]
        assert [corpus.state()[n] for n in counts] == [fresh.state()[n] for n in counts]
        assert is_whole(corpus)


@pytest.mark.parametrize("damage", ["gone", "meta.json", "*.term", "*.store"])
def test_a_lost_lexical_index_is_built_again(folder: Path, damage: str) -> None:
    """The lexical index is derived: lost or broken, a sync builds it and embeds nothing."""
    state = rag.open(folder).state()
    (lexical,) = Path(str(state["index"])).glob("v*/lexical")
    if damage == "gone":
        shutil.rmtree(lexical)
    else:
        for path in lexical.glob(damage):
            path.write_bytes(b"nonsense")
    corpus = rag.open(folder, sync=False)
    assert corpus.sync().embedded == 0
    assert is_whole(corpus)
    assert "four voles" in corpus.ask("How many voles does a barn owl eat?").text


def test_a_lexical_index_out_of_step_is_built_again(folder: Path) -> None:
    """Passages that only the lexical index lacks are put back without embedding."""
    corpus = rag.open(folder)
    (words,) = (folder / ".footnote").glob("v*/lexical")
    LexicalIndex(words).delete([corpus.article("owls.txt").id])
    corpus = rag.open(folder, sync=False)
    assert not is_whole(corpus)
    assert corpus.sync().embedded == 0
    assert is_whole(corpus)


@pytest.mark.parametrize("lost", ["article", "passage", "chroma"])
def test_lost_parts_are_put_back(folder: Path, lost: str) -> None:
    """What is missing from Chroma is noticed and put back."""
    (folder / "long.txt").write_text("The heron came to the lake. It left again by noon. " * 60)
    corpus = rag.open(folder)
    (place,) = (folder / ".footnote").glob("v*/chroma")
    vectors = VectorStore(FolderCollection(place, corpus.state()["collection"]))
    if lost == "article":
        long = corpus.article("long.txt").id
        vectors.delete([id_ for id_ in vectors.ids() if long in id_])
    elif lost == "passage":
        vectors.delete([next(vectors.ids())])
    else:
        for path in (folder / ".footnote").glob(f"v*/{lost}*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        forget_clients()
        corpus = rag.open(folder, sync=False)
    assert not is_whole(corpus)
    assert corpus.sync().embedded == 0  # vectors are in the catalog too
    assert is_whole(corpus)
    assert len(corpus.articles()) == 4
    assert "four voles" in corpus.ask("How many voles does a barn owl eat?").text


@pytest.mark.campaign
@pytest.mark.timeout(60)  # another process starts and loads the model
def test_a_rebuild_forgets_what_was_deleted(folder: Path) -> None:
    """After a rebuild no file of the index holds the words of a removed document."""
    index = folder / ".footnote"
    rag.open(folder)
    (folder / "owls.txt").unlink()
    # In a process that never held the words: Chroma writes files with unused memory in them.
    command = [sys.executable, "-m", "rag", "index", str(folder), "--rebuild"]
    subprocess.run(command, check=True, capture_output=True)
    assert not [p for p in index.rglob("*") if p.is_file() and b"barn" in p.read_bytes().lower()]


def test_a_rebuild_forgets_nothing_else(folder: Path) -> None:
    """What else lies in the folder named for the index is no index, and stays."""
    (folder / "v1-drafts").mkdir()
    (folder / "v1-drafts" / "poem.odt").write_text("Owls are grey.")
    (folder / "vacation-2020.jpg").write_text("A picture.")
    rag.open(folder, index_dir=folder)
    corpus = rag.open(folder, index_dir=folder, rebuild=True)
    assert (folder / "v1-drafts" / "poem.odt").read_text() == "Owls are grey."
    assert (folder / "vacation-2020.jpg").exists()
    assert is_whole(corpus)
    assert corpus.state()["other_indexes"] == []


def test_progress_is_told(folder: Path) -> None:
    """A sync tells how far each step is, up to its end."""
    steps: list[rag.Progress] = []
    rag.open(folder, on_progress=steps.append)
    assert {step.step for step in steps} == {
        "Looking for changes",
        "Loading the embedding model",
        "Indexing",
    }
    last = [step for step in steps if step.step == "Indexing"][-1]
    assert last.done == last.total == 3
