"""Beyond this machine whoever asks gives the password, whatever they ask for."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from typer.testing import CliRunner

import rag
from rag.cli import app
from rag.errors import SettingError
from rag.limits import ServingPolicy
from rag.server import build_app, serve
from rag.server.authentication import PER_ADDRESS, hash_password
from tests.support.browsing import serve_folder

if TYPE_CHECKING:
    from fastapi import FastAPI

PASSWORD = "correct horse battery"  # noqa: S105
HOST = "0.0.0.0"  # noqa: S104
QUESTION = {"question": "How many US troops are in Iraq?"}
TOKEN = {"Authorization": f"Bearer {PASSWORD}"}
# The page and its calls, uploads, HTTP with its forms, OpenAI's endpoints, and MCP.
DOORS = [
    *(("GET", path) for path in ("/", "/?q=Who", "/config", "/gradio_api/info", "/theme.css")),
    *(("GET", path) for path in ("/docs", "/redoc", "/openapi.json", "/static/x", "/nothing")),
    *(("GET", path) for path in ("/gradio_api/queue/data", "/gradio_api/file=x", "/LOGIN")),
    *(("GET", path) for path in ("/api/articles", "/api/articles/x", "/v1/models", "/mcp")),
    *(("POST", path) for path in ("/api/ask", "/api/search", "/api/verify", "/api/compare")),
    *(("POST", path) for path in ("/api/timeline", "/v1/chat/completions", "/mcp")),
    *(("POST", path) for path in ("/gradio_api/upload", "/gradio_api/call/ask", "/logout/x")),
    *(("POST", path) for path in ("/gradio_api/queue/join", "/login/x", "//login")),
    *(("HEAD", "/"), ("PUT", "/api/ask"), ("OPTIONS", "/api/ask"), ("DELETE", "/mcp")),
]


@pytest.fixture(scope="module")
def terms() -> ServingPolicy:
    """Served to all, for the password, whose hash costs less time than the package's."""
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    return ServingPolicy(local=False, password_hash=quick.hash(PASSWORD))


@pytest.fixture(scope="module")
def guarded(corpus: rag.Corpus, terms: ServingPolicy) -> FastAPI:
    """The app that the tests share, which takes a while to build."""
    return build_app(corpus, HOST, policy=terms)


@pytest.fixture(scope="module")
def running(guarded: FastAPI) -> Iterator[FastAPI]:
    """The app that the tests share, as it runs."""
    with TestClient(guarded):
        yield guarded


ADDRESSES = (f"192.0.2.{number}" for number in itertools.count(1))


@pytest.fixture
def client(running: FastAPI) -> TestClient:
    """Somebody at the door, from an address of their own: wrong words are counted by address."""
    home = "http://footnote.example"
    where = (next(ADDRESSES), 1)
    return TestClient(running, base_url=home, follow_redirects=False, client=where)


def log_in(client: TestClient, word: str = PASSWORD, onward: str = "/") -> Any:
    return client.post("/login", params={"next": onward}, data={"password": word})


@pytest.mark.parametrize(("method", "path"), DOORS)
def test_nothing_is_served_without_the_password(client: TestClient, method: str, path: str) -> None:
    """Every path answers with a refusal until the password is given."""
    for given in ({}, {"Authorization": "Basic eDp5"}, {"Cookie": "footnote=made-up"}):
        got = client.request(method, path, headers=given)
        assert got.status_code == 401
        assert got.headers["www-authenticate"] == "Bearer"
        assert got.text == "" or set(got.json()) == {"error"}


def test_the_password_as_a_token_opens_every_door(client: TestClient) -> None:
    """HTTP, OpenAI's clients, MCP and the page take it with each request."""
    assert client.post("/api/ask", json=QUESTION, headers=TOKEN).json()["status"] == "answered"
    assert client.get("/v1/models", headers=TOKEN).status_code == 200
    assert client.get("/", headers=TOKEN).status_code == 200
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    accept = {"Accept": "application/json, text/event-stream"}
    assert "verify" in client.post("/mcp", json=call, headers=TOKEN | accept).text


def test_a_browser_is_led_to_the_form_and_back(client: TestClient) -> None:
    """After the password it is where it wanted to be, with a cookie that no script reads."""
    sent = client.get("/?q=Who%3F", headers={"Accept": "text/html"})
    assert sent.status_code == 303
    form = client.get(sent.headers["location"])
    assert 'type="password"' in form.text
    assert client.post(sent.headers["location"], data={"password": "no"}).status_code == 401
    entered = client.post(sent.headers["location"], data={"password": PASSWORD})
    assert (entered.status_code, entered.headers["location"]) == (303, "/?q=Who%3F")
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert PASSWORD not in cookie
    assert client.get("/api/articles").status_code == 200


def test_a_session_ends(client: TestClient, corpus: rag.Corpus, terms: ServingPolicy) -> None:
    """Logging out, or the hours that are set, end a session."""
    log_in(client)
    kept = dict(client.cookies)
    assert client.get("/api/articles").status_code == 200
    assert client.post("/logout").headers["location"] == "/login"
    client.cookies.update(kept)
    assert client.get("/api/articles").status_code == 401
    brief = rag.open(corpus.folder, index_dir=corpus.settings.index_dir, session_hours=1e-9)
    with TestClient(build_app(brief, HOST, policy=terms)) as client:
        (entered,) = log_in(client).history[:1]
        assert entered.status_code == 303
        cookie = entered.headers["set-cookie"].partition(";")[0]  # though a browser drops it
        assert client.get("/api/articles", headers={"Cookie": cookie}).status_code == 401


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/\r\nX: y"]
)
def test_nobody_is_sent_on_to_another_site(client: TestClient, elsewhere: str) -> None:
    """The form leads to a path of this site and nowhere else."""
    assert log_in(client, onward=elsewhere).headers["location"] == "/"


@pytest.mark.parametrize("by", ["form", "token"])
def test_guessing_is_slowed_down(client: TestClient, by: str) -> None:
    """After some wrong words no more are tried; who is in already stays in."""
    log_in(client)
    inside = dict(client.cookies)
    client.cookies.clear()

    def guess(word: str) -> Any:
        if by == "form":
            return log_in(client, word)
        return client.get("/v1/models", headers={"Authorization": f"Bearer {word}"})

    said = [guess(f"wrong word {n}").status_code for n in range(PER_ADDRESS.amount + 2)]
    assert said == [401] * PER_ADDRESS.amount + [429] * 2
    refused = guess("wrong again")
    assert int(refused.headers["retry-after"]) > 0
    assert "five minutes" in refused.text
    assert guess("right or wrong, it is not tried").status_code == 429
    client.cookies.update(inside)
    assert client.get("/v1/models").status_code == 200


def test_many_guesses_at_once_are_no_more_than_one_after_another(
    corpus: rag.Corpus, terms: ServingPolicy
) -> None:
    """Parallel guesses are limited like sequential ones; then the right one is refused too."""
    app = build_app(corpus, HOST, policy=terms)

    async def guess() -> list[int]:
        transport = httpx.ASGITransport(app, client=("192.0.2.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:

            async def one(word: str) -> int:
                given = {"Authorization": f"Bearer {word}"}
                return (await client.get("/nothing", headers=given)).status_code

            first = await one(PASSWORD)
            said = await asyncio.gather(*(one(f"wrong word {n}") for n in range(60)))
            return [first, *sorted(said), await one(PASSWORD)]

    said = asyncio.run(guess())
    assert said == [404] + [401] * PER_ADDRESS.amount + [429] * (61 - PER_ADDRESS.amount)


def test_a_program_may_begin_with_many_requests_at_once(
    corpus: rag.Corpus, terms: ServingPolicy
) -> None:
    """Many first requests at once with the right password are all served."""
    app = build_app(corpus, HOST, policy=terms)

    async def begin() -> set[int]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            many = (client.get("/nothing", headers=TOKEN) for _ in range(3 * PER_ADDRESS.amount))
            return {got.status_code for got in await asyncio.gather(*many)}

    assert asyncio.run(begin()) == {404}


def test_other_cookies_of_the_host_do_no_harm(client: TestClient) -> None:
    """Cookies of other servers on the host do not disturb a session."""
    cookie = log_in(client).headers["set-cookie"].partition(";")[0]
    client.cookies.clear()
    for other in ('x={"a":1}', "a=b c", "foo@bar=1", "footnotes=1"):
        got = client.get("/v1/models", headers={"Cookie": f"{other}; {cookie}"})
        assert got.status_code == 200


def test_no_password_and_all_the_world_is_refused(corpus: rag.Corpus) -> None:
    """An app is never built open to others; the message says how to set a password."""
    with pytest.raises(SettingError, match="rag password"):
        build_app(corpus, HOST)


def test_a_password_may_guard_this_machine_as_well(
    corpus: rag.Corpus, terms: ServingPolicy
) -> None:
    """Where one is set it is asked for, as behind a proxy."""
    app = build_app(corpus, policy=replace(terms, local=True))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        assert client.get("/api/articles").status_code == 401
        assert client.get("/api/articles", headers=TOKEN).status_code == 200


def test_a_word_of_any_script_is_a_password(corpus: rag.Corpus, terms: ServingPolicy) -> None:
    """A password may be in any script, by form and by token."""
    word = "пароль из четырёх слов"
    app = build_app(corpus, HOST, policy=replace(terms, password_hash=hash_password(word)))
    with TestClient(app, follow_redirects=False) as client:
        token = f"Bearer {word}".encode()
        assert client.get("/v1/models", headers={"Authorization": token}).status_code == 200
        assert log_in(client, word).status_code == 303


def test_the_hash_is_no_password() -> None:
    """The stored hash does not reveal the password and differs each time."""
    hashed = hash_password(PASSWORD)
    assert re.match(r"\$argon2id\$v=19\$m=65536,t=3,p=4\$", hashed)
    assert hash_password(PASSWORD) != hashed
    assert hashed not in repr(ServingPolicy(password_hash=hashed))


@pytest.mark.parametrize("word", ["", "short", "x" * 2_000])
def test_a_weak_password_is_refused(word: str) -> None:
    """The message says how long it must be."""
    with pytest.raises(SettingError, match="use 12 to 1,000"):
        hash_password(word)


def test_a_hash_that_is_none_is_named(folder: Path) -> None:
    """A password given in place of its hash is refused and not shown."""
    corpus = rag.open(folder, password_hash=PASSWORD)
    with pytest.raises(SettingError, match="RAG_PASSWORD_HASH") as refused:
        build_app(corpus, HOST)
    assert PASSWORD not in str(refused.value)


def test_the_command_makes_a_hash_that_opens(folder: Path) -> None:
    """What it prints goes into `.env` as it is."""
    made = CliRunner().invoke(app, ["password"], input=f"{PASSWORD}\n")
    Path(".env").write_text(made.output, "utf-8")
    with TestClient(build_app(rag.open(folder), HOST)) as client:
        assert client.get("/v1/models").status_code == 401
        assert client.get("/v1/models", headers=TOKEN).status_code == 200


@pytest.mark.campaign
@pytest.mark.timeout(60)  # a server starts
def test_one_is_made_up_where_none_is_set(folder: Path, tmp_path: Path) -> None:
    """A public server without a password prints a random one and takes no other."""
    lines = tmp_path / "audit" / "lines"
    lines.parent.mkdir()
    with serve_folder(folder, tmp_path / "scratch", host=HOST, RAG_AUDIT=str(lines)) as site:
        said = (tmp_path / "scratch" / "log").read_text("utf-8")
        (word,) = re.findall(r"Password for this run: (\S+)", said)
        for given, status in ((word, 200), (f"{word}x", 401)):
            headers = {"Authorization": f"Bearer {given}"}
            body = {"query": "Which owl?"}
            got = httpx.post(f"{site.url}api/search", json=body, headers=headers, timeout=60)
            assert got.status_code == status
    (line,) = lines.read_text("utf-8").splitlines()
    assert json.loads(line)["call"] == "search"
    assert word not in line
    assert lines.stat().st_mode & 0o077 == 0


def test_a_file_for_lines_that_cannot_be_written_is_named(folder: Path) -> None:
    """An audit file that cannot be written is named before anything is served."""
    corpus = rag.open(folder, audit=folder / "nowhere" / "lines")
    with pytest.raises(SettingError, match="RAG_AUDIT"):
        serve(corpus)
