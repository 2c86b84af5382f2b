"""The encoder, and the heads that make a reader and an entailment model of it, in PyTorch."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

DROPOUT = 0.1
CLASSES = 3  # supported, contradicted, neither


class Shape(NamedTuple):
    """What an encoder is built from.

    Attributes:
        relative: buckets of relative positions, as in MPNet (Song et al. 2020); 0 for none.
        shift: what is added to the tokenizer's ids, where the vocabulary begins with others.
    """

    vocabulary: int
    width: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float
    relative: int = 0
    shift: int = 0


MINILM = Shape(30_522, 384, 6, 12, 1_536, 512, 1e-12)
MPNET = Shape(30_527, 768, 12, 12, 3_072, 512, 1e-5, relative=32, shift=4)
_BERT_MARKERS = (0, 101, 102)  # padding, opening and separator of the tokenizer
_MPNET_MARKERS = (1, 0, 2)  # the same in MPNet's own vocabulary


class Layer(nn.Module):
    """Attention and a feed-forward network, each followed by normalisation."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.attention = nn.Linear(shape.width, 3 * shape.width)
        self.attended = nn.Linear(shape.width, shape.width)
        self.first_norm = nn.LayerNorm(shape.width, eps=shape.epsilon)
        self.up = nn.Linear(shape.width, shape.inner)
        self.down = nn.Linear(shape.inner, shape.width)
        self.second_norm = nn.LayerNorm(shape.width, eps=shape.epsilon)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Return the hidden states after this layer: shape (rows, tokens, width)."""
        rows, tokens, width = hidden.shape
        split = self.attention(hidden).view(rows, tokens, 3, self.heads, width // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4).unbind(0)
        found = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        found = found.transpose(1, 2).reshape(rows, tokens, width)
        hidden = self.first_norm(hidden + self.dropout(self.attended(found)))
        inner = self.down(functional.gelu(self.up(hidden)))
        normed: Tensor = self.second_norm(hidden + self.dropout(inner))
        return normed


class Encoder(nn.Module):
    """A transformer encoder of BERT's kind (Devlin et al. 2019). The word vectors stay fixed."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.vocabulary, shape.width)
        self.words.weight.requires_grad = False
        self.positions = nn.Embedding(shape.positions, shape.width)
        self.types = nn.Embedding(2, shape.width)
        self.norm = nn.LayerNorm(shape.width, eps=shape.epsilon)
        self.dropout = nn.Dropout(DROPOUT)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        if shape.relative:
            self.relative = nn.Embedding(shape.relative, shape.heads)
            self.relative.weight.requires_grad = False

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """Return the hidden states: shape (rows, tokens, width).

        Args:
            ids: of the tokens, int64, shape (rows, tokens).
            mask: 1 for a token and 0 for padding, the same shape.
            types: 0 for the first text and 1 for the second, the same shape.
        """
        return self.encode(self.words(self._own(ids)), mask, types)

    def encode(self, words: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """Return the hidden states of tokens whose vectors have been looked up already."""
        places = torch.arange(words.shape[1], device=words.device)
        hidden = words + self.positions(places) + self.types(types)
        hidden = self.dropout(self.norm(hidden))
        allowed = (mask == 1)[:, None, None, :]
        attention = self._bias(allowed, places, hidden) if self.shape.relative else allowed
        for layer in self.layers:
            hidden = layer(hidden, attention)
        return hidden

    def _own(self, ids: Tensor) -> Tensor:
        if not self.shape.shift:
            return ids
        own = ids + self.shape.shift
        for theirs, ours in zip(_BERT_MARKERS, _MPNET_MARKERS, strict=True):
            own = own.masked_fill(ids == theirs, ours)
        return own

    def _bias(self, allowed: Tensor, places: Tensor, hidden: Tensor) -> Tensor:
        """Return what is added to attention for the distance of two tokens, and for padding."""
        half = self.shape.relative // 2
        distance = places[None, :] - places[:, None]
        size = distance.abs()
        near = half // 2
        far = (
            near
            + (
                torch.log(size.clamp(min=1).float() / near) / math.log(128 / near) * (half - near)
            ).long()
        )
        bucket = torch.where(size < near, size, far.clamp(max=half - 1)) + half * (distance > 0)
        bias = self.relative(bucket).permute(2, 0, 1)[None]
        device = hidden.device.type
        mixed = torch.is_autocast_enabled(device)
        kind = torch.get_autocast_dtype(device) if mixed else hidden.dtype
        return bias.masked_fill(~allowed, -1e4).to(kind)


class ReaderHead(nn.Module):
    """Which units answer, where the answer's words are, and whether the passage answers at all.

    A unit's logit is ``scale · cos(question, unit) + bias`` of the mean hidden states, and what a
    small network adds to it from those; the network begins at zero, so that training starts where
    cosines are. The passage's logit is the soft maximum of its units' logits and what the first
    token adds.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(10.0))
        self.bias = nn.Parameter(torch.tensor(-9.0))
        self.inner = nn.Linear(4 * width, width)
        self.outer = nn.Linear(width, 1)
        self.tokens = nn.Linear(width, 3)  # answer begins, answer ends, speaks for its unit
        self.passage = nn.Linear(width, 1)
        self.dropout = nn.Dropout(DROPOUT)
        for made in (self.outer, self.tokens, self.passage):
            nn.init.zeros_(made.weight)
            nn.init.zeros_(made.bias)

    def forward(
        self, hidden: Tensor, question: Tensor, belongs: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return logits of units (rows, units), passages (rows,) and tokens (rows, tokens, 2).

        Args:
            hidden: states of the encoder, shape (rows, tokens, width).
            question: 1 for the tokens of the question, shape (rows, tokens).
            belongs: 1 where a token belongs to a unit, shape (rows, units, tokens); a unit
                without tokens gets a logit below every other.
        """
        size = belongs.sum(-1, keepdim=True)
        units = torch.bmm(belongs, hidden) / size.clamp(min=1)
        asked = torch.bmm(question[:, None], hidden) / question.sum(-1)[:, None, None]
        cosine = functional.cosine_similarity(asked, units, dim=-1)
        asked = asked.expand_as(units)
        whole = hidden[:, :1].expand_as(units)
        seen = torch.cat([asked * units, (asked - units).abs(), units, whole], -1)
        added = self.outer(self.dropout(functional.gelu(self.inner(seen)))).squeeze(-1)
        tokens = self.tokens(hidden)
        spoken = tokens[..., 2][:, None].masked_fill(belongs == 0, -1e4).amax(-1)
        present = size.squeeze(-1) > 0
        logits = self.scale * cosine + self.bias + added + spoken
        logits = logits.masked_fill(~present, -1e4)
        passage = torch.logsumexp(logits, -1) + self.passage(hidden[:, 0]).squeeze(-1)
        return logits, passage, tokens[..., :2]


class EntailmentHead(nn.Module):
    """Whether evidence supports a sentence, contradicts it, or does neither."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner = nn.Linear(5 * width, width)
        self.outer = nn.Linear(width, CLASSES)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, hidden: Tensor, first: Tensor, second: Tensor) -> Tensor:
        """Return the three logits of each row.

        Args:
            hidden: states of the encoder, shape (rows, tokens, width).
            first, second: 1 for the tokens of evidence and sentence, shape (rows, tokens).
        """
        evidence = torch.bmm(first[:, None], hidden).squeeze(1) / first.sum(-1, keepdim=True)
        sentence = torch.bmm(second[:, None], hidden).squeeze(1) / second.sum(-1, keepdim=True)
        apart = (evidence - sentence).abs()
        seen = [hidden[:, 0], evidence, sentence, apart, evidence * sentence]
        logits: Tensor = self.outer(self.dropout(functional.gelu(self.inner(torch.cat(seen, -1)))))
        return logits


class Network(nn.Module):
    """One encoder with the heads that are trained on it."""

    def __init__(self, shape: Shape, *, reader: bool = True, entailment: bool = True) -> None:
        super().__init__()
        self.encoder = Encoder(shape)
        self.reader = ReaderHead(shape.width) if reader else None
        self.entailment = EntailmentHead(shape.width) if entailment else None

    def read(
        self, ids: Tensor, mask: Tensor, types: Tensor, units: Tensor, count: int
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return the reader's logits; ``units`` is each token's unit or -1, ``count`` the most."""
        hidden = self.encoder(ids, mask, types).float()
        numbers = torch.arange(count, device=ids.device)[None, :, None]
        belongs = (units[:, None, :] == numbers).float()
        question = ((types == 0) & (mask == 1)).float()
        found: tuple[Tensor, Tensor, Tensor] = self.reader(hidden, question, belongs)
        return found

    def judge(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """Return the logits of supported, contradicted and neither."""
        hidden = self.encoder(ids, mask, types).float()
        first = ((types == 0) & (mask == 1)).float()
        second = ((types == 1) & (mask == 1)).float()
        logits: Tensor = self.entailment(hidden, first, second)
        return logits
