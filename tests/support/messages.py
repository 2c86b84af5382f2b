"""Check the form of error messages."""

from __future__ import annotations


def one_sentence(error: BaseException | str) -> str:
    """Return a message after checking that it is one line that ends like a sentence."""
    message = str(error)
    assert "\n" not in message
    assert message.endswith((".", "--corpus."))
    return message
