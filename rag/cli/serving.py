"""The command that serves: page, HTTP and MCP in one process."""

from __future__ import annotations

from typing import Annotated

import typer

from rag.cli.options import CorpusOption, IndexOption, open_corpus
from rag.errors import MissingExtra


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
