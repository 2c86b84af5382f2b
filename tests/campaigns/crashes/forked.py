"""Another process that has done what it is asked in forks of itself, so that it can be killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


class Forks:
    """The process that forks, asked one thing at a time."""

    def __init__(self, models: Sequence[str], folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.campaigns.crashes.forks", *models],
            env=os.environ | {"PYTHONPATH": str(ROOT), "TOKENIZERS_PARALLELISM": "false"},
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def ask(self, deed: str, **asked: Any) -> dict[str, Any]:
        """Have something done in a fork; ``status`` is its exit code, ``said`` what it found."""
        print(json.dumps({"do": deed, **asked}), file=self._process.stdin, flush=True)
        found: dict[str, Any] = self._answer()
        return found

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def end(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


@contextmanager
def forks(models: Sequence[str], scratch: Path) -> Iterator[Forks]:
    """A forking process that has loaded some models, for as long as it is needed."""
    folder = scratch / "to load the model"
    folder.mkdir(exist_ok=True)
    (folder / "note.txt").write_text("A text is cut by the tokens of the model.\n")
    process = Forks(models, folder)
    try:
        yield process
    finally:
        process.end()
