"""The page as Gradio has it, and the files that a browser may name to it: its own uploads only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder


class Page(gr.Blocks):
    """Blocks that take no file but what was uploaded.

    Whatever a widget is, a browser can send a file's place as its value. Gradio copies such a
    file to where it can be fetched, fetches it from the net, or hands its place on as it is.
    """

    async def preprocess_data(
        self, block_fn: Any, inputs: list[Any], state: Any, explicit_call: bool = False
    ) -> list[Any]:
        """What a browser sent, made into what functions take.

        Raises:
            gradio.Error: it names a file that was not uploaded.
        """
        for named in _files(inputs):
            if not _was_uploaded(named):
                raise gr.Error("Only an uploaded file can be named here.", print_exception=False)
        values: list[Any] = await super().preprocess_data(block_fn, inputs, state, explicit_call)
        return values


def _files(value: Any) -> Iterator[dict[str, Any]]:
    """What may be taken for a file, however deep it lies."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            if "path" in found:
                yield found
            waiting += found.values()
        elif isinstance(found, list | tuple):
            waiting += found


def _was_uploaded(named: dict[str, Any]) -> bool:
    path = named["path"]
    if not isinstance(path, str) or "\0" in path or named.get("is_stream"):
        return False
    return Path(path).resolve().is_relative_to(Path(get_upload_folder()).resolve())
