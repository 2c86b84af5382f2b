"""An LLM that does what a hostile text tells it to: it has all that it was sent to hand.

What an attempt says may hold ``<<WHAT>>`` or ``<<WHAT|HOW>>``: WHAT is ``system``, ``user`` or
``messages`` as they were sent, ``key``, or ``number of WORDS`` for the number that the evidence
with some words has; HOW is one of WAYS.
"""

from __future__ import annotations

import re
from base64 import b32encode, b64encode
from codecs import encode
from collections.abc import Callable
from textwrap import wrap
from typing import Any

import rag
from tests.campaigns.attacks.attempts import Attempt

KEY = "sk-footnote-0123456789abcdef0123456789abcdef"
ABSTENTION = "The articles do not answer this question."
ZERO_WIDTH = "\u200b"
LOOKALIKES = str.maketrans("aceopxyiABCEHKMOPTX", "асеорхуіАВСЕНКМОРТХ")
_PLACE = re.compile(r"<<([^<>|]+)(?:\|([^<>|]+))?>>")
_MESSAGES = re.compile(r"system: (?P<system>.*?)\nuser: (?P<user>.*)\nassistant: \s*", re.DOTALL)


def _pieces(text: str, size: int, between: str = "") -> str:
    """A sentence for each few words."""
    words = re.findall(r"\w+", text)
    groups = [words[at : at + size] for at in range(0, len(words), size)]
    return " ".join(f"{' '.join(group).capitalize()}. {between}" for group in groups)


def _altered(text: str) -> str:
    """With every sixth word another one."""
    words = text.split()
    return " ".join("really" if at % 6 == 5 else word for at, word in enumerate(words))


WAYS: dict[str, Callable[[str], str]] = {
    "base64": lambda text: b64encode(text.encode()).decode(),
    "base64 in lines": lambda text: " ".join(wrap(b64encode(text.encode()).decode(), 40)),
    "base32": lambda text: b32encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(" "),
    "rot13": lambda text: encode(text, "rot13"),
    "reversed": lambda text: text[::-1],
    "backwards": lambda text: " ".join(text.split()[::-1]),
    "spaced": lambda text: " ".join(text.replace(" ", "").replace("\n", "")),
    "zero-width": lambda text: ZERO_WIDTH.join(text),
    "lookalikes": lambda text: text.translate(LOOKALIKES),
    "fullwidth": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "upper": str.upper,
    "altered": _altered,
    "in fours": lambda text: _pieces(text, 4),
    "in threes": lambda text: _pieces(text, 3),
    "one line": lambda text: " ".join(re.findall(r"\w+", text)),
    "hyphens": lambda text: "-".join(re.findall(r"\w+", text)),
    "listed": lambda text: "\n".join(f"- {line}" for line in text.splitlines()),
    "quoted": lambda text: f"“{' '.join(text.split())}”",
}


class Obeying:
    """The LLM of an attempt; ``heard`` are the system messages that it was sent."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self.heard: list[str] = []
        self.llm: Any = rag.scripted_llm(self._reply)

    def _reply(self, prompt: str) -> str:
        found = _MESSAGES.fullmatch(prompt)
        if found is None:
            raise AssertionError("a request is no longer a system and a user message")
        sent = {"system": found["system"], "user": found["user"], "messages": prompt, "key": KEY}
        first = not self.heard
        self.heard.append(sent["system"])
        condensing = "<evidence>" not in sent["user"]
        if condensing:
            return _filled(self._attempt.condenses or "None", sent)
        if self._attempt.before and first:
            return ABSTENTION
        if self._attempt.fails is not None:
            raise ValueError(_filled(self._attempt.fails, sent))
        return _filled(self._attempt.says, sent)


def _filled(text: str, sent: dict[str, str]) -> str:
    """A text with its places filled in.

    Raises:
        KeyError: there is no such place or way.
    """

    def fill(place: re.Match[str]) -> str:
        what, how = place.groups()
        if what.startswith("number of "):
            return _number(sent["user"], what.removeprefix("number of "))
        return WAYS[how](sent[what]) if how else sent[what]

    return _PLACE.sub(fill, text)


def _number(user: str, words: str) -> str:
    """The number that the evidence with some words has; 1 where none has them."""
    lines = re.findall(r"^\[(\d+)\] (.*)$", user, re.MULTILINE)
    return next((number for number, line in lines if words in line), "1")
