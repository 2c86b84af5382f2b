"""``python -m evals``: ask gold questions, measure the answers, and fail where they got worse."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import rag
from evals import ablate, faults, fit, fit_checking, gate, models, pairs, report
from evals.bench import BENCHMARKS
from evals.bench.speed.run import run as speed
from evals.cases import Timed, ask_all
from evals.claims import run as claims
from evals.smallest import QUESTIONS, ask_smallest, load_questions, passed_lines, smallest_table
from evals.written import run as written
from evals.written.free import run as free
from evals.written.tables import run as tables

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parent / "corpus"
GOLD = HERE / "gold"
OUT = HERE / "report"
BASELINE = HERE / "baseline.json"
THRESHOLDS = HERE / "thresholds.toml"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for and return the exit code."""
    given = _parser().parse_args(arguments)
    try:
        return int(given.run(given))
    except (rag.RagError, pairs.GoldError, OSError) as error:
        print(f"evals: {error}", file=sys.stderr)
        return 2


def run_gold(given: argparse.Namespace) -> int:
    """Measure the answers to the gold questions; return 1 if they fail the gate."""
    thresholds = gate.load_thresholds(given.thresholds)
    timed = _ask(given)
    made = report.make_report([row.case for row in timed], answered_by=given.llm or "none")
    if given.judge:
        from evals.judge import judge

        made["judge"] = judge([row.case for row in timed], given.judge)
    _write(given.out, made)
    print(report.report_markdown(made))
    print("\n".join(report.failure_lines(made)))
    _print_latency([row.seconds for row in timed])
    baseline = _baseline(given)
    failed = gate.breaches(made, baseline, thresholds)
    for breach in failed:
        print(f"FAILED {breach}", file=sys.stderr)
    print(f"Report: {given.out / 'report.html'}", file=sys.stderr)
    return 1 if failed else 0


def run_faults(given: argparse.Namespace) -> int:
    """Spoil good answers and have an LLM say altered sentences; return 1 if a fault is not seen."""
    if given.split:
        found = list(free.check_said(given.split, free.load_said(given.split)))
        print("\n".join(free.free_table(found, given.split)))
        print("\nAbout rows of tables:\n")
        rows = list(tables.check_rows(given.split, tables.load_rows(given.split)))
        print("\n".join(tables.row_table(rows, given.split)))
        return 0
    findings = faults.find_faults([row.case for row in _ask(given)])
    print("\n".join(faults.fault_table(findings)))
    failed = [f"{f.fault.name} ({f.base}) not seen" for f in findings if f.cases and not f.fell]
    said = list(
        written.judge([saying for split in written.SPLITS for saying in written.load(split)])
    )
    print("\nWhat an LLM says, as a scripted one says it:\n")
    print("\n".join(written.tables(said)))
    failed += written.shortfalls(said)
    for failure in failed:
        print(f"FAILED {failure}", file=sys.stderr)
    return 1 if failed else 0


def run_claims(given: argparse.Namespace) -> int:
    """Check the claims on the bundled articles; return 1 if too many get the wrong verdict."""
    if given.groups:
        print("\n".join(claims.group_table(given.groups)))
        return 0
    loaded = [claim for split in claims.SPLITS for claim in claims.load(split)]
    judged = list(claims.judge(loaded))
    print("\n".join(claims.tables(judged)))
    failed = claims.shortfalls(judged)
    for failure in failed:
        print(f"FAILED {failure}", file=sys.stderr)
    return 1 if failed else 0


def run_models(given: argparse.Namespace) -> int:
    """Measure the reader and the entailment model."""
    return models.run(given.split, given.data, given.groups)


def run_ablate(given: argparse.Namespace) -> int:
    """Measure what each hand-made rule is worth."""
    return ablate.run(given.rules, given.groups, given.second)


def run_smallest(given: argparse.Namespace) -> int:
    """Have the smallest LLM answer questions and print what the check makes of its sentences."""
    said = list(ask_smallest(load_questions(given.cases, given.questions)))
    print("\n".join([*smallest_table(said), "", *passed_lines(said)]))
    return 0


def run_compare(given: argparse.Namespace) -> int:
    """Print what changed between two reports."""
    before, after = gate.load_report(given.before), gate.load_report(given.after)
    print("\n".join(gate.compare(before, after)))
    return 0


def run_bench(given: argparse.Namespace) -> int:
    """Run a benchmark and return its exit code."""
    if given.name == "speed":
        return speed(given.data, given.passages)
    return BENCHMARKS[given.name](given.data)


def run_fit(given: argparse.Namespace) -> int:
    """Fit the parameters of the answerer or of the checks, and write them to the file it reads."""
    if given.what == "checking":
        return _write_fitted(fit_checking.fit(), given.out or fit_checking.FILE)
    path = GOLD / "dev.jsonl"
    with tempfile.TemporaryDirectory() as index:
        corpus = rag.open(CORPUS, index_dir=index)
        text = fit.fit(corpus, pairs.load(path, corpus.articles()), [path], given.data)
    return _write_fitted(text, given.out or fit.FILE)


def _write_fitted(text: str, out: Path) -> int:
    out.write_text(text, "utf-8")
    print(text)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals", description=__doc__)
    _add_gold_options(parser)
    parser.add_argument("--judge", metavar="SPEC", help="an LLM whose verdicts are shown beside")
    parser.add_argument("--out", type=Path, default=OUT, help="folder for the report")
    parser.add_argument("--baseline", type=Path, help="report.json that may not be fallen below")
    parser.add_argument("--thresholds", type=Path, default=THRESHOLDS, help="TOML file")
    parser.set_defaults(run=run_gold)
    commands = parser.add_subparsers(title="commands", metavar="")
    command = commands.add_parser("faults", help="spoil good answers: which figures fall?")
    _add_gold_options(command)
    command.add_argument(
        "--split",
        choices=["dev", "test"],
        help="only the sentences in free paraphrase, and about tables, of a split",
    )
    command.set_defaults(run=run_faults)
    command = commands.add_parser("claims", help="check claims: is each verdict the right one?")
    command.add_argument(
        "--groups", choices=["dev", "test"], help="check the claims of these groups instead"
    )
    command.set_defaults(run=run_claims)
    command = commands.add_parser("models", help="measure the reader and the entailment model")
    command.add_argument("--split", choices=["dev", "test"], default="dev")
    command.add_argument("--groups", type=int, help="so many of the split; by default all")
    command.add_argument("--data", type=Path, help="folder of XQuAD, CLAP NQ and FaithBench")
    command.set_defaults(run=run_models)
    command = commands.add_parser("ablate", help="what is each hand-made rule worth?")
    command.add_argument("rules", nargs="*", help="parts of the names of rules; all without any")
    command.add_argument("--groups", type=int, default=8, help="so many of the unseen groups")
    command.add_argument("--second", type=Path, help="a folder of groups of your own instead")
    command.set_defaults(run=run_ablate)
    command = commands.add_parser("smallest", help="what does the check make of a very weak LLM?")
    command.add_argument("--cases", type=Path, help="a folder with cases.jsonl of further folders")
    command.add_argument("--questions", type=int, default=QUESTIONS, help="how many are asked")
    command.set_defaults(run=run_smallest)
    command = commands.add_parser("compare", help="what changed between two reports")
    command.add_argument("before", type=Path)
    command.add_argument("after", type=Path)
    command.set_defaults(run=run_compare)
    command = commands.add_parser(
        "fit", help="fit when to abstain and what to quote, or the checks"
    )
    command.add_argument("what", choices=["answering", "checking"])
    command.add_argument("--data", type=Path, help="folder that holds CLAP NQ, for what to quote")
    command.add_argument("--out", type=Path, help="where the parameters go, if not in the package")
    command.set_defaults(run=run_fit)
    command = commands.add_parser("bench", help="an outside benchmark, or what things cost")
    command.add_argument("name", choices=sorted([*BENCHMARKS, "speed"]))
    command.add_argument("--data", type=Path, help="folder that holds the benchmark's files")
    command.add_argument(
        "--passages", type=int, default=0, help="speed: how many are generated and indexed"
    )
    command.set_defaults(run=run_bench)
    return parser


def _add_gold_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="folder of documents")
    parser.add_argument("--gold", type=Path, default=GOLD, help="file of pairs, or folder of such")
    parser.add_argument("--llm", metavar="SPEC", help="who answers; none by default")


def _ask(given: argparse.Namespace) -> list[Timed]:
    """Ask on a fresh index, so that nothing from an earlier run plays a part."""
    if given.llm:
        rag.load_llm(given.llm)  # what cannot be loaded is an error, not a bad score
    with tempfile.TemporaryDirectory() as index:
        corpus = rag.open(given.corpus, index_dir=index, llm=given.llm)
        gold = pairs.load(given.gold, corpus.articles())
        return list(ask_all(corpus, gold, given.llm))


def _baseline(given: argparse.Namespace) -> dict[str, Any] | None:
    """Return the report to compare with: the given one, or the one committed for bundled pairs."""
    bundled = (given.corpus, given.gold, given.llm) == (CORPUS, GOLD, None)
    path = given.baseline or (BASELINE if bundled and BASELINE.is_file() else None)
    return gate.load_report(path) if path else None


def _write(folder: Path, made: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(made, ensure_ascii=False, indent=1)
    (folder / "report.json").write_text(f"{text}\n", "utf-8")
    (folder / "baseline.json").write_text(report.as_baseline(made), "utf-8")
    (folder / "report.md").write_text(report.report_markdown(made), "utf-8")
    (folder / "report.html").write_text(report.report_html(made), "utf-8")


def _print_latency(seconds: Sequence[float]) -> None:
    """Print the latency on stderr, since no two runs take the same time; it gates nothing."""
    import numpy as np

    median, late = np.percentile(seconds, (50, 95))
    print(f"Latency of an answer: p50 {median:.3f} s, p95 {late:.3f} s", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
