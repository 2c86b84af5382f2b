"""The context sizes of known LLMs, in tokens: how much a model can read at once.

A model is known by its name in a spec, whoever serves it and however it is quantised:
``ollama/llama3.2:3b`` and ``https://api.example/v1#meta-llama/Llama-3.2-3B-Instruct`` are one.
Where a name stands for several sizes of a model, the smallest counts. Those of OpenAI and
Anthropic are not above the ones in LlamaIndex's tables of their models, and those of GPT-OSS, Qwen,
Gemma, Phi-2 and -3, Falcon and StableLM are the defaults of their configurations in transformers.
The others are from the makers' model cards as remembered; RAG_LLM_CONTEXT goes before all of them.
"""

from __future__ import annotations

import re

# What is taken of a model that is not known: what any current one has. The rules take about five
# hundred tokens; evidence takes the rest.
CONTEXT = 8_192

# Pattern of the name, and context in tokens; the first that fits counts.
_KNOWN = (
    (r"gpt-oss", 131_072),
    (r"gpt-5", 400_000),
    (r"gpt-4\.1", 1_047_576),
    (r"gpt-4o|chatgpt-4o|gpt-4-turbo", 128_000),
    (r"gpt-4", 8_192),
    (r"gpt-3\.5-turbo-instruct", 4_096),
    (r"gpt-3\.5", 16_384),
    (r"o1-(?:mini|preview)", 128_000),
    (r"o[134]\b", 200_000),
    (r"claude-?2\b(?!\.1)|claude-instant", 100_000),
    (r"claude", 200_000),
    (r"gemini-(?:1\.5|[2-9])", 1_048_576),
    (r"deepseek-(?:chat|reasoner)", 65_536),
    (r"deepseek-r1-distill|deepseek-(?:r1|v3|v2\.5)", 131_072),
    (r"tinyllama", 2_048),
    (r"llama-?3[.-][1-3]", 131_072),
    (r"llama-?3", 8_192),
    (r"codellama", 16_384),
    (r"llama-?2|vicuna|orca-?2|solar", 4_096),
    (r"orca-?mini", 2_048),
    (r"(?:mistral|ministral)-(?:nemo|large|small3|small-3)|ministral", 131_072),
    (r"mixtral-?8x22b", 65_536),
    (r"mistral|mixtral|zephyr", 32_768),
    (r"qwen-?3", 32_768),
    (r"qwen-?2", 32_768),
    (r"gemma-?3[:-]?(?:1b|270m)", 32_768),
    (r"gemma-?3", 131_072),
    (r"gemma", 8_192),
    (r"phi-?4-mini", 131_072),
    (r"phi-?4", 16_384),
    (r"phi-?3(?:\.5|-mini-128k|-medium-128k)", 131_072),
    (r"phi-?3", 4_096),
    (r"phi\b|phi-[12]|falcon", 2_048),
    (r"command-r", 131_072),
    (r"smollm3", 65_536),
    (r"smollm2", 8_192),
    (r"smollm", 2_048),
    (r"stablelm-?2|yi\b", 4_096),
    (r"olmo-?2", 4_096),
    (r"granite-?3", 131_072),
)
_PATTERNS = [(re.compile(rf"(?<![a-z])(?:{name})", re.IGNORECASE), size) for name, size in _KNOWN]


def known_context(spec: str, *, here: bool) -> int:
    """Return the tokens of the context of the model that a spec names.

    Args:
        spec: of any form; of an unknown model it is CONTEXT.
        here: whether the model runs on this machine. Then no more than CONTEXT is taken: a server
            reserves memory for all of it, and a longer prompt takes minutes to be read.
    """
    name = spec.rpartition("/")[2].rpartition("#")[2]
    size = next((size for pattern, size in _PATTERNS if pattern.search(name)), CONTEXT)
    return min(size, CONTEXT) if here else size
