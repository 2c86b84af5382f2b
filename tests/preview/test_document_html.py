"""A document as it is shown: each highlighted piece is exactly its span, and no word is lost."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from rag import render
from rag.documents.loading import load
from rag.text.blocks import cell_spans, row_cells
from rag.text.characters import visible
from rag.types import Article
from tests.support.places import ATTACK, BUNDLED

DOCUMENTS = {
    "table.md": "# Clinic\n\nBeds by ward:\n\n| Ward | Beds | |\n|---|---|---|\n| Heart | 24 | a |"
    "\n| Eye | | b |\n\n## Rules\n\n- Wash hands.\n  - Twice.\n- Be quiet.\n\n1. First.\n"
    "2. Second.\n",
    "plain.txt": "Report\n\nRegion    Sales    Costs\nNorth     12       3\nSouth     9        4\n"
    "\nShare this article\n\nAna Kovic: We have opened it.\nBo Lind: When?\nAna Kovic: In May.\n",
    "page.html": "<html><body><article><h1>Prices</h1><p>They rose by 3%.</p><table><tr><th>Town"
    "<th>Price</tr><tr><td>Ry<td>4 €</tr><tr><td>Vig<td>5 €</tr></table><ul><li>One item that is "
    "long enough.<li>Another item.</ul></article></body></html>",
    "staff.csv": "name,post,since\nAna,clerk,2019\nBo,cook,\n",
    "attack.md": f"# {ATTACK}\n\n| {ATTACK} | b |\n|---|---|\n| {ATTACK} | 2 |\n\n{ATTACK}\n",
}
STEP = 13  # characters between the beginnings of quotes: they begin within and between parts


class Shown(HTMLParser):
    """The words of a shown document, and of each of its marks."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.marks: list[tuple[dict[str, str | None], list[str]]] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append((tag, dict(attrs)))
        self.tags.append(tag)
        if tag == "mark":
            self.marks.append((dict(attrs), []))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        kinds = {kind for _, attrs in self.open for kind in (attrs.get("class") or "").split()}
        if "body" not in kinds or "added" in kinds:
            return
        self.words.append(data)
        if any(tag == "mark" for tag, _ in self.open):
            self.marks[-1][1].append(data)


def squeezed(text: str) -> str:
    return re.sub(r"[\s|]+", "", visible(text))


def documents() -> list[Article]:
    made = [load(text.encode(), name) for name, text in DOCUMENTS.items()]
    return made + [load(path.read_bytes(), path.name) for path in sorted(BUNDLED.glob("*.txt"))]


@pytest.mark.parametrize("article", documents(), ids=lambda article: article.path)
def test_what_is_highlighted_is_the_span(article: Article) -> None:
    """All words are shown once, and each piece of a quote is what stands at its offsets."""
    starts = range(0, len(article.text) - 1, STEP)
    quotes = [(at, min(at + 40, len(article.text)), n) for n, at in enumerate(starts, 1)][::4]
    shown = Shown(render.article_html(article.to_dict(), quotes, quotes[0][2], window=10**9))
    assert squeezed("".join(shown.words)) == squeezed(article.text)
    found: dict[str, str] = {}
    for attrs, words in shown.marks:
        low, high = int(attrs["data-start"] or 0), int(attrs["data-end"] or 0)
        assert "".join(words) == visible(article.text[low:high])
        number = attrs.get("data-of") or (attrs.get("id") or "").removeprefix("cite-")
        found[number] = found.get(number, "") + "".join(words)
    for start, end, number in quotes:
        assert squeezed(found[str(number)]) == squeezed(article.text[start:end])


def test_structure_is_shown() -> None:
    """Headings, tables with their header, lists and speakers are shown as such."""
    table = Shown(render.article_html(load(DOCUMENTS["table.md"].encode(), "a.md").to_dict()))
    for tag, count in {"table": 1, "th": 3, "li": 5, "h4": 1, "h5": 1}.items():
        assert table.tags.count(tag) == count, tag
    plain = render.article_html(load(DOCUMENTS["plain.txt"].encode(), "a.txt").to_dict())
    assert "<b>Ana Kovic:</b>" in plain
    assert '<details class="folded">' in plain
    assert re.search(r"<th[^>]*>Region</th>", plain)


def test_cells_are_those_of_the_row() -> None:
    """Cells are cut as elsewhere in the package."""
    for row in ("a | b | c", "| a | b |", "a\tb\t\tc", "a  b   c", "alone"):
        spans = cell_spans(f">{row}<", 1, 1 + len(row), enclosed=row.startswith("|"))
        assert [f">{row}<"[low:high] for low, high in spans] == row_cells(row)
    assert len(cell_spans("| b |", 0, 5)) == 3  # the first and the last are empty


def test_a_table_that_goes_on_has_its_own_columns() -> None:
    """The header that is shown again above later rows has as many columns as they have."""
    text = "| Heart | 24 |\n| Eye | 12 |\n"
    article = load(text.encode(), "a.txt").to_dict()
    rows = [(0, 14), (15, 27)]
    block = {"kind": "row", "level": 0, "label": "| Ward | Beds |"}
    article["blocks"] = [{"start": low, "end": high} | block for low, high in rows]
    shown = render.article_html(article)
    assert re.findall(r"<th[^>]*>([^<]*)</th>", shown) == ["Ward", "Beds"]


@pytest.mark.parametrize("said", ["In 1987.", "In 1987. " + "We laid the rails ourselves. " * 30])
def test_who_asks_and_who_answers_is_shown_alike(said: str) -> None:
    """The mark of an answer is as bold as that of its question, where the answer is long too."""
    asked = ("When did the tramway\nopen?", "And then?")
    text = "\n\n".join(["Talk with Edda Lorn", *(f"Q: {each}\n\nA: {said}" for each in asked)])
    article = load(text.encode(), "talk.txt")
    shown = render.article_html(article.to_dict())
    assert shown.count("<b>A:</b>") == 2, shown
    assert shown.count("<b>Q:</b>") + len(re.findall("<h5[^>]*>Q:", shown)) == 2
    assert squeezed("".join(Shown(shown).words)) == squeezed(article.text)


GAPS = "well,depth,month,remark\n" + "".join(
    f"W{at},{at}.5,{'' if at % 3 == 1 else 'May'},{'dry' if at % 2 else ''}\n" for at in range(9)
)


@pytest.mark.parametrize("window", [10**9, 60])
def test_rows_with_empty_cells_stay_in_their_table(window: int) -> None:
    """A row whose empty cells are left out stands below the same header, each cell in its column.

    So it is where only a part of the rows is shown, too.
    """
    article = load(GAPS.encode(), "gaps.csv")
    at = article.text.index("W4")
    quoted = article.text[at:].split("\n")[0]
    shown = render.article_html(article.to_dict(), [(at, at + len(quoted), 1)], 1, window=window)
    assert shown.count("<table") == shown.count("<thead>") == 1
    assert re.findall(r"<th[^>]*>([^<]*)</th>", shown) == ["well", "depth", "month", "remark"]
    (row,) = re.findall(r"<tr>((?:(?!</tr>).)*W4.*?)</tr>", shown)
    assert [re.sub("<[^>]+>", "", cell) for cell in row.split("</td>")[:-1]] == [
        "W4",
        "4.5",
        "",
        "",
    ]
    words = ["".join(said) for _, said in Shown(shown).marks]
    assert squeezed("".join(words)) == squeezed(quoted)


def test_a_cell_whose_column_is_not_certain_stands_apart() -> None:
    """Where two columns have one name, a row that lacks one of them is no part of the table."""
    article = load(b"well,May,May\nW1,3,4\nW2,5,6\nW3,,7\n", "two.csv")
    shown = render.article_html(article.to_dict())
    assert shown.count("<table") == 2


def test_a_long_document_is_cut_at_its_parts(tmp_path: Path) -> None:
    """What is near the quote is shown, and a button asks for more."""
    text = "\n\n".join(f"Paragraph {n} says that owls sleep by day." for n in range(9_000))
    article = load(text.encode(), "long.txt").to_dict()
    at = text.index("Paragraph 5000")
    shown = render.article_html(article, [(at, at + 20, 1)], 1, window=2_000)
    assert len(shown) < 20_000
    assert shown.count('data-view="more"') == 2
    assert re.search(r'<p dir="auto">Paragraph 49\d\d says', shown)


def test_pages_are_numbered() -> None:
    """A page number stands where the page begins, also within a paragraph."""
    article = load(b"One two three four.\n\nFive six.\n", "a.txt").to_dict()
    article["pages"] = [0, 8, 21, 30]
    shown = render.article_html(article, [(4, 13, 1)], 1)
    assert [int(n) for n in re.findall(r'data-page-number="(\d)"', shown)] == [1, 2, 3, 4]
    pieces = Shown(shown).marks
    assert ["".join(words) for _, words in pieces] == ["two ", "three"]
