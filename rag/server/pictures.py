"""The pages of PDFs as pictures, for the page alone: behind the same password as all else."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Path, Response
from starlette.exceptions import HTTPException

from rag.corpus import Corpus
from rag.errors import DocumentError
from rag.limits import ServingPolicy

_KEPT = "private, max-age=600"  # seconds that a browser keeps a picture; its address has a digest


def add_page_images(app: FastAPI, corpus: Corpus, policy: ServingPolicy) -> None:
    """Serve the pages of the documents of a corpus as pictures.

    A document is named by its id; no path of a file is taken from a browser. A picture takes a
    slot as a question does: drawing one is as much work.

    Args:
        app: the app.
        corpus: whose documents.
        policy: how many are served at once.
    """

    def picture(
        article_id: Annotated[str, Path(pattern="^[0-9a-f]{16}$")],
        page: Annotated[int, Path(ge=1, le=1_000_000)],
    ) -> Response:
        try:
            with policy.request("page", "picture", "") as line:
                image = corpus.documents.page_image(article_id, page)
                line["result"] = "drawn"
        except DocumentError as error:
            raise HTTPException(404, str(error)) from error
        return Response(image.png, media_type="image/png", headers={"Cache-Control": _KEPT})

    app.get("/api/pages/{article_id}/{page}.png", include_in_schema=False)(picture)
