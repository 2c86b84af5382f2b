"""Hostile PDF files: streams that unpack without end, circular trees, lies."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Sequence

from tests.campaigns.documents.hostile import SECRET_FILE, Hostile

MEGABYTE = 1_000_000
STORY = "The okapi Olwen was born in the zoo of Larnmouth in 2016."
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
    b" /Resources << /Font << /F1 5 0 R >> >> >>"
)


def pdf(objects: Sequence[bytes], trailer: bytes = b"", *, start: int | None = None) -> bytes:
    """Return a PDF file written by hand, since no library writes a hostile one.

    Args:
        objects: the objects 1, 2, 3 …; the first is the catalog.
        trailer: what else its trailer holds.
        start: where it says that its cross-reference table is, by default the true place.
    """
    out, places = io.BytesIO(b"%PDF-1.7\n"), []
    out.seek(0, io.SEEK_END)
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size %d /Root 1 0 R %b >>\n" % (len(objects) + 1, trailer))
    out.write(b"startxref\n%d\n%%%%EOF" % (table if start is None else start))
    return out.getvalue()


def stream(content: bytes, head: bytes = b"", length: int | None = None) -> bytes:
    """Return a stream object; its length is a lie where one is given."""
    said = len(content) if length is None else length
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (said, head, content)


def text_content(lines: Sequence[str]) -> bytes:
    """Return the content of a page that shows some lines."""
    shown = (_escaped(line.encode("latin-1", "replace")) for line in lines)
    return b"BT /F1 12 Tf 14 TL 72 720 Td %b ET" % b" ".join(b"(%b) Tj T*" % line for line in shown)


def _escaped(line: bytes) -> bytes:
    return line.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def pdf_of_lines(lines: Sequence[str], title: str = "") -> bytes:
    """Return a PDF of one page that shows some lines."""
    named = b"<< /Title <%b> >>" % ("\ufeff" + title).encode("utf-16-be", "replace").hex().encode()
    objects = [CATALOG, PAGES, PAGE, stream(text_content(lines)), FONT, named]
    return pdf(objects, b"/Info 6 0 R")


def _page_of(content: bytes, *more: bytes, page: bytes = PAGE) -> bytes:
    """Return a PDF of one page with a content stream as given, and further objects from 6 on."""
    return pdf([CATALOG, PAGES, page, content, FONT, *more])


def pdfs(*, small: bool = False) -> Iterator[Hostile]:
    """Yield hostile PDF files; ``small`` limits their size."""
    yield from _bombs(100 if small else 1_000)
    yield from _trees(2_000 if small else 100_000)
    yield from _forms(200 if small else 5_000)
    yield from _work(20_000 if small else 1_000_000)
    yield from _lies()
    yield from _lures()


def _bombs(megabytes: int) -> Iterator[Hostile]:
    flat = _deflated(b" " * MEGABYTE, megabytes)
    yield Hostile(
        f"a stream that unpacks to {megabytes} MB",
        "bomb.pdf",
        _page_of(stream(flat, b"/Filter /FlateDecode")),
    )
    show = _deflated(b"(a) Tj " * (MEGABYTE // 7), megabytes)
    yield Hostile(
        f"{megabytes} MB of words", "words.pdf", _page_of(stream(show, b"/Filter /FlateDecode"))
    )
    for times in (2, 15, 500):
        packed = flat
        for _ in range(min(times, 15) - 1):
            packed = zlib.compress(packed, 9)
        filters = b"/Filter [%b]" % (b"/FlateDecode " * times)
        yield Hostile(
            f"a stream packed {times} times",
            f"chained{times}.pdf",
            _page_of(stream(packed, filters)),
        )
    runs = b"\x81 " * (megabytes * MEGABYTE // 256)
    packed = zlib.compress(runs)
    both = b"/Filter [/FlateDecode /RunLengthDecode]"
    yield Hostile("runs without end", "runs.pdf", _page_of(stream(packed, both)))
    both = b"/Filter [/FlateDecode /LZWDecode]"
    words = zlib.compress(b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01" * 100_000)
    yield Hostile("codes without end", "codes.pdf", _page_of(stream(words, both)))
    for name in b"ASCIIHexDecode ASCII85Decode JBIG2Decode DCTDecode Crypt a#00b".split():
        raw = _page_of(stream(b"<~" + b"z" * 100_000, b"/Filter /" + name))
        yield Hostile(f"nonsense for {name.decode()}", f"{name.decode()[:5]}.pdf", raw)
    wide = b"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 2147483647 >>"
    yield Hostile(
        "rows without end", "columns.pdf", _page_of(stream(zlib.compress(b"a" * 99), wide))
    )


def _deflated(block: bytes, times: int) -> bytes:
    """Return a block many times over, packed without ever being whole."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(block) for _ in range(times)) + packer.flush()


def _trees(count: int) -> Iterator[Hostile]:
    shown, more = stream(text_content([STORY])), b" /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    for idea, pages, page in (
        ("that is its own child", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>", PAGE),
        ("whose page is its parent", PAGES, b"<< /Type /Pages /Kids [2 0 R] /Count 1" + more),
        ("that counts two thousand million", PAGES.replace(b"1 >>", b"2147483647 >>"), PAGE),
        ("that counts less than none", PAGES.replace(b"1 >>", b"-5 >>"), PAGE),
        ("whose page is no object", PAGES.replace(b"3 0 R", b"99 0 R"), PAGE),
        ("whose children are no list", PAGES.replace(b"[3 0 R]", b"(a)"), PAGE),
        ("of one page many times", PAGES.replace(b"3 0 R", b"3 0 R " * count), PAGE),
        ("whose page is its own parent", PAGES, PAGE.replace(b"2 0 R", b"3 0 R")),
    ):
        name = f"tree-{idea.split()[-1]}.pdf"
        yield Hostile(f"a tree of pages {idea}", name, pdf([CATALOG, pages, page, shown, FONT]))
    chain = [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (n + 3) for n in range(count // 10)]
    yield Hostile("a tree of pages without end", "tree-deep.pdf", pdf([CATALOG, *chain]))
    raw = pdf([CATALOG.replace(b"2 0 R", b"1 0 R"), PAGES, PAGE, shown, FONT])
    yield Hostile("a catalog that is its pages", "catalog.pdf", raw)


def _forms(count: int) -> Iterator[Hostile]:
    draw = PAGE.replace(b"/Font", b"/XObject << /X 6 0 R /Y 6 0 R >> /Font")
    inner = (
        b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>"
    )
    again = stream(b"/X Do /X Do", inner % 6)
    yield Hostile(
        "a form that draws itself twice", "form.pdf", _page_of(stream(b"/X Do"), again, page=draw)
    )
    doubled = [stream(b"/X Do /X Do", inner % (number + 7)) for number in range(40)]
    raw = _page_of(stream(b"/X Do"), *doubled, page=draw)
    yield Hostile("forms that draw two each, forty deep", "forms.pdf", raw)
    deep = [stream(b"/X Do", inner % (number + 7)) for number in range(count)]
    raw = _page_of(stream(b"/X Do"), *deep, page=draw)
    yield Hostile("forms in forms in forms", "forms-deep.pdf", raw)


def _work(count: int) -> Iterator[Hostile]:
    for idea, content in (
        ("states that are never left", b"q " * count),
        ("brackets that are never closed", b"[" * count),
        ("dictionaries that are never closed", b"<<" * count),
        ("strings in strings", b"(" * count),
        ("an array of very many", b"[" + b"1 " * count + b"] TJ"),
        ("operators that are none", b"zz " * count),
        ("a picture that never ends", b"BI /W 9 ID " * count),
        ("a number of very many digits", b"BT " + b"9" * count + b" 0 Td (a) Tj ET"),
        ("fonts that are not there", b"BT " + b"/F9 1 Tf (a) Tj " * (count // 10) + b" ET"),
    ):
        whole = content + b" " + text_content([STORY])
        yield Hostile(idea, f"work-{idea.split()[-1]}.pdf", _page_of(stream(whole)))
    maps = b"begincmap 1 beginbfrange <0000> <FFFFFFFF> <0000> endbfrange endcmap"
    font = FONT.replace(b">>", b"/ToUnicode 6 0 R /Encoding << /Differences [%b] >> >>")
    for idea, cmap, names in (
        ("a font that maps every number", maps, b"0 /a"),
        ("a font with very many names", b"begincmap", b"0 " + b"/a " * min(count, 90_000)),
        ("a font that maps one thing on and on", maps.replace(b"FFFFFFFF", b"FFFF") * 9, b"0 /a"),
    ):
        objects = [CATALOG, PAGES, PAGE, stream(text_content([STORY])), font % names, stream(cmap)]
        yield Hostile(idea, f"font-{idea.split()[-1]}.pdf", pdf(objects))
    contents = PAGE.replace(b"4 0 R", b"[" + b"4 0 R " * (count // 20) + b"]")
    raw = _page_of(stream(text_content([STORY]) * 20), page=contents)
    yield Hostile("one content many times", "contents.pdf", raw)
    nested = CATALOG.replace(b">>", b"/A " + b"[" * (count // 10) + b">>")
    yield Hostile("a catalog of brackets", "brackets.pdf", pdf([nested, PAGES, PAGE]))


def _lies() -> Iterator[Hostile]:
    whole = pdf_of_lines([STORY])
    shown = text_content([STORY])
    for idea, raw in (
        ("cut short", whole[:-200]),
        ("of nothing but its head", b"%PDF-1.7\n" * 1000),
        ("whose table is nowhere", pdf([CATALOG, PAGES, PAGE], start=2**31)),
        ("whose table is at its start", pdf([CATALOG, PAGES, PAGE], start=0)),
        ("whose table goes round", pdf([CATALOG, PAGES], b"/Prev 9 /XRefStm 9")),
        ("whose table is before itself", whole.replace(b"/Root", b"/Prev 9 /Root")),
        ("of a length without end", _page_of(stream(shown, length=2**62))),
        ("of a length below none", _page_of(stream(shown, length=-1))),
        ("of a length that is itself", whole.replace(b"/Length ", b"/Length 4 0 R /L ")),
        ("of an object that is itself", whole.replace(FONT, b"5 0 R")),
        ("of a size without end", whole.replace(b"/Size 7", b"/Size 99999999999")),
        ("whose objects are in themselves", _object_stream()),
        ("locked by a handler that is none", pdf([CATALOG], b"/Encrypt << /Filter /None >>")),
        ("whose title is a page", whole.replace(b"/Title <", b"/Author 3 0 R /Title <")),
        ("whose facts are a loop", whole.replace(b"/Info 6", b"/Info 1")),
        ("of a version that is none", whole.replace(b"%PDF-1.7", b"%PDF-9.9")),
        ("behind a megabyte of dust", b"\0" * MEGABYTE + whole),
        ("in front of a megabyte of dust", whole + b"\0" * MEGABYTE),
        ("of a page without room", whole.replace(b"[0 0 612 792]", b"[a (b) 9e999 null]")),
    ):
        yield Hostile(f"a file {idea}", f"lie-{idea.split()[-1]}.pdf", raw)


def _object_stream() -> bytes:
    inner = stream(b"6 0 2 9 " + PAGES, b"/Type /ObjStm /N 2 /First 8 /Extends 6 0 R")
    objects = [CATALOG.replace(b"2 0 R", b"7 0 R"), PAGES, PAGE, b"null", FONT, inner]
    return pdf(objects).replace(b"xref\n", b"xref \n", 1)


def _lures() -> Iterator[Hostile]:
    for idea, extra in (
        ("a script as it opens", b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"),
        ("a program as it opens", b"/OpenAction << /S /Launch /F (/bin/sh) >>"),
        ("a page elsewhere as it opens", b"/OpenAction << /S /URI /URI (http://127.0.0.1:9/) >>"),
        ("a form of a file", b"/AcroForm << /XFA (<!DOCTYPE a SYSTEM 'file:%b'>) >>"),
    ):
        lure = extra.replace(b"%b", SECRET_FILE.encode())
        objects = [CATALOG.replace(b">>", lure + b" >>"), PAGES, PAGE]
        raw = pdf([*objects, stream(text_content([STORY])), FONT])
        yield Hostile(f"a PDF with {idea}", f"lure-{idea.split()[1]}.pdf", raw)
    head = f"/F ({SECRET_FILE}) /FFilter /FlateDecode".encode()
    yield Hostile("a stream from another file", "lure-file.pdf", _page_of(stream(b"", head)))
