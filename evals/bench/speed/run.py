"""``python -m evals bench speed``: the cost of questions and syncs, by the size of the corpus."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from evals.bench.cost import CORPUS, QUESTIONS
from evals.bench.speed.asking import asked_of
from evals.bench.speed.encoders import encoders
from evals.bench.speed.generated import save_model, write_articles
from evals.bench.speed.show import plot, show

REAL = 10_000  # passages up to which the model itself embeds; beyond, its word vectors do
COMPARED = 100_000  # passages up to which LlamaIndex indexes the same
BUNDLED = "0 passages, bundled"
IMPORTS = "import chromadb, llama_index.core"
TRIES = 5  # of which the median counts, where a run is short
Figures = dict[str, Any]


def run(data: Path | None, passages: int) -> int:
    """Measure, print and write ``speed.json`` and ``speed.svg``.

    Args:
        data: the folder where articles, indexes and figures are kept, those of other sizes
            beside; a temporary one by default.
        passages: the size of the generated corpus; 0 for the bundled articles alone.
    """
    with tempfile.TemporaryDirectory() as temporary:
        place = data or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        kept = place / "speed.json"
        figures: Figures = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
        if not passages or "cold" not in figures:
            figures["cold"] = _cold(place)
            figures["encoders"] = encoders()
            figures.setdefault("sizes", {})[BUNDLED] = _size(place, 0, real=True)
        kinds = [True, False] if passages <= REAL else [False]
        for real in kinds if passages else []:
            name = f"{passages} passages, {'model' if real else 'words'}"
            figures.setdefault("sizes", {})[name] = _size(place, passages, real=real)
            kept.write_text(json.dumps(figures, indent=1), "utf-8")
        kept.write_text(json.dumps(figures, indent=1), "utf-8")
        plot(figures, place / "speed.svg")
        show(figures)
    return 0


def _cold(place: Path) -> Figures:
    """Time one question from the shell, and importing two libraries beside it."""
    index = place / "bundled"
    asked = ["-m", "rag", "ask", QUESTIONS[0], "--corpus", str(CORPUS), "--index", str(index)]
    python(["-m", "rag", "index", str(CORPUS), "--index", str(index)], {})
    imports, ask = median_seconds(["-c", IMPORTS], {}), median_seconds(asked, {})
    return {"imports": imports, "ask": ask, "ask / imports": ask / imports}


def _size(place: Path, passages: int, *, real: bool) -> Figures:
    """Index so many generated passages, ask them, change one file, ask from the shell."""
    folder = place / str(passages) / "articles"
    model = place / ("model" if real else "words")
    index = place / str(passages) / f"index-{model.name}"
    settings = {"RAG_EMBEDDER": str(model)}
    at = ["--corpus", str(folder), "--index", str(index)]
    if not passages:
        settings = {}  # as it comes
    elif not model.exists():
        save_model(model, layers=real)
    if not folder.exists() and passages:
        write_articles(folder, passages)
    elif not folder.exists():
        shutil.copytree(CORPUS, folder, ignore=shutil.ignore_patterns(".*"))
    figures: Figures = {}
    if index.exists():
        figures = json.loads((index / "made.json").read_text("utf-8"))
    else:
        made = python(["-m", "rag", "index", str(folder), "--index", str(index)], settings)
        figures = {"sync": made.seconds, "sync memory": made.memory}
        (index / "made.json").write_text(json.dumps(figures), "utf-8")
    state = json.loads(python(["-m", "rag", "doctor", "--json", *at], settings).printed)
    figures |= {"passages": state["passages"], "disk": size_of(index)}
    asking = ["-m", "evals.bench.speed.asking", str(folder), str(index), str(passages)]
    figures |= json.loads(python(asking, settings).printed.splitlines()[-1])
    question = asked_of(passages)[0]
    figures["cold ask"] = median_seconds(["-m", "rag", "ask", question, *at], settings)
    figures["one file changed"] = _change_one(folder, index, settings).seconds
    if passages <= COMPARED:
        chroma = place / str(passages) / f"llamaindex-{model.name}"
        beside = ["-m", "evals.bench.speed.asking", str(folder), str(chroma), str(passages)]
        printed = python([*beside, str(model) if passages else ""], {}).printed
        figures["LlamaIndex"] = json.loads(printed.splitlines()[-1])
    return figures


def _change_one(folder: Path, index: Path, settings: dict[str, str]) -> Ran:
    changed = sorted(folder.rglob("*.txt"))[0]
    changed.write_text(changed.read_text("utf-8") + "One sentence was added.\n", "utf-8")
    return python(["-m", "rag", "index", str(folder), "--index", str(index)], settings)


class Ran(NamedTuple):
    """What a process took, in seconds and bytes, and what it printed."""

    seconds: float
    memory: int
    printed: str


def python(arguments: Sequence[str], settings: Mapping[str, str]) -> Ran:
    """Run the interpreter as a process and measure it.

    Raises:
        OSError: it failed; the message has the end of what it said.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as said:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments], env={**os.environ, **settings}, stdout=out, stderr=said
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said.seek(0)
        if process.returncode not in (0, 3):  # 3: nothing found, which is an answer too
            raise OSError(f"{' '.join(arguments)} failed: {said.read()[-500:]}")
        return Ran(seconds, usage.ru_maxrss * 1024, out.read())


def median_seconds(arguments: Sequence[str], settings: Mapping[str, str]) -> float:
    """Return the median time of a process; it is run once before, so that its files are cached."""
    python(arguments, settings)
    taken = sorted(python(arguments, settings).seconds for _ in range(TRIES))
    return taken[TRIES // 2]


def size_of(folder: Path) -> int:
    """Return the bytes of a folder's files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
