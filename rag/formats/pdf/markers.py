"""What lines show by their first and last characters: lists, fields, captions, sentences."""

from __future__ import annotations

import re
import unicodedata

from rag.text.words.abbreviations import leans_on

_FIELD_WORDS = 6  # of a label at most
_TICKS = "✓✔✗✘✕✖☐☒☑❏❐❑❒"  # say what somebody chose: they are words, too
_BULLET = rf"[•‣▪▫●○◦■□➢➤►▶∙·❖⁃–—*{_TICKS}-]"
_NUMBER = r"\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?|§\s?\d+[a-z]?\.?"
MARKER = re.compile(rf"({_BULLET}|{_NUMBER})\s+(?=\S)")
DECIMAL = re.compile(r"\d{1,2}\.\d{1,2}")
BULLET_AT_START = re.compile(rf"(?![{_TICKS}]){_BULLET}\s+")
SURE_BULLETS = f"•‣▪▫●○◦■□➢➤►▶∙❖⁃{_TICKS}"
_ENDED = re.compile(r"[.!?…:。！？؟][\"'”’»)\]\u2070-\u209f¹²³]*$")
_NO_HEADING_ENDS = ".,;:!?…-。，、；：？！"
_HEADING_WORDS_BY_WHITE = 10  # of a line that only its place makes a heading
_NUMBERED = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2}){0,3}[.)]?|[IVX]{1,5}[.)]|[A-Z][.)]|§\s?\d+[a-z]?)\s"
)
_PART = re.compile(
    r"(?:chapter|part|section|article|appendix|annex|schedule|exhibit|unit|lesson|day|step|"
    r"kapitel|teil|abschnitt|artikel|anhang|anlage|chapitre|partie|titre|annexe|"
    r"cap[ií]tulo|parte|secci[oó]n|anexo|art[ií]culo|capitolo|sezione|allegato|"
    r"глава|часть|раздел|статья|приложение)\s+(?:\d+|[IVXLC]+|[A-Z])\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?:[A-Z]\.[\s-]*)+[^\W\d_][\w’'-]+(?:,? (?:and|und|et|y|e|&) .{1,60})?")
_SALUTATION = re.compile(
    r"(?:dear|hello|hi|sehr geehrte\w*|liebe[rs]?|hallo|guten|madame|monsieur|cher|chère|"
    r"estimad\w+|querid\w+|gentile|egregi\w+|yours|sincerely|best|kind|mit freundlichen)\b",
    re.IGNORECASE,
)
# A label, in which full stops are those of short forms: "Customer no.:", "Tel. no. (day):".
_CLOSING = 16  # characters: the end of a text, with the quotes and marks behind its full stop
_FIELD = re.compile(
    r"(?=[^\W\d_][^:]{0,40}:)"
    r"((?:[^:.!?]|(?<![^\W\d_]{5})\.(?=:|-|[ ][a-z(]|[^\W\d_]{1,3}\b))+):\s+(?=\S)"
)
LEADERS = re.compile(r"\s*(?:\.\s?){4,}\s*|\s*[…_]{3,}\s*")
_MAY_LEAD = re.compile(r"\.\s?\.|[…_]")
CAPTION = re.compile(
    r"(?:figure|fig\.|table|tab\.|chart|map|plate|photo|source|abbildung|abb\.|tabelle|tableau)"
    r"\s*(?:\d|[A-Z]\.|:)",
    re.IGNORECASE,
)


def is_kin(one: str, two: str) -> bool:
    """Return whether two markers belong to one list: the same bullet, or numbers in sequence."""
    if one == two:
        return not one[0].isalnum()
    numbers = [re.findall(r"\d+", mark) for mark in (one, two)]
    if all(numbers):
        before, after = ([int(each) for each in found] for found in numbers)
        alike = re.sub(r"\d+", "", one) == re.sub(r"\d+", "", two)
        return alike and before[:-1] == after[:-1] and abs(before[-1] - after[-1]) == 1
    letters = [re.sub(r"\W", "", mark) for mark in (one, two)]
    single = all(len(letter) == 1 and letter.isalpha() for letter in letters)
    roman = all(re.fullmatch(r"[ivxIVX]+", letter) for letter in letters)
    return roman or (single and abs(ord(letters[0]) - ord(letters[1])) == 1)


def is_field(text: str) -> bool:
    """Return whether a line is a label with its value, such as "Claimant: Vera Solheim"."""
    found = _FIELD.match(text)
    return found is not None and len(found.group(1).split()) <= _FIELD_WORDS


def is_leftward(text: str) -> bool:
    """Return whether most letters of a text are of a script that runs from right to left."""
    if text.isascii():
        return False
    kinds = [unicodedata.bidirectional(char) for char in text]
    return sum(kind in ("R", "AL") for kind in kinds) > sum(kind == "L" for kind in kinds)


def is_ended(text: str) -> bool:
    """Return whether the last sentence of a text has an end."""
    return _ENDED.search(text[-_CLOSING:]) is not None


def ends_before(text: str, after: str) -> bool:
    """Return whether the last sentence of a text has ended where another text follows.

    It has not behind an abbreviation that asks for more, such as "Dr." or "e.g.", nor behind a
    colon that small letters follow.
    """
    introduces = text.endswith(":") and after[:1].islower()
    return is_ended(text) and not introduces and not leans_on(text, after)


def has_leaders(text: str) -> bool:
    """Return whether a line has dots that lead from an entry to its number."""
    return _MAY_LEAD.search(text) is not None and LEADERS.search(text) is not None


def is_heading_number(text: str) -> bool:
    """Return whether a heading begins with its number."""
    return _NUMBERED.match(text) is not None or is_numbered_part(text)


def is_numbered_part(text: str) -> bool:
    """Return whether a line names a part of a document: "Chapter 3: The harbour"."""
    return _PART.match(text) is not None


def may_be_heading(text: str) -> bool:
    """Return whether the words of a line may be those of a heading that is set as the text is."""
    found = _NUMBERED.match(text) or _PART.match(text)
    words = text[found.end() :] if found else text
    if is_name(text) or CAPTION.match(text) or LEADERS.search(text) or _SALUTATION.match(text):
        return False
    if text[-1] in _NO_HEADING_ENDS or (is_field(text) and not found):
        return False
    bare = words.strip(" .:–—-")
    starts = not bare or not bare[0].islower()
    return starts and len(words.split()) <= _HEADING_WORDS_BY_WHITE and not re.search(r"\d", words)


def is_name(text: str) -> bool:
    """Return whether a line is a name with initials, as "A. Holm", or several."""
    return _NAME.fullmatch(text) is not None
