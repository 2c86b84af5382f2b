"""What is found and what is quoted stands on the page on which its words begin, wherever shown."""

from __future__ import annotations

from pathlib import Path

import pytest

import rag
from rag import render
from tests.formats.pdf_writing import lines, pdf
from tests.support.commands import Done, command, place

PAGES = (
    [
        "The mill of Vire was built in 1880 by Jean Aubert. It stands on the left bank of the",
        "river, below the bridge. The miller ground the rye of nine villages. At last he sold",
        "the mill in 1990, when nobody grew rye any longer in the valley, for the sum of forty",
    ],
    [
        "thousand francs to a baker of Caen. The baker put in an oven of brick and kept the old",
        "wheel. The mill burned down on 3 May 2001.",
    ],
    ["Nobody has rebuilt the mill. A plaque on the bridge shows how it looked."],
)
QUOTES = [
    ("When was the mill of Vire built?", "in 1880", 1),
    ("When did he sell the mill?", "in 1990", 1),  # in a sentence that ends on the second page
    ("When did the mill burn down?", "3 May 2001", 2),
    ("Has anybody rebuilt the mill?", "Nobody", 3),
    ("When does the ferry to Holm leave?", "ferry", None),
]


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> rag.Corpus:
    """Return a report of three pages, the second of which begins within a sentence, and a note."""
    folder = tmp_path_factory.mktemp("mill")
    (folder / "report.pdf").write_bytes(pdf(*(lines(72, 100, page) for page in PAGES)))
    (folder / "note.txt").write_text("The ferry to Holm leaves at seven in the morning.\n")
    return rag.open(folder)


@pytest.mark.parametrize(("question", "words", "page"), QUOTES)
def test_a_quote_is_on_the_page_on_which_it_begins(
    mill: rag.Corpus, question: str, words: str, page: int | None
) -> None:
    """A sentence that runs over two pages is on the first; a text without pages has none."""
    answer = mill.ask(question)
    assert [cited.page for cited in answer.citations if words in cited.cited_text] == [page]
    shown = answer.to_dict()["citations"]
    assert [cited["page"] for cited in shown] == [cited.page for cited in answer.citations]


def test_a_passage_is_on_the_page_on_which_it_begins(mill: rag.Corpus) -> None:
    """A hit has the page of its first word, in JSON too."""
    hits = mill.search("the mill that burned down", top_k=20)
    assert any(hit.page == 1 and "baker of Caen" in hit.text for hit in hits)  # it ends on 2
    assert [hit.to_dict()["page"] for hit in hits] == [hit.page for hit in hits]
    (note,) = (hit for hit in hits if hit.article.path == "note.txt")
    assert note.page is None


def run(mill: rag.Corpus, *words: str) -> Done:
    return command(*words, *place(mill))


def test_the_page_is_told_wherever_a_source_is_named(mill: rag.Corpus, tmp_path: Path) -> None:
    """Text, Markdown, HTML and packs name the page of a quote."""
    question = "When did the mill burn down?"
    answer = mill.ask(question)
    assert ", p. 2" in answer.to_markdown()
    assert ", p. 2" in render.answer_html(answer.to_dict())
    for ending, shown in ((".md", "Page: 2"), (".html", "Page: 2"), (".json", '"page": 2')):
        path = rag.export_pack(mill, answer, tmp_path / f"pack{ending}")
        assert shown in path.read_text("utf-8").replace("*", "")
    assert ", p. 2" in run(mill, "ask", question).stdout


def test_the_page_is_told_of_passages_and_of_what_is_nearest(mill: rag.Corpus) -> None:
    """A search, and an answer that abstains, name the page of each passage."""
    assert ", p. 1" in run(mill, "search", "the mill of Vire").stdout
    question = "Who designed the opera house of Sydney?"
    answer = mill.ask(question)
    assert answer.status == "abstained"
    assert answer.passages
    for shown in (
        answer.to_markdown(),
        render.answer_html(answer.to_dict()),
        run(mill, "ask", question).stdout,
    ):
        assert ", p. 1" in shown


def test_the_list_of_articles_counts_pages(mill: rag.Corpus) -> None:
    """An article with pages says how many; one without does not."""
    report, note = sorted(run(mill, "articles").stdout.splitlines(), key=lambda x: "note" in x)
    assert "(report.pdf, 3 pages)" in report
    assert "(note.txt)" in note
