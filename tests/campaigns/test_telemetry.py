"""No library calls home, in Python or in native code, in a whole life of an index and a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.places import ROOT
from tests.support.watched import Seen, watch

UNSEEN = "strace is not here, or not permitted: what native code calls cannot be seen"
BARE_PAGE = """
import gradio, time
with gradio.Blocks() as page:
    gradio.Textbox()
time.sleep(1)
"""
NATIVE_CALL = """
import ctypes, socket
address = bytes([2, 0, 0, 9, 192, 0, 2, 1]) + bytes(8)
ctypes.CDLL(None).connect(socket.socket().fileno(), address, 16)
"""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """Everything done once under watch, from copying the model to calling each door of a server."""
    return watch([str(ROOT / "tests" / "support" / "life.py")], tmp_path_factory.mktemp("life"))


def test_nobody_is_reached(lived: Seen) -> None:
    """Indexing, asking, exporting, serving: not even the name of another machine is looked up."""
    assert lived.code == 0, lived.said
    assert "lived" in lived.said
    assert not lived.python


def test_nobody_is_reached_by_native_code(lived: Seen) -> None:
    """Nor does the store, the runtime of the model or the tokenizer call anybody."""
    if lived.native is None:
        pytest.skip(UNSEEN)
    assert not lived.native


def test_a_call_home_is_seen(tmp_path: Path) -> None:
    """A page that leaves Gradio's analytics on, as it comes, is caught at once."""
    seen = watch(["-c", BARE_PAGE], tmp_path / "scratch")
    assert seen.code == 0, seen.said
    assert any("api.gradio.app" in line for line in seen.python)


def test_native_code_that_calls_is_seen(tmp_path: Path) -> None:
    """An address that is called without Python's own sockets is caught too."""
    seen = watch(["-c", NATIVE_CALL], tmp_path / "scratch")
    if seen.native is None:
        pytest.skip(UNSEEN)
    assert not seen.python
    assert seen.native == ["192.0.2.1"]
