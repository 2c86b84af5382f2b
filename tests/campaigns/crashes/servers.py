"""A Chroma server that is killed while it is written to, started again, and synced again."""

from __future__ import annotations

import http.client
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import chromadb

from tests.campaigns.crashes.forked import Forks, forks
from tests.campaigns.crashes.ranges import BUNDLED
from tests.campaigns.crashes.snapshots import collected, difference
from tests.campaigns.crashes.syncs import (
    QUESTIONS,
    SYNCS,
    Sync,
    age,
    texts,
    unlike,
    write_documents,
)
from tests.campaigns.outcomes import Outcome

CAMPAIGN = "Chroma server killed"
MOMENTS = 4  # of each kind of sync, spread over the time that it takes
KINDS = ("add", "change", "remove")  # a rebuild forgets first what a server holds
START_SECONDS = 60


class ChromaServer:
    """`chroma run` over a folder, to be killed and started again at the same port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [str(Path(sys.executable).parent / "chroma"), "run", "--path", str(self.folder)]
        self._process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with suppress(OSError):
                asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                asked.request("GET", "/api/v2/heartbeat")
                if asked.getresponse().status == 200:
                    return
            time.sleep(0.05)
        raise TimeoutError("the Chroma server did not start")

    def kill(self) -> None:
        """End it as a failure of the power would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()


def killed_servers(scratch: Path, *, moments: int = MOMENTS) -> Iterator[Outcome]:
    """Kill a Chroma server at moments of each kind of sync that is written to it.

    Args:
        scratch: an empty folder.
        moments: of each kind.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    with forks((BUNDLED,), scratch) as process:
        for sync in SYNCS:
            if sync.name in KINDS:
                place = Place(sync, process, scratch / sync.name)
                try:
                    for moment in range(moments):
                        yield place.kill((moment + 0.5) / moments)
                finally:
                    place.server.kill()


class Place:
    """A folder whose index is on a server, from which a sync begins again and again."""

    def __init__(self, sync: Sync, process: Forks, place: Path) -> None:
        self.sync = sync
        self._process = process
        self._start, self._place = place / "start", place / "now"
        folder = self._start / "documents"
        self._start.mkdir(parents=True)
        write_documents(folder)
        self._old = texts(folder)
        self.server = ChromaServer(self._place / "server")
        self.server.folder = self._start / "server"
        self.server.start()
        self._ask("sync", self._start)
        self.server.kill()
        self.server.folder = self._place / "server"
        if sync.change is not None:
            sync.change(folder)
        age(folder)
        self._new = texts(folder)
        self._begin()
        self._seconds = self._ask("sync")["seconds"]
        self._undisturbed = self._held()

    def _begin(self) -> None:
        self.server.kill()
        shutil.rmtree(self._place, ignore_errors=True)
        shutil.copytree(self._start, self._place)
        self.server.start()

    def _ask(self, deed: str, place: Path | None = None, **asked: Any) -> dict[str, Any]:
        place = place or self._place
        options = {"index_dir": str(place / "index"), "chroma_url": self.server.url}
        folder = str(place / "documents")
        return self._process.ask(deed, folder=folder, options=options, **asked)

    def kill(self, share: float) -> Outcome:
        """Kill the server after a share of the time that the sync takes, and start it again."""
        self._begin()
        killer = threading.Timer(share * self._seconds, self.server.kill)
        killer.start()
        told = self._ask("sync")["said"]
        killer.join()
        self.server.start()
        complaint = self._complaint(told)
        name = f"{self.sync.name}, after {share:.0%} of its time"
        result = "lost" if complaint else "survived"
        return Outcome(CAMPAIGN, name, result, not complaint, complaint or "")

    def _complaint(self, told: dict[str, Any] | None) -> str | None:
        if told is None:
            return "the sync crashed"
        if told["told"] and "Chroma server" not in told["told"]:
            return f"the user was told {told['told']}"
        questions = {path: question for path, (question, _) in QUESTIONS.items()}
        looks = [
            {"questions": questions, "embedder": BUNDLED},
            # Another machine, which has no copy yet.
            {
                "questions": questions,
                "embedder": BUNDLED,
                "options": {"index_dir": str(self._place / "another")},
            },
        ]
        for seen in self._ask("look", looks=looks)["said"] or [{"told": "a reader crashed"}]:
            if complaint := unlike(seen, self._old, self._new):
                return f"a reader: {complaint}"
        if self._ask("sync", patient=True)["said"] is None:
            return "the next sync failed"
        held = self._held()
        return None if held == self._undisturbed else difference(held, self._undisturbed)

    def _held(self) -> dict[str, Any]:
        """What the copy here holds, and the server."""
        client = chromadb.HttpClient("127.0.0.1", self.server.port)
        names = [found.name for found in client.list_collections() if "writer" not in found.name]
        on_server = {name: collected(client, name) for name in sorted(names)}
        return {"here": self._ask("snapshot")["said"], "server": on_server}
