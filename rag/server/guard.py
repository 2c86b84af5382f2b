"""What holds for every request: from where it may come, how large it is, what a browser may do."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.limits import CLIENT_ADDRESS

# Nothing is loaded from, sent to, or framed by another site, whatever a text may contain.
# Gradio puts scripts into the page itself and makes functions of text.
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
OVER_TLS = {"Strict-Transport-Security": "max-age=31536000"}
KEPT_BY_NOBODY = ("text/html", "application/json", "text/event-stream")
# Doors of Gradio that the page does not use.
CLOSED = (
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
LARGEST_BODY = 2_000_000  # bytes of a request that is no upload; the longest text is a tenth
FILES_AT_ONCE = 25  # of the largest size: a folder of many small ones is sent in one request
ELSEWHERE = "This was sent by a page of another site; RAG_HOSTS names the sites that may ask here."
SHUT = "There is nothing here."
NO_UPLOADS = "Documents cannot be added here; RAG_UPLOADS is off."
TOO_LARGE = "The request has more than {:,} bytes; send less at once."


class Guard:
    """Middleware: refuses what other sites send, and shuts what is not used."""

    def __init__(
        self, app: ASGIApp, hosts: Collection[str], *, uploads: bool, largest_file: int
    ) -> None:
        """Take the app, the names of the sites that may call it beside itself, and its terms.

        Args:
            app: what is guarded.
            hosts: the names.
            uploads: whether files may be sent.
            largest_file: bytes of one.
        """
        self._app = app
        self._hosts = hosts
        self._uploads = uploads
        self._largest_upload = FILES_AT_ONCE * largest_file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, with headers on what comes back, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(MutableHeaders(scope=message), scope["scheme"])
            await send(message)

        refusal = self._refusal(scope["path"], headers)
        if refusal is not None:
            await refusal(scope, receive, send_guarded)
            return
        if scope.get("client"):
            CLIENT_ADDRESS.set(scope["client"][0])
        try:
            most = self._most(scope["path"])
            await self._app(scope, _limited(receive, most), send_guarded)
        except _TooLargeError as error:  # read by a middleware; the app answers by itself
            await JSONResponse({"error": error.detail}, 413)(scope, receive, send_guarded)

    def _refusal(self, path: str, headers: Headers) -> JSONResponse | None:
        origin = headers.get("origin")
        if origin is not None and not self._is_ours(origin, headers.get("host", "")):
            return JSONResponse({"error": ELSEWHERE}, 403)
        if path.startswith(CLOSED):
            return JSONResponse({"error": SHUT}, 404)
        if path.startswith(UPLOAD) and not self._uploads:
            return JSONResponse({"error": NO_UPLOADS}, 403)
        length, most = headers.get("content-length", ""), self._most(path)
        if length.isdigit() and int(length) > most:
            return JSONResponse({"error": TOO_LARGE.format(most)}, 413)
        return None

    def _most(self, path: str) -> int:
        """The bytes that a request may have."""
        return self._largest_upload if path == UPLOAD else LARGEST_BODY

    def _is_ours(self, origin: str, host: str) -> bool:
        try:
            site = urlsplit(origin)
            name = site.hostname
        except ValueError:
            return False
        return site.netloc.lower() == host.lower() or name in self._hosts


class _TooLargeError(HTTPException):
    """A body without a length that goes on and on."""

    def __init__(self, most: int) -> None:
        super().__init__(413, TOO_LARGE.format(most))


def _limited(receive: Receive, most: int) -> Receive:
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
    for name, value in (HEADERS | (OVER_TLS if scheme == "https" else {})).items():
        headers[name] = value
    if headers.get("content-type", "").startswith(KEPT_BY_NOBODY):
        headers["Cache-Control"] = "no-store"
