"""The Articles tab: what is added can be asked, what fails is named, what goes is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.server.authentication import hash_password
from tests.support.browsing import NEEDS_BROWSER, WAIT, Site, answered, go_to, serve_folder, window
from tests.support.places import ATTACK

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = NEEDS_BROWSER

QUESTION = "How many owls does the Larnmouth zoo have?"
OWLS = "---\ntitle: Owls\noutlet: Port Gazette\n---\nThe Larnmouth zoo has 14 owls.\n"


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Site]:
    """A page over a folder in which there is nothing yet."""
    folder = tmp_path / "documents"
    folder.mkdir()
    with serve_folder(folder, tmp_path / "scratch") as site:
        yield site


def upload(page: Page, *files: Path) -> None:
    """Give files to the page, and wait until it has done with them."""
    go_to(page, "Articles")
    adding = page.locator("#adding")
    if not page.get_by_role("button", name="Index again").is_visible():
        adding.get_by_text("Add articles").click()
    adding.locator("input[type=file]").first.set_input_files([str(path) for path in files])
    lines = page.locator("#adding-progress .files li:not(.waiting)")
    for path in files:
        if "<" not in path.name:  # which the page leaves out
            lines.filter(has_text=path.name).wait_for(timeout=WAIT)
    lines.filter(has_text="All").wait_for(timeout=WAIT)


def told(page: Page, name: str) -> str:
    """What the page says of a file."""
    return page.locator("#adding-progress .files li", has_text=name).first.text_content() or ""


@pytest.mark.campaign
def test_an_empty_folder_is_filled_and_emptied(
    browser: Browser, empty: Site, tmp_path: Path
) -> None:
    """A good file can be asked when the bar ends, the others are named with their reason."""
    good, broken, hostile, odd = (
        tmp_path / name for name in ("owls.txt", "broken.pdf", "<img src=x onerror=1>.txt", "a.exe")
    )
    good.write_text(OWLS)
    broken.write_bytes(b"%PDF-1.7\nbroken")
    hostile.write_text(f"{ATTACK}\n\nThe zebra {ATTACK} sleeps at noon.\n")
    odd.write_bytes(b"MZ")
    with window(browser, empty.url) as page:
        page.get_by_text("There are no articles yet").first.wait_for(timeout=WAIT)
        answered(page, QUESTION)
        assert "do not answer" in (page.locator("#answer").text_content() or "")
        upload(page, good, broken, hostile, odd)
        assert "you can ask about it" in told(page, "owls.txt")
        assert "cannot be read as PDF" in told(page, "broken.pdf")
        assert "format that cannot be read" in told(page, "a.exe")
        assert page.evaluate("window.hacked") is None
        assert page.locator("#adding-progress img, #articles img").count() == 0
        page.locator("#articles a.open", has_text="Owls").wait_for(timeout=WAIT)
        assert page.locator("#articles tbody tr").count() == 2
        go_to(page, "Ask")
        answered(page, QUESTION)
        assert "14 owls" in (page.locator("#answer").text_content() or "")
        go_to(page, "Articles")
        page.locator("#articles a.open", has_text="Owls").click()
        page.locator("#reader article").wait_for(timeout=WAIT)
        page.get_by_role("button", name="Remove this article").click()
        page.get_by_role("button", name="Yes, remove it").click()
        page.locator("#reader").get_by_text(".removed/owls.txt").wait_for(timeout=WAIT)
        page.wait_for_function("document.querySelectorAll('#articles tbody tr').length === 1")
        go_to(page, "Ask")
        page.locator("#answer").get_by_role("button", name="Save as HTML").click()
        page.locator("#evidence .message").wait_for(timeout=WAIT)
        answered(page, QUESTION)
        assert "do not answer" in (page.locator("#answer").text_content() or "")
    assert (empty.folder / ".removed" / "owls.txt").read_text() == OWLS
    assert not (empty.folder / "broken.pdf").exists()
    inside = [path.name for path in empty.folder.iterdir() if not path.name.startswith(".")]
    assert len(inside) == 1


@pytest.mark.campaign
def test_a_path_on_this_machine_is_copied(browser: Browser, empty: Site, tmp_path: Path) -> None:
    """A folder that is named is copied with its order; the same again is said to be there."""
    mine = tmp_path / "mine" / "2024"
    mine.mkdir(parents=True)
    (mine / "owls.txt").write_text(OWLS)
    with window(browser, empty.url) as page:
        go_to(page, "Articles")
        page.locator("#adding").get_by_text("Add articles").click()
        for said in ("you can ask about it", "is already in the folder"):
            page.get_by_label("Path on this machine").fill(str(mine.parent))
            page.get_by_role("button", name="Add", exact=True).click()
            page.locator("#adding-progress li", has_text=said).wait_for(timeout=WAIT)
        page.get_by_label("Path on this machine").fill(str(tmp_path / "nowhere"))
        page.get_by_role("button", name="Add", exact=True).click()
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
            go_to(each, "Articles")
            each.locator("#adding").get_by_text("Add articles").click()
            with each.expect_file_chooser() as chooser:
                each.get_by_role("button", name="Upload a folder").click()
            chooser.value.set_files(str(mine))
        for number, each in enumerate((page, other)):
            each.locator("#adding-progress li", has_text="All").wait_for(timeout=WAIT)
            assert "you can ask about it" in told(each, f"cranes-{number}.txt")
            assert "failed" not in (each.locator("#adding-progress").inner_html())
        go_to(page, "Ask")
        answered(page, "How many cranes does Larnmouth have?")
        said = page.locator("#answer").text_content() or ""
        assert "30 cranes" in said
        assert "31 cranes" in said


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
        page.get_by_role("button", name="Log out").wait_for(timeout=WAIT)
        go_to(page, "Articles")
        page.locator("#adding").get_by_text("Add articles").click()
        page.get_by_role("button", name="Upload a folder").wait_for(timeout=WAIT)
        assert page.get_by_label("Path on this machine").count() == 0


@pytest.mark.campaign
def test_files_put_in_the_folder_are_indexed_again(
    browser: Browser, empty: Site, tmp_path: Path
) -> None:
    """What changed outside is seen by indexing again; long lists come in pages."""
    for number in range(53):
        text = f"---\ntitle: Report {number:02}\n---\nKiosk {number} sold {number + 100} maps.\n"
        (empty.folder / f"report-{number:02}.txt").write_text(text)
    (empty.folder / "torn.pdf").write_bytes(b"%PDF-1.7\ntorn")
    with window(browser, empty.url) as page:
        go_to(page, "Articles")
        page.locator("#adding").get_by_text("Add articles").click()
        page.get_by_role("button", name="Index again").click()
        page.locator("#adding-progress li", has_text="53 added").wait_for(timeout=WAIT)
        assert "cannot be read as PDF" in told(page, "torn.pdf")
        copies = [tmp_path / name for name in ("one.txt", "two.txt")]
        for copy in copies:
            copy.write_bytes((empty.folder / "report-17.txt").read_bytes())
        upload(page, *copies)
        for copy in copies:
            assert "is already in the folder, as report-17.txt" in told(page, copy.name)
        rows = page.locator("#articles tbody tr")
        page.get_by_text("Articles 1 to 50 of 53").wait_for(timeout=WAIT)
        assert rows.count() == 50
        page.get_by_role("button", name="Older", exact=True).click()
        page.get_by_text("Articles 51 to 53 of 53").wait_for(timeout=WAIT)
        assert rows.count() == 3
        page.get_by_role("button", name="Newer", exact=True).click()
        page.get_by_text("Articles 1 to 50 of 53").wait_for(timeout=WAIT)
        page.get_by_label("Find an article").fill("report-17")
        page.get_by_text("Articles 1 to 1 of 1").wait_for(timeout=WAIT)
        page.get_by_label("Find an article").fill("100%")
        page.get_by_text("No article matches your search").wait_for(timeout=WAIT)
        page.get_by_label("Find an article").fill("")
        empty.folder.rename(empty.folder.with_name("elsewhere"))
        empty.folder.mkdir()
        page.get_by_role("button", name="Index again").click()
        page.locator("#adding-progress").get_by_text("There are no documents").wait_for(
            timeout=WAIT
        )
        page.get_by_text("Articles 1 to 50 of 53").wait_for(timeout=WAIT)


@pytest.mark.campaign
def test_the_list_says_what_repeats_what(browser: Browser, empty: Site) -> None:
    """Near-copies are named beside each other; a row has outlet, date and passages."""
    story = "The ferry to Larnmouth was closed on Monday. " + " ".join(
        f"Pier {number} was flooded to {number * 3} centimetres." for number in range(20)
    )
    for outlet, file in (("Port Gazette", "one.txt"), ("Valley Times", "two.txt")):
        head = f"---\ntitle: Ferry closed\noutlet: {outlet}\npublished: 2024-02-03\n---\n"
        (empty.folder / file).write_text(f"{head}{story}\n")
    with window(browser, empty.url) as page:
        go_to(page, "Articles")
        page.locator("#adding").get_by_text("Add articles").click()
        page.get_by_role("button", name="Index again").click()
        row = page.locator("#articles tbody tr", has_text="Port Gazette")
        row.get_by_text("nearly the same words as two.txt").wait_for(timeout=WAIT)
        assert "3 February 2024" in (row.text_content() or "")
        assert row.locator("td").last.text_content() != "0"
