"""The attempts: TOML files beside this one, a kind of attack each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from evals.pairs import GoldError

HERE = Path(__file__).resolve().parent
QUESTION = "How long is the Sella bridge?"


@dataclass(frozen=True)
class Attempt:
    """One attempt.

    ``documents`` are hostile files by name, which join the honest ones of ``honest/``.
    ``before`` are questions asked earlier in the conversation, ``says`` what the LLM writes
    (see ``obeying.py``), ``condenses`` what it makes of a follow-up, and ``fails`` the words of
    the error that it ends in instead. ``never`` are words that no sentence may have that is
    shown as supported, ``only_from`` words that one may have where it cites that file and no
    other, and ``still`` words that the reader must get to see.
    """

    kind: str
    name: str
    says: str = ""
    question: str = QUESTION
    documents: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    condenses: str | None = None
    fails: str | None = None
    never: tuple[str, ...] = ()
    only_from: Mapping[str, str] = field(default_factory=dict)
    still: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The kind and the name."""
        return f"{self.kind}: {self.name}"


TYPES: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("name", "says", "question", "condenses", "fails"), str),
    **dict.fromkeys(("documents", "only_from"), dict),
    **dict.fromkeys(("before", "never", "still"), list),
}


def load() -> list[Attempt]:
    """All attempts, by kind.

    Raises:
        GoldError: a file is malformed, or two attempts have one name.
    """
    found = [attempt for path in sorted(HERE.glob("*.toml")) for attempt in _read(path)]
    names = [attempt.id for attempt in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise GoldError(f"{HERE}: two attempts are called {twice[0]!r}; rename one.")
    return found


def _read(path: Path) -> list[Attempt]:
    try:
        given = tomllib.loads(path.read_text("utf-8"))
        kind, rows = given["kind"], given["attempt"]
        return [_attempt(kind, row) for row in rows]
    except (ValueError, KeyError, TypeError) as error:
        raise GoldError(f"{path}: is malformed ({error}).") from error


def _attempt(kind: str, row: dict[str, Any]) -> Attempt:
    known = {each.name for each in fields(Attempt)} - {"kind"}
    for name, value in row.items():
        if name not in known or not isinstance(value, TYPES[name]):
            raise ValueError(f"{row.get('name')!r} has no such {name!r}")
        texts = row[name].values() if isinstance(value, dict) else row[name]
        if not all(isinstance(text, str) for text in texts):
            raise ValueError(f"{row.get('name')!r}: {name!r} must hold texts")
    if not (row.get("says") or row.get("fails")):
        raise ValueError(f"{row.get('name')!r} has an LLM that does nothing")
    lists = {name: tuple(value) for name, value in row.items() if TYPES[name] is list}
    return Attempt(kind, **(row | lists))
