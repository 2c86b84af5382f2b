"""The order of steps from a question to an answer: retrieve, answer, compare, verify, decide."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import zip_longest
from typing import NamedTuple

from rag.answering import extractive
from rag.answering.decide import SILENT, Choice, choose, consider, decide
from rag.answering.generative import (
    MOST_EVIDENCE,
    Writer,
    Writing,
    forged_notice,
    prompt_for,
    withdrawn_notice,
)
from rag.answering.prompts import Instructions
from rag.checking.citations import Footnotes, check_citation, check_citations
from rag.comparing.backing import with_backing
from rag.comparing.differences import COMPARED_PASSAGES, differences
from rag.errors import LLMError
from rag.llms.streaming import context_of, stream_text
from rag.retrieval.lookup import Selection, Snapshot, merge_hits
from rag.retrieval.rank import Candidate
from rag.types import (
    Answer,
    Article,
    Citation,
    Considered,
    Difference,
    Event,
    Hit,
    Scope,
    Statement,
    Verdict,
)

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


def draft(question: str, parts: Sequence[Selection], writer: Writer | None) -> Events:
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
            stream_text(writer.llm, writer.name, system, user, seconds=writer.limits.seconds)
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
    if writing.abstained and not any(s.verdict == Verdict.SUPPORTED for s in writing.statements):
        for statement in writing.statements:
            yield Event("withdrawn", statement=statement)
        return Said([], notice)
    gone = withdrawn_notice(len(writing.withdrawn), writing.withheld)
    if not writing.statements:
        nothing = "that the articles support" if gone else "that can be read"
        return Said(None, f"The LLM {writer.name} said nothing {nothing}. {STAND_IN}")
    return Said(writing.statements, " ".join(filter(None, (notice, gone))) or None)


def _choose(judged: Sequence[tuple[Selection, list[Choice]]]) -> list[extractive.Chosen]:
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


QUOTES = "extractive"  # who answers where no LLM does


def finish(
    question: str,
    drafted: Draft,
    passages: tuple[Hit, ...],
    *,
    differences: tuple[Difference, ...],
    article: Callable[[str], Article | None],
    notice: str | None,
    seconds: dict[str, float],
) -> Answer:
    """The answer to a question, once its citations have been held against the articles.

    Args:
        question: as understood.
        drafted: what is answered.
        passages: what was found.
        differences: where the articles differ.
        article: gives an article by its id, or None.
        notice: what the reader must know of the index.
        seconds: what the steps took.

    Raises:
        CitationError: a citation does not hold.
    """
    statements = tuple(drafted.statements)
    citations = tuple(dict.fromkeys(c for s in statements for c in s.citations))
    check_citations(citations, article)
    for quote in _further(statements, differences):
        check_citation(quote, article)
    return Answer(
        question=question,
        understood_as=question,
        status="answered" if statements else "abstained",
        confidence=drafted.probability,
        reason=drafted.reason,
        statements=statements,
        citations=citations,
        passages=passages,
        answered_by=drafted.llm or QUOTES,
        notice=" ".join(filter(None, (notice, drafted.notice))) or None,
        seconds=seconds,
        signals=drafted.signals,
        considered=drafted.considered,
        llm=drafted.llm,
        stood_in=drafted.stood_in,
        asked=drafted.asked,
        differences=differences,
    )


def _further(
    statements: Iterable[Statement], differences: Iterable[Difference]
) -> Iterator[Citation]:
    """The quotes that are shown beside those of the statements."""
    for statement in statements:
        if statement.backing is not None:
            yield from (*statement.backing.also, *statement.backing.copies)
    for difference in differences:
        yield from (position.citation for position in difference.positions)


def answer_steps(
    snapshot: Snapshot,
    question: str,
    writer: Writer | None,
    *,
    top_k: int,
    scope: Scope | None,
    notice: str | None,
) -> Generator[Event | None]:
    """The events of an answer, and None whenever an LLM is waited for.

    Args:
        snapshot: the articles.
        question: checked, as it is to be understood.
        writer: the LLM that answers, if any.
        top_k: passages that the answer is drawn from.
        scope: only from articles within it; None for all.
        notice: what the reader must know of the index.
    """
    began = time.perf_counter()
    parts = snapshot.look_up(question, top_k, scope)
    retrieved = time.perf_counter()
    drafted = yield from draft(question, parts, writer)
    answered = time.perf_counter()
    seconds = {"retrieve": retrieved - began, "answer": answered - retrieved}
    found: tuple[Difference, ...] = ()
    if drafted.statements:
        broadly = snapshot.select_more(parts, max(top_k, COMPARED_PASSAGES))
        footnotes = Footnotes(dict.fromkeys(c for s in drafted.statements for c in s.citations))
        found = differences(broadly, footnotes)
        statements = with_backing(drafted.statements, broadly, found, snapshot.article, footnotes)
        drafted = drafted._replace(statements=statements)
        seconds["compare"] = time.perf_counter() - answered
    answer = finish(
        question,
        drafted,
        merge_hits(parts, top_k),
        differences=found,
        article=snapshot.find_article,
        notice=notice,
        seconds={step: round(taken, 4) for step, taken in seconds.items()},
    )
    yield Event("done", answer=answer)
