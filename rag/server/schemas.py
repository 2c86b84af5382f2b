"""What goes in and out over HTTP and MCP, so that citations are part of the schema."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


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
