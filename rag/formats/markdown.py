"""Markdown: its words without the markup."""

from __future__ import annotations

from rag.formats.extracted import Extracted
from rag.formats.front_matter import split_front_matter
from rag.formats.plain import decode


def read_markdown(raw: bytes) -> Extracted:
    """Read Markdown."""
    from markdown_it import MarkdownIt

    meta, source, notes, _ = split_front_matter(decode(raw))
    blocks: list[str] = []
    heading = False
    row: list[str] | None = None
    for token in MarkdownIt("commonmark").enable("table").parse(source):
        if token.type == "heading_open":
            heading = token.tag == "h1"
        if token.type == "inline":
            words = "".join(
                "\n" if child.type in ("softbreak", "hardbreak") else child.content
                for child in token.children or ()
                if child.type in ("softbreak", "hardbreak", "text", "code_inline")
            )
            (blocks if row is None else row).append(words)
            if heading and words.strip():
                meta.setdefault("title", words.strip())
            heading = False
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            blocks.append(" | ".join(row or ()))
            row = None
        elif token.type in ("fence", "code_block"):
            blocks.append(token.content.rstrip("\n"))
    return Extracted("\n\n".join(blocks), meta, notes=notes)
