"""Everything that is served, in one process: the page, HTTP with an OpenAPI page, and MCP."""

from rag.limits import ServingPolicy
from rag.server.serving import build_app, serve

__all__ = ["ServingPolicy", "build_app", "serve"]
