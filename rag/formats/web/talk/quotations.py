"""What a post of a thread quotes of others, and whom it names for that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, takewhile
from typing import Any

from rag.formats.web.words import shown_lines, tag_of

_QUOTE = re.compile(
    r"(?:^|[\s_-])(?:bb(?:code)?[_-]?|mycode_?|post_?|forum_?|block)?quot(?:e|ed|ation)"
    r"(?:[_-]?(?:container|box|block|wrapper|message|content|text|post))?(?=$|\s)",
    re.IGNORECASE,
)
# What programs for forums call the words of a post, which some put into such an element.
_CONTENT = re.compile(r"(?:^|\s)(?:post|message|entry|comment)[-_]?(?:content|body|text)(?=$|\s)")
_QUOTING_TAGS = ("div", "aside", "section", "td", "fieldset", "article", "q-quote")
_NAMING = ("data-username", "data-quote", "data-author", "data-user", "data-name")
_TITLE = re.compile(
    r"(?:^|[\s_-])(?:title|attribution|author|username|postedby|posted-by|quote-?header|quote-?title"
    r"|citation|cite|quote-?by|header|legend)(?=$|\s)",
    re.IGNORECASE,
)
_SAID = (
    r"wrote|writes|said|says|posted|schrieb|hat geschrieben|sagte|a écrit|a dit|escribió|dijo"
    r"|ha scritto|ha detto|schreef|zei|skrev|escreveu|disse|napisała?|napisał\(a\)|написала?|пишет"
    r"|написал\(а\)|kirjoitti|yazdı"
)
_MAX_LINE = 140  # characters of a line that says who is quoted
_STAMP = re.compile(r"^[(\[][^()\[\]]*\d[^()\[\]]*[)\]]\s*")  # MyBB sets the time before the name
_NAME_FIRST = re.compile(rf"(?P<who>\S.{{0,59}}?)\s+(?:{_SAID})\b[^:：]{{0,40}}", re.IGNORECASE)
_NAME_LAST = re.compile(
    r"(?:originally posted by|posted by|quote from|quoting|quote|zitat(?: von)?|citation(?: de)?"
    r"|cita de|citazione(?: di)?|in reply to|replying to)\s*[:：]?\s+(?P<who>\S.{0,59}?)"
    r"(?:\s+(?:on|at|am|um|le|el|il)\s.*\d.*)?",
    re.IGNORECASE,
)
_MAX_NAME_WORDS = 4
_LOOKED_AT = 200  # elements of a quotation in which it says who is quoted
_NO_NAMES = frozenset("i he she it we they you one someone somebody who quote".split())
_EDGES = " \t:：@↑\"'“”›»"


def is_quotation(element: Any) -> bool:
    """Return whether an element holds what somebody else has written."""
    tag = tag_of(element)
    if tag == "blockquote":
        return _CONTENT.search(element.get("class", "")) is None
    return tag in _QUOTING_TAGS and _QUOTE.search(element.get("class", "")) is not None


def in_quotation(element: Any, top: Any) -> bool:
    """Return whether an element within another one is in a quotation there."""
    for each in element.iterancestors():
        if each is top:
            return False
        if is_quotation(each):
            return True
    return False


def quoted_by(element: Any) -> str:
    """Return whom an element, that is called a quotation, only names above the quotation."""
    lines = shown_lines(element) if tag_of(element) != "blockquote" else []
    words = lines[0] if len(lines) == 1 else ""
    match = _NAME_LAST.fullmatch(words.strip(_EDGES)) if len(words) <= _MAX_LINE else None
    return _name(match["who"]) if match else introduces(words)


def quoted_in(element: Any) -> tuple[str, Any]:
    """Return who is quoted in a quotation, and the element that says so; else nothing and None."""
    told = next(_titles(element), None)
    words = "" if told is None else _words(told)
    stated = next((element.get(name, "") for name in _NAMING if element.get(name)), "").strip()
    who = stated.partition(",")[0] or attributed(words) or _bare_name(words)
    return (who, told) if who else ("", None)


def _titles(element: Any) -> Iterator[Any]:
    """Yield the elements of a quotation that may say who is quoted, not of one within it."""
    for each in islice(element.iterdescendants(), _LOOKED_AT):
        cites = tag_of(each) == "cite"
        if not tag_of(each) or not (cites or _TITLE.search(each.get("class", ""))):
            continue
        words = _words(each)
        begins = cites or _words(element).startswith(words)
        if 0 < len(words) <= _MAX_LINE and begins and not _is_inner(each, element):
            yield each


def _words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _is_inner(each: Any, outer: Any) -> bool:
    """Return whether an element is of a quotation in the quotation."""
    above = takewhile(lambda one: one is not outer, each.iterancestors())
    return any(tag_of(one) == "blockquote" for one in above)


def attributed(line: str) -> str:
    """Return whom a line says to be quoted below it; empty where it says nothing like that."""
    line = _STAMP.sub("", " ".join(line.split()))
    if len(line) > _MAX_LINE:
        return ""
    head = re.split(r"[:：](?=\s|$|↑)", line.removesuffix("↑"), maxsplit=1)[0].strip()
    match = _NAME_LAST.fullmatch(line.strip(_EDGES)) or _NAME_FIRST.fullmatch(head)
    return _name(match["who"]) if match else ""


def introduces(line: str) -> str:
    """Return whom a line in the words of a post says to be quoted below: it ends in a colon."""
    ends = line.rstrip("↑ ").endswith((":", "："))
    return attributed(line) if ends else ""


def _bare_name(words: str) -> str:
    """Return a name that stands alone where whoever is quoted is named."""
    name = words.strip(_EDGES + "—–-")
    return name if not any(map(str.isdigit, name)) and " ".join(name.split()) == _name(name) else ""


def _name(words: str) -> str:
    name = words.strip(_EDGES)
    few = 0 < len(name.split()) <= _MAX_NAME_WORDS and name.casefold() not in _NO_NAMES
    return name if few else ""
