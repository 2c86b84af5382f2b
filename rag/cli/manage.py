"""The commands that serve: page, HTTP and MCP in one process, and a password for them."""

from __future__ import annotations

import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated, Any

import typer

from rag import render
from rag.cli.terminal import (
    FAILED,
    CorpusOption,
    IndexOption,
    JsonOption,
    note,
    note_failures,
    open_corpus,
    print_json,
    print_line,
    print_state,
    print_text,
    progress,
)
from rag.errors import MissingExtra, SettingError


def index(
    folder: Annotated[Path | None, typer.Argument(help="Folder of documents.")] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    rebuild: Annotated[
        bool, typer.Option(help="Forget the index first, old text included.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Bring the index in step with the folder."""
    opened = open_corpus(folder or corpus, index, sync=False, rebuild=rebuild)
    with progress() as on_progress:
        report = opened.sync(on_progress=on_progress).to_dict()
    note_failures(report)
    if as_json:
        print_json(report)
        return
    counts = (
        f"{len(report[name])} {name}" for name in ("added", "updated", "removed", "unchanged")
    )
    print(f"{', '.join(counts)}; {report['embedded']} texts embedded in {report['seconds']:.1f} s")


def articles(
    corpus: CorpusOption = None, index: IndexOption = None, as_json: JsonOption = False
) -> None:
    """List the articles."""
    found = [a.to_dict(text=False) for a in open_corpus(corpus, index, sync=False).articles()]
    if as_json:
        print_json(found)
        return
    for article in found:
        print_line(f"{article['id']}  {render.source_line(article)}  ({article['path']})")


def show(
    article: Annotated[
        str, typer.Argument(help="Its id or the beginning of it, path or file name.")
    ],
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print an article."""
    found = open_corpus(corpus, index, sync=False).article(article).to_dict()
    if as_json:
        print_json(found)
    else:
        print_line(f"{render.source_line(found)}  ({found['path']})")
        print_text(f"\n{found['text']}")


def doctor(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
    llm: Annotated[str | None, typer.Option(help="Try this LLM instead.")] = None,
) -> None:
    """Say whether the index is whole and in step; with --llm, whether an LLM works."""
    if llm is not None:
        found = _try_llm(llm)
        print_state(found, as_json=as_json)
        raise typer.Exit(0 if found["works"] else FAILED)
    state = open_corpus(corpus, index, sync=False).state()
    print_state(state, as_json=as_json)
    if not state["whole"]:
        note("The index is not whole; run `rag index`.")
        raise typer.Exit(FAILED)


def _try_llm(spec: str) -> dict[str, Any]:
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
    """Serve the web page, HTTP (/docs lists it) and MCP (/mcp) in one process."""
    try:
        from rag.server import serve as serve_all
    except ImportError as error:
        raise MissingExtra("ui", error.name) from error
    serve_all(open_corpus(corpus, index, may_be_empty=True), host=host, port=port)


def password() -> None:
    """Hash a password for page, HTTP and MCP: prints the line to put into `.env`."""
    try:
        from rag.server.access import hash_password
    except ImportError as error:
        raise MissingExtra("ui", error.name) from error
    if sys.stdin.isatty():
        given = getpass("Password: ")
        if getpass("Once more: ") != given:
            raise SettingError("The two are not the same; type it again.")
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    print(f"RAG_PASSWORD_HASH='{hash_password(given)}'")
