"""XML nested deeper than a parser follows: told in a sentence, not in the words of the parser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rag.errors import DocumentError

_TOO_DEEP = "Excessive depth"  # how libxml2 begins to say so; it has no code of its own for it


def is_too_deep(error: SyntaxError) -> bool:
    """Return whether a parser gave up for the depth of elements."""
    return str(error.msg).startswith(_TOO_DEEP)


@contextmanager
def told_if_too_deep() -> Iterator[None]:
    """Turn the parser's error about depth into one that says what to do; also as a decorator.

    Raises:
        DocumentError: elements stand too deep within each other.
    """
    from lxml import etree

    try:
        yield
    except etree.XMLSyntaxError as error:
        if not is_too_deep(error):
            raise
        raise DocumentError(
            "is nested too deep to be read; save it in a simpler form or remove it."
        ) from error
