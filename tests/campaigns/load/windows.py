"""The page as a browser uses it: a window that is opened, asks, and is closed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

from tests.campaigns.load.visits import events

OPENED, SENT, ASKED = "page: open", "page: send a question", "page: answer"
LOADED = ("/", "/config", "/theme.css")  # what each window fetches first
JOIN, DATA = "/gradio_api/queue/join", "/gradio_api/queue/data"
ANSWER = 1  # the place of the answer among what asking changes
SECONDS = 120

Send = Callable[..., Any]  # a request, named in statistics: Locust's sessions have such a method


class Window:
    """A window with a conversation of its own."""

    def __init__(self, send: Send, spec: str = "none") -> None:
        """Open it: fetch the page and find out how it asks.

        Args:
            send: sends a request.
            spec: of who is to answer.
        """
        self._send = send
        self._spec = spec
        self._name = uuid.uuid4().hex
        for path in LOADED:
            response = send("GET", path, name=OPENED)
            if path == "/config":
                self._asking = asking(response.json())

    def ask(self, question: str) -> tuple[str, Any]:
        """Ask as the button does; gives the turn that the page then shows, and the response.

        The response is one to be closed, by ``with``, once it is judged.
        """
        asked: list[Any] = [question, "", "", [], self._spec, None]
        body = {"data": asked, "fn_index": self._asking, "session_hash": self._name}
        self._send("POST", JOIN, json=body, name=SENT)
        given = {"session_hash": self._name}
        response = self._send(
            "GET", DATA, params=given, name=ASKED, timeout=SECONDS, catch_response=True
        )
        return shown(response.text or ""), response


def asking(config: dict[str, Any]) -> int:
    """The number by which the page calls what answers."""
    found = (part["id"] for part in config["dependencies"] if part["api_name"] == "ask")
    return int(next(found))


def shown(stream: str) -> str:
    """The answer as it stands at the end of a stream of changes."""
    html = ""
    for line in events(stream):
        message = json.loads(line)
        if message["msg"] != "process_generating" or not message["success"]:
            continue
        change = message["output"]["data"][ANSWER]
        for action, value in _edits(change):
            html = html + value if action == "append" else value
    return html


def _edits(change: Any) -> list[tuple[str, str]]:
    """The texts that a change brings; what else it may change of the widget is passed over."""
    if isinstance(change, str):
        return [("replace", change)]
    if not isinstance(change, list):
        return []
    return [(action, value) for action, path, value in change if not path and _is_text(value)]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)
