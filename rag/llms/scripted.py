"""An LLM whose replies are scripted, for tests: it loads no model and needs no network."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llama_index.core.llms import LLM


def scripted_llm(
    replies: Sequence[str | Exception] | Callable[[str], str], *, context: int = 8_192
) -> LLM:
    """Make an LLM for your own tests, to be passed as ``llm=``; it streams word by word.

    Args:
        replies: the replies to one request after another, the last one repeated for ever; an
            exception is raised. Or a function from the text of the request to the reply.
        context: its context size, in tokens.

    Raises:
        ValueError: there are no replies.
    """
    from llama_index.core.llms import (
        CompletionResponse,
        CompletionResponseGen,
        CustomLLM,
        LLMMetadata,
    )

    waiting = [] if callable(replies) else list(replies)
    if not callable(replies) and not waiting:
        raise ValueError("A scripted LLM needs at least one reply.")

    def reply_to(prompt: str) -> str:
        if callable(replies):
            return replies(prompt)
        reply = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(reply, Exception):
            raise reply
        return reply

    class ScriptedLLM(CustomLLM):
        @property
        def metadata(self) -> LLMMetadata:
            return LLMMetadata(context_window=context, model_name="scripted")

        def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:
            return CompletionResponse(text=reply_to(prompt))

        def stream_complete(
            self, prompt: str, formatted: bool = False, **_: Any
        ) -> CompletionResponseGen:
            text = ""
            for piece in re.findall(r"\S+\s*|\s+", reply_to(prompt)):
                text += piece
                yield CompletionResponse(text=text, delta=piece)

    return ScriptedLLM()
