"""Conversations: a follow-up is understood by what was asked before, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

import rag


@pytest.mark.parametrize("follow_up", ["How long is it?", "And its length?", "What else?"])
def test_a_follow_up_is_understood_by_the_question_before(folder: Path, follow_up: str) -> None:
    """What points back is asked together with what it points at, and that is shown."""
    chat = rag.open(folder).chat()
    chat.ask("Who opened the Sella bridge?")
    answer = chat.ask(follow_up)
    assert answer.question == follow_up
    assert "Sella" in answer.understood_as and follow_up in answer.understood_as
    assert answer.status == "answered"


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
