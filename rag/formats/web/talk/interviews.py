"""Who speaks in an interview on a page: by the names before what they say, paragraph by paragraph.

A name is set in bold or italics, or in capitals. What is said goes on in the paragraphs behind it
that name nobody, up to whatever shows that somebody else has the word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any, NamedTuple

from rag.formats.web.words import BLOCKS, tag_of

_LEAD = re.compile(r"([^\W\d_][^:：\n]{0,39})[:：]\s*(.*)", re.DOTALL)
_ASIDE = re.compile(r"\s*[(\[][^()\[\]]*[)\]]$")  # "Aas (laughs):"
_MAX_NAME_WORDS = 4
_MIN_TURNS = 4  # of all who speak, two of each: fewer are notes
_MIN_NAMED = 2  # turns, on a page that says that it is an interview
_SENTENCE = re.compile(r"[.!?…。！？][\"”’)]*\s*\Z")
_MARKING = ("b", "strong", "em", "i", "u", "span", "font", "cite", "mark", "a")
_INTERVIEW = re.compile(
    r"interview|intervju|interviu|entrevista|entretien|intervista|gespräch|in conversation"
    r"|\bconversation with|\bdialogue\b|transcript|q\s?&\s?a"
    r"|\b(?:talks?|talked|speaks?|spoke) (?:to|with)"
    r"|haastattelu|wywiad|rozmowa|samtale med|интервью|беседа|röportaj|采访|专访|访谈|インタビュー",
    re.IGNORECASE,
)
_LOOKED_AT = 5  # headings and paragraphs in which a page says that it is an interview
_MAX_INTRODUCTION = 400  # characters of such a paragraph
# What stands before a colon and is nobody's name; a name with one of these words is none either.
_LABELS = frozenset(
    "note notes photo photos picture image source sources update updated tip tips warning caution"
    " important example examples address phone telephone email e-mail date time where when who what"
    " why how price prices cost contact text by summary conclusion result results ingredients"
    " method methods background aim aims step steps tags related published correction credit"
    " credits illustration translation hours website web page name title place subject remark"
    " hinweis foto quelle bild adresse achtung tipp beispiel fazit wann wo nota fuente fonte"
    " ejemplo exemple exemplo attention remarque".split()
)
_PARTICLES = frozenset(
    "de da do dos du del der den di van von af av la le the and of y e und".split()
)
_ASKED = re.compile(r"(?:Q|A|F|Question|Answer|Frage|Antwort)\s?\d{0,3}", re.IGNORECASE)
_ANSWERED = re.compile(r"(?:A|Answer|Antwort)\s?\d{0,3}", re.IGNORECASE)
_NOT_SAID = re.compile(
    r"(?:^|[\s_-])(?:by-?line|author|credits?|caption|notes?|editor|bio|about|info|meta|foot(?:er)?)"
    r"(?=$|[\s_-])",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"\b(?:interview|conversation|transcript|gespräch|entretien|entrevista|intervista|intervju)\b"
    r".{0,80}\b(?:conducted|edited|condensed|shortened|recorded|translated|took place|took up|by"
    r"|führte|geführt|gekürzt|propos recueillis|realizada|av|condotta)\b",
    re.IGNORECASE,
)
_ENDS = ("h1", "h2", "h3", "h4", "h5", "h6", "hr", "table", "dl", "footer", "form")
_FEWEST_TERMS = 4  # in a dialogue, of which one at least comes again
_DIALOGUE = re.compile(r"dialog(?:ue)?|transcript|conversation|interview|chat", re.IGNORECASE)


class Lead(NamedTuple):
    """The name at the start of a line, what it says, and whether it is set apart from that."""

    name: str
    words: str
    marked: bool


class Interview(NamedTuple):
    """Who speaks on a page, and whose words each paragraph is; both empty where it is none."""

    names: frozenset[str] = frozenset()
    turns: Mapping[Any, str] = MappingProxyType({})


def interview_in(root: Any) -> Interview:
    """Return who speaks on a page, and where."""
    leads: dict[Any, list[Lead | None]] = {}
    for element in root.iter("p", "div", "dd", "li"):
        found = _leads(element)
        if any(found):
            leads[element] = found
    if not leads:
        return Interview()
    names = _speakers(root, leads)
    turns: dict[Any, str] = {}
    for parent in dict.fromkeys(element.getparent() for element in leads):
        turns |= _turns_among(parent, leads, names)
    return Interview(names, turns)


def _leads(element: Any) -> list[Lead | None]:
    """Return the name at the start of each line of a paragraph, None where there is none."""
    if any(tag_of(child) in BLOCKS for child in element):
        return []
    words = "".join(element.itertext())
    if ":" not in words and "：" not in words:
        return []
    return [_lead(words, mark) for words, mark in _lines(element)]


def _lines(element: Any) -> Iterator[tuple[str, str]]:
    """Yield the words of each line of a paragraph, and those that are set apart at its start."""
    words, mark = element.text or "", ""
    for child in element:
        if tag_of(child) == "br":
            yield " ".join(words.split()), mark
            words, mark = "", ""
        else:
            inner = "".join(child.itertext()) if tag_of(child) else child.text or ""
            if not words.strip() and tag_of(child) in _MARKING:
                mark = " ".join(inner.split())
            words += inner
        words += child.tail or ""
    yield " ".join(words.split()), mark


def _lead(words: str, mark: str) -> Lead | None:
    match = _LEAD.match(words)
    if match is None:
        return None
    shown = match[1].strip()
    name = _ASIDE.sub("", shown)
    marked = _ASIDE.sub("", mark.rstrip(":： ")) == name
    if not name or len(name.split()) > _MAX_NAME_WORDS or not (marked or name.isupper()):
        return None
    return Lead(name, match[2], marked)


def _speakers(root: Any, leads: dict[Any, list[Lead | None]]) -> frozenset[str]:
    """Return the names of those who speak, where a page is an interview."""
    every = [lead for each in leads.values() for lead in each if lead]
    called = [lead for lead in every if _is_named(lead.name)]
    counts = Counter(lead.name for lead in called)
    again = {name for name, count in counts.items() if count > 1}
    sentences = sum(_SENTENCE.search(lead.words) is not None for lead in called if lead.words)
    spoken = 2 * sentences >= sum(1 for lead in called if lead.words)
    named = {lead.name for lead in called if lead.marked}
    if not spoken:
        return frozenset()
    if len(again) > 1 and len(called) >= _MIN_TURNS:
        return frozenset(again | named)
    introduced = _introductions(root, leads)
    known = any(name in again or name in words for name in named for words in introduced)
    says = any(_INTERVIEW.search(words) for words in introduced)
    return frozenset(named) if known and says and len(called) >= _MIN_NAMED else frozenset()


def _is_named(name: str) -> bool:
    """Return whether words may be the name of a person, an office or a paper."""
    words = name.split()
    if _ASKED.fullmatch(name):
        return False
    known = any(word.strip(".,").casefold() in _LABELS for word in words)
    return not known and all(
        not word[0].islower() or word.casefold() in _PARTICLES for word in words
    )


def _introductions(root: Any, leads: Collection[Any]) -> list[str]:
    """Return the headings and first paragraphs of a page, which say what it is."""
    heads = islice(root.iter("h1", "h2", "title"), _LOOKED_AT)
    first = islice((each for each in root.iter("p") if each not in leads), _LOOKED_AT)
    shown = ("".join(each.itertext()) for each in (*heads, *first))
    return [words for words in shown if len(words) <= _MAX_INTRODUCTION]


def _turns_among(
    parent: Any, leads: dict[Any, list[Lead | None]], names: frozenset[str]
) -> dict[Any, str]:
    """Return whose words the paragraphs in an element are."""
    turns: dict[Any, str] = {}
    speaker, waiting = "", dict[Any, str]()
    last_lead = next((child for child in reversed(parent) if any(leads.get(child, ()))), None)
    others: frozenset[str] = frozenset()  # who may not be named either, behind the last turn
    for child in parent:
        tag = tag_of(child)
        if tag in _ENDS:
            speaker, waiting = "", {}
        if tag not in ("p", "div", "li") or any(tag_of(each) in BLOCKS for each in child):
            continue
        found = leads.get(child, [])
        if any(found):
            turns |= waiting
            last = next(lead.name for lead in reversed(found) if lead)
            first = found[0].name if found[0] else speaker
            if names and first in names:
                turns[child] = first
            asked = _ANSWERED.fullmatch(last) is not None
            speaker, waiting = last if last in names or asked else "", {}
            others = names if child is last_lead else others
        elif speaker and "".join(child.itertext()).strip():
            if _ends_turn(child, {speaker.split()[-1], *others}):
                speaker = ""
            elif not _is_remark(child):
                # An answer in a list of questions ends somewhere: at the latest at the last one.
                (turns if speaker in names else waiting)[child] = speaker
    return turns


def _ends_turn(element: Any, names: Iterable[str]) -> bool:
    """Return whether a paragraph is another's words: set apart as a whole, or about who spoke."""
    words = " ".join("".join(element.itertext()).split())
    mark = next((mark for _, mark in _lines(element)), "")
    if mark == words or _NOT_SAID.search(element.get("class", "")) or _REMARK.search(words):
        return True
    shown = words.casefold()
    return any(
        len(name) > 1 and re.search(rf"\b{re.escape(name.casefold())}\b", shown) for name in names
    )


def _is_remark(element: Any) -> bool:
    words = "".join(element.itertext()).strip()
    return words[:1] + words[-1:] in ("()", "[]")


def is_dialogue(terms: Any, names: frozenset[str]) -> bool:
    """Return whether a list of terms is what people say to each other."""
    called = [
        " ".join("".join(each.itertext()).split()).rstrip(":：").strip()
        for each in terms.iter("dt")
    ]
    if not called or any(len(name.split()) > _MAX_NAME_WORDS or not name for name in called):
        return False
    again = len(called) >= _FEWEST_TERMS and 1 < len({*called}) < len(called)
    return again or set(called) <= names or _DIALOGUE.search(terms.get("class", "")) is not None
