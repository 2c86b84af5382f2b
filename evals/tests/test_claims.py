"""Claims are judged: most verdicts are right, and a check that sleeps is noticed."""

from __future__ import annotations

import pytest

from evals.claims.run import HARD, SPLITS, VERDICTS, Claim, Judged, judge, load, shortfalls, tables

pytestmark = pytest.mark.timeout(60)  # the whole of a set is measured


@pytest.fixture(scope="module")
def claims() -> list[Claim]:
    return [claim for split in SPLITS for claim in load(split)]


def test_the_claims_are_sound(claims: list[Claim]) -> None:
    """More than 120, none in both splits, every verdict in each."""
    assert len(claims) >= 120
    assert len({claim.text for claim in claims}) == len(claims)
    for split in SPLITS:
        assert {c.verdict for c in claims if c.id.startswith(split)} == set(VERDICTS)


@pytest.fixture(scope="module")
def failing(claims: list[Claim]) -> list[str]:
    """What fails of the claims when each is checked."""
    judged = list(judge(claims))
    print("\n".join(tables(judged)))
    return shortfalls(judged)


@pytest.mark.eval
def test_claims_of_dev_get_the_right_verdicts(failing: list[str]) -> None:
    """At least 85 of 100 of dev are right; no changed number or date passes in either split."""
    assert [failure for failure in failing if not failure.startswith("test: ")] == []


@pytest.mark.eval
@pytest.mark.xfail(strict=True, reason="with the model 68 of 82 are right, by the rules alone 71")
def test_claims_of_test_get_the_right_verdicts(failing: list[str]) -> None:
    """At least 85 of 100 of the claims that nothing was fitted on are right."""
    assert [failure for failure in failing if failure.startswith("test: ")] == []


def test_a_check_that_sleeps_is_noticed(claims: list[Claim]) -> None:
    """Were every claim passed, the figures and the changed numbers would say so."""
    passed = shortfalls([Judged(claim, "supported", None) for claim in claims])
    assert len(passed) == len(SPLITS) + sum(claim.fault in HARD for claim in claims)
