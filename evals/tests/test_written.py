"""What a scripted LLM says of evidence: what is altered is flagged, what is faithful hardly."""

from __future__ import annotations

import pytest

from evals.written.run import (
    FAITHFUL,
    FAULTS,
    MOVED,
    SPLITS,
    Finding,
    Saying,
    judge,
    load,
    shortfalls,
    tables,
)
from tests.support.places import ROOT


@pytest.fixture(scope="module")
def sayings() -> list[Saying]:
    return [saying for split in SPLITS for saying in load(split)]


def test_the_pairs_are_sound(sayings: list[Saying]) -> None:
    """Quotes are verbatim, both splits have every fault, and there are more than two hundred."""
    folders = (ROOT / "corpus", ROOT / "evals" / "written" / "documents")
    texts = {
        path.name: path.read_text("utf-8")
        for folder in folders
        for path in folder.iterdir()
        if path.suffix == ".txt"
    }
    assert all(texts[saying.article].count(saying.quote) == 1 for saying in sayings)
    assert len(sayings) >= 200
    for split in SPLITS:
        kinds = {saying.kind for saying in sayings if saying.id.startswith(split)}
        assert kinds == {*FAULTS, MOVED, FAITHFUL}
    assert not {s.quote for s in load("dev")} & {s.quote for s in load("test")}


@pytest.mark.eval
def test_altered_sentences_are_flagged(sayings: list[Saying]) -> None:
    """At least 95 of 100 altered sentences are flagged, on the whole way through an LLM."""
    found = list(judge(sayings))
    assert shortfalls(found) == [], "\n".join(tables(found))
    assert sum(f.given for f in found) > 0.9 * len(found)


def test_a_check_that_sleeps_is_noticed(sayings: list[Saying]) -> None:
    """Were everything passed, or everything flagged, the figures would say so."""
    for verdict, kind in (("supported", "altered"), ("unsupported", "faithful")):
        found = [Finding(saying, verdict, None, given=True) for saying in sayings]
        assert [kind in line for line in shortfalls(found)] == [True, True]
