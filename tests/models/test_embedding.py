"""The embedding model: the copy that starts fast says what the original says."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import rag
from rag.index.chunking import chunk_article
from rag.models.embedder import Embedder
from rag.models.runtime import BUNDLED, OnnxEncoder, OriginalEncoder

TEXTS = ("The bridge is 340 metres long.", "Barn owls hunt at night.", "Ñandú 東京 “quoted” ½ 🙂")


@pytest.fixture(scope="module")
def texts(corpus: rag.Corpus, cache: Path) -> list[str]:
    """All that is embedded of the bundled articles."""
    embedder = Embedder(BUNDLED, cache)
    return [
        text for article in corpus.articles() for text in chunk_article(article, embedder).texts()
    ]


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A static model with random vectors, which knows no limit and has no attention to export."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = {word: at for at, word in enumerate(["[UNK]", "owls", "bridge", "hunt", "long"])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))  # noqa: S106
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    weights = np.random.default_rng(1).normal(size=(len(words), 16)).astype(np.float32)
    model = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], device="cpu"
    )
    model.save(str(tmp_path / "static"))
    return tmp_path / "static"


def test_the_copy_says_what_the_original_says(texts: list[str], cache: Path) -> None:
    """On real sentences and passages, also in other scripts, the cosine is at least 0.9999."""
    wanted = OriginalEncoder(BUNDLED).encode([*texts, *TEXTS])
    found = Embedder(BUNDLED, cache).encode([*texts, *TEXTS])
    assert found.dtype == np.float32
    assert (found * wanted).sum(axis=1).min() >= 0.9999
    assert np.allclose(np.linalg.norm(found, axis=1), 1.0, atol=1e-5)


def test_the_copy_was_held_against_the_original(corpus: rag.Corpus, cache: Path) -> None:
    """The least cosine of the check is written beside the copy."""
    (facts,) = cache.glob("encoders/*MiniLM*/encoder.json")
    assert json.loads(facts.read_text())["parity"] >= 0.9999
    assert corpus.state()["runs_on"] == "onnxruntime"


def test_alone_or_together_a_text_has_one_vector(cache: Path) -> None:
    """Neither the batch nor the order of texts matters, nor who asks at the same time."""
    embedder = Embedder(BUNDLED, cache)
    alone = np.stack([embedder.encode([text])[0] for text in TEXTS])
    many = embedder.encode([*reversed(TEXTS), *TEXTS * 20])
    assert np.allclose(many[: len(TEXTS)], alone[::-1], atol=1e-5)
    with ThreadPoolExecutor(8) as threads:
        for found in threads.map(lambda text: embedder.encode([text])[0], TEXTS * 8):
            assert np.isclose(alone @ found, 1.0, atol=1e-5).any()


def test_a_model_that_cannot_be_copied_runs_as_it_is(folder: Path, static: Path) -> None:
    """It answers on sentence-transformers, and the reason is told."""
    corpus = rag.open(folder, embedder=str(static))
    assert corpus.search("bridge")[0].article.path == "bridge.txt"
    assert corpus.state()["runs_on"].startswith("sentence-transformers (")


def test_a_copy_that_says_something_else_is_not_used(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Be it another vector or no number at all: the model itself answers, and it is told why."""
    run = OnnxEncoder._run
    for number, spoil in enumerate((lambda vectors: vectors[:, ::-1], lambda v: v * np.nan)):
        monkeypatch.setattr(OnnxEncoder, "_run", lambda self, batch, s=spoil: s(run(self, batch)))
        place = tmp_path / str(number)
        corpus = rag.open(folder, cache_dir=place, index_dir=place / "index")
        assert "cosine" in corpus.state()["runs_on"]
        assert corpus.ask("How long is the Sella bridge?").statements


def test_a_model_that_is_trained_further_is_copied_again(folder: Path, tmp_path: Path) -> None:
    """The same files in the same sizes at the same place are not the same model."""
    from sentence_transformers import SentenceTransformer

    from tests.index.test_bad_index import make_model

    place = make_model(tmp_path)
    before = Embedder(str(place), tmp_path / "cache").encode(TEXTS)
    model = SentenceTransformer(str(place), device="cpu")
    for weights in model.parameters():
        weights.data *= 1.5
    model.save(str(place))
    after = Embedder(str(place), tmp_path / "cache").encode(TEXTS)
    wanted = model.encode(list(TEXTS), normalize_embeddings=True)
    assert np.allclose(after, wanted, atol=1e-4)
    assert not np.allclose(after, before, atol=1e-3)


def test_a_damaged_copy_is_made_anew(folder: Path, cache: Path, tmp_path: Path) -> None:
    """What stands in the folder of copies is no reason not to start."""
    place = tmp_path / "mine"
    (kept,) = cache.glob("encoders/*MiniLM*")
    damaged = place / "encoders" / kept.name
    damaged.mkdir(parents=True)
    for file in kept.iterdir():
        (damaged / file.name).write_bytes(file.read_bytes()[:1_000])
    assert rag.open(folder, cache_dir=place).ask("How long is the Sella bridge?").statements
    assert (damaged / "model.onnx").stat().st_size == (kept / "model.onnx").stat().st_size


def test_a_folder_that_cannot_be_written_costs_only_time(folder: Path, tmp_path: Path) -> None:
    """A file where the folder of copies should be: answers come all the same."""
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    assert rag.open(folder, cache_dir=blocked).ask("How long is the Sella bridge?").statements


def test_one_question_loads_no_heavy_library(folder: Path) -> None:
    """From the shell, over an index that is there, neither torch nor what stands on it."""
    rag.open(folder)
    command = [sys.executable, "-X", "importtime", "-m", "rag", "ask", "How long is the bridge?"]
    done = subprocess.run(
        [*command, "--corpus", str(folder)],
        capture_output=True,
        text=True,
        check=True,
        env=None,
        cwd=Path(rag.__file__).parents[1],
    )
    assert "340 metres" in done.stdout
    imported = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert "onnxruntime" in imported
    assert not imported & {"torch", "sentence_transformers", "transformers", "gradio", "sklearn"}
