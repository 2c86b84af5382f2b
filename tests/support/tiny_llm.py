"""A language model with random weights, made on the spot: it talks nonsense, and really runs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

TEMPLATE = (
    "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}"
    "assistant:"
)
WORDS = """<s> </s> what The the bridge of Sella Larnmouth is was not 340 12 metres long [1]. [1]
[2] [3] . , mayor Ana Kovic opened it on Saturday in 2024 says harbour owls eat voles never who"""
READY_WITHIN = 240  # seconds; loading torch takes most of it


def make_model(folder: Path) -> Path:
    """Write a two-layer Llama and its tokenizer into a folder, and return it."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    vocabulary = {word: at for at, word in enumerate(dict.fromkeys(WORDS.split()))}
    words = Tokenizer(models.WordLevel(vocabulary, unk_token=WORDS.split()[2]))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=words,
        **{
            f"{kind}_token": mark
            for kind, mark in (("bos", "<s>"), ("eos", "</s>"), ("pad", "</s>"))
        },
    )
    tokenizer.chat_template = TEMPLATE
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=8_192,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@contextmanager
def transformers_serve(model: Path, port: int) -> Iterator[str]:
    """Serve a model by a ``transformers serve`` process and yield its spec."""
    command = [str(Path(sys.executable).with_name("transformers")), "serve", str(model)]
    offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"],
        env=os.environ | offline,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process, f"http://127.0.0.1:{port}/health")
        yield f"http://127.0.0.1:{port}/v1#{model}"
    finally:
        process.terminate()
        process.wait(30)


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"transformers serve ended with {process.returncode}")
        try:
            urllib.request.urlopen(url, timeout=1)  # noqa: S310 - our own server
        except (URLError, OSError):
            time.sleep(0.5)
        else:
            return
    raise RuntimeError("transformers serve did not start")
