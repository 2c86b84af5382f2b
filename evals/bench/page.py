"""How soon the page is there, and how smooth, beside a bare Gradio page served in the same run."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import rag
from evals.report import table
from evals.serving import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DOCUMENTS = 200  # of the folder that is made
TURNS = 100  # of the conversation that is scrolled
ROUNDS = 7  # windows opened on each page, in turn
WAIT = 60_000  # milliseconds
SETTLE = 1_500  # milliseconds until what comes after the box is there too
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
TOWNS = ("Larnmouth", "Kestwick", "Abbotsea", "Dunmere", "Wrenfield")
WORKS = ("harbour", "library", "bridge", "school", "market hall", "tram depot", "museum", "mill")
# A page with one box and one answer, which comes at once.
BARE = """
import gradio
with gradio.Blocks(analytics_enabled=False) as page:
    box = gradio.Textbox(label="Question")
    shown = gradio.HTML(elem_id="answer")
    box.submit(lambda text: "<p class='statement'>" + text + "</p>", box, shown)
page.launch(quiet=True)
"""
# Before anything else in a window: notes when the box and the list came, and all that shifted.
WATCHED = """
(() => {
  const seen = (window.seen = { shift: 0 });
  const look = () => {
    if (!seen.box && document.querySelector("textarea")) seen.box = performance.now();
    const rows = document.querySelectorAll("#documents li[data-id]").length;
    if (!seen.listed && rows >= DOCUMENTS) seen.listed = performance.now();
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) seen.shift += one.value;
  }).observe({ type: "layout-shift", buffered: true });
})();
""".replace("DOCUMENTS", str(DOCUMENTS))
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
# Frames a second of each second in which the conversation is scrolled from its end to its top.
SCROLLED = """
(seconds) => new Promise(done => {
  const turns = document.querySelector("#turns");
  const whole = turns.scrollHeight - turns.clientHeight;
  const [counts, began] = [Array(seconds).fill(0), performance.now()];
  const frame = () => {
    const gone = (performance.now() - began) / 1_000;
    if (gone >= seconds) return done({ counts, whole });
    counts[Math.floor(gone)] += 1;
    turns.scrollTop = whole * (1 - gone / seconds);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})
"""
SCROLL_SECONDS = 5
LEAST_SCROLLED = 10_000  # pixels; less is no conversation of a hundred turns


class Seen(NamedTuple):
    """What one window showed: milliseconds until each came, and how much shifted."""

    paint: float
    ready: float
    sentence: float
    listed: float
    shift: float


def run(data: Path | None) -> int:
    """Print the medians of some windows, with what is aimed at; return 2 without a browser.

    Args:
        data: a folder of 200 documents or more; None makes one.
    """
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        print("evals: this needs a Chromium; install one.", file=sys.stderr)
        return 2
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as scratch:
        folder = data or _make_documents(Path(scratch) / "town papers")
        index = Path(scratch) / "index"
        question = _keep_conversation(folder, index)
        ours_settings = {"RAG_CORPUS": str(folder), "RAG_INDEX_DIR": str(index)}
        with (
            served(["app.py"], ours_settings | {"RAG_HISTORY": "on"}) as ours,
            served(["-c", BARE], {}) as bare,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
            _look(browser, ours.url, question)  # loads what a server loads once
            rounds = [
                (_look(browser, ours.url, question), _look(browser, bare.url, question))
                for _ in range(ROUNDS)
            ]
            frames = _scroll(browser, ours.url)
            browser.close()
    print("\n".join(table(_rows(rounds, frames))))
    return 0


def _rows(rounds: Sequence[tuple[Seen, Seen]], frames: Sequence[int]) -> list[list[str]]:
    """Return the figures as rows of a table."""
    mine = Seen(*(median(values) for values in zip(*(one for one, _ in rounds), strict=True)))
    its = Seen(*(median(values) for values in zip(*(one for _, one in rounds), strict=True)))
    beside = "our page / a bare Gradio page"
    return [
        ["what", "figure", "aim"],
        [f"first paint, {beside}", f"{mine.paint / its.paint:.2f}", "at most 1.20"],
        [f"question box there, {beside}", f"{mine.ready / its.ready:.2f}", ""],
        [f"Enter to first sentence, {beside}", f"{mine.sentence / its.sentence:.2f}", ""],
        [f"{DOCUMENTS} documents listed after the box, ms", f"{mine.listed:.0f}", "at most 300"],
        ["layout shift while the page loads", f"{mine.shift:.3f}", "at most 0.020"],
        [f"frames a second, {TURNS} turns, median", f"{median(frames):.0f}", ""],
        [f"frames a second, {TURNS} turns, least", f"{min(frames)}", "at least 50"],
    ]


def _make_documents(folder: Path) -> Path:
    """Write short reports of works in some towns, each with a date and an outlet."""
    for number in range(DOCUMENTS):
        town, work = TOWNS[number % len(TOWNS)], WORKS[number % len(WORKS)]
        year, month = 2001 + number % 24, 1 + number % 12
        place = folder / town
        place.mkdir(parents=True, exist_ok=True)
        (place / f"report {number + 1}.txt").write_text(
            f"---\ntitle: The {work} of {town}, report {number + 1}\n"
            f"outlet: {town} Courier\npublished: {year}-{month:02}-05\n---\n"
            f"The {work} of {town} was repaired in {year}. The work cost {number + 11} thousand "
            f"crowns and took {number + 3} days. {number + 5} people worked on the {work}.\n",
            "utf-8",
        )
    return folder


def _keep_conversation(folder: Path, index: Path) -> str:
    """Index the documents, and keep a conversation about them; return its question."""
    corpus = rag.open(folder, index_dir=index)
    question = f"What did the {WORKS[0]} of {TOWNS[0]} cost?"
    asked = [question, *(f"When was the {work} of {TOWNS[1]} repaired?" for work in WORKS)]
    answers = [corpus.ask(one) for one in asked]
    kept, conversation = rag.Conversations(corpus), None
    for turn in range(TURNS):
        conversation = kept.add(answers[turn % len(answers)], conversation=conversation)
    return question


def _open(browser: Browser, url: str) -> Page:
    page = browser.new_context().new_page()
    page.add_init_script(WATCHED)
    page.goto(url)
    page.get_by_label("Question", exact=True).wait_for(timeout=WAIT)
    return page


def _look(browser: Browser, url: str, question: str) -> Seen:
    """Open a fresh window and ask one question."""
    began = time.perf_counter()
    page = _open(browser, url)
    ready = (time.perf_counter() - began) * 1_000
    page.wait_for_timeout(SETTLE)
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    seen = page.evaluate("window.seen")
    listed = seen.get("listed", seen["box"]) - seen["box"]
    box = page.get_by_label("Question", exact=True)
    box.fill(question)
    page.evaluate(f"() => {{ window.answered = ({TIMED.strip()})(); }}")
    box.press("Enter")
    sentence = page.evaluate("window.answered")
    page.context.close()
    return Seen(paint, ready, sentence, listed, seen["shift"])


def _scroll(browser: Browser, url: str) -> list[int]:
    """Return the frames of each second in which the kept conversation is scrolled.

    Raises:
        OSError: the page does not show the whole conversation.
    """
    page = _open(browser, url)
    page.locator('.shelves [data-shelf="conversations"]').click(timeout=WAIT)
    page.locator('#history-list [data-do="open"]').last.click(timeout=WAIT)
    page.locator("#answer .turn .tools").wait_for(timeout=WAIT)
    page.wait_for_timeout(SETTLE)
    shown = page.locator("#turns .turn").count()
    found = page.evaluate(SCROLLED, SCROLL_SECONDS)
    page.context.close()
    if shown < TURNS or found["whole"] < LEAST_SCROLLED:
        raise OSError(f"of {TURNS} turns {shown} are shown, over {found['whole']} pixels.")
    return [int(count) for count in found["counts"]]
