"""Which of the first lines of a document says when it was written or published.

A date near the top may as well be that of an event, of a deadline or of the story. So a line counts
only in the shapes that mean the document: a label ("Published: 5 March 2024"), a date by itself,
behind a place or an author, before the first words of a report, or at the end of a heading that
names the kind of document ("Minutes of 5 March 2024") and not what it is about. Where such lines
give several dates, and no label tells them apart, none is the document's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from itertools import dropwhile, takewhile
from typing import NamedTuple

from rag.documents.bylines import author_in, is_page, is_paper
from rag.text.dates import known_range
from rag.text.layout.letters import greets
from rag.text.words.documents import ISSUED, PUBLISHED, UPDATED
from rag.text.words.languages import ENGLISH, function_words
from rag.text.written_dates import WrittenDate, written_dates

_STATED = "stated: in the first lines"
_CHANGED = "stated: in the first lines, as when it was last changed"
_HEADING_BASIS = "inferred: from the heading"
_MAX_LINE = 120  # characters; a longer line is a sentence of the story
_MAX_BEFORE = 6  # words before a date: a place, a name, the agency

_AND_DAY = r"(?:\s+(?:on|at|am|den|vom|le|el|il|em|op|på|de|del|em))*"
_LABEL = re.compile(
    rf"(?:^|[\s|·,;(•–—-])(?:(?P<updated>{UPDATED})|(?P<published>{PUBLISHED})){_AND_DAY}"
    r"\s*[:：.\-–—|]?\s*$",
    re.IGNORECASE,
)
_WEEKDAYS = (
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|wed|thurs?|thu|fri|sat|sun"
    "|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|mo|di|mi|do|fr|sa|so"
    "|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes"
    "|sábado|domingo|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica"
    "|segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira"
    "|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag"
    "|poniedziałek|wtorek|środa|czwartek|piątek|sobota|niedziela"
    "|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье"
    "|الأحد|الاثنين|الإثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت"
)
_AROUND = re.compile(
    rf"\b(?:{_WEEKDAYS})\b\.?|[(（]?(?:星期|周|週)?[日一二三四五六天月火水木金土](?:曜日?)?[)）]"
    r"|(?:\b|T)\d{1,2}[:.h]\d\d(?:[:.]\d\d)?(?:[.,]\d+)?(?:Z|[ap]\.?m\b|\b)"
    r"|\b\d{1,2}\s*(?:a\.?m|p\.?m|uhr)\b\.?|\b[ap]\.?m\b\.?"
    r"|\b(?:uhr|gmt|utc|bst|e[sd]t|p[sd]t|ces?t|edt|msk|z|г|года)\b\.?|[+-]\d\d:?\d\d\b|\bT\b",
    re.IGNORECASE,
)
_FILLERS = frozenset(
    "a.m p.m am at den der dem le el il on the in im um à a em en op dnia lì ngày and to".split()
)
# What joins a date to the word before it: such a day lies behind.
_OF = frozenset("of vom du del da do van z от de di for für".split())
_MARKS = " \t,;:：|·•.()（）[]–—-/*_#"
# Of these a line says when something is to happen, or happened.
_EVENT = re.compile(
    r"\b(?:deadline|invitation|einladung|convocation|invitación|invito|convite|due|expire[sd]?"
    r"|expiry|valid|event|next|upcoming|starts?|starting|begins?|end(?:s|ed|ing)?|closing|closes"
    r"|opening|opens|effective|born|died|anniversary|frist|fällig|gültig|nächste[rs]?|échéance"
    r"|prochaine?|plazo|próxim[oa]|scadenza|prossim[oa]|prazo|volgende|termin|срок"
    r"|следующ\w+)\b|截止|期限|まで|から"
    # Such a word says so only right before the date.
    r"|\b(?:until|till|to|by|before|after|since|from|bis|ab|seit|jusqu|avant|après|depuis|hasta"
    r"|antes|desde|entro|fino|até|uiterlijk|tot|vanaf|до|после|со?)\b(?:\s+(?:the|zum|den|dem|le|la|el|il|al))?[\s,]*$",
    re.IGNORECASE,
)
# What a paper is about, or answers, stands behind such a word, and may be of any date.
_ABOUT = re.compile(
    r"\b(?:on|about|into|against|regarding|concerning|re|your|über|zu[rm]?|gegen|ihre?[smn]?|sur"
    r"|contre|votre|sobre|contra|sul\w{0,3}|vostr[ao]|over|om|uw|об?)\b",
    re.IGNORECASE,
)
# Of these a heading is of the day it names, whatever else it says: that of the meeting.
_RECORD = (
    "minutes|protokoll|niederschrift|procès-verbal|compte[ -]rendu|acta|verbale|ata|notulen"
    "|protokół|протокол|tutanak"
)
_MINUTES = re.compile(rf"\b(?:{_RECORD})\b", re.IGNORECASE)
# A heading that ends with a date is of this day where it names one of these.
_KIND = re.compile(
    rf"\b(?:{_RECORD}|memo(?:randum)?|report|letter|agenda|press release|newsletter|bulletin|notes?"
    r"|call|transcript|proceedings|statement|briefing|log|diary|journal|issue"
    r"|edition|interview|oral history|deposition|testimony|hearing|lecture|sermon|speech"
    r"|bericht|brief|pressemitteilung|mitteilung|rundschreiben|vermerk|notiz|tagesordnung|rapport"
    r"|lettre|communiqué|note|informe|carta|comunicado|nota|relazione|lettera|comunicato|relatório"
    r"|ofício|verslag|persbericht|raport|sprawozdanie|отчёт|отчет|письмо|справка|приказ|rapor"
    r"|laporan)\b|محضر|تقرير|بيان|纪要|紀要|報告|报告|議事録|회의록|보고서",
    re.IGNORECASE,
)
_SESSION = (
    r"meeting|session|sitting|\w*sitzung|\w*versammlung|séance|réunion|assemblée|sesión|reunión"
    r"|asamblea|seduta|riunione|assemblea|reunião|sessão|assembleia|vergadering|zitting|möte"
    r"|posiedzenie|zebranie|заседание|собрание"
)
# What a court gives out; such a word begins the line, as others may be about it.
_RULING = re.compile(
    r"(?:(?:final|interim|provisional|reserved|summary|dissenting|court)\s+)?"
    r"(?:judge?ment|ruling|decision|order|verdict|opinion|sentence|award|decree|urteil|beschluss"
    r"|bescheid|arrêt|jugement|ordonnance|sentencia|auto|sentenza|ordinanza|sentença|acórdão"
    r"|vonnis|arrest|uitspraak|dom|wyrok|postanowienie|решение|постановление|определение)"
    r"(?:\s+(?:of|dated|delivered|given|issued|on|vom|du|del|de|da|do|van|z|от|dnia|den))*\s*",
    re.IGNORECASE,
)
# "Held on 5 March 2024 in the town hall", below a heading that names the minutes of a meeting.
_HELD = re.compile(
    rf"(?:(?:the\s+)?(?:{_SESSION}|hearing|interview)\s+)?(?:was\s+)?(?:held|conducted"
    r"|recorded|taken|abgehalten|tenue?|celebrad[oa]|tenut[oa]|realizad[oa]|gehouden)"
    r"(?:\s+(?:at|in|im|à|en|te)(?:\s+[^\W\d_]\S*){1,5}?)?(?:\s+(?:on|am|le|el|il|em|op))?\s*$",
    re.IGNORECASE,
)
_SESSIONS = re.compile(rf"\b(?:{_SESSION})\b", re.IGNORECASE)
_MAX_PLACE = 8  # words behind such a date
# What stands beside the date at the head of a paper or a magazine: its number, its price.
_MASTHEAD = re.compile(
    r"(?:no|nos|nr|n[º°o]|num|vol(?:ume)?|issue|number|edition|band|heft|jahrgang|jg|ausgabe|année"
    r"|numéro|año|número|anno|numero|ano|jaargang|årgång|rok|price|preis|prix|precio|prezzo|preço"
    r"|prijs|pris|cena|цена|№|第)[.:º°]?\s*[\dIVXLC£€$¥₹].*|[£€$¥₹]\s?\d.*"
    r"|(?:free|late|morning|evening|final|international|weekend|national|city)(?:\s+edition)?"
    r"|\d[\d.,]*\s?(?:p|c|cents?|pence|euros?|€|£|kr|zł)"
    r"|(?:v|ver|version|versión|versione|versie|rev|révision|revision|revisión|fassung)[.:]?\s*\d.*"
    r"|rev(?:ision)?\b\.?\s*[a-z]",
    re.IGNORECASE,
)
_ISSUED = re.compile(ISSUED, re.IGNORECASE)
_PARTS_AGAIN = re.compile(r"\s*[.|·•;:–—(]|\s-\s|,\s+(?![a-zß-öø-ÿ])")
_SEGMENTS = re.compile(r"\s*[|·•;—–()]\s*|,\s+|\s{2,}|\s[-/]\s")
_BREAK = re.compile(r"(?<![\W_]\w)[.;!?]\s|,\s+[^\W\d_]")
# "BAGHDAD, March 5, 2024 (Reuters) — The …": what stands before the first words of a report.
_REPORT = re.compile(r"^\s*(?:\([^()]{1,40}\)\s*)?(?:[–—]|--?\s)\s*\S")
_BEFORE_DATE = re.compile(r"\s+(?:on|at|am|le|el|il|em|op)\s*$", re.IGNORECASE)
_PARTED = re.compile(
    rf"[,|·•–—-](?:\s+(?:{'|'.join(map(re.escape, _FILLERS))}))*[\s,]*$", re.IGNORECASE
)
# "Conducted by R. Osei", where one word stands before "by".
_BY = re.compile(r"(?<=\w\s)(?<!\s\w\s)(?:by|von|par|por|da|door|av|af)\s.*$")
_ENDS = re.compile(
    r"\s*[|·•,;(（–—-]|\.\s+[^\W\d_][\w ]{1,30}:\s"
)  # a mark, or a label behind a stop
_NUMBERED = re.compile(r"\b(?:no|nr|n[º°o]|num|ref|az)\b\.?:?\s*$|№\s*$", re.IGNORECASE)
_SIGNED_OR_BARRED = re.compile(r"\b[^\W\d_a-zß-öø-ÿ]\.|[|·•]\s*$")  # "L. Carr, ", "Post | "
_NEAR = 4  # words beside a date among which what it belongs to stands


class FoundDate(NamedTuple):
    """The date of a document, ISO 8601, and where it comes from; None with the reason if open."""

    published: str | None
    basis: str

    def differs(self, published: str) -> bool:
        """Return whether another date is that of another time, whatever the zone of its clock.

        Nothing differs from the date of a change, or from one that is open.
        """
        if self.published is None or self.basis == _CHANGED:
            return False
        (first, last), (low, high) = known_range(self.published), known_range(published)
        return first - _A_DAY > high or last + _A_DAY < low


class _Line(NamedTuple):
    """A line with its only date, and how it says so: a lower rank counts more."""

    rank: int
    written: WrittenDate
    text: str
    at: int


class _Place(NamedTuple):
    """A date with what stands around it in its line.

    ``alone`` is whether the line has no other, ``headed`` whether a line above names the kind of
    document, ``signed`` whether the line above or below names the author, ``titled`` whether the
    line is the title, which may name an event, and ``in_letter`` whether a salutation stands below.
    """

    before: str
    written: WrittenDate
    after: str
    alone: bool
    headed: bool
    signed: bool
    titled: bool
    in_letter: bool
    language: str


_A_DAY = timedelta(days=1)
_LABELLED, _UPDATED_RANK, _SIGNED, _PLACED, _BARE, _HEADED = range(6)


def date_of(lines: Sequence[str], language: str = ENGLISH) -> FoundDate | None:
    """Return the date that the first lines of a document give it; None if they give none.

    Args:
        lines: the first lines, stripped, those without words left out.
        language: of the document, as of :func:`~rag.text.words.languages.language_of`.
    """
    found = [
        line for at in range(len(lines)) if (line := _read_line(lines, at, language)) is not None
    ]
    best = min(found, key=lambda line: line.rank, default=None)
    if best is not None and best.rank > _SIGNED:
        bodies = (n for n, each in enumerate(lines) if len(each) > _MAX_LINE or greets(each))
        body = next(bodies, len(lines))
        best = _agreed([line for line in found if line.at <= body] or found)
    if best is None:
        return None
    shown = best.text[best.written.start : best.written.end]
    if best.written.day is not None:
        bases = {_HEADED: _HEADING_BASIS, _UPDATED_RANK: _CHANGED}
        return FoundDate(best.written.day, bases.get(best.rank, _STATED))
    return FoundDate(None, f"open: “{shown}” can be {' or '.join(best.written.days)}")


def _agreed(found: Sequence[_Line]) -> _Line | None:
    """Return the line that says most exactly what all of them say; None if they differ."""
    sorted_ = sorted(found, key=lambda line: (-len(line.written.day or ""), line.rank))
    days = [line.written.day for line in sorted_ if line.written.day]
    return sorted_[0] if all(days[0].startswith(day) for day in days) else None


def _read_line(lines: Sequence[str], at: int, language: str) -> _Line | None:
    """Return how a line says the date of its document, if it does."""
    line = lines[at]
    dates = [written for written in written_dates(line, language) if written.days]
    is_long = len(line) > _MAX_LINE
    if not dates or (is_long and not _REPORT.match(line[dates[0].end :])):
        return None
    headed = any(map(_KIND.search, lines[:at]))
    titled, in_letter = at == 0 or line.startswith("#"), any(map(greets, lines[at:]))
    signed = any(author_in(each, first=False) for each in lines[max(0, at - 1) : at + 2])
    ranked = []
    for behind, written in zip([0, *(d.end for d in dates)], dates, strict=False):
        before, after = line[behind : written.start].lstrip(_MARKS), line[written.end :]
        stands = (before, written, after, len(dates) == 1)
        place = _Place(*stands, headed, signed, titled, in_letter, language)
        rank = _rank(place)
        if rank is not None:
            ranked.append(_Line(rank, written, line, at))
    best = min(ranked, key=lambda each: each.rank, default=None)
    if best is not None and best.rank == _BARE and _is_within_sentence(lines, at):
        return None
    return best


def is_dateline(line: str, language: str) -> bool:
    """Return whether a line does no more than date its document, and is no heading."""
    found = date_of([line], language)
    return found is not None and found.basis != _HEADING_BASIS


def records_meeting(heading: str) -> bool:
    """Return whether a heading names a meeting, or the minutes of one."""
    return any(pattern.search(heading) for pattern in (_MINUTES, _SESSIONS))


def names_event(heading: str, language: str) -> bool:
    """Return whether a heading with a date says what was then, and not only when it was written."""
    found = date_of([heading], language)
    named = author_in(heading, first=False) is not None
    return not named and (found is None or found.basis == _HEADING_BASIS)


def _rank(place: _Place) -> int | None:
    """Return the rank of a date by what stands before and after it; None if it is of a story."""
    before, rest = place.before, _AROUND.sub(" ", place.after)
    ends = not rest.strip(_MARKS) or _ENDS.match(rest) is not None
    label = _LABEL.search(_AROUND.sub(" ", before))
    if label is not None and ends:
        return _UPDATED_RANK if label["updated"] else _LABELLED
    if _is_byline(before) and (ends or (place.headed and _is_place(place))):
        return _SIGNED
    if not place.alone or place.written.short or _is_event(before) or _NUMBERED.search(before):
        return None
    words = _words(before)
    is_name = _is_name(words, _FILLERS, _MAX_BEFORE)
    if _REPORT.match(place.after) and words and is_name and not _KIND.match(rest.strip(_MARKS)):
        return _SIGNED
    if not rest.strip(_MARKS):
        if not words:
            return _BARE
        if _is_of_document(before, words, place.language):
            return _HEADED
        if is_name and _is_parted(before) and _is_place_or_person(place, words):
            return _PLACED
    elif _is_of_record(place, words):
        return _HEADED
    if _ISSUED.fullmatch(" ".join(words)) and _PARTS_AGAIN.match(place.after):
        return _PLACED
    named = rest.strip(_MARKS).split()
    if _leads(place, words) and len(named) <= _NEAR and _KIND.search(" ".join(named)):
        return _HEADED
    return _PLACED if _is_of_meeting(place, words) or _is_of_paper(place) else None


def _is_name(words: Sequence[str], joining: frozenset[str], most: int) -> bool:
    """Return whether words are no more than so many, with capitals but for those that join."""
    return len(words) <= most and all(
        not word[0].islower() or word.strip(_MARKS) in joining for word in words
    )


def _is_place_or_person(place: _Place, words: Sequence[str]) -> bool:
    """Return whether a name before a date is a place or who signs: that of an event is as long.

    Where no word joins the date to it, as in "Bad Wimpfen, den 5. März 2024", and it is no letter,
    it is a word alone, one with an initial, or set apart as programs do it.
    """
    if place.in_letter or len(words) == 1:
        return True
    if place.titled:
        return False
    parts = [part.split() for part in re.split(r"[,–—]", place.before) if part.strip(_MARKS)]
    joined = _AROUND.sub(" ", place.before).split()[-1].lower() in _FILLERS
    return joined or _SIGNED_OR_BARRED.search(place.before) is not None or max(map(len, parts)) == 1


def _is_event(before: str) -> bool:
    """Return whether what stands before a date says when something happens.

    A heading that begins with the kind of the document may, in another part, name an event.
    """
    first, *_, last = _SEGMENTS.split(before) if _is_parted(before) else [before, before]
    words = _AROUND.sub(" ", before if not (_KIND.match(first) and last != before) else last)
    return _EVENT.search(words) is not None


def _is_parted(before: str) -> bool:
    return _PARTED.search(_AROUND.sub(" ", before)) is not None


def _is_of_document(before: str, words: Sequence[str], language: str) -> bool:
    """Return whether a heading that ends with a date names a document of this day.

    A report is of the day behind its name or a comma, not of that of its subject; minutes are of
    the day of the meeting, whatever the heading says besides. A meeting that is all the heading
    names is the one that the document records.
    """
    if _RULING.fullmatch(before):
        return True
    if before.rstrip()[-1] in ":：":
        return len(words) < _NEAR and _names_kind(words[-1:])
    head = _head(words, language)
    if _MINUTES.search(" ".join(head)):
        return True
    if _ABOUT.search(" ".join(words)) or not _names_kind(head):
        return False
    apart = _is_parted(before) or re.search(r"\w{3}\.\s+$", before) is not None
    return apart or _names_kind(words[1 - _NEAR :])


def _is_of_record(place: _Place, words: Sequence[str]) -> bool:
    """Return whether minutes, or with a time of day a meeting, are named with their day and place.

    As "Minutes of the meeting of 5 March 2024, Town Hall, 18:30".
    """
    head = " ".join(_head(words, place.language))
    timed = _AROUND.sub(" ", place.after) != place.after
    named = _MINUTES.search(head) or (timed and _SESSIONS.search(head))
    return bool(named) and _ENDS.match(place.after) is not None and _is_place(place)


def _head(words: Sequence[str], language: str) -> list[str]:
    """Return the words of a heading before what belongs to them: of "the minutes of …" one."""
    function = function_words(language)
    behind = dropwhile(lambda word: word.lower() in function, words)
    return list(takewhile(lambda word: word.lower() not in function, behind))


def _names_kind(words: Sequence[str]) -> bool:
    return any(pattern.search(" ".join(words)) for pattern in (_KIND, _SESSIONS))


def _is_of_meeting(place: _Place, words: Sequence[str]) -> bool:
    """Return whether a line says when that was held of which a line above names the record."""
    before = _AROUND.sub(" ", place.before)
    held = _HELD.search(before)
    lead = before[: held.start()] if held else ""
    if held and (_KIND.search(lead) if lead.strip(_MARKS) else place.headed):
        after = place.after.strip(" .")
        return (
            not _ABOUT.search(lead)
            and len(after.split()) <= _MAX_PLACE
            and not _BREAK.search(after)
        )
    return place.headed and _leads(place, words) and _is_place(place)


def _leads(place: _Place, words: Sequence[str]) -> bool:
    """Return whether a line begins with a date, set apart from what follows."""
    return not words and place.after[:1] in " ,|·•;:(–—-" and not _EVENT.search(place.after)


def _is_place(place: _Place) -> bool:
    """Return whether nothing but a place and a time of day stand behind a date."""
    words = _AROUND.sub(" ", place.after).replace(",", " ").split()
    return _is_name(words, function_words(place.language), _MAX_PLACE)


def _is_of_paper(place: _Place) -> bool:
    """Return whether a line is the head of a paper, its name and page, or names a version."""
    around = _AROUND.sub(" ", f"{place.before} | {place.after}").replace("\t", " | ")
    parts = [part.strip(_MARKS) for part in _SEGMENTS.split(around)]
    parts = [part for part in parts if part]
    told = [part for part in parts if _MASTHEAD.fullmatch(part)]
    paged = [part for part in parts if is_page(part)]
    names = [part for part in parts if part not in (*told, *paged)]
    papers = [part for part in names if is_paper(part)]
    return (
        place.written.day is not None
        and bool(told or (place.signed and papers) or (paged and papers == names))
        and all(len(part.split()) <= _MAX_BEFORE and not part[0].islower() for part in names)
    )


def _words(text: str) -> list[str]:
    """Return the words of a text but those that lead to a date, such as the day of the week."""
    bare = (word.strip(_MARKS) for word in _AROUND.sub(" ", text).split())
    words = [word for word in bare if word]
    while words and words[-1].lower() in _FILLERS | _OF:
        words.pop()
    return words


def _is_byline(before: str) -> bool:
    """Return whether words before a date end with who wrote a document, or led an interview."""
    said = _BEFORE_DATE.sub("", before).rstrip(_MARKS)
    by = _BY.search(said)
    return author_in(by[0] if by else said, first=False) is not None


def _is_within_sentence(lines: Sequence[str], at: int) -> bool:
    """Return whether a line by itself is part of a sentence that a program has wrapped."""
    goes_on = at + 1 < len(lines) and lines[at + 1][:1].islower()
    begun = at > 0 and lines[at - 1].split()[-1].lower() in _FILLERS
    return goes_on or begun
