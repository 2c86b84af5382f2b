"""Every view in which the words of a document are shown, held to showing them as mere words."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import rag
from rag import render
from tests.campaigns.documents.pages import alive, alive_in_page, unshown

HARMLESS = "When was the harbour of Larnmouth dredged?"


class Views:
    """The views of the articles of a corpus."""

    def __init__(self, corpus: rag.Corpus) -> None:
        self._corpus = corpus
        self._plain = self._pack(corpus.ask(HARMLESS))

    def faults(self, article: rag.Article, question: str = "") -> list[str]:
        """What is alive, or not shown as it is, in the views of an article.

        Args:
            article: it is opened to be read.
            question: is asked, so that the article is seen in an answer.
        """
        shown = [render.reader_html(article.to_dict(), 0, min(20, len(article.text)))]
        found: list[str] = []
        if question:
            answer = self._corpus.ask(question)
            shown += self._of_answer(answer)
            found += alive_in_page(self._pack(answer), self._plain)
        return found + [fault for html in shown for fault in (*alive(html), *unshown(html))]

    def _of_answer(self, answer: rag.Answer) -> Iterator[str]:
        given = answer.to_dict()
        cited = dict.fromkeys(quote["article_id"] for quote in render.all_citations(given))
        articles = [self._corpus.article(id_).to_dict() for id_ in cited]
        yield render.answer_html(given)
        yield render.turn_html(given, 0, {})
        yield render.evidence_html(given, articles)

    def _pack(self, answer: rag.Answer) -> str:
        with tempfile.TemporaryDirectory() as scratch:
            return rag.export_pack(self._corpus, answer, Path(scratch, "pack.html")).read_text(
                "utf-8"
            )

    def faults_of_all(self) -> list[str]:
        """What is alive in the list of all articles, their timeline, and a report on them."""
        listed, total = self._corpus.documents.page(limit=1_000)
        events = [event.to_dict() for event in self._corpus.timeline()]
        shown = (
            render.article_list_html([row.to_dict() for row in listed], {}, total=total, first=1),
            render.timeline_html(events, total=len(events)),
        )
        return [fault for html in shown for fault in (*alive(html), *unshown(html))]
