"""Claims are checked: each sentence with its verdict, its reason, and the words that show it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import rag
from evals.claims.run import HARD, SPLITS, VERDICTS, Claim, Judged, judge, load, shortfalls, tables
from rag.errors import FilterError, QuestionError


@pytest.fixture(scope="module")
def claims() -> list[Claim]:
    return [claim for split in SPLITS for claim in load(split)]


def test_the_claims_are_sound(claims: list[Claim]) -> None:
    """More than 120, none in both splits, every verdict in each."""
    assert len(claims) >= 120
    assert len({claim.text for claim in claims}) == len(claims)
    for split in SPLITS:
        assert {c.verdict for c in claims if c.id.startswith(split)} == set(VERDICTS)


@pytest.mark.eval
def test_claims_get_the_right_verdicts(claims: list[Claim]) -> None:
    """At least 85 of 100 are right; no changed number or date passes."""
    judged = list(judge(claims))
    assert shortfalls(judged) == [], "\n".join(tables(judged))


def test_a_check_that_sleeps_is_noticed(claims: list[Claim]) -> None:
    """Were every claim passed, the figures and the changed numbers would say so."""
    passed = shortfalls([Judged(claim, "supported", None) for claim in claims])
    assert len(passed) == len(SPLITS) + sum(claim.fault in HARD for claim in claims)


@pytest.mark.parametrize(
    ("claim", "verdict", "reason"),
    [
        ("The US has 3,000 troops in Iraq.", "supported", None),
        ("The US has 900 troops in Iraq.", "contradicted", "3,000"),
        ("US troops first entered Iraq in 1991.", "contradicted", "2003"),
        ("Al-Sudani met US officials in Baghdad on July 18.", "contradicted", "8 July 2024"),
        ("Al-Sudani welcomed the American raid.", "contradicted", "denies"),
        (
            "Abu Mahdi al-Muhandis was killed with Soleimani and buried in Najaf.",
            "partial",
            "Najaf",
        ),
        ("Iraq needs no cooperation with the US, Fouad Hussein said.", "contradicted", "denies"),
        ("Penguins live in the southern hemisphere.", "not_found", "nothing"),
    ],
)
def test_verdicts(corpus: rag.Corpus, claim: str, verdict: str, reason: str | None) -> None:
    """Borne out, contradicted by a number, a date or a word, partly so, or not spoken of."""
    (checked,) = corpus.verify(claim).statements
    assert checked.verdict == verdict, checked.reason
    assert (checked.reason is None) == (reason is None)
    assert (reason or "") in (checked.reason or "")
    assert (checked.independent > 0) == (verdict == "supported")


def test_a_text_is_checked_sentence_by_sentence(corpus: rag.Corpus) -> None:
    """Sentences keep their place; quotes are numbered through, and are the articles' words."""
    text = (
        "About 2,500 US military personnel are stationed in Iraq. The US invaded in 1950.\n\n"
        "Did anybody ask? Penguins fly"
    )
    checked = corpus.verify(text)
    assert [text[s.start : s.end] for s in checked.statements] == [
        s.text for s in checked.statements
    ]
    assert [s.text for s in checked.statements][-1] == "Penguins fly"
    assert checked.statements[2].verdict == "not_found"
    numbers = [c.number for s in checked.statements for c in s.evidence]
    assert numbers == list(range(1, len(numbers) + 1))
    for statement in checked.statements:
        for cited in statement.evidence:
            article = corpus.article(cited.article_id)
            assert article.text[cited.start : cited.end] == cited.cited_text


def test_an_article_bears_itself_out(corpus: rag.Corpus) -> None:
    """Every sentence that an article states is supported, and no heading is contradicted."""
    article = corpus.articles()[0]
    body = article.text[: article.text.index("Subscribe to get access")]
    verdicts = [s.verdict for s in corpus.verify(body).statements if s.text.endswith((".", "”"))]
    assert len(verdicts) >= 15
    assert set(verdicts) == {"supported"}
    assert corpus.verify("Conclusion").statements[0].verdict == "not_found"


def test_independent_sources_of_a_claim_are_counted(corpus: rag.Corpus) -> None:
    """Three articles give that number."""
    (checked,) = corpus.verify("The US has 2,500 troops in Iraq.").statements
    assert checked.verdict == "supported"
    assert checked.independent >= 2


def test_filters_hold(corpus: rag.Corpus) -> None:
    """Held against some articles only."""
    (checked,) = corpus.verify("The US has 3,000 troops in Iraq.", until="2024-01").statements
    assert checked.verdict != "supported"
    with pytest.raises(FilterError):
        corpus.verify("The US left.", outlets=["Nobody's Herald"])


def test_bad_input_is_explained(corpus: rag.Corpus) -> None:
    """Nothing, too much, or no words."""
    for text, why in (("", "empty"), ("… !", "no words"), ("word " * 50_000, "shorten")):
        with pytest.raises(QuestionError, match=why):
            corpus.verify(text)


def _rag(*words: str, corpus: rag.Corpus, stdin: str = "") -> subprocess.CompletedProcess[str]:
    place = ["--corpus", str(corpus.folder), "--index", str(corpus.state()["index"])]
    command = [sys.executable, "-m", "rag", *words, *place]
    return subprocess.run(command, capture_output=True, text=True, input=stdin, check=False)


def test_the_command(corpus: rag.Corpus, tmp_path: Path) -> None:
    """From an argument, from stdin or from a file; JSON is what Python gives."""
    claim = "The US has 900 troops in Iraq."
    said = _rag("verify", "-", corpus=corpus, stdin=claim)
    assert "CONTRADICTED" in said.stdout
    (tmp_path / "text.txt").write_text(claim)
    done = _rag("verify", "--file", str(tmp_path / "text.txt"), "--json", corpus=corpus)
    assert json.loads(done.stdout) == corpus.verify(claim).to_dict()
    for words in ([], ["x", "--file", "y"], ["--file", str(tmp_path / "none.txt")]):
        failed = _rag("verify", *words, corpus=corpus)
        assert failed.returncode == 2
        assert failed.stderr.startswith("rag: ")
        assert "Traceback" not in failed.stderr
