"""An LLM writes as a stream: what is shown when, what is taken back, who answers if it fails."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

import rag
from tests.support.fake_llm import LONG, QUESTION, WRONG, Served, saying, serve


def kinds(events: Iterator[rag.Event]) -> list[str]:
    return [event.kind for event in events]


def test_sentences_come_while_the_llm_still_writes(folder: Path) -> None:
    """The first sentence is drafted and verified before the last one is sent; done comes last."""
    corpus = rag.open(folder)
    others = "".join(f"Its pier {number} is old [{{}}]. " for number in range(11))
    with serve(saying(LONG + others, pause=0.01)) as served:
        events = corpus.stream(QUESTION, llm=served.spec)
        first = [next(events), next(events)]
        assert [event.kind for event in first] == ["draft", "verified"]
        assert served.finished == 0
        assert first[0].statement and not first[0].statement.citations
        assert first[1].statement and first[1].statement.verdict == "supported"
        rest = kinds(events)
    assert rest == ["draft", "verified"] * 11 + ["done"]


def test_a_stream_that_is_closed_hangs_up(folder: Path) -> None:
    """Closing a stream closes the connection to the LLM."""
    corpus = rag.open(folder)
    with serve(saying(LONG, pause=0.01, endless=True)) as served:
        events = corpus.stream(QUESTION, llm=served.spec)
        assert next(events).kind == "draft"
        events.close()  # type: ignore[attr-defined]
        assert served.hung_up.wait(10)
        assert served.finished == 0


def test_an_async_answer_can_be_cancelled(folder: Path) -> None:
    """Cancelling a task closes the connection to the LLM, and the event loop is never blocked."""
    corpus = rag.open(folder)

    async def run(served: Served) -> None:
        seen: list[str] = []

        async def read() -> None:
            async for event in corpus.astream(QUESTION, llm=served.spec):
                seen.append(event.kind)  # noqa: PERF401 - each is looked at when it comes

        task = asyncio.create_task(read())
        while not seen:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with serve(saying(LONG, pause=0.02, endless=True)) as served:
        asyncio.run(run(served))
        assert served.hung_up.wait(10)


def test_async_answers_are_those_of_ask(folder: Path) -> None:
    """``aask`` and ``astream`` say what ``ask`` says."""
    corpus = rag.open(folder)
    with serve(saying(LONG)) as served:
        answer = asyncio.run(corpus.aask(QUESTION, llm=served.spec))
        assert answer.text == corpus.ask(QUESTION, llm=served.spec).text


def test_flagged_is_struck_and_explained(folder: Path) -> None:
    """By default an unsupported sentence stays, struck out with its reason, in every form."""
    with serve(saying(LONG + WRONG)) as served:
        answer = rag.open(folder).ask(QUESTION, llm=served.spec)
    assert [s.verdict for s in answer.statements] == ["supported", "unsupported"]
    struck = "~~It is 430 metres long.~~"
    assert struck in answer.text and struck in answer.to_markdown()
    assert "the source says 340, not 430" in answer.text
    assert "~~It is 340" not in answer.text
    assert answer.llm == answer.answered_by == served.spec


def test_strict_withdraws(folder: Path) -> None:
    """In strict mode an unsupported sentence goes, and takes no citation number with it."""
    with serve(saying(WRONG + LONG)) as served:
        corpus = rag.open(folder, mode="strict")
        events = list(corpus.stream(QUESTION, llm=served.spec))
    assert [e.kind for e in events] == ["draft", "withdrawn", "draft", "verified", "done"]
    answer = events[-1].answer
    assert answer and [s.text for s in answer.statements] == ["It is 340 metres long."]
    assert [c.number for c in answer.citations] == [1]
    assert "1 sentence" in (answer.notice or "")


def test_strict_falls_back_on_quotes(folder: Path) -> None:
    """Where strict mode leaves nothing, quotes stand in."""
    with serve(saying(WRONG)) as served:
        answer = rag.open(folder).ask(QUESTION, llm=served.spec, mode="strict")
    assert (answer.llm, answer.stood_in, answer.answered_by) == (None, True, "extractive")
    assert all(s.verdict == "supported" for s in answer.statements)
    assert "nothing that the documents support" in (answer.notice or "")


def test_forged_numbers_are_withdrawn_in_sight(folder: Path) -> None:
    """A sentence keeps its valid citations, and the reader is told of invented numbers."""
    with serve(saying("It is 340 metres long [{}][77].")) as served:
        answer = rag.open(folder).ask(QUESTION, llm=served.spec)
    assert [s.verdict for s in answer.statements] == ["supported"]
    assert "[77]" not in answer.text
    assert "[77]" in (answer.notice or "")


def test_an_outlet_stands_for_source_1(folder: Path) -> None:
    """`Source 1` in a sentence is replaced by the name of the outlet."""
    with serve(saying("Source {} says that it is 340 metres long.")) as served:
        (statement,) = rag.open(folder).ask(QUESTION, llm=served.spec).statements
    assert statement.text == "Valley Times says that it is 340 metres long."
    assert statement.verdict == "supported"


def test_a_server_that_does_not_stream_answers_too(folder: Path) -> None:
    """An answer that comes in one piece is checked like a streamed one."""
    with serve(saying(LONG + WRONG, whole=True)) as served:
        answer = rag.open(folder).ask(QUESTION, llm=served.spec)
    assert answer.llm == served.spec
    assert [s.verdict for s in answer.statements] == ["supported", "unsupported"]


def test_an_introduction_is_no_statement(folder: Path) -> None:
    """A sentence that only announces the answer is left out."""
    with serve(saying("Here is the answer based on the evidence:\n\n- " + LONG)) as served:
        (statement,) = rag.open(folder).ask(QUESTION, llm=served.spec).statements
    assert statement.text == "It is 340 metres long."


def test_evidence_is_dropped_until_the_prompt_fits(folder: Path) -> None:
    """A small context gets the most relevant evidence; one too small for any is not asked."""
    corpus = rag.open(folder)
    prompts: list[str] = []

    def script(prompt: str) -> str:
        prompts.append(prompt)
        return "The articles do not answer this question."

    for context in (8_192, 860, 200):
        answer = corpus.ask(QUESTION, llm=rag.scripted_llm(script, context=context))
    wide, narrow = prompts
    evidence = [prompt.split("<evidence>")[1].splitlines() for prompt in (wide, narrow)]
    assert len(evidence[1]) < len(evidence[0])
    assert evidence[1][:2] == evidence[0][:2]
    assert answer.stood_in and "RAG_LLM_CONTEXT" in (answer.notice or "")


def test_prompts_can_be_replaced(folder: Path, tmp_path: Path) -> None:
    """A prompt of the user's own is sent as written; one without its placeholders is an error."""
    prompts: list[str] = []

    def script(prompt: str) -> str:
        prompts.append(prompt)
        return "Keine Antwort."

    own = tmp_path / "prompts.toml"
    own.write_text('system = "Say {abstention} or cite."\nabstention = "Keine Antwort."\n')
    answer = rag.open(folder, prompts=own).ask(QUESTION, llm=rag.scripted_llm(script))
    assert answer.status == "abstained"
    assert "Say Keine Antwort. or cite." in prompts[0]
    for text in ('request = "no parts"', 'sytem = "x"', "system = 3", "= ="):
        own.write_text(text)
        with pytest.raises(rag.RagError, match=r"prompts\.toml"):
            rag.open(folder, prompts=own)


def test_what_stands_in_braces_is_no_template(folder: Path) -> None:
    """Braces in an article or a question are not filled in."""
    bridge = folder / "bridge.txt"
    bridge.write_text(f"{bridge.read_text()}The Sella bridge has {{question}} {{number}} arches.\n")
    prompts: list[str] = []

    def script(prompt: str) -> str:
        prompts.append(prompt)
        return "Nothing."

    rag.open(folder).ask("Has the Sella bridge {evidence} arches?", llm=rag.scripted_llm(script))
    assert "{question} {number} arches" in prompts[0]
    assert "Has the Sella bridge {evidence} arches?" in prompts[0]


def test_one_answer_knows_nothing_of_another(folder: Path) -> None:
    """Citations are numbered from 1 in each answer, also in answers made at the same time."""
    corpus = rag.open(folder)
    with serve(saying(LONG)) as served:

        async def both() -> list[rag.Answer]:
            asked = (corpus.aask(QUESTION, llm=served.spec) for _ in range(6))
            return await asyncio.gather(*asked)

        answers = asyncio.run(both())
    for answer in answers:
        assert [c.number for c in answer.citations] == [1]
        assert len(answer.statements) == 1


def test_a_follow_up_is_condensed_by_the_llm(folder: Path) -> None:
    """The LLM rewrites a follow-up; rules replace a rewriting that invents or rambles."""
    corpus = rag.open(folder)
    meant = "How long is the Sella bridge in metres?"

    def understood(condensed: str) -> str:
        def script(prompt: str) -> str:
            if "Rewrite the last question" in prompt:
                assert "Who opened the Sella bridge?" in prompt
                return condensed
            return "Ana Kovic opened the Sella bridge."

        chat = corpus.chat()
        llm = rag.scripted_llm(script)
        chat.ask("Who opened the Sella bridge?", llm=llm)
        return chat.ask("And how long is it?", llm=llm).understood_as

    assert understood(f"Question: {meant}") == meant
    by_rules = understood("I cannot do that.\nI am a language model.")
    assert "Sella bridge" in by_rules
    assert understood("How long is the Golden Gate bridge?") == by_rules
    assert understood("How long is the Sella bridge in 1999?") == by_rules
