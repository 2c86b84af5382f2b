"""The values that pass between the packages.

Values are frozen, and nothing that they do can fail. The fields of a class, in their order, are
the keys of its JSON (:mod:`rag.serialization`): one declaration serves ``to_dict``, the schemas of
HTTP and MCP, and evidence packs. ``Unserialized`` fields are left out; those with ``init=False``
are computed.

Offsets are 0-based, end-exclusive, in characters of ``Article.text``. Dates are ISO 8601 to the
precision that is known: ``2024-01-25``, ``2024-01`` or ``2024``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, PlainSerializer

from rag.render import answer_markdown, newest_date, strikethrough
from rag.serialization import Unserialized, Value, keyed, one_of, rounded, serializer
from rag.text.blocks import Block, BlockKind, block_of, in_context, page_of
from rag.text.characters import visible
from rag.text.sentences import Mark
from rag.text.time_expressions import Precision

_numbers = PlainSerializer(lambda cited: [one.number for one in cited], return_type=list[int])


class Scope(NamedTuple):
    """Articles published from one day to another, both included, of some outlets, and named ones.

    ``first`` and ``last`` are ISO 8601 days, None where that side is open; an article known
    only to the month or year is within where any of its days is, an undated one is not.
    ``outlets`` are whole names, ``documents`` are ids of articles; None for all.
    """

    first: str | None = None
    last: str | None = None
    outlets: tuple[str, ...] | None = None
    documents: tuple[str, ...] | None = None


class Verdict(StrEnum):
    """Whether sources support a sentence; equal to its value, as in ``== "supported"``.

    A statement of an answer, which is held against what it cites, is ``supported``, ``partial``
    or ``unsupported``. A claim, which is held against all articles, is ``supported``,
    ``contradicted``, ``partial`` or ``not_found``.
    """

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class ArticleInfo(Value):
    """What is known of an article besides its text.

    ``published_basis`` says where the date of publication comes from. ``notes`` say what a reader
    should know, as that it has tracked changes, and ``unread`` what of it was not read and why;
    both go behind its path. ``page_count`` is 0 where it has no pages.
    """

    id: str
    path: str
    title: str
    outlet: str | None = None
    author: str | None = None
    published: str | None = None
    published_basis: str | None = None
    url: str | None = None
    language: str = "en"
    sha256: str = ""
    notes: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    page_count: int = 0

    @property
    def source(self) -> str:
        """Who speaks: the outlet, or failing that the author, or the title."""
        return self.outlet or self.author or self.title


@dataclass(frozen=True, slots=True)
class Article(ArticleInfo):
    """One document, its text stored once and never altered.

    ``marks`` are the stretches of the text that are not the article's reporting, ``blocks`` its
    parts (paragraphs, headings, rows, …), both in order. ``pages`` are the offsets at which its
    pages begin, empty where it has none.
    """

    text: str = field(repr=False, kw_only=True)
    marks: tuple[Mark, ...] = field(default=(), repr=False)
    blocks: tuple[Block, ...] = field(default=(), repr=False)
    pages: tuple[int, ...] = field(default=(), repr=False)

    def part(self, start: int, end: int) -> tuple[BlockKind, str]:
        """Return kind and label of the part that a span is within; a span of several has none."""
        block = block_of(self.blocks, start, end)
        return (block.kind, block.label) if block else ("text", "")

    def page(self, offset: int) -> int | None:
        """Return the number of the page that an offset is on, from 1; None without pages."""
        return page_of(self.pages, offset)

    def to_dict(self, *, text: bool = True) -> dict[str, Any]:
        """Return the fields as JSON-ready values; ``text=False`` leaves text and marks out."""
        kind = Article if text else ArticleInfo
        values: dict[str, Any] = serializer(kind).dump_python(self, mode="json")
        return values


@dataclass(frozen=True, slots=True)
class Passage(Value):
    """Whole sentences that stand together in an article; the unit of retrieval."""

    id: Annotated[str, Unserialized]
    article_id: str
    start: int
    end: int
    kind: Annotated[Literal["text", "aside"], Unserialized] = "text"


@dataclass(frozen=True, slots=True)
class Hit(Value):
    """A passage found for a query.

    ``score`` in 0..1 ranks hits of one query (fused, relative to its other
    candidates); ``similarity`` is the cosine to the query, comparable across
    queries, and 0 where words matched and other passages are nearer; ``lexical`` is the
    BM25 score. ``text`` are the words of the passage, ``page`` the page on which they begin, None
    where there are no pages. ``copies`` are passages of other articles
    with nearly the same words, which are not found again.
    """

    passage: Annotated[Passage, Unserialized]
    article: Annotated[Article, Unserialized]
    article_id: str = field(init=False, default="")
    title: str = field(init=False, default="")
    file: str = field(init=False, default="")
    outlet: str | None = field(init=False, default=None)
    published: str | None = field(init=False, default=None)
    kind: str = field(init=False, default="")
    start: int = field(init=False, default=0)
    end: int = field(init=False, default=0)
    page: int | None = field(init=False, default=None)
    score: Annotated[float, rounded(4)]
    similarity: Annotated[float, Unserialized]
    lexical: Annotated[float, Unserialized]
    text: str = field(init=False, default="")
    copies: tuple[Passage, ...] = ()

    def __post_init__(self) -> None:
        article, passage = self.article, self.passage
        self._set_computed(
            article_id=article.id,
            title=article.title,
            file=article.path,
            outlet=article.outlet,
            published=article.published,
            kind=passage.kind,
            start=passage.start,
            end=passage.end,
            page=article.page(passage.start),
            text=article.text[passage.start : passage.end],
        )


@dataclass(frozen=True, slots=True)
class Citation(Value):
    """The exact words that back a statement: ``article.text[start:end] == cited_text``.

    ``page`` is the page on which they begin, from 1, None where the document has no pages; ``file``
    is its path. ``kind`` and ``label`` are those of the part of the article that they are from, as
    of :class:`~rag.text.blocks.Block`: of a row of a table, the label is its header.
    """

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
    page: int | None = field(default=None, kw_only=True)
    kind: str = field(default="text", kw_only=True)
    label: str = field(default="", kw_only=True)
    file: str = field(default="", kw_only=True)

    @property
    def in_context(self) -> str:
        """The words with their label: of a row each cell behind the words of the header."""
        return in_context(self.cited_text, self.kind, self.label)


class Support(NamedTuple):
    """How far some words support a sentence: see :func:`rag.check_support`.

    ``signals`` are the figures that it was decided by, by name, where a model was asked.
    """

    verdict: Verdict
    reason: str | None
    score: float
    new: int = 0
    flaw: str | None = None
    signals: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SyncReport(Value):
    """What a sync did, each a tuple of paths relative to the corpus folder.

    ``failed`` pairs a path with the reason why a document cannot be read. ``skipped`` does so for
    all that is in the folder and was not read, the failed ones and parts of documents included.
    ``duplicates`` pairs a path with the file whose bytes it repeats; ``embedded`` counts the texts
    that went through the embedding model.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: Annotated[tuple[tuple[str, str], ...], keyed("path", "reason")] = ()
    skipped: Annotated[tuple[tuple[str, str], ...], keyed("path", "reason")] = ()
    duplicates: Annotated[tuple[tuple[str, str], ...], keyed("path", "same_as")] = ()
    embedded: int = 0
    seconds: Annotated[float, rounded(3)] = 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long step is: ``done`` of ``total`` (0 while unknown), and the file at hand."""

    step: str
    done: int
    total: int
    file: str = ""


OnProgress = Callable[[Progress], None]  # called before and after each part of a long step


@dataclass(frozen=True, slots=True)
class DatedEvent(Value):
    """Something that an article dates.

    ``about`` says that ``date`` is approximate; ``expression`` are the words that give it, and
    ``derived`` says how it was found from them. ``text`` is the quote of the first of
    ``citations``; the others say the same of the same time.
    """

    date: str
    precision: Precision
    about: bool
    expression: str
    derived: str
    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Position(Value):
    """What one source gives for what was asked, and where it says so.

    ``overtaken_by`` is the number of the citation of an article of a later date that gives
    another value, where the thing may have changed since. Positions of one ``group`` give
    the same value, in other words or rounded differently.
    """

    value: str
    group: int
    outlet: str = field(init=False, default="")
    published: str | None = field(init=False, default=None)
    cited_text: str = field(init=False, default="")
    overtaken_by: int | None = None
    citation: Citation = field(kw_only=True)

    def __post_init__(self) -> None:
        cited, outlet = self.citation, self.citation.outlet or self.citation.title
        self._set_computed(outlet=outlet, published=cited.published, cited_text=cited.cited_text)


DifferenceKind = Literal["number", "date", "who", "whether"]


@dataclass(frozen=True, slots=True)
class Difference(Value):
    """Different values that sources or dates give for one thing, newest first.

    ``summary`` says in one line what differs. ``kind`` is what differs: a ``number``, a
    ``date``, ``who`` did it, or ``whether`` it is so.
    """

    kind: DifferenceKind
    about: str
    summary: str
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Backing(Value):
    """The sources that support a statement besides the one that it cites.

    ``independent`` counts the independent sources, the cited one included; ``also`` are
    quotes of others that say the same, ``copies`` articles that repeat the cited words.
    """

    independent: int
    also: tuple[Citation, ...] = ()
    copies: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedClaim(Value):
    """One sentence of a text that was checked against the articles.

    ``start`` and ``end`` are its place in that text; ``reason`` says why where it is not
    ``supported``, and ``evidence`` is what speaks for it, against it, or nearest to it.
    ``confidence`` in 0..1 is the estimated probability of the verdict, from the figures in
    ``signals``; None where no model judged.
    """

    text: str
    start: int
    end: int
    verdict: Annotated[Verdict, one_of("supported", "contradicted", "partial", "not_found")]
    reason: str | None
    independent: int = 0
    evidence: tuple[Citation, ...] = ()
    confidence: Annotated[float | None, Unserialized] = None
    signals: Annotated[Mapping[str, float], Unserialized] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Checked(Value):
    """A text that was checked against the articles, sentence by sentence."""

    text: str
    statements: tuple[CheckedClaim, ...]


@dataclass(frozen=True, slots=True)
class Statement(Value):
    """One sentence of an answer, what it rests on, and whether that holds.

    ``backing`` says which other sources support it, of the statements of a finished answer.
    ``possible`` says that it is a quote given because it is not likely enough that those before
    it answer the question. In JSON, ``citations`` are numbers and ``backing`` is called
    ``sources``.
    """

    text: str
    verdict: Annotated[Verdict, one_of("supported", "partial", "unsupported")]
    reason: str | None
    citations: Annotated[tuple[Citation, ...], _numbers]
    backing: Annotated[Backing | None, Field(serialization_alias="sources")] = None
    possible: bool = False

    @property
    def marked(self) -> str:
        """The sentence with its citation numbers, struck out and explained if unsupported."""
        marks = "".join(f" [{citation.number}]" for citation in self.citations)
        if self.verdict != Verdict.UNSUPPORTED:
            return visible(f"{self.text}{marks}")
        return visible(f"{strikethrough(self.text)}{marks} (unsupported: {self.reason})")


class Considered(NamedTuple):
    """A sentence that was considered for the answer, and whether it should be quoted.

    ``probability`` is that of its being needed for the answer, as estimated from ``signals``.
    """

    article_id: str
    start: int
    end: int
    signals: dict[str, float]
    probability: float


@dataclass(frozen=True, slots=True)
class Answer(Value):
    """A complete answer, independent of the corpus it came from and of any other answer.

    ``text`` are the statements with their citation numbers, or the reason for abstaining.
    ``confidence`` in 0..1, low for an abstention, is the estimated probability that what was
    found answers the question. ``signals`` are what it was estimated from, of the first part of
    several, and ``considered`` the sentences that were weighed, in their order. ``llm`` is the LLM
    that answered, None where articles are quoted; ``stood_in`` says that quotes stand in for one
    that failed, and ``asked`` is what the LLM was told, the system and the user message.
    """

    schema: int = field(init=False, default=1)  # raised when a key changes its meaning
    question: str
    understood_as: str
    status: Literal["answered", "abstained"]
    confidence: Annotated[float, Unserialized]
    reason: str | None
    text: str = field(init=False, default="")
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    differences: tuple[Difference, ...] = field(default=(), kw_only=True)
    passages: tuple[Hit, ...]
    answered_by: str
    notice: str | None
    seconds: dict[str, float]
    signals: Annotated[Mapping[str, float], Unserialized] = field(default_factory=dict, repr=False)
    considered: Annotated[tuple[Considered, ...], Unserialized] = field(default=(), repr=False)
    llm: Annotated[str | None, Unserialized] = None
    stood_in: Annotated[bool, Unserialized] = False
    asked: Annotated[tuple[str, str] | None, Unserialized] = field(default=None, repr=False)

    def __post_init__(self) -> None:
        said = " ".join(statement.marked for statement in self.statements)
        self._set_computed(text=self.reason or "" if self.status == "abstained" else said)

    @property
    def as_of(self) -> str | None:
        """The date of the newest article that is quoted, ISO 8601 to the precision known."""
        return newest_date(self.to_dict())

    def to_markdown(self) -> str:
        """Return the answer as Markdown, with its quotes as footnotes."""
        return answer_markdown(self.to_dict())


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a streamed answer.

    ``draft`` carries a statement before it is checked, ``verified`` the same
    statement with its verdict; ``withdrawn`` one that does not stay, as it did not hold
    or the LLM failed on the way; and ``done`` the whole answer, always last.
    """

    kind: Literal["draft", "verified", "withdrawn", "done"]
    statement: Statement | None = None
    answer: Answer | None = None
