"""The embedding model: the copy that starts fast says what the original says."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx.numpy_helper
import pytest

import rag
from rag.errors import EmbedderError
from rag.index.chunking import chunk_article
from rag.models.embedder import Embedder
from rag.models.export import NotExportable, check_copy, export
from rag.models.runtime import BUNDLED, OnnxEncoder, OriginalEncoder, batches_of
from tests.support.messages import one_sentence
from tests.support.tiny_embedder import make_model, make_static

pytestmark = pytest.mark.timeout(60)  # torch is loaded and models are exported

TEXTS = ("The bridge is 340 metres long.", "Barn owls hunt at night.", "Ñandú 東京 “quoted” ½ 🙂")


@pytest.fixture(scope="module")
def texts(corpus: rag.Corpus, cache: Path) -> list[str]:
    """All that is embedded of the bundled articles."""
    embedder = Embedder(BUNDLED, cache)
    return [
        text for article in corpus.articles() for text in chunk_article(article, embedder).texts()
    ]


@pytest.mark.campaign
def test_the_copy_says_what_the_original_says(texts: list[str], cache: Path) -> None:
    """On real sentences and passages, also in other scripts, the cosine is at least 0.9999."""
    some = [*texts[::8], *TEXTS]  # on many more they are compared whenever a copy is made
    wanted = OriginalEncoder(BUNDLED).encode(some)
    found = Embedder(BUNDLED, cache).encode(some)
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


def test_a_model_that_cannot_be_copied_runs_as_it_is(folder: Path, tmp_path: Path) -> None:
    """It runs on sentence-transformers, and the reason is told; put in its place, another is new.

    Of two models that lie in the same folder one after the other, each has an index of its own, so
    that no vectors of different lengths meet.
    """
    place = str(make_static(tmp_path / "static", 16))
    corpus = rag.open(folder, embedder=place)
    assert corpus.search("bridge")[0].article.path == "bridge.txt"
    assert corpus.state()["runs_on"].startswith("sentence-transformers (")
    assert corpus.state()["collection"].endswith("-16")
    shutil.rmtree(place)
    make_static(tmp_path / "static", 24)
    corpus = rag.open(folder, embedder=place)
    assert corpus.state()["collection"].endswith("-24")
    assert corpus.ask("How many voles does a barn owl eat?").passages


def test_an_embedder_that_is_not_there_is_named(folder: Path) -> None:
    """A model that cannot be loaded is named with its setting, without reaching for the network."""
    rag.open(folder)
    with pytest.raises(EmbedderError, match="RAG_EMBEDDER") as caught:
        rag.open(folder, embedder=str(folder / "no-model"))
    one_sentence(caught.value)
    assert rag.open(folder).sync().embedded == 0


@pytest.mark.parametrize(
    "spoil",
    [lambda v: v[:, ::-1], pytest.param(lambda v: v * np.nan, marks=pytest.mark.campaign)],
)
def test_a_copy_that_says_something_else_is_not_used(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Any], Any]
) -> None:
    """An export whose vectors differ is not used, and the reason is told."""
    encode = OnnxEncoder.encode
    monkeypatch.setattr(OnnxEncoder, "encode", lambda self, texts: spoil(encode(self, texts)))
    model = str(make_model(tmp_path / "model"))
    corpus = rag.open(folder, embedder=model, cache_dir=tmp_path, index_dir=tmp_path / "index")
    assert "cosine" in corpus.state()["runs_on"]
    assert corpus.ask("How long is the Sella bridge?").passages


def other_tokenizer(copy: Path) -> None:
    """Swap two words of the vocabulary that hardly any text has."""
    place = copy / "tokenizer.json"
    tokenizer = json.loads(place.read_text("utf-8"))
    words = tokenizer["model"]["vocab"]
    one, other = (word for word, id_ in words.items() if id_ in (20_000, 20_001))
    words[one], words[other] = words[other], words[one]
    place.write_text(json.dumps(tokenizer), "utf-8")


def other_word(copy: Path) -> None:
    """Change the vector of one word."""
    graph = onnx.load(str(copy / "model.onnx"))
    words = next(w for w in graph.graph.initializer if "word_embeddings" in w.name)
    changed = onnx.numpy_helper.to_array(words).copy()
    changed[20_000] *= 2
    words.CopyFrom(onnx.numpy_helper.from_array(changed, words.name))
    onnx.save(graph, str(copy / "model.onnx"))


def other_layers(copy: Path) -> None:
    """Change the weights that the exporter has rearranged and renamed."""
    graph = onnx.load(str(copy / "model.onnx"))
    for layer in graph.graph.initializer:
        if "MatMul" in layer.name:
            changed = -50 * onnx.numpy_helper.to_array(layer)  # they are random, and tiny
            layer.CopyFrom(onnx.numpy_helper.from_array(changed, layer.name))
    onnx.save(graph, str(copy / "model.onnx"))


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> tuple[OriginalEncoder, Path]:
    """A model and a faithful copy of it; for reading only."""
    folder = tmp_path_factory.mktemp("copied")
    original = OriginalEncoder(str(make_model(folder / "model")))
    export(original, folder / "copy", "source")
    assert check_copy(original, folder / "copy") >= 0.9999
    return original, folder / "copy"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(other_tokenizer, "tokenizer", marks=pytest.mark.campaign),
        pytest.param(other_word, "word_embeddings", marks=pytest.mark.campaign),
        (other_layers, "cosine"),
    ],
)
def test_a_copy_that_differs_in_one_place_is_refused(
    copied: tuple[OriginalEncoder, Path],
    tmp_path: Path,
    change: Callable[[Path], None],
    reason: str,
) -> None:
    """Each part of the comparison finds a difference that the others miss."""
    original, copy = copied
    shutil.copytree(copy, tmp_path / "copy")
    change(tmp_path / "copy")
    with pytest.raises(NotExportable, match=reason):
        check_copy(original, tmp_path / "copy")


@pytest.mark.campaign
def test_a_model_that_is_trained_further_is_copied_again(folder: Path, tmp_path: Path) -> None:
    """A model whose weights changed in place is exported again."""
    from sentence_transformers import SentenceTransformer

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


@pytest.mark.campaign
def test_a_damaged_copy_is_made_anew(folder: Path, cache: Path, tmp_path: Path) -> None:
    """A damaged export is replaced."""
    place = tmp_path / "mine"
    (kept,) = cache.glob("encoders/*MiniLM*")
    damaged = place / "encoders" / kept.name
    damaged.mkdir(parents=True)
    for file in kept.iterdir():
        (damaged / file.name).write_bytes(file.read_bytes()[:1_000])
    assert rag.open(folder, cache_dir=place).ask("How long is the Sella bridge?").statements
    assert (damaged / "model.onnx").stat().st_size == (kept / "model.onnx").stat().st_size


@pytest.mark.campaign
def test_a_folder_that_cannot_be_written_costs_only_time(folder: Path, tmp_path: Path) -> None:
    """Without a writable cache folder the export is made for the process alone."""
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    assert rag.open(folder, cache_dir=blocked).ask("How long is the Sella bridge?").statements


def test_batches_are_small_and_of_like_lengths() -> None:
    """Each text is in one batch, the longest first, of few tokens; one that is longer is alone."""
    lengths = [12, 256, 900, 256, 256, *[10] * 20]
    batches = batches_of(lengths)
    assert sorted(at for batch in batches for at in batch) == list(range(len(lengths)))
    sizes = [[lengths[at] for at in batch] for batch in batches]
    assert [size for batch in sizes for size in batch] == sorted(lengths, reverse=True)
    assert sizes[:2] == [[900], [256, 256]]
    assert all(len(batch) == 1 or len(batch) * max(batch) <= 512 for batch in sizes)
    assert max(map(len, batches)) == 8
    assert batches_of([]) == []
