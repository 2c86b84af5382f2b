"""A model run by onnxruntime: loaded in a fifth of a second, and on all cores at once."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.embedding.types import Vectors

if TYPE_CHECKING:
    from tokenizers import Encoding

GRAPH, TOKENIZER, FACTS = "model.onnx", "tokenizer.json", "encoder.json"
# Texts a batch, of nearly the same length. Few, so that a batch stays in the cache of its core:
# 8 give half as much again as 32 on two cores.
BATCH = 8


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

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text, without the markers around it."""
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
    """Which texts are run together, by their places: those of nearly the same length.

    Args:
        lengths: the tokens of each text, as many as the model reads at most.
    """
    order = sorted(range(len(lengths)), key=lambda at: -lengths[at])
    return [order[at : at + BATCH] for at in range(0, len(order), BATCH)]


def cores() -> int:
    """The processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
