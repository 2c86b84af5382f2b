"""All that an index holds, read without the package, to be compared with another's."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import tantivy

QUERIES = {
    "files": "SELECT path, size, article_id FROM files ORDER BY path",
    "articles": "SELECT * FROM articles ORDER BY id",
    "passages": "SELECT * FROM passages ORDER BY article_id, start",
    "sentences": "SELECT * FROM sentences ORDER BY article_id, start",
    # The generation counts how often something has changed.
    "info": "SELECT * FROM info WHERE key NOT IN ('generation', 'stamp') ORDER BY key",
}
MOST_PASSAGES = 100_000  # of a term


def snapshot(index: Path) -> dict[str, Any]:
    """Return what the parts of an index folder hold, by the name of a part before a rebuild.

    Two folders of one name, or one that is still being built, are kept apart.
    """
    held: dict[str, Any] = {}
    for folder in sorted(path.parent for path in index.glob("*/catalog.sqlite")):
        name, _, _ = folder.name.partition("~")
        unfinished = (folder / "building.lock").exists() or name in held
        held[folder.name if unfinished else name] = _of_part(folder)
    return held


def _of_part(folder: Path) -> dict[str, Any]:
    catalog = _of_catalog(folder / "catalog.sqlite")
    terms = {term for row in catalog["sentences"] for term in str(row[4]).split()}
    return {
        **catalog,
        "chroma": _of_chroma(folder / "chroma"),
        "tantivy": _of_tantivy(folder / "lexical", sorted(terms)),
    }


def _of_catalog(path: Path) -> dict[str, list[list[Any]]]:
    with closing(sqlite3.connect(path)) as db:
        return {
            name: [[_shown(value) for value in row] for row in db.execute(query)]
            for name, query in QUERIES.items()
        }


def _of_chroma(folder: Path) -> dict[str, dict[str, str]]:
    import chromadb

    if not folder.exists():
        return {}
    settings = chromadb.config.Settings(anonymized_telemetry=False)
    client = chromadb.PersistentClient(str(folder), settings=settings)
    return {listed.name: collected(client, listed.name) for listed in client.list_collections()}


def collected(client: Any, name: str) -> dict[str, str]:
    """Return the vectors and metadata of a Chroma collection by id."""
    collection = client.get_collection(name, embedding_function=None)
    found = collection.get(include=["embeddings", "metadatas"])
    rows = zip(found["ids"], found["embeddings"], found["metadatas"], strict=True)
    return {
        id_: _shown(vector.astype("<f4").tobytes()) + (str(sorted(said.items())) if said else "")
        for id_, vector, said in sorted(rows, key=lambda row: str(row[0]))
    }


def _of_tantivy(folder: Path, terms: list[str]) -> dict[str, list[str]]:
    if not (folder / "meta.json").exists():
        return {}
    index = tantivy.Index.open(str(folder))
    index.register_tokenizer(
        "whitespace", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    )
    searcher = index.searcher()
    schema = index.schema

    def passages(query: Any) -> list[str]:
        hits = searcher.search(query, MOST_PASSAGES).hits
        return sorted(str(searcher.doc(place).get_first("passage")) for _, place in hits)

    found = {term: passages(tantivy.Query.term_query(schema, "terms", term)) for term in terms}
    return {"": passages(tantivy.Query.all_query()), **found}


def _shown(value: Any) -> Any:
    return hashlib.sha256(value).hexdigest()[:16] if isinstance(value, bytes) else value


def difference(held: Any, wanted: Any, where: str = "") -> str:
    """Return the first place where two snapshots differ, in words."""
    if isinstance(held, dict) and isinstance(wanted, dict):
        for name in [*wanted, *(held.keys() - wanted.keys())]:
            if held.get(name) != wanted.get(name):
                return difference(held.get(name), wanted.get(name), f"{where}/{name}")
    return f"{where} is {str(held)[:80]}, not {str(wanted)[:80]}"
