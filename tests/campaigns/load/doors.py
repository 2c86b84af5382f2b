"""The ways to ask a server a question, each of which ends in time, or raises."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import requests

from tests.campaigns.load.visits import ACCEPTED, QUESTIONS, chat, tool
from tests.campaigns.load.windows import Window

QUESTION = QUESTIONS[0]
SECONDS = 60  # longer is a hang


class Told(NamedTuple):
    """What a door answered: the status of HTTP, when to come again, and the text."""

    status: int
    again: str | None
    text: str


class Doors:
    """The doors of one server.

    Args:
        url: of the server.
        spec: of the LLM that is to answer on the page.
    """

    def __init__(self, url: str, spec: str) -> None:
        self._url = url.rstrip("/")
        self._spec = spec

    def all(self) -> dict[str, Callable[[], Told]]:
        """Each by its name."""
        chats = "/v1/chat/completions"
        return {
            "/api/ask": lambda: self._post("/api/ask", {"question": QUESTION}),
            chats: lambda: self._post(chats, chat((QUESTION,))),
            f"{chats} (streaming)": lambda: self._post(chats, chat((QUESTION,), stream=True)),
            "/mcp": lambda: self._post("/mcp", tool("ask", question=QUESTION)),
            "page": self._page,
        }

    def ask(self) -> Told:
        """By HTTP."""
        return self.all()["/api/ask"]()

    def stay(self) -> requests.Response:
        """Leave a window open, as a reader does who has gone for lunch."""
        return requests.get(f"{self._url}/gradio_api/heartbeat/lunch", stream=True, timeout=SECONDS)

    def _page(self) -> Told:
        def send(method: str, path: str, **options: Any) -> requests.Response:
            wanted = {name: options[name] for name in ("json", "params") if name in options}
            return requests.request(method, self._url + path, timeout=SECONDS, **wanted)

        html, response = Window(send, self._spec).ask(QUESTION)
        return Told(response.status_code, None, html)

    def _post(self, path: str, body: dict[str, Any]) -> Told:
        headers = {"Accept": ACCEPTED}
        answer = requests.post(self._url + path, json=body, headers=headers, timeout=SECONDS)
        return Told(answer.status_code, answer.headers.get("Retry-After"), answer.text)


def refusal(door: str, told: Told) -> str | None:
    """The sentence by which a door said that it takes no more; None where it was not that."""
    try:
        return _sentence(door, told)
    except (ValueError, KeyError, TypeError, IndexError):
        return None


def _sentence(door: str, told: Told) -> str | None:
    if door == "page":
        # A turn with a message and no answer, which gives the question back.
        refused = 'data-again="' in told.text and 'class="statement' not in told.text
        return told.text if refused and ' message"' in told.text else None
    if door == "/mcp":
        result = json.loads(told.text)["result"]
        return str(result["content"][0]["text"]) if result["isError"] else None
    if told.status != requests.codes.unavailable or not (told.again or "").isdigit():
        return None
    error = json.loads(told.text)["error"]
    return str(error if door == "/api/ask" else error["message"])


def answered(told: Told, words: str) -> bool:
    """Whether a door gave an answer that has these words, whole."""
    return told.status == requests.codes.ok and words in told.text and "aria-busy" not in told.text
