"""What an LLM says beside its answer is no statement: courtesies, echoes, and itself once more."""

from __future__ import annotations

from pathlib import Path

import pytest

import rag
from rag.answering.written.asides import goes_in_circles, is_aside

QUESTION = "How long is the Sella bridge?"
LONG = "The Sella bridge is 340 metres long."


@pytest.mark.parametrize(
    "said",
    [
        "I hope this helps!",
        "Let me know if you have any further questions.",
        "If you need more details, feel free to ask.",
        "Question: How long is the Sella bridge?",
        "Sure, here is the answer.",
    ],
)
def test_what_states_nothing_is_an_aside(said: str) -> None:
    """A courtesy, and the question once more, are passed over."""
    assert is_aside(said, QUESTION)


@pytest.mark.parametrize(
    "said",
    [
        LONG,
        "He hopes this helps the town.",
        "If you have a fever, see a doctor.",
        "How long is the bridge of Torva?",
    ],
)
def test_what_states_something_is_none(said: str) -> None:
    """A sentence about the documents is never passed over."""
    assert not is_aside(said, QUESTION)


def test_what_is_written_again_stands_once(folder: Path) -> None:
    """An LLM that goes round in circles is stopped, and what it said first is kept."""
    llm = rag.scripted_llm([f"{LONG} " * 30])
    answer = rag.open(folder).ask(QUESTION, llm=llm)
    assert [s.text for s in answer.statements] == [LONG]
    assert answer.llm


def test_a_sentence_that_goes_in_circles_is_seen() -> None:
    """The same words three times running are a loop; a sentence that only lists is none."""
    assert goes_in_circles(
        "The town said that the US and Iraq " + "confirmed that the US and Iraq " * 3
    )
    assert not goes_in_circles(
        "One of the nine, two of the nine and three of the nine voted for it."
    )


def test_thinking_that_only_ends_is_withdrawn(folder: Path) -> None:
    """What was thought aloud before a lone closing tag is taken back."""
    thought = (
        "Let me see what is there. It is perhaps 500 metres long. Is it? I do not know. "
        + "So " * 60
    )
    llm = rag.scripted_llm([f"{thought}</think>{LONG}"])
    answer = rag.open(folder).ask(QUESTION, llm=llm, mode="flag")
    assert [s.text for s in answer.statements] == [LONG]
