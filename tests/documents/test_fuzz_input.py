"""Whatever is set, dated or written as gold is taken, or refused with a reason."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rag.documents.loading import load
from rag.errors import DocumentError, SettingError
from rag.formats.markup.front_matter import FIELDS, split_front_matter
from rag.settings import Settings, load_settings
from rag.text.dates import date_range, spoken_date, times_in, times_meant
from rag.text.time_expressions import find_times
from rag.text.written_dates import written_dates
from tests.support.fuzzing import EXAMPLES

pytestmark = pytest.mark.fuzz

# No NUL and no half of a character can be in the environment.
VALUES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
NUMBERS = st.integers().map(str) | st.floats().map(str)
DATED = (
    *(
        "3 May 2021",
        "May",
        "last January",
        "two weeks ago",
        "the end of ",
        "2024",
        "1999-12-31",
        "9999",
    ),
    *(
        "99 decades ago",
        "999 years ago",
        "21 years after ",
        "next week",
        "on Monday",
        "early ",
        "the ",
    ),
    *(
        "in 0001",
        "31 February",
        "recently ",
        "at the time ",
        "will ",
        "by ",
        ", ",
        "November 31, 2020 ",
    ),
    *(
        "the next 999 decades",
        "December 32",
        "since ",
        "summer of 2020",
        "Sept. 9",
        "still ",
        "now ",
    ),
)
TIMED = st.lists(st.sampled_from(DATED) | st.text(max_size=6), max_size=12).map(" ".join)
PUBLISHED = st.none() | st.dates().map(str) | st.dates().map(lambda day: str(day)[:7])
HEADERS = st.lists(
    st.tuples(st.sampled_from([*FIELDS, "other", "- a", "&a b", "? c"]), st.text(max_size=30)),
    max_size=6,
)


@pytest.mark.parametrize("name", list(Settings.model_fields))
@given(value=VALUES | NUMBERS)
@settings(max_examples=EXAMPLES // 3)
def test_any_setting_is_taken_or_refused_by_name(name: str, value: str) -> None:
    """A value of the environment makes settings, or a sentence that names its variable."""
    variable = f"RAG_{name.upper()}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(variable, value)
        try:
            load_settings()
        except SettingError as error:
            assert variable in str(error)


@given(TIMED, PUBLISHED)
@example("the next 999 decades", "9999-12-31")
@example("999 decades ago", "0001-01-01")
@example("last week", "0001-01-01")
@example("next week", "9999-12-31")
def test_times_are_words_of_the_text_and_dates(text: str, published: str | None) -> None:
    """Each time found stands where it says, in order, and is a date of its precision."""
    end = 0
    for when in find_times(text, published):
        assert end <= when.start < when.end <= len(text)
        first, last = date_range(when.date) or (date.max, date.min)
        assert first <= last
        assert spoken_date(when.date)
        end = when.end


@given(TIMED, st.lists(st.integers(1, 9999), max_size=3))
def test_times_of_a_question_are_ranges(text: str, years: list[int]) -> None:
    """A time expression in a question is a range from a first to a last day."""
    for first, last in (*times_in(text, years), *times_meant(text, years)):
        assert isinstance(first, date)
        assert isinstance(last, date)
    for written in written_dates(text):
        assert written.day is None or date_range(written.day)


@given(HEADERS, st.text(max_size=40))
def test_front_matter_never_costs_a_document(fields: list[tuple[str, str]], text: str) -> None:
    """Its fields are text, each at most once, and what follows it is unaltered."""
    head = "".join(f"{name}: {value}\n" for name, value in fields)
    whole = f"---\n{head}---\n{text}"
    found, rest, notes, _ = split_front_matter(whole)
    assert all("\n" not in note for note in notes)
    assert found.keys() <= set(FIELDS)
    assert all(isinstance(value, str) and value for value in found.values())
    assert whole.endswith(rest)


@given(HEADERS)
def test_fields_of_an_article_are_lines(fields: list[tuple[str, str]]) -> None:
    """Whatever front matter gives, no field of an article has a line end or a control character."""
    head = "".join(f"{name}: {json.dumps(value)}\n" for name, value in fields)
    try:
        article = load(f"---\n{head}---\nWords of a story.".encode(), "a.txt")
    except DocumentError:
        return
    for value in (article.title, article.outlet, article.author, article.url, article.language):
        assert value is None or not any(ord(char) < 32 or ord(char) == 127 for char in value)
