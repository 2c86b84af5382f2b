"""What a model reaches on questions and claims that it was not trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from evals.training.batches import pair_batch, reader_batch
from evals.training.networks import Network
from evals.training.rows import NOT_LEARNED, PairArrays, ReaderArrays
from evals.training.sets import SUPPORTED

_AT_ONCE = 64  # pairs


def auroc(labels: Sequence[bool] | np.ndarray[Any, Any], scores: Any) -> float:
    """Return the area under the ROC curve: how often a positive outranks a negative."""
    held, values = np.asarray(labels, bool), np.asarray(scores, float)
    above = values[held][:, None] > values[~held][None]
    level = values[held][:, None] == values[~held][None]
    return float((above + level / 2).mean()) if above.size else float("nan")


@torch.no_grad()
def reader_figures(network: Network, arrays: ReaderArrays, device: str) -> dict[str, float]:
    """Measure a reader: the right unit's rank, answerable or not, and the words of the answer."""
    network.eval()
    first, third, scores, overlaps = [], [], [], []
    for number, answerable in enumerate(arrays.answerable):
        batch = reader_batch(arrays, np.array([number]))
        on = [tensor.to(device) for tensor in batch[:4]]
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            logits, passages, tokens = network.read(*on, batch.labels.shape[1])
        scores.append(float(passages.max()))
        if not answerable:
            continue
        labels = batch.labels.numpy()
        order = np.argsort(-logits.float().cpu().numpy()[labels >= 0])
        ranked = labels[labels >= 0][order]
        first.append(ranked[0] == 1)
        third.append((ranked[:3] == 1).any())
        overlaps += _overlaps(
            tokens.float().cpu().numpy(), batch.units.numpy(), batch.spans.numpy()
        )
    return {
        "first": float(np.mean(first)),
        "third": float(np.mean(third)),
        "answerable": auroc(arrays.answerable, scores),
        "span": float(np.mean(overlaps)) if overlaps else float("nan"),
    }


def _overlaps(tokens: Any, units: Any, spans: Any) -> list[float]:
    """Return F1 in tokens of the best span inside the right unit, where the span is known."""
    found = []
    for row, (start, end) in enumerate(spans):
        if start in (NOT_LEARNED, 0):
            continue
        inside = np.flatnonzero(units[row] == units[row][start])
        begin, finish = tokens[row, inside, 0], tokens[row, inside, 1]
        joint = begin[:, None] + finish[None]
        joint[np.tril_indices(len(inside), -1)] = -np.inf
        joint[np.triu_indices(len(inside), 30)] = -np.inf
        at, to = np.unravel_index(joint.argmax(), joint.shape)
        mine = set(inside[at : to + 1])
        theirs = set(range(start, end + 1))
        found.append(2 * len(mine & theirs) / (len(mine) + len(theirs)))
    return found


@torch.no_grad()
def entailment_figures(network: Network, arrays: PairArrays, device: str) -> dict[str, float]:
    """Measure an entailment model: three-way accuracy, and supported against the rest."""
    network.eval()
    logits = pair_logits(network, arrays, device)
    shares = np.exp(logits - logits.max(1, keepdims=True))
    shares /= shares.sum(1, keepdims=True)
    return {
        "three-way": float((logits.argmax(1) == arrays.labels).mean()),
        "supported": auroc(arrays.labels == SUPPORTED, shares[:, SUPPORTED]),
    }


@torch.no_grad()
def pair_logits(network: Network, arrays: PairArrays, device: str, at_once: int = _AT_ONCE) -> Any:
    """Return the logits of all pairs, shape (pairs, 3), float32."""
    network.eval()
    found = np.zeros((len(arrays.labels), 3), np.float32)
    order = np.argsort(np.diff(arrays.starts), kind="stable")
    for at in range(0, len(order), at_once):
        members = order[at : at + at_once]
        batch = pair_batch(arrays, members)
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            logits = network.judge(*(tensor.to(device) for tensor in batch[:3]))
        found[members] = logits.float().cpu().numpy()
    return found
