"""Who answers: an LLM where one is configured, else, or where it fails, quotes."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from itertools import zip_longest
from typing import NamedTuple

from rag.answering import extractive
from rag.answering.choice import Choice, choose, consider
from rag.answering.leaks import Instructions
from rag.answering.policy import SILENT, decide
from rag.answering.writers import Writer
from rag.answering.written import (
    MOST_EVIDENCE,
    Writing,
    forged_notice,
    prompt_for,
    withdrawn_notice,
)
from rag.answers import Considered, Event, Statement
from rag.errors import LLMError
from rag.llms.speech import context_of, say
from rag.retrieval.lookup import Found
from rag.retrieval.sentences import Candidate

Events = Generator[Event | None, None, "Draft"]
STAND_IN = "Quotes stand in for its answer."


class Draft(NamedTuple):
    """What is answered, or why nothing is, and what the reader must know of that.

    ``llm`` is the LLM that wrote it, None where the articles are quoted, ``stood_in``
    whether they are as it failed, and ``asked`` what it was told. ``probability`` is that
    of the part with the most evidence, ``signals`` those of the first part, which no
    fitted weight has a say in.
    """

    statements: list[Statement]
    reason: str | None
    llm: str | None
    stood_in: bool
    notice: str | None
    asked: tuple[str, str] | None
    probability: float
    signals: dict[str, float]
    considered: tuple[Considered, ...]


class Said(NamedTuple):
    """What became of an LLM's answer; ``statements`` is None where quotes must stand in."""

    statements: list[Statement] | None
    notice: str | None
    asked: tuple[str, str] | None = None


def draft(question: str, parts: Sequence[Found], writer: Writer | None) -> Events:
    """An answer to a question from what was found for its parts, or an abstention.

    Yields an event for each statement and each change to one, and None whenever an LLM
    is waited for, so that a caller may leave; returns the whole.

    Args:
        question: as understood.
        parts: the parts of the question, looked up; those with too little evidence
            are left out.
        writer: the LLM, if any. Where it fails, quotes stand in, with a notice;
            where no part has evidence, nobody is asked.
    """
    decisions = [decide(part) for part in parts]
    judged = [consider(part.question, part.candidates) for part in parts]
    taken = [at for at, decision in enumerate(decisions) if decision.answer]
    said = Said(None, None)
    if writer and taken:
        said = yield from _write(
            question, _evidence([parts[at].candidates for at in taken]), writer
        )
    statements = said.statements
    if statements is None:
        statements = extractive.state(_choose([(parts[at], judged[at]) for at in taken]))
        for statement in statements:
            yield Event("draft", statement=statement)
            yield Event("verified", statement=statement)
    best = max(decisions, key=lambda decision: decision.probability)
    first = parts[0].evidence
    return Draft(
        statements=statements,
        reason=None if statements else best.reason or SILENT,
        llm=writer.name if writer and said.statements is not None else None,
        stood_in=bool(writer and taken) and said.statements is None,
        notice=said.notice,
        asked=said.asked,
        probability=best.probability,
        signals=dict(first.signals) if first else {},
        considered=tuple(_considered(choice) for choices in judged for choice in choices),
    )


def _write(
    question: str, evidence: list[Candidate], writer: Writer
) -> Generator[Event | None, None, Said]:
    """Have an LLM answer; what it said before it failed is withdrawn."""
    prompts = writer.prompts
    writing: Writing | None = None
    asked: tuple[str, str] | None = None
    try:
        room = min(writer.limits.context, context_of(writer.llm) or writer.limits.context)
        system, user, given = prompt_for(question, evidence, prompts, room)
        asked = (system, user)
        writing = Writing(
            given,
            abstention=prompts.abstention,
            instructions=Instructions(system, user),
            strict=writer.strict,
            opinions=writer.opinions,
        )
        with closing(
            say(writer.llm, writer.name, system, user, seconds=writer.limits.seconds)
        ) as pieces:
            yield from writing.read(pieces)
    except LLMError as error:
        for statement in writing.statements if writing else ():
            yield Event("withdrawn", statement=statement)
        why = str(error)
        if asked and Instructions(*asked).are_in(why):  # a server may quote what it was sent
            why = f"The LLM {writer.name} gave no answer."
        return Said(None, f"{why} {STAND_IN}", asked)
    return (yield from _settle(writing, writer))._replace(asked=asked)


def _settle(writing: Writing, writer: Writer) -> Generator[Event | None, None, Said]:
    """What stays of an answer that came to its end."""
    notice = forged_notice(writing.forged)
    if writing.abstained and not any(s.verdict == "supported" for s in writing.statements):
        for statement in writing.statements:
            yield Event("withdrawn", statement=statement)
        return Said([], notice)
    gone = withdrawn_notice(len(writing.withdrawn), writing.withheld)
    if not writing.statements:
        nothing = "that the articles support" if gone else "that can be read"
        return Said(None, f"The LLM {writer.name} said nothing {nothing}. {STAND_IN}")
    return Said(writing.statements, " ".join(filter(None, (notice, gone))) or None)


def _choose(judged: Sequence[tuple[Found, list[Choice]]]) -> list[extractive.Chosen]:
    """The sentences to quote, part after part, each once."""
    chosen: dict[tuple[str, int], extractive.Chosen] = {}
    for part, choices in judged:
        question = part.question
        picked = [extractive.Chosen(part, c) for c in choose(question, choices)]
        for item in extractive.in_order(picked, newest_first=question.sides):
            key = (item.candidate.article.id, item.candidate.sentence.start)
            chosen.setdefault(key, item)
    return list(chosen.values())


def _evidence(ranked: Sequence[Sequence[Candidate]]) -> list[Candidate]:
    """What an LLM is given: the best of each part in turn, each sentence once."""
    evidence: dict[tuple[str, int], Candidate] = {}
    for row in zip_longest(*ranked):
        for candidate in row:
            if candidate is not None:
                evidence.setdefault((candidate.article.id, candidate.sentence.start), candidate)
    return list(evidence.values())[:MOST_EVIDENCE]


def _considered(choice: Choice) -> Considered:
    sentence = choice.candidate.sentence
    return Considered(
        choice.candidate.article.id,
        sentence.start,
        sentence.end,
        choice.signals,
        choice.probability,
    )
