"""The documents in a corpus folder, and which files and folders are passed over."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from rag.errors import CorpusError

# Lower-case names, without ending, of files about the folder.
NOT_DOCUMENTS = ("readme", "aliases")


class Found(NamedTuple):
    """A document: its path relative to the folder, with forward slashes, and its place.

    ``problem`` says why it is not to be read; what has one may also be a folder.
    """

    name: str
    path: Path
    problem: str | None = None


def check_folder(folder: Path) -> None:
    """Check that a path is a folder.

    Raises:
        CorpusError: it is not.
    """
    if not folder.exists():
        raise CorpusError(f"There is no folder {folder}; name one with --corpus or RAG_CORPUS.")
    if not folder.is_dir():
        raise CorpusError(f"{folder} is a file; name the folder that holds it with --corpus.")


def scan(folder: Path, endings: Collection[str], *, may_be_empty: bool = False) -> list[Found]:
    """List the documents of a folder and its subfolders, sorted by path.

    Hidden files and folders, ``README`` and ``aliases.yaml`` are passed over, as are files of
    other formats.

    Args:
        folder: the corpus folder.
        endings: lower-case endings of the formats that can be read, as ``.txt``.
        may_be_empty: whether a folder without documents is accepted. By default it is an error,
            since a folder that is not mounted must not empty the index.

    Raises:
        CorpusError: the folder does not exist, cannot be read, or has no documents.
    """
    check_folder(folder)
    found = sorted(_walk(folder, endings))
    if not found and not may_be_empty:
        formats = " ".join(sorted(endings))
        raise CorpusError(
            f"There are no documents in {folder}; put files of these formats there: {formats}."
        )
    return found


def _walk(folder: Path, endings: Collection[str]) -> Iterator[Found]:
    root = Path(os.path.realpath(folder))
    unread: list[OSError] = []
    for path in _files(folder, unread):
        if path.name.startswith(".") or path.stem.lower() in NOT_DOCUMENTS:
            continue
        if path.suffix.lower() in endings:
            yield Found(_name(path, folder), path, _problem(path, root))
    for error in unread:
        if Path(error.filename) == folder:
            raise CorpusError(f"The folder {folder} cannot be read ({error.strerror}).") from error
        reason = f"is a folder that cannot be read ({error.strerror}); change its mode."
        yield Found(_name(Path(error.filename), folder), Path(error.filename), reason)


def _files(folder: Path, unread: list[OSError]) -> Iterator[Path]:
    """Yield all that is no folder, in this one and the ones below, except the hidden ones."""
    waiting = [str(folder)]  # a list, since os.walk calls itself for each level of depth
    while waiting:
        where = waiting.pop()
        try:
            with os.scandir(where) as entries:
                here = [(entry.name, _is_folder(entry), entry.is_symlink()) for entry in entries]
        except OSError as error:
            unread.append(error)
            continue
        for name, is_folder, is_link in here:
            if not is_folder:
                yield Path(where, name)
            elif not is_link and not name.startswith("."):
                waiting.append(os.path.join(where, name))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _name(path: Path, folder: Path) -> str:
    """Return the path within the folder, with escapes for bytes that are no UTF-8."""
    return os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")


def _problem(path: Path, root: Path) -> str | None:
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return "has a name that is not valid UTF-8; rename it."
    if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(root):
        return "is a link that leads out of the folder; copy the file itself."
    return None
