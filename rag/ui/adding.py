"""The panel that adds documents to the corpus: files, a folder, a path; and indexes again."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

import gradio as gr

from rag import render
from rag.corpus import Corpus
from rag.documents.scan import scan
from rag.errors import InputError
from rag.formats import READERS
from rag.formats.archive import ARCHIVE, members
from rag.types import OnProgress, Progress, SyncReport
from rag.ui.widgets import PRIVATE, errors_as_messages, html

Result = TypeVar("Result")
Updates = dict[Any, Any]  # new values by component
Line = tuple[str, str, str]  # name of a file, its state, a remark


class AddingPanel:
    """The components and callbacks of the panel; ``changes`` are the events that end an addition.

    Args:
        corpus: what is added to.
        changed: gets another value when the articles may have changed.
        local: whether users of the page may name paths on this machine.
    """

    def __init__(self, corpus: Corpus, changed: gr.State, *, local: bool) -> None:
        self._corpus = corpus
        self._local = local
        self._changed = changed
        small: dict[str, Any] = {"size": "sm", "min_width": 60}
        with gr.Row(elem_id="adding", elem_classes="buttons"):
            files = gr.UploadButton(
                "Add files", file_count="multiple", elem_id="add-files", **small
            )
            folder = gr.UploadButton(
                "Add folder", file_count="directory", elem_id="add-folder", **small
            )
            again = gr.Button("Index again", **small)
        with gr.Accordion(
            "Add from this machine", open=False, visible=local, elem_id="adding-path"
        ):
            path = gr.Textbox(
                label="Path on this machine",
                info="A file or a folder; it is copied into the folder of documents.",
            )
            add = gr.Button("Add", **small)
        self._progress = html("adding-progress")
        done = [self._progress, changed]
        self.changes = [
            files.upload(self._upload, files, done, **PRIVATE),
            folder.upload(self._upload, folder, done, **PRIVATE),
            again.click(self._index, None, done, **PRIVATE),
            gr.on([add.click, path.submit], self._add_path, path, done, **PRIVATE),
        ]

    def _upload(self, uploaded: list[str] | None) -> Iterator[Updates]:
        # The uploaded files stay: another window that uploads the same file shares them.
        yield from self._add([(Path(path), Path(path).name) for path in uploaded or []])

    def _add_path(self, path: str) -> Iterator[Updates]:
        found: list[tuple[Path, str]] = []
        with errors_as_messages() as errors:
            if not self._local:
                raise InputError(
                    "Paths can be added only where the page is served to this machine alone."
                )
            if not path.strip():
                raise InputError("The path is empty; enter a file or a folder.")
            found = _documents_at(Path(path.strip()).expanduser())
        if errors:
            yield {self._progress: render.message_html(errors[0])}
            return
        yield from self._add(found)

    def _index(self) -> Iterator[Updates]:
        yield from self._add([])

    def _add(self, files: Sequence[tuple[Path, str]]) -> Iterator[Updates]:
        """Copy files into the folder, then index; show the state of each file by its name."""
        lines: list[Line] = [(name, "waiting", "waiting") for _, name in files]
        added: list[tuple[str, int]] = []
        for at, (path, name) in enumerate(files):
            yield {self._progress: render.files_html(lines, "Reading", at, len(files))}
            with errors_as_messages() as errors:
                added.append((self._corpus.documents.add(path, name), at))
                lines[at] = (name, "waiting", "waiting to be indexed")
            if errors:
                lines[at] = (name, "failed", errors[0])
        report: SyncReport | None = None
        with errors_as_messages() as errors:
            # A folder that is gone must not cost the articles that are indexed.
            _, indexed = self._corpus.documents.page(limit=0)
            syncing = run_in_thread(
                lambda tell: self._corpus.documents.sync(may_be_empty=not indexed, on_progress=tell)
            )
            report = yield from self._show_progress(syncing, lines)
        if report is None:
            shown = render.message_html(errors[0]) + render.files_html(lines, "", 0, 0)
            yield {self._progress: shown}
            return
        lines = _outcomes(report, lines, added)
        generation = self._corpus.documents.generation()
        yield {self._progress: render.files_html(lines, "", 0, 0), self._changed: generation}

    def _show_progress(
        self, syncing: Generator[Progress, None, SyncReport], lines: Sequence[Line]
    ) -> Generator[Updates, None, SyncReport]:
        """Show the steps of a sync as a progress bar; return its report."""
        while True:
            try:
                step = next(syncing)
            except StopIteration as ended:
                report: SyncReport = ended.value
                return report
            yield {self._progress: render.files_html(lines, step.step, step.done, step.total)}


def run_in_thread(work: Callable[[OnProgress], Result]) -> Generator[Progress, None, Result]:
    """Run some work in another thread and yield its progress; return its result.

    Args:
        work: called with the function to report progress to.

    Raises:
        whatever the work raises.
    """
    steps: SimpleQueue[Progress | None] = SimpleQueue()
    with ThreadPoolExecutor(1) as pool:
        result = pool.submit(work, steps.put)
        result.add_done_callback(lambda _: steps.put(None))
        while (step := steps.get()) is not None:
            yield step
    return result.result()


def _documents_at(path: Path) -> list[tuple[Path, str]]:
    """Return a file, or the documents of a folder or archive, with their names in the corpus.

    Raises:
        CorpusError: there is no such file or folder, or the folder holds no document.
        DocumentError: an archive cannot be opened.
    """
    if path.is_file() and path.suffix.lower() == ARCHIVE:
        inside = [member.name for member in members(path)]
        return [(path / name, f"{path.stem}/{name}") for name in inside]
    if path.is_file():
        return [(path, path.name)]
    return [(found.path, f"{path.name}/{found.name}") for found in scan(path, READERS).documents]


def _outcomes(
    report: SyncReport, lines: Sequence[Line], added: Sequence[tuple[str, int]]
) -> list[Line]:
    """Say what became of each added file, and of other files that failed or changed."""
    failed = dict(report.failed)
    same = dict(report.duplicates)
    outcomes = list(lines)
    ours = {path for path, _ in added}
    for path, at in added:
        if path in failed:
            state, remark = "failed", failed[path]
        elif path in report.removed:
            state, remark = "failed", "was removed by someone else in the meantime; add it again."
        elif path in same:
            state, remark = "done", f"has the same content as {same[path]}"
        elif path in report.unchanged:
            state, remark = "done", f"is already in the folder, as {path}"
        else:
            state, remark = "done", "is indexed: you can ask about it"
        outcomes[at] = (lines[at][0], state, remark)
    outcomes += [(path, "failed", why) for path, why in report.skipped if path not in ours]
    for paths, remark in (
        (report.added, "was added"),
        (report.updated, "was updated"),
        (report.removed, "was removed"),
    ):
        outcomes += [(path, "done", remark) for path in paths if path not in ours]
    counts = f"{len(report.added)} added, {len(report.updated)} updated, "
    counts += f"{len(report.removed)} removed, {len(report.unchanged)} unchanged"
    return [*outcomes, ("All", "done", counts)]
