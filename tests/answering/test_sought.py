"""What was looked for and not found is said in whole words."""

from __future__ import annotations

import pytest

from rag.answering.sought import NO_ANSWER, nothing_found


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Who signed the permit?", "Nothing was found that says who signed the permit."),
        ("Who did she meet?", "Nothing was found that answers “Who did she meet?”."),
        ("when was it built", "Nothing was found that answers “When was it built?”."),
        (
            "In what year did it open?",
            "Nothing was found that answers “In what year did it open?”.",
        ),
        ("permit fee 2021", "Nothing was found on “permit fee 2021”."),
        ("List all the ferries", "Nothing was found on “all the ferries”."),
        ("Who signed it? (permit, 2021)", "Nothing was found that says who signed it."),
        ("List them all (permit)", NO_ANSWER),
        ("List of ferries", "Nothing was found on “List of ferries”."),
        ("Why " + "so very " * 40 + "late?", NO_ANSWER),
    ],
)
def test_what_was_not_found_is_named(question: str, told: str) -> None:
    """A clause, a question and bare words each make a sentence; a long question is not repeated."""
    assert nothing_found(question) == told
