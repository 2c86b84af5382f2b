"""What the commands share: options, exit codes, progress on stderr, results on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from rag import render
from rag.errors import QuestionError
from rag.types import Progress


class ExitCode(IntEnum):
    """The exit codes of ``rag`` besides 0, which means answered, or done."""

    FAILED = 1
    BAD_INPUT = 2
    ABSTAINED = 3
    STOOD_IN = 4  # quotes stand in for an LLM that failed


_SHOWN_PATH = 40  # characters of the file at hand beside a progress bar
LOADING_MODEL = Progress("Loading the embedding model", 0, 0)  # takes seconds in a new process

CorpusOption = Annotated[
    Path | None, typer.Option("--corpus", help="Folder of documents [default: corpus].")
]
IndexOption = Annotated[
    Path | None, typer.Option("--index", help="Folder of the index [default: CORPUS/.footnote].")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
SinceOption = Annotated[
    str | None, typer.Option(help="Only documents from this date on: 2024, 2024-01 or 2024-01-25.")
]
UntilOption = Annotated[str | None, typer.Option(help="Only documents up to this date.")]
OutletOption = Annotated[list[str] | None, typer.Option(help="Only this outlet; repeatable.")]
DocumentOption = Annotated[
    list[str] | None,
    typer.Option(help='Only this document, or folder ending in "/", of CORPUS; repeatable.'),
]
LLMOption = Annotated[
    str | None, typer.Option(help="LLM that writes the answer, as ollama/llama3.2 [default: none].")
]
ModeOption = Annotated[
    str | None,
    typer.Option(help="Unsupported sentences of an LLM: flag or strict, which removes them."),
]


def open_corpus(folder: Path | None, index: Path | None, **options: Any) -> Any:
    """Open a corpus, up to date with its folder unless ``sync`` is off."""
    import rag

    if options.get("sync", True) is False:
        return rag.open(folder, index_dir=index, **options)
    with progress() as on_progress:
        return rag.open(folder, index_dir=index, on_progress=on_progress, **options)


@contextmanager
def asked_corpus(
    folder: Path | None, index: Path | None, *, loads_model: bool = True
) -> Iterator[Any]:
    """Open a corpus; while it is asked, say on stderr that a model is being loaded, if so."""
    corpus = open_corpus(folder, index)
    with progress() as on_progress:
        if loads_model:
            on_progress(LOADING_MODEL)
        yield corpus


@contextmanager
def progress() -> Iterator[Callable[[Progress], None]]:
    """Show a progress bar on stderr, drawn only while there is work, gone when it is done."""
    from rich import progress as bars
    from rich.console import Console
    from rich.markup import escape

    columns = (
        bars.SpinnerColumn(),
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeRemainingColumn(compact=True),
        bars.TextColumn("{task.fields[file]}"),
    )
    console = Console(stderr=True)
    with bars.Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        tasks: dict[str, Any] = {}

        def show(done: Progress) -> None:
            if done.step not in tasks:
                tasks[done.step] = bar.add_task(done.step, total=done.total or None, file="")
            file = escape(render.visible(shorten_path(done.file)))
            bar.update(tasks[done.step], completed=done.done, total=done.total or None, file=file)

        try:
            yield show
        except KeyboardInterrupt as stopped:
            note(f"rag: interrupted; {stopped or 'what was indexed so far is kept'}.")
            raise typer.Exit(ExitCode.FAILED) from None


def shorten_path(path: str) -> str:
    """Return the end of a path, at most _SHOWN_PATH characters."""
    return path if len(path) <= _SHOWN_PATH else f"…{path[1 - _SHOWN_PATH :]}"


def read_text(path: Path) -> str:
    """Return the text of a file.

    Raises:
        QuestionError: the file cannot be read as UTF-8.
    """
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"{path}: cannot be read as UTF-8 text ({error}).") from error


def read_batch(path: Path) -> Iterator[tuple[Any, str]]:
    """Yield the ids and questions of a file of JSON lines.

    Raises:
        QuestionError: the file cannot be read, or a line is malformed.
    """
    for number, line in enumerate(read_text(path).splitlines(), start=1):
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
    """Yield the lines that are not blank, after a prompt for each where someone types them."""
    typed = stream.isatty()
    while True:
        if typed:
            print("> ", end="", file=sys.stderr, flush=True)
        line = stream.readline()
        if not line:
            return
        if line.strip():
            yield line.strip()


def print_result(value: Any, writer: Callable[[Any], str], *, as_json: bool) -> None:
    """Print a JSON-ready value on stdout: as JSON, or as the text that the writer makes of it."""
    if as_json:
        print_json(value)
    else:
        print_text(writer(value))


def print_json(value: Any, indent: int | None = 2) -> None:
    """Print a value as JSON on stdout."""
    print(render.json_text(value, indent), flush=True)


def print_text(text: str, end: str = "\n") -> None:
    """Print a text on stdout, its control characters made visible."""
    print(render.visible(text), end=end, flush=True)


def without_line_ends(text: str) -> str:
    """Return a text without line ends, so that a file name cannot print a line of its own."""
    return text.replace("\r", " ").replace("\n", " ")


def note(text: str) -> None:
    """Print a note or an error as one line on stderr."""
    print(render.visible(without_line_ends(text)), file=sys.stderr)
