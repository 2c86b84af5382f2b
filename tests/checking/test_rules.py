"""The rules of the check one by one: what each flags, and what it lets pass."""

from __future__ import annotations

from functools import partial

import pytest

import rag

TROOPS = "The US has 3,000 troops in Iraq, and 900 across the border in Syria."
MINE = "Aurex Metals claimed that the mine poisons nobody. The court met on 3 May 2022."
FERRY = "The ferry line will close on 30 September, and its ship has not yet been sold."
MATCH = "Gloucester, Cardiff and Bath played at home. The attendance was 5.68 thousand in 2007-08."


@pytest.mark.parametrize(
    ("statement", "source", "flaw"),
    [
        ("The US has 900 troops in Iraq, and 3,000 across the border in Syria.", TROOPS, "number"),
        ("The US has 3,100 troops in Iraq.", TROOPS, "number"),
        ("The court met on 3 June 2022.", MINE, "date"),
        ("The court met on Monday, 3 May 2022.", MINE, "date"),
        ("The mine poisons nobody.", MINE, "claim"),
        ("Brandt Metals claimed that the mine poisons nobody.", MINE, "name"),
        ("The ferry line will not close on 30 September.", FERRY, "denial"),
        ("The ship of the ferry line has been sold.", FERRY, "denial"),
        ("The company said “the ship is lost” of the ferry line.", FERRY, "quotation"),
        ("Gloucester and Bristol played at home.", MATCH, "name"),
        ("The attendance in 2008 was six thousand.", MATCH, "number"),
        ("Seven clubs played at home for two years.", MATCH, "number"),
    ],
)
def test_what_is_wrong_is_named(statement: str, source: str, flaw: str) -> None:
    """Each kind of flaw is found and named."""
    support = rag.check_support(statement, [source])
    assert support.verdict != "supported"
    assert support.flaw == flaw, support


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("There are 3,000 US troops in Iraq and 900 in Syria.", TROOPS),
        ("1. In Syria, across the border, the US has 900 troops.", TROOPS),
        ("The US has 3000 troops in Iraq.", TROOPS),
        ("According to Aurex Metals, the mine poisons nobody.", MINE),
        ("In May 2022, the court met.", MINE),
        ("After 30 September there will be no ferry line.", FERRY),
        ("The ship of the ferry line has yet to be sold.", FERRY),
        ("Three clubs played at home: Gloucester, Cardiff and Bath.", MATCH),
        ("In 2008 the attendance was 5.68 thousand.", MATCH),
    ],
)
def test_other_words_pass(statement: str, source: str) -> None:
    """A sentence that says the same is supported, however it is put."""
    assert rag.check_support(statement, [source])[:2] == ("supported", None)


def test_near_in_meaning_is_enough_where_no_rule_is_broken() -> None:
    """Similarity vouches for other words, and never for a wrong number."""
    source = "The company blamed rising fuel prices and 51,000 passengers."
    loose = "The higher costs of petrol and only 51,000 travellers were its excuse."

    def near(one: str, other: str) -> float:
        return 0.9

    check = partial(rag.check_support, sources=[source], entailment=None)
    assert check(loose).flaw == "words"
    assert check(loose, similarity=near).verdict == "supported"
    wrong = loose.replace("51", "61")
    assert check(wrong, similarity=near).flaw == "number"
    assert check(loose, similarity=lambda *_: 0.1).flaw == "words"


def test_what_is_new_is_counted() -> None:
    """Words and pairs of words that the source does not have are counted."""
    source = f"Austin visited Baghdad. {'Nobody said a word about that. ' * 3}Shells hit Basra."
    assert rag.check_support("Austin visited Baghdad.", [source]).new == 0
    assert rag.check_support("Austin visited Basra.", [source]).new == 1
    assert rag.check_support("Austin visited Paris.", [source]).new == 2
