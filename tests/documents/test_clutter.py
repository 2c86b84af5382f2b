"""Clutter is found, the article's own words are not lost; measured on the bundled articles."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag.documents.clutter import _STRONG, find_marks
from rag.text.sentences import split_sentences
from tests.support.places import DATA

SPANS = yaml.safe_load((DATA / "clutter_spans.yaml").read_text("utf-8"))


def characters(text: str, spans: list[tuple[int, int]]) -> set[int]:
    """The places in the spans that are not white space."""
    return {at for start, end in spans for at in range(start, end) if not text[at].isspace()}


def expected(text: str, stretches: list[str]) -> set[int]:
    spans = []
    for stretch in stretches:
        assert text.count(stretch) == 1, stretch
        start = text.index(stretch)
        spans.append((start, start + len(stretch)))
    return characters(text, spans)


def found(article: rag.Article, kind: str) -> set[int]:
    spans = [(mark.start, mark.end) for mark in article.marks if mark.kind == kind]
    return characters(article.text, spans)


@pytest.mark.parametrize("path", SPANS)
def test_all_clutter_is_found(path: str, corpus: rag.Corpus) -> None:
    """Every character of the hand-made clutter list is marked as clutter."""
    article = corpus.article(path)
    assert not expected(article.text, SPANS[path]["clutter"]) - found(article, "clutter")


@pytest.mark.parametrize("path", SPANS)
def test_no_own_word_is_lost(path: str, corpus: rag.Corpus) -> None:
    """No character outside the hand-made list is marked as clutter or aside."""
    article = corpus.article(path)
    listed = expected(article.text, SPANS[path]["clutter"] + SPANS[path].get("aside", []))
    assert not (found(article, "clutter") | found(article, "aside")) - listed


@pytest.mark.parametrize("path", SPANS)
def test_asides_are_marked_as_such(path: str, corpus: rag.Corpus) -> None:
    """An editor's remark in the body is an aside, and nothing else is."""
    article = corpus.article(path)
    assert found(article, "aside") == expected(article.text, SPANS[path].get("aside", []))


@pytest.mark.parametrize(
    "line",
    [
        "No comments were made by the Pentagon.",
        "Readers can subscribe to get access to the archive, the minister told the committee.",
        "He asked the public to share the news with friends and family.",
        "Support our troops, the banner read.",
        "The average rating of the government fell by 12 % in May.",
        "Trending now is a word that the senator does not like.",
        "Close to the border, two villages were hit.",
        "Home",
        "12 %",
        "Happy",
        "(Reuters)",
        "The bill (which passed on Friday) bans advertisements.",
        "Unemployment\n5 %\nInflation\n3 %",
        "The views expressed by the mayor were shared by many.",
        "“Support our work,” the minister told donors in Geneva on Friday.",
        "“You have reached your limit,” the general told him.",
        "“No comment.”",
        "Support US withdrawal, Iraqi lawmakers say",
        "Supporting US forces in Iraq costs $2 billion a year.",
        "Follow US on Iran, Britain was told.",
        "Make a donation to the Red Cross, the president urged on Tuesday.",
        "The Pentagon briefing gives no figure for the troops in Iraq.",
        "The White House does not share the views of the Iraqi prime minister on the withdrawal.",
        "The reply (Ed Miliband gave it on Friday) was read out.",
        "Read more books, the minister told pupils.",
        "Share prices fell by 3 % and comments on them were sparse.",
        "| Province | Share |\n|---|---|\n| Anbar | 12 % |\n| Basra | 40 % |",
    ],
)
def test_prose_is_not_clutter(line: str) -> None:
    """A line that only mentions such things, or that stands alone, is the article's own."""
    text = f"The council met on Monday to vote on the budget.\n\n{line}\n\nIt rose at noon.\n"
    assert find_marks(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "Share this article on Facebook",
        "3 Comments",
        "Advertisement",
        "Sign up for our daily newsletter to stay informed",
        "To continue reading, please subscribe",
        "Please turn off your ad blocker",
        "Related articles",
        "5 min read",
        "This article is for subscribers only.",
        "The author does not endorse the opinions of this paper.",
        "The paper does not reflect the views and opinions expressed by the author.",
        "FOLLOW US ON FACEBOOK",
        "Support us on Patreon",
        "Follow us on Mastodon",
    ],
)
def test_other_pages_clutter_is_found(line: str) -> None:
    """The usual furniture of pages other than the bundled ones is marked too."""
    text = f"The council met on Monday to vote on the budget.\n\n{line}\n\nIt rose at noon.\n"
    assert [text[mark.start : mark.end] for mark in find_marks(text)] == [line]


PLAIN = st.characters(codec="ascii", exclude_categories=["Cc"], exclude_characters="\"'")


@pytest.mark.fuzz
@pytest.mark.parametrize(("label", "body"), [(label, body) for label, _, body in _STRONG])
def test_how_a_line_begins_never_hides_a_notice(label: str, body: str) -> None:
    """Whatever a row of the table matches is found, though lines are looked up by beginnings."""

    @given(st.from_regex(rf"(?i:{body})", fullmatch=True, alphabet=PLAIN).filter(is_whole))
    def found_whole(line: str) -> None:
        story = "The council met on Monday to vote on the budget."
        text = f"{story}\n\n{line}\n\n{story}\n"
        assert [text[mark.start : mark.end] for mark in find_marks(text)] == [line], label

    found_whole()


def is_whole(line: str) -> bool:
    return line == line.strip() and len(line) <= 300


def test_comments_below_the_form_are_not_the_article() -> None:
    """What stands below a comment form is not the article's, unless it is most of the page."""
    story = "The council met on Monday to vote on the budget. " * 20
    marks = find_marks(f"{story}\n\nLeave a Reply\n\nBob says this is all wrong.\n")
    assert [mark.label for mark in marks] == ["comment form", "after the comment form"]
    assert len(find_marks(f"Leave a Reply\n\n{story}\n")) == 1


def test_an_editors_note_is_an_aside() -> None:
    """A note within a line is marked with the brackets that it holds, and never twice."""
    note = "(Editor’s note: the army (in 2003) said otherwise)"
    text = f"The council met {note} on Monday.\n\n(Ed. note: open\n\n(This remark stands alone.)\n"
    assert [text[m.start : m.end] for m in find_marks(text)] == [
        note,
        "(This remark stands alone.)",
    ]


@pytest.mark.parametrize("path", SPANS)
def test_the_articles_own_sentences_are_whole(path: str, corpus: rag.Corpus) -> None:
    """First and last sentence, and others picked by hand, stand in the sentences of the index."""
    article = corpus.article(path)
    split = split_sentences(article.text, article.marks, title=article.title)
    words = [" ".join(article.text[s.start : s.end].split()) for s in split if s.kind != "aside"]
    assert [own for own in SPANS[path]["own"] if not any(own in one for one in words)] == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("share " * 200_000, 0, id="words"),
        pytest.param("Close\nAdvertisement\n" * 25_000, 50_000, id="clutter"),
        pytest.param("(ed. note " * 100_000, 0, id="unclosed"),
        *(
            pytest.param(text, count, id=name, marks=pytest.mark.campaign)
            for name, text, count in (
                ("brackets", "(" * 1_000_000, 0),
                ("remarks", "Advertisement\n(This is a bracketed remark)\n" * 25_000, 50_000),
                ("notes", "Troops left (Ed. note: not all) by May.\n" * 25_000, 25_000),
                ("forms", "Leave a Reply\n" * 50_000, 50_000),
            )
        ),
    ],
)
def test_hostile_text_comes_to_an_end(text: str, count: int) -> None:
    """Huge lines and a great many clutter lines or notes are dealt with in linear time."""
    assert len(find_marks(text)) == count
