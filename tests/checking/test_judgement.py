"""A claim is judged by rules and model together: what each may decide, and what is shown for it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rag.checking.claim_reading import OTHER_EVENT, OTHER_ITEM, OUTWEIGHED, ClaimReading
from rag.checking.judgement import READINGS_JUDGED, Opinion, ask_model, judge_claim
from rag.documents.loading import load
from rag.models.cross_encoder import Judgement
from rag.types import Verdict

ARTICLE = load(b"The pier of Larnmouth is 300 metres long. It was built in 1998.", "pier.txt")
YES, NO, UNSURE = Judgement(0.9, 0.05), Judgement(0.02, 0.9), Judgement(0.2, 0.2)


def reading(
    verdict: Verdict, *, flaw: str | None = None, held: float = 0.8, score: float = 0.5
) -> ClaimReading:
    """Return what the rules might find in a sentence."""
    texts = ("Gazette: it is long.", "Gazette: it is long. It is old.")
    return ClaimReading(ARTICLE, 0, 41, verdict, None, False, held, score, 0.7, texts, flaw)


def opinion(read: ClaimReading, judged: Judgement) -> Opinion:
    """Return what the model might find in a reading, by itself and with what is beside it."""
    return Opinion(read, judged, judged)


def judged(opinions: Sequence[Opinion], by_rules: Verdict) -> tuple[Verdict, list[ClaimReading]]:
    """Return the verdict on a claim, and the readings that are shown for it."""
    found = judge_claim("A claim.", opinions, [each.reading for each in opinions], by_rules)
    assert 0 <= found.probability <= 1
    return found.verdict, [each.reading for each in found.opinions]


PASSED = reading(Verdict.SUPPORTED, score=0.9, held=1.0)
RIVAL = reading(Verdict.CONTRADICTED, flaw="number", held=1.0)


def test_what_rules_and_model_find_is_supported() -> None:
    """A sentence in nearly the same words, which the model holds to say so, decides."""
    assert judged([opinion(PASSED, YES)], Verdict.SUPPORTED) == (Verdict.SUPPORTED, [PASSED])


@pytest.mark.parametrize("flaw", ["number", "date", "opposite"])
def test_no_model_excuses_another_number(flaw: str) -> None:
    """Where the only near sentence has another value, no probability makes a claim supported."""
    other = RIVAL._replace(flaw=flaw)
    verdict, shown = judged([opinion(other, YES)], Verdict.CONTRADICTED)
    assert verdict == Verdict.CONTRADICTED
    assert shown == [other]


def test_another_value_is_no_support() -> None:
    """A sentence with another value is not shown for a claim that another sentence supports."""
    opinions = [opinion(PASSED, YES), opinion(RIVAL, YES)]
    assert judged(opinions, Verdict.SUPPORTED) == (Verdict.SUPPORTED, [PASSED])


def test_a_claim_that_all_sentences_oppose_is_not_supported() -> None:
    """With nothing to show for it a claim is not supported, however sure the model is."""
    named = reading(Verdict.CONTRADICTED, flaw="name")
    assert judged([opinion(named, YES)] * 3, Verdict.CONTRADICTED)[0] != Verdict.SUPPORTED


def test_what_the_model_denies_is_not_supported_by_likeness_alone() -> None:
    """Nearly the same words decide only where the model holds that very sentence to say so."""
    nothing = reading(Verdict.NOT_FOUND, held=0.2, score=0.1)
    opinions = [opinion(PASSED, NO), *[opinion(nothing, NO)] * 4]
    assert judged(opinions, Verdict.SUPPORTED)[0] != Verdict.SUPPORTED


def test_against_a_claim_stands_what_speaks_against_it() -> None:
    """Where the rules find the sentence that contradicts, no other is shown beside it."""
    aside = reading(Verdict.NOT_FOUND, held=0.9)
    opinions = [opinion(aside, NO), opinion(RIVAL, NO)]
    assert judged(opinions, Verdict.CONTRADICTED) == (Verdict.CONTRADICTED, [RIVAL])


def test_the_surest_sentence_is_always_judged() -> None:
    """The sentence that the rules pass is given to the model, though others seem nearer."""

    class Model:
        def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
            return [UNSURE for _ in pairs]

    nearer = [reading(Verdict.NOT_FOUND, held=1.0) for _ in range(READINGS_JUDGED + 2)]
    far = PASSED._replace(held_share=0.1, near=0.1)
    found = ask_model("It is 300 metres long.", [*nearer, far], Model())
    assert len(found) == READINGS_JUDGED
    assert found[-1].reading == far


@pytest.mark.parametrize(("values", "verdict"), [(0, "contradicted"), (1, "partial")])
def test_the_model_alone_contradicts_no_sentence_with_the_numbers(
    values: int, verdict: str
) -> None:
    """A sentence about the claim that has its numbers is not contradicted by the model alone."""
    near = reading(Verdict.PARTIAL, held=1.0)._replace(values=values)
    found, _ = judged([opinion(near, NO)], Verdict.PARTIAL)
    assert (found == Verdict.CONTRADICTED) == (verdict == "contradicted")


def test_a_denial_is_not_contradicted_by_the_model_alone() -> None:
    """What the model finds against a claim that denies something is chance."""
    opposed = [opinion(reading(Verdict.NOT_FOUND, held=0.9), NO)] * 3
    found = {
        claim: judge_claim(
            claim, opposed, [each.reading for each in opposed], Verdict.NOT_FOUND
        ).verdict
        for claim in ("The pier is wide.", "The pier is not wide.")
    }
    assert found == {
        "The pier is wide.": Verdict.CONTRADICTED,
        "The pier is not wide.": Verdict.NOT_FOUND,
    }


def test_the_model_may_not_support_by_another_item() -> None:
    """Nor does it say that another event contradicts: it sees neither heading nor event."""

    class Model:
        def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
            return [Judgement(0.45, 0.45) for _ in pairs]

    flaws = (OTHER_ITEM, OTHER_EVENT, OUTWEIGHED, None)
    readings = [reading(Verdict.NOT_FOUND, flaw=flaw) for flaw in flaws]
    found = ask_model("It is 300 metres long.", readings, Model())
    shares = {each.reading.flaw: (each.supported, each.contradicted) for each in found}
    low = pytest.approx(0.1)
    assert shares == {
        OTHER_ITEM: (low, 0.45),
        OTHER_EVENT: (0.45, low),
        OUTWEIGHED: (0.45, low),
        None: (0.45, 0.45),
    }
