"""Find who is said to have said something, in a sentence and in its source."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.checking.paraphrase.alignment import Alignment
from rag.checking.statement import AnalyzedText, analyzed, canonical

_SAYS = (
    r"(?:sa(?:id|ys?|ying)|told|tells|warn(?:s|ed)|argu(?:es|ed)|claim(?:s|ed)|announc(?:es|ed)"
    r"|not(?:es|ed)|add(?:s|ed)|report(?:s|ed)|answer(?:s|ed)|repl(?:ies|ied)|holds|held"
    r"|advis(?:es|ed)|insist(?:s|ed)|call(?:s|ed)|explain(?:s|ed)|admit(?:s|ted)|believ(?:es|ed)|thinks?|thought"
    r"|suggest(?:s|ed)|complain(?:s|ed)|point(?:s|ed) out|stress(?:es|ed)|stat(?:es|ed)|writes"
    r"|wrote|recommend(?:s|ed)|suspect(?:s|ed)|expect(?:s|ed)|finds?|found|conced(?:es|ed)|den(?:ies|ied)"
    r"|criticis(?:es|ed)|doubt(?:s|ed)|assur(?:es|ed)|promis(?:es|ed)|ask(?:s|ed)|demand(?:s|ed)"
    r"|contradict(?:s|ed)|propos(?:es|ed)|oppos(?:es|ed))"
)
# In this order, the first that is found names the speaker.
_SPEAKERS = (
    re.compile(r"^According to (?P<who>[^,]+),"),
    re.compile(r"^In the (?:view|opinion|words) of (?P<who>[^,]+),"),
    re.compile(r"^In (?P<who>[A-Z][\w ]+)[’']s? (?:view|opinion)"),
    re.compile(rf"[,\"”] {_SAYS} (?P<who>(?:[A-Z][\w’'-]+ ?|the |of ){{1,6}})"),
    re.compile(
        r"(?:^|[.;:,] |[\"”] )(?P<who>[^.,;:\"”“]{2,60}?)(?:, [^,]{2,50},)? "
        rf"(?:has |had |also |later )?{_SAYS}\b"
    ),
)
_TURN = re.compile(r"^(?P<who>[A-Z]{3,}(?: [A-Z]+)*):", re.MULTILINE)  # of a transcript
_QUOTED = re.compile(r"[\"“”]")
_PRONOUN = re.compile(
    r"^\W*(?:he|she|it|they|we|i|you|who|which|that|this|there)\b|\b(?:he|she|they|who|we|i)$",
    re.IGNORECASE,
)
# Titles are of many people.
_TITLES = frozenset(
    canonical(term)
    for term in analyzed(
        "councillor professor doctor Dr Mr Mrs Ms minister president chair director judge"
    ).words
)


def other_speaker(laid: Alignment) -> str | None:
    """Return whom a source gives as the speaker of what a sentence has another say, if it does."""
    said = _speaker(laid.sentence.text)
    if said is None or _PRONOUN.search(said):
        return None
    names = _names(said)
    # Where the one who is named is spoken of tells nothing of who said the rest.
    given = _given_speaker(laid.parts, laid.nearest_without(names))
    if given is None or not names or not _names(given) or names & _names(given):
        return None
    return given


def _given_speaker(parts: Sequence[AnalyzedText], nearest: int) -> str | None:
    """Return who says a sentence of the source: it may say so itself, or those before it do."""
    given = _speaker(parts[nearest].text)
    if given is not None and not _PRONOUN.search(given):
        return given
    turns = [turn for part in parts[: nearest + 1] for turn in _TURN.finditer(part.text)]
    if turns:
        return turns[-1]["who"].title()
    if given is None and not _QUOTED.search(parts[nearest].text):
        return None
    before = (_speaker(part.text) for part in reversed(parts[:nearest]))
    return next((who for who in before if who and not _PRONOUN.search(who)), None)


def _speaker(text: str) -> str | None:
    found = filter(None, (pattern.search(text) for pattern in _SPEAKERS))
    first = next(found, None)
    return first["who"] if first else None


def _names(who: str) -> set[str]:
    return {canonical(term) for term in analyzed(who).words} - _TITLES
