"""The gate itself: the gold run passes, prints the same twice, and cannot be fooled."""

from __future__ import annotations

from pathlib import Path

import pytest

import rag
from evals import faults, pairs
from evals.__main__ import main
from evals.cases import Case, ask_all
from tests.support.places import ROOT

# All gold questions are asked, twice, or each answer is spoilt in every way: some minutes.
pytestmark = [pytest.mark.eval, pytest.mark.timeout(600)]
# A rule-based check of prose cannot see everything; of answers as they are given it can.
CAUGHT = {"answers": 1.0, "prose": 0.9, "silence": 1.0}


def test_gold_run_passes_and_repeats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The bundled pairs pass the gate, and a second run prints the same to the last digit."""
    printed = []
    for name in ("first", "second"):
        assert main(["--out", str(tmp_path / name)]) == 0
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]
    reports = [(tmp_path / name / "report.json").read_bytes() for name in ("first", "second")]
    assert reports[0] == reports[1]


@pytest.fixture(scope="module")
def cases(corpus: rag.Corpus) -> list[Case]:
    gold = pairs.load(ROOT / "evals" / "gold", corpus.articles())
    return [row.case for row in ask_all(corpus, gold)]


def test_every_seeded_fault_is_seen(cases: list[Case]) -> None:
    """Each fault lowers every metric that it must lower, and hardly a spoilt answer slips by."""
    findings = faults.find_faults(cases)
    assert {found.base for found in findings} == set(CAUGHT)
    for found in findings:
        assert found.cases >= 5, found.fault.name
        assert found.fell, (found.fault.name, found.base)
        assert found.caught >= CAUGHT[found.base], (found.fault.name, found.base)
