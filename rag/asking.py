"""The order of steps from a question to an answer: retrieve, answer, compare, verify, decide."""

from __future__ import annotations

import time
from collections.abc import Generator

from rag.answering.drafting import draft
from rag.answering.finishing import finish
from rag.answering.writers import Writer
from rag.answers import Event
from rag.checking.citations import Footnotes
from rag.comparing.backing import with_backing
from rag.comparing.differences import PASSAGES, differences
from rag.desk import Desk
from rag.findings import Difference
from rag.index.scope import Scope
from rag.retrieval.lookup import merge_hits


def answer_steps(
    desk: Desk,
    question: str,
    writer: Writer | None,
    *,
    top_k: int,
    scope: Scope | None,
    notice: str | None,
) -> Generator[Event | None]:
    """The events of an answer, and None whenever an LLM is waited for.

    Args:
        desk: what answers are made from.
        question: checked, as it is to be understood.
        writer: the LLM that answers, if any.
        top_k: passages that the answer is drawn from.
        scope: only from articles within it; None for all.
        notice: what the reader must know of the index.
    """
    began = time.perf_counter()
    parts = desk.look_up(question, top_k, scope)
    generation = desk.generation()
    retrieved = time.perf_counter()
    drafted = yield from draft(question, parts, writer)
    answered = time.perf_counter()
    seconds = {"retrieve": retrieved - began, "answer": answered - retrieved}
    found: tuple[Difference, ...] = ()
    if drafted.statements:
        broadly = parts
        if desk.generation() == generation:  # else an article may be found in two states
            broadly = desk.look_up(question, max(top_k, PASSAGES), scope)
        footnotes = Footnotes(dict.fromkeys(c for s in drafted.statements for c in s.citations))
        found = differences(broadly, footnotes)
        statements = with_backing(drafted.statements, broadly, found, desk.cited, footnotes)
        drafted = drafted._replace(statements=statements)
        seconds["compare"] = time.perf_counter() - answered
    answer = finish(
        question,
        drafted,
        merge_hits(parts, top_k),
        differences=found,
        article=desk.article,
        notice=notice,
        seconds={step: round(taken, 4) for step, taken in seconds.items()},
    )
    yield Event("done", answer=answer)
