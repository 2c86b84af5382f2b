"""What a sync will do: the files of a folder held against what is indexed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rag.documents.loading import article_id
from rag.documents.reading import Reader
from rag.errors import DocumentError
from rag.index.entries import lexical_rows
from rag.index.faults import storing
from rag.index.rows import FileRow
from rag.index.scan import Found
from rag.index.store import Index
from rag.types import Article, Progress

# A file that changes within this time of being read may keep its time stamp
# (file systems tick in steps of up to two seconds): it is read again.
RACY_NS = 2_000_000_000

OnProgress = Callable[[Progress], None]


@dataclass
class Plan:
    """What a sync found, what it will do, and what came of it."""

    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    # Files whose article is served already (renamed, copied, touched), and those
    # whose article is new, by its id.
    known: list[FileRow] = field(default_factory=list)
    new: dict[str, list[FileRow]] = field(default_factory=dict)
    written: list[FileRow] = field(default_factory=list)


def plan_sync(
    index: Index,
    found: Sequence[Found],
    before: Mapping[str, FileRow],
    reader: Reader,
    tell: OnProgress,
) -> Plan:
    """What is new, changed, gone, or cannot be read.

    Args:
        index: what is served.
        found: the files of the folder.
        before: the files as they were known.
        reader: who reads documents.
        tell: called before and after each file is looked at.
    """
    plan = Plan()
    served = index.catalog.passage_counts()
    for done, file in enumerate(found):
        tell(Progress("Reading", done, len(found)))
        try:
            _plan_file(plan, file, before.get(file.name), served, reader)
        except DocumentError as error:
            plan.failed.append((file.name, str(error)))
    tell(Progress("Reading", len(found), len(found)))
    names = {file.name for file in found}
    unread = tuple(f"{file.name}/" for file in found if file.problem)
    plan.removed = [p for p in before if p not in names and not p.startswith(unread)]
    return plan


def _plan_file(
    plan: Plan, file: Found, row: FileRow | None, served: Mapping[str, int], reader: Reader
) -> None:
    if file.problem:
        raise DocumentError(file.problem)
    try:
        stat = file.path.stat()
    except OSError as error:
        raise DocumentError(f"cannot be read ({error.strerror}).") from error
    stamp = (stat.st_size, stat.st_mtime_ns)
    if row and (row.size, row.mtime_ns) == stamp and row.mtime_ns + RACY_NS < row.seen_ns:
        plan.unchanged.append(file.name)
        return
    seen = time.time_ns()
    id_ = article_id(reader.raw(file.path), file.name)
    new = FileRow(file.name, *stamp, seen, id_)
    if row and row.article_id == id_:
        plan.unchanged.append(file.name)
    if id_ in served:
        plan.known.append(new)
    else:
        plan.new.setdefault(id_, []).append(new)


def duplicates(files: Mapping[str, FileRow]) -> Iterator[tuple[str, str]]:
    """Each file with an earlier one of the same bytes."""
    first: dict[str, str] = {}
    for path in sorted(files):
        original = first.setdefault(files[path].article_id, path)
        if original != path:
            yield path, original


def rename(
    index: Index, folder: Path, plan: Plan, before: Mapping[str, FileRow], reader: Reader
) -> None:
    """Bring in step the titles and dates that come from the names of files.

    What was embedded keeps the old name: a rename embeds nothing.
    """
    new = [row for rows in plan.new.values() for row in rows]
    after = {**before, **{row.path: row for row in (*plan.known, *new)}}
    for path in plan.removed:
        del after[path]
    shown = _shown(before)
    renamed: list[Article] = []
    for id_, path in _shown(after).items():
        if shown.get(id_, path) == path:
            continue
        try:
            renamed.append(reader.parse(reader.raw(folder / path), path).article)
        except DocumentError:
            continue  # gone again: the next sync sees to it
    if not renamed:
        return
    with storing(index.root):
        for article in renamed:
            index.catalog.rename(article)
        index.lexical.replace(  # which has the dates
            [article.id for article in renamed],
            (r for a in renamed for r in lexical_rows(a, index.passages.of(a.id)[0])),
        )


def _shown(files: Mapping[str, FileRow]) -> dict[str, str]:
    """The path that each article goes by: the first of its files."""
    return {files[path].article_id: path for path in sorted(files, reverse=True)}
