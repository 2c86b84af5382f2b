"""The attempts: TOML files beside this module, a kind of attack each, and the LLM that obeys them.

What an attempt has the LLM say may hold ``<<WHAT>>`` or ``<<WHAT|HOW>>``. WHAT is ``system``,
``user`` or ``messages`` as they were sent, ``key``, or ``number of WORDS`` for the number of the
evidence that holds those words; HOW is one of ``DISGUISES``.
"""

from __future__ import annotations

import re
import tomllib
from base64 import b32encode, b64encode
from codecs import encode
from collections.abc import Callable
from pathlib import Path
from textwrap import wrap
from typing import Any

from pydantic import BaseModel, model_validator

import rag

HERE = Path(__file__).resolve().parent
KEY = "sk-footnote-0123456789abcdef0123456789abcdef"
ABSTENTION = "The articles do not answer this question."
LOOKALIKES = str.maketrans("aceopxyiABCEHKMOPTX", "асеорхуіАВСЕНКМОРТХ")  # Cyrillic letters
_PLACE = re.compile(r"<<([^<>|]+)(?:\|([^<>|]+))?>>")
_MESSAGES = re.compile(r"system: (?P<system>.*?)\nuser: (?P<user>.*)\nassistant: \s*", re.DOTALL)


class Attempt(BaseModel, extra="forbid", frozen=True):
    """One attempt.

    ``documents`` are hostile files by name, which join the honest ones of ``honest/``.
    ``before`` are questions asked earlier in the conversation, ``says`` is what the LLM writes,
    ``condenses`` what it makes of a follow-up question, and ``fails`` the message of the error
    that it raises instead. No sentence shown as supported may hold words of ``never``; words of
    ``only_from`` may stand in one that cites that file and no other; words of ``still`` must be
    shown to the reader.
    """

    kind: str
    name: str
    says: str = ""
    question: str = "How long is the Sella bridge?"
    documents: dict[str, str] = {}
    before: tuple[str, ...] = ()
    condenses: str | None = None
    fails: str | None = None
    never: tuple[str, ...] = ()
    only_from: dict[str, str] = {}
    still: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _llm_does_something(self) -> Attempt:
        if not (self.says or self.fails):
            raise ValueError(f"{self.name!r} has an LLM that does nothing")
        return self

    @property
    def id(self) -> str:
        """The kind and the name, unique among all attempts."""
        return f"{self.kind}: {self.name}"


def load_attempts() -> list[Attempt]:
    """Return all attempts, by kind.

    Raises:
        ValueError: a file is malformed.
    """
    files = [tomllib.loads(path.read_text("utf-8")) for path in sorted(HERE.glob("*.toml"))]
    return [Attempt(kind=file["kind"], **row) for file in files for row in file["attempt"]]


def _sentences_of(text: str, size: int) -> str:
    """Return the words of a text as sentences of ``size`` words."""
    words = re.findall(r"\w+", text)
    groups = [words[at : at + size] for at in range(0, len(words), size)]
    return " ".join(f"{' '.join(group).capitalize()}. " for group in groups)


def _with_changed_words(text: str) -> str:
    """Return a text with every sixth word replaced."""
    words = text.split()
    return " ".join("really" if at % 6 == 5 else word for at, word in enumerate(words))


DISGUISES: dict[str, Callable[[str], str]] = {
    "base64": lambda text: b64encode(text.encode()).decode(),
    "base64 in lines": lambda text: " ".join(wrap(b64encode(text.encode()).decode(), 40)),
    "base32": lambda text: b32encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(" "),
    "rot13": lambda text: encode(text, "rot13"),
    "reversed": lambda text: text[::-1],
    "backwards": lambda text: " ".join(text.split()[::-1]),
    "spaced": lambda text: " ".join(text.replace(" ", "").replace("\n", "")),
    "zero-width": lambda text: "\u200b".join(text),
    "lookalikes": lambda text: text.translate(LOOKALIKES),
    "fullwidth": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "upper": str.upper,
    "altered": _with_changed_words,
    "in fours": lambda text: _sentences_of(text, 4),
    "in threes": lambda text: _sentences_of(text, 3),
    "one line": lambda text: " ".join(re.findall(r"\w+", text)),
    "hyphens": lambda text: "-".join(re.findall(r"\w+", text)),
    "listed": lambda text: "\n".join(f"- {line}" for line in text.splitlines()),
    "quoted": lambda text: f"“{' '.join(text.split())}”",
}


class ObeyingLLM:
    """An LLM that does what an attempt wants; ``heard`` are the system messages that it got."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self.heard: list[str] = []
        self.llm: Any = rag.scripted_llm(self._reply)

    def _reply(self, prompt: str) -> str:
        found = _MESSAGES.fullmatch(prompt)
        if found is None:
            raise AssertionError("a request is no longer a system message and a user message")
        sent = {"system": found["system"], "user": found["user"], "messages": prompt, "key": KEY}
        first = not self.heard
        self.heard.append(sent["system"])
        if "<evidence>" not in sent["user"]:  # a follow-up is condensed into a question
            return _fill(self._attempt.condenses or "None", sent)
        if self._attempt.before and first:
            return ABSTENTION
        if self._attempt.fails is not None:
            raise ValueError(_fill(self._attempt.fails, sent))
        return _fill(self._attempt.says, sent)


def _fill(text: str, sent: dict[str, str]) -> str:
    """Replace the places of a text.

    Raises:
        KeyError: there is no such place or disguise.
    """

    def replace(place: re.Match[str]) -> str:
        what, how = place.groups()
        if what.startswith("number of "):
            words = what.removeprefix("number of ")
            lines = re.findall(r"^\[(\d+)\] (.*)$", sent["user"], re.MULTILINE)
            return next((number for number, line in lines if words in line), "1")
        return DISGUISES[how](sent[what]) if how else sent[what]

    return _PLACE.sub(replace, text)
