"""One date, time, quantity or name in two notations is one; what differs is told apart."""

from __future__ import annotations

from pathlib import Path

import pytest

import rag
from rag.checking.notation.rewriting import in_notation_of

SAME = [
    ("The permit was granted on 12 July 2022.", "Decision of 2022-07-12: the permit is granted."),
    ("The permit was granted in July 2022.", "Decision of 12.07.2022: the permit is granted."),
    ("The permit was granted on the 12th of July.", "The permit was granted on 12 July 2022."),
    ("The contract runs until 31 December 2025.", "The contract runs until 31/12/2025."),
    ("The ferry left at 8.15 am.", "The ferry left at 8:15."),
    ("The ferry left at 20:15.", "The ferry left at 8.15 pm."),
    ("The pipeline is 1.2 kilometres long.", "The pipeline is 1,200 metres long."),
    ("The torc weighs 0.212 kilograms.", "The torc weighs 212 grams."),
    ("The road is 30 miles long.", "The road is 48 km long."),
    ("The meeting lasted 90 minutes.", "The meeting lasted an hour and a half."),
    ("The bridge was built in the 1990s.", "The bridge was built in 1994."),
    ("The castle dates from the 14th century.", "The castle was built in 1342."),
    ("In the first quarter of 2024 sales fell.", "In Q1 2024 sales fell."),
    ("Phase 2 of the trial began in May.", "Phase II of the trial began in May."),
    ("The office is open Monday to Friday.", "The office is open Mon–Fri."),
    ("The TSC rejected the plan.", "The Technical Steering Committee rejected the plan."),
    ("Dr Ortega resigned.", "Doctor Maria Ortega resigned."),
    ("A dozen boats sank.", "Twelve boats sank."),
    ("The association organised the programme.", "The association organized the program."),
]
OTHER = [
    ("The permit was granted on 7 December 2022.", "Decision of 2022-07-12: it is granted."),
    ("The permit was granted on 12 July 2022.", "The permit was granted in July 2022."),
    ("The permit was granted on 12 July 2022.", "The permit was granted on 12/07/2022."),
    ("The ferry left at 8.15 pm.", "The ferry left at 8:15."),
    ("The torc weighs 2.12 kilograms.", "The torc weighs 212 grams."),
    ("The road is 35 miles long.", "The road is 48 km long."),
    ("The meeting lasted 60 minutes.", "The meeting lasted about an hour."),
    ("The meeting lasted 60 minutes.", "The meeting lasted an hour and a half."),
    ("The bridge was built in 1994.", "The bridge was built in the 1990s."),
    ("The castle dates from the 13th century.", "The castle was built in 1342."),
    ("In the first quarter of 2023 sales fell.", "In Q1 2024 sales fell."),
    ("Phase 3 of the trial began in May.", "Phase II of the trial began in May."),
    ("The office is open Monday to Thursday.", "The office is open Mon–Fri."),
    ("The NHS joined the plan.", "The National Heritage Board joined the plan."),
    ("The fine was 250,000 dollars.", "The fine was £250k."),
    ("The fine was 500 NOK.", "The fine was 500 SEK."),
    ("The EU rejected the plan.", "Emma Ullman rejected the plan."),
    ("The temperature rose by 35.6 °F.", "The temperature rose by 2 °C."),
    ("The mine was closed throughout the 1990s.", "The mine was closed in 1994."),
    ("The midfielder resigned.", "The midfielder re-signed."),
    ("The fair closed on Sunday.", "The Sun closed the fair."),
    ("Doctor Keller signed.", "Dr Meyer and Ms Keller signed."),
    ("The fair ended on ſeptember 5.", "The ſecond fair was long."),
    (
        "The strike began on 3 May 2021 and ended on 5 May 2021.",
        "The strike began on 2021-05-05 and ended on 2021-05-03.",
    ),
]


@pytest.mark.parametrize(("statement", "source"), SAME)
def test_another_notation_is_supported(statement: str, source: str) -> None:
    """What means the same, or is part of it, supports a sentence however it is written."""
    found = rag.check_support(statement, [source])
    assert found.verdict == "supported", found.reason


@pytest.mark.parametrize(("statement", "source"), OTHER)
def test_another_value_is_not(statement: str, source: str) -> None:
    """What is near, vaguer, exchanged, or open to two readings supports nothing more exact."""
    assert rag.check_support(statement, [source]).verdict != "supported"


def test_a_reason_quotes_the_source_as_it_is_written() -> None:
    """A reason shows the source's own notation, though it was read in the sentence's."""
    source = "On 2022-07-12 the board closed the ferry."
    found = rag.check_support("On 12 July 2022 the board bought 14 trams.", [source])
    assert found.verdict != "supported"
    quoted = (found.reason or "").split("”, not “")[0]
    assert "12 July 2022" not in quoted
    rewritten = in_notation_of("It opened on 12 July 2022.", source)
    assert rewritten.text == "On 12 July 2022 the board closed the ferry."
    told = rewritten.restore("the source says “12 July 2022”, not “12 July 2022 at noon”")
    assert told == "the source says “2022-07-12”, not “12 July 2022 at noon”"


@pytest.mark.parametrize(
    "claim", ["The weir opened on 3 March 2019.", "The weir is 0.4 kilometres long."]
)
def test_claims_are_found_in_another_notation(tmp_path: Path, claim: str) -> None:
    """A claim is looked up in documents that write its date and quantity otherwise."""
    (tmp_path / "docs").mkdir()
    text = "Record of the weir. Opened: the weir opened on 2019-03-03.\n\nThe weir is 400 m long.\n"
    (tmp_path / "docs" / "weir.txt").write_text(text)
    corpus = rag.open(tmp_path / "docs", index_dir=tmp_path / "index")
    (checked,) = corpus.verify(claim).statements
    assert checked.verdict == "supported", checked.reason
