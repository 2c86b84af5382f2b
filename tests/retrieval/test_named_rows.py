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


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("How much did the East region sell in 2023?", "52"),
        ("What did West sell in 2022?", "19"),
        ("How many beds are there in the heart ward?", "24"),
    ],
)
def test_a_cell_is_found_by_its_row_and_column(
    tables: rag.Corpus, question: str, cell: str
) -> None:
    """Where the row and the column are named, the row alone is quoted."""
    (citation,) = tables.ask(question).citations
    assert citation.kind == "row"
    assert cell in citation.cited_text


@pytest.mark.parametrize(
    "question",
    ["How many people died in the East in 2023?", "How old is the head of the eyes ward?"],
)
def test_a_row_of_another_matter_is_no_answer(tables: rag.Corpus, question: str) -> None:
    """The words of a table are not all that a question must have."""
    assert tables.ask(question).status == "abstained"


def test_the_most_of_a_table_is_left_to_be_read_from_it(tables: rag.Corpus) -> None:
    """Where it is not said by which column, the whole table is quoted, and nothing is claimed."""
    (statement,) = tables.ask("Which region sold the most?").statements
    assert "in a table with 4 rows" in statement.text
    assert statement.citations[0].cited_text.count("|") >= 8


def test_the_most_of_a_named_column_is_computed(tables: rag.Corpus) -> None:
    """The row is quoted, and of how many rows it has the most."""
    (statement,) = tables.ask("Which ward has the most beds?").statements
    assert "highest Beds of 4 rows" in statement.text
    assert "Dr Ruta Baltic" in statement.citations[0].cited_text
