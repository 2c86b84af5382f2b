"""Of a table, the rows that a question names are quoted, and no others."""

from __future__ import annotations

import pytest

import rag

SALES = """# Sales of Norrland Timber by region

| Region | 2022 | 2023 | Manager |
|---|---|---|---|
| North | 41 | 47 | Per Sand |
| South | 36 | 33 | Eva Lind |
| East | 28 | 52 | Mats Ek |
| West | 19 | 21 | Lo Berg |
"""
WARDS = """Ward,Head,Beds
Heart,Dr Ruta Baltic,24
Children,Dr Jon Wick,18
Eyes,Dr Ada Moor,9
Day ward,Dr Li,4
"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    """A corpus of two tables; for reading only."""
    folder = tmp_path_factory.mktemp("tables")
    (folder / "sales.md").write_text(SALES)
    (folder / "wards.csv").write_text(WARDS)
    return rag.open(folder, index_dir=tmp_path_factory.mktemp("index"))


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Who was the manager of the East region?", {"Mats Ek"}),
        ("Who is the manager of the West region?", {"Lo Berg"}),
        ("Who manages the North region and who the South?", {"Per Sand", "Eva Lind"}),
        ("Who is the head of the eyes ward?", {"Dr Ada Moor"}),
        ("How many beds has the children ward?", {"Dr Jon Wick"}),
        ("Who is the head of the heart ward?", {"Dr Ruta Baltic"}),
    ],
)
def test_the_named_rows_answer(tables: rag.Corpus, question: str, rows: set[str]) -> None:
    """A row that the question does not name is not quoted beside one that it names."""
    answer = tables.ask(question)
    cited = " ".join(citation.cited_text for citation in answer.citations)
    people = {"Per Sand", "Eva Lind", "Mats Ek", "Lo Berg", "Dr Ruta Baltic", "Dr Jon Wick"}
    people |= {"Dr Ada Moor", "Dr Li"}
    assert answer.status == "answered"
    assert {name for name in people | rows if name in cited} == rows


def test_a_question_that_names_no_row_has_all(tables: rag.Corpus) -> None:
    """Where no row is named, each may be quoted, as where all are asked for."""
    cited = " ".join(
        c.cited_text for c in tables.ask("List the managers of all regions.").citations
    )
    assert all(name in cited for name in ("Per Sand", "Eva Lind", "Mats Ek", "Lo Berg"))
