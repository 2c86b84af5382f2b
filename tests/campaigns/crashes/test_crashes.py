"""A sync that ends badly loses nothing, and the next one ends as if nothing had happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.campaigns.crashes.disks import disks
from tests.campaigns.crashes.kills import KILLS, NAMED, RANDOM, crashes
from tests.campaigns.crashes.scratch import scratch_folder
from tests.campaigns.crashes.servers import killed_servers
from tests.campaigns.outcomes import SKIPPED, complaints
from tests.support.tiny_embedder import make_model


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder in memory, where there is one."""
    with scratch_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second embedding model."""
    return make_model(tmp_path_factory.mktemp("model"))


def test_a_sync_that_is_killed_loses_nothing(model: Path, scratch: Path) -> None:
    """At random moments and at each step: readers see old or new, and the next sync ends whole."""
    outcomes = list(crashes(model, scratch))
    assert not complaints(outcomes)
    counts = Counter(outcome.campaign for outcome in outcomes)
    assert counts[RANDOM] >= KILLS
    assert counts[NAMED] >= 150  # steps of seven kinds of sync, before and after each


def test_a_disk_that_is_full_or_read_only_loses_nothing(model: Path, scratch: Path) -> None:
    """The user is told, readers answer meanwhile, and the next sync ends whole."""
    outcomes = list(disks(model, scratch))
    assert not complaints(outcomes)
    if all(outcome.result == SKIPPED for outcome in outcomes):
        pytest.skip(outcomes[0].detail)
    assert {"survived", "survived, told"} == {outcome.result for outcome in outcomes}


def test_a_chroma_server_that_is_killed_loses_nothing(scratch: Path) -> None:
    """In the midst of a sync: readers see old or new, and the next sync ends whole."""
    outcomes = list(killed_servers(scratch, moments=1))
    assert not complaints(outcomes)
    assert len(outcomes) == 3
