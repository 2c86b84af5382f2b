"""Questions with several parts: each is looked for, and answered or said to be open."""

from __future__ import annotations

from pathlib import Path

import pytest

import rag
from rag.retrieval.question import read_question

MINUTES = (
    "The Orrin bridge was built by Lena Wirth and her sons. Building the bridge cost 212,000 "
    "crowns. The council of Holmby has a budget of 4.2 million euros. Anna Berg said that the pier "
    "must be closed at once. The mill burned down in 1958."
)
NEWS = (
    "Tom Rade said that the pier is perfectly safe. The council of Vire has a budget of 1.1 "
    "million euros. The lighthouse was built in 1880 by the state."
)


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    place: Path = tmp_path_factory.mktemp("towns")
    for name, outlet, text in (("a", "Holmby Town Council", MINUTES), ("b", "Vire Courier", NEWS)):
        (place / f"{name}.md").write_text(f"---\ntitle: {name}\noutlet: {outlet}\n---\n\n{text}\n")
    return rag.open(place)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Who built the Orrin bridge, when, and what did it cost?",
            [
                ("Who built the Orrin bridge", "person"),
                ("When built the Orrin bridge?", "date"),
                ("what did the Orrin bridge cost?", "money"),
            ],
        ),
        (
            "When was the NRA founded and who is its director?",
            [("When was the NRA founded", "date"), ("who is the NRA’s director?", "person")],
        ),
        (
            "Compare the budgets of A and B",
            [("the budgets of A", None), ("the budgets of B", None)],
        ),
        (
            "What did Anna Berg and Tom Rade say about the pier?",
            [
                ("What did Anna Berg say about the pier?", "statement"),
                ("What did Tom Rade say about the pier?", "statement"),
            ],
        ),
        (
            "How much did the pier and the bridge cost respectively?",
            [("How much did the pier cost?", "money"), ("How much did the bridge cost?", "money")],
        ),
    ],
)
def test_parts_stand_alone(question: str, parts: list[tuple[str, str | None]]) -> None:
    """A part takes along what it leans on: the thing of the part before, or its words."""
    read = read_question(question)
    assert [(part.text, part.kind and part.kind.name) for part in read] == parts


@pytest.mark.parametrize(
    "question",
    [
        "What do we know about supply and demand?",
        "When did the town, where the mill stood, flood?",
        "What did Smith and Sons build?",
        "What did Danish and Swedish officials confirm?",
        "Which document says when and where the meeting was held?",
        "How are the pier and the bridge connected?",
        "May 2020 saw the flood. Who built the dam?",
        "Will Smith acted in it. Who directed it?",
    ],
)
def test_one_question_stays_one(question: str) -> None:
    """Words joined by "and", and clauses that begin with a question word, are no further parts."""
    assert len(read_question(question)) == 1


def test_each_part_is_answered(towns: rag.Corpus) -> None:
    """Both sides of a comparison, and each of two who spoke, are quoted."""
    both = towns.ask("Compare the budgets of Holmby and Vire").text
    assert "4.2 million" in both
    assert "1.1 million" in both
    said = towns.ask("What did Anna Berg and Tom Rade say about the pier?").text
    assert "closed at once" in said
    assert "perfectly safe" in said


@pytest.mark.parametrize(
    ("question", "open_part"),
    [
        ("Compare the budgets of Holmby and Lund", "on “the budgets of Lund”, so only one side"),
        ("When did the mill burn down, and why?", "answers “Why did the mill burn down?”"),
        ("Who built the lighthouse and what did it cost?", "“What did the lighthouse cost?”"),
    ],
)
def test_open_parts_are_told(towns: rag.Corpus, question: str, open_part: str) -> None:
    """Where some parts are answered, each of the others is said to be open."""
    answer = towns.ask(question)
    assert answer.status == "answered"
    assert open_part in (answer.notice or "")
