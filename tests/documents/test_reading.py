"""Reading a file costs no more than the limits say, and no other file."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docx
import psutil
import pytest

import rag
from rag.documents.reading_process import DocumentReader, ReadingLimits
from rag.errors import DocumentError
from tests.support.messages import one_sentence

GENEROUS = ReadingLimits(size=10**7, seconds=60, memory=2 * 10**9, sentences=1000)
GOOD = b"The bridge is 340 metres long. It was opened in May.\n"


def bomb(megabytes: int) -> bytes:
    """A DOCX of a few kilobytes that unpacks to one paragraph after the other."""
    empty, packed = io.BytesIO(), io.BytesIO()
    docx.Document().save(empty)
    source = zipfile.ZipFile(empty)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name != "word/document.xml":
                target.writestr(name, source.read(name))
        head, tail = source.read("word/document.xml").split(b"<w:body>")
        with target.open("word/document.xml", "w") as body:
            body.write(head + b"<w:body>")
            for _ in range(megabytes):
                body.write(b"<w:p><w:r><w:t>" + b"a" * 10**6 + b"</w:t></w:r></w:p>")
            body.write(tail)
    return packed.getvalue()


@pytest.mark.timeout(60)  # reading processes end and start
def test_a_file_that_unpacks_to_gigabytes_costs_itself_alone(folder: Path) -> None:
    """A file that exceeds the memory limit is named with the setting; others are indexed."""
    (folder / "bomb.docx").write_bytes(bomb(150))
    corpus = rag.open(folder, parse_mb=300)
    assert corpus.documents.report is not None
    ((failed, why),) = corpus.documents.report.failed
    assert failed == "bomb.docx"
    assert "RAG_PARSE_MB" in one_sentence(why)
    assert len(corpus.articles()) == 3


def test_a_file_that_takes_too_long_costs_itself_alone(folder: Path) -> None:
    """A file that exceeds the time limit is named, and a new process reads the next file."""
    corpus = rag.open(folder, parse_seconds=2)
    # The process must be there, so that its start takes none of the time.
    (folder / "slow.md").write_bytes(b"# a\n" * 1_000_000)
    (folder / "swift.txt").write_bytes(GOOD)
    report = corpus.sync()
    ((failed, why),) = report.failed
    assert failed == "slow.md"
    assert "RAG_PARSE_" in one_sentence(why)
    assert report.added == ("swift.txt",)


def test_time_is_up_after_the_seconds_that_are_set() -> None:
    """The message names the time limit and its setting."""
    reader = DocumentReader(GENEROUS._replace(seconds=0.001))
    with pytest.raises(DocumentError, match=r"longer .* 0.001 seconds.*RAG_PARSE_SECONDS"):
        reader.parse(GOOD, "a.txt")


def test_a_file_of_too_many_sentences_is_refused(folder: Path) -> None:
    """A file with too many sentences is refused with the name of the setting."""
    (folder / "list.txt").write_text("".join(f"Line {n} says so. " for n in range(200)))
    corpus = rag.open(folder, max_sentences=100)
    assert corpus.documents.report is not None
    ((failed, why),) = corpus.documents.report.failed
    assert failed == "list.txt"
    assert "RAG_MAX_SENTENCES" in one_sentence(why)
    assert "200" in why


def processes() -> set[int]:
    """The processes of this one that read documents."""
    found = [each for each in psutil.Process().children() if each.status() != "zombie"]
    return {child.pid for child in found if any("rag.documents" in arg for arg in child.cmdline())}


def run(script: str, folder: Path) -> list[str]:
    """The lines that a program prints; it has a reader and a good document."""
    head = f"""
import os, sys, psutil
from rag.documents.reading_process import DocumentReader, ReadingLimits
GOOD = {GOOD!r}
reader = DocumentReader(ReadingLimits(*{tuple(GENEROUS)}))
def processes():
    return [child.pid for child in psutil.Process().children()]
"""
    root = str(Path(rag.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-P", "-c", head + script],
        env=os.environ | {"PYTHONPATH": root},
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_a_reader_goes_on_when_its_process_was_killed() -> None:
    """A new process is started after one was killed; only the file that was being read fails."""
    others = processes()
    reader = DocumentReader(GENEROUS._replace(seconds=61))
    first = reader.parse(GOOD, "a.txt")
    (mine,) = processes() - others
    os.kill(mine, signal.SIGKILL)
    assert reader.parse(GOOD, "a.txt") == first
    assert [first.article.text[s.start : s.end] for s in first.sentences] == [
        "The bridge is 340 metres long.",
        "It was opened in May.",
    ]


def test_all_corpora_share_a_process(folder: Path, tmp_path: Path) -> None:
    """Starting one takes longer than reading a file, so the next corpus finds it running."""
    others = processes()
    for name in ("one", "two"):
        shutil.copytree(folder, tmp_path / name)
        corpus = rag.open(tmp_path / name, index_dir=tmp_path / f"{name}-index", parse_seconds=62)
        assert len(corpus.articles()) == 3
        assert len(processes() - others) == 1


def test_threads_read_at_once() -> None:
    """Each gets its own document, with two processes at most."""
    others = processes()
    reader = DocumentReader(GENEROUS._replace(seconds=63))
    texts = [f"The bridge is {metres} metres long." for metres in range(60)]
    with ThreadPoolExecutor(8) as threads:
        read = threads.map(lambda text: reader.parse(text.encode(), "a.txt"), texts)
        assert [parsed.article.text for parsed in read] == texts
    assert len(processes() - others) <= 2


def test_a_document_that_takes_its_time_lets_others_be_read() -> None:
    """What hangs in one thread costs another nothing."""
    reader = DocumentReader(GENEROUS._replace(seconds=4))
    with ThreadPoolExecutor(1) as thread:
        slow = thread.submit(reader.parse, b"# a\n" * 2_000_000, "slow.md")
        assert reader.parse(GOOD, "a.txt").article.title == "a"
        assert not slow.done()
        with pytest.raises(DocumentError, match="longer"):
            slow.result()
    assert reader.parse(GOOD, "a.txt").article.title == "a"


def test_a_forked_process_reads_by_itself(tmp_path: Path) -> None:
    """It starts a process of its own, and leaves the one of its parent running when it ends."""
    script = """
reader.parse(GOOD, "a.txt")
parents = processes()
child = os.fork()
title = reader.parse(GOOD, "a.txt").article.title
if child == 0:
    print(title, len(processes()), flush=True)
    sys.exit()
os.waitpid(child, 0)
print(reader.parse(GOOD, "a.txt").article.title, processes() == parents)
"""
    assert run(script, tmp_path) == ["a", "1", "a", "True"]


def test_no_process_is_left(tmp_path: Path) -> None:
    """The reading processes end with the Python process that started them."""
    (pid,) = run("reader.parse(GOOD, 'a.txt'); print(*processes())", tmp_path)
    assert not psutil.pid_exists(int(pid))


def test_no_code_of_the_working_folder_is_run(tmp_path: Path) -> None:
    """A folder of documents may hold a module of a name that is imported."""
    for name in ("yaml", "json", "lxml", "charset_normalizer", "rag"):
        (tmp_path / f"{name}.py").write_text("open('run', 'w')")
    assert run("print(reader.parse(GOOD, 'a.txt').article.title)", tmp_path) == ["a"]
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("program", "reason"),
    [("exit 1", "force-reinstall"), ("kill -9 $$", "brought down the process")],
)
def test_a_process_that_does_not_start_is_no_fault_of_the_document(
    program: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installation that is broken is told as that; a process that is killed had no memory."""
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{program}\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    # Limits of its own, so that no process of another test is at hand.
    reader = DocumentReader(GENEROUS._replace(memory=10**9 + len(program)))
    with pytest.raises(DocumentError, match=reason):
        reader.parse(GOOD, "bridge.txt")
