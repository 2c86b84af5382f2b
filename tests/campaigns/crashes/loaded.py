"""The models that forks use, loaded when the fork server imports this module.

Cutting a text loads the model and starts no thread of Chroma's, which would survive no fork.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import rag
from tests.campaigns.crashes.forks import MODELS_VARIABLE

with tempfile.TemporaryDirectory() as place:
    (Path(place) / "note.txt").write_text("A text is cut by the tokens of the model.\n")
    for model in filter(None, os.environ.get(MODELS_VARIABLE, "").splitlines()):
        list(rag.open(place, embedder=model, sync=False).texts())
