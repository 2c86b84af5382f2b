"""The integrity check of an index: a manifest of its files, and a look at what they hold.

The manifest is removed before anything is written and written when all is: a sync that was
killed leaves none, and what it wrote is judged by what the stores say. Small files have a
digest, so that a byte that changes is noticed when the index is opened; of large ones that
would take seconds, and the size has to do.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rag.errors import IndexDamaged
from rag.index.catalog import Catalog, unpack
from rag.index.failures import REBUILD, damaged
from rag.index.lexical import LexicalIndex
from rag.index.vectors import VectorStore

CATALOG, CHROMA, LEXICAL = PARTS = ("catalog.sqlite", "chroma", "lexical")
# The content of the parts that a sync can restore, as the catalog holds it too.
_DERIVED = {CHROMA: "vectors", LEXICAL: "words"}
_MANIFEST = "seal.json"
MAX_DIGESTED = 64_000_000  # bytes of a file that is read within some 40 milliseconds
MAX_LISTED = 8_000_000  # bytes of a database whose rows are read within some 200 milliseconds
_ROWS = "chroma.sqlite3"  # Chroma's own database, in which each process that opens it leaves a note
_NOTES = "acquire_write"  # the table of these notes
_GRAPH = "index_metadata.pickle"  # without it Chroma makes the files of a graph anew


class FileFacts(NamedTuple):
    """The size of a file, None where others may change it, and its digest, None for large ones."""

    size: int | None
    digest: str | None


class Manifest:
    """The sizes and digests of the files of an index when its last change ended."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def _path(self) -> Path:
        return self._folder / _MANIFEST

    def move(self, folder: Path) -> None:
        """Go on with another folder."""
        self._folder = folder

    def exists(self) -> bool:
        """Return whether the last change ended."""
        return bool(self._read())

    def remove(self) -> None:
        """Remove the manifest before something is written."""
        self._path.unlink(missing_ok=True)

    def write(self) -> None:
        """Note what the files are now; where the disk is full, the next sync does."""
        facts = {
            path.relative_to(self._folder).as_posix(): _facts_of(path)
            for path in self._files()
            if path.name != CATALOG or _checkpoint(path)
        }
        aside = self._path.with_suffix(".new")
        with suppress(OSError):
            aside.write_text(json.dumps(facts), "utf-8")
            aside.replace(self._path)

    def damaged(self, part: str) -> str | None:
        """Return the first file of a part that is not as it was written, as a path in the folder.

        Args:
            part: one of ``PARTS``.
        """
        listed = self._read()
        for name, facts in listed.items():
            if name.partition("/")[0] == part and not _matches(self._folder / name, facts):
                # A writer that has begun meanwhile has removed the manifest first.
                return name if self._read() == listed else None
        return None

    def check(self, *parts: str) -> None:
        """Make sure that some parts are as they were written.

        Raises:
            IndexDamaged: one is not; the message says which file, and what to do.
        """
        for part in parts:
            if name := self.damaged(part):
                reason = f"{name} is not as it was written"
                if part == CATALOG:
                    raise IndexDamaged(
                        f"The catalog in {self._folder} is damaged ({reason}); {REBUILD}."
                    )
                raise damaged(_DERIVED[part], self._folder / part, reason)

    def _read(self) -> dict[str, FileFacts]:
        try:
            found = json.loads(self._path.read_text("utf-8"))
            return {str(name): FileFacts(*facts) for name, facts in found.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def _files(self) -> Iterator[Path]:
        yield self._folder / CATALOG
        if (self._folder / CHROMA / _ROWS).exists():
            yield self._folder / CHROMA / _ROWS
        for graph in self._folder.glob(f"{CHROMA}/*/{_GRAPH}"):
            yield from sorted(graph.parent.iterdir())
        for path in sorted(self._folder.glob(f"{LEXICAL}/*")):
            if path.suffix != ".lock":
                yield path


def _facts_of(path: Path) -> FileFacts:
    size = path.stat().st_size
    if path.name == _ROWS:
        return FileFacts(None, _digest_rows(path) if size <= MAX_LISTED else None)
    return FileFacts(size, _digest_file(path) if size <= MAX_DIGESTED else None)


def _matches(path: Path, facts: FileFacts) -> bool:
    try:
        if facts.size is not None and path.stat().st_size != facts.size:
            return False
        if facts.digest is None:
            return path.exists()
        now = _digest_file(path) if facts.size is not None else _digest_rows(path)
    except (OSError, sqlite3.Error, ValueError):
        return False
    return now == facts.digest


def _digest_file(path: Path) -> str:
    """Return a digest of a file, the catalog's by way of SQLite.

    To close a file gives up all locks of this process on it (POSIX), those of its open connections
    to the catalog too; another process would then take their journal away. See
    https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_
    """
    if path.name == CATALOG:
        # Immutable: the file itself is read, without what its journal holds.
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)) as db:
            return hashlib.sha256(db.serialize()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest_rows(path: Path) -> str:
    """Return a digest of the rows of a database, wherever in the file they lie."""
    found = hashlib.sha256()
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
        for (complaint,) in db.execute("PRAGMA integrity_check(1)"):
            found.update(complaint.encode())
        tables = db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
            " AND name != ? AND name NOT LIKE 'sqlite_%' ORDER BY name",
            (_NOTES,),
        ).fetchall()
        for (table,) in tables:
            for row in db.execute(f'SELECT * FROM "{table}"'):
                found.update(repr(row).encode("utf-8", "backslashreplace"))
    return found.hexdigest()


def _checkpoint(catalog: Path) -> bool:
    """Bring all that was committed into the file itself; return whether no reader prevented it."""
    try:
        with closing(sqlite3.connect(catalog, timeout=0)) as db:
            (busy, _, _) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error:
        return False
    return not busy


SAMPLE_SIZE = 100  # vectors that are searched for in Chroma
_LEAST_COSINE = 0.9999  # of a vector and what is nearest to it, which is itself or its twin
_MOST_MISSED = 0.05  # share of the sample; the neighbours that a graph finds are approximate


def find_damage(
    manifest: Manifest, inspections: Mapping[str, Callable[[], str | None]]
) -> list[str]:
    """Return the parts of an index that are not as they were written, each with what is wrong.

    Args:
        manifest: what the files were.
        inspections: for each part, what looks at its content, and returns what is wrong with it
            or raises IndexDamaged.
    """
    files = {part: manifest.damaged(part) for part in PARTS}
    found = [name for name in files.values() if name]
    for part, inspect in inspections.items():
        if files[part] and part != CATALOG:  # already named
            continue
        try:
            complaint = inspect()
        except IndexDamaged as error:
            complaint = str(error.__cause__ or error)
        if complaint:
            found.append(f"{part} ({complaint})")
    return found


def inspect_catalog(catalog: Catalog) -> str | None:
    """Return what SQLite finds wrong with the catalog, None if nothing."""
    with catalog.transaction() as db:
        (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
    return None if found == "ok" else str(found)


def inspect_words(lexical: LexicalIndex) -> None:
    """Count the passages indexed by word, which fails where the files cannot be read."""
    lexical.count()


def inspect_vectors(vectors: VectorStore, known: Sequence[bytes]) -> str | None:
    """Search for vectors that are known to be stored; return how many are missed, None if few.

    Args:
        vectors: the store.
        known: vectors as the catalog keeps them.
    """
    if vectors.count() == 0 or not known:
        return None  # which the counts of passages tell
    missed = 0
    for vector in unpack(known):
        found = vectors.query(vector / np.linalg.norm(vector), 1)
        missed += not found or not found[0][1] > _LEAST_COSINE
    if missed <= _MOST_MISSED * len(known):
        return None
    return f"{missed} of {len(known)} vectors are not found there"
