"""What HTTP and MCP both offer: one method of the corpus each, in and out by the schemas."""

from __future__ import annotations

from typing import Any

from rag.corpus import Corpus
from rag.server import schemas
from rag.service import Service


def _filters(asked: schemas.Filters) -> dict[str, Any]:
    return {"since": asked.since, "until": asked.until, "outlets": asked.outlets}


class Calls:
    """The calls on a corpus, each from a request to a response of the schemas."""

    def __init__(self, corpus: Corpus, service: Service, door: str) -> None:
        """Take the corpus that is asked, on what terms, and through which door; safe to share."""
        self._corpus = corpus
        self._service = service
        self._door = door

    async def ask(self, asked: schemas.Ask) -> schemas.Answer:
        """Answer a question from the articles, each sentence cited, or abstain."""
        options = {"top_k": asked.top_k, "mode": asked.mode}
        async with self._service.aquestion(self._door, "ask", asked.question) as line:
            answer = await self._corpus.aask(asked.question, **options, **_filters(asked))
            line |= {"result": answer.status, "llm": answer.llm or "none"}
        return schemas.Answer.model_validate(answer.to_dict())

    def search(self, asked: schemas.Search) -> schemas.Passages:
        """The passages that fit a query best, without an answer."""
        with self._service.question(self._door, "search", asked.query) as line:
            hits = self._corpus.search(asked.query, top_k=asked.top_k, **_filters(asked))
            line["result"] = "found"
        return schemas.Passages.model_validate({"passages": [hit.to_dict() for hit in hits]})

    def verify(self, asked: schemas.Verify) -> schemas.Checked:
        """Check each sentence of a text: supported, contradicted, partial or not_found."""
        with self._service.question(self._door, "verify", asked.text) as line:
            checked = self._corpus.verify(asked.text, **_filters(asked))
            line["result"] = "checked"
        return schemas.Checked.model_validate(checked.to_dict())

    def compare(self, asked: schemas.Compare) -> schemas.Differences:
        """Where sources or dates give different values for what is asked."""
        with self._service.question(self._door, "compare", asked.question) as line:
            found = self._corpus.compare(asked.question, **_filters(asked))
            line["result"] = "compared"
        return schemas.Differences.model_validate({"differences": [d.to_dict() for d in found]})

    def timeline(self, asked: schemas.Timeline) -> schemas.Events:
        """Dated events, oldest first, with how each date was found."""
        with self._service.question(self._door, "timeline", asked.topic or "") as line:
            events = self._corpus.timeline(asked.topic, **_filters(asked))
            line["result"] = "listed"
        return schemas.Events.model_validate({"events": [event.to_dict() for event in events]})

    def article(self, name: str) -> schemas.Article:
        """An article with its text, by its id or the beginning of it, path or file name."""
        return schemas.Article.model_validate(self._corpus.article(name).to_dict())

    def articles(self) -> schemas.Articles:
        """The articles, without their text."""
        found = [article.to_dict(text=False) for article in self._corpus.articles()]
        return schemas.Articles.model_validate({"articles": found})
