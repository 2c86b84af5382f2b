"""Load LLMs by their spec, through LlamaIndex's own classes, and probe whether they work.

Nothing is imported until an LLM is loaded.
"""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from rag.errors import LLMError, LLMNotFound, LLMUnreachable, MissingExtra, SettingError
from rag.llms.contexts import known_context
from rag.llms.smollm import SMOLLM, SMOLLM_CONTEXT, SMOLLM_EXTRA, smollm_options
from rag.llms.streaming import ENV_FILE, context_of, llm_errors, stream_text

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

NO_LLM = "none"  # the spec of answers without an LLM
_FORMS = (
    "none, ollama/MODEL, openai/MODEL, anthropic/MODEL, hf/PATH-OR-ID, smollm2, or "
    "http(s)://HOST:PORT/v1#MODEL"
)
LLM_SECONDS = 120.0  # seconds for one answer; a small model on a CPU takes about one
_ANSWER_TOKENS = 768  # six sentences with marks take about three hundred
_SERVER_KEY = "RAG_LLM_KEY"  # of an OpenAI-compatible server, where it wants one
# Variables that set the addresses, as each provider's own client reads them. The address is always
# passed on, so that the host that a user is told of is the one that a question is sent to.
_OPENAI_BASE, _ANTHROPIC_BASE, _OLLAMA_HOST = "OPENAI_API_BASE", "ANTHROPIC_BASE_URL", "OLLAMA_HOST"
THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


class LLMLimits(NamedTuple):
    """The limits of an LLM: seconds for one answer, its context size in tokens, and its searches.

    The context is None where it is not set, and then that of the model. ``steps`` are the further
    searches that it may ask for before it answers.
    """

    seconds: float = LLM_SECONDS
    context: int | None = None
    steps: int = 0

    def context_for(self, spec: str) -> int:
        """Return the context size as set, or else that which is known of the model of a spec."""
        if self.context is not None:
            return self.context
        if spec == SMOLLM:
            return SMOLLM_CONTEXT
        return known_context(spec, here=_is_here(spec))


class _Provider(NamedTuple):
    """How one kind of spec becomes an LLM.

    ``extra`` is the part of this package that installs ``module``; ``options`` makes
    the arguments of the class ``name`` from model, key and limits; ``key`` is the
    variable that holds a key, ``required`` whether there must be one; ``in_process`` says that
    the model runs in this process.
    """

    extra: str
    module: str
    name: str
    options: Callable[[str, str | None, LLMLimits], dict[str, Any]]
    key: str | None = None
    required: bool = False
    in_process: bool = False


def load_llm(spec: str, limits: LLMLimits | None = None) -> LLM:
    """Load the LLM that a spec names.

    Args:
        spec: a spec of any known form but ``none``.
        limits: time and context size; by default two minutes and what is known of the model.

    Raises:
        SettingError: the spec has no known form, or its key is not set.
        MissingExtra: the package for it is not installed.
        LLMError: a model in process cannot be loaded.
    """
    provider, model = _provider(spec)
    key = _variable(provider.key) if provider.key else None
    if provider.required and not key:
        raise SettingError(
            f"llm (RAG_LLM) {spec!r} needs a key; set {provider.key} in the environment or in .env."
        )
    try:
        module = importlib.import_module(provider.module)
    except ModuleNotFoundError as error:
        raise MissingExtra(provider.extra, error.name) from error
    with llm_errors(spec):
        limits = limits or LLMLimits()
        fixed = limits._replace(context=limits.context_for(spec))
        options = provider.options(model, key, fixed)
        llm: LLM = getattr(module, provider.name)(**options)
    return llm


def check_spec(spec: str) -> None:
    """Make sure that a spec has one of the known forms.

    Raises:
        SettingError: it has none; the message lists the forms.
    """
    if spec != NO_LLM:
        _provider(spec)


def offered_specs(first: str, others: str) -> list[str]:
    """Return the specs that a user may choose from, each once: ``none`` and the configured ones.

    Args:
        first: the setting ``llm``.
        others: the setting ``llms``, specs separated by commas.
    """
    specs = (NO_LLM, first, *others.split(","))
    return list(dict.fromkeys(spec.strip() for spec in specs if spec.strip()))


def remote_host(spec: str) -> str | None:
    """Return the host that prompts are sent to, or None where they stay on this machine.

    Raises:
        SettingError: the spec has no known form.
    """
    if spec == NO_LLM:
        return None
    provider, model = _provider(spec)
    if provider.in_process:
        return None
    options = provider.options(model, None, LLMLimits())
    address = options.get("api_base") or options.get("base_url")
    host = urlsplit(address).hostname if address else None
    return None if host in THIS_MACHINE else host


def _is_here(spec: str) -> bool:
    """Return whether the model of a spec runs on this machine, as far as the spec tells."""
    try:
        return remote_host(spec) is None
    except SettingError:  # the name of an LLM that the caller made
        return True


def _variable(name: str) -> str | None:
    """Return a variable of the environment or of a ``.env`` file; keys come from nowhere else."""
    from dotenv import dotenv_values

    return os.environ.get(name) or dotenv_values(ENV_FILE).get(name)


def _common(model: str, key: str | None, limits: LLMLimits) -> dict[str, Any]:
    return {
        "model": model,
        "api_key": key,
        "temperature": 0.0,  # the same question, the same answer, as far as a model allows
        "timeout": limits.seconds,
        "max_retries": 0,  # retries follow one rule for all providers, in rag.llms.streaming
    }


def _openai(model: str, key: str | None, limits: LLMLimits) -> dict[str, Any]:
    return _common(model, key or "none", limits) | {
        "api_base": _variable(_OPENAI_BASE) or "https://api.openai.com/v1",
        "context_window": limits.context,
        "is_chat_model": True,
    }


def _server(spec: str, key: str | None, limits: LLMLimits) -> dict[str, Any]:
    base, _, model = spec.partition("#")
    return _openai(model, key, limits) | {"api_base": base}


def _anthropic(model: str, key: str | None, limits: LLMLimits) -> dict[str, Any]:
    return _common(model, key, limits) | {
        "base_url": _variable(_ANTHROPIC_BASE) or "https://api.anthropic.com",
        "max_tokens": _ANSWER_TOKENS,
    }


def _ollama(model: str, _: str | None, limits: LLMLimits) -> dict[str, Any]:
    host = _variable(_OLLAMA_HOST)
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
        "max_new_tokens": _ANSWER_TOKENS,
        "generate_kwargs": {"do_sample": False, "max_time": limits.seconds},
    }


def _smollm(_: str, __: str | None, limits: LLMLimits) -> dict[str, Any]:
    return smollm_options(limits.context_for(SMOLLM), limits.seconds)


_OPENAI_LIKE = ("llama_index.llms.openai_like", "OpenAILike")
_ANTHROPIC = ("llama_index.llms.anthropic", "Anthropic")
_TRANSFORMERS = ("llama_index.llms.huggingface", "HuggingFaceLLM")
_PROVIDERS = {
    "ollama": _Provider("ollama", "llama_index.llms.ollama", "Ollama", _ollama),
    "openai": _Provider("openai", *_OPENAI_LIKE, _openai, "OPENAI_API_KEY", True),
    "anthropic": _Provider("anthropic", *_ANTHROPIC, _anthropic, "ANTHROPIC_API_KEY", True),
    "hf": _Provider("hf", *_TRANSFORMERS, _in_process, in_process=True),
}
_SMOLLM = _Provider(SMOLLM_EXTRA, *_TRANSFORMERS, _smollm, in_process=True)
_SERVER = _Provider("server", *_OPENAI_LIKE, _server, _SERVER_KEY)


def _provider(spec: str) -> tuple[_Provider, str]:
    """Return the provider of a spec and the model that it names (a server: the whole spec)."""
    if spec.startswith(("http://", "https://")):
        if spec.partition("#")[2]:
            return _SERVER, spec
    elif spec == SMOLLM:
        return _SMOLLM, spec
    else:
        prefix, _, model = spec.partition("/")
        if prefix in _PROVIDERS and model:
            return _PROVIDERS[prefix], model
    raise SettingError(f"llm (RAG_LLM) cannot be {spec!r}; it may be {_FORMS}.")


_PROBE_SYSTEM = "You repeat what you are told, word for word, and say nothing else."
_PROBE = "Repeat: The ferry to the island leaves at nine in the morning and comes back at noon."
_TOKEN_LENGTH = 4  # characters of English, about; servers count each in its own way


def probe(spec: str, limits: LLMLimits) -> dict[str, Any]:
    """Send one short request to an LLM and return what that shows, as JSON-ready values.

    ``works`` says whether it answered, ``reason`` why not; ``reachable`` and ``model``
    (present) are None where a failure leaves them open; ``streams`` whether the answer
    came in more than one piece; ``context`` the tokens of its context that are used at
    most; ``first_word_seconds`` and ``tokens_a_second`` how fast it is.

    Raises:
        SettingError: the spec has no known form, or its key is not set.
    """
    found: dict[str, Any] = {"llm": spec, "works": False, "reason": None}
    found |= dict.fromkeys(("reachable", "model", "streams", "context"))
    found |= dict.fromkeys(("first_word_seconds", "tokens_a_second"))
    pieces: list[tuple[float, str]] = []  # each with the time at which it came
    began = time.perf_counter()
    try:
        llm = load_llm(spec, limits)
        context = limits.context_for(spec)
        found["context"] = min(context_of(llm) or context, context)
        began = time.perf_counter()
        answer = stream_text(llm, spec, _PROBE_SYSTEM, _PROBE, seconds=limits.seconds)
        pieces.extend((time.perf_counter(), piece) for piece in answer if piece)
    except (LLMError, MissingExtra) as error:
        found["reason"] = str(error)
        if isinstance(error, LLMUnreachable):
            found["reachable"] = False
        elif isinstance(error, LLMNotFound):
            found |= {"reachable": True, "model": False}
        if not pieces:
            return found
    found |= {"works": found["reason"] is None, "reachable": True, "model": True}
    first, last = pieces[0][0], pieces[-1][0]
    tokens = sum(len(piece) for _, piece in pieces) / _TOKEN_LENGTH
    return found | {
        "streams": len(pieces) > 1,
        "first_word_seconds": round(first - began, 2),
        "tokens_a_second": round(tokens / max(last - began, 1e-6), 1),
    }
