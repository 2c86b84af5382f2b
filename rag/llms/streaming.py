"""Stream the answer of an LLM: bounded in time and length, retried where that may help.

Whatever goes wrong becomes one :class:`~rag.errors.LLMError`, whose message holds no key.
"""

from __future__ import annotations

import gc
import json
import os
import queue
import re
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from rag.errors import LLMError, LLMNotFound, LLMUnreachable

if TYPE_CHECKING:
    from llama_index.core.llms import LLM
    from tenacity import RetryCallState

ENV_FILE = ".env"
# The base error of each client by its module; a client that is not loaded cannot have raised any.
_CLIENTS = (("openai", "OpenAIError"), ("anthropic", "AnthropicError"), ("ollama", "ResponseError"))
_STATUS_REASONS = {
    401: "it refused the key",
    403: "it refused the key",
    404: "it knows no such model or address",
    408: "it took too long",
    413: "the question and its evidence are too long for it; RAG_LLM_CONTEXT sets how much is sent",
    429: "it has had too many requests; try again later",
}
# Busy, restarting or overloaded (529 is Anthropic's); any other status would only come again.
TRANSIENT_STATUSES = frozenset((408, 409, 425, 429, 500, 502, 503, 504, 529))
_TOO_LONG = re.compile(
    r"context|too (?:long|large|many tokens)|maximum.{0,20}length", re.IGNORECASE
)
# Anything long without a space may be a key or a part of one.
_SECRET = re.compile(r"\S*[\w*-]{20,}\S*|\bBearer \S+", re.IGNORECASE)
MAX_SERVER_WORDS = 160  # characters of a server's own words in a message


@contextmanager
def llm_errors(spec: str) -> Iterator[None]:
    """Turn what the clients of LLMs raise into :class:`LLMError`, no key in its message.

    Args:
        spec: the name of the LLM in the message.
    """
    import httpx

    loaded = [getattr(sys.modules[name], error) for name, error in _CLIENTS if name in sys.modules]
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
        kind, reason = _explain(error)
        end = "" if reason.endswith("?") else "."
        raise kind(f"The LLM {spec} gave no answer: {reason}{end}") from error


def _explain(error: BaseException) -> tuple[type[LLMError], str]:
    """Return the kind of failure and its reason in words, from the type and status of an error."""
    status = _status(error)
    words = _server_words(error)
    if status == 400 and _TOO_LONG.search(words):
        status = 413
    if status in _STATUS_REASONS:
        return LLMNotFound if status == 404 else LLMError, _STATUS_REASONS[status]
    if status is not None:
        return LLMError, f"it failed with status {status}" + (f" ({words})" if words else "")
    name = type(error).__name__
    if "Timeout" in name:
        return LLMError, "it took too long; RAG_LLM_TIMEOUT sets how long it may take"
    if isinstance(error, ConnectionResetError) or "Protocol" in name or "Read" in name:
        return LLMError, "its answer broke off"
    if "Connect" in name or isinstance(error, ConnectionError):
        return LLMUnreachable, "it cannot be reached; is the server running?"
    if isinstance(error, UnicodeDecodeError | json.JSONDecodeError):
        return LLMError, f"its answer cannot be read ({name})"
    return LLMError, f"{words or 'its answer cannot be read'} ({name})"


def _status(error: BaseException) -> int | None:
    """Return the HTTP status that a client's error carries, if any."""
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) and status > 0 else None


def _server_words(error: BaseException) -> str:
    """Return what the server or client itself says, on one line, anything secret left out."""
    from dotenv import dotenv_values

    body = getattr(error, "body", None)
    message = body.get("message") if isinstance(body, dict) else None
    words = " ".join(str(message or error).split()).partition(". ")[0]
    for name, value in (dotenv_values(ENV_FILE) | os.environ).items():
        if value and name.endswith(("_KEY", "_TOKEN")):
            words = words.replace(value, "…")
    return _SECRET.sub("…", words)[:MAX_SERVER_WORDS].rstrip(". ")


MAX_ATTEMPTS = 3
FIRST_WAIT, LONGEST_WAIT = 0.5, 8.0  # seconds between attempts, doubled each time
MAX_ANSWER = 60_000  # characters; some models think aloud at length before four sentences
# What a decoder puts for bytes that are not UTF-8, and halves of characters, as JSON may hold.
_NOT_UTF8 = re.compile("[\ufffd\ud800-\udfff]")
MAX_QUEUED = 64  # pieces that may wait to be read


def stream_text(
    llm: LLM, spec: str, system: str, user: str, *, seconds: float, began: float | None = None
) -> Generator[str, None, None]:
    """Stream the answer of an LLM to a system and a user message, in pieces of text.

    The LLM runs in a thread of its own, so that one that hangs can be left behind; closing
    the iterator closes the connection with the next piece that arrives.

    Args:
        llm: any LLM of LlamaIndex.
        spec: its name in messages.
        system: the rules.
        user: the request.
        seconds: time limit for the whole answer.
        began: when that time began, by the monotonic clock; by default now.

    Raises:
        LLMError: the LLM cannot be reached, refuses, says nothing, does not end, breaks
            off, or sends what is not text.
    """
    deadline = (time.monotonic() if began is None else began) + seconds
    pieces: queue.Queue[str | LLMError | None] = queue.Queue(MAX_QUEUED)
    closed = threading.Event()

    def put(piece: str | LLMError | None) -> bool:
        while not closed.is_set():
            with suppress(queue.Full):
                pieces.put(piece, timeout=0.1)
                return True
        return False

    def run() -> None:
        try:
            with llm_errors(spec):
                for piece in _request(llm, system, user, deadline, closed):
                    if not put(piece):
                        return
            put(None)
        except LLMError as error:
            put(error)
        except Exception as error:  # noqa: BLE001 - LLMs are others' code and raise what they like
            kind, reason = _explain(error)
            put(kind(f"The LLM {spec} gave no answer: it failed ({reason})."))

    threading.Thread(target=run, name="footnote-llm", daemon=True).start()
    try:
        yield from _read(pieces, spec, deadline, seconds)
    finally:
        closed.set()


def complete(llm: LLM, spec: str, system: str, user: str, *, seconds: float) -> str:
    """Return the whole answer of an LLM; arguments and errors are those of :func:`stream_text`."""
    return "".join(stream_text(llm, spec, system, user, seconds=seconds))


def context_of(llm: LLM) -> int | None:
    """Return the context size of an LLM in tokens, or None where it is not known."""
    try:
        size = int(llm.metadata.context_window)
    except (ValueError, NotImplementedError):  # LlamaIndex does not know the model
        return None
    return size if size > 0 else None


def _read(
    pieces: queue.Queue[str | LLMError | None], spec: str, deadline: float, seconds: float
) -> Iterator[str]:
    """Yield the pieces from the LLM's thread until None ends them; raise what went wrong."""
    length = 0
    blank = True
    while True:
        try:
            piece = pieces.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise LLMError(
                f"The LLM {spec} gave no answer: it had not finished after {seconds:g} seconds; "
                "RAG_LLM_TIMEOUT sets how long it may take."
            ) from None
        if isinstance(piece, LLMError):
            raise piece
        if piece is None:
            break
        length += len(piece)
        blank = blank and not piece.strip()
        if length > MAX_ANSWER:
            raise LLMError(f"The LLM {spec} gave no answer: it did not come to an end.")
        if _NOT_UTF8.search(piece):
            raise LLMError(f"The LLM {spec} gave no answer: what it sent is not UTF-8 text.")
        yield piece
    if blank:
        raise LLMError(f"The LLM {spec} gave an empty answer.")


def _request(
    llm: LLM, system: str, user: str, deadline: float, closed: threading.Event
) -> Iterator[str]:
    """Send the request and yield the text of each reply of the stream."""
    from llama_index.core.llms import ChatMessage

    messages = [ChatMessage(role="system", content=system), ChatMessage(role="user", content=user)]
    reply, replies = _open_stream(llm, messages, deadline, closed)
    ended = None
    try:
        while reply is not None:
            ended = _has_ended(reply.raw, ended)
            yield reply.delta or ""
            reply = next(replies, None)
    finally:
        if reply is not None:  # the reader has left
            reply = replies = None
            # LlamaIndex has an open response in a cycle of references: only when that is
            # collected does the connection close, and the server stop writing.
            gc.collect()
    if ended is False:
        raise ConnectionResetError("the stream ended without saying so")


def _open_stream(
    llm: LLM, messages: Sequence[Any], deadline: float, closed: threading.Event
) -> tuple[Any, Any]:
    """Return the first reply of a stream and the stream; retry where that may help."""
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

    backoff = wait_exponential_jitter(initial=FIRST_WAIT, max=LONGEST_WAIT, jitter=FIRST_WAIT)

    def wait(state: RetryCallState) -> float:
        return _retry_after(state) or backoff(state)

    def stop(state: RetryCallState) -> bool:
        late = time.monotonic() + state.upcoming_sleep > deadline
        return late or closed.is_set() or stop_after_attempt(MAX_ATTEMPTS)(state)

    def open_stream() -> tuple[Any, Any]:
        try:
            replies = iter(llm.stream_chat(messages))
        except NotImplementedError:
            return _whole_reply(llm, messages), iter(())
        first = next(replies, None)
        # A server that does not stream answers in one piece, which its client passes over.
        return (first, replies) if first is not None else (_whole_reply(llm, messages), iter(()))

    transient = retry_if_exception(lambda error: _status(error) in TRANSIENT_STATUSES)
    return Retrying(retry=transient, stop=stop, wait=wait, reraise=True)(open_stream)


def _whole_reply(llm: LLM, messages: Sequence[Any]) -> Any:
    """Return the reply of an LLM that does not stream."""
    reply = llm.chat(messages)
    reply.delta = reply.message.content or ""
    return reply


def _retry_after(state: RetryCallState) -> float | None:
    """Return the seconds that a server asks to wait, at most LONGEST_WAIT; None if it does not."""
    error = state.outcome.exception() if state.outcome else None
    headers = getattr(getattr(error, "response", None), "headers", {})
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return min(seconds, LONGEST_WAIT)


def _has_ended(raw: Any, before: bool | None) -> bool | None:
    """Return whether a stream has said that it ended; None where its protocol never says so."""
    for has_ended in _ENDED:
        ended = has_ended(raw)
        if ended is not None:
            return ended or bool(before)
    return before


def _openai_ended(raw: Any) -> bool | None:
    choices = getattr(raw, "choices", None)
    return None if choices is None else any(choice.finish_reason for choice in choices)


def _ollama_ended(raw: Any) -> bool | None:
    return bool(raw["done"]) if isinstance(raw, dict) and "done" in raw else None


def _anthropic_ended(raw: Any) -> bool | None:
    kind = raw.get("type", "") if isinstance(raw, dict) else ""
    return kind == "message_delta" if kind.startswith(("message_", "content_block")) else None


# A connection that a proxy or a crash closes looks like an end; only these marks tell them apart.
_ENDED: tuple[Callable[[Any], bool | None], ...] = (_openai_ended, _ollama_ended, _anthropic_ended)
