"""Read a question about the documents themselves: what it wants of them, and of which.

Such a question is recognised by its form, and only where all of its words are understood: behind
what it wants stand limits, each of which must name something that the catalog knows. "Which
reports did the inspector file?" names nobody who wrote a document, so it is asked of the texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Literal, NamedTuple

from rag.answering.collection.dated import DATE_LIMIT, Period
from rag.answering.collection.known import Known
from rag.text.terms import analyze, is_stopword
from rag.text.words.documents import DOCUMENT_NOUN, SURE, UNSURE

Wanted = Literal["count", "list", "newest", "oldest", "longest", "shortest", "sources", "authors"]
LimitKind = Literal["source", "time", "folder", "words", "title", "ending", "unread"]


_MOST_NAME_WORDS = 12  # of a source
_SEVERAL = 2  # documents that call themselves by a noun, so that it means them


class DocumentLimit(NamedTuple):
    """What the documents asked about have in common: a source, a time, a folder, words in them."""

    kind: LimitKind
    value: str = ""
    period: Period | None = None


class Asked(NamedTuple):
    """What is wanted of the documents, and of which ones."""

    wants: Wanted
    limits: tuple[DocumentLimit, ...] = ()


# How files of a kind end, by the word for them.
_ENDINGS = {
    "pdf": ".pdf",
    "word": ".docx .doc .odt",
    "excel": ".xlsx .xls .ods",
    "html": ".html .htm",
    "markdown": ".md",
    "csv": ".csv",
    "text": ".txt",
}
_KIND = rf"(?P<kind>{'|'.join(_ENDINGS)}) (?=(?:documents?|files?|docs?)\b)"
_NOUN = rf"(?:{_KIND})?(?:(?P<sure>{SURE})|(?P<unsure>{UNSURE}))\b"
_THE = r"(?:(?:all|any|the|your|my|our|of|these|those|some|a|an|every|each|single)\s+)*"
_ORDER = {
    "newest": r"newest|latest|most recent(?:ly (?:published|dated|written))?|last",
    "oldest": r"oldest|earliest|first",
    "longest": r"longest|largest|biggest",
    "shortest": r"shortest|smallest",
}
_SUPERLATIVE = "|".join(f"(?P<{name}>{words})" for name, words in _ORDER.items())
_BE = r"(?:is|are|was|were|['’]s|['’]re)"
_ASK = r"(?:which|what)"
_SHOW = r"(?:list|name|show|enumerate|find|display|get|give|see)(?: me)?"
_ANY = r"(?:anything|something|everything|whatever)"
_HAVE = r"(?:do|have|did) (?:you|we|i|they) (?:have|got|hold|read)"
_ROLES = r"(?P<sources>sources|outlets|publishers|publications)|(?P<authors>authors|writers)"


class _Head(NamedTuple):
    """A way to begin such a question.

    ``needs`` says that at least one limit must follow, so that words that begin many a question
    do not make it one about the documents.
    """

    form: re.Pattern[str]
    wants: Wanted
    needs: bool = False


def _head(form: str, wants: Wanted, *, needs: bool = False) -> _Head:
    return _Head(re.compile(form, re.IGNORECASE), wants, needs)


_HEADS = (
    _head(rf"how many {_THE}(?:different )?{_NOUN}", "count"),
    _head(rf"(?:what {_BE} )?(?:the )?(?:total )?(?:number|count) of {_THE}{_NOUN}", "count"),
    _head(rf"count {_THE}{_NOUN}", "count"),
    _head(rf"(?:{_ASK} ?{_BE}? |{_SHOW} )?{_THE}(?:{_SUPERLATIVE}) {_NOUN}", "list"),
    _head(rf"{_ASK} {_BE} {_THE}(?:{_SUPERLATIVE}) {_NOUN}", "list"),
    _head(rf"{_ASK} {_THE}{_NOUN} {_BE} {_THE}(?:{_SUPERLATIVE})$", "list"),
    _head(
        rf"(?:(?:{_ASK}|who)(?: {_BE})? |{_SHOW} |how many ){_THE}(?:different )?(?:{_ROLES})\b",
        "list",
    ),
    _head(
        rf"who (?:wrote|authored|made) (?:all |the |these |those |your |my |our )+{_NOUN}$",
        "authors",
    ),
    _head(rf"(?:from )?(?:which|what) (?:sources|outlets) {_BE} (?:the|these) {_NOUN}", "sources"),
    _head(rf"{_SHOW} {_THE}{_NOUN}", "list"),
    _head(rf"{_SHOW} {_THE}{_ANY}", "list", needs=True),
    _head(rf"(?:{_SHOW} )?(?:a |the )?list of {_THE}{_NOUN}", "list"),
    _head(rf"{_ASK}(?: {_BE})? {_THE}{_NOUN}", "list", needs=True),
    _head(rf"(?:{_BE} there|{_HAVE}|there {_BE}) {_THE}(?:{_NOUN}|{_ANY})", "list", needs=True),
    _head(rf"{_ASK} (?:{_HAVE}|{_BE} there|{_BE} here|else {_BE} there)", "list", needs=True),
    _head(rf"{_ASK}(?: {_BE}|['’]s) (?=(?:stored )?(?:in|inside|under)\b)", "list", needs=True),
    _head(rf"{_ANY}|all {_NOUN}", "list", needs=True),
    _head(rf"{_NOUN}", "list", needs=True),
    _head(
        rf"what (?={_BE} (?:published|written|issued)|has been (?:published|written))",
        "list",
        needs=True,
    ),
    _head(
        r"what (?=(?:did|has|have) .+ (?:write|written|publish|published|author|authored)\b)",
        "list",
        needs=True,
    ),
    _head(r"what(?= (?:was|were|could|can|is|are)(?: not|n['’]t) )", "list", needs=True),
    _head(r"(?:what|which|how many)(?= (?:was|were) (?:skipped|left out))", "list", needs=True),
)
_OPENERS = re.compile(
    r"^\s*(?:(?:please|hi|hello|ok|so|now)\b[\s,]*|(?:can|could|would|will) you (?:please )?"
    r"(?=\w+)|(?:tell|let) me (?:know )?|i(?:['’]d| would) (?:like|love) to (?:know|see|read) "
    r"|i (?:want|need)(?: to (?:know|see|read))? |(?:do|can) you (?:know|tell me) )",
    re.IGNORECASE,
)
_END = re.compile(r"[\s?.!,;]*(?:\bplease)?[\s?.!]*$", re.IGNORECASE)
_HERE = (
    r"(?:in|of|within) (?:the|this|my|your|our) (?:whole )?"
    r"(?:folder|collection|corpus|archive|library|index)"
)
_AT_HAND = (
    rf"{_HAVE}|(?:have|has) (?:been )?(?:you )?(?:got|read|indexed|loaded|added)"
    rf"|{_BE} (?:read|indexed|loaded|available|included|at hand)|did you (?:read|load|index)"
    rf"|{_HERE}(?! \w*folder)|to hand"
)
# Words between limits that limit nothing; the first group says that the documents at hand are
# meant.
_FILLER = re.compile(
    rf"(?:(?P<here>{_AT_HAND})|{_BE} there|there {_BE}|in (?:total|all)|exist|altogether"
    rf"|that|which|{_BE}|have been|has been|been|and|but|also|only|here|currently|now|overall"
    r"|written|published|dated|issued|authored|wrote|released|there|not|do|does)(?:\s+|$)",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    rf"\s+(?:(?P<here>{_AT_HAND})|{_BE} there|there {_BE}|exist|in (?:total|all))$", re.IGNORECASE
)
_UNREAD = re.compile(
    r"(?:(?:could|can|were|was|have|has|are|is|did)(?: ?not|n['’]t)(?: (?:been|be|get))?"
    r"(?: (?:fully|completely|properly))? (?:read|indexed|opened|parsed|processed|loaded|included)"
    r"|cannot be (?:read|opened)|(?:(?:was|were|are|is|have been|has been) )?"
    r"(?:skipped|left out|unreadable|ignored)|failed(?: to (?:be )?(?:read|open|load|parse))?"
    r"|can you not (?:read|open)|(?:could|can)n['’]t you (?:read|open)|could you not (?:read|open))"
    r"(?:\s+|$)",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"(?:(?:that |which )?(?:mention|contain|discuss|describe|cover|include)(?:s|es|ed|ing)?"
    r"(?: the (?:words?|phrase|term|names?))?|(?:talk|speak|tell|write)(?:s|ing)? (?:about|of)"
    r"|refer(?:s|ring)? to|deal(?:s|ing)? with|say(?:s|ing)? (?:something|anything) (?:about|on)"
    r"|(?:have|has|with) (?:the (?:words?|phrase|term)|something on|anything on)"
    r"|about|on the (?:subject|topic|question) of|on|concerning|regarding) "
    r"(?P<words>.+)$",
    re.IGNORECASE,
)
_DID = re.compile(
    r"(?:did|has|have) (?P<name>.+?) "
    r"(?:write|written|publish(?:ed)?|author(?:ed)?)(?: (?:anything|something))?(?:\s+|$)",
    re.IGNORECASE,
)
_BY = re.compile(r"(?:by|from|of|in)\s+(?:the\s+)?", re.IGNORECASE)
# What documents hold, with the words in front: "Is the pier mentioned in any document?"
_MENTIONED = re.compile(
    rf"(?:(?:(?:in )?(?:which|what|how many) (?:of (?:the|your|my) )?{_NOUN} )?{_BE} (?P<words>.+?)"
    r" (?:mentioned|discussed|named|covered|referred to|talked about)"
    rf"|where {_BE} (?P<where>.+?) (?:mentioned|discussed|named|referred to))"
    r"(?P<end> in (?:any|which|what|some|one)(?: of)?(?: the| my| your| these)? "
    rf"{DOCUMENT_NOUN})?$",
    re.IGNORECASE,
)
_FOLDER = re.compile(
    r"(?:stored )?(?:in|from|under|inside|within|of) (?:the |my |your )?"
    r"(?:(?:sub-?)?(?:folder|directory) (?:called |named )?(?P<after>\S(?:.*?\S)?)(?=\s|$)"
    r"|(?P<before>\S(?:.*?\S)?) (?:sub-?)?(?:folder|directory)(?=\s|$))\s*",
    re.IGNORECASE,
)
_QUOTES = " \"'“”‘’«»/"


def may_be_asked(question: str) -> bool:
    """Return whether a question begins like one about documents, before anything is looked up."""
    text = bare_question(question)
    return bool(_MENTIONED.match(text)) or any(head.form.match(text) for head in _HEADS)


def read_asked(question: str, known: Known) -> Asked | None:
    """Return what a question asks of the documents themselves; None for any other question.

    Args:
        question: in words.
        known: what the catalog knows of the documents.
    """
    text = bare_question(question)
    mentioned = _MENTIONED.match(text)
    if mentioned and (mentioned["where"] or mentioned["end"] or mentioned["sure"]):
        words = DocumentLimit("words", (mentioned["words"] or mentioned["where"]).strip(_QUOTES))
        return Asked("count" if text.lower().startswith("how many") else "list", (words,))
    trailing = _TRAILING.search(text)
    for head in _HEADS:
        match = head.form.match(text)
        if match is None or _cuts_a_word(text, match.end()):
            continue
        end = trailing.start() if trailing and trailing.start() >= match.end() else len(text)
        read = _read_limits(text[match.end() : end].strip(), known)
        if read is None:
            continue
        limits, is_here = read
        is_here = is_here or bool(trailing and trailing["here"] and end < len(text))
        asked = _asked(head, match, limits, is_here=is_here, known=known)
        if asked is not None:
            return asked
    return None


def _cuts_a_word(text: str, at: int) -> bool:
    return text[at - 1 : at].isalnum() and text[at : at + 1].isalnum()


def bare_question(question: str) -> str:
    """Return a question without its signs at the end and what only begins it politely."""
    text = " ".join(_END.sub("", question).split())
    while (opener := _OPENERS.match(text)) and opener.end():
        text = text[opener.end() :]
    return text


def _asked(
    head: _Head,
    match: re.Match[str],
    limits: Sequence[DocumentLimit],
    *,
    is_here: bool,
    known: Known,
) -> Asked | None:
    """Return what a head with limits asks; None where it may as well be asked of the texts."""
    groups = {name: text for name, text in match.groupdict().items() if text}
    order = next((name for name in (*_ORDER, "sources", "authors") if name in groups), None)
    titled = _titled(groups["unsure"], known) if "unsure" in groups else 0
    is_here = is_here or (titled >= _SEVERAL and not limits)  # "Which letters are there?"
    if head.needs and not limits and not is_here and order is None:
        return None
    own = list(limits)
    if "unsure" in groups:
        is_timed = bool(limits) and head.wants == "list"
        is_told = any(limit.kind != "time" for limit in limits) or order in ("newest", "oldest")
        if not (is_here or is_told or is_timed):
            return None
        own += [DocumentLimit("title", groups["unsure"])] if titled else []
    kind = groups.get("kind", "").lower() or groups.get("sure", "").lower().rstrip("s")
    if kind in _ENDINGS and (kind == "pdf" or "kind" in groups):
        own.append(DocumentLimit("ending", kind))
    return Asked(order or head.wants, tuple(own))  # type: ignore[arg-type]


def _titled(noun: str, known: Known) -> int:
    """Return how many documents call themselves by a noun."""
    (term,) = analyze(noun)[:1]
    return sum(term.term in terms for terms in known.titles)


def _read_limits(rest: str, known: Known) -> tuple[list[DocumentLimit], bool] | None:
    """Return the limits that a text consists of, and whether it names the documents at hand.

    Returns None where a word of it is none of either.
    """
    limits: list[DocumentLimit] = []
    is_here = False
    while rest:
        found = _next_limit(rest, known)
        if found is not None:
            limit, length = found
            limits.append(limit)
        elif filler := _FILLER.match(rest):
            is_here = is_here or bool(filler["here"])
            length = filler.end()
        else:
            return None
        rest = rest[length:].lstrip(" ,")
    return limits, is_here


def _next_limit(rest: str, known: Known) -> tuple[DocumentLimit, int] | None:
    """Return the limit at the beginning of a text, and how many characters it takes."""
    if unread := _UNREAD.match(rest):
        return DocumentLimit("unread"), unread.end()
    if folder := _FOLDER.match(rest):
        name = (folder["after"] or folder["before"]).strip(_QUOTES)
        if known.has_folder(name):
            return DocumentLimit("folder", name), folder.end()
    if dated := DATE_LIMIT.match(rest):
        period = Period.of(dated)
        if period is not None:
            return DocumentLimit("time", Period.told(dated[0]), period), dated.end()
    did = _DID.match(rest)
    if did and known.has_source(did["name"]):
        return DocumentLimit("source", did["name"]), did.end()
    if (by := _BY.match(rest)) and (name := _longest_source(rest[by.end() :], known)):
        return DocumentLimit("source", name), by.end() + len(name)
    if words := _WORDS.match(rest):
        named = words["words"].strip(_QUOTES)
        if any(not is_stopword(term.term) for term in analyze(named)):
            return DocumentLimit("words", named), len(rest)
    return None


def _longest_source(text: str, known: Known) -> str | None:
    """Return the longest beginning of a text, of at most 12 whole words, that names a source."""
    ends = [match.end() for match in islice(re.finditer(r"\S+", text), _MOST_NAME_WORDS)]
    names = (text[:end].rstrip(" ,") for end in reversed(ends))
    return next((name for name in names if known.has_source(name)), None)


def endings_of(kind: str) -> tuple[str, ...]:
    """Return how the names of files of a kind end, as of "pdf"."""
    return tuple(_ENDINGS[kind].split())
