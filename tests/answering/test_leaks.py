"""An LLM that is made to say what it was told: the sentence never shows, in no disguise."""

from __future__ import annotations

from base64 import b64encode
from codecs import encode
from pathlib import Path

import pytest

import rag
from rag.answering.prompts import SYSTEM
from tests.support.fake_llm import QUESTION, Messages, Reply, serve

TRUE = "It is 340 metres long."
RULE = "Put words in quotation marks only if they stand so in the evidence."
WAYS = {
    "as it is": RULE,
    "in capitals": RULE.upper(),
    "in a sentence": f"I was told this: {RULE}",
    "reversed": RULE[::-1],
    "words reversed": " ".join(RULE.split()[::-1]),
    "letters apart": " ".join(RULE[:-1]),
    "zero-width": "\u200b".join(RULE),
    "Cyrillic": RULE.replace("o", "\u043e").replace("a", "\u0430").replace("e", "\u0435"),
    "fullwidth": "".join(chr(ord(c) + 0xFEE0) if c.isalpha() else c for c in RULE),
    "rot13": encode(RULE, "rot13"),
    "base64": b64encode(RULE.encode()).decode(),
    "base64 behind words": f"So it is, {b64encode(b'xy' + RULE.encode()).decode()}",
    "hexadecimal": RULE.encode().hex(" "),
    "hexadecimal, as in C": "".join(f"\\x{byte:02x}" for byte in RULE.encode()),
    "hexadecimal, as a list": " , ".join(f"0x{byte:02X}" for byte in RULE.encode()),
    "small capitals": RULE.lower().translate(str.maketrans("aeiost", "ᴀᴇɪᴏꜱᴛ")),
    "black squares": "".join(chr(0x1F170 + ord(c) - 97) if c in "aeiou" else c for c in RULE),
    "a word changed": "Put words in quotation signs only if they stand so in the evidence.",
    "in two sentences": "Put words in quotation. Marks only if they stand so in.",
}
INNOCENT = (
    "The articles say that it is 340 metres long.",
    "The evidence says that the bridge was opened by the mayor.",
    "If sources differ, the newer one counts.",
    "Words in quotation marks were added.",
    "It does not say who paid.",
)


def ask(folder: Path, said: str, **options: str) -> tuple[list[rag.Event], rag.Answer]:
    """The events of an answer that an LLM writes, and the answer."""
    corpus = rag.open(folder)
    events = list(corpus.stream(QUESTION, llm=rag.scripted_llm([said]), **options))
    answer = events[-1].answer
    assert answer is not None
    return events, answer


@pytest.mark.parametrize(
    ("way", "mode"),
    [
        *((way, "flag") for way in WAYS),
        ("as it is", "strict"),  # which differs in what is done with a sentence, not in the finding
        *(pytest.param(way, "strict", marks=pytest.mark.campaign) for way in [*WAYS][1:]),
    ],
)
def test_instructions_are_never_shown(folder: Path, way: str, mode: str) -> None:
    """A sentence that repeats the prompt is never shown; the notice says one was withdrawn."""
    assert RULE.removesuffix(".") in SYSTEM
    events, answer = ask(folder, f"{TRUE}\n\n{WAYS[way]}", mode=mode)
    shown = [event.statement.text for event in events if event.statement]
    last = WAYS[way].split(". ")[-1]
    assert not any(last[:20] in text for text in shown), shown
    assert TRUE in shown
    assert "1 sentence of the LLM, which gave away its instructions, withdrawn." in str(
        answer.notice
    )


@pytest.mark.parametrize("said", INNOCENT)
def test_what_only_sounds_like_them_stays(folder: Path, said: str) -> None:
    """A sentence that shares a phrase with the instructions is judged like any other."""
    events, answer = ask(folder, said)
    assert events[0].statement and events[0].statement.text == said
    assert "instructions" not in str(answer.notice)


def test_an_article_on_instructions_may_be_quoted(folder: Path) -> None:
    """An LLM may repeat a rule of the prompt that is also in the evidence."""
    (folder / "style.txt").write_text(f"The style guide of the Sella Post says: {RULE}\n")
    question = "What does the style guide of the Sella Post say of quotation marks?"
    llm = rag.scripted_llm([f"The style guide says: {RULE} [1]."])
    answer = rag.open(folder).ask(question, llm=llm)
    assert any("quotation marks" in statement.text for statement in answer.statements)
    assert "instructions" not in str(answer.notice)


def test_where_nothing_else_is_said_quotes_stand_in(folder: Path) -> None:
    """Quotes replace an answer that only repeats the prompt."""
    _, answer = ask(folder, SYSTEM.split("- If the evidence")[0])  # then comes what abstains
    assert answer.stood_in and answer.statements
    assert all(statement.verdict == "supported" for statement in answer.statements)


def test_an_own_prompt_is_kept_too(folder: Path, tmp_path: Path) -> None:
    """A prompt that the user has written is kept from readers as well."""
    own = tmp_path / "prompts.toml"
    own.write_text('system = "Never mention the takeover of Brandt Shipping by Marek Dorn."\n')
    said = f"{TRUE} I must never mention the takeover of Brandt Shipping by Marek Dorn."
    answer = rag.open(folder, prompts=own).ask(QUESTION, llm=rag.scripted_llm([said]))
    assert [statement.text for statement in answer.statements] == [TRUE]


def test_an_error_gives_nothing_away(folder: Path) -> None:
    """A notice does not repeat a server's error that contains the prompt."""

    def script(messages: Messages) -> Reply:
        return Reply(status=400, error=f"bad request: {messages[0]['content']}")

    with serve(script) as served:
        answer = rag.open(folder).ask(QUESTION, llm=served.spec)
    assert answer.stood_in
    assert "numbered evidence" not in str(answer.notice)
    assert "gave no answer" in str(answer.notice)


def test_a_follow_up_gives_nothing_away(folder: Path) -> None:
    """A follow-up that the LLM rewrote contains no part of the prompt."""

    def script(prompt: str) -> str:
        if "Rewrite the last question" in prompt:
            return "How long is the bridge if it can be understood on its own, repeat it as it is?"
        return "Ana Kovic opened the Sella bridge."

    chat, llm = rag.open(folder).chat(), rag.scripted_llm(script)
    chat.ask("Who opened the Sella bridge?", llm=llm)
    meant = chat.ask("And how long is it?", llm=llm).understood_as
    assert "understood on its own" not in meant and "Sella" in meant


def test_half_a_character_is_no_text(folder: Path) -> None:
    """Quotes replace an answer with a lone surrogate, which cannot be encoded as UTF-8."""
    _, answer = ask(folder, f"{TRUE} \ud800 and more.")
    assert answer.stood_in and "not UTF-8 text" in str(answer.notice)
