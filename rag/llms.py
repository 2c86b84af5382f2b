"""LLMs by a spec, through LlamaIndex's own classes; nothing is loaded until one is asked for."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.errors import LLMError, MissingExtra, SettingError

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

NONE = "none"  # the spec of answers without an LLM
FORMS = "none, ollama/MODEL, openai/MODEL, anthropic/MODEL, hf/PATH-OR-ID, or http(s)://HOST:PORT/v1#MODEL"
TIMEOUT = 120.0  # seconds for one answer; a small model on a CPU takes about one
RETRIES = 2
KEY = "RAG_LLM_KEY"  # of an OpenAI-compatible server, where it wants one


class Provider(NamedTuple):
    """How a kind of spec becomes an LLM.

    ``extra`` is the part of this package that installs ``module``, ``key`` the
    environment variable that must hold a key.
    """

    extra: str
    module: str
    name: str
    options: Callable[[str], dict[str, Any]]
    key: str | None = None


def _hosted(model: str) -> dict[str, Any]:
    return {"model": model, "temperature": 0.0, "timeout": TIMEOUT, "max_retries": RETRIES}


def _server(spec: str) -> dict[str, Any]:
    base, _, model = spec.partition("#")
    key = os.environ.get(KEY, "none")
    return _hosted(model) | {"api_base": base, "api_key": key, "is_chat_model": True}


PROVIDERS = {
    "ollama": Provider(
        "ollama",
        "llama_index.llms.ollama",
        "Ollama",
        lambda model: {"model": model, "temperature": 0.0, "request_timeout": TIMEOUT},
    ),
    "openai": Provider("openai", "llama_index.llms.openai", "OpenAI", _hosted, "OPENAI_API_KEY"),
    "anthropic": Provider(
        "anthropic", "llama_index.llms.anthropic", "Anthropic", _hosted, "ANTHROPIC_API_KEY"
    ),
    "hf": Provider(
        "hf",
        "llama_index.llms.huggingface",
        "HuggingFaceLLM",
        lambda model: {"model_name": model, "tokenizer_name": model},
    ),
}
SERVER = Provider("server", "llama_index.llms.openai_like", "OpenAILike", _server)


def check_spec(spec: str) -> None:
    """Make sure that a spec has one of the known forms.

    Raises:
        SettingError: it has none; the message lists them.
    """
    if spec != NONE:
        _provider(spec)


def load_llm(spec: str) -> LLM:
    """The LLM that a spec names, ready to be asked.

    Args:
        spec: any of FORMS but ``none``.

    Raises:
        SettingError: the spec has no known form, or its key is not set.
        MissingExtra: the package for it is not installed.
    """
    provider, model = _provider(spec)
    if provider.key and not os.environ.get(provider.key):
        raise SettingError(f"llm (RAG_LLM) {spec!r} needs a key; set {provider.key}.")
    try:
        module = importlib.import_module(provider.module)
    except ModuleNotFoundError as error:
        raise MissingExtra(provider.extra, error.name) from error
    with llm_errors(spec):
        llm: LLM = getattr(module, provider.name)(**provider.options(model))
    return llm


def complete(llm: LLM, spec: str, system: str, user: str) -> str:
    """What an LLM says to a system and a user message.

    Raises:
        LLMError: it cannot be reached, refuses, or says nothing.
    """
    from llama_index.core.llms import ChatMessage

    messages = [ChatMessage(role="system", content=system), ChatMessage(role="user", content=user)]
    with llm_errors(spec):
        text = llm.chat(messages).message.content or ""
    if not text.strip():
        raise LLMError(f"The LLM {spec} gave an empty answer.")
    return text


@contextmanager
def llm_errors(spec: str) -> Iterator[None]:
    """Turn what the clients of LLMs raise into :class:`LLMError`, no key in its message."""
    import httpx

    names = (
        ("openai", "OpenAIError"),
        ("anthropic", "AnthropicError"),
        ("ollama", "ResponseError"),
    )
    loaded = [getattr(sys.modules[module], name) for module, name in names if module in sys.modules]
    try:
        yield
    except (*loaded, httpx.HTTPError, OSError, json.JSONDecodeError) as error:
        raise LLMError(f"The LLM {spec} gave no answer: {_reason(error)}.") from error


# What the clients raise; a client that is not loaded cannot have raised anything.
ERRORS = (("openai", "OpenAIError"), ("anthropic", "AnthropicError"), ("ollama", "ResponseError"))
REASONS = {
    400: "it did not understand the request; is the model a chat model?",
    401: "it refused the key",
    403: "it refused the key",
    404: "it knows no such model or address",
    429: "it has had too many requests; try again later",
}


def _reason(error: Exception) -> str:
    """Why, from the kind of error: the client's own words may quote a key."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return REASONS.get(status, f"it failed with status {status}")
    kind = type(error).__name__
    if "Timeout" in kind:
        return f"it took longer than {TIMEOUT:.0f} seconds"
    if "Connect" in kind or isinstance(error, OSError):
        return "it cannot be reached; is the server running?"
    return f"its answer cannot be read ({kind})"


def _provider(spec: str) -> tuple[Provider, str]:
    if spec.startswith(("http://", "https://")):
        if spec.partition("#")[2]:
            return SERVER, spec
    else:
        prefix, _, model = spec.partition("/")
        if prefix in PROVIDERS and model:
            return PROVIDERS[prefix], model
    raise SettingError(f"llm (RAG_LLM) cannot be {spec!r}; it may be {FORMS}.")
