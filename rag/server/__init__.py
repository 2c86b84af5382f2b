"""Everything that is served, in one process: the page, HTTP with an OpenAPI page, and MCP."""

from rag.limits import Service
from rag.server.serving import build_app, serve

__all__ = ["Service", "build_app", "serve"]
