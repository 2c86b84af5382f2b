"""Commands on what is kept on this machine: `rag history …` and `rag notebook …`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from rag import render
from rag.cli.terminal import (
    CorpusOption,
    IndexOption,
    JsonOption,
    note,
    open_corpus,
    print_result,
    without_line_ends,
)
from rag.errors import QuestionError
from rag.notebook.conversations import UNDO_DAYS, ConversationInfo, Conversations
from rag.notebook.export import (
    check_export_ending,
    conversation_file,
    notebook_file,
    write_export,
)
from rag.notebook.pins import Notebook
from rag.text.dates import display_date
from rag.text.quotations import in_quotes

ConversationId = Annotated[str, typer.Argument(help="Its id, or the beginning of it.")]
ExportFile = Annotated[Path, typer.Argument(help="File to write: .md, .html or .docx.")]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]
_LISTED_MINUTE = 16  # characters of a time in ISO 8601, to the minute


def list_conversations(
    deleted: Annotated[
        bool, typer.Option("--deleted", help="List those that can be brought back.")
    ] = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the conversations, those used last first."""
    kept = _conversations(corpus, index)
    _print_listed(kept, kept.deleted() if deleted else kept.recent(), as_json=as_json)


def search_conversations(
    words: Annotated[str, typer.Argument(help="Words of questions, answers and quotes.")],
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the conversations in which all of some words stand."""
    kept = _conversations(corpus, index)
    _print_listed(kept, kept.search(words), as_json=as_json)


def show_conversation(
    conversation: ConversationId,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a conversation.

    What rests on documents that were changed or removed since is marked.
    """
    found = _conversations(corpus, index).get(conversation).to_dict()
    print_result(found, _conversation_text, as_json=as_json)


def export_conversation(
    conversation: ConversationId,
    file: ExportFile,
    force: Force = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Write a conversation into a file, its quotes as footnotes."""
    ending = check_export_ending(file)
    content = conversation_file(_conversations(corpus, index).get(conversation), ending)
    write_export(file, content, force=force)
    note(f"rag: the conversation was written to {file}")


def delete_conversation(
    conversation: Annotated[
        str | None, typer.Argument(help="Its id, or the beginning of it.")
    ] = None,
    undo: Annotated[
        bool, typer.Option(help="Bring back one that was deleted, by its whole id.")
    ] = False,
    for_good: Annotated[
        bool, typer.Option(help="Delete for good one that was deleted, by its whole id.")
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Delete all conversations at once, for good.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --all: do not ask first.")] = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Delete a conversation, or bring one back that was deleted in the last days."""
    if (conversation is None) != every or sum((every, undo, for_good)) > 1:
        raise QuestionError("Give the id of a conversation, or --all.")
    kept = _conversations(corpus, index)
    if conversation is None:
        _delete_all(kept, asked=not yes)
        return
    if undo or for_good:
        (kept.undo_delete if undo else kept.delete_for_good)(conversation)
        done = "is back" if undo else "is deleted for good"
        note(f"rag: conversation {conversation} {done}")
        return
    id_ = kept.delete(conversation)
    note(
        f"rag: conversation {id_} is deleted; for {UNDO_DAYS} days, "
        f"`rag history delete {id_} --undo` brings it back"
    )


def _delete_all(kept: Conversations, *, asked: bool) -> None:
    """Delete all conversations, after asking somebody who sits there."""
    if asked:
        if not sys.stdin.isatty():
            raise QuestionError(
                "This deletes all conversations for good; add --yes if you mean it."
            )
        typer.confirm("Delete all conversations for good?", abort=True, err=True)
    kept.delete_all()
    note("rag: all conversations are deleted, for good")


def list_notebook(
    corpus: CorpusOption = None, index: IndexOption = None, as_json: JsonOption = False
) -> None:
    """Print the notebook: statements that were pinned, their quotes, and notes."""
    pins = Notebook(open_corpus(corpus, index, sync=False)).pins()
    print_result([pin.to_dict() for pin in pins], _pins_text, as_json=as_json)


def annotate_pin(
    entry: Annotated[str, typer.Argument(help="Its id, as `rag notebook list` shows it.")],
    text: Annotated[str, typer.Argument(help="The note, in quotes; empty to have none.")],
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Change the note of an entry of the notebook."""
    Notebook(open_corpus(corpus, index, sync=False)).annotate(entry, text)
    note(f"rag: the note of {entry} is changed")


def export_notebook(
    file: ExportFile,
    force: Force = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Write the notebook into a file, its quotes as footnotes."""
    ending = check_export_ending(file)
    pins = Notebook(open_corpus(corpus, index, sync=False)).pins()
    write_export(file, notebook_file(pins, ending), force=force)
    note(f"rag: the notebook was written to {file}")


# Commands by group and name, each with an example, in the order of the help.
GROUPS: dict[str, tuple[str, dict[str, tuple[Callable[..., None], str]]]] = {
    "history": (
        "Conversations that the page keeps on this machine.",
        {
            "list": (list_conversations, "rag history list"),
            "show": (show_conversation, "rag history show 3f2a"),
            "search": (search_conversations, 'rag history search "withdrawal of troops"'),
            "export": (export_conversation, "rag history export 3f2a iraq.docx"),
            "delete": (delete_conversation, "rag history delete 3f2a"),
        },
    ),
    "notebook": (
        "Statements that were pinned on the page, with their quotes, and notes.",
        {
            "list": (list_notebook, "rag notebook list"),
            "note": (annotate_pin, 'rag notebook note 3f2a91c04d "for the report"'),
            "export": (export_notebook, "rag notebook export notes.docx"),
        },
    ),
}


def add_groups(app: typer.Typer) -> None:
    """Add the groups of commands to the `rag` command."""
    for name, (about, commands) in GROUPS.items():
        group = typer.Typer(help=about, no_args_is_help=True, rich_markup_mode=None)
        for word, (command, example) in commands.items():
            group.command(word, epilog=f"Example: {example}")(command)
        app.add_typer(group, name=name)


def _conversations(corpus: Path | None, index: Path | None) -> Conversations:
    return Conversations(open_corpus(corpus, index, sync=False))


def _print_listed(kept: Conversations, found: list[ConversationInfo], *, as_json: bool) -> None:
    print_result([info.to_dict() for info in found], _list_text, as_json=as_json)
    if kept.notice:
        note(f"rag: {kept.notice}")


def _list_text(found: list[dict[str, Any]]) -> str:
    lines = [
        without_line_ends(
            f"{info['id']}  {_minute(info['changed'])}  {_counted(info['questions'])}  "
            f"{info['title']}"
        )
        for info in found
    ]
    return "\n".join(lines) or "No conversations are kept here."


def _minute(time: str) -> str:
    return time[:_LISTED_MINUTE].replace("T", " ")


def _counted(questions: int) -> str:
    return f"{questions:>3} {'question ' if questions == 1 else 'questions'}"


def _conversation_text(conversation: dict[str, Any]) -> str:
    head = f"{conversation['title']} ({display_date(conversation['began'][:10])})"
    turns = (
        f"> {without_line_ends(turn['answer']['question'])}\n\n{render.answer_text(turn['answer'])}"
        for turn in conversation["turns"]
    )
    return "\n\n".join([without_line_ends(head), *turns])


def _pins_text(pins: list[dict[str, Any]]) -> str:
    return "\n\n".join(map(_pin_text, pins)) or "The notebook is empty."


def _pin_text(pin: dict[str, Any]) -> str:
    statement = pin["statement"]
    lines = [f"{pin['id']}  {without_line_ends(pin['question'])}".rstrip()]
    if statement:
        doubt = f" ({statement['verdict']}: {statement['reason']})" if statement["reason"] else ""
        lines.append(without_line_ends(f"  {statement['text']}{doubt}"))
    lines += [
        without_line_ends(f"  {render.source_line(cited)}: {in_quotes(cited['cited_text'])}")
        for cited in pin["citations"]
    ]
    lines += [f"  {line}" for line in pin["note"].splitlines()]
    return "\n".join(lines)
