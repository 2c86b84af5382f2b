"""Write into the docs what they take from the code; ``--check`` only says whether they are stale.

Text between ``<!-- generated: NAME -->`` and ``<!-- end -->`` is replaced.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from typer.main import get_command
from typer.testing import CliRunner

import rag
from evals.ablate import FILE as ABLATION
from evals.ablate import ablation_figures, ablation_table
from evals.bench.speed.show import growth, tables
from evals.gate import load_report
from evals.metrics import METRICS
from evals.report import report_markdown, table
from rag.cli import app
from rag.render import answer_text
from rag.settings import settings_table
from tests.test_architecture import FLOORS

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
QUESTIONS = (
    "How many US troops are in Syria?",
    "When did the US invade Iraq?",
    "How many French soldiers are stationed in Iraq?",
)
MOST_LINES = {"answered": 8, "abstained": 3}  # of an example in the README
BLOCK = re.compile(r"(<!-- generated: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def commands() -> str:
    """Return the help of ``rag`` and of each of its commands."""
    words: list[list[str]] = [[]]
    for name, command in sorted(get_command(app).commands.items()):
        words.append([name])
        words += [[name, each] for each in getattr(command, "commands", {})]  # of a group
    parts = []
    for names in words:
        arguments = [*names, "--help"]
        shown = CliRunner().invoke(app, arguments, prog_name="rag", terminal_width=90).output
        title = " ".join(["rag", *names])
        parts.append(f"## {title}\n\n```text\n{shown.strip()}\n```")
    return "\n\n".join(parts)


def examples() -> str:
    """Return the answers to the README's questions as ``rag ask`` prints them, folded and cut."""
    with tempfile.TemporaryDirectory() as index:
        corpus = rag.open(ROOT / "corpus", index_dir=index)
        answers = [corpus.ask(question) for question in QUESTIONS]
    parts = []
    for question, answer in zip(QUESTIONS, answers, strict=True):
        lines = answer_text(answer.to_dict()).splitlines()
        folded = "\n".join(textwrap.fill(line, 96) for line in lines).splitlines()
        most = MOST_LINES[answer.status]
        cut = [*folded[:most], "…"] if len(folded) > most else folded
        parts.append("\n".join([f'$ make ask Q="{question}"', *cut]))
    examples = "\n\n".join(parts)
    return f"```console\n{examples}\n```"


def house() -> str:
    """Return the floors of the house, from the doors down, as the tests enforce them."""
    rows = [["floor", "room", "what lives there"]]
    for level, rooms in reversed(list(enumerate(FLOORS))):
        for room, description in rooms.items():
            folder = (ROOT / "rag" / room).is_dir()
            rows.append([str(level), f"`rag/{room}{'/' if folder else '.py'}`", description])
    return "\n".join(table(rows))


def metrics() -> str:
    """Return the metrics of the evaluation with their definitions."""
    rows = [["metric", "what it is"], *([f"`{m.name}`", m.definition] for m in METRICS)]
    return "\n".join(table(rows))


def ablation() -> str:
    """Return what each hand-made rule is worth, as the last run wrote it."""
    made = json.loads(ABLATION.read_text("utf-8"))
    return "\n".join([ablation_figures(made), "", *ablation_table(made)])


def evaluation() -> str:
    """Return the figures of the run that later runs may not fall below."""
    return report_markdown(load_report(ROOT / "evals" / "baseline.json")).strip()


def speed() -> str:
    """Return what the speed benchmark measured."""
    return "\n".join(tables(speed_figures()))


def speed_growth() -> str:
    """Return the figures of the speed benchmark that grow with the corpus."""
    return "\n".join(growth(speed_figures()))


def hardening() -> str:
    """Return the counts that the campaigns have written, as a table."""
    cells = [["what was tried", "times", "how it ended", "went wrong", "version"]]
    for row in json.loads((ROOT / "docs" / "hardening.json").read_text("utf-8")):
        ended = ", ".join(f"{count} {result}" for result, count in row["ended"].items())
        counts = [str(row["tried"]), ended, str(row["bad"])]
        cells.append([row["campaign"], *counts, row["version"]])
    return "\n".join(table(cells))


def speed_figures() -> dict[str, Any]:
    """Read the figures that the speed benchmark wrote."""
    figures: dict[str, Any] = json.loads((ROOT / "docs" / "speed.json").read_text("utf-8"))
    return figures


SOURCES: dict[str, Callable[[], str]] = {
    "ablation": ablation,
    "commands": commands,
    "evaluation": evaluation,
    "examples": examples,
    "hardening": hardening,
    "house": house,
    "metrics": metrics,
    "speed": speed,
    "speed-growth": speed_growth,
    "settings": settings_table,
}


def fill(page: str) -> str:
    """Return the page with its generated blocks as the code has them now."""
    return BLOCK.sub(lambda match: f"{match[1]}{SOURCES[match[2]]()}\n{match[3]}", page)


def main() -> int:
    """Write the pages, or with ``--check`` name the stale ones and return 1."""
    stale = [page for page in PAGES if fill(page.read_text("utf-8")) != page.read_text("utf-8")]
    if "--check" in sys.argv:
        for page in stale:
            print(f"{page.relative_to(ROOT)} is stale; run `make docs`", file=sys.stderr)
        return 1 if stale else 0
    for page in stale:
        page.write_text(fill(page.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
