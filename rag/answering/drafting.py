"""Who answers: an LLM where one is configured, else, or where it fails, quotes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from rag.answering import extractive, written
from rag.answering.choice import Choice, choose, consider
from rag.answering.policy import SILENT, decide
from rag.errors import LLMError
from rag.llms import NONE, complete, load_llm
from rag.retrieval.lookup import Found
from rag.retrieval.sentences import Candidate
from rag.types import Considered, Statement


class Draft(NamedTuple):
    """What is answered, or why nothing is, and what the reader must know of that.

    ``probability`` is that of the part with the most evidence, ``signals`` those of
    the first part, which no fitted weight has a say in.
    """

    statements: list[Statement]
    reason: str | None
    answered_by: str
    notice: str | None
    probability: float
    signals: dict[str, float]
    considered: tuple[Considered, ...]


def draft(question: str, parts: Sequence[Found], spec: str) -> Draft:
    """An answer to a question from what was found for its parts, or an abstention.

    Args:
        question: as understood.
        parts: the parts of the question, looked up; those with too little evidence
            are left out.
        spec: the LLM, or ``none``. Where it fails, quotes stand in, with a notice;
            where no part has evidence, nobody is asked.

    Raises:
        SettingError, MissingExtra: the LLM cannot be loaded as configured.
    """
    decisions = [decide(part) for part in parts]
    judged = [consider(part.question, part.candidates) for part in parts]
    taken = [at for at, decision in enumerate(decisions) if decision.answer]
    answered = [parts[at] for at in taken]
    chosen = _choose([(parts[at], judged[at]) for at in taken])
    statements, notice, answered_by = extractive.state(chosen), None, extractive.NAME
    if spec != NONE and answered:
        evidence = _evidence([part.candidates for part in answered])
        llm = load_llm(spec)
        try:
            text = complete(llm, spec, *written.prompt_for(question, evidence))
            statements, answered_by = written.state(text, evidence), spec
        except LLMError as error:
            notice = f"{error} Quotes stand in for its answer."
    best = max(decisions, key=lambda decision: decision.probability)
    first = parts[0].evidence
    return Draft(
        statements=statements,
        reason=None if statements else best.reason or SILENT,
        answered_by=answered_by,
        notice=notice,
        probability=best.probability,
        signals=dict(first.signals) if first else {},
        considered=tuple(_considered(choice) for choices in judged for choice in choices),
    )


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
    return list(evidence.values())[: written.MOST_EVIDENCE]


def _considered(choice: Choice) -> Considered:
    sentence = choice.candidate.sentence
    return Considered(
        choice.candidate.article.id,
        sentence.start,
        sentence.end,
        choice.signals,
        choice.probability,
    )
