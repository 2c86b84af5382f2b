"""What stands in the place of a rule that is switched off: tables, figures, functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any


def never(_: re.Pattern[str]) -> re.Pattern[str]:
    """Put a pattern that fits nothing in the place of another."""
    return re.compile(r"(?!)")


def empty(table: Any) -> Any:
    """Put an empty table in the place of another."""
    return type(table)()


def gives(value: Any) -> Callable[[Any], Any]:
    """Put a function that always returns the same in the place of another."""

    def neutral(_: Any) -> Callable[..., Any]:
        return lambda *_args, **_more: value

    return neutral


def value_of(value: Any) -> Callable[[Any], Any]:
    """Put a value in the place of another."""
    return lambda _: value


def first_given(_: Any) -> Callable[..., Any]:
    """Put a function that returns its first argument in the place of another."""
    return lambda first, *_args, **_more: first


def without_rule(name: str) -> Callable[[Any], Any]:
    """Leave out one rule of the check of sentences, by the name of its function."""
    return lambda rules: tuple(rule for rule in rules if rule[2].__name__ != name)


def without_kind(name: str) -> Callable[[Any], Any]:
    """Leave out one kind of answer."""
    return lambda kinds: tuple(kind for kind in kinds if kind.name != name)


def without_key(name: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Leave out one entry of a table."""
    return lambda table: {key: value for key, value in table.items() if key != name}


def by_reader(_: Any) -> Callable[..., Any]:
    """Answer where the reader finds an answer likely, and say how likely."""
    from rag.answering.decide import Decision
    from rag.answering.sought import nothing_found

    def decide(part: Any) -> Any:
        found = part.retrieved.answers if part.candidates and part.concepts else 0.0
        return Decision(found >= 0.5, found, nothing_found(part.question.text))

    return decide
