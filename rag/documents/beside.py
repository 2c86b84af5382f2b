"""The files in a corpus folder that are about its documents: read whole, or refused with a reason.

They are ``aliases.yaml`` and ``documents.toml``; what each may state is said where it is parsed.
"""

from __future__ import annotations

from pathlib import Path

from rag.errors import CorpusError
from rag.text.characters import printable_line

_MAX_REASON = 200  # characters of what a parser says that are repeated to the user


def read_beside(path: Path, most: int, advice: str) -> str:
    """Return the text of a file about a folder, its byte order mark aside; empty where it is none.

    Args:
        path: the file, directly in the folder.
        most: bytes that it may have.
        advice: what to do where it has more.

    Raises:
        CorpusError: it leads out of the folder, is too large, or cannot be read.
    """
    if not path.is_file():
        return ""
    if not path.resolve().is_relative_to(path.parent.resolve()):
        raise CorpusError(f"{path} is a link that leads out of the folder; copy the file itself.")
    try:
        if path.stat().st_size > most:
            raise CorpusError(f"{path} is larger than {_shown_size(most)}; {advice}.")
        return path.read_text("utf-8-sig")
    except (UnicodeDecodeError, OSError) as error:
        raise unreadable(path, str(error)) from error


def unreadable(path: Path, reason: str) -> CorpusError:
    """Return the error of a file about a folder that cannot be read."""
    shown = printable_line(reason)[:_MAX_REASON]
    return CorpusError(f"{path}: cannot be read ({shown}); fix it or remove it.")


def _shown_size(size: int) -> str:
    return f"{size / 1e6:.0f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"
