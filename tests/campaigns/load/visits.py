"""What people and programs ask of a server: each request, and what in its answer must not vary."""

from __future__ import annotations

import json
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
TALKS = (
    ("How many US troops are in Iraq?", "And in Syria?"),
    ("Who killed Qassem Soleimani?", "When was that?"),
    ("How many US troops are in Iraq according to World at Large?", "And in Syria?"),
    ("What did Abu Ali al-Askari say?", "And Hezbollah?"),
)
CLAIM = "The US has 900 troops in Iraq. Qassem Soleimani was killed in Baghdad."
VARYING = ("seconds", "id", "created")  # times, and names made for one answer
ACCEPTED = "application/json, text/event-stream"


class Visit(NamedTuple):
    """One request: its kind, which counts together, its path, its JSON body, how it is read."""

    kind: str
    path: str
    body: dict[str, Any] | None
    read: Callable[[str], Any]

    @property
    def key(self) -> str:
        """What tells it from every other."""
        return json.dumps([self.path, self.body], sort_keys=True)


def plain(text: str) -> Any:
    """A JSON answer without what may vary."""
    return _lasting(json.loads(text))


def article(text: str) -> Any:
    """A JSON article, whose id does not vary."""
    return json.loads(text)


def whole(text: str) -> Any:
    """Something that is there; nothing of it is compared."""
    return bool(text)


def streamed(text: str) -> Any:
    """A stream as OpenAI's clients get it: all that was said, and the answer at the end."""
    if not text.rstrip().endswith("data: [DONE]"):
        return "a stream without an end"
    chunks = [json.loads(line) for line in events(text) if line != "[DONE]"]
    said = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    return [said, _lasting(chunks[-1].get("footnote"))]


def called(text: str) -> Any:
    """What an MCP tool gives."""
    return _lasting(json.loads(text)["result"]["structuredContent"])


def events(text: str) -> list[str]:
    """The data of server-sent events."""
    return [line[5:].strip() for line in text.splitlines() if line.startswith("data:")]


def _lasting(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _lasting(part) for name, part in value.items() if name not in VARYING}
    return [_lasting(part) for part in value] if isinstance(value, list) else value


def tool(name: str, **given: str) -> dict[str, Any]:
    """A call of an MCP tool."""
    call = {"name": name, "arguments": given}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}


def chat(talk: tuple[str, ...], **more: bool) -> dict[str, Any]:
    """A conversation so far, as OpenAI's clients send it."""
    return {"messages": [{"role": "user", "content": said} for said in talk], **more}


def programs(article_id: str) -> list[Visit]:
    """What programs ask over HTTP.

    Args:
        article_id: of an article that is there.
    """
    return [
        *(Visit("/api/ask", "/api/ask", {"question": q}, plain) for q in QUESTIONS),
        *(Visit("/api/search", "/api/search", {"query": q}, plain) for q in QUESTIONS),
        Visit("/api/verify", "/api/verify", {"text": CLAIM}, plain),
        Visit("/api/timeline", "/api/timeline", {"topic": "Soleimani"}, plain),
        Visit("/api/articles/ID", f"/api/articles/{article_id}", None, article),
    ]


def clients() -> list[Visit]:
    """What chat programs ask by OpenAI's protocol, at once and streaming."""
    path = "/v1/chat/completions"
    return [
        *(Visit(path, path, chat(talk), plain) for talk in TALKS),
        *(Visit(f"{path} (streaming)", path, chat(t, stream=True), streamed) for t in TALKS),
    ]


def assistants() -> list[Visit]:
    """What assistants call over MCP."""
    return [
        *(Visit("/mcp ask", "/mcp", tool("ask", question=q), called) for q in QUESTIONS),
        Visit("/mcp search", "/mcp", tool("search", query="Soleimani"), called),
        Visit("/mcp verify", "/mcp", tool("verify", text=CLAIM), called),
    ]
