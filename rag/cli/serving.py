"""The commands that serve: page, HTTP and MCP in one process, and a password for them."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import Annotated

import typer

from rag.cli.options import CorpusOption, IndexOption, open_corpus
from rag.errors import MissingExtra, SettingError


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
        from rag.server.passwords import hash_password
    except ImportError as error:
        raise MissingExtra("ui", error.name) from error
    if sys.stdin.isatty():
        given = getpass("Password: ")
        if getpass("Once more: ") != given:
            raise SettingError("The two are not the same; type it again.")
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    print(f"RAG_PASSWORD_HASH='{hash_password(given)}'")
