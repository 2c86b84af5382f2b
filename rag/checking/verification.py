"""Does a statement say no more than the words that it cites.

Statements of the extractive answerer are a source and a quote; that is what is
checked here. Anything else is not vouched for.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Citation, Verdict

QUOTE = "“{}”"


def verify_quote(
    text: str, source: str, citations: Sequence[Citation]
) -> tuple[Verdict, str | None]:
    """Check a statement that names a source and quotes it.

    Args:
        text: the statement, as ``SOURCE, DATE: “QUOTE”``.
        source: the outlet, author or title that the quote must be ascribed to.
        citations: what the statement cites.

    Returns the verdict, and the reason where it is not ``supported``.
    """
    if not citations:
        return "unsupported", "it cites nothing"
    if not text.startswith(source):
        return "unsupported", f"it does not say that the words are those of {source}"
    quoted = " ".join(QUOTE.format(citation.cited_text) for citation in citations)
    if not text.endswith(f": {quoted}"):
        return "unsupported", "the quoted words are not those of the article"
    return "supported", None
