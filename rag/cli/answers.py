"""Commands that ask a corpus: ask, chat, search, compare, timeline, verify, verify-pack."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from rag import render
from rag.cli.terminal import (
    CorpusOption,
    DocumentOption,
    ExitCode,
    IndexOption,
    JsonOption,
    LLMOption,
    ModeOption,
    OutletOption,
    SinceOption,
    UntilOption,
    asked_corpus,
    note,
    open_corpus,
    print_json,
    print_result,
    print_text,
    prompted,
    read_batch,
    read_text,
)
from rag.errors import InputError, QuestionError
from rag.packs import check_place, export_pack
from rag.render.compared.documents import two_documents_text
from rag.render.compared.sources import comparison_text

NEW_CONVERSATION, WITHOUT_CONTEXT = "/new", "="
STDIN = "-"
QuotesOption = Annotated[
    bool, typer.Option(help="Show the words that an LLM's answer cites below it.")
]
PREVIEW = 300  # characters of a passage that `rag search` shows


def ask(
    question: Annotated[str | None, typer.Argument(help="The question, in quotes.")] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
    batch: Annotated[
        Path | None, typer.Option(help='File of JSON lines {"id", "question"} to answer instead.')
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    outlet: OutletOption = None,
    document: DocumentOption = None,
    llm: LLMOption = None,
    mode: ModeOption = None,
    quotes: QuotesOption = True,
    top_k: Annotated[int | None, typer.Option(help="Passages to draw from [default: 8].")] = None,
    export: Annotated[
        Path | None, typer.Option(help="Also write an evidence pack: .md, .html or .json.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over a file that is there.")
    ] = False,
) -> None:
    """Answer a question; every sentence is cited.

    The exit code is 3 if the documents do not answer it.
    """
    options = _filters(since, until, outlet, document) | {"top_k": top_k, "llm": llm, "mode": mode}
    if (batch is None) == (question is None):
        raise QuestionError("Give a question, or a file of them with --json --batch FILE.")
    if batch is not None:
        if export is not None:
            raise QuestionError("--export writes one answer; give one question instead of --batch.")
        questions = list(read_batch(batch))
        opened = open_corpus(corpus, index)
        for id_, asked in questions:
            print_json(opened.ask(asked, **options).to_dict() | {"id": id_}, indent=None)
        return
    if export is not None:
        check_place(export, force=force)
    with asked_corpus(corpus, index) as opened:
        answer = opened.ask(question, **options)
    print_result(answer.to_dict(), partial(render.answer_text, quotes=quotes), as_json=as_json)
    if export is not None:
        export_pack(opened, answer, export, force=force)
        note(f"rag: evidence written to {export}")
    if answer.status == "abstained":
        raise typer.Exit(ExitCode.ABSTAINED)
    raise typer.Exit(ExitCode.STOOD_IN if answer.stood_in else 0)


def _filters(
    since: str | None, until: str | None, outlet: list[str] | None, document: list[str] | None
) -> dict[str, Any]:
    """Return the options that restrict which documents are looked at as keywords of a corpus."""
    within = {"since": since, "until": until, "outlets": outlet}
    return {**within, "documents": document or None}


def chat(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
    llm: LLMOption = None,
    mode: ModeOption = None,
    quotes: QuotesOption = True,
) -> None:
    """Answer questions line by line, as a conversation.

    A question may refer to those before it. A line that begins with "=" is asked without them;
    "/new" begins a new conversation.
    """
    opened = open_corpus(corpus, index)
    conversation = opened.chat()
    for line in prompted(sys.stdin):
        if line == NEW_CONVERSATION:
            conversation = opened.chat()
            continue
        alone = line.startswith(WITHOUT_CONTEXT)
        question = line.removeprefix(WITHOUT_CONTEXT)
        try:
            answer = conversation.ask(question, alone=alone, llm=llm, mode=mode).to_dict()
        except InputError as error:
            note(f"rag: {error}")
            continue
        if as_json:
            print_json(answer, indent=None)
        else:
            print_text(render.answer_text(answer, quotes=quotes), end="\n\n")


def search(
    query: str,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
    since: SinceOption = None,
    until: UntilOption = None,
    outlet: OutletOption = None,
    document: DocumentOption = None,
    top_k: Annotated[int, typer.Option(help="Passages to show.")] = 5,
) -> None:
    """Show the passages that fit best, without an answer."""
    within = _filters(since, until, outlet, document)
    with asked_corpus(corpus, index) as opened:
        hits = opened.search(query, top_k=top_k, **within)
    print_result([hit.to_dict() for hit in hits], _passages, as_json=as_json)


def _passages(hits: list[dict[str, Any]]) -> str:
    lines = [f"{render.passage_line(hit, limit=PREVIEW)}\n" for hit in hits]
    return "\n".join(lines) or "No passage found."


def compare(
    question: Annotated[
        str | None, typer.Argument(help="A question that several documents speak of.")
    ] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
    since: SinceOption = None,
    until: UntilOption = None,
    outlet: OutletOption = None,
    document: DocumentOption = None,
    every: Annotated[
        bool, typer.Option("--all", help="What each document says, also where they agree.")
    ] = False,
    documents: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="ONE OTHER", help="Two documents to compare with one another."),
    ] = None,
) -> None:
    """Show where sources or dates give different values, or how two documents differ.

    A document is named by its id, its path, or its file name.
    """
    if (question is None) == (documents is None):
        raise QuestionError("Give a question in quotes, or two documents: --documents ONE OTHER.")
    if documents is not None:
        opened = open_corpus(corpus, index)
        ids = (opened.article(name).id for name in documents)
        two = opened.documents.compare(*ids)
        print_result(two.to_dict(), two_documents_text, as_json=as_json)
        return
    within = _filters(since, until, outlet, document)
    if every:
        with asked_corpus(corpus, index) as opened:
            sides = opened.side_by_side(question, **within)
        print_result(sides.to_dict(), comparison_text, as_json=as_json)
        return
    with asked_corpus(corpus, index) as opened:
        differences = opened.compare(question, **within)
    found = [difference.to_dict() for difference in differences]
    print_result(found, render.differences_text, as_json=as_json)


def timeline(
    topic: Annotated[str | None, typer.Argument(help="What the events are about.")] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
    since: Annotated[str | None, typer.Option(help="Only events from this date on.")] = None,
    until: Annotated[str | None, typer.Option(help="Only events up to this date.")] = None,
    outlet: OutletOption = None,
    document: DocumentOption = None,
) -> None:
    """List dated events, oldest first, with how each was dated."""
    within = _filters(since, until, outlet, document)
    opening = asked_corpus(corpus, index, loads_model=topic is not None)
    with opening as opened:
        events = opened.timeline(topic, **within)
    print_result([event.to_dict() for event in events], render.timeline_text, as_json=as_json)


def verify(
    text: Annotated[
        str | None, typer.Argument(help="One sentence or more, in quotes; - reads stdin.")
    ] = None,
    file: Annotated[Path | None, typer.Option(help="A text file to check instead.")] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
    since: SinceOption = None,
    until: UntilOption = None,
    outlet: OutletOption = None,
    document: DocumentOption = None,
) -> None:
    """Check each sentence of a text against the documents.

    A sentence is supported, partly supported, contradicted, or not found in the documents.
    """
    if (text is None) == (file is None):
        raise QuestionError("Give a text in quotes, - to read it from stdin, or --file FILE.")
    if file is not None:
        text = read_text(file)
    elif text == STDIN:
        text = sys.stdin.read()
    within = _filters(since, until, outlet, document)
    with asked_corpus(corpus, index) as opened:
        checked = opened.verify(text, **within)
    print_result(checked.to_dict(), render.checked_text, as_json=as_json)


def verify_pack(
    pack: Annotated[Path, typer.Argument(help="A file that `rag ask --export` wrote.")],
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check an evidence pack against the documents.

    The exit code is 1 if one of its quotes no longer holds.
    """
    from rag.packs import verify_pack

    found = verify_pack(open_corpus(corpus, index), pack)
    print_result(found, render.pack_check_text, as_json=as_json)
    raise typer.Exit(0 if found["holds"] else ExitCode.FAILED)
