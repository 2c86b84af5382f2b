"""One training run: its order, its learning rate, its checkpoints."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from evals.training.batches import Plan, Taught, ahead, pair_batch, plans, reader_batch
from evals.training.losses import PairBatch, ReaderBatch, pair_loss, reader_loss
from evals.training.networks import Network
from evals.training.rows import PairArrays, ReaderArrays

_SEED = 7
_WARM_UP = 0.04  # of a run, in which the learning rate rises
_LEAST = 0.02  # of the learning rate, at the end
_DECAY = 0.01
_NORM = 1.0  # to which gradients are clipped
_KEPT = 0.98  # of the running loss that is shown
_SAID_EVERY = 20.0  # seconds


class Course(NamedTuple):
    """How a run goes.

    Attributes:
        epochs: over the data, or as many as the seconds allow.
        rate: highest learning rate.
        tokens: of a batch, with padding.
        seconds: after which the run ends, the learning rate having fallen until then.
        checkpoint: file for what is needed to go on, or None.
        every: seconds between two checkpoints.
    """

    epochs: int
    rate: float
    tokens: int
    seconds: float = float("inf")
    checkpoint: Path | None = None
    every: float = 240.0


class Data(NamedTuple):
    """What a run learns from; the other model's data is None where only one is trained."""

    reader: ReaderArrays | None
    pairs: PairArrays | None
    taught: Taught | None = None


def train(
    network: Network, data: Data, course: Course, device: str, say: Callable[[str], None]
) -> None:
    """Train a network; goes on from the checkpoint where there is one."""
    trained = [p for p in network.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(
        trained, lr=course.rate, weight_decay=_DECAY, fused=device == "cuda"
    )
    run = _Run(network, optimiser, course, device, say)
    run.resume()
    for epoch in range(run.epoch, course.epochs):
        order = _epoch(data, course, np.random.default_rng((_SEED, epoch)))
        if not run.one(epoch, order, data):
            break
    run.end()


def _epoch(data: Data, course: Course, chance: np.random.Generator) -> list[Plan]:
    found: list[Plan] = []
    for arrays in (data.reader, data.pairs):
        if arrays is not None:
            found += plans(arrays, course.tokens, chance)
    return [found[at] for at in chance.permutation(len(found))]


class _Run:
    """A run's place in its course."""

    def __init__(
        self,
        network: Network,
        optimiser: torch.optim.Optimizer,
        course: Course,
        device: str,
        say: Callable[[str], None],
    ) -> None:
        self.network, self.optimiser, self.course = network, optimiser, course
        self.device, self.say = device, say
        self.epoch = self.place = self.planned = 0
        self.before = 0.0  # seconds of the runs before this one
        self.begun = self.saved = self.said = time.monotonic()
        self.losses: dict[bool, float] = {}

    def one(self, epoch: int, order: list[Plan], data: Data) -> bool:
        """Train one epoch; return whether there is time for another."""
        self.epoch = epoch
        if self.place and self.planned != len(order):
            self.say("the checkpoint is of other data or batches: its epoch begins anew")
            self.place = 0
        self.planned = len(order)
        first = self.place

        def make(plan: Plan) -> Any:
            if plan.reader:
                return reader_batch(data.reader, plan.members, data.taught)
            return pair_batch(data.pairs, plan.members, data.taught)

        for batch in ahead(order[first:], make):
            done = (epoch + self.place / len(order)) / self.course.epochs
            done = max(done, self._seconds() / self.course.seconds)
            if done >= 1:
                return False
            self._step(batch, done)
            self.place += 1
            self._note(done)
        self.epoch, self.place = epoch + 1, 0
        return True

    def _seconds(self) -> float:
        return self.before + time.monotonic() - self.begun

    def _step(self, batch: ReaderBatch | PairBatch, done: float) -> None:
        rate = self.course.rate * min(1.0, done / _WARM_UP + 1e-3, max(_LEAST, 1 - done))
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.network.train()
        moved = [None if t is None else t.to(self.device, non_blocking=True) for t in batch]
        with torch.autocast(self.device, torch.bfloat16):
            loss = self._loss(type(batch)(*moved))
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), _NORM)
        self.optimiser.step()
        self._remember(isinstance(batch, ReaderBatch), loss.detach())

    def _loss(self, batch: ReaderBatch | PairBatch) -> Tensor:
        if isinstance(batch, ReaderBatch):
            logits, passages, tokens = self.network.read(
                batch.ids, batch.mask, batch.types, batch.units, batch.labels.shape[1]
            )
            with torch.autocast(self.device, enabled=False):
                return reader_loss(logits.float(), passages.float(), tokens.float(), batch)
        logits = self.network.judge(batch.ids, batch.mask, batch.types)
        with torch.autocast(self.device, enabled=False):
            return pair_loss(logits.float(), batch)

    def _remember(self, reader: bool, loss: Tensor) -> None:
        held = self.losses.get(reader)
        self.losses[reader] = loss if held is None else _KEPT * held + (1 - _KEPT) * loss  # type: ignore[assignment]

    def _note(self, done: float) -> None:
        now = time.monotonic()
        if now - self.said > _SAID_EVERY:
            self.said = now
            left = self._seconds() * (1 - done) / max(done, 1e-6)
            losses = {
                ("reader" if r else "pairs"): round(float(v), 3) for r, v in self.losses.items()
            }
            self.say(
                f"epoch {self.epoch + 1}, {done:.0%}, {losses}, about {left / 60:.1f} min left"
            )
        if self.course.checkpoint and now - self.saved > self.course.every:
            self.save()

    def save(self) -> None:
        """Write a checkpoint, whole or not at all."""
        self.saved = time.monotonic()
        state = {
            "network": self.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "epoch": self.epoch,
            "place": self.place,
            "planned": self.planned,
            "seconds": self._seconds(),
        }
        made = self.course.checkpoint.with_suffix(".making")
        torch.save(state, made)
        made.replace(self.course.checkpoint)

    def resume(self) -> None:
        """Go on from the checkpoint, where there is one."""
        torch.manual_seed(_SEED)
        if self.course.checkpoint and self.course.checkpoint.exists():
            state = torch.load(self.course.checkpoint, map_location=self.device)
            self.network.load_state_dict(state["network"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.epoch, self.place, self.planned = (
                state[name] for name in ("epoch", "place", "planned")
            )
            self.before = state["seconds"]
            self.say(f"going on from epoch {self.epoch + 1}, batch {self.place}")

    def end(self) -> None:
        """Say what the losses are, and keep the last state."""
        self.say(f"done after {self._seconds():.0f} s")
        if self.course.checkpoint:
            self.save()
