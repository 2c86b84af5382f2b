"""What is in a folder is read, or named with the reason; facts that a user states stay."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import rag
from tests.support.commands import command

OWLS = "The zoo of Elmford keeps fourteen owls.\n"


def reasons(corpus: rag.Corpus) -> dict[str, str]:
    return dict(corpus.skipped())


def test_nothing_is_passed_over_in_silence(folder: Path, tmp_path: Path) -> None:
    """Each file that is not read is named with the reason, in the report and afterwards."""
    (folder / "talk.mp3").write_bytes(b"ID3")
    (folder / "old.7z").write_bytes(b"7z")
    (folder / "notes.xyz").write_text("Words.")
    (folder / "empty.txt").write_text("")
    (folder / ".hidden").write_text("Words.")
    (folder / "Thumbs.db").write_bytes(b"\0")
    outside = tmp_path / "outside.txt"
    outside.write_text("Words.")
    (folder / "link.txt").symlink_to(outside)
    (tmp_path / "else").mkdir()
    (folder / "linked").symlink_to(tmp_path / "else")
    report = rag.open(folder, sync=False).sync()
    assert sorted(path for path, _ in report.skipped) == [
        *("empty.txt", "link.txt", "linked", "notes.xyz", "old.7z", "talk.mp3"),
    ]
    told = reasons(rag.open(folder, sync=False))
    assert told == dict(report.skipped)
    assert "recording" in told["talk.mp3"]
    assert "unpack it" in told["old.7z"]
    assert "out of the folder" in told["link.txt"]
    assert "not followed" in told["linked"]


def test_answers_and_refusals_say_that_files_were_not_read(folder: Path) -> None:
    """The notice says which, once; without such files there is none."""
    assert rag.open(folder).ask("How many owls does the zoo have?").notice is None
    (folder / "talk.mp3").write_bytes(b"ID3")
    corpus = rag.open(folder)
    for question in ("How many voles does a barn owl eat?", "Who discovered penicillin?"):
        notice = corpus.ask(question).notice
        assert notice is not None
        assert notice.count("1 file not read, or not in full: talk.mp3.") == 1
    (folder / "talk.mp3").unlink()
    corpus.sync()
    assert corpus.ask("How many voles does a barn owl eat?").notice is None


def test_commands_list_what_was_not_read(folder: Path) -> None:
    """`rag index` and `rag articles` name each file, `rag doctor` too."""
    (folder / "talk.mp3").write_bytes(b"ID3")
    where = ("--corpus", str(folder))
    indexed = command("index", *where)
    assert "3 documents added" in indexed.stdout
    assert "1 file not read, or not in full: talk.mp3" in indexed.stdout
    for done in (indexed, command("articles", *where)):
        assert "talk.mp3 is a recording" in done.stderr
    assert "talk.mp3 is a recording" in command("doctor", *where).stdout


def test_a_file_of_the_same_size_and_time_is_noticed(folder: Path) -> None:
    """A file that is replaced by one of the same length and time is read again."""
    corpus = rag.open(folder)
    path = folder / "owls.txt"
    before = path.stat()
    other = path.read_text().replace("owl", "elk")
    path.unlink()
    path.write_text(other)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert corpus.sync().updated == ("owls.txt",)


def test_doctor_compares_the_files_with_what_is_indexed(folder: Path) -> None:
    """A file that was changed after it was indexed is named, and the exit code says so."""
    rag.open(folder)
    (folder / "owls.txt").write_text("A barn owl eats nine voles a day.\n")
    done = command("doctor", "--corpus", str(folder))
    assert done.returncode == 1
    assert "owls.txt" in done.stdout
    assert "changed after they were indexed" in done.stderr


def test_documents_in_an_archive_are_read(folder: Path) -> None:
    """They have paths of their own, can be cited, and go with their archive."""
    with zipfile.ZipFile(folder / "papers.zip", "w") as archive:
        archive.writestr("zoo/owls.txt", OWLS)
        archive.writestr("inner.zip", b"PK")
    corpus = rag.open(folder)
    assert "papers.zip/zoo/owls.txt" in [article.path for article in corpus.articles()]
    assert "papers.zip/inner.zip" in reasons(corpus)
    answer = corpus.ask("How many owls does the zoo of Elmford keep?")
    assert answer.citations[0].cited_text == OWLS.strip()
    assert rag.open(folder).sync().unchanged == corpus.sync().unchanged
    (folder / "papers.zip").unlink()
    assert corpus.sync().removed == ("papers.zip/zoo/owls.txt",)


def test_what_is_not_read_in_an_archive_is_named(folder: Path) -> None:
    """Each file in it is read, or named by its path with its own reason; folders do not matter."""
    (folder / "2024").mkdir()
    with zipfile.ZipFile(folder / "2024" / "Papers.ZIP", "w") as archive:
        for name in ("zoo/owls.txt", "inner.zip", "old.7z", "talk.mp3", "notes.xyz"):
            archive.writestr(name, OWLS)
        for name in ("Thumbs.db", "zoo/~$owls.docx", ".hidden.txt"):  # nobody put them there
            archive.writestr(name, OWLS)
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "zoo/owls.txt")
    report = rag.open(folder, sync=False).sync()
    inside = "2024/Papers.ZIP/"
    assert [path for path in report.added if "/" in path] == [f"{inside}zoo/owls.txt"]
    told = dict(report.skipped)
    assert sorted(told) == [
        inside + name for name in ("inner.zip", "link.txt", "notes.xyz", "old.7z", "talk.mp3")
    ]
    assert "an archive in an archive" in told[f"{inside}inner.zip"]
    assert "an archive in an archive" in told[f"{inside}old.7z"]
    assert "a link to another file" in told[f"{inside}link.txt"]
    assert "recording" in told[f"{inside}talk.mp3"]
    assert "of a kind that is not read" in told[f"{inside}notes.xyz"]


def test_an_archive_that_is_packed_again_is_read_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was added to it, changed or left out is so in the index, and the rest stays."""
    monkeypatch.setattr("rag.index.sync._RACY_NS", 0)  # trust time stamps, as days later

    def pack(**files: str) -> None:
        with zipfile.ZipFile(folder / "papers.zip", "w") as archive:
            for name, words in files.items():
                archive.writestr(f"{name}.txt", words)

    pack(owls=OWLS, elks="The zoo has two elks.\n", bears="The zoo has no bears.\n")
    corpus = rag.open(folder)
    pack(owls=OWLS, elks="The zoo has nine elks.\n", lynxes="The zoo has five lynxes.\n")
    report = corpus.sync()
    assert report.added == ("papers.zip/lynxes.txt",)
    assert report.updated == ("papers.zip/elks.txt",)
    assert report.removed == ("papers.zip/bears.txt",)
    assert "papers.zip/owls.txt" in report.unchanged
    assert "nine" in corpus.article("papers.zip/elks.txt").text


def test_an_archive_that_cannot_be_opened_keeps_its_articles(folder: Path) -> None:
    """A damaged archive is named; what was read from it before stays answerable."""
    place = folder / "papers.zip"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("owls.txt", OWLS)
    corpus = rag.open(folder)
    place.write_bytes(b"PK damaged")
    report = corpus.sync()
    assert report.removed == ()
    assert "papers.zip" in dict(report.skipped)
    assert "fourteen" in corpus.ask("How many owls does the zoo of Elmford keep?").text


def test_stated_facts_go_before_what_documents_say(folder: Path) -> None:
    """documents.toml gives title, author, outlet and date; a change needs no embedding."""
    (folder / "documents.toml").write_text(
        '["owls.txt"]\ntitle = "On owls"\nauthor = "Ada Lind"\noutlet = "Zoo Post"\n'
        'published = "2024-02-05"\n'
    )
    corpus = rag.open(folder)
    article = corpus.article("owls.txt")
    assert (article.title, article.author, article.outlet, article.published) == (
        *("On owls", "Ada Lind", "Zoo Post", "2024-02-05"),
    )
    assert article.published_basis == "stated: in documents.toml"
    (folder / "documents.toml").write_text('["owls.txt"]\noutlet = "Bird Post"\n')
    assert corpus.sync().embedded == 0
    article = corpus.article("owls.txt")
    assert (article.outlet, article.author) == ("Bird Post", None)
    assert corpus.ask("What does a barn owl eat?", outlets=["Bird Post"]).status == "answered"
    (folder / "documents.toml").unlink()
    corpus.sync()
    assert corpus.article("owls.txt").outlet is None


def test_stated_facts_of_no_document_are_named(folder: Path) -> None:
    """A name in documents.toml that means no document is a slip, and is told."""
    (folder / "documents.toml").write_text('["owl.txt"]\ntitle = "On owls"\n')
    assert "owl.txt" in reasons(rag.open(folder))["documents.toml"]


@pytest.mark.timeout(60)  # another process starts and loads the model
def test_an_interrupted_index_keeps_what_was_finished(folder: Path) -> None:
    """Ctrl-C says how many documents are kept, and the next run goes on from there."""
    for number in range(5):
        (folder / f"report-{number}.txt").write_text(f"Report {number} is about pump {number}.\n")
    done = subprocess.run(
        [sys.executable, "-c", _INDEX, str(folder)],
        start_new_session=True,  # so that Ctrl-C reaches its processes, and not this one
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "rag: interrupted; 3 of 8 new documents were indexed and are kept" in done.stderr
    kept = rag.open(folder, sync=False)
    assert len(kept.articles()) == 3
    report = kept.sync()
    assert (len(report.added), len(report.unchanged)) == (5, 3)


# Runs `rag index`, a document at a time, with Ctrl-C when the third of them is done.
_INDEX = """
import os, signal, sys
from contextlib import contextmanager
from unittest import mock
from rag.cli import main, terminal

shown = terminal.progress

@contextmanager
def progress():
    with shown() as show:
        def tell(step):
            show(step)
            if step.step == "Indexing" and step.done == 3:
                os.killpg(0, signal.SIGINT)
        yield tell

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
one_by_one = mock.patch("rag.index.pipeline._BATCH_TEXTS", 1)
with mock.patch("rag.cli.manage.progress", progress), one_by_one:
    sys.argv = ["rag", "index", sys.argv[1]]
    main()
"""
