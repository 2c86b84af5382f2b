"""The sources pane: the documents with a tick box each, added, removed, and brought back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr

from rag import render
from rag.corpus import Corpus
from rag.errors import CorpusError
from rag.limits import ServingPolicy
from rag.render.sources import SourceList, sources_html, undo_html
from rag.ui.adding import AddingPanel
from rag.ui.examples import folder_name
from rag.ui.widgets import PRIVATE, errors_as_messages, html, link_data

MOST_LISTED = 3_000  # documents, about 2 MB of HTML; of more the search finds those not listed
MOST_WORDS = 200  # characters of a search, more than anybody types
_SOURCES_JS = (Path(__file__).resolve().parent / "sources.js").read_text("utf-8")


class Removed(NamedTuple):
    """A document that was removed: its title, and where its files are and were."""

    title: str
    files: list[tuple[str, str]]


class SourcesPane:
    """The components and callbacks of the pane, in the Gradio context that it is made in.

    ``changed`` gets another value when the documents may have changed. The value of ``chosen`` are
    the ids of the documents that a link names, None where it names none; an event that sends it
    takes those that are ticked then, by :func:`rag.ui.widgets.asked_of`. ``open`` is the event of
    a document's name being clicked, whose data is ``{"article": id}``.
    """

    def __init__(self, corpus: Corpus, policy: ServingPolicy) -> None:
        self._corpus = corpus
        self._may_change = policy.uploads
        self._copies: tuple[int, dict[str, list[str]]] = (-1, {})  # by generation of the index
        self.changed = gr.State(0)
        self.chosen = gr.JSON(None, visible="hidden", elem_id="chosen")
        self._removed = gr.State([])
        self._finding = gr.State("")
        self._marked = gr.State(-1)  # the generation whose near-copies the list shows
        changes = []
        if policy.uploads:
            changes = AddingPanel(corpus, self.changed, local=policy.local).changes
        self._list = html("documents", js_on_load=_SOURCES_JS)
        self.open = self._list.select
        self._connect(changes)

    def _connect(self, changes: list[Any]) -> None:
        shown = [self._list, self._removed]
        state = [self._finding, self._removed]
        # When a window opens, nothing else waits before it.
        self._mark_after(
            gr.on(None, self._show, state, [self._list, self._marked], queue=False, **PRIVATE)
        )
        self._mark_after(
            self._finding.change(self._show, state, [self._list, self._marked], **PRIVATE)
        )
        self._list.submit(self._find, None, self._finding, **PRIVATE)
        if not self._may_change:
            return  # a callback that is not connected cannot be called either
        for change in changes:
            self.show_after(change)
        for event, callback in ((self._list.delete, self._remove), (self._list.undo, self._undo)):
            event(callback, state, [*shown, self.changed], **PRIVATE)

    def show_after(self, event: Any) -> None:
        """Show the list anew after an event that may have changed what is known of a document."""
        state = [self._finding, self._removed]
        self._mark_after(event.then(self._show, state, [self._list, self._marked], **PRIVATE))

    def _mark_after(self, event: Any) -> None:
        state = [self._finding, self._removed, self._marked]
        event.then(self._mark, state, [self._list, self._marked], **PRIVATE)

    def _show(self, finding: str, removed: Sequence[Removed]) -> tuple[str, int]:
        """Show the list, with the near-copies known before: they take longer to find."""
        marked, copies = self._copies
        return self._html(finding, copies, _undo_notice(removed)), marked

    def _mark(self, finding: str, removed: Sequence[Removed], marked: int) -> tuple[Any, Any]:
        """Show the list anew where it does not show the near-copies among the documents of now."""
        generation = self._corpus.documents.generation()
        if marked == generation:
            return gr.skip(), gr.skip()
        copies = self._near_copies(generation)
        return self._html(finding, copies, _undo_notice(removed)), generation

    def _html(self, finding: str, copies: dict[str, list[str]], notice: str = "") -> str:
        documents = self._corpus.documents
        rows, total = documents.page(finding, limit=MOST_LISTED)
        others = []
        if finding:
            _, total = documents.page(limit=0)
        elif total > len(rows):  # the browser must know them, to ask all but what is unticked
            rest, _ = documents.page(offset=MOST_LISTED, limit=total)
            others = [row.id for row in rest]
        shown = SourceList(
            folder=folder_name(self._corpus),
            size=documents.size(),
            rows=[row.to_dict() for row in rows],
            total=total,
            finding=finding,
            skipped=self._corpus.skipped(),
            copies=copies,
            may_remove=self._may_change,
            others=others,
            removed=[path for _, path in documents.removed()] if self._may_change else [],
        )
        return sources_html(shown, notice)

    def _near_copies(self, generation: int) -> dict[str, list[str]]:
        """Return by article id the files with nearly the same words."""
        if self._copies[0] != generation:
            self._copies = (generation, self._corpus.documents.near_copies())
        return self._copies[1]

    def _find(self, event: gr.EventData) -> str:
        return str(link_data(event).get("find", ""))[:MOST_WORDS]

    def _remove(
        self, finding: str, removed: list[Removed], event: gr.EventData
    ) -> Iterator[tuple[str, list[Removed], int]]:
        """Move the files of a document aside, and forget it."""
        with errors_as_messages() as errors:
            documents = self._corpus.documents
            article = self._corpus.article(str(link_data(event).get("article", "")))
            there = [path for path in documents.paths(article.id) if self._is_file(path)]
            moved = documents.remove(article.id)
            removed = [*removed, Removed(article.title, list(zip(moved, there, strict=True)))]
            _, indexed = documents.page(limit=0)
            documents.sync(may_be_empty=indexed == 1)
        yield from self._changed(finding, removed, errors)

    def _is_file(self, path: str) -> bool:
        return (self._corpus.folder / path).exists()

    def _undo(
        self, finding: str, removed: list[Removed], event: gr.EventData
    ) -> Iterator[tuple[str, list[Removed], int]]:
        """Bring back a file of the list of removed ones, or what was removed last."""
        wanted = link_data(event).get("back")
        if link_data(event).get("dismiss"):  # the message has been read
            yield from self._changed(finding, [], [])
            return
        with errors_as_messages() as errors:
            if wanted is not None:
                removed = self._bring_back(str(wanted), removed)
            while removed and wanted is None:
                *before, last = removed
                if not last.files:
                    removed = before
                    break
                (moved, path), *left = last.files
                self._corpus.documents.restore(moved, path)
                removed = [*before, last._replace(files=left)]
        with errors_as_messages() as more:  # of several files, some may be back
            self._corpus.documents.sync()
        yield from self._changed(finding, removed, errors + more)

    def _bring_back(self, path: str, removed: list[Removed]) -> list[Removed]:
        """Move a file back into the folder; return what else this window can undo.

        Raises:
            CorpusError: it was not removed, or is back already, or cannot be moved.
        """
        documents = self._corpus.documents
        aside = next((aside for aside, was in documents.removed() if was == path), None)
        if aside is None:
            raise CorpusError(f"“{path}” is not among the removed documents any more.")
        documents.restore(aside, path)
        left = [r._replace(files=[f for f in r.files if f[0] != aside]) for r in removed]
        return [each for each in left if each.files]

    def _changed(
        self, finding: str, removed: list[Removed], errors: list[str]
    ) -> Iterator[tuple[str, list[Removed], int]]:
        """Show the list anew, at first with the near-copies that were known before."""
        notice = render.message_html(errors[0]) if errors else ""
        notice += _undo_notice(removed)
        generation = self._corpus.documents.generation()
        yield self._html(finding, self._copies[1], notice), removed, generation
        yield self._html(finding, self._near_copies(generation), notice), removed, generation


def _undo_notice(removed: Sequence[Removed]) -> str:
    """Return the button that brings back what was removed last, empty where nothing was."""
    return undo_html(removed[-1].title) if removed else ""
