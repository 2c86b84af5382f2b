"""Documents of many kinds and makers, each with the truth of what a person who opens it sees."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from rag.documents.loading import load, sentences_of
from rag.errors import DocumentError
from rag.text.blocks import heading_path
from rag.types import Article
from tests.support.places import ROOT

COLLECTION = ROOT / "tests" / "documents" / "collection"
TRUTHS: dict[str, dict[str, Any]] = json.loads((COLLECTION / "truths.json").read_text("utf-8"))

# A person does not see these, and takes the others for what they stand for.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\u2066-\u2069\u202a-\u202e\ufeff]")
_SAME = str.maketrans({"\u2011": "-", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"})
_HAN = "\u2e80-\u9fff\uff00-\uffef"  # Chinese: no spaces stand between words
_HAN_GAP = re.compile(f"(?<=[{_HAN}“”]) | (?=[{_HAN}“”])")
_BULLET = re.compile(r"^[•◦▪‣·○●■*–-] ")


class Unit(NamedTuple):
    """What can be quoted, with all that is known of it."""

    text: str
    kind: str
    around: str  # its label and the headings that it stands under; of a row its label alone
    start: int
    page: int | None


def seen(text: str) -> str:
    """Return a text as a person sees it: without differences that are of spacing or encoding."""
    shown = " ".join(_UNSEEN.sub("", text).translate(_SAME).split())
    return _HAN_GAP.sub("", shown) if re.search(f"[{_HAN}]", shown) else shown


def units_of(article: Article) -> list[Unit]:
    """Return what of an article can be quoted; asides cannot."""
    units = []
    for start, end, kind, label in sentences_of(article):
        if kind != "aside":
            path = () if kind == "row" else heading_path(article.text, article.blocks, start)
            around = seen(" / ".join((label, *path)))
            shown = seen(article.text[start:end])
            units.append(Unit(shown, kind, around, start, article.page(start)))
    return units


def is_unit(passage: str, unit: Unit) -> bool:
    """Say whether a unit is a passage; a bullet or empty cells before it do not count."""
    return passage in (unit.text, _BULLET.sub("", unit.text, count=1), unit.text.strip(" |"))


def nearest(passage: str, units: list[Unit]) -> str:
    """Return the words of the unit that holds the most words of a passage in a row."""
    words = passage.split()
    for length in range(len(words), 0, -1):
        for at in range(len(words) - length + 1):
            part = " ".join(words[at : at + length])
            for unit in units:
                if part in unit.text:
                    return f"{unit.kind} {unit.text[:300]!r}"
    return "nothing like it"


def holder(passage: str, units: list[Unit]) -> Unit | None:
    """Return the shortest unit that holds a passage."""
    holding = [unit for unit in units if seen(passage) in unit.text]
    return min(holding, key=lambda unit: len(unit.text), default=None)


def _alternatives(passage: str | list[str]) -> list[str]:
    return [seen(one) for one in ([passage] if isinstance(passage, str) else passage)]


def check_must_hold(wanted: list[Any], units: list[Unit], article: Article) -> Iterator[str]:
    """Yield the passages that are no unit."""
    for passage in wanted:
        ways = _alternatives(passage)
        if not any(is_unit(way, unit) for way in ways for unit in units):
            yield f"no unit is {ways[0]!r}; nearest: {nearest(ways[0], units)}"


def check_holds(wanted: list[Any], units: list[Unit], article: Article) -> Iterator[str]:
    """Yield the passages that no unit holds, whatever else it holds."""
    for passage in wanted:
        ways = _alternatives(passage)
        if not any(way in unit.text for way in ways for unit in units):
            yield f"no unit holds {ways[0]!r}; nearest: {nearest(ways[0], units)}"


def check_must_not_hold(wanted: list[str], units: list[Unit], article: Article) -> Iterator[str]:
    """Yield the units that hold, or whose label holds, what nobody sees in the document."""
    for wrong in wanted:
        for unit in units:
            if (" ".join(wrong.split()) or wrong) in unit.text + "\n" + unit.around:
                yield f"{wrong!r} is in {unit.kind} {unit.text[:300]!r}, around it {unit.around!r}"


def check_once(wanted: list[str], units: list[Unit], article: Article) -> Iterator[str]:
    """Yield the passages that are there more or less than once."""
    for passage in wanted:
        count = sum(unit.text.count(seen(passage)) for unit in units)
        if count != 1:
            yield f"{passage!r} is there {count} times"


def check_labels(wanted: list[Any], units: list[Unit], article: Article) -> Iterator[str]:
    """Yield the units whose label lacks what belongs to it."""
    for passage, words in wanted:
        unit = holder(passage, units)
        if unit is None:
            yield f"no unit holds {passage!r}, so that it has no label"
            continue
        missing = [
            word for word in words if seen(word).lower() not in f"{unit.around} {unit.text}".lower()
        ]
        if missing:
            yield f"{unit.kind} {unit.text[:150]!r} lacks {missing}; around it: {unit.around!r}"


def check_together(wanted: list[Any], units: list[Unit], article: Article) -> Iterator[str]:
    """Yield the words that belong together and share no unit with its label."""
    shown = [seen(f"{article.title} {unit.around} {unit.text}") for unit in units]
    for words in wanted:
        if not any(all(seen(word) in one for word in words) for one in shown):
            yield f"{words} are nowhere together"


def check_in_order(wanted: list[Any], units: list[Unit], article: Article) -> Iterator[str]:
    """Yield the pairs of passages that do not follow each other."""
    for first, second in wanted:
        found = [holder(passage, units) for passage in (first, second)]
        if None not in found and found[0].start >= found[1].start:  # type: ignore[union-attr]
            yield f"{first!r} stands behind {second!r}"


def check_pages(wanted: dict[str, int], units: list[Unit], article: Article) -> Iterator[str]:
    """Yield the passages that are said to be on another page than they are on."""
    for passage, page in wanted.items():
        unit = holder(passage, units)
        if unit is None or unit.page != page:
            yield f"{passage!r} is on page {page}, not {unit and unit.page}"


def check_visible(wanted: list[str], units: list[Unit], article: Article) -> Iterator[str]:
    """Yield the units whose words do not follow each other anywhere in the document."""
    shown = [seen(paragraph) for paragraph in wanted]
    for unit in units:
        words = _BULLET.sub("", unit.text).replace(" | ", " ")
        if not any(words in paragraph for paragraph in shown):
            yield f"{unit.kind} {unit.text[:300]!r} stands so nowhere in the document"


def check_unread(wanted: list[Any], units: list[Unit], article: Article) -> Iterator[str]:
    """Yield what was neither read nor said to be unread; of a pair the first may be read."""
    said = " ".join((*article.unread, *article.notes)).lower()
    for one in wanted:
        passage, word = one if isinstance(one, list) else ("", one)
        was_read = bool(passage) and holder(passage, units) is not None
        if not was_read and word.lower() not in said:
            yield f"{word!r} is neither read nor said to be unread; said: {said!r}"


def check_notes(wanted: list[str], units: list[Unit], article: Article) -> Iterator[str]:
    """Yield the words that the notes on a document lack."""
    said = " ".join(article.notes)
    yield from (f"no note says {word!r}; notes: {said!r}" for word in wanted if word not in said)


def check_metadata(wanted: dict[str, Any], units: list[Unit], article: Article) -> Iterator[str]:
    """Yield the fields that are not what the document states."""
    for name, value in wanted.items():
        found = getattr(article, name)
        if found not in (value if isinstance(value, list) else [value]):
            yield f"{name} is {found!r}, not {value!r}"


Check = Callable[[Any, list[Unit], Article], Iterator[str]]
CHECKS: dict[str, Check] = {
    "must_hold": check_must_hold,
    "holds": check_holds,
    "must_not_hold": check_must_not_hold,
    "once": check_once,
    "labels": check_labels,
    "together": check_together,
    "in_order": check_in_order,
    "pages": check_pages,
    "visible": check_visible,
    "unread": check_unread,
    "notes": check_notes,
    "metadata": check_metadata,
}


def complaints(name: str, truth: dict[str, Any]) -> list[str]:
    """Return what is wrong with the reading of a document of the collection."""
    raw = (COLLECTION / name).read_bytes()
    refusal = truth.get("must_fail") or truth.get("may_fail")
    try:
        article = load(raw, name)
    except DocumentError as error:
        if refusal is None:
            return [f"is refused: {error}"]
        helps = re.search(refusal, str(error)) is not None
        return [] if helps else [f"the refusal {str(error)!r} does not say {refusal!r}"]
    if "must_fail" in truth:
        return [f"is read as {article.text[:200]!r}, and holds no text"]
    units = units_of(article)
    return [
        complaint
        for name, check in CHECKS.items()
        if name in truth
        for complaint in check(truth[name], units, article)
    ]


@pytest.mark.parametrize("name", TRUTHS)
def test_a_document_is_read_as_a_person_reads_it(name: str) -> None:
    """Units, labels, order, pages and metadata are those that a person sees in the document."""
    wrong = complaints(name, TRUTHS[name])
    assert not wrong, f"{name}:\n" + "\n".join(f"- {one}" for one in wrong)


def test_every_document_has_a_truth_and_every_truth_a_document() -> None:
    """A file without a truth is judged by nobody, and a key without a check says nothing."""
    files = {path.name for path in COLLECTION.iterdir()} - {"truths.json", "README.md"}
    assert files == set(TRUTHS)
    keys = {key for truth in TRUTHS.values() for key in truth}
    assert keys <= {*CHECKS, "may_fail", "must_fail"}
