"""Of several values of a sentence, a claim may give each only for what the source gives it for."""

from __future__ import annotations

import pytest

import rag

WATER = "The inn may draw 36 litres from October to April and 21 litres from May to September."
PRIZES = "First place earns 400 dollars, second place 250 dollars and third place 100 dollars."
STAY = "The mean stay was 24 days in Tromso, 31 days in Bodo and 18 days in Alta."
WARM = "In winter the pool is heated to 28 degrees; in summer it is kept at 24 degrees."
PLAN = "Investment of 22 million pounds is planned for 2022 and of 35 million pounds for 2023."


@pytest.mark.parametrize(
    ("statement", "source", "is_right"),
    [
        ("The inn may draw 36 litres from May to September.", WATER, False),
        ("The inn may draw 21 litres from May to September.", WATER, True),
        ("Second place earns 400 dollars.", PRIZES, False),
        ("Second place earns 250 dollars.", PRIZES, True),
        ("The mean stay was 31 days in Alta.", STAY, False),
        ("The mean stay was 18 days in Alta.", STAY, True),
        ("In summer the pool is heated to 28 degrees.", WARM, False),
        ("In winter the pool is heated to 28 degrees.", WARM, True),
        ("Investment of 35 million pounds is planned for 2022.", PLAN, False),
        ("Investment of 35 million pounds is planned for 2023.", PLAN, True),
        ("Six men died and three others were hurt in it.", "It killed six, and hurt three.", True),
    ],
)
def test_a_value_belongs_to_its_scope(statement: str, source: str, is_right: bool) -> None:
    """The reason shows what the source gives for the thing that the statement is about."""
    found = rag.check_support(statement, [source], entailment=None)
    if is_right:
        assert found.flaw not in ("exchange", "number"), found
    else:
        assert (found.verdict, found.flaw) == ("unsupported", "exchange"), found
