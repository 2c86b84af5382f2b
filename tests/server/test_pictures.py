"""Pictures of pages are served behind the password, by the id of a document alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

import rag
from rag.limits import ConcurrencyLimiter, ServingPolicy
from rag.server.app import build_app
from rag.server.authentication import hash_password
from rag.server.http import build_http
from tests.formats.pdf_writing import lines, pdf

pytestmark = pytest.mark.timeout(60)  # the process that draws is started, and the page is built

PASSWORD = "correct horse battery"  # noqa: S105

REPORT = pdf(lines(72, 100, ["Owls hunt at night in the fields."]))


def test_pictures_wait_like_questions(folder: Path, tmp_path: Path, tiny: str) -> None:
    """Where as much is being done as may be, a picture is refused, and told when to ask again."""
    (folder / "report.pdf").write_bytes(REPORT)
    corpus = rag.open(folder, index_dir=tmp_path / "index", embedder=tiny)
    policy = ServingPolicy(ConcurrencyLimiter(1, 0))
    client = TestClient(build_http(corpus, policy, "1"), base_url="http://127.0.0.1")
    with policy.limiter.slot():
        refused = client.get(f"/api/pages/{corpus.article('report.pdf').id}/1.png")
    assert refused.status_code == 503
    assert refused.headers["retry-after"]


def test_pictures_are_behind_the_password(folder: Path, tmp_path: Path, tiny: str) -> None:
    """Without the password there is none; with it, none of a path and none of a text."""
    (folder / "report.pdf").write_bytes(REPORT)
    settings = {"password_hash": hash_password(PASSWORD), "embedder": tiny}
    corpus = rag.open(folder, index_dir=tmp_path / "index", **settings)
    report, owls = corpus.article("report.pdf").id, corpus.article("owls.txt").id
    client = TestClient(build_app(corpus), base_url="http://127.0.0.1")
    address = f"/api/pages/{report}/1.png"
    assert client.get(address, follow_redirects=False).status_code in (302, 303, 307, 401)
    allowed = {"Authorization": f"Bearer {PASSWORD}"}
    picture = client.get(address, headers=allowed)
    assert picture.content.startswith(b"\x89PNG")
    assert picture.headers["content-type"] == "image/png"
    assert "private" in picture.headers["cache-control"]
    for wrong in (f"{report}/2", f"{owls}/1", f"{'0' * 16}/1", "report.pdf/1", "..%2Fowls/1"):
        assert client.get(f"/api/pages/{wrong}.png", headers=allowed).status_code >= 400, wrong
