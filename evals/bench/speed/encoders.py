"""How close a sync comes to the bare encoder, on the same texts in the same process."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

import rag
from evals.bench.baselines import load_encoder
from evals.bench.speed.generated import write_articles

PASSAGES = 400  # of generated articles
ROUNDS = 3  # of each, in turn, the fastest of which counts
BATCHES = (4, 8, 16, 32)  # texts a batch, of which the fastest counts
SAMPLE = 1_000  # sentences on which the two encoders are held against each other


def encoders() -> dict[str, float]:
    """Return texts a second of a sync and of the bare encoders, and how alike the encoders are."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "articles"
        write_articles(folder, PASSAGES)
        original = load_encoder()
        corpus = rag.open(folder, index_dir=Path(place) / "texts")
        texts = list(corpus.texts())
        (copy,) = corpus.settings.cache_root.glob("encoders/*MiniLM*")
        bare = Bare(copy)
        size = max(BATCHES, key=lambda size: bare.rate(texts[:200], size))
        sync, torch, onnx = [], [], []
        for number in range(ROUNDS):
            again = rag.open(folder, index_dir=Path(place) / f"sync-{number}", sync=False)
            again.search("the model is loaded")
            report = again.sync()
            sync.append(report.embedded / report.seconds)
            torch.append(_rate(original, texts))
            onnx.append(bare.rate(texts, size))
        sentences = [text for text in texts if len(text) < 200][:SAMPLE]
        wanted = original.encode(sentences, normalize_embeddings=True, show_progress_bar=False)
        cosine = (np.asarray(wanted) * bare.encode(sentences, size)).sum(axis=1).min()
    best = max(*torch, *onnx)
    return {
        "sync": max(sync),
        "sentence-transformers": max(torch),
        "onnxruntime": max(onnx),
        "sync / faster bare encoder": max(sync) / best,
        "least cosine": float(cosine),
    }


def _rate(original: Any, texts: Sequence[str]) -> float:
    began = time.perf_counter()
    original.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
    return len(texts) / (time.perf_counter() - began)


class Bare:
    """onnxruntime and nothing else: batches of one length after the other, on all cores."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)

    def rate(self, texts: Sequence[str], size: int) -> float:
        """Return texts a second."""
        began = time.perf_counter()
        self.encode(texts, size)
        return len(texts) / (time.perf_counter() - began)

    def encode(self, texts: Sequence[str], size: int) -> np.ndarray:
        """Return vectors of shape (len(texts), dimension), float32."""
        read = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(read)), key=lambda at: len(read[at].ids))
        batches = [order[at : at + size] for at in range(0, len(order), size)]

        def run(batch: list[int]) -> np.ndarray:
            width = max(len(read[at].ids) for at in batch)
            rows = [[*read[at].ids, *[0] * (width - len(read[at].ids))] for at in batch]
            ids = np.array(rows, dtype=np.int64)
            lengths = np.array([len(read[at].ids) for at in batch])[:, None]
            feed = {"input_ids": ids, "token_type_ids": np.zeros_like(ids)}
            feed["attention_mask"] = (np.arange(width) < lengths).astype(np.int64)
            return np.asarray(self._session.run(None, feed)[0])

        with ThreadPoolExecutor(os.cpu_count()) as threads:
            found = np.concatenate(list(threads.map(run, batches)))
        vectors = np.empty_like(found)
        vectors[order] = found
        return vectors
