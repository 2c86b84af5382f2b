"""Gold pairs with the answers that were given, ready to be measured."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import rag
from evals.pairs import Gold, Pair, Span, overlap, spans

Ask = Callable[[str], rag.Answer]  # corpus.ask, or chat.ask


@dataclass(frozen=True)
class Ground:
    """What answers are held against: the articles by id, and the checker of sentences."""

    articles: Mapping[str, rag.Article]
    check: Callable[[str, Sequence[rag.Citation]], rag.Support]

    def is_valid(self, citation: rag.Citation) -> bool:
        """Say whether a citation equals the words at its place; one out of range does not."""
        article = self.articles.get(citation.article_id)
        if article is None or not 0 <= citation.start < citation.end <= len(article.text):
            return False
        return article.text[citation.start : citation.end] == citation.cited_text

    def supports(self, statement: str, citations: Sequence[rag.Citation]) -> rag.Support:
        """Check whether the valid ones of some citations support a sentence."""
        return self.check(statement, [c for c in citations if self.is_valid(c)])


@dataclass(frozen=True)
class Case:
    """One pair, its evidence as spans, and what came of asking.

    Of each inner tuple of ``evidence`` one span will do. ``answer`` is None where
    asking raised an error, whose message ``error`` holds.
    """

    pair: Pair
    split: str
    evidence: tuple[tuple[Span, ...], ...]
    relevant: tuple[Span, ...]
    ground: Ground
    answer: rag.Answer | None
    error: str | None = None

    @property
    def wants_answer(self) -> bool:
        """Whether the articles hold the answer."""
        return self.pair.status == "answered"

    @property
    def answered(self) -> bool:
        """Whether an answer was given, be it an empty one."""
        return self.answer is not None and self.answer.status == "answered"

    @property
    def statements(self) -> tuple[rag.Statement, ...]:
        """The statements shown; none where it abstained."""
        return self.answer.statements if self.answer and self.answered else ()

    @property
    def vouched(self) -> tuple[rag.Statement, ...]:
        """The statements that are not themselves marked as unsupported."""
        return tuple(s for s in self.statements if s.verdict != "unsupported")


class Timed(NamedTuple):
    """A case and the seconds that its answer took."""

    case: Case
    seconds: float


def ask_all(corpus: rag.Corpus, gold: Sequence[Gold], llm: str | None = None) -> Iterator[Timed]:
    """Ask every question once; the turns of a conversation in one chat, in their order.

    Args:
        corpus: what is asked.
        gold: the pairs.
        llm: the LLM that is measured; where quotes had to stand in for it, that is an error.
    """
    articles = corpus.articles()
    by_path = {article.path: article for article in articles}
    check = partial(corpus.check, by_rules=True)
    ground = Ground({article.id: article for article in articles}, check)
    chats: dict[tuple[str, str], rag.Chat] = {}
    for pair, split in gold:
        ask: Ask = corpus.ask
        if pair.conversation is not None:
            ask = chats.setdefault((split, pair.conversation), corpus.chat()).ask
        began = time.perf_counter()
        answer, error = _ask(ask, pair.question, llm)
        seconds = time.perf_counter() - began
        evidence = tuple(tuple(spans(quotes, by_path)) for quotes in pair.evidence)
        relevant = tuple(spans(pair.relevant, by_path))
        yield Timed(Case(pair, split, evidence, relevant, ground, answer, error), seconds)


def cite(number: int, article: rag.Article, start: int, end: int) -> rag.Citation:
    """Return a citation of a span of an article, as an answer would hold it."""
    return rag.Citation(
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


def touches(span: Span, article_id: str, start: int, end: int) -> bool:
    """Say whether a span of an article holds at least half of the characters of another."""
    shared = overlap((span.start, span.end), (start, end))
    return span.article_id == article_id and 2 * shared >= span.end - span.start


def _ask(ask: Ask, question: str, llm: str | None) -> tuple[rag.Answer | None, str | None]:
    """Return the answer, or the message of an error; both count, neither is skipped."""
    try:
        answer = ask(question)
    except rag.RagError as error:
        return None, str(error)
    if llm and answer.status == "answered" and answer.answered_by != llm:
        return None, answer.notice or f"{llm} did not answer"
    return answer, None
