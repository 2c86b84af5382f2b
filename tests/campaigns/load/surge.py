"""More questions than a server takes at once, and a server told to stop while it answers."""

from __future__ import annotations

import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import requests

from evals.serving import Served, served
from tests.campaigns.load.doors import SECONDS, Doors, Told, answered, refusal
from tests.campaigns.load.held import Held, held
from tests.campaigns.outcomes import Outcome

CORPUS = Path(__file__).resolve().parents[3] / "corpus"
AT_ONCE, WAITING, BEYOND = 2, 2, 4  # questions that the server is told to take, and those beyond
WORDS = "3,000 troops"  # of the answer
FULL = "more questions than the server takes"
STOPPED = "a server told to stop while it answers"
NOTICED = 1  # seconds after which a server that is told to stop takes no more


def full() -> Iterator[Outcome]:
    """A crowd asks while the LLM is silent: who cannot be taken is told so; the rest is answered.

    Raises:
        OSError: the server did not start.
    """
    with _server(AT_ONCE, WAITING) as (server, llm), ThreadPoolExecutor(16) as pool:
        doors = Doors(server.url, llm.spec)
        crowd = [pool.submit(doors.ask) for _ in range(AT_ONCE + WAITING + BEYOND)]
        turned_away = _ended(crowd, BEYOND)
        name, said = "those beyond", f"{turned_away} of {BEYOND} told at once"
        yield Outcome(FULL, name, said, turned_away == BEYOND, "the others wait without end")
        for door, ask in doors.all().items():
            yield _refused(door, pool.submit(ask))
        llm.go.set()
        told = [_result(asked) for asked in crowd]
        good = sum(isinstance(one, Told) and answered(one, WORDS) for one in told)
        taken = AT_ONCE + WAITING
        said = f"{good} of {taken} answered"
        yield Outcome(FULL, "those taken", said, good == taken, str(told)[:300])
        for door, ask in doors.all().items():
            yield _answered(FULL, f"{door}, afterwards", pool.submit(ask))


def stopped() -> Iterator[Outcome]:
    """SIGTERM while each door answers and a window is open: all is said, then it ends with 0.

    Raises:
        OSError: the server did not start.
    """
    with _server(8, 8) as (server, llm), ThreadPoolExecutor(16) as pool:
        doors = Doors(server.url, llm.spec)
        asked = {door: pool.submit(ask) for door, ask in doors.all().items()}
        if not llm.reached(len(asked), SECONDS):
            said = f"only {llm.asked} of {len(asked)}"
            yield Outcome(STOPPED, "questions before", said, False, "never reached the LLM")
        with doors.stay():
            server.process.send_signal(signal.SIGTERM)
            time.sleep(NOTICED)
            yield _turned_away(doors)
            llm.go.set()
            for door, waiting in asked.items():
                yield _answered(STOPPED, door, waiting)
            yield _exit(server)


@contextmanager
def _server(at_once: int, waiting: int) -> Iterator[tuple[Served, Held]]:
    """A server of its own, with an LLM that is silent until it is let go."""
    with held() as llm, tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        settings = {"RAG_INDEX_DIR": str(place / "index"), "RAG_LLM": llm.spec}
        settings |= {"RAG_CONCURRENT": str(at_once), "RAG_WAITING": str(waiting)}
        command = ["-m", "rag", "serve", "--corpus", str(CORPUS)]
        with served(command, settings, place / "log") as server:
            try:
                yield server, llm
            finally:
                llm.go.set()


def _ended(asked: Sequence[Future[Told]], wanted: int) -> int:
    """How many questions have come to an end, once there are so many, or it takes too long."""
    until = time.monotonic() + SECONDS / 2
    while (done := sum(one.done() for one in asked)) < wanted and time.monotonic() < until:
        time.sleep(0.05)
    return done


def _result(asked: Future[Told]) -> Told | str:
    """What was told, or how that failed."""
    try:
        return asked.result(SECONDS)
    except (requests.RequestException, TimeoutError) as error:
        return f"{type(error).__name__}: {error}"


def _refused(door: str, asked: Future[Told]) -> Outcome:
    told = _result(asked)
    sentence = refusal(door, told) if isinstance(told, Told) else None
    result = "told to come again" if sentence else "not told"
    return Outcome(FULL, f"{door}, when full", result, bool(sentence), str(told)[:300])


def _answered(campaign: str, door: str, asked: Future[Told]) -> Outcome:
    told = _result(asked)
    good = isinstance(told, Told) and answered(told, WORDS)
    return Outcome(campaign, door, "answered" if good else "cut off", good, str(told)[-300:])


def _turned_away(doors: Doors) -> Outcome:
    """A new question: no connection, or an honest refusal; above all no silence."""
    try:
        told = doors.ask()
    except requests.ConnectionError as error:
        return Outcome(STOPPED, "a new question", "turned away", True, str(error))
    except requests.Timeout as error:
        return Outcome(STOPPED, "a new question", "left waiting", False, str(error))
    good = refusal("/api/ask", told) is not None
    return Outcome(STOPPED, "a new question", "turned away" if good else "taken", good, told.text)


def _exit(server: Served) -> Outcome:
    try:
        code = server.process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        return Outcome(STOPPED, "exit", "runs on", False, "an open window holds it")
    said = server.log.read_text("utf-8")[-300:] if server.log else ""
    return Outcome(STOPPED, "exit", f"ended with {code}", code == 0, said)


if __name__ == "__main__":
    for outcome in chain(full(), stopped()):
        print(outcome, flush=True)
