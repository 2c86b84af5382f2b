"""What an LLM says, piece by piece as it comes: bounded in time and length, retried if useful."""

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

from rag.errors import LLMError

if TYPE_CHECKING:
    from llama_index.core.llms import LLM
    from tenacity import RetryCallState

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


ATTEMPTS = 3
FIRST_WAIT, LONGEST_WAIT = 0.5, 8.0  # seconds between attempts, doubled each time
MAX_SAID = 60_000  # characters; some think aloud at length before the four sentences asked for
# What a decoder puts for bytes that are not UTF-8, and halves of characters, as JSON may hold.
LOST = re.compile("[\ufffd\ud800-\udfff]")
AT_ONCE = 64  # pieces that may wait to be read


def stream_text(
    llm: LLM, spec: str, system: str, user: str, *, seconds: float
) -> Generator[str, None, None]:
    """What an LLM says to a system and a user message, in pieces.

    It runs in a thread of its own, so that one that hangs can be left; closing the
    iterator closes the connection with the next piece that comes.

    Args:
        llm: any LLM of LlamaIndex.
        spec: its name in messages.
        system: the rules.
        user: the request.
        seconds: for the whole answer.

    Raises:
        LLMError: it cannot be reached, refuses, says nothing, goes on for ever, breaks
            off, or is not text.
    """
    deadline = time.monotonic() + seconds
    pieces: queue.Queue[str | LLMError | None] = queue.Queue(AT_ONCE)
    left = threading.Event()

    def put(piece: str | LLMError | None) -> bool:
        while not left.is_set():
            with suppress(queue.Full):
                pieces.put(piece, timeout=0.1)
                return True
        return False

    def run() -> None:
        try:
            with llm_errors(spec):
                for piece in _pieces(llm, system, user, deadline, left):
                    if not put(piece):
                        return
            put(None)
        except LLMError as error:
            put(error)
        except Exception as error:  # noqa: BLE001 - LLMs are others' code and raise what they like
            put(LLMError(f"The LLM {spec} gave no answer: it failed ({reason(error)})."))

    threading.Thread(target=run, name="footnote-llm", daemon=True).start()
    try:
        yield from _read(pieces, spec, deadline, seconds)
    finally:
        left.set()


def complete(llm: LLM, spec: str, system: str, user: str, *, seconds: float) -> str:
    """All that an LLM says, in one piece; arguments and errors as for :func:`stream_text`."""
    return "".join(stream_text(llm, spec, system, user, seconds=seconds))


def context_of(llm: LLM) -> int | None:
    """The context size that an LLM is known to have, in tokens; None where it is not known."""
    try:
        size = int(llm.metadata.context_window)
    except (ValueError, NotImplementedError):  # LlamaIndex does not know the model
        return None
    return size if size > 0 else None


def _read(
    pieces: queue.Queue[str | LLMError | None], spec: str, deadline: float, seconds: float
) -> Iterator[str]:
    said = 0
    anything = False
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
        said += len(piece)
        anything = anything or bool(piece.strip())
        if said > MAX_SAID:
            raise LLMError(f"The LLM {spec} gave no answer: it did not come to an end.")
        if LOST.search(piece):
            raise LLMError(f"The LLM {spec} gave no answer: what it sent is not UTF-8 text.")
        yield piece
    if not anything:
        raise LLMError(f"The LLM {spec} gave an empty answer.")


def _pieces(
    llm: LLM, system: str, user: str, deadline: float, left: threading.Event
) -> Iterator[str]:
    from llama_index.core.llms import ChatMessage

    messages = [ChatMessage(role="system", content=system), ChatMessage(role="user", content=user)]
    reply, replies = _first(llm, messages, deadline, left)
    ended = None
    try:
        while reply is not None:
            ended = _ended(reply.raw, ended)
            yield reply.delta or ""
            reply = next(replies, None)
    finally:
        if reply is not None:  # nobody reads on
            reply = replies = None
            # LlamaIndex has an open response in a cycle of references: only when that is
            # collected does the connection close, and the server stop writing.
            gc.collect()
    if ended is False:
        raise ConnectionResetError("broke off")


def _first(llm: LLM, messages: Sequence[Any], deadline: float, left: threading.Event) -> Any:
    """The first reply of a stream and the stream; tried again where that may help."""
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

    backoff = wait_exponential_jitter(initial=FIRST_WAIT, max=LONGEST_WAIT, jitter=FIRST_WAIT)

    def wait(state: RetryCallState) -> float:
        return _asked_to_wait(state) or backoff(state)

    def stop(state: RetryCallState) -> bool:
        late = time.monotonic() + state.upcoming_sleep > deadline
        return late or left.is_set() or stop_after_attempt(ATTEMPTS)(state)

    def open_stream() -> Any:
        try:
            replies = iter(llm.stream_chat(messages))
        except NotImplementedError:
            return _whole(llm, messages), iter(())
        first = next(replies, None)
        # A server that does not stream answers in one piece, which its client passes over.
        return (first, replies) if first is not None else (_whole(llm, messages), iter(()))

    retrying = Retrying(retry=retry_if_exception(is_transient), stop=stop, wait=wait, reraise=True)
    return retrying(open_stream)


def _whole(llm: LLM, messages: Sequence[Any]) -> Any:
    """The reply of an LLM that does not stream."""
    reply = llm.chat(messages)
    reply.delta = reply.message.content or ""
    return reply


def _asked_to_wait(state: RetryCallState) -> float | None:
    """The seconds that a server asks for, where it asks for few."""
    error = state.outcome.exception() if state.outcome else None
    headers = getattr(getattr(error, "response", None), "headers", {})
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return min(seconds, LONGEST_WAIT)


def _ended(raw: Any, before: bool | None) -> bool | None:
    """Whether a stream has said that it is at its end; None where its kind never says so."""
    for marks_end in ENDS:
        ended = marks_end(raw)
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


# A connection that a proxy or a crash closes looks like an end; only these tell them apart.
ENDS: tuple[Callable[[Any], bool | None], ...] = (_openai_ended, _ollama_ended, _anthropic_ended)
