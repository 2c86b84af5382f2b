"""Title, author, outlet and date of an article, from its first lines and the name of its file.

A stated value is kept apart from a guessed one (:mod:`.datelines`, :mod:`.bylines`); where neither
is safe the field stays empty, since a wrong date or name would be shown with every quotation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from rag.documents.bylines import author_below, author_in, outlet_in, paper_beside, signed_by
from rag.documents.datelines import FoundDate, date_of, is_dateline, records_meeting
from rag.formats.extracted import Metadata
from rag.text.blocks import CELL_BREAK
from rag.text.characters import printable_line
from rag.text.dates import spoken_date
from rag.text.layout.fields import is_field
from rag.text.layout.letters import MOST_OPENING, is_of_opening, salutation_at
from rag.text.words.languages import language_of
from rag.text.written_dates import iso_date, written_dates

_HEADER = 4_000  # characters in which the first lines are looked for
_HEADER_LINES = 8  # a dateline stands near the top; further down a date belongs to the story
_MAX_TITLE = 200  # characters
_TITLE_LINES = 3  # a title may stand below a date or the name of the author
_FILE_NAME = "inferred: from the file name"
_NO_TITLE_ENDS = (".", "…", ",", ";", ":", "。", "।")
_TITLE_LABEL = re.compile(
    r"(?:title|subject|re|titel|betreff|titre|objet|título|asunto|titolo|oggetto|assunto|onderwerp"
    r"|тема|название|العنوان|الموضوع|标题|標題|件名|題名|제목)\s*[:：]\s*(?P<title>\S.*)",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:(?:page|seite|p|s|página|pagina|sida|strona|стр)\b\.?\s*)?\d{1,3}"
    r"(?:\s*(?:of|/|von|de|di|van|av|z|из)\s*\d{1,4})?[\W_]*",
    re.IGNORECASE,
)
_PAGE_HEAD = re.compile(r"\S[^\S\n]{4,}\S")  # a line with two ends, as above every page
# What somebody says at a time of day: "[14:02:11] Ada: Hello", "14:02 From Ada : Hello".
_SAID = re.compile(
    r"[\[(]?\d{1,2}:\d\d(?::\d\d)?(?:\s*[ap]m)?[\])]?\s+\S.{0,80}?:\s", re.IGNORECASE
)
# Digits alone are a day where nothing else can be meant: "report_20230517".
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")
_BEHIND_WORD = re.compile(r"(?<=[^\W\d_])-(?=(?:19|20)\d\d-\d\d-\d\d(?!\d))")  # "leak-2024-03-16"
_JOINED = re.compile(r"(?<=\d)_(?=\d)")


def guess(text: str, stem: str, *, known: Metadata, cover: int = 0) -> Metadata:
    """Guess title, author, outlet and date that ``known`` lacks.

    Where a date may be two days, as 03/04/2024, there is none, and its basis says so.

    Args:
        text: the article.
        stem: its file name without the ending.
        known: what is already known.
        cover: where the first page ends, in characters; 0 where there are no pages, or but one.
    """
    lines = _head(text, cover)
    language = _language(text, known)
    found: Metadata = {}
    if "title" not in known:
        found["title"] = printable_line(_title(lines, language) or stem)
    if "author" not in known:
        found["author"] = _author(lines, text)
    if "outlet" not in known:
        stated = next(filter(None, map(outlet_in, lines)), None)
        found["outlet"] = stated or paper_beside(lines)
    if "published" not in known:
        found |= _dated(lines, stem, language)
    return {field: value for field, value in found.items() if value}


def _author(lines: Sequence[str], text: str) -> str | None:
    """Return who wrote a text: whom a byline names, or who signs; whom a letter greets did not."""
    named = (author_in(line, first=not at) for at, line in enumerate(lines))
    stated = next(filter(None, named), None)
    greeting = salutation_at(lines)
    if greeting is None:
        return stated or author_below(lines)
    shown = [line.strip() for line in text.splitlines() if line.strip()]
    signed = signed_by(shown[shown.index(lines[greeting]) + 1 :])
    return stated if signed is None or (stated and signed in stated) else signed


def doubt(text: str, known: Metadata, *, cover: int = 0) -> list[str]:
    """Return what is to be told of a document whose first lines give another date than is known.

    A message or a calendar dates itself, and may begin with a paper of another day; a date that
    was inferred is told to be so. Arguments as of :func:`guess`.
    """
    published, basis = known.get("published"), known.get("published_basis", "")
    if not published or basis.startswith("inferred") or basis.endswith(("message", "calendar")):
        return []
    found = date_of(_head(text, cover), _language(text, known))
    if found is None or not found.differs(published):
        return []
    where = re.sub("^(?:in|from) the", "in its", found.basis.rpartition(": ")[2])
    return [
        f"gives two dates: {spoken_date(published)} where it states facts about itself, and "
        f"{spoken_date(found.published)} {where}"
    ]


def _language(text: str, known: Metadata) -> str:
    return known.get("language", "").split("-")[0].lower() or language_of(text)


def _head(text: str, cover: int) -> list[str]:
    """Return the first lines of a text, without numbers of pages and the rows of its tables.

    They reach to the end of a cover, or to the salutation of a letter, if there is no sentence
    before.
    """
    shown = _lines(text[:_HEADER])
    lines = [line for at, line in enumerate(shown) if not at or not _is_row(shown, at)]
    opening = list(takewhile(is_of_opening, lines[:MOST_OPENING]))
    greeting = salutation_at(lines)
    covers = len(_lines(text[:cover])) if cover <= _HEADER else 0
    reach = max(greeting + 1 if greeting else 0, covers if covers <= len(opening) else 0)
    return lines[: max(reach, _HEADER_LINES)]


def _lines(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line and not _PAGE_NUMBER.fullmatch(line)]


def _is_row(lines: Sequence[str], at: int) -> bool:
    """Return whether a line is a row of a table: with cells as the lines beside it have them.

    Of two cells each it takes three, as a line may also name a site behind a title.
    """
    counts = [min(line.count(CELL_BREAK), 2) for line in lines]  # empty cells may be left out
    cells = counts[at]
    alike = [count == cells for count in counts]
    above = sum(1 for _ in takewhile(bool, reversed(alike[:at])))
    below = sum(1 for _ in takewhile(bool, alike[at + 1 :]))
    return cells > 0 and above + below >= (2 if cells == 1 else 1)


def _dated(lines: Sequence[str], stem: str, language: str) -> Metadata:
    """Return the date with its basis; a file's name may settle which of two days is meant."""
    stated, named = date_of(lines, language), _date_of_name(stem, language)
    if stated is None or (stated.published is None and named and named in stated.basis):
        stated = FoundDate(named, _FILE_NAME) if named else None
    if stated is None:
        return {}
    return {"published": stated.published, "published_basis": stated.basis}


def _title(lines: Sequence[str], language: str) -> str | None:
    """Return the first line that is a title: short, no sentence, neither date nor byline."""
    for at, line in enumerate(lines[:_TITLE_LINES]):
        labelled = _TITLE_LABEL.fullmatch(line)
        if labelled:
            return labelled["title"]
        if _is_about(line, language) or _PAGE_HEAD.search(line):
            continue
        alone = at + 1 == len(lines)
        is_title = (
            not alone
            and any(char.isalnum() for char in line)
            and len(line) <= _MAX_TITLE
            and not line.endswith(_NO_TITLE_ENDS)
            and not _SAID.match(line)
        )
        return _with_its_meeting(line, lines[at + 1 :], language) if is_title else None
    return None


def _with_its_meeting(title: str, below: Sequence[str], language: str) -> str:
    """Return a title with the committee, or the meeting, of which lines below name the minutes.

    "Aldmoor City Council" alone is the title of the minutes of all its committees.
    """
    for at, line in enumerate(below[:_TITLE_LINES]):
        if not is_of_opening(line) or is_field(line):
            return title
        if records_meeting(line):
            held = records_meeting(title) or (_is_about(below[0], language) and at > 0)
            return title if held else f"{title}: {below[0]}"
    return title


def _is_about(line: str, language: str) -> bool:
    """Return whether a line gives a date, the author or the outlet of a document."""
    named = author_in(line, first=False) or outlet_in(line)
    return named is not None or is_dateline(line, language)


def _date_of_name(stem: str, language: str) -> str | None:
    """Return the day or month that the name of a file gives; None where it gives several."""
    plain = _BEHIND_WORD.sub(" ", _JOINED.sub("-", stem).replace("_", " "))
    days = {written.day for written in written_dates(plain, language) if not written.short}
    days |= {iso_date(*map(int, parts)) for parts in _COMPACT.findall(stem)} - {None}
    return next(iter(days)) if len(days) == 1 else None
