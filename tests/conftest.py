"""Fixtures that many tests share, and the kill switch: no network, no settings, no home folder."""

from __future__ import annotations

import gc
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

import rag
from rag.llms import streaming
from tests.support.browsing import Site, serve_folder
from tests.support.exported import exported, linked, tiny_model
from tests.support.fake_llm import Messages, Reply, Served, serve
from tests.support.fuzzing import EXAMPLES
from tests.support.offline.lighter import lighten
from tests.support.places import ATTACK, BUNDLED, PYTHONPATH, ROOT
from tests.support.three import write_three

# The same made-up inputs each time, and no clock; no input changes what a fixture holds.
settings.register_profile(
    "repeatable",
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("repeatable")
lighten()
LONG_AGO = 1_700_000_000  # seconds since 1970
CAMPAIGN_SECONDS = 600  # a test that is marked so; others have what pyproject.toml says
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Start three workers for two processors: a quarter of the time tests wait for a process."""
    processors = os.cpu_count() or 1
    return processors + processors // 2


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one worker have all tests that want a server or a browser, and begin with them.

    Each worker gets a run of tests, in order, and others take from its end when they are idle.
    """

    def place(item: pytest.Item) -> tuple[bool, bool]:
        browser = item.get_closest_marker("browser") is not None
        return item.path.parent.name not in ("ui", "server"), not browser

    items.sort(key=place)
    for item in items:
        if item.get_closest_marker("campaign"):
            item.add_marker(pytest.mark.timeout(CAMPAIGN_SECONDS))


def pytest_collection_finish() -> None:
    """Leave thousands of tests out of each collection of garbage: they stay to the end."""
    gc.collect()
    gc.freeze()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Begin to export the embedding models while the workers still collect their tests."""
    config = session.config
    if config.getoption("numprocesses", None) and config.cache:
        command = [sys.executable, "-m", "tests.support.exported"]
        begun = subprocess.Popen([*command, str(config.cache.mkdir("encoders"))], cwd=ROOT)
        config.add_cleanup(begun.wait)


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """Return a folder with the exported embedding models, which are made once for all runs."""
    kept = request.config.cache.mkdir("encoders") if request.config.cache else None
    return exported(kept or tmp_path_factory.getbasetemp().parent / "encoders")


@pytest.fixture(scope="session", autouse=True)
def cache(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache folder of this process with the exported embedding models."""
    folder = linked(exports, tmp_path_factory.mktemp("cache") / "rag")
    os.environ["RAG_CACHE_DIR"] = str(folder)
    return folder


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path) -> None:
    """Keep a test from the network, RAG_ settings, a .env file and the home folder."""
    for name in [name for name in os.environ if name.startswith("RAG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RAG_CACHE_DIR", str(cache))
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PYTHONPATH", PYTHONPATH)
    monkeypatch.chdir(home)
    connect = socket.socket.connect

    def only_loopback(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise OSError(f"tests do not reach the network: {address}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", only_loopback)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    """Return a corpus of the bundled articles for reading only; workers embed them once for all."""
    own = tmp_path_factory.mktemp("corpus") / "index"
    if "PYTEST_XDIST_WORKER" in os.environ:
        common = tmp_path_factory.getbasetemp().parent / "bundled-index"
        with FileLock(common.with_suffix(".lock")):  # one worker writes it, and the others wait
            rag.open(BUNDLED, index_dir=common)
            shutil.copytree(common, own)
    return rag.open(BUNDLED, index_dir=own)


@pytest.fixture(scope="session")
def tiny(exports: Path) -> str:
    """Return the path of a small embedding model; for reading only."""
    return str(tiny_model(exports))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry an LLM without waiting between the attempts, and leave an endless answer soon."""
    monkeypatch.setattr(streaming, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(streaming, "LONGEST_WAIT", 0.02)
    monkeypatch.setattr(streaming, "MAX_ANSWER", 6_000)


@pytest.fixture(scope="session")
def three_indexed(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with three short documents and their indexes; for copying only.

    One index is of the bundled embedding model, one of the tiny one.
    """
    place = tmp_path_factory.mktemp("three") / "documents"
    write_three(place)
    for path in place.iterdir():
        os.utime(path, (LONG_AGO, LONG_AGO))  # what changed in this second would be read again
    for model in ({}, {"embedder": str(tiny_model(exports))}):
        rag.open(place, **model)
    return place


@pytest.fixture
def unread(tmp_path: Path) -> Iterator[Path]:
    """Yield a new folder with three short documents, which nothing has read yet."""
    folder = tmp_path / "documents"
    write_three(folder)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def folder(three_indexed: Path, tmp_path: Path) -> Iterator[Path]:
    """Yield a new folder with three short documents and their indexes."""
    folder = tmp_path / "documents"
    shutil.copytree(three_indexed, folder)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def writer() -> Iterator[Served]:
    """Serve an LLM that slowly writes a sentence with support in the articles and one without."""

    def script(messages: Messages) -> Reply:
        found = re.search(r"^\[(\d+)\] .*3,000 troops", messages[-1]["content"], re.MULTILINE)
        number = found[1] if found else "1"
        said = "The US has 3,000 troops in Iraq, it is generally reported [{0}]. "
        said += "The US has 7,777 troops in Iraq [{0}]."
        return Reply(said.format(number), pause=0.15)

    with serve(script) as served:
        yield served


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory, writer: Served, corpus: rag.Corpus
) -> Iterator[Site]:
    """Serve the page over the bundled articles, one that attacks it and one in Hebrew."""
    folder = tmp_path_factory.mktemp("documents")
    for path in (*BUNDLED.glob("*.txt"), BUNDLED / "aliases.yaml"):
        shutil.copy(path, folder)
    (folder / "attack.txt").write_text(
        """---\noutlet: '<a href="https://evil.example/x">Zebra News</a>'\n---\n"""
        f"{ATTACK} about zebras\n\n"
        f"The zebra Zerelda {ATTACK} was born in the Larnmouth zoo in 2019.\n"
    )
    (folder / "hebrew.txt").write_text("הגשר נפתח ביום שבת. אורכו 340 מטרים.\n", "utf-8")
    report = {"RAG_REPORT": str(ROOT / "tests" / "data" / "report.json")}
    llms = {"RAG_LLMS": f"{writer.spec},http://127.0.0.1:9/v1#gone"}
    scratch = tmp_path_factory.mktemp("scratch")
    shutil.copytree(corpus.state()["index"], scratch / "index")  # so that little is embedded
    with serve_folder(folder, scratch, **report, **llms) as site:
        yield site


@pytest.fixture(scope="session")
def opened(site: Site, corpus: rag.Corpus, tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    """Return the articles of the site, as the library sees them."""
    index = shutil.copytree(corpus.state()["index"], tmp_path_factory.mktemp("opened") / "index")
    return rag.open(site.folder, index_dir=index)
