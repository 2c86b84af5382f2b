"""Plain text is what a person sees in an editor, whatever bytes it is made of."""

from __future__ import annotations

import unicodedata

import pytest

from rag.errors import DocumentError
from rag.formats import READERS
from rag.text.blocks import page_of
from rag.text.sentences import split_sentences

read_text, read_markdown = READERS[".txt"], READERS[".md"]

ENCODED = [
    ("Café notes\n\nThe Café Angèle in Besançon serves 90 gâteaux. It’s run by Zoé.", "cp1252"),
    ("Réunion à Orléans", "latin-1 cp1252 iso8859-15 mac-roman cp850 utf-16-le utf-16-be"),
    ("Öffnungszeiten für Gäste", "latin-1 mac-roman cp850 cp437"),
    ("Das Gebäude gehört 12 Erben – „Haus am Fluß“.", "cp1252 mac-roman"),
    ("Señal: el niño comió mañana. ¿Dónde está?", "latin-1 mac-roman cp850"),
    ("Blåbær og fløte koster 40 kr på Tromsø.", "latin-1 mac-roman cp850"),
    ("The “ferry” isn’t full – it’s £40 a day.", "cp1252"),
    ("Zażółć gęślą jaźń", "cp1250 iso8859-2 cp852"),
    ("Příliš žluťoučký kůň", "cp1250 iso8859-2"),
    ("Árvíztűrő tükörfúrógép", "cp1250 iso8859-2 cp852"),
    ("Şehir meclisi dün ığdır yolunu açtı.", "cp1254 iso8859-9"),
    ("Паром перевозит 64 машины.", "cp1251 koi8-r iso8859-5 cp866 mac-cyrillic utf-16-le"),
    ("ПРОТОКОЛ № 5", "cp1251 cp866"),
    ("Пором перевозить 64 автівки щодня, її збудовано 1974 року.", "cp1251 koi8-u"),
    ("Το πλοίο μεταφέρει 64 αυτοκίνητα.", "cp1253 iso8859-7"),
    ("המעבורת נושאת 64 מכוניות", "cp1255"),
    ("تنقل العبارة 64 سيارة كل يوم.", "cp1256 utf-16-le"),
    ("เรือเฟอร์รี่บรรทุกรถยนต์ได้ 64 คัน", "cp874"),
    ("渡轮每天运送六十四辆汽车。", "gbk gb18030 utf-16-le utf-16-be"),
    ("渡輪每天運送六十四輛汽車。", "big5"),
    ("フェリーは毎日64台の車を運びます。", "shift_jis euc_jp iso2022_jp utf-16-le"),
    ("여객선은 매일 64대의 자동차를 운반한다.", "euc_kr utf-16-le"),
]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(text, encoding) for text, encodings in ENCODED for encoding in encodings.split()],
)
def test_a_line_is_enough_to_tell_an_encoding(text: str, encoding: str) -> None:
    """Short texts are read in the encodings that are used for their languages."""
    assert read_text(text.encode(encoding)).text == text


def test_a_rare_letter_late_in_a_file_is_read() -> None:
    """What is beyond ASCII may come after pages of ASCII."""
    text = "The ferry carries 64 cars. " * 4_000 + "It costs £4 at the café."
    assert read_text(text.encode("cp1252")).text == text


@pytest.mark.parametrize(
    "raw",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0" * 100,
        bytes(range(256)) * 20,
        b"\0\0\0\0",
        b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0\xb8\0\0\0" * 50,
        b"\x7fELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0\1\0\0\0" * 40,
    ],
)
def test_binary_data_is_refused(raw: bytes) -> None:
    """NUL bytes alone do not make UTF-16."""
    with pytest.raises(DocumentError, match="binary"):
        read_text(raw)


def test_what_cannot_be_seen_is_taken_out() -> None:
    """Words are whole without marks of where they may be broken; other scripts keep theirs."""
    raw = "The \u200bcap\u00adtain is Aud\u2060 Moe,\ufeff of Auf\u200clage. Fares: 30\u00a0kr."
    assert read_text(raw.encode()).text == "The captain is Aud Moe, of Auflage. Fares: 30\u00a0kr."
    kept = "می\u200cخواهم ក\u200bខ 👩\u200d🚀 क्\u200dष"
    assert read_text(kept.encode()).text == kept


def test_accents_are_on_their_letters() -> None:
    """Text in decomposed Unicode is stored composed; what has no such character stays."""
    text = "Café Zürich, Ål, ガ, 한글, x̄"
    assert read_text(unicodedata.normalize("NFD", text).encode()).text == text
    assert read_text("神\ufa19".encode()).text == "神\ufa19"


def test_pages_and_their_heads() -> None:
    """Form feeds part pages, and what returns on each is marked as clutter."""
    pages = [f"Harbour report\n\nThe boats of year {n} came.\n\n{n}\n" for n in range(1, 4)]
    found = read_text("\f".join(pages).encode())
    assert [found.text[at:].startswith("Harbour") for at in found.pages] == [True] * 3
    assert len(found.marks) == 6
    assert [found.text[b.start : b.end] for b in found.blocks] == [
        f"The boats of year {n} came." for n in range(1, 4)
    ]
    assert read_text(b"One page.\n").pages == ()


def split_page(head: str, foot: str = "") -> tuple[str, str]:
    """A text whose second page begins amid a sentence, and that sentence."""
    first = "The board met on 3 May in the hall of the guild, and it was agreed\nthat the old pier"
    second = "should be taken down before the\nwinter. The stones are to be sold."
    pages = [f"{head} 1\n\n{first}\n\n{foot}", f"{head} 2\n\n{second}\n\n{foot}"]
    sentence = f"{first} {second}".replace("\n", " ")
    return "\f".join([*pages, f"{head} 3\n\nNobody spoke.\n"]), sentence[
        : sentence.index(" The st")
    ]


@pytest.mark.parametrize(
    ("head", "foot"), [("Guild of Vik", ""), ("Guild of Vik", "Secret\n"), ("", "")]
)
def test_the_head_of_a_page_parts_no_sentence(head: str, foot: str) -> None:
    """It is put behind the paragraph, as clutter; the page still begins where it did."""
    text, sentence = split_page(head, foot)
    found = read_text(text.encode())
    units = split_sentences(found.text, found.marks, blocks=found.blocks)
    shown = [" ".join(found.text[s.start : s.end].split()) for s in units]
    assert shown == [sentence, "The stones are to be sold.", "Nobody spoke."]
    assert sorted(found.text.split()) == sorted(text.split())
    assert len(found.pages) == 3
    assert found.text[found.pages[1] :].startswith("should be taken")
    assert page_of(found.pages, units[0].start) == 1
    assert page_of(found.pages, units[1].start) == 2
    marked = [found.text[mark.start : mark.end] for mark in found.marks]
    assert all(mark.split() != [] and mark in text for mark in marked)
    assert len(marked) == (text.count(f"{head} ") + text.count("Secret") if head else 3)


def test_the_head_of_a_page_stays_between_paragraphs() -> None:
    """Where no sentence runs over a page, every character stays in its place."""
    pages = ["The board met in the hall.", "The pier is old.", "All left."]
    text = "\f".join(f"Guild {n}\n\n{page}\n" for n, page in enumerate(pages))
    assert read_text(text.encode()).text == text


def test_a_blank_page_counts() -> None:
    """Two page breaks in a row have a page between them."""
    found = read_text(b"The board met.\n\f\fThe pier is old.\n")
    assert page_of(found.pages, found.text.index("The pier")) == 3


def test_a_chat_is_turns() -> None:
    """A log of a chat in a text file has its speakers."""
    lines = [f"[05.02.24, 10:15:0{n}] {who}: Words." for n, who in enumerate(["Ana", "Bo", "Ana"])]
    blocks = read_text("\n".join(lines).encode()).blocks
    assert [(block.kind, block.label) for block in blocks] == [
        *(("turn", "Ana"), ("turn", "Bo"), ("turn", "Ana")),
    ]


def test_front_matter_is_no_block() -> None:
    """Blocks are spans of what stands behind the front matter."""
    found = read_text(b"---\ntitle: The ferry\n---\nIt carries 64 cars.\n")
    assert [found.text[b.start : b.end] for b in found.blocks] == ["It carries 64 cars."]


def test_front_matter_says_what_it_says_in_markdown() -> None:
    """What front matter says beyond the known fields can be quoted, whatever the text is."""
    front = (
        f"---\ntitle: The ferry\ncaptain: N. Aker\ntags: [boats]\nremark: {'Full. ' * 60}\n---\n"
    )
    text = f"{front}It carries 64 cars.\n\fIt leaves at noon.\n"
    plain, markdown = read_text(text.encode()), read_markdown(text.encode())
    kinds = [(b.kind, plain.text[b.start : b.end]) for b in plain.blocks]
    assert kinds[:2] == [(b.kind, markdown.text[b.start : b.end]) for b in markdown.blocks[:2]]
    assert kinds[0] == ("field", "captain: N. Aker")
    assert [words for _, words in kinds[2:]] == ["It carries 64 cars.", "It leaves at noon."]
    assert plain.pages == (0, plain.text.index("It leaves"))


def test_front_matter_of_a_chat_is_kept() -> None:
    """A chat begins behind what its front matter says, and its turns are where their words are."""
    turns = "".join(f"[05.02.24, 10:15:0{n}] Ana: Word {n}.\n" for n in range(4))
    found = read_text(f"---\nroom: Harbour office\n---\n{turns}".encode())
    assert [found.text[b.start : b.end] for b in found.blocks][:2] == [
        *("room: Harbour office", "[05.02.24, 10:15:00] Ana: Word 0."),
    ]
