"""A server that speaks the protocols of OpenAI, Ollama and Anthropic, and answers as scripted."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Messages = list[dict[str, str]]


@dataclass
class Reply:
    """What a server does when asked: it says a text, or misbehaves."""

    text: str = ""
    status: int = 200
    error: str = "no"
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0  # seconds between pieces
    pieces: int | None = None  # after so many pieces the connection is cut
    quietly: bool = False  # it ends there as if all had been said
    endless: bool = False
    whole: bool = False  # it does not stream, whatever it is asked
    raw: bytes | None = None  # sent in place of a piece


Script = Callable[[Messages], str | int | Reply]


# Of the documents in the `folder` fixture; {} stands for the number that the evidence has.
QUESTION = "How long is the Sella bridge, and who opened it?"
LONG, WRONG = "It is 340 metres long [{}]. ", "It is 430 metres long [{}]. "


def number_of(messages: Messages, words: str) -> str:
    """Return the number that the evidence with some words (a pattern) has in the prompt."""
    found = re.search(rf"^\[(\d+)\] .*{words}", messages[-1]["content"], re.MULTILINE)
    assert found is not None
    return found[1]


def saying(text: str, **reply: Any) -> Script:
    """Return a script that says a text, with the number of the evidence in place of {}."""
    return lambda messages: Reply(text.replace("{}", number_of(messages, "340 metres")), **reply)


class Served:
    """A running server: the specs that reach it, the requests that it got, pieces that it sent."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.spec = f"{self.url}/v1#scripted"
        self.requests: list[Messages] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[dict[str, Any]] = []
        self.sent = 0
        self.finished = 0
        self.hung_up = threading.Event()


@contextmanager
def serve(script: Script) -> Iterator[Served]:
    """Answer every request with what the script makes of its messages.

    Args:
        script: returns a text, the status of an error, or a :class:`Reply`.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            models = {"data": [{"id": "scripted"}], "models": [{"name": "scripted:latest"}]}
            self._json(200, models)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if "messages" not in body:  # Ollama's /api/show
                known = body.get("model", "").startswith("scripted")
                info = {"model_info": {"llama.context_length": 2048}}
                self._json(200 if known else 404, info if known else {"error": "not found"})
                return
            for message in body["messages"]:
                if isinstance(message["content"], list):  # Anthropic's blocks
                    message["content"] = "".join(part["text"] for part in message["content"])
            served.bodies.append(body)
            served.requests.append(body["messages"])
            served.headers.append(dict(self.headers))
            said = script(body["messages"])
            reply = (
                said
                if isinstance(said, Reply)
                else Reply(status=said)
                if isinstance(said, int)
                else Reply(said)
            )
            if reply.status != 200:
                words = f"{reply.error} key {self.headers['Authorization']}"
                error = {"error": {"message": words, "code": reply.status}}
                if self.path.startswith("/api/"):
                    error = {"error": words}
                self._json(reply.status, error, reply.headers)
            elif reply.whole or not body.get("stream", False):
                self._json(200, completion(reply.text))
            else:
                self._stream(reply)

        def _stream(self, reply: Reply) -> None:
            begin, line, end = PROTOCOLS[self.path.removesuffix("/completions")]
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            words = re.findall(r"\S+\s*|\s+", reply.text)
            try:
                self.wfile.write(begin.encode())
                for at, word in enumerate(forever(words) if reply.endless else words):
                    if reply.pieces == at:
                        if not reply.quietly:
                            raise ConnectionResetError
                        return
                    self.wfile.write(reply.raw or line(word).encode())
                    self.wfile.flush()
                    served.sent += 1
                    time.sleep(reply.pause)
                self.wfile.write(end.encode())
                served.finished += 1
            except (BrokenPipeError, ConnectionResetError):
                served.hung_up.set()
                with suppress(OSError):
                    self.connection.shutdown(2)

        def _json(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
            payload = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            for name, text in (headers or {}).items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served = Served(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()


def forever(words: list[str]) -> Iterator[str]:
    while True:
        yield from words


def completion(text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 0,
        "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


def _openai(delta: dict[str, str], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "scripted"}
    return f"data: {json.dumps(chunk | {'choices': [choice]})}\n\n"


def _ollama(text: str, done: bool = False) -> str:
    message = {"role": "assistant", "content": text}
    return json.dumps({"model": "scripted", "message": message, "done": done}) + "\n"


def _anthropic(kind: str, **values: Any) -> str:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **values})}\n\n"


_MESSAGE = {
    **{"id": "1", "type": "message", "role": "assistant", "model": "scripted", "content": []},
    **{"stop_reason": None, "stop_sequence": None},
    "usage": {"input_tokens": 1, "output_tokens": 1},
}
# By path: what begins a stream, how a piece is sent, what ends it.
PROTOCOLS: dict[str, tuple[str, Callable[[str], str], str]] = {
    "/v1/chat": (
        _openai({"role": "assistant", "content": ""}),
        lambda text: _openai({"content": text}),
        _openai({}, "stop") + "data: [DONE]\n\n",
    ),
    "/api/chat": ("", _ollama, _ollama("", done=True)),
    "/v1/messages": (
        _anthropic("message_start", message=_MESSAGE)
        + _anthropic("content_block_start", index=0, content_block={"type": "text", "text": ""}),
        lambda text: _anthropic(
            "content_block_delta", index=0, delta={"type": "text_delta", "text": text}
        ),
        _anthropic("content_block_stop", index=0)
        + _anthropic(
            "message_delta",
            delta={"stop_reason": "end_turn", "stop_sequence": None},
            usage={"output_tokens": 1},
        )
        + _anthropic("message_stop"),
    ),
}
