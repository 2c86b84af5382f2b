"""Headings of a plain text: underlined, numbered, in capitals, or short and set apart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.text.layout.lists import Marker, succeeds
from rag.text.layout.source import TextLine, ends_sentence, is_title_line
from rag.text.layout.wrapping import Wrapping

# What parts of a text are called, in lower case, and the level of their headings.
_PARTS: dict[str, int] = {
    **dict.fromkeys(("part", "teil", "partie", "parte", "deel", "del", "część", "część"), 2),
    **dict.fromkeys(("часть", "book", "buch", "livre", "libro", "title", "titel", "titre"), 2),
    **dict.fromkeys(("título", "titolo", "annex", "anhang", "anlage", "annexe", "anexo"), 2),
    **dict.fromkeys(("allegato", "bijlage", "bilaga", "vedlegg", "приложение", "załącznik"), 2),
    **dict.fromkeys(("schedule", "appendix", "раздел", "الباب", "bölüm", "dział"), 2),
    **dict.fromkeys(("chapter", "kapitel", "chapitre", "capítulo", "capitolo", "hoofdstuk"), 3),
    **dict.fromkeys(("kapittel", "rozdział", "глава", "الفصل", "capitol", "luku"), 3),
    **dict.fromkeys(("section", "abschnitt", "sección", "seção", "sezione", "avsnitt"), 4),
    **dict.fromkeys(("sectie", "sec.", "sect.", "clause", "rule", "regel", "item", "ziffer"), 4),
    **dict.fromkeys(("article", "artikel", "artículo", "articolo", "artigo", "art.", "artykuł"), 4),
    **dict.fromkeys(("статья", "المادة", "madde", "paragraph", "paragraf", "§", "§§"), 4),
}
_PART = re.compile(r"([^\W\d_]+\.?|§§?)\s?(\d{1,4}[a-z]?|[IVXLC]{1,7}|[A-Z])\b[.:)]?(?=\s|$)")
_PART_IDEOGRAPHS = re.compile(r"第[\d一二三四五六七八九十百千]{1,6}([章節节条條編编部款项項])")
_IDEOGRAPH_LEVELS = {"編": 2, "编": 2, "部": 2, "章": 3, "節": 4, "节": 4}
_HASHES = re.compile(r"(#{1,6})\s+(?=\S)")
_UNDERLINES = {"=": 1, "-": 2, "~": 3, "─": 2, "═": 1, "_": 2, "*": 2, "^": 3, "—": 2}
_MIN_UNDERLINE = 3  # characters
_MAX_WORDS = 16
_MAX = 160  # characters
_MAX_CLOSE = 60  # characters of a heading directly above its text
_MAX_CLOSE_WORDS = 10
_MIN_NAMED = 4  # letters of the words that have capitals in an English title
_MAX_BYLINE_WORDS = 6  # "By Elijah J. Magnier:" has a full stop and is no sentence
TITLE_LEVEL = 1
_CAPITALS_LEVEL = 2
PLAIN_LEVEL = 3  # and of one over several lines
LEAD_LEVEL = 6  # of a line that a list hangs on


def heading_level(
    lines: Sequence[TextLine], wrapping: Wrapping, markers: Mapping[int, Marker], at: int
) -> int:
    """Return the level of the heading that a line is; 0 if it is none."""
    line = lines[at]
    if len(line.text) > _MAX:
        return 0
    below = lines[at + 1] if at + 1 < len(lines) else None
    if below is not None and _is_underlined(line, below, wrapping.adjoins(at)):
        return _UNDERLINES.get(below.text[0], PLAIN_LEVEL)
    if line.text[0] == "#" and (found := _HASHES.match(line.text[:12])):
        return len(found[1]) if not wrapping.adjoins(at) else 0
    if at == 0 and below is not None and below.gap and _asks(line.text):
        return TITLE_LEVEL
    titled = _is_numbered_title(line.text, markers.get(at))
    if not titled and not is_title_line(line.text, most_words=_MAX_WORDS, most=_MAX):
        return PLAIN_LEVEL if _is_byline(line.text) and not wrapping.adjoins(at) else 0
    if any(stop in line.text for stop in "!?。！？؟।") and not line.text.isupper():
        return 0
    level = part_level(line.text)
    if wrapping.goes_on(at, at + 1):
        return 0
    if wrapping.adjoins(at) and not level:
        leads = line.text[-1] in ":：" and at + 1 in markers and ends_sentence(lines[at - 1].text)
        return LEAD_LEVEL if leads else 0
    if at in markers:
        apart = below is None or below.gap or below.is_rule or not titled
        return _numbered_level(lines, markers, at) if apart else 0
    if line.text[-1] in ":：":
        return 0 if below is not None and below.gap == 0 and below.text[0].islower() else LEAD_LEVEL
    if not (below is None or below.gap or below.is_rule or _is_close(line, below, level)):
        return 0
    if level:
        return level
    if at == 0:
        return TITLE_LEVEL
    if line.text.isupper() and sum(map(str.isalpha, line.text)) > 1:
        return _CAPITALS_LEVEL
    return 0 if wrapping.is_listed(at) else PLAIN_LEVEL


def hashes(words: str) -> int:
    """Return how many characters mark a line as a heading, as "## " does."""
    found = _HASHES.match(words[:12])
    return found.end() if found else 0


def part_level(words: str) -> int:
    """Return the level of a part's heading, as "Section 2" or "§ 4 Fees"; 0 if it is none."""
    if found := _PART_IDEOGRAPHS.match(words):
        return _IDEOGRAPH_LEVELS.get(found[1], _PARTS["§"])
    found = _PART.match(words)
    return _PARTS.get(found[1].lower(), 0) if found else 0


def _asks(words: str) -> bool:
    """Return whether words may be a title although they end like a sentence: "Who pays?"."""
    return words[-1] in "?!？！؟" and len(words.split()) <= _MAX_WORDS


def is_bare_part(words: str) -> bool:
    """Return whether words name a part and nothing else: its heading is in the next line."""
    found = _PART.fullmatch(words)
    return found is not None and part_level(words) > 0


def _is_underlined(line: TextLine, below: TextLine, adjoins: bool) -> bool:
    return (
        below.is_rule
        and not below.gap
        and not adjoins
        and len(set(below.text)) == 1
        and len(below.text) >= max(_MIN_UNDERLINE, min(len(line.text) // 2, _MAX_WORDS))
        and is_title_line(line.text, most_words=_MAX_WORDS, most=_MAX)
    )


def _is_byline(words: str) -> bool:
    return (
        words.rstrip(".:").startswith("By ")
        and len(words.split()) <= _MAX_BYLINE_WORDS
        and words[-1] in ".:"
    )


def _is_close(line: TextLine, below: TextLine, level: int) -> bool:
    """Return whether a line is the heading of the text directly below it."""
    short = len(line.text) <= _MAX_CLOSE and len(line.text.split()) <= _MAX_CLOSE_WORDS
    if not short or below.opening.islower() or (line.text.isupper() and below.text.isupper()):
        return False
    return bool(level) or len(below.text) > len(line.text) or below.text[-1] in ".:"


def _is_numbered_title(words: str, marker: Marker | None) -> bool:
    """Return whether a number is followed by a name with a full stop: "5. Source Versions."."""
    if marker is None or marker.is_bullet or words[-1] != ".":
        return False
    named = words[marker.width : -1].split()
    return len(named) <= _MAX_CLOSE_WORDS and all(
        not word[0].islower() or len(word) < _MIN_NAMED for word in named
    )


def _numbered_level(lines: Sequence[TextLine], markers: Mapping[int, Marker], at: int) -> int:
    """Return the level of a numbered heading; 0 for an entry among others of its list."""
    marker, line = markers[at], lines[at]
    if marker.is_bullet or marker.style not in {"1", "A.", "§"}:
        return 0
    below, above = markers.get(at + 1), markers.get(at - 1)
    if at + 1 == len(lines) or lines[at + 1].is_rule:
        return 0
    same = below is not None and len(below.numbers) <= len(marker.numbers)
    if same and below is not None and succeeds(marker, below):
        return 0
    if above is not None and above.numbers and succeeds(above, marker) and lines[at].gap < 2:
        return 0 if len(above.numbers) == len(marker.numbers) else 1 + len(marker.numbers)
    if line.text[marker.width].islower():
        return 0
    return min(1 + len(marker.numbers), LEAD_LEVEL)
