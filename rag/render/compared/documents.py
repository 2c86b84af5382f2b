"""Write as safe HTML and as text how two documents differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from rag.render.html import open_link
from rag.render.naming import one_line, shorten_name
from rag.text.characters import escape, visible
from rag.text.dates import dated_name

SAME_WORDS = "Both documents have the same words in the same order."
WORD_BY_WORD = "Compared word by word."  # of an answer, which the page shows side by side too
MOST_CHANGES = 500  # that are shown, about 1 MB of HTML
_LONGEST_TITLE = 120  # characters
_AROUND = 1  # units that both have, shown before and behind a change
_HEADINGS = {"changed": "Changed", "moved": "At another place"}
# What a count of each kind is called, for one and for several; "{}" is the count.
_COUNTED = {
    "changed": ("1 changed", "{} changed"),
    "moved": ("1 at another place", "{} at another place"),
    "only one": ("1 only in the first", "{} only in the first"),
    "only other": ("1 only in the second", "{} only in the second"),
    "same": ("1 the same", "{} the same"),
}
_SIDES = {"one": "first", "other": "second"}
NOT_COMPARED = "These documents are too long to be compared whole: the last {} were left out."
Compared = Mapping[str, Any]  # ``TwoDocuments.to_dict()``
Unit = Mapping[str, Any]  # ``ComparedUnit.to_dict()``


def two_documents_html(compared: Compared) -> str:
    """Return two documents side by side: each change in a row, what both have folded away."""
    heads = "".join(f'<h3 dir="auto">{escape(_name(compared[side]))}</h3>' for side in _SIDES)
    rows = "".join(_rows_html(compared))
    return (
        f'<p class="note" role="status">{escape(_summary(compared))}</p>'
        f'<div class="versions"><div class="pair heads">{heads}</div>{rows}</div>'
    )


def two_documents_text(compared: Compared) -> str:
    """Return how two documents differ as text for a terminal: - the first, + the second."""
    lines = [f"{sign} {_name(compared[side])}" for sign, side in zip("-+", _SIDES, strict=True)]
    lines += [_summary(compared)]
    for change in compared["changes"]:
        if change["kind"] == "same":
            continue
        heading = _HEADINGS.get(change["kind"])
        lines += ["", heading] if heading else [""]
        for sign, side in zip("-+", _SIDES, strict=True):
            unit = change[side]
            if unit:
                page = f"  (p. {unit['page']})" if unit["page"] else ""
                lines.append(f"{sign} {one_line(_marked(unit, '[', ']', str))}{page}")
    return visible("\n".join(lines))


def _name(about: Mapping[str, Any]) -> str:
    name = shorten_name(about["title"], _LONGEST_TITLE)
    if about["published"]:
        name = dated_name(name, about["published"], about["published_basis"])
    return f"{name}, {one_line(about['path'])}"


def _summary(compared: Compared) -> str:
    if compared["same"]:
        return SAME_WORDS
    counts = Counter(change["kind"] for change in compared["changes"])
    counted = (
        (one if counts[kind] == 1 else several).format(f"{counts[kind]:,}")
        for kind, (one, several) in _COUNTED.items()
        if counts[kind]
    )
    said = f"Sentences, headings, entries and rows: {', '.join(counted)}."
    left_out = [(compared.get(f"{side}_left_out", 0), name) for side, name in _SIDES.items()]
    parts = " and ".join(f"{count:,} of the {name}" for count, name in left_out if count)
    return f"{said} {NOT_COMPARED.format(parts)}" if parts else said


def _rows_html(compared: Compared) -> Iterator[str]:
    """Yield a row for each change, and for what both have between them one that opens it."""
    shown = 0
    for same, run in groupby(compared["changes"], key=lambda change: change["kind"] == "same"):
        changes = list(run)
        if same:
            yield from _same_html(changes)
            continue
        room = MOST_CHANGES - shown
        yield from map(_pair_html, changes[:room])
        shown += len(changes)
        if shown > MOST_CHANGES:
            yield f'<p class="note">Only the first {MOST_CHANGES:,} differences are shown.</p>'
            return


def _same_html(changes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the units that both have next to a change, and the rest between them folded."""
    if len(changes) <= 2 * _AROUND + 1:
        yield from map(_pair_html, changes)
        return
    yield from map(_pair_html, changes[:_AROUND])
    folded = changes[_AROUND:-_AROUND]
    kept = "".join(map(_pair_html, folded[:MOST_CHANGES]))
    more = '<p class="note">…</p>' if len(folded) > MOST_CHANGES else ""
    yield f"<details><summary>{len(folded):,} the same</summary>{kept}{more}</details>"
    yield from map(_pair_html, changes[-_AROUND:])


def _pair_html(change: Mapping[str, Any]) -> str:
    """Return a row: the unit of the first document, and that of the second."""
    kind = change["kind"]
    noted = '<p class="reason">At another place</p>' if kind == "moved" else ""
    cells = "".join(
        f'<div class="side" dir="auto">{_unit_html(change[side], tag, kind)}{noted}</div>'
        if change[side]
        else '<div class="side none"><span>—</span></div>'
        for side, tag in zip(_SIDES, ("del", "ins"), strict=True)
    )
    return f'<div class="pair {kind.replace(" ", "-")}">{cells}</div>'


def _unit_html(unit: Unit, tag: str, kind: str) -> str:
    """Return the words of a unit, those that differ marked, and a link that opens them."""
    words = _marked(unit, f"<{tag}>", f"</{tag}>", escape)
    if kind.startswith("only"):
        words = f"<{tag}>{words}</{tag}>"
    page = f"p. {unit['page']}" if unit["page"] else "open"
    return f"{words} <small>{open_link(unit, page)}</small>"


def _marked(unit: Unit, before: str, behind: str, written: Any) -> str:
    """Return the text of a unit with marks around what differs."""
    text, start, at = unit["text"], unit["start"], 0
    parts = []
    for span in unit["differing"]:
        low, high = span["start"] - start, span["end"] - start
        parts += [written(text[at:low]), before, written(text[low:high]), behind]
        at = high
    return "".join([*parts, written(text[at:])])
