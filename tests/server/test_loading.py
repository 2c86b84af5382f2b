"""What makes the page load soon: files kept as they were sent, and a frame before any script."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from rag.server import kept_files
from rag.server.frame import FrameMiddleware
from rag.server.kept_files import KeptFilesMiddleware

PAGE = "<html><head><title>é</title></head><body></head></body></html>"
STYLE = "<style>a</style>"


@pytest.fixture
def asked() -> list[str]:
    """Return the paths that the app behind the middleware was asked for."""
    return []


@pytest.fixture
def client(asked: list[str]) -> TestClient:
    async def answer(request: Request) -> Response:
        asked.append(request.url.path)
        if request.url.path == "/":
            return HTMLResponse(PAGE)
        wrong = request.url.path.endswith("missing.js")
        coded = request.headers.get("accept-encoding", "")
        return PlainTextResponse(f"file as {coded}", 404 if wrong else 200, {"ETag": "1"})

    frame = Middleware(FrameMiddleware, style=STYLE)
    routes = [Route("/{path:path}", answer)]
    app = Starlette(routes=routes, middleware=[frame, Middleware(KeptFilesMiddleware)])
    return TestClient(app)


def test_a_file_is_made_once_for_each_encoding(client: TestClient, asked: list[str]) -> None:
    """A file is sent again as it was; another encoding, a part and a failure are asked anew."""
    first, again = (client.get("/assets/a.js", headers={"accept-encoding": "br"}) for _ in "ab")
    assert first.text == again.text == "file as br"
    assert first.headers == again.headers
    assert len(asked) == 1
    assert client.get("/assets/a.js", headers={"accept-encoding": "gzip"}).text == "file as gzip"
    for header in ("range", "if-none-match"):
        client.get("/assets/a.js", headers={"accept-encoding": "br", header: "1"})
    for path in ("/assets/missing.js", "/assets/missing.js", "/api/a", "/api/a"):
        client.get(path)
    assert len(asked) == 8


def test_what_is_kept_has_an_end(
    client: TestClient, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the most bytes, files are sent and not kept."""
    monkeypatch.setattr(kept_files, "MOST_BYTES", 5)
    assert [client.get("/static/a.css").status_code for _ in "ab"] == [200, 200]
    assert len(asked) == 2


def test_the_frame_stands_in_the_head_of_the_page(client: TestClient) -> None:
    """The page has the style at the end of its head, and its length; other paths are left alone."""
    shown = client.get("/")
    assert shown.text == PAGE.replace("</head>", f"{STYLE}</head>", 1)
    assert shown.headers["content-length"] == str(len(shown.content))
    assert STYLE not in client.get("/api/a").text
