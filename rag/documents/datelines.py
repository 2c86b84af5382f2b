"""Which of the first lines of a document says when it was written or published.

A date near the top may as well be that of an event, of a deadline or of the story. So a line counts
only in the shapes that mean the document: a label ("Published: 5 March 2024"), a date by itself,
behind a place or an author, before the first words of a report, or at the end of a heading that
names the kind of document ("Minutes of 5 March 2024").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rag.text.words.languages import ENGLISH
from rag.text.written_dates import WrittenDate, written_dates

STATED = "stated: in the first lines"
_HEADING_BASIS = "inferred: from the heading"
_MAX_LINE = 120  # characters; a longer line is a sentence of the story
_MAX_BEFORE = 6  # words before a date: a place, a name, the agency
_MOST_BARE = 2  # lines with nothing but a date; more of them are the entries of a diary

# What says that a date is the document's, in the large languages; compared in lower case.
_PUBLISHED = (
    "published|posted|publication date|date of publication|release date|released|issued"
    "|decided|delivered|handed down|pronounced|entered|recorded|interviewed|date of (?:judgment"
    "|decision|meeting|interview|hearing|recording)|meeting date|interview date|sitzungsdatum"
    "|verkündet|ergangen|rendue?|prononcée?|date de (?:la réunion|l['’]audience)|日時|開催日時"
    "|開催日|会议时间|會議時間|회의일시|일시"
    "|date of issue|issue date|date|dated|written|created|sent|filed|published on|posted on"
    "|veröffentlicht|erschienen|publiziert|gesendet|erstellt|datum|stand|veröffentlichungsdatum"
    "|publiée?|parue?|mise? en ligne|envoyée?|date de publication|diffusée?|publicad[oa]|fecha"
    "|fecha de publicación|enviado|emitido|data|data de publicação|pubblicat[oa]"
    "|data di pubblicazione|inviato|gepubliceerd|geplaatst|publicatiedatum|publicerad"
    "|publiceringsdatum|opublikowano|data publikacji|опубликовано|дата|дата публикации"
    "|опубліковано|дата публікації|yayın tarihi|yayınlanma tarihi|tarih|diterbitkan|tanggal"
    "|ngày đăng|ngày|نشر|تاريخ النشر|تاريخ|التاريخ|بتاريخ|نُشر|تاریخ|تاریخ انتشار|प्रकाशित|दिनांक"
    "|तारीख|প্রকাশিত|তারিখ|发布日期|发布时间|发布|发表|发表于|发布于|日期|时间|發布日期|發布時間|發佈日期|公開日|公開|掲載日|投稿日|日付|作成日|発行日"
    "|게시일|작성일|날짜|등록일|입력|발행일"
)
_UPDATED = (
    "updated|last updated|last modified|modified|revised|last revised|aktualisiert"
    "|zuletzt aktualisiert|letzte aktualisierung|geändert|zuletzt geändert|mise? à jour"
    "|dernière mise à jour|modifiée?|actualizado|última actualización|aggiornato"
    "|ultimo aggiornamento|atualizado|última atualização|bijgewerkt|laatst bijgewerkt|uppdaterad"
    "|zaktualizowano|обновлено|оновлено|güncelleme"
    "|diperbarui|تحديث|آخر تحديث|更新日期|更新时间|更新|更新日"
    "|最終更新|최종수정|수정일"
)
_AND_DAY = r"(?:\s+(?:on|at|am|den|vom|le|el|il|em|op|på|de|del|em))*"
_LABEL = re.compile(
    rf"(?:^|[\s|·,;(•–—-])(?:(?P<updated>{_UPDATED})|(?P<published>{_PUBLISHED})){_AND_DAY}"
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
    "a.m p.m am at den der dem le el il on the in um à a em op dnia lì ngày and to".split()
)
_MARKS = " \t,;:：|·•.()（）[]–—-/*_#"
# Of these a line says when something is to happen, or happened.
_EVENT = re.compile(
    r"\b(?:deadline|invitation|einladung|invitación|invito|convite|due|until|till|by|before|after|since|from|expire[sd]?|expiry|valid|event|next"
    r"|upcoming|starts?|starting|begins?|ends?|ending|closing|closes|opening|opens|effective|born"
    r"|died|anniversary|frist|bis|fällig|gültig|ab|seit|nächste[rs]?|échéance|jusqu|avant|après"
    r"|depuis|prochaine?|hasta|plazo|antes|desde|próxim[oa]|entro|scadenza|fino|prossim[oa]|prazo"
    r"|até|uiterlijk|tot|vanaf|volgende|termin|до|после|срок|со?|следующ\w+)\b|截止|期限|まで|から",
    re.IGNORECASE,
)
# A heading that ends with a date is of this day where it names one of these.
_KIND = re.compile(
    r"\b(?:minutes|memo(?:randum)?|report|letter|agenda|press release|newsletter|bulletin|notes?"
    r"|call|transcript|proceedings|statement|briefing|notice|announcement|log|diary|journal|issue"
    r"|edition|interview|oral history|deposition|testimony|hearing|lecture|sermon|speech"
    r"|protokoll|niederschrift|bericht|brief|pressemitteilung|mitteilung|rundschreiben"
    r"|vermerk|notiz|tagesordnung|procès-verbal|compte[ -]rendu|rapport|lettre|communiqué|note"
    r"|acta|informe|carta|comunicado|nota|verbale|relazione|lettera|comunicato|ata|relatório"
    r"|ofício|notulen|verslag|persbericht|protokół|raport|sprawozdanie|протокол|отчёт|отчет|письмо"
    r"|справка|приказ|tutanak|rapor|notulen|laporan)\b|محضر|تقرير|بيان|纪要|紀要|報告|报告|通知|公告|議事録|회의록"
    r"|보고서",
    re.IGNORECASE,
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
    r"(?:(?:the\s+)?(?:meeting|session|hearing|interview|sitting)\s+)?(?:was\s+)?(?:held|conducted"
    r"|recorded|taken|abgehalten|tenue?|celebrad[oa]|tenut[oa]|realizad[oa]|gehouden)"
    r"(?:\s+(?:on|am|le|el|il|em|op))?\s*",
    re.IGNORECASE,
)
_MAX_PLACE = 8  # words behind such a date
# What stands beside the date at the head of a paper or a magazine: its number, its price.
_MASTHEAD = re.compile(
    r"(?:no|nos|nr|n[º°o]|num|vol(?:ume)?|issue|number|edition|band|heft|jahrgang|jg|ausgabe|année"
    r"|numéro|año|número|anno|numero|ano|jaargang|årgång|rok|price|preis|prix|precio|prezzo|preço"
    r"|prijs|pris|cena|цена|№|第)[.:º°]?\s*[\dIVXLC£€$¥₹].*|[£€$¥₹]\s?\d.*"
    r"|(?:free|late|morning|evening|final|international|weekend|national|city)(?:\s+edition)?"
    r"|\d[\d.,]*\s?(?:p|c|cents?|pence|euros?|€|£|kr|zł)",
    re.IGNORECASE,
)
_SEGMENTS = re.compile(r"\s*[|·•;—–]\s*|,\s+|\s{2,}|\s-\s")
# "BAGHDAD, March 5, 2024 (Reuters) — The …": what stands before the first words of a report.
_REPORT = re.compile(r"^\s*(?:\([^()]{1,40}\)\s*)?(?:[–—]|--?\s)\s*\S")
_BEFORE_DATE = re.compile(r"\s+(?:on|at|am|le|el|il|em|op)\s*$", re.IGNORECASE)
_PARTED = re.compile(
    rf"[,|·•–—-](?:\s+(?:{'|'.join(map(re.escape, _FILLERS))}))*[\s,]*$", re.IGNORECASE
)


class FoundDate(NamedTuple):
    """The date of a document, ISO 8601, and where it comes from; None with the reason if open."""

    published: str | None
    basis: str


class _Line(NamedTuple):
    """A line with its only date, and how it says so: a lower rank counts more."""

    rank: int
    written: WrittenDate
    text: str


_LABELLED, _UPDATED_RANK, _PLACED, _BARE, _HEADED = range(5)


def date_of(lines: Sequence[str], language: str = ENGLISH) -> FoundDate | None:
    """Return the date that the first lines of a document give it; None if they give none.

    Args:
        lines: the first lines, stripped, those without words left out.
        language: of the document, as of :func:`~rag.text.words.languages.language_of`.
    """
    found = [
        line for at in range(len(lines)) if (line := _read_line(lines, at, language)) is not None
    ]
    if sum(line.rank == _BARE for line in found) > _MOST_BARE:
        found = [line for line in found if line.rank != _BARE]
    if not found:
        return None
    best = min(found, key=lambda line: line.rank)
    shown = best.text[best.written.start : best.written.end]
    if best.written.day is not None:
        return FoundDate(best.written.day, _HEADING_BASIS if best.rank == _HEADED else STATED)
    return FoundDate(None, f"open: “{shown}” can be {' or '.join(best.written.days)}")


def _read_line(lines: Sequence[str], at: int, language: str) -> _Line | None:
    """Return how a line says the date of its document, if it does."""
    line = lines[at]
    dates = [written for written in written_dates(line, language) if written.days]
    is_long = len(line) > _MAX_LINE
    if not dates or (is_long and not _REPORT.match(line[dates[0].end :])):
        return None
    headed = any(map(_KIND.search, lines[:at]))
    ranked = [
        _Line(rank, written, line)
        for before, written in zip([0, *(d.end for d in dates)], dates, strict=False)
        if (rank := _rank(line[before : written.start], written, line[written.end :], len(dates)))
        is not None
    ] or [
        _Line(_PLACED, written, line)
        for written in dates[:1]
        if len(dates) == 1 and _is_of_meeting_or_paper(line, written, headed=headed)
    ]
    best = min(ranked, key=lambda each: each.rank, default=None)
    if best is not None and best.rank == _BARE and _is_within_sentence(lines, at):
        return None
    return best


def _rank(before: str, written: WrittenDate, after: str, dates: int) -> int | None:
    """Return the rank of a date by what stands before and after it; None if it is of a story."""
    rest = _AROUND.sub(" ", after)
    ends = not rest.strip(_MARKS) or rest.lstrip()[:1] in tuple("|·•,;(（–—-")
    label = _LABEL.search(_AROUND.sub(" ", before))
    if label is not None and ends:
        return _UPDATED_RANK if label["updated"] else _LABELLED
    if _is_byline(before) and ends:
        return _PLACED
    if dates > 1 or written.short or _EVENT.search(before):
        return None
    words = _words(before)
    named = len(words) <= _MAX_BEFORE and all(not word[0].islower() for word in words)
    if _REPORT.match(after) and words and named:
        return _PLACED
    if rest.strip(_MARKS):
        return None
    if not words:
        return _BARE
    if _KIND.search(before) or _RULING.fullmatch(before):
        return _HEADED
    return _PLACED if named and _PARTED.search(_AROUND.sub(" ", before)) else None


def _is_of_meeting_or_paper(line: str, written: WrittenDate, *, headed: bool) -> bool:
    """Return whether a line says when a meeting was held, or is the head of a paper.

    Args:
        line: one of the first lines of a document.
        written: the one date in it.
        headed: whether a line above names the kind of the document, as minutes.
    """
    before, after = line[: written.start], line[written.end :]
    if written.short or written.day is None:
        return False
    place = after.strip(" .")
    short = len(place.split()) <= _MAX_PLACE and not re.search(r"[.;!?]\s|,\s+[^\W\d_]", place)
    if headed and _HELD.fullmatch(before) and short:
        return True
    around = _AROUND.sub(" ", f"{before} | {after}").replace("\t", " | ")
    parts = [part.strip(_MARKS) for part in _SEGMENTS.split(around)]
    parts = [part for part in parts if part]
    told = [part for part in parts if _MASTHEAD.fullmatch(part)]
    names = [part for part in parts if part not in told]
    return bool(told) and all(
        len(part.split()) <= _MAX_BEFORE and not part[0].islower() for part in names
    )


def _words(text: str) -> list[str]:
    """Return the words of a text but those around a date, such as the day of the week."""
    bare = (word.strip(_MARKS) for word in _AROUND.sub(" ", text).split())
    return [word for word in bare if word and word.lower() not in _FILLERS]


def _is_byline(before: str) -> bool:
    from rag.documents.bylines import author_in

    return author_in(_BEFORE_DATE.sub("", before).rstrip(_MARKS), first=False) is not None


def _is_within_sentence(lines: Sequence[str], at: int) -> bool:
    """Return whether a line by itself is part of a sentence that a program has wrapped."""
    goes_on = at + 1 < len(lines) and lines[at + 1][:1].islower()
    begun = at > 0 and lines[at - 1].split()[-1].lower() in _FILLERS
    return goes_on or begun
