"""Read the line by which an LLM asks for a further search, before anything else that it writes.

The line is plain text, ``SEARCH: toll of the bridge``, so that no LLM needs to call tools. It
counts only as the first line of what the LLM itself writes, behind its thinking aloud: no document
can start a search, and a line that an answer quotes starts none.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from itertools import chain

LONGEST_SEARCH = 200  # characters of what is searched for; more words find nothing better
_LONGEST_LINE = 1_000  # characters of a first line that is waited for; the rest of it is left out
_WORD = "SEARCH"
_SET_OFF = " \t\r\n*_`>"  # what models set such a line off with
_QUOTED = _SET_OFF + "\"'“”"
_ASKS = re.compile(rf"{_WORD}[*_`]*[ \t]*:([^\n]*)\n?")
# Models that think aloud do so before they ask, as before they answer.
_TAGS = ("<think>", "<thinking>", "<reasoning>")
_THOUGHTS = re.compile(r"\A(?:\s*<(think|thinking|reasoning)>.*?</\1>)+", re.IGNORECASE | re.DOTALL)


def read_search(pieces: Iterator[str]) -> Generator[None, None, tuple[str | None, Iterator[str]]]:
    """Return what an LLM asks to search for, and what it writes behind that.

    Where its first line asks for nothing, that is None, and all that it writes. Yields None for
    each piece that is waited for.

    Args:
        pieces: of the text of the LLM.
    """
    held = ""
    for piece in pieces:
        yield None
        held += piece
        if not _is_open(held):
            break
    line = _ASKS.match(_start(held))
    if line is None:
        return None, chain((held,), pieces)
    return _plain(line[1]), chain((_start(held)[line.end() :],), pieces)


def _start(held: str) -> str:
    """Return the beginning of a text without thoughts and what a line is set off with."""
    return _THOUGHTS.sub("", held).lstrip(_SET_OFF)


def _is_open(held: str) -> bool:
    """Return whether it cannot be said yet if the first line asks for a search."""
    start = _start(held)
    small = start.casefold()
    if any(small.startswith(tag) or tag.startswith(small) for tag in _TAGS):
        return True
    if "\n" in start or len(start) > _LONGEST_LINE:
        return False
    return start.startswith(_WORD) or _WORD.startswith(start)


def _plain(words: str) -> str:
    """Return words to search for on one line, without signs that are not shown, and not too long.

    A long request is cut behind a whole word.
    """
    shown = "".join(sign if sign.isprintable() else " " for sign in words)
    said = " ".join(shown.split()).strip(_QUOTED)
    if len(said) <= LONGEST_SEARCH:
        return said
    return said[: LONGEST_SEARCH + 1].rpartition(" ")[0] or said[:LONGEST_SEARCH]
