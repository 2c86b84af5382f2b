"""What the files of an index were when its last change ended, to tell where one is damaged.

The seal is broken before anything is written and set when all is: a sync that was killed
leaves none, and what it wrote is judged by what the stores say. Small files have a digest,
so that a byte that changes is noticed when the index is opened; of large ones that would
take seconds, and the size has to do.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from rag.errors import IndexDamaged
from rag.index.catalog import VERSION
from rag.index.lock import REBUILD, damaged
from rag.models.embedder import Embedder
from rag.remote.chroma import Server

CATALOG, CHROMA, LEXICAL = PARTS = ("catalog.sqlite", "chroma", "lexical")
BUILDING = "building.lock"  # in a folder that is not whole yet, held by who builds it
ASIDE = ".aside-"  # before the name of a folder that is being made or deleted; nobody reads it
ALONE = "alone"  # in a folder whose others are still to be deleted
NUMBER = "~"  # between the name of a folder and its number, where that is not the first


def part_key(embedder: Embedder) -> str:
    """What names the part of one schema version and embedder."""
    return f"v{VERSION}-{embedder.key}"


def part_folder(root: Path, embedder: Embedder, server: Server | None = None) -> Path:
    """Where in an index folder the part of one schema version, embedder and server lies."""
    key = part_key(embedder)
    if server is not None:
        return root / f"{key}-at-{server.key}"
    whole = [path for path in _numbered(root, key) if not (path / BUILDING).exists()]
    return whole[-1] if whole else root / key


def all_parts(root: Path) -> list[Path]:
    """The folders that this package made in an index folder, where others may lie beside them."""
    return [
        path
        for path in root.glob("v[0-9]*-*")
        if any((path / part).exists() for part in (*PARTS, BUILDING))
    ]


def begin_part(root: Path, embedder: Embedder) -> tuple[Path, FileLock]:
    """Begin a folder that nobody reads until it has taken its place; the lock says it is at work.

    For who holds the right to write to the index folder.
    """
    key = part_key(embedder)
    there = _numbered(root, key)
    folder = root / f"{key}{NUMBER}{_number(there[-1], key) + 1 if there else 2}"
    aside = _aside(folder)
    aside.mkdir()
    lock = FileLock(aside / BUILDING, thread_local=False)
    lock.acquire(timeout=0)
    aside.rename(folder)  # a folder without the lock would count as whole
    return folder, lock


def take_place(folder: Path, lock: FileLock) -> None:
    """Make a folder that is whole now the one that is read; the others are to be deleted."""
    (folder / ALONE).touch()
    (folder / BUILDING).unlink()
    lock.release()


def sweep(root: Path, folder: Path) -> None:
    """Delete what a part has replaced, and what rebuilds that were killed have left.

    For who holds the right to write to the index folder.
    """
    alone = (folder / ALONE).exists()
    gone = list(_left(root))
    if alone:
        gone = all_parts(root)
    elif not (folder / BUILDING).exists():  # else the one before it answers yet
        gone += _numbered(root, folder.name.partition(NUMBER)[0])
    for path in gone:
        if path != folder and not _is_held(path):
            with suppress(OSError):  # in one step: what is left of a folder may look whole
                path.rename(_aside(path))
    for path in root.glob(f"{ASIDE}*"):
        shutil.rmtree(path, ignore_errors=True)
    if alone and not [path for path in all_parts(root) if path != folder and not _is_held(path)]:
        (folder / ALONE).unlink()


def _aside(folder: Path) -> Path:
    """A name that nobody reads from, and that nothing has."""
    return folder.with_name(f"{ASIDE}{secrets.token_hex(8)}")


def _left(root: Path) -> Iterator[Path]:
    return (path for path in all_parts(root) if (path / BUILDING).exists())


def _is_held(folder: Path) -> bool:
    """Whether someone is building in a folder."""
    if not (folder / BUILDING).exists():
        return False
    with suppress(Timeout), FileLock(folder / BUILDING, thread_local=False).acquire(timeout=0):
        return False
    return True


def _numbered(root: Path, key: str) -> list[Path]:
    """The folders of a key, the newest last."""
    found = [path for path in (root / key, *root.glob(f"{key}{NUMBER}*")) if path.is_dir()]
    return sorted((p for p in found if _number(p, key)), key=lambda path: _number(path, key))


def _number(folder: Path, key: str) -> int:
    """The number of a folder of a key; 0 of any other."""
    number = folder.name.removeprefix(key).removeprefix(NUMBER)
    return int(number) if number.isdecimal() else int(folder.name == key)


SEAL = "seal.json"
DERIVED = {CHROMA: "vectors", LEXICAL: "words"}  # what the catalog holds too, and a sync puts back
DIGESTED = 64_000_000  # bytes of a file that is read within some 40 milliseconds
LISTED = 8_000_000  # bytes of a database whose rows are read within some 200 milliseconds
ROWS = "chroma.sqlite3"  # Chroma's own database, in which each one who opens it notes so
NOTES = "acquire_write"
PERSISTED = "index_metadata.pickle"  # without it Chroma makes the files of a graph anew


class Fact(NamedTuple):
    """What is known of a file: its size where nothing else may change it, and its digest."""

    size: int | None
    digest: str | None


class Seal:
    """The facts of the files in the folder of an index."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / SEAL

    def move(self, folder: Path) -> None:
        """Go on with another folder."""
        self._folder, self._path = folder, folder / SEAL

    def is_set(self) -> bool:
        """Whether the last change ended."""
        return bool(self._facts())

    def lift(self) -> None:
        """Take the seal away before something is written."""
        self._path.unlink(missing_ok=True)

    def set(self) -> None:
        """Note what the files are now; where the disk is full the next sync does."""
        facts = {
            path.relative_to(self._folder).as_posix(): _fact(path)
            for path in self._files()
            if path.name != CATALOG or _settled(path)
        }
        aside = self._path.with_suffix(".new")
        with suppress(OSError):
            aside.write_text(json.dumps(facts), "utf-8")
            aside.replace(self._path)

    def damaged(self, part: str) -> str | None:
        """The first file of a part that is not as it was written, as a path in the folder."""
        facts = self._facts()
        for name, was in facts.items():
            if name.partition("/")[0] == part and not _holds(self._folder / name, was):
                # Who has begun to write meanwhile has taken the seal away first.
                return name if self._facts() == facts else None
        return None

    def _facts(self) -> dict[str, Fact]:
        try:
            found = json.loads(self._path.read_text("utf-8"))
            return {str(name): Fact(*fact) for name, fact in found.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def _files(self) -> Iterator[Path]:
        yield self._folder / CATALOG
        if (self._folder / CHROMA / ROWS).exists():
            yield self._folder / CHROMA / ROWS
        for graph in self._folder.glob(f"{CHROMA}/*/{PERSISTED}"):
            yield from sorted(graph.parent.iterdir())
        for path in sorted(self._folder.glob(f"{LEXICAL}/*")):
            if path.suffix != ".lock":
                yield path


def check_catalog(folder: Path, seal: Seal) -> None:
    """Make sure that the catalog is as it was written.

    Raises:
        IndexDamaged: it is not.
    """
    if seal.damaged(CATALOG):
        raise IndexDamaged(
            f"The catalog {folder / CATALOG} is damaged (it is not as it was written); {REBUILD}."
        )


def check_stores(folder: Path, seal: Seal) -> None:
    """Make sure that the vectors and the words are as they were written.

    Raises:
        IndexDamaged: some are not.
    """
    for part, what in DERIVED.items():
        if name := seal.damaged(part):
            raise damaged(what, folder / part, f"{name} is not as it was written")


def _fact(path: Path) -> Fact:
    size = path.stat().st_size
    if path.name == ROWS:
        return Fact(None, _digest_of_rows(path) if size <= LISTED else None)
    return Fact(size, _digest(path) if size <= DIGESTED else None)


def _holds(path: Path, was: Fact) -> bool:
    """Whether a file is what it was."""
    try:
        if was.size is not None and path.stat().st_size != was.size:
            return False
        if was.digest is None:
            return path.exists()
        now = _digest(path) if was.size is not None else _digest_of_rows(path)
    except (OSError, sqlite3.Error, ValueError):
        return False
    return now == was.digest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest_of_rows(path: Path) -> str:
    """What a database holds, wherever in the file it lies."""
    found = hashlib.sha256()
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
        for (complaint,) in db.execute("PRAGMA integrity_check(1)"):
            found.update(complaint.encode())
        tables = db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
            " AND name != ? AND name NOT LIKE 'sqlite_%' ORDER BY name",
            (NOTES,),
        ).fetchall()
        for (table,) in tables:
            for row in db.execute(f'SELECT * FROM "{table}"'):
                found.update(repr(row).encode("utf-8", "backslashreplace"))
    return found.hexdigest()


def _settled(catalog: Path) -> bool:
    """Bring all that was committed into the file itself; whether no reader was in the way."""
    try:
        with closing(sqlite3.connect(catalog, timeout=0)) as db:
            (busy, _, _) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error:
        return False
    return not busy
