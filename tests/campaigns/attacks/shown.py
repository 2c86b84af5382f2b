"""An answer in every form in which a reader may see it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.testclient import TestClient

import rag
from rag import render
from rag.server import ServingPolicy
from rag.server.completions import add_completions


class Shown(NamedTuple):
    """The same answer in each form.

    ``html`` and ``markdown`` hold texts by the name of what made them, ``text`` what is for a
    terminal, ``data`` what is for programs, ``chat`` the message of ``/v1/chat/completions``
    and ``streamed`` the same put together from a stream. ``audit`` is the evidence pack that by
    design says what the LLM was told.
    """

    answer: rag.Answer
    html: dict[str, str]
    markdown: dict[str, str]
    text: dict[str, str]
    data: dict[str, str]
    chat: dict[str, Any]
    streamed: dict[str, Any]
    audit: dict[str, str]

    @property
    def everything(self) -> dict[str, str]:
        """All texts that a person may look at, except those that say what the LLM was told."""
        forms = {"HTML": self.html, "Markdown": self.markdown, "text": self.text, "JSON": self.data}
        return {
            f"{name} as {form}": t for form, texts in forms.items() for name, t in texts.items()
        }


def show(corpus: rag.Corpus, events: Sequence[rag.Event]) -> Shown:
    """Return an answer in each form.

    Args:
        corpus: the corpus that was asked.
        events: all events of the answer, which is the last of them.
    """
    answer = events[-1].answer
    if answer is None:
        raise AssertionError("the last event holds the answer")
    given = answer.to_dict()
    ids = dict.fromkeys(cited["article_id"] for cited in render.all_citations(given))
    ids |= dict.fromkeys(hit.article.id for hit in answer.passages)
    articles = [corpus.article(id_).to_dict() for id_ in ids]
    packs, audit = _packs(corpus, replace(answer, asked=None)), _packs(corpus, answer)
    html = {
        "answer": render.answer_html(given),
        "turn": render.turn_html(given, 0, {}),
        "drafts": "".join(render.partial_turn_html(part, 0) for part in _parts(events)),
        "evidence": render.evidence_html(given, articles),
        "reading": "".join(render.reader_html(article, 0, 20) for article in articles),
        "pack": packs[".html"],
    }
    text = {
        "plain": render.answer_text(given),
        "answer.text": answer.text,
        "passages": "\n".join(render.passage_line(hit, limit=300) for hit in given["passages"]),
    }
    chat, streamed = _chats(corpus, answer)
    markdown = {
        "markdown": render.answer_markdown(given),
        "pack": packs[".md"],
        "chat": chat["content"],
        "streamed chat": streamed["content"],
    }
    data = {"pack": packs[".json"], "answer": json.dumps(given, ensure_ascii=False)}
    return Shown(answer, html, markdown, text, data, chat, streamed, audit)


def _parts(events: Sequence[rag.Event]) -> list[dict[str, Any]]:
    """Return the answer as a page shows it while it is made: each draft by itself."""
    return [
        {
            "question": "",
            "understood_as": "",
            "status": "answered",
            "statements": [event.statement.to_dict()],
            "citations": [citation.to_dict() for citation in event.statement.citations],
            "differences": [],
            "notice": None,
            "drafts": int(event.kind == "draft"),
        }
        for event in events
        if event.statement is not None and event.kind != "withdrawn"
    ]


def _packs(corpus: rag.Corpus, answer: rag.Answer) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as place:
        paths = [Path(place) / f"pack{ending}" for ending in (".html", ".md", ".json")]
        for path in paths:
            rag.export_pack(corpus, answer, path)
        if not rag.verify_pack(corpus, paths[0])["holds"]:
            raise AssertionError(f"{paths[0]} no longer holds as soon as it is made")
        return {path.suffix: path.read_text("utf-8") for path in paths}


def _chats(corpus: rag.Corpus, answer: rag.Answer) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the message that an OpenAI client gets for a question, whole and streamed."""
    app = FastAPI()
    add_completions(app, corpus, ServingPolicy())
    asked = {"messages": [{"role": "user", "content": answer.understood_as}]}
    with TestClient(app) as client:
        whole = client.post("/v1/chat/completions", json=asked)
        pieces = client.post("/v1/chat/completions", json=asked | {"stream": True})
    whole.raise_for_status()
    pieces.raise_for_status()
    deltas = [
        json.loads(line.removeprefix("data: "))["choices"][0]["delta"]
        for line in pieces.text.split("\n")
        if line.startswith("data: {")
    ]
    content = "".join(delta.get("content", "") for delta in deltas)
    marks = [mark for delta in deltas for mark in delta.get("annotations", ())]
    message: dict[str, Any] = whole.json()["choices"][0]["message"]
    return message, {"content": content, "annotations": marks}
