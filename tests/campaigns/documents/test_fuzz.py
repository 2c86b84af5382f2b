"""Parsers fed with made-up bytes: none crashes, hangs, or takes too much memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.documents.loading import load
from tests.campaigns.documents.fuzz import TARGETS, fuzz
from tests.campaigns.documents.kinds import SEEDS, whole
from tests.campaigns.outcomes import Record

SECONDS = 300  # of each target


@pytest.mark.parametrize("ending", SEEDS)
def test_what_fuzzing_begins_with_is_read(ending: str) -> None:
    """The first input of each kind of file is a document of it, with its words."""
    assert "the zoo of Larnmouth" in load(whole(ending, SEEDS[ending]), f"a.{ending}").text


@pytest.mark.parametrize("target", TARGETS)
def test_no_input_breaks_a_parser(target: str, tmp_path: Path, record: Record, small: bool) -> None:
    """A target fed for a while withstands every input; those that break it are kept and named."""
    pytest.importorskip("atheris", reason="needs `pip install 'footnote-rag[fuzz]'`")
    record([fuzz(target, 1 if small else SECONDS, tmp_path)])
    assert list((tmp_path / "seeds").iterdir())
