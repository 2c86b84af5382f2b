"""A quick sample of the campaigns, so that the everyday suite notices what breaks one."""

from __future__ import annotations

from pathlib import Path

import pytest

import rag
from tests.campaigns.attacks.attempts import KEY, Attempt, load_attempts
from tests.campaigns.attacks.harm import attack
from tests.campaigns.crashes.forks import steps
from tests.campaigns.documents.hostile import try_documents, write_good
from tests.campaigns.documents.test_documents import documents
from tests.campaigns.outcomes import complaints

BY_KIND = {attempt.kind: attempt for attempt in load_attempts()}


@pytest.mark.parametrize("attempt", list(BY_KIND.values())[::4], ids=lambda attempt: attempt.id)
def test_an_attack_is_withstood(
    attempt: Attempt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An LLM that obeys a hostile text gets nothing false, remote or secret shown."""
    monkeypatch.setenv("RAG_LLM_KEY", KEY)
    assert list(attack(attempt, tmp_path)) == []


@pytest.mark.campaign
def test_hostile_documents_are_rejected_or_shown_as_words(tmp_path: Path) -> None:
    """One in sixty of them, put beside good ones."""
    write_good(tmp_path / "documents")
    corpus = rag.open(tmp_path / "documents", index_dir=tmp_path / "index")
    found = list(try_documents(corpus, list(documents(small=True))[::60]))
    assert len(found) > 5
    assert complaints(found) == []


def test_the_steps_at_which_syncs_are_killed_exist() -> None:
    """A step of a sync that is renamed is renamed in the campaign as well."""
    assert len(list(steps())) > 10
