"""A sync that begins again and again from the same state, and what is left when it ends badly."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from tests.campaigns.crashes.forks import (
    Ended,
    heal,
    look_and_heal,
    look_at,
    run_in_fork,
    sync,
)
from tests.campaigns.crashes.snapshots import collected, difference, snapshot
from tests.campaigns.crashes.syncs import (
    FORGOTTEN,
    QUESTIONS,
    Sync,
    age,
    find_loss,
    texts,
    write_documents,
)
from tests.campaigns.outcomes import Outcome
from tests.support.chroma_server import chroma_server, free_port

BUNDLED = "all-MiniLM-L6-v2"
Task = Callable[..., Any]
ROUNDS = 3  # undisturbed syncs whose time is measured
ASKED = {path: question for path, (question, _) in QUESTIONS.items()}
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - the folders made there have names that nobody knows


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make an empty folder, in memory where that is possible: a disk takes twice as long."""
    place = IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place, prefix="footnote-") as folder:
        yield Path(folder)


class Moment(NamedTuple):
    """When a sync is killed: so many seconds after its start, or before or after a step."""

    name: str
    after: float | None = None
    step: tuple[str, int, str] | None = None


class Trial:
    """One kind of sync in a folder of its own, to be begun and killed again and again."""

    def __init__(self, kind: Sync, scratch: Path, other_model: str) -> None:
        self.kind = kind
        self._start = scratch / f"{kind.name} start"
        self._place = scratch / kind.name
        self._reader: dict[str, Any] = {"embedder": BUNDLED}
        self._healer = {"embedder": other_model} if kind.other_embedder else self._reader
        self._writer = self._healer | ({"rebuild": True} if kind.rebuild else {})
        self._begin()
        self._old = {} if kind.first else texts(self._start / "before")
        self._new = texts(self._start / "documents")
        runs = [self.run() for _ in range(ROUNDS)]
        self.seconds = median(run.seconds for run in runs)
        self._steps: dict[str, int] = runs[-1].result["steps"]
        self._undisturbed = run_in_fork(snapshot, self._place / "index").result

    def _begin(self) -> None:
        """Make the folder with its index, then change the documents."""
        folder = self._start / "documents"
        self._start.mkdir(parents=True)
        write_documents(folder)
        if not self.kind.first:
            (folder / "gone.txt").write_text(f"{FORGOTTEN} was a jackdaw of Tarn.\n")
            self._ask(sync, self._reader, self._start)
            (folder / "gone.txt").unlink()
            self._ask(sync, self._reader, self._start)
        shutil.copytree(folder, self._start / "before")
        if self.kind.change is not None:
            self.kind.change(folder)
        age(folder)

    def _ask(
        self, task: Task, options: dict[str, Any], place: Path | None = None, **more: Any
    ) -> Ended:
        place = place or self._place
        options = options | {"index_dir": place / "index"}
        return run_in_fork(task, place / "documents", options, **more)

    def reset(self) -> None:
        """Go back to the start."""
        shutil.rmtree(self._place, ignore_errors=True)
        shutil.copytree(self._start, self._place)

    def go(self, moment: Moment | None = None) -> Ended:
        """Sync, killed at a moment if one is given.

        Raises:
            AssertionError: the sync broke by itself.
        """
        after, step = (moment.after, moment.step) if moment else (None, None)
        ended = self._ask(sync, self._writer, after=after, step=step)
        assert ended.status != 1, "a sync broke by itself; its traceback is on stderr"
        return ended

    def run(self, moment: Moment | None = None) -> Ended:
        """Sync from the start, killed at a moment if one is given."""
        self.reset()
        return self.go(moment)

    def moments(self) -> Iterator[Moment]:
        """Yield the moments before and after each step, each time that the sync takes it."""
        for step, times in self._steps.items():
            for time in range(1, times + 1):
                for when in ("before", "after"):
                    yield Moment(f"{when} {step} {time}", step=(step, time, when))

    def kill(self, campaign: str, moment: Moment) -> Outcome | None:
        """Kill the sync at a moment and judge what is left; None where it ended before that."""
        if self.run(moment).status == 0:
            return None
        return self.judge(campaign, moment.name)

    def judge(
        self, campaign: str, name: str, between: Callable[[], object] | None = None
    ) -> Outcome:
        """Judge what readers see now, and what the next sync makes of it.

        Args:
            campaign, name: of the outcome.
            between: called before that sync.
        """
        looks: list[dict[str, Any]] = [{"questions": ASKED, "options": self._reader}]
        if self.kind.other_embedder:
            looks.append({"questions": {}, "options": self._healer})
        rebuilt = any(self._place.glob("index/*~*")) and not self._is_building()
        if between is None:
            found = self._ask(look_and_heal, self._healer, looks=looks).result or {}
        else:
            found = {"seen": self._ask(look_at, self._healer, looks=looks).result}
            between()
            found["held"] = self._ask(heal, self._healer).result
        complaint = self._complaint(found, rebuilt=rebuilt)
        result = "lost" if complaint else "survived"
        return Outcome(campaign, f"{self.kind.name}, {name}", result, complaint)

    def _is_building(self) -> bool:
        return any(self._place.glob("index/*/building.lock"))

    def _complaint(self, found: dict[str, Any], *, rebuilt: bool) -> str:
        """Return what is wrong with what was seen, and with what is held after the next sync."""
        if not found.get("seen") or not found.get("held"):
            return "the next sync failed" if found.get("seen") else "a reader failed"
        # Under another embedder nothing was indexed before.
        olds: tuple[dict[str, str], ...] = (self._old, {})
        for seen, old in zip(found["seen"], olds, strict=False):
            if loss := find_loss(seen, old, self._new):
                return f"a reader: {loss}"
        if found["held"] != self._undisturbed:
            return f"after the next sync: {difference(found['held'], self._undisturbed)}"
        if rebuilt and self._holds(FORGOTTEN):
            return "the rebuild has kept what was removed before it"
        return ""

    def _holds(self, word: str) -> bool:
        files = [path for path in self._place.glob("index/**/*") if path.is_file()]
        return any(word.lower().encode() in path.read_bytes().lower() for path in files)


class ServerTrial:
    """One kind of sync to a Chroma server, which is killed while it is written to."""

    def __init__(self, kind: Sync, scratch: Path) -> None:
        self.kind = kind
        self._start, self._place = scratch / "start", scratch / "now"
        self._port = free_port()
        self._server = ExitStack()
        folder = self._start / "documents"
        self._start.mkdir(parents=True)
        write_documents(folder)
        self._old = texts(folder)
        self._serve(self._start)
        self._ask(sync, self._start)
        if kind.change is not None:
            kind.change(folder)
        age(folder)
        self._new = texts(folder)
        self._reset()
        self._seconds = self._ask(sync).seconds
        self._undisturbed = self._held()

    def _serve(self, place: Path) -> None:
        self._server.enter_context(chroma_server(place / "server", self._port))

    def end(self) -> None:
        """Kill the server, as a power failure would."""
        self._server.close()

    def _reset(self) -> None:
        self.end()
        shutil.rmtree(self._place, ignore_errors=True)
        shutil.copytree(self._start, self._place)
        self._serve(self._place)

    def _ask(self, task: Task, place: Path | None = None, **more: Any) -> Ended:
        place = place or self._place
        url = f"http://127.0.0.1:{self._port}"
        options = {"index_dir": place / "index", "chroma_url": url}
        return run_in_fork(task, place / "documents", options, **more)

    def kill(self, campaign: str, share: float) -> Outcome:
        """Kill the server after a share of the time that the sync takes, and start it again."""
        self._reset()
        killer = threading.Timer(share * self._seconds, self.end)
        killer.start()
        synced = self._ask(sync).result
        killer.join()
        self._serve(self._place)
        complaint = self._complaint(synced)
        name = f"{self.kind.name}, after {share:.0%} of its time"
        return Outcome(campaign, name, "lost" if complaint else "survived", complaint)

    def _complaint(self, synced: dict[str, Any] | None) -> str:
        if synced is None:
            return "the sync crashed"
        if synced["notice"] and "Chroma server" not in synced["notice"]:
            return f"the notice was: {synced['notice']}"
        another_machine = {"index_dir": self._place / "another"}  # which has no copy yet
        looks = [{"questions": ASKED, "options": options} for options in ({}, another_machine)]
        for seen in self._ask(look_at, looks=looks).result or [{"error": "a reader crashed"}]:
            if loss := find_loss(seen, self._old, self._new):
                return f"a reader: {loss}"
        if self._ask(sync, patient=True).result is None:
            return "the next sync failed"
        held = self._held()
        return "" if held == self._undisturbed else difference(held, self._undisturbed)

    def _held(self) -> dict[str, Any]:
        """Return what the copy here holds, and what the server holds."""
        import chromadb

        client = chromadb.HttpClient("127.0.0.1", self._port)
        names = [found.name for found in client.list_collections() if "writer" not in found.name]
        on_server = {name: collected(client, name) for name in sorted(names)}
        return {"here": run_in_fork(snapshot, self._place / "index").result, "server": on_server}
