"""What a look at all of an index finds damaged, also where opening it looks at sizes alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from rag.errors import IndexDamaged
from rag.index.parts import CATALOG, CHROMA, LEXICAL
from rag.index.rows import unpack
from rag.index.store import Index

SAMPLE = 100  # articles whose vectors are looked for in Chroma, and as many vectors
LEAST = 0.9999  # cosine of a vector and what is nearest to it, which is itself or its twin
MISSED = 0.05  # share of them that a search may miss: a graph's neighbours are approximate


def find_damage(index: Index) -> list[str]:
    """The parts of an index that are not as they were written, each with what is wrong."""
    return list(_find(index))


def _find(index: Index) -> Iterator[str]:
    for part in (CATALOG, CHROMA, LEXICAL):
        if name := index.seal.damaged(part):
            yield name
    if complaint := _of_catalog(index):
        yield f"{CATALOG} ({complaint})"
    if index.seal.damaged(CHROMA) is None and (complaint := _of_vectors(index)):
        yield f"{CHROMA} ({complaint})"
    if index.seal.damaged(LEXICAL) is None and (complaint := _of_words(index)):
        yield f"{LEXICAL} ({complaint})"


def _of_catalog(index: Index) -> str | None:
    with index.catalog.transaction() as db:
        (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
    return None if found == "ok" else str(found)


def _of_vectors(index: Index) -> str | None:
    """What the search for vectors that are known does not find."""
    wanted = list(islice(_sample(index), SAMPLE))
    try:
        if index.vectors.count() == 0 or not wanted:
            return None  # which the counts tell
        missed = 0
        for vector in unpack(wanted):
            unit = vector / np.linalg.norm(vector)
            found = index.vectors.query(unit, 1)
            missed += not found or not found[0][1] > LEAST
    except IndexDamaged as error:
        return str(error.__cause__ or error)
    if missed <= MISSED * len(wanted):
        return None
    return f"{missed} of {len(wanted)} vectors are not found there"


def _sample(index: Index) -> Iterator[bytes]:
    """Vectors, as they are kept, of articles from all over the catalog."""
    articles = list(index.catalog.passage_counts())
    for article_id in articles[:: max(1, len(articles) // SAMPLE)]:
        yield from index.passages.of(article_id)[1]


def _of_words(index: Index) -> str | None:
    try:
        index.lexical.count()
    except IndexDamaged as error:
        return str(error.__cause__ or error)
    return None
