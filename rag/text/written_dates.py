"""Dates as texts, names of files and fields of documents write them.

Only what can be no other day is a date: 25/04/2024 is, 03/04/2024 may be two. In texts, words of
the large languages are read all at once, as few of them mean different months.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from rag.text.dates import ANY_MONTH, MONTHS
from rag.text.words.languages import ENGLISH
from rag.text.words.scales import read_chinese

_MONTHS = (
    "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari styczeń stycznia"
    " январь января янв січень січня ocak يناير जनवरी",
    "february feb februar feber février fevrier févr fév febrero febbraio fevereiro fev februari"
    " luty"
    " lutego февраль февраля фев лютий лютого şubat فبراير شباط फ़रवरी फरवरी",
    "march mar märz maerz mär mrz mars marzo março marco maart mrt marts marzec marca март марта"
    " березень березня mart maret مارس آذار मार्च",
    "april apr avril avr abril abr aprile kwiecień kwietnia апрель апреля апр квітень квітня nisan"
    " أبريل إبريل ابريل نيسان अप्रैल",
    "may mai mayo maggio mag maio mei maj maja май мая травень травня mayıs مايو أيار मई",
    "june jun juni juin junio giugno giu junho czerwiec czerwca июнь июня июн червень червня"
    " haziran"
    " يونيو حزيران जून",
    "july jul juli juillet juil julio luglio lug julho lipiec lipca июль июля июл липень липня"
    " temmuz"
    " يوليو تموز जुलाई",
    "august aug août aout agosto ago augustus augusti sierpień sierpnia август августа авг серпень"
    " серпня ağustos agustus أغسطس اغسطس آب अगस्त",
    "september sept sep septembre septiembre setiembre settembre set setembro wrzesień września"
    " сентябрь сентября сен сент вересень вересня eylül سبتمبر أيلول सितंबर सितम्बर",
    "october oct oktober okt octobre octubre ottobre ott outubro out październik października"
    " октябрь октября окт жовтень жовтня ekim أكتوبر اكتوبر تشرين_الأول अक्टूबर अक्तूबर",
    "november nov novembre noviembre novembro listopad listopada ноябрь ноября ноя листопад"
    " листопада kasım نوفمبر تشرين_الثاني नवंबर नवम्बर",
    "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro grudzień"
    " grudnia"
    " desember декабрь декабря дек грудень грудня aralık ديسمبر كانون_الأول दिसंबर दिसम्बर",
)
_BY_NAME = {
    name.replace("_", " "): at for at, names in enumerate(_MONTHS, 1) for name in names.split()
} | {"كانون الثاني": 1}
_NAMES = "|".join(sorted(_BY_NAME, key=len, reverse=True))
_LONG_NAMES = "|".join(  # which a year may follow: "set 2024" may be a set of that year
    sorted((n for n in _BY_NAME if len(n) > 3 or n in ("may", "mai", "mei")), key=len, reverse=True)
)
_FREE = r"(?<![\d.,/–-])(?<!\d )"  # not behind another figure, as of a range
_YEAR = r"(?:1[5-9]|20)\d\d(?!\d)"
_OF = r"(?:(?:of|de|del|di|do|den)\s+|d['’])?"
_NTH = r"(?:st|nd|rd|th|er|º|ª|°|\.|-?го)?"
_GAP = r"(?:[\s\-._]*|/)"
_NUMERAL = "[〇零一二三四五六七八九十]"
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民国": 1911, "民國": 1911}
_PATTERN = (
    rf"{_FREE}(?P<y>{_YEAR})(?P<mark>[-/._])(?P<m>\d\d?)(?P=mark)(?P<d>\d\d?)(?!\d|[-/.]\d)"
    rf"|{_FREE}(?P<d1>\d\d?){_NTH}{_GAP}{_OF}(?P<n1>{_NAMES})(?!\w)[\s,\-/._]*{_OF}(?P<y1>{_YEAR})"
    rf"|(?<!\w)(?P<n2>{_NAMES})(?!\w)[\s.\-_]*(?P<d2>\d\d?)(?:st|nd|rd|th)?(?:,\s*"
    rf"|[\s_-]+)(?P<y2>{_YEAR})"
    rf"|{_FREE}(?P<y3>{_YEAR})[\s\-._]+(?P<n3>{_NAMES})(?!\w)[\s.\-_]*(?P<d3>\d\d?)(?!\d)"
    rf"|(?:(?P<era>{'|'.join(_ERAS)})\s*(?P<ey>\d{{1,3}}|元)|(?P<y4>\d{{4}}|{_NUMERAL}{{4}}))\s*[年년]"
    rf"\s*(?P<m4>\d\d?|{_NUMERAL}{{1,3}})\s*[月월](?:\s*(?P<d4>\d\d?|{_NUMERAL}{{1,3}})\s*[日号號일])?"
    rf"|{_FREE}(?P<d5>\d\d?)\s+tháng\s+(?P<m5>\d\d?),?\s+(?:năm\s+)?(?P<y5>{_YEAR})"
    rf"|{_FREE}(?P<a>\d\d?)(?P<by>\.\s?|[-/])(?P<b>\d\d?)(?P=by)(?P<y6>{_YEAR}"
    rf"|\d\d(?!\d))(?![-/.]\d)"
    rf"|(?<!\w)(?<!\d\s)(?<!\d\.\s)(?P<n7>{_LONG_NAMES})(?!\w)[\s,.\-_]*{_OF}(?P<y7>{_YEAR})"
    rf"|{_FREE}(?P<y8>{_YEAR})[\s\-_]+(?P<n8>{_LONG_NAMES})(?!\w)"
    rf"|{_FREE}(?P<m9>\d\d)/(?P<y9>{_YEAR})(?![-/.]\d)"
    rf"|{_FREE}(?P<ya>{_YEAR})-(?P<ma>\d\d)(?!\d|[-/.]?\d)"
)
_RANGE = re.compile(
    r"\d\.?\s*(?:and|und|et|y|e|i|en|och|и|to|bis|au|al|a|tot|до|&|\+)\s*$", re.IGNORECASE
)
_FIGURE = re.compile(rf"\d|{_NUMERAL}")
_SHORT_YEARS = 2000  # what "24" is added to; behind a label only, so in this century


class WrittenDate(NamedTuple):
    """A date in a text: its day or month, ISO 8601, and where it stands, end-exclusive.

    ``days`` are all that it may mean; ``day`` is None where these are several, or none, as of
    30 February.
    """

    day: str | None
    start: int
    end: int
    days: tuple[str, ...] = ()
    short: bool = False  # with a year of two digits, which may be no date at all


@lru_cache(maxsize=1)
def _dates() -> re.Pattern[str]:
    return re.compile(_PATTERN, re.IGNORECASE)


def written_dates(text: str, language: str = ENGLISH) -> Iterator[WrittenDate]:
    """Yield the dates of a text, in order; the end of a range, as "5 to 7 March", means no day.

    Args:
        text: a line or two, or the name of a file.
        language: of the document; in English 03/04/2024 may be two days, elsewhere it is the 3rd.
    """
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(char, char)) for char in text)
    if not _FIGURE.search(text):  # which every date has; most lines of a text have none
        return
    for match in _dates().finditer(text):
        if _RANGE.search(text, 0, match.start()):
            yield WrittenDate(None, match.start(), match.end())
            continue
        days = tuple(dict.fromkeys(_days(match, language)))
        short = match["y6"] is not None and len(match["y6"]) < len("2024")
        day = days[0] if len(days) == 1 else None
        yield WrittenDate(day, match.start(), match.end(), days, short)


def _days(match: re.Match[str], language: str) -> list[str]:
    """Return the days that a match may mean: none that does not exist."""
    if match["y6"] is not None:
        return _either_way(match, language)
    year, month, day = "", "", ""
    for suffix in ("", "1", "2", "3", "4", "5", "7", "8", "9", "a"):
        fields = match.groupdict()
        year = fields.get(f"y{suffix}") or year
        name = fields.get(f"n{suffix}")
        month = (str(_BY_NAME[name.lower()]) if name else fields.get(f"m{suffix}")) or month
        day = fields.get(f"d{suffix}") or day
    number = _number(year)
    if match["era"]:
        number = _ERAS[match["era"]] + (1 if match["ey"] == "元" else int(match["ey"]))
    found = iso_date(number, _number(month), _number(day) if day else None)
    return [found] if found else []


def _either_way(match: re.Match[str], language: str) -> list[str]:
    """Return the days of two numbers and a year, which with points is the day first."""
    one, two, year = int(match["a"]), int(match["b"]), int(match["y6"])
    year += _SHORT_YEARS if year < 100 else 0
    first, second = iso_date(year, two, one), iso_date(year, one, two)
    if first and (match["by"].startswith(".") or language != ENGLISH):
        return [first]
    return [day for day in (first, second) if day]


def _number(figure: str) -> int:
    """Return a number in digits or as Chinese writes it: "十二", "二〇二四"."""
    if figure.isdecimal():
        return int(figure)
    return int(read_chinese(figure) or 0) or "零一二三四五六七八九十".find(figure)


def iso_date(year: int, month: int | None = None, day: int | None = None) -> str | None:
    """Return a day, month or year as ISO 8601, None for what is unknown; None if there is none."""
    try:
        found = date(year, 1 if month is None else month, 1 if day is None else day).isoformat()
    except ValueError:
        return None
    return found if day is not None else found[:7] if month is not None else found[:4]


# A field of a document holds a date and nothing else: its form may say less, as a year alone.
_MAX_DATE = 60  # characters; what is longer is no date
_CLOCK = (
    r"(?:(?:[T ,]|at |um )*\d{1,2}[:.h]\d\d(?:[:.]\d\d(?:[.,]\d{1,9})?)?"
    r"(?:\s*[ap]\.?m\.?)?(?:\s*(?:Z|UTC|GMT|[A-Z]{2,5}|[+-]\d\d:?\d\d))*(?:\s*\([\w ]+\))?)?"
)
_D, _M, _Y = r"(?P<d>[0-9]{1,2})", r"(?P<m>[0-9]{1,2})", r"(?P<y>[0-9]{4})"
_MONTH_WORD = rf"(?P<name>{ANY_MONTH})"
_DAY_NAME = r"(?:[^\W\d_]{2,12}\.?,?\s+)?"
_ORDINAL = r"(?:st|nd|rd|th)?"
_FIELD_FORMS = tuple(
    re.compile(rf"{form}{_CLOCK}", re.IGNORECASE)
    for form in (
        rf"{_Y}(?:-{_M}(?:-{_D})?)?",
        rf"{_Y}/{_M}(?:/{_D})?",
        rf"{_Y}\.{_M}\.{_D}\.?",
        r"(?P<y>(?:19|20)[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})",
        rf"{_D}\.\s?{_M}\.\s?{_Y}",
        rf"{_DAY_NAME}{_D}{_ORDINAL}\.?[\s-]+(?:of\s+)?{_MONTH_WORD},?[\s-]+{_Y}",
        rf"{_DAY_NAME}{_MONTH_WORD}\s+{_D}{_ORDINAL},?\s+{_Y}",
        rf"{_MONTH_WORD},?\s+{_Y}",
        rf"{_Y}[\s-]+{_MONTH_WORD}(?:[\s-]+{_D})?",
        rf"{_Y}年{_M}月(?:{_D}日)?",
    )
)
# "Tue Mar 05 10:00:00 2024", as programs write it.
_PROGRAM = re.compile(
    rf"[^\W\d_]{{3}},?\s+{_MONTH_WORD}\s+{_D}\s+(?:[0-9:]+\s+)?(?:[A-Z]{{2,5}}\s+)?{_Y}(?:\s.*)?",
    re.IGNORECASE,
)
_EITHER_WAY = re.compile(
    rf"([0-9]{{1,2}})([/-])([0-9]{{1,2}})\2([0-9]{{4}}){_CLOCK}", re.IGNORECASE
)
_STAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].{0,40}")  # whatever the time behind it


def read_date(shown: str) -> tuple[str | None, str]:
    """Return a date as ISO 8601, to the day, month or year; else None, and what is wrong with it.

    A date of two numbers and a year, as 03/04/2024, is read where only one order makes a date.
    """
    shown = " ".join(shown.split())
    if len(shown) > _MAX_DATE or not shown:
        return None, "is not a date; write YYYY-MM-DD"
    either = _EITHER_WAY.fullmatch(shown)
    if either:
        one, two, year = int(either[1]), int(either[3]), int(either[4])
        days = {day for day in (iso_date(year, one, two), iso_date(year, two, one)) if day}
        if len(days) == 1:
            return days.pop(), ""
        why = "can be two days" if days else "does not exist"
        return None, f"{why}; write YYYY-MM-DD"
    if _STAMP.fullmatch(shown):
        shown = shown[:10]
    match = next(
        (found for form in (*_FIELD_FORMS, _PROGRAM) if (found := form.fullmatch(shown))), None
    )
    if match is None:
        whole = [each.day for each in written_dates(shown) if each[1:3] == (0, len(shown))]
        read = whole[0] if whole else None
        return read, "" if read else "is not a date; write YYYY-MM-DD"
    parts = match.groupdict()
    month = _named(parts["name"]) if parts.get("name") else int(parts.get("m") or 0) or None
    day = iso_date(int(parts["y"]), month, int(parts.get("d") or 0) or None)
    return day, "" if day else "does not exist; write YYYY-MM-DD"


def _named(name: str) -> int:
    return next(at for at, month in enumerate(MONTHS, 1) if month.startswith(name.lower()[:3]))
