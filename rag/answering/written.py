"""An answer that an LLM wrote: it writes, the citations are ours and every sentence is checked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.leads import attribution
from rag.answering.marks import Written, read_marks
from rag.answering.prompts import ABSTENTION, EVIDENCE_BEGINS, EVIDENCE_ENDS, SYSTEM
from rag.checking.citations import cite
from rag.checking.verification import verify_cited
from rag.retrieval.sentences import Candidate
from rag.types import Citation, Statement

MOST_EVIDENCE = 12  # sentences; more bury the answer for a small model


def prompt_for(question: str, evidence: Sequence[Candidate]) -> tuple[str, str]:
    """The system and the user message that ask for an answer.

    Args:
        question: as understood.
        evidence: sentences, numbered from 1 in their order.
    """
    lines = [
        f"[{number}] {attribution(candidate.article)}: {' '.join(candidate.text.split())}"
        for number, candidate in enumerate(evidence, start=1)
    ]
    # The fence must not be closed by what stands inside it.
    fenced = "\n".join(lines).replace(EVIDENCE_ENDS, "").replace(EVIDENCE_BEGINS, "")
    user = f"{EVIDENCE_BEGINS}\n{fenced}\n{EVIDENCE_ENDS}\n\nQuestion: {question}"
    return SYSTEM, user


def state(text: str, evidence: Sequence[Candidate]) -> list[Statement]:
    """What an LLM wrote, as statements with checked citations; none where it abstained.

    A sentence without a mark that is known goes to the evidence that supports it,
    or stays uncited and unsupported.

    Args:
        text: as written.
        evidence: the sentences it was given, in their order.
    """
    if _plain(ABSTENTION) in _plain(text):
        return []
    given: dict[int, Citation] = {}
    return [_statement(written, evidence, given) for written in read_marks(text)]


def _statement(
    written: Written, evidence: Sequence[Candidate], given: dict[int, Citation]
) -> Statement:
    articles = {candidate.article.id: candidate.article for candidate in evidence}
    known = [number for number in written.numbers if 1 <= number <= len(evidence)]
    numbers = known or _supporting(written.text, evidence)
    for number in numbers:
        candidate = evidence[number - 1]
        sentence = candidate.sentence
        if number not in given:
            given[number] = cite(len(given) + 1, candidate.article, sentence.start, sentence.end)
    citations = tuple(given[number] for number in numbers)
    support = verify_cited(written.text, citations, articles.__getitem__)
    reason = support.reason
    if not citations and written.numbers:
        reason = f"it cites {written.numbers[0]}, and there is no such evidence"
    return Statement(written.text, support.verdict, reason, citations)


def _supporting(text: str, evidence: Sequence[Candidate]) -> list[int]:
    """The number of the one piece of evidence that supports a sentence best, if any does."""
    best: tuple[float, int] | None = None
    for number, candidate in enumerate(evidence, start=1):
        article, sentence = candidate.article, candidate.sentence
        citation = cite(1, article, sentence.start, sentence.end)
        support = verify_cited(text, [citation], {article.id: article}.__getitem__)
        if support.verdict == "supported" and (best is None or support.score > best[0]):
            best = (support.score, number)
    return [best[1]] if best else []


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).casefold().strip()
