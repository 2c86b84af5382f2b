"""Weights of encoders: published ones under this project's names, and packed ones on disk.

A packed matrix has one signed byte a weight and one scale a row; everything else float16.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import load_file

from evals.training.networks import MINILM, MPNET, Encoder, Shape

Arrays = dict[str, np.ndarray[Any, Any]]

_LAYER = re.compile(r"encoder\.layer\.(\d+)\.(.+)\.(weight|bias)")
_SINGLE = {
    "embeddings.word_embeddings.weight": "words.weight",
    "embeddings.position_embeddings.weight": "positions.weight",
    "embeddings.token_type_embeddings.weight": "types.weight",
    "embeddings.LayerNorm.weight": "norm.weight",
    "embeddings.LayerNorm.bias": "norm.bias",
    "encoder.relative_attention_bias.weight": "relative.weight",
}
_PARTS = {
    "attention.output.dense": "attended",
    "attention.attn.o": "attended",
    "attention.output.LayerNorm": "first_norm",
    "attention.LayerNorm": "first_norm",
    "intermediate.dense": "up",
    "output.dense": "down",
    "output.LayerNorm": "second_norm",
}
_ATTENTION = {
    "attention.self.query": 0,
    "attention.self.key": 1,
    "attention.self.value": 2,
    "attention.attn.q": 0,
    "attention.attn.k": 1,
    "attention.attn.v": 2,
}
_PART = 50_000_000  # bytes of a packed file, at most, where no matrix has more
_MPNET_FIRST_POSITION = 2  # MPNet counts positions from after its padding id, 1


def read_encoder(folder: Path) -> tuple[Shape, Arrays]:
    """Read all-MiniLM-L6-v2 or all-mpnet-base-v2, packed or as published.

    Returns the encoder's shape, and its weights in float32 under this project's names.
    """
    packed = sorted(folder.glob("packed-*.npz"))
    if not packed:
        return _published(folder)
    weights = unpack({name: array for path in packed for name, array in np.load(path).items()})
    return (MPNET if "relative.weight" in weights else MINILM), weights


def write_packed(weights: Mapping[str, np.ndarray[Any, Any]], folder: Path) -> None:
    """Write packed weights into a folder, in parts small enough to travel one by one."""
    folder.mkdir(parents=True, exist_ok=True)
    part: Arrays = {}
    parts = 0
    for name, array in pack(weights).items():
        if part and sum(held.nbytes for held in part.values()) + array.nbytes > _PART:
            np.savez(folder / f"packed-{parts}.npz", **part)
            part, parts = {}, parts + 1
        part[name] = array
    np.savez(folder / f"packed-{parts}.npz", **part)


def _published(folder: Path) -> tuple[Shape, Arrays]:
    weights: Arrays = {}
    attention: dict[str, dict[int, np.ndarray[Any, Any]]] = {}
    for name, array in load_file(folder / "model.safetensors").items():
        if name in _SINGLE:
            weights[_SINGLE[name]] = array
        match = _LAYER.fullmatch(name)
        if match is None:
            continue
        layer, part, kind = match.groups()
        if part in _ATTENTION:
            attention.setdefault(f"layers.{layer}.attention.{kind}", {})[_ATTENTION[part]] = array
        else:
            weights[f"layers.{layer}.{_PARTS[part]}.{kind}"] = array
    for name, parts in attention.items():
        weights[name] = np.concatenate([parts[at] for at in range(3)])
    if "relative.weight" in weights:
        weights["positions.weight"] = weights["positions.weight"][_MPNET_FIRST_POSITION:]
        weights["types.weight"] = np.zeros((2, MPNET.width), np.float32)
        return MPNET, weights
    return MINILM, weights


def load_encoder(encoder: Encoder, weights: Mapping[str, np.ndarray[Any, Any]]) -> None:
    """Put weights into an encoder; all must be there, and no others."""
    encoder.load_state_dict({name: torch.tensor(array) for name, array in weights.items()})


def pack(weights: Mapping[str, np.ndarray[Any, Any]]) -> Arrays:
    """Pack matrices to one byte a weight with a scale a row, and the rest to float16."""
    packed: Arrays = {}
    for name, array in weights.items():
        if array.ndim == 2 and min(array.shape) > 2:
            scale = np.maximum(np.abs(array).max(1, keepdims=True), 1e-12).astype(np.float32) / 127
            packed[f"{name}:bytes"] = np.round(array / scale).astype(np.int8)
            packed[f"{name}:scale"] = scale
        else:
            packed[name] = array.astype(np.float16)
    return packed


def unpack(packed: Mapping[str, np.ndarray[Any, Any]]) -> Arrays:
    """Undo ``pack``, in float32."""
    weights: Arrays = {}
    for name, array in packed.items():
        if name.endswith(":bytes"):
            scale = packed[name.removesuffix("bytes") + "scale"]
            weights[name.removesuffix(":bytes")] = array.astype(np.float32) * scale
        elif not name.endswith(":scale"):
            weights[name] = array.astype(np.float32)
    return weights
