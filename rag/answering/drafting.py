"""Who answers: an LLM where one is configured, else, or where it fails, quotes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag.answering import extractive, written
from rag.errors import LLMError
from rag.llms import NONE, complete, load_llm
from rag.retrieval.sentences import Candidate
from rag.types import Statement


class Draft(NamedTuple):
    """Statements with their verdicts, who made them, and what the reader must know of that."""

    statements: list[Statement]
    answered_by: str
    notice: str | None = None


def draft(question: str, candidates: Sequence[Candidate], spec: str) -> Draft:
    """An answer from ranked sentences.

    Args:
        question: as understood.
        candidates: ranked sentences, best first; without any, nobody is asked.
        spec: the LLM, or ``none``. Where it fails, quotes stand in, with a notice.

    Raises:
        SettingError, MissingExtra: the LLM cannot be loaded as configured.
    """
    if spec == NONE or not candidates:
        return _quoted(candidates)
    evidence = candidates[: written.MOST_EVIDENCE]
    llm = load_llm(spec)
    try:
        text = complete(llm, spec, *written.prompt_for(question, evidence))
    except LLMError as error:
        return _quoted(candidates)._replace(notice=f"{error} Quotes stand in for its answer.")
    return Draft(written.state(text, evidence), spec)


def _quoted(candidates: Sequence[Candidate]) -> Draft:
    return Draft(extractive.state(extractive.choose(candidates)), extractive.NAME)
