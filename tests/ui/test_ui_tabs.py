"""The views besides Ask: timeline, check, settings, the collection; and an LLM that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import rag
from tests.support.browsing import (
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
from tests.support.fake_llm import Served, serve
from tests.support.places import BUNDLED

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = NEEDS_BROWSER


# The labels of the plot that overlap another or stand out at its sides.
OVERLAPS = """() => {
  const labels = [...document.querySelectorAll("#timeline-plot svg text")]
    .map(text => ({ said: text.textContent, at: text.getBoundingClientRect() }))
    .filter(label => label.said.trim() && label.at.width);
  const plot = document.querySelector("#timeline-plot").getBoundingClientRect();
  const out = ({ at }) => at.left < plot.left - 1 || at.right > plot.right + 1;
  const found = labels.filter(out).map(label => label.said);
  labels.forEach((one, place) => labels.slice(place + 1).forEach(other => {
    const across = Math.min(one.at.right, other.at.right) - Math.max(one.at.left, other.at.left);
    const down = Math.min(one.at.bottom, other.at.bottom) - Math.max(one.at.top, other.at.top);
    if (across > 1 && down > 2) found.push(`${one.said} / ${other.said}`);
  }));
  return found;
}"""


# Pixels between what is chosen in a drop-down and its arrow.
ROOM_FOR_ARROW = """e => {
  const arrow = e.parentElement.querySelector("svg").getBoundingClientRect();
  const padding = parseFloat(getComputedStyle(e).paddingRight);
  return arrow.left - (e.getBoundingClientRect().right - padding);
}"""
# How many frames a field with the focus has around it.
FRAMES = """e => [e, e.closest(".wrap")]
  .filter((each) => getComputedStyle(each).outlineStyle !== "none").length"""


# Notes the classes of a statement that stood alone in a turn which was still being written.
WATCH_STATEMENTS = """() => {
  window.seenAlone = "";
  new MutationObserver(() => {
    const there = document.querySelectorAll("#answer .turn[aria-busy] .statement");
    if (there.length === 1) window.seenAlone += ` ${there[0].className}`;
  }).observe(document.querySelector("#answer"), {childList: true, subtree: true});
}"""


def choose(page: Page, name: str) -> None:
    """Have someone else answer, and come back to asking."""
    choose_llm(page, name)
    go_to(page, "Ask")


def test_sentences_of_an_llm_stream_in(page: Page, writer: Served) -> None:
    """The first sentence is there, and checked, while the second is still being written."""
    choose(page, writer.spec)
    page.evaluate(WATCH_STATEMENTS)
    ask(page, TROOPS)
    page.locator("#answer .turn:not([aria-busy]) .statement").nth(1).wait_for(timeout=WAIT)
    assert page.locator("#answer .statement").count() == 2
    assert "supported" in page.evaluate("window.seenAlone")


@pytest.mark.campaign
def test_the_next_question_can_be_typed_meanwhile(page: Page, writer: Served) -> None:
    """What is typed while an answer is being made is still there when it is done."""
    choose(page, writer.spec)
    ask(page, TROOPS)
    page.locator("#answer .statement").first.wait_for(timeout=WAIT)
    page.get_by_label("Question").fill("And in Syria?")
    page.locator("#answer .tools").wait_for(timeout=WAIT)
    page.wait_for_timeout(300)
    assert page.get_by_label("Question").input_value() == "And in Syria?"


@pytest.mark.campaign
def test_what_the_words_do_not_support_is_struck_out(page: Page, writer: Served) -> None:
    """An altered number is shown as one, with the reason."""
    choose(page, writer.spec)
    answered(page, TROOPS)
    wrong = page.locator("#answer .statement.unsupported")
    assert "7,777" in (wrong.locator("s").text_content() or "")
    assert "the source says 3,000" in (wrong.locator(".reason").text_content() or "")
    right = page.locator("#answer .statement.supported")
    assert "3,000 troops" in (right.text_content() or "")
    assert right.locator("s, .reason").count() == 0


@pytest.mark.campaign
def test_an_answer_can_be_stopped(page: Page, writer: Served) -> None:
    """Esc leaves the LLM; the page says so, and answers the next question."""
    choose(page, writer.spec)
    ask(page, TROOPS)
    page.locator("#answer .statement").first.wait_for(timeout=WAIT)
    page.get_by_label("Question").press("Escape")
    page.locator("#answer .message").wait_for(timeout=WAIT)
    assert "Stopped" in (page.locator("#answer").text_content() or "")
    choose(page, "No LLM")
    answered(page, "Who killed Qassem Soleimani?")
    page.wait_for_timeout(3_000)  # what was stopped has come to its next sentence by now
    assert "Soleimani" in (page.locator("#answer").text_content() or "")
    assert page.locator("#turns .turn").count() == 1


@pytest.mark.campaign
def test_quotes_stand_in_for_an_llm_that_cannot_be_reached(page: Page) -> None:
    """The answer says that the LLM failed, and is there all the same."""
    choose(page, "http://127.0.0.1:9/v1#gone")
    answered(page, TROOPS)
    assert "cannot be reached" in (page.locator("#answer .notice").text_content() or "")
    assert page.locator("#answer a.cite").count() > 0


@pytest.mark.campaign
def test_a_link_does_not_ask_an_llm_by_itself(browser: Browser, site: Site, writer: Served) -> None:
    """Where an LLM answers, the question of a link waits in its box to be sent."""
    with window(browser, site.url) as page:
        choose(page, writer.spec)
        page.wait_for_function("Object.keys(localStorage).includes('footnote')")
        before = len(writer.requests)
        settle(page)
        with leaving(page):
            page.goto(f"{site.url}?q=How+many+US+troops+are+in+Iraq")
        question = page.get_by_label("Question")
        page.get_by_text("Press Enter to ask this").wait_for(timeout=WAIT)
        assert question.input_value() == "How many US troops are in Iraq"
        assert len(writer.requests) == before
        assert page.locator("#turns .turn").count() == 0


def test_a_caller_cannot_have_another_llm_asked(site: Site) -> None:
    """Whatever is sent in place of the page's choice, only what is configured is asked."""
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    with serve(lambda _: "The US has 3,000 troops in Iraq [1].") as stranger:
        client = Client(site.url, verbose=False)
        with pytest.raises(AppError, match="not in the list of choices"):
            client.predict(TROOPS, "", "", [], stranger.spec, None, api_name="/ask")
        assert not stranger.requests


@pytest.mark.campaign
def test_the_settings_say_what_goes_where(page: Page, writer: Served) -> None:
    """Where an LLM is, whether it works, and word for word what it would be told; unsent."""
    settle(page)
    page.get_by_role("button", name="Settings").click()
    assert "nothing leaves this machine" in (page.locator("#sent-to").text_content() or "")
    page.keyboard.press("Escape")
    choose_llm(page, writer.spec)
    page.get_by_role("button", name="Settings").click()
    page.locator("#sent-to").get_by_text("on this machine").wait_for(timeout=WAIT)
    before = len(writer.requests)
    page.get_by_label("See what would be sent").fill(TROOPS)
    page.get_by_label("See what would be sent").press("Enter")
    page.locator("#sent pre").first.wait_for(timeout=WAIT)
    assert "3,000 troops" in (page.locator("#sent").text_content() or "")
    assert len(writer.requests) == before
    page.get_by_role("button", name="Test it").click()
    page.get_by_text("It works").wait_for(timeout=WAIT)
    assert len(writer.requests) == before + 1
    page.get_by_label("http://127.0.0.1:9/v1#gone").check()
    page.get_by_role("button", name="Test it").click()
    page.get_by_text("It does not work").wait_for(timeout=WAIT)
    assert "cannot be reached" in (page.locator("#tested").text_content() or "")


def test_an_event_of_the_plot_opens_its_words(page: Page, corpus: rag.Corpus) -> None:
    """The plot has a point for each quote of each event, and a click on it opens the quote."""
    go_to(page, "Timeline")
    page.locator("#timeline-plot .point").first.wait_for(timeout=WAIT)
    events = corpus.timeline()
    quotes = {" ".join(c.cited_text.split()) for event in events for c in event.citations}
    points = page.locator("#timeline-plot .point")
    assert points.count() >= sum(len(event.citations) for event in events)
    box = points.first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(300)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    mark = page.locator("#evidence mark.current")
    mark.wait_for(timeout=WAIT)
    assert " ".join((mark.text_content() or "").split()) in quotes


@pytest.mark.campaign
def test_names_on_the_plot_are_only_text(page: Page) -> None:
    """An outlet that is written as a link is shown as it is written."""
    go_to(page, "Timeline")
    page.locator("#timeline-plot .point").first.wait_for(timeout=WAIT)
    assert page.locator("#timeline-plot svg a").count() == 0
    shown = page.locator("#timeline-plot .infolayer").last.text_content() or ""
    assert "<a … News</a>" in shown  # cut in the middle, as all long names are


@pytest.mark.campaign
@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
def test_labels_of_the_plot_stand_apart(
    browser: Browser, site: Site, size: tuple[int, int]
) -> None:
    """No label overlaps another or is cut at the sides, on a wide and on a narrow window."""
    width, height = size
    with window(browser, site.url, viewport={"width": width, "height": height}) as page:
        settle(page)
        go_to(page, "Timeline")
        page.locator("#timeline-plot .point").first.wait_for(timeout=WAIT)
        page.locator("#timeline-plot .annotation").first.wait_for(timeout=WAIT)
        assert page.evaluate(OVERLAPS) == []
        behind = page.locator("#timeline-plot .annotation .bg").first
        assert behind.evaluate("e => getComputedStyle(e).fillOpacity") == "1"  # no line shines out


@pytest.mark.campaign
def test_events_are_found_by_topic_and_outlet(page: Page, corpus: rag.Corpus) -> None:
    """The list has what the library gives, and each source of it opens."""
    go_to(page, "Timeline")
    page.locator("#events ol").wait_for(timeout=WAIT)
    page.get_by_label("Topic").fill("Soleimani")
    page.get_by_label("Topic").press("Enter")
    expected = corpus.timeline("Soleimani")
    said = f"{len(expected)} dated event"
    page.locator("#events").get_by_text(said).wait_for(timeout=WAIT)
    assert "Soleimani" in (page.locator("#events blockquote").first.text_content() or "")
    page.get_by_label("Topic").fill("")
    page.get_by_label("From", exact=True).click()
    page.get_by_role("option", name="ISWNews").click()
    page.get_by_role("button", name="Show", exact=True).click()
    expected = corpus.timeline(outlets=["ISWNews"])
    page.locator("#events").get_by_text(f"{len(expected)} dated event").wait_for(timeout=WAIT)
    for link in page.locator("#events a.open").all():
        assert "ISWNews" in (link.text_content() or "")
    page.locator("#events a.open").first.click()
    page.locator("#evidence mark.current").wait_for(timeout=WAIT)


def test_a_text_is_checked_sentence_by_sentence(page: Page, corpus: rag.Corpus) -> None:
    """Each sentence with the verdict and reason of the library, its evidence one click away."""
    go_to(page, "Check")
    text = "The US has 900 troops in Iraq. The US has 3,000 troops in Iraq. Penguins knit."
    expected = corpus.verify(text).statements
    page.get_by_label("Text to check").fill(text)
    page.get_by_role("button", name="Check", exact=True).click()
    claims = page.locator("#checked .claims > li")
    claims.first.wait_for(timeout=WAIT)
    assert claims.count() == len(expected)
    for claim, checked in zip(claims.all(), expected, strict=True):
        assert claim.get_attribute("class") == checked.verdict
        assert (checked.reason or "") in (claim.text_content() or "")
    earlier = page.locator("#checked .earlier")
    assert not earlier.is_visible()
    page.get_by_label("Text to check").fill(f"{text} Another sentence.")
    earlier.wait_for(timeout=WAIT)
    claims.first.locator("a.open").first.click()
    mark = page.locator("#evidence mark.current")
    mark.wait_for(timeout=WAIT)
    assert mark.text_content() == expected[0].evidence[0].cited_text
    page.get_by_label("Text to check").fill(" ")
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator("#checked .message").wait_for(timeout=WAIT)


def test_the_collection_shows_figures_failures_and_the_index(page: Page) -> None:
    """The last evaluation by category, what failed to be read, and whether the index is whole."""
    page.get_by_role("button", name="About this collection").click()
    page.locator("#report summary").first.click(timeout=WAIT)  # they are of no matter to most
    page.locator("#report table").first.wait_for(timeout=WAIT)
    shown = page.locator("#report").text_content() or ""
    assert "disagreement" in shown
    assert "0.820" in shown
    assert "2 of 3 questions were not answered as expected" in shown
    failure = page.locator("#report details").last
    failure.locator("summary").click()
    assert failure.get_by_text("Expected").is_visible()

    def told(what: str) -> str | None:
        header = page.get_by_role("rowheader", name=what, exact=True)
        return page.locator("#state tr").filter(has=header).text_content()

    assert "7" in (told("documents") or "")
    assert "yes" in (page.locator("#state tr", has_text="is complete").text_content() or "")
    assert not page.locator("#state").get_by_text("passages in tantivy").is_visible()


def test_what_documents_say_is_compared(page: Page) -> None:
    """Two values stand side by side, and a quote opens its document at the words."""
    settle(page)
    go_to(page, "Compare")
    page.get_by_label("Question or topic").fill(TROOPS)
    page.get_by_label("Question or topic").press("Enter")
    page.locator("#compared .value").nth(1).wait_for(timeout=WAIT)
    headings = page.locator("#compared .value h3").all_text_contents()
    assert headings[:2] == ["3,000", "approximately 2,500"]
    quote = page.locator("#compared a.open").first
    words = quote.text_content() or ""
    quote.click()
    mark = page.locator("#evidence mark.current")
    mark.wait_for(timeout=WAIT)
    assert (mark.text_content() or "") == words


@pytest.mark.campaign
def test_two_documents_are_compared(page: Page) -> None:
    """Two documents that are chosen stand side by side, and a link opens one at the words."""
    settle(page)
    go_to(page, "Compare")
    for label in ("One document", "Another document"):
        page.get_by_label(label, exact=True).click()
        assert page.get_by_label(label, exact=True).evaluate(FRAMES) == 1
        offered = page.locator("ul[role=listbox] [role=option]")
        offered.nth(0 if label.startswith("One") else 1).click(timeout=WAIT)
        assert page.get_by_label(label, exact=True).evaluate(ROOM_FOR_ARROW) >= 0
    page.get_by_role("button", name="Compare these two").click()
    page.locator("#compared .pair .side").first.wait_for(timeout=WAIT)
    page.locator("#compared .side a.open").first.click()
    page.locator("#evidence mark.current").wait_for(timeout=WAIT)


@pytest.mark.campaign
def test_an_answer_that_compares_shows_both_documents(page: Page) -> None:
    """A button below the answer brings the view to the front, with the two chosen and compared."""
    settle(page)
    names = sorted(path.name for path in BUNDLED.glob("*.txt"))[:2]
    page.locator("#question textarea").fill(f"Compare {names[0]} and {names[1]}")
    page.locator("#question textarea").press("Enter")
    page.get_by_role("button", name="Compare side by side").click(timeout=WAIT)
    page.locator("#compared .pair .side").first.wait_for(timeout=WAIT)
    boxes = [page.get_by_label(label, exact=True) for label in ("One document", "Another document")]
    chosen = " ".join(box.input_value() for box in boxes)
    assert all(name in chosen for name in names)
