"""Campaigns: attempts by the hundred to make go wrong what must not go wrong.

``make campaigns`` runs them; the everyday suite does not even import them. Two variables of the
environment matter: FOOTNOTE_CAMPAIGNS=small keeps each to what a quick look needs, and
FOOTNOTE_CAMPAIGNS_REPORT names the JSON file that takes the counts (docs/hardening.json).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.campaigns.outcomes import Outcome, Record, complaints, write_report

HERE = Path(__file__).resolve().parent
MOST_SECONDS = 3_600  # of one campaign


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """Import no campaign where none is to run."""
    return True if "not campaign" in config.option.markexpr else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test in this folder as a campaign."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.campaign)
            item.add_marker(pytest.mark.timeout(MOST_SECONDS))


@pytest.fixture(scope="session")
def small() -> bool:
    """Say whether campaigns are to be kept small."""
    return os.environ.get("FOOTNOTE_CAMPAIGNS") == "small"


@pytest.fixture(scope="session")
def recorded() -> Iterator[list[Outcome]]:
    """Collect all outcomes of the session; write them to the report, if one is asked for."""
    outcomes: list[Outcome] = []
    yield outcomes
    report = os.environ.get("FOOTNOTE_CAMPAIGNS_REPORT")
    if report and outcomes:
        write_report(outcomes, Path(report))


@pytest.fixture
def record(recorded: list[Outcome]) -> Record:
    """Return a function that records outcomes and fails if one is not as it must be."""

    def record(outcomes: Iterable[Outcome]) -> list[Outcome]:
        found = list(outcomes)
        recorded.extend(found)
        assert not complaints(found), "\n".join(complaints(found))
        return found

    return record
