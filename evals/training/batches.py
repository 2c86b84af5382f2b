"""Batches of nearly the same length, in an order that a seed decides."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from evals.training.losses import PairBatch, ReaderBatch
from evals.training.rows import PairArrays, ReaderArrays

_NEAR = 4_000  # questions or pairs among which those of one length are put together
_AHEAD = 6  # batches that are made while others are trained on


class Taught(NamedTuple):
    """A teacher's logits: of all units, all rows of the reader, and all pairs."""

    units: np.ndarray[Any, Any]
    passages: np.ndarray[Any, Any]
    pairs: np.ndarray[Any, Any]


class Plan(NamedTuple):
    """One batch to be made: of questions or of pairs, by their numbers."""

    reader: bool
    members: np.ndarray[Any, Any]


def plans(
    arrays: ReaderArrays | PairArrays, tokens: int, chance: np.random.Generator
) -> list[Plan]:
    """Return the batches of one epoch, each of at most so many tokens with its padding.

    Args:
        arrays: rows of questions, or pairs.
        tokens: of a batch; one question may exceed them.
        chance: where the order comes from.
    """
    reader = isinstance(arrays, ReaderArrays)
    sizes = np.diff(arrays.starts)
    if isinstance(arrays, ReaderArrays):
        lengths = np.maximum.reduceat(sizes, arrays.questions[:-1])
        counts = np.diff(arrays.questions)
    else:
        lengths, counts = sizes, np.ones(len(sizes), np.int64)
    members = chance.permutation(len(lengths))
    found = []
    for at in range(0, len(members), _NEAR):
        near = members[at : at + _NEAR]
        near = near[np.argsort(lengths[near], kind="stable")]
        start = rows = 0
        for place, member in enumerate(near):
            if rows and (rows + counts[member]) * lengths[member] > tokens:
                found.append(Plan(reader, near[start:place]))
                start, rows = place, 0
            rows += counts[member]
        found.append(Plan(reader, near[start:]))
    order = chance.permutation(len(found))
    return [found[at] for at in order]


def reader_batch(
    arrays: ReaderArrays, members: np.ndarray[Any, Any], taught: Taught | None = None
) -> ReaderBatch:
    """Make a batch of some questions, in main memory."""
    rows = np.concatenate([np.arange(*arrays.questions[m : m + 2]) for m in members])
    counts = [int(arrays.questions[m + 1] - arrays.questions[m]) for m in members]
    found, there = places(arrays.starts, rows)
    labels, present = places(arrays.label_starts, rows)
    owners = np.zeros((len(members), len(rows)), bool)
    owners[np.repeat(np.arange(len(members)), counts), np.arange(len(rows))] = True
    given = None
    if taught is not None:
        given = (
            torch.from_numpy(np.where(present, taught.units[labels], -1e4).astype(np.float32)),
            torch.from_numpy(taught.passages[rows].astype(np.float32)),
        )
    return ReaderBatch(
        _long(np.where(there, arrays.ids[found], 0)),
        _long(there),
        _long(np.where(there, arrays.types[found], 0)),
        _long(np.where(there, arrays.units[found], -1)),
        _long(np.where(present, arrays.labels[labels].astype(np.int64), -1)),
        _long(arrays.spans[rows]),
        torch.from_numpy(owners),
        torch.from_numpy(arrays.answerable[members]),
        given[0] if given else None,
        given[1] if given else None,
    )


def pair_batch(
    arrays: PairArrays, members: np.ndarray[Any, Any], taught: Taught | None = None
) -> PairBatch:
    """Make a batch of some pairs, in main memory."""
    found, there = places(arrays.starts, members)
    given = torch.from_numpy(taught.pairs[members].astype(np.float32)) if taught else None
    return PairBatch(
        _long(np.where(there, arrays.ids[found], 0)),
        _long(there),
        _long(np.where(there, arrays.types[found], 0)),
        _long(arrays.labels[members]),
        given,
    )


def places(starts: np.ndarray[Any, Any], rows: np.ndarray[Any, Any]) -> tuple[Any, Any]:
    """Return where the entries of each row stand, padded with the first, and which are real."""
    sizes = starts[rows + 1] - starts[rows]
    across = np.arange(int(sizes.max()))
    there = across < sizes[:, None]
    return np.where(there, starts[rows][:, None] + across, 0), there


def _long(array: np.ndarray[Any, Any]) -> Tensor:
    return torch.from_numpy(array.astype(np.int64))


def ahead(plans: list[Plan], make: Callable[[Plan], Any]) -> Iterator[Any]:
    """Make batches on another thread while the caller uses those before; yield them in order."""
    made: queue.Queue[Any] = queue.Queue(_AHEAD)
    stopped = threading.Event()

    def put(batch: Any) -> None:
        waiting = True
        while waiting and not stopped.is_set():
            try:
                made.put(batch, timeout=1)
            except queue.Full:
                continue
            waiting = False

    def work() -> None:
        try:
            for plan in plans:
                put(make(plan))
                if stopped.is_set():
                    return
            put(None)
        except BaseException as error:  # noqa: BLE001 - raised where the batches are used
            put(error)

    threading.Thread(target=work, daemon=True).start()
    try:
        while (batch := made.get()) is not None:
            if isinstance(batch, BaseException):
                raise batch
            yield batch
    finally:
        stopped.set()
