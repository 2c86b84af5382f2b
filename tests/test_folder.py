"""Documents are put into the folder, listed and taken away; nothing is lost and nothing escapes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

import rag
from rag import render
from rag.folder import safe_name
from rag.llms.specs import offered_specs, remote_host

OWLS = "The Larnmouth zoo has 14 owls."


@pytest.fixture
def owls(tmp_path: Path) -> Path:
    path = tmp_path / "owls.txt"
    path.write_text(OWLS)
    return path


@pytest.fixture
def empty(tmp_path: Path) -> rag.Corpus:
    """A corpus without documents."""
    folder = tmp_path / "none"
    folder.mkdir()
    return rag.open(folder, may_be_empty=True)


def test_an_empty_corpus_answers_nothing(empty: rag.Corpus) -> None:
    """An empty folder can be opened where that is allowed, and answers nothing."""
    answer = empty.ask("How many owls does the zoo have?")
    assert answer.status == "abstained"
    assert answer.passages == ()
    assert empty.timeline() == []
    assert empty.compare("How many owls?") == ()
    assert [s.verdict for s in empty.verify(OWLS).statements] == ["not_found"]
    assert empty.documents.page() == ([], 0)
    assert rag.suggest(empty) == []
    with pytest.raises(rag.RagError, match="There are no documents"):
        rag.open(empty.folder)


def test_a_document_is_put_there_and_taken_away(empty: rag.Corpus, owls: Path) -> None:
    """An added document answers after a sync; a removed one does not, and is kept aside."""
    assert empty.documents.add(owls) == "owls.txt"
    assert empty.sync().added == ("owls.txt",)
    assert "14 owls" in empty.ask("How many owls does the zoo have?").text
    ((row,), total) = empty.documents.page()
    assert (row.path, row.passages, row.files, total) == ("owls.txt", 1, 1, 1)
    assert empty.documents.remove(row.id) == [".removed/owls.txt"]
    assert empty.documents.sync(may_be_empty=True).removed == ("owls.txt",)
    assert empty.ask("How many owls does the zoo have?").status == "abstained"
    assert (empty.folder / ".removed" / "owls.txt").read_text() == OWLS


def test_a_document_is_removed_whole_or_not_at_all(empty: rag.Corpus, owls: Path) -> None:
    """Of a document in two files, the first is back in its place where the second cannot go."""
    for name in ("a.txt", "b/owls.txt"):
        place = empty.folder / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(OWLS)
    empty.documents.sync()
    ((row,), _) = empty.documents.page()
    (empty.folder / ".removed").mkdir()
    (empty.folder / ".removed" / "b").write_text("a file where a folder would be")
    with pytest.raises(rag.RagError, match=r"owls\.txt cannot be moved"):
        empty.documents.remove(row.id)
    assert [(empty.folder / name).read_text() for name in ("a.txt", "b/owls.txt")] == [OWLS, OWLS]
    assert not (empty.folder / ".removed" / "a.txt").exists()


def test_nothing_is_overwritten(empty: rag.Corpus, owls: Path) -> None:
    """Another document of the same name gets a number, in the folder and among what was removed."""
    for words in (OWLS, f"{OWLS} They sleep.", f"{OWLS} They eat."):
        owls.write_text(words)
        empty.documents.add(owls)
    empty.sync()
    assert sorted(path.name for path in empty.folder.glob("*.txt")) == [
        *("owls (2).txt", "owls (3).txt", "owls.txt"),
    ]
    (row,) = (row for row in empty.documents.page()[0] if row.path == "owls.txt")
    empty.documents.remove(row.id)
    empty.documents.sync()
    owls.write_text("Another text.")
    empty.documents.add(owls)
    empty.sync()
    (row,) = (row for row in empty.documents.page()[0] if row.path == "owls.txt")
    assert empty.documents.remove(row.id) == [".removed/owls (2).txt"]
    assert (empty.folder / ".removed" / "owls.txt").read_text() == OWLS


def test_the_same_bytes_are_kept_once(empty: rag.Corpus, owls: Path) -> None:
    """What is indexed already is not copied again, whatever it is called."""
    empty.documents.add(owls)
    empty.sync()
    assert empty.documents.add(owls, "birds.txt") == "owls.txt"
    assert len(list(empty.folder.glob("*.txt"))) == 1


def test_what_was_deleted_by_hand_can_be_put_again(empty: rag.Corpus, owls: Path) -> None:
    """A file that was deleted by hand can be added again."""
    empty.documents.add(owls)
    empty.sync()
    (empty.folder / "owls.txt").unlink()
    assert empty.documents.add(owls) == "owls.txt"
    assert empty.documents.sync().removed == ()
    assert "14 owls" in empty.ask("How many owls does the zoo have?").text


def test_many_at_once_lose_nothing(empty: rag.Corpus, tmp_path: Path) -> None:
    """Ten threads that add different documents of one name get ten names."""
    sources = []
    for number in range(10):
        source = tmp_path / str(number) / "owls.txt"
        source.parent.mkdir()
        source.write_text(f"Zoo {number} has {number + 10} owls.")
        sources.append(source)
    threads = [threading.Thread(target=empty.documents.add, args=(path,)) for path in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(empty.sync().added) == 10


def test_two_syncs_of_one_process_take_turns(empty: rag.Corpus, tmp_path: Path) -> None:
    """Two windows that add something at once both find it indexed, and neither is refused."""
    problems: list[Exception] = []

    def add(number: int) -> None:
        source = tmp_path / f"zoo-{number}.txt"
        source.write_text(f"Zoo {number} has {number + 10} owls.")
        try:
            empty.documents.add(source)
            empty.documents.sync()
        except rag.RagError as error:
            problems.append(error)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    assert empty.documents.page()[1] == 4


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"MZ", "a.exe", "format that cannot be read"),
        (b"", "a.txt", "is empty"),
        (b"%PDF-1.7 broken", "a.pdf", "is a broken PDF"),
        (b"- [UN, United Nations]", "aliases.yaml", "name of a file about the folder"),
    ],
)
def test_what_cannot_be_read_is_refused(
    empty: rag.Corpus, tmp_path: Path, content: bytes, name: str, reason: str
) -> None:
    """An unreadable document is refused with the reason, and the folder stays as it is."""
    path = tmp_path / "given"
    path.write_bytes(content)
    with pytest.raises(rag.RagError, match=reason):
        empty.documents.add(path, name)
    assert not [file for file in empty.folder.iterdir() if file.name != ".footnote"]


def test_nothing_is_put_outside_the_folder(empty: rag.Corpus, owls: Path, tmp_path: Path) -> None:
    """Neither a name nor a link in the folder leads out of it."""
    assert empty.documents.add(owls, "../../out.txt") == "out.txt"
    outside = tmp_path / "outside"
    outside.mkdir()
    (empty.folder / "link").symlink_to(outside)
    owls.write_text("Another text.")
    with pytest.raises(rag.RagError, match="would be written outside"):
        empty.documents.add(owls, "link/owls.txt")
    assert not list(outside.iterdir())


def test_a_long_article_can_be_read_to_its_end(empty: rag.Corpus, tmp_path: Path) -> None:
    """What an answer cites is shown in part; an article that is opened is shown whole."""
    path = tmp_path / "long.txt"
    path.write_text("The owls sleep by day.\n\n" * 4_000 + "The last owl is awake.\n")
    empty.documents.add(path)
    empty.sync()
    article = empty.article("long.txt").to_dict()
    assert "The last owl" in render.reader_html(article)
    assert "The last owl" not in render.article_html(article)


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("a/b.txt", "a/b.txt"),
        ("/etc/passwd.txt", "etc/passwd.txt"),
        ("..\\..\\a.txt", "a.txt"),
        (".hidden.txt", "hidden.txt"),
        ("a\u202etxt.exe.txt", "atxt.exe.txt"),
        ("a\x00b\n.txt", "ab.txt"),
        ("...", "document"),
        ("é" * 300 + ".txt", "é" * 98 + ".txt"),
    ],
)
def test_names_are_made_safe(given: str, safe: str) -> None:
    """What leads elsewhere, hides or deceives is left out; what is too long is cut."""
    assert safe_name(given).as_posix() == safe


def test_the_list_comes_by_the_page(corpus: rag.Corpus) -> None:
    """Articles are listed by page, newest first, and found by title, outlet or path."""
    rows, total = corpus.documents.page(limit=2)
    assert (len(rows), total) == (2, 5)
    assert [row.published for row in rows] == ["2024-07", "2024-01-25"]
    rest, _ = corpus.documents.page(offset=2)
    assert {row.id for row in (*rows, *rest)} == {article.id for article in corpus.articles()}
    assert [row.outlet for row in corpus.documents.page("isw")[0]] == ["ISWNews"]
    assert corpus.documents.page("magnier-the-us")[1] == 1
    assert corpus.documents.page("%")[1] == 0
    assert corpus.documents.outlets() == sorted({a.outlet for a in corpus.articles() if a.outlet})


def test_who_may_answer_is_what_is_configured() -> None:
    """No LLM, the setting `llm`, then those of `llms`, each once."""
    assert offered_specs("none", "") == ["none"]
    listed = offered_specs("ollama/a", "openai/b, ollama/a,")
    assert listed == ["none", "ollama/a", "openai/b"]


@pytest.mark.parametrize(
    ("spec", "place"),
    [
        ("none", None),
        ("hf/model", None),
        ("ollama/llama3.2", None),
        ("http://127.0.0.1:8080/v1#m", None),
        ("https://llm.example.org/v1#m", "llm.example.org"),
        ("openai/gpt", "api.openai.com"),
        ("anthropic/claude", "api.anthropic.com"),
    ],
)
def test_where_an_llm_is_told_things(spec: str, place: str | None) -> None:
    """The host that is sent to, or None where nothing leaves this machine."""
    assert remote_host(spec) == place


def test_an_ollama_elsewhere_is_said_to_be_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """OLLAMA_HOST decides where a question is said to go."""
    monkeypatch.setenv("OLLAMA_HOST", "gpu.example.org:11434")
    assert remote_host("ollama/llama3.2") == "gpu.example.org"


@pytest.mark.parametrize(
    ("spec", "variable", "name"),
    [
        ("openai/gpt-5", "OPENAI_API_BASE", "api_base"),
        ("anthropic/claude-sonnet-4-0", "ANTHROPIC_BASE_URL", "base_url"),
    ],
)
def test_a_gateway_is_said_to_be_where_things_go(
    monkeypatch: pytest.MonkeyPatch, spec: str, variable: str, name: str
) -> None:
    """A gateway's address decides where a question is said to go."""
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "k")
    for base in (None, "https://gateway.example.org/v1"):
        if base:
            monkeypatch.setenv(variable, base)
        llm = rag.load_llm(spec)
        asked = getattr(llm, name, None) or str(llm._client.base_url)  # type: ignore[attr-defined]
        assert f"//{remote_host(spec)}" in asked
        assert (remote_host(spec) == "gateway.example.org") is bool(base)


def test_a_further_llm_of_no_known_form_is_refused(folder: Path) -> None:
    """A misspelt spec is told when the corpus is opened."""
    with pytest.raises(rag.RagError, match="cannot be 'llama'"):
        rag.open(folder, llms="llama")
