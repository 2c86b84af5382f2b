"""A conversation: follow-up questions are understood by what was asked before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rag.answering.conversation import points_back, stand_alone
from rag.types import Answer


class Chat:
    """A conversation with a corpus. Made by ``corpus.chat()``; not shared between threads.

    Each answer is complete without the others: ``understood_as`` is the question
    that was answered, and may be put to ``corpus.ask`` as it is.
    """

    def __init__(self, ask: Callable[..., Answer]) -> None:
        self._ask = ask
        self._topic: str | None = None
        self.answers: list[Answer] = []

    def ask(self, question: str, **options: Any) -> Answer:
        """Answer a question in the light of those before; options and errors as of ``ask``."""
        understood = stand_alone(question, self._topic)
        answer = self._ask(understood, **options)
        if self._topic is None or not points_back(question):
            self._topic = answer.question
        answer = replace(answer, question=question)
        self.answers.append(answer)
        return answer
