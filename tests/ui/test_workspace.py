"""The page as a workspace: three panes on one screen, and what a first look shows."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.support.browsing import (
    NEEDS_BROWSER,
    TROOPS,
    WAIT,
    Site,
    answered,
    leaving,
    see_suggestions,
    settle,
    window,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = NEEDS_BROWSER

PANES = ("#sources-pane", "#middle", "#evidence-pane")
STEADY = 0.1  # cumulative layout shift up to which a page feels steady (web.dev, "CLS")
SMALL = ("Delete conversation", "Pin")  # seldom used, and small on a desk's screen
LEAST_PADDING, LEAST_TARGET = 4, 36  # pixels of a button; those that matter most have 44
PADDING = (
    "e => Math.min(...['Left', 'Right'].map(s => parseFloat(getComputedStyle(e)['padding' + s])))"
)
SHIFT = """() => {
  window.shift = 0;
  new PerformanceObserver(list => list.getEntries().forEach(entry => {
    if (!entry.hadRecentInput) window.shift += entry.value;
  })).observe({type: "layout-shift", buffered: true});
}"""


def box(page: Page, selector: str) -> dict[str, float]:
    """Where an element is."""
    found = page.locator(selector).bounding_box()
    assert found is not None
    return dict(found)


@pytest.mark.parametrize(
    "size", [(1280, 800), pytest.param((1440, 900), marks=pytest.mark.campaign)]
)
def test_three_panes_share_one_screen(browser: Browser, site: Site, size: tuple[int, int]) -> None:
    """Sources, conversation and evidence stand side by side, and the question box at the bottom.

    Before a question is asked, the screen has the name of the folder, how many documents it holds,
    and from when to when.
    """
    width, height = size
    with window(browser, site.url, viewport={"width": width, "height": height}) as page:
        page.evaluate(SHIFT)
        see_suggestions(page)
        for empty in (True, False):
            places = [box(page, pane) for pane in PANES]
            for one, other in pairwise(places):
                assert one["x"] + one["width"] <= other["x"]
            assert all(place["y"] + place["height"] <= height for place in places)
            asking = box(page, "#asking")
            assert height - 2 <= asking["y"] + asking["height"] <= height
            assert box(page, "#question")["y"] > height * 0.6
            assert page.evaluate("document.documentElement.scrollHeight") <= height
            if empty:
                said = page.locator("#welcome").text_content() or ""
                assert site.folder.name in said
                assert "7 documents, from July 2021 to July 2024" in said
                assert site.folder.name in (page.locator("#top").text_content() or "")
                answered(page, TROOPS)
        assert page.evaluate("window.shift ?? 0") < STEADY


@pytest.mark.campaign
def test_buttons_have_room(page: Page) -> None:
    """No button that is seen is pressed together, whatever Gradio's own rules say."""
    see_suggestions(page)
    answered(page, TROOPS)
    buttons = page.locator(".gradio-container button:is(.lg, .sm, .tool, .example)")
    seen = [button for button in buttons.all() if button.is_visible()]
    assert len(seen) > 8
    for button in seen:
        found = button.bounding_box()
        assert found is not None
        name = (button.text_content() or "").strip()
        assert button.evaluate(PADDING) >= LEAST_PADDING, name
        assert found["height"] >= (28 if name in SMALL else LEAST_TARGET), name


@pytest.mark.campaign
def test_a_source_is_named_once_where_it_is_cited(page: Page) -> None:
    """The chip is the citation, and names source and date; the sentence does not repeat them."""
    answered(page, TROOPS)
    first = page.locator("#answer .statement").first
    assert "World at Large, July 2024" in (first.locator("a.cite").text_content() or "")
    assert "World at Large" not in (first.locator("p").first.text_content() or "")
    assert "1 source" not in (page.locator("#answer").text_content() or "")


@pytest.mark.campaign
def test_a_question_can_be_edited(page: Page) -> None:
    """An early one begins a new conversation, and the old one is a click away; Esc changes nothing.

    Arrow up edits the last one.
    """
    answered(page, TROOPS)
    answered(page, "Who killed Qassem Soleimani?")
    question = page.get_by_label("Question")
    page.locator("#past").get_by_role("button", name="Edit").click()
    assert question.input_value() == TROOPS
    assert page.locator("#revising", has_text="goes on as a new one").is_visible()
    question.press("Escape")
    assert question.input_value() == ""
    assert not page.locator("#revising").is_visible()
    question.press("ArrowUp")
    assert question.input_value() == "Who killed Qassem Soleimani?"
    question.press("Escape")
    page.locator("#past").get_by_role("button", name="Edit").click()
    answered(page, "How many US troops are in Syria?", turn=0)
    turns = page.locator("#turns .turn h2")
    assert turns.all_text_contents() == ["How many US troops are in Syria?"]
    page.locator("#history-message", has_text=TROOPS).get_by_role("button", name="Open it").click()
    page.locator("#past .turn", has_text=TROOPS).wait_for(timeout=WAIT)
    assert turns.all_text_contents() == [TROOPS, "Who killed Qassem Soleimani?"]


@pytest.mark.campaign
def test_widths_are_kept(browser: Browser, site: Site) -> None:
    """A bar between two panes is moved by mouse or keys, and stays there after a reload."""
    with window(browser, site.url, viewport={"width": 1440, "height": 900}) as page:
        settle(page)
        before = box(page, "#sources-pane")["width"]
        bar = page.locator(".divider[data-side=left]")
        bar.focus()
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        assert box(page, "#sources-pane")["width"] == before + 48
        page.mouse.move(before + 48, 500)
        page.mouse.down()
        page.mouse.move(before + 88, 500)
        page.mouse.up()
        wider = box(page, "#sources-pane")["width"]
        assert wider == pytest.approx(before + 88, abs=2)
        with leaving(page):
            page.reload()
        page.wait_for_function("document.querySelector('#desk').style.length > 0")
        assert box(page, "#sources-pane")["width"] == pytest.approx(wider, abs=2)
