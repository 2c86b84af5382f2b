"""Pages in twelve layouts by several printers: what can be quoted of them is what they say."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import add
from pathlib import Path

import pytest

from tests.campaigns.outcomes import Outcome, Record
from tests.campaigns.pdf_browser import PAGES, print_in_browser
from tests.campaigns.pdf_layouts import LAYOUTS, PRINTERS, Measured, measure, print_story, story
from tests.support.browsing import CHROMIUM

SEEDS, SEEDS_IN_BROWSER, FEW = 25, 5, 2  # stories of each layout
LEAST = 0.99  # of what can be quoted is word for word on the page, and of that is found


def outcome(name: str, measured: Iterable[Measured]) -> Outcome:
    """Return what became of the stories of a layout, all taken together."""
    total = reduce(add, measured)
    wrong = f"{total.right} of {total.quoted} quoted are right, not {total.wrong[:5]}"
    lost = f"{total.found} of {total.known} are found"
    if total.exact < LEAST or total.found < LEAST * total.known:
        return Outcome("PDF layouts", name, "misread", f"{lost}; {wrong}")
    whole = total.right == total.quoted and total.found == total.known
    return Outcome("PDF layouts", name, "word for word" if whole else "99 % word for word")


@pytest.mark.parametrize("printer", PRINTERS)
@pytest.mark.parametrize("name", LAYOUTS)
def test_what_can_be_quoted_is_on_the_page(
    name: str, printer: str, record: Record, small: bool
) -> None:
    """Of the sentences that can be quoted of a layout, 99 percent are word for word on it."""
    seeds = range(FEW if small else SEEDS)
    measured = (measure(*print_story(name, printer, seed)) for seed in seeds)
    record([outcome(f"{name}, {printer}", measured)])


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
@pytest.mark.parametrize("name", PAGES)
def test_what_a_browser_prints_can_be_quoted(
    name: str, record: Record, small: bool, tmp_path: Path
) -> None:
    """Of the sentences that can be quoted of a printed web page, 99 percent are its words."""
    style, extra = PAGES[name]
    measured = []
    for seed in range(1 if small else SEEDS_IN_BROWSER):
        told = story(seed, extra=extra)
        folder = tmp_path / str(seed)
        folder.mkdir()
        measured.append(measure(told, print_in_browser(told, style, CHROMIUM or "", folder)))
    record([outcome(f"{name}, browser", measured)])
