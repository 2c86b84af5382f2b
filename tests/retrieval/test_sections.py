"""What stands under a heading is quoted whole where the heading is what a question asks all of."""

from __future__ import annotations

from pathlib import Path

import pytest

import rag
from rag.render import answer_html

REVIEW = """# Review of the lifts at Calder House

Prepared for the tenants by Ines Morrow, surveyor.

## 1 Condition

1.1 The north lift stopped eleven times in March. Its cable is worn.

1.2 The south lift passed every test.

## 2 Recommendations

2.1 Renew the cable of the north lift before the winter.

2.2 Put a telephone in both cabins.

2.3 Keep the machine room locked.

## 3 Next steps

- Ask three firms for a price.
- Tell the tenants by post.
"""
NOTE = """# A note on the lifts

Tenants complained of the recommendations, which they had not seen. The lifts are from 1971.
"""


@pytest.fixture(scope="module")
def lifts(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    """A corpus of a report in sections and a note; for reading only."""
    folder = tmp_path_factory.mktemp("lifts")
    (folder / "review.md").write_text(REVIEW)
    (folder / "note.md").write_text(NOTE)
    return rag.open(folder, index_dir=tmp_path_factory.mktemp("index"))


@pytest.mark.parametrize(
    ("question", "counted", "first", "last"),
    [
        ("List the surveyor's recommendations", "3 paragraphs", "2.1 Renew", "room locked."),
        ("What recommendations does the review make?", "3 paragraphs", "2.1 Renew", "locked."),
        ("What are the next steps?", "2 entries", "Ask three firms", "by post."),
    ],
)
def test_a_section_is_quoted_whole(
    lifts: rag.Corpus, question: str, counted: str, first: str, last: str
) -> None:
    """All that stands under the heading is one quote, and is counted."""
    statement = lifts.ask(question).statements[0]
    (citation,) = statement.citations
    assert counted in statement.text
    assert citation.cited_text.lstrip("- ").startswith(first)
    assert citation.cited_text.endswith(last)


@pytest.mark.parametrize(
    "question",
    [
        "What recommendations were made about the stairs?",  # which the review does not name
        "List the recommendations on stairs",
        "Who complained of the recommendations?",
        "Which tenants saw the recommendations?",
    ],
)
def test_a_heading_that_is_only_mentioned_is_not_what_is_asked(
    lifts: rag.Corpus, question: str
) -> None:
    """A section is no answer to a question that asks for something else."""
    cited = [c.cited_text for s in lifts.ask(question).statements for c in s.citations]
    assert not any("2.1" in words and "2.3" in words for words in cited)


MINUTES = """# Allotment society, minutes of the spring meeting

Present: Rosa Quint (chair), Abel Stone, Mina Okoro, Per Lund.

## 1 Water butts

Abel Stone asked for twelve butts. The treasurer had prices from two firms.

Carried by nine votes to four.

## 2 Hedge along Mill Road

Mina Okoro showed photographs. Two members spoke against cutting it before the birds have left.

Rejected by seven votes to six.

## 3 Bonfires

Per Lund reported three complaints by neighbours.

Carried without a vote against.

## 4 Rent of plots

The chair proposed an increase of two crowns.

Put off to the autumn meeting by ten votes to three.
"""


@pytest.fixture(scope="module")
def society(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    """A corpus of minutes whose votes name no topic; for reading only."""
    folder = tmp_path_factory.mktemp("society")
    (folder / "minutes.md").write_text(MINUTES)
    return rag.open(folder, index_dir=tmp_path_factory.mktemp("index"))


@pytest.mark.parametrize(
    ("question", "vote", "heading"),
    [
        ("How did the vote on the water butts end?", "nine votes to four", "1 Water butts"),
        ("How did the vote on the hedge end?", "seven votes to six", "2 Hedge along Mill Road"),
        ("How did they vote on bonfires?", "without a vote against", "3 Bonfires"),
        ("How did the vote about the rent of plots end?", "ten votes to three", "4 Rent of plots"),
    ],
)
def test_a_heading_tells_what_a_sentence_is_about(
    society: rag.Corpus, question: str, vote: str, heading: str
) -> None:
    """Of look-alike votes that of the item asked about is quoted first, with its heading."""
    statement = society.ask(question).statements[0]
    assert vote in statement.citations[0].cited_text
    assert f"under {heading}: “" in statement.text
    assert f'<span class="lead">Under {heading}:</span>' in answer_html(
        {**society.ask(question).to_dict()}
    )


LEASE = """# Lease of the Old Dairy

Between Hill Farm and Marta Quist, 4 May 2022

## 1. Rent

The tenant pays 840 pounds on the first day of each month.

## 4. Animals

One dog may be kept. Hens are not permitted.
"""


@pytest.mark.parametrize(
    ("question", "quoted", "heading"),
    [
        ("What did the society decide on item 4?", "ten votes to three", "4 Rent of plots"),
        ("What did the society decide on item 9?", None, None),
        ("What may be kept under clause 4 of the lease?", "One dog", "4. Animals"),
        ("How much is paid under clause 4 of the lease?", None, None),
    ],
)
def test_a_section_is_named_by_its_number(
    tmp_path: Path, question: str, quoted: str | None, heading: str | None
) -> None:
    """All that is quoted stands in that section of the document that is meant."""
    (tmp_path / "minutes.md").write_text(MINUTES)
    (tmp_path / "lease.md").write_text(LEASE)
    answer = rag.open(tmp_path).ask(question)
    assert [f"under {heading}: “" in each.text for each in answer.statements] == (
        [True] * len(answer.statements)
    )
    assert (quoted or "") in answer.text
    assert bool(answer.statements) == bool(quoted)


SHEET = """# Sheet on the vehicles

## Ambulance "Elder"

Mileage on the day was 126,310. The tyres were changed.

## Van “Heron”

Mileage on the day was 44,020. A stone cracked the windscreen.
"""


@pytest.mark.parametrize(
    ("question", "under"),
    [
        ("How many miles had the ambulance Elder done?", "under Ambulance 'Elder': “Mileage"),
        ("What was the mileage of the van Heron?", "under Van ‘Heron’: “Mileage"),
    ],
)
def test_quotation_marks_in_a_heading_are_no_quote(
    tmp_path: Path, question: str, under: str
) -> None:
    """A heading with quotation marks of its own stands before a quote, which is supported."""
    (tmp_path / "sheet.md").write_text(SHEET)
    statement = rag.open(tmp_path).ask(question).statements[0]
    assert under in statement.text
    assert statement.verdict == "supported", statement.reason
