"""Turn an answer into bytes that are kept, and back into the answer that it was.

All that an answer holds is kept, but of the documents it was found in only the passages: their
whole text is taken from the corpus again, as long as they are there unchanged.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from enum import Enum
from typing import Any

from rag.errors import HistoryFault
from rag.serialization import serializer
from rag.types import Answer, Article, Citation, Hit, Statement

FindArticle = Callable[[str], Article | None]  # by the whole id, among the documents there now
_FORM = 1  # of what is kept; raised when it changes


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer with the filters that it was asked with.

    ``paths`` are the paths of the documents that it cites, by their ids, when it was kept.
    """

    answer: Answer
    filters: Mapping[str, Any]
    paths: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KeptStatement:
    """A statement of an answer with the question that was asked, and ``paths`` as of an answer."""

    question: str
    statement: Statement
    answered_by: str
    paths: Mapping[str, str]


def every_citation(answer: Answer) -> Iterator[Citation]:
    """Yield each citation of an answer: of its statements, what backs them, its differences."""
    yield from answer.citations
    for statement in answer.statements:
        if statement.backing is not None:
            yield from (*statement.backing.also, *statement.backing.copies)
    for difference in answer.differences:
        yield from (position.citation for position in difference.positions)


def pack_answer(kept: KeptAnswer) -> bytes:
    """Return an answer as the bytes that are stored."""
    return _packed({"form": _FORM, **_plain(kept)})


def unpack_answer(stored: bytes, find: FindArticle) -> KeptAnswer:
    """Return the answer that was stored.

    Args:
        stored: what :func:`pack_answer` returned.
        find: where the documents of its passages are looked up.

    Raises:
        HistoryFault: the bytes are not those of an answer.
    """

    def restored(values: dict[str, Any]) -> KeptAnswer:
        hits = [_hit(hit, find) for hit in values["answer"]["passages"]]
        values["answer"] |= {"passages": hits}
        made: KeptAnswer = serializer(KeptAnswer).validate_python(values)
        return made

    kept: KeptAnswer = _unpacked(stored, restored)
    return kept


def pack_statement(kept: KeptStatement) -> bytes:
    """Return a statement as the bytes that are stored."""
    return _packed({"form": _FORM, **_plain(kept)})


def unpack_statement(stored: bytes) -> KeptStatement:
    """Return the statement that was stored.

    Raises:
        HistoryFault: the bytes are not those of a statement.
    """
    kept: KeptStatement = _unpacked(stored, serializer(KeptStatement).validate_python)
    return kept


def _packed(values: dict[str, Any]) -> bytes:
    # Figures may be those of numpy, which JSON does not know.
    return zlib.compress(json.dumps(values, ensure_ascii=True, default=float).encode())


def _unpacked(stored: bytes, restore: Callable[[dict[str, Any]], Any]) -> Any:
    try:
        values = json.loads(zlib.decompress(stored))
        if values.pop("form") != _FORM:
            raise HistoryFault("What is kept here was written by a later version; update Footnote.")
        return restore(values)
    except (zlib.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise HistoryFault(f"What is kept here cannot be read ({error}).") from error


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: what can be given when it is made anew, and no more."""
    if isinstance(value, Hit):
        about = asdict(value.article) | {"text": "", "marks": (), "blocks": ()}
        return _fields(value) | {"article": _plain(about), "words": value.text}
    if is_dataclass(value):
        return _fields(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def _fields(value: Any) -> dict[str, Any]:
    made_from = (field.name for field in fields(value) if field.init)
    return {
        name: _plain(getattr(value, name))
        for name in made_from
        if not isinstance(getattr(value, name), Article)
    }


def _hit(kept: dict[str, Any], find: FindArticle) -> Hit:
    """Return a passage in its document, or in what is kept of that: the passage at its place."""
    words, about = kept.pop("words"), kept.pop("article")
    start, end = kept["passage"]["start"], kept["passage"]["end"]
    article = find(about["id"])
    if article is None or article.text[start:end] != words:
        about["text"] = " " * start + words
        article = serializer(Article).validate_python(about)
    kept.update({"article": article})
    wanted = {field.name for field in fields(Hit) if field.init}
    hit: Hit = serializer(Hit).validate_python({name: kept[name] for name in wanted})
    return hit
