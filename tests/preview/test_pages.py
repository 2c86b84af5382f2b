"""Pages of PDFs: the picture is of the page, and the boxes are around the cited words."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

import rag
from rag.errors import DocumentError
from rag.preview.matching import PlacedLetter, find_words
from rag.preview.pages import NO_LETTERS, NOT_CITED
from tests.formats.pdf_writing import FULL_PAGE_PICTURE, PICTURE, lines, pdf, show

OWLS = "Barn owls hunt at night."
STORY = [OWLS, "A barn owl eats four voles a day,", "which it catches in open fields.", ""]
FIRST = [*STORY, "The bridge is 340 metres long and was built by the town in 1998."]
SECOND = ["The second page says it again.", OWLS, "It was opened on a Saturday in spring."]


def opened(folder: Path, tmp_path: Path, tiny: str, **files: bytes) -> rag.Corpus:
    folder.mkdir(exist_ok=True)
    for name, raw in files.items():
        (folder / f"{name}.pdf").write_bytes(raw)
    return rag.open(folder, index_dir=tmp_path / "index", embedder=tiny)


@pytest.mark.timeout(60)  # the process that draws is started
def test_words_are_boxed_where_they_stand(tmp_path: Path, tiny: str) -> None:
    """A sentence on two lines has two boxes; words that are on both pages are those of the page."""
    raw = pdf(lines(72, 100, FIRST), lines(72, 300, SECOND))
    corpus = opened(tmp_path / "pdfs", tmp_path, tiny, report=raw)
    article = corpus.articles()[0]
    image = corpus.documents.page_image(article.id, 1, scale=1.0)
    picture = Image.open(io.BytesIO(image.png))
    assert picture.size == (595, 842)
    assert image.pages == 2
    at = article.text.index("A barn owl eats")
    end = article.text.index("open fields.") + len("open fields.")
    places = corpus.documents.page_places(article.id, at, end)
    assert places.missing is None
    assert [round((box.y0 + box.y1) / 2 / 12) for box in places.boxes] == [9, 10]
    for box in places.boxes:  # there is ink in it
        assert min(picture.convert("L").crop(tuple(map(round, box))).getdata()) < 128
        assert 70 <= box.x0 < 75
        assert box.x1 < 400
    again = article.text.rindex(OWLS)
    places = corpus.documents.page_places(article.id, again, again + len(OWLS))
    assert places.page == 2
    assert [round(box.y0 / 10) for box in places.boxes] == [30]
    elsewhere = corpus.documents.page_places(article.id, at, end, 2)
    assert (elsewhere.boxes, elsewhere.missing) == ((), NOT_CITED)


@pytest.mark.timeout(60)  # the process that draws is started
def test_turned_pages_and_pictures(tmp_path: Path, tiny: str) -> None:
    """On a page that is shown turned the boxes are too; of a picture it is said that it is one."""
    turned = pdf(lines(72, 100, FIRST), page=b"/Rotate 90")
    scan = pdf(lines(72, 100, FIRST), FULL_PAGE_PICTURE, extra=[PICTURE])
    corpus = opened(tmp_path / "pdfs", tmp_path, tiny, turned=turned, scan=scan)
    article = corpus.article("turned.pdf")
    at = article.text.index(OWLS)
    places = corpus.documents.page_places(article.id, at, at + len(OWLS))
    assert (round(places.width), round(places.height)) == (842, 595)
    (box,) = places.boxes
    image = corpus.documents.page_image(article.id, 1, scale=1.0)
    picture = Image.open(io.BytesIO(image.png)).convert("L")
    assert min(picture.crop(tuple(map(round, box))).getdata()) < 128
    assert box.y1 - box.y0 > box.x1 - box.x0  # the line runs down the page
    scanned = corpus.article("scan.pdf")
    assert corpus.documents.page_image(scanned.id, 2).png.startswith(b"\x89PNG")
    from rag.preview.pages import _missing

    assert _missing(0, 0, 5) == NO_LETTERS


@pytest.mark.timeout(60)  # the process that draws is started
def test_what_cannot_be_shown_is_refused(folder: Path, tmp_path: Path, tiny: str) -> None:
    """No page beyond the last, no page of a text, and none of a file that is another one now."""
    raw = pdf(lines(72, 100, FIRST))
    corpus = opened(folder, tmp_path, tiny, report=raw)
    article, text = corpus.article("report.pdf"), corpus.article("owls.txt")
    for id_, page, reason in ((article.id, 2, "no page 2"), (text.id, 1, "is no PDF")):
        with pytest.raises(DocumentError, match=reason):
            corpus.documents.page_image(id_, page)
    with pytest.raises(rag.RagError, match="No document"):
        corpus.documents.page_image("../../etc/passwd", 1)
    (folder / "report.pdf").write_bytes(pdf(show(72, 100, "Other words.")))
    with pytest.raises(DocumentError, match="was changed"):
        corpus.documents.page_image(article.id, 1)


@pytest.mark.timeout(60)  # the process that draws is started
def test_a_huge_page_has_a_small_picture(tmp_path: Path, tiny: str) -> None:
    """The picture of a page of 200 inches is no larger than others may be."""
    raw = pdf(lines(72, 100, FIRST)).replace(b"[0 0 595 842]", b"[0 0 9999 9999]")
    corpus = opened(tmp_path / "pdfs", tmp_path, tiny, poster=raw)
    image = corpus.documents.page_image(corpus.articles()[0].id, 1, scale=6.0)
    width, height = Image.open(io.BytesIO(image.png)).size
    assert width * height < 12_100_000
    assert image.scale < 1


def letters(*placed: tuple[float, float, str]) -> list[PlacedLetter]:
    return [
        PlacedLetter(x + 5 * n, x + 5 * n + 5, y, 10, char)
        for x, y, text in placed
        for n, char in enumerate(text)
    ]


def test_words_in_another_order_are_found_piece_by_piece() -> None:
    """Columns drawn line by line, hyphens at their ends, and cells of a row are matched."""
    page = letters((0, 10, "The authors ask for a buf-"), (200, 10, "Bees like clover and"))
    page += letters((0, 22, "fer strip of fifty metres."), (200, 22, "heather in the south."))
    found = find_words(page, "The authors ask for a buffer strip of fifty metres.")
    assert found.found == found.wanted
    assert {(box.x0, round(box.y1)) for box in found.boxes} >= {(0.0, 12), (0.0, 24)}
    assert all(box.x1 < 200 for box in found.boxes)
    table = letters((0, 10, "24 "), (50, 10, "Heart"), (0, 40, "24 "), (50, 40, "Eyes"))
    (word, number) = find_words(table, "Eyes | 24").boxes
    assert word.x0 == 50
    assert (number.x0, number.y1) == (0, word.y1)


def test_of_the_same_words_those_in_their_place_are_boxed() -> None:
    """Where a page has the words twice, what stands around them tells which are meant."""
    page = letters((0, 10, "The mayor of Vire said: It is safe."), (0, 40, "Later the"))
    page += letters((50, 40, "engineer said: It is safe."))
    (box,) = find_words(page, "It is safe.", before="Later the engineer said: ").boxes
    assert round(box.y1) == 42


def test_what_is_not_there_is_not_boxed() -> None:
    """Words that a page does not have are not marked on others, nor a number within another."""
    page = letters((0, 10, "In 2024 the town had twelve bridges."))
    assert find_words(page, "The town sold its harbour to Larnmouth.").boxes == ()
    assert find_words(page, "24").boxes == ()
