"""Pages by what they look like: what style sheets hide and strike out, what buttons unfold."""

from __future__ import annotations

import pytest

from rag.formats.extracted import Extracted
from rag.formats.web.html import read_html

STORY = "<p>The weir of Aldmoor was mended in the spring and holds the river since.</p>"


def read(body: str, sheet: str = "") -> Extracted:
    return read_html(
        f"<html><head><style>{sheet}</style></head><body>{body}</body></html>".encode()
    )


@pytest.mark.parametrize(
    "sheet",
    [
        ".x{display:none}",
        "#y { color: red; display : NONE !important }",
        "p.x{visibility:hidden}",
        "/* base */ .a, .x { display: none; }",
        "@charset 'utf-8'; @import url(a.css); .a{content:'}'} .x{display:none}",
        "div > p.x.z {display:none}",
        "body .x{display:none}",
        "@media screen { .x{display:none} }",
        "@supports (display:grid) { @media all { .x{display:none} } }",
        "p{display:block}.x{display:none}p{display:block}",
        "<!-- .x{display:none} -->",
    ],
)
def test_what_a_sheet_hides_is_no_word_of_the_page(sheet: str) -> None:
    """Words that no reader sees are not read, however the sheet names them, and a note says so."""
    page = read(f"{STORY}<div><p class='x z' id=y>Not for the public.</p></div>{STORY}", sheet)
    assert "public" not in page.text
    assert page.text.count("weir") == 2
    assert page.notes == ("has a hidden passage, left out",)


@pytest.mark.parametrize(
    "sheet",
    [
        "@media print{.x{display:none}}",
        "@media (max-width: 600px){.x{display:none}}",
        "@keyframes a{from{visibility:hidden}to{visibility:visible}} .x{animation:a}",
        ".x{display:none} p.x{display:block}",
        ".x{display:none} @media (min-width: 600px){.x{display:block}}",
        ".x{display:none} .x.open{display:block}",
        ".x{display:none} .open .x{display:block}",
        ".x{display:none} .x:target{display:block}",
        ".x::before{display:none} .x:hover{display:none} .x[a]{display:none} a + .x{display:none}",
        ".x:not(.show){display:none}",
        ".w .x{display:none} q > .x{display:none} b.x{display:none}",
        ".x{visibility:hidden} .x i{visibility:visible}",
        "body{visibility:hidden}",
        ".x{opacity:0}",
        "{}}} .x{{display:none",
    ],
)
def test_what_a_page_may_show_is_read(sheet: str) -> None:
    """Printing, other screens, one more class: where a page may show words, none is lost."""
    page = read(f"{STORY}<div><p class=x>Open to <i>the public</i>.</p></div>", sheet)
    assert page.text.endswith("Open to the public.")
    assert page.notes == ()


@pytest.mark.parametrize("hidden", ["<p hidden>a b</p>", "<p style='display:none'>a b</p>"])
def test_a_note_tells_what_elements_hide_themselves(hidden: str) -> None:
    """What is hidden without a sheet is told as well; menus and words for listeners are not."""
    assert read(STORY + hidden).notes == ("has a hidden passage, left out",)
    quiet = "<div class=menu hidden>a b</div><p class=sr-only>a b</p><p hidden>x</p>"
    assert read(STORY + quiet + "<script>a b</script>").notes == ()


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ("<tr class=x><td>Ash</td><td>7</td></tr>", 1),
        ("<tr class=x><td>7</td></tr><tr><td>Elm</td><td class=x>8</td></tr>", 2),
        ("<tbody class=x><tr><td>Ash</td><td>7</td></tr></tbody>", 1),
        ("<tr class=x><td class=x>Ash</td><td class=x>7</td></tr>", 1),
        ("<tr class=x><td> </td><td>–</td></tr>", 0),
    ],
)
@pytest.mark.parametrize("how", ["display:none", "visibility:collapse"])
def test_a_note_counts_hidden_rows_and_cells(rows: str, count: int, how: str) -> None:
    """A cell of one word is a passage, too, and so is a row of such cells."""
    table = (
        f"<table><tr><th>Tree</th><th>Age</th></tr><tr><td>Oak</td><td>9</td></tr>{rows}</table>"
    )
    several = "a hidden passage" if count == 1 else f"{count} hidden passages"
    for page in (
        read(STORY + table, f".x{{{how}}}"),
        read(STORY + table.replace("class=x", f"style='{how}'")),
    ):
        assert "Oak" in page.text and "Ash" not in page.text
        assert page.notes == ((f"has {several}, left out",) if count else ())


def test_words_are_struck_out_as_the_sheet_decides() -> None:
    """A comment does not end a sheet; the rule that describes words more closely decides."""
    sheet = "/* a */ .old,.b{text-decoration: line-through red} ins.old{text-decoration:none}"
    page = read(
        "<p>costs <i class=old>4</i> <ins class=old>5</ins> <u class=b>6</u> crowns</p>", sheet
    )
    assert page.text == "costs 5 crowns"


ACCORDIONS = {
    "named": "<button aria-expanded=false aria-controls=p1>How late?</button>"
    "<div id=p1 hidden><p>Until nine.</p></div>",
    "in a heading": "<h3><button type=button data-bs-target='#p1'>How late?</button></h3>"
    "<div id=p1 class=collapse style='display: none;'>Until nine.</div>",
    "by place": "<button class=accordion>How late?</button><div class=panel>Until nine.</div>",
    "by its state": "<button aria-expanded=true>How late?</button><div>Until nine.</div>",
}


@pytest.mark.parametrize("part", ACCORDIONS.values(), ids=ACCORDIONS)
def test_what_a_button_unfolds_stands_under_its_words(part: str) -> None:
    """The question is the heading, and the answer is read whatever hides it at first."""
    sheet = ".panel{display:none} #p1{display:none}"
    page = read(f"{STORY}{part}", sheet)
    shown = [(block.kind, page.text[block.start : block.end]) for block in page.blocks[1:]]
    assert shown == [("heading", "How late?"), ("text", "Until nine.")]
    assert page.notes == ()


@pytest.mark.parametrize(
    "part",
    [
        "<button>Print</button>",
        "<button aria-expanded=false>Show more</button><div></div>",
        "<button aria-haspopup=true aria-controls=m>Language</button><div id=m hidden>A B</div>",
        "<nav><button aria-controls=n>Sections</button><div id=n>A B</div></nav>",
        "<button aria-controls=o>Rates</button><div id=o class=modal hidden>A B</div>",
    ],
)
def test_other_buttons_are_no_words_of_the_page(part: str) -> None:
    """What a button does, and the menus and windows that it opens, are not read."""
    page = read(STORY + part)
    assert page.text == read(STORY).text


def test_tabs_are_read_though_one_is_shown_at_a_time() -> None:
    """The panels behind the tabs of a page hold words like any others."""
    page = read(f"{STORY}<div role=tabpanel style='display:none'><p>We post on Tuesdays.</p></div>")
    assert page.text.endswith("We post on Tuesdays.")


MORE = "<button onclick='myFunction()'>Read more</button>"
ON_REQUEST = {
    "a button behind the paragraph": f"<p>Eels <span id=x class=x>pass in May.</span></p>{MORE}",
    "a link beside": "<div>Eels <div class=x>pass in May.</div><a href='#'>Read more »</a></div>",
    "a link behind": "<div class=x>pass in May.</div><p><a class=b>Mehr anzeigen</a></p>",
    "a button among slides": "<div><p class=x>pass in May.</p><a onclick='turn(1)'>&gt;</a></div>",
    "the id in a script": "<p id=x class=x>pass in May.</p>"
    "<script>var a = document.getElementById('x');</script>",
    "the class in a script": "<p class='a x'>pass in May.</p>"
    '<script type="text/javascript">$(".w .x").each(turn)</script>',
    "a button elsewhere": "<h2 onclick=\"toggle('x')\">Eels</h2><p>They</p>"
    "<p id=x class=x>pass in May.</p>",
}


@pytest.mark.parametrize("part", ON_REQUEST.values(), ids=ON_REQUEST)
@pytest.mark.parametrize("how", ["display:none", "visibility:hidden"])
def test_what_a_page_shows_on_request_is_read(part: str, how: str) -> None:
    """Words behind a button or a script are the page's, whether a sheet hides them or they do."""
    for page in (
        read(f"{STORY}{part}", f".x{{{how}}}"),
        read(STORY + part.replace("class=x", f"style='{how}'").replace("'a x'", f"x style={how}")),
    ):
        assert "pass in May." in page.text
        assert page.notes == ()


@pytest.mark.parametrize(
    "part",
    [
        "<p class=x>Not public.</p><p>Eels pass.</p><p>In May.</p><button onclick='a()'>G</button>",
        "<p class=x>Not public. <button onclick='a()'>Close</button></p>",
        '<p class=x>Not public.</p><script type=\'application/ld+json\'>{"a": "x"}</script>',
        "<p class=x>Not public.</p><script>a.x = 'no x of it';</script>",
        "<div class='x modal' id=y>Not public.</div><script>show('y', '.x')</script>",
        "<p>Eels <span class=x>Not public.</span> <a href=b.html>More on eels</a></p>",
    ],
)
def test_what_no_button_shows_stays_hidden(part: str) -> None:
    """A button far away, one within what is hidden, data and windows over a page show no words."""
    assert "public" not in read(STORY + part + STORY, ".x{display:none}").text


def test_comments_of_readers_are_told() -> None:
    """A note says that what readers wrote below a page is not its author's."""
    comments = "<section class=comments><div><b>eel</b><p>Nobody reads that.</p></div></section>"
    told = ("has comments of its readers, which are not its author's words",)
    assert read(STORY * 3 + comments).notes == told
    assert read(f"{STORY * 3}<div id=comments></div>").notes == ()


def test_a_hostile_sheet_costs_little() -> None:
    """Brackets and comments without end are read in one pass."""
    for sheet in (
        "{" * 200_000,
        "/*" * 200_000,
        "a:not(" * 50_000,
        ".x" * 50_000 + "{display:none}",
    ):
        assert read(STORY, sheet).text
