"""A model for entailment sharpens the verdict, where the user has one; rules stay rules."""

from __future__ import annotations

from pathlib import Path

import pytest

import rag
from tests.support.cross_encoders import make_cross_encoder

pytestmark = pytest.mark.timeout(60)  # torch is loaded

SOURCE = "Mayor Ana Kovic opened the Sella bridge on Saturday. It is 340 metres long."
TRUE = "On Saturday, the Sella bridge was opened by Ana Kovic."  # copies pass whatever it says
LOOSE = "Ana Kovic inaugurated a viaduct over local waters on Saturday."
WRONG = "The Sella bridge is 430 metres long."


def verdicts(folder: Path, entailment: str) -> list[tuple[str, str | None]]:
    """Verdict and reason on what a corpus is asked to check: true, loosely put, and wrong."""
    corpus = rag.open(folder, entailment=entailment)
    article = corpus.article("bridge.txt")
    start = article.text.index("Mayor Ana")
    cited = article.text[start:].strip()
    assert cited == SOURCE
    about = (article.title, article.outlet, article.published, article.published_basis, None)
    citation = rag.Citation(1, cited, article.id, *about, start, start + len(cited))
    results = [corpus.check(said, [citation]) for said in (TRUE, LOOSE, WRONG)]
    return [(result.verdict, result.flaw) for result in results]


def test_without_a_model_rules_decide(folder: Path) -> None:
    """The rules alone pass what is the source's, and doubt what is in other words."""
    assert verdicts(folder, "none") == [
        ("supported", None),
        ("partial", "words"),
        ("unsupported", "number"),
    ]


@pytest.mark.parametrize(
    ("labels", "logits", "expected"),
    [
        (
            ["contradiction", "entailment", "neutral"],
            [0.0, 9.0, 0.0],
            [("supported", None), ("supported", None), ("unsupported", "number")],
        ),
        (
            ["entailment", "neutral", "contradiction"],
            [0.0, 0.0, 9.0],
            [("unsupported", "model"), ("unsupported", "model"), ("unsupported", "number")],
        ),
        (
            ["entailment", "neutral", "contradiction"],
            [0.0, 9.0, 0.0],
            [("partial", "model"), ("partial", "words"), ("unsupported", "number")],
        ),
        (
            ["LABEL_0"],  # one number, as consistency models give
            [9.0],
            [("supported", None), ("supported", None), ("unsupported", "number")],
        ),
    ],
    ids=["entails", "contradicts", "neutral", "one number"],
)
def test_a_model_sharpens_what_rules_cannot_see(
    folder: Path,
    tmp_path: Path,
    labels: list[str],
    logits: list[float],
    expected: list[tuple[str, str | None]],
) -> None:
    """It vouches for other words and refuses what the rules pass; a wrong number stays wrong."""
    assert verdicts(folder, make_cross_encoder(tmp_path / "model", labels, logits)) == expected


def test_a_model_that_is_none_is_named(folder: Path, tmp_path: Path) -> None:
    """A missing or unsuitable model is named with its setting."""
    sorts = make_cross_encoder(tmp_path / "model", ["sports", "politics"], [1.0, 0.0])
    for entailment, reason in ((str(tmp_path / "nowhere"), "cannot be loaded"), (sorts, "sports")):
        corpus = rag.open(folder, entailment=entailment)
        with pytest.raises(rag.RagError, match=rf"RAG_ENTAILMENT.*{reason}"):
            corpus.ask("Who opened the Sella bridge?", llm=rag.scripted_llm(["Nobody."]))
