"""Reading and embedding on a Ray cluster: the same index, the same answers."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

import rag
from rag.errors import SettingError
from tests.support.places import BUNDLED

QUESTIONS = (
    "How many US troops are in Iraq?",
    "Who pushed for US troops to leave Iraq in January 2024?",
    "What did Abu Ali al-Askari say?",
    "What is the capital of Peru?",
)


def stored(index: Path) -> list[tuple[object, ...]]:
    """Every row of the catalog that comes of the documents."""
    (catalog,) = index.glob("v*/catalog.sqlite")
    with sqlite3.connect(catalog) as db:
        return [
            row
            for table in ("articles", "passages", "sentences")
            for row in db.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3")  # noqa: S608
        ]


@pytest.mark.campaign
def test_a_cluster_makes_the_index_that_one_process_makes(tmp_path: Path) -> None:
    """A Ray cluster makes the same index as one process, failed files included."""
    ray = pytest.importorskip("ray")
    folder = tmp_path / "documents"
    shutil.copytree(BUNDLED, folder, ignore=shutil.ignore_patterns(".*"))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nonsense")
    alone = rag.open(folder, index_dir=tmp_path / "alone")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        together = rag.open(folder, index_dir=tmp_path / "together", ray="local")
    finally:
        ray.shutdown()
    first, second = alone.documents.report, together.documents.report
    assert first is not None
    assert second is not None
    assert second.failed == first.failed != ()
    assert second.embedded == first.embedded > 0
    assert stored(tmp_path / "together") == stored(tmp_path / "alone")
    for question in QUESTIONS:
        answers = [corpus.ask(question).to_dict() for corpus in (alone, together)]
        assert answers[0] | {"seconds": 0} == answers[1] | {"seconds": 0}


def test_a_cluster_that_is_not_there_is_named(folder: Path) -> None:
    """An unreachable cluster is named with its setting, and the folder can still be opened."""
    pytest.importorskip("ray")
    with pytest.raises(SettingError, match=r"127\.0\.0\.1:1.*RAG_RAY"):
        rag.open(folder, ray="127.0.0.1:1")
    assert rag.open(folder).ask("How long is the Sella bridge?").statements
