"""Shared parts of the tests, and the kill-switch: no network, no settings, no home folder."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import rag
from rag.llms import speech

ROOT = Path(__file__).resolve().parent.parent
BUNDLED = ROOT / "corpus"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Tests reach neither the network, nor RAG_ settings, nor a .env file, nor the home folder."""
    for name in [name for name in os.environ if name.startswith("RAG_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home)
    connect = socket.socket.connect

    def only_loopback(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise OSError(f"tests do not reach the network: {address}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", only_loopback)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    """The bundled articles, indexed once; for reading only."""
    return rag.open(BUNDLED, index_dir=tmp_path_factory.mktemp("index"))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting between attempts to reach an LLM."""
    monkeypatch.setattr(speech, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(speech, "LONGEST_WAIT", 0.02)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder of one's own with three short documents."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "harbour.txt").write_text(
        "---\ntitle: Harbour news\noutlet: Port Gazette\npublished: 2023-05-02\n---\n"
        "The harbour of Larnmouth was dredged in April 2023. The work cost 12 million crowns.\n"
    )
    (folder / "bridge.txt").write_text(
        "---\ntitle: The new bridge\noutlet: Valley Times\npublished: 2024-02-10\n---\n"
        "Mayor Ana Kovic opened the Sella bridge on Saturday. It is 340 metres long.\n"
    )
    (folder / "owls.txt").write_text(
        "Barn owls hunt at night. A barn owl eats about four voles a day.\n"
    )
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
