"""How soon the page is there and shows a first sentence, as ratios to a bare Gradio page."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from evals.serving import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "How many US troops are in Iraq?"
ROUNDS = 7  # windows opened on each page, in turn
WAIT = 60_000  # milliseconds
SETTLE = 1_500  # milliseconds until what comes after the box is there too
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
# A page with one box and one answer, which comes at once.
BARE = """
import gradio
with gradio.Blocks(analytics_enabled=False) as page:
    box = gradio.Textbox(label="Question")
    shown = gradio.HTML(elem_id="answer")
    box.submit(lambda text: "<p class='statement'>" + text + "</p>", box, shown)
page.launch(quiet=True)
"""
# Milliseconds until there is a sentence, counted in the page from when Enter goes down.
TIMED = """
() => new Promise(done => {
  const began = performance.now();
  const seen = () => document.querySelector('#answer .statement');
  new MutationObserver((_, watch) => {
    if (!seen()) return;
    watch.disconnect();
    done(performance.now() - began);
  }).observe(document.body, {childList: true, subtree: true});
})
"""


class Seen(NamedTuple):
    """Milliseconds until a window painted, could be typed in, and showed a first sentence."""

    paint: float
    ready: float
    sentence: float


def run(data: Path | None) -> int:
    """Print the medians on our page over those on a bare one; return 2 without a browser."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        print("evals: this needs a Chromium; install one.", file=sys.stderr)
        return 2
    from playwright.sync_api import sync_playwright

    folder = str(data or ROOT / "corpus")
    with (
        tempfile.TemporaryDirectory() as index,
        served(["app.py"], {"RAG_CORPUS": folder, "RAG_INDEX_DIR": index}) as ours,
        served(["-c", BARE], {}) as bare,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        _look(browser, ours.url)  # the first question loads what a server loads once
        rounds = [(_look(browser, ours.url), _look(browser, bare.url)) for _ in range(ROUNDS)]
        browser.close()
    print("| our page / a bare Gradio page | ratio |\n|---|---|")
    for place, what in enumerate(("first paint", "question box there", "Enter to first sentence")):
        mine, its = (median(pair[side][place] for pair in rounds) for side in (0, 1))
        print(f"| {what} | {mine / its:.2f} |")
    return 0


def _look(browser: Browser, url: str) -> Seen:
    """Open a fresh window and ask one question."""
    context = browser.new_context()
    page = context.new_page()
    began = time.perf_counter()
    page.goto(url)
    box = page.get_by_label("Question")
    box.wait_for(timeout=WAIT)
    ready = (time.perf_counter() - began) * 1_000
    page.wait_for_timeout(SETTLE)
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    box.fill(QUESTION)
    page.evaluate(f"() => {{ window.answered = ({TIMED.strip()})(); }}")
    box.press("Enter")
    sentence = page.evaluate("window.answered")
    context.close()
    return Seen(paint, ready, sentence)
