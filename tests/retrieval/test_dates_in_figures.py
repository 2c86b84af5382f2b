"""Questions name dates in words, and currencies; documents have figures, and codes."""

from __future__ import annotations

import pytest

import rag

LANDINGS = """Date,Boat,Cod (t),Skipper
2022-03-09,Havmann,18,Ola Berg
2022-03-11,Solveig,7,Kari Moe
2022-07-12,Havmann,22,Ola Berg
2022-12-07,Nordlys,31,Per Lund
"""
LOG = """Harbour log

12.07.2022: The crane at the north quay failed and was out of use for 36 hours.

2022-08-03: The Technical Inspection Board examined the crane and found a worn brake.

The quay is 1,240 metres long. It was widened in 1987.
"""
BUDGET = """Item,Budget 2023 (EUR thousand),Actual 2023 (EUR thousand)
Dredging,1850,2240
Cranes,640,655
"""


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    """Open a folder with two tables and a log."""
    folder = tmp_path_factory.mktemp("harbour")
    (folder / "landings.csv").write_text(LANDINGS)
    (folder / "log.txt").write_text(LOG)
    (folder / "budget.csv").write_text(BUDGET)
    return rag.open(folder, index_dir=tmp_path_factory.mktemp("index"))


@pytest.mark.parametrize(
    ("question", "cited"),
    [
        ("Which boat landed cod on 12 July 2022?", ["2022-07-12 | Havmann | 22 | Ola Berg"]),
        ("Which boat landed cod on December 7, 2022?", ["2022-12-07 | Nordlys | 31 | Per Lund"]),
        ("How much cod did the Havmann land on 9 March 2022?", ["2022-03-09 | Havmann | 18"]),
        ("What was landed in March 2022?", ["2022-03-09 | Havmann", "2022-03-11 | Solveig"]),
        ("What happened to the crane on 12 July 2022?", ["12.07.2022: The crane"]),
        ("How many euros were budgeted for cranes?", ["Cranes | 640 | 655"]),
    ],
)
def test_dates_in_figures_are_found(harbour: rag.Corpus, question: str, cited: list[str]) -> None:
    """A date asked for in words is that of a row or line in figures, and of no other."""
    answer = harbour.ask(question)
    assert answer.status == "answered", answer.text
    assert len(answer.citations) == len(cited)
    for words, citation in zip(cited, answer.citations, strict=True):
        assert words in citation.cited_text


def test_a_month_in_old_print_is_a_month(harbour: rag.Corpus) -> None:
    """A long s, which looks equal to an s where case does not count, makes no question fail."""
    assert harbour.ask("What happened to the crane in Auguſt 2022?").question
    assert harbour.ask("What was landed in the ſpring of 2022?").question
