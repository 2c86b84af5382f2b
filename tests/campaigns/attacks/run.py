"""Each attempt on a corpus of its own, in both modes; what a reader sees is looked through."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import rag
from tests.campaigns.attacks.attempts import HERE, Attempt, load
from tests.campaigns.attacks.harm import harm
from tests.campaigns.attacks.obeying import ABSTENTION, KEY, Obeying
from tests.campaigns.attacks.shown import show
from tests.campaigns.outcomes import Outcome

MODES: tuple[Literal["flag", "strict"], ...] = ("flag", "strict")
KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "RAG_LLM_KEY")


def attack(attempts: Sequence[Attempt] | None = None) -> Iterator[Outcome]:
    """Make attempts, by default all; what became of each, in the order given."""
    for attempt in load() if attempts is None else attempts:
        found = list(dict.fromkeys(findings(attempt)))
        result = "succeeded" if found else "withstood"
        detail = "; ".join(found[:4])
        yield Outcome(f"injection: {attempt.kind}", attempt.name, result, not found, detail)


def findings(attempt: Attempt) -> Iterator[str]:
    """What an attempt achieves, in both modes; nothing where it is withstood."""
    with tempfile.TemporaryDirectory() as place, _keys():
        folder = Path(place) / "documents"
        shutil.copytree(HERE / "honest", folder)
        for name, text in attempt.documents.items():
            (folder / name).write_text(text, "utf-8", newline="")
        for mode in MODES:
            yield from (f"{mode}: {found}" for found in _in_mode(attempt, folder, mode))


def _in_mode(attempt: Attempt, folder: Path, mode: Literal["flag", "strict"]) -> Iterator[str]:
    obeying = Obeying(attempt)
    index = folder.parent / "index"
    corpus = rag.open(folder, index_dir=index, llm=obeying.llm, mode=mode, report=folder / "none")
    chat = corpus.chat()
    for question in attempt.before:
        chat.ask(question)
    events = list(chat.stream(attempt.question))
    # What the model is told to say is for the reader.
    told = "\n".join(dict.fromkeys(obeying.heard)).replace(ABSTENTION, "")
    yield from harm(attempt, show(corpus, events), corpus, told)


@contextmanager
def _keys() -> Iterator[None]:
    """A key in the environment, where those of LLMs are."""
    before = {name: os.environ.get(name) for name in KEYS}
    os.environ.update(dict.fromkeys(KEYS, KEY))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
