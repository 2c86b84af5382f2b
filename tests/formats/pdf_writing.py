"""PDF files written by hand, so that a test knows where each word stands."""

from __future__ import annotations

import io
from collections.abc import Sequence

HEIGHT = 842  # points of a page, of which the width is 595
_PLAIN, _BOLD = "F1", "F2"


def show(
    x: float, y: float, text: str, size: float = 10, *, bold: bool = False, look: str = ""
) -> bytes:
    """Return the code that shows a text.

    Args:
        x, y: where it begins, in points from the left and from the top.
        text: a line of it.
        size: of the font.
        bold: whether it is.
        look: operators that go before it, such as a color.
    """
    font = _BOLD if bold else _PLAIN
    shown = (
        text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    )
    place = f"q {look} BT /{font} {size} Tf {x} {HEIGHT - y} Td (".encode()
    return place + shown + b") Tj ET Q\n"


def lines(x: float, y: float, texts: Sequence[str], size: float = 10, step: float = 12) -> bytes:
    """Return the code that shows lines one below the other."""
    return b"".join(show(x, y + n * step, text, size) for n, text in enumerate(texts))


def box(x: float, y: float, width: float, height: float, paint: str = "S") -> bytes:
    """Return the code that draws a box; its place is that of its upper left corner."""
    return f"q {x} {HEIGHT - y - height} {width} {height} re {paint} Q\n".encode()


def pdf(
    *contents: bytes,
    extra: Sequence[bytes] = (),
    page: bytes = b"",
    catalog: bytes = b"",
    info: bytes = b"",
) -> bytes:
    """Return a file.

    Args:
        contents: the code of each page.
        extra: further objects, from the number 5 on; the pages come behind them.
        page: what else each page says.
        catalog: what else the catalog says.
        info: the properties of the file.
    """
    first = 5 + len(extra)
    kids = b" ".join(b"%d 0 R" % (first + 2 * n) for n in range(len(contents)))
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%b /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %b >>" % catalog,
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(contents)),
        b"<< /Font << /F1 4 0 R /F2 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold"
        b" /Encoding /WinAnsiEncoding >> >> /XObject << /I %d 0 R >> >>" % (5 if extra else 99),
        font % b"Helvetica",
        *extra,
    ]
    for n, content in enumerate(contents):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources 3 0 R"
            b" /Contents %d 0 R %b >>" % (first + 2 * n + 1, page)
        )
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content))
    objects.append(b"<< %b >>" % info)
    out, places = io.BytesIO(b"%PDF-1.7\n"), []
    out.seek(0, io.SEEK_END)
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    trailer = b"trailer << /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF"
    out.write(trailer % (len(objects) + 1, len(objects), start))
    return out.getvalue()


PICTURE = (  # the object of a picture of one grey dot
    b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray"
    b" /BitsPerComponent 8 /Length 1 >>\nstream\n\x80\nendstream"
)
FULL_PAGE_PICTURE = b"q 595 0 0 842 0 0 cm /I Do Q\n"
