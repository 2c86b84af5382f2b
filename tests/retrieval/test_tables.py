"""What is asked of a table is answered by the rows that hold all that is asked, or not at all."""

from __future__ import annotations

import re

import pytest

import rag
from rag import render

WORKS = """item,year,contractor,cost_eur,duration_min
soil disposal,2023,Hart Earthworks,61200,95
soil disposal,2024,Hart Earthworks,75400,120
pump hire,2024,Aquatec,41780,45
fence repair,2024,Northfence,6120,30
lamp repair,2024,Aquatec,910,20
sum,,,185410,310
"""
FARES = """# Fares of the ferry

| Trip | Price (£) | Price for residents (£) | Passengers |
|---|---|---|---|
| North Pier | 4.20 | 2.90 | 310 |
| South Pier | 6.10 | 3.80 | 125 |
| Old Quay | 3.50 | 2.10 | 470 |
"""
PROJECTS = """Project | Budget 2031 (rupees) | Spent to 31 Aug 2031 (rupees) | Lead
School kitchen | 410,000 | 212,500 | R. Anand
Well of the upper village | 95,000 | 88,200 | S. Pillai
Road to the mill | 1,300,000 | 640,000 | K. Das
"""
STREETS = ("Mill Lane", "Quay Street", "Elm Road")
TREES = "tree_id,species,street,height_m\n" + "".join(
    f"T{number},{('oak', 'lime')[number % 2]},{STREETS[number % 3]},{(number * 7) % 23}\n"
    for number in range(100, 160)
)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    """A corpus of three short tables; for reading only."""
    folder = tmp_path_factory.mktemp("tables")
    (folder / "works.csv").write_text(WORKS)
    (folder / "fares.md").write_text(FARES)
    (folder / "projects.csv").write_text(PROJECTS.replace(" | ", ";"))
    return rag.open(folder, index_dir=tmp_path_factory.mktemp("index"))


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    """A corpus of a short table and a long one, which takes long to read; for reading only."""
    folder = tmp_path_factory.mktemp("trees")
    (folder / "works.csv").write_text(WORKS)
    (folder / "trees.csv").write_text(TREES)
    return rag.open(folder, index_dir=tmp_path_factory.mktemp("index"))


@pytest.mark.parametrize(
    ("question", "lead", "row"),
    [
        (
            "How much was spent on soil disposal in 2024?",
            "cost_eur “75400”",
            "soil disposal | 2024",
        ),
        ("What did the pump hire cost?", "cost_eur “41780”", "pump hire"),
        ("How long was the fence repair?", "duration_min “30”", "fence repair"),
        ("What did everything cost in all?", "cost_eur “185410”", "sum"),
        ("What is the price of South Pier?", "Price (£) “6.10”", "South Pier"),
        ("What does Old Quay cost for residents?", "Price for residents (£) “2.10”", "Old Quay"),
        (
            "How much had been spent on the school kitchen by the end of August 2031?",
            "Spent to 31 Aug 2031 (rupees) “212,500”",
            "School kitchen",
        ),
        ("Which contractor did the fence repair?", "contractor “Northfence”", "fence repair"),
    ],
)
def test_what_is_asked_leads(tables: rag.Corpus, question: str, lead: str, row: str) -> None:
    """The cell that is asked for stands before its row, behind the words of its header."""
    answer = tables.ask(question)
    (statement,) = answer.statements
    assert f": {lead}, in full: " in statement.text
    assert statement.citations[0].cited_text.startswith(row)
    assert statement.verdict == "supported"
    # On the page it is marked within the row.
    article = tables.article(statement.citations[0].article_id)
    shown = render.evidence_html(answer.to_dict(), [article.to_dict()], current=1)
    (told,) = re.findall(r'<mark [^>]*class="told[^>]*>([^<]*)<', shown)
    assert lead.endswith(f"“{told}”")


@pytest.mark.parametrize(
    "question",
    [
        "How much was spent on soil disposal in 2021?",
        "How much was spent on fence repair in 2023?",
        "How much did Northfence earn with soil disposal?",
        "What does a crossing to West Pier cost?",
        "What is the weekly price of South Pier?",
        "How many dogs were on the trips to North Pier?",
        "How much was spent on roof repair?",
    ],
)
def test_a_row_that_lacks_what_is_named_is_no_answer(tables: rag.Corpus, question: str) -> None:
    """Another year, another item or another column is not what was asked."""
    assert tables.ask(question).status == "abstained"


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Who planted tree T110?", marks=pytest.mark.campaign),
        "How high is tree T412?",
    ],
)
def test_a_long_table_may_lack_what_is_named(trees: rag.Corpus, question: str) -> None:
    """Nor is one of many rows, or another of its cells."""
    assert trees.ask(question).status == "abstained"


def test_all_rows_that_are_named_are_quoted_in_order(tables: rag.Corpus) -> None:
    """Rows are in the order of the table, none is missing, and they are counted."""
    statements = tables.ask("Which works did Aquatec do?").statements
    rows = [statement.citations[0].cited_text.split(" | ")[0] for statement in statements]
    assert rows == ["pump hire", "lamp repair"]
    assert "2 of 6 rows" in statements[0].text


def test_rows_beyond_a_dozen_are_counted(trees: rag.Corpus) -> None:
    """Of many rows that are named the first are quoted, and how many there are is said."""
    statements = trees.ask("Which trees stand in Mill Lane?").statements
    names = [statement.citations[0].cited_text.split(" | ")[0] for statement in statements]
    assert names == [f"T{number}" for number in range(102, 160, 3)][:12]
    assert "20 of 60 rows, 12 of them shown" in statements[0].text


@pytest.mark.parametrize(
    ("question", "told", "row"),
    [
        ("Which trip has the most passengers?", "highest Passengers of 3 rows", "Old Quay"),
        ("Which trip has the fewest passengers?", "lowest Passengers of 3 rows", "South Pier"),
        ("Which item has the highest cost?", "highest cost_eur of 5 rows", "soil disposal | 2024"),
    ],
)
def test_the_most_and_the_least_are_computed(
    tables: rag.Corpus, question: str, told: str, row: str
) -> None:
    """The row with the most is quoted; one that adds up the others is not compared."""
    (statement,) = tables.ask(question).statements
    assert told in statement.text
    assert statement.citations[0].cited_text.startswith(row)


def test_the_most_of_a_long_table_is_not_guessed(trees: rag.Corpus) -> None:
    """Where no column is named and the table is too long to be shown, there is no answer."""
    answer = trees.ask("Which tree is the best?")
    assert answer.status == "abstained"
    assert answer.reason is not None


def test_rows_are_counted(trees: rag.Corpus) -> None:
    """How many there are is the number of rows, without one that adds up the others."""
    found = trees.ask("How many trees are listed?").statements
    assert "60 of 60 rows" in found[0].text
    items = trees.ask("How many items are listed?").statements
    assert "5 of 6 rows" in items[0].text
