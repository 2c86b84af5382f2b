"""Bytes that mean harm: each a document that a folder might hold, and what it must not do."""

from __future__ import annotations

from typing import NamedTuple


class Hostile(NamedTuple):
    """A document that means harm.

    ``idea`` says what it tries, ``name`` is the name of its file, ``raw`` its bytes. Where it
    has words of its own, a ``question`` is asked that they answer, so that they are seen in
    an answer too.
    """

    idea: str
    name: str
    raw: bytes
    question: str = ""


# What no index may ever hold, whichever document points at it.
SECRET = "root:x:0:0:"  # noqa: S105 (the first words of a file of accounts)
SECRET_FILE = "/etc/passwd"  # noqa: S105
