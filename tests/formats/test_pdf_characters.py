"""PDF files: letters, spaces, hyphens and raised marks are those that a person sees."""

from __future__ import annotations

import io
import re

import pytest
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from rag.formats.pdf.document import read_pdf
from tests.formats.pdf_writing import lines, pdf, show
from tests.formats.test_pdf import texts

LIGATURES = (
    b"/FirstChar 0 /LastChar 127 /Widths [%b] "
    b"/Encoding << /BaseEncoding /WinAnsiEncoding /Differences [1 /ffi /ff] >>" % (b"500 " * 128)
)


X_OF_THE, X_OF_THE_OST = 166.48, 221.84  # with white of 2 points before each
WIDE = 94.15  # points of "They met at 20 Uhr" in Helvetica at 11


def shown(code: str) -> list[str]:
    """Return the paragraphs of a page on which a line is shown."""
    return texts(read_pdf(pdf(f"BT /F1 10 Tf 60 700 Td {code} ET".encode("latin-1"))))


def test_a_ligature_has_all_its_letters() -> None:
    """A letter that is there twice in a ligature is not one that is printed twice."""
    code = b"BT /F1 10 Tf 60 700 Td (Our o\x01ce and our sta\x02 are cold.) Tj ET"
    raw = pdf(code).replace(b"/Encoding /WinAnsiEncoding", LIGATURES)
    assert texts(read_pdf(raw)) == ["Our office and our staff are cold."]


def test_white_between_words_is_a_space_beside_written_ones() -> None:
    """Where some spaces are written, others may be white that is a little narrower."""
    code = show(60, 100, "Seventy bells survive in")
    code += show(X_OF_THE, 100, "the valley of") + show(X_OF_THE_OST, 100, "the Ost.")
    assert texts(read_pdf(pdf(code))) == ["Seventy bells survive in the valley of the Ost."]


def test_a_space_that_takes_no_place_is_none() -> None:
    """Some programs write a space and take its white back: nobody sees it."""
    line = "[(They waiv) ( ) 278 (e any leg) ( ) 278 (al power to sue us.)] TJ"
    assert shown(line) == ["They waive any legal power to sue us."]


@pytest.mark.parametrize("first", [True, False])
def test_a_raised_mark_belongs_to_the_word_on_its_left(*, first: bool) -> None:
    """The mark of a note is raised though it be as large as its word, or drawn before it."""
    word = show(60, 100, "They met at 20 Uhr", 11)
    mark = show(60 + WIDE, 95, "1", 10.7)
    rest = lines(60, 130, ["The meeting was in the house of the", "mayor and took two hours."])
    code = (mark + word if first else word + mark) + rest
    assert texts(read_pdf(pdf(code)))[0] == "They met at 20 Uhr¹"


def test_words_in_capitals_are_joined_like_others() -> None:
    """A word in capitals that stands elsewhere whole has no hyphen at the end of a line."""
    first = [
        "There is no warranty. It comes WITHOUT ANY WAR-",
        "RANTY; this means that nobody pays.",
    ]
    expected = "There is no warranty. It comes WITHOUT ANY WARRANTY; this means that nobody pays."
    assert texts(read_pdf(pdf(lines(60, 100, first)))) == [expected]


def test_hyphens_stay_where_no_program_parts_words() -> None:
    """In a long text without parted words, a hyphen at the end of a line is one of the word."""
    plain = [
        "The stones of the harbour are counted each year,",
        "and none of them is ever moved away.",
    ]
    last = ["They give a royalty-free and world-", "wide right to use the stones of it."]
    body = plain * 35
    pages = [lines(60, 60, body, 8, 10), lines(60, 60, body[:40] + last, 8, 10)]
    assert "a royalty-free and world-wide right" in texts(read_pdf(pdf(*pages)))[-1]


def composite(raw: bytes, letters: str, name: str = "Made", encoding: str = "Identity-H") -> bytes:
    """Return a file whose font F2 is one of two bytes a letter, with a table of its letters."""
    table = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
    table += f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{letters}\n".encode()
    table += b"endcmap end end"
    kin = f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /DW 500 /CIDSystemInfo"
    kin += " << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
    font = f"/F2 << /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /{encoding}"
    font += f" /ToUnicode 90 0 R /DescendantFonts [{kin}] >> >> /XObject"
    start = raw.index(b"/F2 <<")
    end = raw.index(b"/XObject", start)
    stream = b"90 0 obj\n<< /Length %d >>\nstream\n%b\nendstream\nendobj\n" % (len(table), table)
    whole = raw[:start] + font.encode() + raw[end + len(b"/XObject") :]
    return whole.replace(b"xref\n", stream + b"xref\n", 1)


def test_the_text_of_a_searchable_scan_has_all_its_letters() -> None:
    """Tesseract's font says that each code is its letter, in a way that few programs take."""
    words = ["“Река", "€412”", "cost"]
    code = "BT /F2 10 Tf "
    for n, word in enumerate(words):
        spaced = f"{word} ".encode("utf-16-be").hex()
        code += f"1 0 0 1 {60 + 45 * n} 700 Tm <{spaced}> Tj "
    code += "1 0 0 1 60 686 Tm /F2 11 Tf <" + "a lot.".encode("utf-16-be").hex() + "> Tj ET"
    letters = "1 beginbfrange <0000> <FFFF> <0000> endbfrange"
    raw = composite(pdf(code.encode()), letters, "GlyphLessFont")
    found = read_pdf(raw)
    assert texts(found) == ["“Река €412” cost a lot."]
    assert found.notes == ()


def test_letters_beyond_the_first_plane_are_read() -> None:
    """Letters of formulas have two codes in the table of a font, which are one letter."""
    letters = "3 beginbfchar <0001> <D835DF06> <0002> <0020> <0003> <D83DDE00> endbfchar"
    code = b"BT /F1 10 Tf 60 700 Td (the rate ) Tj /F2 10 Tf <000100020003> Tj ET"
    found = read_pdf(composite(pdf(code), letters))
    assert texts(found) == ["the rate 𝜆 😀"]
    assert found.notes == ()


@pytest.mark.parametrize(
    ("font", "codes", "signs"),
    [
        ("ZapfDingbats", "48q", "✔✘❑"),
        ("ABCDEF+Wingdings-Regular", "\xfc\xfb\xa8", "✓✗☐"),
        ("Wingdings", "\xfe\xfd\xa8", "☑☒☐"),
        ("Wingdings2", "PO\xa3", "✓✗☐"),
    ],
)
def test_signs_before_words_are_kept(font: str, codes: str, signs: str) -> None:
    """Whether somebody agrees is a sign before the words, also in a font of signs."""
    answers = ["I agree to be asked.", "I agree to be shown.", "I want a copy."]
    code = "".join(
        f"BT /F2 12 Tf 60 {700 - 20 * n} Td ({sign}) Tj ET BT /F1 10 Tf 80 {700 - 20 * n} Td "
        f"({answer}) Tj ET\n"
        for n, (sign, answer) in enumerate(zip(codes, answers, strict=True))
    )
    bold = rb"/BaseFont /Helvetica-Bold\s+/Encoding /WinAnsiEncoding"
    encoding = " /Encoding /WinAnsiEncoding" if "Wing" in font else ""
    raw = re.sub(bold, f"/BaseFont /{font}{encoding}".encode(), pdf(code.encode("latin-1")))
    expected = [f"{sign} {answer}" for sign, answer in zip(signs, answers, strict=True)]
    found = [text.replace(" | ", " ") for text in texts(read_pdf(raw))]  # as cells of a table
    assert found == expected


HEBREW = {chr(0x5D0 + n): 0x10 + n for n in range(27)}
ARABIC = {chr(0x621 + n): 0x40 + n for n in range(42)}
CODES = HEBREW | ARABIC | {chr(code): code + 0x100 for code in range(0x20, 0x7F)}
CODES |= {"₪": 0x300, "–": 0x301, "€": 0x302, "־": 0x303}


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ("השנה 51% עלה", "עלה 51% השנה"),
        ("בלבד 40₪ מחיר", "מחיר 40₪ בלבד"),
        ("בלבד €40 מחיר", "מחיר €40 בלבד"),
        ("בערך 20–10 גילים", "גילים 10–20 בערך"),
        ("השנה 3.5%־ב", "ב־3.5% השנה"),
        ("בבית 03-123-45 טלפון", "טלפון 03-123-45 בבית"),
        ("נמכר Model X 200 מכשיר", "מכשיר Model X 200 נמכר"),
        ("في %51 قيمة", "قيمة 51% في"),
        ("سنة 20-10 من", "من 10-20 سنة"),
        ("من 1,000 قيمة", "قيمة 1,000 من"),
    ],
)
def test_numbers_in_lines_from_the_right(seen: str, expected: str) -> None:
    """Signs of Hebrew and Arabic lines are where they are read, at their side of the number.

    The words of what is seen are from left to right, each written as it is read.
    """
    turned = " ".join(_shown(word) for word in seen.split(" "))
    codes = "".join(f"{CODES[char]:04X}" for char in turned)
    letters = "".join(f"<{code:04X}> <{ord(char):04X}>\n" for char, code in CODES.items())
    chunks = letters.splitlines()
    table = "\n".join(
        f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar"
        for part in (chunks[at : at + 90] for at in range(0, len(chunks), 90))
    )
    code = f"BT /F2 10 Tf 60 700 Td <{codes}> Tj ET".encode()
    assert texts(read_pdf(composite(pdf(code), table))) == [expected]


def _shown(word: str) -> str:
    """Return the characters of a word from left to right."""
    if "־" in word:
        number, letters = word.split("־")
        return f"{number}־{letters[::-1]}"
    return word[::-1] if any(char.isalpha() and char >= "\u0590" for char in word) else word


COLUMNS = ["山の村では雪が五月まで残る。", "子供たちは橇で学校へ通うが、", "川は凍る。"]


def columns_file(more: bytes = b"") -> bytes:
    """Return a file with text in columns, and what else its page shows."""
    codes = {char: 0x21 + n for n, char in enumerate(sorted(set("".join(COLUMNS))))}
    code = "".join(
        f"BT /F2 12 Tf {500 - 20 * n} {700 - 12 * m} Td <{codes[char]:02X}> Tj ET\n"
        for n, column in enumerate(COLUMNS)
        for m, char in enumerate(column)
    )
    table = f"1 begincodespacerange <00> <FF> endcodespacerange\n{len(codes)} beginbfchar\n"
    table += "\n".join(f"<{code:02X}> <{ord(char):04X}>" for char, code in codes.items())
    table = f"/CIDInit /ProcSet findresource begin begincmap {table}\nendbfchar endcmap end"
    stream = f"<< /Length {len(table)} >>\nstream\n{table}\nendstream".encode()
    raw = pdf(code.encode() + more, extra=[stream])
    bold = b"/BaseFont /Helvetica-Bold"
    return raw.replace(bold, bold + b" /ToUnicode 5 0 R")


def test_columns_of_letters_are_read_from_the_right() -> None:
    """Books in Japanese run from the top down, their columns from right to left."""
    assert texts(read_pdf(columns_file())) == ["".join(COLUMNS)]


def test_a_line_beside_columns_has_its_written_spaces() -> None:
    """White that is written in a line is a space, however narrow, also beside text in columns."""
    line = b"q BT /F1 10 Tf -2.2 Tw 60 100 Td (Snow stays until May.) Tj ET Q\n"
    assert "Snow stays until May." in texts(read_pdf(pdf(line)))
    assert "Snow stays until May." in texts(read_pdf(columns_file(line)))


def test_a_font_that_runs_down_is_read_down() -> None:
    """A font may say that its letters run down, and many be shown at once."""
    registerFont(UnicodeCIDFont("HeiseiMin-W3", isVertical=True))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    canvas.setFont("HeiseiMin-W3", 12)
    for n, column in enumerate(COLUMNS):
        canvas.drawString(500 - 20 * n, 700, column)
    canvas.save()
    found = read_pdf(out.getvalue()).text
    if len(found) < len("".join(COLUMNS)):
        pytest.skip("this machine has no Japanese font to measure letters with")
    assert found == "".join(COLUMNS)


@pytest.mark.parametrize("x", [60, 92])
def test_the_lines_beside_an_initial_are_lines(x: int) -> None:
    """The first goes on in its word, also where it is printed over it; a short one is not low."""
    rows = ["nce the harbour of the old town was closed by a chain, and noth-", "ing came"]
    code = show(60, 117, "O", 38) + show(x, 100, rows[0]) + show(92, 113, rows[1])
    code += show(92, 126, "in.") + show(60, 160, "The chain was sold for scrap later on.")
    assert texts(read_pdf(pdf(code)))[0] == (
        "Once the harbour of the old town was closed by a chain, and nothing came in."
    )


def test_digits_that_are_raised_by_their_shape_are_powers() -> None:
    """Fonts have small digits that stand high, for which programs say that they are digits."""
    registerFont(TTFont("Vera", "Vera.ttf"))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), pageCompression=0)
    canvas.setFont("Vera", 11)
    canvas.drawString(60, 700, "It held 4,210³ and 23 m² in 1932.")
    canvas.save()
    raw = out.getvalue().replace(b"<00B3>", b"<0033>").replace(b"<00B2>", b"<0032>")
    assert texts(read_pdf(raw)) == ["It held 4,210³ and 23 m² in 1932."]
