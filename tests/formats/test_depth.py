"""XML that is nested deeper than a parser follows is told of in a sentence, whatever the format."""

from __future__ import annotations

import pytest

from rag.documents.loading import load
from rag.errors import DocumentError
from tests.formats.sheet_writing import sheet, xlsx
from tests.formats.test_opendocument import odt
from tests.formats.test_slides import odp
from tests.formats.test_word import docx, para

DEEP = 400  # elements; parsers stop at 256


def nested(tag: str, inner: str = "") -> str:
    return f"<{tag}>" * DEEP + inner + f"</{tag}>" * DEEP


TIMED = f"<tt><body><div><p begin='1s' end='2s'>{nested('span', 'x')}</p></div></body></tt>"


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (docx(nested("w:customXml", para("x"))), "a.docx"),
        (odt(nested("text:section", "<text:p>x</text:p>")), "a.odt"),
        (odp(nested("draw:g")), "a.odp"),
        (xlsx(sheet(["a", "b"], around=f"{{}}{nested('x')}")), "a.xlsx"),
        (nested("a", "x").encode(), "a.xml"),
        (TIMED.encode(), "a.ttml"),
    ],
)
def test_what_is_nested_too_deep_says_so(raw: bytes, name: str) -> None:
    """The words of the parser, which speak of its options, are not shown."""
    with pytest.raises(
        DocumentError, match=r"^is nested too deep to be read; save it in a simpler"
    ):
        load(raw, name)
