"""What holds for every request: sites, headers, sizes, doors that are shut, and what is noted."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import rag
from rag.errors import Busy
from rag.gate import Gate
from rag.server import build_app
from rag.service import Service

HOME = "http://127.0.0.1:7860"
QUESTION = {"question": "How many US troops are in Iraq?"}


@pytest.fixture(scope="module")
def client(corpus: rag.Corpus) -> Iterator[TestClient]:
    """Somebody on the machine that is served."""
    with TestClient(build_app(corpus), base_url=HOME) as client:
        yield client


@pytest.mark.parametrize(
    "origin",
    [
        *("http://evil.example", "null", "http://127.0.0.1:3000", "http://127.0.0.1.evil.example"),
        *("http://evil.example@127.0.0.1:7860.evil.example", "http://[", ""),
    ],
)
@pytest.mark.parametrize("path", ["/api/ask", "/gradio_api/queue/join", "/mcp", "/api/articles"])
def test_no_other_site_can_ask(client: TestClient, origin: str, path: str) -> None:
    """A page of another site gets no answer, and no leave to read one."""
    for method in ("POST", "GET", "OPTIONS"):
        wanted = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        got = client.request(method, path, headers=wanted, json=QUESTION)
        assert got.status_code == 403
        assert not [name for name in got.headers if name.startswith("access-control")]


def test_the_own_page_and_named_sites_can_ask(folder: Path) -> None:
    """The page's own requests carry its origin; behind a proxy it has the proxy's name."""
    corpus = rag.open(folder, hosts="footnote.example, www.footnote.example")
    with TestClient(build_app(corpus), base_url=HOME) as client:
        for origin in (HOME, "https://footnote.example", "https://www.footnote.example:8443"):
            got = client.post("/api/search", json={"query": "owl"}, headers={"Origin": origin})
            assert got.status_code == 200
        named = {"Host": "footnote.example"}
        assert client.get("/api/articles", headers=named).status_code == 200


def test_no_name_of_another_host_leads_here(client: TestClient) -> None:
    """A site whose name leads to this machine cannot be read as if it were this one."""
    headers = {"Host": "evil.example:7860", "Origin": "http://evil.example:7860"}
    assert client.get("/api/articles", headers=headers).status_code == 400


@pytest.mark.parametrize("path", ["/", "/api/articles", "/docs", "/nothing", "/gradio_api/dev/x"])
def test_a_browser_is_told_to_load_nothing_from_elsewhere(client: TestClient, path: str) -> None:
    """On every answer, errors included."""
    got = client.get(path)
    policy = got.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        *("/gradio_api/monitoring", "/gradio_api/profiling/traces", "/gradio_api/vibe-code"),
        *("/gradio_api/run-history/connect", "/gradio_api/dev/reload", "/gradio_api/runs"),
        "/gradio_api/proxy=http://evil.example/",
    ],
)
def test_what_the_page_does_not_use_is_shut(client: TestClient, path: str) -> None:
    """Doors that the framework brings along lead nowhere."""
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_a_request_has_its_measure(client: TestClient) -> None:
    """A body of megabytes is refused, whether it says its length or not."""
    vast = json.dumps({"question": "why " * 1_000_000}).encode()
    kind = {"Content-Type": "application/json"}
    for body in (vast, (vast[at : at + 10_000] for at in range(0, len(vast), 10_000))):
        got = client.post("/api/ask", content=body, headers=kind)
        assert got.status_code == 413
        assert "2,000,000" in got.json()["error"]


def test_uploads_can_be_switched_off(folder: Path) -> None:
    """Then nothing takes a file, and nothing on the page adds or takes away an article."""
    corpus = rag.open(folder, uploads=False)
    with TestClient(build_app(corpus), base_url=HOME) as client:
        sent = client.post("/gradio_api/upload", files={"files": ("a.txt", b"An owl.")})
        assert sent.status_code == 403
        page = client.get("/config").text
    for label in ("Add articles", "Upload a folder", "Index again"):
        assert label not in page
    with TestClient(build_app(rag.open(folder)), base_url=HOME) as client:
        assert "Upload a folder" in client.get("/config").text


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [json.loads(record.message) for record in caplog.records if record.name == "rag.audit"]


def test_a_line_is_noted_for_each_question(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Who asked what kind of thing and how it ended, without its words."""
    caplog.set_level(logging.INFO, "rag.audit")
    client.post("/api/ask", json=QUESTION)
    client.post("/api/verify", json={"text": "The US has 2,500 troops in Iraq."})
    client.post("/api/ask", json={"question": "?!"})
    said = {"messages": [{"role": "user", "content": QUESTION["question"]}]}
    client.post("/v1/chat/completions", json=said)
    noted = lines(caplog)
    assert [(n["door"], n["call"], n["result"]) for n in noted] == [
        ("http", "ask", "answered"),
        ("http", "verify", "checked"),
        ("http", "ask", "QuestionError"),
        ("completions", "ask", "answered"),
    ]
    assert noted[0]["characters"] == len(QUESTION["question"])
    assert all(n["from"] and n["seconds"] >= 0 for n in noted)
    assert "troops" not in caplog.text


def test_the_words_are_noted_where_that_is_asked_for(
    corpus: rag.Corpus, caplog: pytest.LogCaptureFixture
) -> None:
    """And a question cannot write a second line."""
    caplog.set_level(logging.INFO, "rag.audit")
    app = build_app(corpus, service=Service(with_text=True))
    with TestClient(app, base_url=HOME) as client:
        client.post("/api/ask", json={"question": 'Who?\n{"door": "forged"}\x1b[2J'})
    (noted,) = lines(caplog)
    assert noted["text"].startswith("Who?\n")
    assert "\n" not in caplog.records[-1].message
    assert "\x1b" not in caplog.records[-1].message


def test_who_comes_to_a_full_house_is_told(corpus: rag.Corpus) -> None:
    """With one answer in hand and none allowed to wait, the next gets a message at once."""
    gate = Gate(1, 0)
    with TestClient(build_app(corpus, service=Service(gate=gate)), base_url=HOME) as client:
        with gate.turn():
            got = client.post("/api/ask", json=QUESTION)
            said = {"messages": [{"role": "user", "content": QUESTION["question"]}]}
            chat = client.post("/v1/chat/completions", json=said)
        assert (got.status_code, chat.status_code) == (503, 503)
        assert "ask again in a few seconds" in got.json()["error"]
        assert int(got.headers["retry-after"]) > 0
        assert client.post("/api/ask", json=QUESTION).json()["status"] == "answered"


def test_a_gate_that_closes_lets_those_inside_finish() -> None:
    """Whoever comes then is told that the server is being stopped."""
    gate = Gate(2, 2)
    with gate.turn():
        gate.close()
        assert gate.running == 1
        with pytest.raises(Busy, match="being stopped"), gate.turn():
            pass
    assert gate.running == 0
