"""What people and programs ask of a server by each protocol; what of an answer must not vary."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

QUESTIONS = (
    "How many US troops are in Iraq?",
    "Who killed Qassem Soleimani?",
    "What did Abu Ali al-Askari say?",
    "Who pushed for US troops to leave Iraq in January 2024?",
    "What is the capital of Mongolia?",
)
# The second question of each means something else, or nothing, after another first one.
CONVERSATIONS = (
    ("How many US troops are in Iraq?", "And in Syria?"),
    ("Who killed Qassem Soleimani?", "When was that?"),
    ("How many US troops are in Iraq according to World at Large?", "And in Syria?"),
    ("What did Abu Ali al-Askari say?", "And Hezbollah?"),
)
CLAIM = "The US has 900 troops in Iraq. Qassem Soleimani was killed in Baghdad."
VARYING = ("seconds", "id", "created")  # times, and ids made for one answer
ACCEPTED = {"Accept": "application/json, text/event-stream"}
SECONDS = 120  # after which a request counts as failed
CHAT = "/v1/chat/completions"
OPENED, SENT, ASKED = "page: open", "page: send a question", "page: answer"


class Call(NamedTuple):
    """One request: its kind, which counts together, its path, its JSON body, and its reader.

    ``read`` returns of the text of a response what every user must be told alike.
    """

    kind: str
    path: str
    body: dict[str, Any] | None
    read: Callable[[str], Any]

    @property
    def key(self) -> str:
        """A text that no other request has."""
        return json.dumps([self.path, self.body], sort_keys=True)

    @property
    def method(self) -> str:
        """The method of HTTP."""
        return "GET" if self.body is None else "POST"


def read_json(text: str) -> Any:
    """Return a JSON answer without what varies."""
    return _without_varying(json.loads(text))


def read_stream(text: str) -> Any:
    """Return all that a stream of OpenAI's protocol said, and the answer at its end."""
    if not text.rstrip().endswith("data: [DONE]"):
        return "a stream without an end"
    chunks = [json.loads(line) for line in _events(text) if line != "[DONE]"]
    said = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    return [said, _without_varying(chunks[-1].get("footnote"))]


def read_tool(text: str) -> Any:
    """Return the result of an MCP tool."""
    return _without_varying(json.loads(text)["result"]["structuredContent"])


def _events(text: str) -> list[str]:
    """Return the data of server-sent events."""
    return [line[5:].strip() for line in text.splitlines() if line.startswith("data:")]


def _without_varying(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_varying(part) for k, part in value.items() if k not in VARYING}
    return [_without_varying(part) for part in value] if isinstance(value, list) else value


def tool_body(name: str, **arguments: str) -> dict[str, Any]:
    """Return the body of a call of an MCP tool."""
    call = {"name": name, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}


def chat_body(questions: tuple[str, ...], **more: bool) -> dict[str, Any]:
    """Return the body of a conversation so far, as OpenAI's clients send it."""
    return {"messages": [{"role": "user", "content": said} for said in questions], **more}


def http_calls(article_id: str) -> list[Call]:
    """Return what programs ask over HTTP, the article with this id included."""
    return [
        *(Call("/api/ask", "/api/ask", {"question": q}, read_json) for q in QUESTIONS),
        *(Call("/api/search", "/api/search", {"query": q}, read_json) for q in QUESTIONS),
        Call("/api/verify", "/api/verify", {"text": CLAIM}, read_json),
        Call("/api/timeline", "/api/timeline", {"topic": "Soleimani"}, read_json),
        Call("/api/articles/ID", f"/api/articles/{article_id}", None, json.loads),
    ]


def openai_calls() -> list[Call]:
    """Return what chat programs ask by OpenAI's protocol, whole and streamed."""
    talks = CONVERSATIONS
    streams = [chat_body(talk, stream=True) for talk in talks]
    return [
        *(Call(CHAT, CHAT, chat_body(talk), read_json) for talk in talks),
        *(Call(f"{CHAT} (streaming)", CHAT, body, read_stream) for body in streams),
    ]


def mcp_calls() -> list[Call]:
    """Return what assistants call over MCP."""
    return [
        *(Call("/mcp ask", "/mcp", tool_body("ask", question=q), read_tool) for q in QUESTIONS),
        Call("/mcp search", "/mcp", tool_body("search", query="Soleimani"), read_tool),
        Call("/mcp verify", "/mcp", tool_body("verify", text=CLAIM), read_tool),
    ]


class Window:
    """A window of the page, as a browser opens it and asks in it."""

    def __init__(self, send: Callable[..., Any], spec: str = "none") -> None:
        """Fetch the page and find out how it asks.

        Args:
            send: sends a request, as Locust's sessions do.
            spec: of the LLM that is to answer.
        """
        self._send = send
        self._spec = spec
        self._name = uuid.uuid4().hex
        for path in ("/", "/config", "/theme.css"):
            response = send("GET", path, name=OPENED)
            if path == "/config":
                parts = response.json()["dependencies"]
                self._asking = next(int(p["id"]) for p in parts if p["api_name"] == "ask")

    def ask(self, question: str) -> tuple[str, Any]:
        """Ask as the button does; return the HTML of the answer and the response.

        The response is to be closed, by ``with``, once it is judged.
        """
        asked: list[Any] = [question, "", "", [], self._spec, None]
        body = {"data": asked, "fn_index": self._asking, "session_hash": self._name}
        self._send("POST", "/gradio_api/queue/join", json=body, name=SENT)
        options = {"timeout": SECONDS, "catch_response": True, "name": ASKED}
        given = {"session_hash": self._name}
        response = self._send("GET", "/gradio_api/queue/data", params=given, **options)
        return shown_answer(response.text or ""), response


def shown_answer(stream: str) -> str:
    """Return the HTML of an answer as it stands at the end of the page's stream of changes."""
    html = ""
    for line in _events(stream):
        message = json.loads(line)
        if message["msg"] != "process_generating" or not message["success"]:
            continue
        change = message["output"]["data"][1]  # the place of the answer among what asking changes
        if isinstance(change, str):
            html = change
        for action, path, value in change if isinstance(change, list) else ():
            if not path and isinstance(value, str):  # else another property of the widget
                html = html + value if action == "append" else value
    return html
