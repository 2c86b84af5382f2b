"""What a text document holds besides the words that are read, counted and said."""

from __future__ import annotations

from dataclasses import dataclass

from rag.formats.counts import counted
from rag.formats.extracted import Builder


@dataclass(frozen=True, slots=True)
class TextLosses:
    """How much of a text document is not among its words, for each reason."""

    changes: int = 0
    comments: int = 0
    struck: bool = False
    hidden: bool = False
    placeholders: int = 0
    pictures: int = 0
    charts: int = 0
    embedded: int = 0
    others: int = 0  # parts in other formats

    def report(self, builder: Builder) -> None:
        """Say what a reader of a quotation should know, and what was not read."""
        changes = counted(self.changes, "tracked change")
        comments = counted(self.comments, "comment")
        fields = counted(self.placeholders, "field")
        builder.remark(
            notes=(
                (self.changes, f"has {changes}, read as finally intended"),
                (self.comments, f"has {comments} beside the text, which are not part of it"),
                (self.struck, "has struck-out words, which are left out"),
                (self.hidden, "has hidden words, which are left out"),
                (self.placeholders, f"has {fields} to fill in that nobody has filled in"),
            ),
            unread=(
                _unread(self.pictures, "picture", "if it shows words, add them as text"),
                _unread(self.charts, "chart", "add its figures as a table"),
                _unread(self.embedded, "embedded object", "add it as a file of its own"),
                _unread(self.others, "part in another format", "paste it in as text"),
            ),
        )


def _unread(count: int, name: str, remedy: str) -> tuple[int, str]:
    return count, f"has {counted(count, name)} that was not read; {remedy}"
