"""Does an LLM work: asked one short question, and what came of it."""

from __future__ import annotations

import time
from typing import Any

from rag.errors import LLMError, MissingExtra
from rag.llms.specs import Limits, load_llm
from rag.llms.speech import context_of, say

SYSTEM = "You repeat what you are told, word for word, and say nothing else."
REQUEST = "Repeat: The ferry to the island leaves at nine in the morning and comes back at noon."
CHARACTERS_A_TOKEN = 4  # of English, about; servers count each in its own way


def probe(spec: str, limits: Limits) -> dict[str, Any]:
    """What one request to an LLM shows, as JSON-ready values.

    ``works`` says whether it answered, ``reason`` why not; ``reachable`` and ``model``
    (present) are None where a failure leaves them open; ``streams`` whether the answer
    came in more than one piece; ``context`` the tokens that are used of its context at
    most; ``first_word_seconds`` and ``tokens_a_second`` how fast it is.

    Raises:
        SettingError: the spec has no known form, or its key is not set.
    """
    found: dict[str, Any] = {"llm": spec, "works": False, "reason": None}
    found |= dict.fromkeys(("reachable", "model", "streams", "context"))
    found |= dict.fromkeys(("first_word_seconds", "tokens_a_second"))
    pieces: list[tuple[float, str]] = []  # each with when it came
    began = time.perf_counter()
    try:
        llm = load_llm(spec, limits)
        found["context"] = min(context_of(llm) or limits.context, limits.context)
        began = time.perf_counter()
        said = say(llm, spec, SYSTEM, REQUEST, seconds=limits.seconds)
        pieces.extend((time.perf_counter(), piece) for piece in said if piece)
    except (LLMError, MissingExtra) as error:
        found["reason"] = str(error)
        if "cannot be reached" in found["reason"]:
            found["reachable"] = False
        elif "knows no such model" in found["reason"]:
            found |= {"reachable": True, "model": False}
        if not pieces:
            return found
    found |= {"works": found["reason"] is None, "reachable": True, "model": True}
    return found | _speed(pieces, began)


def _speed(pieces: list[tuple[float, str]], began: float) -> dict[str, Any]:
    first, last = pieces[0][0], pieces[-1][0]
    tokens = sum(len(piece) for _, piece in pieces) / CHARACTERS_A_TOKEN
    return {
        "streams": len(pieces) > 1,
        "first_word_seconds": round(first - began, 2),
        "tokens_a_second": round(tokens / max(last - began, 1e-6), 1),
    }
