"""The evidence pane: documents to read, their pages as pictures, what is known of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from rag import render
from rag.corpus import Corpus
from rag.limits import ServingPolicy
from rag.render.articles import part_html
from rag.render.evidence import (
    EDITED_FIELDS,
    asked_for_html,
    document_overview_html,
    edit_html,
    page_view_html,
)
from rag.types import Article
from rag.ui.widgets import (
    IN_TURN,
    article_opener,
    errors_as_messages,
    html,
    link_data,
)

_JS = (Path(__file__).resolve().parent / "evidence.js").read_text("utf-8")
_MOST_TYPED = 1_000  # characters of a field that is stated


class EvidencePane:
    """The pane, laid out where :meth:`layout` is called.

    ``document`` shows the text of a document; ``changed`` grows when something was stated of one.

    Args:
        corpus: whose documents are shown.
        policy: what users of the page may do: whoever may add documents may also describe them.
        nothing: what is shown until a document is opened.
    """

    def __init__(self, corpus: Corpus, policy: ServingPolicy, nothing: str) -> None:
        self._corpus = corpus
        self._may_edit = policy.uploads
        self.document = html(
            "evidence",
            render.placeholder_html(nothing),
            elem_classes="pane",
            js_on_load=_JS,
            render=False,
        )
        self._view = html("evidence-view", elem_classes="pane", js_on_load=_JS, render=False)
        self._more = html("evidence-more", js_on_load=_JS, render=False)
        self.changed = gr.State(0)
        self._views = {
            "page": self._page,
            "about": self._about,
            "edit": self._edit,
            "save": self._save,
        }

    def layout(self) -> None:
        """Put the pane here, and connect its buttons."""
        shown = [self.document, self._view, self._more]
        for component in shown:
            component.render()  # type: ignore[no-untyped-call]
        looked = [self._view, self._more, self.changed]
        parts = (self.document, self._view)
        gr.on([part.input for part in parts], self._look, None, looked, **IN_TURN)
        opened = [part.select for part in parts]
        gr.on(opened, article_opener(self._corpus), None, self.document, **IN_TURN)

    def _look(self, event: gr.EventData) -> tuple[Any, Any, Any]:
        """Show what a button of the pane asks for."""
        asked = link_data(event)
        request = str(asked.get("request", ""))[:_MOST_TYPED]
        with errors_as_messages() as errors:
            article = self._corpus.article(str(asked.get("ofArticle", "")))
            if asked.get("view") == "more":
                part = asked_for_html(request, self._part(article, asked))
                return gr.skip(), part, gr.skip()
            show = self._views.get(str(asked.get("view", "")))
            if show is None:
                return gr.skip(), gr.skip(), gr.skip()
            before = self._corpus.documents.generation()
            shown = show(article, asked)
            now = self._corpus.documents.generation()
            shown = asked_for_html(request, shown)
            return shown, "", gr.skip() if now == before else now
        return asked_for_html(request, render.message_html(errors[0])), "", gr.skip()

    def _part(self, article: Article, asked: dict[str, Any]) -> str:
        at = _number(asked.get("at")) or 0
        at = min(at, len(article.text))
        return part_html(article.to_dict(), at, behind=asked.get("what") == "rest")

    def _page(self, article: Article, asked: dict[str, Any]) -> str:
        """Show a page as a picture: the one asked for, or that of the cited words."""
        start, end = _number(asked.get("start")), _number(asked.get("end"))
        page = _number(asked.get("page"))
        span = (start, min(end, len(article.text))) if start is not None and end else None
        low, high = span or (0, 0)
        places = self._corpus.documents.page_places(article.id, low, high, page)
        return page_view_html(article.to_dict(), places.to_dict(), span)

    def _about(self, article: Article, _: dict[str, Any]) -> str:
        overview = self._corpus.documents.overview(article.id).to_dict()
        return document_overview_html(overview, editable=self._may_edit)

    def _edit(self, article: Article, _: dict[str, Any]) -> str:
        return edit_html(article.to_dict()) if self._may_edit else ""

    def _save(self, article: Article, asked: dict[str, Any]) -> str:
        """State what was typed of a document, and show what is known of it then."""
        if not self._may_edit:
            return ""
        typed = {name: str(asked.get(name, ""))[:_MOST_TYPED].strip() for name in EDITED_FIELDS}
        said = {
            name: value for name, value in typed.items() if value != (getattr(article, name) or "")
        }
        with errors_as_messages() as errors:
            if said:
                self._corpus.documents.describe(article.id, **said)
            return self._about(article, {})
        return edit_html(article.to_dict() | typed, errors[0])


def _number(given: Any) -> int | None:
    """Return a number that a browser sent, None where it is none; a browser may send anything."""
    text = str(given)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
