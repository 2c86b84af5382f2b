"""Web pages: their content block by block, and what they say about themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rag.errors import DocumentError
from rag.formats.extracted import Builder, Extracted, Metadata
from rag.formats.web.about import about_page
from rag.formats.web.blocks import PageWalk
from rag.formats.web.content import content_of, heading_above
from rag.formats.web.parse import NO_SHEETS, page_text, page_tree
from rag.formats.web.talk.speech import posts_in


def read_html(raw: bytes) -> Extracted:
    """Read the content of a web page."""
    return read_page(raw)


def read_page(
    raw: bytes, charset: str | None = None, linked: Mapping[str, str] = NO_SHEETS
) -> Extracted:
    """Read a web page.

    Args:
        raw: its bytes.
        charset: the encoding that a message or an archive gives for it.
        linked: the style sheets beside it, by the addresses that it has for them.

    Raises:
        DocumentError: it has no words.
    """
    builder = Builder()
    walk = PageWalk(builder)
    metadata = walk_page(walk, raw, charset, linked)
    note_struck(builder, walk)
    if walk.commented:
        builder.notes.append("has comments of its readers, which are not its author's words")
    found = builder.extracted(metadata)
    if not found.text:
        raise DocumentError("holds no article text; save the page again or remove it.")
    return found


def walk_page(
    walk: PageWalk,
    raw: bytes,
    charset: str | None = None,
    linked: Mapping[str, str] = NO_SHEETS,
) -> Metadata:
    """Walk through the content of a web page, and return what it says about itself.

    Args:
        walk: adds what it comes to.
        raw, charset, linked: as of :func:`read_page`.
    """
    text = page_text(raw, charset)
    root = page_tree(text, linked)
    posts = posts_in(root)
    metadata = about_page(root, text, {post.element for post in posts})
    content = content_of(root, text, posts)
    heading = heading_above(root, content.element)
    if heading:
        walk.add_heading(heading, 1)
    walk.add_content(content, posts)
    return metadata


def add_html(builder: Builder, root: Any) -> None:
    """Add all that an element of HTML shows."""
    walk = PageWalk(builder)
    walk.add_page(root)
    note_struck(builder, walk)


def note_struck(builder: Builder, walk: PageWalk) -> None:
    """Note what was left out as struck out, or as hidden."""
    for count, what in ((walk.struck, "struck-out"), (walk.hidden, "hidden")):
        if count:
            passages = f"a {what} passage" if count == 1 else f"{count} {what} passages"
            builder.notes.append(f"has {passages}, left out")
