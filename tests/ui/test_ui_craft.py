"""How the page feels: keys, light and dark, narrow windows, reading from right to left, reloads."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.browsing import (
    IN_PANE,
    NEEDS_BROWSER,
    TROOPS,
    WAIT,
    Site,
    answered,
    ask,
    choose_llm,
    go_to,
    leaving,
    settle,
    window,
)
from tests.support.fake_llm import Served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = NEEDS_BROWSER

NARROW: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
STEADY = 0.1  # cumulative layout shift up to which a page feels steady (web.dev, "CLS")
# Notes layout shifts, and for each sentence of an answer the heights at which it stood.
WATCH = """() => {
  window.shift = 0;
  window.places = [];
  new PerformanceObserver(list => list.getEntries().forEach(entry => {
    if (!entry.hadRecentInput) window.shift += entry.value;
  })).observe({type: "layout-shift", buffered: false});
  new MutationObserver(() => {
    document.querySelectorAll("#answer .statement").forEach((statement, at) => {
      const heights = (window.places[at] ??= []);
      const height = Math.round(statement.getBoundingClientRect().y);
      if (!heights.includes(height)) heights.push(height);
    });
  }).observe(document.querySelector("#answer"), {childList: true, subtree: true});
}"""
# Where the screenshots of the README are written, if anywhere.
SCREENSHOTS = os.environ.get("FOOTNOTE_SCREENSHOTS")
VIEWS = {"Ask": "#answer [data-copy]", "Check": "#checked .claims", "Timeline": "#events ol"}
SHEETS = {"Settings": "#sent-to p", "About this collection": "#report summary"}


def open_all(page: Page) -> None:
    """Something to be seen in each view."""
    answered(page, TROOPS)
    page.locator("#answer a.cite").nth(1).click()
    middle(page)
    page.locator("#answer a.cite").first.hover()
    go_to(page, "Timeline")
    page.locator("#timeline-plot .point").first.wait_for(timeout=WAIT)
    page.locator("#events a.open").first.click()
    page.locator("#evidence [data-place] mark.current").wait_for(timeout=WAIT)
    middle(page)
    go_to(page, "Check")
    page.get_by_label("Text to check").fill("The US has 900 troops in Iraq. Penguins knit.")
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator("#checked .claims").wait_for(timeout=WAIT)


def middle(page: Page) -> None:
    """Show the conversation, where a narrow window shows one pane alone."""
    choice = page.locator("#panes [data-pane=middle]")
    if choice.is_visible():
        choice.click()


@pytest.mark.parametrize(
    ("shape", "scheme"),
    [
        (WIDE, "light"),
        pytest.param(WIDE, "dark", marks=pytest.mark.campaign),
        pytest.param(NARROW, "light", marks=pytest.mark.campaign),
    ],
    ids=str,
)
def test_no_serious_barrier_in_any_view(
    browser: Browser, site: Site, shape: dict[str, Any], scheme: str
) -> None:
    """axe-core (Deque, MPL-2.0) finds nothing serious or critical, whatever is open."""
    from axe_playwright_python.sync_playwright import Axe

    with window(browser, site.url, color_scheme=scheme, **shape) as page:
        settle(page)
        found = {"the empty page": _barriers(Axe().run(page).response)}
        open_all(page)
        for view, there in VIEWS.items():
            go_to(page, view)
            page.locator(there).first.wait_for(timeout=WAIT)
            found[view] = _barriers(Axe().run(page).response)
        for sheet, there in SHEETS.items():
            page.get_by_role("button", name=sheet).click()
            page.locator(there).first.wait_for(timeout=WAIT)
            found[sheet] = _barriers(Axe().run(page).response)
            page.keyboard.press("Escape")
    assert not {where: barriers for where, barriers in found.items() if barriers}


def _barriers(response: dict[str, Any]) -> list[str]:
    return [
        f"{violation['id']}: {node['html']}"
        for violation in response["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def test_the_keyboard_alone_suffices(page: Page) -> None:
    """The question has the focus; Tab, arrows, Enter and Esc lead to the words and back."""
    page.wait_for_function("document.activeElement.matches('#asking textarea')")
    page.keyboard.type(TROOPS)
    page.keyboard.press("Enter")
    page.locator("#answer [data-copy]").wait_for(timeout=WAIT)
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('#answer a[data-cite]')"):
            break
    for _ in range(30):
        page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.dataset.cite") == "1"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.cite") == "2"
    assert page.locator("#hint").is_visible()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('#evidence mark#cite-2.current')")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.cite") == "2"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.dataset.cite") == "1"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.matches('#asking textarea')")
    page.keyboard.press("Alt+ArrowDown")
    assert page.evaluate("document.activeElement.matches('#evidence mark#cite-3.current')")
    page.keyboard.press("Alt+ArrowUp")
    assert page.evaluate("document.activeElement.matches('#evidence mark#cite-2.current')")
    page.locator("#documents a.open").first.focus()
    page.keyboard.press("Enter")
    page.locator("#evidence [data-place]").wait_for(timeout=WAIT)
    page.get_by_role("tab", name="Ask").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_label("Text to check").wait_for(timeout=WAIT)


@pytest.mark.campaign
def test_nothing_jumps_while_an_answer_streams_in(page: Page, writer: Served) -> None:
    """What is there stays where it is while sentences come and the answer is finished."""
    choose_llm(page, writer.spec)
    go_to(page, "Ask")
    page.evaluate(WATCH)
    ask(page, TROOPS)
    page.locator("#answer [data-copy]").wait_for(timeout=WAIT)
    places = page.evaluate("window.places")
    assert len(places) == 2
    assert all(len(heights) == 1 for heights in places), places
    assert page.evaluate("window.shift") < STEADY


@pytest.mark.campaign
def test_a_new_question_comes_into_view(page: Page) -> None:
    """After a long answer the next question stands at the top, and its answer below it."""
    answered(page, TROOPS)
    answered(page, "Who killed Qassem Soleimani?")
    turns = page.locator("#turns").bounding_box()
    asked = page.locator("#answer .asked").bounding_box()
    assert turns is not None
    assert asked is not None
    assert turns["y"] - 1 <= asked["y"] <= turns["y"] + 40


@pytest.mark.campaign
def test_it_fits_a_narrow_window(browser: Browser, site: Site) -> None:
    """At 390 pixels nothing is cut off sideways, and a citation leads to its words and back."""
    with window(browser, site.url, **NARROW) as page:
        open_all(page)
        for view in VIEWS:
            go_to(page, view)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
        go_to(page, "Ask")
        link = page.locator("#answer a.cite").nth(1)
        link.click()
        page.locator("#evidence mark#cite-2.current").wait_for(timeout=WAIT)
        assert page.locator("#evidence mark.current").evaluate(IN_PANE)
        assert not page.get_by_label("Question").is_visible()
        page.get_by_role("button", name="Back").click()
        assert link.evaluate(IN_PANE)
        page.locator("#panes [data-pane=sources]").click()
        link = page.locator("#documents a.open").first
        for _ in range(2):
            link.click()
            page.locator("#evidence [data-place] h3").wait_for(timeout=WAIT)
            page.locator("#evidence").get_by_role("button", name="Back").click()
            assert link.is_visible()
        bar = page.locator("#panes").bounding_box()
        assert bar is not None
        assert bar["y"] + bar["height"] == 844


@pytest.mark.campaign
def test_back_leaves_a_pane_and_not_the_page(browser: Browser, site: Site) -> None:
    """On a phone, Back goes from a document to the list, from there to the conversation."""
    with window(browser, site.url, **NARROW) as page:
        answered(page, TROOPS)
        address = page.url
        page.locator("#panes [data-pane=sources]").click()
        page.locator("#documents a.open").first.click()
        page.locator("#evidence [data-place]").wait_for(timeout=WAIT)
        for shown in ("#documents", "#answer .turn"):
            page.go_back()
            page.locator(shown).first.wait_for(timeout=WAIT)
        page.get_by_role("button", name="Settings").click()
        page.locator("#settings .close").wait_for(timeout=WAIT)
        page.go_back()
        page.locator("#settings").wait_for(state="hidden", timeout=WAIT)
        assert page.locator("#answer .turn").is_visible()
        assert page.url == address


@pytest.mark.campaign
def test_what_is_written_from_right_to_left_is_shown_so(page: Page) -> None:
    """Hebrew runs from the right in the list and in the article, beside English from the left."""
    page.locator("#documents li[data-path='hebrew.txt'] a.open").click()
    body = page.locator("#evidence [data-place] .body")
    body.wait_for(timeout=WAIT)
    assert body.locator("p").last.evaluate("e => getComputedStyle(e).direction") == "rtl"
    answered(page, "אורכו של הגשר?")
    direction = "e => getComputedStyle(e).direction"
    assert page.locator("#answer .asked").evaluate(direction) == "rtl"
    answered(page, TROOPS)
    assert page.locator("#answer .statement").first.evaluate(direction) == "ltr"


@pytest.mark.campaign
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_scroll_bars_are_in_keeping(browser: Browser, site: Site, scheme: str) -> None:
    """They are as light or dark as the page, and none is sideways in the left pane.

    The words of a button can be read on its colour with the mouse on it, too.
    """
    sideways = """() => [...document.querySelectorAll("#sources-pane, #sources-pane *")]
      .filter((each) => ["auto", "scroll"].includes(getComputedStyle(each).overflowX)
        && each.clientWidth && each.scrollWidth > each.clientWidth).map((each) => each.id)"""
    with window(browser, site.url, color_scheme=scheme) as page:
        settle(page)
        page.locator("#adding-path").wait_for(timeout=WAIT)
        assert page.evaluate("getComputedStyle(document.body).colorScheme") == scheme
        assert page.evaluate(sideways) == []
        send = page.locator("#send")
        send.hover()
        send.evaluate("e => Promise.all(e.getAnimations().map((each) => each.finished))")
        on_accent = {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 35, 60)"}[scheme]
        assert send.evaluate("e => getComputedStyle(e).color") == on_accent


@pytest.mark.campaign
def test_settings_survive_a_reload(browser: Browser, site: Site, writer: Served) -> None:
    """Filters, who answers, and light or dark are as they were; another browser has its own."""
    with window(browser, site.url, color_scheme="light") as page:
        page.get_by_role("button", name="Settings").click()
        page.get_by_label("Dark").check()
        page.keyboard.press("Escape")
        page.get_by_text("Filters").click()
        page.get_by_label("Since").fill("2023")
        page.get_by_label("Publisher").click()
        page.get_by_role("option", name="ISWNews").click()
        choose_llm(page, writer.spec)
        page.locator("#answerer").get_by_text("on this machine").wait_for(timeout=WAIT)
        settle(page)
        with leaving(page):
            page.reload()
        page.locator("#answerer").get_by_text(writer.spec).wait_for(timeout=WAIT)
        assert page.evaluate("document.body.classList.contains('dark')")
        page.get_by_text("Filters").click()
        assert page.get_by_label("Since").input_value() == "2023"
        assert page.locator("#filters").get_by_text("ISWNews").is_visible()
        with window(browser, site.url, color_scheme="light") as other:
            other.get_by_text("Filters").click()
            assert other.get_by_label("Since").input_value() == ""
            assert not other.evaluate("document.body.classList.contains('dark')")


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("light", {**WIDE, "color_scheme": "light"}),
        ("dark", {**WIDE, "color_scheme": "dark"}),
        ("narrow", {**NARROW, "color_scheme": "light"}),
    ],
)
def test_it_looks_as_in_the_readme(
    browser: Browser, site: Site, tmp_path: Path, name: str, options: dict[str, Any]
) -> None:
    """Take the README's screenshots; light is light and dark is dark."""
    folder = Path(SCREENSHOTS) if SCREENSHOTS else tmp_path
    with window(browser, site.url, **options) as page:
        answered(page, TROOPS)
        if name != "narrow":
            page.locator("#answer a.cite").first.click()
        page.locator("#answer a.cite").nth(1).hover()
        page.wait_for_timeout(300)
        page.screenshot(path=folder / f"{name}.png")
        shown = page.evaluate("getComputedStyle(document.body).backgroundColor")
        red = int(shown.removeprefix("rgb(").split(",")[0])
        assert red < 60 if name == "dark" else red > 200
