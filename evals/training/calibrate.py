"""Make probabilities of logits, on groups that were held out (Platt 1999; Guo et al. 2017)."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn import functional

from evals.training.batches import reader_batch
from evals.training.figures import pair_logits
from evals.training.networks import Network
from evals.training.rows import PairArrays, ReaderArrays

_STEPS = 200  # of L-BFGS, more than two or three parameters need
_DIGITS = 4


@torch.no_grad()
def _reader_logits(network: Network, arrays: ReaderArrays) -> tuple[Any, ...]:
    """Return logits and labels of all units, and of the best passage of each question."""
    network.eval()
    units, labels, best = [], [], []
    for number in range(len(arrays.answerable)):
        batch = reader_batch(arrays, np.array([number]))
        logits, passages, _ = network.read(*batch[:4], batch.labels.shape[1])
        there = batch.labels >= 0
        units.append(logits[there])
        labels.append(batch.labels[there])
        best.append(passages.max())
    answerable = torch.from_numpy(arrays.answerable.astype(np.float32))
    return torch.cat(units), torch.cat(labels).float(), torch.stack(best), answerable


def reader_calibration(network: Network, arrays: ReaderArrays) -> dict[str, list[float]]:
    """Return scale and shift of the logits of units and of passages."""
    units, labels, best, answerable = _reader_logits(network, arrays)
    return {"unit": _line(units, labels), "passage": _line(best, answerable)}


def _line(logits: torch.Tensor, labels: torch.Tensor) -> list[float]:
    line = torch.tensor([1.0, 0.0], requires_grad=True)
    optimiser = torch.optim.LBFGS([line], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = functional.binary_cross_entropy_with_logits(line[0] * logits + line[1], labels)
        loss.backward()
        return loss

    optimiser.step(closure)
    return [round(float(value), _DIGITS) for value in line.detach()]


def entailment_calibration(network: Network, arrays: PairArrays) -> dict[str, float]:
    """Return the temperature by which the logits are to be divided."""
    logits = torch.from_numpy(pair_logits(network, arrays, "cpu"))
    labels = torch.from_numpy(arrays.labels)
    heat = torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.LBFGS([heat], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = functional.cross_entropy(logits / heat.exp(), labels)
        loss.backward()
        return loss

    optimiser.step(closure)
    return {"temperature": round(float(heat.detach().exp()), _DIGITS)}
