"""What goes wrong with LLMs, in words for a person, and what is worth another try."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rag.errors import LLMError

# What the clients raise; a client that is not loaded cannot have raised anything.
ERRORS = (("openai", "OpenAIError"), ("anthropic", "AnthropicError"), ("ollama", "ResponseError"))
REASONS = {
    401: "it refused the key",
    403: "it refused the key",
    404: "it knows no such model or address",
    408: "it took too long",
    413: "the question and its evidence are too long for it; RAG_LLM_CONTEXT sets how much is sent",
    429: "it has had too many requests; try again later",
}
# Busy, restarting or overloaded (529 is Anthropic's); anything else fails again at once.
TRANSIENT = frozenset((408, 409, 425, 429, 500, 502, 503, 504, 529))
_TOO_LONG = re.compile(
    r"context|too (?:long|large|many tokens)|maximum.{0,20}length", re.IGNORECASE
)
# Anything long without a space may be a key or a part of one.
_SECRET = re.compile(r"\S*[\w*-]{20,}\S*|\bBearer \S+", re.IGNORECASE)
MOST_QUOTED = 160  # characters of a server's own words


@contextmanager
def llm_errors(spec: str) -> Iterator[None]:
    """Turn what the clients of LLMs raise into :class:`LLMError`, no key in its message."""
    import httpx

    loaded = [
        getattr(sys.modules[module], name) for module, name in ERRORS if module in sys.modules
    ]
    try:
        yield
    except (
        *loaded,
        httpx.HTTPError,
        OSError,
        UnicodeDecodeError,
        json.JSONDecodeError,
        ValueError,
        NotImplementedError,
    ) as error:
        why = reason(error)
        end = "" if why.endswith("?") else "."
        raise LLMError(f"The LLM {spec} gave no answer: {why}{end}") from error


def status_of(error: BaseException) -> int | None:
    """The HTTP status that a client's error carries, if any."""
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) and status > 0 else None


def is_transient(error: BaseException) -> bool:
    """Whether the same request may well succeed in a moment."""
    return status_of(error) in TRANSIENT


def reason(error: BaseException) -> str:
    """Why, from the kind of error: the client's own words may quote a key."""
    status = status_of(error)
    words = _own_words(error)
    if status == 400 and _TOO_LONG.search(words):
        return REASONS[413]
    if status in REASONS:
        return REASONS[status]
    if status is not None:
        return f"it failed with status {status}" + (f" ({words})" if words else "")
    kind = type(error).__name__
    if "Timeout" in kind:
        return "it took too long; RAG_LLM_TIMEOUT sets how long it may take"
    if isinstance(error, ConnectionResetError) or "Protocol" in kind or "Read" in kind:
        return "its answer broke off"
    if "Connect" in kind or isinstance(error, ConnectionError):
        return "it cannot be reached; is the server running?"
    if isinstance(error, UnicodeDecodeError | json.JSONDecodeError):
        return f"its answer cannot be read ({kind})"
    return f"{words or 'its answer cannot be read'} ({kind})"


def _own_words(error: BaseException) -> str:
    """What the server or client itself says, on one line, whatever may be secret left out."""
    from dotenv import dotenv_values

    body = getattr(error, "body", None)
    said = body.get("message") if isinstance(body, dict) else None
    words = " ".join(str(said or error).split()).partition(". ")[0]
    for name, value in (dotenv_values(".env") | os.environ).items():
        if value and name.endswith(("_KEY", "_TOKEN")):
            words = words.replace(value, "…")
    return _SECRET.sub("…", words)[:MOST_QUOTED].rstrip(". ")
