"""Refuse requests of other sites and requests that are too large; set the security headers."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.limits import CLIENT_ADDRESS

# Nothing is loaded from, sent to, or framed by another site, whatever a text may contain. Gradio
# needs inline scripts and eval.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HTTPS_HEADERS = {"Strict-Transport-Security": "max-age=31536000"}
NOT_CACHED = ("text/html", "application/json", "text/event-stream")
# Endpoints of Gradio that the page does not use.
UNUSED_PATHS = (
    "/monitoring",
    *(
        f"/gradio_api/{name}"
        for name in (
            *("component_server", "deep_link", "dev/", "monitoring", "process_recording"),
            *("profiling/", "proxy=", "run-history", "runs", "stream/", "undo-vibe-edit", "vibe-"),
        )
    ),
)
UPLOAD = "/gradio_api/upload"
MAX_BODY = 2_000_000  # bytes of a request that is not an upload; the longest text is a tenth
MAX_UPLOAD_FILES = 25  # of the largest size; a folder of many small ones is one request
OTHER_SITE = "This was sent by a page of another site; RAG_HOSTS names the sites that may ask here."
NOT_FOUND = "There is nothing at this address."
NO_UPLOADS = "Documents cannot be added; RAG_UPLOADS is off."
TOO_LARGE = "The request has more than {:,} bytes; send less at once."


class SecurityMiddleware:
    """Middleware that refuses requests of other sites, too large ones and unused endpoints."""

    def __init__(
        self, app: ASGIApp, hosts: Collection[str], *, uploads: bool, largest_file: int
    ) -> None:
        """Take the app and what may be sent to it.

        Args:
            app: the app.
            hosts: the host names of the sites that may call it besides its own.
            uploads: whether files may be uploaded.
            largest_file: the most bytes of a file.
        """
        self._app = app
        self._hosts = hosts
        self._uploads = uploads
        self._max_upload = MAX_UPLOAD_FILES * largest_file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with headers added to the response, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(MutableHeaders(scope=message), scope["scheme"])
            await send(message)

        refusal = self._refusal(scope["path"], headers)
        if refusal is not None:
            await refusal(scope, receive, send_with_headers)
            return
        if scope.get("client"):
            CLIENT_ADDRESS.set(scope["client"][0])
        try:
            most = self._max_bytes(scope["path"])
            await self._app(scope, _with_limit(receive, most), send_with_headers)
        except _TooLargeError as error:  # raised in a middleware; the app handles its own
            await JSONResponse({"error": error.detail}, 413)(scope, receive, send_with_headers)

    def _refusal(self, path: str, headers: Headers) -> JSONResponse | None:
        origin = headers.get("origin")
        if origin is not None and not self._is_own_site(origin, headers.get("host", "")):
            return JSONResponse({"error": OTHER_SITE}, 403)
        if path.startswith(UNUSED_PATHS):
            return JSONResponse({"error": NOT_FOUND}, 404)
        if path.startswith(UPLOAD) and not self._uploads:
            return JSONResponse({"error": NO_UPLOADS}, 403)
        length, most = headers.get("content-length", ""), self._max_bytes(path)
        if length.isdigit() and int(length) > most:
            return JSONResponse({"error": TOO_LARGE.format(most)}, 413)
        return None

    def _max_bytes(self, path: str) -> int:
        """Return the most bytes that a request may have."""
        return self._max_upload if path == UPLOAD else MAX_BODY

    def _is_own_site(self, origin: str, host: str) -> bool:
        try:
            site = urlsplit(origin)
            name = site.hostname
        except ValueError:
            return False
        return site.netloc.lower() == host.lower() or name in self._hosts


class _TooLargeError(HTTPException):
    """A body without a length turned out too large."""

    def __init__(self, most: int) -> None:
        super().__init__(413, TOO_LARGE.format(most))


def _with_limit(receive: Receive, most: int) -> Receive:
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise _TooLargeError(most)
        return message

    return counted


def _add_headers(headers: MutableHeaders, scheme: str) -> None:
    for name, value in (HEADERS | (HTTPS_HEADERS if scheme == "https" else {})).items():
        headers[name] = value
    if headers.get("content-type", "").startswith(NOT_CACHED):
        headers["Cache-Control"] = "no-store"
