"""Campaigns: attempts by the hundred to make go wrong what must not go wrong.

``make campaigns`` runs them; the everyday suite does not even import them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

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
