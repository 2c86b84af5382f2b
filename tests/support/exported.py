"""Embedding models exported for onnxruntime, once for all processes and runs of the tests."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock

from rag.models.embedder import Embedder
from rag.models.runtime import BUNDLED
from tests.support.places import ROOT
from tests.support.tiny_embedder import make_model

LIBRARIES = ("onnx", "onnxruntime", "sentence-transformers", "tokenizers", "torch")
PREFIX = "encoder-"
TINY = "tiny-model"


def exported(kept: Path) -> Path:
    """Return a cache folder for ``RAG_CACHE_DIR`` that holds the exported models.

    They are the bundled one and a tiny one, which lies in the folder itself, see ``tiny_model``.
    The exports take about 20 seconds, so they are kept between runs. They are made anew when the
    code that makes them or a library has changed; processes that want them meanwhile wait.

    Args:
        kept: a folder that outlives the run; exports by other code are removed from it.
    """
    kept.mkdir(parents=True, exist_ok=True)
    place = kept / (PREFIX + _made_by())
    with FileLock(kept / "lock"):
        for other in kept.glob(f"{PREFIX}*"):
            if other != place:
                shutil.rmtree(other, ignore_errors=True)
        if not tiny_model(place).exists():
            assert Embedder(BUNDLED, place).dimension
            made = make_model(place / "making")
            made.rename(tiny_model(place))
            shutil.rmtree(place / "making")
            assert Embedder(str(tiny_model(place)), place).dimension
    return place


def tiny_model(place: Path) -> Path:
    """Return where the folder of exports has the tiny model; for reading only."""
    return place / TINY


def linked(place: Path, copy: Path) -> Path:
    """Copy a folder by hard links, so that what a test deletes is deleted for that run alone."""
    try:
        shutil.copytree(place, copy, copy_function=os.link)
    except (OSError, shutil.Error):  # another file system
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(place, copy)
    return copy


def _made_by() -> str:
    code = [path.read_bytes() for path in sorted((ROOT / "rag" / "models").glob("*.py"))]
    used = [f"{name} {version(name)}".encode() for name in LIBRARIES]
    return hashlib.sha256(b"\0".join([*code, *used])).hexdigest()[:12]


if __name__ == "__main__":
    exported(Path(sys.argv[1]))
