"""A sentence about a row of a table: its row, its columns, its numbers, and what it adds."""

from __future__ import annotations

from pathlib import Path

import pytest

import rag

BUDGET = (
    "Item: Lanterns · Budget 2023 (EUR thousand): 1400 · Actual 2023 (EUR thousand): 1635"
    " · Change (EUR thousand): 235"
)
SNOW = (
    "Item: Snow clearing · Budget 2023 (EUR thousand): 820 · Actual 2023 (EUR thousand): 790"
    " · Change (EUR thousand): -30"
)
GAUGE = "Gauge: Ferry Steps · Year: 2021 · Mean level (m): 3.4 · Salinity (g/l): 11.8"
LANDING = "Date: 2022-03-09 · Boat: Havmann · Cod (t): 18 · Reg. crew: 7"
CLERK = "Name: Odile Marchetti · Role: Town Clerk · Start date: 2015-06-01 · Office: B12"
SUPPORTED = [
    ("Actual spending on lanterns came to 1.635 million euros in 2023.", [BUDGET]),
    ("Lanterns were budgeted at €1.4m.", [BUDGET]),
    ("The actual cost of the lanterns was just over 1.6 million euros.", [BUDGET]),
    ("The mean level at Ferry Steps stood at 3.4 metres in 2021.", [GAUGE]),
    ("At Ferry Steps, salinity reached 11.8 g/l in 2021.", [GAUGE]),
    ("On 9 March 2022 the Havmann landed 18 tonnes of cod.", [LANDING]),
    ("The Havmann sailed with a registered crew of seven on 9 March.", [LANDING]),
    ("Odile Marchetti became town clerk in June 2015.", [CLERK]),
    ("Actual spending was €1.635m on lanterns and €790,000 on snow clearing.", [BUDGET, SNOW]),
    ("The change on snow clearing was minus 30,000 euros.", [SNOW]),
]
NOT_SUPPORTED = [
    ("Lanterns were budgeted at €1.635m.", [BUDGET], "as “Actual 2023 (EUR thousand)”"),
    ("Actual spending on lanterns came to 1.9 million euros.", [BUDGET], "1635 in “Actual 2023"),
    ("Actual spending on lanterns came to 1,635 euros.", [BUDGET], "1635 in “Actual 2023"),
    ("The mean level at Ferry Steps was 3.4 kilometres in 2021.", [GAUGE], "3.4 in “Mean level"),
    ("On 9 March the Havmann landed 12 tonnes of cod.", [LANDING], "18 in “Cod (t)”"),
    ("Actual spending on street lanterns was €1.635m.", [BUDGET], "nothing of “street”"),
    ("On 9 March the Havmann landed 18 tonnes of cod in a storm.", [LANDING], "“storm”"),
    ("Lanterns came to 1.635 million euros in 2023.", [BUDGET], "as “Actual"),
    (
        "Actual spending was €790,000 on lanterns and €1.635m on snow clearing.",
        [BUDGET, SNOW],
        "of “Snow clearing”, not “Lanterns”",
    ),
    ("The change on snow clearing was 30,000 euros.", [SNOW], "below zero"),
]


@pytest.mark.parametrize(("statement", "rows"), SUPPORTED)
def test_what_cells_say_is_supported(statement: str, rows: list[str]) -> None:
    """Numbers, dates and words of the cells of a named row may be said in other words."""
    found = rag.check_support(statement, rows)
    assert found.verdict == "supported", found.reason


@pytest.mark.parametrize(("statement", "rows", "reason"), NOT_SUPPORTED)
def test_what_cells_do_not_say_is_told(statement: str, rows: list[str], reason: str) -> None:
    """Another column, row, number, unit or a word that limits is named in the reason."""
    found = rag.check_support(statement, rows)
    assert found.verdict != "supported"
    assert reason in (found.reason or "")


@pytest.mark.parametrize(
    "statement",
    [
        "Actual spending on lanterns was not 1.635 million euros.",
        "Actual spending on lanterns may have come to 1.2 million euros.",
        "Actual spending on lanterns was 400,000 euros more than on snow clearing.",
    ],
)
def test_a_denial_a_guess_and_a_comparison_are_not_held_against_one_cell(statement: str) -> None:
    """What says more than that a cell has a value is not contradicted by the cell."""
    assert "in “Actual" not in (rag.check_support(statement, [BUDGET]).reason or "")


SCHOOL = "School: Abbey Road · Pupils: 212 · Teachers: 14"
LIFE = "Name: Anna Keller · Born: 12 May 1920 · Died: 3 June 1990"
ELECTED = ["Name: Anna Keller · Elected: 14 May 2022", "Name: Tom Brandt · Elected: 3 June 2022"]


@pytest.mark.parametrize(
    ("statement", "rows"),
    [
        ("Abbey Road expelled 14 teachers.", [SCHOOL]),
        ("Actual spending on lanterns doubled to 1.635 million euros.", [BUDGET]),
        ("Actual spending on lanterns exceeded 1.635 million euros.", [BUDGET]),
        ("Actual spending on lanterns in 2022 was 1.635 million euros.", [BUDGET]),
        ("Actual monthly spending on lanterns was 1.635 million euros.", [BUDGET]),
        (
            "Actual spending on lanterns of the port came to €1.635m.",
            [BUDGET, "The port burned down."],
        ),
        ("Anna Keller was born on 3 June 1990 and died on 12 May 1920.", [LIFE]),
        ("Tom Brandt was elected on 14 May 2022 and Anna Keller on 3 June 2022.", ELECTED),
        (
            "Anna Keller, the mayor, was elected on 3 June 2022.",
            [
                "Name: Anna Keller · Role: mayor · Elected: 14 May 2022",
                "Name: Tom Brandt · Role: clerk · Elected: 3 June 2022",
            ],
        ),
        (
            "The 2022 spring fair was held on 5 March 2022 for 4,200 visitors.",
            ["Event: Spring fair · Held: 05/03/2022 · Visitors: 4200"],
        ),
        (
            "Alpen AG bought Nordbank for 40 million euros.",
            ["Buyer: Nordbank · Seller: Alpen AG · Price (EUR m): 40"],
        ),
        (
            "Mill Lane station has step-free access and 12,400 passengers.",
            ["Station: Mill Lane · Step-free access: no · Passengers: 12400"],
        ),
        (
            "The count rose from 2020 to 2021, reaching 200.",
            ["Year: 2020 · Count: 300", "Year: 2021 · Count: 200"],
        ),
        ("Anything.", ["Event: Spring fair · Date: 12/31/2022 · Visitors: 4200"]),
    ],
)
def test_what_is_not_in_the_cells_is_never_supported(statement: str, rows: list[str]) -> None:
    """Other verbs, changes, exchanged dates and parties, and what a cell denies are no support."""
    assert rag.check_support(statement, rows).verdict != "supported"


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    """Open a folder with the accounts of a mill."""
    folder: Path = tmp_path_factory.mktemp("mill")
    (folder / "accounts.csv").write_text(
        "cost,planned,actual\nPay,310000,342000\nPower,88000,91000\nGrain,1200000,1310000\n"
    )
    (folder / "mill.md").write_text(
        "# The mill in 2023\n\nThe new oven cost €2.65 million. Seven people work at the mill.\n"
    )
    return rag.open(folder, index_dir=tmp_path_factory.mktemp("index"))


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("Actual pay came to 342,000.", "supported"),
        ("The actual cost of grain was €1.31m.", "supported"),
        ("Power was planned at 88,000.", "supported"),
        ("Actual pay came to 360,000.", "contradicted"),
        ("Pay came to 342,000.", "partial"),
    ],
)
def test_claims_are_held_against_cells(mill: rag.Corpus, claim: str, verdict: str) -> None:
    """A claim about a cell is looked up, and judged by the row, the column and the value."""
    (checked,) = mill.verify(claim).statements
    assert checked.verdict == verdict, checked.reason


def test_rows_that_are_not_named_lend_no_date() -> None:
    """Of three cited rows, two of which are named, the third one's date is not told of them."""
    rows = [*ELECTED, "Name: Ida Moe · Elected: 9 July 2022"]
    said = "Anna Keller was elected on 14 May 2022 and Tom Brandt on 9 July 2022."
    assert rag.check_support(said, rows).verdict != "supported"
