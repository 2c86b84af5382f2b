"""Does a passage answer a question, which of its units does, and in which words."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np

from rag.models.bundled import BUNDLED_MODEL, Floats, Graph, Row
from rag.models.cross_encoder import OneLabel, load_cross_encoder
from rag.models.layout import ReaderRow, reader_rows

_LONGEST_SPAN = 30  # tokens of an answer
_SURE = 50.0  # a logit beyond which a probability is 0 or 1
_SETTING = "RAG_READER"
KEPT_READINGS = 4_096  # readings, each with its passage: some four kilobytes


class Readable(NamedTuple):
    """A passage to read: its head (source, date, title, heading) and its units in order."""

    head: str
    units: Sequence[str]


class UnitReading(NamedTuple):
    """What the reader finds in a unit.

    Attributes:
        answers: probability that the unit answers the question, 0..1.
        span: the words that would be the answer, as characters of the unit, end exclusive;
            None where the model does not look for words.
        certainty: probability of exactly these words, given that the unit answers, 0..1.
    """

    answers: float
    span: tuple[int, int] | None
    certainty: float


class Reading(NamedTuple):
    """What the reader finds in a passage.

    Attributes:
        answers: how likely the passage answers the question, 0..1. The highest of some fifteen
            passages read is the probability that the question is answered at all; a single
            passage's is calibrated as if it were the highest.
        units: of the passage, in order.
    """

    answers: float
    units: tuple[UnitReading, ...]


class Reader(Protocol):
    """A loaded reader. Safe to share between threads."""

    def read(self, question: str, passages: Sequence[Readable]) -> list[Reading]:
        """Read passages for a question."""
        ...


@lru_cache(maxsize=2)  # two corpora of one process share the weights
def load_reader(name: str) -> Reader | None:
    """Load a reader: ``bundled``, ``none``, or a CrossEncoder by path or name, which scores units.

    Raises:
        ModelError: it cannot be loaded.
    """
    if name == "none":
        return None
    return BundledReader() if name == BUNDLED_MODEL else CrossEncoderReader(name)


@lru_cache(maxsize=2)
def load_cached_reader(name: str) -> Reader | None:
    """Load a reader as :func:`load_reader` does, which keeps what it found in passages.

    Raises:
        ModelError: it cannot be loaded.
    """
    reader = load_reader(name)
    return CachedReader(reader) if reader else None


class CachedReader:
    """A reader that reads a passage once for a question: one asked again costs no reading."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._kept: OrderedDict[tuple[str, Readable], Reading] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, question: str, passages: Sequence[Readable]) -> list[Reading]:
        """Read passages for a question, those that are new."""
        keys = [(question, Readable(each.head, tuple(each.units))) for each in passages]
        with self._lock:
            found = {key: self._kept[key] for key in keys if key in self._kept}
        new = [key for key in dict.fromkeys(keys) if key not in found]
        readings = self._reader.read(question, [passage for _, passage in new])
        found |= zip(new, readings, strict=True)
        with self._lock:
            for key in keys:
                self._kept[key] = found[key]
                self._kept.move_to_end(key)
            while len(self._kept) > KEPT_READINGS:
                self._kept.popitem(last=False)
        return [found[key] for key in keys]


class BundledReader:
    """The reader that comes with the package; docs/models.md is its card."""

    def __init__(self) -> None:
        self._graph = Graph("reader")

    def read(self, question: str, passages: Sequence[Readable]) -> list[Reading]:
        """Read passages for a question; one that is longer than a row is read in several."""
        laid = [
            reader_rows(self._graph.tokenizer, question, passage.head, passage.units)
            for passage in passages
        ]
        rows = [row for own in laid for row in own]

        def units_of(batch: list[int], width: int) -> dict[str, Floats]:
            most = max(rows[at].size for at in batch)
            belongs = np.zeros((len(batch), most, width), np.float32)
            for place, at in enumerate(batch):
                units = np.array(rows[at].units)
                tokens = np.flatnonzero(units >= 0)
                belongs[place, units[tokens], tokens] = 1
            return {"belongs": belongs}

        outputs = iter(self._graph.run([Row(row.ids, row.types) for row in rows], units_of))
        return [self._reading([(row, next(outputs)) for row in own]) for own in laid]

    def _reading(self, read: list[tuple[ReaderRow, tuple[Floats, ...]]]) -> Reading:
        if not read:
            return Reading(0.0, ())
        units: list[UnitReading] = []
        for row, (logits, _, tokens) in read:
            for number in range(row.size):
                answers = self._probability("unit", float(logits[number]))
                units.append(UnitReading(answers, *_best_span(row, tokens, number)))
        passage = max(float(found[1]) for _, found in read)
        return Reading(self._probability("passage", passage), tuple(units))

    def _probability(self, kind: str, logit: float) -> float:
        scale, shift = self._graph.facts["calibration"][kind]
        return float(1 / (1 + np.exp(-np.clip(scale * logit + shift, -_SURE, _SURE))))


def _best_span(row: ReaderRow, tokens: Floats, number: int) -> tuple[tuple[int, int] | None, float]:
    """Return the likeliest answer inside a unit, in characters of it, and its probability."""
    inside = np.flatnonzero(np.array(row.units) == number)
    if not len(inside):
        return None, 0.0
    begins, ends = (_shares(tokens[inside, side]) for side in (0, 1))
    joint = np.triu(np.outer(begins, ends)) - np.triu(np.outer(begins, ends), _LONGEST_SPAN)
    first, last = np.unravel_index(int(joint.argmax()), joint.shape)
    start, end = row.offsets[inside[first]][0], row.offsets[inside[last]][1]
    return (start, end), float(joint[first, last])


def _shares(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max())
    shares: Floats = raised / raised.sum()
    return shares


class CrossEncoderReader:
    """A sentence-transformers CrossEncoder that scores each unit by itself.

    A reranker's score, between 0 and 1, is the probability that the unit answers; of a model for
    entailment it is the probability that the unit entails the question.
    """

    def __init__(self, name: str) -> None:
        self._model = load_cross_encoder(name, _SETTING)

    def read(self, question: str, passages: Sequence[Readable]) -> list[Reading]:
        """Read passages for a question."""
        units = [(passage.head, unit) for passage in passages for unit in passage.units]
        texts = [f"{head}. {unit}" if head else unit for head, unit in units]
        ranker = isinstance(self._model, OneLabel)
        pairs = [(question, text) if ranker else (text, question) for text in texts]
        scores = iter(judged.supported for judged in self._model.judge(pairs))
        readings = []
        for passage in passages:
            own = tuple(UnitReading(next(scores), None, 0.0) for _ in passage.units)
            readings.append(Reading(max((unit.answers for unit in own), default=0.0), own))
        return readings
