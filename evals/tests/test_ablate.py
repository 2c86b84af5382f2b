"""Rules are switched off and on again, and what that changes is counted."""

from __future__ import annotations

import importlib
import json

import pytest

import rag
from evals.ablate import (
    FILE,
    MEASURES,
    Outcome,
    Row,
    ablation_table,
    changes,
    earns,
    switched_off,
)
from evals.ablation_kept import KEPT_FOR
from evals.ablation_rows import ROWS


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_each_rule_is_there_again(row: Row) -> None:
    """What a row names exists, is replaced, and is in its place afterwards."""
    where, name = row.target.split(":")
    home = importlib.import_module(where)
    *within, name = name.split(".")
    for each in within:
        home = getattr(home, each)
    before = vars(home)[name]
    with switched_off(row):
        assert vars(home)[name] is not before
    assert vars(home)[name] is before


def test_a_rule_is_off_wherever_it_was_imported() -> None:
    """Modules that have a table by its name lose it too."""
    (row,) = (row for row in ROWS if row.name == "opposites")
    said = ("The council will accept it.", ["The council will reject it."])
    assert rag.check_support(*said, entailment=None).flaw == "opposite"
    with switched_off(row):
        assert rag.check_support(*said, entailment=None).flaw != "opposite"
    assert rag.check_support(*said, entailment=None).flaw == "opposite"


def test_only_what_changes_counts_for_the_error() -> None:
    """Of four that apply one is gained: 25 points; a measure where less is better turns round."""
    on: Outcome = {name: [True, True, False, False, None] for name in MEASURES}
    off: Outcome = {name: [True, False, False, False, None] for name in MEASURES}
    worth = changes(on, off)
    assert worth["claims right"].points == 25.0
    assert worth["false support"].points == -25.0
    assert 0 < worth["claims right"].error < 25.0
    assert changes(on, on)["claims right"] == (0.0, 0.0)


def test_the_table_has_each_rule() -> None:
    """Each rule has been measured, and the table says what it is worth."""
    made = json.loads(FILE.read_text("utf-8"))
    assert {row.name for row in ROWS} <= set(made["rows"])
    assert len(ablation_table(made)) == len(made["rows"]) + 2


def test_each_rule_earns_its_place() -> None:
    """A rule is worth a point on unseen documents, or it is said what it is kept for."""
    rows = json.loads(FILE.read_text("utf-8"))["rows"]
    idle = {row.name for row in ROWS if not earns(rows[row.name])}
    assert idle == KEPT_FOR.keys()
