"""Questions and pairs as flat arrays of tokens, made once and shared by all epochs and runs."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from tokenizers import Tokenizer

from evals.training.sets import Pair, Question, Span
from rag.models.layout import ReaderRow, entailment_rows, reader_rows

Array = np.ndarray[Any, Any]
NOT_LEARNED = -100  # a span that is not known; PyTorch's cross entropy leaves such out
_CHUNK = 400  # questions or pairs that one process lays out at once
_Item = TypeVar("_Item")
_Arrays = TypeVar("_Arrays", bound="ReaderArrays | PairArrays")


class ReaderArrays(NamedTuple):
    """Rows of the reader one after another; the rows of a question follow each other.

    Attributes:
        ids, types, units: of the tokens of all rows: uint16, uint8, int8.
        starts: where each row begins in them, and the end: int64, rows + 1.
        labels: whether each unit answers, of all rows: uint8.
        label_starts: where each row's units begin in them, and the end: int64, rows + 1.
        spans: first and last token of the answer in its row, (0, 0) where the row has none,
            (-100, -100) where it is not known: int16, shape (rows, 2).
        questions: the first row of each question, and the end: int64, questions + 1.
        answerable: of each question: bool.
    """

    ids: Array
    types: Array
    units: Array
    starts: Array
    labels: Array
    label_starts: Array
    spans: Array
    questions: Array
    answerable: Array


class PairArrays(NamedTuple):
    """Evidence and sentences one after another: ids uint16, types uint8, starts, labels."""

    ids: Array
    types: Array
    starts: Array
    labels: Array


def open_tokenizer(path: Path) -> Tokenizer:
    """Open a tokenizer that neither pads nor cuts."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def lay_out_questions(tokenizer: Tokenizer, questions: Sequence[Question]) -> ReaderArrays:
    """Lay out questions in as many processes as there are cores."""
    return _joined(_in_parallel(_question_arrays, tokenizer, questions))


def lay_out_pairs(tokenizer: Tokenizer, pairs: Sequence[Pair]) -> PairArrays:
    """Lay out pairs in as many processes as there are cores."""
    return _joined(_in_parallel(_pair_arrays, tokenizer, pairs))


def _in_parallel(
    lay_out: Callable[[Sequence[Any]], Any], tokenizer: Tokenizer, items: Sequence[Any]
) -> list[Any]:
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # the processes are the parallel part
    chunks = [items[at : at + _CHUNK] for at in range(0, len(items), _CHUNK)]
    context = multiprocessing.get_context("fork")
    with context.Pool(initializer=_start, initargs=(tokenizer.to_str(),)) as pool:
        return pool.map(lay_out, chunks, chunksize=1)


def _start(tokenizer: str) -> None:
    global _TOKENIZER
    _TOKENIZER = Tokenizer.from_str(tokenizer)


_TOKENIZER: Tokenizer


def _question_arrays(questions: Sequence[Question]) -> ReaderArrays:
    ids, types, units, labels, spans = [], [], [], [], []
    sizes, counts, rows_each = [], [], []
    for question in questions:
        rows = 0
        for passage in question.passages:
            for row in reader_rows(_TOKENIZER, question.text, passage.head, passage.units):
                own = passage.labels[row.first : row.first + row.size]
                ids += row.ids
                types += row.types
                units += row.units
                labels += own
                spans.append(_token_span(row, passage.span, any(own)))
                sizes.append(len(row.ids))
                counts.append(row.size)
                rows += 1
        rows_each.append(rows)
    return ReaderArrays(
        np.array(ids, np.uint16),
        np.array(types, np.uint8),
        np.array(units, np.int8),
        _ends(sizes),
        np.array(labels, np.uint8),
        _ends(counts),
        np.array(spans, np.int16).reshape(-1, 2),
        _ends(rows_each),
        np.array([question.answerable for question in questions], bool),
    )


def _token_span(row: ReaderRow, span: Span | None, answers: bool) -> tuple[int, int]:
    if not answers:
        return 0, 0
    if span is not None:
        tokens = [
            at
            for at, (unit, place) in enumerate(zip(row.units, row.offsets, strict=True))
            if unit == span.unit - row.first and place[0] < span.end and place[1] > span.start
        ]
        if tokens:
            return tokens[0], tokens[-1]
    return NOT_LEARNED, NOT_LEARNED


def _pair_arrays(pairs: Sequence[Pair]) -> PairArrays:
    rows = entailment_rows(_TOKENIZER, [(pair.evidence, pair.sentence) for pair in pairs])
    return PairArrays(
        np.array([token for ids, _ in rows for token in ids], np.uint16),
        np.array([kind for _, types in rows for kind in types], np.uint8),
        _ends([len(ids) for ids, _ in rows]),
        np.array([pair.label for pair in pairs], np.int64),
    )


def _ends(sizes: Iterable[int]) -> Array:
    return np.concatenate([[0], np.cumsum(list(sizes), dtype=np.int64)]).astype(np.int64)


_COUNTED = {"starts", "label_starts", "questions"}  # arrays of places, which move when joined


def _joined(parts: list[_Arrays]) -> _Arrays:
    found = {}
    for name in parts[0]._fields:
        arrays = [getattr(part, name) for part in parts]
        if name in _COUNTED:
            shift, moved = 0, [np.zeros(1, np.int64)]
            for array in arrays:
                moved.append(array[1:] + shift)
                shift += int(array[-1])
            arrays = moved
        found[name] = np.concatenate(arrays)
    return type(parts[0])(**found)


def save_arrays(arrays: ReaderArrays | PairArrays, folder: Path) -> None:
    """Write arrays into a folder, one file each, so that one can be made without the others."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays._asdict().items():
        np.save(folder / f"{name}.npy", array)


def load_arrays(kind: type[_Arrays], folder: Path) -> _Arrays:
    """Load the arrays that ``save_arrays`` wrote."""
    return kind(**{name: np.load(folder / f"{name}.npy") for name in kind._fields})
