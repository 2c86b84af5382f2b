"""What is in a corpus folder: its documents, and what is passed over."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from rag.errors import CorpusError

# They speak about the folder, not for it.
NOT_DOCUMENTS = ("readme", "aliases")


class Found(NamedTuple):
    """A document: its path relative to the folder, with forward slashes, and its place.

    ``problem`` says why it is not to be read; such a thing may also be a folder.
    """

    name: str
    path: Path
    problem: str | None = None


def check_folder(folder: Path) -> None:
    """Make sure that there is a folder to read.

    Raises:
        CorpusError: there is none.
    """
    if not folder.exists():
        raise CorpusError(f"There is no folder {folder}; name one with --corpus or RAG_CORPUS.")
    if not folder.is_dir():
        raise CorpusError(f"{folder} is a file; name the folder that holds it with --corpus.")


def scan(folder: Path, endings: Collection[str], *, may_be_empty: bool = False) -> list[Found]:
    """The documents of a folder and its subfolders, by path.

    Hidden files and folders, ``README`` and ``aliases.yaml`` are passed over,
    as are files of other formats.

    Args:
        folder: the corpus folder.
        endings: lower-case endings of the formats that can be read, as ``.txt``.
        may_be_empty: no documents are no error. They are one by default, since a folder that
            is not mounted must not cost the index.

    Raises:
        CorpusError: there is no such folder, it cannot be read, or no document is in it.
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
    """What is no folder, here and in the folders below, however deep, less the hidden ones."""
    waiting = [str(folder)]  # os.walk calls itself for each level
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
    except OSError:  # a link that leads round in a circle
        return False


def _name(path: Path, folder: Path) -> str:
    """The path within the folder, bytes that are no text shown as escapes."""
    return os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")


def _problem(path: Path, root: Path) -> str | None:
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return "has a name that is not valid UTF-8; rename it."
    if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(root):
        return "is a link that leads out of the folder; copy the file itself."
    return None
