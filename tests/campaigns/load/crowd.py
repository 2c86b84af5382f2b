"""Many users at once: is every answer right, how long does it take, and does memory stay flat?"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple
from urllib.parse import urljoin

import psutil  # type: ignore[import-untyped]
import requests

from evals.serving import served
from evals.show import table
from tests.campaigns.load.visits import ACCEPTED, TALKS, assistants, clients, programs
from tests.campaigns.load.windows import SECONDS, Window
from tests.campaigns.outcomes import Outcome

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parents[2] / "corpus"
ARRIVE_SECONDS = 10  # in which all users have come
LEAVE_SECONDS = 60  # for what is being answered at the end
# Of the memory held in the second third, on the mean: so much more may be held in the last. The
# first third is passed over: models are loaded and users come. A leak of 10 kB a request would be
# 5 % of what 50 users leave in ten minutes; less is within what the allocator keeps back.
GROWTH = 0.05
MEGABYTE = 1_000_000


class Kind(NamedTuple):
    """One kind of request: how many, how many of them failed, and milliseconds that they took."""

    name: str
    requests: int
    failed: int
    median: float
    late: float
    why: str


class Load(NamedTuple):
    """What a server did under load; memory is bytes, one for each second."""

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


def run(users: int = 50, minutes: float = 10, corpus: Path = CORPUS) -> Load:
    """Have users ask a server of its own for a while.

    Args:
        users: how many at once.
        minutes: for how long.
        corpus: the folder that is served; what is asked is of the bundled one.

    Raises:
        OSError: the server did not start, or Locust failed.
    """
    seconds = minutes * 60
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        settings = {"RAG_INDEX_DIR": str(place / "index"), "RAG_LLM": "none"}
        command = ["-m", "rag", "serve", "--corpus", str(corpus)]
        with served(command, settings, place / "log") as server:
            (place / "expected.json").write_text(json.dumps(_alone(server.url)), "utf-8")
            with _memory(server.process.pid) as memory:
                kinds = _locust(server.url, users, seconds, place)
    return Load(users, seconds, kinds, memory)


def outcomes(load: Load, *, flat: bool = True) -> Iterator[Outcome]:
    """What became of each kind of request, and of the memory.

    Args:
        load: what was measured.
        flat: whether it was long enough to say that memory stays flat.
    """
    campaign = f"{load.users} users for {load.seconds / 60:g} minutes"
    for kind in load.kinds:
        good = kind.failed == 0
        result = "answered" if good else f"{kind.failed} of {kind.requests} failed"
        yield Outcome(campaign, kind.name, result, good, kind.why)
    if flat:
        good = load.growth <= GROWTH
        grown = f"{load.growth:+.1%} from the second third to the last"
        yield Outcome(campaign, "memory", "flat" if good else "grew", good, grown)


def tables(load: Load) -> list[str]:
    """What was measured, as Markdown."""
    rows = [["what was asked", "requests", "errors", "p50, ms", "p95, ms"]]
    for kind in load.kinds:
        counts = [str(kind.requests), str(kind.failed)]
        rows.append([kind.name, *counts, f"{kind.median:.0f}", f"{kind.late:.0f}"])
    most = max(load.memory) / MEGABYTE
    thirds = [mean(part) / MEGABYTE for part in _thirds(load.memory)]
    shown = ", ".join(f"{third:.0f}" for third in thirds)
    memory = f"Memory of the server, MB: {shown} on the mean of each third, {most:.0f} at most; "
    return [*table(rows), "", f"{memory}{load.growth:+.1%} from the second third to the last."]


def _thirds(memory: Sequence[int]) -> list[Sequence[int]]:
    third = max(1, len(memory) // 3)
    return [memory[:third], memory[third:-third] or memory, memory[-third:]]


class _Alone(requests.Session):
    """One who asks while nobody else does, as Locust's sessions ask."""

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
    """What is answered to one user alone, by what is asked."""
    session = _Alone(url)
    article = session.get("/api/articles").json()["articles"][0]["id"]
    expected: dict[str, Any] = {"article": article}
    for visit in (*programs(article), *clients(), *assistants()):
        method = "GET" if visit.body is None else "POST"
        headers = {"Accept": ACCEPTED}
        answer = session.request(method, visit.path, json=visit.body, headers=headers)
        expected[visit.key] = visit.read(answer.text)
    for talk in TALKS:
        window = Window(session.request)
        expected[json.dumps(talk)] = [window.ask(question)[0] for question in talk]
    return expected


@contextmanager
def _memory(pid: int) -> Iterator[list[int]]:
    """The bytes that a process and those that it started hold, each second of a while."""
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


def _locust(url: str, users: int, seconds: float, place: Path) -> list[Kind]:
    """Run Locust in a process of its own, since it changes the standard library."""
    command = ["-m", "locust", "--locustfile", str(HERE / "users.py"), "--headless"]
    command += ["--host", url.rstrip("/"), "--users", str(users), "--run-time", f"{seconds:.0f}s"]
    command += ["--spawn-rate", str(max(1.0, users / ARRIVE_SECONDS)), "--only-summary"]
    command += ["--stop-timeout", str(LEAVE_SECONDS), "--csv", str(place / "load")]
    command += ["--exit-code-on-error", "0", "--loglevel", "WARNING"]
    environment = os.environ | {
        "FOOTNOTE_EXPECTED": str(place / "expected.json"),
        "PYTHONPATH": os.pathsep.join([str(HERE.parents[2]), os.environ.get("PYTHONPATH", "")]),
    }
    done = subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0 or "Traceback" in done.stderr:
        raise OSError(f"Locust failed: {done.stderr[-2000:]}")
    return _kinds(place)


def _kinds(place: Path) -> list[Kind]:
    reasons: dict[str, str] = {}
    for row in _rows(place / "load_failures.csv"):
        reasons[row["Name"]] = f"{row['Error']} ({row['Occurrences']} times)"
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


if __name__ == "__main__":
    measured = run(*(kind(word) for kind, word in zip((int, float), sys.argv[1:], strict=False)))
    print("\n".join(tables(measured)))
    for outcome in outcomes(measured):
        print(outcome)
