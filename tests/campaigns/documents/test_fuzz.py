"""Parsers fed with made-up bytes: none crashes, hangs, or takes too much memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaigns.documents.fuzz import TARGETS, fuzz
from tests.campaigns.outcomes import Record

SECONDS = 300  # of each target


@pytest.mark.parametrize("target", TARGETS)
def test_no_input_breaks_a_parser(target: str, tmp_path: Path, record: Record, small: bool) -> None:
    """A target fed for a while withstands every input; those that break it are kept and named."""
    pytest.importorskip("atheris", reason="needs `pip install 'footnote-rag[fuzz]'`")
    record([fuzz(target, 1 if small else SECONDS, tmp_path)])
    assert list((tmp_path / "seeds").iterdir())
