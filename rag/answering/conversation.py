"""Hold a conversation: a follow-up is rewritten as the question that it would be on its own.

An LLM rewrites it where one answers, else the rules of :mod:`rag.answering.follow_ups` do. The
rewritten question is shown, so that a reader sees a misunderstanding and can correct it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from typing import Any

from rag.answering.follow_ups import Turn, stand_alone
from rag.answering.generative import Writer
from rag.answering.leaks import LeakDetector
from rag.answering.prompts import fill
from rag.errors import LLMError
from rag.llms.streaming import complete
from rag.text.numbers import numbers_in
from rag.text.terms import analyze
from rag.types import Answer, Event

_TURNS = 3  # that the LLM sees; what was asked earlier is seldom meant
_MAX_ANSWER = 400  # characters of an answer that the LLM sees
_MAX_QUESTION = 400  # characters of the question that it may write
_LABEL = re.compile(r"^(?:rewritten )?question:\s*", re.IGNORECASE)


class Chat:
    """A conversation with a corpus. Made by ``corpus.chat()``; not shared between threads.

    Each answer is complete without the others: ``understood_as`` is the question
    that was answered, and may be put to ``corpus.ask``, or edited, as it is.
    """

    def __init__(
        self,
        stream: Callable[..., Iterator[Event]],
        condense: Callable[[str, Sequence[Answer], Any], str | None],
    ) -> None:
        """Begin.

        Args:
            stream: answers a question, as ``Corpus.stream``.
            condense: rewrites a question by the earlier answers and an LLM; None without one.
        """
        self._stream = stream
        self._condense = condense
        self.answers: list[Answer] = []

    def ask(self, question: str, *, alone: bool = False, **options: Any) -> Answer:
        """Answer a question in the light of those before.

        Args:
            question: in words; a follow-up is rewritten by the LLM, where one answers,
                else by rules.
            alone: ask the question as it is, as when a rewritten question was edited.
            options: those of ``Corpus.ask``, whose errors are raised too.
        """
        for event in self.stream(question, alone=alone, **options):
            if event.answer is not None:
                return event.answer
        raise AssertionError("a stream ends with the answer")

    def stream(self, question: str, *, alone: bool = False, **options: Any) -> Generator[Event]:
        """Answer like :meth:`ask`, as the events of ``Corpus.stream``; closing it stops the LLM."""
        understood = question
        if question and not alone:
            understood = self._understood(question, options.get("llm"))
        for event in self._stream(understood, **options):
            if event.answer is not None:
                answer = replace(event.answer, question=question.strip())
                self.answers.append(answer)
                event = replace(event, answer=answer)
            yield event

    def _understood(self, question: str, llm: Any) -> str:
        if not self.answers:
            return stand_alone(question, None)
        last = self.answers[-1]
        first = last.citations[0] if last.citations else None
        said = (first.cited_text, first.published, first.title) if first else ()
        by_rules = stand_alone(question, Turn(last.understood_as, *said))
        return self._condense(question, self.answers, llm) or by_rules


def condense(question: str, turns: Sequence[Answer], writer: Writer) -> str | None:
    """Rewrite a follow-up as a question of its own, by an LLM.

    Returns None where rules must do: the LLM fails, writes more than a question, repeats its
    instructions, or names what nobody has named.

    Args:
        question: as asked.
        turns: the earlier answers, oldest first.
        writer: the LLM.
    """
    turns_told = [
        fill(writer.prompts.turn, question=turn.understood_as, answer=turn.text[:_MAX_ANSWER])
        for turn in turns[-_TURNS:]
    ]
    conversation = "\n".join([*turns_told, f"Question: {question}"])
    try:
        reply = complete(
            writer.llm,
            writer.name,
            writer.prompts.condense,
            conversation,
            seconds=writer.limits.seconds,
        )
    except LLMError:
        return None  # the LLM is asked again for the answer, and its failure reported there
    lines = [line.strip() for line in reply.splitlines() if line.strip()]
    rewritten = _LABEL.sub("", lines[-1]).strip(' "“”')
    one_question = len(lines) == 1 and rewritten.count("?") <= 1 and len(rewritten) <= _MAX_QUESTION
    if not one_question or LeakDetector(writer.prompts.condense, conversation).is_leak(rewritten):
        return None
    return rewritten if _is_of(rewritten, conversation) else None


def _is_of(question: str, conversation: str) -> bool:
    """Return whether every name and number of a question stands in a conversation."""
    known = {term.term for term in analyze(conversation)}
    first = re.match(r"\W*\w+", question)
    opening = first.end() if first else 0
    named = all(
        term.term in known for term in analyze(question) if term.name and term.start >= opening
    )
    numbers = {number.value for number in numbers_in(conversation)}
    return (
        bool(known & {term.term for term in analyze(question)})
        and named
        and all(number.value in numbers for number in numbers_in(question))
    )
