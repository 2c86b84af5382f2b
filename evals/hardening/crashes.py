"""Syncs that are killed: nothing is lost, nothing is mixed, and the next sync ends as if none was.

Each kind of sync is killed at random moments of all the time that it takes, and before and
after each step that it takes. Then a new reader must see every article as it was or as it is to
be, and after one more sync the index must hold exactly what an undisturbed one holds.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from evals.hardening.forked import Forks, forks
from evals.hardening.outcomes import Outcome
from evals.hardening.snapshots import difference
from evals.hardening.syncs import (
    FORGOTTEN,
    QUESTIONS,
    SYNCS,
    Sync,
    age,
    texts,
    unlike,
    write_documents,
)

KILLS = 200
RANDOM, NAMED = "SIGKILL at random moments", "SIGKILL at named steps"
ROUNDS = 3  # undisturbed syncs whose time is measured
WORKERS = 2
BUNDLED = "all-MiniLM-L6-v2"


def crashes(
    other_model: Path, scratch: Path, *, kills: int = KILLS, seed: int = 0
) -> Iterator[Outcome]:
    """Kill each kind of sync at random moments, and at each step that it takes.

    Args:
        other_model: a sentence-transformers model, for the sync after a change of embedder.
        scratch: an empty folder.
        kills: at how many random moments, over all kinds of which the user has a choice.
        seed: of the choice of moments.
    """
    share = -(-kills // sum(sync.chosen for sync in SYNCS))

    def work(worker: int) -> list[Outcome]:
        place = scratch / str(worker)
        place.mkdir(parents=True)
        with forks((BUNDLED, str(other_model)), place) as process:
            found: list[Outcome] = []
            for sync in SYNCS[worker::WORKERS]:
                chance = random.Random(f"{seed} {sync.name}")  # noqa: S311 - no secret
                found += _kill(Range(sync, process, place, str(other_model)), share, chance)
            return found

    with ThreadPoolExecutor(WORKERS) as workers:
        for found in workers.map(work, range(WORKERS)):
            yield from found


def _kill(range_: Range, share: int, chance: random.Random) -> Iterator[Outcome]:
    for moment in range_.moments():
        outcome = range_.kill(NAMED, moment)
        if outcome is not None:
            yield outcome
    landed = 0
    while range_.sync.chosen and landed < share:
        after = chance.uniform(0, range_.seconds)
        outcome = range_.kill(RANDOM, Moment(f"after {after:.3f} s", after=after))
        if outcome is not None:  # else the sync was quicker than it is by and large
            landed += 1
            yield outcome


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
        runs = [self._run() for _ in range(ROUNDS)]
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

    def _run(self, moment: Moment | None = None) -> dict[str, Any]:
        """The sync from its start, killed at a moment if there is one."""
        shutil.rmtree(self._place, ignore_errors=True)
        shutil.copytree(self._start, self._place)
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
        if self._run(moment)["status"] == 0:
            return None
        questions = {path: question for path, (question, _) in QUESTIONS.items()}
        looks = [{"questions": questions, "embedder": BUNDLED}]
        if self.sync.other_embedder:
            looks.append({"questions": {}, "embedder": self._healer["embedder"]})
        rebuilt = bool(list(self._place.glob("index/*~*"))) and not self._is_building()
        found = self._ask("look and heal", self._healer, looks=looks)["said"]
        complaint = self._complaint(found, rebuilt) if found else "the next sync failed"
        result = "lost" if complaint else "survived"
        return Outcome(
            campaign, f"{self.sync.name}, {moment.name}", result, not complaint, complaint or ""
        )

    def _is_building(self) -> bool:
        return bool(list(self._place.glob("index/*/building.lock")))

    def _complaint(self, found: dict[str, Any], rebuilt: bool) -> str | None:
        """What is wrong with what was seen after a kill, and held after the next sync."""
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
