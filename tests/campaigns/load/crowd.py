"""Many users of one server, by Locust: whether answers stay right, and memory flat."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple
from urllib.parse import urljoin

import requests

from evals.serving import served
from tests.campaigns.load.clients import (
    ACCEPTED,
    CONVERSATIONS,
    SECONDS,
    Window,
    http_calls,
    mcp_calls,
    openai_calls,
)
from tests.campaigns.outcomes import Outcome
from tests.support.places import BUNDLED, ROOT

ARRIVE_SECONDS = 10  # in which all users have come
LEAVE_SECONDS = 60  # for what is being answered at the end
# Of the memory held in the second third, on the mean: so much more may be held in the last. The
# first third is passed over: models are loaded and users come. A leak of 10 kB a request would be
# 5 % of what 50 users leave in ten minutes; less is within what the allocator keeps back.
GROWTH = 0.05


class Kind(NamedTuple):
    """One kind of request: how many, how many failed and why, and the milliseconds they took."""

    name: str
    requests: int
    failed: int
    median: float
    p95: float
    why: str


class Load(NamedTuple):
    """What a server did under load; ``memory`` is in bytes, one figure for each second."""

    users: int
    seconds: float
    kinds: list[Kind]
    memory: list[int]

    @property
    def growth(self) -> float:
        """How much more was held in the last third than in the second, as a share of that."""
        third = len(self.memory) // 3
        if third == 0:
            return 0.0
        return mean(self.memory[-third:]) / mean(self.memory[third:-third]) - 1


def crowd(users: int, seconds: float) -> Load:
    """Have users ask a server of its own over the bundled articles for a while.

    Raises:
        OSError: the server did not start, or Locust failed.
    """
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        settings = {"RAG_INDEX_DIR": str(place / "index"), "RAG_LLM": "none"}
        command = ["-m", "rag", "serve", "--corpus", str(BUNDLED)]
        with served(command, settings, place / "log") as server:
            (place / "expected.json").write_text(json.dumps(_alone(server.url)), "utf-8")
            with _memory_of(server.process.pid) as memory:
                kinds = _run_locust(server.url, users, seconds, place)
    return Load(users, seconds, kinds, memory)


def outcomes(load: Load, *, long: bool = True) -> Iterator[Outcome]:
    """Yield what became of each kind of request, and of the memory.

    Args:
        load: what was measured.
        long: whether it took long enough to judge the memory.
    """
    campaign = f"{load.users} users for {load.seconds / 60:g} minutes"
    for kind in load.kinds:
        failed = f"{kind.failed} of {kind.requests} failed" if kind.failed else ""
        yield Outcome(campaign, kind.name, failed or "answered", kind.why if failed else "")
    if long:
        grown = f"{load.growth:+.1%} from the second third to the last"
        flat = load.growth <= GROWTH
        yield Outcome(campaign, "memory", "flat" if flat else "grew", "" if flat else grown)


class _Alone(requests.Session):
    """One who asks while nobody else does, with the interface of Locust's sessions."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def request(self, method: Any, url: Any, *given: Any, **options: Any) -> requests.Response:
        for name in ("name", "catch_response"):
            options.pop(name, None)
        options.setdefault("timeout", SECONDS)
        response = super().request(method, urljoin(self._url, url), *given, **options)
        response.raise_for_status()
        return response


def _alone(url: str) -> dict[str, Any]:
    """Return what is answered to one user alone, by what is asked."""
    session = _Alone(url)
    article = session.get("/api/articles").json()["articles"][0]["id"]
    expected: dict[str, Any] = {"article": article}
    for call in (*http_calls(article), *openai_calls(), *mcp_calls()):
        answer = session.request(call.method, call.path, json=call.body, headers=ACCEPTED)
        expected[call.key] = call.read(answer.text)
    for questions in CONVERSATIONS:
        window = Window(session.request)
        expected[json.dumps(questions)] = [window.ask(question)[0] for question in questions]
    return expected


@contextmanager
def _memory_of(pid: int) -> Iterator[list[int]]:
    """Note each second the bytes that a process and its children hold."""
    import psutil

    held: list[int] = []
    over = threading.Event()
    process = psutil.Process(pid)

    def watch() -> None:
        while not over.wait(1):
            total = 0
            for part in (process, *process.children(recursive=True)):
                try:
                    total += part.memory_info().rss
                except psutil.NoSuchProcess:
                    continue  # a child that has just ended
            held.append(total)

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield held
    finally:
        over.set()
        watching.join()


def _run_locust(url: str, users: int, seconds: float, place: Path) -> list[Kind]:
    command = ["-m", "locust", "--locustfile", str(Path(__file__).with_name("users.py"))]
    command += ["--host", url.rstrip("/"), "--users", str(users), "--run-time", f"{seconds:.0f}s"]
    command += ["--spawn-rate", str(max(1.0, users / ARRIVE_SECONDS)), "--only-summary"]
    command += ["--stop-timeout", str(LEAVE_SECONDS), "--csv", str(place / "load"), "--headless"]
    command += ["--exit-code-on-error", "0", "--loglevel", "WARNING"]
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    expected = str(place / "expected.json")
    environment = os.environ | {"FOOTNOTE_EXPECTED": expected, "PYTHONPATH": paths}
    done = subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0 or "Traceback" in done.stderr:
        raise OSError(f"Locust failed: {done.stderr[-2000:]}")
    failures = _rows(place / "load_failures.csv")
    reasons = {row["Name"]: f"{row['Error']} ({row['Occurrences']} times)" for row in failures}
    return [
        Kind(
            row["Name"],
            int(row["Request Count"]),
            int(row["Failure Count"]),
            float(row["50%"]),
            float(row["95%"]),
            reasons.get(row["Name"], ""),
        )
        for row in _rows(place / "load_stats.csv")
        if row["Name"] != "Aggregated"
    ]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
