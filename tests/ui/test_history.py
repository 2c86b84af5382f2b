"""Conversations that the page keeps, in a real browser: listed, opened, gone on with, deleted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import rag
from rag.limits import ServingPolicy
from tests.support.browsing import (
    NEEDS_BROWSER,
    WAIT,
    Site,
    answered,
    leaving,
    open_shelf,
    settle,
    window,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BRIDGE = "Who opened the Sella bridge?"


@pytest.mark.parametrize(
    ("history", "local", "keeps"),
    [
        ("on", True, True),
        ("on", False, False),
        ("shared", False, True),
        ("shared", True, True),
        ("off", True, False),
    ],
)
def test_where_conversations_are_kept(
    folder: Path, tiny: str, history: str, local: bool, keeps: bool
) -> None:
    """By default only a page for this machine keeps them: others would see each other's."""
    from rag.ui.history import keeps_history

    opened = rag.open(folder, embedder=tiny, history=history)
    assert keeps_history(opened.settings, ServingPolicy(local=local)) is keeps


def kept_as(site: Site) -> rag.Conversations:
    """Return the conversations of a site, as the library sees them."""
    scratch = site.folder.parent / "scratch"
    return rag.Conversations(rag.open(site.folder, index_dir=scratch / "index", sync=False))


@pytest.fixture
def served(shelf: Site) -> Site:
    """Return the shared page without the conversations that other tests had there."""
    kept = kept_as(shelf)
    for info in kept.recent():
        kept.delete(info.id)
    for info in kept.deleted():
        kept.delete_for_good(info.id)
    return shelf


class TestThePage:
    """One path through all of it."""

    pytestmark = NEEDS_BROWSER

    def test_a_conversation_outlives_its_window(self, browser: Browser, served: Site) -> None:
        """Ask, reload, leave, open, ask a follow-up, rename, delete, and bring it back."""
        with window(browser, served.url) as page:
            answered(page, BRIDGE)
            entry = page.locator("#history-list .entry")
            entry.wait_for(state="attached", timeout=WAIT)
            settle(page)
            with leaving(page):
                page.reload()  # its address names the question, which is not asked anew
            page.locator("#answer .turn", has_text="Ana Kovic").wait_for(timeout=WAIT)
            entry.wait_for(state="attached", timeout=WAIT)
            settle(page)
            with leaving(page):
                page.goto(served.url)
            open_shelf(page, "Conversations")
            entry.wait_for(timeout=WAIT)
            assert not page.locator("#documents").is_visible()
            assert BRIDGE in (entry.text_content() or "")
            entry.click()
            page.locator("#answer .turn", has_text="Ana Kovic").wait_for(timeout=WAIT)
            page.locator("#evidence mark", has_text="Ana Kovic").first.wait_for(timeout=WAIT)
            answered(page, "When was that?")
            assert "Sella" in (page.locator("#answer").text_content() or "")
            page.locator("#history-list small", has_text="2 questions").wait_for(timeout=WAIT)
            self._edit(page)
            self._rename(page)
            self._delete(page)
            (info,) = kept_as(served).recent()
            assert (info.title, info.questions) == ("The bridge", 2)
            self._bring_back(page, served.url)
            assert info.id not in {one.id for one in kept_as(served).deleted()}

    @pytest.mark.campaign
    def test_the_open_conversation_is_deleted(self, browser: Browser, served: Site) -> None:
        """The button closes it, deletes what is kept of it, and offers it back."""
        with window(browser, served.url) as page:
            answered(page, BRIDGE)
            entry = page.locator("#history-list .entry")
            entry.wait_for(state="attached", timeout=WAIT)
            page.locator("#delete").click()
            page.locator("#history-message", has_text="was deleted").wait_for(timeout=WAIT)
            page.locator("#turns .turn").wait_for(state="detached", timeout=WAIT)
            page.locator("#history-list .entry").wait_for(state="detached", timeout=WAIT)
            assert kept_as(served).recent() == []

    def _edit(self, page: Page) -> None:
        """A question in other words takes its turn's place, on the page and in what is kept."""
        page.locator('#answer .turn[data-turn="1"] .edit').click()
        page.locator("#revising", has_text="Its answer will be replaced").wait_for(timeout=WAIT)
        answered(page, "Where is that?", turn=1)
        assert not page.locator("#revising").is_visible()
        assert page.locator("#turns .turn").count() == 2
        page.locator("#history-list small", has_text="2 questions").wait_for(timeout=WAIT)

    def _rename(self, page: Page) -> None:
        """The menu lies over the list, is gone through by keys, and closes with Escape."""
        entry, summary = (page.locator(f"#history-list {each}") for each in (".entry", "summary"))
        before = entry.bounding_box()
        summary.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.textContent") == "Rename"
        items = page.locator("#history-list .more .tool")
        lefts = {round((item.bounding_box() or {"x": 0})["x"]) for item in items.all()}
        assert (len(lefts), entry.bounding_box()) == (1, before)  # one below the other
        page.keyboard.press("Escape")
        assert not items.first.is_visible()
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
        summary.click()
        page.locator("#history-list [data-do=rename]").click()
        page.locator("#history-list input").fill("The bridge")
        page.locator("#history-list input").press("Enter")
        page.locator("#history-list .title", has_text="The bridge").wait_for(timeout=WAIT)

    def _delete(self, page: Page) -> None:
        page.locator("#history-list summary").click()
        page.locator("#history-list [data-do=delete]").click()
        page.locator("#history-message", has_text="was deleted").wait_for(timeout=WAIT)
        page.locator("#history-list .entry").wait_for(state="detached", timeout=WAIT)
        page.locator("#turns .turn").wait_for(state="detached", timeout=WAIT)
        page.locator("#history-message [data-do=undo]").click()
        entry = page.locator("#history-list .entry", has_text="The bridge")
        entry.wait_for(timeout=WAIT)
        page.locator("#answer .turn").wait_for(timeout=WAIT)  # it was open

    def _bring_back(self, page: Page, url: str) -> None:
        """What was deleted can be brought back after the window was left, or deleted for good."""
        deleted = page.locator("#history-list .removed")
        page.locator("#history-list summary").first.click()
        page.locator("#history-list [data-do=delete]").click()
        deleted.wait_for(timeout=WAIT)
        settle(page)
        with leaving(page):
            page.goto(url)
        open_shelf(page, "Conversations")
        bridge = deleted.locator("li", has_text="The bridge")
        deleted.locator("summary").click()
        bridge.get_by_role("button", name="Bring back").click()
        page.locator("#history-list .entry", has_text="The bridge").wait_for(timeout=WAIT)
        page.locator("#history-list summary").first.click()
        page.locator("#history-list [data-do=delete]").click()
        page.locator("#history-list .entry").wait_for(state="detached", timeout=WAIT)
        if not bridge.is_visible():
            deleted.locator("summary").click()
        bridge.get_by_role("button", name="for good").click()
        bridge.get_by_role("button", name="Bring back").focus()  # leaves what asks whether to
        assert bridge.get_by_text("Yes, delete it").count() == 0
        bridge.get_by_role("button", name="for good").click()
        bridge.get_by_text("Yes, delete it").click()
        bridge.wait_for(state="detached", timeout=WAIT)

    @pytest.mark.campaign
    def test_a_conversation_brings_its_limits_back(self, browser: Browser, served: Site) -> None:
        """What was asked of one document goes on there, and what was asked of all, of all."""
        with window(browser, served.url) as page:
            page.locator(".asked-of", has_text="All 4").wait_for(timeout=WAIT)
            answered(page, BRIDGE)
            page.get_by_role("button", name="New conversation").click()
            page.locator("#turns .turn").wait_for(state="detached", timeout=WAIT)
            page.get_by_label("All", exact=True).uncheck()
            page.locator("#documents li[data-id]", has_text="A letter").get_by_role(
                "checkbox"
            ).check()
            answered(page, "How long is the Sella bridge?")
            page.get_by_label("All", exact=True).check()
            asked_of = page.locator(".asked-of")
            entries = page.locator("#history-list .entry")
            some, every = ("How long", "1 of 4 is asked"), (BRIDGE, "All 4 are asked")
            for title, said in (some, every, some):
                open_shelf(page, "Conversations")
                entries.filter(has_text=title).click()
                page.locator("#answer .turn", has_text=title).wait_for(timeout=WAIT)
                open_shelf(page, "Documents")
                asked_of.get_by_text(said).wait_for(timeout=WAIT)
            answered(page, "How long is it?")
            limits = page.locator("#answer .turn", has_text="Asked of 1 of 4 documents only.")
            limits.wait_for(timeout=WAIT)
            # A new conversation begins as it was before any of these was opened.
            page.get_by_role("button", name="New conversation").click()
            asked_of.get_by_text("All 4 are asked").wait_for(timeout=WAIT)

    @pytest.mark.campaign
    def test_documents_that_are_gone_are_told(self, browser: Browser, served: Site) -> None:
        """Of the documents that a conversation was asked of, those that are left are ticked."""
        scratch = served.folder.parent / "scratch"
        opened = rag.open(served.folder, index_dir=scratch / "index", sync=False)
        some = [opened.articles()[0].id, "0" * 16]
        rag.Conversations(opened).add(opened.ask(BRIDGE), {"documents": some})
        with window(browser, served.url) as page:
            open_shelf(page, "Conversations")
            page.locator("#history-list .entry").click()
            page.get_by_text("1 of 2 documents that this conversation was asked of").wait_for()
            open_shelf(page, "Documents")
            page.locator(".asked-of").get_by_text("1 of 4 is asked").wait_for(timeout=WAIT)

    @pytest.mark.campaign
    def test_a_statement_is_pinned(self, browser: Browser, served: Site) -> None:
        """A pinned statement stands in the notebook with its source, and can be saved."""
        with window(browser, served.url) as page:
            answered(page, BRIDGE)
            page.locator("#answer .statement .pin").first.click()
            open_shelf(page, "Notebook")
            pin = page.locator("#notebook .pins > li")
            pin.wait_for(timeout=WAIT)
            assert "Ana Kovic" in (pin.text_content() or "")
            assert "Valley Times" in (pin.text_content() or "")
            with page.expect_download() as saving:
                page.locator("#notebook [data-do=export][data-ending='.docx']").click()
            assert saving.value.suggested_filename == "notebook.docx"
            page.locator("#notebook-note textarea").fill("My own thought")
            page.get_by_role("button", name="Add note").click()
            page.locator("#notebook .own", has_text="My own thought").wait_for(timeout=WAIT)
            page.locator("#notebook .pins > li summary").first.click()
            page.locator("#notebook [data-do=annotate]").first.click()
            page.locator("#notebook textarea").fill("For the board")
            page.locator("#notebook textarea").press("Control+Enter")
            page.locator("#notebook .own", has_text="For the board").wait_for(timeout=WAIT)
