"""Gold pairs: a question, what its answer must hold, and where the articles say it.

``evals/gold/README.md`` says how to write them.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

import rag

APOSTROPHES = re.compile("[’‘ʼʻ`´ʿʾ]")
QUOTATION_MARKS = re.compile("[“”„«»]")
DASHES = re.compile("[‐‑–—]")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
Words = Annotated[str, Field(min_length=1, pattern=r"\S")]


class GoldError(Exception):
    """A gold file that cannot be used; the message names file, line and what is wrong."""


class Quote(BaseModel):
    """Words of an article, verbatim."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    article: Words
    quote: Words


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


Quotes = Annotated[list[Quote], BeforeValidator(_as_list), Field(min_length=1)]
Wordings = Annotated[list[Words], BeforeValidator(_as_list), Field(min_length=1)]


class Pair(BaseModel):
    """One gold pair.

    ``facts`` and ``evidence`` are lists of alternatives: of each inner list one
    must be there. ``relevant`` is what an answer may quote besides, ``speaker``
    whose words the facts are. Pairs of one ``conversation`` are its turns.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Words
    question: Words
    category: Words = "general"
    status: Literal["answered", "abstained"] = "answered"
    reference: str = ""
    facts: Annotated[list[Wordings], BeforeValidator(_as_list)] = []
    evidence: Annotated[list[Quotes], BeforeValidator(_as_list)] = []
    relevant: list[Quote] = []
    speaker: list[Words] = []
    conversation: Words | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Pair:
        if self.status == "answered" and not (self.facts and self.evidence):
            raise ValueError("a pair to be answered needs facts and evidence")
        if self.status == "abstained" and (self.facts or self.evidence):
            raise ValueError("a pair to abstain on has neither facts nor evidence")
        for wording in (wording for wordings in self.facts for wording in wordings):
            if contains(self.question, wording):
                raise ValueError(
                    f"the question holds the fact {wording!r}, so that repeating it would pass"
                )
        return self


class Span(NamedTuple):
    """A span of an article by its id, 0-based, end-exclusive, in characters."""

    article_id: str
    start: int
    end: int


class Gold(NamedTuple):
    """A pair and the name of the file it stands in: its split."""

    pair: Pair
    split: str


def load(path: Path, articles: Iterable[rag.Article]) -> list[Gold]:
    """Return the pairs of a file, or of all ``*.jsonl`` files of a folder, checked.

    Args:
        path: a file of JSON lines, or a folder of such files.
        articles: the articles of the corpus.

    Raises:
        GoldError: a line is malformed, an id comes twice, a quote is not in its
            article, or no wording of a fact is in the articles that are named.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    by_path = {article.path: article for article in articles}
    places: dict[str, str] = {}
    found: list[Gold] = []
    for file in files:
        for where, pair in _lines(file):
            if pair.id in places:
                raise GoldError(f"{where}: the id {pair.id!r} is taken by {places[pair.id]}.")
            places[pair.id] = where
            _check_against(pair, by_path, where)
            found.append(Gold(pair, file.stem))
    if not found:
        raise GoldError(f"{path} holds no pairs; evals/gold/README.md says how to write one.")
    return found


def _lines(file: Path) -> Iterable[tuple[str, Pair]]:
    try:
        text = file.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise GoldError(f"There is no gold file {file}; evals/gold/README.md shows one.") from error
    except UnicodeDecodeError as error:
        raise GoldError(f"{file}: is not UTF-8 ({error.reason}, byte {error.start}).") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            where = f"{file}, line {number}"
            yield where, _parse(line, where)


def _parse(line: str, where: str) -> Pair:
    try:
        return Pair.model_validate(json.loads(line))
    except json.JSONDecodeError as error:
        reason = f"{error.msg}, column {error.colno}"
        raise GoldError(f"{where}: is not JSON ({reason}).") from error
    except RecursionError as error:
        raise GoldError(f"{where}: is nested too deep.") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise GoldError(f"{where}: {f'{key}: ' if key else ''}{message}.") from error
    except ValueError as error:  # a number of more digits than Python reads
        raise GoldError(f"{where}: {error}.") from error


def _check_against(pair: Pair, articles: Mapping[str, rag.Article], where: str) -> None:
    for quote in [*(q for quotes in pair.evidence for q in quotes), *pair.relevant]:
        article = articles.get(quote.article)
        if article is None:
            known = ", ".join(sorted(articles)[:5])
            raise GoldError(f"{where}: there is no article {quote.article!r}; there are {known}.")
        if not spans([quote], articles):
            raise GoldError(f"{where}: {quote.article} does not say {quote.quote!r}.")
    named = [articles[quote.article] for quotes in pair.evidence for quote in quotes]
    for wordings in pair.facts:
        if not any(_says(article, wording) for article in named for wording in wordings):
            raise GoldError(f"{where}: no article named as evidence says {wordings[0]!r}.")


def _says(article: rag.Article, wording: str) -> bool:
    return any(contains(text, wording) for text in (article.text, article.source))


def spans(quotes: Sequence[Quote], articles: Mapping[str, rag.Article]) -> list[Span]:
    """Return every place that has the words of a quote, white space aside.

    Args:
        quotes: of articles by path.
        articles: the articles by path.
    """
    found = []
    for quote in quotes:
        article = articles[quote.article]
        words = r"\s+".join(map(re.escape, quote.quote.split()))
        found += [Span(article.id, *match.span()) for match in re.finditer(words, article.text)]
    return found


def normalise(text: str) -> str:
    """Return one spelling for what typography writes in several: case, quotes, dashes, 2,500."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = APOSTROPHES.sub("'", text)
    text = QUOTATION_MARKS.sub('"', text)
    text = DASHES.sub("-", text)
    return " ".join(THOUSANDS.sub("", text).split())


def contains(text: str, wording: str) -> bool:
    """Say whether a text has a wording as whole words: "24" is not in "2024", nor "2" in "2.5"."""
    wanted = re.escape(normalise(wording))
    return re.search(rf"(?<!\w)(?<!\d\.){wanted}(?!\w)(?!\.\d)", normalise(text)) is not None


def overlap(first: tuple[int, int], second: tuple[int, int]) -> int:
    """Return the number of characters that two spans share; ends are exclusive."""
    return max(0, min(first[1], second[1]) - max(first[0], second[0]))
