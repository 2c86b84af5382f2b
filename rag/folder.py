"""A corpus folder and its index, kept in step; documents are put there and taken away."""

from __future__ import annotations

import errno
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

from rag.documents.aliases import FILE_NAME, AliasGroups, parse_aliases, read_aliases
from rag.documents.formats import READERS
from rag.documents.loading import article_id
from rag.documents.sandbox import DocumentReader
from rag.documents.scan import NOT_DOCUMENTS
from rag.errors import CorpusError, DocumentError, IndexBusy, IndexUnwritable
from rag.index.passages import ListedArticle, list_articles
from rag.index.pipeline import OpenPool
from rag.index.store import Index
from rag.index.sync import sync as sync_index
from rag.types import OnProgress, Progress, SyncReport

REMOVED = ".removed"  # where documents go that are taken away; hidden, so that a scan passes it by
# What a file system says that has no second names for a file.
LINKLESS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EXDEV, errno.EMLINK)
LONGEST_NAME = 200  # bytes of a file's name; file systems end at 255, and a number may be added
MOST_FOLDERS = 10  # parts of a path that anybody may give; the last ones are kept
_HIDING = re.compile(r"^[.\s]+")  # in whatever order
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)  # of Windows


class DocumentFolder:
    """The folder with its index.

    ``notice`` is what a reader must know where the two may not be in step, and ``report`` what
    the last sync of this process did.
    """

    def __init__(
        self, index: Index, folder: Path, reader: DocumentReader, open_pool: OpenPool
    ) -> None:
        self.notice: str | None = None
        self.report: SyncReport | None = None
        self._aliases = read_aliases(folder)
        self._index = index
        self._folder = folder
        self._reader = reader
        self._open_pool = open_pool
        self._turn = threading.Lock()  # of this process; others are told who is writing

    @property
    def aliases(self) -> AliasGroups:
        """The names that mean the same, from the folder, or from who indexed it on a server."""
        text = self._aliases
        if self._reads_only():
            text = self._index.catalog.aliases()
        return parse_aliases(text, self._folder / FILE_NAME)

    def _reads_only(self) -> bool:
        """Whether the index is on a server and there is no folder here to index into it."""
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
        if on_progress is not None and self._turn.locked():
            on_progress(Progress("Waiting for another change to end", 0, 0))
        with self._turn:
            self._aliases = read_aliases(self._folder)
            self.report = sync_index(
                self._index,
                self._folder,
                reader=self._reader,
                open_pool=self._open_pool,
                aliases=self._aliases,
                may_be_empty=may_be_empty,
                on_progress=on_progress,
            )
            self.notice = None
            return self.report

    def refresh(
        self, *, may_be_empty: bool = False, on_progress: OnProgress | None = None
    ) -> SyncReport | None:
        """Sync if that is possible, else go on with what is indexed and say so in each answer.

        Returns None where the index could not be written. Arguments as of :meth:`sync`.

        Raises:
            CorpusError: the folder is missing or holds nothing readable.
            IndexBusy, IndexUnwritable: nothing is indexed yet.
            EmbedderError: the embedding model cannot be loaded.
        """
        if self._reads_only():
            self._index.refresh()
            self._check_some_there()
            return None
        report = None
        try:
            report = self.sync(may_be_empty=may_be_empty, on_progress=on_progress)
        except (IndexBusy, IndexUnwritable) as error:
            if self._index.storage.building or not self._index.catalog.passage_counts():
                raise
            self.notice = f"{error} Answers come from what was indexed before."
        if report and report.failed and not may_be_empty:
            self._check_some_read(report)
        return report

    def _check_some_there(self) -> None:
        if not self._index.catalog.passage_counts():
            raise CorpusError(
                f"There are no articles in {self._index.storage.place}, and there is no folder "
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

    def page(
        self, matching: str = "", *, offset: int = 0, limit: int = 50
    ) -> tuple[list[ListedArticle], int]:
        """A page of the articles without their texts, newest first, and how many there are.

        Args:
            matching: a part of title, outlet or path, in any case.
            offset: articles passed over.
            limit: the most that are returned.
        """
        return list_articles(self._index.catalog, matching, offset=offset, limit=limit)

    def outlets(self) -> list[str]:
        """The outlets of the articles, sorted."""
        return self._index.catalog.outlets()

    def generation(self) -> int:
        """A number that grows with every change to what is served."""
        return self._index.catalog.generation()

    def add(self, source: Path, name: str | None = None) -> str:
        """Copy a document into the folder; a :meth:`sync` then indexes it.

        Args:
            source: the file.
            name: under which path in the folder, its own name by default; what would lead
                out of the folder is left out, and nothing there is overwritten.

        Returns the path in the folder; that of the same bytes, where they are there already.

        Raises:
            DocumentError: it cannot be read, or not be written there.
        """
        name = name or source.name
        wanted = safe_name(name)
        if wanted.suffix.lower() not in READERS:
            raise DocumentError(
                f"is of a format that cannot be read; these can: {' '.join(sorted(READERS))}."
            )
        if wanted.stem.lower() in NOT_DOCUMENTS:
            raise DocumentError("has a name that speaks about the folder; give it another.")
        raw = self._reader.raw(source)
        there = self._index.catalog.article(article_id(raw, wanted.name))
        if there is not None and (self._folder / there.path).is_file():
            return there.path
        self._reader.parse(raw, wanted.as_posix())
        return self._write(raw, wanted)

    def _write(self, raw: bytes, wanted: PurePosixPath) -> str:
        """Write bytes under a name that is free, or that has them; nothing is overwritten."""
        root = self._folder.resolve()
        place = root / wanted
        if not place.parent.resolve().is_relative_to(root):
            raise DocumentError("would go where a link leads out of the folder; give it a name.")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            # Whole before it has its name; what is left of one that fails goes with the folder.
            with tempfile.TemporaryDirectory(dir=root, prefix=".adding-") as aside:
                written = Path(aside) / "document"
                written.write_bytes(raw)
                target = _place(written, place)
        except OSError as error:
            raise DocumentError(
                f"cannot be written to {self._folder} ({error.strerror})."
            ) from error
        return target.relative_to(root).as_posix()

    def remove(self, article_id: str) -> list[str]:
        """Move the files of an article into ``.removed`` in the folder; a :meth:`sync` forgets it.

        Args:
            article_id: its whole id.

        Returns where the files are now, as paths in the folder.

        Raises:
            CorpusError: a file cannot be moved.
        """
        files = self._index.catalog.files()
        moved = []
        for path in sorted(path for path, row in files.items() if row.article_id == article_id):
            place = self._folder / path
            target = self._folder / REMOVED / path
            try:
                if place.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target = _claim(target)
                    shutil.move(place, target)
                    moved.append(target.relative_to(self._folder).as_posix())
            except OSError as error:
                raise CorpusError(
                    f"{path} cannot be moved to {self._folder / REMOVED} ({error.strerror})."
                ) from error
        return moved


def _place(written: Path, wanted: Path) -> Path:
    """Give a file the name wanted, or that with a number; one that has its bytes will do.

    A file appears under its name whole, so that two who put the same there at once end with one.
    """
    for place in _names(wanted):
        try:
            os.link(written, place)
        except FileExistsError:
            if not place.is_symlink() and place.is_file() and cmp(written, place, shallow=False):
                return place
        except OSError as error:
            if error.errno not in LINKLESS:
                raise
            return written.replace(_claim(wanted))
        else:
            return place
    raise AssertionError("there is always another name")


def _claim(wanted: Path) -> Path:
    """A name that nothing has, taken by an empty file: the one wanted, or that with a number."""
    for place in _names(wanted):
        with suppress(FileExistsError):
            os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            return place
    raise AssertionError("there is always another name")


def _names(wanted: Path) -> Iterator[Path]:
    yield wanted
    yield from (wanted.with_stem(f"{wanted.stem} ({number})") for number in count(2))


def safe_name(name: str) -> PurePosixPath:
    """A relative path that stays inside its folder, made of one that anybody may have given.

    Parts that lead elsewhere or hide a file are left out, as are characters that control
    how a name is shown; what is too long is cut before its ending.
    """
    shown = "".join(c for c in name if unicodedata.category(c)[0] != "C").replace("\\", "/")
    parts = [_HIDING.sub("", part).strip() for part in shown.split("/")]
    parts = [_short(part) for part in parts if part][-MOST_FOLDERS:]
    return PurePosixPath(*parts) if parts else PurePosixPath("document")


def _short(part: str) -> str:
    """A part of a path that a file system takes, and no system reads as a device."""
    stem, ending = PurePosixPath(part).stem, PurePosixPath(part).suffix
    stem = f"{stem}_" if _DEVICE.fullmatch(stem) else stem
    room = LONGEST_NAME - len(ending.encode())
    if room <= 0:  # no ending of ours is as long
        return part.encode()[:LONGEST_NAME].decode("utf-8", "ignore")
    return stem.encode()[:room].decode("utf-8", "ignore") + ending
