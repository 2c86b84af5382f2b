"""``/v1/chat/completions`` in OpenAI's protocol, so that any of its clients can ask.

Citations are sent as annotations of the message, and the whole answer as ``footnote``.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import AsyncIterator, Generator, Mapping
from typing import Any, Literal

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict

from rag import render
from rag.answering.conversation import Chat
from rag.corpus import Corpus
from rag.errors import InputError, RagError
from rag.limits import ServingPolicy, iterate_in_threads
from rag.packs import text_fragment
from rag.server.http import headers_of, status_of
from rag.types import Answer, Event, Statement

MODEL = "footnote"
EARLIER_QUESTIONS = 4  # by which a follow-up is understood
CHANGED = "The answer changed while it was checked; it is now:"
_MARK = re.compile(r"\[(\d+)\]")


class Part(BaseModel):
    """A part of a message; only text is read."""

    model_config = ConfigDict(extra="allow")
    type: str
    text: str = ""


class Message(BaseModel):
    """A message of a conversation."""

    model_config = ConfigDict(extra="allow")
    role: str
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """The text of all parts."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class Completion(BaseModel):
    """A request; the parameters of sampling are accepted and have no effect."""

    model_config = ConfigDict(extra="allow")
    model: str = MODEL
    messages: list[Message]
    stream: bool = False


def add_completions(app: FastAPI, corpus: Corpus, policy: ServingPolicy) -> None:
    """Add the endpoints to an app.

    Args:
        app: the app.
        corpus: what is asked.
        policy: the terms of serving.
    """

    @app.get("/v1/models", tags=["OpenAI"], summary="List the one model.")
    def models() -> dict[str, Any]:
        entry = {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}
        return {"object": "list", "data": [entry]}

    @app.post("/v1/chat/completions", tags=["OpenAI"], response_model=None)
    async def complete(asked: Completion, request: Request) -> JSONResponse | StreamingResponse:
        """Answer the last message of the user in the light of those before."""
        try:
            questions = _questions(asked)
            events = iterate_in_threads(_events(corpus.chat(), questions, policy))
            if asked.stream:
                # The first event is waited for, so that a bad question is an error and no stream.
                first = await anext(events)
                lines = _stream(first, events, str(request.base_url), asked.model)
                return StreamingResponse(lines, media_type="text/event-stream")
            answer = await _last(events)
        except RagError as error:
            kind = "invalid_request_error" if isinstance(error, InputError) else "server_error"
            problem = {"message": str(error), "type": kind, "param": None, "code": None}
            return JSONResponse({"error": problem}, status_of(error), headers_of(error))
        return JSONResponse(_response(answer, str(request.base_url), asked.model))


def _questions(asked: Completion) -> list[str]:
    questions = [message.text for message in asked.messages if message.role == "user"]
    if not questions or asked.messages[-1].role != "user":
        raise InputError("The last message must be the user's question.")
    return questions[-EARLIER_QUESTIONS - 1 :]


def _events(chat: Chat, questions: list[str], policy: ServingPolicy) -> Generator[Event]:
    """Yield the events of the last question; earlier ones are asked again, without an LLM."""
    with policy.request("completions", "ask", questions[-1]) as line:
        for earlier in questions[:-1]:
            try:
                chat.ask(earlier, llm="none")
            except InputError:
                continue  # no follow-up can refer to what could not be asked
        for event in chat.stream(questions[-1]):
            if event.answer is not None:
                line |= {"result": event.answer.status, "llm": event.answer.llm or "none"}
            yield event


async def _last(events: AsyncIterator[Event]) -> Answer:
    async for event in events:
        if event.answer is not None:
            return event.answer
    raise AssertionError("a stream ends with the answer")


def _response(answer: Answer, base: str, model: str) -> dict[str, Any]:
    shown = answer.to_dict()
    content = render.chat_markdown(shown)
    message: dict[str, Any] = {"role": "assistant", "content": content, "refusal": None}
    message["annotations"] = _annotations(content, shown, base)
    return {
        **_head("chat.completion", model),
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
        "footnote": shown,
    }


async def _stream(
    first: Event, events: AsyncIterator[Event], base: str, model: str
) -> AsyncIterator[str]:
    """Yield sentences once they are checked, then the rest, as server-sent events."""
    head = _head("chat.completion.chunk", model)

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        # As ASCII: some clients end a line at characters that JSON does not escape.
        return f"data: {json.dumps({**head, 'choices': [choice], **more})}\n\n"

    yield chunk({"role": "assistant", "content": ""})
    said: list[Statement] = []
    event: Event | None = first
    while event is not None:
        if event.kind == "verified" and event.statement is not None:
            said.append(event.statement)
            yield chunk({"content": _line(event.statement)})
        if event.answer is not None:
            shown = event.answer.to_dict()
            sent = "".join(map(_line, said))
            whole = render.chat_markdown(shown)
            holds = whole.startswith(sent)
            rest = whole[len(sent) :] if holds else f"{CHANGED}\n\n{whole}"
            # Marks in the part that was withdrawn belong to an answer that no longer holds.
            after = 0 if holds else len(sent)
            annotations = _annotations(sent + rest, shown, base, after=after)
            yield chunk({"content": rest, "annotations": annotations})
            yield chunk({}, "stop", footnote=shown)
        event = await anext(events, None)
    yield "data: [DONE]\n\n"


def _line(statement: Statement) -> str:
    return f"{render.chat_statement(statement.to_dict())}\n"


def _annotations(
    content: str, answer: dict[str, Any], base: str, *, after: int = 0
) -> list[dict[str, Any]]:
    """Return citation marks from an offset on as OpenAI's annotations, each with its quote."""
    quotes = {
        citation["number"]: citation for citation in render.all_citations(render.as_shown(answer))
    }
    found = []
    for match in _MARK.finditer(content, after):
        cited = quotes.get(int(match[1]))
        if cited is not None:
            place: dict[str, Any] = {"start_index": match.start(), "end_index": match.end()}
            place |= {"url": _address(cited, base), "title": render.source_line(cited)}
            found.append({"type": "url_citation", "url_citation": place, "footnote": cited})
    return found


def _address(cited: Mapping[str, Any], base: str) -> str:
    """Return the address of the quoted words: the source's, or that of the article served here."""
    url = render.web_address(cited["url"])
    if url:
        return text_fragment(url, cited["cited_text"])
    return f"{base}api/articles/{cited['article_id']}#char={cited['start']},{cited['end']}"


def _head(kind: Literal["chat.completion", "chat.completion.chunk"], model: str) -> dict[str, Any]:
    made = int(time.time())
    return {"id": f"chatcmpl-{uuid.uuid4().hex}", "object": kind, "created": made, "model": model}
