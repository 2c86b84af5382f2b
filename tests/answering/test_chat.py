"""Conversations: a follow-up is understood by what was asked before, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

import rag
from rag.answering.follow_ups import Turn, stand_alone


@pytest.fixture(scope="module")
def unread(corpus: rag.Corpus) -> rag.Corpus:
    """The bundled articles without a reader, which takes most of an answer's time.

    What is meant by a follow-up is said before anything is read.
    """
    index = corpus.state()["index"]
    return rag.open(corpus.folder, index_dir=index, reader="none", entailment="none", sync=False)


@pytest.mark.parametrize("follow_up", ["How long is it?", "And its length?", "What else?"])
def test_a_follow_up_is_understood_by_the_question_before(folder: Path, follow_up: str) -> None:
    """What points back is asked together with what it points at, and that is shown."""
    chat = rag.open(folder).chat()
    chat.ask("Who opened the Sella bridge?")
    answer = chat.ask(follow_up)
    assert answer.question == follow_up
    assert "Sella" in answer.understood_as
    assert follow_up.split()[-1].rstrip("?") in answer.understood_as
    assert answer.status == "answered"


TROOPS = "How many US troops are in Iraq according to World at Large?"
KADHIMI = "What did al-Kadhimi say about combat troops in 2021?"


@pytest.mark.parametrize(
    ("first", "follow_up", "understood"),
    [
        # A phrase takes the place of its like: place, time, source, whom it is about.
        (TROOPS, "And in Syria?", "How many US troops are in Syria according to World at Large?"),
        (
            TROOPS,
            "And according to ISWNews?",
            "How many US troops are in Iraq according to ISWNews?",
        ),
        (KADHIMI, "And in 2024?", "What did al-Kadhimi say about combat troops in 2024?"),
        (KADHIMI, "What about Biden?", "What did Biden say about combat troops in 2021?"),
        # A year earlier is counted from the year of the question.
        (KADHIMI, "And a year earlier?", "What did al-Kadhimi say about combat troops in 2020?"),
        # A pronoun is the person who was spoken of.
        (KADHIMI, "Which post does he hold?", "Which post does al-Kadhimi hold?"),
        (KADHIMI, "Who are his allies?", "Who are al-Kadhimi’s allies?"),
        # A correction takes back a part, not the question.
        (TROOPS, "Sorry, I meant in Syria.", TROOPS.replace("Iraq", "Syria")),
        (KADHIMI, "No, I meant in 2024", KADHIMI.replace("2021", "2024")),
        # A change of subject leaves everything behind.
        (TROOPS, "Something else: who killed Soleimani?", "who killed Soleimani?"),
        # Questions that stand alone are left alone, though they hold "there", "that" or "he".
        (TROOPS, "How many troops are there in Syria?", "How many troops are there in Syria?"),
        (KADHIMI, "Did Blinken say that he would go?", "Did Blinken say that he would go?"),
    ],
)
def test_what_a_follow_up_means(
    unread: rag.Corpus, first: str, follow_up: str, understood: str
) -> None:
    """Ellipsis, pronouns, corrections and changes of subject become questions of their own."""
    chat = unread.chat()
    chat.ask(first)
    assert chat.ask(follow_up).understood_as == understood


def test_who_said_that_asks_for_the_words_quoted(corpus: rag.Corpus) -> None:
    """`Who said that?` asks about what the answer before quotes."""
    chat = corpus.chat()
    first = chat.ask("What did Abu Ali al-Askari say about the negotiations?")
    answer = chat.ask("Who said that?")
    assert first.citations[0].cited_text[:40] in answer.understood_as
    assert "Askari" in answer.text


@pytest.mark.campaign
def test_a_year_earlier_than_the_answer(corpus: rag.Corpus) -> None:
    """Where the question has no year, that of the article quoted first counts."""
    chat = corpus.chat()
    year = int((chat.ask("How many troops are in Syria?").citations[0].published or "")[:4])
    assert chat.ask("And a year earlier?").understood_as.endswith(f"in {year - 1}?")


def test_an_edited_question_is_asked_as_it_stands(corpus: rag.Corpus) -> None:
    """What was understood can be put right, and what follows builds on the correction."""
    chat = corpus.chat()
    chat.ask(TROOPS)
    assert chat.ask("And its troops?", alone=True).understood_as == "And its troops?"
    chat.ask(KADHIMI, alone=True)
    assert "al-Kadhimi" in chat.ask("What else did he say?").understood_as


def test_a_new_question_stands_alone(folder: Path) -> None:
    """A change of subject is not mixed with what went before, and is what is pointed at next."""
    chat = rag.open(folder).chat()
    chat.ask("Who opened the Sella bridge?")
    question = "What did dredging the harbour of Larnmouth cost?"
    assert chat.ask(question).understood_as == question
    assert "Larnmouth" in chat.ask("When was that?").understood_as
    assert "Sella" not in chat.ask("And why?").understood_as


def test_conversations_do_not_see_each_other(folder: Path) -> None:
    """One chat's topic is not another's, and a plain question has none."""
    corpus = rag.open(folder)
    corpus.chat().ask("Who opened the Sella bridge?")
    assert corpus.chat().ask("How long is it?").understood_as == "How long is it?"
    assert corpus.ask("How long is it?").understood_as == "How long is it?"


def test_what_was_understood_can_be_asked_alone(folder: Path) -> None:
    """The stand-alone question gives the same answer outside the conversation."""
    corpus = rag.open(folder)
    chat = corpus.chat()
    chat.ask("Who opened the Sella bridge?")
    answer = chat.ask("How long is it?")
    assert corpus.ask(answer.understood_as).text == answer.text
    assert [a.question for a in chat.answers] == ["Who opened the Sella bridge?", "How long is it?"]


MILL = Turn("What did Ole Brandt say of the mill?", "It burnt.", "2021-05-01", "The old mill")


@pytest.mark.parametrize(
    ("follow_up", "understood"),
    [
        ("And who wrote that?", "Who wrote “The old mill”?"),
        ("When was this article published?", "When was “The old mill” published?"),
        ("Where was it published?", "Where was “The old mill” published?"),
        ("How many pages has the document?", "How many pages has “The old mill”?"),
    ],
)
def test_who_wrote_that_asks_about_the_document_quoted(follow_up: str, understood: str) -> None:
    """What is known of documents is asked of the one that the answer before was from."""
    assert stand_alone(follow_up, MILL) == understood


@pytest.mark.parametrize(
    ("follow_up", "understood"),
    [
        ("And when?", "When was The old mill published?"),
        ("Where?", "Where was The old mill published?"),
    ],
)
def test_when_after_who_wrote_asks_about_the_same_document(follow_up: str, understood: str) -> None:
    """Another fact of a document may be asked for by one word."""
    assert stand_alone(follow_up, Turn("Who wrote The old mill?")) == understood


@pytest.mark.parametrize(
    "question",
    [
        "Who is Ida Moe?",
        "What did the mayor say about her budget?",
        "What happened this year in Oslo?",
        "Is it true that Oslo closed the port?",
        "Why did the council sell the bridge when it needed money?",
        "Why did Oslo ask Bergen to sell them the ships?",
    ],
)
def test_a_question_with_its_own_subject_takes_nothing_along(question: str) -> None:
    """A pronoun that stands for something in the same question does not point back."""
    assert stand_alone(question, MILL) == question


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What was the reason for his resignation?", "Ole Brandt"),
        ("What did the mayor say about it?", "mill"),
        ("Why did they sell it?", "mill"),
        ("How many Norland sailors did they save?", "mill"),
        ("What did Ida Moe think of it?", "mill"),
    ],
)
def test_a_pronoun_without_a_subject_of_its_own_points_back(question: str, named: str) -> None:
    """What a pronoun may not stand for in its question is taken from the one before."""
    assert named in stand_alone(question, MILL)


@pytest.mark.parametrize(
    ("last", "follow_up", "understood"),
    [
        ("How many letters are there?", "List them all", "Which letters are there?"),
        ("How many bridges has the town?", "Which ones?", "Which bridges has the town?"),
        ("List the fees of the harbour", "Who set them?", "Who set them? (fees, harbour)"),
        ("How long is the Sella bridge?", "Tell me a joke", "Tell me a joke"),
        ("How long is the bridge?", "Give me more details", "Give me more details (long, bridge)"),
    ],
)
def test_words_of_command_are_no_topics(last: str, follow_up: str, understood: str) -> None:
    """They are not taken along, and what they ask for by name stands alone."""
    assert stand_alone(follow_up, Turn(last)) == understood


def test_a_command_alone_is_told_to_name_something(folder: Path) -> None:
    """A refusal names neither the command nor what was asked before."""
    chat = rag.open(folder).chat()
    chat.ask("List everything about owls")
    answer = chat.ask("List everything")
    assert "“" not in (answer.reason or "")
    refused = chat.ask("Who wrote that?")
    assert "List" not in refused.understood_as
