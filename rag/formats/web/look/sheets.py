"""The rules of a style sheet: which elements each means, and what it says of how they look.

Only what tells what words are is kept: whether they are shown, struck out, raised or lowered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_MAX_SHEET = 1_000_000  # characters; those of a large site have half of that
_MAX_PRELUDE = 5_000  # characters of the selectors of a rule
_MAX_STEPS = 8  # elements in each other that a selector names
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_MARK = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|[{};]")
_FOR_SCREENS = re.compile(r"(?:only\s+)?(?:screen|all)", re.IGNORECASE)
_FOR_OTHERS = re.compile(r"(?:only\s+)?(?:print|speech|aural|braille|embossed|tty|tv)\b", re.I)
_GROUPS = ("@supports", "@layer", "@scope", "@starting-style", "@document", "@-moz-document")
_DECLARED = re.compile(
    r"(?:^|;)\s*(display|visibility|text-decoration(?:-line)?|vertical-align)\s*:\s*([^;!]{1,200})"
    r"(!\s*important)?",
    re.IGNORECASE,
)
_NAME = r"(?:[\w-]|[^\x00-\x7f]|\\.)+"
_SIMPLE = re.compile(rf"[.#]?{_NAME}|\*")
_EXTRA = re.compile(r"(?<!\\)(?:\[[^\[\]]*\]|:[\w-]+(?:\((?:[^()]|\([^()]*\))*\))?)")
_GENERATED = re.compile(
    r"(?<!\\):(?::|before|after|first-(?:letter|line)|marker|placeholder)\b", re.IGNORECASE
)
_COMBINED = re.compile(r"\s*([>+~])\s*|\s+")


class SelectorStep(NamedTuple):
    """What a selector says of one element.

    Attributes:
        tag, ids, classes: what it is called; an empty tag is any.
        child: whether it is in the element before it itself, not deeper.
    """

    tag: str
    ids: frozenset[str]
    classes: frozenset[str]
    child: bool = False

    def matches(self, element: Any) -> bool:
        """Return whether an element is called so."""
        if self.tag and self.tag != element.tag:
            return False
        if self.ids and self.ids != {element.get("id")}:
            return False
        return not self.classes or self.classes <= set(element.get("class", "").split())


class SheetRule(NamedTuple):
    """What a sheet says of the elements that a selector means.

    Attributes:
        steps: the selector, from the outermost element to the one that is meant.
        sure: whether it holds whatever is done with the page, on any screen.
        declared: each property with its value, and whether that is said to be important.
        weight: how closely it describes the elements: the ids, classes and tags that it names.
    """

    steps: tuple[SelectorStep, ...]
    sure: bool
    declared: dict[str, tuple[str, bool]]
    weight: tuple[int, int, int]

    def means(self, element: Any) -> bool:
        """Return whether it is about an element."""
        *outer, last = self.steps
        if not last.matches(element):
            return False
        child = last.child
        for step in reversed(outer):
            above = element.getparent() if child else next(_matching(step, element), None)
            if above is None or not step.matches(above):
                return False
            element, child = above, step.child
        return True


def _matching(step: SelectorStep, element: Any) -> Iterator[Any]:
    return (above for above in element.iterancestors() if step.matches(above))


def is_for_screens(media: str) -> bool:
    """Return whether a sheet with such a medium is for every screen."""
    kinds = [kind.strip() for kind in media.split(",")]
    return not media.strip() or any(_FOR_SCREENS.fullmatch(kind) for kind in kinds)


def rules_in(sheet: str) -> Iterator[SheetRule]:
    """Yield the rules of a sheet that tell how words look on a screen, in order."""
    for prelude, body, sure in _blocks(_COMMENT.sub(" ", sheet[:_MAX_SHEET])):
        declared = {
            match[1].lower().removesuffix("-line"): (match[2].strip().lower(), bool(match[3]))
            for match in _DECLARED.finditer(body)
        }
        if declared and len(prelude) <= _MAX_PRELUDE:
            for selector in _selectors(prelude):
                read = _read(selector)
                if read is not None:
                    steps, whole = read
                    yield SheetRule(steps, sure and whole, declared, _weight(steps))


def _weight(steps: tuple[SelectorStep, ...]) -> tuple[int, int, int]:
    return (
        sum(len(step.ids) for step in steps),
        sum(len(step.classes) for step in steps),
        sum(bool(step.tag) for step in steps),
    )


def _blocks(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield the selectors and the body of each rule, and whether it holds on all screens."""
    outer: list[tuple[str, bool | None]] = []  # None: what is within is for no screen
    start = 0
    for mark in _MARK.finditer(text):
        if mark[0] == "{":
            prelude = text[start : mark.start()].strip()
            sure = outer[-1][1] if outer else True
            outer.append((prelude, _holds(prelude, sure) if prelude[:1] == "@" else sure))
        elif mark[0] == "}" and outer:
            prelude, known = outer.pop()
            if prelude[:1] != "@" and known is not None:
                yield prelude, text[start : mark.start()], known
        elif mark[0] == ";" and outer and outer[-1][0][:1] != "@":
            continue
        if mark[0] in "{};":
            start = mark.end()


def _holds(prelude: str, outer: bool | None) -> bool | None:
    """Return whether the rules in a group hold: on all screens, on some, or on none (None)."""
    if outer is None:
        return None
    name, _, condition = prelude.partition(" ")
    if name.lower() == "@media":
        if is_for_screens(condition):
            return outer
        others = all(_FOR_OTHERS.match(kind.strip()) for kind in condition.split(","))
        return None if others else False
    if name.lower() in _GROUPS:
        return False if condition.strip().startswith("not") else outer
    return False if name.lower() == "@container" else None


def _selectors(prelude: str) -> Iterator[str]:
    """Yield the selectors of a rule, which commas part, but for those in brackets."""
    deep, start = 0, 0
    for at, char in enumerate(prelude):
        deep += (char in "([") - (char in ")]")
        if char == "," and deep <= 0:
            yield prelude[start:at].strip()
            start = at + 1
    yield prelude[start:].strip()


def _read(selector: str) -> tuple[tuple[SelectorStep, ...], bool] | None:
    """Return the steps of a selector, and whether they are all that it says of the elements.

    What depends on what is done with the page, as ":hover", and on what stands beside, is left
    out of the steps.
    """
    if not selector or _GENERATED.search(selector):
        return None
    bare = _EXTRA.sub(
        lambda found: "" if selector[: found.start()][-1:] not in ("", *" >+~") else "*", selector
    )
    sure = bare == selector
    steps: list[SelectorStep] = []
    child = False
    at = 0
    for gap in [*_COMBINED.finditer(bare), None]:
        step = _step(bare[at : gap.start() if gap else len(bare)], child)
        if step is None or len(steps) == _MAX_STEPS:
            return None
        sign = gap[1] if gap else None
        at = gap.end() if gap else at
        if sign in ("+", "~"):  # the element before is not around the next one
            sure = False
            continue
        steps.append(step)
        child = sign == ">"
    return tuple(steps), sure


def _step(words: str, child: bool) -> SelectorStep | None:
    parts = _SIMPLE.findall(words)
    if not parts or "".join(parts) != words:
        return None
    names = [re.sub(r"\\(.)", r"\1", part) for part in parts]
    return SelectorStep(
        next((name.lower() for name in names if name[0] not in ".#*"), ""),
        frozenset(name[1:] for name in names if name[0] == "#"),
        frozenset(name[1:] for name in names if name[0] == "."),
        child,
    )
