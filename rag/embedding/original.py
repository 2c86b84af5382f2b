"""A model run by sentence-transformers, as it was published."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

import numpy as np

from rag.embedding.models import model_path
from rag.embedding.types import MOST_TOKENS, SPARE_TOKENS, Vectors
from rag.errors import EmbedderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH = 32  # texts a batch; larger ones gain nothing on two cores
FEW = 4  # texts that one thread embeds as fast as several


class OriginalEncoder:
    """A sentence-transformers model.

    Raises:
        EmbedderError: it cannot be loaded.
    """

    def __init__(self, name: str) -> None:
        self.model = _load(model_path(name))
        self.dimension = int(self.model.get_embedding_dimension() or 0)
        self.max_tokens = longest(self.model) - SPARE_TOKENS

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts: shape (len(texts), dimension), float32, rows of length 1."""
        with _one_thread() if len(texts) <= FEW else nullcontext():
            vectors = self.model.encode(
                list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vectors, dtype=np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text, without the markers around it."""
        tokenizer = self.model.tokenizer
        if hasattr(tokenizer, "encode_batch"):  # as that of static models
            read = tokenizer.encode_batch(list(texts), add_special_tokens=False)
            return [len(text.ids) for text in read]
        found = tokenizer(list(texts), add_special_tokens=False, truncation=False, verbose=False)
        return [len(ids) for ids in found["input_ids"]]


def longest(model: SentenceTransformer) -> int:
    """Tokens of a text that a model reads, its markers included; it ignores what follows."""
    limit = model.max_seq_length
    return MOST_TOKENS if limit is None or math.isinf(limit) else int(limit)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Give torch one thread: those that wait for each other on a busy machine take for ever."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _load(path: str) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(path, device="cpu")
    except Exception as error:  # the loaders below it raise whatever they like
        reason = " ".join(str(error).split())[:200]
        raise EmbedderError(
            f"The embedding model {path!r} cannot be loaded ({reason}); set RAG_EMBEDDER to the "
            "folder of a sentence-transformers model, or unset it for the bundled one."
        ) from error
