"""The parts of one index, opened together."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.embedding.embedder import Embedder
from rag.errors import IndexMismatch, RagError
from rag.index.catalog import VERSION, Catalog
from rag.index.lexical import LexicalIndex
from rag.index.lock import unwritable, writer_lock
from rag.index.passages import PassageTable
from rag.index.vectors import VectorStore, forget_clients

CATALOG, CHROMA, LEXICAL = PARTS = ("catalog.sqlite", "chroma", "lexical")
REBUILD = "run `rag index --rebuild` to build it again from the documents"


class Index:
    """The index that one embedder has in an index folder.

    The vectors are opened when first needed: reading an article needs neither
    Chroma nor, in a new index, the model whose dimension names the collection.
    """

    def __init__(
        self, root: Path, folder: Path, catalog: Catalog, lexical: LexicalIndex, embedder: Embedder
    ) -> None:
        self.root = root
        self.catalog = catalog
        self.passages = PassageTable(catalog)
        self.lexical = lexical
        self.embedder = embedder
        self._folder = folder
        self._vectors: VectorStore | None = None
        self._seen = catalog.generation()
        self._writing = False
        self._opening = threading.Lock()

    @property
    def vectors(self) -> VectorStore:
        """The Chroma collection of this schema version, embedder and dimension.

        Raises:
            IndexMismatch: it is damaged.
            EmbedderError: the index is new and the model cannot be loaded.
        """
        with self._opening:
            if self._vectors is None:
                dimension = self.catalog.info("dimension")
                if dimension is None:
                    dimension = str(self.embedder.dimension)
                    self.catalog.set_info("dimension", dimension)
                name = f"passages-v{VERSION}-{self.embedder.key}-{dimension}"
                self._vectors = _open_vectors(self._folder / CHROMA, name)
            return self._vectors

    def refresh(self) -> None:
        """See what another process has written since; cheap where none has.

        An open Chroma client does not notice another process's writes, so it is
        replaced; whoever still uses the old one finishes undisturbed.
        """
        generation = self.catalog.generation()
        if generation == self._seen or self._writing:
            return
        with self._opening:
            self._vectors = None
            self._seen = generation
        forget_clients()
        self.lexical.reload()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """While this index writes, its own changes are no reason to open it anew."""
        self.refresh()
        self._writing = True
        try:
            yield
        finally:
            self._seen = self.catalog.generation()
            self._writing = False


@contextmanager
def storing(root: Path) -> Iterator[None]:
    """Reads and writes of the stores, whose failure is the disk's, with what to do about it."""
    try:
        yield
    except RagError:
        raise
    except (OSError, sqlite3.Error, ValueError, RuntimeError) as error:
        # SQLite, tantivy and Chroma's core each say in their own way that a write failed.
        raise unwritable(root, error) from error
    except Exception as error:
        if type(error).__module__.startswith("chromadb"):
            raise unwritable(root, error) from error
        raise


def part_folder(root: Path, embedder: Embedder) -> Path:
    """Where in an index folder the part of one schema version and embedder lies."""
    return root / f"v{VERSION}-{embedder.key}"


def other_parts(root: Path, embedder: Embedder) -> list[str]:
    """Names of the parts that other versions or embedders left in an index folder."""
    mine = part_folder(root, embedder)
    return sorted(path.name for path in _parts(root) if path != mine)


def _parts(root: Path) -> list[Path]:
    """The folders that this package made in an index folder, where others may lie beside them."""
    return [p for p in root.glob("v[0-9]*-*") if any((p / part).exists() for part in PARTS)]


def open_index(root: Path, embedder: Embedder) -> Index:
    """Open, or begin, the index of an embedder in a folder.

    Raises:
        IndexMismatch: it was written by another version, or is damaged.
        IndexUnwritable: it does not exist and cannot be made.
    """
    folder = part_folder(root, embedder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        catalog = Catalog(folder / CATALOG)
    except (OSError, sqlite3.OperationalError) as error:
        raise unwritable(root, error) from error
    except sqlite3.DatabaseError as error:
        raise IndexMismatch(f"The catalog in {folder} is damaged ({error}); {REBUILD}.") from error
    return Index(root, folder, catalog, _open_lexical(folder / LEXICAL), embedder)


def _open_vectors(folder: Path, name: str) -> VectorStore:
    try:
        return VectorStore(folder, name)
    except Exception as error:  # Chroma's core raises its own and its database's errors
        reason = " ".join(str(error).split())[:200]
        raise IndexMismatch(
            f"The vectors in {folder} cannot be opened ({reason}); {REBUILD}."
        ) from error


def _open_lexical(folder: Path) -> LexicalIndex:
    """The lexical index, begun anew where it is damaged: it is derived, and a sync fills it."""
    try:
        return LexicalIndex(folder)
    except ValueError:
        shutil.rmtree(folder, ignore_errors=True)
        return LexicalIndex(folder)


def forget(root: Path) -> None:
    """Delete every index in a folder, all that was ever stored included.

    Raises:
        IndexBusy: another process is writing to it.
    """
    if not root.exists():
        return
    with writer_lock(root):
        for path in _parts(root):
            shutil.rmtree(path)
    forget_clients()


def state_of(index: Index) -> dict[str, Any]:
    """What is in an index, as JSON-ready values; ``whole`` says that all parts agree."""
    counts = index.catalog.passage_counts()
    expected = sum(counts.values())
    vectors, lexical = index.vectors.count(), index.lexical.count()
    return {
        "index": str(index.root),
        "embedder": index.embedder.name,
        "runs_on": index.embedder.runs_on(),
        "collection": index.vectors.name,
        "articles": len(counts),
        "passages": expected,
        "passages_in_chroma": vectors,
        "passages_in_tantivy": lexical,
        "whole": expected == vectors == lexical and expected > 0,
        "other_indexes": other_parts(index.root, index.embedder),
    }
