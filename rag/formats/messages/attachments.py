"""What is attached to a message: texts are read under their names, the rest is named."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from rag.errors import DocumentError
from rag.formats.extracted import Builder

_MAX_NAMED = 20  # attachments that are named
_MAX_NAME = 200  # characters
# Endings of texts, and of messages: they are read, as their own readers do.
_READ = frozenset(
    (".txt", ".text", ".log", ".md", ".markdown", ".html", ".htm", ".csv", ".tsv", ".ics", ".vcf")
) | frozenset((".srt", ".vtt", ".eml"))
_ENDINGS = {  # of a text that has no name of its own, or one that says nothing
    **{"text/html": ".html", "text/calendar": ".ics", "text/vcard": ".vcf", "text/csv": ".csv"},
    **{"text/x-vcard": ".vcf", "text/markdown": ".md", "application/ics": ".ics"},
}
_FAULTS = (DocumentError, ValueError, LookupError, TypeError, ArithmeticError)  # of a reader


def bare_name(name: str) -> str:
    """Return the name of a file without folders."""
    return re.split(r"[/\\]", name)[-1].strip()[:_MAX_NAME]


def text_ending(name: str, kind: str) -> str:
    """Return the ending by which an attachment is read; empty where it is no text.

    Args:
        name: of the file; may be empty.
        kind: its type, as ``text/plain``; may be empty.
    """
    ending = PurePosixPath(name.lower()).suffix
    stated = _ENDINGS.get(kind) or (".txt" if kind.startswith("text/") else "")
    return ending if ending in _READ else stated


class Attachments:
    """Reads the attachments that are texts into a builder, and remembers the others."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._names: list[str] = []

    def leave(self, name: str, kind: str = "") -> None:
        """Remember an attachment that is not read."""
        behind = f" ({kind})" if kind else ""
        self._names.append(name or f"a file without a name{behind}")

    def read(self, name: str, kind: str, raw: bytes) -> None:
        """Add the text of an attachment under its name; one that cannot be read is remembered.

        Args:
            name: of the file; may be empty.
            kind: its type; :func:`text_ending` of both is not empty.
            raw: its bytes.
        """
        from rag.formats import READERS

        ending = text_ending(name, kind)
        try:
            found = READERS.get(ending, READERS[".txt"])(raw)
        except _FAULTS:
            self.leave(name, kind)
            return
        if name:
            self._builder.add(name, "heading", level=2)
        self._builder.extend(found)

    def tell(self) -> None:
        """Name what was not read."""
        count, shown = len(self._names), ", ".join(self._names[:_MAX_NAMED])
        more = ", …" if count > _MAX_NAMED else ""
        if count == 1:
            self._builder.unread.append(
                f"has an attachment that was not read: {shown}; save it into the folder"
            )
        elif count:
            self._builder.unread.append(
                f"has {count} attachments that were not read: {shown}{more}; "
                "save them into the folder"
            )
