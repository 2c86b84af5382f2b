"""A sync that is begun again and again from the same state, and what is left when it ends badly."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from tests.campaigns.crashes.forked import Forks
from tests.campaigns.crashes.snapshots import difference
from tests.campaigns.crashes.syncs import (
    FORGOTTEN,
    QUESTIONS,
    Sync,
    age,
    texts,
    unlike,
    write_documents,
)
from tests.campaigns.outcomes import Outcome

BUNDLED = "all-MiniLM-L6-v2"
ROUNDS = 3  # undisturbed syncs whose time is measured


class Moment(NamedTuple):
    """When a sync is killed: so many seconds after its start, or at a step."""

    name: str
    after: float | None = None
    step: tuple[str, int, str] | None = None


class Range:
    """One kind of sync in a folder of its own, to be begun and killed again and again."""

    def __init__(self, sync: Sync, process: Forks, scratch: Path, other_model: str) -> None:
        self.sync = sync
        self._process = process
        self._start = scratch / f"{sync.name} start"
        self._place = scratch / sync.name
        self._reader: dict[str, Any] = {"embedder": BUNDLED}
        self._healer = {"embedder": other_model} if sync.other_embedder else self._reader
        self._writer = self._healer | ({"rebuild": True} if sync.rebuild else {})
        self._begin()
        self._old = {} if sync.first else texts(self._start / "before")
        self._new = texts(self._start / "documents")
        runs = [self.run() for _ in range(ROUNDS)]
        self.seconds = median(run["seconds"] for run in runs)
        self._steps: dict[str, int] = runs[-1]["said"]["steps"]
        self._undisturbed = self._ask("snapshot", self._reader)["said"]

    def _begin(self) -> None:
        """The folder with its index, and what has changed in the folder since."""
        folder = self._start / "documents"
        self._start.mkdir()
        write_documents(folder)
        if not self.sync.first:
            (folder / "gone.txt").write_text(f"{FORGOTTEN} was a jackdaw of Tarn.\n")
            self._ask("sync", self._reader, self._start)
            (folder / "gone.txt").unlink()
            self._ask("sync", self._reader, self._start)
        shutil.copytree(folder, self._start / "before")
        if self.sync.change is not None:
            self.sync.change(folder)
        age(folder)

    def _ask(
        self, deed: str, options: dict[str, Any], place: Path | None = None, **more: Any
    ) -> dict[str, Any]:
        place = place or self._place
        options = options | {"index_dir": str(place / "index")}
        return self._process.ask(deed, folder=str(place / "documents"), options=options, **more)

    def run(self, moment: Moment | None = None) -> dict[str, Any]:
        """The sync from its start, killed at a moment if there is one."""
        self.reset()
        return self.go(moment)

    def reset(self) -> None:
        """Go back to the start."""
        shutil.rmtree(self._place, ignore_errors=True)
        shutil.copytree(self._start, self._place)

    def go(self, moment: Moment | None = None) -> dict[str, Any]:
        """The sync, killed at a moment if there is one."""
        after, step = (moment.after, moment.step) if moment else (None, None)
        return self._ask("sync", self._writer, after=after, step=step)

    def moments(self) -> Iterator[Moment]:
        """Before and after each step that the sync takes, each time that it takes it."""
        for step, times in self._steps.items():
            for time in range(1, times + 1):
                for when in ("before", "after"):
                    yield Moment(f"{when} {step} {time}", step=(step, time, when))

    def kill(self, campaign: str, moment: Moment) -> Outcome | None:
        """Kill the sync at a moment and look what is left; None where it ended before that."""
        if self.run(moment)["status"] == 0:
            return None
        return self.judged(campaign, moment.name)

    def judged(
        self, campaign: str, name: str, between: Callable[[], None] | None = None
    ) -> Outcome:
        """What readers see now, and what the next sync makes of it.

        Args:
            campaign, name: of the outcome.
            between: done before that sync.
        """
        questions = {path: question for path, (question, _) in QUESTIONS.items()}
        looks = [{"questions": questions, "embedder": BUNDLED}]
        if self.sync.other_embedder:
            looks.append({"questions": {}, "embedder": self._healer["embedder"]})
        rebuilt = bool(list(self._place.glob("index/*~*"))) and not self._is_building()
        if between is None:
            found = self._ask("look and heal", self._healer, looks=looks)["said"] or {}
        else:
            found = {"seen": self._ask("look", self._healer, looks=looks)["said"]}
            between()
            found["held"] = self._ask("heal", self._healer)["said"]
        complaint = self._complaint(found, rebuilt)
        result = "lost" if complaint else "survived"
        return Outcome(
            campaign, f"{self.sync.name}, {name}", result, not complaint, complaint or ""
        )

    def _is_building(self) -> bool:
        return bool(list(self._place.glob("index/*/building.lock")))

    def _complaint(self, found: dict[str, Any], rebuilt: bool) -> str | None:
        """What is wrong with what was seen, and with what was held after the next sync."""
        if not found.get("seen") or not found.get("held"):
            return "a reader failed" if not found.get("seen") else "the next sync failed"
        olds: tuple[dict[str, str], ...] = (
            self._old,
            {},
        )  # under another embedder nothing was indexed before
        for seen, old in zip(found["seen"], olds, strict=False):
            if complaint := unlike(seen, old, self._new):
                return f"a reader: {complaint}"
        if found["held"] != self._undisturbed:
            return f"after the next sync: {difference(found['held'], self._undisturbed)}"
        if rebuilt and self._holds(FORGOTTEN):
            return "the rebuild has kept what was removed before it"
        return None

    def _holds(self, word: str) -> bool:
        files = [path for path in self._place.glob("index/**/*") if path.is_file()]
        return any(word.lower().encode() in path.read_bytes().lower() for path in files)
