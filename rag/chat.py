"""A conversation: follow-up questions are understood by what was asked before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rag.answering.conversation import Turn, stand_alone
from rag.types import Answer


class Chat:
    """A conversation with a corpus. Made by ``corpus.chat()``; not shared between threads.

    Each answer is complete without the others: ``understood_as`` is the question
    that was answered, and may be put to ``corpus.ask``, or edited, as it is.
    """

    def __init__(self, ask: Callable[..., Answer]) -> None:
        self._ask = ask
        self._last: Turn | None = None
        self.answers: list[Answer] = []

    def ask(self, question: str, *, alone: bool = False, **options: Any) -> Answer:
        """Answer a question in the light of those before.

        Args:
            question: in words; where the text points back, it is understood by the
                question before.
            alone: ask it as it stands, as when what was understood has been edited.
            options: as of ``Corpus.ask``, whose errors are raised too.
        """
        understood = question if alone or not question else stand_alone(question, self._last)
        answer = self._ask(understood, **options)
        first = answer.citations[0] if answer.citations else None
        said = (first.cited_text, first.published) if first else (None, None)
        self._last = Turn(answer.question, *said)
        answer = replace(answer, question=question.strip())
        self.answers.append(answer)
        return answer
