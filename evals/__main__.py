"""``python -m evals``: gold questions; ``python -m evals bench NAME``: benchmarks."""

from __future__ import annotations

import argparse
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

import rag
from evals import pairs
from evals.bench import BENCHMARKS
from evals.run import METRICS, Outcome, evaluate, means

HERE = Path(__file__).resolve().parent
GOLD = HERE / "gold" / "first.jsonl"
THRESHOLDS = HERE / "thresholds.toml"


def main() -> int:
    """Run what the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=HERE.parent / "corpus")
    parser.add_argument("--gold", type=Path, default=GOLD)
    commands = parser.add_subparsers(dest="command")
    bench = commands.add_parser("bench", help="an outside benchmark, or what things cost")
    bench.add_argument("name", choices=sorted(BENCHMARKS))
    bench.add_argument("--data", type=Path, help="folder that holds the benchmark's files")
    arguments = parser.parse_args()
    try:
        if arguments.command == "bench":
            return BENCHMARKS[arguments.name](arguments.data)
        return run_gold(arguments.corpus, arguments.gold)
    except (rag.RagError, pairs.GoldError, OSError) as error:
        print(f"evals: {error}", file=sys.stderr)
        return 2


def run_gold(folder: Path, path: Path) -> int:
    """Ask the gold questions of a file, print the table and the failures; 1 below a threshold."""
    with tempfile.TemporaryDirectory() as index:
        corpus = rag.open(folder, index_dir=index)
        articles = {article.path: article for article in corpus.articles()}
        outcomes = evaluate(corpus, pairs.load(path, articles))
    print_table(outcomes)
    for outcome in outcomes:
        failed = [name for name in METRICS if getattr(outcome, name) == 0]
        if failed:
            print(f"\n{outcome.pair.id} ({', '.join(failed)}): {outcome.pair.question}")
            print(f"  expected: {outcome.pair.reference}")
            print(f"  got:      {outcome.answer.text[:300]}")
    lowest = tomllib.loads(THRESHOLDS.read_text("utf-8"))
    below = [name for name, mean in means(outcomes).items() if mean < lowest[name]]
    if below:
        print(f"\nBelow evals/thresholds.toml: {', '.join(below)}", file=sys.stderr)
    return 1 if below else 0


def print_table(outcomes: Sequence[Outcome]) -> None:
    """Print the means by category and over all, as a Markdown table."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(outcome.pair.category, []).append(outcome)
    print(f"| category | pairs | {' | '.join(METRICS)} |")
    print("|---|" + "---|" * (len(METRICS) + 1))
    for name, group in [*sorted(groups.items()), ("all", list(outcomes))]:
        figures = " | ".join(f"{mean:.3f}" for mean in means(group).values())
        print(f"| {name} | {len(group)} | {figures} |")


if __name__ == "__main__":
    sys.exit(main())
