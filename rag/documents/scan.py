"""The documents in a corpus folder, and what else is there that is not read."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from rag.documents.aliases import ALIASES_FILE
from rag.documents.documents_toml import FACTS_FILE
from rag.errors import CorpusError, DocumentError
from rag.formats.archive import ARCHIVE, ARCHIVES_UNREAD, members

SETTINGS_FILES = (ALIASES_FILE, FACTS_FILE)  # at the top of a folder, about its documents
# What systems and programs leave in folders, in lower case; nobody misses it in answers.
_LEFT_BEHIND = re.compile(r"thumbs\.db|desktop\.ini|~\$.*|.*\.(?:tmp|lock|crdownload|part)|.*~")
# Endings of kinds that people keep and that are not read, with what to do about them.
_UNREAD_KINDS = (
    (
        ".aac .avi .flac .m4a .mkv .mov .mp3 .mp4 .mpeg .mpg .ogg .opus .wav .webm .wma",
        "is a recording, which is not read; put a transcript of it into the folder.",
    ),
    (
        " ".join(ARCHIVES_UNREAD),
        "is an archive of a kind that is not opened; unpack it into the folder.",
    ),
    (".xls .xlsb", "is a workbook in a form that is not read; save it as .xlsx."),
    (".ppt", "is a presentation in an old form that is not read; save it as .pptx."),
    (
        ".key .numbers .pages .one .pub .vsdx .wpd",
        "is of a kind that is not read; export it as PDF or in a newer format.",
    ),
)
_REASONS = {ending: reason for endings, reason in _UNREAD_KINDS for ending in endings.split()}


class Found(NamedTuple):
    """A document: its path relative to the folder, with forward slashes, and its place.

    Attributes:
        name: of a document in an archive, the archive's path, a slash, and its path in there.
        path: its place; of a document in an archive as if the archive were a folder.
        file: the file that holds it: itself, or the archive.
        problem: why it is not to be read; what has one may also be a folder.
    """

    name: str
    path: Path
    file: Path
    problem: str | None = None


class Scan(NamedTuple):
    """What is in a corpus folder, each sorted by path.

    Attributes:
        documents: what is to be read.
        skipped: paths of other kinds of files, which are not read, each with the reason.
    """

    documents: list[Found]
    skipped: list[tuple[str, str]]


def check_folder(folder: Path) -> None:
    """Check that a path is a folder.

    Raises:
        CorpusError: it is not.
    """
    if not folder.exists():
        raise CorpusError(f"There is no folder {folder}; name one with --corpus or RAG_CORPUS.")
    if not folder.is_dir():
        raise CorpusError(f"{folder} is a file; name the folder that holds it with --corpus.")


def scan(folder: Path, endings: Collection[str], *, may_be_empty: bool = False) -> Scan:
    """List the documents of a folder and its subfolders, and the files that are not read.

    Documents in zip archives are listed too, but no archives within archives. Hidden files and
    folders and the folder's settings are passed over, as is what systems leave behind.

    Args:
        folder: the corpus folder.
        endings: lower-case endings of the formats that can be read, as ``.txt``.
        may_be_empty: whether a folder without documents is accepted. By default it is an error,
            since a folder that is not mounted must not empty the index.

    Raises:
        CorpusError: the folder does not exist, cannot be read, or has no documents.
    """
    check_folder(folder)
    documents: list[Found] = []
    skipped: list[tuple[str, str]] = []
    for found in sorted(_walk(folder, endings)):
        if _is_document(found, endings):
            documents.append(found)
        else:
            skipped.append((found.name, found.problem or kind_problem(found.name)))
    if not documents and not may_be_empty:
        formats = " ".join(sorted(filter(None, endings)))
        raise CorpusError(
            f"There are no documents in {folder}; put files of these formats there: {formats}."
        )
    return Scan(documents, skipped)


def removed_files(folder: Path) -> list[tuple[str, str]]:
    """Return the files in the subfolder of removed documents, sorted by where they were.

    Args:
        folder: that subfolder, which need not exist.

    Returns pairs of paths relative to the corpus folder: where a file is, and where it was.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return [(_name(path, folder.parent), _name(path, folder)) for path in files]


def kind_problem(name: str) -> str:
    """Return why a file of a kind that is not read is passed over, to be put behind its name."""
    ending = Path(name).suffix.lower()
    shown = f"({ending})" if ending else "(its name has no ending)"
    return _REASONS.get(
        ending, f"is of a kind that is not read {shown}; export it as PDF, text or HTML."
    )


def _is_document(found: Found, endings: Collection[str]) -> bool:
    """Return whether something is to be read: a document, or a folder that cannot be."""
    if found.path.is_dir():
        return not found.path.is_symlink()
    return Path(found.name).suffix.lower() in endings


def _walk(folder: Path, endings: Collection[str]) -> Iterator[Found]:
    root = Path(os.path.realpath(folder))
    unread: list[OSError] = []
    for path in _files(folder, unread):
        name = _name(path, folder)
        if path.name.startswith(".") or name in SETTINGS_FILES:
            continue
        problem = _problem(path, root)
        if problem is None and path.suffix.lower() == ARCHIVE:
            yield from _in_archive(name, path)
        elif not _LEFT_BEHIND.fullmatch(path.name.lower()):
            yield Found(name, path, path, problem)
    for error in unread:
        if Path(error.filename) == folder:
            raise CorpusError(f"The folder {folder} cannot be read ({error.strerror}).") from error
        reason = f"is a folder that cannot be read ({error.strerror}); change its mode."
        place = Path(error.filename)
        yield Found(_name(place, folder), place, place, reason)


def _in_archive(name: str, path: Path) -> Iterator[Found]:
    """Yield what is in an archive, or the archive itself with the reason why it is not opened."""
    try:
        for member in members(path):
            inside = Path(member.name)
            if not _LEFT_BEHIND.fullmatch(inside.name.lower()):
                yield Found(f"{name}/{member.name}", path / inside, path, member.problem)
    except DocumentError as error:
        yield Found(name, path, path, str(error))


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
            if not is_folder or (is_link and not name.startswith(".")):
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
    if not path.is_symlink():
        return None
    if path.is_dir():
        return "is a link to a folder, which is not followed; copy the folder itself."
    if not Path(os.path.realpath(path)).is_relative_to(root):
        return "is a link that leads out of the folder; copy the file itself."
    return None
