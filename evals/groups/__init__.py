"""Groups of documents with questions and claims: read them, and check their form."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
GROUPS = HERE / "train.jsonl.gz"
Group = Mapping[str, Any]

_LABELS = ("supported", "contradicted", "partial", "not_found")
_DOCUMENTS = 4
_SENTENCES = (11, 24)  # of a document
_LEAST = {True: 16, False: 8}  # answerable and unanswerable questions of a group
_LEAST_CLAIMS = {"supported": 6, "contradicted": 7}
_WITHOUT_SPAN = ("multi", "list", "yes-no")  # kinds of questions whose answer may be no quotation


def read_split(split: str) -> list[Group]:
    """Read the groups of ``train``, ``dev`` or ``test``, in order of their names."""
    if split == "train":
        with gzip.open(GROUPS, "rt", encoding="utf-8") as file:
            return [json.loads(line) for line in file]
    paths = sorted((HERE / split).glob("*.json"))
    return [json.loads(path.read_text("utf-8")) for path in paths]


def faults(group: Group) -> Iterator[str]:
    """Yield what is wrong with the form of a group."""
    documents = {document["id"]: document for document in group["documents"]}
    if len(documents) != _DOCUMENTS or len(group["documents"]) != _DOCUMENTS:
        yield f"there are {len(documents)} documents with ids of their own"
    for name, document in documents.items():
        missing = {"title", "outlet", "date", "sentences"} - set(document)
        if missing:
            yield f"document {name} has no {', '.join(sorted(missing))}"
            continue
        count = len(document["sentences"])
        if not _SENTENCES[0] <= count <= _SENTENCES[1]:
            yield f"document {name} has {count} sentences"
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", document["date"]):
            yield f"document {name} has the date {document['date']!r}"
    for question in group["questions"]:
        yield from _question_faults(question, documents)
    for claim in group["claims"]:
        yield from _reference_faults(claim, documents, claim["claim"])
        if claim["label"] not in _LABELS:
            yield f"{claim['claim'][:50]!r} has the label {claim['label']!r}"
        if not claim["evidence"]:
            yield f"{claim['claim'][:50]!r} has no evidence"
    answerable = Counter(question["answerable"] for question in group["questions"])
    yield from (
        f"{answerable[side]} questions with answerable {side}, at least {least} are needed"
        for side, least in _LEAST.items()
        if answerable[side] < least
    )
    labels = Counter(claim["label"] for claim in group["claims"])
    yield from (
        f"{labels[label]} claims are {label}, at least {least} are needed"
        for label, least in _LEAST_CLAIMS.items()
        if labels[label] < least
    )


def _question_faults(question: Group, documents: Mapping[str, Group]) -> Iterator[str]:
    shown = repr(question["q"][:50])
    wrong = list(_reference_faults(question, documents, question["q"]))
    yield from wrong
    if question["answerable"] != bool(question["evidence"]):
        yield f"{shown} is answerable {question['answerable']} and its evidence is not like it"
    elif question["answerable"] and not wrong:
        name, at = question["evidence"][0]
        span = question.get("span")
        if span and span not in documents[name]["sentences"][at]:
            yield f"{shown}: the span is not in the first evidence sentence"
        if not span and question["kind"] not in _WITHOUT_SPAN:
            yield f"{shown} has no span"


def _reference_faults(item: Group, documents: Mapping[str, Group], text: str) -> Iterator[str]:
    for key in ("evidence", "also", "nearest"):
        for name, at in item.get(key, []):
            if name not in documents or not 0 <= at < len(documents[name]["sentences"]):
                yield f"{text[:50]!r}: there is no sentence {at} of document {name!r}"
