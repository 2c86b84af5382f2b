"""Add documents to the corpus folder, remove them, list them, and keep the index in step."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import tempfile
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from filecmp import cmp
from itertools import count
from pathlib import Path, PurePosixPath

from rag.comparing.two_documents import TwoDocuments, compare_indexed
from rag.documents.aliases import ALIASES_FILE, parse_aliases, read_aliases
from rag.documents.documents_toml import read_stated
from rag.documents.loading import archive_of, article_id
from rag.documents.reading_process import DocumentReader
from rag.documents.scan import SETTINGS_FILES, removed_files
from rag.errors import CorpusError, DocumentError, IndexBusy, IndexUnwritable
from rag.formats import READERS
from rag.index.passages import ListedArticle, list_articles
from rag.index.pipeline import OpenPool
from rag.index.store import Index
from rag.index.sync import sync as sync_index
from rag.preview.describing import describe_in
from rag.preview.views import DocumentViews
from rag.render import unread_counts
from rag.text.terms import AliasGroups
from rag.types import OnProgress, Progress, SyncReport

_FACTS_LOCK = "documents.lock"  # beside the index: held while documents.toml is changed
REMOVED = ".removed"  # the subfolder of removed documents; hidden, so that a scan skips it
# The errors of a file system that has no hard links.
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EXDEV, errno.EMLINK)
_MAX_NAME = 200  # bytes of a file's name; file systems allow 255, and a number may be added
_MAX_PARTS = 10  # of a path that a user gives; the last ones are kept
_HIDDEN = re.compile(r"^[.\s]+")  # what makes a name hidden, or seem so
# Names that Windows reads as devices, with any ending.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


class DocumentFolder(DocumentViews):
    """The documents of the corpus folder, with their index.

    ``notice`` says why the index may not be in step with the folder, None where it is;
    ``report`` is that of the last sync of this process.
    """

    def __init__(
        self, index: Index, folder: Path, reader: DocumentReader, open_pool: OpenPool
    ) -> None:
        self.notice: str | None = None
        self.report: SyncReport | None = None
        self._aliases = read_aliases(folder)
        self._stated = read_stated(folder)
        super().__init__(index, folder, reader)
        self._folder = folder
        self._reader = reader
        self._open_pool = open_pool
        self._lock = threading.Lock()  # of this process; other processes raise IndexBusy

    @property
    def aliases(self) -> AliasGroups:
        """Groups of names that mean the same: the folder's, or without one those in the index."""
        text = self._aliases
        if self._reads_only():
            text = self._index.catalog.aliases()
        return parse_aliases(text, self._folder / ALIASES_FILE)

    def _reads_only(self) -> bool:
        """Return whether the index is on a server and there is no folder here to index."""
        return self._index.storage.url is not None and not self._folder.exists()

    def sync(
        self, *, may_be_empty: bool = False, on_progress: OnProgress | None = None
    ) -> SyncReport:
        """Bring the index in step with the folder; an unchanged folder embeds nothing.

        Args:
            may_be_empty: a folder without documents empties the index. By default that is an
                error, since a folder that is not mounted must not cost the index.
            on_progress: called with a :class:`~rag.types.Progress` before and after each step.

        Raises:
            CorpusError: the folder is missing or holds no document; the index stays.
            IndexBusy: another process is writing to the index.
            IndexUnwritable: the index cannot be written; what was complete stays.
            EmbedderError: the embedding model cannot be loaded.
        """
        if on_progress is not None and self._lock.locked():
            on_progress(Progress("Waiting for another change to end", 0, 0))
        with self._lock:
            self._aliases = read_aliases(self._folder)
            self._stated = read_stated(self._folder)
            self.report = sync_index(
                self._index,
                self._folder,
                reader=self._reader,
                open_pool=self._open_pool,
                aliases=self._aliases,
                stated=self._stated,
                may_be_empty=may_be_empty,
                on_progress=on_progress,
            )
            self.notice = None
            return self.report

    def refresh(
        self, *, may_be_empty: bool = False, on_progress: OnProgress | None = None
    ) -> SyncReport | None:
        """Sync if the index can be written; else set ``notice``, which each answer shows.

        Arguments as of :meth:`sync`. Returns its report, or None where nothing was synced.

        Raises:
            CorpusError: the folder is missing or holds nothing readable.
            IndexBusy, IndexUnwritable: nothing is indexed yet.
            EmbedderError: the embedding model cannot be loaded.
        """
        if self._reads_only():
            self._index.refresh()
            self._check_not_empty()
            return None
        report = None
        try:
            report = self.sync(may_be_empty=may_be_empty, on_progress=on_progress)
        except (IndexBusy, IndexUnwritable) as error:
            if self._index.storage.folder.building or not self._index.catalog.passage_counts():
                raise
            self.notice = f"{error} Answers come from what was indexed before."
        if report and report.failed and not may_be_empty:
            self._check_some_read(report)
        return report

    def _check_not_empty(self) -> None:
        if not self._index.catalog.passage_counts():
            raise CorpusError(
                f"There are no documents in {self._index.storage.place}, and there is no folder "
                f"{self._folder} to index; name one with --corpus, or another name with "
                "RAG_CHROMA_NAME."
            )

    def _check_some_read(self, report: SyncReport) -> None:
        if not self._index.catalog.passage_counts():
            path, reason = report.failed[0]
            raise CorpusError(
                f"None of the {len(report.failed)} documents in {self._folder} can be read; "
                f"{path} {reason}"
            )

    def skipped(self) -> tuple[tuple[str, str], ...]:
        """Return what of the folder was not read at the last sync, or not in full.

        Returns pairs of a path relative to the folder and the reason, sorted.
        """
        return self._index.catalog.skipped()

    def unread_notice(self) -> str:
        """Return the sentence that tells whoever gets an answer of unread files, if there are."""
        told = unread_counts([{"path": path} for path, _ in self.skipped()])
        return f"{told}." if told else ""

    def changed(self) -> list[str]:
        """Return the paths of the files that hold other bytes than those indexed, or are gone.

        Every file is read, so that one of the same size and time is noticed too.
        """
        if self._reads_only():
            return []
        rows = self._index.catalog.files().values()
        return sorted(row.path for row in rows if self._read_id(row.path) != row.article_id)

    def _read_id(self, path: str) -> str | None:
        try:
            return article_id(self._reader.raw(self._folder / path), path)
        except DocumentError:
            return None

    def digest(self, path: str) -> str | None:
        """Return the SHA-256 of a file as it is now, in hexadecimal; None without a folder here.

        Raises:
            DocumentError: the file is gone, or cannot be read.
        """
        if self._reads_only():
            return None
        return hashlib.sha256(self._reader.raw(self._folder / path)).hexdigest()

    def page(
        self, matching: str = "", *, offset: int = 0, limit: int = 50
    ) -> tuple[list[ListedArticle], int]:
        """Return a page of the articles without their texts, newest first, and how many there are.

        Args:
            matching: a part of title, outlet or path, in any case.
            offset: articles to skip.
            limit: the most that are returned.
        """
        return list_articles(self._index.catalog, matching, offset=offset, limit=limit)

    def outlets(self) -> list[str]:
        """Return the outlets of the articles, sorted."""
        return self._index.catalog.outlets()

    def generation(self) -> int:
        """Return a number that grows with every change to the indexed articles."""
        return self._index.catalog.generation()

    def add(self, source: Path, name: str | None = None) -> str:
        """Copy a document into the folder; a :meth:`sync` then indexes it.

        Args:
            source: the file.
            name: its path in the folder, by default its own name; made safe by
                :func:`safe_name`, and numbered where another file has it.

        Returns the path in the folder; where a file there has the same bytes, that file's.

        Raises:
            DocumentError: the document cannot be read, or cannot be written to the folder.
        """
        name = name or source.name
        wanted = safe_name(name)
        if wanted.suffix.lower() not in READERS:
            formats = " ".join(sorted(filter(None, READERS)))
            raise DocumentError(f"has a format that cannot be read; these can: {formats}.")
        if wanted.as_posix() in SETTINGS_FILES:
            raise DocumentError(
                "has the name of a file about the folder, and such files are not indexed; "
                "give it another name."
            )
        raw = self._reader.raw(source)
        known = self._index.catalog.article(article_id(raw, wanted.name))
        if known is not None and (self._folder / known.path).is_file():
            return known.path
        self._reader.parse(raw, wanted.as_posix())
        return self._write(raw, wanted)

    def _write(self, raw: bytes, wanted: PurePosixPath) -> str:
        """Write bytes to a new file of the folder; return its path relative to the folder."""
        root = self._folder.resolve()
        place = root / wanted
        if not place.parent.resolve().is_relative_to(root):
            raise DocumentError(
                f"would be written outside {self._folder}, where a link leads; give another name."
            )
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            # Written whole before it has its name; a failed one is deleted with its folder.
            with tempfile.TemporaryDirectory(dir=root, prefix=".adding-") as temporary:
                written = Path(temporary) / "document"
                written.write_bytes(raw)
                target = _move_to_free_name(written, place)
        except OSError as error:
            raise DocumentError(
                f"cannot be written to {self._folder} ({error.strerror})."
            ) from error
        return target.relative_to(root).as_posix()

    def remove(self, article_id: str) -> list[str]:
        """Move an article's files to ``.removed`` in the folder; a :meth:`sync` then forgets it.

        Args:
            article_id: its whole id.

        Returns the new paths of the files, relative to the folder.

        Raises:
            CorpusError: a file cannot be moved; then none is.
        """
        paths = self.paths(article_id)
        for path in paths:
            if archive_of(self._folder / path) is not None:
                raise CorpusError(
                    f"{path} is in an archive; take it out of there, or remove the archive."
                )
        moved: list[tuple[str, str]] = []
        try:
            for path in filter(self._is_there, paths):
                moved += [(self._move_aside(path), path)]
        except CorpusError:
            for aside, path in moved:  # all of a document is removed, or nothing
                self.restore(aside, path)
            raise
        return [aside for aside, _ in moved]

    def _is_there(self, path: str) -> bool:
        return (self._folder / path).exists()

    def _move_aside(self, path: str) -> str:
        """Move a file to ``.removed``; return its new path.

        Raises:
            CorpusError: it cannot be moved.
        """
        try:
            target = _move_to_numbered(self._folder / path, self._folder / REMOVED / path)
        except OSError as error:
            raise CorpusError(
                f"{path} cannot be moved to {self._folder / REMOVED} ({error.strerror})."
            ) from error
        return target.relative_to(self._folder).as_posix()

    def paths(self, article_id: str) -> list[str]:
        """Return the paths of the files that hold an article, given its whole id, sorted."""
        files = self._index.catalog.files()
        return sorted(path for path, row in files.items() if row.article_id == article_id)

    def removed(self) -> list[tuple[str, str]]:
        """Return what :meth:`restore` can bring back: where each file is, and where it was."""
        return [] if self._reads_only() else removed_files(self._folder / REMOVED)

    def restore(self, removed: str, path: str) -> str:
        """Move a file that was removed back into the folder; a :meth:`sync` then indexes it.

        Args:
            removed: its path as :meth:`remove` returned it.
            path: where it was; a number is added where another file is there now.

        Returns its path in the folder.

        Raises:
            CorpusError: it is gone, or cannot be moved.
        """
        try:
            target = _move_to_numbered(self._folder / removed, self._folder / path)
        except OSError as error:
            raise CorpusError(
                f"{removed} cannot be moved back to {path} ({error.strerror})."
            ) from error
        return target.relative_to(self._folder).as_posix()

    def compare(self, one: str, other: str) -> TwoDocuments:
        """Return what two documents have in common and where they differ, sentence by sentence.

        Args:
            one, other: their whole ids.

        Raises:
            ArticleNotFound: there is no such document.
            InputError: both are the same document.
        """
        return compare_indexed(self._index.catalog, self._article(one), self._article(other))

    def size(self) -> int:
        """Return the size of the indexed files together, in bytes."""
        return sum(row.size for row in self._index.catalog.files().values())

    def describe(self, article_id: str, **said: str) -> SyncReport:
        """State facts of a document in the folder's ``documents.toml``, and read it anew.

        Args:
            article_id: its whole id.
            said: ``title``, ``outlet``, ``author`` or ``published`` (ISO 8601, as 2024-02-05,
                2024-02 or 2024), and ``url`` or ``language``; an empty value takes back what was
                stated before.

        Raises:
            CorpusError: a value is none of its kind, or the file cannot be written.
            ArticleNotFound: there is no such document.
            IndexBusy, IndexUnwritable: it is stated, and not indexed yet.
        """
        self._article(article_id)
        if self._reads_only():
            raise CorpusError(f"There is no folder {self._folder} here to write to.")
        lock = self._index.storage.folder.root / _FACTS_LOCK
        for path in self.paths(article_id):
            describe_in(self._folder, path, said, lock=lock)
        return self.sync()


def _move_to_free_name(written: Path, wanted: Path) -> Path:
    """Give a file the wanted name, or that with a number; return the name.

    A file that has the name and the same bytes is taken instead. A file appears under its name
    whole, so that two processes which add the same document at once end with one file.
    """
    for place in _numbered(wanted):
        try:
            os.link(written, place)
        except FileExistsError:
            if not place.is_symlink() and place.is_file() and cmp(written, place, shallow=False):
                return place
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            return written.replace(_reserve(wanted))
        else:
            return place
    raise AssertionError("there is always another name")


def _reserve(wanted: Path) -> Path:
    """Create an empty file under the wanted name, or that with a number; return the name."""
    for place in _numbered(wanted):
        with suppress(FileExistsError):
            os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            return place
    raise AssertionError("there is always another name")


def _move_to_numbered(source: Path, wanted: Path) -> Path:
    """Move a file to the wanted name, or that with a number; return the name.

    Raises:
        OSError: it cannot be moved, and is where it was.
    """
    wanted.parent.mkdir(parents=True, exist_ok=True)
    target = _reserve(wanted)
    try:
        shutil.move(source, target)
    except OSError:
        target.unlink()
        raise
    return target


def _numbered(wanted: Path) -> Iterator[Path]:
    yield wanted
    yield from (wanted.with_stem(f"{wanted.stem} ({number})") for number in count(2))


def safe_name(name: str) -> PurePosixPath:
    """Return a path from anywhere as a relative path that stays inside its folder.

    Parts that lead elsewhere or hide a file are left out, as are characters that control
    how a name is shown; names that are too long are cut before their ending.
    """
    shown = "".join(c for c in name if unicodedata.category(c)[0] != "C").replace("\\", "/")
    parts = [_HIDDEN.sub("", part).strip() for part in shown.split("/")]
    parts = [_safe_part(part) for part in parts if part][-_MAX_PARTS:]
    return PurePosixPath(*parts) if parts else PurePosixPath("document")


def _safe_part(part: str) -> str:
    """Return a part of a path that every file system accepts, and no system reads as a device."""
    stem, ending = PurePosixPath(part).stem, PurePosixPath(part).suffix
    stem = f"{stem}_" if _DEVICE.fullmatch(stem) else stem
    room = _MAX_NAME - len(ending.encode())
    if room <= 0:  # no format has so long an ending
        return part.encode()[:_MAX_NAME].decode("utf-8", "ignore")
    return stem.encode()[:room].decode("utf-8", "ignore") + ending
