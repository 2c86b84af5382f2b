"""Asking on the page, in a real browser, served by a real process."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import rag
from rag.packs import verify_pack
from tests.support.browsing import (
    IN_PANE,
    NEEDS_BROWSER,
    TROOPS,
    WAIT,
    Site,
    answered,
    ask,
    see_suggestions,
    window,
)
from tests.support.places import ATTACK

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = NEEDS_BROWSER


def test_each_citation_opens_its_words(page: Page, opened: rag.Corpus) -> None:
    """Following a citation shows the article with exactly the cited words highlighted."""
    question = TROOPS
    expected = opened.ask(question)
    assert len({citation.article_id for citation in expected.citations}) > 1
    answered(page, question)
    assert page.locator("#evidence mark").first.evaluate(IN_PANE)
    assert page.locator("#answer a.cite").count() == len(expected.citations)
    for citation in expected.citations:
        page.locator(f'#answer a.cite[data-cite="{citation.number}"]').click()
        mark = page.locator(f"#evidence #cite-{citation.number}")
        assert mark.is_visible()
        assert mark.evaluate(IN_PANE)
        assert mark.text_content() == citation.cited_text
        article = page.locator("#evidence .source.shown")
        assert article.count() == 1
        assert article.locator("h3").text_content() == citation.title
        head = article.locator("header .meta").text_content() or ""
        assert (citation.outlet or "") in head
        assert page.locator("#answer").is_visible()
        assert page.evaluate("window.scrollY") == 0


@pytest.mark.campaign
def test_an_earlier_answer_keeps_its_citations(page: Page, opened: rag.Corpus) -> None:
    """A citation of a turn before opens the words of that turn, not those of the last."""
    first = opened.ask(TROOPS).citations[0]
    answered(page, TROOPS)
    answered(page, "Who killed Qassem Soleimani?")
    page.locator("#past a.cite").first.click()
    mark = page.locator("#evidence mark.current")
    mark.wait_for(timeout=WAIT)
    assert mark.text_content() == first.cited_text
    page.locator("#answer a.cite").first.click()
    page.wait_for_function(
        "document.querySelector('#evidence mark.current')?.textContent.includes('Soleimani')"
    )


@pytest.mark.campaign
def test_hovering_shows_the_quote_and_its_source(page: Page, opened: rag.Corpus) -> None:
    """A citation tells its quote, outlet and date before it is followed."""
    cited = opened.ask(TROOPS).citations[0]
    answered(page, TROOPS)
    hint = page.locator("#hint")
    assert not hint.is_visible()
    page.locator("#answer a.cite").first.hover()
    assert hint.is_visible()
    said = hint.text_content() or ""
    assert " ".join(cited.cited_text.split()) in said
    assert (cited.outlet or "") in said
    assert "July 2024" in said
    page.get_by_label("Question").hover()
    assert not hint.is_visible()


@pytest.mark.campaign
def test_clutter_is_shown_dimmed(page: Page) -> None:
    """Clutter stays readable in the article and looks apart from it, and is listed below."""
    answered(page, TROOPS)
    source = page.locator("#evidence .source.shown")
    colour = "e => getComputedStyle(e).color"
    clutter = source.locator(".clutter").first
    assert clutter.evaluate(colour) != source.locator(".body").evaluate(colour)
    left_out = source.locator("details.left-out")
    left_out.locator("summary").click()
    listed = " ".join((left_out.text_content() or "").split())
    assert " ".join((clutter.text_content() or "").split())[:60] in listed


def test_abstention_shows_the_nearest_passages(page: Page) -> None:
    """Where the articles are silent, the page says so, and what comes nearest can be read."""
    answered(page, "Who won the 2022 football World Cup?")
    silent = page.locator("#answer .abstained")
    assert "Nothing was found" in (silent.text_content() or "")
    assert silent.locator("li").count() == 3
    silent.locator("a.open").first.click()
    mark = page.locator("#evidence mark.current")
    mark.wait_for(timeout=WAIT)
    passage = " ".join((mark.text_content() or "").split())
    assert passage[:100] in (silent.locator("li").first.text_content() or "")


def test_hostile_text_is_only_text(page: Page) -> None:
    """Neither a document nor a question can run a script or load an image."""
    for turn, question in enumerate(("Where was the zebra Zerelda born?", ATTACK)):
        ask(page, question)
        done = f'#answer .turn[data-turn="{turn}"]:not([aria-busy]) .answer'
        page.locator(done).wait_for(timeout=WAIT)
        if question != ATTACK:
            page.locator("#answer a.cite").first.hover()
            assert "<script>" in (page.locator("#hint").text_content() or "")
            assert "<script>" in (page.locator("#evidence #cite-1").text_content() or "")
        page.wait_for_timeout(300)
        assert page.evaluate("window.hacked") is None
        inside = "#turns, #evidence, #hint"
        assert page.locator(inside).locator("img, script, iframe").count() == 0


@pytest.mark.campaign
def test_a_follow_up_shows_how_it_was_understood(page: Page) -> None:
    """A follow-up is asked as a question of its own, which can be seen, edited and asked again."""
    meant = page.get_by_label("Understood as")
    answered(page, "How many US troops are in Iraq according to World at Large?")
    assert not meant.is_visible()
    answered(page, "And in Syria?")
    meant.wait_for(timeout=WAIT)
    understood = "How many US troops are in Syria according to World at Large?"
    assert meant.input_value() == understood
    assert understood in (page.locator("#answer .understood").text_content() or "")
    meant.fill("Who killed Qassem Soleimani?")
    meant.press("Enter")
    page.locator("#answer").get_by_text("Revolutionary Guard").first.wait_for(timeout=WAIT)
    assert not meant.is_visible()


@pytest.mark.campaign
def test_a_deleted_conversation_is_gone(page: Page, site: Site) -> None:
    """Nothing of it is left on the page, in its address, nor in what a follow-up is read by."""
    answered(page, "How many US troops are in Iraq according to World at Large?")
    assert "q=How" in page.url
    page.locator("#answer a.cite").first.hover()
    assert page.locator("#hint").is_visible()
    page.get_by_role("button", name="Delete conversation").press("Enter")
    page.wait_for_function("!document.querySelector('#turns .turn')")
    page.wait_for_function("!location.search")
    assert "World at Large" not in (page.locator("#hint").text_content() or "")
    assert page.locator("#evidence mark").count() == 0
    ask(page, "And in Syria?")
    page.locator("#answer .turn:not([aria-busy]) .answer").wait_for(timeout=WAIT)
    assert page.locator("#answer .understood").count() == 0
    assert page.locator("#past .turn").count() == 0
    stored = page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert "World at Large" not in stored
    assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0


@pytest.mark.campaign
def test_a_bad_question_gets_a_message(page: Page) -> None:
    """An empty question is answered by a sentence, not by a traceback."""
    ask(page, "   ")
    message = page.locator("#answer .message")
    message.wait_for(timeout=WAIT)
    assert message.text_content() == "The question is empty; ask something."


@pytest.mark.campaign
def test_a_question_that_failed_is_given_back(page: Page) -> None:
    """A question that failed stays in its box to be asked again."""
    page.get_by_text("Filters").click()
    page.get_by_label("Since").fill("soon")
    ask(page, TROOPS)
    page.locator("#answer .message").wait_for(timeout=WAIT)
    page.wait_for_function("document.querySelector('#question textarea').value !== ''")
    assert page.get_by_label("Question").input_value() == TROOPS
    page.get_by_label("Since").fill("2024")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator("#answer a.cite").first.wait_for(timeout=WAIT)
    page.wait_for_function("document.querySelector('#question textarea').value === ''")


@pytest.mark.campaign
def test_windows_do_not_see_each_other(page: Page, browser: Browser, site: Site) -> None:
    """An answer appears in the window that asked, and there alone."""
    with window(browser, site.url) as other:
        answered(page, "Who killed Qassem Soleimani?")
        assert other.locator("#turns .turn").count() == 0
        answered(other, TROOPS)
        assert "Soleimani" in (page.locator("#answer").text_content() or "")
        assert "Soleimani" not in (other.locator("#turns").text_content() or "")


@pytest.mark.campaign
def test_where_sources_differ_is_a_table(page: Page) -> None:
    """Differences are a table, newest first, whose marks lead to the quotes."""
    answered(page, TROOPS)
    table = page.locator("#answer table.differences")
    assert "different numbers" in (table.locator("caption").text_content() or "")
    rows = [row.text_content() or "" for row in table.locator("tbody tr").all()]
    assert "3,000" in rows[0]
    assert "2500" in rows[-1]
    assert "Elijah J. Magnier" in rows[-1]
    table.locator("tbody tr").last.locator("a.quote").first.click()
    assert "2500" in (page.locator("#evidence mark.current").text_content() or "")


@pytest.mark.campaign
def test_answers_come_from_what_the_filters_let_through(page: Page) -> None:
    """Dates and outlets narrow the articles; a bad date is told."""
    page.get_by_text("Filters").click()
    page.get_by_label("Until").fill("2021")
    answered(page, TROOPS)
    for citation in page.locator("#answer a.cite").all():
        assert "Elijah J. Magnier" in (citation.get_attribute("aria-label") or "")
    page.get_by_label("Until").fill("soon")
    ask(page, TROOPS)
    message = page.locator("#answer .message")
    message.wait_for(timeout=WAIT)
    assert "'soon' is not a date" in (message.text_content() or "")
    page.get_by_label("Until").fill("")
    page.get_by_label("Publisher").click()
    page.get_by_role("option", name="ISWNews").click()
    answered(page, TROOPS)
    for citation in page.locator("#answer a.cite").all():
        assert "ISWNews" in (citation.get_attribute("aria-label") or "")


def test_an_example_is_drawn_from_the_articles_and_answered(page: Page) -> None:
    """The empty page offers questions; each that it offers has an answer."""
    see_suggestions(page)
    examples = page.locator("#welcome .example")
    assert examples.count() >= 3
    question = examples.first.text_content() or ""
    examples.first.click()
    page.locator(f'#answer .turn:not([aria-busy]) :text-is("{question}")').wait_for(timeout=WAIT)
    assert page.locator("#answer a.cite").count() > 0
    assert not page.locator("#welcome .example").first.is_visible()


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("kind", "ending"),
    [("Web page", "html"), ("Markdown", "md"), ("JSON", "json"), ("Word", "docx")],
)
def test_the_evidence_can_be_saved(
    page: Page, opened: rag.Corpus, tmp_path: Path, kind: str, ending: str
) -> None:
    """What the browser saves holds against the articles, of a turn before as of the last."""
    answered(page, TROOPS)
    answered(page, "Who killed Qassem Soleimani?")
    names = ("how-many-us-troops-are-in-iraq", "who-killed-qassem-soleimani")
    for turns, about, called in zip(
        ("#past", "#answer"), ("3,000", "Soleimani"), names, strict=True
    ):
        with page.expect_download() as saved:
            page.locator(turns).get_by_text("Save", exact=True).click()
            page.locator(turns).get_by_role("button", name=f"Save as {kind}").click()
        path = tmp_path / saved.value.suggested_filename
        assert path.name == f"{called}.{ending}"
        saved.value.save_as(path)
        if ending == "docx":
            with zipfile.ZipFile(path) as word:
                assert about in word.read("word/footnotes.xml").decode()
            continue
        assert about in path.read_text("utf-8")
        assert verify_pack(opened, path)["holds"]


@pytest.mark.campaign
def test_an_answer_can_be_copied_and_linked_to(browser: Browser, site: Site) -> None:
    """The copy has the quotes as footnotes; the link asks the question again, filters included."""
    with window(browser, site.url, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.get_by_text("Filters").click()
        page.get_by_label("Since").fill("2024-01")
        answered(page, TROOPS)
        page.get_by_role("button", name="Copy with citations").click()
        page.get_by_role("button", name="Copied").wait_for(timeout=WAIT)
        copied = page.evaluate("navigator.clipboard.readText()")
        assert "[^1]: World at Large, July 2024" in copied
        page.get_by_role("button", name="Copy with citations").wait_for(timeout=WAIT)
        page.get_by_role("button", name="Copy link").click()
        page.get_by_role("button", name="Copied").wait_for(timeout=WAIT)
        link = page.evaluate("navigator.clipboard.readText()")
        shown = page.locator("#answer .answer").text_content()
    with window(browser, link) as again:
        again.locator(f'#answer .turn:not([aria-busy]) :text-is("{TROOPS}")').wait_for(timeout=WAIT)
        assert again.locator("#answer .answer").text_content() == shown
        again.get_by_text("Filters").click()
        assert again.get_by_label("Since").input_value() == "2024-01"
