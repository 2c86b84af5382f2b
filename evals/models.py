"""What the reader and the entailment model reach, beside simpler ways to the same.

Of each group, all sentences of its documents are candidates for each of its questions; the
passages that are read are cut from one document each. Claims are judged with their evidence and
nothing else. With the outside sets at hand the same models are measured on those.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

import rag
from evals.bench.baselines import bm25_scores, load_encoder, sentences_of
from evals.bench.clapnq import PICKED, selection_f1
from evals.bench.clapnq import load as load_clapnq
from evals.bench.faithbench import Summary
from evals.bench.faithbench import load as load_faithbench
from evals.bench.harness import balanced_accuracy, print_table, separation
from evals.bench.xquad import load as load_xquad
from evals.groups import Group, read_split
from evals.groups.corpora import group_corpus, is_right, right_sentences
from evals.training.sets import evidence_text, head_of, shortened, windows

_PASSAGE_WORDS = 90
# Flaws of a sentence by which the rules call it contradicted.
_CONTRADICTING = ("number", "date", "denial", "opposite", "quotation")
_TAKEN = 0.5  # probability from which a unit is quoted, beside the best one
_HEADER = ("system", "first", "among three", "answerable, AUROC", "span F1")
_READER = "bundled reader"
_RULES, _ENTAILMENT = "the rules", "bundled entailment model"
_LABELS = ("supported", "contradicted", "neither")
_PUBLISHED = (
    "Published, for scale: cross-encoder/ms-marco-MiniLM-L6-v2 has MRR@10 0.390 on MS MARCO dev, "
    "deepset/minilm-uncased-squad2\nF1 79.5 on SQuAD 2.0 dev, TinyLettuce-17M F1 0.685 on "
    "RAGTruth; none of them on these sets."
)


class Found(NamedTuple):
    """What a system finds for a question.

    Attributes:
        scores: of each sentence, higher where it answers rather.
        answerable: higher where the question rather has an answer.
        span: the words of the answer in the best sentence, where the system looks for them.
    """

    scores: Sequence[float]
    answerable: float
    span: str | None = None


class Asked(NamedTuple):
    """A question of a group, and its candidates: the group's sentences, each with its place."""

    group: Group
    question: Group
    sentences: Sequence[str]
    places: Sequence[tuple[str, int]]


System = Callable[[Asked], Found]


def run(split: str, data: Path | None, most: int | None = None) -> int:
    """Print the tables; return 1 if on the whole split a model is no better than what is simpler.

    Args:
        split: ``dev`` or ``test``.
        data: folder of the outside sets, or None.
        most: how many groups of the split are taken, or None for all.
    """
    groups = read_split(split)[:most]
    reader, entailment = rag.load_reader("bundled"), rag.load_entailment("bundled")
    systems = {"cosine": _by_cosine(), "BM25": _by_bm25, _READER: _by_reader(reader)}
    asked = [one for group in groups for one in _asked(group)]
    rows = {name: _figures(asked, system) for name, system in systems.items()}
    rows["the answers without an LLM"] = _by_answers(groups)
    title = f"Questions of {len(groups)} {split} groups, {len(asked)} questions:"
    print_table(title, _HEADER, rows)
    judged = {
        _RULES: _by_rules(groups),
        _ENTAILMENT: _by_entailment(groups, entailment),
    }
    count = sum(len(group["claims"]) for group in groups)
    header = ["system", "three-way accuracy", "supported, AUROC"]
    print_table(f"Claims with their evidence, {count} claims:", header, judged)
    print_table("Time, as a multiple of embedding the same:", ["", "reading"], _cost(reader))
    if data is not None:
        header = ["", "cosine", "bundled"]
        print_table("Outside sets:", header, dict(_outside(data, reader, entailment)))
    print(f"\n{_PUBLISHED}")
    ahead = [
        *(own > near for own, near in zip(rows[_READER][:3], rows["cosine"][:3], strict=True)),
        *(own > near for own, near in zip(judged[_ENTAILMENT], judged[_RULES], strict=True)),
    ]
    return 0 if all(ahead) or most is not None else 1


def _asked(group: Group) -> Iterator[Asked]:
    places = [(d["id"], at) for d in group["documents"] for at in range(len(d["sentences"]))]
    sentences = [text for d in group["documents"] for text in d["sentences"]]
    for question in group["questions"]:
        yield Asked(group, question, sentences, places)


def _figures(asked: Sequence[Asked], system: System) -> list[float | None]:
    """Return how often a right sentence is first and among three, AUROC, and F1 of spans."""
    first, third, spans, certain = [], [], [], []
    for one in asked:
        found = system(one)
        certain.append(found.answerable)
        if not one.question["answerable"]:
            continue
        right = {tuple(r) for r in [*one.question["evidence"], *one.question.get("also", [])]}
        order = np.argsort(-np.asarray(found.scores), kind="stable")[:3]
        hits = [one.places[at] in right for at in order]
        first.append(hits[0])
        third.append(any(hits))
        own = tuple(one.question["evidence"][0]) == one.places[order[0]]
        if found.span is not None and own and one.question.get("span"):
            spans.append(_word_f1(found.span, one.question["span"]))
    labels = [one.question["answerable"] for one in asked]
    span = float(np.mean(spans)) if spans else None
    area = separation(labels, certain)[0]
    return [float(np.mean(first)), float(np.mean(third)), area, span]


def _word_f1(found: str, wanted: str) -> float:
    """Return the F1 of words, as SQuAD counts it (Rajpurkar et al. 2016)."""
    own, right = (re.findall(r"\w+", text.lower()) for text in (found, wanted))
    shared = sum(min(own.count(word), right.count(word)) for word in set(own))
    return 2 * shared / (len(own) + len(right)) if shared else 0.0


def _by_cosine() -> System:
    encoder = load_encoder()
    vectors: dict[str, np.ndarray] = {}

    def system(one: Asked) -> Found:
        new = [text for text in (*one.sentences, one.question["q"]) if text not in vectors]
        made = encoder.encode(new, normalize_embeddings=True, show_progress_bar=False)
        vectors.update(zip(new, np.asarray(made), strict=True))
        scores = np.array([vectors[text] for text in one.sentences]) @ vectors[one.question["q"]]
        return Found(list(scores), float(scores.max()))

    return system


def _by_bm25(one: Asked) -> Found:
    scores = bm25_scores(one.sentences, one.question["q"])
    return Found(list(scores), float(scores.max()))


def _by_reader(reader: rag.Reader) -> System:
    def system(one: Asked) -> Found:
        passages = []
        for document in one.group["documents"]:
            for window in windows(document["sentences"], _PASSAGE_WORDS):
                units = [document["sentences"][at] for at in window]
                passages.append(rag.Readable(head_of(document), units))
        readings = reader.read(one.question["q"], passages)
        units = [unit for reading in readings for unit in reading.units]
        scores = [unit.answers for unit in units]
        best = int(np.argmax(scores))
        span = units[best].span
        words = one.sentences[best][slice(*span)] if span else None
        return Found(scores, max(reading.answers for reading in readings), words)

    return system


def _by_answers(groups: Sequence[Group]) -> list[float | None]:
    """Measure the product's own answers: whether the first citation is a right sentence."""
    first, third, certain, labels = [], [], [], []
    for group in groups:
        with group_corpus(group) as corpus:
            for one in _asked(group):
                answer = corpus.ask(one.question["q"])
                certain.append(answer.confidence)
                labels.append(one.question["answerable"])
                if not one.question["answerable"]:
                    continue
                right = right_sentences(group, one.question)
                hits = [is_right(cited.cited_text, right) for cited in answer.citations[:3]]
                first.append(any(hits[:1]))
                third.append(any(hits))
    return [float(np.mean(first)), float(np.mean(third)), separation(labels, certain)[0], None]


def _claims(groups: Sequence[Group]) -> Iterator[tuple[str, str, int]]:
    """Yield evidence, claim and the number of the right label."""
    for group in groups:
        by_id = {document["id"]: document for document in group["documents"]}
        for claim in group["claims"]:
            evidence = evidence_text(by_id, [(d, at) for d, at in claim["evidence"]])
            label = _LABELS.index(claim["label"]) if claim["label"] in _LABELS else 2
            yield evidence, claim["claim"], label


def _by_rules(groups: Sequence[Group]) -> list[float]:
    labels, scores, right = [], [], []
    for evidence, claim, label in _claims(groups):
        found = rag.check_support(claim, [evidence])
        said = 1 if found.flaw in _CONTRADICTING else 0 if found.verdict == "supported" else 2
        labels.append(label == 0)
        scores.append(found.score)
        right.append(said == label)
    return [float(np.mean(right)), separation(labels, scores)[0]]


def _by_entailment(groups: Sequence[Group], model: rag.Entailment) -> list[float]:
    claims = list(_claims(groups))
    found = model.judge([(evidence, claim) for evidence, claim, _ in claims])
    shares = np.array([[j.supported, j.contradicted, 1 - sum(j)] for j in found])
    labels = np.array([label for *_, label in claims])
    right = float((shares.argmax(1) == labels).mean())
    return [right, separation(list(labels == 0), list(shares[:, 0]))[0]]


def _cost(reader: rag.Reader) -> dict[str, list[float]]:
    """Time reading twelve passages of 200 tokens, beside embedding them."""
    text = "The council of the town voted on the new harbour wall in the spring of that year. "
    units = [text] * 11  # 17 tokens each
    passages = [rag.Readable("Town Herald, 2031-04-02, The wall", units)] * 12
    encoder = load_encoder()
    tasks = (
        lambda: reader.read("How did the council vote?", passages),
        lambda: encoder.encode([text * 11] * 12, show_progress_bar=False),
    )
    seconds = []
    for task in tasks:
        task()
        runs = []
        for _ in range(5):
            begun = time.perf_counter()
            task()
            runs.append(time.perf_counter() - begun)
        seconds.append(min(runs))
    return {"12 passages of 200 tokens": [seconds[0] / seconds[1]]}


def _outside(
    data: Path, reader: rag.Reader, entailment: rag.Entailment
) -> Iterator[tuple[str, list[float | None]]]:
    cosine = _by_cosine()
    documents, questions = load_xquad(data)
    hits = []
    for question in questions:
        title, text = documents[question.name]
        sentences = sentences_of(text)
        near = cosine(Asked({}, {"q": question.text}, sentences, []))
        (reading,) = reader.read(question.text, [rag.Readable(title, sentences)])
        best = (np.argmax(near.scores), np.argmax([unit.answers for unit in reading.units]))
        hits.append([question.answer in sentences[at] for at in best])
    yield "XQuAD, right sentence of its paragraph first", [*map(float, np.mean(hits, axis=0))]
    yield from _clapnq(data, reader, cosine)
    summaries = load_faithbench(data)
    labels = [summary.worst != "Unwanted" for summary in summaries]
    decided = [_faithful(summary, entailment) for summary in summaries]
    yield "FaithBench, balanced accuracy", [None, balanced_accuracy(labels, decided)]


def _clapnq(
    data: Path, reader: rag.Reader, cosine: System
) -> Iterator[tuple[str, list[float | None]]]:
    documents, questions = load_clapnq(data)
    certain, f1 = [], []
    for question in questions:
        title, text = documents[question.name]
        sentences = sentences_of(text)
        near = cosine(Asked({}, {"q": question.text}, sentences, []))
        (reading,) = reader.read(question.text, [rag.Readable(title, sentences)])
        certain.append((near.answerable, reading.answers))
        if question.selected:
            scores = [unit.answers for unit in reading.units]
            taken = [s for s, score in zip(sentences, scores, strict=True) if score >= _TAKEN]
            best = [sentences[at] for at in np.argsort(-np.asarray(near.scores))[:PICKED]]
            chosen = taken or [sentences[int(np.argmax(scores))]]
            f1.append([selection_f1(question.selected, c) for c in (best, chosen)])
    labels = [question.answerable for question in questions]
    areas = [separation(labels, list(scores))[0] for scores in zip(*certain, strict=True)]
    yield "CLAP NQ, answerable in its passage, AUROC", areas
    yield "CLAP NQ, F1 of the sentences selected", [*map(float, np.mean(f1, axis=0))]


def _faithful(summary: Summary, entailment: rag.Entailment) -> bool:
    """Say whether every sentence of a summary is rather supported by its source than not."""
    sentences = [s for s in sentences_of(summary.text) if re.search(r"[^\W\d]", s)]
    pairs = [(shortened(summary.source, sentence), sentence) for sentence in sentences]
    return all(found.supported >= _TAKEN for found in entailment.judge(pairs))
