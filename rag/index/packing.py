"""An article with all that an index keeps of it, as bytes and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import NamedTuple

from rag.index.rows import Stored
from rag.types import Article, Mark

LENGTH = 4  # bytes of the number that says how long the head is


class Packed(NamedTuple):
    """An article, the paths that hold it, and its passages and sentences as they are kept."""

    article: Article
    paths: tuple[str, ...]
    passages: list[Stored]
    sentences: list[Stored]


def pack_article(packed: Packed) -> bytes:
    """The article as bytes: a head in JSON, then the digests and the vectors of its texts."""
    rows = [*packed.passages, *packed.sentences]
    head = {
        "article": asdict(packed.article),
        "paths": packed.paths,
        "passages": [_span(row) for row in packed.passages],
        "sentences": [_span(row) for row in packed.sentences],
        "digest": len(rows[0].digest) if rows else 0,
        "vector": len(rows[0].vector) if rows else 0,
    }
    start = json.dumps(head, ensure_ascii=False).encode("utf-8")
    kept = b"".join(row.digest + row.vector for row in rows)
    return len(start).to_bytes(LENGTH, "big") + start + kept


def unpack_article(content: bytes) -> Packed:
    """The article that :func:`pack_article` made bytes of."""
    end = LENGTH + int.from_bytes(content[:LENGTH], "big")
    head = json.loads(content[LENGTH:end].decode("utf-8"))
    facts = head["article"]
    article = Article(**facts | {"marks": tuple(Mark(*mark) for mark in facts["marks"])})
    spans = [*head["passages"], *head["sentences"]]
    of_digest, of_row = head["digest"], head["digest"] + head["vector"]
    rows = []
    for number, (start, stop, kind, terms) in enumerate(spans):
        row = content[end + number * of_row : end + (number + 1) * of_row]
        rows.append(Stored(article.id, start, stop, kind, row[:of_digest], row[of_digest:], terms))
    passages = len(head["passages"])
    return Packed(article, tuple(head["paths"]), rows[:passages], rows[passages:])


def _span(row: Stored) -> Sequence[int | str]:
    return (row.start, row.end, row.kind, row.terms)
