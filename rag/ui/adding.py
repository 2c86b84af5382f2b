"""What adds documents to the corpus: files, a folder, a path on this machine; and indexes again."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

import gradio as gr

from rag import render
from rag.corpus import Corpus
from rag.documents.formats import READERS
from rag.documents.scan import scan
from rag.errors import InputError
from rag.types import OnProgress, Progress, SyncReport
from rag.ui.links import PRIVATE, html, problems

Result = TypeVar("Result")


def told(work: Callable[[OnProgress], Result]) -> Generator[Progress, None, Result]:
    """What some work tells of its progress, while it is done in another thread.

    Args:
        work: called with what it is to tell its progress to.

    Returns what the work returns, and raises what it raises.
    """
    steps: SimpleQueue[Progress | None] = SimpleQueue()
    with ThreadPoolExecutor(1) as pool:
        result = pool.submit(work, steps.put)
        result.add_done_callback(lambda _: steps.put(None))
        while (step := steps.get()) is not None:
            yield step
    return result.result()


ENDINGS = sorted(READERS)

Shown = dict[Any, Any]  # by the component that is to show it
Line = tuple[str, str, str]  # name of a file, its state, what is said of it


class Adding:
    """The widgets, and what happens when they are used; ``changes`` are the events that end it."""

    def __init__(self, corpus: Corpus, changed: gr.State, *, local: bool) -> None:
        """Lay it out where the room has come to.

        Args:
            corpus: what is added to.
            changed: is given another value when the articles may be others than before.
            local: whether those who see the page may name paths on this machine.
        """
        self._corpus = corpus
        self._local = local
        self._changed = changed
        with gr.Accordion("Add articles", open=False, elem_id="adding"):
            self._files = gr.File(
                label=f"Files ({' '.join(ENDINGS)})", file_count="multiple", height=140
            )
            with gr.Row(elem_classes="buttons"):
                folder = gr.UploadButton("Upload a folder", file_count="directory")
                again = gr.Button("Index again", min_width=120)
            with gr.Row(visible=local):
                path = gr.Textbox(
                    label="Path on this machine", info="A file or a folder; it is copied.", scale=4
                )
                add = gr.Button("Add", min_width=90, scale=1)
        self._progress = html("adding-progress")
        done = [self._progress, changed]
        self.changes = [
            self._files.upload(self._upload, self._files, [*done, self._files], **PRIVATE),
            folder.upload(self._upload_folder, folder, done, **PRIVATE),
            again.click(self._index, None, done, **PRIVATE),
            gr.on([add.click, path.submit], self._add_path, path, done, **PRIVATE),
        ]

    def _upload(self, given: list[str] | None) -> Iterator[Shown]:
        for shown in self._upload_folder(given):
            yield shown | {self._files: None}

    def _upload_folder(self, given: list[str] | None) -> Iterator[Shown]:
        # Left where they are: another window that uploads the same file has the same place for it.
        yield from self._take_in([(Path(path), Path(path).name) for path in given or []])

    def _add_path(self, path: str) -> Iterator[Shown]:
        found: list[tuple[Path, str]] = []
        with problems() as failed:
            if not self._local:
                raise InputError("Paths can be named only where the page is not shared.")
            if not path.strip():
                raise InputError("The path is empty; name a file or a folder.")
            found = _documents_at(Path(path.strip()).expanduser())
        if failed:
            yield {self._progress: render.message_html(failed[0])}
            return
        yield from self._take_in(found)

    def _index(self) -> Iterator[Shown]:
        yield from self._take_in([])

    def _take_in(self, files: Sequence[tuple[Path, str]]) -> Iterator[Shown]:
        """Copy files into the folder, then index; each file is told of by its name."""
        lines: list[Line] = [(name, "waiting", "waiting") for _, name in files]
        kept: list[tuple[str, int]] = []
        for at, (path, name) in enumerate(files):
            yield {self._progress: render.files_html(lines, "Reading", at, len(files))}
            with problems() as failed:
                kept.append((self._corpus.documents.add(path, name), at))
                lines[at] = (name, "waiting", "to be indexed")
            if failed:
                lines[at] = (name, "failed", failed[0])
        report: SyncReport | None = None
        with problems() as failed:
            # A folder that is gone must not cost the articles that are indexed.
            _, indexed = self._corpus.documents.page(limit=0)
            syncing = told(
                lambda tell: self._corpus.documents.sync(may_be_empty=not indexed, on_progress=tell)
            )
            report = yield from self._bar(syncing, lines)
        if report is None:
            said = render.message_html(failed[0]) + render.files_html(lines, "", 0, 0)
            yield {self._progress: said}
            return
        lines = _told_of(report, lines, kept)
        generation = self._corpus.documents.generation()
        yield {self._progress: render.files_html(lines, "", 0, 0), self._changed: generation}

    def _bar(self, syncing: Any, lines: Sequence[Line]) -> Any:
        """The steps of a sync as a bar; returns its report."""
        while True:
            try:
                step = next(syncing)
            except StopIteration as ended:
                return ended.value
            yield {self._progress: render.files_html(lines, step.step, step.done, step.total)}


def _documents_at(path: Path) -> list[tuple[Path, str]]:
    """A file, or the documents of a folder, each with the name that it is to have.

    Raises:
        CorpusError: there is no such thing, or no document in it.
    """
    if path.is_file():
        return [(path, path.name)]
    return [(found.path, f"{path.name}/{found.name}") for found in scan(path, READERS)]


def _told_of(
    report: SyncReport, lines: Sequence[Line], kept: Sequence[tuple[str, int]]
) -> list[Line]:
    """What became of each file, and of others of the folder that failed or changed."""
    failed = dict(report.failed)
    same = dict(report.duplicates)
    told = list(lines)
    ours = {path for path, _ in kept}
    for path, at in kept:
        name = lines[at][0]
        if path in failed:
            told[at] = (name, "failed", failed[path])
        elif path in report.removed:
            told[at] = (name, "failed", "was taken out by somebody else meanwhile; add it again.")
        elif path in same:
            told[at] = (name, "done", f"holds the same as {same[path]}")
        elif path in report.unchanged:
            told[at] = (name, "done", f"is there already, as {path}")
        else:
            told[at] = (name, "done", "can be asked")
    told += [(path, "failed", why) for path, why in report.failed if path not in ours]
    for names, said in ((report.added, "added"), (report.updated, "updated")):
        told += [(path, "done", said) for path in names if path not in ours]
    told += [(path, "done", "is gone") for path in report.removed if path not in ours]
    counts = f"{len(report.added)} added, {len(report.updated)} updated, "
    counts += f"{len(report.removed)} removed, {len(report.unchanged)} unchanged"
    return [*told, ("All", "done", counts)]
