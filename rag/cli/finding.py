"""Commands that compare what sources say: compare, timeline, verify, verify-pack."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from rag import render
from rag.cli.options import (
    FAILED,
    WARMING_UP,
    CorpusOption,
    IndexOption,
    JsonOption,
    OutletOption,
    SinceOption,
    UntilOption,
    open_corpus,
)
from rag.cli.terminal import print_json, print_text, progress
from rag.errors import QuestionError

STDIN = "-"


def compare(
    question: str,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
    since: SinceOption = None,
    until: UntilOption = None,
    outlet: OutletOption = None,
) -> None:
    """Show where sources or dates give different values for what is asked."""
    opened = open_corpus(corpus, index)
    with progress() as on_progress:
        on_progress(WARMING_UP)
        differences = opened.compare(question, since=since, until=until, outlets=outlet)
    found = [difference.to_dict() for difference in differences]
    if as_json:
        print_json(found)
    else:
        print_text(render.differences_text(found))


def timeline(
    topic: Annotated[str | None, typer.Argument(help="What the events are about.")] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
    since: Annotated[str | None, typer.Option(help="Only what happened from this date on.")] = None,
    until: Annotated[str | None, typer.Option(help="Only what happened up to this date.")] = None,
    outlet: OutletOption = None,
) -> None:
    """List dated events, oldest first, with how each date was found."""
    opened = open_corpus(corpus, index)
    with progress() as on_progress:
        if topic is not None:
            on_progress(WARMING_UP)
        events = opened.timeline(topic, since=since, until=until, outlets=outlet)
    found = [event.to_dict() for event in events]
    if as_json:
        print_json(found)
    else:
        print_text(render.timeline_text(found))


def verify(
    text: Annotated[
        str | None, typer.Argument(help="A sentence or more, in quotes; - reads stdin.")
    ] = None,
    file: Annotated[Path | None, typer.Option(help="A text file to check instead.")] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
    since: SinceOption = None,
    until: UntilOption = None,
    outlet: OutletOption = None,
) -> None:
    """Check each sentence of a text: supported, contradicted, partial or not found."""
    given = _text(text, file)
    opened = open_corpus(corpus, index)
    with progress() as on_progress:
        on_progress(WARMING_UP)
        checked = opened.verify(given, since=since, until=until, outlets=outlet).to_dict()
    if as_json:
        print_json(checked)
    else:
        print_text(render.checked_text(checked))


def verify_pack(
    pack: Annotated[Path, typer.Argument(help="A file that `rag ask --export` wrote.")],
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check each quote of an evidence pack against the articles; exit code 1 if one fails."""
    from rag.packs import verify_pack

    found = verify_pack(open_corpus(corpus, index), pack)
    if as_json:
        print_json(found)
    else:
        print_text(render.pack_text(found))
    raise typer.Exit(0 if found["holds"] else FAILED)


def _text(text: str | None, file: Path | None) -> str:
    if (text is None) == (file is None):
        raise QuestionError("Give a text in quotes, - to read it from stdin, or --file FILE.")
    if text is not None:
        return sys.stdin.read() if text == STDIN else text
    try:
        return Path(file or "").read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"{file}: cannot be read as UTF-8 text ({error}).") from error
