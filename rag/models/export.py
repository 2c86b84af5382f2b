"""A model copied for onnxruntime, once on a machine, and held against the original."""

from __future__ import annotations

import json
import random
import shutil
import tempfile
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import RagError
from rag.models.runtime import FACTS, GRAPH, TOKENIZER, OnnxEncoder, OriginalEncoder, longest

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

REFUSED = "refused.json"  # beside no graph: why there is none, and with which libraries
LIBRARIES = ("onnx", "onnxruntime", "sentence-transformers", "torch")
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OPSET = 17
SENTENCES = 1_000  # that the copy is held against the original on
PARITY = 0.9999  # the least cosine between the two; the bundled model has 0.9999996
LONG = 24  # of them, of up to twice the length that the model reads
MOST_WORDS = 24  # of such a sentence: as many as sentences in articles have


class NotExportable(RagError):
    """A model cannot be copied, or its copy says something else."""


def export(original: OriginalEncoder, place: Path, source: str) -> None:
    """Write a model for onnxruntime into a folder, whole or not at all.

    Args:
        original: the model as published.
        source: what tells the model from what may later be in its place.
        place: the folder to make; where another process has just made it, that one stays.

    Raises:
        NotExportable: it cannot be copied, or differs from the original.
        OSError: the folder cannot be written.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=place.parent, prefix=".making-"))
    try:
        _write(original.model, made)
        cosine = _compared(original, made)
        if not cosine >= PARITY:  # as is also what is no number
            raise NotExportable(f"the copy's vectors differ from the model's (cosine {cosine:.6f})")
        facts = json.loads((made / FACTS).read_text("utf-8"))
        facts |= {"parity": round(cosine, 7), "source": source}
        (made / FACTS).write_text(json.dumps(facts), "utf-8")
        _put(made, place)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def refuse(place: Path, reason: str) -> None:
    """Remember that a model cannot be copied, so that the next process does not try again."""
    place.mkdir(parents=True, exist_ok=True)
    (place / REFUSED).write_text(json.dumps({"reason": reason, "with": _versions()}), "utf-8")


def refused(place: Path) -> str | None:
    """Why a model could not be copied with the libraries that are installed now."""
    try:
        noted = json.loads((place / REFUSED).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return str(noted["reason"]) if noted.get("with") == _versions() else None


def parity(original: OriginalEncoder, copy: OnnxEncoder) -> float:
    """The least cosine between what two encoders make of SENTENCES made of the model's words."""
    sentences = _sentences(original)
    return float((original.encode(sentences) * copy.encode(sentences)).sum(axis=1).min())


def _compared(original: OriginalEncoder, folder: Path) -> float:
    try:
        return parity(original, OnnxEncoder(folder))
    except Exception as error:  # onnxruntime cannot load or run what was exported
        raise NotExportable(" ".join(f"{type(error).__name__}: {error}".split())[:300]) from error


def _write(model: SentenceTransformer, folder: Path) -> None:
    import torch

    try:
        features: dict[str, Any] = model.preprocess(["one text", "another text, and a longer one"])
        names = [name for name in INPUTS if name in features]
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
                opset_version=OPSET,
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
    """The model as a function of tensors, its pooling included, to vectors of length 1."""
    import torch

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model  # as a part of it, or its weights would be taken for constants

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            features = dict(zip(names, tensors, strict=True))
            vectors = self.model(features)["sentence_embedding"]
            return torch.nn.functional.normalize(vectors, dim=-1)

    return Graph().eval()


def _sentences(original: OriginalEncoder) -> list[str]:
    """Sentences of words, figures and signs that the model knows, the same every time.

    Some are as long as passages, and longer than the model reads.
    """
    tokenizer: Any = original.model.tokenizer
    special = set(tokenizer.all_special_ids)
    known = [id_ for id_ in range(len(tokenizer)) if id_ not in special]
    draw = random.Random(0)  # noqa: S311 - these are no secrets
    lengths = [draw.randint(1, MOST_WORDS) for _ in range(SENTENCES - LONG)]
    lengths += [draw.randint(MOST_WORDS, 2 * original.max_tokens) for _ in range(LONG)]
    ids = [draw.choices(known, k=length) for length in lengths]
    return [str(text) for text in tokenizer.batch_decode(ids)]


def _put(made: Path, place: Path) -> None:
    if (place / REFUSED).exists():
        shutil.rmtree(place, ignore_errors=True)  # by libraries that are no longer installed
    try:
        made.rename(place)
    except OSError:
        if not (place / FACTS).exists():
            raise


def _versions() -> dict[str, str]:
    return {name: version(name) for name in LIBRARIES}
