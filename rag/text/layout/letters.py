"""Letters: the line that greets, the line that closes, and what stands above and below them.

Salutations and closings are fixed forms, in each of the large languages. What stands above a
salutation is the sender's and the addressee's, what stands below a closing who signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.text.blocks import Block
from rag.text.layout.fields import is_field
from rag.text.layout.source import TextLine, ends_sentence
from rag.text.layout.tables import LineRun
from rag.text.written_dates import written_dates

MOST_OPENING = 25  # lines of the cover of a report, or of a letter above its salutation
_MAX_OPENING = 80  # characters of such a line
_MAX_GREETING = 9  # words
_MIN_NAMED = 4  # letters of the words that have capitals in a name
SIGNATURE = 5  # lines below a closing: who signs, and as what

_DEAR = (
    r"dear|(?:sehr\s+)?(?:ge|ver)ehrte[rsn]?|estimad[oa]s?|distinguid[oa]s?|apreciad[oa]s?"
    r"|gentil(?:e|i|issim[oaie])|gent\.\w+|egregi[oae]?|spettabil[ei]|prezad[oa]s?|geachte|szanown[yaie]"
    r"|уважаем(?:ый|ая|ые)|шановн(?:ий|а|і)|sayın"
)
_GREETINGS = (
    rf"{_DEAR}|hello|hi|hey|liebe[rsn]?|hallo|guten\s+(?:tag|morgen|abend)|grüß\s+gott|meine\s+damen"
    r"|mesdames|messieurs|madame|monsieur|mademoiselle|ch[eè]re?s?|bonjour|querid[oa]s?"
    r"|muy\s+señor(?:es|a|as)?|señor(?:es|a|as)?|buen[oa]s\s+(?:días|tardes)|buongiorno|car[oaie]s?"
    r"|illustre|exm[oaº.]*s?|senhor(?:es|a|as)?|beste|lieve|kære|kjære|hej|hei|bästa|kära|drog[aie]"
    r"|дорог(?:ой|ая|ие)|sevgili|merhaba|yth\.?|kepada\s+yth\.?|kính\s+gửi|to\s+whom\s+it\s+may\s+concern"
    r"|sirs?|ladies\s+and\s+gentlemen|gentlemen|عزيز\w+|السيد\w*|السادة|尊敬的|亲爱的|敬爱的|敬愛的|親愛的"
)
_GREETING = re.compile(
    rf"(?:(?:{_GREETINGS})(?![^\W\d_])[^!?;|:]{{0,70}}?|(?:尊敬的|亲爱的|敬爱的|敬愛的|親愛的)\S{{1,20}})\s*[,:!،：，！]"
    r"|拝啓.{0,10}|前略.{0,10}",
    re.IGNORECASE,
)
_OPEN_GREETING = re.compile(rf"(?:{_DEAR})(?:\s+(?-i:[A-ZÀ-ÞА-Я])\S*){{1,4}}", re.IGNORECASE)
_CLOSINGS = (
    r"(?:i\s+remain,?\s+)?yours(?:\s+(?:very|most))?(?:\s+(?:sincerely|faithfully|truly|ever|respectfully"
    r"|cordially|gratefully|affectionately|in\s+\w+))?"
    r"|(?:(?:very|most)\s+)?(?:sincerely|respectfully|faithfully|cordially|gratefully|truly)"
    r"(?:\s+(?:yours|submitted))?"
    r"|(?:with\s+)?(?:(?:my|our|all|very|kind|kindest|best|warm|warmest|many|good)\s+)*"
    r"(?:regards|wishes|thanks|greetings)|all\s+(?:the\s+)?best|best|thank\s+you|cheers|love"
    r"|(?:(?:mit|viele|herzliche|freundliche|beste|liebe|schöne)\s+)(?:\w+e[nm]?\s+){0,3}gr(?:ü|ue)(?:ß|ss)e?n?"
    r"(?:\s+aus\s+\w+)?|mit\s+\w+e[mn]\s+gru(?:ß|ss)|gr(?:ü|ue)(?:ß|ss)e|hochachtungsvoll|mfg|ihr(?:e)?"
    r"|(?:bien\s+)?(?:cordialement|amicalement|sincèrement|respectueusement)|bien\s+à\s+(?:vous|toi)"
    r"|(?:muy\s+)?(?:atentamente|cordialmente|respetuosamente|afectuosamente)|(?:un\s+)?(?:cordial(?:es)?\s+|atento"
    r"s?\s+)?saludos?(?:\s+cordial(?:es)?)?"
    r"|(?:cordiali|distinti|cari|migliori)\s+saluti|in\s+fede|con\s+osservanza"
    r"|atenciosamente|respeitosamente|(?:com\s+os\s+)?(?:melhores\s+)?cumprimentos"
    r"|(?:met\s+)?(?:vriendelijke|hartelijke|beste)\s+groet(?:en)?|hoogachtend"
    r"|(?:med\s+)?(?:de\s+)?(?:bästa\s+)?(?:vänlig\w*\s+|venlig\s+|vennlig\s+|bedste\s+)?h(?:ä|i)ls(?:ning(?:ar)?|en)"
    r"|z\s+(?:poważaniem|wyrazami\s+szacunku)|pozdrawiam|с\s+уважением|с\s+наилучшими\s+пожеланиями"
    r"|з\s+повагою|saygılarım(?:la|ızla)|hormat\s+(?:saya|kami)|trân\s+trọng"
    r"|مع\s+(?:خالص\s+|أطيب\s+)?التحي(?:ة|ات)|وتفضلوا\s+بقبول.{0,40}|此致|敬礼|敬禮|敬具|草々|敬上"
)
_CLOSING = re.compile(
    rf"(?:{_CLOSINGS})(?:\s*[,.!،，]\s*(?P<behind>\S.*)|[\s,.!،，]*)", re.IGNORECASE
)
# Sentences that close a letter, of which the last words may stand in a line of their own.
_CLOSING_SENTENCE = re.compile(
    r"(?:.*\s)?(?:(?:mes|nos|les|de|sincères|meilleures|respectueuses)\s+)?(?:salutations|sentiments|hommages"
    r"|considération)(?:\s+[^\W\d_]+){0,5}[.,]?|.*\s(?:le|les|lo|la)\s+salud\w+(?:\s+\w+){0,2}[.,]?"
    r"|.*\bun\s+(?:cordial|atento)\s+saludo[.,]?",
    re.IGNORECASE,
)


def greets(line: str, *, first: bool = False) -> bool:
    """Return whether a line is the salutation of a letter: "Dear Mrs Sand,".

    Args:
        line: stripped.
        first: whether it is the very first, where "Dear Life" is rather a title.
    """
    if len(line) > _MAX_OPENING or len(line.split()) > _MAX_GREETING:
        return False
    forms = (_GREETING,) if first else (_GREETING, _OPEN_GREETING)
    return any(form.fullmatch(line) for form in forms)


def salutation_at(lines: Sequence[str]) -> int | None:
    """Return which of the lines of a text is the salutation of a letter, with no sentence before.

    Args:
        lines: stripped, those without words left out.
    """
    for at, line in enumerate(lines[:MOST_OPENING]):
        if greets(line, first=not at):
            return at
        if not is_of_opening(line):
            return None
    return None


def is_of_opening(line: str) -> bool:
    """Return whether a line may stand on a cover, or above a salutation: short and no sentence.

    The full stop of "Norvik Steel Ltd." is that of a name, of which each long word has a capital.
    """
    if len(line) > _MAX_OPENING:
        return False
    small = (word for word in line.split() if word[0].islower() and "." not in word[:-1])
    return not ends_sentence(line) or all(len(word) < _MIN_NAMED for word in small)


def behind_closing(lines: Sequence[str], at: int) -> list[str] | None:
    """Return what stands behind the closing that a line is, where it may be signed; else None.

    Args:
        lines: of a letter, stripped, those without words left out.
        at: which.
    """
    found = _CLOSING.fullmatch(lines[at])
    if found is None and _CLOSING_SENTENCE.fullmatch(lines[at]) is None:
        return None
    below = list(lines[at + 1 : at + 1 + SIGNATURE])
    return [found["behind"], *below] if found and found["behind"] else below


def find_letter(lines: Sequence[TextLine]) -> Iterator[LineRun]:
    """Yield the lines around the words of a letter as text: the addresses, the date, who signs.

    The first line is its title, and one by itself above the salutation may be its subject.
    """
    words = [line.text for line in lines]
    greeting = salutation_at(words)
    if greeting is None:
        return
    beside = list(range(1, greeting))
    if (
        beside
        and lines[greeting - 1].gap
        and lines[greeting].gap
        and not _is_dated(words[greeting - 1])
    ):
        beside.pop()
    for at in range(greeting + 1, len(lines)):
        if len(words[at]) <= _MAX_OPENING and behind_closing(words, at) is not None:
            last = min(at + 1 + SIGNATURE, len(lines))
            ends = (n for n in range(at + 1, last) if not is_of_opening(words[n]))
            beside += range(at, next(ends, last))
    for at in beside:
        if not (lines[at].is_rule or is_field(words[at])):
            yield LineRun(at, at + 1, (Block(lines[at].start, lines[at].end, "text"),))


def _is_dated(line: str) -> bool:
    return any(True for _ in written_dates(line))
