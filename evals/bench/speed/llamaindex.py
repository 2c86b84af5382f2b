"""A process of its own that does the same with LlamaIndex as it comes, over Chroma."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

from evals.bench.baselines import as_embedding, load_encoder
from evals.bench.speed.asking import WARM, asked_of, times


def main(folder: Path, index: Path, model: str, passages: int) -> None:
    """Print the seconds of indexing and of retrieving, and memory."""
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


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
