"""An LLM, by OpenAI's protocol, that says nothing until it is let go."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SAID = "The US has 3,000 troops in Iraq [1]."
MODEL = "held"
PATIENCE = 120  # seconds after which it speaks in any case


class Held:
    """The server: how many wait for it to speak, and what lets it."""

    def __init__(self, port: int) -> None:
        self.spec = f"http://127.0.0.1:{port}/v1#{MODEL}"
        self.go = threading.Event()
        self.asked = 0

    def reached(self, count: int, within: float) -> bool:
        """Whether so many have asked it, or will have within so many seconds."""
        until = time.monotonic() + within
        while self.asked < count and time.monotonic() < until:
            time.sleep(0.05)
        return self.asked >= count


@contextmanager
def held() -> Iterator[Held]:
    """Serve one."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send("application/json", json.dumps({"data": [{"id": MODEL}]}))

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            llm.asked += 1
            llm.go.wait(PATIENCE)
            with suppress(OSError):  # who asked has left
                if asked.get("stream"):
                    lines = [_chunk({"role": "assistant", "content": SAID}), _chunk({}, "stop")]
                    self._send("text/event-stream", "".join(lines) + "data: [DONE]\n\n")
                else:
                    message = {"role": "assistant", "content": SAID}
                    choice = {"index": 0, "message": message, "finish_reason": "stop"}
                    body = _head("chat.completion") | {"choices": [choice]}
                    self._send("application/json", json.dumps(body))

        def _send(self, kind: str, text: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing of requests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    llm = Held(server.server_address[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield llm
    finally:
        llm.go.set()
        server.shutdown()
        server.server_close()


def _head(kind: str) -> dict[str, object]:
    return {"id": "1", "object": kind, "created": 0, "model": MODEL}


def _chunk(delta: dict[str, str], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return f"data: {json.dumps(_head('chat.completion.chunk') | {'choices': [choice]})}\n\n"
