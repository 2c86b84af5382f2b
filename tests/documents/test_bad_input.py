"""Bad input gets one clear sentence; the rest goes on, and nothing that was indexed is lost."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import rag
from rag.documents.loading import load
from rag.errors import (
    ArticleNotFound,
    CorpusError,
    DocumentError,
    FilterError,
    QuestionError,
    SettingError,
)
from tests.support.messages import one_sentence


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """A folder that is not there is named, with the setting that names it."""
    with pytest.raises(CorpusError, match="RAG_CORPUS") as caught:
        rag.open(tmp_path / "nowhere")
    assert "nowhere" in one_sentence(caught.value)


def test_a_file_is_no_folder(folder: Path) -> None:
    """A file given for a folder is told from a folder."""
    with pytest.raises(CorpusError, match="is a file"):
        rag.open(folder / "owls.txt")


def test_an_emptied_folder_loses_nothing(folder: Path) -> None:
    """A folder without documents is an error, and what was indexed stays."""
    corpus = rag.open(folder)
    for path in folder.glob("*.txt"):
        path.unlink()
    with pytest.raises(CorpusError, match="no documents") as caught:
        rag.open(folder)
    assert ".pdf" in one_sentence(caught.value)
    assert len(corpus.articles()) == 3


def test_a_rebuild_of_an_emptied_folder_loses_nothing(folder: Path) -> None:
    """A rebuild looks for documents before it deletes what was indexed."""
    rag.open(folder)
    for path in folder.glob("*.txt"):
        path.unlink()
    with pytest.raises(CorpusError, match="no documents"):
        rag.open(folder, rebuild=True)
    assert len(rag.open(folder, sync=False).articles()) == 3


BAD_FILES: list[tuple[str, bytes, str]] = [
    ("empty.txt", b"", "empty"),
    ("blank.md", b" \n\n", "empty"),
    ("picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0" * 100, "binary"),
    ("broken.pdf", b"%PDF-1.7 nothing more", "PDF"),
    ("broken.docx", b"PK nothing more", "is cut off or damaged"),
    ("broken.html", b"<html><script>x()</script></html>", "no article text"),
    ("large.txt", b"A long story. " * 3_600_000, "over the limit of 40 MB"),
]


@pytest.mark.parametrize(("name", "raw", "reason"), BAD_FILES, ids=[row[0] for row in BAD_FILES])
def test_a_bad_file_is_named_and_the_others_are_indexed(
    folder: Path, name: str, raw: bytes, reason: str
) -> None:
    """A file that cannot be read is reported with its reason, and stops no other."""
    (folder / name).write_bytes(raw)
    corpus = rag.open(folder)
    report = corpus.sync()
    ((failed, why),) = report.failed
    assert failed == name
    assert reason in one_sentence(why)
    assert len(corpus.articles()) == 3


def test_a_file_that_turns_bad_keeps_its_article(folder: Path) -> None:
    """A document that can no longer be read keeps answering as it was."""
    corpus = rag.open(folder)
    (folder / "owls.txt").write_bytes(b"\0\0\0")
    assert [path for path, _ in corpus.sync().failed] == ["owls.txt"]
    assert "four voles" in corpus.ask("How many voles does a barn owl eat?").text


def test_a_file_without_permission_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that may not be read is reported, and stops no other."""
    (folder / "owls.txt").chmod(0)
    if os.geteuid() == 0:  # no mode keeps root out, so the refusal is put in by hand
        read = Path.read_bytes

        def refuse(path: Path) -> bytes:
            if path.name == "owls.txt":
                raise PermissionError(13, "Permission denied", str(path))
            return read(path)

        monkeypatch.setattr(Path, "read_bytes", refuse)
    corpus = rag.open(folder)
    ((failed, why),) = corpus.sync().failed
    assert failed == "owls.txt"
    assert "permission" in one_sentence(why)
    assert len(corpus.articles()) == 2


@pytest.mark.parametrize(
    ("module", "told"),
    [
        (None, "the package markdown_it is missing; run `pip install footnote-rag`."),
        (ModuleType("markdown_it"), "run `pip install --force-reinstall footnote-rag`."),
    ],
    ids=["missing", "another version"],
)
def test_a_package_that_is_missing_is_no_fault_of_the_document(
    module: ModuleType | None, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The installation is to be mended, and not the file: the message has the command."""
    monkeypatch.setitem(sys.modules, "markdown_it", module)
    with pytest.raises(DocumentError, match="was not read") as caught:
        load(b"# Owls\n\nThey hunt at night.", "owls.md")
    assert one_sentence(caught.value).endswith(told)
    assert "repair the file" not in str(caught.value)


def test_a_folder_of_bad_files_says_so(tmp_path: Path) -> None:
    """Where nothing can be read, the first reason is given."""
    (tmp_path / "empty.txt").write_bytes(b"")
    with pytest.raises(CorpusError, match=r"None of the 1 documents .* empty.txt is empty"):
        rag.open(tmp_path, index_dir=tmp_path / "index")


def test_links_out_of_the_folder_are_not_followed(folder: Path, tmp_path: Path) -> None:
    """A link cannot bring in a file from elsewhere."""
    (tmp_path / "secret.txt").write_text("The password of the vault is swordfish.\n")
    (folder / "innocent.txt").symlink_to(tmp_path / "secret.txt")
    corpus = rag.open(folder)
    ((failed, why),) = corpus.sync().failed
    assert failed == "innocent.txt"
    assert "out of the folder" in one_sentence(why)
    assert not any("swordfish" in hit.text for hit in corpus.search("password of the vault"))


def test_links_are_not_followed_without_an_index_either(folder: Path, tmp_path: Path) -> None:
    """A link out of the folder is not read where articles come straight from the folder."""
    (tmp_path / "secret.txt").write_text("The password of the vault is swordfish.\n")
    (folder / "innocent.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "secret.txt").write_text("The password is tuna.\n")
    (folder / "innocent").symlink_to(tmp_path / "more")
    assert len(rag.open(folder, sync=False).articles()) == 3


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        (b"caf\xe9.txt", lambda path: path.write_text("A story."), "not valid UTF-8"),
        (b"circle.txt", lambda path: path.symlink_to(path.name), "symbolic links"),
        (b"gone.txt", lambda path: path.symlink_to("nowhere.txt"), "No such file"),
        (b"pipe.txt", lambda path: os.mkfifo(path), "not a regular file"),
    ],
)
def test_odd_files_are_named(
    folder: Path, name: bytes, make: Callable[[Path], object], reason: str
) -> None:
    """A name that is no text, a broken link or a pipe stops no other file."""
    make(folder / os.fsdecode(name))
    corpus = rag.open(folder)
    ((failed, why),) = corpus.sync().failed
    assert failed.encode() == name.decode("utf-8", "backslashreplace").encode()
    assert reason in one_sentence(why)
    assert len(corpus.articles()) == 3


def test_a_folder_that_cannot_be_read_loses_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies in a subfolder that may not be read is reported, and goes on answering."""
    (folder / "deep").mkdir()
    (folder / "owls.txt").rename(folder / "deep" / "owls.txt")
    corpus = rag.open(folder)
    barred = {str(folder / "deep")}
    scandir = os.scandir

    def refuse(path: str) -> Any:  # no mode keeps root out
        if str(path) in barred:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    report = corpus.sync()
    ((failed, why),) = report.failed
    assert (failed, report.removed) == ("deep", ())
    assert "Permission denied" in one_sentence(why)
    assert "four voles" in corpus.ask("How many voles does a barn owl eat?").text
    barred.add(str(folder))
    with pytest.raises(CorpusError, match="cannot be read"):
        corpus.sync()
    assert len(corpus.articles()) == 3


def test_malformed_aliases_are_named(folder: Path) -> None:
    """An aliases file that is not a list of lists is named, with how to write it."""
    for text in ("- just words", "- [a\n", "a: b"):
        (folder / "aliases.yaml").write_text(text)
        with pytest.raises(CorpusError, match=r"aliases\.yaml"):
            rag.open(folder)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("", "empty"),
        ("  \n ", "empty"),
        ("why? " * 4_000, "20,000|19,999"),
        ("?!…", "no words"),
        ("a\0b", "no words"),
        ("lone \ud800 surrogate", "not valid text"),
        (None, "NoneType"),
        (b"bytes", "bytes"),
        (["a", "list"], "list"),
    ],
)
def test_a_bad_question_is_refused(corpus: rag.Corpus, question: Any, reason: str) -> None:
    """A question that cannot be asked is refused with what to do, by ask and by search."""
    for method in (corpus.ask, corpus.search):
        with pytest.raises(QuestionError, match=reason) as caught:
            method(question)
        one_sentence(caught.value)


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        ({"since": "yesterday"}, "since: 'yesterday' is not a date"),
        ({"until": "2024-02-30"}, "until: '2024-02-30' is not a date"),
        ({"since": "2024-13"}, "2024-01-25"),
        ({"since": ""}, "is not a date"),
        ({"since": "2024", "until": "2023"}, "swap"),
        ({"outlets": ["The Daily Planet"]}, "Daily Planet"),
        ({"outlets": [""]}, "outlet"),
        ({"documents": ["2024-07-world-at-large.txt"]}, "there are: 2024-07-world-at-large-pm"),
        ({"documents": [""]}, "no document ''"),
        ({"documents": []}, "choose one or more"),
        ({"documents": "2024"}, "must be a list"),
        ({"documents": 2024}, "must be a list"),
        ({"documents": ["\ud800"]}, "not valid text"),
    ],
)
def test_a_bad_filter_is_refused(corpus: rag.Corpus, filters: Any, reason: str) -> None:
    """A filter that makes no sense is named, and says how to write it."""
    with pytest.raises(FilterError, match=reason) as caught:
        corpus.ask("How many US troops are in Iraq?", **filters)
    one_sentence(caught.value)


@pytest.mark.parametrize(
    "call",
    [
        lambda corpus: corpus.ask("Who?", top_k=0),
        lambda corpus: corpus.search("Who?", top_k=1000),
        lambda corpus: corpus.ask("Who?", llm="llama3.2"),
        lambda corpus: rag.open(corpus.folder, max_file_mb=-1),
    ],
)
def test_a_bad_setting_is_named(corpus: rag.Corpus, call: Callable[[rag.Corpus], Any]) -> None:
    """A setting out of range is named, with its environment variable."""
    with pytest.raises(SettingError, match="RAG_") as caught:
        call(corpus)
    one_sentence(caught.value)


def test_an_unknown_article_is_named(corpus: rag.Corpus) -> None:
    """An article that is not there is named, with how to list those that are."""
    for name in ("nothing", "", "../secret.txt"):
        with pytest.raises(ArticleNotFound, match="rag articles"):
            corpus.article(name)


def test_a_url_with_a_password_is_refused(folder: Path) -> None:
    """A URL with a password in it is refused, since it would be shown."""
    with pytest.raises(SettingError, match="RAG_CHROMA_TOKEN") as refused:
        rag.open(folder, chroma_url="https://ana:hunter2@chroma.example")
    assert "hunter2" not in str(refused.value)
