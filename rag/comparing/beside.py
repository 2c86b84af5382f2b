"""What a source makes of a claim: bears it out, says otherwise, says a part of it, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

from rag.checking.claim import YEARS
from rag.checking.numbers import numbers_in
from rag.checking.text import compared
from rag.documents.times import find_times
from rag.findings import Finding
from rag.retrieval.query import Concept
from rag.types import Support

# Flaws by which a source says otherwise, rather than nothing.
AGAINST = frozenset(("number", "date", "denial", "opposite", "quotation", "model"))
# All that follows is chosen on evals/claims/dev.jsonl. Of what a sentence names, by how rare it
# is in the articles, the share that a source must hold: to contradict it, to bear out a part of it.
SAME_THING, A_PART, MOST = 0.6, 0.5, 0.75
TURNED = 0.45  # to contradict it by a denial or a word that says the opposite, which it lacks
BORNE_OUT = 0.57  # … and to bear all of it out
# Cosine from which a claim and a source in other words are of one thing, and of all of it: hardly
# any claim on what the articles do not speak of comes as near.
NEAR, VERY_NEAR = 0.6, 0.7
# To contradict it by a name in another one's place, what a source holds must outweigh the rarest
# word of the sentence, or one that is about as rare as a name is.
SAME_BUT_NAME, TELLING = 1.2, 3.0
FORM = 0.3  # what a word counts that the articles have in another form only
A_CLAUSE = 3  # meaningful words of a clause that can be borne out by itself
BEGINNING = 5  # letters that forms of one word share
# Words of a clause, and the share of them from which a source that has no more of it says
# nothing of that clause: it is something more.
NEW_PART, KNOWN = 2, 0.34
_CLAUSE = re.compile(r"[,;:—–]\s+|\s+\b(?:and|but|which|who|while|whereas|after|because)\b\s*")
_SAID = re.compile(r"\b(?:says?|said|told|according to)\b", re.IGNORECASE)
REPORTED = "as the article reports it from others"
NOT_SAID = "the article does not say"
ONLY_PART = "the article says only part of it"


class Beside(NamedTuple):
    """A claim beside its source.

    ``much``, in 0..1, is the share of what the claim names that the source holds, by
    rarity, ``held`` and ``missing`` are the concepts; ``near`` is the cosine of the two,
    and ``clash`` why they are of different times, if they are.
    """

    claim: str
    source: str
    support: Support
    much: float
    near: float
    held: Sequence[Concept]
    missing: Sequence[Concept]
    clash: str | None
    published: str | None


def finding_of(beside: Beside) -> tuple[Finding, str | None]:
    """What a source makes of a claim, and the reason; the first rule that holds."""
    flaw, reason = beside.support.flaw, beside.support.reason
    if beside.clash and (beside.much >= A_PART or beside.near >= NEAR):
        return "contradicted", beside.clash
    reported = flaw == "claim" and _SAID.search(beside.source) is not None
    borne_out = beside.much >= BORNE_OUT or beside.near >= VERY_NEAR
    if (beside.support.verdict == "supported" or reported) and borne_out:
        new = _new_part(beside)
        if new:
            return "partial", f"{NOT_SAID} “{new}”"
        return "supported", REPORTED if reported else None
    if _says_otherwise(beside):
        return "contradicted", reason
    said = flaw in ("possibility", "claim", "name") and beside.much >= MOST
    if said or beside.near >= NEAR or _bears_out_a_part(beside):
        return "partial", reason or ONLY_PART
    return "not_found", None


def _says_otherwise(beside: Beside) -> bool:
    """Whether a source speaks of the same thing, and says something else of it."""
    flaw = beside.support.flaw
    near = beside.near >= NEAR
    if flaw == "name":
        return beside.support.verdict == "unsupported" and _is_same_but_name(beside)
    enough = TURNED if flaw in ("denial", "opposite") else SAME_THING
    return flaw in AGAINST and (beside.much >= enough or near) and _is_of_the_same(beside)


def _is_same_but_name(beside: Beside) -> bool:
    """Whether only names are missing, and what is there says enough to be of one thing."""
    rarest = max((concept.weight for concept in (*beside.held, *beside.missing)), default=0.0)
    telling = weight(beside.held) >= SAME_BUT_NAME * max(rarest, TELLING)
    return telling and all(concept.word[0].isupper() for concept in beside.missing)


def _bears_out_a_part(beside: Beside) -> bool:
    """Whether the source holds nearly all of one clause of several."""
    clauses = [part for part in _CLAUSE.split(beside.claim) if part.strip()]
    there = compared(beside.source)
    for part in clauses if len(clauses) > 1 else ():
        words = [term for term in compared(part).words if not term.term[0].isdigit()]
        known = [
            there.holds(word) or _is_held(part[word.start : word.end], beside) for word in words
        ]
        names = all(k for k, word in zip(known, words, strict=True) if word.name)
        if len(words) >= A_CLAUSE and names and sum(known) >= MOST * len(words):
            return True
    return False


def _is_held(word: str, beside: Beside) -> bool:
    return any(word in concept.word for concept in beside.held)


def _is_of_the_same(beside: Beside) -> bool:
    """Whether a number that the source lacks stands where the source has another one."""
    said, there = compared(beside.claim), compared(beside.source)
    lacking = [value for value in said.numbers if value not in there.numbers]
    if beside.support.flaw != "number" or not lacking:
        return True
    # The day of a date counts nothing; the years of "four years after" do.
    dated = [when for when in find_times(there.text, beside.published) if not when.about]
    rivals = [
        number.value
        for number in numbers_in(there.text)
        if not any(when.start <= number.start < when.end for when in dated)
    ]
    return any(
        _meet(said.settings[value], there.settings[rival])
        for value in lacking
        for rival in rivals
        if not {value, rival} & set(YEARS)
    )


def _meet(some: Iterable[frozenset[str]], others: Iterable[frozenset[str]]) -> bool:
    """Whether two numbers stand beside forms of one word."""
    return any(
        one[:BEGINNING] == other[:BEGINNING]
        for here, there in product(some, others)
        for one, other in product(here, there)
    )


def _new_part(beside: Beside) -> str | None:
    """A clause of which the source has hardly a word, as what is added to something true."""
    there = compared(beside.source)
    for part in _CLAUSE.split(beside.claim):
        words = [t for t in compared(part).words if not t.term[0].isdigit()]
        known = [
            there.holds(word) or _is_held(part[word.start : word.end], beside) for word in words
        ]
        if len(words) >= NEW_PART and sum(known) <= KNOWN * len(words):
            return part.strip(" .")
    return None


def weight(held: Sequence[Concept]) -> float:
    """How much some concepts say; of a word in another form it is unknown how rare it is."""
    return sum(concept.weight * (FORM if concept.absent else 1.0) for concept in held)
