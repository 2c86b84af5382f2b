"""Evidence packs: complete, readable, and checked again years later."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

import rag
from rag.errors import PackError
from rag.packs import evidence_pack, export_pack, pack_text, text_fragment, verify_pack
from rag.render import all_citations, answer_text

ENDINGS = (".md", ".html", ".json")
QUESTION = "How long is the Sella bridge?"
BACKS = "named with sentence 1: "
FERRY = "The ferry Halcyon carries 86 cars."


@pytest.fixture
def opened(folder: Path) -> rag.Corpus:
    path = folder / "bridge.txt"
    path.write_text(path.read_text().replace("outlet:", "url: https://example.org/b\noutlet:"))
    return rag.open(folder, index_dir=folder.parent / "index")


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("question", [QUESTION, "What is the capital of Mongolia?"])
def test_a_pack_holds(opened: rag.Corpus, tmp_path: Path, ending: str, question: str) -> None:
    """What was written is found again as it was, of an abstention too."""
    path = export_pack(opened, opened.ask(question), tmp_path / f"pack{ending}")
    found = verify_pack(opened, path)
    assert found["holds"], found
    assert found["question"] == question


def test_a_pack_is_complete(opened: rag.Corpus, tmp_path: Path) -> None:
    """Question, answer, and of each quote its outlet, date, address, file, hash and place."""
    path = export_pack(opened, opened.ask(QUESTION), tmp_path / "pack.json")
    pack = json.loads(path.read_text("utf-8"))
    assert pack["answer"]["question"] == QUESTION
    quote = pack["quotes"][0]
    source = (opened.folder / quote["file"]).read_bytes()
    assert quote["sha256"] == hashlib.sha256(source).hexdigest()
    assert quote["link"].startswith("https://example.org/b#:~:text=")
    assert (quote["outlet"], quote["published"]) == ("Valley Times", "2024-02-10")
    text = opened.article(quote["article_id"]).text
    assert text[quote["start"] : quote["end"]] == quote["cited_text"]
    for ending in (".md", ".html"):
        shown = export_pack(opened, opened.ask(QUESTION), tmp_path / f"p{ending}").read_text(
            "utf-8"
        )
        for words in ("340 metres", "Valley Times", "10 February 2024", quote["sha256"], "Sella"):
            assert words in shown


def test_what_was_not_cited_is_said_to_be_so(corpus: rag.Corpus, tmp_path: Path) -> None:
    """What sentences cite comes first; other quotes and what was only read are named as such."""
    answer = corpus.ask("How many US troops are in Iraq?")
    path = export_pack(corpus, answer, tmp_path / "pack.json")
    pack = json.loads(path.read_text("utf-8"))
    cited = {c.number for statement in answer.statements for c in statement.citations}
    numbers = [quote["number"] for quote in pack["quotes"]]
    assert set(numbers[: len(cited)]) == cited
    assert len(numbers) > len(cited)
    assert pack["answer"]["passages"] == []
    quoted = [(quote["article_id"], quote["start"]) for quote in pack["quotes"]]
    for hit in pack["read_not_cited"]:
        within = range(hit["start"], hit["end"])
        assert not any(hit["article_id"] == id_ and start in within for id_, start in quoted)
    for ending in (".md", ".html"):
        shown = export_pack(corpus, answer, tmp_path / f"pack{ending}")
        text = shown.read_text("utf-8")
        assert text.index("cited for sentence 1") < text.index(": says the same")
        assert ("Read, but not cited" in text) is bool(pack["read_not_cited"])
        assert verify_pack(corpus, shown)["holds"]
    assert verify_pack(corpus, path)["holds"]


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (("2021-02-03", "2023-05-06"), "As of 6 May 2023, the newest document cited"),
        (("2021-02-03", ""), "As of 3 February 2021, the newest dated document cited"),
    ],
)
def test_the_newest_of_all_documents_that_are_quoted_is_named(
    tmp_path: Path, dates: tuple[str, str], said: str
) -> None:
    """A document that says the same as the one cited first counts too; nothing is "not cited"."""
    (tmp_path / "docs").mkdir()
    for name, date in zip(("Harbour Post", "Quay News"), dates, strict=True):
        head = f"---\ntitle: {name}\noutlet: {name}\n" + (f"published: {date}\n" if date else "")
        (tmp_path / "docs" / f"{name}.md").write_text(f"{head}---\n{name} went to see. {FERRY}\n")
    opened = rag.open(tmp_path / "docs", index_dir=tmp_path / "index")
    answer = opened.ask("How many cars does the ferry Halcyon carry?")
    assert len(answer.citations) == 1
    assert len(all_citations(answer.to_dict())) == 2
    assert answer.as_of == max(dates)
    assert said in answer_text(answer.to_dict())
    page = export_pack(opened, answer, tmp_path / "pack.md").read_text("utf-8")
    assert page.count(said) == 2
    assert BACKS in page and "not cited;" not in page


def test_what_a_model_was_told_is_in_the_pack(opened: rag.Corpus, tmp_path: Path) -> None:
    """A pack contains the messages that the LLM got, and which LLM it was."""
    answer = opened.ask(
        QUESTION, llm=rag.scripted_llm(["The Sella bridge is 340 metres long [1]."])
    )
    pack = json.loads(export_pack(opened, answer, tmp_path / "pack.json").read_text("utf-8"))
    assert pack["answer"]["answered_by"] == answer.llm
    assert QUESTION in pack["asked"]["user"]
    assert "340 metres" in pack["asked"]["user"]
    page = export_pack(opened, answer, tmp_path / "pack.html")
    assert "What the model was told" in page.read_text("utf-8")
    assert verify_pack(opened, page)["holds"]


def test_a_page_loads_nothing_and_runs_nothing(folder: Path, tmp_path: Path) -> None:
    """An HTML pack is one file without scripts and without outside content."""
    (folder / "attack.txt").write_text(
        "Zebra news\n\nThe zebra <script>alert(1)</script><img src=x> --> </script> "
        "was born in 2019.\n"
    )
    opened = rag.open(folder, index_dir=tmp_path / "index")
    answer = opened.ask("When was the zebra born?")
    page = export_pack(opened, answer, tmp_path / "pack.html").read_text("utf-8")
    assert page.count("<script") == page.count("</script>") == 1
    assert '<script type="application/json"' in page
    for loading in ("<img", "<link", "<iframe", "src=", "@import", "url("):
        assert loading not in page.replace("&lt;img src=x", "").replace("u003cimg src=x", "")
    markdown = export_pack(opened, answer, tmp_path / "pack.md")
    assert markdown.read_text("utf-8").count("-->") == 1
    for name in ("pack.html", "pack.md"):
        assert verify_pack(opened, tmp_path / name)["holds"]


def test_a_person_reads_when_it_was_made(opened: rag.Corpus) -> None:
    """The time is in words where a person reads it, and ISO 8601 in the JSON."""
    pack = evidence_pack(opened, opened.ask(QUESTION)) | {"made": "2027-03-09T07:05:29+00:00"}
    assert json.loads(pack_text(pack, ".json"))["made"] == pack["made"]
    for ending in (".md", ".html"):
        assert "Made: 9 March 2027, 07:05 UTC by" in pack_text(pack, ending)


@pytest.mark.parametrize("ending", [".md", ".html"])
def test_a_changed_page_is_noticed(opened: rag.Corpus, tmp_path: Path, ending: str) -> None:
    """What is read must be what can be checked."""
    path = export_pack(opened, opened.ask(QUESTION), tmp_path / f"pack{ending}")
    shown, hidden = path.read_text("utf-8").split("footnote-pack", 1)
    path.write_text(f"{shown.replace('340', '430')}footnote-pack{hidden}", "utf-8")
    found = verify_pack(opened, path)
    assert not found["holds"]
    assert "changed after it was made" in found["findings"][0]


def test_changed_quotes_and_answers_are_noticed(opened: rag.Corpus, tmp_path: Path) -> None:
    """A changed quote, offset, hash or sentence is noticed."""
    path = export_pack(opened, opened.ask(QUESTION), tmp_path / "pack.json")
    good = path.read_text("utf-8")
    for old, new in (
        ("340 metres", "430 metres"),
        ('"outlet": "Valley Times"', '"outlet": "Hill Post"'),
        ('"sha256": "', '"sha256": "0'),
        ('"start": ', '"start": 1'),
        ('"link": "https://example.org', '"link": "https://elsewhere.example'),
        ('"published_basis": null', '"published_basis": "stated"'),
    ):
        assert old in good
        path.write_text(good.replace(old, new), "utf-8")
        assert not verify_pack(opened, path)["holds"], new
    pack = json.loads(good)
    pack["answer"]["statements"][0]["text"] = "The Sella bridge is 900 metres long."
    path.write_text(json.dumps(pack), "utf-8")
    (finding,) = verify_pack(opened, path)["findings"]
    assert "do not fully support" in finding


def test_what_no_longer_holds_is_said(opened: rag.Corpus, tmp_path: Path) -> None:
    """A pack says when an article was changed or removed."""
    path = export_pack(opened, opened.ask(QUESTION), tmp_path / "pack.json")
    source = opened.folder / "bridge.txt"
    kept = source.read_text("utf-8")
    for text, reason in (
        (kept.replace("on Saturday", "on Sunday") + "More.\n", "no longer has the words"),
        (kept + "More followed later.\n", "still has the words"),
    ):
        source.write_text(text, "utf-8")
        opened.sync()
        reasons = [quote["reason"] for quote in verify_pack(opened, path)["quotes"]]
        assert any(reason in (said or "") for said in reasons), reasons
    source.unlink()
    opened.sync()
    found = verify_pack(opened, path)
    assert not found["holds"]
    assert found["quotes"][0]["reason"] == "the document is no longer in the corpus"


def test_bad_files_are_explained(opened: rag.Corpus, tmp_path: Path) -> None:
    """A file that is no pack, a missing file and a wrong ending are errors with a reason."""
    answer = opened.ask(QUESTION)
    with pytest.raises(PackError, match=r"\.json, \.md, \.html"):
        export_pack(opened, answer, tmp_path / "pack.pdf")
    with pytest.raises(PackError, match="cannot be written"):
        export_pack(opened, answer, tmp_path / "none" / "pack.md")
    kept = tmp_path / "kept.md"
    kept.write_text("My notes.")
    with pytest.raises(PackError, match="is there already"):
        export_pack(opened, answer, kept)
    assert kept.read_text() == "My notes."
    assert verify_pack(opened, export_pack(opened, answer, kept, force=True))["holds"]
    for name, text in (("a.json", "{}"), ("b.md", "# Hello"), ("c.html", "<p>"), ("d.json", "[1]")):
        (tmp_path / name).write_text(text)
        with pytest.raises(PackError, match="not an evidence pack"):
            verify_pack(opened, tmp_path / name)
    with pytest.raises(PackError, match="cannot be read"):
        verify_pack(opened, tmp_path / "missing.md")


@pytest.mark.parametrize(
    ("url", "quote", "expected"),
    [
        ("https://a.org/x", "one, two-three", "https://a.org/x#:~:text=one%2C%20two%2Dthree"),
        ("https://a.org/x#top", "a & b", "https://a.org/x#top:~:text=a%20%26%20b"),
        (
            "https://a.org/x",
            "a b c d e f g h i j k l m n",
            "https://a.org/x#:~:text=a%20b%20c%20d%20e,j%20k%20l%20m%20n",
        ),
    ],
)
def test_a_text_fragment(url: str, quote: str, expected: str) -> None:
    """A text fragment is encoded as browsers read it, and a long quote is given by its two ends."""
    assert text_fragment(url, quote) == expected


def test_packs_outlive_the_index(opened: rag.Corpus, tmp_path: Path) -> None:
    """A pack verifies against another index over the same files."""
    path = export_pack(opened, opened.ask(QUESTION), tmp_path / "pack.html")
    moved = tmp_path / "moved"
    shutil.copytree(opened.folder, moved)
    again = rag.open(moved, index_dir=tmp_path / "other")
    assert verify_pack(again, path)["holds"]
