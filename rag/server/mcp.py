"""The tools that an assistant may call over the Model Context Protocol (official SDK, MIT)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from anyio import to_thread
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations

from rag.corpus import Corpus
from rag.errors import RagError
from rag.server import schemas
from rag.server.calls import Calls

INSTRUCTIONS = """Footnote answers from a fixed collection of articles and from nothing else.
Each statement cites exact words of an article. Pass on the quotes with their outlet and date;
where an answer abstains, say so."""
READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

Out = TypeVar("Out")


def build_mcp(corpus: Corpus, version: str) -> MCPServer[Any]:
    """The tools over a corpus: ask, search, verify, compare, timeline, article.

    Args:
        corpus: what is asked; shared by all sessions.
        version: of this package.
    """
    server: MCPServer[Any] = MCPServer(
        "footnote", instructions=INSTRUCTIONS, version=version, log_level="WARNING"
    )
    calls = Calls(corpus)
    tool = partial(server.tool, annotations=READS, structured_output=True)

    @tool(description=calls.ask.__doc__)
    async def ask(
        question: str,
        since: str | None = None,
        until: str | None = None,
        outlets: list[str] | None = None,
    ) -> schemas.Answer:
        asked = schemas.Ask(question=question, since=since, until=until, outlets=outlets)
        try:
            return await calls.ask(asked)
        except RagError as error:
            raise ToolError(str(error)) from error

    @tool(description=calls.search.__doc__)
    async def search(
        query: str,
        top_k: int = 5,
        since: str | None = None,
        until: str | None = None,
        outlets: list[str] | None = None,
    ) -> schemas.Passages:
        asked = schemas.Search(query=query, top_k=top_k, since=since, until=until, outlets=outlets)
        return await _in_thread(lambda: calls.search(asked))

    @tool(description=calls.verify.__doc__)
    async def verify(
        text: str,
        since: str | None = None,
        until: str | None = None,
        outlets: list[str] | None = None,
    ) -> schemas.Checked:
        asked = schemas.Verify(text=text, since=since, until=until, outlets=outlets)
        return await _in_thread(lambda: calls.verify(asked))

    @tool(description=calls.compare.__doc__)
    async def compare(
        question: str,
        since: str | None = None,
        until: str | None = None,
        outlets: list[str] | None = None,
    ) -> schemas.Differences:
        asked = schemas.Compare(question=question, since=since, until=until, outlets=outlets)
        return await _in_thread(lambda: calls.compare(asked))

    @tool(description=calls.timeline.__doc__)
    async def timeline(
        topic: str | None = None,
        since: str | None = None,
        until: str | None = None,
        outlets: list[str] | None = None,
    ) -> schemas.Events:
        asked = schemas.Timeline(topic=topic, since=since, until=until, outlets=outlets)
        return await _in_thread(lambda: calls.timeline(asked))

    @tool(description=calls.article.__doc__)
    async def article(name: str) -> schemas.Article:
        return await _in_thread(lambda: calls.article(name))

    return server


async def _in_thread(call: Callable[[], Out]) -> Out:
    """What a call gives, made beside the event loop; its errors as the tool's."""
    try:
        return await to_thread.run_sync(call)
    except RagError as error:
        raise ToolError(str(error)) from error
