"""The calls that HTTP and MCP both offer, with their requests and responses as schemas."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from rag.corpus import Corpus
from rag.limits import ServingPolicy


class Filters(BaseModel):
    """Which articles are looked at: all that are not named are."""

    since: str | None = Field(default=None, description="Only from this ISO 8601 date on.")
    until: str | None = Field(default=None, description="Only up to this ISO 8601 date.")
    outlets: list[str] | None = Field(default=None, description="Only of these outlets.")


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
    """What events are wanted; dates are those of the events."""

    topic: str | None = None


class Citation(BaseModel):
    """Exact words of an article: ``text[start:end] == cited_text``, 0-based, end-exclusive."""

    number: int
    cited_text: str
    article_id: str
    title: str
    outlet: str | None
    published: str | None
    published_basis: str | None
    url: str | None
    start: int
    end: int


class Sources(BaseModel):
    """Who else stands behind a statement."""

    independent: int
    also: list[Citation]
    copies: list[Citation]


class Statement(BaseModel):
    """A sentence of an answer, with the numbers of its citations."""

    text: str
    verdict: Literal["supported", "partial", "unsupported"]
    reason: str | None
    citations: list[int]
    sources: Sources | None


class Position(BaseModel):
    """What one source gives for what was asked."""

    value: str
    group: int
    outlet: str
    published: str | None
    cited_text: str
    overtaken_by: int | None
    citation: Citation


class Difference(BaseModel):
    """Different values for one thing, newest first."""

    kind: Literal["number", "date", "who", "whether", "name"]
    about: str
    summary: str
    positions: list[Position]


class Span(BaseModel):
    """A stretch of an article, 0-based, end-exclusive."""

    article_id: str
    start: int
    end: int


class Passage(Span):
    """A passage that was found."""

    title: str
    outlet: str | None
    published: str | None
    kind: str
    score: float
    text: str
    copies: list[Span]


class Answer(BaseModel):
    """An answer, or an abstention with its reason and the nearest passages."""

    model_config = {"populate_by_name": True}

    schema_: int = Field(alias="schema")
    question: str
    understood_as: str
    status: Literal["answered", "abstained"]
    reason: str | None
    text: str
    statements: list[Statement]
    citations: list[Citation]
    differences: list[Difference]
    passages: list[Passage]
    answered_by: str
    notice: str | None
    seconds: dict[str, float]


class DatedEvent(BaseModel):
    """Something that articles date."""

    date: str
    precision: Literal["day", "month", "year"]
    about: bool
    expression: str
    derived: str
    text: str
    citations: list[Citation]


class CheckedClaim(BaseModel):
    """One sentence of a checked text."""

    text: str
    start: int
    end: int
    verdict: Literal["supported", "contradicted", "partial", "not_found"]
    reason: str | None
    independent: int
    evidence: list[Citation]


class Checked(BaseModel):
    """A checked text, sentence by sentence."""

    text: str
    statements: list[CheckedClaim]


class Passages(BaseModel):
    """Passages that fit a query, best first."""

    passages: list[Passage]


class Differences(BaseModel):
    """Where sources differ; empty where they do not."""

    differences: list[Difference]


class Events(BaseModel):
    """Dated events, oldest first."""

    events: list[DatedEvent]


class ArticleInfo(BaseModel):
    """What is known of an article."""

    id: str
    path: str
    title: str
    outlet: str | None
    author: str | None
    published: str | None
    published_basis: str | None
    url: str | None
    language: str
    sha256: str


class Mark(BaseModel):
    """A stretch that is not the article's reporting, 0-based, end-exclusive."""

    start: int
    end: int
    kind: str
    label: str


class Article(ArticleInfo):
    """An article with its text and what in it is clutter."""

    text: str
    marks: list[Mark]


class Articles(BaseModel):
    """The articles of the corpus."""

    articles: list[ArticleInfo]


class Problem(BaseModel):
    """What is wrong with a request, in one sentence."""

    error: str


def _filters(asked: Filters) -> dict[str, Any]:
    return {"since": asked.since, "until": asked.until, "outlets": asked.outlets}


class Calls:
    """The calls on a corpus, each from a request to a response."""

    def __init__(self, corpus: Corpus, policy: ServingPolicy, door: str) -> None:
        """Take the corpus that is asked, on what terms, and through which door; safe to share."""
        self._corpus = corpus
        self._policy = policy
        self._door = door

    async def ask(self, asked: Ask) -> Answer:
        """Answer a question from the articles, each sentence cited, or abstain."""
        options = {"top_k": asked.top_k, "mode": asked.mode}
        async with self._policy.arequest(self._door, "ask", asked.question) as line:
            answer = await self._corpus.aask(asked.question, **options, **_filters(asked))
            line |= {"result": answer.status, "llm": answer.llm or "none"}
        return Answer.model_validate(answer.to_dict())

    def search(self, asked: Search) -> Passages:
        """The passages that fit a query best, without an answer."""
        with self._policy.request(self._door, "search", asked.query) as line:
            hits = self._corpus.search(asked.query, top_k=asked.top_k, **_filters(asked))
            line["result"] = "found"
        return Passages.model_validate({"passages": [hit.to_dict() for hit in hits]})

    def verify(self, asked: Verify) -> Checked:
        """Check each sentence of a text: supported, contradicted, partial or not_found."""
        with self._policy.request(self._door, "verify", asked.text) as line:
            checked = self._corpus.verify(asked.text, **_filters(asked))
            line["result"] = "checked"
        return Checked.model_validate(checked.to_dict())

    def compare(self, asked: Compare) -> Differences:
        """Where sources or dates give different values for what is asked."""
        with self._policy.request(self._door, "compare", asked.question) as line:
            found = self._corpus.compare(asked.question, **_filters(asked))
            line["result"] = "compared"
        return Differences.model_validate({"differences": [d.to_dict() for d in found]})

    def timeline(self, asked: Timeline) -> Events:
        """Dated events, oldest first, with how each date was found."""
        with self._policy.request(self._door, "timeline", asked.topic or "") as line:
            events = self._corpus.timeline(asked.topic, **_filters(asked))
            line["result"] = "listed"
        return Events.model_validate({"events": [event.to_dict() for event in events]})

    def article(self, name: str) -> Article:
        """An article with its text, by its id or the beginning of it, path or file name."""
        return Article.model_validate(self._corpus.article(name).to_dict())

    def articles(self) -> Articles:
        """The articles, without their text."""
        found = [article.to_dict(text=False) for article in self._corpus.articles()]
        return Articles.model_validate({"articles": found})
