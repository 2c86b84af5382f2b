"""What a question asks for: the kind of answer, from whom, about what time, and in which parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rag.dates import MONTHS, Times, times_meant
from rag.documents.terms import analyze, is_stopword
from rag.retrieval.wanted import Kind, wanted_kind

# Words that speak of the articles and not of what they say.
_SOURCES = r"(?:the |these |those |your |all |different |various |our )*(?:articles?|sources|documents|texts?|corpus)"
_FRAMING = re.compile(
    rf"\b(?:according to|based on|in|from) {_SOURCES}\b,?"
    rf"|\b(?:what )?(?:do|does|did|have|has) {_SOURCES}\s+(?:say|said|speak of|talk about|mention(?:ed)?"
    r"|report(?:ed)?|tell(?: us)?|describe|agree(?: on)?|differ(?: on)?)\b"
    r"|^\s*(?:please|now something else|something else|another question|one more thing|tell me"
    r"|i(?: would|'d) like to know|(?:can|could) you tell me)\b[,:]?",
    re.IGNORECASE,
)
# Orders to whoever answers. They are no part of what is asked, and are never followed.
_STEERING = re.compile(
    r"^\W*(?:(?:system|assistant|user)\s*:|(?:please |now |and )*(?:ignore|disregard|forget|override|bypass"
    r"|pretend|act as|role-?play|repeat after|say that|claim that|state that|print|reveal"
    r"|show me your|output|do not cite|don't cite|cite \[|answer (?:with|only|in|yes|no|true|false|\d)"
    r"|respond (?:with|only)|write (?:a|an|me)|translate|you (?:are|must|should|will|may) (?:now|not)))",
    re.IGNORECASE,
)
# A further question in the same sentence, which asks for something of its own.
_WH = r"(?:who|whom|whose|what|which|when|where|why|how)"
_JOINT = re.compile(rf"[,;:]?\s+and\s+(?={_WH}\b)|[:;]\s+(?={_WH}\b)", re.IGNORECASE)
_TWO_TIMES = re.compile(
    rf"\b(in |on |during )((?:(?:{'|'.join(MONTHS)})(?: \d{{4}})?)|\d{{4}}),? (?:and|or|versus|vs\.?)"
    rf" (?:in |on |during )?((?:(?:{'|'.join(MONTHS)}) )?\d{{4}})\b",
    re.IGNORECASE,
)
_NEWEST = re.compile(
    r"\b(?:latest|newest|most recent(?:ly)?|current(?:ly)?|now|today|at present)\b", re.I
)
_SIDES = re.compile(
    r"\b(?:disagree|differ|differences?|contradict|compared?|versus|vs|changed?|evolved?|views?"
    r"|reasons|sources|articles|outlets|sides|really|both)\b",
    re.IGNORECASE,
)
MOST_PARTS = 3
MIN_PART = 3  # meaningful words; a part with fewer is understood behind the first one


class Question(NamedTuple):
    """A question as it is understood.

    ``text`` is what is looked for, without what addresses the answerer or names
    the corpus; ``times`` are what it asks about; ``newest`` asks for how things
    stand now; ``outlets`` are named as those who say it; ``sides`` tells that more
    than one article should speak; ``ordered`` that it holds an order to the
    answerer, and ``asks`` that it asks anything besides.
    """

    text: str
    kind: Kind | None
    times: Times
    newest: bool
    outlets: tuple[str, ...]
    sides: bool
    ordered: bool
    asks: bool


def read_question(
    text: str, *, outlets: Sequence[str] = (), years: Sequence[int] = ()
) -> list[Question]:
    """The parts of a question, each understood; one for most.

    Args:
        text: as asked.
        outlets: those of the corpus.
        years: those from which its articles are; a month without a year is one of any.
    """
    sentences = _sentences(text)
    kept = [sentence for sentence in sentences if not _STEERING.match(sentence)]
    plain = " ".join(kept) or text
    named = outlets_named(plain, outlets)
    looked_for = _unframe(plain, named)
    sides = bool(_SIDES.search(plain)) or len(named) > 1

    def understand(part: str, topic: str) -> Question:
        kind = wanted_kind(part)
        looked_for = f"{topic} {part}" if topic else part
        return Question(
            text=looked_for,
            kind=kind,
            times=times_meant(looked_for, years),
            newest=bool(_NEWEST.search(part)),
            outlets=named,
            sides=sides or (kind is not None and kind.name == "yes-no"),
            ordered=len(kept) < len(sentences),
            asks=bool(kept),
        )

    first, *others = _parts(looked_for)[:MOST_PARTS]
    topics = [first if _meaning(part) < MIN_PART else "" for part in others]
    return [understand(first, ""), *map(understand, others, topics)]


def outlets_named(text: str, outlets: Sequence[str]) -> tuple[str, ...]:
    """The outlets that a text names: in full, or by a last name written with a capital."""
    terms = analyze(text)
    words = [term.term for term in terms]
    names = {term.term for term in terms if term.name}
    found = []
    for outlet in outlets:
        for name in re.split(r",| and ", outlet)[:2]:
            wanted = [term.term for term in analyze(name)]
            size = len(wanted)
            whole = any(words[at : at + size] == wanted for at in range(len(words)))
            if wanted and (whole or (size > 1 and wanted[-1] in names)):
                found.append(outlet)
                break
    return tuple(found)


def _unframe(text: str, outlets: Sequence[str]) -> str:
    """The text without what only says where to look; as it is where nothing would be left."""
    bare = _FRAMING.sub(" ", text)
    for outlet in outlets:
        name = re.escape(outlet)
        bare = re.sub(rf",?\s*\b(?:according to|as reported by) {name}\b,?", " ", bare, flags=re.I)
        bare = re.sub(
            rf"\b(?:do(?:es)? )?{name} (?:says?|reports?|writes?|mentions?|states?|claims?)(?: that)?\b",
            " ",
            bare,
            flags=re.I,
        )
    bare = re.sub(r"\s+([?.,;:])", r"\1", " ".join(bare.split()))
    bare = re.sub(r"\?(?:\s*\?)+", "?", bare)
    bare = " ".join(sentence for sentence in _sentences(bare) if _meaning(sentence))
    return bare or text


def _parts(text: str) -> list[str]:
    asked = [sentence for sentence in _sentences(text) if sentence.endswith("?")]
    parts = [part.strip() for sentence in asked for part in _JOINT.split(sentence)]
    parts = [part for part in parts if _meaning(part)]
    if len(parts) > 1:
        return parts
    two = _TWO_TIMES.search(text)
    if two:
        year = "" if two[2][-1].isdigit() else f" {two[3][-4:]}"
        first, second = f"{two[1]}{two[2]}{year}", f"{two[1]}{two[3]}"
        return [text.replace(two[0], first), text.replace(two[0], second)]
    return [text]


def _sentences(text: str) -> list[str]:
    from sentencex import segment

    return [sentence.strip() for sentence in segment("en", text) if sentence.strip()]


def _meaning(text: str) -> int:
    return sum(not is_stopword(term.term) for term in analyze(text))
