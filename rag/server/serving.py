"""Page, HTTP and MCP put together in one app, and served by one process."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from importlib.metadata import version
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType

import uvicorn
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from mcp.server.transport_security import TransportSecuritySettings

from rag.corpus import Corpus
from rag.errors import SettingError
from rag.limits import ConcurrencyLimiter, ServingPolicy, audit_log
from rag.llms.specs import THIS_MACHINE
from rag.server.access import Access, Password, hash_password
from rag.server.completions import add_completions
from rag.server.guard import Guard
from rag.server.http import build_http
from rag.server.mcp import build_mcp
from rag.settings import Settings
from rag.ui import mount

AUDIT_BYTES, AUDIT_FILES = 10_000_000, 5  # of a file of such lines, and how many are kept


@contextmanager
def audited(path: Path | None) -> Iterator[None]:
    """Have the lines on questions written to a file, or to the terminal.

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
    return _PrivateFile(path, "a", AUDIT_BYTES, AUDIT_FILES, "utf-8")


class _PrivateFile(RotatingFileHandler):
    """A file that only its owner can read, and that is put aside when it is large."""

    def _open(self) -> TextIOWrapper:
        def private(path: str, flags: int) -> int:
            return os.open(path, flags, 0o600)

        return open(self.baseFilename, "a", encoding=self.encoding, opener=private)


LEAVE_SECONDS = 5  # for what was answered to be sent; an open page never hangs up
LOOK_SECONDS = 0.1


class PatientServer(uvicorn.Server):
    """Asked to stop, it takes no more questions and ends when those in hand are answered.

    Asked a second time, it stops at once.
    """

    def __init__(
        self, config: uvicorn.Config, limiter: ConcurrencyLimiter, patience: float
    ) -> None:
        """Take what is served, who has a turn, and the seconds that the last may take."""
        super().__init__(config)
        self._limiter = limiter
        self._patience = patience

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; to have been told so is no failure, so that the process ends with 0."""
        if sig != signal.SIGTERM:
            super().handle_exit(sig, frame)
            return
        self.force_exit = self.should_exit
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Wait for the answers in hand, then leave."""
        self._limiter.close()
        until = asyncio.get_running_loop().time() + self._patience
        while self._limiter.running and not self.force_exit:
            if asyncio.get_running_loop().time() > until:
                break
            await asyncio.sleep(LOOK_SECONDS)
        await super().shutdown(sockets)


FIRST_PORT, PORTS = 7860, 100  # where Gradio's users look for a page, and how far on
PORT_VARIABLE = "GRADIO_SERVER_PORT"
# A connection that nobody uses is kept for longer than clients keep theirs: one that is hung up on
# as it sends a question gets no answer. OpenAI's client keeps them for 5 seconds, browsers for 60.
IDLE_SECONDS = 75
THREADS = 200  # idle ones cost next to nothing


def build_app(
    corpus: Corpus, host: str = "127.0.0.1", *, policy: ServingPolicy | None = None
) -> FastAPI:
    """The app: the page at ``/``, ``/api``, ``/v1``, ``/docs`` and ``/mcp``.

    Args:
        corpus: what is asked; shared by all.
        host: the address that is listened on; where that is this machine's own, no request
            for a host of another name than those of ``RAG_HOSTS`` is answered. With such names
            a proxy is in front, and whoever asks may be anywhere.
        policy: on what terms; by default as the settings say.

    Raises:
        SettingError: there is no password and the host is not this machine's, or its hash is
            none.
    """
    settings = corpus.settings
    local = _is_local(host, settings)
    policy = policy or _policy_of(settings, local)
    if policy.password_hash is None and not local:
        raise SettingError(
            f"Whoever reaches {settings.hosts or host} could ask; set a password, which "
            "`rag password` hashes, or listen on 127.0.0.1 without RAG_HOSTS."
        )
    released = version("footnote-rag")
    app = build_http(corpus, policy, released)
    add_completions(app, corpus, policy)
    tools = build_mcp(corpus, policy, released)
    # Names of hosts and other sites are seen to for all doors alike, below. Its streams would be
    # cut off when the server is told to stop; what is answered in one piece is not.
    unguarded = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    mcp = tools.streamable_http_app(
        stateless_http=True, json_response=True, transport_security=unguarded
    )
    app.router.routes.extend(mcp.routes)

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        # Whoever waits for a turn has a thread; so many wait that all others find one, too.
        current_default_thread_limiter().total_tokens = THREADS
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
        async with tools.session_manager.run():
            yield

    app.router.lifespan_context = running
    mount(app, corpus, policy)
    hosts = [name.strip().lower() for name in settings.hosts.split(",") if name.strip()]
    _shield(app, settings, hosts, policy)
    return app


def _policy_of(settings: Settings, local: bool) -> ServingPolicy:
    """Return the serving policy that the settings name."""
    limiter = ConcurrencyLimiter(settings.concurrent, settings.waiting)
    return ServingPolicy(
        limiter, local, settings.uploads, settings.audit_text, settings.password_hash
    )


def _is_local(host: str, settings: Settings) -> bool:
    """Whether only who is on this machine can ask: no proxy in front lends it another name."""
    return host in THIS_MACHINE and not settings.hosts.strip()


def _shield(app: FastAPI, settings: Settings, hosts: list[str], policy: ServingPolicy) -> None:
    """Put before an app whatever a request must pass; what is added last comes first."""
    if policy.password_hash is not None:
        password = Password(policy.password_hash)
        seconds = settings.session_hours * 3600
        app.add_middleware(Access, password=password, session_seconds=seconds)
    if policy.local or hosts:
        # Else a site could have its own name lead here, and be read as if it were this one.
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*THIS_MACHINE, "[::1]", *hosts])
    app.add_middleware(Guard, hosts=hosts, uploads=policy.uploads, largest_file=settings.max_bytes)


def serve(corpus: Corpus, *, host: str = "127.0.0.1", port: int | None = None) -> None:
    """Serve page, HTTP and MCP until interrupted; answers in hand are then finished.

    Beyond this machine a password is asked for: the one that is set, or one made up for this
    run, which is printed.

    Args:
        corpus: what is asked.
        host: the address to listen on; only this machine by default.
        port: the port; by default the first free one from 7860.

    Raises:
        SettingError: the port is taken, or the address is not this machine's.
    """
    settings = corpus.settings
    policy = _policy_of(settings, _is_local(host, settings))
    made_up = None
    if policy.password_hash is None and not policy.local:
        made_up = secrets.token_urlsafe(18)
        policy = replace(policy, password_hash=hash_password(made_up))
    app = build_app(corpus, host, policy=policy)
    listening = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listening.getsockname()[1]}"
    print(f"Footnote: {address}  (HTTP: {address}/docs, MCP: {address}/mcp)", flush=True)
    if made_up is not None:
        print(f"Password for this run: {made_up}  (`rag password` sets one for good)", flush=True)
    config = uvicorn.Config(
        app,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=LEAVE_SECONDS,
    )
    with audited(settings.audit):
        patience = settings.llm_timeout + LEAVE_SECONDS
        PatientServer(config, policy.limiter, patience).run(sockets=[listening])


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
