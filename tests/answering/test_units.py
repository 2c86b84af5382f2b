"""What is no sentence is quoted too: rows with their header, lists, fields; with pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import rag
from rag.checking.citations import check_citation
from rag.errors import CitationError
from tests.formats.pdf_writing import pdf, show

WARDS = """# The clinic of Tarn

The clinic has four wards. Each ward has one head.

| Ward | Head | Beds |
|---|---|---|
| Heart | Ane Wick | 24 |
| Children | Bo Sand | 18 |

## Committee

The harbour committee has three members:

- Arne Vik
- Berit Dahl
- Frida Lunde

**Opening hours:** 9 to 17
"""
SLIDES = """<html><body><main><h1>The mill</h1>
<p>The mill of Vire was built in 1880 by Jean Aubert.</p>
</main></body></html>"""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    place = tmp_path_factory.mktemp("clinic")
    (place / "clinic.md").write_text(WARDS)
    return rag.open(place)


def test_a_row_is_shown_with_its_header(clinic: rag.Corpus) -> None:
    """The statement has each cell behind the header's words; the citation is the row as it is."""
    answer = clinic.ask("How many beds does the heart ward have?")
    (citation, *_) = answer.citations
    assert citation.cited_text == "Heart | Ane Wick | 24"
    assert (citation.kind, citation.label) == ("row", "Ward | Head | Beds")
    article = clinic.article(citation.article_id)
    assert article.text[citation.start : citation.end] == citation.cited_text
    assert "Ward: Heart · Head: Ane Wick · Beds: 24" in answer.statements[0].text
    assert answer.statements[0].verdict == "supported"
    assert "(Ward | Head | Beds)" in answer.to_markdown().replace("\\|", "|")


def test_a_list_that_is_asked_for_is_quoted_whole(clinic: rag.Corpus) -> None:
    """All members stand in one quote, with the line that the list hangs on."""
    answer = clinic.ask("Who are the members of the harbour committee?")
    quoted = " ".join(citation.cited_text for citation in answer.citations)
    for name in ("Arne Vik", "Berit Dahl", "Frida Lunde"):
        assert name in quoted


@pytest.mark.parametrize(
    ("question", "counted"),
    [
        ("which members sit on the harbour committee", "in a list with 3 entries"),
        ("Which wards have a head?", "in a table with 2 rows"),
    ],
)
def test_a_list_tells_how_many_entries_were_found(
    clinic: rag.Corpus, question: str, counted: str
) -> None:
    """Of a list or table that is quoted whole, the entries found are counted, and no others."""
    assert any(counted in statement.text for statement in clinic.ask(question).statements)


def test_a_label_is_checked_with_its_citation(clinic: rag.Corpus) -> None:
    """A citation that names another header than its article's does not pass."""
    (citation, *_) = clinic.ask("How many beds does the heart ward have?").citations
    check_citation(citation, clinic.article)
    with pytest.raises(CitationError, match="another label"):
        check_citation(replace(citation, label="Ward | Head | Rooms"), clinic.article)


def test_pages_are_cited(tmp_path: Path) -> None:
    """A citation has its page, in JSON and in every rendering; other formats have none."""
    pages = [
        show(72, 100, words)
        for words in ("The mill of Vire was sold in 1990.", "The mill burned down on 3 May 2001.")
    ]
    (tmp_path / "report.pdf").write_bytes(pdf(*pages))
    (tmp_path / "page.html").write_text(SLIDES)
    corpus = rag.open(tmp_path)
    answer = corpus.ask("When did the mill burn down?")
    assert answer.citations[0].page == 2
    assert answer.to_dict()["citations"][0]["page"] == 2
    assert ", p. 2" in answer.to_markdown()
    other = corpus.ask("Who built the mill of Vire?")
    assert other.citations[0].page is None
    assert "p. " not in other.to_markdown()
