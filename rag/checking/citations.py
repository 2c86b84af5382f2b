"""Citations made from spans, and checked against the articles before anyone sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rag.errors import CitationError
from rag.types import Article, Citation


def cite(number: int, article: Article, start: int, end: int) -> Citation:
    """A citation of a span of an article.

    Args:
        number: its number in the answer, from 1.
        article: the article.
        start, end: the span, 0-based, end-exclusive, in characters.

    Raises:
        CitationError: the span is not within the article.
    """
    if not 0 <= start < end <= len(article.text):
        raise CitationError(f"{article.path} has no characters {start} to {end} to cite.")
    return Citation(
        number=number,
        cited_text=article.text[start:end],
        article_id=article.id,
        title=article.title,
        outlet=article.outlet,
        published=article.published,
        published_basis=article.published_basis,
        url=article.url,
        start=start,
        end=end,
    )


class Footnotes:
    """The citations of an answer, and further quotes that are numbered on from them."""

    def __init__(self, cited: Iterable[Citation] = ()) -> None:
        """Begin with those that are numbered already, in order from 1."""
        self._cited = list(cited)

    def cite(self, article: Article, start: int, end: int) -> Citation:
        """The citation of a span: the one that there is, or one with the next number."""
        place = (article.id, start, end)
        for citation in self._cited:
            if (citation.article_id, citation.start, citation.end) == place:
                return citation
        self._cited.append(cite(len(self._cited) + 1, article, start, end))
        return self._cited[-1]


def check_citations(
    citations: Iterable[Citation], article: Callable[[str], Article | None]
) -> None:
    """Make sure that each citation equals its words and lies in an article's own text.

    Args:
        citations: in the order of their numbers.
        article: gives an article by its id, or None.

    Raises:
        CitationError: a number is out of order, the article is gone, the words
            differ, or the span touches clutter or an aside.
    """
    for expected, citation in enumerate(citations, start=1):
        if citation.number != expected:
            raise CitationError(f"Citation {citation.number} stands where {expected} belongs.")
        check_citation(citation, article)


def check_citation(citation: Citation, article: Callable[[str], Article | None]) -> None:
    """Make sure that a citation equals its words and lies in an article's own text.

    Raises:
        CitationError: the article is gone, the words differ, or the span touches
            clutter or an aside.
    """
    source = article(citation.article_id)
    if source is None:
        raise CitationError(f"Citation {citation.number} is of an article that is gone.")
    if source.text[citation.start : citation.end] != citation.cited_text:
        raise CitationError(
            f"Citation {citation.number} does not equal {source.path}, characters "
            f"{citation.start} to {citation.end}; run `rag index --rebuild`."
        )
    for mark in source.marks:
        if mark.start < citation.end and citation.start < mark.end:
            raise CitationError(
                f"Citation {citation.number} touches {mark.label} in {source.path}."
            )
