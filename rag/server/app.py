"""Put page, HTTP and MCP together in one app, and serve it by one process."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import replace
from importlib.metadata import version
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi.middleware.trustedhost import TrustedHostMiddleware

from rag.corpus import Corpus
from rag.errors import SettingError
from rag.limits import ConcurrencyLimiter, ServingPolicy, audit_log
from rag.llms.specs import THIS_MACHINE
from rag.server.authentication import PasswordChecker, PasswordMiddleware, hash_password
from rag.server.completions import add_completions
from rag.server.frame import FrameMiddleware
from rag.server.http import build_http
from rag.server.kept_files import KeptFilesMiddleware
from rag.server.security import SecurityMiddleware
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.ui import Examples

THREADS = 200  # idle ones cost next to nothing


def build_app(
    corpus: Corpus,
    host: str = "127.0.0.1",
    *,
    policy: ServingPolicy | None = None,
    examples: Examples | None = None,
) -> FastAPI:
    """Return the app: the page at ``/``, ``/api``, ``/v1``, ``/docs`` and ``/mcp``.

    Args:
        corpus: what is asked; shared by all interfaces.
        host: the address to listen on. On this machine's own, requests for other host names
            than those of ``RAG_HOSTS`` are refused. Such names mean that a proxy is in front, so
            that clients may be anywhere.
        policy: the terms; by default those of the settings.
        examples: questions that the page suggests; by default they are looked for when a first
            window opens.

    Raises:
        SettingError: there is no password and other machines can ask, or its hash is invalid.
    """
    from mcp.server.transport_security import TransportSecuritySettings

    from rag.server.mcp import build_mcp
    from rag.ui import mount

    settings = corpus.settings
    local = _is_local(host, settings)
    policy = policy or _serving_policy(settings, local)
    if policy.password_hash is None and not local:
        raise SettingError(
            f"Anyone who reaches {settings.hosts or host} could ask; set a password with "
            "`rag password`, or listen on 127.0.0.1 without RAG_HOSTS."
        )
    released = version("footnote-rag")
    app = build_http(corpus, policy, released)
    add_completions(app, corpus, policy)
    tools = build_mcp(corpus, policy, released)
    # Host names and other sites are checked for all interfaces, below. Responses in one piece,
    # since streams would be cut off when the server is told to stop.
    unguarded = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    mcp = tools.streamable_http_app(
        stateless_http=True, json_response=True, transport_security=unguarded
    )
    app.router.routes.extend(mcp.routes)

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        # A question that waits for a slot holds a thread; with so many, others find one, too.
        current_default_thread_limiter().total_tokens = THREADS
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
        async with tools.session_manager.run():
            yield

    app.router.lifespan_context = running
    mount(app, corpus, policy, examples)
    hosts = [name.strip().lower() for name in settings.hosts.split(",") if name.strip()]
    _add_middleware(app, settings, hosts, policy)
    return app


def _serving_policy(settings: Settings, local: bool) -> ServingPolicy:
    """Return the serving policy that the settings name."""
    limiter = ConcurrencyLimiter(settings.concurrent, settings.waiting)
    return ServingPolicy(
        limiter, local, settings.uploads, settings.audit_text, settings.password_hash
    )


def _is_local(host: str, settings: Settings) -> bool:
    """Return whether only this machine can ask: no proxy serves it under another name."""
    return host in THIS_MACHINE and not settings.hosts.strip()


def _add_middleware(
    app: FastAPI, settings: Settings, hosts: list[str], policy: ServingPolicy
) -> None:
    """Add what each request must pass; the middleware that is added last comes first."""
    from rag.ui import frame_html

    app.add_middleware(KeptFilesMiddleware)
    app.add_middleware(FrameMiddleware, style=frame_html())
    if policy.password_hash is not None:
        checker = PasswordChecker(policy.password_hash)
        seconds = settings.session_hours * 3600
        app.add_middleware(PasswordMiddleware, checker=checker, session_seconds=seconds)
    if policy.local or hosts:
        # Else a site could let its name resolve to this machine, and read it as its own.
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*THIS_MACHINE, "[::1]", *hosts])
    app.add_middleware(
        SecurityMiddleware, hosts=hosts, uploads=policy.uploads, largest_file=settings.max_bytes
    )


AUDIT_BYTES, AUDIT_FILES = 10_000_000, 5  # of an audit log before it is rotated; files kept


@contextmanager
def write_audit_log(path: Path | None) -> Iterator[None]:
    """Write the audit log to a file, or to the terminal, while the context lasts.

    Raises:
        SettingError: the file cannot be written.
    """
    try:
        handler = _audit_handler(path)
    except OSError as error:
        raise SettingError(
            f"RAG_AUDIT names {path}, which cannot be written ({error.strerror}); name another."
        ) from error
    audit_log.addHandler(handler)
    audit_log.setLevel(logging.INFO)
    audit_log.propagate = False
    try:
        yield
    finally:
        audit_log.removeHandler(handler)
        handler.close()


def _audit_handler(path: Path | None) -> logging.Handler:
    if path is None:
        return logging.StreamHandler()
    return _PrivateFileHandler(path, "a", AUDIT_BYTES, AUDIT_FILES, "utf-8")


class _PrivateFileHandler(RotatingFileHandler):
    """A rotated log file that only its owner can read."""

    def _open(self) -> TextIOWrapper:
        def private(path: str, flags: int) -> int:
            return os.open(path, flags, 0o600)

        return open(self.baseFilename, "a", encoding=self.encoding, opener=private)


CLOSE_SECONDS = 5  # to send what was answered; an open page never closes its connection
POLL_SECONDS = 0.1


class GracefulServer(uvicorn.Server):
    """A server that, told to stop, refuses further questions and finishes those it is answering.

    Told a second time, it stops at once.
    """

    def __init__(
        self, config: uvicorn.Config, limiter: ConcurrencyLimiter, patience: float
    ) -> None:
        """Take what is served, the limiter of questions, and the seconds to wait for the last."""
        super().__init__(config)
        self._limiter = limiter
        self._patience = patience

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop; SIGTERM is not re-raised, so that the process ends with 0."""
        if sig != signal.SIGTERM:
            super().handle_exit(sig, frame)
            return
        self.force_exit = self.should_exit
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Wait for the answers that are being made, then stop."""
        self._limiter.close()
        until = asyncio.get_running_loop().time() + self._patience
        while self._limiter.running and not self.force_exit:
            if asyncio.get_running_loop().time() > until:
                break
            await asyncio.sleep(POLL_SECONDS)
        await super().shutdown(sockets)


FIRST_PORT, PORTS = 7860, 100  # Gradio's default port, and how many from there are tried
PORT_VARIABLE = "GRADIO_SERVER_PORT"
# Idle connections are kept for longer than clients keep theirs: a question sent on a connection
# that the server is closing gets no answer. OpenAI's client keeps them 5 seconds, browsers 60.
IDLE_SECONDS = 75


def serve(corpus: Corpus, *, host: str = "127.0.0.1", port: int | None = None) -> None:
    """Serve page, HTTP and MCP until interrupted; answers being made are then finished.

    Other machines are asked for a password: the one that is set, or one generated for this run,
    which is printed.

    Args:
        corpus: what is asked.
        host: the address to listen on; only this machine by default.
        port: the port; by default the first free one from 7860.

    Raises:
        SettingError: the port is taken, or the address is not this machine's.
    """
    settings = corpus.settings
    policy = _serving_policy(settings, _is_local(host, settings))
    generated = None
    if policy.password_hash is None and not policy.local:
        generated = secrets.token_urlsafe(18)
        policy = replace(policy, password_hash=hash_password(generated))
    listening = _listen(host, port)
    from rag.ui import Examples

    with write_audit_log(settings.audit), closing(Examples(corpus)) as examples:
        examples.prepare()  # beside all that follows, so that the first window has them
        app = build_app(corpus, host, policy=policy, examples=examples)
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listening.getsockname()[1]}"
        print(f"Footnote: {address}  (HTTP: {address}/docs, MCP: {address}/mcp)", flush=True)
        if generated is not None:
            print(
                f"Password for this run: {generated}  (`rag password` sets one for good)",
                flush=True,
            )
        config = uvicorn.Config(
            app,
            log_level="warning",
            server_header=False,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=CLOSE_SECONDS,
        )
        patience = settings.llm_timeout + CLOSE_SECONDS
        GracefulServer(config, policy.limiter, patience).run(sockets=[listening])


def _listen(host: str, port: int | None) -> socket.socket:
    given = port if port is not None else _port_from_environment()
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


def _port_from_environment() -> int | None:
    given = os.environ.get(PORT_VARIABLE, "")
    return int(given) if given.isdigit() else None
