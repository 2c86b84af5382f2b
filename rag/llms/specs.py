"""LLMs by a spec, through LlamaIndex's own classes; nothing is loaded until one is asked for."""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from rag.errors import LLMError, MissingExtra, SettingError
from rag.llms.streaming import context_of, llm_errors, stream_text

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

NO_LLM = "none"  # the spec of answers without an LLM
FORMS = "none, ollama/MODEL, openai/MODEL, anthropic/MODEL, hf/PATH-OR-ID, or http(s)://HOST:PORT/v1#MODEL"
TIMEOUT = 120.0  # seconds for one answer; a small model on a CPU takes about one
# Tokens, where the user sets none: what any current model has, and no more memory than a laptop
# has (Ollama reserves it all). Twelve sentences and the rules take about one thousand.
CONTEXT = 8_192
ANSWER_TOKENS = 512  # four sentences with marks take about two hundred
KEY = "RAG_LLM_KEY"  # of an OpenAI-compatible server, where it wants one
# Where these two are asked, as their own clients read it; always given, so that what is said of
# where a question goes is where it goes.
OPENAI_BASE, ANTHROPIC_BASE = "OPENAI_API_BASE", "ANTHROPIC_BASE_URL"
OLLAMA_HOST = "OLLAMA_HOST"  # as Ollama's own clients read it
ENV_FILE = ".env"
THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


class LLMLimits(NamedTuple):
    """How long an LLM may take for one answer, in seconds, and its context size, in tokens."""

    seconds: float = TIMEOUT
    context: int = CONTEXT


class Provider(NamedTuple):
    """How a kind of spec becomes an LLM.

    ``extra`` is the part of this package that installs ``module``; ``options`` makes
    the arguments of the class ``name`` from model, key and limits; ``key`` is the
    variable that holds a key, ``required`` whether there must be one.
    """

    extra: str
    module: str
    name: str
    options: Callable[[str, str | None, LLMLimits], dict[str, Any]]
    key: str | None = None
    required: bool = False


def load_llm(spec: str, limits: LLMLimits | None = None) -> LLM:
    """The LLM that a spec names, ready to be asked.

    Args:
        spec: any of FORMS but ``none``.
        limits: what it may take; by default two minutes and 8,192 tokens.

    Raises:
        SettingError: the spec has no known form, or its key is not set.
        MissingExtra: the package for it is not installed.
        LLMError: a model in process cannot be loaded.
    """
    provider, model = _provider(spec)
    key = read_variable(provider.key) if provider.key else None
    if provider.required and not key:
        raise SettingError(
            f"llm (RAG_LLM) {spec!r} needs a key; set {provider.key} in the environment or in .env."
        )
    try:
        module = importlib.import_module(provider.module)
    except ModuleNotFoundError as error:
        raise MissingExtra(provider.extra, error.name) from error
    with llm_errors(spec):
        options = provider.options(model, key, limits or LLMLimits())
        llm: LLM = getattr(module, provider.name)(**options)
    return llm


def check_spec(spec: str) -> None:
    """Make sure that a spec has one of the known forms.

    Raises:
        SettingError: it has none; the message lists them.
    """
    if spec != NO_LLM:
        _provider(spec)


def offered_specs(first: str, others: str) -> list[str]:
    """The specs that may be chosen from, each once: no LLM, and those that are configured.

    Args:
        first: the setting ``llm``.
        others: the setting ``llms``, specs separated by commas.
    """
    specs = (NO_LLM, first, *others.split(","))
    return list(dict.fromkeys(spec.strip() for spec in specs if spec.strip()))


def remote_host(spec: str) -> str | None:
    """Where what an LLM is told is sent: the host, or None where it stays on this machine.

    Raises:
        SettingError: the spec has no known form.
    """
    if spec == NO_LLM:
        return None
    provider, model = _provider(spec)
    options = provider.options(model, None, LLMLimits())
    address = options.get("api_base") or options.get("base_url")
    host = urlsplit(address).hostname if address else None
    return None if host in THIS_MACHINE else host


def read_variable(name: str) -> str | None:
    """A variable of the environment, or of a ``.env`` file; keys come from nowhere else."""
    from dotenv import dotenv_values

    return os.environ.get(name) or dotenv_values(ENV_FILE).get(name)


def _openai(model: str, key: str | None, limits: LLMLimits) -> dict[str, Any]:
    return {
        "model": model,
        "api_key": key or "none",
        "api_base": read_variable(OPENAI_BASE) or "https://api.openai.com/v1",
        "temperature": 0.0,  # the same question, the same answer, as far as a model allows
        "timeout": limits.seconds,
        "max_retries": 0,  # we retry, by one rule for all providers
        "context_window": limits.context,
        "is_chat_model": True,
    }


def _server(spec: str, key: str | None, limits: LLMLimits) -> dict[str, Any]:
    base, _, model = spec.partition("#")
    return _openai(model, key, limits) | {"api_base": base}


def _anthropic(model: str, key: str | None, limits: LLMLimits) -> dict[str, Any]:
    return {
        "model": model,
        "api_key": key,
        "base_url": read_variable(ANTHROPIC_BASE) or "https://api.anthropic.com",
        "temperature": 0.0,
        "timeout": limits.seconds,
        "max_retries": 0,
        "max_tokens": ANSWER_TOKENS,
    }


def _ollama(model: str, _: str | None, limits: LLMLimits) -> dict[str, Any]:
    host = read_variable(OLLAMA_HOST)
    options = {
        "model": model,
        "temperature": 0.0,
        "request_timeout": limits.seconds,
        "context_window": limits.context,
    }
    return options | ({"base_url": host if "://" in host else f"http://{host}"} if host else {})


def _in_process(model: str, _: str | None, limits: LLMLimits) -> dict[str, Any]:
    return {
        "model_name": model,
        "tokenizer_name": model,
        "context_window": limits.context,
        "max_new_tokens": ANSWER_TOKENS,
        "generate_kwargs": {"do_sample": False, "max_time": limits.seconds},
    }


_OPENAI = ("llama_index.llms.openai_like", "OpenAILike")
PROVIDERS = {
    "ollama": Provider("ollama", "llama_index.llms.ollama", "Ollama", _ollama),
    "openai": Provider("openai", *_OPENAI, _openai, "OPENAI_API_KEY", required=True),
    "anthropic": Provider(
        "anthropic",
        "llama_index.llms.anthropic",
        "Anthropic",
        _anthropic,
        "ANTHROPIC_API_KEY",
        required=True,
    ),
    "hf": Provider("hf", "llama_index.llms.huggingface", "HuggingFaceLLM", _in_process),
}
SERVER = Provider("server", *_OPENAI, _server, KEY)


def _provider(spec: str) -> tuple[Provider, str]:
    if spec.startswith(("http://", "https://")):
        if spec.partition("#")[2]:
            return SERVER, spec
    else:
        prefix, _, model = spec.partition("/")
        if prefix in PROVIDERS and model:
            return PROVIDERS[prefix], model
    raise SettingError(f"llm (RAG_LLM) cannot be {spec!r}; it may be {FORMS}.")


SYSTEM = "You repeat what you are told, word for word, and say nothing else."
REQUEST = "Repeat: The ferry to the island leaves at nine in the morning and comes back at noon."
CHARACTERS_A_TOKEN = 4  # of English, about; servers count each in its own way


def probe(spec: str, limits: LLMLimits) -> dict[str, Any]:
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
        said = stream_text(llm, spec, SYSTEM, REQUEST, seconds=limits.seconds)
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
