"""Commands that compare what sources say: compare, timeline, verify, verify-pack."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from rag import render
from rag.cli.terminal import (
    ABSTAINED,
    FAILED,
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
    note,
    open_corpus,
    print_json,
    print_text,
    progress,
    prompted,
    read_batch,
)
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
        print_text(render.answer_text(shown))
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
            print_text(render.answer_text(answer), end="\n\n")


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
        print_text(render.pack_check_text(found))
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
