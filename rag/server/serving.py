"""Page, HTTP and MCP put together in one app, and served by one process."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

import uvicorn
from fastapi import FastAPI
from fastapi.middleware.trustedhost import TrustedHostMiddleware

from rag.corpus import Corpus
from rag.errors import SettingError
from rag.llms.specs import THIS_MACHINE
from rag.server.completions import add_completions
from rag.server.http import build_http
from rag.server.mcp import build_mcp
from rag.ui import mount

FIRST_PORT, PORTS = 7860, 100  # where Gradio's users look for a page, and how far on
LEAVE_SECONDS = 5  # for answers to end when the server is stopped; an open page never hangs up
PORT_VARIABLE = "GRADIO_SERVER_PORT"


def build_app(corpus: Corpus, host: str = "127.0.0.1") -> FastAPI:
    """The app: the page at ``/``, ``/api``, ``/v1``, ``/docs`` and ``/mcp``.

    Args:
        corpus: what is asked; shared by all.
        host: the address that is listened on; where that is this machine's own, no request
            for a host of another name is answered.
    """
    released = version("footnote-rag")
    app = build_http(corpus, released)
    add_completions(app, corpus)
    tools = build_mcp(corpus, released)
    app.router.routes.extend(tools.streamable_http_app(host=host, stateless_http=True).routes)

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        async with tools.session_manager.run():
            yield

    app.router.lifespan_context = running
    local = host in THIS_MACHINE
    if local:
        # Else a site could have its own name lead here, and be read as if it were this one.
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*THIS_MACHINE, "[::1]"])
    return mount(app, corpus, local=local)


def serve(corpus: Corpus, *, host: str = "127.0.0.1", port: int | None = None) -> None:
    """Serve page, HTTP and MCP until interrupted.

    Args:
        corpus: what is asked.
        host: the address to listen on; only this machine by default.
        port: the port; by default the first free one from 7860.

    Raises:
        SettingError: the port is taken, or the address is not this machine's.
    """
    listening = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listening.getsockname()[1]}"
    print(f"Footnote: {address}  (HTTP: {address}/docs, MCP: {address}/mcp)", flush=True)
    config = uvicorn.Config(
        build_app(corpus, host), log_level="warning", timeout_graceful_shutdown=LEAVE_SECONDS
    )
    uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int | None) -> socket.socket:
    given = port if port is not None else _from_environment()
    ports = [given] if given is not None else range(FIRST_PORT, FIRST_PORT + PORTS)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    problem: OSError | None = None
    for candidate in ports:
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, candidate))
        except OSError as error:
            problem = error
            listening.close()
        else:
            return listening
    where = f"port {given}" if given is not None else f"ports {FIRST_PORT} to {ports[-1]}"
    raise SettingError(f"Cannot listen on {host}, {where} ({problem}); choose another with --port.")


def _from_environment() -> int | None:
    given = os.environ.get(PORT_VARIABLE, "")
    return int(given) if given.isdigit() else None
