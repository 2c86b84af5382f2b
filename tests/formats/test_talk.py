"""Whose words stand on a page: posts of threads, what they quote, and turns of interviews."""

from __future__ import annotations

import re

import pytest

from rag.formats.web.html import read_html

PHPBB = (
    '<div class="post bg2"><dl class="postprofile"><dt><a class="username">{0}</a></dt>'
    '<dd class="profile-posts"><b>Posts:</b> <a>14</a></dd></dl><div class="postbody">'
    '<p class="author">by <b><a class="username">{0}</a></b> &raquo; Fri 9 Oct 2020</p>'
    '<div class="content">{1}</div></div><ul class="post-buttons"><li><a>Quote</a></li></ul></div>'
)
VBULLETIN = (
    '<li class="postcontainer"><div class="userinfo"><a class="username"><b>{0}</b></a>'
    '<span class="usertitle">Mate</span></div><blockquote class="postcontent restore">{1}'
    "</blockquote><a>Report</a></li>"
)
OLD = (
    "<div class=post><div class=author><b>{0}</b><br>Posts: 14</div><div class=text>{1}</div>"
    "<div class=buttons><a>Quote</a> <a>Report</a> <a>Like (3)</a></div></div>"
)
XENFORO = (
    '<article class="message message--post"><section class="message-user"><h4><a class="username">'
    "{0}</a></h4><dl><dt>Messages</dt><dd>14</dd></dl></section><div class=message-body>{1}</div>"
    "<footer><div class=actionBar><a>Like</a> <a>Reply</a></div></footer></article>"
)
REDDIT = (
    "<div class=comment><p class=tagline><a class=author>{0}</a> <span class=score>12 points</span>"
    "</p><div class=md>{1}</div><ul class=buttons><li><a>permalink</a></li></ul></div>"
)
FORUMS = {"phpBB": PHPBB, "vBulletin": VBULLETIN, "old": OLD, "XenForo": XENFORO, "Reddit": REDDIT}
QUOTED = {
    "cite": "<blockquote><div><cite><a>Seal</a> wrote: <a>↑</a></cite>Does zinc help?</div>"
    "</blockquote>",
    "div": '<div class="bbcode_quote"><div class="quote_container"><div class="bbcode_postedby">'
    'Originally Posted by <b>Seal</b></div><div class="message">Does zinc help?</div></div></div>',
    "aside": '<aside class="quote" data-username="Seal"><div class="title">Seal:</div>'
    "<blockquote><p>Does zinc help?</p></blockquote></aside>",
    "data": '<blockquote class="bbCodeBlock--quote" data-quote="Seal"><div class="title">'
    "<a>Seal said:</a></div><div>Does zinc help?</div></blockquote>",
    "header": '<div class="quoteheader"><div class="topslice_quote"><a>Quote from: Seal on May 9, '
    '2020</a></div></div><blockquote class="bbc_quote">Does zinc help?</blockquote>',
    "German": "<blockquote><b>Seal hat geschrieben:</b><br>Does zinc help?</blockquote>",
}


def said(body: str) -> list[tuple[str, str]]:
    """Words and label of each turn."""
    page = read_html(f"<html><body><h1>Rust</h1>{body}</body></html>".encode())
    return [(page.text[b.start : b.end], b.label) for b in page.blocks if b.kind == "turn"]


@pytest.mark.parametrize("forum", FORUMS.values(), ids=FORUMS)
def test_the_label_of_a_post_is_the_name_alone(forum: str) -> None:
    """What else stands in the box of an author, and what can be done with a post, is not said."""
    thread = forum.format("Seal", "<p>Is it rust?</p>") + forum.format("Korg", "<p>Yes. Zinc.</p>")
    body = f"{thread}<div>Powered by phpBB</div>"
    assert said(body) == [("Is it rust?", "Seal"), ("Yes. Zinc.", "Korg")]
    page = read_html(f"<h1>Rust</h1>{body}".encode())
    clutter = [page.text[mark.start : mark.end] for mark in page.marks]
    kept = [page.text[block.start : block.end] for block in page.blocks]
    assert not any(words in " ".join(kept) for words in ("14", "Powered", "Like", "Quote"))
    assert clutter[-1] == "Powered by phpBB"


@pytest.mark.parametrize("quoted", QUOTED.values(), ids=QUOTED)
@pytest.mark.parametrize("forum", FORUMS.values(), ids=FORUMS)
def test_quoted_words_are_of_whom_is_quoted(forum: str, quoted: str) -> None:
    """A quotation has the label of the person it names, and the words below it the poster's."""
    thread = forum.format("Ann", "<p>So.</p>") + forum.format("Korg", f"{quoted}<p>It does.</p>")
    assert said(thread) == [("So.", "Ann"), ("Does zinc help?", "Seal"), ("It does.", "Korg")]


def test_quoted_words_of_nobody_named_are_nobodys() -> None:
    """A quotation without a name, and one in a quotation, never have the label of who quotes."""
    inner = "<blockquote><cite>Ann wrote:</cite><blockquote>Two.</blockquote>One.</blockquote>"
    post = f"<blockquote><p>Five.</p></blockquote>{inner}<p>Three.</p><p>&gt; Four?</p><p>No.</p>"
    thread = OLD.format("Ann", "<p>One.</p>") + OLD.format("Korg", post)
    assert said(thread)[1:] == [
        ("Five.", ""),
        ("Two.", ""),
        ("One.", "Ann"),
        ("Three.", "Korg"),
        ("> Four?", ""),
        ("No.", "Korg"),
    ]


def test_words_of_a_post_that_read_like_buttons_are_kept() -> None:
    """Only links and buttons that stand alone act on a post."""
    post = "<p>Thanks!</p><p>See page <a>12</a> and <a>share</a> it.</p><div>Quote</div>"
    found = said(OLD.format("Ann", "<p>One.</p>") + OLD.format("Korg", post))
    assert [words for words, _ in found[1:]] == ["Thanks!", "See page 12 and share it.", "Quote"]


@pytest.mark.parametrize(
    "words", ["Copyright lasts 70 years.", "Powered by the tide, the mill grinds on.", "All times."]
)
def test_sentences_that_begin_like_the_foot_of_a_page_are_kept(words: str) -> None:
    """Only what programs and owners put below pages is passed over."""
    page = read_html(f"<p>{words}</p><p>© 2021 Mill Trust. All rights reserved.</p>".encode())
    assert [page.text[block.start : block.end] for block in page.blocks] == [words]


NAMED = {
    "strong": "<p><strong>{}:</strong> {}</p>",
    "em": "<p><em>{}</em>: {}</p>",
    "own line": "<p><b>{}:</b><br>{}</p>",
    "own paragraph": "<p><b>{}:</b></p><p>{}</p>",
}


@pytest.mark.parametrize("named", NAMED.values(), ids=NAMED)
def test_a_turn_goes_on_until_another_speaks(named: str) -> None:
    """The paragraphs behind a name are of that person, up to the next name or a heading."""
    lead = "<p>An interview with the keeper, Una Berg.</p>"
    talk = named.format("The Echo", "Who pays?") + named.format("Una Berg", "We do. All of it.")
    found = said(f"{lead}{talk}<p>From the fund.</p><h2>Notes</h2><p>The fund is old.</p>")
    by = {words.rpartition("\n")[2].removeprefix(f"{name}: "): name for words, name in found}
    assert by["Who pays?"] == "The Echo"
    assert by["We do. All of it."] == by["From the fund."] == "Una Berg"
    assert "The fund is old." not in by


def test_capitals_name_who_speaks() -> None:
    """Names in capitals, as of transcripts, have their turns in whatever letters."""
    talk = "<p>ØSTBY: It snowed.</p><p>For days.</p><p>LUND: Why?</p>" * 2
    assert dict(said(talk)) == {
        "ØSTBY: It snowed.": "ØSTBY",
        "For days.": "ØSTBY",
        "LUND: Why?": "LUND",
    }


@pytest.mark.parametrize(
    "behind",
    [
        "<p><em>The fund was founded in 1971.</em></p>",
        "<p><b>Who runs it?</b></p>",
        "<p class=byline>Text and pictures: Ivo Lund</p>",
        "<p>Una Berg has kept the light since 1999.</p>",
        "<p>This interview was edited for length.</p>",
        "<p>[Laughter]</p>",
        "<blockquote>The light is ours.</blockquote>",
        "<hr><p>Read more tomorrow.</p>",
    ],
)
def test_what_is_not_said_has_no_speaker(behind: str) -> None:
    """What is set apart, or is about who spoke, is not put into their mouth."""
    talk = "<p><b>Echo:</b> Who pays?</p><p><b>Una Berg:</b> We do.</p>" * 2
    assert len(said(talk + behind)) == 4
    page = read_html(f"<html><body><h1>Rust</h1>{talk}{behind}</body></html>".encode())
    assert re.sub("<[^>]*>", "", behind) in page.text


@pytest.mark.parametrize(
    "body",
    [
        "<p><b>Note:</b> Bring boots.</p><p>And a coat.</p><p><b>Price:</b> Four crowns.</p>" * 2,
        "<h1>Interview tips</h1><p><b>Dress:</b> Wear a tie.</p><p><b>Arrive:</b> Be early.</p>",
        "<dl><dt>Firn</dt><dd>Old snow.</dd><dt>Slush</dt><dd>Wet snow.</dd></dl>",
    ],
)
def test_words_before_a_colon_are_not_all_names(body: str) -> None:
    """Labels of notes, advice and terms speak nothing."""
    assert said(body) == []


def test_a_list_of_terms_may_be_a_dialogue() -> None:
    """Terms that come again are names, and what is said of them are turns."""
    talk = "<dl><dt>Ann</dt><dd>It snowed.</dd><dt>Bo</dt><dd><p>Why?</p><p>Tell.</p></dd></dl>"
    twice = talk.replace("</dl>", "") + talk.replace("<dl>", "")
    assert said(twice) == [("Ann: It snowed.", "Ann"), ("Why?", "Bo"), ("Tell.", "Bo")] * 2


def test_an_answer_goes_on_up_to_the_next_question() -> None:
    """The second paragraph of an answer has its label, and what is behind the last one has none."""
    talk = "<p><b>Q:</b> Snow?</p><p><b>A:</b> Yes.</p><p>For days.</p>"
    assert said(talk * 2) == [("For days.", "A")]


def test_raised_marks_keep_one_pair_of_brackets() -> None:
    """A number loses the brackets and is raised; letters keep theirs; two numbers stay two."""
    page = read_html(b"<p>7<sup>[a]</sup> or 8<sup>b</sup> said<sup>[2]</sup><sup>[3]</sup></p>")
    assert page.text == "7 [a] or 8ᵇ said² ³"


def test_hostile_threads_cost_little() -> None:
    """Quotations in each other, and very many lines, end soon."""
    quotes = "<blockquote><cite>a wrote:</cite>" * 200 + "x" + "</blockquote>" * 200
    posts = "".join(f"<div class=post><b class=author>a{at}</b>" for at in range(240)) + "words"
    assert "words" in read_html(f"<p>{posts}".encode()).text
    said(OLD.format("Ann", quotes) * 2 + OLD.format("Bo", "1 " * 20_000) + "<a>1,1</a>" * 3_000)
    said("<p><b>Ann:</b> x<br><b>Bo:</b> y</p><p>z</p>" * 3_000)


def test_a_message_that_a_chat_joins_to_the_one_before_has_the_same_author() -> None:
    """Chats name who writes several messages in a row only once."""
    chat = (
        "<div class='message default'><div class=date>18:20</div><div class=from_name>Ada P</div>"
        "<div class=text>The gate is open.</div></div>"
        "<div class='message default joined'><div class=date>18:21</div>"
        "<div class=text>Shut it.</div></div>"
        "<div class='message default'><div class=from_name>Ben</div>"
        "<div class=text>I did.</div></div><div class='message joined service'>Pinned</div>"
    )
    page = read_html(f"<html><body>{chat}</body></html>".encode())
    turns = [(page.text[b.start : b.end], b.label) for b in page.blocks if b.kind == "turn"]
    assert turns[:3] == [("The gate is open.", "Ada P"), ("Shut it.", "Ada P"), ("I did.", "Ben")]
