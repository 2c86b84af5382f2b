"""Each kind of LLM over what it really speaks: Ollama, Anthropic, OpenAI, transformers."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import rag
from rag.llms import streaming
from tests.support.commands import command
from tests.support.fake_llm import QUESTION, Reply, Served, saying, serve
from tests.support.tiny_llm import make_model, transformers_serve

MODELS = {"anthropic": "claude-3-5-haiku-latest"}  # its class asks only for models that it knows
TEXT = (
    "The Sella bridge is 340 metres long [{}]. Mayor Ana Kovic opened the Sella bridge [{}]. "
    "It is 430 metres long [{}]."
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(params=["ollama", "anthropic", "openai"])
def provider(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    yield request.param


def reach(provider: str, served: Served, monkeypatch: pytest.MonkeyPatch) -> str:
    """The spec of a provider, pointed at a server as its own users would."""
    monkeypatch.setenv("OLLAMA_HOST", served.url.removeprefix("http://"))
    monkeypatch.setenv("ANTHROPIC_BASE_URL", served.url)
    monkeypatch.setenv("OPENAI_API_BASE", f"{served.url}/v1")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "secret-anthropic")
    monkeypatch.setenv("OPENAI_API_KEY", "secret-openai")
    return f"{provider}/{MODELS.get(provider, 'scripted')}"


def test_providers_stream(folder: Path, provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each protocol is streamed, checked and cited alike, with the rules and the evidence sent."""
    corpus = rag.open(folder)
    with serve(saying(TEXT, pause=0.05)) as served:
        spec = reach(provider, served, monkeypatch)
        events = corpus.stream(QUESTION, llm=spec)
        first = next(events)
        assert first.kind == "draft" and served.finished == 0
        answer = list(events)[-1].answer
        (body,) = served.bodies
    assert answer and answer.llm == spec, answer
    assert [s.verdict for s in answer.statements] == ["supported", "supported", "unsupported"]
    sent = json.dumps(body)
    assert "numbered evidence" in sent and "340 metres" in sent
    assert body["stream"] is True


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(status=404), "no such model"),
        (Reply(status=401), "refused the key"),
        (Reply("It is 340 metres long. " * 3, pieces=7, quietly=True), "broke off"),
        (Reply("It is 340 metres long. " * 3, pieces=7), "broke off"),
        (Reply(""), "empty answer"),
        (Reply("Word", raw=b"\xff\xfe\n\n"), "gave no answer"),
        (Reply("On and on. ", endless=True), "bear out nothing"),
    ],
)
def test_providers_fail_alike(
    folder: Path, provider: str, monkeypatch: pytest.MonkeyPatch, reply: Reply, reason: str
) -> None:
    """What goes wrong is told in the same words whoever it is, and quotes stand in."""
    monkeypatch.setattr(streaming, "MAX_ANSWER", 600)  # each sentence is checked, which takes time
    with serve(lambda _: reply) as served:
        answer = rag.open(folder).ask(QUESTION, llm=reach(provider, served, monkeypatch))
    assert answer.stood_in and answer.statements
    assert reason in (answer.notice or ""), answer.notice
    assert "secret" not in (answer.notice or "")


def test_bytes_that_are_no_text_are_noticed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that puts something else for broken bytes does not make text of them."""
    raw = b'{"message": {"role": "assistant", "content": "340 \xff metres."}, "done": false}\n'
    with serve(lambda _: Reply("One", raw=raw)) as served:
        answer = rag.open(folder).ask(QUESTION, llm=reach("ollama", served, monkeypatch))
    assert answer.stood_in
    assert "not UTF-8" in (answer.notice or "")


@pytest.mark.campaign
def test_a_server_of_transformers(folder: Path, model: Path) -> None:
    """Nonsense in, nothing unsupported out: a real server, a real model, random weights."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with transformers_serve(model, port) as spec:
        corpus = rag.open(folder)
        check_nonsense(corpus, spec)
        state = doctor(spec)
    assert state["works"] and state["streams"] and state["model"]
    assert state["tokens_a_second"] > 0


@pytest.mark.campaign
@pytest.mark.timeout(60)  # torch is loaded
def test_a_model_in_process(folder: Path, model: Path) -> None:
    """The same model in this process; one that is not there is an error that names it."""
    corpus = rag.open(folder)
    check_nonsense(corpus, f"hf/{model}")
    with pytest.raises(rag.RagError, match="nowhere"):
        corpus.ask(QUESTION, llm="hf/nowhere/at-all")


def check_nonsense(corpus: rag.Corpus, spec: str) -> None:
    """Nothing is shown as supported but what a rule-abiding reader would pass."""
    for mode in ("flag", "strict"):
        answer = corpus.ask(QUESTION, llm=spec, mode=mode)
        assert answer.status == "answered"
        for statement in answer.statements:
            if answer.llm:
                assert statement.verdict != "supported" or statement.citations
            again = corpus.check(statement.text, statement.citations)
            if answer.llm and statement.verdict == "supported":
                assert again.verdict == "supported"
        assert not (mode == "strict" and any(s.verdict == "unsupported" for s in answer.statements))


def doctor(spec: str) -> dict[str, Any]:
    done = command("doctor", "--llm", spec, "--json")
    found: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (0 if found["works"] else 1)
    return found


def test_doctor_says_whether_an_llm_works(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One screen: reachable, model, streams, context, speed; or why not, without a key."""
    with serve(lambda _: Reply("The ferry to the island leaves at nine.", pause=0.01)) as served:
        spec = reach(provider, served, monkeypatch)
        assert doctor(spec)["streams"]
        done = command("doctor", "--llm", spec)
        assert done.returncode == 0
        assert "tokens a second" in done.stdout
    down = doctor(spec)
    assert (down["works"], down["reachable"]) == (False, False)
    with serve(lambda _: 404) as served:
        missing = doctor(reach(provider, served, monkeypatch))
    assert (missing["reachable"], missing["model"]) == (True, False)
    assert "secret" not in json.dumps([down, missing])
