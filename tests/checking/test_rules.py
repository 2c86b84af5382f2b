"""The rules of the check one by one: what each flags, and what it lets pass."""

from __future__ import annotations

from functools import partial

import pytest

import rag

TROOPS = "The US has 3,000 troops in Iraq, and 900 across the border in Syria."
MINE = "Aurex Metals claimed that the mine poisons nobody. The court met on 3 May 2022."
FERRY = "The ferry line will close on 30 September, and its ship has not yet been sold."
BOATS = "In the storm 12 boats were damaged and two sank."
MATCH = "Gloucester, Cardiff and Bath played at home. The attendance was 5.68 thousand in 2007-08."


@pytest.mark.parametrize(
    ("statement", "source", "flaw"),
    [
        (
            "The US has 900 troops in Iraq, and 3,000 across the border in Syria.",
            TROOPS,
            "exchange",
        ),
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
        ("12 boats sank.", BOATS, "exchange"),
        ("More than 500 children left.", "412 children left.", "number"),
        ("More than 300 children left.", "412 children left.", "number"),
        ("All twelve boats sank in the storm.", BOATS, "exchange"),
        ("The 12 members voted.", "The council has 12 members. Nine of them voted.", "number"),
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
        ("Two of the 12 boats sank.", BOATS),
        ("Of the twelve damaged boats, two sank.", BOATS),
        ("12 boats were damaged, and two of them sank.", BOATS),
        ("9 per cent come from January.", "9 per cent come from 1 January 2023."),
        ("1. In Syria, across the border, the US has 900 troops.", TROOPS),
        ("The US has 3000 troops in Iraq.", TROOPS),
        ("According to Aurex Metals, the mine poisons nobody.", MINE),
        ("In May 2022, the court met.", MINE),
        ("After 30 September there will be no ferry line.", FERRY),
        ("The ship of the ferry line has yet to be sold.", FERRY),
        ("Three clubs played at home: Gloucester, Cardiff and Bath.", MATCH),
        pytest.param(
            "In 2008 the attendance was 5.68 thousand.",
            MATCH,
            marks=pytest.mark.xfail(strict=True, reason="the model takes 2007-08 for another year"),
        ),
        ("More than 400 children lost their lessons.", "412 children lost their lessons."),
    ],
)
def test_other_words_pass(statement: str, source: str) -> None:
    """A sentence that says the same is supported, however it is put."""
    assert rag.check_support(statement, [source])[:2] == ("supported", None)


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("The board rejected a tax on ponies.", "Ms Holm proposed a tax on ponies."),
        ("The town refused the kiosk a permit.", "The owner applied for a permit for the kiosk."),
        (
            "The crew will not sell the boat.",
            "Will you sell the boat? No, we will not sell the boat.",
        ),
    ],
)
def test_what_is_no_denial(statement: str, source: str) -> None:
    """What was proposed may have been refused, and a question states nothing."""
    assert rag.check_support(statement, [source], entailment=None).flaw != "denial"


@pytest.mark.parametrize(
    ("one", "other", "flaw"),
    [
        ("Few schools have a library.", "Most schools have a library.", "opposite"),
        ("At least a hundred people came.", "At most a hundred people came.", "opposite"),
        ("More than 40 people came.", "Fewer than 40 people came.", "opposite"),
        ("He left the city after the war.", "He left the city before the war.", "opposite"),
        ("Before the war, he left the city.", "He left the city after the war.", "opposite"),
        ("The first bridge was of stone.", "The second bridge was of stone.", "opposite"),
        ("Bread is more expensive than rice.", "Bread is less expensive than rice.", "opposite"),
        ("The inn always opens on Sunday.", "The inn rarely opens on Sunday.", "opposite"),
        ("A dozen people died.", "Thirteen people died.", "number"),
        ("Half of the town was destroyed.", "A third of the town was destroyed.", "number"),
        ("A quarter of the town burned.", "Two thirds of the town burned.", "number"),
        ("He won the prize twice.", "He won the prize three times.", "number"),
        ("Over half of the town burned.", "In all, 30 percent of the town burned.", "number"),
        ("Half a million people came.", "Half a dozen people came.", "number"),
    ],
)
def test_limits_that_exclude_each_other(one: str, other: str, flaw: str) -> None:
    """Of two limits that exclude each other neither is supported by the other."""
    for statement, source in ((one, other), (other, one)):
        support = rag.check_support(statement, [source], entailment=None)
        assert (support.verdict, support.flaw) == ("unsupported", flaw), support
        assert support.reason and "says" in support.reason


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("All of the members voted.", "Some of the members voted."),
        ("Every school has a library.", "Most schools have a library."),
        ("Every school has a library.", "Nearly all schools have a library."),
        ("Most schools have a library.", "Many schools have a library."),
        ("All of the members voted.", "Not all of the members voted."),
    ],
)
def test_more_than_the_source_says(statement: str, source: str) -> None:
    """What the source says of some is not said of all or most."""
    assert rag.check_support(statement, [source], entailment=None).verdict == "unsupported"


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("Few schools have a library.", "Few schools have a library."),
        ("Some of the members voted.", "All of the members voted."),
        ("Not all members voted for the plan.", "Some members voted for the plan."),
        ("Some members voted for the plan.", "Not all members voted for the plan."),
        ("A few schools have a library.", "Several schools have a library."),
        ("It is the most expensive bridge.", "It is the most expensive bridge of few bridges."),
        ("Few schools have a pool.", "Most schools have a library. Few schools have a pool."),
        ("At first the bridge was of wood.", "The second bridge, of stone, was at first of wood."),
        ("He left the city after the war.", "After the war had ended, he left the city."),
        ("He left after the war ended.", "The war ended before he left."),
        ("He left the city after the war.", "He lived there before and after the war; he left the"
         " city after the war."),
        ("In town rice is less dear than bread.", "In town bread is more dear than rice."),
        ("More than 40 people came.", "At least 40 people came."),
        ("At least 40 people came to the fair.", "No fewer than 40 people came to the fair."),
        ("Over a hundred people came to the fair.", "112 people came to the fair."),
        ("Nearly half of the members voted for it.", "48 percent of the members voted for it."),
        ("More than half of the members voted for it.", "57% of the members voted for it."),
        ("After all, he left the city.", "After all, he left the city before the war."),
        ("A dozen people died.", "Twelve people died."),
        ("A hundred people came to the fair.", "100 people came to the fair."),
        ("Half a million people came to the fair.", "About 500,000 people came to the fair."),
        ("Half of the town was destroyed.", "In the fire, 50 percent of the town was destroyed."),
        ("Half of the houses burned.", "Of the 60 houses, 30 houses burned."),
        ("He won the prize twice.", "He won the prize two times."),
        ("He won the prize twice.", "He won the prize in 1990 and won the prize in 1994."),
        ("In the first half of the match it rained.", "It rained in the first half of the match."),
    ],
)  # fmt: skip
def test_same_limits_in_other_words_pass(statement: str, source: str) -> None:
    """Limits that are the same, weaker, or set to something else are no fault."""
    assert rag.check_support(statement, [source], entailment=None)[:2] == ("supported", None)


@pytest.mark.parametrize("word", ["Half of", "Fewer", "Twice", "Far", "Dozen", "Second", "Upon"])
def test_a_first_word_that_is_no_name(word: str) -> None:
    """A function word, quantifier or number with which a sentence begins is not called a name."""
    source = "The old houses along the river burned in the fire."
    support = rag.check_support(f"{word} the old houses burned.", [source], entailment=None)
    assert support.flaw != "name", support


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
