"""The evidence pane: a cited page as a picture with its boxes, what is known, and how to say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.browsing import NEEDS_BROWSER, WAIT, Site, answered, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = NEEDS_BROWSER

QUESTION = "How long is the Arnow tunnel?"


def test_a_cited_page_is_seen_and_described(browser: Browser, shelf: Site) -> None:
    """The page of the citation opens with its words boxed; a date that is stated is shown."""
    with window(browser, shelf.url) as page:
        answered(page, QUESTION)
        page.locator("#evidence mark.current, #evidence mark").first.wait_for(timeout=WAIT)
        page.locator("#answer a[data-cite]").first.click()
        page.locator("#evidence .views button", has_text="See the page").click()
        view = page.locator("#evidence-view")
        view.locator(".paper .box").first.wait_for(timeout=WAIT)
        assert view.locator(".meta").text_content() == "Page 2 of 2"
        drawn = "img => img.decode().then(() => img.naturalWidth)"
        assert view.locator("img").evaluate(drawn) == 1190
        assert not page.locator("#evidence").is_visible()
        view.get_by_role("button", name="Previous page").click()
        view.get_by_text("Page 1 of 2").wait_for(timeout=WAIT)
        assert view.locator(".box").count() == 0
        assert "Nothing of what is cited" in (view.locator(".notice").text_content() or "")
        view.get_by_role("button", name="Back to the text").click()
        assert page.locator("#evidence mark.current").is_visible()
        # The same page again, and again from another document: each time it comes.
        for _ in range(2):
            page.locator("#evidence .views button", has_text="See the page").click()
            view.get_by_text("Page 2 of 2").wait_for(timeout=WAIT)
            page.locator("#documents a.open", has_text="A letter on the bridge").click()
            page.locator("#evidence", has_text="350 metres").wait_for(timeout=WAIT)
            assert not view.is_visible()
            page.locator("#answer a[data-cite]").first.click()
            page.locator("#evidence mark", has_text="90 metres").first.wait_for(timeout=WAIT)
        page.locator("#evidence .views button", has_text="About this document").click()
        missing = view.locator("tr", has=page.get_by_role("rowheader", name="Date"))
        assert "none" in missing.inner_text()
        missing.get_by_role("button", name="Give a date").click()
        page.wait_for_function("document.activeElement.name === 'published'")
        view.get_by_label("Date").fill("03/04/2021")
        view.get_by_role("button", name="Save").click()
        view.get_by_role("alert").wait_for(timeout=WAIT)
        view.get_by_label("Date").fill("2021-05-03")
        view.get_by_role("button", name="Save").click()
        view.get_by_text("3 May 2021").wait_for(timeout=WAIT)
        # The list of sources has it too.
        page.locator("#documents li", has_text="3 May 2021").wait_for(timeout=WAIT)
    assert "2021-05-03" in (shelf.folder / "documents.toml").read_text()


@pytest.mark.campaign
def test_a_long_document_goes_on(browser: Browser, empty: Site) -> None:
    """What is left out before and behind the citation comes when it is asked for, in its place."""
    text = "\n\n".join(
        f"Paragraph {n} says that station {n} counted herons by the river early in the morning."
        for n in range(600)
    ).replace("Paragraph 300 says", "Paragraph 300 says that the lighthouse is red and")
    (empty.folder / "long.txt").write_text(text)
    with window(browser, empty.url) as page:
        page.get_by_role("button", name="Index again").click()
        page.locator("#sources-pane a[data-article]", has_text="long").wait_for(timeout=WAIT)
        answered(page, "Which lighthouse is red?")
        body = page.locator("#evidence .source.shown .document")
        body.get_by_text("Paragraph 300 says").wait_for(timeout=WAIT)
        more = page.locator("#evidence .source.shown [data-left] button")
        assert more.count() == 2
        more.last.click()
        page.locator("#evidence").get_by_text("Paragraph 599 says").wait_for(timeout=WAIT)
        more.first.click()
        page.locator("#evidence").get_by_text("Paragraph 0 says").wait_for(timeout=WAIT)
        assert more.count() == 0
        shown = page.locator("#evidence .source.shown .document, #evidence .source.shown .part")
        words = " ".join(" ".join(shown.all_text_contents()).split())
        assert words.count("herons by the river") == 600


@pytest.mark.campaign
def test_the_cell_that_answers_is_in_view(browser: Browser, empty: Site) -> None:
    """On a narrow window a wide row is scrolled to the cell of the value that is told."""
    seasons = ",".join(f"depth in {season} (m)" for season in ("spring", "summer", "autumn"))
    keepers = enumerate(["Orla Finch", "Tom Reeve", "Ada Lunt", "Bo Karr"], 1)
    rows = [f"Well {n},{n}.1,{n}.2,{n}.3,brick,2019,{keeper}" for n, keeper in keepers]
    table = [f"well,{seasons},material of the lining,last inspected,keeper", *rows]
    (empty.folder / "wells.csv").write_text("\n".join(table))
    with window(browser, empty.url, viewport={"width": 390, "height": 844}) as page:
        page.locator("#panes [data-pane=sources]").click()
        page.get_by_role("button", name="Index again").click()
        page.locator("#sources-pane a[data-article]", has_text="wells").wait_for(timeout=WAIT)
        page.locator("#panes [data-pane=middle]").click()
        answered(page, "Who is the keeper of Well 4?")
        page.locator("#answer a[data-cite]").first.click()
        told = page.locator("#evidence mark.told")
        assert told.all_text_contents() == ["Bo Karr"]
        box = told.bounding_box()
        assert box is not None
        assert box["x"] > 0
        assert box["x"] + box["width"] < 390
