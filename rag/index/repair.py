"""What is in an index, what others left beside it, and how what a server holds is forgotten."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import IndexDamaged
from rag.index.catalog import passage_place, unpack
from rag.index.entries import lexical_rows
from rag.index.folder import CATALOG, CHROMA, LEXICAL, all_parts, part_folder
from rag.index.lexical import LexicalRow
from rag.index.lock import writer_lock
from rag.index.store import Index
from rag.index.vectors import forget_clients
from rag.models.embedder import Embedder
from rag.remote.chroma import Server, reaching, server_client, server_lease

ARTICLES = 200  # whose passages are written at once


def undo_unfinished(index: Index) -> None:
    """Remove articles that a killed sync left half written, or that no file holds any more."""
    unserved = index.catalog.unserved()
    if not unserved:
        return
    index.vectors.delete(list(index.passages.ids(unserved)))
    index.lexical.delete(unserved)
    index.catalog.drop(unserved)


def heal(index: Index) -> None:
    """Undo what is unfinished, and make the stores agree with the catalog where they do not.

    A store is thrown away where it is damaged, and counting shows what it lacks.
    """
    if index.seal.damaged(CHROMA) or not _is_readable(lambda: index.vectors.count()):
        index.seal.lift()
        index.drop_vectors()
    if index.seal.damaged(LEXICAL) or not _is_readable(index.lexical.count):
        index.seal.lift()
        index.lexical.clear()
    undo_unfinished(index)
    expected = index.catalog.passage_counts()
    total = sum(expected.values())
    if index.vectors.count() != total:
        index.seal.lift()
        _heal_vectors(index, expected)
    if index.lexical.count() != total:
        index.seal.lift()
        index.lexical.clear()
        index.lexical.add(_rows(index, expected))


def _is_readable(read: Callable[[], object]) -> bool:
    try:
        read()
    except IndexDamaged:
        return False
    return True


def _heal_vectors(index: Index, expected: Iterable[str]) -> None:
    stored: defaultdict[str, set[str]] = defaultdict(set)
    for id_ in index.vectors.ids():
        stored[passage_place(id_)[0]].add(id_)
    wrong = []
    for article_id in expected:
        ids = {passage.id for passage in index.passages.of(article_id)[0]}
        index.vectors.delete(sorted(stored[article_id] - ids))
        if ids - stored.pop(article_id):
            wrong.append(article_id)
    index.vectors.delete(sorted(id_ for ids in stored.values() for id_ in ids))
    for at in range(0, len(wrong), ARTICLES):
        _put_vectors(index, wrong[at : at + ARTICLES])


def _put_vectors(index: Index, article_ids: Sequence[str]) -> None:
    found = [index.passages.of(article_id) for article_id in article_ids]
    vectors = [vector for _, vectors in found for vector in vectors]
    if vectors:
        index.vectors.add([p.id for passages, _ in found for p in passages], unpack(vectors))


def _rows(index: Index, article_ids: Iterable[str]) -> Iterator[LexicalRow]:
    for article_id in article_ids:
        article = index.catalog.article(article_id)
        if article is not None:
            yield from lexical_rows(article, index.passages.of(article_id)[0])


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


def other_parts(root: Path, embedder: Embedder, server: Server | None) -> list[str]:
    """Names of the parts that other versions, embedders or servers left in an index folder."""
    mine = part_folder(root, embedder, server)
    return sorted(path.name for path in all_parts(root) if path != mine)


def forget(root: Path, server: Server) -> None:
    """Delete all that a server holds under a name, and every index in a folder with its copy.

    Raises:
        IndexBusy: another process is writing to it.
        IndexUnreachable: the server does not answer.
    """
    client = server_client(server)
    with server_lease(client, server), reaching(server):
        for name in [found.name for found in client.list_collections()]:
            if name.startswith((f"{server.name}-passages-v", f"{server.name}-articles-v")):
                client.delete_collection(name)
    if not root.exists():
        return
    with writer_lock(root):
        for path in all_parts(root):
            shutil.rmtree(path)
    forget_clients()


def state_of(index: Index) -> dict[str, Any]:
    """What is in an index, as JSON-ready values; ``whole`` says that all parts agree."""
    counts = index.catalog.passage_counts()
    expected = sum(counts.values())
    damage = find_damage(index)
    broken = {name.partition("/")[0] for name in damage}
    vectors = 0 if CHROMA in broken else index.vectors.count()
    lexical = 0 if LEXICAL in broken else index.lexical.count()
    return {
        "index": str(index.root),
        "server": index.server.url if index.server else None,
        "embedder": index.embedder.name,
        "runs_on": index.embedder.runs_on(),
        "collection": index.collection,
        "articles": len(counts),
        "passages": expected,
        "passages_in_chroma": vectors,
        "passages_in_tantivy": lexical,
        "damaged": damage,
        "whole": expected == vectors == lexical and expected > 0 and not damage,
        "other_indexes": other_parts(index.root, index.embedder, index.server),
    }
