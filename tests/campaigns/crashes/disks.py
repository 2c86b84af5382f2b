"""Syncs on a disk that is really full, or read-only: told in a sentence, and nothing is lost."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.campaigns.crashes.forked import forks
from tests.campaigns.crashes.ranges import BUNDLED, Range
from tests.campaigns.crashes.syncs import SYNCS
from tests.campaigns.outcomes import SKIPPED, Outcome

FULL, READ_ONLY = "full disk", "read-only folder"
SIZE = 24_000_000  # bytes of the disk, on which an index is there twice
FREE = (0, 16_000, 64_000, 200_000, 500_000, 1_000_000)  # bytes left when a sync begins
CHUNK = 4_096  # bytes that a disk gives at once


class NotPermitted(Exception):
    """No disk can be mounted here."""


def disks(other_model: Path, scratch: Path) -> Iterator[Outcome]:
    """Sync on a small disk with less and less space on it, and on one that is read-only.

    Args:
        other_model: a sentence-transformers model, for the sync after a change of embedder.
        scratch: an empty folder.
    """
    try:
        with small_disk(scratch / "disk") as disk:
            models = (BUNDLED, str(other_model))
            with forks(models, scratch) as process:
                for sync in SYNCS:
                    if sync.chosen:
                        yield from _on_disk(Range(sync, process, disk, str(other_model)), disk)
    except NotPermitted as error:
        for campaign in (FULL, READ_ONLY):
            yield Outcome(campaign, "a small disk", SKIPPED, good=False, detail=str(error))


def _on_disk(range_: Range, disk: Path) -> Iterator[Outcome]:
    filling = disk / "filling"
    for free in FREE:
        range_.reset()
        _fill(filling, free)
        told = range_.go()["said"]
        outcome = range_.judged(FULL, f"{free} bytes free", filling.unlink)
        yield _as_told(outcome, told, must_fail=not free)
    range_.reset()
    _mount("-o", "remount,ro", disk)
    try:
        told = range_.go()["said"]
        outcome = range_.judged(READ_ONLY, "remounted", lambda: _mount("-o", "remount,rw", disk))
    finally:
        _mount("-o", "remount,rw", disk)
    yield _as_told(outcome, told, must_fail=True)


def _as_told(outcome: Outcome, told: dict[str, str] | None, *, must_fail: bool) -> Outcome:
    """The outcome, which is bad as well where the user was not told what is the matter."""
    said = (told or {}).get("told") or ""
    if told is None or (must_fail and "cannot be written" not in said):
        return outcome._replace(result="not told", good=False, detail=f"told: {told}")
    if said and "cannot be written" not in said:
        return outcome._replace(result="not told", good=False, detail=said)
    return outcome._replace(result=f"{outcome.result}, told") if said else outcome


def _fill(filling: Path, free: int) -> None:
    """Leave so many bytes of a disk free."""
    with filling.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * CHUNK)
        except OSError:
            pass
        file.truncate(max(0, file.tell() - free))


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """A small disk in memory, for as long as it is needed.

    Raises:
        NotPermitted: none can be mounted.
    """
    place.mkdir(parents=True)
    _mount("-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", place)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=False)


def _mount(*arguments: str | Path) -> None:
    done = subprocess.run(
        ["mount", *arguments],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise NotPermitted(" ".join(done.stderr.split()))
