"""The calls that HTTP and MCP both offer, with their requests and responses as schemas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field

from rag.corpus import Corpus
from rag.limits import ServingPolicy
from rag.serialization import Value
from rag.types import (
    Answer,
    Article,
    ArticleInfo,
    Checked,
    DatedEvent,
    Difference,
    Hit,
)


class Filters(BaseModel):
    """Which articles are searched; all where nothing is given."""

    since: str | None = Field(default=None, description="Only from this ISO 8601 date on.")
    until: str | None = Field(default=None, description="Only up to this ISO 8601 date.")
    outlets: list[str] | None = Field(default=None, description="Only of these outlets.")
    documents: list[str] | None = Field(
        default=None,
        description='Only these documents: ids, paths, or folders that end in "/".',
    )


class Ask(Filters):
    """A question."""

    question: str
    top_k: int | None = Field(default=None, ge=1, le=100, description="Passages to draw from.")
    mode: Literal["flag", "strict"] | None = None


class Search(Filters):
    """A search for passages."""

    query: str
    top_k: int = Field(default=5, ge=1, le=100)


class Verify(Filters):
    """A text to check."""

    text: str


class Compare(Filters):
    """A question on which sources may differ."""

    question: str


class Timeline(Filters):
    """Which events are wanted; ``since`` and ``until`` are dates of the events."""

    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Passages(Value):
    """Passages that fit a query, best first."""

    passages: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Differences(Value):
    """Where sources differ; empty where they do not."""

    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Events(Value):
    """Dated events, oldest first."""

    events: tuple[DatedEvent, ...]


@dataclass(frozen=True, slots=True)
class Articles(Value):
    """The articles of the corpus, without their texts."""

    articles: tuple[ArticleInfo, ...]


def _filters(asked: Filters) -> dict[str, Any]:
    return asked.model_dump(include=set(Filters.model_fields))


class Calls:
    """The calls on a corpus, each from a request to a response. Safe to share between threads."""

    def __init__(self, corpus: Corpus, policy: ServingPolicy, door: str) -> None:
        """Take the corpus, the terms of serving, and the interface's name in the audit log."""
        self._corpus = corpus
        self._policy = policy
        self._door = door

    async def ask(self, asked: Ask) -> Answer:
        """Answer a question from the articles, each sentence cited, or abstain."""
        options = {"top_k": asked.top_k, "mode": asked.mode}
        async with self._policy.arequest(self._door, "ask", asked.question) as line:
            answer = await self._corpus.aask(asked.question, **options, **_filters(asked))
            line |= {"result": answer.status, "llm": answer.llm or "none"}
        return answer

    def search(self, asked: Search) -> Passages:
        """Find the passages that fit a query best, without an answer."""
        with self._policy.request(self._door, "search", asked.query) as line:
            hits = self._corpus.search(asked.query, top_k=asked.top_k, **_filters(asked))
            line["result"] = "found"
        return Passages(tuple(hits))

    def verify(self, asked: Verify) -> Checked:
        """Check each sentence of a text: supported, contradicted, partial or not_found."""
        with self._policy.request(self._door, "verify", asked.text) as line:
            checked = self._corpus.verify(asked.text, **_filters(asked))
            line["result"] = "checked"
        return checked

    def compare(self, asked: Compare) -> Differences:
        """List where sources or dates give different values for what is asked."""
        with self._policy.request(self._door, "compare", asked.question) as line:
            found = self._corpus.compare(asked.question, **_filters(asked))
            line["result"] = "compared"
        return Differences(found)

    def timeline(self, asked: Timeline) -> Events:
        """List dated events, oldest first, with how each date was found."""
        with self._policy.request(self._door, "timeline", asked.topic or "") as line:
            events = self._corpus.timeline(asked.topic, **_filters(asked))
            line["result"] = "listed"
        return Events(tuple(events))

    def article(self, name: str) -> Article:
        """Return an article with its text, by its id or the beginning of it, path or file name."""
        return self._corpus.article(name)

    def articles(self) -> Articles:
        """List the articles, without their texts."""
        return Articles(tuple(self._corpus.articles()))
