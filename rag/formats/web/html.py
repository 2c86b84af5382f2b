"""Web pages: their content block by block, and what they say about themselves."""

from __future__ import annotations

from typing import Any

from rag.errors import DocumentError
from rag.formats.extracted import Builder, Extracted, Metadata
from rag.formats.web.about import about_page
from rag.formats.web.blocks import PageWalk
from rag.formats.web.content import content_of, heading_above
from rag.formats.web.parse import page_text, page_tree
from rag.formats.web.talk.speech import posts_in


def read_html(raw: bytes) -> Extracted:
    """Read the content of a web page."""
    return read_page(raw)


def read_page(raw: bytes, charset: str | None = None) -> Extracted:
    """Read a web page.

    Args:
        raw: its bytes.
        charset: the encoding that a message or an archive gives for it.

    Raises:
        DocumentError: it has no words.
    """
    builder = Builder()
    walk = PageWalk(builder)
    metadata = walk_page(walk, raw, charset)
    note_struck(builder, walk)
    found = builder.extracted(metadata)
    if not found.text:
        raise DocumentError("holds no article text; save the page again or remove it.")
    return found


def walk_page(walk: PageWalk, raw: bytes, charset: str | None = None) -> Metadata:
    """Walk through the content of a web page, and return what it says about itself.

    Args:
        walk: adds what it comes to.
        raw, charset: as of :func:`read_page`.
    """
    text = page_text(raw, charset)
    root = page_tree(text)
    posts = posts_in(root)
    metadata = about_page(root, text, {post.element for post in posts})
    content = content_of(root, text, posts)
    heading = heading_above(root, content)
    if heading:
        walk.add_heading(heading, 1)
    walk.add_page(content, posts)
    return metadata


def add_html(builder: Builder, root: Any) -> None:
    """Add all that an element of HTML shows, as of a chapter of a book."""
    walk = PageWalk(builder)
    walk.add_page(root)
    note_struck(builder, walk)


def note_struck(builder: Builder, walk: PageWalk) -> None:
    """Note what was left out as struck out."""
    if walk.struck:
        passages = (
            "a struck-out passage" if walk.struck == 1 else (f"{walk.struck} struck-out passages")
        )
        builder.notes.append(f"has {passages}, left out")
