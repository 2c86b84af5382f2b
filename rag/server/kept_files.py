"""Gradio's own files, kept in memory as they were first sent, so that none is compressed anew."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Files of the installed package, which do not change while it runs: they have no cookies and are
# the same for everyone. A page loads some eighty of them.
KEPT_PATHS = ("/assets/", "/static/")
MOST_BYTES = 20_000_000  # of all that are kept; what a page loads is under one million
# A request with one of these asks for less than the file.
_CONDITIONS = ("range", "if-none-match", "if-modified-since")
_File = tuple[Message, bytes]


class KeptFilesMiddleware:
    """Middleware that answers for files that it has sent before.

    It stands behind the middleware that refuses requests, so that it answers only what would have
    been answered.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._files: dict[tuple[str, str], _File] = {}
        self._bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a kept file, or keep what is sent."""
        if not _is_for_file(scope):
            await self._app(scope, receive, send)
            return
        key = (scope["path"], Headers(scope=scope).get("accept-encoding", ""))
        kept = self._files.get(key)
        if kept is not None:
            start, body = kept
            await send({**start, "headers": list(start["headers"])})  # others add to them
            await send({"type": "http.response.body", "body": body})
            return
        sent: list[Message] = []

        async def noted(message: Message) -> None:
            sent.append({**message, "headers": list(message.get("headers", []))})
            await send(message)

        await self._app(scope, receive, noted)
        self._keep(key, sent)

    def _keep(self, key: tuple[str, str], sent: list[Message]) -> None:
        """Keep a whole response, unless it says that something is wrong."""
        start, *rest = sent
        body = b"".join(message.get("body", b"") for message in rest)
        whole = rest and not rest[-1].get("more_body") and start.get("status") == 200
        if whole and self._bytes + len(body) <= MOST_BYTES:
            MutableHeaders(raw=start["headers"])["content-length"] = str(len(body))
            self._files[key] = (start, body)
            self._bytes += len(body)


def _is_for_file(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    headers = Headers(scope=scope)
    asked_in_part = any(name in headers for name in _CONDITIONS)
    return scope["path"].startswith(KEPT_PATHS) and not asked_in_part
