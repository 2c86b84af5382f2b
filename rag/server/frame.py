"""The frame of the page, written into its HTML, so that it is seen before any script has run."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE_PATH = "/"
_HEAD = b"</head>"


class FrameMiddleware:
    """Middleware that puts a style sheet into the HTML of the page.

    What Gradio is given as `head` reaches the browser as a value of a script, and is drawn with all
    else that this script draws.
    """

    def __init__(self, app: ASGIApp, style: str) -> None:
        """Take the app, and the element of HTML that is put at the end of the page's head."""
        self._app = app
        self._style = style.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; the response is changed where it is the page."""
        if scope["type"] != "http" or scope["path"] != PAGE_PATH or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        start: Message = {}
        body = bytearray()

        async def collected(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            if message["type"] != "http.response.body":
                await send(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                framed = bytes(body).replace(_HEAD, self._style + _HEAD, 1)
                MutableHeaders(scope=start)["content-length"] = str(len(framed))
                await send(start)
                await send({"type": "http.response.body", "body": framed})

        await self._app(scope, receive, collected)
