"""What stands under one heading of a document supports no claim that names another."""

from __future__ import annotations

import pytest

import rag

MINUTES = """# Allotment society, minutes of the spring meeting

## 1 Water butts

Abel Stone asked for twelve butts. Consent was given unanimously.

## 2 Hedge along Mill Road

Mina Okoro showed photographs. Carried by nine votes to four.

## 3 Trial in two beds

### Bed A

Eleven plants died. No mildew was seen.

### Bed B

Three plants died. Mildew was seen once.
"""
NEWS = """# Harbour to be dredged

The harbour of Orm will be dredged in June, the mayor said.

## A costly wall

The dredging will cost 40,000 crowns. Fishermen doubt that it is needed.

## Fishermen

They would rather have a crane.
"""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    """Minutes in items, and news with subheadings; for reading only."""
    folder = tmp_path_factory.mktemp("items")
    (folder / "minutes.md").write_text(MINUTES)
    (folder / "news.md").write_text(NEWS)
    return rag.open(folder)


@pytest.mark.parametrize(
    "claim",
    [
        "Consent was given unanimously to the hedge along Mill Road.",
        "The water butts were carried by nine votes to four.",
        "In bed B eleven plants died.",
        "No mildew was seen in bed B.",
    ],
)
def test_another_item_supports_nothing(shelf: rag.Corpus, claim: str) -> None:
    """The claim has all words of another heading, which do not stand in the item quoted."""
    (checked,) = shelf.verify(claim).statements
    assert checked.verdict != "supported", checked.evidence


@pytest.mark.parametrize(
    "claim",
    [
        "Consent was given unanimously.",
        "Eleven plants died in bed A.",
        "Fishermen doubt that the dredging of the harbour is needed.",
    ],
)
def test_its_own_item_does(shelf: rag.Corpus, claim: str) -> None:
    """So does what stands under any heading of news, where the words of the claim stand there."""
    (checked,) = shelf.verify(claim).statements
    assert checked.verdict in ("supported", "partial"), checked.reason
