"""Who wrote a document, and where it appeared, where its first lines say so."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.text.layout.letters import behind_closing
from rag.text.written_dates import written_dates

_MAX_LINE = 120  # characters
# A label needs a colon; a preposition needs a name with a capital and nothing else in the line.
_AUTHOR_LABEL = re.compile(
    r"(?:authors?|written by|autor(?:in|en|a|es|e|i)?|verfasser(?:in)?|auteure?s?|autrice"
    r"|författare|автор[ы]?|yazar|penulis|tác giả|الكاتب|بقلم|إعداد|کاتب|نویسنده|लेखक|লেখক|作者|记者"
    r"|記者|撰文|文|著者|執筆|저자|기자|글)\s*[:：/／]\s*(?P<name>\S.*)",
    re.IGNORECASE,
)
_WRITTEN_BY = re.compile(
    r"(?:(?:written by|posted by|prepared by|reported by|story by|(?:ein )?(?:bericht|beitrag) von"
    r"|text von|un article de|texto de|een artikel van|بقلم)\s+|(?:text|texte|testo|reporter):\s*)"
    r"(?P<name>\S.*)",
    re.IGNORECASE,
)
_BY = re.compile(r"(?:by|von|par|por|di|door|av|af|oleh)\s+(?P<name>\S.*)", re.IGNORECASE)
_OUTLET_LABEL = re.compile(
    r"(?:outlet|publication|newspaper|publisher|published in|published by|zeitung|herausgeber"
    r"|erschienen in|journal|publié dans|éditeur|periódico|publicado en|giornale|editore|jornal"
    r"|krant|uitgever|tidning|издание|газета|الناشر|الصحيفة|报纸|报社|出版|媒体|掲載紙"
    r"|신문)\s*[:：]\s*(?P<name>\S.*)",
    re.IGNORECASE,
)
_UPPER = r"[^\W\d_a-zß-öø-ÿ]"
_PARTICLE = r"(?:von|van|der|den|de|del|della|di|da|dos|la|le|el|al|bin|ibn|zu|zur|ter|ten|y|af|av)"
_PART = rf"(?:(?:al-|el-|d[’']|O[’'])?{_UPPER}[\w’'-]*\.?|{_UPPER}\.)"
_PERSON = rf"{_PART}(?:\s+(?:{_PARTICLE}\s+){{0,2}}{_PART}){{1,4}}"
_AND = r"\s*(?:,|&|\band\b|\bund\b|\bet\b|\by\b|\be\b|\ben\b|\boch\b|\bи\b)\s*"
_PEOPLE = re.compile(rf"(?P<people>{_PERSON}(?:{_AND}{_PERSON}){{0,5}})(?P<rest>.*)")
_FIRST_OF_LINE = re.compile(rf"(?P<people>{_PERSON})(?P<rest>,.*)")
_ENDS = re.compile(r"\s*(?:$|[|·•(–—]|-\s|,\s)|\s+(?:in|aus|à|en|for|für|pour|para)\s")
# Words with a capital that make a title and no name: "By Popular Demand".
_NO_NAME = re.compile(
    r"\b(?:the|this|that|popular|numbers?|design|law|order|demand|far|way|land|sea|air|night|day"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|staff|our|your|his|her|its)\b",
    re.IGNORECASE,
)
# What papers and magazines are called: "The Valley Gazette", "Talheimer Anzeiger".
_PAPER = re.compile(
    rf"(?:(?:The|Der|Die|Das|Le|La|El|Il)\s+)?(?:{_UPPER}[\w’'&.-]*\s+){{1,3}}"
    r"(?:Gazette|Herald|Courier|Times|Post|Tribune|Journal|Chronicle|Telegraph|Echo|Observer"
    r"|Guardian|Argus|Mercury|Examiner|Inquirer|Enquirer|Dispatch|Bugle|Advertiser|News|Weekly"
    r"|Monthly|Daily|Quarterly|Magazine|Zeitung|Anzeiger|Tageblatt|Tagblatt|Nachrichten|Kurier"
    r"|Bote|Rundschau)"
)
# Where in an issue a report stands: "page 2", "S. 4".
_PAGE = re.compile(
    r"(?:pages?|pp?|seiten?|s|páginas?|pág|pagina|pag|sida|side|strona|str|стр|p\.?\s?n)"
    r"[.:]?\s*[A-Z]?\d{1,3}(?:\s*[-–/]\s*[A-Z]?\d{1,3})?",
    re.IGNORECASE,
)
# How people are addressed, and no author is named.
_ADDRESSED = re.compile(
    r"(?:mr|mrs|ms|miss|messrs|herrn?|frau|mm|mme|mlle|madame|monsieur|sra?|dña|señora?"
    r"|sig(?:nor|nora|ra)?|gent\.\w+|egr\.|spett\.\w*|exm[oa]|de\s+heer|mevrouw|dhr|mevr"
    r"|attn|c/o|to|z\.\s?hd)\b[.:]?\s",
    re.IGNORECASE,
)
_SIGNED = re.compile(  # before the name of who signs
    r"^(?:[(\[]?(?:signed|sgd|gez|signé|fdo|firmado|f\.to)\b[)\].:]*|/s/|(?-i:p\.\s?p\.|i\.\s?[AV]\.))\s*",
    re.IGNORECASE,
)
_YOURS = re.compile(r"(?:your|ihre?|eure?|euer|deine?|votre|ton|ta)\s+", re.IGNORECASE)
_DEGREE = re.compile(r"\b[^\W\d_A-Z]{1,5}\.\s+(?=[^\W\d_])")  # "Dr. med. Stamm"
_MAX_SIGNED = 60  # characters of a line of a signature
_BELOW_TITLE = 4  # lines in which names stand: a title may have two, and a subtitle
_INITIAL = re.compile(rf"(?<![\w.]){_UPPER}\.\s?(?:{_UPPER}\.\s?)*(?={_UPPER}\w)")
_INSTITUTE = re.compile(
    r"universit|\b(?:institut|college|school|department|dept|facult|laborator|academ|hochschule"
    r"|fakultät|école|faculté|facultad|facoltà|escuela|instituto|istituto|universidad|centre for"
    r"|center for|research (?:centre|center|council)|museum|hospital|observatory)",
    re.IGNORECASE,
)
_UNDER_NAMES = re.compile(
    r"abstract\b|summary$|zusammenfassung|kurzfassung|résumé$|resumen$|resumo$|riassunto$"
    r"|\S+@\S+\.\w+",
    re.IGNORECASE,
)
_LATIN_OR_CASED = re.compile(r"[A-Za-zÀ-ɏͰ-ӿ]")
_MAX_UNCASED = 30  # characters of a name in a script without capitals
_BREAK = re.compile(r"\s*[|·•(（,，;；–—]|\s-\s|\s{2,}|\d")


def author_in(line: str, *, first: bool) -> str | None:
    """Return the author that a line names, if it is a byline.

    Args:
        line: one of the first lines of a document, stripped.
        first: whether it is the very first, where "By Land" is rather a title.
    """
    if len(line) > _MAX_LINE:
        return None
    labelled = _AUTHOR_LABEL.fullmatch(line)
    if labelled:
        return _named(labelled["name"], needs_two=False)
    behind = _WRITTEN_BY.fullmatch(line) or (None if first else _BY.fullmatch(line))
    return _named(behind["name"], needs_two=True) if behind else None


def author_below(lines: Sequence[str]) -> str | None:
    """Return the name that stands alone under a title, where something shows that it is one.

    Any two words with capitals may be a title. They are a person's with an initial, or with an
    address, an institute or an abstract right below, as papers have them, or where another line
    shortens them to an initial and the last name.

    Args:
        lines: the first lines of a document, stripped, those without words left out.
    """
    for at in range(1, min(_BELOW_TITLE, len(lines))):
        found = _PEOPLE.fullmatch(lines[at])
        if not found or found["rest"].strip(" *†‡¹²³,") or _NO_NAME.search(lines[at]):
            continue
        if _INSTITUTE.search(lines[at]) or lines[at].isupper() or _ADDRESSED.match(lines[at]):
            continue
        below = lines[at + 1] if at + 1 < len(lines) else ""
        first, *_, last = lines[at].split()
        short = f"{first[0]}. {last}"  # as heads of pages have it
        if (
            _INITIAL.search(lines[at])
            or _INSTITUTE.search(below)
            or _UNDER_NAMES.match(below)
            or any(short in line for line in lines)
        ):
            return found["people"]
    return None


def signed_by(lines: Sequence[str]) -> str | None:
    """Return who signs below the closing of a letter; None for nobody, or for several letters'.

    Args:
        lines: behind the salutation, stripped, those without words left out.
    """
    names = set()
    for at in range(len(lines)):
        below = behind_closing(lines, at) if len(lines[at]) <= _MAX_LINE else None
        names |= {_signer(below)} - {None} if below else set()
    return names.pop() if len(names) == 1 else None


def _signer(below: Sequence[str]) -> str | None:
    """Return the name that a signature begins with, be it below that of a firm or a mark."""
    signed = (_DEGREE.sub("", _SIGNED.sub("", line, count=1)) for line in below)
    lines = [line for line in signed if any(map(str.isalpha, line)) and line[0] not in "[("]
    for at, line in enumerate(lines[:2]):
        if len(line) > _MAX_SIGNED or _NO_NAME.search(line):
            return None
        yours = _YOURS.match(line)
        if name := _named(line[yours.end() :] if yours else line, needs_two=at > 0 or bool(yours)):
            return name
    return None


def outlet_in(line: str) -> str | None:
    """Return the outlet that a line states by a label, as "Newspaper: Valley Times"."""
    labelled = _OUTLET_LABEL.fullmatch(line) if len(line) <= _MAX_LINE else None
    return labelled["name"].strip(" .") or None if labelled else None


def is_paper(name: str) -> bool:
    """Return whether a name is of the form that those of papers and magazines have."""
    return _PAPER.fullmatch(name) is not None


def is_page(words: str) -> bool:
    """Return whether words say no more than where in an issue a report stands: "page 2"."""
    return _PAGE.fullmatch(words) is not None


def paper_beside(lines: Sequence[str]) -> str | None:
    """Return the paper that begins a line with a date, and a page or beside that of the author.

    Args:
        lines: the first lines of a document, stripped, those without words left out.
    """
    for at, line in enumerate(lines):
        named = _PAPER.match(line)
        if named is None:
            continue
        beside = (*lines[max(0, at - 1) : at], *lines[at + 1 : at + 2])
        rest = line[named.end() :] or f", {' '.join(lines[at + 1 : at + 2])}"
        by = any(author_in(each, first=False) for each in beside) and named.end() < len(line)
        told = by or is_page(re.split(r"[,|·•;(–—-]", rest)[-1].strip(" .)"))
        if told and re.match(r"\s*[,|·•(–—-]", rest) and len(list(written_dates(rest))) == 1:
            return named[0]
    return None


def _named(words: str, *, needs_two: bool) -> str | None:
    """Return the person or people that some words begin with, if they name just them."""
    if not _LATIN_OR_CASED.search(words):  # a script without capitals
        name = _BREAK.split(words)[0].strip(" .:：")
        return name if 0 < len(name) <= _MAX_UNCASED else None
    for form in (_PEOPLE, _FIRST_OF_LINE):  # behind a comma may stand where it appeared
        found = form.match(words)
        if found and _ENDS.match(found["rest"]) and not _NO_NAME.search(found["people"]):
            return found["people"]
    single = words.strip(" .")
    is_single = not needs_two and re.fullmatch(_PART, single) is not None
    return single if is_single and not _NO_NAME.search(single) else None
