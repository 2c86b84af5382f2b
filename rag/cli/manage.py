"""Commands that manage a corpus: index, articles, show, doctor; and serve it: serve, password."""

from __future__ import annotations

import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated, Any

import typer

from rag import render
from rag.cli.terminal import (
    CorpusOption,
    ExitCode,
    IndexOption,
    JsonOption,
    note,
    open_corpus,
    print_result,
    progress,
    without_line_ends,
)
from rag.errors import MissingExtra, SettingError


def index(
    folder: Annotated[Path | None, typer.Argument(help="Folder of documents.")] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    rebuild: Annotated[
        bool,
        typer.Option(help="Build the index anew, and then delete the old one."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Bring the index up to date with the folder."""
    opened = open_corpus(folder or corpus, index, sync=False, rebuild=rebuild)
    with progress() as on_progress:
        report = opened.sync(on_progress=on_progress).to_dict()
    for skipped in report["skipped"]:
        note(f"rag: {skipped['path']} {skipped['reason']}")
    for twin in report["duplicates"]:
        note(
            f"rag: {twin['path']} holds the same bytes as {twin['same_as']}; "
            "they are one document, and you can delete one of the files."
        )
    print_result(report, _counts, as_json=as_json)


def _counts(report: dict[str, Any]) -> str:
    """Write how many documents were added and so on, how many files were not read, and the time."""
    first, *others = [
        f"{len(report[name]):,} {{}}{name}" for name in ("added", "updated", "removed", "unchanged")
    ]
    documents = "document " if len(report["added"]) == 1 else "documents "
    counts = ", ".join([first.format(documents), *(other.format("") for other in others)])
    unread = render.unread_counts(report["skipped"])
    embedded = f"{report['embedded']:,} texts embedded in {report['seconds']:.1f} s"
    return f"{counts}; {unread or 'all were read'}; {embedded}"


def articles(
    corpus: CorpusOption = None, index: IndexOption = None, as_json: JsonOption = False
) -> None:
    """List the documents."""
    opened = open_corpus(corpus, index, sync=False)
    listed = [article.to_dict(text=False) for article in opened.articles()]
    print_result(listed, _article_lines, as_json=as_json)
    for path, reason in opened.skipped():
        note(f"rag: {path} {reason}")


def _article_lines(found: list[dict[str, Any]]) -> str:
    lines = (f"{article['id']}  {_heading(article)}" for article in found)
    return "\n".join(lines) or "There are no documents."


def _heading(article: dict[str, Any]) -> str:
    pages = f", {article['page_count']:,} pages" if article["page_count"] else ""
    return without_line_ends(f"{render.source_line(article)}  ({article['path']}{pages})")


def show(
    article: Annotated[
        str, typer.Argument(help="Its id or the beginning of it, its path, or its file name.")
    ],
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a document."""
    found = open_corpus(corpus, index, sync=False).article(article).to_dict()
    print_result(found, _article_text, as_json=as_json)


def _article_text(article: dict[str, Any]) -> str:
    """Write what is known of an article, what a reader should know of it, and its text."""
    facts = [without_line_ends(f"It {fact}.") for fact in (*article["notes"], *article["unread"])]
    return "\n\n".join([_heading(article), *facts, article["text"]])


def doctor(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
    llm: Annotated[str | None, typer.Option(help="Test this LLM instead of the index.")] = None,
) -> None:
    """Check the index against the files, or with --llm an LLM.

    The exit code is 1 if the index is not whole or not in step, or the LLM does not work.
    """
    if llm is not None:
        found = _test_llm(llm)
        print_result(found, _facts, as_json=as_json)
        raise typer.Exit(0 if found["works"] else ExitCode.FAILED)
    opened = open_corpus(corpus, index, sync=False)
    state = opened.state() | {"changed_files": opened.documents.changed()}
    print_result(state, _facts, as_json=as_json)
    if not state["whole"]:
        note("rag: the index is not whole; run `rag index`.")
    if state["changed_files"]:
        note("rag: files were changed after they were indexed; run `rag index`.")
    if not state["whole"] or state["changed_files"]:
        raise typer.Exit(ExitCode.FAILED)


def _facts(facts: dict[str, Any]) -> str:
    """Write one line for each fact."""
    lines = []
    for name, value in facts.items():
        listed = ", ".join(value) or "none" if isinstance(value, list) else value
        lines.append(without_line_ends(f"{name.replace('_', ' '):<20} {render.value_text(listed)}"))
    return "\n".join(lines)


def _test_llm(spec: str) -> dict[str, Any]:
    from rag.llms.specs import LLMLimits, probe
    from rag.settings import load_settings

    settings = load_settings()
    return probe(spec, LLMLimits(settings.llm_timeout, settings.llm_context))


def serve(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(help="Port to listen on [default: the first free from 7860].")
    ] = None,
) -> None:
    """Serve the web page, HTTP and MCP in one process.

    The page is at /, HTTP is documented at /docs, MCP is at /mcp.
    """
    try:
        from rag.server import serve as serve_all
    except ImportError as error:
        raise MissingExtra("ui", error.name) from error
    serve_all(open_corpus(corpus, index, may_be_empty=True), host=host, port=port)


def password() -> None:
    """Hash a password for page, HTTP and MCP.

    Prints the line to put into `.env`. The password is typed twice, or read from stdin.
    """
    try:
        from rag.server.authentication import hash_password
    except ImportError as error:
        raise MissingExtra("ui", error.name) from error
    if sys.stdin.isatty():
        given = getpass("Password: ")
        if getpass("Once more: ") != given:
            raise SettingError("The two passwords differ; type the password again.")
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    print(f"RAG_PASSWORD_HASH='{hash_password(given)}'")
