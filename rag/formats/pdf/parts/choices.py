"""Boxes to tick and round buttons: each with its words, and with what they answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from rag.formats.pdf.layout.shapes import Rect
from rag.formats.pdf.lines import Fragment

_BESIDE = 60.0  # points between a box and its words
_LEFT = 260.0  # points between a box and the question to its left
_ABOVE = 2.4  # of the size: how far above the first box its question stands
_SAME_ROW = 6.0  # points
_TOUCH = 4.0  # points by which words may reach into a box
_STEP = 3.0  # of the size, from one box of a list to the next
_LINE = 1.5  # of the size, from line to line of a question
_SIZE = 10.0  # points: of a box without words
_LEADERS = re.compile(r"[\s._…]*[._…]{3,}[\s._…]*$|[\s_…]+$")


@dataclass(eq=False)
class Choice:
    """A box to tick.

    Attributes:
        place: where it is.
        name: what its form calls it.
        hint: what the form says of it, or of the group of buttons of which one can be chosen.
        group: the name of that group, which all its boxes share.
        is_ticked: whether it is.
    """

    place: Rect
    name: str
    hint: str
    group: str
    is_ticked: bool


@dataclass(eq=False)
class _Option:
    """A box with its words; ``shown`` is both as one piece of text."""

    choice: Choice
    words: Fragment | None
    on_left: bool = False
    shown: Fragment = field(init=False)

    def __post_init__(self) -> None:
        choice, words = self.choice, self.words
        mark, place = "☒" if choice.is_ticked else "☐", choice.place
        if words is None:
            y = min(place.y1 - 0.25 * _SIZE, place.y0 + _SIZE)
            text = f"{mark} {choice.hint or choice.name}".strip()
            self.shown = Fragment(text, place.x0, place.x1, y, _SIZE, kind="option")
            return
        bare = _LEADERS.sub("", words.text).rstrip()
        text = f"{bare} {mark}" if self.on_left and bare.endswith((":", "?")) else f"{mark} {bare}"
        x0, x1 = min(words.x0, place.x0), max(words.x1, place.x1)
        self.shown = replace(words, text=text, x0=x0, x1=x1, kind="option")


def with_choices(
    fragments: Sequence[Fragment], choices: Sequence[Choice], fields: Sequence[Rect]
) -> list[Fragment]:
    """Return the text of a page with its boxes put to their words.

    Boxes in a row behind a question become one line with it: "Smoker: ☐ yes ☒ no". Of those
    below each other, each has the question as its label.

    Args:
        fragments: the text.
        choices: the boxes.
        fields: where the fields of the form for text are, the words before which are theirs.
    """
    if not choices:
        return list(fragments)
    counts = Counter(choice.group for choice in choices)
    several = {group for group, count in counts.items() if count > 1}
    options: list[_Option] = []
    for row in _rows(choices):
        options += _options_of(row, fragments)
    taken = {id(option.words) for option in options}
    free = [each for each in fragments if id(each) not in taken and not each.kind]
    rest: list[_Option] = []
    done: list[Fragment] = []
    gone = set(taken)
    for row_of_options in _option_rows(options, several):
        question = _question_before(row_of_options[0], free, fields)
        if question is None or len(row_of_options) < 2:
            rest += row_of_options
            continue
        parts = [question, *_lines_above(question, free)]
        gone |= {id(part) for part in parts}
        done.append(_as_line(parts[::-1], row_of_options))
    free = [each for each in free if id(each) not in gone]
    for stack in _stacks(rest, several):
        done += _labelled(stack, free, fields)
    return [*(each for each in fragments if id(each) not in gone), *done]


def _rows(choices: Sequence[Choice]) -> Iterator[list[Choice]]:
    """Yield the boxes that stand side by side, from the top."""
    row: list[Choice] = []
    for choice in sorted(choices, key=lambda each: each.place.y0):
        if row and choice.place.y0 - row[0].place.y0 > _SAME_ROW:
            yield sorted(row, key=lambda each: each.place.x0)
            row = []
        row.append(choice)
    if row:
        yield sorted(row, key=lambda each: each.place.x0)


def _option_rows(options: Sequence[_Option], several: Collection[str]) -> Iterator[list[_Option]]:
    """Yield the options of one row that answer one question."""
    row: list[_Option] = []
    for option in options:
        last = row[-1] if row else None
        if last is not None and (
            abs(option.choice.place.y0 - last.choice.place.y0) > _SAME_ROW
            or _are_apart(option, last, several)
        ):
            yield row
            row = []
        row.append(option)
    if row:
        yield row


def _are_apart(one: _Option, two: _Option, several: Collection[str]) -> bool:
    """Return whether two options are not of one group, though one is of a group of several."""
    groups = {one.choice.group, two.choice.group}
    return len(groups) > 1 and not groups.isdisjoint(several)


def _options_of(row: list[Choice], fragments: Sequence[Fragment]) -> Iterator[_Option]:
    """Yield the boxes of a row with their words, which stand right of all of them, or left."""
    level = [each for each in fragments if each.text.strip(" .:_…") and _is_level(each, row[0])]
    level = [each for each in level if not each.kind]
    right = [_words_right(choice, level) for choice in row]
    if right[-1] is None:
        left = [_words_left(choice, level) for choice in row]
        if left[-1] is not None:
            yield from (
                _Option(choice, words, on_left=True)
                for choice, words in zip(row, left, strict=True)
            )
            return
    yield from (_Option(choice, words) for choice, words in zip(row, right, strict=True))


def _is_level(fragment: Fragment, choice: Choice) -> bool:
    place = choice.place
    return place.y0 - 3 <= fragment.y - fragment.size / 3 <= place.y1 + 3


def _words_right(choice: Choice, level: Sequence[Fragment]) -> Fragment | None:
    near = [each for each in level if -2 <= each.x0 - choice.place.x1 <= _BESIDE]
    return min(near, key=lambda each: each.x0, default=None)


def _words_left(choice: Choice, level: Sequence[Fragment]) -> Fragment | None:
    x0 = choice.place.x0
    near = [each for each in level if each.x1 <= x0 + _TOUCH and x0 - each.x1 <= _LEFT]
    return max(near, key=lambda each: each.x1, default=None)


def _question_before(
    option: _Option, free: Sequence[Fragment], fields: Sequence[Rect]
) -> Fragment | None:
    """Return the words left of an option that are neither an option's nor a field's."""
    x0, level = option.shown.x0, option.choice.place
    near = [
        each
        for each in free
        if each.x1 <= x0 + _TOUCH and x0 - each.x1 <= _LEFT and _is_level(each, option.choice)
    ]
    question = max(near, key=lambda each: each.x1, default=None)
    if question is not None and any(
        question.x1 - _TOUCH <= place.x0 < x0 and place.y0 < level.y1 and place.y1 > level.y0
        for place in fields
    ):
        return None
    return question


def _lines_above(question: Fragment, free: Sequence[Fragment]) -> Iterator[Fragment]:
    """Yield the lines of a question above its last, from below; it begins in lower case."""
    line: Fragment | None = question
    while line is not None and line.text[:1].islower():
        below = line
        line = next(
            (
                each
                for each in free
                if 0 < below.y - each.y <= _LINE * below.size and abs(each.x0 - below.x0) < _TOUCH
            ),
            None,
        )
        if line is not None:
            yield line


def _as_line(question: Sequence[Fragment], options: Sequence[_Option]) -> Fragment:
    words = " ".join(each.text for each in question)
    words = _LEADERS.sub("", words).rstrip()
    words += "" if words.endswith((":", "?", ".")) else ":"
    shown = [option.shown for option in options]
    text = " ".join([words, *(each.text for each in shown)])
    last = question[-1]
    return replace(last, text=text, x0=question[0].x0, x1=max(e.x1 for e in shown), kind="field")


def _stacks(options: Sequence[_Option], several: Collection[str]) -> list[list[_Option]]:
    """Return options by the question that they answer: those of a group, or below each other."""
    stacks: list[list[_Option]] = []
    for option in options:
        place, group = option.choice.place, option.choice.group
        for stack in stacks:
            last = stack[-1].choice
            below = 0 < place.y0 - last.place.y0 <= _STEP * option.shown.size
            aligned = abs(place.x0 - last.place.x0) < _TOUCH
            near = below and aligned and not _are_apart(option, stack[-1], several)
            if group == last.group or near:
                stack.append(option)
                break
        else:
            stacks.append([option])
    return stacks


def _labelled(
    stack: list[_Option], free: Sequence[Fragment], fields: Sequence[Rect]
) -> Iterator[Fragment]:
    """Yield the options that answer one question with it as their label."""
    is_group = len(stack) > 1 and len({option.choice.group for option in stack}) == 1
    found = _question_before(stack[0], free, fields) or _question_above(stack[0], free)
    if found is not None and not is_group and not found.text.rstrip().endswith((":", "?")):
        found = None
    label = found.text if found is not None else stack[0].choice.hint if is_group else ""
    for option in stack:
        own = "" if option.words is None and label == option.choice.hint else label
        kind = "option" if own or len(stack) > 1 else "field"
        yield replace(option.shown, label=_LEADERS.sub("", own).strip(), kind=kind)


def _question_above(option: _Option, free: Sequence[Fragment]) -> Fragment | None:
    """Return the line above an option."""
    shown = option.shown
    near = [
        each
        for each in free
        if 0 < shown.y - each.y <= _ABOVE * shown.size
        and each.x0 <= shown.x0 + _TOUCH
        and each.x1 > shown.x0
        and not each.text.rstrip().endswith(".")
    ]
    return max(near, key=lambda each: each.y, default=None)
