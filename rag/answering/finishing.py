"""From a draft to the answer that is handed out: nothing goes out unchecked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from rag.answering.drafting import Draft
from rag.answers import Answer, Statement
from rag.checking.citations import check_citation, check_citations
from rag.findings import Difference
from rag.types import Article, Citation, Hit

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
