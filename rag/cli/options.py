"""What the commands have in common: options, exit codes, opening a corpus with a progress bar."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from rag.cli.terminal import progress
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
