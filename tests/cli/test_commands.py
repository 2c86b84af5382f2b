"""Commands that compare and export: what they print, what they write, how they fail."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import rag
from tests.support.commands import Done, command, on, place
from tests.support.fake_llm import QUESTION as BRIDGE
from tests.support.fake_llm import saying, serve

QUESTION = "How many US troops are in Iraq?"


def run(corpus: rag.Corpus, *words: str) -> Done:
    return command(*words, *place(corpus))


def test_compare(corpus: rag.Corpus) -> None:
    """`rag compare` prints a summary and each value with its quote; JSON as Python gives it."""
    done = run(corpus, "compare", QUESTION)
    assert done.returncode == 0
    assert done.stdout.startswith("The documents give different numbers: 3,000")
    assert "overtaken by [1]" in done.stdout
    assert "2500 troops stationed" in done.stdout or "2500 troops from Iraq" in done.stdout
    done = run(corpus, "compare", QUESTION, "--json")
    assert json.loads(done.stdout) == [d.to_dict() for d in corpus.compare(QUESTION)]
    assert "no different values" in run(corpus, "compare", "Who killed Soleimani?").stdout


def test_two_documents_are_compared(corpus: rag.Corpus) -> None:
    """`rag compare --documents` names documents in any way; a question is not asked then."""
    one, other = (article for article in corpus.articles()[:2])
    done = run(corpus, "compare", "--documents", one.id, other.path, "--json")
    assert json.loads(done.stdout) == corpus.documents.compare(one.id, other.id).to_dict()
    refused = run(corpus, "compare", QUESTION, "--documents", one.id, other.path)
    assert refused.returncode == 2
    assert "--documents" in refused.stderr


def test_timeline(corpus: rag.Corpus) -> None:
    """`rag timeline` prints dates, quotes, sources and how each date was found."""
    done = run(corpus, "timeline", "--since", "2024-07")
    assert "8 July 2024" in done.stdout
    assert "dated by “July 8th”, read from the document’s date, July 2024" in done.stdout
    done = run(corpus, "timeline", "Soleimani", "--json")
    assert json.loads(done.stdout) == [e.to_dict() for e in corpus.timeline("Soleimani")]
    assert "No dated events" in run(corpus, "timeline", "--until", "1900").stdout


@pytest.mark.parametrize("ending", ["md", "html", "json"])
def test_export_and_verify(corpus: rag.Corpus, tmp_path: Path, ending: str) -> None:
    """`--export` writes a pack that verifies; a changed pack does not."""
    path = tmp_path / f"pack.{ending}"
    done = run(corpus, "ask", QUESTION, "--export", str(path))
    assert done.returncode == 0
    assert "3,000" in done.stdout
    assert str(path) in done.stderr
    checked = run(corpus, "verify-pack", str(path))
    assert checked.returncode == 0
    assert "The pack holds." in checked.stdout
    path.write_text(path.read_text("utf-8").replace("3,000", "5,000"), "utf-8")
    checked = run(corpus, "verify-pack", str(path), "--json")
    assert checked.returncode == 1
    assert json.loads(checked.stdout)["holds"] is False


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["ask", QUESTION, "--export", "pack.pdf"], ".html"),
        (["ask", "--json", "--batch", "many.jsonl", "--export", "pack.md"], "one answer"),
        (["verify-pack", "none.md"], "none.md"),
        (["timeline", "--since", "yesterday"], "yesterday"),
        (["compare", " "], "empty"),
        (["compare", QUESTION, "--outlet", "Nobody's Herald"], "Nobody"),
        (["ask", QUESTION, "--document", "none.txt"], "none.txt"),
    ],
)
def test_mistakes_are_explained(corpus: rag.Corpus, words: list[str], why: str) -> None:
    """A mistake gets one line on stderr and exit code 2."""
    done = run(corpus, *words)
    assert done.returncode == 2
    assert done.stderr.startswith("rag: ")
    assert why in done.stderr
    assert "Traceback" not in done.stderr


def test_an_llms_answer_is_compared_too(corpus: rag.Corpus) -> None:
    """An LLM's answer lists the sources that agree with it and those that differ."""
    answer = corpus.ask(QUESTION, llm=rag.scripted_llm(["The US has 3,000 troops in Iraq [1]."]))
    (difference,) = answer.differences
    assert {position.citation.outlet for position in difference.positions} >= {"World at Large"}
    assert answer.statements[0].backing is not None
    assert answer.as_of == "2024-07"
    assert answer.asked is not None
    assert QUESTION in answer.asked[1]


def test_the_words_that_an_llm_cites_stand_below_it(folder: Path) -> None:
    """A written answer is followed by the cited words, each under its source, unless unwanted.

    An answer that consists of quotes repeats none of them.
    """
    asked = ("ask", BRIDGE, *on(folder))
    with serve(saying("The bridge has a length of 340 metres [{}].")) as served:
        written = command(*asked, "--llm", served.spec).stdout
        bare = command(*asked, "--llm", served.spec, "--no-quotes").stdout
        talk = command("chat", *on(folder), "--llm", served.spec, stdin=BRIDGE).stdout
    quote = re.compile(r"^\[1\] .+\n    “.*It is 340 metres long\.”$", re.MULTILINE)
    assert quote.search(written) and quote.search(talk)
    assert "\n    “" not in bare and "\n[1] " in bare
    assert command(*asked).stdout.count("340 metres") == 1
