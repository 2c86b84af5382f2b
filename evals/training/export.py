"""Write a trained network as a graph for onnxruntime, its matrices in one byte a weight.

The graph takes the vectors of the tokens' words and not their numbers: those vectors are the
embedder's, which is installed anyway, and training leaves them as they are.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from evals.training.networks import Network

_OPSET = 17
_SMALL = 2_000  # weights of a matrix that is kept in float32


class _ReaderGraph(nn.Module):
    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, words: Tensor, mask: Tensor, types: Tensor, belongs: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        hidden = self.network.encoder.encode(words, mask, types)
        question = ((types == 0) & (mask == 1)).float()
        found: tuple[Tensor, Tensor, Tensor] = self.network.reader(hidden, question, belongs)
        return found


class _EntailmentGraph(nn.Module):
    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, words: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        hidden = self.network.encoder.encode(words, mask, types)
        first, second = ((types == kind) & (mask == 1) for kind in (0, 1))
        logits: Tensor = self.network.entailment(hidden, first.float(), second.float())
        return logits


def export(network: Network, path: Path, facts: Mapping[str, Any]) -> None:
    """Write the graph of a network with one head, and what is known of it beside it.

    Args:
        network: with either the reader's or the entailment model's head.
        path: of the graph, ``….onnx``; the facts go to the same name with ``.json``.
        facts: calibration and origin; the graph's SHA-256 is added.
    """
    network = network.eval().cpu().float()
    width = network.encoder.shape.width
    rows, tokens, units = 2, 7, 3
    given: dict[str, Tensor] = {
        "words": torch.zeros(rows, tokens, width),
        "mask": torch.ones(rows, tokens, dtype=torch.int64),
        "types": torch.tensor([[0, 0, 1, 1, 1, 1, 1]] * rows),
    }
    axes = {name: {0: "rows", 1: "tokens"} for name in given}
    if network.reader is not None:
        given["belongs"] = torch.ones(rows, units, tokens)
        axes["belongs"] = {0: "rows", 1: "units", 2: "tokens"}
        graph: nn.Module = _ReaderGraph(network)
        found = ["units", "passages", "tokens"]
        axes |= {"units": {0: "rows", 1: "units"}, "passages": {0: "rows"}}
        axes["tokens"] = {0: "rows", 1: "tokens"}
    else:
        graph, found = _EntailmentGraph(network), ["logits"]
        axes["logits"] = {0: "rows"}
    with tempfile.TemporaryDirectory() as place:
        whole = Path(place) / "whole.onnx"
        torch.onnx.export(
            graph,
            tuple(given.values()),
            str(whole),
            input_names=list(given),
            output_names=found,
            dynamic_axes=axes,
            opset_version=_OPSET,
            dynamo=False,
        )
        onnx.save(_with_bytes(onnx.load(str(whole))), str(path))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    written = json.dumps({"sha256": digest, **facts}, indent=1) + "\n"
    path.with_suffix(".json").write_text(written, "utf-8")


def _with_bytes(model: onnx.ModelProto) -> onnx.ModelProto:
    """Replace each large matrix by one byte a weight and one scale a column.

    onnxruntime multiplies them out once, when it loads the graph.
    """
    graph = model.graph
    nodes, kept = [], []
    for tensor in graph.initializer:
        array = numpy_helper.to_array(tensor)
        if array.ndim != 2 or array.dtype != np.float32 or array.size < _SMALL:
            kept.append(tensor)
            continue
        name = tensor.name
        largest = np.abs(array).max(0, keepdims=True)
        scale = (np.maximum(largest, 1e-12) / 127).astype(np.float32)
        packed = np.round(array / scale).astype(np.int8)
        kept.append(numpy_helper.from_array(packed, f"{name}:bytes"))
        kept.append(numpy_helper.from_array(scale, f"{name}:scale"))
        nodes.append(
            helper.make_node("Cast", [f"{name}:bytes"], [f"{name}:float"], to=TensorProto.FLOAT)
        )
        nodes.append(helper.make_node("Mul", [f"{name}:float", f"{name}:scale"], [name]))
    rest = list(graph.node)
    del graph.initializer[:]
    graph.initializer.extend(kept)
    del graph.node[:]
    graph.node.extend([*nodes, *rest])
    return model
