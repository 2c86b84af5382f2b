"""A claim about a table: true of one row, or put together from the cells of two."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark import ParameterSet

import rag
from rag.checking.citations import text_before

WARDS = """# Staff of the Tarn clinic

The clinic has four wards, and each ward has one head.

| Ward | Head | Beds |
|---|---|---|
| Surgery | Dr Amal Nasser | 32 |
| Children | Dr Jon Wick | 18 |
| Heart | Dr Ruta Baltic | 24 |
| Eyes | Dr Kim Aro | 9 |

The clinic is open at all hours.
"""
MUSEUMS = """Museum,City,Opened,Closed on
Glass Museum,Orsa,1911,Monday
Boat Museum,Velden,1954,Tuesday
Clock Museum,Tarnby,1987,Friday
"""
OFFICERS = """# The rowing club

The committee has these officers:

- Treasurer: Marta Quist
- Secretary: Olav Brenner
- Captain: Ines Faro
"""
FERRIES = (
    ("Ferry", "Captain", "Cars"),
    ("Alma", "Rolf Steen", "64"),
    ("Berta", "Siri Dahl", "112"),
    ("Clara", "Ivo Marek", "38"),
)
TRUE = [
    "The heart ward is headed by Dr Ruta Baltic.",
    "Dr Jon Wick is the head of the children ward.",
    "The head of the eyes ward is Dr Kim Aro.",
    "The surgery ward has 32 beds.",
    "The heart ward has 24 beds, and its head is Dr Ruta Baltic.",
    "The Boat Museum in Velden opened in 1954.",
    "The Glass Museum is closed on Monday.",
    "The Clock Museum in Tarnby opened in 1987.",
    "The captain of the ferry Berta is Siri Dahl.",
    "The captain of the ferry Alma is Rolf Steen.",
    "The captain of the ferry Clara is Ivo Marek.",
]
MIXED = [
    ("The heart ward is headed by Dr Jon Wick.", "“Dr Ruta Baltic”, not “Dr Jon Wick”"),
    ("Dr Kim Aro is the head of the children ward.", "“Dr Jon Wick”, not “Dr Kim Aro”"),
    ("The head of the eyes ward is Dr Amal Nasser.", "“Dr Kim Aro”, not “Dr Amal Nasser”"),
    ("The surgery ward has 18 beds.", "“32”, not “18”"),
    ("The heart ward has 9 beds.", "“24”, not “9”"),
    ("The Boat Museum is in the city of Orsa.", "“Velden”, not “Orsa”"),
    ("The Glass Museum is closed on Friday.", "“Monday”, not “Friday”"),
    ("The Clock Museum opened in 1911.", "“1987”, not “1911”"),
    ("The captain of the ferry Berta is Ivo Marek.", "“Siri Dahl”, not “Ivo Marek”"),
    ("The ferry Alma carries 112 cars.", "“64”, not “112”"),
    ("The captain of the ferry Clara is Rolf Steen.", "“Ivo Marek”, not “Rolf Steen”"),
]
_EVERY = 4  # of these claims one in so many is checked every day, as each takes a second


def _few_every_day(claims: Sequence[Any]) -> list[ParameterSet]:
    """Return the claims as parameters, all but a few of them for campaigns."""
    return [
        pytest.param(
            *((claim,) if isinstance(claim, str) else claim),
            marks=[pytest.mark.campaign] if at % _EVERY else [],
        )
        for at, claim in enumerate(claims)
    ]


def _save_docx(path: Path) -> None:
    """Save a document with one table, as small as Word reads it."""
    rows = "".join(
        "<w:tr>"
        + "".join(f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in row)
        + "</w:tr>"
        for row in FERRIES
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f"<w:p><w:r><w:t>The ferries of the sound.</w:t></w:r></w:p><w:tbl>{rows}</w:tbl>"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        packed.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>',
        )


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    """Open a folder of tables as Markdown, csv and Word, and of a list."""
    folder = tmp_path_factory.mktemp("tables")
    (folder / "wards.md").write_text(WARDS)
    (folder / "museums.csv").write_text(MUSEUMS)
    (folder / "club.md").write_text(OFFICERS)
    _save_docx(folder / "ferries.docx")
    return rag.open(folder, index_dir=tmp_path_factory.mktemp("index"))


@pytest.mark.parametrize("claim", _few_every_day(TRUE))
def test_what_a_row_says_is_supported(tables: rag.Corpus, claim: str) -> None:
    """A sentence that says what one row of a table says is supported."""
    (checked,) = tables.verify(claim).statements
    assert checked.verdict == "supported", checked.reason


@pytest.mark.parametrize(
    "claim",
    [
        "The Clock Museum is in Tarnby.",
        "The ferry Alma carries 64 cars.",
        pytest.param(
            "The captain of the rowing club is Ines Faro.",
            marks=pytest.mark.xfail(strict=True, reason="with words of the title alone"),
        ),
    ],
)
def test_short_true_sentences_are_supported(tables: rag.Corpus, claim: str) -> None:
    """A short sentence that says what a row or an entry says is supported."""
    assert tables.verify(claim).statements[0].verdict == "supported"


@pytest.mark.parametrize(
    "claim",
    [
        "Dr Jon Wick is not the head of the heart ward.",
        "The heart ward is larger than that of Dr Jon Wick.",
        "The heart ward treats 18 patients.",
    ],
)
def test_what_mixes_no_rows_is_not_contradicted_by_one(tables: rag.Corpus, claim: str) -> None:
    """A denial, a comparison and a number of something else may have the cells of two rows."""
    (checked,) = tables.verify(claim).statements
    assert "“Dr Ruta Baltic”, not" not in (checked.reason or "")
    assert "“24”, not" not in (checked.reason or "")


@pytest.mark.parametrize(("claim", "reason"), _few_every_day(MIXED))
def test_cells_of_two_rows_are_contradicted(tables: rag.Corpus, claim: str, reason: str) -> None:
    """One row's name with another row's value is contradicted by the row that has the name."""
    (checked,) = tables.verify(claim).statements
    assert checked.verdict == "contradicted", checked.reason
    assert reason in (checked.reason or "")


@pytest.mark.parametrize(
    ("claim", "is_so"),
    [
        ("The treasurer is Marta Quist.", True),
        ("The captain is Ines Faro.", True),
        ("Marta Quist is the secretary of the rowing club.", False),
        ("The treasurer of the rowing club is Olav Brenner.", False),
        ("Dr Jon Wick visited the heart ward.", False),
        ("The heart ward has more beds than that of Dr Jon Wick.", False),
    ],
)
def test_entries_beside_lend_nothing(tables: rag.Corpus, claim: str, is_so: bool) -> None:
    """An entry of a list, or a row, supports no sentence by the names of the one beside it."""
    (checked,) = tables.verify(claim).statements
    assert (checked.verdict == "supported") == is_so, checked.reason


def test_a_pronoun_may_stand_for_a_name_before_the_list(tables: rag.Corpus) -> None:
    """What introduces a list or table still stands near its entries; entries before do not."""
    article = next(a for a in tables.articles() if "Quist" in a.text)
    near = text_before(article, article.text.index("Captain"))
    assert "committee" in near
    assert "Quist" not in near
    found = rag.check_support(
        "Marta Quist is the captain.", ["Captain: Ines Faro"], nearby=near, entailment=None
    )
    assert found.verdict == "unsupported"
    assert "does not mention “Marta”" in (found.reason or "")
