"""A sync that ends badly loses nothing, and the next one ends as if nothing had happened."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.campaigns.crashes.damage import DAMAGES, DamageTrial
from tests.campaigns.crashes.forks import start_fork_server
from tests.campaigns.crashes.syncs import SYNCS, Sync
from tests.campaigns.crashes.trials import BUNDLED, Moment, ServerTrial, Trial, scratch_folder
from tests.campaigns.outcomes import Outcome, Record
from tests.support.tiny_embedder import make_model

KILLS = 40  # at random moments of each kind of sync
DISK_SIZE = 24_000_000  # bytes of the small disk, on which an index is there twice
FREE = (0, 16_000, 64_000, 200_000, 500_000, 1_000_000)  # bytes left when a sync begins
BLOCK = 4_096  # bytes that a disk gives at once
SINGLE = [sync for sync in SYNCS if sync.single]
SERVED = [sync for sync in SYNCS if sync.name in ("add", "change", "remove")]


@pytest.fixture(scope="module")
def scratch() -> Iterator[Path]:
    with scratch_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a small embedding model and load it, with the bundled one, where forks come from."""
    model = make_model(tmp_path_factory.mktemp("model"))
    start_fork_server([BUNDLED, str(model)])
    return model


@pytest.mark.parametrize("sync", SYNCS, ids=lambda sync: sync.name)
def test_a_sync_that_is_killed_loses_nothing(
    sync: Sync, model: Path, scratch: Path, record: Record, small: bool
) -> None:
    """At random moments and at each step: readers see old or new, and the next sync ends whole."""
    trial = Trial(sync, scratch / "kills", str(model))
    moments = list(trial.moments())
    assert len(moments) > 10
    for moment in moments[:: 10 if small else 1]:
        outcome = trial.kill("SIGKILL at named steps", moment)
        record([outcome] if outcome else [])
    chance = random.Random(f"0 {sync.name}")
    landed = 0
    while sync.single and landed < (2 if small else KILLS):
        after = chance.uniform(0, trial.seconds)
        outcome = trial.kill("SIGKILL at random moments", Moment(f"after {after:.3f} s", after))
        if outcome is not None:  # else the sync was quicker than it is on the median
            landed += 1
            record([outcome])


@pytest.fixture(scope="module")
def disk(scratch: Path) -> Iterator[Path]:
    """Mount a small disk in memory."""
    place = scratch / "disk"
    place.mkdir()
    try:
        mount("-t", "tmpfs", "-o", f"size={DISK_SIZE}", "tmpfs", place)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no disk can be mounted here: {' '.join(error.stderr.split())}")
    yield place
    subprocess.run(["umount", "--lazy", place], check=False)


def mount(*arguments: str | Path) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True, text=True)


@pytest.mark.parametrize("sync", SINGLE, ids=lambda sync: sync.name)
def test_a_full_or_read_only_disk_loses_nothing(
    sync: Sync, model: Path, disk: Path, record: Record, small: bool
) -> None:
    """An error says so, readers answer, and the next sync ends whole."""
    trial = Trial(sync, disk, str(model))
    filling = disk / "filling"
    for free in FREE[::3] if small else FREE:
        trial.reset()
        fill(filling, free)
        notice = noticed(trial)
        outcome = trial.judge("full disk", f"{free} bytes free", filling.unlink)
        record([with_notice(outcome, notice, must_fail=not free)])
    trial.reset()
    with read_only(disk):
        notice = noticed(trial)
        writable = partial(mount, "-o", "remount,rw", disk)
        outcome = trial.judge("read-only folder", "remounted", writable)
    record([with_notice(outcome, notice, must_fail=True)])


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    mount("-o", "remount,ro", disk)
    try:
        yield
    finally:
        mount("-o", "remount,rw", disk)


def fill(filling: Path, free: int) -> None:
    """Leave so many bytes of a disk free."""
    with filling.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * BLOCK)
        except OSError:
            pass
        file.truncate(max(0, file.tell() - free))


def noticed(trial: Trial) -> str | None:
    """Sync and return the error or notice; None where the sync crashed."""
    result = trial.go().result
    return None if result is None else result["notice"] or ""


def with_notice(outcome: Outcome, notice: str | None, *, must_fail: bool) -> Outcome:
    """Return the outcome, which is bad as well where the user was not told what is the matter."""
    is_named = "cannot be written" in (notice or "")
    if notice is None or (notice and not is_named) or (must_fail and not is_named):
        return outcome._replace(result="not told", complaint=f"the notice was: {notice}")
    return outcome._replace(result=f"{outcome.result}, told") if notice else outcome


@pytest.mark.parametrize("sync", SERVED, ids=lambda sync: sync.name)
def test_a_chroma_server_that_is_killed_loses_nothing(
    sync: Sync, model: Path, scratch: Path, record: Record, small: bool
) -> None:
    """During a sync: readers see old or new, and the next sync ends whole."""
    trial = ServerTrial(sync, scratch / "servers" / sync.name)
    moments = 1 if small else 4  # spread over the time that the sync takes
    try:
        for moment in range(moments):
            record([trial.kill("Chroma server killed", (moment + 0.5) / moments)])
    finally:
        trial.end()


def test_each_file_that_is_damaged_is_noticed_and_mended(
    model: Path, scratch: Path, record: Record, small: bool
) -> None:
    """Cut, overwritten, deleted or replaced: the answer of before, or a message; never a crash."""
    trial = DamageTrial(scratch / "damage", model)
    cases = [(path, damage) for path in trial.files() for damage in DAMAGES]
    assert len(cases) > 60
    found = record(trial.damage(*case) for case in cases[:: 10 if small else 1])
    if not small:
        assert {"harmless", "healed by the next sync", "named, and mended by a rebuild"} == {
            outcome.result for outcome in found
        }
