"""Texts to vectors, by a model that is loaded on first use."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from rag.models.export import NotExportable, export, refuse, refused
from rag.models.runtime import (
    FACTS,
    Encoder,
    OnnxEncoder,
    OriginalEncoder,
    Vectors,
    model_key,
    model_source,
)

_FORMAT = 1  # version of the folder of an exported model; another one is exported anew
_RECENT = 4_096  # texts whose vectors are kept: six megabytes


class Embedder:
    """A sentence-transformers model by name, loaded on first use, safe to share by threads.

    It runs on onnxruntime, from a copy that is made once on a machine and compared with the
    original; a model that cannot be copied runs on sentence-transformers.

    Args:
        name: the bundled model, or the path or name of a sentence-transformers model.
        cache: the folder where copies are kept; where it cannot be written, each process
            makes its own.
        threads: how many texts are embedded at once; by default as many as there are cores.
    """

    def __init__(self, name: str, cache: Path, threads: int | None = None) -> None:
        self.name = name
        self.cache = cache
        self._threads = threads
        self._one = lru_cache(maxsize=_RECENT)(self._embed_one)
        self._encoder: Encoder | None = None
        self._loading = threading.Lock()

    @cached_property
    def key(self) -> str:
        """A name for folders and collections, another one for each model."""
        return model_key(self.name)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._load().dimension

    @property
    def max_tokens(self) -> int:
        """Tokens of a text that the model reads; it ignores those that follow."""
        return self._load().max_tokens

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts.

        Returns an array of shape (len(texts), dimension), float32, rows of length 1.

        Raises:
            EmbedderError: the model cannot be loaded.
        """
        encoder = self._load()
        if not texts:
            return np.zeros((0, encoder.dimension), dtype=np.float32)
        return encoder.encode(texts)

    def vector(self, text: str) -> Vectors:
        """Embed one text: shape (dimension,), float32, length 1, read-only.

        Vectors are cached: a question that is asked again is not embedded again.

        Raises:
            EmbedderError: the model cannot be loaded.
        """
        found: Vectors = self._one(text)
        return found

    def similarity(self, one: str, other: str) -> float:
        """Return the cosine of two texts, -1..1; their vectors are cached."""
        return float(self.vector(one) @ self.vector(other))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, without the markers around it."""
        return self._load().count_tokens(texts) if texts else []

    def runs_on(self) -> str:
        """Return which library runs the model here, and why, in words."""
        place = _place(self.cache, self.key)
        if (place / FACTS).exists():
            return "onnxruntime"
        reason = refused(place)
        return f"sentence-transformers ({reason})" if reason else "not loaded on this machine yet"

    def _embed_one(self, text: str) -> Vectors:
        vectors = self.encode([text])
        vectors.setflags(write=False)  # it is handed out again
        one: Vectors = vectors[0]
        return one

    def _load(self) -> Encoder:
        with self._loading:
            if self._encoder is None:
                place = _place(self.cache, self.key)
                source = model_source(self.name)
                self._encoder = _load_encoder(self.name, place, source, self._threads)
            return self._encoder


def _place(cache: Path, key: str) -> Path:
    return cache / "encoders" / f"v{_FORMAT}-{key}"


@lru_cache(maxsize=2)  # two corpora of one process share the weights
def _load_encoder(name: str, place: Path, source: str, threads: int | None) -> Encoder:
    if (place / FACTS).exists():
        try:
            copy = OnnxEncoder(place, threads)
        except Exception:  # noqa: BLE001 - whatever is wrong with the copy, another can be made
            copy = None
        if copy is not None and copy.source == source:
            return copy
        shutil.rmtree(place, ignore_errors=True)
    original = OriginalEncoder(name)
    if refused(place):
        return original
    try:
        return _copy(original, place, source, threads)
    except NotExportable as error:
        with suppress(OSError):  # then the next process tries again
            refuse(place, str(error))
        return original


def _copy(original: OriginalEncoder, place: Path, source: str, threads: int | None) -> Encoder:
    """Export the model and load the copy; where it cannot be kept, for this process alone."""
    try:
        export(original, place, source)
        return OnnxEncoder(place, threads)
    except OSError:
        with tempfile.TemporaryDirectory() as aside:
            export(original, Path(aside) / place.name, source)
            return OnnxEncoder(Path(aside) / place.name, threads)
