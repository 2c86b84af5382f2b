"""Which folder in an index folder holds the index: the newest that is whole.

A rebuild makes another folder beside the one that answers. Once that is whole it takes the
other's place, in one step, and the other is deleted with all text that was ever in it.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from rag.embedding.embedder import Embedder
from rag.index.clients import Server
from rag.index.tables import VERSION

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
