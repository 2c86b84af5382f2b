"""Where a full stop ends no sentence: behind titles, initials, counted parts and their like.

sentencex knows abbreviations by language; these rules hold in all of them, and say what a full
stop behind a single letter is: behind a name's initial it ends nothing, behind a unit it does.
"""

from __future__ import annotations

import re

# Behind them a full stop ends no sentence, whatever follows but words that begin one.
TITLES = frozenset(
    """Mr Mrs Ms Mx Messrs Dr Drs Prof Sen Rep Gov Gen Maj Col Lt Capt Cpt Sgt Cpl Pvt Cmdr Adm Brig
    St Ste Mt Ft Rev Fr Hon Pres Amb Sect Sec Asst Dep Insp Supt Cllr Msgr Mme Mmes Mlle Hr Hrn Dipl
    Ing Mag Lic Sr Sra Srta Dra Profa Sig Dott Avv Ir""".split()
)
# Behind these, in any case, it ends none if a number follows: "No. 5", "Art. 3", "fol. 3–19".
_COUNTED = frozenset(
    """no nos nr nrn num art arts fig figs abb taf tab tbl vol vols bd bde t tl tom p pp s ss sp sec
    secs sect ch chs chap chaps kap cap abs ziff rn rz par para paras cl eq eqs ca c approx max min
    tel núm pág págs n nn fol fols fo f ff l ll v vv bk bks pt pts pl pls app ex exx anm fn col cols
    fasc ms mss inv sig reg cod lib ser iss ed str hs bl ausg aufl jg lfg anl pos
    ст стр рис гл табл п с т""".split()
)
# Those of them that no sentence ends with, whatever follows.
_NEVER_LAST = frozenset(
    "No Nos Nr Nrn Art Vol vol Vols vols Bd Bde p pp S Abs fol Fol fols Ziff Rn Rz".split()
)
_GOES_ON = frozenset("e.g i.e cf viz vs z.b d.h u.a bzw vgl p.ej т.е bijv d.w.z".split())
_GOES_ON_APART = re.compile(
    r"(?:^|[\s(\[“\"])(?:e\. g|i\. e|z\. ?B|d\. h|u\. a|p\. ej|т\. е|d\. w\. z)\.$"
)
_INITIALS = re.compile(r"(?:[^\W\d_a-zß-öø-ÿ]\.)+[^\W\d_a-zß-öø-ÿ]")  # "U.S"
_OPENERS = re.compile(
    r"(?:The|A|An|This|That|These|Those|He|She|It|They|We|I|In|On|At|But|And|However|When|While|"
    r"After|Before|If|As|For|There|His|Her|Its|Their|Our)\b"
)
_NO_NAMES = re.compile(  # of the words above those that are no surname
    r"(?:The|This|That|These|Those|It|They|But|And|However|When|While|After|Before|If|There|His|Its|"
    r"Their|Our)\b"
)
_ROMAN = re.compile(r"[IVXLC]{2,7}\b")  # "vol. II"; a single letter may be a word or an initial
# Months behind an ordinal, as "am 3. Mai"; of German, the Nordic languages and Czech.
_MONTH = re.compile(
    r"(?:Jän|Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Quartal|Jahrhundert)\w*", re.IGNORECASE
)
_MAX_ORDINAL = 2  # digits
_BEFORE = "([{“„‘‚«‹\"'’/—–"  # stand before an abbreviation

# A letter behind a figure, as "842 g.", "6.75 m.", "230 V.".
_MAYBE_UNIT = re.compile(
    r"(?P<figure>\d[\d.,]*)[ \u00a0\u202f\u2009\n]?(?P<letter>[A-Za-zµμ])\.(?P<next>\s+|$)"
)
_NEXT_WORD = re.compile(r"[\"'“„‘«‹(\[]*(?:[^\W\d_]{2}|[AI]\s)")  # no initial, as in "5 a. F."
_ERA = re.compile(r"(?:Chr|Kr)\b")  # "44 v. Chr."
_YEAR = re.compile(r"1\d{3}|20\d\d")
# Words whose number may be followed by a name with its initial: "on page 4 A. Berg says".
_NUMBERED = re.compile(
    r"(?:page|part|chapter|section|volume|number|table|figure|row|room|act|rule|appendix|seite|teil|"
    r"kapitel|band|tabelle|artikel|abschnitt|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|"
    r"okt|dez)[^\W\d_]*\.?\s$",
    re.IGNORECASE,
)
_WORD_BEFORE = 16  # characters before a figure that tell what it counts


def units_at_stops(words: str) -> list[int]:
    """Return the offsets of the letters that are units with a full stop behind them.

    Behind a year, a month or the number of a page a capital letter is a name's initial.

    Args:
        words: a paragraph, or the end of one sentence with the beginning of the next.
    """
    return [
        match.end("letter") - 1 for match in _MAYBE_UNIT.finditer(words) if _is_unit(words, match)
    ]


def _is_unit(words: str, match: re.Match[str]) -> bool:
    after = match.end()
    if after < len(words) and (not _NEXT_WORD.match(words, after) or _ERA.match(words, after)):
        return False
    if match["letter"].islower() or _NO_NAMES.match(words, after):
        return True
    before = words[max(0, match.start() - _WORD_BEFORE) : match.start()]
    counts = before[-2:-1].isalpha() and before[-1:].isspace()
    return counts and not _YEAR.fullmatch(match["figure"]) and not _NUMBERED.search(before)


def is_abbreviated(words: str) -> bool:
    """Return whether the full stop that words end with is most likely an abbreviation's.

    Args:
        words: the end of a line; what follows is not looked at.
    """
    last = _last_word(words)
    return last in _NEVER_LAST or _is_title(last, words)


def leans_on(words: str, after: str) -> bool:
    """Return whether words end with an abbreviation that asks for what follows: "Dr.", "p. 4"."""
    return words[-1:] == "." and goes_on(words, after)


def goes_on(before: str, after: str) -> bool:
    """Return whether the full stop between two stretches of a text ends no sentence.

    Args:
        before: the end of the one, with its full stop and without marks of notes.
        after: the beginning of the other.
    """
    last = _last_word(before)
    if last.isdecimal():
        return len(last) <= _MAX_ORDINAL and _MONTH.match(after) is not None
    if after[:1].isdecimal() or _ROMAN.match(after):
        return last.lower() in _COUNTED or last in TITLES
    if last.lower() in _GOES_ON or (len(last) <= 2 and _GOES_ON_APART.search(before)):
        return True
    if "." in last:
        return _INITIALS.fullmatch(last) is not None and _OPENERS.match(after) is None
    return _is_title(last, f"{before} {after}") and not _NO_NAMES.match(after)


def _last_word(words: str) -> str:
    """Return the last word before the full stop that some words end with."""
    found = words[:-1].rsplit(maxsplit=1)
    return found[-1].lstrip(_BEFORE) if found else ""


def _is_title(last: str, words: str) -> bool:
    if len(last) == 1:
        return last.isupper() and not units_at_stops(words)
    return last in TITLES
