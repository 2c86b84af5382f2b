"""What forks use, loaded once when the fork server imports this module: models and libraries.

Cutting a text loads its model. Chroma is only imported: its threads would survive no fork.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import chromadb.api.rust  # noqa: F401 - a fork that imports it takes seconds
import tantivy  # noqa: F401

import rag
from tests.campaigns.crashes.forks import MODELS_VARIABLE

with tempfile.TemporaryDirectory() as place:
    (Path(place) / "note.txt").write_text("A text is cut by the tokens of the model.\n")
    for model in filter(None, os.environ.get(MODELS_VARIABLE, "").splitlines()):
        list(rag.open(place, embedder=model, sync=False).texts())
