"""Whatever a gold file holds makes pairs, or an error that names its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evals.pairs import GoldError
from evals.pairs import load as load_gold

pytestmark = pytest.mark.fuzz

WRITTEN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
KEYS = st.sampled_from(["id", "question", "status", "facts", "evidence", "speaker", "relevant"])
LINES = (
    st.text(max_size=60) | WRITTEN.map(json.dumps) | st.dictionaries(KEYS, WRITTEN).map(json.dumps)
)


@given(st.lists(LINES, max_size=3))
@example(["[" * 100_000])
@example(["9" * 5_000])
@example(['{"id": "\\ud800", "question": "q", "status": "abstained"}'])
def test_gold_files_are_pairs_or_an_error_with_its_line(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    """Any lines make pairs, or a sentence that names file and line."""
    path = Path(tmp_path_factory.getbasetemp(), "made-up.jsonl")
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    try:
        assert load_gold(path, [])
    except GoldError as error:
        assert str(path) in str(error)
        assert ", line " in str(error) or "holds no pairs" in str(error) or "UTF-8" in str(error)
