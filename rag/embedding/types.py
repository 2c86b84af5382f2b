"""What runs an embedding model, whichever library it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

SPARE_TOKENS = 2  # the markers that a tokenizer puts around each text
MOST_TOKENS = 512  # of a model that names no limit: a longer passage says too much for one vector


class Encoder(Protocol):
    """A loaded model. Safe to share between threads, none of which waits for another."""

    dimension: int
    max_tokens: int  # of a text that the model reads, its markers aside

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts: shape (len(texts), dimension), float32, rows of length 1."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text, without the markers around it."""
        ...
