"""The room of the articles: list, read, take away; what adds some is laid out in it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import gradio as gr

from rag import render
from rag.corpus import Corpus
from rag.limits import ServingPolicy
from rag.ui.adding import Adding
from rag.ui.links import PRIVATE, linked, pane, places, problems, read

PAGE = 50  # articles on a page of the list
# Articles among which near-copies are looked for by themselves: some seconds' work.
MOST_COMPARED = 2_000
NOTHING_OPEN = "Choose an article to read it. What was left out of it is shown dimmed."
NO_ARTICLES = "There are no articles yet. Add some above: files, a folder, or a path."
NO_MATCH = "No article matches that."
REMOVED = "Taken out of the articles; the file is now {} in the folder."
GONE = "Taken out of the articles; its file was gone already."


class ArticlesRoom:
    """The widgets of the room, and what happens when they are used.

    ``changed`` is triggered when the articles may be others than before.
    """

    def __init__(self, corpus: Corpus, policy: ServingPolicy) -> None:
        """Lay out the room, inside the tab that is open."""
        self._corpus = corpus
        self._policy = policy
        self._copies: tuple[int, dict[str, list[str]]] = (-1, {})
        self._comparing = threading.Lock()
        self.changed = gr.State(0)
        self._opened = gr.State(None)
        self._first = gr.State(0)
        with gr.Row():
            with gr.Column(scale=5, min_width=320):
                self._changes = []
                if policy.uploads:
                    adding = Adding(corpus, self.changed, local=policy.local)
                    self._changes = adding.changes
                self._layout_list()
            with gr.Column(scale=5, min_width=320):
                with gr.Row(visible=False) as self._taking:
                    self._take = gr.Button(
                        "Remove this article", visible=policy.uploads, min_width=150
                    )
                    self._sure = gr.Button(
                        "Yes, remove it", variant="stop", visible=False, min_width=130
                    )
                    self._keep = gr.Button("Keep it", visible=False, min_width=90)
                self._reader = pane("reader", NOTHING_OPEN)
        self._connect()

    def _layout_list(self) -> None:
        self._find = gr.Textbox(label="Find an article", placeholder="Title, outlet or file")
        self._list = linked("articles")
        with gr.Row(elem_classes="buttons"):
            self._back = gr.Button("Newer", min_width=90, interactive=False)
            self._on = gr.Button("Older", min_width=90, interactive=False)

    def _connect(self) -> None:
        listed = [self._list, self._first, self._back, self._on]
        self._find.change(self._show, self._find, listed, **PRIVATE)
        self._back.click(self._newer, [self._find, self._first], listed, **PRIVATE)
        self._on.click(self._older, [self._find, self._first], listed, **PRIVATE)
        opened = [self._reader, self._opened, self._taking, self._sure, self._keep, self._take]
        self._list.select(self._open, None, opened, **PRIVATE)
        self._take.click(self._ask_again, None, [self._sure, self._keep, self._take], **PRIVATE)
        self._keep.click(self._keep_it, None, [self._sure, self._keep, self._take], **PRIVATE)
        if not self._policy.uploads:
            return  # what is not connected cannot be called either
        removed = self._sure.click(self._remove, self._opened, [*opened, self.changed], **PRIVATE)
        for change in (*self._changes, removed):
            change.then(self._show, self._find, listed, **PRIVATE)

    def show(self, listed: gr.Tab) -> None:
        """Fill the list whenever its tab is opened."""
        outputs = [self._list, self._first, self._back, self._on]
        listed.select(self._show, self._find, outputs, **PRIVATE)

    def _show(self, matching: str, first: int = 0) -> Iterator[tuple[str, int, Any, Any]]:
        """A page of the list, at first without the near-copies, which take longer to find."""
        rows, total = self._corpus.documents.page(matching or "", offset=first, limit=PAGE)
        back = gr.update(interactive=first > 0)
        on = gr.update(interactive=first + len(rows) < total)
        if not rows:
            yield render.placeholder_html(NO_MATCH if matching else NO_ARTICLES), first, back, on
            return
        given = [row.to_dict() for row in rows]
        generation = self._corpus.documents.generation()
        if self._copies[0] != generation:
            page = render.article_list_html(given, {}, total=total, first=first + 1)
            yield page, first, back, on
        copies = self._near_copies(generation)
        yield render.article_list_html(given, copies, total=total, first=first + 1), first, back, on

    def _newer(self, matching: str, first: int) -> Iterator[tuple[str, int, Any, Any]]:
        yield from self._show(matching, max(0, first - PAGE))

    def _older(self, matching: str, first: int) -> Iterator[tuple[str, int, Any, Any]]:
        yield from self._show(matching, first + PAGE)

    def _near_copies(self, generation: int) -> dict[str, list[str]]:
        """For the id of an article, the files of those with nearly the same words."""
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
        place = places(event)
        shown = ""
        with problems() as failed:
            shown = read(self._corpus, place)
        if failed:
            return render.message_html(failed[0]), None, gr.update(visible=False), *_calm()
        return shown, place["article"], gr.update(visible=self._policy.uploads), *_calm()

    def _ask_again(self) -> tuple[Any, ...]:
        return gr.update(visible=True), gr.update(visible=True), gr.update(visible=False)

    def _keep_it(self) -> tuple[Any, ...]:
        return _calm()

    def _remove(self, article_id: str | None) -> tuple[Any, ...]:
        said = render.placeholder_html(NOTHING_OPEN)
        with problems() as failed:
            if article_id:
                moved = self._corpus.documents.remove(self._corpus.article(article_id).id)
                _, indexed = self._corpus.documents.page(limit=0)
                self._corpus.documents.sync(may_be_empty=indexed == 1)
                said = render.placeholder_html(REMOVED.format(", ".join(moved)) if moved else GONE)
        if failed:
            said = render.message_html(failed[0])
        return said, None, gr.update(visible=False), *_calm(), self._corpus.documents.generation()


def _calm() -> tuple[Any, ...]:
    """Neither asked whether to remove, nor removing."""
    return gr.update(visible=False), gr.update(visible=False), gr.update(visible=True)
