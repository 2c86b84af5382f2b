"""Commands that answer: ask, chat, search."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from rag import render
from rag.cli.options import (
    ABSTAINED,
    STOOD_IN,
    WARMING_UP,
    CorpusOption,
    IndexOption,
    JsonOption,
    LLMOption,
    ModeOption,
    OutletOption,
    SinceOption,
    UntilOption,
    open_corpus,
)
from rag.cli.terminal import note, print_json, print_text, progress, prompted, read_batch
from rag.errors import InputError, QuestionError
from rag.packs import check_ending, export_pack

NEW_CONVERSATION, AS_IT_STANDS = "/new", "="
PREVIEW = 300  # characters of a passage shown by `rag search`


def ask(
    question: Annotated[str | None, typer.Argument(help="The question, in quotes.")] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
    batch: Annotated[
        Path | None, typer.Option(help='JSON lines {"id", "question"} to answer, one a line.')
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    outlet: OutletOption = None,
    llm: LLMOption = None,
    mode: ModeOption = None,
    top_k: Annotated[int | None, typer.Option(help="Passages to draw from [default: 8].")] = None,
    export: Annotated[
        Path | None, typer.Option(help="Also write an evidence pack: .md, .html or .json.")
    ] = None,
) -> None:
    """Answer a question, each sentence cited."""
    options: dict[str, Any] = {"since": since, "until": until, "outlets": outlet, "top_k": top_k}
    options |= {"llm": llm, "mode": mode}
    if (batch is None) == (question is None):
        raise QuestionError("Give a question, or a file of them with --json --batch FILE.")
    if batch is not None and export is not None:
        raise QuestionError("--export writes one answer; give one question instead of --batch.")
    if batch is not None:
        questions = list(read_batch(batch))
        opened = open_corpus(corpus, index)
        for id_, asked in questions:
            print_json(opened.ask(asked, **options).to_dict() | {"id": id_}, indent=None)
        return
    if export is not None:
        check_ending(export)
    opened = open_corpus(corpus, index)
    with progress() as on_progress:
        on_progress(WARMING_UP)
        answer = opened.ask(question, **options)
    shown = answer.to_dict()
    if as_json:
        print_json(shown)
    else:
        print_text(render.plain(shown))
    if export is not None:
        export_pack(opened, answer, export)
        note(f"rag: evidence written to {export}")
    abstained = answer.status == "abstained"
    raise typer.Exit(ABSTAINED if abstained else STOOD_IN if answer.stood_in else 0)


def chat(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
    llm: LLMOption = None,
    mode: ModeOption = None,
) -> None:
    """Answer the questions typed on stdin, each in the light of those before.

    A line that begins with "=" is asked as it stands; "/new" begins a new conversation.
    """
    opened = open_corpus(corpus, index)
    conversation = opened.chat()
    for line in prompted(sys.stdin):
        if line == NEW_CONVERSATION:
            conversation = opened.chat()
            continue
        alone = line.startswith(AS_IT_STANDS)
        try:
            asked = line.removeprefix(AS_IT_STANDS)
            given = conversation.ask(asked, alone=alone, llm=llm, mode=mode)
        except InputError as error:
            note(f"rag: {error}")
            continue
        answer = given.to_dict()
        if as_json:
            print_json(answer, indent=None)
        else:
            print_text(render.plain(answer), end="\n\n")


def search(
    query: str,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
    since: SinceOption = None,
    until: UntilOption = None,
    outlet: OutletOption = None,
    top_k: Annotated[int, typer.Option(help="Passages to show.")] = 5,
) -> None:
    """Show the passages that fit best, without an answer."""
    opened = open_corpus(corpus, index)
    with progress() as on_progress:
        on_progress(WARMING_UP)
        hits = opened.search(query, top_k=top_k, since=since, until=until, outlets=outlet)
    found = [hit.to_dict() for hit in hits]
    if as_json:
        print_json(found)
        return
    for hit in found:
        print_text(render.passage_line(hit, limit=PREVIEW), end="\n\n")
