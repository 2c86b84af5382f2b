"""Serve the web page on the corpus that the settings name: ``python app.py``."""

import sys

import rag
from rag.ui import serve


def main() -> int:
    """Open the corpus and serve it; returns the exit code."""
    try:
        print("Opening the corpus; the first time this takes a moment.", file=sys.stderr)
        serve(rag.open())
    except rag.RagError as error:
        print(f"app: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
