"""The page in a real browser, served by a real process."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import BUNDLED, ROOT

import rag
from rag.packs import verify_pack

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = next(
    (p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None
)
REQUIRED = os.environ.get("FOOTNOTE_REQUIRE_BROWSER") == "1"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not REQUIRED, reason="no Chromium here; install one to run these"
    ),
]
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
ATTACK = (
    '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">'
    "${window.hacked=1} {{constructor.constructor('window.hacked=1')()}}"
)
START_SECONDS = 120  # the first sync loads the model
WAIT = 60_000  # milliseconds that the browser waits for what must come


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled articles and one that attacks the page."""
    folder = tmp_path_factory.mktemp("documents")
    for path in BUNDLED.glob("*.txt"):
        shutil.copy(path, folder)
    shutil.copy(BUNDLED / "aliases.yaml", folder)
    (folder / "attack.txt").write_text(
        f"{ATTACK} about zebras\n\n"
        f"The zebra Zerelda {ATTACK} was born in the Larnmouth zoo in 2019.\n"
    )
    return folder


@pytest.fixture(scope="module")
def url(documents: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server process over the documents."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **{"PATH": os.environ["PATH"], "HOME": str(tmp_path_factory.mktemp("home"))},
        **{"RAG_CORPUS": str(documents), "RAG_INDEX_DIR": str(tmp_path_factory.mktemp("index"))},
        **{"GRADIO_SERVER_PORT": str(port), "PYTHONPATH": str(ROOT)},
    }
    log = tmp_path_factory.mktemp("log") / "server"
    with log.open("w") as out:
        command = [sys.executable, str(ROOT / "app.py")]
        server = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    address = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(START_SECONDS * 5):
            try:
                urllib.request.urlopen(address, timeout=5).close()
                break
            except OSError:
                assert server.poll() is None, log.read_text()
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM is not None, "FOOTNOTE_REQUIRE_BROWSER is set, and there is no Chromium"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    """A fresh window on the page; afterwards it has complained of nothing and called nobody."""
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    strangers: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda r: None if _is_ours(r.url, url) else strangers.append(r.url))
    page.goto(url)
    page.get_by_label("Question").wait_for(timeout=WAIT)
    yield page
    assert not complaints
    assert not strangers
    context.close()


def _is_ours(address: str, url: str) -> bool:
    return address.startswith((url, "data:", "blob:"))


def ask(page: Page, question: str) -> None:
    page.get_by_label("Question").fill(question)
    page.get_by_label("Question").press("Enter")


def test_each_citation_opens_its_words(page: Page, documents: Path, tmp_path: Path) -> None:
    """Following a citation shows the article with exactly the cited words highlighted."""
    question = "Is the US presence about fighting ISIS?"
    expected = rag.open(documents, index_dir=tmp_path / "index").ask(question)
    assert len({citation.article_id for citation in expected.citations}) > 1
    ask(page, question)
    page.locator("#answer a.cite").first.wait_for(timeout=WAIT)
    assert page.locator("#answer a.cite").count() == len(expected.citations)
    for citation in expected.citations:
        page.locator(f'#answer a.cite[data-cite="{citation.number}"]').click()
        mark = page.locator(f"#cite-{citation.number}")
        assert mark.is_visible()
        assert mark.text_content() == citation.cited_text
        article = page.locator("#evidence .source.shown")
        assert article.count() == 1
        assert article.locator("h3").text_content() == citation.title
        assert page.locator("#answer").is_visible()
        assert page.evaluate("window.scrollY") == 0


def test_citations_can_be_followed_by_keyboard(page: Page) -> None:
    """A citation takes the focus, and Enter follows it."""
    ask(page, "How many US troops are in Iraq?")
    link = page.locator("#answer a.cite").last
    link.wait_for(timeout=WAIT)
    link.focus()
    page.keyboard.press("Enter")
    assert page.locator("#evidence mark.current").is_visible()


def test_clutter_is_shown_dimmed(page: Page) -> None:
    """Clutter stays readable in the article and looks apart from it."""
    ask(page, "How many US troops are in Iraq?")
    clutter = page.locator("#evidence .source.shown .clutter").first
    clutter.wait_for(timeout=WAIT)
    assert float(clutter.evaluate("e => getComputedStyle(e).opacity")) < 0.6


def test_abstention_shows_the_nearest_passages(page: Page) -> None:
    """Where the articles are silent, the page says so and shows what comes nearest."""
    ask(page, "Who won the 2022 football World Cup?")
    silent = page.locator("#answer .abstained")
    silent.wait_for(timeout=WAIT)
    assert "do not answer" in (silent.text_content() or "")
    assert silent.locator("li").count() == 3


@pytest.mark.parametrize("question", ["Where was the zebra Zerelda born?", ATTACK])
def test_hostile_text_is_only_text(page: Page, question: str) -> None:
    """Neither a document nor a question can run a script or load an image."""
    ask(page, question)
    page.locator("#answer .answer").wait_for(timeout=WAIT)
    if question != ATTACK:
        assert "<script>" in (page.locator("#cite-1").text_content() or "")
    page.wait_for_timeout(300)
    assert page.evaluate("window.hacked") is None
    assert page.locator("#answer img, #evidence img, #answer script, #evidence script").count() == 0


def test_a_follow_up_shows_how_it_was_understood(page: Page) -> None:
    """A follow-up is asked as a question of its own, which can be seen, edited and asked again."""
    meant = page.get_by_label("Understood as")
    ask(page, "How many US troops are in Iraq according to World at Large?")
    page.locator("#answer a.cite").first.wait_for(timeout=WAIT)
    assert not meant.is_visible()
    ask(page, "And in Syria?")
    meant.wait_for(timeout=WAIT)
    understood = meant.input_value()
    assert understood == "How many US troops are in Syria according to World at Large?"
    meant.fill("Who killed Qassem Soleimani?")
    meant.press("Enter")
    page.get_by_text("Revolutionary Guard").first.wait_for(timeout=WAIT)
    assert not meant.is_visible()
    page.get_by_role("button", name="New conversation").click()
    page.wait_for_function("document.querySelectorAll('#answer a.cite').length === 0")
    ask(page, "And in Syria?")
    page.locator("#answer .answer").wait_for(timeout=WAIT)
    assert not meant.is_visible()


def test_a_bad_question_gets_a_message(page: Page) -> None:
    """An empty question is answered by a sentence, not by a traceback."""
    ask(page, "   ")
    message = page.locator("#answer .message")
    message.wait_for(timeout=WAIT)
    assert message.text_content() == "The question is empty; ask something."


def test_windows_do_not_see_each_other(page: Page, browser: Browser, url: str) -> None:
    """An answer appears in the window that asked, and there alone."""
    other = browser.new_context().new_page()
    other.goto(url)
    other.get_by_label("Question").wait_for(timeout=WAIT)
    ask(page, "Who killed Qassem Soleimani?")
    page.locator("#answer a.cite").first.wait_for(timeout=WAIT)
    assert other.locator("#answer a.cite").count() == 0
    ask(other, "How many US troops are in Iraq?")
    other.locator("#answer a.cite").first.wait_for(timeout=WAIT)
    assert "Soleimani" in (page.locator("#answer").text_content() or "")
    assert "Soleimani" not in (other.locator("#answer").text_content() or "")
    other.context.close()


def test_where_sources_differ_is_a_table(page: Page) -> None:
    """Each value with its date and source, newest first, and a mark that leads to the quote."""
    ask(page, "How many US troops are in Iraq?")
    table = page.locator("#answer table.differences")
    table.wait_for(timeout=WAIT)
    assert "different numbers" in (table.locator("caption").text_content() or "")
    rows = [row.text_content() or "" for row in table.locator("tbody tr").all()]
    assert "3,000" in rows[0]
    assert "2500" in rows[-1]
    assert "Elijah J. Magnier" in rows[-1]
    table.locator("tbody tr").last.locator("a.quote").first.click()
    assert "2500" in (page.locator("#evidence mark.current").text_content() or "")


@pytest.mark.parametrize("kind", ["HTML", "MD", "JSON"])
def test_the_evidence_can_be_saved(page: Page, documents: Path, tmp_path: Path, kind: str) -> None:
    """What the browser saves holds against the articles."""
    ask(page, "How many US troops are in Iraq?")
    link = page.locator("#answer .downloads").get_by_text(kind, exact=True)
    link.wait_for(timeout=WAIT)
    with page.expect_download() as saved:
        link.click()
    path = tmp_path / saved.value.suggested_filename
    saved.value.save_as(path)
    corpus = rag.open(documents, index_dir=tmp_path / "index")
    assert verify_pack(corpus, path)["holds"]
