"""Serve the web page, HTTP and MCP on the corpus that the settings name: ``python app.py``."""

import sys

import rag
from rag.server import serve


def show_progress(progress: rag.Progress) -> None:
    """Show the current step of the start on one line of the terminal."""
    counted = f" {progress.done}/{progress.total}" if progress.total else ""
    print(f"\r\033[K{progress.step}{counted} ", end="", file=sys.stderr, flush=True)


def main() -> int:
    """Open the corpus and serve it; return the exit code."""
    try:
        corpus = rag.open(may_be_empty=True, on_progress=show_progress)
        print(file=sys.stderr)
        serve(corpus)
    except rag.RagError as error:
        print(f"\napp: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
