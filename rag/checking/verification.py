"""Does a statement say no more than the words that it cites.

Statements of the extractive answerer are a source and a quote, which can be held
to more than a sentence in other words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.checking.checker import Opinions
from rag.checking.quotations import is_verbatim, plain, quotations
from rag.checking.support import check_support
from rag.dates import spoken_dates
from rag.types import Article, Citation, Support, Verdict

QUOTE = "“{}”"
NEARBY = 400  # characters before a quote in which a pronoun's name may stand


def verify_quote(
    text: str, source: str, citations: Sequence[Citation]
) -> tuple[Verdict, str | None]:
    """Check a statement that names a source and quotes it.

    Args:
        text: the statement, as ``SOURCE, DATE: “QUOTE”``; a few words of the quote
            may stand before it, in quotation marks.
        source: the outlet, author or title that the quote must be ascribed to.
        citations: what the statement cites.

    Returns the verdict, and the reason where it is not ``supported``.
    """
    if not citations:
        return "unsupported", "it cites nothing"
    if not text.startswith(source):
        return "unsupported", f"it does not say that the words are those of {source}"
    quoted = " ".join(QUOTE.format(citation.cited_text) for citation in citations)
    lead = text.removesuffix(f": {quoted}")
    plain_sources = [plain(citation.cited_text) for citation in citations]
    in_short = [lead[start:end] for start, end in quotations(lead) if start > len(source)]
    if lead == text or not all(
        any(is_verbatim(words, cited) for cited in plain_sources) for words in in_short
    ):
        return "unsupported", "the quoted words are not those of the article"
    return "supported", None


def verify_cited(
    statement: str,
    citations: Sequence[Citation],
    article: Callable[[str], Article],
    opinions: Opinions | None = None,
) -> Support:
    """Check a sentence against the quotes that it cites.

    Outlet, author and date of a cited article may be said without standing in
    the quote; a name from the title or from just before the quote makes the
    sentence partly supported.

    Args:
        statement: one sentence, without citation marks.
        citations: what it cites.
        article: gives an article by its id.
        opinions: of models, where a sentence is in other words than its source.
    """
    cited = [(citation, article(citation.article_id)) for citation in citations]
    return check_support(
        statement,
        [citation.cited_text for citation in citations],
        about=[phrase for _, source in cited for phrase in about(source)],
        nearby="\n".join(
            f"{source.title}\n{source.text[max(0, citation.start - NEARBY) : citation.start]}"
            for citation, source in cited
        ),
        similarity=opinions.similarity if opinions else None,
        checker=opinions.checker if opinions else None,
    )


def about(article: Article) -> list[str]:
    """The phrases that an attribution may use of an article."""
    phrases = [article.source, article.author, *spoken_dates(article.published), "date inferred"]
    return [phrase for phrase in phrases if phrase]
