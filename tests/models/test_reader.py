"""The reader finds the units that answer and the words; any CrossEncoder can take its place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

import rag
from rag.models import bundled
from rag.models import reader as readers
from rag.models.reader import CachedReader
from tests.support.cross_encoders import make_cross_encoder

HEAD = "Harbour Gazette, 2031-04-02, The new ferry"
UNITS = [
    "The weather was mild for the season.",
    "The ferry Ondine cost 42 million crowns, the harbour office said.",
    "Children may travel free of charge on Sundays.",
    "Captain Ida Lorne will command the ship.",
]
OTHER = rag.Readable(
    "Garden Weekly, 2030-05-01, Roses", ["Prune them in March.", "Water them well."]
)


@pytest.fixture(scope="module")
def reader() -> rag.Reader:
    """The bundled reader."""
    found = rag.load_reader("bundled")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("question", "unit", "words"),
    [
        ("How much did the Ondine cost?", 1, "42 million crowns"),
        ("Who is the captain of the new ferry?", 3, "Ida Lorne"),
        ("When do children travel for free?", 2, "Sundays"),
    ],
)
def test_the_unit_that_answers_comes_first(
    reader: rag.Reader, question: str, unit: int, words: str
) -> None:
    """The right unit is the likeliest, and its best words hold the answer or are part of it."""
    (reading,) = reader.read(question, [rag.Readable(HEAD, UNITS)])
    answers = [found.answers for found in reading.units]
    assert answers.index(max(answers)) == unit
    span = reading.units[unit].span
    assert span is not None
    found = UNITS[unit][slice(*span)]
    assert found
    assert set(found.split()) & set(words.split())


def test_a_passage_on_something_else_answers_less(reader: rag.Reader) -> None:
    """A passage that answers is likelier to answer than one on another subject."""
    right, other = reader.read("How much did the Ondine cost?", [rag.Readable(HEAD, UNITS), OTHER])
    assert right.answers > 2 * other.answers
    assert all(0 <= unit.answers <= 1 for unit in (*right.units, *other.units))


def test_a_passage_is_read_the_same_in_any_company(reader: rag.Reader) -> None:
    """What is read beside a passage, and how much of it, changes nothing."""
    passage = rag.Readable(HEAD, UNITS)
    (alone,) = reader.read("Who commands the ship?", [passage])
    together = reader.read("Who commands the ship?", [OTHER] * 11 + [passage] + [OTHER] * 9)[11]
    assert alone.answers == pytest.approx(together.answers, abs=1e-4)
    assert [unit.span for unit in alone.units] == [unit.span for unit in together.units]


def test_nothing_of_a_long_passage_is_left_out(reader: rag.Reader) -> None:
    """A passage longer than a row is read in several; its last unit can be the best."""
    units = [f"On day {day} the crew painted another part of the hull." for day in range(60)]
    (reading,) = reader.read("Who is the captain?", [rag.Readable(HEAD, [*units, UNITS[3]])])
    answers = [unit.answers for unit in reading.units]
    assert len(answers) == 61
    assert answers.index(max(answers)) == 60


def test_what_is_empty_is_read_too(reader: rag.Reader) -> None:
    """No passages, a passage without units, an empty unit: no error, and nothing answers."""
    assert reader.read("Who?", []) == []
    (reading,) = reader.read("Who?", [rag.Readable(HEAD, [])])
    assert reading == rag.Reading(0.0, ())
    (reading,) = reader.read("Who is the captain?", [rag.Readable("", ["", UNITS[3]])])
    assert reading.units[0].span is None
    assert reading.units[0].answers < reading.units[1].answers


def test_no_reader() -> None:
    """``none`` is no reader."""
    assert rag.load_reader("none") is None
    assert rag.load_entailment("none") is None


@pytest.mark.timeout(60)  # torch is loaded
def test_a_cross_encoder_scores_units(tmp_path: Path) -> None:
    """A reranker's score is the probability of each unit; it looks for no words."""
    name = make_cross_encoder(tmp_path / "model", ["LABEL_0"], [2.0])
    config = tmp_path / "model" / "config.json"  # as rerankers do that are to give logits
    logits = {"sentence_transformers": {"activation_fn": "torch.nn.modules.linear.Identity"}}
    config.write_text(json.dumps(json.loads(config.read_text()) | logits))
    reader = rag.load_reader(name)
    assert reader is not None
    readings = reader.read("Who?", [rag.Readable(HEAD, UNITS), rag.Readable("", [])])
    assert [len(reading.units) for reading in readings] == [4, 0]
    assert readings[0].answers == pytest.approx(0.8808, abs=1e-3)  # the logistic function of 2
    assert {unit.span for unit in readings[0].units} == {None}


@pytest.mark.timeout(60)
def test_a_model_that_cannot_be_a_reader_is_named(tmp_path: Path) -> None:
    """The message names the setting and the model."""
    sorts = make_cross_encoder(tmp_path / "model", ["sports", "politics"], [1.0, 0.0])
    for name in (str(tmp_path / "nowhere"), sorts):
        with pytest.raises(rag.RagError, match="RAG_READER"):
            rag.load_reader(name)


def test_a_damaged_graph_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A graph that is not the published one, or is missing, is not used."""
    for name in ("reader.onnx", "reader.json"):
        (tmp_path / name).write_bytes((bundled.FOLDER / name).read_bytes())
    monkeypatch.setattr(bundled, "FOLDER", tmp_path)
    content = bytearray((tmp_path / "reader.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "reader.onnx").write_bytes(content)
    with pytest.raises(rag.RagError, match="install footnote-rag again"):
        rag.load_reader("bundled")
    for name in ("reader.json", "reader.onnx"):
        (tmp_path / name).write_bytes(b"{")
        with pytest.raises(rag.RagError, match=r"reader\.onnx.*install footnote-rag again"):
            rag.load_reader("bundled")
        (tmp_path / name).unlink()
        with pytest.raises(rag.RagError, match=r"reader\.onnx.*cannot be read"):
            rag.load_reader("bundled")


def test_other_word_vectors_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Word vectors that are not those that the models were trained on are not used."""
    monkeypatch.setattr(bundled, "_WORDS_SHA256", "0" * 64)
    with pytest.raises(rag.RagError, match="not the published ones"):
        bundled.word_vectors.__wrapped__()


EVIDENCE = "Harbour Gazette, 2031-04-02: The ferry Ondine cost 42 million crowns and sails in June."


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("The Ondine cost 42 million crowns.", True),
        ("According to the Harbour Gazette, the ferry cost 42 million crowns.", True),
        pytest.param(
            "According to the Harbour Gazette, the ferry will sail in June.",
            True,
            marks=pytest.mark.xfail(strict=True, reason="the model knows no scheduled present"),
        ),
        ("The Ondine did not cost 42 million crowns.", False),
        ("The mayor has bought a bicycle.", False),
    ],
)
def test_entailment_tells_what_is_supported(sentence: str, supported: bool) -> None:
    """A sentence that the evidence states is likelier supported than not, and the others not."""
    model = rag.load_entailment("bundled")
    assert model is not None
    (found,) = model.judge([(EVIDENCE, sentence)])
    assert (found.supported > 0.5) == supported
    assert 0 <= found.supported + found.contradicted <= 1 + 1e-6
    assert model.judge([]) == []


def test_a_passage_is_read_once_for_a_question() -> None:
    """What was read is kept for the same question and passage, and for no other."""
    asked: list[tuple[str, str]] = []

    class Counting:
        def read(self, question: str, passages: Sequence[rag.Readable]) -> list[rag.Reading]:
            asked.extend((question, passage.head) for passage in passages)
            return [rag.Reading(len(passage.head) / 10, ()) for passage in passages]

    reader = CachedReader(Counting())
    one, two, same = (rag.Readable(head, ["Roses grow."]) for head in ("a", "bb", "a"))
    assert [found.answers for found in reader.read("What?", [one, two, same])] == [0.1, 0.2, 0.1]
    assert [found.answers for found in reader.read("What?", [two, one])] == [0.2, 0.1]
    assert asked == [("What?", "a"), ("What?", "bb")]
    reader.read("Who?", [one])
    reader.read("What?", [rag.Readable("a", ["Roses wilt."])])
    assert asked[2:] == [("Who?", "a"), ("What?", "a")]


def test_the_readings_kept_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more passages than are kept, those read longest ago are forgotten."""
    monkeypatch.setattr(readers, "KEPT_READINGS", 2)
    asked: list[str] = []

    class Counting:
        def read(self, question: str, passages: Sequence[rag.Readable]) -> list[rag.Reading]:
            asked.extend(passage.head for passage in passages)
            return [rag.Reading(0.5, ()) for _ in passages]

    reader = CachedReader(Counting())
    for head in "abca":
        reader.read("What?", [rag.Readable(head, ["Roses grow."])])
    assert asked == ["a", "b", "c", "a"]
    assert len(reader.read("What?", [rag.Readable(head, ["Roses grow."]) for head in "xyz"])) == 3
