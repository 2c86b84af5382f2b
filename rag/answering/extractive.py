"""An answer without an LLM: sentences of the articles, quoted and ascribed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rag.checking.citations import QUOTE, check_quotation, cite
from rag.retrieval.concepts import Concept, covered
from rag.retrieval.lookup import Selection
from rag.retrieval.question import Question
from rag.retrieval.quoting import readable
from rag.retrieval.rank import Candidate
from rag.text.dates import MONTH_NAMES, spoken_date
from rag.text.names import NAME_IN_CLAUSE, PERSON_IN_CLAUSE
from rag.text.numbers import COUNT
from rag.text.terms import analyze
from rag.types import Article, Statement

# A short answer is a stretch between such breaks: it must read as words of one clause.
_JOINS = "and|but|while|which|who|whose|when|where|because|after"
_BREAK = re.compile(rf"[,;:.!]\s+(?:(?:{_JOINS})\s+)?|[—–()“”\"]+\s*|\s+(?:{_JOINS})\s+")
MAX_SHORT = 80  # characters
MIN_SHORT = 2  # words
WORTHWHILE = 0.6  # of the quote; a short answer that is nearly the quote saves nobody time
# What a short answer of a kind must hold, stricter than what makes a sentence worth looking at.
_NUMBER = rf"\b\d[\d,.]*|\b(?:{COUNT})\b"
VALUES = {
    "age": _NUMBER,
    "date": rf"\b(?:1\d{{3}}|20\d\d)\b|\b(?:{MONTH_NAMES})\b",
    "duration": _NUMBER,
    "money": r"\d",
    "number": _NUMBER,
    "person": PERSON_IN_CLAUSE,
    "place": NAME_IN_CLAUSE,
    "name": NAME_IN_CLAUSE,
}
# Of what the question names, how much a clause must hold; a name says less by itself than a number.
MIN_NAMED = {"person": 2, "place": 2, "name": 2}


def lead(article: Article, quoted: Sequence[Article], opening: str | None = None) -> str:
    """What stands before a quote, from what is known of its source.

    Args:
        article: whose words follow.
        quoted: the articles quoted before.
        opening: a few words of the quote that answer the question.
    """
    if opening is not None:
        return f"{attribution(article)}: {QUOTE.format(opening)}, in full:"
    if quoted and quoted[-1].id == article.id:
        return f"{article.source} also says:"
    return f"{attribution(article)}:"


def attribution(article: Article) -> str:
    """Who said it, and when: outlet and date, as far as they are known."""
    day = spoken_date(article.published)
    if day is None:
        return article.source
    inferred = (article.published_basis or "").startswith("inferred")
    return f"{article.source}, {day} (date inferred)" if inferred else f"{article.source}, {day}"


def short_answer(
    question: Question, concepts: Sequence[Concept], candidate: Candidate
) -> str | None:
    """The few words of a sentence that answer a question, verbatim, where there clearly are such.

    A clause that holds the wanted kind of answer, a number or a name that the
    question has not, and of what the question names the rarest that the sentence
    holds, so that "900 in Syria" and not "3,000 in Iraq" answers for Syria. None
    where no clause does, or where the question wants more than a word or two.

    Args:
        question: what is asked.
        concepts: what it names.
        candidate: the sentence.
    """
    kind = question.kind.name if question.kind else ""
    named = [c for c, part in zip(concepts, candidate.found, strict=True) if part]
    if kind not in VALUES or len(named) < 2:
        return None
    asked = frozenset(term.term for term in analyze(question.text))
    rarest = max(named, key=lambda concept: concept.weight)
    for start, end in _clauses(candidate.text):
        clause = candidate.text[start:end]
        terms = [term.term for term in analyze(clause)]
        held = covered(named, terms, near=1.0)
        if not held[named.index(rarest)] or sum(held) < MIN_NAMED.get(kind, 1):
            continue
        # A clause in the midst of a sentence: a capital at its beginning is a name's.
        values = re.findall(VALUES[kind], f"a {clause}" if start else clause)
        is_new = any(term.term not in asked for value in values for term in analyze(value))
        worthwhile = len(clause) <= min(MAX_SHORT, WORTHWHILE * len(candidate.text))
        if is_new and worthwhile and len(terms) >= MIN_SHORT:
            return clause
    return None


def _clauses(text: str) -> list[tuple[int, int]]:
    edges = [0]
    for match in _BREAK.finditer(text):
        edges += match.span()
    edges.append(len(text.rstrip(" .!")))
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]


class Chosen(NamedTuple):
    """A sentence to quote, and the part of the question that it answers."""

    part: Selection
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
        verdict, reason = check_quotation(text, article.source, [citation])
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
