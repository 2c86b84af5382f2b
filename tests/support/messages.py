"""What every message of an error has to be."""

from __future__ import annotations


def one_sentence(error: BaseException | str) -> str:
    """The message, which must be one line that ends like a sentence."""
    message = str(error)
    assert "\n" not in message
    assert message.endswith((".", "--corpus."))
    return message
