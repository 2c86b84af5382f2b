"""Gold pairs: a question, what its answer must hold, and where that stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

import rag


class GoldError(Exception):
    """A gold file that cannot be used; the message names file, line and what is wrong."""


class Evidence(BaseModel):
    """Words of an article that hold the answer, verbatim."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    article: str
    quote: str


class Pair(BaseModel):
    """One gold pair; see ``evals/gold/README.md`` for its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    category: str
    question: str
    status: Literal["answered", "abstained"]
    reference: str
    facts: list[list[str]]
    evidence: list[Evidence]


def load(path: Path, articles: Mapping[str, rag.Article]) -> list[Pair]:
    """The pairs of a file, each quote found in its article.

    Args:
        path: a file of JSON lines.
        articles: the articles of the corpus by path.

    Raises:
        GoldError: a line is malformed, an id comes twice, or a quote is not in its article.
    """
    pairs: dict[str, Pair] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        pair = _parse(line, where)
        if pair.id in pairs:
            raise GoldError(f"{where}: the id {pair.id!r} is taken by an earlier line.")
        for evidence in pair.evidence:
            article = articles.get(evidence.article)
            if article is None:
                raise GoldError(f"{where}: there is no article {evidence.article!r}.")
            if evidence.quote not in article.text:
                raise GoldError(f"{where}: {evidence.article} does not say {evidence.quote!r}.")
        pairs[pair.id] = pair
    if not pairs:
        raise GoldError(f"{path} holds no pairs.")
    return list(pairs.values())


def _parse(line: str, where: str) -> Pair:
    try:
        return Pair.model_validate(json.loads(line))
    except json.JSONDecodeError as error:
        raise GoldError(f"{where}: is not JSON ({error.msg}).") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise GoldError(f"{where}: {key}: {first['msg']}.") from error
