"""Read a question for one fact of a document's record: its author, date, outlet, pages or title.

The forms are wide, since what they leave of the question must name a document that is here:
"Who wrote Hamlet?" is asked of the texts wherever no document is called so.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from rag.answering.collection.asked import bare_question
from rag.text.words.documents import DOCUMENT_NOUN

Fact = Literal["author", "date", "outlet", "pages", "length", "title"]


class AskedFact(NamedTuple):
    """The fact that is wanted, and the words for the document that it is wanted of."""

    wants: Fact
    about: str


_BE = r"(?:is|was|['’]s|are|were)"
_ABOUT = r"(?P<about>.+?)"
_MADE = r"(?:written|authored|penned|drafted)"
_ISSUED = r"(?:published|posted|issued|printed)"
_PUBLISHER = (
    r"(?:outlet|newspaper|paper|magazine|journal|site|website|publisher|source|publication"
    r"|medium|blog)"
)
# What says of words that they mean a document: a noun, the ending of a file, or quotation marks.
_SAID = re.compile(rf"\b{DOCUMENT_NOUN}\b|\.\w{{2,5}}$|^[\"“].+[\"”]$", re.IGNORECASE)


class _FactForm(NamedTuple):
    """How a question for a fact reads.

    ``needs`` says that the words for the document must be said to mean one:
    "How long is the bridge?" is no question about the document with the title "The bridge".
    """

    fact: Fact
    pattern: re.Pattern[str]
    needs: bool


def _form(fact: Fact, pattern: str, *, needs: bool = False) -> _FactForm:
    return _FactForm(fact, re.compile(rf"{pattern}$", re.IGNORECASE), needs)


# Of those that match, the first counts.
_FORMS = (
    _form("author", rf"who (?:wrote|authored|penned) {_ABOUT}"),
    _form("author", rf"(?:who {_BE} |what {_BE} |name )?(?:the )?(?:author|writer)s? of {_ABOUT}"),
    _form("author", rf"(?:by whom|by who) {_BE} {_ABOUT} {_MADE}"),
    _form("author", rf"who {_BE} {_ABOUT} (?:{_MADE} )?by"),
    _form("author", rf"{_ABOUT} {_BE} (?:{_MADE} )?by (?:whom|who)"),
    _form("date", rf"when {_BE} {_ABOUT} (?:{_ISSUED}|{_MADE}|dated|from)"),
    _form("date", rf"when did {_ABOUT} (?:appear|come out)", needs=True),
    _form("date", rf"(?:what (?:is|was)|what['’]s) the publication date of {_ABOUT}"),
    _form("date", rf"(?:what (?:is|was)|what['’]s) the date of {_ABOUT}", needs=True),
    _form("date", rf"(?:what|which) date {_BE} {_ABOUT} from"),
    _form("date", rf"on (?:what|which) (?:date|day) {_BE} {_ABOUT} (?:{_ISSUED}|{_MADE})"),
    _form("outlet", rf"where {_BE} {_ABOUT} {_ISSUED}(?: (?:in|by))?"),
    _form("outlet", rf"where did {_ABOUT} (?:appear|come out)", needs=True),
    _form("outlet", rf"(?:who|(?:which|what) {_PUBLISHER}) (?:has )?(?:ran|{_ISSUED}) {_ABOUT}"),
    _form("outlet", rf"(?:by|in) (?:which|what) {_PUBLISHER} {_BE} {_ABOUT} {_ISSUED}"),
    _form("outlet", rf"by whom {_BE} {_ABOUT} {_ISSUED}"),
    _form("outlet", rf"(?:which|what) {_PUBLISHER} {_BE} {_ABOUT} (?:from|{_ISSUED} (?:in|by))"),
    _form("outlet", rf"(?:what|who) {_BE} the {_PUBLISHER} of {_ABOUT}", needs=True),
    _form("pages", rf"how many pages (?:has|have) {_ABOUT}(?: got)?"),
    _form("pages", rf"how many pages (?:does|do) {_ABOUT} (?:have|hold|contain|comprise|run to)"),
    _form("pages", rf"how many pages (?:are |{_BE} there )?(?:in|of) {_ABOUT}"),
    _form("pages", rf"how many pages long {_BE} {_ABOUT}"),
    _form("pages", rf"how many pages {_BE} {_ABOUT}(?: long)?"),
    _form("pages", rf"(?:what {_BE} )?the (?:number of pages|page count) (?:of|in) {_ABOUT}"),
    _form("length", rf"how long {_BE} {_ABOUT}", needs=True),
    _form("length", rf"how many words (?:has|have|are in|are there in) {_ABOUT}"),
    _form("length", rf"how many words (?:does|do) {_ABOUT} (?:have|hold|contain|comprise)"),
    _form("title", rf"what {_BE} the (?:title|headline) of {_ABOUT}", needs=True),
)  # fmt: skip


def read_fact(question: str) -> AskedFact | None:
    """Return which fact a question asks for and of what; None for a question of another form."""
    text = bare_question(question)
    for form in _FORMS:
        match = form.pattern.match(text)
        if match and (not form.needs or _SAID.search(match["about"])):
            return AskedFact(form.fact, match["about"])
    return None
