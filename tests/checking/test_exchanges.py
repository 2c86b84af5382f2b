"""Values given to the wrong things, bounds left out, and true claims beside other numbers."""

from __future__ import annotations

import pytest

import rag

FUND = "The roof was repaired. The guild pays £90,000 and the parish £78,000."
GUESTS = "Of 640 guests, 410 came by train and 230 by boat."
SPEAKERS = "Dr Lotte Brandt founded the choir; Dr Emil Sand conducted the orchestra."
LIGHTS = "The outage of 3 March lasted 70 minutes; the outage of 9 May lasted 25 minutes."
PAY = "The fee rises from 30 to 45 euros."
HERDS = "Site,Herd,Animals,Cost in euros\nOlm,Goats,310,1250000\nBirk,Sheep,145,980000\n"
SAMPLES = """# Wells of the valley

We took 48 samples of water. Nitrate was above the limit in 11 of 48 samples. Chloride was found in
three samples, always below the limit.
"""


@pytest.mark.parametrize(
    ("statement", "source", "reason"),
    [
        ("The parish pays £90,000 and the guild £78,000.", FUND, "guild pays £90,000”, not"),
        ("The parish pays £90,000.", FUND, "the parish £78,000”, not “The parish pays £90,000"),
        ("410 came by boat and 230 by train.", GUESTS, "410 came by train”, not"),
        (
            "Dr Emil Sand founded the choir and Dr Lotte Brandt conducted the orchestra.",
            SPEAKERS,
            "Dr Emil Sand conducted the orchestra”, not “Dr Emil Sand founded the choir",
        ),
        (
            "The outage of 3 March lasted 25 minutes and the outage of 9 May lasted 70 minutes.",
            LIGHTS,
            "The outage of 3 March lasted 70 minutes”, not",
        ),
        ("The fee falls from 45 to 30 euros.", PAY, "to 45 euros”, not"),
    ],
)
def test_exchanged_values_are_not_supported(statement: str, source: str, reason: str) -> None:
    """The reason shows what the source says of the value."""
    support = rag.check_support(statement, [source], entailment=None)
    assert (support.verdict, support.flaw) == ("unsupported", "exchange")
    assert reason in (support.reason or "")


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("The parish pays £78,000 and the guild £90,000.", FUND),
        ("£78,000 comes from the parish, £90,000 from the guild.", FUND),
        ("By boat came 230 and by train 410 of the 640 guests.", GUESTS),
        ("Dr Emil Sand conducted the orchestra, Dr Lotte Brandt founded the choir.", SPEAKERS),
        ("On 9 May the outage lasted 25 minutes and on 3 March 70 minutes.", LIGHTS),
        ("The fee rises to 45 euros from 30.", PAY),
        (
            "With salt the stain went in 29 and with soap in 71 shirts in week 3.",
            "The stain went in 71 shirts with soap and in 29 with salt in week 3.",
        ),
        ("The firm's 500 people include women.", "The firm employs 500 people, 300 of them women."),
    ],
)
def test_the_same_values_in_another_order_are_no_exchange(statement: str, source: str) -> None:
    """Clauses may change places, and what both share may be said in one of them."""
    assert rag.check_support(statement, [source], entailment=None).flaw != "exchange"


@pytest.mark.parametrize(
    ("statement", "source", "verdict"),
    [
        ("The tunnel will not open before 2031.", "The tunnel will not open before 2031.", True),
        ("The tunnel will open in 2031.", "The tunnel will not open before 2031.", False),
        ("The tunnel will open before 2031.", "The tunnel will not open before 2031.", False),
    ],
)
def test_a_bound_is_not_the_value(statement: str, source: str, verdict: bool) -> None:
    """What is not before a year is not in that year."""
    found = rag.check_support(statement, [source], entailment=None)
    assert (found.verdict == "supported") is verdict, found


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    """A table of herds and a report on wells."""
    folder = tmp_path_factory.mktemp("lists")
    (folder / "herds.csv").write_text(HERDS, "utf-8")
    (folder / "wells.md").write_text(SAMPLES, "utf-8")
    return rag.open(folder)


@pytest.mark.timeout(60)  # the first claim loads the models
@pytest.mark.parametrize(
    ("claim", "verdict", "reason"),
    [
        (
            "Olm has 145 animals and Birk 310.",
            "contradicted",
            "the source says “Birk | Sheep | 145",
        ),
        ("The nitrate exceeded the limit in 11 of 48 samples.", "supported", ""),
        ("Chloride was found in 11 samples.", "contradicted", ""),
    ],
)
def test_a_folder_is_held_against_claims_value_by_value(
    lists: rag.Corpus, claim: str, verdict: str, reason: str
) -> None:
    """Rows of a table are held beside each other; what has the claim's numbers decides."""
    (checked,) = lists.verify(claim).statements
    assert checked.verdict == verdict, checked
    assert reason in (checked.reason or "")


def test_a_long_list_of_values_takes_little_time() -> None:
    """A hundred clauses are held against a hundred, which took minutes two by two."""
    said = ", ".join(f"ward {at}x of the north side paid {at + 200} crowns" for at in range(100))
    assert rag.check_support(f"{said}.", [f"{said}."]).verdict == "supported"


VOTE = "The members voted to lease the boathouse. It was carried by nineteen votes to four."


@pytest.mark.parametrize("told", ["by four votes to nineteen", "4-19", "four to nineteen"])
@pytest.mark.parametrize("entailment", ["bundled", None])
def test_a_figure_of_two_numbers_is_not_turned_round(told: str, entailment: str | None) -> None:
    """A vote is another one with its numbers turned, in any notation."""
    said = f"The members voted {told} to lease the boathouse."
    checked = rag.check_support(said, [VOTE], entailment=entailment)
    assert (checked.verdict, checked.flaw) == ("unsupported", "number")
    assert "nineteen votes to four" in (checked.reason or "")


@pytest.mark.parametrize("told", ["by nineteen votes to four", "19–4", "nineteen to four"])
def test_a_figure_of_two_numbers_may_stand_elsewhere(told: str) -> None:
    """What stands around such a figure belongs to neither of its numbers."""
    checked = rag.check_support(f"The members voted {told} to lease the boathouse.", [VOTE])
    assert checked.verdict == "supported"


def test_who_lost_may_be_named_first() -> None:
    """What was lost by four votes to six was rejected by six votes to four."""
    lost = "The motion on the mill was lost by four votes to six."
    checked = rag.check_support("The motion on the mill was rejected by six votes to four.", [lost])
    assert checked.flaw != "number"


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("The board did not refuse the request.", "The request was refused."),
        ("The request was refused.", "The board did not refuse the request."),
        ("The mayor resigned.", "The mayor did not resign before the vote."),
        ("The bridge was repaired.", "The bridge was not repaired until the flood had come."),
    ],
)
@pytest.mark.parametrize("entailment", ["bundled", None])
def test_what_is_no_bound_and_no_passive_is_a_denial(
    statement: str, source: str, entailment: str | None
) -> None:
    """Only "not before" a date is a bound, and "did not refuse" is no "was refused"."""
    assert rag.check_support(statement, [source], entailment=entailment).verdict != "supported"
