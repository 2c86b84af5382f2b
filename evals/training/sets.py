"""Read the training data: groups of documents with questions and claims, and public sets."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

Record = Mapping[str, Any]  # one group, or one line of a public set

SUPPORTED, CONTRADICTED, NEITHER = 0, 1, 2
NOT_SUPPORTED = 3  # contradicted or neither: nobody said which
UNKNOWN = 4  # only a teacher's judgement is learned

_LABELS = {
    "supported": SUPPORTED,
    "faithful": SUPPORTED,
    "contradicted": CONTRADICTED,
    "neutral": NEITHER,
    "partial": NEITHER,
    "not_found": NEITHER,
    "not_supported": NOT_SUPPORTED,
    "unfaithful": NOT_SUPPORTED,
}
# Of sets that are large beside what they teach, so many items are taken.
_MOST = {
    "cad_nli": 8_000,
    "conjnli": 6_000,
    "med": 3_000,
    "qadiscourse": 6_000,
    "qamr": 12_000,
    "sanli_wiki": 13_000,
    "snli_devtest": 10_000,
    "squad_sent_nqg": 9_000,
    "squadshifts_amazon_reviews": 5_000,
    "squadshifts_reddit": 6_000,
}
_LONG_SOURCE = 1_300  # characters that are surely read whole; of more, what the claim needs
_AT_ONCE = 2_000  # questions whose nearness to all contexts is held in memory
_NEAREST = 6  # contexts that are looked at for one that does not answer
_SAME_BEGINNING = 60  # characters by which two contexts are the same one
_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


class Span(NamedTuple):
    """The words of an answer: the unit that holds them, and where in it; end exclusive."""

    unit: int
    start: int
    end: int


class Passage(NamedTuple):
    """Some units of a document in order, and which of them answer the question."""

    head: str
    units: tuple[str, ...]
    labels: tuple[bool, ...]
    span: Span | None = None


class Question(NamedTuple):
    """A question and the passages among which its answer is looked for."""

    text: str
    passages: tuple[Passage, ...]
    answerable: bool


class Pair(NamedTuple):
    """Evidence, a sentence, and what the evidence says of it: one of the labels above."""

    evidence: str
    sentence: str
    label: int


def read_public(folder: Path, chance: random.Random) -> list[Record]:
    """Read the public sets of a folder, of each as many lines as are worth it, in random order.

    Each line gets the name of its set.
    """
    rows: list[Record] = []
    for path in sorted(folder.glob("*.jsonl.gz")):
        name = path.name.removesuffix(".jsonl.gz")
        with gzip.open(path, "rt", encoding="utf-8") as file:
            own = [json.loads(line) | {"set": name} for line in file]
        rows += chance.sample(own, min(len(own), _MOST.get(name, len(own))))
    return rows


def head_of(document: Record) -> str:
    """Return what stands in front of a passage: source, date and title."""
    return f"{document['outlet']}, {document['date']}, {document['title']}"


def windows(units: Sequence[str], words: int) -> list[range]:
    """Cut units into windows of at most so many words each; a unit is never cut."""
    found, start, held = [], 0, 0
    for at, unit in enumerate(units):
        size = len(_WORD.findall(unit))
        if at > start and held + size > words:
            found.append(range(start, at))
            start, held = at, 0
        held += size
    return [*found, range(start, len(units))] if units else []


def group_questions(group: Record, words: int) -> Iterator[Question]:
    """Yield the questions of a group, each with all passages of its documents.

    Args:
        group: documents, questions and claims.
        words: of a passage, at most.
    """
    documents = {document["id"]: document for document in group["documents"]}
    cut = {name: windows(d["sentences"], words) for name, d in documents.items()}
    for question in group["questions"]:
        answering = {(d, at) for d, at in [*question["evidence"], *question.get("also", [])]}
        passages = [
            _passage(documents[name], window, name, answering, question)
            for name, some in cut.items()
            for window in some
        ]
        yield Question(question["q"], tuple(passages), question["answerable"])


def _passage(
    document: Record, window: range, name: str, answering: set[tuple[str, int]], question: Record
) -> Passage:
    units = tuple(document["sentences"][at] for at in window)
    span = None
    if question["answerable"] and question.get("span"):
        holder, at = question["evidence"][0]
        if holder == name and at in window:
            span = _span(units, at - window.start, question["span"])
    return Passage(head_of(document), units, tuple((name, at) in answering for at in window), span)


def _span(units: Sequence[str], unit: int, words: str) -> Span | None:
    start = units[unit].find(words)
    return Span(unit, start, start + len(words)) if start >= 0 and words else None


def without_answer(question: Question) -> Question:
    """Return the question with the units that answer it taken out of its passages."""
    kept = []
    for passage in question.passages:
        units = tuple(
            unit for unit, says in zip(passage.units, passage.labels, strict=True) if not says
        )
        if units:
            kept.append(Passage(passage.head, units, (False,) * len(units)))
    return Question(question.text, tuple(kept), answerable=False)


def similar_contexts(rows: Sequence[Record]) -> dict[int, int]:
    """Return for questions the row whose context is nearest to them and does not answer.

    Nearness is the cosine of TF-IDF vectors. A context that holds the words of the answer, or
    begins as the question's own, is passed over.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    found: dict[int, int] = {}
    for name in sorted({row["set"] for row in rows if row.get("sentences")}):
        members = [at for at, row in enumerate(rows) if row["set"] == name]
        holders = {" ".join(rows[at]["sentences"]): at for at in members}
        contexts = list(holders)
        vectorizer = TfidfVectorizer(stop_words="english")
        vectors = vectorizer.fit_transform(contexts).T
        for start in range(0, len(members), _AT_ONCE):
            some = members[start : start + _AT_ONCE]
            asked = vectorizer.transform([rows[at]["question"] for at in some])
            for at, nearness in zip(some, (asked @ vectors).toarray(), strict=True):
                for place in nearness.argsort()[: -_NEAREST - 1 : -1]:
                    if nearness[place] > 0 and _answers_not(rows[at], contexts[place]):
                        found[at] = holders[contexts[place]]
                        break
    return found


def _answers_not(row: Record, context: str) -> bool:
    own = " ".join(row["sentences"])[:_SAME_BEGINNING]
    answers = [answer["text"].lower() for answer in row.get("answers", []) if answer["start"] >= 0]
    return own not in context and not any(answer in context.lower() for answer in answers)


def public_questions(
    rows: Sequence[Record], far: Mapping[int, int], chance: random.Random
) -> Iterator[Question]:
    """Yield the questions of public sets whose sentences are labelled.

    Each has its own passages and, where there is one, a similar passage of another context.

    Args:
        rows: of the sets.
        far: the row of that other context, as ``similar_contexts`` returns it.
        chance: where all choices come from.
    """
    for number, row in enumerate(rows):
        if row["task"] != "answer" or not row.get("sentences"):
            continue
        labels = [bool(label) for label in row["labels"]]
        if row.get("answerable", True) and not any(labels):
            continue
        own = _public_passages(row, labels, chance)
        if number in far:
            other = rows[far[number]]["sentences"]
            window = chance.choice(windows(other, chance.choice((60, 120))))
            units = tuple(other[at] for at in window)
            own.append(Passage("", units, (False,) * len(units)))
        question = Question(row["question"], tuple(own), any(labels))
        yield question
        if any(labels) and not all(labels) and chance.random() < 0.2:
            yield without_answer(question)


def _public_passages(row: Record, labels: list[bool], chance: random.Random) -> list[Passage]:
    sentences = row["sentences"]
    cut = windows(sentences, chance.choice((70, 110, 140)))
    hit = [window for window in cut if any(labels[at] for at in window)]
    rest = [window for window in cut if window not in hit]
    chosen = hit + chance.sample(rest, min(len(rest), 1 if hit else 3))
    answers = [answer["text"] for answer in row.get("answers", []) if answer["start"] >= 0]
    passages = []
    for window in chosen:
        units = tuple(sentences[at] for at in window)
        found = tuple(labels[at] for at in window)
        spans = [
            span
            for at, says in enumerate(found)
            if says
            for answer in answers
            if (span := _span(units, at, answer))
        ]
        passages.append(Passage("", units, found, spans[0] if spans else None))
    return passages


def group_pairs(group: Record, chance: random.Random) -> Iterator[Pair]:
    """Yield the claims of a group with their evidence, alone and among its neighbours."""
    documents = {document["id"]: document for document in group["documents"]}
    for claim in group["claims"]:
        label, text = _LABELS[claim["label"]], claim["claim"]
        references = [(d, at) for d, at in claim["evidence"]]
        yield Pair(evidence_text(documents, references), text, label)
        yield Pair(evidence_text(documents, _around(documents, references, chance)), text, label)
        for reference in claim.get("also", []):
            yield Pair(evidence_text(documents, [tuple(reference)]), text, label)
        taken = {*references, *(tuple(r) for r in claim.get("also", []))}
        for name in chance.sample(sorted(documents), 2):
            window = chance.choice(windows(documents[name]["sentences"], chance.choice((25, 60))))
            if not taken & {(name, at) for at in window}:
                other = evidence_text(documents, [(name, at) for at in window])
                yield Pair(other, text, UNKNOWN)


def claims_with_evidence(group: Record) -> Iterator[Pair]:
    """Yield the claims of a group, each with the sentences that decide it and no others."""
    documents = {document["id"]: document for document in group["documents"]}
    for claim in group["claims"]:
        evidence = evidence_text(documents, [(d, at) for d, at in claim["evidence"]])
        label = _LABELS[claim["label"]]
        yield Pair(evidence, claim["claim"], label)


def evidence_text(documents: Mapping[str, Record], references: Sequence[tuple[str, int]]) -> str:
    """Return sentences of documents as evidence, each document's under its source and date."""
    parts = []
    for name in dict.fromkeys(name for name, _ in references):
        places = sorted({at for holder, at in references if holder == name})
        sentences = " ".join(documents[name]["sentences"][at] for at in places)
        parts.append(f"{documents[name]['outlet']}, {documents[name]['date']}: {sentences}")
    return " ".join(parts)


def _around(
    documents: Mapping[str, Record], references: Sequence[tuple[str, int]], chance: random.Random
) -> list[tuple[str, int]]:
    found = []
    for name, at in references:
        last = len(documents[name]["sentences"]) - 1
        before, after = chance.randint(0, 2), chance.randint(0, 2)
        found += [(name, near) for near in range(max(0, at - before), min(last, at + after) + 1)]
    return found


def public_pairs(rows: Sequence[Record], chance: random.Random) -> Iterator[Pair]:
    """Yield the pairs of public sets, of long sources the sentences that the claim needs."""
    for row in rows:
        if row["task"] == "entail":
            evidence, sentence = row["premise"], row["hypothesis"]
        elif row["task"] == "faithful":
            evidence, sentence = row["source"], row["claim"]
        else:
            continue
        yield Pair(shortened(evidence, sentence), sentence, _LABELS[row["label"]])
        others = [text for text in row.get("distractors", []) if text != evidence]
        if others:
            yield Pair(chance.choice(others), sentence, NOT_SUPPORTED)


def shortened(source: str, sentence: str, size: int = _LONG_SOURCE) -> str:
    """Return the sentences of a source that share most words with a sentence, in their order.

    Args:
        source: of any length.
        sentence: what is to be checked against it.
        size: characters to return at most, where the source has several sentences.
    """
    if len(source) <= size:
        return source
    parts = [part for part in _SENTENCE_END.split(source) if part.strip()]
    wanted = {word[:6].lower() for word in _WORD.findall(sentence) if len(word) > 2}
    shared = [
        len(wanted & {word[:6].lower() for word in _WORD.findall(part)}) / (8 + len(part) ** 0.5)
        for part in parts
    ]
    kept: set[int] = set()
    held = 0
    for at in sorted(range(len(parts)), key=lambda at: -shared[at]):
        if held + len(parts[at]) > size:
            continue
        kept.add(at)
        held += len(parts[at])
    return " ".join(parts[at] for at in sorted(kept))
