"""Web pages: their words block by block, their clutter left out, what they say of themselves."""

from __future__ import annotations

import re
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.documents.loading import load
from rag.errors import DocumentError
from rag.formats.extracted import Extracted
from rag.formats.web.html import read_html

STORY = (
    "<p>The harbour wall of Penlow will be rebuilt for 4.2 million pounds, the council said.</p>"
    "<p>Work begins in May and is to last eleven months, and the northern quay stays open.</p>"
)


def read(body: str, head: str = "") -> Extracted:
    return read_html(f"<html><head>{head}</head><body>{body}</body></html>".encode())


def parts(body: str) -> list[tuple[str, str, str]]:
    """Kind, words and label of each block."""
    page = read(body)
    return [(each.kind, page.text[each.start : each.end], each.label) for each in page.blocks]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>one\n  line <b>w</b>ord</p>", "one line word"),
        ("<p>one<br>two</p>", "one\ntwo"),
        ("<div>loose<p>para</p>tail</div>", "loose\n\npara\n\ntail"),
        ("<p>counts 21<sup>5</sup> libraries</p>", "counts 21⁵ libraries"),
        ("<p>21<sup><a href=#n>[5]</a></sup> and 10<sup>9</sup></p>", "21⁵ and 10⁹"),
        ("<p>the 1<sup>st</sup> of H<sub>2</sub>O</p>", "the 1st of H₂O"),
        ("<p>word<sup>*</sup>, pence<sup> ‡ </sup>.</p>", "word*, pence‡."),
        ("<p>hos&shy;pi&#8203;tal&nbsp;12</p>", "hospital 12"),
        ("<p>می‌خواهم</p>", "می‌خواهم"),
        ("<p><q>Yes</q>, he said</p>", "“Yes”, he said"),
        ("<pre>a\n  b <b>c</b>\n</pre>", "a\n  b c"),
        ("<div><span class=a>Day ticket</span><span class=b>6.80</span></div>", "Day ticket 6.80"),
        ("<p><span class=a>T</span><span class=b>he</span> <i>el</i>k</p>", "The elk"),
        ("<p>x</p><template>t</template><noscript>n</noscript><script>s</script>", "x"),
        ("<p>x</p><p hidden>h</p><p style='color:red; display : none'>d</p>", "x"),
        ("<p>x <span aria-hidden=true>»</span><span class=sr-only>opens</span></p>", "x"),
        ("<p>x <span aria-hidden=true>42 seats</span></p>", "x 42 seats"),
        ("<div hidden=until-found>unfolds</div>", "unfolds"),
        ("<figure><img alt=no><figcaption>The wall.</figcaption></figure>", "The wall."),
        ("<math><msup><mi>x</mi><mn>2</mn></msup></math>", "x²"),
        ("<article>no body &amp; no end", "no body & no end"),
        ("<blockquote><cite>ann wrote:</cite>Why?</blockquote>", "ann wrote:\n\nWhy?"),
    ],
)
def test_words_are_those_that_a_browser_shows(body: str, text: str) -> None:
    """Nothing is glued together or torn apart, nothing shown is lost, nothing hidden is read."""
    assert read(body).text == text


@pytest.mark.parametrize(
    ("body", "text", "notes"),
    [
        ("<p>costs <del>1,450</del> <ins>980</ins> euros</p>", "costs 980 euros", 1),
        ("<p>on <s>Friday</s> Monday, <strike>ten</strike> nine</p>", "on Monday, nine", 2),
        ("<p>a <span style='text-decoration:line-through'>b</span> c</p>", "a c", 1),
        ("<ul><li>a</li></ul><s></s>", "a", 0),
    ],
)
def test_what_is_struck_out_is_left_out_and_told(body: str, text: str, notes: int) -> None:
    """Deleted words are no statement of the page; a note says that there are some."""
    page = read(body)
    assert page.text == text
    told = {0: (), 1: ("has a struck-out passage, left out",)}
    assert page.notes == told.get(notes, (f"has {notes} struck-out passages, left out",))


def test_styles_raise_and_strike_out() -> None:
    """What the style sheet does to a class is done to its words, as programs export them."""
    sheet = "<style>.c1,p.c2{text-decoration:line-through}.c3{vertical-align:super}</style>"
    page = read(
        "<p>21<span class='c0 c3'>5</span> a <span class=c1>b</span> c</p><p class=c2>d</p>"
        "<p>10<span style='vertical-align: super'>9</span></p>",
        sheet,
    )
    assert page.text == "21⁵ a c\n\n10⁹"
    assert page.notes == ("has 2 struck-out passages, left out",)


WORDS = st.just(" @ ")  # numbered below
INNER = st.lists(WORDS, min_size=1, max_size=2).map("".join)


def wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    tags = st.sampled_from(
        "p div span b em ul li dl dd dt td tr blockquote pre section h2 a".split()
    )
    some = st.lists(inner | WORDS, min_size=1, max_size=3).map("".join)
    shapes = st.sampled_from(
        [
            "<ul><li>{}</li>{}</ul>",
            "<table><tr><td>{}</td><td>{}</td></tr></table>",
            "<table><tr><th>{}</th><th>{}</th></tr><tr><td>1</td><td>2</td></tr></table>",
            "<dl><dt>{}</dt><dd>{}</dd></dl>",
            "<details><summary>{}</summary>{}</details>",
            "<figure>{}<figcaption>{}</figcaption></figure>",
            "<label>{}</label><p>{}</p>",
        ]
    )
    plain = st.builds(lambda tag, words: f"<{tag}>{words}</{tag}>", tags, some)
    return plain | st.builds(lambda shape, a, b: shape.format(a, b), shapes, some, some)


@given(st.lists(st.recursive(INNER, wrapped, max_leaves=12), min_size=1, max_size=4))
@settings(deadline=None, max_examples=30)
def test_no_word_of_a_page_is_lost(elements: list[str]) -> None:
    """Whatever elements are in each other, each word is read."""
    number = count()
    body = re.sub("@", lambda _: f"w{next(number)}", "".join(elements))
    assert set(re.findall(r"w\d+", read(body).text)) == set(re.findall(r"w\d+", body))


def test_a_table_has_its_header_above_each_row() -> None:
    """Names in several rows are put together, what spans rows stands in each of them."""
    table = (
        "<table><caption>Costs</caption><tr><th rowspan=2>Part<th colspan=2>Pounds<tr><th>2024"
        "<th>2025<tr><td rowspan=3>Wall<td>1,200<sup>3</sup><td><ul><li>900</li></ul><tr><td>7"
        "<td><tr><td>8<td>9</table>"
    )
    label = "Part | Pounds 2024 | Pounds 2025"
    assert parts(table) == [
        ("heading", "Costs", ""),
        ("heading", label, ""),
        ("row", "Wall | 1,200³ | 900", label),
        ("row", "Wall | 7 |", label),
        ("row", "Wall | 8 | 9", label),
    ]


@pytest.mark.parametrize(
    ("table", "found"),
    [
        (
            "<tr><th>Claimant<td>Vera<tr><th colspan=2>Sums<tr><th>Fee:<td>4,210",
            [("field", "Claimant: Vera"), ("heading", "Sums"), ("field", "Fee: 4,210")],
        ),
        ("<tr><td>Monday<td>9–17", [("field", "Monday: 9–17")]),
        (
            "<tr><td>Name<td>Room<td>Beds<tr><td>Heart<td>W<td>24<tr><td>Lung<td>E<td>12",
            [
                ("heading", "Name | Room | Beds"),
                ("row", "Heart | W | 24"),
                ("row", "Lung | E | 12"),
            ],
        ),
        (
            "<tr><td><b>Day</b><td><b>Hours</b><tr><td>Monday<td>9",
            [("heading", "Day | Hours"), ("row", "Monday | 9")],
        ),
        (
            "<tr><td><h2>News</h2>One.<td><p>Two.</p>",
            [("heading", "News"), ("text", "One."), ("text", "Two.")],
        ),
        ("<tr><td>Only words.", [("text", "Only words.")]),
        (
            "<tr><td>Menu<td><table><tr><th>A<th>B<tr><td>1<td>2</table>",
            [("text", "Menu"), ("heading", "A | B"), ("row", "1 | 2")],
        ),
    ],
)
def test_a_table_is_what_it_is_used_for(table: str, found: list[tuple[str, str]]) -> None:
    """Names beside values are fields, a header may lack its markup, layout is no table."""
    assert [part[:2] for part in parts(f"<table>{table}</table>")] == found


def test_lists_keep_their_numbers_their_depth_and_the_line_they_hang_on() -> None:
    """An entry has the number that a browser shows, and the line above the list as its label."""
    page = read(
        "<p>Open days. Open are:</p><ul><li>Monday<ol type=a start=3><li>morning<li>noon</ol>"
        "<li><p>Friday</p><p>at times</p></ul>"
    )
    shown = [(page.text[b.start : b.end], b.level, b.label) for b in page.blocks[1:]]
    assert shown == [
        ("Monday", 1, "Open are:"),
        ("c. morning", 2, "Monday"),
        ("d. noon", 2, "Monday"),
        ("Friday", 1, "Open are:"),
        ("at times", 1, "Open are:"),
    ]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<dl><dt>Head<dd>Ida<dt>Phone<dd>1<dd>2</dl>", ["Head: Ida", "Phone: 1", "Phone: 2"]),
        ("<label for=n>Name</label> <input id=n value='Ole B.'>", ["Name: Ole B."]),
        ("<label>Age <input value=44> years</label>", ["Age: 44 years"]),
        ("Colour: <select><option>red<option selected>blue</select>", ["Colour: blue"]),
        ("<input type=checkbox checked> Insured", ["☑ Insured"]),
        ("<p>Q: How far?</p><p>A: Sixty.</p>", ["Q: How far?\nA: Sixty."]),
        ("<p>Q: How far?<br>A: Sixty.<br>Q: Why?<br>A: So.</p>", None),
        ("<p>Name: Vera<br>Role: Chair</p>", ["Name: Vera", "Role: Chair"]),
    ],
)
def test_fields_keep_name_and_value_together(body: str, found: list[str] | None) -> None:
    """A term, a filled-in box, a question with its answer are each one field."""
    expected = found or ["Q: How far?\nA: Sixty.", "Q: Why?\nA: So."]
    assert parts(body) == [("field", words, "") for words in expected]


THREADS = {
    "forum": "<div class=post><div class=author>ann</div><span class=date>3 May</span>"
    "<p>Why?</p><a>Reply</a></div><div class='comment post'><div class=author>bo</div>"
    "<p>So.</p></div>",
    "list": "<ol><li class=comment><footer><b class=fn>ann</b> <time>3 May</time></footer>"
    "<div><p>Why?</p></div></li><li class=comment><cite class=fn>bo</cite><p>So.</p></li></ol>",
    "boxes in boxes": "<div class=message><div class=message-inner><div class=post>"
    "<a class=username>ann</a> <i class=date>3 May</i><p>Why?</p></div></div></div>"
    "<div class=message><a class=username>bo</a><p>So.</p></div>",
    "data": "<div itemscope itemtype=https://schema.org/Question><b itemprop=author>ann</b>"
    "<time>3 May</time><p>Why?</p></div><div itemscope itemtype=https://schema.org/Answer>"
    "<b itemprop=author>bo</b><p>So.</p></div>",
}


@pytest.mark.parametrize("thread", THREADS.values(), ids=THREADS)
def test_each_post_of_a_thread_is_its_authors(thread: str) -> None:
    """A reply has its author as label, and a heading with author and date."""
    assert parts(f"<h1>Noise</h1>{thread}") == [
        ("heading", "Noise", ""),
        ("heading", "ann, 3 May", ""),
        ("turn", "Why?", "ann"),
        ("heading", "bo", ""),
        ("turn", "So.", "bo"),
    ]


def test_a_post_that_names_its_author_twice_is_one_post() -> None:
    """A box within the box of a post, with the same name in it, is no post of its own."""
    post = "<div class=post><b class=username>{0}</b><div class=message><i class=username>{0}</i>"
    thread = "".join(f"{post.format(name)}<p>Why?</p></div></div>" for name in ("ann", "bo"))
    headings = [words for kind, words, _ in parts(thread) if kind == "heading"]
    assert headings == ["ann", "bo"]


def test_an_interview_has_speakers() -> None:
    """Lines that begin with names which come again are turns, and other bold words are not."""
    talk = "<p><b>Anna:</b> We began.</p><p><b>Paper:</b> Why?</p>" * 2
    said = [("turn", "Anna: We began.", "Anna"), ("turn", "Paper: Why?", "Paper")]
    assert parts(talk) == said * 2
    assert parts("<p><b>Note:</b> We began.</p>")[0][0] == "text"


CLUTTER = {
    "cookies": "<div class=cookie-banner><p>We use cookies to improve the site.</p></div>",
    "menu": "<nav><ul><li><a href=/>Home</a></ul></nav>",
    "sharing": "<ul class=share-buttons><li><a>Share on X</a></ul>",
    "related": "<div id=related-posts><h3>More</h3><a href=a>Storm closes the road</a></div>",
    "aside": "<aside><h3>Most read</h3><a href=a>Council tax to rise</a></aside>",
    "footer": "<footer><a href=/c>Copyright Coast Herald</a></footer>",
    "search": "<form action=/search><input name=q> <label>Find</label></form>",
}


@pytest.mark.parametrize("clutter", CLUTTER.values(), ids=CLUTTER)
def test_clutter_is_left_out_whatever_holds_the_words(clutter: str) -> None:
    """Only the words of the page are read, be it an article or not."""
    wanted = read(STORY).text
    for body in (
        f"{clutter}<article>{STORY}</article>",
        f"<main>{STORY}</main>{clutter}",
        f"<div>{STORY}</div>{clutter}",
        f"<main>{STORY}{clutter}</main>",
    ):
        assert read(body).text == wanted


def test_what_is_named_like_clutter_and_holds_the_words_is_kept() -> None:
    """The most of a page is its content, whatever its class; so is a heading above it."""
    assert read(f"<div class=banner>{STORY}</div>").text == read(STORY).text
    page = read(f"<header><h1>Wall</h1></header><main>{STORY}</main>")
    assert page.text.startswith("Wall\n\nThe harbour")


def test_a_page_without_a_main_part_is_read_as_far_as_it_is_an_article() -> None:
    """Menus without any markup stay out, as far as an article is found among them."""
    menu = "".join(f"<div><a href={at}>Section {at}</a></div>" for at in range(12))
    text = read(f"<div>{menu}</div><div><h1>Wall</h1>{STORY * 3}</div>").text
    assert text.count("northern quay") == 3
    assert "Section 7" not in text
    prices = "".join(f"<div><a href={at}>Boat {at}</a> {at} pounds</div>" for at in range(12))
    assert read(prices).text.count("pounds") == 12


ABOUT = {
    "meta": "<meta property=og:title content='Wall - Herald'><meta property=og:site_name "
    "content=Herald><meta name=author content='By Ann Lee'><meta "
    "property=article:published_time content=2024-03-05T10:00Z><link rel=canonical "
    "href=https://a.example/b>",
    "data": '<title>Wall | Herald</title><link rel=canonical href="https://a.example/b"><script '
    'type="application/ld+json">{"@graph":[{"@type":"NewsArticle","headline":"Wall",'
    '"author":[{"name":"Ann Lee"}],"publisher":{"name":"Herald"},"datePublished":'
    '"2024-03-05"}]}</script>',
    "old": "<title>Wall</title><meta name=DC.publisher content=Herald><meta name=DC.creator "
    "content='Ann Lee'><meta name=dc.date content='March 5, 2024'><meta property=og:url "
    "content=https://a.example/b>",
}


@pytest.mark.parametrize("head", ABOUT.values(), ids=ABOUT)
def test_a_page_says_what_it_is(head: str) -> None:
    """Title without the site's name, outlet, author, date and address are found in any style."""
    meta = read(f"<h1>Wall</h1>{STORY}<p>It fell on <time datetime=2023-01-02>…</time></p>", head)
    assert meta.metadata == {
        **{"title": "Wall", "outlet": "Herald", "author": "Ann Lee", "published": "2024-03-05"},
        **{"published_basis": "stated: in the page", "url": "https://a.example/b"},
    }


def test_a_date_or_name_in_the_body_is_not_the_pages() -> None:
    """Dates and authors of posts, and dates in the story, tell nothing of the page."""
    page = read(f"<h1>Noise</h1>{STORY}<p>It was on <time datetime=2023-01-02>2 Jan</time></p>")
    assert "published" not in page.metadata
    thread = read(THREADS["list"].replace("<time>", "<time datetime=2023-05-03>"))
    assert not {"published", "author"} & thread.metadata.keys()
    head = "<header><span class=byline>by Jo</span><time datetime=2024-03-05>x</time></header>"
    stated = read(f"<article>{head}{STORY}</article>").metadata
    assert (stated["author"], stated["published"]) == ("Jo", "2024-03-05")


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("<meta charset=windows-1251>", "windows-1251"),
        ('<meta http-equiv=Content-Type content="text/html; charset=koi8-r">', "koi8-r"),
        ("<meta charset=windows-1251>", "utf-8"),
        ("<meta charset=utf-8>", "utf-16"),
        ("", "utf-8-sig"),
        ("", "windows-1251"),
    ],
)
def test_pages_are_decoded_as_they_are(head: str, encoding: str) -> None:
    """A page is read in the encoding that it is in, also where it names another."""
    story = "Министр открыл мост в понедельник. Мост длиной 340 метров. " * 5
    raw = f"<html><head>{head}</head><body><p>{story}</p></body></html>".encode(encoding)
    assert read_html(raw).text == story.strip()


def test_xhtml_is_read_as_xml() -> None:
    """Elements without words end where they say so, entities are known, and none is expanded."""
    raw = (
        '<?xml version="1.0" encoding="ISO-8859-1"?><!DOCTYPE html [<!ENTITY x "boom">]>'
        '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="de"><head><title>T</title>'
        '<script src="a.js"/></head><body><p><a id="n"/>Gr\xf6\xdfe:&nbsp;5 &x;</p></body></html>'
    )
    page = read_html(raw.encode("latin-1"))
    assert page.text == "Größe: 5 &x;"
    assert page.metadata == {"title": "T", "language": "de"}


@pytest.mark.parametrize(
    "body",
    [
        "<table><tr>" + "<td colspan=99999 rowspan=99999>yak " * 300 + "</table>",
        "<table>" + "<tr><td rowspan=65000>x" * 3_000 + "</table>",
        "<div>" * 3_000 + "words",
        "<ul><li>" * 700 + "words",
        "<p>" + "<b>" * 400 + "words",
        "<sup>" * 300 + "words",
        "<table><tr><td>" * 250 + "words",
        "<div class='post'><b class=author>a</b>" * 240 + "words",
        "<p>" + "<span class=a>w</span>" * 20_000,
    ],
)
def test_hostile_pages_cost_little(body: str) -> None:
    """Spans without end and elements in each other without end are bounded or refused."""
    try:
        article = load(f"<html><body>{body}".encode(), "a.html")
    except DocumentError as error:
        assert "nested too deep" in str(error)
    else:
        assert len(article.text) < 1_000_000


@pytest.mark.parametrize("raw", [b"<html><body><img src=x></body></html>", b"<html></html>"])
def test_a_page_without_words_says_so(raw: bytes) -> None:
    """A page that holds nothing to read is an error, not an empty document."""
    with pytest.raises(DocumentError, match="no article text"):
        load(raw, "a.html")


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("The pass is sold here:", "The pass is sold here:"),
        ("What does it cost?", "What does it cost?"),
        ("Prices of the pass", "Prices of the pass"),
        ("The prices are as follows.", "The prices are as follows."),
        ("The river rose in the night.", ""),
        ("“It rose in the night.”", ""),
        ("It rose by a metre.<sup>3</sup>", ""),
    ],
)
def test_a_list_hangs_on_a_line_that_announces_it(line: str, label: str) -> None:
    """A whole sentence that says something else is no label of the list behind it."""
    assert parts(f"<p>{line}</p><ul><li>Adults<li>Children</ul>")[1:] == [
        ("item", "Adults", label),
        ("item", "Children", label),
    ]


def test_preformatted_tables_and_lists_have_lines_of_their_own() -> None:
    """Lines that a page sets one below the other are not one sentence; those of a text may be."""
    plan = "<pre>Deck plan\n A   12 seats\n B   30 seats</pre>"
    assert [part[:2] for part in parts(plan)] == [
        ("heading", "Deck plan"),
        ("item", "A   12 seats"),
        ("item", "B   30 seats"),
    ]
    assert parts("<pre>if a:\n    go()\n</pre>") == [("text", "if a:\n    go()", "")]


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("", "Plan of the fair"),
        ("<title>Exported Data</title>", "Plan of the fair"),
        ("<title>The fair</title>", "The fair"),
    ],
)
def test_a_line_in_the_style_of_a_title_is_the_title(head: str, title: str) -> None:
    """Programs for texts name a style so; a heading further down is that of a part."""
    body = f"<p class='c2 title'><span>Plan of the fair</span></p><h1>Costs</h1>{STORY}"
    assert read(body, head).metadata["title"] == title
