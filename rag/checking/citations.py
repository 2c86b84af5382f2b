"""Make citations from spans, and check them: their words, and the statements that rest on them.

:func:`check_citation` holds a citation against its article, :func:`check_quotation` a statement
that quotes, :func:`check_cited_statement` one in words of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rag.checking.support import check_support
from rag.errors import CitationError
from rag.models.entailment import Opinions
from rag.text.blocks import LISTED, block_of
from rag.text.dates import spoken_dates
from rag.text.quotations import in_quotes, is_verbatim, plain, quotations
from rag.types import Article, Citation, Support, Verdict

_BEFORE = 400  # characters before a quote in which the name that a pronoun stands for is looked for
_APART = LISTED | {"turn"}  # kinds of blocks that speak of something else than those beside them


def cite(number: int, article: Article, start: int, end: int) -> Citation:
    """Make the citation of a span of an article.

    Args:
        number: its number in the answer, from 1.
        article: the article.
        start, end: the span, 0-based, end-exclusive, in characters.

    Raises:
        CitationError: the span is not within the article.
    """
    if not 0 <= start < end <= len(article.text):
        raise CitationError(f"{article.path} has no characters {start} to {end} to cite.")
    kind, label = article.part(start, end)
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
        page=article.page(start),
        kind=kind,
        label=label,
        file=article.path,
    )


def quoted(citation: Citation) -> str:
    """Return the cited words as a statement quotes them.

    They stand in quotation marks, behind what they hang on or who says them. A row of a table is
    shown with its header and without quotation marks: ``Ward: Heart · Beds: 24``.
    """
    if citation.in_context == citation.cited_text:
        return in_quotes(citation.cited_text)
    if citation.kind == "row":
        return citation.in_context
    lead = citation.in_context.removesuffix(citation.cited_text).rstrip()
    return f"{lead} {in_quotes(citation.cited_text)}"


class Footnotes:
    """The citations of an answer, and further quotes with the numbers that follow."""

    def __init__(self, cited: Iterable[Citation] = ()) -> None:
        """Begin with the citations that have numbers already, in order from 1."""
        self._cited = list(cited)

    def cite(self, article: Article, start: int, end: int) -> Citation:
        """Return the citation of a span, with the next number unless the span has one already."""
        place = (article.id, start, end)
        for citation in self._cited:
            if (citation.article_id, citation.start, citation.end) == place:
                return citation
        self._cited.append(cite(len(self._cited) + 1, article, start, end))
        return self._cited[-1]


def check_citations(
    citations: Iterable[Citation], article_by_id: Callable[[str], Article | None]
) -> None:
    """Raise an error unless citations are numbered from 1 and :func:`check_citation` passes each.

    Raises:
        CitationError: a number is out of order, or a citation does not pass.
    """
    for expected, citation in enumerate(citations, start=1):
        if citation.number != expected:
            raise CitationError(f"Citation {citation.number} stands where {expected} belongs.")
        check_citation(citation, article_by_id)


def check_citation(citation: Citation, article_by_id: Callable[[str], Article | None]) -> None:
    """Raise an error unless a citation equals its words and lies in an article's own text.

    Args:
        citation: the citation.
        article_by_id: returns the article with an id, or None.

    Raises:
        CitationError: the article is gone, the words differ, or the span touches
            clutter or an aside.
    """
    source = article_by_id(citation.article_id)
    if source is None:
        raise CitationError(f"Citation {citation.number} is of a document that is gone.")
    if source.text[citation.start : citation.end] != citation.cited_text:
        raise CitationError(
            f"Citation {citation.number} does not equal {source.path}, characters "
            f"{citation.start} to {citation.end}; run `rag index --rebuild`."
        )
    if (citation.kind, citation.label) != source.part(citation.start, citation.end):
        raise CitationError(f"Citation {citation.number} has another label than {source.path}.")
    for excluded in source.marks:
        if excluded.start < citation.end and citation.start < excluded.end:
            raise CitationError(
                f"Citation {citation.number} touches {excluded.label} in {source.path}."
            )


def check_quotation(
    text: str, source: str, citations: Sequence[Citation]
) -> tuple[Verdict, str | None]:
    """Return the verdict on a statement that names a source and quotes it, and the reason.

    Args:
        text: the statement, as ``SOURCE, DATE: “QUOTE”``; a few words of the quote
            may stand before it, in quotation marks.
        source: the outlet, author or title that the quote must be attributed to.
        citations: the citations of the statement.

    The reason is None where the verdict is ``supported``.
    """
    if not citations:
        return Verdict.UNSUPPORTED, "it cites nothing"
    if not text.startswith(source):
        return Verdict.UNSUPPORTED, f"it does not attribute the words to {source}"
    lead = text.removesuffix(f": {' '.join(map(quoted, citations))}")
    sources = [plain(citation.cited_text) for citation in citations]
    in_lead = [lead[start:end] for start, end in quotations(lead) if start > len(source)]
    if lead == text or not all(
        any(is_verbatim(words, cited) for cited in sources) for words in in_lead
    ):
        return Verdict.UNSUPPORTED, "the quoted words are not those of the document"
    return Verdict.SUPPORTED, None


def check_cited_statement(
    statement: str,
    citations: Sequence[Citation],
    article_by_id: Callable[[str], Article],
    opinions: Opinions | None = None,
    *,
    question: str = "",
) -> Support:
    """Return how far a sentence is supported by the quotes that it cites.

    The sentence may name outlet, author and date of a cited article although the quote does
    not; a name from the title or from just before the quote makes it partly supported.

    Args:
        statement: one sentence, without citation marks.
        citations: the citations of the sentence.
        article_by_id: returns the article with an id.
        opinions: of models, for a sentence in other words than its source.
        question: what it answers; a fragment is checked together with it.
    """
    cited = [(citation, article_by_id(citation.article_id)) for citation in citations]
    return check_support(
        statement,
        [citation.in_context for citation in citations],
        about=[phrase for _, source in cited for phrase in attribution_phrases(source)],
        nearby="\n".join(
            f"{source.title}\n{text_before(source, citation.start)}" for citation, source in cited
        ),
        question=question,
        similarity=opinions.similarity if opinions else None,
        entailment=opinions.entailment if opinions else None,
    )


def attribution_phrases(article: Article) -> list[str]:
    """Return the phrases that may attribute a sentence to an article: source, author, date."""
    phrases = [article.source, article.author, *spoken_dates(article.published), "date inferred"]
    return [phrase for phrase in phrases if phrase]


def text_before(article: Article, start: int) -> str:
    """Return the text just before an offset, in which the name behind a pronoun may stand.

    Rows of a table, entries of a list and turns of speech each speak of their own: those before
    lend a row, entry or turn no name.
    """
    low = max(0, start - _BEFORE)
    own = block_of(article.blocks, start, start)
    if own is None or own.kind not in _APART:
        return article.text[low:start]
    kept, at = [], low
    for block in article.blocks:
        if block.start >= own.start:
            break
        if block.kind in _APART and block.end > at:
            kept.append(article.text[at : max(at, block.start)])
            at = block.end
    return "".join((*kept, article.text[at:start]))
