"""The fitted parameters: what they were fitted on is known, and fitting again gives the same."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from evals.__main__ import main
from evals.fit import FILE
from evals.fit_checking import FILE as CHECKING
from tests.support.places import ROOT

pytestmark = pytest.mark.eval


@pytest.mark.campaign  # a thousand questions are asked
def test_fitting_again_writes_the_same_parameters(tmp_path: Path) -> None:
    """Abstention is fitted on dev and groups, and comes out the same to the digit."""
    out = tmp_path / "fitted.toml"
    assert main(["fit", "answering", "--out", str(out)]) == 0
    assert out.read_text("utf-8") == FILE.read_text("utf-8")


@pytest.mark.campaign  # a thousand sentences are checked
def test_fitting_the_checks_again_writes_the_same_parameters(tmp_path: Path) -> None:
    """The checks are fitted on groups and dev sentences, and come out the same to the digit."""
    out = tmp_path / "fitted.toml"
    assert main(["fit", "checking", "--out", str(out)]) == 0
    assert out.read_text("utf-8") == CHECKING.read_text("utf-8")


def test_the_checks_say_what_they_were_fitted_on() -> None:
    """Each table names its data, and never held-out sentences or claims."""
    text = CHECKING.read_text("utf-8")
    tables = {"support", "claim supported", "claim contradicted", "claim in part"}
    assert set(tomllib.loads(text)) == tables
    parts = [part for part in text.split("\n[") if "threshold" in part]
    assert [part.count("# Fitted on ") >= 2 for part in parts] == [True] * len(tables)
    assert "/test" not in text


def test_the_parameters_say_what_they_were_fitted_on() -> None:
    """Each table names its data, dev by its hash, and never the held-out pairs."""
    text = FILE.read_text("utf-8")
    assert set(tomllib.loads(text)) == {"abstention", "selection"}
    assert text.count("# Fitted on ") == 5
    assert text.count("dev.jsonl ") == 2
    assert "test.jsonl" not in text
    assert (ROOT / "evals" / "gold" / "dev.jsonl").is_file()
