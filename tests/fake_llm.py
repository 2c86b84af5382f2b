"""A server that speaks OpenAI's chat completions over real HTTP and answers as scripted."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Messages = list[dict[str, str]]
Script = Callable[[Messages], str | int]


class Served:
    """A running server: the spec that reaches it, and every request that it got."""

    def __init__(self, port: int) -> None:
        self.spec = f"http://127.0.0.1:{port}/v1#scripted"
        self.requests: list[Messages] = []


@contextmanager
def serve(script: Script) -> Iterator[Served]:
    """Answer every request with what the script makes of its messages.

    Args:
        script: returns the text of the answer, or the status of an error.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            served.requests.append(body["messages"])
            said = script(body["messages"])
            status = said if isinstance(said, int) else 200
            error = {"error": {"message": f"key {self.headers['Authorization']}", "code": status}}
            payload = json.dumps(completion(said) if isinstance(said, str) else error).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Served(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()


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
