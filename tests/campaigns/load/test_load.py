"""Many at once: right answers, no failures, honest words when there are too many, a soft stop."""

from __future__ import annotations

import pytest

from tests.campaigns.load import crowd, surge, visits, windows
from tests.campaigns.outcomes import complaints

USERS, MINUTES = 20, 1 / 3  # too short to judge memory by
KINDS = {"page: open", "page: send a question", "page: answer", "/api/ask", "/mcp ask"}


def test_many_users_get_the_answers_that_one_gets() -> None:
    """By page, HTTP, OpenAI's protocol and MCP: nothing fails, and nothing leaks between users."""
    measured = crowd.run(USERS, MINUTES)
    assert {kind.name for kind in measured.kinds} >= KINDS
    assert not complaints(crowd.outcomes(measured, flat=False))
    assert measured.memory
    assert len(crowd.tables(measured)) > len(measured.kinds)


def test_a_full_server_says_so() -> None:
    """Every door tells whom it cannot take to come again; those taken are answered."""
    outcomes = list(surge.full())
    assert len(outcomes) == 12
    assert not complaints(outcomes)


def test_a_server_told_to_stop_finishes_what_it_says() -> None:
    """Answers in hand are whole at every door, new questions are refused, and the exit is clean."""
    outcomes = list(surge.stopped())
    assert len(outcomes) == 7
    assert not complaints(outcomes)


@pytest.mark.parametrize(
    ("memory", "good"),
    [([500, 900, 1000, 1000, 1010, 1000], True), ([500, 900, 1000, 1000, 1100, 1100], False)],
)
def test_memory_that_grows_is_told(memory: list[int], good: bool) -> None:
    """The last third is held against the second; the first, in which all starts, counts nothing."""
    kind = crowd.Kind("/api/ask", 100, 0, 10.0, 20.0, "")
    (asked, held) = crowd.outcomes(crowd.Load(50, 600, [kind], memory))
    assert asked.good
    assert held.good is good


def test_a_request_that_fails_is_told() -> None:
    """With what was wrong."""
    kind = crowd.Kind("/api/ask", 100, 1, 10.0, 20.0, "not the answer (1 times)")
    told = complaints(crowd.outcomes(crowd.Load(50, 600, [kind], [1, 1, 1])))
    assert told == ["50 users for 10 minutes: /api/ask: 1 of 100 failed (not the answer (1 times))"]


def test_what_is_compared_of_an_answer() -> None:
    """All but times and names made for it; of a stream and of the page all that is shown."""
    told = '{"id": "a", "seconds": {"ask": 1}, "text": "x", "parts": [{"created": 1, "n": 2}]}'
    assert visits.plain(told) == {"text": "x", "parts": [{"n": 2}]}
    cut = 'data: {"choices": [{"delta": {"content": "x"}}]}\n\n'
    assert visits.streamed(cut) != visits.streamed(f"{cut}data: [DONE]\n\n")
    said = '"msg": "process_generating", "success": true, "output"'
    stream = f'data: {{{said}: {{"data": ["", "<p>a"]}}}}\n'
    stream += f'data: {{{said}: {{"data": [[], [["append", [], "b</p>"]]]}}}}\n'
    assert windows.shown(stream) == "<p>ab</p>"
