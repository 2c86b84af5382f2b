"""Many at once: right answers, no failures, clear refusals when there are too many, a soft stop."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests

from evals.serving import Served, served
from tests.campaigns.load.clients import (
    ACCEPTED,
    CHAT,
    QUESTIONS,
    Window,
    chat_body,
    read_json,
    read_stream,
    shown_answer,
    tool_body,
)
from tests.campaigns.load.crowd import Kind, Load, crowd, outcomes
from tests.campaigns.outcomes import Outcome, Record, complaints
from tests.support import fake_llm
from tests.support.places import BUNDLED

KINDS = {"page: open", "page: send a question", "page: answer", "/api/ask", "/mcp ask"}
AT_ONCE, WAITING, BEYOND = 2, 2, 4  # questions that the server is told to take, and those beyond
WORDS = "3,000 troops"  # of the answer
SECONDS = 60  # longer is a hang
NOTICED = 1  # seconds after which a server that is told to stop takes no more
FULL = "more questions than the server takes"
STOPPED = "a server told to stop while it answers"


def test_many_users_get_the_answers_that_one_gets(record: Record, small: bool) -> None:
    """By page, HTTP, OpenAI's protocol and MCP: nothing fails, and nothing leaks between users."""
    measured = crowd(20, 20) if small else crowd(50, 600)
    for kind in measured.kinds:
        print(f"{kind.name}: {kind.requests} requests, {kind.median} ms, p95 {kind.p95} ms")
    print(f"memory: {max(measured.memory) / 1e6:.0f} MB at most, {measured.growth:+.1%}")
    record(outcomes(measured, long=not small))
    assert {kind.name for kind in measured.kinds} >= KINDS


class Reply(NamedTuple):
    """What a door answered: the status of HTTP, when to come again, and the text."""

    status: int
    retry_after: str | None
    text: str


class Doors:
    """The ways to ask one server a question.

    Args:
        url: of the server.
        spec: of the LLM that is to answer on the page.
    """

    def __init__(self, url: str, spec: str) -> None:
        self._url = url.rstrip("/")
        self._spec = spec
        question = QUESTIONS[0]
        bodies = {
            "/api/ask": {"question": question},
            CHAT: chat_body((question,)),
            f"{CHAT} (streaming)": chat_body((question,), stream=True),
            "/mcp": tool_body("ask", question=question),
        }
        self.all: dict[str, Callable[[], Reply]] = {
            door: lambda door=door, body=body: self._post(door.split()[0], body)
            for door, body in bodies.items()
        }
        self.all["page"] = self._page

    def _post(self, path: str, body: dict[str, Any]) -> Reply:
        answer = requests.post(self._url + path, json=body, headers=ACCEPTED, timeout=SECONDS)
        return Reply(answer.status_code, answer.headers.get("Retry-After"), answer.text)

    def _page(self) -> Reply:
        def send(method: str, path: str, **options: Any) -> requests.Response:
            wanted = {name: options[name] for name in ("json", "params") if name in options}
            return requests.request(method, self._url + path, timeout=SECONDS, **wanted)

        html, response = Window(send, self._spec).ask(QUESTIONS[0])
        return Reply(response.status_code, None, html)

    def leave_open(self) -> requests.Response:
        """Leave a window open, as a reader does who has gone for lunch."""
        return requests.get(f"{self._url}/gradio_api/heartbeat/lunch", stream=True, timeout=SECONDS)


def is_refusal(door: str, reply: Reply) -> bool:
    """Say whether a door said in its own way that it takes no more questions."""
    try:
        if door == "page":  # a turn with a message and no answer, which gives the question back
            given_back = 'data-again="' in reply.text and 'class="statement' not in reply.text
            return given_back and ' message"' in reply.text
        if door == "/mcp":
            result = json.loads(reply.text)["result"]
            return bool(result["isError"] and result["content"][0]["text"])
        error = json.loads(reply.text)["error"]
        sentence = error if door == "/api/ask" else error["message"]
        return reply.status == 503 and (reply.retry_after or "").isdigit() and bool(sentence)
    except (ValueError, KeyError, TypeError, IndexError):
        return False


def reply_of(asked: Future[Reply]) -> Reply | str:
    """Return the reply, or how asking failed."""
    try:
        return asked.result(SECONDS)
    except (requests.RequestException, TimeoutError) as error:
        return f"{type(error).__name__}: {error}"


def is_answer(reply: Reply | str) -> bool:
    """Say whether a reply is the answer, whole."""
    whole = isinstance(reply, Reply) and reply.status == 200 and "aria-busy" not in reply.text
    return whole and WORDS in reply.text


def answered(campaign: str, door: str, asked: Future[Reply]) -> Outcome:
    """Return the outcome of a question that is to be answered."""
    reply = reply_of(asked)
    good = is_answer(reply)
    name = "answered" if good else "cut off"
    return Outcome(campaign, door, name, "" if good else f"said: {str(reply)[-300:]}")


class SilentLLM(NamedTuple):
    """An LLM that says nothing until it is let go."""

    go: threading.Event
    served: fake_llm.Served


@contextmanager
def serving(at_once: int, waiting: int, place: Path) -> Iterator[tuple[Served, SilentLLM, Doors]]:
    """Serve the bundled articles with an LLM that is silent until it is let go."""
    go = threading.Event()

    def say(_: object) -> str:
        go.wait(2 * SECONDS)
        return f"The US has {WORDS} in Iraq [1]."

    with fake_llm.serve(say) as llm:
        settings = {"RAG_INDEX_DIR": str(place / "index"), "RAG_LLM": llm.spec}
        settings |= {"RAG_CONCURRENT": str(at_once), "RAG_WAITING": str(waiting)}
        command = ["-m", "rag", "serve", "--corpus", str(BUNDLED)]
        with served(command, settings, place / "log") as server:
            try:
                yield server, SilentLLM(go, llm), Doors(server.url, llm.spec)
            finally:
                go.set()


def wait_for(count: Callable[[], int], wanted: int) -> int:
    """Wait until a count is reached, or for too long; return the count."""
    until = time.monotonic() + SECONDS / 2
    while count() < wanted and time.monotonic() < until:
        time.sleep(0.05)
    return count()


def test_a_full_server_says_so(tmp_path: Path, record: Record) -> None:
    """While the LLM is silent, each door refuses whom it cannot take; those taken are answered."""
    with serving(AT_ONCE, WAITING, tmp_path) as (_, llm, doors), ThreadPoolExecutor(16) as pool:
        ask = doors.all["/api/ask"]
        asked = [pool.submit(ask) for _ in range(AT_ONCE + WAITING + BEYOND)]
        refused = wait_for(lambda: sum(one.done() for one in asked), BEYOND)
        said = f"{refused} of {BEYOND} told at once"
        complaint = "" if refused == BEYOND else "the others wait without end"
        found = [Outcome(FULL, "those beyond", said, complaint)]
        for door, knock in doors.all.items():
            reply = reply_of(pool.submit(knock))
            good = isinstance(reply, Reply) and is_refusal(door, reply)
            result, complaint = ("told to come again", "") if good else ("not told", str(reply))
            found.append(Outcome(FULL, f"{door}, when full", result, complaint[:300]))
        llm.go.set()
        replies = [reply_of(one) for one in asked]
        good = sum(is_answer(reply) for reply in replies)
        complaint = "" if good == AT_ONCE + WAITING else str(replies)[:300]
        said = f"{good} of {AT_ONCE + WAITING} answered"
        found.append(Outcome(FULL, "those taken", said, complaint))
        for door, knock in doors.all.items():
            found.append(answered(FULL, f"{door}, afterwards", pool.submit(knock)))
    assert len(record(found)) == 12


def test_a_server_told_to_stop_finishes_its_answers(tmp_path: Path, record: Record) -> None:
    """SIGTERM while each door answers and a window is open: all is said, and the exit is clean."""
    with serving(8, 8, tmp_path) as (server, llm, doors), ThreadPoolExecutor(16) as pool:
        asked = {door: pool.submit(ask) for door, ask in doors.all.items()}
        assert wait_for(lambda: len(llm.served.requests), len(asked)) == len(asked)
        with doors.leave_open():
            server.process.send_signal(signal.SIGTERM)
            time.sleep(NOTICED)
            found = [new_question(doors)]
            llm.go.set()
            found += [answered(STOPPED, door, waiting) for door, waiting in asked.items()]
            found.append(end_of(server))
    assert len(record(found)) == 7


def new_question(doors: Doors) -> Outcome:
    """Ask a server that is stopping: no connection, or a refusal; above all no silence."""
    try:
        reply = doors.all["/api/ask"]()
    except requests.ConnectionError:
        return Outcome(STOPPED, "a new question", "turned away")
    except requests.Timeout as error:
        return Outcome(STOPPED, "a new question", "left waiting", str(error))
    if is_refusal("/api/ask", reply):
        return Outcome(STOPPED, "a new question", "turned away")
    return Outcome(STOPPED, "a new question", "taken", reply.text)


def end_of(server: Served) -> Outcome:
    """Return how a server ended that was told to stop."""
    try:
        code = server.process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        return Outcome(STOPPED, "exit", "runs on", "an open window holds it")
    said = server.log.read_text("utf-8")[-300:] if server.log else ""
    return Outcome(STOPPED, "exit", f"ended with {code}", said if code else "")


@pytest.mark.parametrize(
    ("memory", "good"),
    [([500, 900, 1000, 1000, 1010, 1000], True), ([500, 900, 1000, 1000, 1100, 1100], False)],
)
def test_memory_that_grows_is_a_complaint(memory: Sequence[int], good: bool) -> None:
    """The last third is compared with the second; the first, in which all starts, is ignored."""
    kind = Kind("/api/ask", 100, 0, 10.0, 20.0, "")
    (asked, held) = outcomes(Load(50, 600, [kind], list(memory)))
    assert not asked.complaint
    assert (not held.complaint) is good


def test_a_request_that_fails_is_a_complaint() -> None:
    """It is told with its reason."""
    kind = Kind("/api/ask", 100, 1, 10.0, 20.0, "not the answer (1 times)")
    told = complaints(outcomes(Load(50, 600, [kind], [1, 1, 1])))
    assert told == ["50 users for 10 minutes: /api/ask: 1 of 100 failed (not the answer (1 times))"]


def test_what_is_compared_of_an_answer() -> None:
    """All but times and ids is compared; of a stream and of the page all that is shown."""
    told = '{"id": "a", "seconds": {"ask": 1}, "text": "x", "parts": [{"created": 1, "n": 2}]}'
    assert read_json(told) == {"text": "x", "parts": [{"n": 2}]}
    cut = 'data: {"choices": [{"delta": {"content": "x"}}]}\n\n'
    assert read_stream(cut) != read_stream(f"{cut}data: [DONE]\n\n")
    said = '"msg": "process_generating", "success": true, "output"'
    stream = f'data: {{{said}: {{"data": ["", "<p>a"]}}}}\n'
    stream += f'data: {{{said}: {{"data": [[], [["append", [], "b</p>"]]]}}}}\n'
    assert shown_answer(stream) == "<p>ab</p>"
