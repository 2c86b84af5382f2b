"""What the two models are trained for.

The reader learns at once which units answer, which unit of all that a question is asked of (or
none of them), whether a passage and whether any passage answers, and where the words stand.
A teacher's logits, where there are any, count as much as the labels.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from evals.training.rows import NOT_LEARNED
from evals.training.sets import NOT_SUPPORTED

_NEVER = -1e4  # the logit of what is not there
_SMOOTHING = 0.05  # of the labels of pairs, some of which are wrong
_PASSAGE, _QUESTION, _SPAN = 0.5, 0.5, 0.25  # weights beside those of units and of the choice


class ReaderBatch(NamedTuple):
    """Rows of some questions, padded.

    Attributes:
        ids, mask, types, units: int64, shape (rows, tokens); padding has unit -1.
        labels: 1 where a unit answers, 0 where not, -1 where there is none: (rows, most units).
        spans: first and last token of the answer, as in ``ReaderArrays``: (rows, 2).
        owners: 1 where a row belongs to a question: (questions, rows).
        answerable: of each question: (questions,).
        taught_units, taught_passages: a teacher's logits, or None.
    """

    ids: Tensor
    mask: Tensor
    types: Tensor
    units: Tensor
    labels: Tensor
    spans: Tensor
    owners: Tensor
    answerable: Tensor
    taught_units: Tensor | None
    taught_passages: Tensor | None


class PairBatch(NamedTuple):
    """Pairs, padded: ids, mask and types (rows, tokens), labels (rows,), a teacher's logits."""

    ids: Tensor
    mask: Tensor
    types: Tensor
    labels: Tensor
    taught: Tensor | None


def reader_loss(logits: Tensor, passages: Tensor, tokens: Tensor, batch: ReaderBatch) -> Tensor:
    """Return the loss of one batch; the arguments are what ``Network.read`` returns."""
    there = batch.labels >= 0
    labels = batch.labels.clamp(min=0).float()
    answers = (labels * there).amax(1)
    question = passages[None].masked_fill(~batch.owners, _NEVER).amax(1)
    loss = (
        functional.binary_cross_entropy_with_logits(logits[there], labels[there])
        + _choice(logits, labels, batch)
        + _PASSAGE * functional.binary_cross_entropy_with_logits(passages, answers)
        + _QUESTION
        * functional.binary_cross_entropy_with_logits(question, batch.answerable.float())
        + _SPAN * _span_loss(tokens, batch)
    )
    if batch.taught_units is None or batch.taught_passages is None:
        return loss
    taught = torch.sigmoid(batch.taught_units)
    soft = (
        functional.binary_cross_entropy_with_logits(logits[there], taught[there])
        + _taught_choice(logits, batch)
        + (_PASSAGE + _QUESTION)
        * functional.binary_cross_entropy_with_logits(
            passages, torch.sigmoid(batch.taught_passages)
        )
    )
    return (loss + soft) / 2


def _over_question(rows: Tensor, owners: Tensor) -> Tensor:
    """Return the log of the sum over each question's rows: shape (questions,)."""
    return torch.logsumexp(rows[None].masked_fill(~owners, _NEVER), 1)


def _choice(logits: Tensor, labels: Tensor, batch: ReaderBatch) -> Tensor:
    """Return the loss of choosing among all units of a question and none, whose logit is 0."""
    everything = _over_question(torch.logsumexp(logits, 1), batch.owners)
    right = torch.logsumexp(logits.masked_fill(labels != 1, _NEVER), 1)
    chosen = torch.where(batch.answerable, _over_question(right, batch.owners), 0.0)
    return (torch.logaddexp(everything, torch.zeros_like(everything)) - chosen).mean()


def _taught_choice(logits: Tensor, batch: ReaderBatch) -> Tensor:
    """Return the cross entropy of that choice against the teacher's."""
    there = batch.labels >= 0
    theirs = batch.taught_units.masked_fill(~there, _NEVER)
    owner = batch.owners.float().argmax(0)

    def of_none(values: Tensor) -> Tensor:
        total = _over_question(torch.logsumexp(values, 1), batch.owners)
        return torch.logaddexp(total, torch.zeros_like(total))

    own, taught = of_none(logits), of_none(theirs)
    shares = torch.exp(theirs - taught[owner][:, None])
    spread = (shares * (own[owner][:, None] - logits))[there].sum()
    none = (torch.exp(-taught) * own).sum()
    return (spread + none) / len(own)


def _span_loss(tokens: Tensor, batch: ReaderBatch) -> Tensor:
    known = batch.spans[:, 0] != NOT_LEARNED
    if not bool(known.any()):
        return tokens.sum() * 0
    tokens = tokens.masked_fill(batch.mask[..., None] == 0, _NEVER)
    return functional.cross_entropy(
        tokens[..., 0][known], batch.spans[known, 0]
    ) + functional.cross_entropy(tokens[..., 1][known], batch.spans[known, 1])


def pair_loss(logits: Tensor, batch: PairBatch) -> Tensor:
    """Return the loss of one batch of pairs."""
    known, doubtful = batch.labels < NOT_SUPPORTED, batch.labels == NOT_SUPPORTED
    total = logits.sum() * 0
    if bool(known.any()):
        total = total + functional.cross_entropy(
            logits[known], batch.labels[known], label_smoothing=_SMOOTHING, reduction="sum"
        )
    if bool(doubtful.any()):
        apart = torch.logsumexp(logits[doubtful], 1) - torch.logsumexp(logits[doubtful, 1:], 1)
        total = total + apart.sum()
    loss = total / max(int((known | doubtful).sum()), 1)
    if batch.taught is None:
        return loss
    shares = torch.softmax(batch.taught, 1)
    soft = functional.cross_entropy(logits, shares)
    return (loss + soft) / 2
