"""The sources pane: what is ticked is asked, what fails is named, what goes can come back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.server.authentication import hash_password
from tests.support.browsing import NEEDS_BROWSER, WAIT, Site, answered, ask, serve_folder, window
from tests.support.places import ATTACK

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = NEEDS_BROWSER

QUESTION = "How long is the Sella bridge?"
OWLS = "---\ntitle: Owls\noutlet: Port Gazette\n---\nThe Larnmouth zoo has 14 owls.\n"


def listed(page: Page, count: int) -> Locator:
    """Return the rows of the list, once there are so many."""
    page.wait_for_function(
        "count => document.querySelectorAll('#documents li[data-id]').length === count",
        arg=count,
        timeout=WAIT,
    )
    return page.locator("#documents li[data-id]")


def names(page: Page) -> list[str]:
    """Return the titles that are shown, in their order."""
    return page.locator("#documents li[data-id]:visible .open").all_text_contents()


def upload(page: Page, *files: Path) -> None:
    """Give files to the page, and wait until it has done with them."""
    page.locator("#adding input[type=file]").first.set_input_files([str(path) for path in files])
    lines = page.locator("#adding-progress .files li:not(.waiting)")
    for path in files:
        if "<" not in path.name:  # which the page leaves out
            lines.filter(has_text=path.name).wait_for(timeout=WAIT)
    lines.filter(has_text="All").wait_for(timeout=WAIT)


def told(page: Page, name: str) -> str:
    """What the page says of a file."""
    return page.locator("#adding-progress .files li", has_text=name).first.text_content() or ""


@pytest.mark.campaign
def test_only_what_is_ticked_is_asked(browser: Browser, shelf: Site) -> None:
    """One document of several is asked and cited, by its link too; with none, the page says so."""
    with window(browser, shelf.url) as page:
        row = listed(page, 4).filter(has_text="A letter on the bridge")
        said = page.locator(".asked-of")
        assert said.text_content() == "All 4 are asked"
        page.get_by_label("All", exact=True).uncheck()
        assert said.text_content() == "None is asked: tick one"
        ask(page, QUESTION)
        page.locator("#answer .message", has_text="No document is chosen").wait_for(timeout=WAIT)
        row.get_by_label("Ask A letter on the bridge").check()
        assert said.text_content() == "1 of 4 is asked"
        assert page.locator("#scope").get_by_text("Asks 1 of 4 documents").is_visible()
        answered(page, QUESTION)
        answer = page.locator("#answer").text_content() or ""
        assert "350 metres" in answer
        assert "340" not in answer
        assert "360" not in answer
        page.wait_for_function("location.search.includes('documents=')")
        address = page.url
        page.get_by_label("Ask all documents in letters/old").check()
        assert said.text_content() == "2 of 4 are asked"
    with window(browser, address) as page:
        page.locator("#answer .statement", has_text="350 metres").wait_for(timeout=WAIT)
        listed(page, 4)
        assert page.locator(".asked-of").text_content() == "1 of 4 is asked"
        page.get_by_role("button", name="Ask all", exact=True).click()
        assert page.locator(".asked-of").text_content() == "All 4 are asked"
        assert not page.locator("#scope").is_visible()


@pytest.mark.campaign
def test_documents_are_found_sorted_and_folded(browser: Browser, shelf: Site) -> None:
    """By words of title, source or path, without accents; in four orders; folder by folder."""
    with window(browser, shelf.url) as page:
        listed(page, 4)
        assert names(page)[:3] == [
            "The bridge report",
            "A letter on the bridge",
            "Ébauche of the bridge",
        ]
        find = page.get_by_label("Find a document")
        for words, found in (
            ("ebauche", ["Ébauche of the bridge"]),
            ("amy letter", ["A letter on the bridge"]),
            ("letters/", ["A letter on the bridge", "Ébauche of the bridge"]),
        ):
            find.fill(words)
            assert names(page) == found
        page.get_by_label("All found").uncheck()
        assert page.locator(".asked-of").text_content() == "2 of 4 are asked"
        find.fill("zebra")
        assert page.get_by_text("No document has these words").is_visible()
        find.fill("")
        fold = page.get_by_role("button", name="letters 1")
        fold.press("Enter")
        assert fold.get_attribute("aria-expanded") == "false"
        assert "A letter on the bridge" not in names(page)


def test_what_was_not_read_is_named(browser: Browser, shelf: Site) -> None:
    """A file that cannot be read has its reason in the pane."""
    with window(browser, shelf.url) as page:
        listed(page, 4)
        unread = page.locator("#documents .unread")
        assert "1 file was not read" in (unread.text_content() or "")
        line = unread.locator("li")
        assert "torn.pdf is a broken PDF" in (line.text_content() or "")
        answered(page, "Which files were not read?")
        told = page.locator("#answer .statement", has_text="torn.pdf was not read")
        told.get_by_role("button", name="Show in the list").click()
        assert line.evaluate("e => e === document.activeElement")
        assert "rag articles" not in (page.locator("#answer").text_content() or "")


def test_documents_are_dropped_removed_and_brought_back(
    browser: Browser, shelf: Site, tmp_path: Path
) -> None:
    """A dropped file can be asked; one that is removed is gone, and undone it is as before."""
    with window(browser, shelf.url) as page:
        listed(page, 4)
        page.evaluate(
            """words => {
                const dataTransfer = new DataTransfer();
                dataTransfer.items.add(new File([words], "owls.txt"));
                const said = { dataTransfer, bubbles: true, cancelable: true };
                document.body.dispatchEvent(new DragEvent("dragover", said));
                document.body.dispatchEvent(new DragEvent("drop", said));
            }""",
            OWLS,
        )
        row = listed(page, 5).filter(has_text="Owls")
        assert "you can ask about it" in told(page, "owls.txt")
        row.get_by_role("link", name="Owls").click()
        page.locator("#evidence article", has_text="14 owls").wait_for(timeout=WAIT)
        row.hover()
        row.get_by_role("button", name="Remove Owls").click()
        listed(page, 4)
        assert (shelf.folder / ".removed" / "owls.txt").read_text() == OWLS
        said = page.locator("#documents .notice")
        assert "Owls was taken out of the folder" in (said.text_content() or "")
        said.get_by_role("button", name="Undo").click()
        listed(page, 5)
        assert (shelf.folder / "owls.txt").read_text() == OWLS
        answered(page, "How many owls does the Larnmouth zoo have?")
        assert "14 owls" in (page.locator("#answer").text_content() or "")
        row.hover()
        row.get_by_role("button", name="Remove Owls").click()
        listed(page, 4)
        said.get_by_role("button", name="Dismiss").click()
        said.wait_for(state="detached", timeout=WAIT)
        assert page.locator("#documents .removed").is_visible()


@pytest.mark.campaign
def test_an_empty_folder_is_filled(browser: Browser, empty: Site, tmp_path: Path) -> None:
    """A good file can be asked when the bar ends, the others are named with their reason."""
    good, broken, hostile, odd = (
        tmp_path / name for name in ("owls.txt", "broken.pdf", "<img src=x onerror=1>.txt", "a.exe")
    )
    good.write_text(OWLS)
    broken.write_bytes(b"%PDF-1.7\nbroken")
    hostile.write_text(f"{ATTACK}\n\nThe zebra {ATTACK} sleeps at noon.\n")
    odd.write_bytes(b"MZ")
    with window(browser, empty.url) as page:
        page.get_by_text("There are no documents yet").first.wait_for(timeout=WAIT)
        upload(page, good, broken, hostile, odd)
        assert "you can ask about it" in told(page, "owls.txt")
        assert "is a broken PDF" in told(page, "broken.pdf")
        assert "format that cannot be read" in told(page, "a.exe")
        listed(page, 2)
        assert page.evaluate("window.hacked") is None
        assert page.locator("#adding-progress img, #documents img").count() == 0
    assert not (empty.folder / "broken.pdf").exists()


@pytest.mark.campaign
def test_a_path_on_this_machine_is_copied(browser: Browser, empty: Site, tmp_path: Path) -> None:
    """A folder that is named is copied with its order; the same again is said to be there."""
    mine = tmp_path / "mine" / "2024"
    mine.mkdir(parents=True)
    (mine / "owls.txt").write_text(OWLS)
    with window(browser, empty.url) as page:
        page.get_by_text("Add from this machine").click()
        add = page.locator("#adding-path").get_by_role("button", name="Add", exact=True)
        for said in ("you can ask about it", "is already in the folder"):
            page.get_by_label("Path on this machine").fill(str(mine.parent))
            add.click()
            page.locator("#adding-progress li", has_text=said).wait_for(timeout=WAIT)
        page.get_by_label("Path on this machine").fill(str(tmp_path / "nowhere"))
        add.click()
        page.get_by_text("There is no folder").wait_for(timeout=WAIT)
    assert (empty.folder / "mine" / "2024" / "owls.txt").read_text() == OWLS


@pytest.mark.campaign
def test_a_folder_is_uploaded(browser: Browser, empty: Site, tmp_path: Path) -> None:
    """All documents of a folder that the browser hands over are taken in; two windows at once."""
    with window(browser, empty.url) as page, window(browser, empty.url) as other:
        for number, each in enumerate((page, other)):
            mine = tmp_path / f"mine-{number}"
            mine.mkdir()
            (mine / "owls.txt").write_text(OWLS)
            (mine / f"cranes-{number}.txt").write_text(f"Larnmouth has {number + 30} cranes.\n")
            with each.expect_file_chooser() as chooser:
                each.get_by_role("button", name="Add folder").click()
            chooser.value.set_files(str(mine))
        for number, each in enumerate((page, other)):
            each.locator("#adding-progress li", has_text="All").wait_for(timeout=WAIT)
            assert "you can ask about it" in told(each, f"cranes-{number}.txt")
            assert "failed" not in (each.locator("#adding-progress").inner_html())


@pytest.mark.campaign
def test_no_paths_where_others_see_the_page(browser: Browser, tmp_path: Path) -> None:
    """On a public server the page takes no paths of the machine."""
    folder = tmp_path / "documents"
    folder.mkdir()
    password = "correct horse battery"  # noqa: S105
    hashed = {"RAG_PASSWORD_HASH": hash_password(password)}
    with (
        serve_folder(folder, tmp_path / "scratch", host="0.0.0.0", **hashed) as site,  # noqa: S104
        window(browser, site.url, password) as page,
    ):
        page.get_by_role("button", name="Add folder").wait_for(timeout=WAIT)
        assert page.get_by_label("Path on this machine").count() == 0


@pytest.mark.campaign
def test_thousands_are_listed_and_copies_named(browser: Browser, empty: Site) -> None:
    """What changed outside is seen by indexing again; near-copies are named beside each other."""
    story = "The ferry to Larnmouth was closed on Monday. " + " ".join(
        f"Pier {number} was flooded to {number * 3} centimetres." for number in range(20)
    )
    for outlet, file in (("Port Gazette", "one.txt"), ("Valley Times", "two.txt")):
        head = f"---\ntitle: Ferry closed\noutlet: {outlet}\npublished: 2024-02-03\n---\n"
        (empty.folder / file).write_text(f"{head}{story}\n")
    for number in range(200):
        text = f"---\ntitle: Report {number:03}\n---\nKiosk {number} sold {number + 100} maps.\n"
        (empty.folder / f"report-{number:03}.txt").write_text(text)
    with window(browser, empty.url) as page:
        page.get_by_role("button", name="Index again").click()
        page.locator("#adding-progress li", has_text="202 added").wait_for(timeout=WAIT)
        row = listed(page, 202).filter(has_text="Port Gazette")
        row.get_by_text("Nearly the same words as two.txt").wait_for(timeout=WAIT)
        assert "3 February 2024" in (row.text_content() or "")
        page.get_by_label("Find a document").fill("report-117")
        assert names(page) == ["Report 117"]
        page.get_by_label("Find a document").fill("")
        page.get_by_label("Order of the documents").select_option("name")
        assert names(page)[:3] == ["Ferry closed", "Ferry closed", "Report 000"]
        empty.folder.rename(empty.folder.with_name("elsewhere"))
        empty.folder.mkdir()
        page.get_by_role("button", name="Index again").click()
        page.locator("#adding-progress").get_by_text("There are no documents").wait_for(
            timeout=WAIT
        )
        listed(page, 202)
