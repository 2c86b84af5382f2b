"""What a scripted LLM says of evidence: what is altered is flagged, what is faithful hardly."""

from __future__ import annotations

import pytest

import rag
from evals.written.free import run as free
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
from evals.written.tables import run as about_rows
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


def is_of_faithful_test(failure: str) -> bool:
    """Return whether a failure is that too many faithful sentences of test are flagged."""
    return failure.startswith("test: ") and "faithful" in failure


@pytest.fixture(scope="module")
def found(sayings: list[Saying]) -> list[Finding]:
    """What becomes of each sentence, on the whole way through an LLM."""
    found = list(judge(sayings))
    print("\n".join(tables(found)))
    return found


@pytest.mark.eval
def test_altered_sentences_are_flagged(found: list[Finding]) -> None:
    """At least 95 of 100 altered sentences are flagged, and few faithful ones of dev."""
    assert [f for f in shortfalls(found) if not is_of_faithful_test(f)] == []
    assert sum(f.given for f in found) > 0.9 * len(found)


@pytest.mark.eval
def test_few_faithful_sentences_are_flagged(found: list[Finding]) -> None:
    """At most 7 of 100 faithful sentences that nothing was fitted on are flagged."""
    assert not any(map(is_of_faithful_test, shortfalls(found)))


def test_a_check_that_sleeps_is_noticed(sayings: list[Saying]) -> None:
    """Were everything passed, or everything flagged, the figures would say so."""
    for verdict, kind in (("supported", "altered"), ("unsupported", "faithful")):
        found = [Finding(saying, verdict, None, given=True) for saying in sayings]
        assert [kind in line for line in shortfalls(found)] == [True, True]


def test_free_paraphrases_are_sound() -> None:
    """Both splits have each kind of fault, quotes are verbatim, and no document is in both."""
    documents = {}
    for split in free.SPLITS:
        loaded = free.load_said(split)
        folder = free.PLACE / split / "documents"
        documents[split] = {path.name: path.read_text("utf-8") for path in folder.iterdir()}
        assert all(documents[split][said.article].count(said.quote) == 1 for said in loaded)
        assert {said.kind for said in loaded} == {*free.FAULT_KINDS, free.TRUE}
        assert len({said.text for said in loaded}) == len(loaded) > 300
    assert not set(documents["dev"]) & set(documents["test"])


@pytest.mark.eval
@pytest.mark.xfail(strict=True, reason="0.668 of the true ones pass, 0.748 of the others do not")
def test_free_paraphrases_are_told_from_faults() -> None:
    """Of the true sentences of dev most are supported, and of those with a fault most are not."""
    found = list(free.check_said("dev", free.load_said("dev")))
    print("\n".join(free.free_table(found, "dev")))
    true = [each.passed for each in found if each.said.kind == free.TRUE]
    faulty = [each.passed for each in found if each.said.kind != free.TRUE]
    assert sum(true) > free.LEAST_TRUE * len(true)
    assert sum(faulty) < (1 - free.LEAST_CAUGHT) * len(faulty)


@pytest.mark.eval
@pytest.mark.timeout(120)
def test_sentences_about_tables_are_told_apart() -> None:
    """Of sentences about rows, few wrong ones are supported, and few true ones struck out."""
    for split in free.SPLITS:
        loaded = about_rows.load_rows(split)
        assert {said.kind for said in loaded} == set(about_rows.ROW_KINDS)
        found = list(about_rows.check_rows(split, loaded))
        print("\n".join(about_rows.row_table(found, split)))
        verdicts = {
            kind: [each.support.verdict for each in found if each.said.kind == kind]
            for kind in about_rows.ROW_KINDS
        }
        assert verdicts["true"].count(rag.Verdict.SUPPORTED) >= 0.3 * len(verdicts["true"])
        assert verdicts["true"].count(rag.Verdict.UNSUPPORTED) <= 0.15 * len(verdicts["true"])
        for kind in ("wrong", "more"):
            assert verdicts[kind].count(rag.Verdict.SUPPORTED) <= 0.1 * len(verdicts[kind])
