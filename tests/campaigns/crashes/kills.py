"""Syncs that are killed: nothing is lost, nothing is mixed, and the next sync ends as if none was.

Each kind of sync is killed at random moments of all the time that it takes, and before and
after each step that it takes. Then a new reader must see every article as it was or as it is to
be, and after one more sync the index must hold exactly what an undisturbed one holds.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.campaigns.crashes.forked import forks
from tests.campaigns.crashes.ranges import BUNDLED, Moment, Range
from tests.campaigns.crashes.syncs import SYNCS
from tests.campaigns.outcomes import Outcome

KILLS = 200
RANDOM, NAMED = "SIGKILL at random moments", "SIGKILL at named steps"
WORKERS = 2


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
                chance = random.Random(f"{seed} {sync.name}")
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
