"""Reading a file costs no more than the limits say, and no other file."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pytest

import rag
from rag.documents.sandbox import Limits, Reader
from rag.errors import DocumentError
from tests.support.messages import one_sentence

GENEROUS = Limits(size=10**7, seconds=60, memory=2 * 10**9, sentences=1000)
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


def test_a_file_that_unpacks_to_gigabytes_costs_itself_alone(folder: Path) -> None:
    """It is named with the setting, and the others are indexed."""
    (folder / "bomb.docx").write_bytes(bomb(150))
    corpus = rag.open(folder, parse_mb=300)
    assert corpus.documents.report is not None
    ((failed, why),) = corpus.documents.report.failed
    assert failed == "bomb.docx"
    assert "RAG_PARSE_MB" in one_sentence(why)
    assert len(corpus.articles()) == 3


def test_a_file_that_takes_too_long_costs_itself_alone(folder: Path) -> None:
    """Its time is up, and the next file is read by a new process."""
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
    """The message names them and the setting."""
    reader = Reader(GENEROUS._replace(seconds=0.001))
    with pytest.raises(DocumentError, match=r"longer .* 0.001 seconds.*RAG_PARSE_SECONDS"):
        reader.parse(GOOD, "a.txt")


def test_a_file_of_too_many_sentences_is_refused(folder: Path) -> None:
    """Each would be embedded; the message names the setting."""
    (folder / "list.txt").write_text("".join(f"Line {n} says so. " for n in range(200)))
    corpus = rag.open(folder, max_sentences=100)
    assert corpus.documents.report is not None
    ((failed, why),) = corpus.documents.report.failed
    assert failed == "list.txt"
    assert "RAG_MAX_SENTENCES" in one_sentence(why)
    assert "200" in why


def test_a_reader_goes_on_when_its_process_was_killed() -> None:
    """A new one is started, with nothing lost but the file that was being read."""
    reader = Reader(GENEROUS)
    first = reader.parse(GOOD, "a.txt")
    assert reader._process is not None
    os.kill(reader._process.pid, signal.SIGKILL)
    reader._process.wait()
    assert reader.parse(GOOD, "a.txt") == first
    assert [first.article.text[s.start : s.end] for s in first.sentences] == [
        "The bridge is 340 metres long.",
        "It was opened in May.",
    ]


def test_no_code_of_the_working_folder_is_run(tmp_path: Path) -> None:
    """A folder of documents may hold a module of a name that is imported."""
    for name in ("yaml", "json", "lxml", "charset_normalizer", "rag"):
        (tmp_path / f"{name}.py").write_text("open('run', 'w')")
    script = (
        "import sys; sys.path.remove('') if '' in sys.path else None\n"
        "from rag.documents.sandbox import Limits, Reader\n"
        f"print(Reader(Limits(*{tuple(GENEROUS)})).parse({GOOD!r}, 'a.txt').article.title)"
    )
    root = str(Path(rag.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-P", "-c", script],
        env=os.environ | {"PYTHONPATH": root},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "a"
    assert not (tmp_path / "run").exists()
