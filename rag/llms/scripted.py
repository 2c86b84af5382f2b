"""An LLM that says what a script says, for tests: it loads nothing and reaches nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

Script = Callable[[str], str]


def scripted_llm(replies: Sequence[str | Exception] | Script, *, context: int = 8_192) -> LLM:
    """An LLM for your own tests, to be passed as ``llm=``; it streams its replies word by word.

    Args:
        replies: what it says to one request after another, the last one again and again;
            an exception is raised. Or a function from the text of the request to the reply.
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
        said = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(said, Exception):
            raise said
        return said

    class ScriptedLLM(CustomLLM):
        @property
        def metadata(self) -> LLMMetadata:
            return LLMMetadata(context_window=context, model_name="scripted")

        def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:
            return CompletionResponse(text=reply_to(prompt))

        def stream_complete(
            self, prompt: str, formatted: bool = False, **_: Any
        ) -> CompletionResponseGen:
            said = ""
            for piece in re.findall(r"\S+\s*|\s+", reply_to(prompt)):
                said += piece
                yield CompletionResponse(text=said, delta=piece)

    return ScriptedLLM()
