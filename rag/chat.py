"""A conversation: follow-up questions are understood by what was asked before."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from typing import Any

from rag.answering.conversation import Turn, stand_alone
from rag.answers import Answer, Event

# From a question, the answers before and the LLM asked for, to what an LLM makes of it, if any.
Condense = Callable[[str, Sequence[Answer], Any], str | None]


class Chat:
    """A conversation with a corpus. Made by ``corpus.chat()``; not shared between threads.

    Each answer is complete without the others: ``understood_as`` is the question
    that was answered, and may be put to ``corpus.ask``, or edited, as it is.
    """

    def __init__(self, stream: Callable[..., Iterator[Event]], condense: Condense) -> None:
        self._stream = stream
        self._condense = condense
        self.answers: list[Answer] = []

    def ask(self, question: str, *, alone: bool = False, **options: Any) -> Answer:
        """Answer a question in the light of those before.

        Args:
            question: in words; where the text points back, it is understood by what
                was said before: by the LLM, where one answers, else by rules.
            alone: ask it as it stands, as when what was understood has been edited.
            options: as of ``Corpus.ask``, whose errors are raised too.
        """
        for event in self.stream(question, alone=alone, **options):
            if event.answer is not None:
                return event.answer
        raise AssertionError("a stream ends with the answer")

    def stream(self, question: str, *, alone: bool = False, **options: Any) -> Generator[Event]:
        """Answer like :meth:`ask`, as the events of ``Corpus.stream``; closing it stops it."""
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
        said = (first.cited_text, first.published) if first else (None, None)
        by_rules = stand_alone(question, Turn(last.understood_as, *said))
        return self._condense(question, self.answers, llm) or by_rules
