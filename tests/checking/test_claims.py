"""Claims are checked: each sentence with its verdict, its reason, and the words that show it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import rag
from rag.errors import FilterError, QuestionError
from rag.render import checked_html, checked_text
from tests.support.commands import command, place


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
        ("Penguins live in the southern hemisphere.", "not_found", "no sentence was found"),
    ],
)
def test_verdicts(corpus: rag.Corpus, claim: str, verdict: str, reason: str | None) -> None:
    """A claim is supported, contradicted by a number, date or word, partial, or not found."""
    (checked,) = corpus.verify(claim).statements
    assert checked.verdict == verdict, checked.reason
    assert (checked.reason is None) == (reason is None)
    assert (reason or "") in (checked.reason or "")
    assert (checked.independent > 0) == (verdict == "supported")


TENANTS = (
    "Statement of the tenants, 4 March 2024\n\nThe lift stood still for 61 days last winter. 18 of"
    " 52 flats that we asked had no heating in January. Mrs Vera Holt received £310, Mr Ivo Lind"
    " received £720. In a poll of the Courier, 118 of 240 tenants said they were content with the"
    " caretaker.\n"
)
LAMBS = (
    "# Trial CL-9 at Stallbeck farm\n\n84 lambs took part. 41 lambs were fed clover and 43 were fed"
    " hay. Scours were reported in 12 lambs on clover and 9 on hay. Five lambs left the trial"
    " because of lameness: three on clover and two on hay.\n"
)


@pytest.mark.parametrize(
    "claim",
    [
        "118 of 240 tenants in the Courier's poll were satisfied with the caretaker.",
        "In the CL-9 study 41 animals were given clover and 43 hay.",
    ],
)
def test_another_number_beside_the_claims_own_contradicts_nothing(
    tmp_path: Path, claim: str
) -> None:
    """A sentence with another number is no rival of one as near that has all the claim's."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "tenants.txt").write_text(TENANTS)
    (tmp_path / "docs" / "lambs.md").write_text(LAMBS)
    corpus = rag.open(tmp_path / "docs", index_dir=tmp_path / "index")
    assert corpus.verify(claim).statements[0].verdict == "supported"


NOTICE = (
    "# Notice of the river agency\n\nIn a first case Tarn Brewery was fined 5,100 pounds for"
    " washing casks in the stream.\n\n## June\n\nFor mooring six barges at the weir without a"
    " permit the owner was fined 7,300 pounds.\n"
)
MAIL = "To: Ada Moor\n\nNorvane asks for a meeting. So does Lund Dairy.\n"


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (
            "Lund Dairy was fined 5,100 pounds for washing casks in the stream.",
            "contradicted",
        ),
        (
            "Lund Dairy was fined 7,300 pounds for mooring six barges at the weir"
            " without a permit.",
            "partial",
        ),
    ],
)
def test_only_another_name_contradicts_a_name(tmp_path: Path, claim: str, verdict: str) -> None:
    """A source that names another contradicts it; one that leaves the name open does not."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "notice.md").write_text(NOTICE)
    (tmp_path / "docs" / "mail.txt").write_text(MAIL)
    for weir in range(30):  # so that the words of the notice are rare ones
        (tmp_path / "docs" / f"weir{weir}.txt").write_text(
            f"The gauge at weir {weir} stood at {20 + weir} centimetres. The keeper mended"
            f" gate {weir}.\n"
        )
    corpus = rag.open(tmp_path / "docs", index_dir=tmp_path / "index")
    (checked,) = corpus.verify(claim).statements
    assert checked.verdict == verdict, checked.reason


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


@pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.campaign), 6])
@pytest.mark.timeout(60)  # sentences are looked up and judged
def test_an_article_bears_itself_out(corpus: rag.Corpus, every: int) -> None:
    """Every sentence that an article states is supported, and no heading is contradicted."""
    article = corpus.articles()[0]
    body = article.text[: article.text.index("Subscribe to get access")]
    text = "\n".join(body.splitlines()[::every])
    verdicts = [s.verdict for s in corpus.verify(text).statements if s.text.endswith((".", "”"))]
    assert len(verdicts) >= 15 // every
    assert set(verdicts) == {"supported"}
    assert corpus.verify("Conclusion").statements[0].verdict == "not_found"


def test_independent_sources_of_a_claim_are_counted(corpus: rag.Corpus) -> None:
    """A claim that three articles support has at least two independent sources."""
    (checked,) = corpus.verify("The US has 2,500 troops in Iraq.").statements
    assert checked.verdict == "supported"
    assert checked.independent >= 2


def test_what_says_something_else_is_no_further_source(tmp_path: Path) -> None:
    """Who has none of a claim's numbers, or little of what it names, does not support it."""
    (tmp_path / "club.txt").write_text(
        "Rowing club\n\nThe members voted to lease the boathouse. "
        "It was carried by nineteen votes to four.\n"
    )
    (tmp_path / "council.txt").write_text(
        "Harbour council\n\nThe council would lend the club a boat. The vote was put off.\n"
    )
    claim = "The members of the rowing club voted by nineteen votes to four to lease the boathouse."
    (checked,) = rag.open(tmp_path).verify(claim).statements
    assert (checked.verdict, checked.independent) == ("supported", 1)
    assert {cited.title for cited in checked.evidence} == {"Rowing club"}


@pytest.mark.parametrize(
    ("said", "here", "there"),
    [
        ("The old bell of Orm was taken down on {}.", "6 June 2021", "16 June 2021"),
        ("The fire at the Orm mill destroyed {} sacks of grain.", "340", "430"),
    ],
)
def test_what_another_document_gives_is_told(
    tmp_path: Path, said: str, here: str, there: str
) -> None:
    """What one document says and another contradicts is supported, and both are told."""
    (tmp_path / "a.txt").write_text(f"Valley news\n\n{said.format(here)}\n")
    (tmp_path / "b.txt").write_text(f"Parish letter\n\n{said.format(there)}\n")
    corpus = rag.open(tmp_path)
    (checked,) = corpus.verify(said.format(here)).statements
    assert (checked.verdict, checked.independent) == ("supported", 1)
    assert "but in “Parish letter”" in (checked.reason or "") and there in (checked.reason or "")
    (checked,) = corpus.verify(said.format("9")).statements
    assert checked.verdict == "contradicted"


def test_no_more_is_claimed_than_that_nothing_was_found(corpus: rag.Corpus) -> None:
    """Words of the documents may say it otherwise, so the nearest are shown, to compare."""
    checked = corpus.verify("American soldiers brought penguins to Baghdad.")
    (claim,) = checked.statements
    assert (claim.verdict, len(claim.evidence)) == ("not_found", 1)
    assert claim.reason == "no sentence was found that says it"
    shown = checked.to_dict()
    for form in (checked_html(shown), checked_text(shown)):
        assert (
            "not found in the documents: no sentence was found that says it"
            in re.sub("<[^>]+>", "", form).lower()
        )
        assert "nearest, to compare:" in form.lower()


def test_filters_hold(corpus: rag.Corpus) -> None:
    """A claim is checked against the articles that the filters allow."""
    (checked,) = corpus.verify("The US has 3,000 troops in Iraq.", until="2024-01").statements
    assert checked.verdict != "supported"
    with pytest.raises(FilterError):
        corpus.verify("The US left.", outlets=["Nobody's Herald"])


def test_bad_input_is_explained(corpus: rag.Corpus) -> None:
    """An empty text, one without words and one that is too long are refused with a reason."""
    for text, why in (("", "empty"), ("… !", "no words"), ("word " * 50_000, "shorten")):
        with pytest.raises(QuestionError, match=why):
            corpus.verify(text)


def test_the_command(corpus: rag.Corpus, tmp_path: Path) -> None:
    """`rag verify` reads an argument, stdin or a file, and prints the JSON that Python gives."""
    claim = "The US has 900 troops in Iraq."
    said = command("verify", "-", *place(corpus), stdin=claim)
    assert "CONTRADICTED" in said.stdout
    (tmp_path / "text.txt").write_text(claim)
    done = command("verify", "--file", str(tmp_path / "text.txt"), "--json", *place(corpus))
    assert json.loads(done.stdout) == corpus.verify(claim).to_dict()
    for words in ([], ["x", "--file", "y"], ["--file", str(tmp_path / "none.txt")]):
        failed = command("verify", *words, *place(corpus))
        assert failed.returncode == 2
        assert failed.stderr.startswith("rag: ")
        assert "Traceback" not in failed.stderr
