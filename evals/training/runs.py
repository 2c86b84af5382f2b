"""A training from data to graph: arrays are made once, a teacher may judge them, models learn."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from filelock import FileLock

from evals.groups import GROUPS, Group, read_split
from evals.training import calibrate, figures, made, sets
from evals.training.batches import Taught, ahead, places, plans, reader_batch
from evals.training.networks import MINILM, Network
from evals.training.rows import (
    PairArrays,
    ReaderArrays,
    lay_out_pairs,
    lay_out_questions,
    load_arrays,
    open_tokenizer,
    save_arrays,
)
from evals.training.steps import Course, Data, train
from evals.training.weights import load_encoder, read_encoder, write_packed

_SEED = 5
_WORDS = (55, 120)  # of the passages that groups are cut into, once each
_MEASURED_WORDS = 90
_WITHOUT_ANSWER = 0.2  # of the answerable questions that are asked again without their answers
_WITHOUT_SOURCES = 0.35  # of the copies of a group whose documents tell neither source nor date
_COPIES = 2  # of the groups' pairs, with other neighbours of the evidence each time
_CHANGED = 0.35  # of the groups' sentences that are taken with one thing changed
_LABELLED_TOKENS = 60_000  # of a batch that a teacher judges
_HIGHEST_LOGIT = 30.0  # of a teacher's, so that it fits into float16

Say = Callable[[str], None]


class Place(NamedTuple):
    """The folders of a training: data, the bundled embedder as published, and what is made."""

    data: Path
    embedder: Path
    out: Path


def prepare(place: Place, say: Say) -> None:
    """Read and lay out all data, unless it has been done with the same data."""
    arrays = place.out / "arrays"
    files = [GROUPS, *sorted(place.data.glob("*.jsonl.gz"))]
    given = "\n".join(f"{path.name} {path.stat().st_size}" for path in files)
    with FileLock(place.out / "arrays.lock"):  # two models may be trained at once
        whole = arrays / "whole"
        if not whole.exists() or whole.read_text("utf-8") != given:
            shutil.rmtree(arrays, ignore_errors=True)
            _lay_out(place, say)
            whole.write_text(given, "utf-8")


def _lay_out(place: Place, say: Say) -> None:
    arrays = place.out / "arrays"
    chance = random.Random(_SEED)  # noqa: S311 - which items are taken is no secret
    groups = read_split("train")
    rows = sets.read_public(place.data, chance)
    say(f"{len(groups)} groups and {len(rows)} lines of public sets are read")
    questions = list(_questions(groups, chance))
    questions += sets.public_questions(rows, sets.similar_contexts(rows), chance)
    pairs = list(_pairs(groups, chance))
    pairs += sets.public_pairs(rows, chance)
    chance.shuffle(questions)
    chance.shuffle(pairs)
    say(f"{len(questions)} questions and {len(pairs)} pairs are laid out")
    tokenizer = open_tokenizer(place.embedder / "tokenizer.json")
    save_arrays(lay_out_questions(tokenizer, questions), arrays / "reader")
    save_arrays(lay_out_pairs(tokenizer, pairs), arrays / "entailment")
    held = read_split("dev")
    asked = [q for group in held for q in sets.group_questions(group, _MEASURED_WORDS)]
    save_arrays(lay_out_questions(tokenizer, asked), arrays / "held-reader")
    claimed = [pair for group in held for pair in sets.claims_with_evidence(group)]
    save_arrays(lay_out_pairs(tokenizer, claimed), arrays / "held-entailment")


def _questions(groups: Iterable[Group], chance: random.Random) -> Iterable[sets.Question]:
    for words in _WORDS:
        for group in groups:
            for question in sets.group_questions(_some_without_sources(group, chance), words):
                yield question
                if question.answerable and chance.random() < _WITHOUT_ANSWER:
                    yield sets.without_answer(question)


def _pairs(groups: Iterable[Group], chance: random.Random) -> Iterable[sets.Pair]:
    for whole in [group for group in groups for _ in range(_COPIES)]:
        group = _some_without_sources(whole, chance)
        yield from sets.group_pairs(group, chance)
        yield from made.changed_claims(group, chance)
        yield from made.changed_pairs(group, chance, _CHANGED)
        yield from made.answer_pairs(group, chance)


def _some_without_sources(group: Group, chance: random.Random) -> Group:
    return made.without_sources(group) if chance.random() < _WITHOUT_SOURCES else group


def learn(model: str, place: Place, course: Course, say: Say) -> Network:
    """Train the reader or the entailment model, by a teacher's judgements too if there are any."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    reader = model == "reader"
    torch.manual_seed(_SEED)
    network = Network(MINILM, reader=reader, entailment=not reader)
    load_encoder(network.encoder, read_encoder(place.embedder)[1])
    network.to(device)
    arrays = place.out / "arrays"
    data = Data(
        load_arrays(ReaderArrays, arrays / "reader") if reader else None,
        None if reader else load_arrays(PairArrays, arrays / "entailment"),
        _taught(arrays, say),
    )
    train(network, data, course, device, say)
    return network


def _taught(arrays: Path, say: Say) -> Taught | None:
    if not (arrays / "taught" / "whole").exists():
        return None
    say("a teacher's judgements are used")
    return load_arrays(Taught, arrays / "taught")


def measure(model: str, network: Network, place: Place) -> dict[str, float]:
    """Measure a model on the ``dev`` groups."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network.to(device)
    arrays = place.out / "arrays"
    if model == "reader":
        asked = load_arrays(ReaderArrays, arrays / "held-reader")
        return figures.reader_figures(network, asked, device)
    claimed = load_arrays(PairArrays, arrays / "held-entailment")
    return figures.entailment_figures(network, claimed, device)


def calibration(model: str, network: Network, place: Place) -> dict[str, object]:
    """Return what makes probabilities of a model's logits, fitted on the ``dev`` groups."""
    network.to("cpu")
    arrays = place.out / "arrays"
    if model == "reader":
        asked = load_arrays(ReaderArrays, arrays / "held-reader")
        return {**calibrate.reader_calibration(network, asked)}
    claimed = load_arrays(PairArrays, arrays / "held-entailment")
    return {**calibrate.entailment_calibration(network, claimed)}


def pack(place: Place, encoder: Path | None) -> None:
    """Write the encoders at a quarter of their size, for a machine that cannot install them."""
    write_packed(read_encoder(place.embedder)[1], place.out / "embedder")
    shutil.copy(place.embedder / "tokenizer.json", place.out / "embedder")
    if encoder is not None:
        write_packed(read_encoder(encoder)[1], place.out / "encoder")


def teach(encoder: Path, place: Place, course: Course, say: Say) -> None:
    """Train a larger encoder with both heads, and keep its judgement of all rows and pairs.

    Args:
        encoder: folder of all-mpnet-base-v2, which is four times as large as what is shipped.
        place: the folders.
        course: of the teacher.
        say: takes lines of progress.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    shape, weights = read_encoder(encoder)
    torch.manual_seed(_SEED)
    network = Network(shape)
    load_encoder(network.encoder, weights)
    network.to(device)
    arrays = place.out / "arrays"
    reader = load_arrays(ReaderArrays, arrays / "reader")
    pairs = load_arrays(PairArrays, arrays / "entailment")
    train(network, Data(reader, pairs), course, device, say)
    for model in ("reader", "entailment"):
        say(f"teacher: {measure(model, network, place)}")
    begun = time.monotonic()
    save_arrays(_judged(network, reader, pairs, device), arrays / "taught")
    (arrays / "taught" / "whole").touch()
    say(f"all is judged after {time.monotonic() - begun:.0f} s")


@torch.no_grad()
def _judged(network: Network, reader: ReaderArrays, pairs: PairArrays, device: str) -> Taught:
    logits = figures.pair_logits(network, pairs, device, at_once=512)
    units = np.zeros(len(reader.labels), np.float16)
    passages = np.zeros(len(reader.starts) - 1, np.float16)
    order = plans(reader, _LABELLED_TOKENS, np.random.default_rng(_SEED))
    batches = ahead(order, lambda plan: reader_batch(reader, plan.members))
    for plan, batch in zip(order, batches, strict=True):
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            on = [tensor.to(device) for tensor in batch[:4]]
            of_units, of_passages, _ = network.read(*on, batch.labels.shape[1])
        rows = np.concatenate([np.arange(*reader.questions[m : m + 2]) for m in plan.members])
        passages[rows] = of_passages.float().cpu().numpy()
        where, there = places(reader.label_starts, rows)
        bounded = of_units.float().clamp(-_HIGHEST_LOGIT, _HIGHEST_LOGIT).cpu().numpy()
        units[where[there]] = bounded[there]
    return Taught(units, passages, logits.astype(np.float16))
