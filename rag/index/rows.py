"""Rows of the catalog's tables, and what they become."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rag.embedding.types import Vectors
from rag.types import Article, Mark, Sentence, SentenceKind

VECTOR_TYPE = np.float16  # halves the largest table; moves a cosine by less than 0.001
ARTICLE_COLUMNS = (
    "id, (SELECT min(path) FROM files WHERE article_id = id), title, text, outlet, author,"
    " published, published_basis, url, language, sha256, marks"
)


class FileRow(NamedTuple):
    """What is known of a file: its stamp, when it was read, and the article that it holds."""

    path: str
    size: int
    mtime_ns: int
    seen_ns: int
    article_id: str


class SentenceRow(NamedTuple):
    """A sentence with its terms and its vector, shape (dimension,), float32."""

    sentence: Sentence
    terms: tuple[str, ...]
    vector: Vectors


class Stored(NamedTuple):
    """A passage or a sentence as it is kept: whose it is, its text's digest, and its vector."""

    article_id: str
    start: int
    end: int
    kind: str
    digest: bytes
    vector: bytes
    terms: str = ""  # of a sentence


def pack(vectors: Vectors) -> list[bytes]:
    """Each vector as it is kept."""
    return [row.tobytes() for row in vectors.astype(VECTOR_TYPE)]


def unpack(vectors: Sequence[bytes]) -> Vectors:
    """Kept vectors, at least one, as an array of shape (len(vectors), dimension), float32."""
    rows = np.frombuffer(b"".join(vectors), dtype=VECTOR_TYPE)
    return rows.reshape(len(vectors), -1).astype(np.float32)


def passage_place(passage_id: str) -> tuple[str, int, int]:
    """The article, start and end that a passage's id names."""
    article_id, _, span = passage_id.rpartition(":")
    start, _, end = span.partition("-")
    return article_id, int(start), int(end)


def to_sentence(start: int, end: int, kind: SentenceKind, terms: str, vector: bytes) -> SentenceRow:
    """A row of the sentences."""
    return SentenceRow(Sentence(start, end, kind), tuple(terms.split()), unpack([vector])[0])


def to_article(row: tuple[str, ...]) -> Article:
    """A row of ARTICLE_COLUMNS."""
    marks = tuple(Mark(*mark) for mark in json.loads(row[11]))
    id_, path, title, text, outlet, author, published, basis, url, language, sha256 = row[:11]
    return Article(
        *(id_, path, title, text, outlet, author, published, basis, url, language, sha256, marks)
    )
