"""An answer without an LLM: sentences of the articles, quoted and ascribed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rag.answering.leads import lead, short_answer
from rag.answers import Statement
from rag.checking.citations import cite
from rag.checking.verification import QUOTE, verify_quote
from rag.retrieval.lookup import Found
from rag.retrieval.readable import readable
from rag.retrieval.sentences import Candidate
from rag.types import Article


class Chosen(NamedTuple):
    """A sentence to quote, and the part of the question that it answers."""

    part: Found
    candidate: Candidate


def state(chosen: Sequence[Chosen]) -> list[Statement]:
    """Statements that quote sentences and say whose they are, citations numbered from 1.

    Each quotes a sentence with what makes it readable; what a statement before
    has quoted is not quoted again.

    Args:
        chosen: the sentences, in the order in which they are to be read.
    """
    statements: list[Statement] = []
    quoted: list[tuple[Article, int, int]] = []
    for part, candidate in chosen:
        article = candidate.article
        start, end = readable(candidate)
        if any(a.id == article.id and s < end and start < e for a, s, e in quoted):
            start, end = candidate.sentence.start, candidate.sentence.end
            if any(a.id == article.id and s < end and start < e for a, s, e in quoted):
                continue
        sources = [a for a, _, _ in quoted]
        opening = None if statements else short_answer(part.question, part.concepts, candidate)
        citation = cite(len(statements) + 1, article, start, end)
        text = f"{lead(article, sources, opening)} {QUOTE.format(citation.cited_text)}"
        verdict, reason = verify_quote(text, article.source, [citation])
        statements.append(Statement(text, verdict, reason, (citation,)))
        quoted.append((article, start, end))
    return statements


def in_order(chosen: Sequence[Chosen], *, newest_first: bool) -> list[Chosen]:
    """The sentences as they are to be read: best first, or by date where sides are shown.

    Sentences of one article stand together, best first.
    """
    ranks: dict[str, int] = {}
    for at, (_, candidate) in enumerate(chosen):
        ranks.setdefault(candidate.article.id, at)

    def place(item: Chosen) -> tuple[str, int]:
        article = item.candidate.article
        return _backwards(article.published or "") if newest_first else "", ranks[article.id]

    return sorted(chosen, key=place)


def _backwards(date: str) -> str:
    """A key that sorts ISO dates with the newest first, undated last."""
    return re.sub(r"\d", lambda digit: str(9 - int(digit[0])), date.ljust(10, "0")) if date else "~"
