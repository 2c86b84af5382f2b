"""The tools that an assistant may call over the Model Context Protocol (official SDK, MIT)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from anyio import to_thread
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations

from rag.corpus import Corpus
from rag.errors import RagError
from rag.limits import ServingPolicy
from rag.server import calls as schemas
from rag.server.calls import Calls

INSTRUCTIONS = """Footnote answers from a fixed collection of articles and from nothing else.
Each statement cites exact words of an article. Pass on the quotes with their outlet and date;
where an answer abstains, say so."""
READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

Strings = list[str] | None
Out = TypeVar("Out")


def build_mcp(corpus: Corpus, policy: ServingPolicy, version: str) -> MCPServer[Any]:
    """The tools over a corpus: ask, search, verify, compare, timeline, article.

    Args:
        corpus: what is asked; shared by all sessions.
        policy: on what terms.
        version: of this package.
    """
    server: MCPServer[Any] = MCPServer(
        "footnote", instructions=INSTRUCTIONS, version=version, log_level="WARNING"
    )
    calls = Calls(corpus, policy, "mcp")
    tools = Tools(calls)
    for name in ("ask", "search", "verify", "compare", "timeline", "article"):
        said = getattr(calls, name).__doc__
        server.tool(description=said, annotations=READS, structured_output=True)(
            getattr(tools, name)
        )
    return server


class Tools:
    """The tools, each with plain arguments, as an assistant gives them; said in ``Calls``."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def ask(  # noqa: D102
        self,
        question: str,
        since: str | None = None,
        until: str | None = None,
        outlets: Strings = None,
    ) -> schemas.Answer:
        asked = schemas.Ask(question=question, since=since, until=until, outlets=outlets)
        return await _told(self._calls.ask(asked))

    async def search(  # noqa: D102
        self,
        query: str,
        top_k: int = 5,
        since: str | None = None,
        until: str | None = None,
        outlets: Strings = None,
    ) -> schemas.Passages:
        asked = schemas.Search(query=query, top_k=top_k, since=since, until=until, outlets=outlets)
        return await _in_thread(lambda: self._calls.search(asked))

    async def verify(  # noqa: D102
        self,
        text: str,
        since: str | None = None,
        until: str | None = None,
        outlets: Strings = None,
    ) -> schemas.Checked:
        asked = schemas.Verify(text=text, since=since, until=until, outlets=outlets)
        return await _in_thread(lambda: self._calls.verify(asked))

    async def compare(  # noqa: D102
        self,
        question: str,
        since: str | None = None,
        until: str | None = None,
        outlets: Strings = None,
    ) -> schemas.Differences:
        asked = schemas.Compare(question=question, since=since, until=until, outlets=outlets)
        return await _in_thread(lambda: self._calls.compare(asked))

    async def timeline(  # noqa: D102
        self,
        topic: str | None = None,
        since: str | None = None,
        until: str | None = None,
        outlets: Strings = None,
    ) -> schemas.Events:
        asked = schemas.Timeline(topic=topic, since=since, until=until, outlets=outlets)
        return await _in_thread(lambda: self._calls.timeline(asked))

    async def article(self, name: str) -> schemas.Article:  # noqa: D102
        return await _in_thread(lambda: self._calls.article(name))


async def _in_thread(call: Callable[[], Out]) -> Out:
    """What a call gives, made beside the event loop."""
    return await _told(to_thread.run_sync(call))


async def _told(work: Awaitable[Out]) -> Out:
    """What some work gives; its errors as the tool's, which an assistant is told."""
    try:
        return await work
    except RagError as error:
        raise ToolError(str(error)) from error
