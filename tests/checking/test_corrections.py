"""What a document withdraws supports no claim, and what it says instead does."""

from __future__ import annotations

from pathlib import Path

import pytest

import rag
from rag.checking.paraphrase.corrections import corrections_in

REPORT = (
    "# A new mill at Orm\n\n10 May 2023\n\nThe mill at Orm will cost 18.4 million crowns, the guild"
    " said. It is run by Bluewater. The mill grinds 90 tonnes of rye a day.\n"
)
CORRECTION = (
    "# Fair draws crowds\n\n17 May 2023\n\nThe fair drew 4,100 guests.\n\nCORRECTION: On 10 May we"
    " wrote that the mill at Orm will cost 18.4 million crowns. That was an early figure. The mill"
    " will cost 21.7 million crowns. We also named the operator of the mill as Bluewater; it is"
    " Clearwater.\n"
)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    """A report, and a later issue that corrects it."""
    folder = tmp_path_factory.mktemp("papers")
    (folder / "report.md").write_text(REPORT)
    (folder / "fair.md").write_text(CORRECTION)
    return rag.open(folder)


@pytest.mark.timeout(60)  # the first claim loads the models
@pytest.mark.parametrize(
    ("claim", "verdict", "reason"),
    [
        ("The mill at Orm will cost 18.4 million crowns.", "contradicted", "21.7 million"),
        ("The mill at Orm will cost 21.7 million crowns.", "supported", None),
        ("The operator of the mill is Bluewater.", "contradicted", "Clearwater"),
        ("The operator of the mill is Clearwater.", "supported", None),
        ("The mill grinds 90 tonnes of rye a day.", "supported", None),
        ("On 10 May it was stated that the mill will cost 18.4 million crowns.", "supported", None),
    ],
)
def test_a_withdrawn_value_is_contradicted(
    papers: rag.Corpus, claim: str, verdict: str, reason: str | None
) -> None:
    """The reason names both values, and the evidence is the correction."""
    (checked,) = papers.verify(claim).statements
    assert checked.verdict == verdict, checked.reason
    assert (reason or "") in (checked.reason or "")
    for cited in checked.evidence:
        text = papers.article(cited.article_id).text
        assert text[cited.start : cited.end] == cited.cited_text
    if reason:
        assert "corrected to" in (checked.reason or "")
        assert reason in checked.evidence[0].cited_text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# Erratum: yields\n\nThe height was given as 264 metres. It is 284 metres.\n", True),
        ("# Yields\n\nThe height was given as 264 metres. It is 284 metres.\n", False),
        ("# Market correction deepens\n\nThe firm said 264 left. Then 284 came.\n", False),
        (
            "# Aus dem Rat\n\nBerichtigung: Im Mai hieß es, die Halle koste 18 Millionen Kronen."
            " Richtig sind 21 Millionen Kronen.\n",
            True,
        ),
    ],
)
def test_only_what_is_called_a_correction_withdraws(tmp_path: Path, text: str, found: bool) -> None:
    """A heading, or the word that begins the paragraph, says so."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "note.md").write_text(text, "utf-8")
    corpus = rag.open(tmp_path / "docs", index_dir=tmp_path / "index")
    (article,) = corpus.articles()
    assert bool(corrections_in(corpus.article(article.id))) is found


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        ("The article gave the cost as 740 pounds. It should have said 470 pounds.", "740", "470"),
        ("We erred on 3 May: the Alda carries 140 guests, not 410. It sails daily.", "410", "140"),
        ("The swimmer who won the race is Petra Lind, not Paula Lund.", "Paula", "Petra"),
        ("Die Fahrt kostet 9 Kronen, nicht 12 Kronen.", "12", "9"),
        ("The cost is 470 pounds. We wrote that it was 740 pounds.", "740", "470"),
        ("The article gave the cost as 740 pounds. The mayor said it was 470 pounds.", None, None),
    ],
)
def test_the_right_value_is_not_taken_for_the_wrong_one(
    tmp_path: Path, text: str, wrong: str | None, right: str | None
) -> None:
    """“Should have said” tells what is right; of two that were both told, neither is."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "note.md").write_text(f"# Correction\n\n{text}\n", "utf-8")
    corpus = rag.open(tmp_path / "docs", index_dir=tmp_path / "index")
    (article,) = corpus.articles()
    found = corrections_in(corpus.article(article.id))
    assert [(each.wrong.split()[0], each.right.split()[0]) for each in found] == (
        [(wrong, right)] if wrong else []
    )
