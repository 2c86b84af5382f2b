"""Everything that is served, in one process: the page, HTTP with an OpenAPI page, and MCP."""

from rag.server.serving import build_app, serve
from rag.service import Service

__all__ = ["Service", "build_app", "serve"]
