"""A worker pool on a Ray cluster of machines, one worker a core.

The vectors are those of one process to the last bit, on processors of one kind: which texts
share a batch depends on the texts alone.
"""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from rag.documents.reading_process import DocumentReader
from rag.errors import ClusterError, MissingExtra, SettingError
from rag.index.failures import error_reason
from rag.index.pipeline import RawDocument, ReadDocument, WorkerPool, read_document
from rag.models.embedder import Embedder
from rag.models.runtime import Vectors, batches_of

_CONNECT_SECONDS = 5.0  # in which a cluster must answer
_LOAD_SECONDS = 120.0  # in which a worker loads the model
_RETRIES = 3  # of a worker that was lost and of its task; a document may be what kills it
_QUEUED = 4  # documents that each worker of a cluster may have before it


class ClusterPool:
    """The workers of a Ray cluster, one a core, each with the model loaded once."""

    def __init__(self, embedder: Embedder, workers: Sequence[Any], get: Any) -> None:
        self._embedder = embedder
        self._workers = workers
        self._get = get

    def read(self, documents: Iterable[RawDocument]) -> Iterator[ReadDocument]:
        """Yield documents cut into passages and sentences, in their order."""
        coming: deque[Any] = deque()
        for at, document in enumerate(documents):
            worker = self._workers[at % len(self._workers)]
            coming.append(worker.read.remote(document))
            if len(coming) >= _QUEUED * len(self._workers):
                yield self._get(coming.popleft())
        while coming:
            yield self._get(coming.popleft())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, each worker a share of the batches that one process would make.

        Returns an array of shape (len(texts), dimension), float32.
        """
        limit = self._embedder.max_tokens
        lengths = [min(tokens, limit) for tokens in self._embedder.count_tokens(texts)]
        batches = batches_of(lengths)
        size = max(1, -(-len(batches) // len(self._workers)))
        shares = [
            list(chain.from_iterable(batches[at : at + size]))
            for at in range(0, len(batches), size)
        ]
        found = [
            worker.encode.remote([texts[at] for at in share])
            for worker, share in zip(self._workers, shares, strict=False)
        ]
        vectors = np.empty((len(texts), self._embedder.dimension), dtype=np.float32)
        for share, rows in zip(shares, self._get(found), strict=True):
            vectors[share] = rows
        return vectors


class ClusterWorker:
    """A worker on one core of a cluster, with a model and a reader of its own."""

    def __init__(self, name: str, cache: Path, reader: DocumentReader) -> None:
        self._embedder = Embedder(name, cache, threads=1)
        self._reader = reader

    def ready(self) -> bool:
        """Load the model; return whether it is loaded."""
        return self._embedder.dimension > 0

    def read(self, document: RawDocument) -> ReadDocument:
        """Read a document and cut it into passages and sentences."""
        return read_document(document, self._embedder, self._reader)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts; returns an array of shape (len(texts), dimension), float32."""
        return self._embedder.encode(texts)


@contextmanager
def cluster_pool(embedder: Embedder, reader: DocumentReader, address: str) -> Iterator[WorkerPool]:
    """Connect to a Ray cluster and start a worker pool on it.

    Args:
        embedder: the model.
        reader: what reads documents; each worker has one like it.
        address: ``local`` for a cluster on this machine, ``auto`` for the one that this machine
            is part of, or HOST:PORT.

    Raises:
        MissingExtra: Ray is not installed.
        SettingError: there is no cluster at that address.
        ClusterError: the cluster has no free core, or failed.
    """
    try:
        import ray
    except ImportError as error:
        raise MissingExtra("remote", error.name) from error
    mine = not ray.is_initialized()  # else the code that has started it goes on using it
    try:
        _check_answers(address)
        if mine:
            ray.init(address=address, include_dashboard=False, log_to_driver=False)
    except (OSError, RuntimeError, ValueError) as error:
        raise SettingError(
            f"There is no Ray cluster at {address!r} ({error_reason(error)}); check RAG_RAY, or "
            "unset it to index on this machine alone."
        ) from error
    try:
        yield ClusterPool(embedder, _workers(ray, embedder, reader), ray.get)
    except ray.exceptions.RayError as error:
        raise ClusterError(
            f"The Ray cluster at {address!r} failed ({error_reason(error)}); what was indexed is "
            "kept. Check that each machine has this package, or unset RAG_RAY."
        ) from error
    finally:
        if mine:
            ray.shutdown()


def _workers(ray: Any, embedder: Embedder, reader: DocumentReader) -> list[Any]:
    """Start a worker on each free core; cores of other jobs are not waited for."""
    remote = ray.remote(num_cpus=1, max_restarts=_RETRIES, max_task_retries=_RETRIES)(ClusterWorker)
    count = max(1, int(ray.available_resources().get("CPU", 1)))
    workers = [remote.remote(embedder.name, embedder.cache, reader) for _ in range(count)]
    asked = {worker.ready.remote(): worker for worker in workers}
    ready, _ = ray.wait(list(asked), num_returns=count, timeout=_LOAD_SECONDS)
    ray.get(ready)
    if not ready:
        raise ClusterError(
            f"No core of the Ray cluster was free within {_LOAD_SECONDS:.0f} seconds; try again "
            "later, or unset RAG_RAY."
        )
    return [asked[answer] for answer in ready]


def _check_answers(address: str) -> None:
    """Connect to HOST:PORT: Ray itself waits for minutes where there is no cluster."""
    host, _, port = address.rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host, int(port)), _CONNECT_SECONDS).close()
