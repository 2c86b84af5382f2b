"""What is said in other words passes, and a small change of what a source says does not."""

from __future__ import annotations

import pytest

import rag
from rag.checking.paraphrase.alignment import Alignment
from rag.checking.paraphrase.signals import paraphrase_signals
from rag.checking.statement import analyzed
from rag.models.likeness import likeness

ROAD = (
    "Mayor Ilse Brun said the bypass would cost 40 million francs. Engineer Pol Marten warned that "
    "the bridge might not bear lorries of 20 tonnes, because its northern pier had cracked."
)


def signals(sentence: str, source: str) -> dict[str, float]:
    """Return the figures of a sentence beside a source."""
    return paraphrase_signals(Alignment(analyzed(sentence), analyzed(source)))


@pytest.mark.parametrize(
    ("name", "changed", "kept"),
    [
        (
            "whole added",
            "The bridge might bear no lorries at all, because every pier had cracked.",
            "The bridge might not bear lorries, because its pier had cracked.",
        ),
        (
            "cause without trace",
            "The bridge might not bear lorries because of a flood in winter.",
            "The bridge might not bear lorries because its northern pier cracked.",
        ),
        (
            "close, denial lost",
            "The bridge might bear lorries of 20 tonnes.",
            "The bridge might not bear lorries of 20 tonnes.",
        ),
        (
            "without trace",
            "The bypass would cost 40 million francs, half of it lent by a brewery.",
            "The bypass would cost 40 million francs, the mayor said.",
        ),
    ],
)
def test_a_change_is_seen(name: str, changed: str, kept: str) -> None:
    """What changes the meaning has a higher figure than what keeps it."""
    assert signals(changed, ROAD)[name] > signals(kept, ROAD)[name]


def test_words_are_alike_by_their_vectors() -> None:
    """A word is most like itself, and more like one of its field than like another."""
    ((same, near, far),) = likeness(["ferry"], ["Ferry", "boat", "parliament"])
    assert same == pytest.approx(1.0, abs=1e-3)
    assert near > far
    assert likeness([], ["boat"]).shape == (0, 1)


@pytest.mark.parametrize(
    ("statement", "source", "shown"),
    [
        ("The track is 400 yards long.", "The track is 400 metres long.", "400 metres"),
        ("The field has 1.5 acres.", "The field has 1.5 hectares.", "1.5 hectares"),
        ("The permit costs €15.", "The permit costs 15 francs.", "15 francs"),
        ("The permit costs $15.", "The permit costs £15.", "£15"),
        ("It takes 20 flights.", "It takes 20 days.", "20 days"),
    ],
)
def test_another_unit_is_seen(statement: str, source: str, shown: str) -> None:
    """A number in another unit or currency is flagged, and the source's is shown."""
    support = rag.check_support(statement, source)
    assert (support.verdict, support.flaw) == ("unsupported", "number")
    assert shown in (support.reason or "")


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("The permit costs 15 euros.", "The permit costs €15."),
        ("The track is 400 meters long.", "The track is 400 metres long."),
        ("Together the two boats carried 110 people.", "One boat carried 62 people, one 48."),
        ("The mill has three more looms than before.", "The mill has 23 looms; before it had 20."),
        ("(2) The pilot keeps the craft in sight.", "(2) The pilot keeps the craft in sight."),
    ],
)
def test_a_number_is_reckoned(statement: str, source: str) -> None:
    """The same unit otherwise written is the same, and a sum that says so may be added up."""
    assert rag.check_support(statement, source, entailment=None).flaw != "number"
