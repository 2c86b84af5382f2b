"""A browser and servers of the page that files of tests share: each takes seconds to start."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.formats.pdf_writing import lines, pdf
from tests.support.browsing import CHROMIUM, FLAGS, Site, serve_folder, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BRIDGES = {
    "a-report.txt": ("The bridge report", "Valley Times", "2024-02-10", 340),
    "letters/b.txt": ("A letter on the bridge", "Amy Lund", "2021-05-01", 350),
    "letters/old/c.txt": ("Ébauche of the bridge", "Port Gazette", "2022-03", 360),
}
OPENED = "Mayor Ana Kovic opened the Sella bridge on Saturday.\n"
FIRST = ["The Larnmouth council met in May.", "It spoke of roads."]
SECOND = ["The Arnow tunnel is 90 metres long.", "It was opened by the council."]


_opened = ExitStack()  # what closes the browser
_browsers: list[Browser] = []  # the one that runs, if any


@pytest.fixture
def browser() -> Browser:
    """Start Chromium; tests that need it are skipped where there is none, unless it is required."""
    assert CHROMIUM is not None, "FOOTNOTE_REQUIRE_BROWSER is set, and there is no Chromium"
    from playwright.sync_api import sync_playwright

    if not _browsers:
        playwright = _opened.enter_context(sync_playwright())
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        _opened.callback(started.close)
        _browsers.append(started)
    return _browsers[0]


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Close the browser behind the last test in a row that has it.

    While it runs, no test of the thread can run an event loop.
    """
    if nextitem is None or nextitem.get_closest_marker("browser") is None:
        _browsers.clear()
        _opened.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """Open a window on the page; check that it logged no error and called no other host."""
    with window(browser, site.url) as page:
        yield page


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A page over three texts and a PDF of two pages in folders, and a file that is no PDF.

    A test that adds a document removes it again.
    """
    root = tmp_path_factory.mktemp("shelf")
    for path, (title, outlet, date, length) in BRIDGES.items():
        place = root / "documents" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        head = f"---\ntitle: {title}\noutlet: {outlet}\npublished: {date}\n---\n"
        more = OPENED if path == "a-report.txt" else ""
        place.write_text(f"{head}The Sella bridge is {length} metres long. {more}")
    (root / "documents" / "torn.pdf").write_bytes(b"%PDF-1.7\ntorn")
    (root / "documents" / "papers").mkdir()
    paper = pdf(lines(72, 100, FIRST), lines(72, 100, SECOND))
    (root / "documents" / "papers" / "tunnel.pdf").write_bytes(paper)
    with serve_folder(root / "documents", root / "scratch") as site:
        yield site


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Site]:
    """A page over a folder in which there is nothing yet."""
    folder = tmp_path / "documents"
    folder.mkdir()
    with serve_folder(folder, tmp_path / "scratch") as site:
        yield site
