"""A model copied for onnxruntime, once on a machine, and proved to be equal to the original.

Three comparisons prove it. The tokenizers split texts of the whole vocabulary alike; the weights
that the copy keeps by name are the model's bit for bit, so that each word has its vector; and
texts of all lengths, from one word to more than the model reads, get the same vectors up to
rounding. The last is what takes time, so it has a few texts of each length and not hundreds.
"""

from __future__ import annotations

import json
import random
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import RagError
from rag.models.runtime import FACTS, GRAPH, TOKENIZER, OnnxEncoder, OriginalEncoder, longest

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_REFUSED = "refused.json"  # beside no graph: why there is none, and with which libraries
_LIBRARIES = ("onnx", "onnxruntime", "sentence-transformers", "torch")
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_OPSET = 17
_PARITY = 0.9999  # the least cosine that is rounding; the bundled model has 0.9999996
_SENTENCE_WORDS = range(1, 25)  # as sentences in articles have; each length is tried
_EACH = 2  # texts of each of these lengths
_LONG = 12  # texts of up to twice the length that the model reads
_VOCABULARY_WORDS = 100  # of the vocabulary in a text by which tokenizers are compared


class NotExportable(RagError):
    """A model cannot be copied, or its copy says something else."""


def export(original: OriginalEncoder, place: Path, source: str) -> None:
    """Write a model for onnxruntime into a folder, completely or not at all.

    Args:
        original: the model as published.
        source: what tells the model from another that is later put in its place.
        place: the folder to make; where another process has just made it, that one stays.

    Raises:
        NotExportable: it cannot be copied, or differs from the original.
        OSError: the folder cannot be written.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=place.parent, prefix=".making-"))
    try:
        _write(original.model, made)
        cosine = check_copy(original, made)
        facts = json.loads((made / FACTS).read_text("utf-8"))
        facts |= {"parity": round(cosine, 7), "source": source}
        (made / FACTS).write_text(json.dumps(facts), "utf-8")
        _put(made, place)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def refuse(place: Path, reason: str) -> None:
    """Remember that a model cannot be copied, so that the next process does not try again."""
    place.mkdir(parents=True, exist_ok=True)
    (place / _REFUSED).write_text(json.dumps({"reason": reason, "with": _versions()}), "utf-8")


def refused(place: Path) -> str | None:
    """Return why a model could not be copied with the installed libraries, if that is known."""
    try:
        noted = json.loads((place / _REFUSED).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return str(noted["reason"]) if noted.get("with") == _versions() else None


def check_copy(original: OriginalEncoder, folder: Path) -> float:
    """Prove that a copy is the model; return the least cosine between vectors of the two.

    Raises:
        NotExportable: it is not, or onnxruntime cannot load or run it.
    """
    try:
        copy = OnnxEncoder(folder)
        ids = _known_ids(original)
        texts = _texts(original, ids)
        _check_tokens(original, copy, [*_vocabulary(original, ids), *texts])
        _check_weights(original, folder / GRAPH)
        cosine = float((original.encode(texts) * copy.encode(texts)).sum(axis=1).min())
    except NotExportable:
        raise
    except Exception as error:  # what was exported may fail in any way
        raise NotExportable(" ".join(f"{type(error).__name__}: {error}".split())[:300]) from error
    if not cosine >= _PARITY:  # also true of what is no number
        raise NotExportable(f"the copy's vectors differ from the model's (cosine {cosine:.6f})")
    return cosine


def _check_tokens(original: OriginalEncoder, copy: OnnxEncoder, texts: Sequence[str]) -> None:
    read: dict[str, Any] = original.model.preprocess(list(texts))
    for ids, mask, found in zip(
        read["input_ids"], read["attention_mask"], copy.token_ids(texts), strict=True
    ):
        if ids[mask == 1].tolist() != found:
            raise NotExportable("the copy's tokenizer splits texts differently from the model's")


def _check_weights(original: OriginalEncoder, graph: Path) -> None:
    """Compare the weights that the exporter has not rearranged; the others are in every vector."""
    import numpy as np
    import onnx

    known = {f"model.{name}": weight for name, weight in original.model.state_dict().items()}
    kept = [weight for weight in onnx.load(str(graph)).graph.initializer if weight.name in known]
    if not kept:
        raise NotExportable("the copy has none of the model's weights by their names")
    for weight in kept:
        if not np.array_equal(onnx.numpy_helper.to_array(weight), known[weight.name].numpy()):
            raise NotExportable(f"the copy's weights {weight.name} differ from the model's")


def _write(model: SentenceTransformer, folder: Path) -> None:
    import torch

    try:
        features: dict[str, Any] = model.preprocess(["one text", "another text, and a longer one"])
        names = [name for name in _INPUTS if name in features]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the tracer, about branches that no text takes
            torch.onnx.export(
                _graph(model, names),
                tuple(features[name] for name in names),
                str(folder / GRAPH),
                input_names=names,
                output_names=["vectors"],
                dynamic_axes={name: {0: "texts", 1: "tokens"} for name in names}
                | {"vectors": {0: "texts"}},
                opset_version=_OPSET,
                # What the newer exporter makes runs a tenth slower: onnxruntime does not know
                # its attention again, and three times as long is spent on making it.
                dynamo=False,
            )
        tokenizer: Any = model.tokenizer
        backend = type(tokenizer.backend_tokenizer).from_str(tokenizer.backend_tokenizer.to_str())
        backend.no_padding()
        backend.enable_truncation(longest(model))
        backend.save(str(folder / TOKENIZER))
        pad = tokenizer.pad_token_id or 0
    except Exception as error:  # exporters and models raise whatever they like
        raise NotExportable(" ".join(f"{type(error).__name__}: {error}".split())[:300]) from error
    encoder = {
        "dimension": model.get_embedding_dimension(),
        "max_tokens": longest(model) - tokenizer.num_special_tokens_to_add(),
        "pad": pad,
    }
    (folder / FACTS).write_text(json.dumps(encoder), "utf-8")


def _graph(model: SentenceTransformer, names: list[str]) -> Any:
    """Wrap the model, with its pooling, as a function of tensors to vectors of length 1."""
    import torch

    class Graph(torch.nn.Module):  # type: ignore[misc] # torch is not followed
        def __init__(self) -> None:
            super().__init__()
            self.model = model  # as a part of it, or its weights would be taken for constants

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            features = dict(zip(names, tensors, strict=True))
            vectors = self.model(features)["sentence_embedding"]
            return torch.nn.functional.normalize(vectors, dim=-1)

    return Graph().eval()


def _known_ids(original: OriginalEncoder) -> list[int]:
    """Return the ids of the words, figures and signs that the model knows."""
    tokenizer: Any = original.model.tokenizer
    special = set(tokenizer.all_special_ids)
    return [id_ for id_ in range(len(tokenizer)) if id_ not in special]


def _vocabulary(original: OriginalEncoder, ids: Sequence[int]) -> list[str]:
    """Return texts that together have the whole vocabulary, in an order without sense."""
    mixed = random.Random(0).sample(ids, len(ids))  # noqa: S311 - these are no secrets
    starts = range(0, len(mixed), _VOCABULARY_WORDS)
    return _decode(original, [mixed[at : at + _VOCABULARY_WORDS] for at in starts])


def _texts(original: OriginalEncoder, ids: Sequence[int]) -> list[str]:
    """Return texts of all lengths, the same every time."""
    longest_sentence = _SENTENCE_WORDS[-1]
    step = (2 * original.max_tokens - longest_sentence) / _LONG
    lengths = [*_SENTENCE_WORDS] * _EACH
    lengths += [longest_sentence + round(step * at) for at in range(1, _LONG + 1)]
    draw = random.Random(0)  # noqa: S311 - these are no secrets
    return _decode(original, [draw.choices(ids, k=length) for length in lengths])


def _decode(original: OriginalEncoder, ids: list[list[int]]) -> list[str]:
    tokenizer: Any = original.model.tokenizer
    return [str(text) for text in tokenizer.batch_decode(ids)]


def _put(made: Path, place: Path) -> None:
    if (place / _REFUSED).exists():
        shutil.rmtree(place, ignore_errors=True)  # by libraries that are no longer installed
    try:
        made.rename(place)
    except OSError:
        if not (place / FACTS).exists():
            raise


def _versions() -> dict[str, str]:
    return {name: version(name) for name in _LIBRARIES}
