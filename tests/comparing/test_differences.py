"""Who gives other values: numbers, times, names, whether it is so; and no false alarms."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import rag
from rag.checking.citations import cite
from rag.errors import CitationError
from rag.render import answer_html, answer_text

DIFFERENT = [
    ("How many US troops are in Iraq?", "number", {"3,000", "2,500"}),
    ("How many American soldiers are stationed in Iraq?", "number", {"3,000", "2,500"}),
    ("Will US troops fully leave Iraq by the end of 2021?", "whether", {"yes", "no"}),
    ("Did US forces leave Iraq in 2021?", "whether", {"yes", "no"}),
    ("Who asked for the withdrawal of US troops?", "who", {"al-Sudani", "Iraq"}),
]
# Questions on which the bundled articles do not differ, most of them answered by one.
ALIKE = [
    "How many troops does the US have in Syria?",
    "How many US troops were in Iraq in 2007?",
    "Who ordered the strike that killed Soleimani?",
    "Did drone strikes kill US servicemen in Jordan?",
]
# What no rule that is loosened alone would make differ: for campaigns.
ALIKE_TOO = [
    "When did the US invade Iraq?",
    "How many times have US positions come under attack?",
    "How many US servicemen were killed in Jordan?",
    "How many partnered operations were conducted in November 2023?",
    "How many soldiers were killed?",
    "When did al-Sudani meet US defense officials?",
    "When did American forces leave Iraq?",
    "When was Soleimani killed?",
    "Who headed the American delegation?",
    "Who is the Pentagon press secretary?",
    "Who was killed together with Soleimani?",
    "What did Romanowski deliver?",
    "What did Blinken say about the partnership?",
    "Does Iran benefit financially from Iraq?",
    "Did Lloyd Austin command the US forces?",
    "Which Kurdish representative took part in the talks?",
    "What is the capital of Mongolia?",
    "Where did the delegation meet al-Sudani?",
]


@pytest.mark.parametrize(
    ("question", "kind", "values"), DIFFERENT, ids=[question for question, *_ in DIFFERENT]
)
def test_where_the_bundled_articles_differ(
    corpus: rag.Corpus, question: str, kind: str, values: set[str]
) -> None:
    """Each value is there with outlet, date and quote, newest first, and one line says it all."""
    (difference,) = corpus.compare(question)
    assert difference.kind == kind
    shown = " | ".join(position.value for position in difference.positions)
    for value in values:
        assert value in shown
        assert value in difference.summary
    assert "\n" not in difference.summary
    assert len({position.citation.article_id for position in difference.positions}) > 1
    dates = [position.citation.published or "" for position in difference.positions]
    assert [date[:4] for date in dates] == sorted((date[:4] for date in dates), reverse=True)
    for position in difference.positions:
        cited = position.citation
        assert corpus.article(cited.article_id).text[cited.start : cited.end] == cited.cited_text


@pytest.mark.parametrize(
    "question", [*ALIKE, *(pytest.param(one, marks=pytest.mark.campaign) for one in ALIKE_TOO)]
)
def test_where_nothing_differs(corpus: rag.Corpus, question: str) -> None:
    """Other things, places, times and roundings are no difference."""
    assert corpus.compare(question) == ()


@pytest.mark.parametrize(
    ("question", "values", "kind"),
    [
        ("How many passengers does the Alda carry?", ["140", "410"], "number"),
        ("Who won the lake race?", ["Petra Lind", "Paula Lund"], "who"),
    ],
)
def test_a_correction_overtakes(
    tmp_path: Path, question: str, values: list[str], kind: str
) -> None:
    """What a document withdraws is shown behind what it says instead, whatever their dates."""
    (tmp_path / "ferry.txt").write_text(
        "Ferry news\n\nThe ferry Alda carries 410 passengers. Paula Lund won the lake race.\n"
    )
    (tmp_path / "later.txt").write_text(
        "Corrections\n\nThe ferry Alda carries 140 passengers, not 410.\n\n"
        "The swimmer who won the lake race is Petra Lind, not Paula Lund.\n"
    )
    (difference,) = rag.open(tmp_path).compare(question)
    assert (difference.kind, [each.value for each in difference.positions]) == (kind, values)
    assert rag.open(tmp_path).compare("How many ferries are there?") == ()
    right, wrong = difference.positions
    assert (right.overtaken_by, wrong.overtaken_by) == (None, right.citation.number)
    assert difference.summary.startswith("A document corrects what was said before: ")


def test_an_answer_shows_its_differences(corpus: rag.Corpus) -> None:
    """Differences are in every form of an answer, with numbers that lead to the quotes."""
    answer = corpus.ask("How many US troops are in Iraq?")
    (difference,) = answer.differences
    assert json.loads(json.dumps(answer.to_dict()))["differences"] == [difference.to_dict()]
    numbers = {citation.number: citation for citation in answer.citations}
    for position in difference.positions:
        same = numbers.get(position.citation.number)
        assert same is None or same == position.citation
    shown = answer.to_dict()
    for form in (answer_text(shown), answer.to_markdown(), answer_html(shown)):
        assert "3,000" in form
        assert "Elijah J. Magnier" in form
        assert "overtaken" in form
        assert "As of July 2024" in form


def test_an_abstention_has_no_differences(corpus: rag.Corpus) -> None:
    """An abstention has no differences."""
    answer = corpus.ask("How many French soldiers are stationed in Iraq?")
    assert answer.status == "abstained"
    assert answer.differences == ()


def test_what_is_overtaken_is_marked_with_both_quotes(corpus: rag.Corpus) -> None:
    """A promise that a later article reports on is marked as overtaken, with both quotes."""
    (difference,) = corpus.compare("Will US troops fully leave Iraq by the end of 2021?")
    promise = next(p for p in difference.positions if p.value == "yes")
    assert "will fully withdraw" in promise.citation.cited_text.replace("\xa0", " ")
    later = next(p for p in difference.positions if p.citation.number == promise.overtaken_by)
    assert later.value == "no"
    assert "no withdrawal operation took place" in later.citation.cited_text
    assert (later.citation.published or "") > (promise.citation.published or "")
    assert all(p.overtaken_by is None for p in difference.positions if p.value == "no")


def _corpus(place: Path, *articles: tuple[str, str, str]) -> rag.Corpus:
    for number, (outlet, published, text) in enumerate(articles):
        (place / f"{number}.txt").write_text(
            f"---\ntitle: News {number}\noutlet: {outlet}\npublished: {published}\n---\n{text}\n"
        )
    return rag.open(place, index_dir=place / "index")


@pytest.mark.parametrize(
    ("first", "second", "differ"),
    [
        ("2,500", "about 2500", False),
        ("some 2,500", "2,512", False),
        ("about 2,000", "2,150", False),
        ("more than 100", "118", False),
        ("up to 300", "280", False),
        ("2,500", "3,000", True),
        ("about 2,500", "900", True),
        ("four", "five", True),
        ("more than 100", "60", True),
        ("1.2 million", "1,200,000", False),
    ],
)
def test_numbers_are_compared_as_values(
    tmp_path: Path, first: str, second: str, differ: bool
) -> None:
    """Another rounding or wording of a number is the same number."""
    opened = _corpus(
        tmp_path,
        ("Valley Times", "2023-05", f"The flood of Larnmouth forced {first} people from home."),
        ("Port Gazette", "2023-06", f"In Larnmouth the flood forced {second} people from home."),
    )
    found = opened.compare("How many people did the flood of Larnmouth force from home?")
    assert bool(found) == differ


LIGHTHOUSE = (
    (
        "Cape Courier",
        "2031-03-04",
        "The council voted on Monday to restore the lighthouse. The work will cost 2.6 million"
        " crowns, the treasurer said. It is to take eighteen months. The lamp has a range of 20"
        " miles. A third of the money comes from the county. In 2024 repairs cost 300,000 crowns.",
    ),
    (
        "Island Post",
        "2031-04-02",
        "For years nothing was done for the lighthouse. Its restoration will cost 1.8 million"
        " crowns, says the builder. The work will take a year and a half. The county pays 33 % of"
        " the money. The lamp can be seen from 32 kilometres away.",
    ),
)


def test_values_in_other_words_differ(tmp_path: Path) -> None:
    """The same quantity is found in other words, and the values are shown newest first."""
    opened = _corpus(tmp_path, *LIGHTHOUSE)
    (difference,) = opened.compare("How much will the restoration of the lighthouse cost?")
    said = [(position.citation.outlet, position.value) for position in difference.positions]
    assert said == [("Island Post", "1.8 million crowns"), ("Cape Courier", "2.6 million crowns")]


@pytest.mark.parametrize(
    "question",
    [
        "How long will the work on the lighthouse take?",
        "What share of the money does the county pay?",
        "How far can the lamp of the lighthouse be seen?",
        "How much did the repairs of 2024 cost?",
    ],
)
def test_values_that_are_equal_or_of_another_time_do_not_differ(
    tmp_path: Path, question: str
) -> None:
    """Another unit or wording of one value is no difference, nor is the value of another year."""
    assert _corpus(tmp_path, *LIGHTHOUSE).compare(question) == ()


def test_values_of_two_rounds_do_not_differ(tmp_path: Path) -> None:
    """What the first round raised is no other value of what the second one did."""
    opened = _corpus(
        tmp_path,
        (
            "Cape Courier",
            "2031-03-04",
            "The first round for the lighthouse raised 2.6 million crowns.",
        ),
        (
            "Island Post",
            "2031-04-02",
            "The second round for the lighthouse raised 1.8 million crowns.",
        ),
    )
    assert opened.compare("How much did the round for the lighthouse raise?") == ()


def test_scope_is_kept(tmp_path: Path) -> None:
    """Wolves in one valley are not wolves in another, nor wolves anywhere."""
    opened = _corpus(
        tmp_path,
        ("Valley Times", "2023-05", "Rangers counted 40 wolves in the Sella valley this spring."),
        ("Port Gazette", "2023-06", "There are 90 wolves in the Torva valley, rangers say."),
        ("Hill Post", "2023-06", "There are 200 wolves in the valleys, as rangers counted."),
        ("Hill Post", "2023-07", "The river Sella rose in July, and the Sella bridge was closed."),
        ("Hill Post", "2023-08", "The school of Sella opened again, and so did the Sella mill."),
    )
    assert opened.compare("How many wolves are there in the Sella valley?") == ()


def test_one_article_does_not_differ_from_itself(tmp_path: Path) -> None:
    """Two values in one article are no difference between sources."""
    text = (
        "Rangers counted 40 wolves in the Sella valley. Hunters see 90 wolves in the Sella valley."
    )
    opened = _corpus(tmp_path, ("Valley Times", "2023-05", text))
    assert opened.compare("How many wolves are there in the Sella valley?") == ()


def test_the_opposite_is_a_no(tmp_path: Path) -> None:
    """An antonym counts as a denial: who stays does not leave."""
    opened = _corpus(
        tmp_path,
        ("Valley Times", "2023-05", "The garrison will leave Larnmouth in the autumn."),
        ("Port Gazette", "2023-06", "The garrison will stay in Larnmouth, the minister said."),
    )
    (difference,) = opened.compare("Will the garrison leave Larnmouth?")
    said = {position.citation.outlet: position.value for position in difference.positions}
    assert said == {"Valley Times": "yes", "Port Gazette": "no"}


def test_what_another_wants_is_no_answer(tmp_path: Path) -> None:
    """A question about what somebody wants is answered by statements about that person."""
    opened = _corpus(
        tmp_path,
        ("Valley Times", "2023-05", "Torva wants Sella to leave the league of towns."),
        ("Port Gazette", "2023-06", "But Sella does not want to leave the league, says Torva."),
    )
    assert opened.compare("Does Torva want Sella to leave the league?") == ()


def test_nothing_forged_is_handed_out(corpus: rag.Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quotes of differences pass the same check as the answer's citations."""

    def forged(*given: Any) -> rag.Citation:
        return replace(cite(*given), cited_text="There are none.")

    for module in ("checking.citations", "comparing.timeline", "checking.claims"):
        monkeypatch.setattr(f"rag.{module}.cite", forged)
    question = "How many US troops are in Iraq?"
    calls = (
        lambda: corpus.compare(question),
        lambda: corpus.ask(question),
        lambda: corpus.timeline("Soleimani"),
        lambda: corpus.verify("The US has 900 troops in Iraq."),
    )
    for call in calls:
        with pytest.raises(CitationError):
            call()


def test_times_differ(tmp_path: Path) -> None:
    """Different dates of one event differ; a month and a day in it do not."""
    opened = _corpus(
        tmp_path,
        ("Valley Times", "2023-05-02", "The Sella bridge opened on 10 February 2023."),
        ("Port Gazette", "2023-06-03", "The Sella bridge opened in March 2023."),
        ("Hill Post", "2023-06-04", "The Sella bridge opened in February 2023."),
    )
    (difference,) = opened.compare("When did the Sella bridge open?")
    assert difference.kind == "date"
    groups = {p.citation.outlet: p.group for p in difference.positions}
    assert groups["Valley Times"] == groups["Hill Post"] != groups["Port Gazette"]


def test_filters_hold(corpus: rag.Corpus) -> None:
    """Articles that the filters exclude are not compared."""
    assert corpus.compare("How many US troops are in Iraq?", until="2024-01") == ()
