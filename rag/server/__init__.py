"""The server: the page, HTTP with an OpenAPI page, and MCP in one process."""

from rag.limits import ServingPolicy
from rag.server.app import build_app, serve

__all__ = ["ServingPolicy", "build_app", "serve"]
