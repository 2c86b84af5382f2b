"""The tools that an assistant may call over the Model Context Protocol (official SDK, MIT)."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, get_type_hints

from anyio import to_thread
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import ToolAnnotations

from rag.corpus import Corpus
from rag.errors import RagError
from rag.limits import ServingPolicy
from rag.serialization import serializer
from rag.server.calls import Calls

INSTRUCTIONS = """Footnote answers from a fixed collection of articles and from nothing else.
Each statement cites exact words of an article. Pass on the quotes with their outlet and date;
where an answer abstains, say so."""
READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


def build_mcp(corpus: Corpus, policy: ServingPolicy, version: str) -> MCPServer[Any]:
    """Return a server of the tools over a corpus: ask, search, verify, compare, timeline, article.

    Args:
        corpus: what is asked; shared by all sessions.
        policy: the terms of serving.
        version: of this package.
    """
    calls = Calls(corpus, policy, "mcp")
    offered = (calls.ask, calls.search, calls.verify, calls.compare, calls.timeline, calls.article)
    return MCPServer(
        "footnote",
        instructions=INSTRUCTIONS,
        version=version,
        log_level="WARNING",
        tools=[_tool(call) for call in offered],
    )


def _tool(call: Callable[..., Any]) -> Tool:
    """Return a call as a tool, with the fields of its request as arguments, or its own."""
    types = get_type_hints(call)
    request = types.get("asked")

    async def run(**given: Any) -> dict[str, Any]:
        arguments = {"asked": request(**given)} if request else given
        try:
            if inspect.iscoroutinefunction(call):
                value = await call(**arguments)
            else:
                value = await to_thread.run_sync(lambda: call(**arguments))
        except RagError as error:
            raise ToolError(str(error)) from error  # which the assistant is told
        result: dict[str, Any] = value.to_dict()
        return result

    signature = inspect.signature(request or call).replace(return_annotation=dict[str, Any])
    run.__signature__ = signature  # type: ignore[attr-defined]
    tool = Tool.from_function(
        run, call.__name__, description=call.__doc__, annotations=READS, structured_output=True
    )
    schema = serializer(types["return"]).json_schema(mode="serialization")
    tool.fn_metadata.output_schema = schema
    return tool
