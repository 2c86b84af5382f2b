"""The HTTP endpoints, with an OpenAPI page that loads nothing from other sites."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from rag.corpus import Corpus
from rag.errors import ArticleNotFound, Busy, InputError, RagError
from rag.limits import ServingPolicy
from rag.server.calls import Calls
from rag.server.pictures import add_page_images

DESCRIPTION = """Ask a collection of articles; every sentence of an answer cites the exact words
that support it: `article.text[start:end] == cited_text`, 0-based, end-exclusive."""
RETRY_SECONDS = 5  # most answers take less than one
UNEXPECTED = "Something went wrong; the server's log says what."


class Problem(BaseModel):
    """What is wrong with a request, in one sentence."""

    error: str


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem} for status in (400, 404, 422, 503)
}

log = logging.getLogger(__name__)


def build_http(corpus: Corpus, policy: ServingPolicy, version: str) -> FastAPI:
    """Return an app with the endpoints over a corpus.

    Args:
        corpus: what is asked; shared by all requests.
        policy: the terms of serving.
        version: of this package.
    """
    app: FastAPI = FastAPIOffline(title="Footnote", version=version, description=DESCRIPTION)
    calls = Calls(corpus, policy, "http")
    for name in ("ask", "search", "verify", "compare", "timeline"):
        call = getattr(calls, name)
        app.post(f"/api/{name}", summary=call.__doc__, responses=PROBLEMS, tags=["corpus"])(call)
    app.get("/api/articles", summary=calls.articles.__doc__, tags=["corpus"])(calls.articles)
    app.get(
        "/api/articles/{name:path}",
        summary=calls.article.__doc__,
        responses=PROBLEMS,
        tags=["corpus"],
    )(calls.article)
    add_page_images(app, corpus, policy)
    app.add_exception_handler(RagError, _on_rag_error)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(Exception, _on_unexpected_error)
    return app


def status_of(error: RagError) -> int:
    """Return the HTTP status for an error: 4xx where the caller can correct the request."""
    if isinstance(error, ArticleNotFound):
        return 404
    return 400 if isinstance(error, InputError) else 503


def headers_of(error: Exception) -> dict[str, str]:
    """Return the headers of an error: when to try again, where that helps."""
    return {"Retry-After": str(RETRY_SECONDS)} if isinstance(error, Busy) else {}


async def _on_rag_error(_: Request, error: Exception) -> JSONResponse:
    status = status_of(error) if isinstance(error, RagError) else 500
    return JSONResponse({"error": str(error)}, status, headers_of(error))


async def _on_http_error(_: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return JSONResponse({"error": getattr(error, "detail", str(error))}, status)


async def _on_invalid_request(_: Request, error: Exception) -> JSONResponse:
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    first: dict[str, Any] = problems[0] if problems else {"loc": (), "msg": str(error)}
    place = ".".join(str(part) for part in first["loc"][1:]) or "the body"
    return JSONResponse({"error": f"{place}: {first['msg']}; /docs shows the form."}, 422)


async def _on_unexpected_error(_: Request, error: Exception) -> JSONResponse:
    log.error("a request failed", exc_info=error)
    return JSONResponse({"error": UNEXPECTED}, 500)
