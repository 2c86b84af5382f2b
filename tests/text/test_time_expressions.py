"""Time expressions of a sentence, read against the date of its article."""

from __future__ import annotations

import pytest

from rag.text.time_expressions import When, find_times

PUBLISHED = "2024-07-15"
READINGS = [
    ("The deal was signed on 24 January 2024.", "2024-01-24", "day"),
    ("The deal was signed on January 24, 2024.", "2024-01-24", "day"),
    ("It was signed on 2024-01-24 in Oslo.", "2024-01-24", "day"),
    ("They met in November 2023 in Rome.", "2023-11", "month"),
    ("A law decided by parliament last January 2020.", "2020-01", "month"),
    ("On July 8th, the ministers met.", "2024-07-08", "day"),
    ("The ministers met on 8 July.", "2024-07-08", "day"),
    ("It burned down on November 21.", "2023-11-21", "day"),
    ("The office opens on August 3 and will stay open.", "2024-08-03", "day"),
    ("Growers may apply for aid until 31 January.", "2025-01-31", "day"),
    ("The mill burned last January.", "2024-01", "month"),
    ("In\xa0January the mill burned.", "2024-01", "month"),
    ("Jets bombed the village last\xa0June.", "2024-06", "month"),
    ("The mill burned in December.", "2023-12", "month"),
    ("The fair takes place in September.", "2024-09", "month"),
    ("The road is closed until May.", "2025-05", "month"),
    ("The mill burnt in September.", "2023-09", "month"),
    ("The strike in March cost 300 euros.", "2024-03", "month"),
    ("Work starts on 2 October.", "2024-10-02", "day"),
    ("Please let me have your written answer by 1 August.", "2024-08-01", "day"),
    ("Return the signed form by 20 December.", "2024-12-20", "day"),
    ("She said the panel would meet on 20 December.", "2024-12-20", "day"),
    ("They said the pool would open on 20 June, but it did not.", "2024-06-20", "day"),
    ("The tenants were told to leave by 20 December.", "2024-12-20", "day"),
    ("He said on 8 July that the works will close.", "2024-07-08", "day"),
    ("The jury will vote on 15 July.", "2024-07-15", "day"),
    ("Tickets can be bought from 20 August.", "2024-08-20", "day"),
    ("In January, the mill was sold.", "2024-01", "month"),
    ("The dam has given way on 20 December.", "2023-12-20", "day"),
    ("The ewe gave birth on Wednesday, 20 December.", "2023-12-20", "day"),
    ("The ewe gave birth on Friday, 20 December.", "2024-12-20", "day"),
    ("They meet on Tuesday, July 9, in Oslo.", "2024-07-09", "day"),
    ("The jury will vote on Thursday.", "2024-07-18", "day"),
    ("He said so two weeks ago.", "2024-07-01", "day"),
    ("She left about three months ago.", "2024-04", "month"),
    ("It was built ten years ago.", "2014", "year"),
    ("He resigned yesterday.", "2024-07-14", "day"),
    ("The court ruled last week.", "2024-07-08", "day"),
    ("They left at the end of 2011.", "2011", "year"),
    ("They leave by the end of this current year 2024.", "2024", "year"),
    ("They leave by the end of this year.", "2024", "year"),
    ("Since the 2003 invasion much has changed.", "2003", "year"),
    ("It has stood there since 1998.", "1998", "year"),
    ("In the summer of 2019 it rained.", "2019", "year"),
    ("21 years after they first came, the troops still stay.", "2003", "year"),
    ("The recent raid came four years after the first one.", "2020", "year"),
    ("They will act for the next five months.", "2024-12", "month"),
    ("Two fishermen were recently killed.", "2024-07", "month"),
]
NOTHING = [
    "The 2000 soldiers marched on.",
    "Section 2011 applies to 2,500 troops.",
    "She may march with them.",
    "May I ask who spoke?",
    "He died two days after the operation.",
    "He resigned four years after he took office.",
    "The film runs 24 hours.",
    "The museum is open until 8 pm on Thursdays.",
    "Bins are emptied on Friday mornings.",
    "Visits are on Thursday each week.",
    "The desk is staffed on Monday to Friday.",
]


@pytest.mark.parametrize(("sentence", "date", "precision"), READINGS, ids=lambda v: str(v)[:40])
def test_readings(sentence: str, date: str, precision: str) -> None:
    """An expression means the date that a reader of the article would take it for."""
    found = find_times(sentence, PUBLISHED)
    assert (date, precision) in [(when.date, when.precision) for when in found]
    for when in found:
        assert sentence[when.start : when.end].strip()


@pytest.mark.parametrize("sentence", NOTHING)
def test_what_gives_no_time(sentence: str) -> None:
    """Numbers, verbs, spans between two events and days of every week give no date."""
    assert find_times(sentence, PUBLISHED) == []


@pytest.mark.parametrize(
    ("sentence", "dates"),
    [
        ("The kiln cracked on Thursday, 20 June.", ["2024-06-20"]),
        ("The kiln cracked on Thursday night, 20 June.", ["2024-06-20"]),
        ("The kiln cracked on Thursday, 20 June 2024.", ["2024-06-20"]),
        ("The kiln cracked on Thursday the 20th.", []),
        ("They met on Tuesday, July 2, and on Friday, 5 July.", ["2024-07-02", "2024-07-05"]),
    ],
)
def test_a_weekday_beside_a_date_is_no_other_day(sentence: str, dates: list[str]) -> None:
    """The date counts, once; a weekday with a number that is not read gives no day."""
    assert [when.date for when in find_times(sentence, PUBLISHED)] == dates


def test_a_date_is_no_more_precise_than_the_article() -> None:
    """Weeks before some day of a month are known to the month."""
    (when,) = find_times("He said so two weeks ago.", "2024-07")
    assert when.precision == "month"
    assert when.about


@pytest.mark.parametrize(
    ("sentence", "dates"),
    [
        ("It ran from 1 April to 30 May 2025.", ["2025-04-01", "2025-05-30"]),
        ("Between December 28 and January 3, 2022 it was shut.", ["2021-12-28", "2022-01-03"]),
        ("It rained from March until May 2019.", ["2019-03", "2019-05"]),
        ("April–June 2025 was dry.", ["2025-04", "2025-06"]),
    ],
)
def test_the_beginning_of_a_range_takes_the_year_of_its_end(
    sentence: str, dates: list[str]
) -> None:
    """Of two times that share a year, the first is of that year, or of the one before it."""
    assert [when.date for when in find_times(sentence, PUBLISHED)] == dates
    assert [when.date for when in find_times(sentence, None)] == dates


def test_without_the_articles_date_only_what_stands_in_full_is_read() -> None:
    """Nothing is guessed for an undated article."""
    assert find_times("He said so two weeks ago, in January, on July 8th.", None) == []
    (when,) = find_times("He said so in January 2020.", None)
    assert when.date == "2020-01"


def test_at_the_time_is_the_time_of_the_sentence_before() -> None:
    """`At the time` means the time of the sentence before, or nothing."""
    before = When(0, 4, "2011", "year", "stated")
    (when,) = find_times("He was vice president at the time.", PUBLISHED, before=before)
    assert when.date == "2011"
    assert find_times("He was vice president at the time.", PUBLISHED) == []


def test_how_a_date_was_found_is_said() -> None:
    """A date comes with the steps by which it was found."""
    (stated,) = find_times("They met in November 2023.", PUBLISHED)
    assert stated.derived == "“November 2023”"
    (derived,) = find_times("On July 8th, they met.", PUBLISHED)
    assert "July 8th" in derived.derived
    assert "15 July 2024" in derived.derived
