"""The Articles tab: list, read and remove articles; add some in the panel above the list."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import gradio as gr

from rag import render
from rag.corpus import Corpus
from rag.limits import ServingPolicy
from rag.ui.adding import AddingPanel
from rag.ui.widgets import (
    PRIVATE,
    article_at,
    errors_as_messages,
    link_data,
    linked_html,
    reader_pane,
)

ARTICLES_PER_PAGE = 50
# Articles among which near-copies are looked for without being asked: some seconds' work.
MOST_COMPARED = 2_000
NO_ARTICLE_OPEN = "Choose an article to read it. The parts that search leaves out are dimmed."
NO_ARTICLES = "There are no articles yet. Add some above: files, a folder, or a path."
NO_MATCH = "No article matches your search."
ARTICLE_REMOVED = "The article was removed. Its file is now {} in the corpus folder."
FILE_WAS_GONE = "The article was removed. Its file was gone already."


class ArticlesTab:
    """The components and callbacks of the tab.

    ``changed`` is triggered when the articles may have changed.
    """

    def __init__(self, corpus: Corpus, policy: ServingPolicy, tab: gr.Tab) -> None:
        self._corpus = corpus
        self._policy = policy
        self._copies: tuple[int, dict[str, list[str]]] = (-1, {})  # by generation of the index
        self._comparing = threading.Lock()
        self.changed = gr.State(0)
        self._opened = gr.State(None)
        self._first = gr.State(0)
        with gr.Row():
            with gr.Column(scale=5, min_width=320):
                self._changes = []
                if policy.uploads:
                    self._changes = AddingPanel(corpus, self.changed, local=policy.local).changes
                self._find = gr.Textbox(
                    label="Find an article", placeholder="Title, outlet or file"
                )
                self._list = linked_html("articles")
                with gr.Row(elem_classes="buttons"):
                    self._newer = gr.Button("Newer", min_width=90, interactive=False)
                    self._older = gr.Button("Older", min_width=90, interactive=False)
            with gr.Column(scale=5, min_width=320):
                with gr.Row(visible=False) as self._removal:
                    self._remove = gr.Button(
                        "Remove this article", visible=policy.uploads, min_width=150
                    )
                    self._confirm = gr.Button(
                        "Yes, remove it", variant="stop", visible=False, min_width=130
                    )
                    self._cancel = gr.Button("Keep it", visible=False, min_width=90)
                self._reader = reader_pane("reader", NO_ARTICLE_OPEN)
        self._connect(tab)

    def _connect(self, tab: gr.Tab) -> None:
        listed = [self._list, self._first, self._newer, self._older]
        tab.select(self._show_list, self._find, listed, **PRIVATE)
        self._find.change(self._show_list, self._find, listed, **PRIVATE)
        self._newer.click(self._show_newer, [self._find, self._first], listed, **PRIVATE)
        self._older.click(self._show_older, [self._find, self._first], listed, **PRIVATE)
        asking = [self._confirm, self._cancel, self._remove]
        opened = [self._reader, self._opened, self._removal, *asking]
        self._list.select(self._open, None, opened, **PRIVATE)
        self._remove.click(lambda: _confirmation(True), None, asking, **PRIVATE)
        self._cancel.click(lambda: _confirmation(False), None, asking, **PRIVATE)
        if not self._policy.uploads:
            return  # a callback that is not connected cannot be called either
        removed = self._confirm.click(
            self._remove_article, self._opened, [*opened, self.changed], **PRIVATE
        )
        for change in (*self._changes, removed):
            change.then(self._show_list, self._find, listed, **PRIVATE)

    def _show_list(self, matching: str, first: int = 0) -> Iterator[tuple[str, int, Any, Any]]:
        """Show a page of the list, at first without near-copies, which take longer to find."""
        rows, total = self._corpus.documents.page(
            matching or "", offset=first, limit=ARTICLES_PER_PAGE
        )
        newer = gr.update(interactive=first > 0)
        older = gr.update(interactive=first + len(rows) < total)
        if not rows:
            empty = render.placeholder_html(NO_MATCH if matching else NO_ARTICLES)
            yield empty, first, newer, older
            return
        shown = [row.to_dict() for row in rows]
        list_html = partial(
            render.article_list_html, total=total, first=first + 1, skipped=self._corpus.skipped()
        )
        generation = self._corpus.documents.generation()
        if self._copies[0] != generation:
            page = list_html(shown, {})
            yield page, first, newer, older
        copies = self._near_copies(generation)
        page = list_html(shown, copies)
        yield page, first, newer, older

    def _show_newer(self, matching: str, first: int) -> Iterator[tuple[str, int, Any, Any]]:
        yield from self._show_list(matching, max(0, first - ARTICLES_PER_PAGE))

    def _show_older(self, matching: str, first: int) -> Iterator[tuple[str, int, Any, Any]]:
        yield from self._show_list(matching, first + ARTICLES_PER_PAGE)

    def _near_copies(self, generation: int) -> dict[str, list[str]]:
        """Return by article id the files with nearly the same words."""
        with self._comparing:
            if self._copies[0] != generation:
                _, articles = self._corpus.documents.page(limit=0)
                groups = self._corpus.copies() if articles <= MOST_COMPARED else []
                found = {
                    article.id: [other.path for other in group if other is not article]
                    for group in groups
                    for article in group
                }
                self._copies = (generation, found)
            return self._copies[1]

    def _open(self, event: gr.EventData) -> tuple[Any, ...]:
        link = link_data(event)
        removal = gr.update(visible=self._policy.uploads)
        with errors_as_messages() as errors:
            shown = article_at(self._corpus, link)
            return shown, link["article"], removal, *_confirmation(False)
        hidden = gr.update(visible=False)
        return render.message_html(errors[0]), None, hidden, *_confirmation(False)

    def _remove_article(self, article_id: str | None) -> tuple[Any, ...]:
        shown = render.placeholder_html(NO_ARTICLE_OPEN)
        with errors_as_messages() as errors:
            if article_id:
                moved = self._corpus.documents.remove(self._corpus.article(article_id).id)
                _, indexed = self._corpus.documents.page(limit=0)
                self._corpus.documents.sync(may_be_empty=indexed == 1)
                removed = ARTICLE_REMOVED.format(", ".join(moved)) if moved else FILE_WAS_GONE
                shown = render.placeholder_html(removed)
        if errors:
            shown = render.message_html(errors[0])
        generation = self._corpus.documents.generation()
        return shown, None, gr.update(visible=False), *_confirmation(False), generation


def _confirmation(asked: bool) -> tuple[Any, ...]:
    """Show the buttons that confirm and cancel a removal, or the one that begins it."""
    shown, hidden = gr.update(visible=True), gr.update(visible=False)
    return (shown, shown, hidden) if asked else (hidden, hidden, shown)
