"""Derive pairs that nobody wrote: sentences changed in one place, and answers exchanged."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from evals.training.sets import (
    CONTRADICTED,
    NEITHER,
    NOT_SUPPORTED,
    SUPPORTED,
    Pair,
    Record,
    evidence_text,
)
from rag.models.layout import NO_DATE, NO_SOURCE

_NUMBER = re.compile(r"(?<![\w.,/-])\d[\d,.]*\d|(?<![\w.,/-])\d(?![\w/-])")
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS)})\b(?= \d| [a-z]|[,.])")
_NAME = re.compile(r"(?<!^)(?<![.!?\"“:] )\b[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)+")
_NEGATED = {
    "was": "was not",
    "were": "were not",
    "is": "is not",
    "are": "are not",
    "will": "will not",
    "has": "has not",
    "have": "have not",
    "had": "had not",
    "can": "cannot",
    "must": "need not",
}
_RAISED = {"may": "will", "might": "will", "could": "will", "some": "all", "most": "all"}
_OPPOSITE = {
    "before": "after",
    "after": "before",
    "more": "fewer",
    "less": "more",
    "fewer": "more",
    "rose": "fell",
    "fell": "rose",
    "increased": "decreased",
    "decreased": "increased",
    "accepted": "rejected",
    "rejected": "accepted",
    "approved": "rejected",
    "confirmed": "denied",
    "denied": "confirmed",
    "first": "last",
    "above": "below",
    "below": "above",
    "higher": "lower",
    "lower": "higher",
    "least": "most",
    "always": "never",
    "never": "always",
}
_LEADS = (
    "",
    "",
    "",
    "According to {outlet}, ",
    "{outlet} reported that ",
    "In {year}, {outlet} wrote that ",
)


def changed_pairs(group: Record, chance: random.Random, share: float) -> Iterator[Pair]:
    """Yield sentences of a group's documents as they stand and with one thing changed.

    Args:
        group: documents, questions and claims.
        chance: where the choice comes from.
        share: of the sentences that is taken.
    """
    documents = {document["id"]: document for document in group["documents"]}
    for name, document in documents.items():
        names = sorted({found for text in document["sentences"] for found in _NAME.findall(text)})
        for at, text in enumerate(document["sentences"]):
            if chance.random() > share or len(text) < 40:
                continue
            last = len(document["sentences"]) - 1
            near = range(
                max(0, at - chance.randint(0, 2)), min(last, at + chance.randint(0, 2)) + 1
            )
            evidence = evidence_text(documents, [(name, place) for place in near])
            lead = chance.choice(_LEADS).format(
                outlet=document["outlet"], year=document["date"][:4]
            )
            if chance.random() < 0.4:
                yield Pair(evidence, lead + text, SUPPORTED)
            changed = change(text, names, chance)
            if changed:
                yield Pair(evidence, lead + changed[0], changed[1])


def changed_claims(group: Record, chance: random.Random) -> Iterator[Pair]:
    """Yield the supported claims of a group with one thing changed, against the same evidence."""
    documents = {document["id"]: document for document in group["documents"]}
    names = sorted(
        {n for d in documents.values() for s in d["sentences"] for n in _NAME.findall(s)}
    )
    for claim in group["claims"]:
        if claim["label"] == "supported":
            changed = change(claim["claim"], names, chance)
            if changed:
                evidence = evidence_text(documents, [tuple(r) for r in claim["evidence"]])
                yield Pair(evidence, changed[0], changed[1])


def change(text: str, names: list[str], chance: random.Random) -> tuple[str, int] | None:
    """Change one thing in a sentence; return it with the label that it then has, or None."""
    ways = [_change_number, _change_month, _negate, _turn, _raise_certainty]
    chance.shuffle(ways)
    if chance.random() < 0.35:
        found = _change_name(text, names, chance)
        if found:
            return found
    for way in ways:
        found = way(text, chance)
        if found and found[0] != text:
            return found
    return None


def _change_number(text: str, chance: random.Random) -> tuple[str, int] | None:
    numbers = list(_NUMBER.finditer(text))
    if not numbers:
        return None
    match = chance.choice(numbers)
    digits = list(match.group())
    places = [at for at, digit in enumerate(digits) if digit.isdigit()]
    year = len(places) == 4 and len(digits) == 4 and digits[0] in "12"
    at = places[-1] if year else chance.choice(places[: max(1, len(places) // 2)])
    digits[at] = chance.choice([d for d in "123456789" if d != digits[at]])
    return text[: match.start()] + "".join(digits) + text[match.end() :], CONTRADICTED


def _change_month(text: str, chance: random.Random) -> tuple[str, int] | None:
    months = list(_MONTH.finditer(text))
    if not months:
        return None
    match = chance.choice(months)
    other = chance.choice([month for month in _MONTHS if month != match.group()])
    return text[: match.start()] + other + text[match.end() :], CONTRADICTED


def _negate(text: str, chance: random.Random) -> tuple[str, int] | None:
    if re.search(r"\bnot\b|n't\b|\bno\b|\?", text):
        plain = re.sub(r"\b(was|were|is|are|will|has|have|had) not\b", r"\1", text, count=1)
        return (plain, CONTRADICTED) if plain != text else None
    return _replace(text, _NEGATED, chance, CONTRADICTED)


def _turn(text: str, chance: random.Random) -> tuple[str, int] | None:
    return _replace(text, _OPPOSITE, chance, NOT_SUPPORTED)


def _raise_certainty(text: str, chance: random.Random) -> tuple[str, int] | None:
    return _replace(text, _RAISED, chance, NEITHER)


def _replace(
    text: str, table: dict[str, str], chance: random.Random, label: int
) -> tuple[str, int] | None:
    places = [match for match in re.finditer(r"\b[a-z]+\b", text) if match.group() in table]
    if not places:
        return None
    match = chance.choice(places)
    return text[: match.start()] + table[match.group()] + text[match.end() :], label


def _change_name(text: str, names: list[str], chance: random.Random) -> tuple[str, int] | None:
    own = [name for name in names if name in text]
    if not own:
        return None
    if len(own) >= 2 and chance.random() < 0.6:  # the roles of two are exchanged
        first, second = chance.sample(own, 2)
        if first in second or second in first:
            return None
        swapped = text.replace(first, "\0").replace(second, first).replace("\0", second)
        return swapped, NOT_SUPPORTED
    name = chance.choice(own)
    other = [n for n in names if n not in text and name not in n and n not in name]
    return (text.replace(name, chance.choice(other)), NOT_SUPPORTED) if other else None


def answer_pairs(group: Record, chance: random.Random) -> Iterator[Pair]:
    """Yield questions with their short answers as sentences, and with another one's answer."""
    documents = {document["id"]: document for document in group["documents"]}
    asked = [q for q in group["questions"] if q["answerable"] and q.get("answer")]
    for question in asked:
        evidence = evidence_text(documents, [tuple(r) for r in question["evidence"]])
        yield Pair(evidence, f"{question['q']} {question['answer']}", SUPPORTED)
        alike = [q for q in asked if q["kind"] == question["kind"] and q is not question]
        other = chance.choice(alike or [q for q in asked if q is not question])
        if question["kind"] == "yes-no":
            word = question["answer"].split(",")[0].split(" ")[0].strip(".").lower()
            if word in ("yes", "no"):
                label = SUPPORTED if word == "yes" else CONTRADICTED
                yield Pair(evidence, question["q"], label)
        elif other["answer"] != question["answer"]:
            yield Pair(evidence, f"{question['q']} {other['answer']}", NOT_SUPPORTED)


def without_sources(group: Record) -> Record:
    """Return a group whose documents say neither where they are from nor of when they are.

    Most people's files do not. Questions and claims that name a source are left out, since nothing
    in the documents decides them then.
    """
    names = [document["outlet"].split(" (")[0].lower() for document in group["documents"]]

    def names_none(text: str) -> bool:
        return not any(name in text.lower() for name in names)

    hidden = {"outlet": NO_SOURCE, "date": NO_DATE}
    return group | {
        "documents": [document | hidden for document in group["documents"]],
        "questions": [one for one in group["questions"] if names_none(one["q"])],
        "claims": [one for one in group["claims"] if names_none(one["claim"])],
    }
