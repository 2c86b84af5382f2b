"""Pictures of text, through Tesseract where it is installed."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from rag.documents.loading import load
from rag.documents.reading_process import DocumentReader, ReadingLimits
from rag.errors import DocumentError
from rag.formats import ocr

HEAD = (
    "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
)
needs_tesseract = pytest.mark.skipif(not ocr.is_installed(), reason="Tesseract is not installed")


def row(paragraph: int, line: int, confidence: float, word: str) -> str:
    """Return a word as Tesseract puts it into its table."""
    return f"5\t1\t1\t{paragraph}\t{line}\t1\t10\t10\t50\t20\t{confidence}\t{word}"


def picture(text: str, kind: str = "PNG", **more: object) -> bytes:
    """Return a picture that shows a text."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("L", (1400, 120), 255)
    ImageDraw.Draw(image).text((30, 30), text, fill=0, font=ImageFont.load_default(48))
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def test_words_are_put_together_to_paragraphs() -> None:
    """Lines are joined, also over a hyphen; specks are left out; long words weigh more."""
    output = "\n".join(
        [
            HEAD,
            "1\t1\t0\t0\t0\t0\t0\t0\t900\t900\t-1\t",
            row(1, 1, 96, "The"),
            row(1, 1, 90, "evapo-"),
            row(1, 2, 90, "ration"),
            row(1, 2, 12, "~|"),
            row(2, 1, 80, "Next."),
        ]
    )
    found = ocr.parse_tsv(output)
    assert found.paragraphs == ["The evaporation", "Next."]
    assert 80 < found.confidence < 96


def test_the_note_warns_where_ocr_is_unsure() -> None:
    """A low confidence sends the reader to the picture."""
    assert ocr.note_of(91.4, "was") == "was read by OCR (confidence 91 of 100)"
    assert "check" in ocr.note_of(41, "was")


def test_a_picture_without_tesseract_is_said_to_be_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is passed over in silence: the message names what to install."""
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    with pytest.raises(DocumentError, match="install Tesseract"):
        ocr.read_image(b"whatever")


def _recognizes(*texts: str) -> Callable[[bytes, float], ocr.Recognized]:
    found = iter(texts)
    return lambda image, seconds: ocr.Recognized([next(found)], 90.0)


def test_each_frame_of_a_picture_is_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fax of two pages has two."""
    from PIL import Image

    monkeypatch.setattr(ocr, "is_installed", lambda: True)
    monkeypatch.setattr(ocr, "recognize", _recognizes("One.", "Two."))
    second = Image.new("L", (50, 50), 255)
    read = ocr.read_image(picture("x", "TIFF", save_all=True, append_images=[second]))
    assert read.text == "One.\n\nTwo."
    assert read.pages == (0, 6)


def test_pictures_that_are_too_large_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound is on what a picture unpacks to, before it does."""
    monkeypatch.setattr(ocr, "is_installed", lambda: True)
    monkeypatch.setattr(ocr, "MAX_PIXELS", 1_000)
    with pytest.raises(DocumentError, match="too large"):
        ocr.read_image(picture("x"))


def test_the_languages_of_scans_are_a_setting() -> None:
    """A language that Tesseract lacks is named; the process that reads is told which to use."""
    limits = ReadingLimits(10**7, 60, 2 * 10**9, 1000, languages="eng+qqx")
    with pytest.raises(DocumentError, match="install Tesseract") as raised:
        DocumentReader(limits).parse(picture("The bridge."), "bridge.png")
    if ocr.is_installed():
        assert "for qqx (RAG_OCR_LANGUAGES)" in str(raised.value)


@needs_tesseract
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "BMP"])
def test_tesseract_reads_pictures(kind: str) -> None:
    """The words in a picture are read, whatever its format."""
    read = ocr.read_image(picture("The bridge was closed in June.", kind))
    assert read.text == "The bridge was closed in June."
    assert read.notes[0].startswith("was read by OCR (confidence 9")


@needs_tesseract
def test_tesseract_is_ended_in_time() -> None:
    """A picture for which there is no time is not read."""
    assert ocr.recognize(picture("The bridge."), 0.001) is None


def _page(*lines: tuple[int, int, int, str]) -> str:
    """Return a table of lines: of each its block, its place from the left, its height, its words.

    A letter is ten dots wide.
    """
    rows = [HEAD]
    for line, (block, left, height, text) in enumerate(lines):
        for n, word in enumerate(text.split()):
            width = 10 * len(word)
            rows.append(
                f"5\t1\t{block}\t1\t{line}\t{n}\t{left}\t{40 * line}\t{width}\t{height}\t95\t{word}"
            )
            left += width + 10
    return "\n".join(rows)


def test_a_heading_in_a_picture_does_not_go_on_in_the_text() -> None:
    """A line that ends early, or is large or centred, is no beginning of the next paragraph."""
    found = ocr.parse_tsv(
        _page(
            (1, 300, 20, "Inventory of a"),
            (2, 100, 30, "The library of the old castle"),
            (3, 100, 20, "The press on the east side holds"),
            (3, 100, 20, "forty volumes of sermons in the"),
            (4, 100, 20, "first row of it."),
        )
    )
    assert [getattr(each, "goes_on", None) for each in found.paragraphs] == [
        False,
        False,
        True,
        False,
    ]


def test_lines_with_room_for_the_next_word_are_ends_of_paragraphs() -> None:
    """A heading set close above the text, and the lines of an address, stand by themselves."""
    found = ocr.parse_tsv(
        _page(
            (1, 100, 20, "Books"),
            (1, 100, 20, "The press on the east side holds"),
            (1, 100, 20, "forty volumes of sermons."),
        )
    )
    assert found.paragraphs == [
        "Books",
        "The press on the east side holds forty volumes of sermons.",
    ]


@needs_tesseract
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_pictures_that_do_not_lie_upright_are_read(turn: int) -> None:
    """A scan may lie on its side or upside down, and says the same."""
    from PIL import Image, ImageDraw, ImageFont

    lines = ["The ferry was moored at noon, and", "nobody crossed the water before", "spring."]
    image = Image.new("L", (1000, 500), 255)
    font = ImageFont.load_default(48)
    ImageDraw.Draw(image).multiline_text((60, 60), "\n".join(lines), fill=0, font=font, spacing=20)
    out = io.BytesIO()
    image.rotate(turn, expand=True).save(out, "PNG")
    found = ocr.recognize(out.getvalue(), 30)
    assert found is not None
    assert " ".join(found.paragraphs) == " ".join(lines)


@needs_tesseract
def test_a_damaged_picture_is_told_in_plain_words() -> None:
    """What is no picture inside is one reason, which says what to do and nothing of the library."""
    with pytest.raises(DocumentError, match=r"is damaged.*save it as PNG") as told:
        load(b"\x89PNG\r\n\x1a\n" + b"junk" * 50, "chart.png")
    assert "BytesIO" not in str(told.value)
