"""Rows of the catalog's tables, and what they become."""

from __future__ import annotations

import json
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


def to_sentence(start: int, end: int, kind: SentenceKind, terms: str, vector: bytes) -> SentenceRow:
    """A row of the sentences."""
    floats = np.frombuffer(vector, dtype=VECTOR_TYPE).astype(np.float32)
    return SentenceRow(Sentence(start, end, kind), tuple(terms.split()), floats)


def to_article(row: tuple[str, ...]) -> Article:
    """A row of ARTICLE_COLUMNS."""
    marks = tuple(Mark(*mark) for mark in json.loads(row[11]))
    id_, path, title, text, outlet, author, published, basis, url, language, sha256 = row[:11]
    return Article(
        *(id_, path, title, text, outlet, author, published, basis, url, language, sha256, marks)
    )
