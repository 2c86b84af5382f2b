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
from rag.errors import Busy, SettingError
from rag.limits import ConcurrencyLimiter, ServingPolicy
from rag.server import build_app
from rag.server.authentication import hash_password

PASSWORD = "correct horse battery"  # noqa: S105
TOKEN = {"Authorization": f"Bearer {PASSWORD}"}
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
    hosts = "footnote.example, www.footnote.example"
    corpus = rag.open(folder, hosts=hosts, password_hash=hash_password(PASSWORD))
    with TestClient(build_app(corpus), base_url=HOME, headers=TOKEN) as client:
        for origin in (HOME, "https://footnote.example", "https://www.footnote.example:8443"):
            got = client.post("/api/search", json={"query": "owl"}, headers={"Origin": origin})
            assert got.status_code == 200
        named = {"Host": "footnote.example"}
        assert client.get("/api/articles", headers=named).status_code == 200
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
        accept = {"Accept": "application/json, text/event-stream"}
        assert client.post("/mcp", json=call, headers=named | accept).status_code == 200


def test_behind_a_proxy_whoever_asks_may_be_anywhere(client: TestClient, folder: Path) -> None:
    """A site that is named is not this machine alone: it needs a password, and takes no paths."""
    with pytest.raises(SettingError, match=r"footnote\.example.*password"):
        build_app(rag.open(folder, hosts="footnote.example"))
    assert shows_paths(client)
    named = rag.open(folder, hosts="footnote.example", password_hash=hash_password(PASSWORD))
    with TestClient(build_app(named), base_url=HOME, headers=TOKEN) as behind:
        assert not shows_paths(behind)


def shows_paths(client: TestClient) -> bool:
    """Whether the page has the row in which a path on the machine can be named."""
    page = client.get("/config").json()
    props = {widget["id"]: widget["props"] for widget in page["components"]}

    def rows(part: dict[str, Any], row: bool = True) -> list[bool]:
        own = props.get(part["id"], {})
        if own.get("label") == "Path on this machine":
            return [row]
        below = part.get("children") or []
        return [found for child in below for found in rows(child, row and own.get("visible", True))]

    (shown,) = rows(page["layout"])
    return shown


WAYS = (
    {"path": "SECRET"},
    {"path": "SECRET", "is_stream": True},
    {"path": "CORPUS/../SECRET", "url": "http://127.0.0.1:9/x"},
    {"path": "http://127.0.0.1:9/x"},
)


def test_no_file_of_the_machine_can_be_named_as_if_it_were_uploaded(
    folder: Path, tmp_path: Path
) -> None:
    """No call of the page reads, fetches or deletes a file of the machine that is named in it."""
    secret = tmp_path / "secret.txt"
    secret.write_text("The key of the heronry is 4711.\n")
    with TestClient(build_app(rag.open(folder)), base_url=HOME) as client:
        page = client.get("/config").json()
        takes = {w["id"] for w in page["components"] if w["type"] in ("file", "uploadbutton")}
        calls = [call for call in page["dependencies"] if call["backend_fn"] and call["inputs"]]
        begun = 0
        for number, call in enumerate(calls):
            ways = WAYS if takes & set(call["inputs"]) else (WAYS[number % len(WAYS)],)
            for way in ways:
                path = way["path"].replace("SECRET", str(secret)).replace("CORPUS", str(folder))
                named = way | {"path": path, "meta": {"_type": "gradio.FileData"}}
                values = [named, [named], {"value": [named]}, *[""] * 9][: len(call["inputs"])]
                begin(client, call["id"], values)
                begun += 1
        assert ended(client).count("Only uploaded files") == begun > 30
    assert "4711" in secret.read_text()
    assert rag.open(folder).documents.page()[1] == 3


def begin(client: TestClient, number: int, values: list[Any]) -> None:
    """Make a call of the page."""
    call = {"data": values, "fn_index": number, "session_hash": "window"}
    assert client.post("/gradio_api/queue/join", json=call).status_code == 200


def ended(client: TestClient) -> str:
    """What came of the calls."""
    return client.get("/gradio_api/queue/data", params={"session_hash": "window"}).text


def test_what_was_uploaded_can_be_named(folder: Path) -> None:
    """An uploaded file can be added by its path, and is deleted when the server ends."""
    corpus = rag.open(folder)
    with TestClient(build_app(corpus), base_url=HOME) as client:
        sent = {"files": ("cranes.txt", b"Two cranes danced on the ice.\n")}
        (path,) = client.post("/gradio_api/upload", files=sent).json()
        page = client.get("/config").json()
        (button,) = (
            widget["id"]
            for widget in page["components"]
            if widget["props"].get("elem_id") == "add-folder"
        )
        (call,) = (c for c in page["dependencies"] if c["inputs"] == [button])
        named = {"path": path, "meta": {"_type": "gradio.FileData"}}
        begin(client, call["id"], [[named]])
        assert "you can ask about it" in ended(client)
        assert Path(path).exists()  # another window may have sent the same
    assert not Path(path).exists()
    assert "Two cranes" in corpus.ask("How many cranes danced on the ice?").text


def test_no_name_of_another_host_leads_here(client: TestClient) -> None:
    """A request with another site's host name is refused."""
    headers = {"Host": "evil.example:7860", "Origin": "http://evil.example:7860"}
    assert client.get("/api/articles", headers=headers).status_code == 400


@pytest.mark.parametrize("path", ["/", "/api/articles", "/docs", "/nothing", "/gradio_api/dev/x"])
def test_a_browser_is_told_to_load_nothing_from_elsewhere(client: TestClient, path: str) -> None:
    """Every response, errors included, has headers that forbid outside content."""
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
        *("/monitoring", "/monitoring/summary", "/gradio_api/component_server"),
        *("/gradio_api/deep_link", "/gradio_api/monitoring"),
        *("/gradio_api/profiling/traces", "/gradio_api/vibe-code"),
        *("/gradio_api/run-history/connect", "/gradio_api/dev/reload", "/gradio_api/runs"),
        "/gradio_api/proxy=http://evil.example/",
    ],
)
def test_what_the_page_does_not_use_is_shut(client: TestClient, path: str) -> None:
    """Routes of the framework that the page does not use are not found."""
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_a_request_has_its_measure(client: TestClient) -> None:
    """A body of megabytes is refused, with or without a stated length."""
    vast = json.dumps({"question": "why " * 1_000_000}).encode()
    kind = {"Content-Type": "application/json"}
    for body in (vast, (vast[at : at + 10_000] for at in range(0, len(vast), 10_000))):
        got = client.post("/api/ask", content=body, headers=kind)
        assert got.status_code == 413
        assert "2,000,000" in got.json()["error"]


def test_an_upload_has_its_measure(folder: Path) -> None:
    """The size limit of uploads holds for form fields that are no files as well."""
    corpus = rag.open(folder, max_file_mb=0.01)
    field = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"a" * 600_000
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    with TestClient(build_app(corpus), base_url=HOME) as client:
        for body in (field, (field[at : at + 10_000] for at in range(0, len(field), 10_000))):
            got = client.post("/gradio_api/upload", content=body, headers=kind)
            assert got.status_code == 413
            assert "250,000 bytes" in got.text
        got = client.post("/gradio_api/upload_progress", content=b"a" * 2_100_000)
        assert got.status_code == 413


def test_uploads_can_be_switched_off(client: TestClient, folder: Path) -> None:
    """Without uploads the page neither takes files nor changes articles."""
    corpus = rag.open(folder, uploads=False)
    with TestClient(build_app(corpus), base_url=HOME) as without:
        sent = without.post("/gradio_api/upload", files={"files": ("a.txt", b"An owl.")})
        assert sent.status_code == 403
        page = without.get("/config").text
    for label in ("Add files", "Add folder", "Index again"):
        assert label not in page
    assert "Add folder" in client.get("/config").text


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [json.loads(record.message) for record in caplog.records if record.name == "rag.audit"]


def test_a_line_is_noted_for_each_question(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The audit log has a line for each question, without its words."""
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
    """The audit log has the words where that is set, and a question cannot forge a second line."""
    caplog.set_level(logging.INFO, "rag.audit")
    app = build_app(corpus, policy=ServingPolicy(log_questions=True))
    with TestClient(app, base_url=HOME) as client:
        client.post("/api/ask", json={"question": 'Who?\n{"door": "forged"}\x1b[2J'})
    (noted,) = lines(caplog)
    assert noted["text"].startswith("Who?\n")
    assert "\n" not in caplog.records[-1].message
    assert "\x1b" not in caplog.records[-1].message


def test_who_comes_to_a_full_house_is_told(corpus: rag.Corpus) -> None:
    """With one answer in hand and none allowed to wait, the next gets a message at once."""
    limiter = ConcurrencyLimiter(1, 0)
    with TestClient(
        build_app(corpus, policy=ServingPolicy(limiter=limiter)), base_url=HOME
    ) as client:
        with limiter.slot():
            got = client.post("/api/ask", json=QUESTION)
            said = {"messages": [{"role": "user", "content": QUESTION["question"]}]}
            chat = client.post("/v1/chat/completions", json=said)
        assert (got.status_code, chat.status_code) == (503, 503)
        assert "ask again in a few seconds" in got.json()["error"]
        assert int(got.headers["retry-after"]) > 0
        assert client.post("/api/ask", json=QUESTION).json()["status"] == "answered"


def test_a_gate_that_closes_lets_those_inside_finish() -> None:
    """Whoever comes then is told that the server is being stopped."""
    limiter = ConcurrencyLimiter(2, 2)
    with limiter.slot():
        limiter.close()
        assert limiter.running == 1
        with pytest.raises(Busy, match="being stopped"), limiter.slot():
            pass
    assert limiter.running == 0
