"""A follow-up question as an LLM understands it, held to what the conversation has said."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.leaks import Instructions
from rag.answering.prompts import fill
from rag.answering.writers import Writer
from rag.answers import Answer
from rag.checking.numbers import numbers_in
from rag.documents.terms import analyze
from rag.errors import LLMError
from rag.llms.speech import complete

REMEMBERED = 3  # turns; what was asked earlier is seldom meant
MOST_ANSWER = 400  # characters of an answer that the LLM sees
MOST_QUESTION = 400  # characters of what it may make of it
_LABEL = re.compile(r"^(?:rewritten )?question:\s*", re.IGNORECASE)


def condense(question: str, turns: Sequence[Answer], writer: Writer) -> str | None:
    """The question on its own, as an LLM puts it.

    None where the LLM fails, says more than a question, repeats what it was told, or names
    what nobody has named: rules must do then.

    Args:
        question: as asked.
        turns: the answers before, oldest first.
        writer: the LLM.
    """
    told = [
        fill(writer.prompts.turn, question=turn.understood_as, answer=turn.text[:MOST_ANSWER])
        for turn in turns[-REMEMBERED:]
    ]
    conversation = "\n".join([*told, f"Question: {question}"])
    try:
        said = complete(
            writer.llm,
            writer.name,
            writer.prompts.condense,
            conversation,
            seconds=writer.limits.seconds,
        )
    except LLMError:
        return None  # it is asked again for the answer, and its failure told there
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    rewritten = _LABEL.sub("", lines[-1]).strip(' "“”')
    one_question = len(lines) == 1 and rewritten.count("?") <= 1 and len(rewritten) <= MOST_QUESTION
    if not one_question or Instructions(writer.prompts.condense, conversation).are_in(rewritten):
        return None
    return rewritten if _is_of(rewritten, conversation) else None


def _is_of(question: str, conversation: str) -> bool:
    """Whether every name and number of a question stands in a conversation."""
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
