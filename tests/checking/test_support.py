"""Does a sentence say no more than its source: what is vouched for, what is not, and why."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

import rag
from rag.checking.citations import cite
from rag.models.cross_encoder import Judgement

TROOPS = (
    "It’s generally reported that the US has 3,000 troops in Iraq, and 900 across the border "
    "in Syria."
)
DENIED = (
    "However, in the end no withdrawal operation took place, and the mission of the 2500 troops "
    "transitioned from combat to advisory status!"
)
POSSIBLE = "The absence of coalition forces could create a power vacuum in Iraq."
SAID = "Maj. Gen. Pat Ryder said, “these forces pose a threat to US personnel”."


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("The US has 3,000 troops in Iraq.", TROOPS),
        ("The United States has 3000 soldiers in Iraq.", TROOPS),
        ("Three thousand American troops are in Iraq.", TROOPS),
        ("World at Large, July 2024: “900 across the border in Syria.”", TROOPS),
        ("No withdrawal operation took place.", DENIED),
        ("The withdrawal operation did not take place.", DENIED),
        ("The absence of coalition forces may create a power vacuum.", POSSIBLE),
        ("Pat Ryder said that these forces pose a threat to US personnel.", SAID),
        # "Rising" is said of something else; of the passengers "fall" is.
        (
            "Passenger numbers of the ferry fell to 51,000 a year.",
            "It blamed rising costs and a fall in passenger numbers of the ferry to 51,000 a year.",
        ),
    ],
)
def test_what_the_source_says_is_supported(statement: str, source: str) -> None:
    """Other spellings of numbers and names, quotes and close paraphrases are vouched for."""
    about = ["World at Large", "July 2024"]
    assert rag.check_support(statement, [source], about=about)[:2] == ("supported", None)


@pytest.mark.parametrize(
    ("statement", "source", "reason"),
    [
        ("The US has 3,500 troops in Iraq.", TROOPS, "the source says 3,000, not 3,500"),
        ("The US has 2,500 troops in Iraq.", POSSIBLE, "the source has no number 2,500"),
        ("The US has 3,000 troops in Iran.", TROOPS, "does not mention “Iran”"),
        ("The US has no troops in Iraq.", TROOPS, "and this denies it"),
        ("A withdrawal operation took place.", DENIED, "which denies this"),
        ("“The US has 3,000 men in Iraq.”", TROOPS, "words in quotation marks"),
        ("Officials hailed a turning point.", TROOPS, "little or nothing"),
        ("Al-Sudani praised the attack.", "The attack was condemned by al-Sudani.", "“condemned”"),
        ("Prices rose in the spring.", "In the spring prices fell.", "“fell”, not “rose”"),
        ("The fifth round began.", "The fourth round of the talks began.", "fourth, not fifth"),
        ("How many US troops are in Iraq?", TROOPS, "asks and states nothing"),
        ("Yes.", TROOPS, "little or nothing"),
        ("", TROOPS, "says nothing"),
        ("The US has 3,000 troops in Iraq.", "", "cites nothing"),
        (
            "In July 2023, the US had 3,000 troops in Iraq.",
            TROOPS,
            "the source has no number 2023",
        ),
    ],
)
def test_what_the_source_does_not_say_is_not(statement: str, source: str, reason: str) -> None:
    """Each way to say more than the source is unsupported, with a reason that names it."""
    found = rag.check_support(statement, [source])
    assert found.verdict == "unsupported"
    assert reason in (found.reason or "")


@pytest.mark.parametrize("said", ["The US has 3,000 troops in Iraq.", "The US has 5,000 there."])
def test_a_single_text_is_one_source(said: str) -> None:
    """A text in place of a list of texts is one source, and not a list of its letters."""
    checked = rag.check_support(said, TROOPS, about="World at Large")
    assert checked == rag.check_support(said, [TROOPS], about=["World at Large"])


def test_possible_is_not_certain() -> None:
    """What the source holds possible and the statement does not is supported in part."""
    found = rag.check_support("The absence of coalition forces creates a power vacuum.", [POSSIBLE])
    assert found.verdict == "partial"
    assert (found.reason or "").startswith(
        "the source holds possible or plans what this states as a fact: “"
    )


@pytest.mark.parametrize(
    ("statement", "source", "reason"),
    [
        (
            "The tunnel is 340 kilometres long.",
            "The tunnel is 340 metres long.",
            "the source says “340 metres”, not “340 kilometres”",
        ),
        (
            "The mayor stole the funds of the harbour.",
            "The mayor opened the harbour on Saturday.",
            "the source says only part of it: nothing of “stole”, “funds”",
        ),
        (
            "The council closed the library.",
            "The council may close the library next year.",
            "the source holds possible or plans what this states as a fact: "
            "“The council may close the library next year”",
        ),
        (
            "The army destroyed the bridge.",
            "Residents claimed that the army had destroyed the bridge.",
            "the source reports as someone's claim what this states as a fact: "
            "“Residents claimed that the army had destroyed the bridge”",
        ),
    ],
)
def test_a_reason_names_the_words_that_differ(statement: str, source: str, reason: str) -> None:
    """What is wrong is said in the words of both texts, so that nobody has to look for it."""
    assert rag.check_support(statement, [source], entailment=None).reason == reason


def test_a_name_from_around_the_quote_is_partly_supported() -> None:
    """A pronoun that the statement resolves from the sentence before is told from a wrong name."""
    source = "He said that Iraq needs full cooperation with the US."
    nearby = "Then Fouad Hussein spoke."
    statement = "On Friday, Fouad Hussein said Iraq needs full cooperation with the US."
    said = statement.replace("On Friday, ", "There ")
    assert rag.check_support(said, [source], nearby=nearby).verdict == "partial"
    assert rag.check_support(said, [source]).verdict == "unsupported"
    assert rag.check_support(statement, [source], nearby=nearby).verdict == "unsupported"


def test_a_known_date_vouches_for_no_other_number() -> None:
    """That an article is of 25 January 2024 backs neither 25 men nor another day."""
    about = ["ISWNews", "25 January 2024", "January 2024"]
    source = "Talks were held on January 24 by 24 men."
    check = rag.check_support
    assert check("ISWNews, 25 January 2024: 24 men held talks.", [source], about=about)[0] == (
        "supported"
    )
    assert check("25 men held talks.", [source], about=about).verdict == "unsupported"
    assert check("Talks were held on January 25.", [source], about=about).verdict == "unsupported"
    assert check("Talks were held on January 24, 2023.", [source], about=about).verdict == (
        "unsupported"
    )


def test_of_a_long_source_some_stretch_must_support() -> None:
    """Words that stand far apart in a long source do not make a sentence of it."""
    filler = "The committee met again and adjourned without a further word on it. " * 30
    source = f"Austin visited Baghdad in spring. {filler}The shells hit Basra harbour at night."
    assert rag.check_support("Shells hit Basra harbour at night.", [source]).verdict == "supported"
    assert rag.check_support("Austin hit Basra harbour in spring.", [source]).verdict != "supported"


def test_score_orders_better_before_worse() -> None:
    """The closer to the source, the higher the score, and a wrong number costs most of it."""
    near, loose, wrong, other = (
        rag.check_support(statement, [TROOPS]).score
        for statement in (
            "The US has 3,000 troops in Iraq, and 900 across the border in Syria.",
            "There are 3,000 US troops in Iraq and 900 in Syria.",
            "The US has 3,100 troops in Iraq, and 900 across the border in Syria.",
            "Nothing of this kind.",
        )
    )
    assert 1 >= near > loose > 0.5 > wrong >= 0
    assert loose > 0.5 > other >= 0


def test_a_corpus_checks_with_what_it_knows_of_its_articles(folder: object) -> None:
    """Outlet and date of the cited article may be said, those of another may not.

    A name that only stands near the quote makes the sentence partly supported.
    """
    corpus = rag.open(str(folder))
    article = corpus.article("bridge.txt")
    start = article.text.index("It is 340")
    citation = cite(1, article, start, start + len("It is 340 metres long."))
    check = corpus.check
    assert check("Valley Times, 10 February 2024: It is 340 metres long.", [citation]).verdict == (
        "supported"
    )
    assert check("It is 340 metres long, writes the Port Gazette.", [citation]).verdict == (
        "unsupported"
    )
    assert check("The Sella bridge is 340 metres long.", [citation]).verdict == "partial"
    assert check("The Sella bridge is 430 metres long.", [citation]).verdict == "unsupported"
    start = article.text.index("opened")
    citation = cite(1, article, start, article.text.index("."))
    said = "Ana Kovic opened the Sella bridge on Saturday."
    assert check(said, [citation]).verdict == "partial"


class Convinced:
    """A model that gives every pair the same judgement."""

    def __init__(self, supported: float = 0.98) -> None:
        self.judgement = Judgement(supported, (1 - supported) / 2)

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """Judge pairs of evidence and sentence."""
        return [self.judgement for _ in pairs]


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("The US has 3,500 troops in Iraq, and 900 across the border in Syria.", TROOPS),
        ("Few of the schools in Hollin have a library.", "Most of the schools in Hollin have one."),
        ("Prices rose in the spring.", "In the spring prices fell."),
        ("“The US has 3,000 men in Iraq.”", TROOPS),
        ("Has the US 3,000 troops in Iraq?", TROOPS),
    ],
)
def test_no_model_excuses_what_rules_see_exactly(statement: str, source: str) -> None:
    """Another number, the opposite, an altered quotation and a question are never supported."""
    found = rag.check_support(statement, [source], entailment=Convinced())
    assert found.verdict == "unsupported"
    assert found.score < 0.5


def test_a_model_is_believed_on_other_words() -> None:
    """A sentence in other words, in which no rule sees another value, is passed if one is sure."""
    said = "American soldiers in Iraq number three thousand, most accounts agree."
    about = ["World at Large", "2024-07-20"]
    checked = [
        rag.check_support(said, [TROOPS], about=about, entailment=Convinced(at)).verdict
        for at in (0.98, 0.02)
    ]
    assert checked == ["supported", "partial"]


def test_a_sentence_that_shares_no_word_must_be_surer() -> None:
    """Its citation may be a wrong one: between a half and the higher bound it is not passed."""
    said = "Vessels were tied up for weeks."
    source = "Boats did not leave port until July."
    found = [
        rag.check_support(said, [source], entailment=Convinced(at / 200)) for at in range(1, 200)
    ]
    assert {each.verdict for each in found} == {"supported", "unsupported"}
    for each in found:
        assert (each.score >= 0.6) == (each.verdict == "supported")
        assert not 0.49 < each.score < 0.6


def test_no_model_is_asked_about_other_languages() -> None:
    """The bundled model knows English alone; of a German sentence the rules decide."""

    class English:
        def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
            raise AssertionError(f"asked about {pairs}")

    source = "Die Brücke über die Sella ist 340 Meter lang und wurde im Mai eröffnet."
    said = "Die Brücke über die Sella ist 340 Meter lang."
    assert rag.check_support(said, [source], entailment=English()).verdict == "supported"


MILL = (
    "The mill bridge was rebuilt in 2019 by the firm Tolle. A heron stood beside it. The council "
    "paid 340,000 francs."
)


@pytest.mark.parametrize(
    ("question", "fragment", "supported"),
    [
        ("When was the mill bridge rebuilt?", "2019.", True),
        ("When was the town hall painted?", "2019.", False),
        ("Was the mill bridge rebuilt in 2019?", "Yes.", False),
        ("Was the mill bridge rebuilt in 2018?", "Yes, it was.", False),
        ("Was the mill bridge rebuilt in 2019 by the firm Tolle?", "No.", False),
        ("Was the mill bridge rebuilt in 2019 by the firm Tolle?", "On and on.", False),
        ("Did the council pay for the school?", "Yes.", False),
        ("How much did the council pay?", "340,000 francs.", True),
        ("How much did the school cost?", "340,000 francs.", False),
    ],
)
def test_a_fragment_is_checked_with_its_question(
    question: str, fragment: str, supported: bool
) -> None:
    """“2019.” says what was asked; “Yes.” and “No.” have no word that a source could bear out."""
    found = rag.check_support(fragment, [MILL], question=question)
    assert (found.verdict == "supported") == supported, found.reason


def test_a_whole_sentence_is_checked_by_itself() -> None:
    """The words of the question are not asked of the source of what says enough."""
    said, question = "The council paid 340,000 francs.", "What was the school's roof worth?"
    assert rag.check_support(said, [MILL], question=question) == rag.check_support(said, [MILL])
