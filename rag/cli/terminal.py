"""What the command line reads and prints besides answers: progress, notes, batches, JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from rag import render
from rag.errors import QuestionError
from rag.types import Progress

ABSTAINED, STOOD_IN, BAD_INPUT, FAILED = 3, 4, 2, 1
WARMING_UP = Progress("Loading the embedding model", 0, 0)  # seconds, in a new process

CorpusOption = Annotated[
    Path | None, typer.Option("--corpus", help="Folder of documents [default: corpus].")
]
IndexOption = Annotated[
    Path | None, typer.Option("--index", help="Folder of the index [default: CORPUS/.footnote].")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
SinceOption = Annotated[str | None, typer.Option(help="Only articles from this date on.")]
UntilOption = Annotated[str | None, typer.Option(help="Only articles up to this date.")]
LLMOption = Annotated[str | None, typer.Option(help="Who answers [default: none].")]
ModeOption = Annotated[
    str | None, typer.Option(help="flag what an LLM says without support, or strict: withdraw it.")
]
OutletOption = Annotated[list[str] | None, typer.Option(help="Only this outlet; repeatable.")]


def open_corpus(folder: Path | None, index: Path | None, **options: Any) -> Any:
    """The corpus that a command is about, in step with its folder unless ``sync`` is off."""
    import rag

    if options.get("sync", True) is False:
        return rag.open(folder, index_dir=index, **options)
    with progress() as on_progress:
        return rag.open(folder, index_dir=index, on_progress=on_progress, **options)


WORDS = {"None": "–", "True": "yes", "False": "no"}


@contextmanager
def progress() -> Iterator[Callable[[Progress], None]]:
    """A progress bar on stderr, drawn only while there is work, gone when it is done."""
    from rich import progress as bars
    from rich.console import Console

    columns = (bars.SpinnerColumn(), bars.TextColumn("{task.description}"), bars.BarColumn())
    console = Console(stderr=True)
    with bars.Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        tasks: dict[str, Any] = {}

        def show(done: Progress) -> None:
            if done.step not in tasks:
                tasks[done.step] = bar.add_task(done.step, total=done.total or None)
            bar.update(tasks[done.step], completed=done.done, total=done.total or None)

        yield show


def note_failures(report: dict[str, Any]) -> None:
    """Say on stderr which files of a sync could not be read, and which are there twice."""
    for failed in report["failed"]:
        note(f"rag: {failed['path']} {failed['reason']}")
    for twin in report["duplicates"]:
        note(
            f"rag: {twin['path']} holds the same bytes as {twin['same_as']}; "
            "both are one article, so one of them can go."
        )


def read_batch(path: Path) -> Iterator[tuple[Any, str]]:
    """The ids and questions of a file of JSON lines.

    Raises:
        QuestionError: the file cannot be read, or a line is malformed.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"{path}: cannot be read as UTF-8 text ({error}).") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            yield row["id"], row["question"]
        except (ValueError, KeyError, TypeError) as error:
            raise QuestionError(
                f'{path}, line {number}: must be a JSON object with "id" and "question".'
            ) from error


def prompted(stream: TextIO) -> Iterator[str]:
    """The lines that are not blank, asked for with a prompt where someone types them."""
    typed = stream.isatty()
    while True:
        if typed:
            print("> ", end="", file=sys.stderr, flush=True)
        line = stream.readline()
        if not line:
            return
        if line.strip():
            yield line.strip()


def print_state(state: dict[str, Any], *, as_json: bool) -> None:
    """Print what a check found, as JSON or one line a finding."""
    if as_json:
        print_json(state)
        return
    for name, value in state.items():
        shown = ", ".join(value) or "none" if isinstance(value, list) else value
        print_line(f"{name.replace('_', ' '):<20} {WORDS.get(str(shown), shown)}")


def print_json(value: Any, indent: int | None = 2) -> None:
    """Print a value as JSON on stdout."""
    print(render.json_text(value, indent), flush=True)


def print_text(text: str, end: str = "\n") -> None:
    """Print a text on stdout; no terminal obeys anything in it."""
    print(render.visible(text), end=end, flush=True)


def print_line(text: str) -> None:
    """Print what is one line, whatever stands in it, on stdout."""
    print_text(text.replace("\r", " ").replace("\n", " "))


def note(text: str) -> None:
    """Print a note or an error, which is one line, on stderr."""
    print(render.visible(text.replace("\r", " ").replace("\n", " ")), file=sys.stderr)
