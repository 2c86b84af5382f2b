"""A process that asks Footnote, or LlamaIndex as it comes, and prints what it took, as JSON.

The arguments are FOLDER INDEX PASSAGES, and for LlamaIndex the model, which may be empty.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

import rag
from evals.bench.baselines import as_embedding, load_encoder
from evals.bench.speed.generated import questions

WARM = 20  # questions before any is timed
GOLD = sorted((Path(__file__).resolve().parents[2] / "gold").glob("*.jsonl"))
COUNT = 200  # questions that are timed, all different
SCOPES = {
    "one year": {"since": "2020", "until": "2020"},
    "half the years": {"since": "2020"},
    "one month": {"since": "2020-03", "until": "2020-03"},
    "one outlet": {"outlets": ["Outlet 1"]},
    "an outlet in a year": {"since": "2020", "until": "2020", "outlets": ["Outlet 1"]},
}


def ask_footnote(folder: Path, index: Path, passages: int) -> None:
    """Print the times of warm questions and of searches in each scope, in seconds, and memory."""
    corpus = rag.open(folder, index_dir=index, sync=False)
    asked = asked_of(passages)
    began = time.perf_counter()
    corpus.ask(asked[0])
    figures = {"first": time.perf_counter() - began}
    for question in asked[1:WARM]:
        corpus.ask(question)
    figures |= times("ask", corpus.ask, asked[WARM:])
    # Other questions than were asked, whose vectors are not at hand.
    searched = [f"Again: {question}" for question in asked[WARM:]]
    figures |= times("search", corpus.search, searched)
    if passages:
        for name, scope in SCOPES.items():
            again = [f"{name}: {question}" for question in asked[WARM:]]
            figures |= times(f"search {name}", lambda q, s=scope: corpus.search(q, **s), again)
    figures["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(figures))


def ask_llamaindex(folder: Path, index: Path, passages: int, model: str) -> None:
    """Index and ask with LlamaIndex as it comes, over Chroma; print seconds and memory."""
    import chromadb
    from chromadb.config import Settings
    from llama_index.core import SimpleDirectoryReader, StorageContext, VectorStoreIndex
    from llama_index.vector_stores.chroma import ChromaVectorStore
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(model, device="cpu") if model else load_encoder()
    client = chromadb.PersistentClient(str(index), settings=Settings(anonymized_telemetry=False))
    store = ChromaVectorStore(chroma_collection=client.get_or_create_collection("articles"))
    began = time.perf_counter()
    documents = SimpleDirectoryReader(str(folder), recursive=True, required_exts=[".txt"])
    made = VectorStoreIndex.from_documents(
        documents.load_data(),
        storage_context=StorageContext.from_defaults(vector_store=store),
        embed_model=as_embedding(encoder),
    )
    figures = {"index": time.perf_counter() - began}
    asked = asked_of(passages)
    retriever = made.as_retriever(similarity_top_k=8)
    for question in asked[:WARM]:
        retriever.retrieve(question)
    figures |= times("search", retriever.retrieve, asked[WARM:])
    figures["nodes"] = float(np.asarray(client.get_collection("articles").count()))
    figures["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(figures))


def asked_of(passages: int) -> list[str]:
    """Return different questions on so many generated passages; 0 is the bundled corpus."""
    if passages:
        return list(questions(WARM + COUNT, passages))
    lines = [line for path in GOLD for line in path.read_text("utf-8").splitlines()]
    asked = (json.loads(line)["question"] for line in lines if line.strip())
    return list(dict.fromkeys(asked))[: WARM + COUNT]


def times(name: str, step: Callable[[str], object], asked: Iterable[str]) -> dict[str, float]:
    """Return median and 95th percentile of the seconds that a step takes."""
    taken = []
    for question in asked:
        began = time.perf_counter()
        step(question)
        taken.append(time.perf_counter() - began)
    return {f"{name} p50": float(np.median(taken)), f"{name} p95": float(np.quantile(taken, 0.95))}


if __name__ == "__main__":
    place, index_dir, size, *models = sys.argv[1:]
    if models:
        ask_llamaindex(Path(place), Path(index_dir), int(size), models[0])
    else:
        ask_footnote(Path(place), Path(index_dir), int(size))
