"""A server process for the page and windows of a real browser on it, for the tests of the page."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary, WeakSet

import pytest

from tests.support.places import PYTHONPATH, ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = next(
    (p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None
)
REQUIRED = os.environ.get("FOOTNOTE_REQUIRE_BROWSER") == "1"
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
START_SECONDS = 120  # the first sync loads the model
TRIES = 20  # at what a page that is still loading takes back
LEFT = "AbortError: signal is aborted"  # what Gradio's script says of a request left with its page
BROKEN = "Unexpected error Connection errored out"  # likewise, of a stream of answers
WAIT = 60_000  # milliseconds that the browser waits for what must come
NEEDS_BROWSER = [
    pytest.mark.browser,
    pytest.mark.timeout(60),  # a browser loads the page, on a busy machine too
    pytest.mark.skipif(
        CHROMIUM is None and not REQUIRED, reason="no Chromium here; install one to run these"
    ),
]
TROOPS = "How many US troops are in Iraq?"
# Whether all of an element, or its beginning where it is long, is within the pane it stands in.
IN_PANE = """e => {
  const at = e.getBoundingClientRect();
  const pane = e.closest(".block.pane, #turns").getBoundingClientRect();
  const bottom = Math.min(pane.bottom, innerHeight);
  const end = Math.min(at.bottom, at.top + pane.height / 2);
  return at.height > 0 && at.top >= pane.top && end <= bottom;
}"""


# Windows that are open and not in use, by browser, and by site and options.
_FREE: WeakKeyDictionary[Browser, dict[str, list[Page]]] = WeakKeyDictionary()
# Windows that are being left for another address.
_LEAVING: WeakSet[Page] = WeakSet()


class Site(NamedTuple):
    """Where the page is served, and the folder that it answers from."""

    url: str
    folder: Path


@contextmanager
def serve_folder(
    folder: Path, scratch: Path, *, host: str | None = None, **settings: str
) -> Iterator[Site]:
    """Serve the page over a folder by a process of its own, as ``make app`` does.

    Args:
        folder: of documents.
        scratch: a folder for its index, home and log.
        host: the address to listen on; then by ``rag serve``.
        settings: further variables of its environment.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (scratch / "home").mkdir(parents=True)
    environment = {
        **{"PATH": os.environ["PATH"], "HOME": str(scratch / "home"), "PYTHONPATH": PYTHONPATH},
        **{"RAG_CORPUS": str(folder), "RAG_INDEX_DIR": str(scratch / "index")},
        **{"RAG_CACHE_DIR": os.environ["RAG_CACHE_DIR"]},  # where the exported model is
        **{"GRADIO_SERVER_PORT": str(port), "GRADIO_TEMP_DIR": str(scratch / "uploads")},
        **settings,
    }
    log = scratch / "log"
    with log.open("w") as out:
        command = [sys.executable, str(ROOT / "app.py")]
        if host is not None:
            command = [sys.executable, "-m", "rag", "serve", "--host", host]
        server = subprocess.Popen(
            command, env=environment, cwd=scratch / "home", stdout=out, stderr=out
        )
    url = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(START_SECONDS * 5):
            try:
                urllib.request.urlopen(url, timeout=5).close()
                break
            except urllib.error.HTTPError:
                break  # it is there, and wants the password
            except OSError:
                assert server.poll() is None, log.read_text()
                time.sleep(0.2)
        yield Site(url, folder)
        for complaint in ("a callback of the page failed", "Exception in ASGI application"):
            assert complaint not in log.read_text(), log.read_text()
        assert TROOPS not in log.read_text(), "a question stands in the log"
    finally:
        server.terminate()
        server.wait(timeout=30)


@contextmanager
def window(
    browser: Browser, url: str, password: str | None = None, **options: Any
) -> Iterator[Page]:
    """Open a window on a page; check that it logged no error and called no other host.

    It has nothing of windows before it, though it may be one of them: a new one costs as much as
    all that most tests do in it.
    """
    free = _FREE.setdefault(browser, {}).setdefault(f"{urlsplit(url).netloc} {options}", [])
    page = free.pop() if free else browser.new_context(**options).new_page()
    complaints: list[str] = []
    strangers: list[str] = []

    def complain(said: str) -> None:
        left = (LEFT, BROKEN) if page in _LEAVING else LEFT
        if not said.startswith(left):
            complaints.append(said)

    listeners: dict[Any, Callable[[Any], None]] = {
        "console": lambda m: complain(m.text) if m.type == "error" else None,
        "pageerror": lambda error: complain(str(error)),
        "request": lambda r: None if _is_ours(r.url, url) else strangers.append(r.url),
    }
    for event, listener in listeners.items():
        page.on(event, listener)
    try:
        page.goto(url)
        if password is not None:
            page.get_by_label("Password").fill(password)
            page.get_by_role("button", name="Log in").click()
        page.get_by_label("Question").wait_for(timeout=WAIT)
        yield page
        assert not complaints, complaints
        assert not strangers, strangers
    except BaseException:
        page.context.close()
        raise
    for event, listener in listeners.items():
        page.remove_listener(event, listener)
    _forget(page)
    free.append(page)


def _forget(page: Page) -> None:
    """Leave a site for its style sheet, which runs nothing, and keep nothing of it."""
    page.goto(page.evaluate("location.origin + '/theme.css'"))  # so its process can be used again
    page.context.clear_cookies()
    origin = page.evaluate("sessionStorage.clear(), location.origin")
    everything = {"origin": origin, "storageTypes": "all"}
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", everything)


def _is_ours(address: str, url: str) -> bool:
    return address.startswith((url.split("?")[0], "data:", "blob:"))


@contextmanager
def leaving(page: Page) -> Iterator[None]:
    """Go to another address with a window: requests that are left open are no errors meanwhile.

    How long they take depends on the machine, and no event of the browser tells reliably that a
    stream of answers has ended.
    """
    _LEAVING.add(page)
    try:
        yield
        page.get_by_label("Question").wait_for(timeout=WAIT)
    finally:
        _LEAVING.discard(page)


def settle(page: Page) -> None:
    """Wait until a window has loaded its own content; leaving earlier aborts its requests."""
    page.locator("#welcome [data-ready]").wait_for(state="attached", timeout=WAIT)
    page.wait_for_timeout(500)


def choose_llm(page: Page, name: str) -> None:
    """Select who answers, once the page has restored its own choice, which would undo another."""
    settle(page)
    page.get_by_role("button", name="Settings").click()
    choice = page.get_by_label(name)
    for _ in range(TRIES):
        choice.click()
        page.wait_for_timeout(300)
        if choice.is_checked():
            page.keyboard.press("Escape")
            return
    raise AssertionError(f"{name} cannot be chosen")


def ask(page: Page, question: str) -> None:
    """Type a question and send it, without waiting."""
    box = page.get_by_label("Question", exact=True)
    box.fill(question)
    box.press("Enter")


def answered(page: Page, question: str, turn: int | None = None) -> None:
    """Ask a question and wait until the answer is complete.

    Args:
        page: the window.
        question: to be asked.
        turn: the place that it takes, where it does not stand behind the others.
    """
    if turn is None:
        turn = page.locator("#turns .turn .tools").count()
    ask(page, question)
    heading = page.locator("h2").get_by_text(" ".join(question.split()), exact=True)
    turns = page.locator(f'#answer .turn[data-turn="{turn}"]:not([aria-busy])')
    turns.filter(has=heading).locator(".tools").wait_for(timeout=WAIT)  # not what it takes over


def see_suggestions(page: Page) -> None:
    """Open the page until it suggests questions, which it looks for beside all other work."""
    for _ in range(TRIES):
        settle(page)
        if page.locator("#welcome .example").count():
            return
        with leaving(page):
            page.reload()
    raise AssertionError("no question is suggested")


def open_shelf(page: Page, name: str) -> None:
    """Show a list of the left pane: documents, conversations or the notebook."""
    page.locator(".shelves").get_by_role("button", name=name).click()


def go_to(page: Page, tab: str) -> None:
    """Open a view of the middle pane."""
    page.get_by_role("tab", name=tab, exact=True).click()
