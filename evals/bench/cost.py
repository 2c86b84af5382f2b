"""What things cost on the bundled corpus, as ratios within one run."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import rag
from evals.bench.baselines import load_encoder

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
QUESTIONS = (
    "How many US troops are in Iraq?",
    "Who pushed for US troops to leave Iraq in January 2024?",
    "What did Abu Ali al-Askari say?",
    "Why do the Americans want to stay?",
)
ROUNDS = 25
HEAVY = ("torch", "gradio", "sentence_transformers")


def run(data: Path | None) -> int:
    """Print a warm ask by embeddings, a second sync by the first, and what commands import."""
    folder = data or CORPUS
    encode = _bare_encoder()
    with tempfile.TemporaryDirectory() as index:
        opened = rag.open(folder, index_dir=index, sync=False)
        first, second = opened.sync(), opened.sync()
        for question in QUESTIONS:
            opened.ask(question)
        embed = _median(encode)
        ask = _median(opened.ask)
        print("| what | figure |\n|---|---|")
        print(f"| warm ask / one embedding of the question | {ask / embed:.2f} |")
        print(f"| second sync / first sync | {second.seconds / first.seconds:.4f} |")
        print(f"| texts embedded by the second sync | {second.embedded} |")
        gold = _whole_run(["-m", "evals", "--out", index])
        cold = _whole_run(["-m", "rag", "ask", QUESTIONS[0], *_at(folder, index)])
        print(f"| the whole gold run / one cold ask | {gold / cold:.2f} |")
        for command in (["--help"], ["articles"], ["show", opened.articles()[0].id]):
            heavy = _heavy_imports([*command, *([] if "--help" in command else _at(folder, index))])
            print(f"| heavy imports of `rag {command[0]}` | {', '.join(heavy) or 'none'} |")
    return 0


def _bare_encoder() -> Callable[[str], object]:
    """Return the encoder of the bundled model through sentence-transformers alone, warmed up."""
    model = load_encoder()
    model.encode("warm")
    return lambda question: model.encode(question, show_progress_bar=False)


def _at(folder: Path, index: str) -> list[str]:
    return ["--corpus", str(folder), "--index", index]


def _median(step: Callable[[str], object]) -> float:
    """Return the seconds that a step takes, the median over all questions and rounds."""
    taken = []
    for _ in range(ROUNDS):
        for question in QUESTIONS:
            began = time.perf_counter()
            step(question)
            taken.append(time.perf_counter() - began)
    return median(taken)


def _whole_run(arguments: list[str]) -> float:
    """Return the seconds that a command takes as a process, the shortest of three runs.

    A gold run that fails its gate takes as long as one that passes.
    """
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run([sys.executable, *arguments], capture_output=True, check=False)
        taken.append(time.perf_counter() - began)
    return min(taken)


def _heavy_imports(arguments: list[str]) -> list[str]:
    """Return which of the heavy libraries a run of the command imports."""
    command = [sys.executable, "-X", "importtime", "-m", "rag", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines()}
    return [name for name in HEAVY if name in imported]
