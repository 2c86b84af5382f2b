"""Who is quoted, by the line above the quotation: "On 1 March 2025 Runa Eide wrote:"."""

from __future__ import annotations

import re

from rag.text.dates import WEEKDAYS

_MAX_LINE = 300  # characters of a line that says who is quoted
_VERB = re.compile(
    r"\b(?:wrote|writes|schrieb|schreef|a écrit|escribió|ha scritto|scrisse|skrev|escreveu|"
    r"napisała?|napisał\(a\)|pisze|написала?|написал\(а\)|пишет|kirjoitti|yazdı|yazmış)(?!\w)"
    r"|写道|寫道|のメール|님이 작성",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"[<(\[]{0,3}(?:mailto:)?[^\s<>()\[\]@]{1,80}@[^\s<>()\[\]@:]{1,120}[>)\]]{0,3}"
)
DATED = re.compile(r"\S*\d\S*")
_ASIDE = re.compile(r"\([^()@]*\)")
# What stands between a date and a name, in lower case.
_BETWEEN = frozenset(
    "on at am pm a.m. p.m. um uhr le à el a las il alle ore op om den kl kl. em às de w dniu o"
    " godz. г. в via the and und".split()
)
_DAYS = frozenset(name for day in WEEKDAYS for name in (day, day[:3]))
_ZONE = re.compile(r"[A-Z]{2,5},")  # "EST," behind a time
_EDGES = " \t,;:.\"'*-–—\u202f\u00a0"


def quoted_person(line: str) -> str | None:
    """Return who is quoted below a line; None where it does not introduce a quotation.

    Returns the name as written, else the address, else an empty string.
    """
    line = " ".join(line.split())
    if len(line) > _MAX_LINE or not line.endswith((":", "：")):
        return None
    words = _ASIDE.sub(" ", line[:-1])
    verb, address = _VERB.search(words), _ADDRESS.search(words)
    if not verb and not (address and DATED.search(words[: address.start()])):
        return None
    if address:
        before = words[: address.start()]
        begins = verb.end() if verb and verb.end() <= address.start() else 0
        return _last_name(before[begins:]) or address[0].strip("<>()[]").removeprefix("mailto:")
    if verb is None:
        return None
    before, behind = words[: verb.start()], words[verb.end() :]
    return _last_name(before) or ("" if DATED.search(behind) else _last_name(behind))


def named_in(shown: str) -> str:
    """Return the name in a sender as a header shows it, else the address."""
    address = _ADDRESS.search(shown)
    name = shown[: address.start()] if address else shown
    name = name.split("<")[0].strip(_EDGES + "[(")
    return name or (address[0].strip("<>()[]").removeprefix("mailto:") if address else "")


def _last_name(words: str) -> str:
    """Return the name behind the last date or time in some words, if there is one."""
    tokens = DATED.split(words)[-1].strip(_EDGES).split()
    while tokens and (
        tokens[0].lower().strip(",.") in _BETWEEN | _DAYS
        or (len(tokens) > 1 and _ZONE.fullmatch(tokens[0]))
    ):
        tokens.pop(0)
    name = " ".join(tokens).strip(_EDGES)
    return name if any(char.isalpha() and not char.islower() for char in name) else ""
