"""What an LLM is given: as much as fits, document by document, each sentence once."""

from __future__ import annotations

import re
from pathlib import Path

import rag
from tests.support.fake_llm import QUESTION


def sent(corpus: rag.Corpus, question: str, *, context: int = 8_192, **filters: str) -> list[str]:
    """The lines of evidence that an LLM is given for a question."""
    answer = corpus.ask(question, llm=rag.scripted_llm(["Yes."], context=context), **filters)
    assert answer.asked is not None
    return answer.asked[1].split("<evidence>\n")[1].split("\n</evidence>")[0].splitlines()


def test_a_small_folder_is_sent_whole(folder: Path) -> None:
    """Every sentence is there, numbered from 1, below a line that says what document it is of."""
    lines = sent(rag.open(folder), QUESTION)
    assert lines[:3] == [
        "From “The new bridge”, Valley Times, 10 February 2024:",
        "[1] Mayor Ana Kovic opened the Sella bridge on Saturday.",
        "[2] It is 340 metres long.",
    ]
    assert len([line for line in lines if line.startswith("[")]) == 6
    assert len(set(lines)) == len(lines)


def test_other_documents_than_those_asked_for_are_not_sent(folder: Path) -> None:
    """Where a filter names an outlet or a time, nothing else goes to the LLM."""
    lines = sent(rag.open(folder), QUESTION, since="2024-01-01")
    assert [line for line in lines if line.startswith("From")] == [
        "From “The new bridge”, Valley Times, 10 February 2024:"
    ]


def test_passages_are_in_reading_order_below_their_section(folder: Path) -> None:
    """A sentence stands where its document has it, and its heading is named above it."""
    (folder / "guide.md").write_text(
        "# Guide\n\n## Tolls\n\nThe toll of the Sella bridge is 3 crowns. Children pay nothing.\n\n"
        "## Cranes\n\nTwo cranes stand beside the Sella bridge.\n"
    )
    lines = sent(rag.open(folder), "What is the toll of the Sella bridge?")
    own = lines[next(at for at, line in enumerate(lines) if "Guide" in line) :][:5]
    assert "section “Tolls”" in own[0] and "section “Cranes”" in own[3]
    assert re.fullmatch(r"\[\d+\] Children pay nothing\.", own[2])


def test_of_a_large_folder_each_side_is_sent(folder: Path) -> None:
    """In a small context there is still the best sentence of each document that may answer."""
    for at in range(40):
        (folder / f"note{at}.txt").write_text(
            f"The ferry of bay {at} sails daily. " + "Gulls follow the ferry at noon. " * 3
        )
    (folder / "rival.txt").write_text("The Sella bridge is 355 metres long, the surveyor says.\n")
    text = "\n".join(sent(rag.open(folder), "How long is the Sella bridge?", context=1_200))
    assert "340 metres" in text and "355 metres" in text


def test_a_wrong_mark_is_put_right(folder: Path) -> None:
    """A sentence that cites what does not support it cites what does, and the reader is told."""
    said = "The harbour of Larnmouth was dredged in April 2023 [1]."
    answer = rag.open(folder).ask(QUESTION, llm=rag.scripted_llm([said]))
    (statement,) = answer.statements
    assert statement.verdict == "supported"
    assert [c.outlet for c in statement.citations] == ["Port Gazette"]
    assert "now cite words that do" in (answer.notice or "")


def test_a_mark_that_is_a_word_becomes_the_outlet(folder: Path) -> None:
    """`According to [2]` is read with the name of the outlet."""
    said = "According to [2], the Sella bridge is 340 metres long."
    (statement,) = rag.open(folder).ask(QUESTION, llm=rag.scripted_llm([said])).statements
    assert statement.text == "According to Valley Times, the Sella bridge is 340 metres long."
    assert statement.verdict == "supported"


def test_a_fragment_says_what_was_asked(folder: Path) -> None:
    """A year alone is of what the question asks: that it stands in another document is nothing."""
    asked = [("How long is the Sella bridge?", "340 metres."), ("Who built the pier?", "2023.")]
    answers = [rag.open(folder).ask(q, llm=rag.scripted_llm([said])) for q, said in asked]
    assert [a.statements[0].verdict for a in answers] == ["supported", "unsupported"]
