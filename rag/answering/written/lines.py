"""Read the lines of what an LLM writes as plain text: tables, headings, lists of sources.

Models lay answers out as Markdown. A heading states nothing, a row of a table states what its
header says of it, and a list of sources at the end repeats what the marks say already. A line is
held back only while it may be one of these; any other passes as it comes.
"""

from __future__ import annotations

import re

_LONGEST_LINE = 1_000  # characters of a line that is held back; a longer one is text
_MARK = r"\[{1,2}\s*\^?(?:\w+\s+)?\d{1,4}(?:\s*[,;–-]\s*\d{1,4})*\s*\]{1,2}|【[^】\n]{1,40}】"
_SOURCES = (
    "sources?|references?|citations?|footnotes?|bibliography|works cited|"
    "sources used|cited sources|quellen|belege|fußnoten|literatur|références|notes de bas de page|"
    "fuentes|referencias|fonti|riferimenti|fontes|referências|bronnen|źródła|источники|"
    "来源|參考資料|参考资料|参考文献|出典|المصادر|المراجع"
)
# "Sources:", "**References**" on a line of its own.
_SOURCES_LINE = re.compile(rf"\W*(?:{_SOURCES})\W*", re.IGNORECASE)
# "Sources: Valley Times, Port Gazette", "Source: [1]": the same on one line.
_SOURCES_IN_LINE = re.compile(
    rf"[\W_]*(?:(?:sources|references|citations|quellen|références|fuentes|fonti|fontes)[*_]*:.*"
    rf"|source[*_]*:(?:\s*(?:{_MARK})[,;.]?)+\s*)",
    re.IGNORECASE,
)
_MAY_BE_SOURCES = re.compile(r"[\W_]*(?:\w+(?: \w*){0,4})?[\W_]*")
_MAY_NAME_SOURCES = re.compile(
    r"[\W_]*(?:sources|references|citations|quellen|références|fuentes|fonti|fontes|source)[*_]*:",
    re.IGNORECASE,
)
# "*Source: Valley Times, 3 May*" on a line of its own, if it states nothing.
_SOURCE_NAMED = re.compile(r"[ \t*_#]*source[*_]*:", re.IGNORECASE)
_LONGEST_HEAD = 40  # characters of such a line
# "[^1]: Valley Times", a footnote of Markdown.
_FOOTNOTE = re.compile(r"\s*\[\^?\d{1,4}\]:")
# What an entry of a list of sources begins with.
_ENTRY = re.compile(rf"\s*(?:[-*•–]\s|\d{{1,3}}[.)]\s|{_MARK}|\(\d)")
# A mark behind words, as at the end of a sentence.
_ENDS_IN_MARK = re.compile(rf"\w[^\w\n]*?(?:{_MARK})[^\w\n]*$")
_SMALL_WORD = re.compile(r"\b(?![A-Z])[^\W\d_]\w*")
_FEWEST_SMALL = 3  # such words; "Valley Times, 3 May" names a source and states nothing
_HEADING = re.compile(r"\s*#{1,6}\s")
_BOLD_LINE = re.compile(r"\s*(?:\*\*|__)[^*_\n]{1,80}(?:\*\*|__):?\s*")
_BOLD_OPEN = re.compile(r"\s*(?:\*(?:\*[^*\n]{0,80}\*{0,2}:?\s*)?|_(?:_[^_\n]{0,80}_{0,2}:?\s*)?)")
_RULE = re.compile(r"\s*(?:[-*_=]\s*){3,}")
_RULED = re.compile(r"[\s|:]*-[\s|:-]*")  # the line below a header
_QUOTED = re.compile(r"^[ \t]*(?:>[ \t]?)+")
_CELL_END = re.compile(r"(?<!\\)\|")
_ONLY_MARKS = re.compile(rf"(?:\s*(?:{_MARK}|\(\s*{_MARK}\s*\))[,;]?)+\s*")
_BETWEEN_CELLS = " · "


class LineReader:
    """A reader of a text that comes in pieces, line by line."""

    def __init__(self) -> None:
        self._held = ""  # the beginning of a line whose kind is not known yet
        self._passing = False  # whether the line at hand is plain text
        self._header: list[str] | None = None  # of the table at hand
        self._listing = False  # whether sources are being listed
        self._began = False  # whether a line of text has come

    def feed(self, piece: str) -> str:
        """Take the next piece; return what can be read of it and of what was held back."""
        read: list[str] = []
        for part in re.split(r"(?<=\n)", piece):
            if self._passing:
                read.append(part)
            else:
                self._held += part
                read.append(self._released())
            if part.endswith("\n"):
                self._passing = False
        return "".join(read)

    def close(self) -> str:
        """Return what is left of the last line."""
        line, self._held = self._held, ""
        return self._line(line) if line.strip() else ""

    def _released(self) -> str:
        """Return the line held back, if it is whole or known to be plain text."""
        line = self._held
        if line.endswith("\n"):
            self._held = ""
            return self._line(line)
        if self._may_be_special(line) and len(line) < _LONGEST_LINE:
            return ""
        self._held, self._passing = "", True
        self._header, self._listing, self._began = None, False, True
        return _QUOTED.sub("", line)

    def _may_be_special(self, line: str) -> bool:
        """Return whether a line that is not whole yet may be more than plain text."""
        start = line.lstrip()
        if not start or start[0] in "|#>`~" or (self._listing and not _is_prose(start)):
            return True
        if start[0] == "[" and re.fullmatch(r"\[\^?\d{0,4}(?:\](?:\s*:.*)?)?", start):
            return True
        short = len(start) <= _LONGEST_HEAD and _MAY_BE_SOURCES.fullmatch(start) is not None
        if _MAY_NAME_SOURCES.match(start):
            return True
        begins = short and any(_begins(start, word) for word in _SOURCES.split("|"))
        return begins or _BOLD_OPEN.fullmatch(line) is not None

    def _line(self, line: str) -> str:
        """Return a whole line as it is to be read, nothing of what states nothing."""
        plain = _QUOTED.sub("", line)
        if not plain.strip():
            return plain
        if _SOURCES_LINE.fullmatch(plain.strip()):
            self._listing = True
            return "\n\n"
        if _SOURCES_IN_LINE.fullmatch(plain.rstrip("\n")) and not _states(plain):
            return "\n\n"
        if _SOURCE_NAMED.match(plain) and len(_SMALL_WORD.findall(plain)) < _FEWEST_SMALL:
            return "\n\n"
        if _FOOTNOTE.match(plain) and not self._began:
            return plain.replace("]:", "]", 1)  # "[1]: It is long." is the answer itself
        if _FOOTNOTE.match(plain) or (self._listing and _is_entry(plain)):
            return "\n\n"
        self._listing = False
        if plain.lstrip().startswith("|"):
            return self._row(plain)
        self._header = None
        title = _BOLD_LINE.fullmatch(plain) and not _states(plain)
        if title or _RULE.fullmatch(plain) or _HEADING.match(plain):
            return "\n\n"
        self._began = True
        return plain

    def _row(self, line: str) -> str:
        """Return a row of a table with its header: ``Ward: Heart · Beds: 24 [1]``."""
        if _RULED.fullmatch(line):
            return ""
        cells = [cell.strip() for cell in _CELL_END.split(line.strip().strip("|"))]
        if self._header is None:
            self._header = cells
            return "\n\n"
        named, marks = [], []
        for at, cell in enumerate(cells):
            if _ONLY_MARKS.fullmatch(cell):
                marks.append(cell)
            elif cell:
                name = self._header[at] if at < len(self._header) else ""
                named.append(f"{name}: {cell}" if name else cell)
        return f"\n\n{' '.join([_BETWEEN_CELLS.join(named), *marks])}\n\n" if named else ""


def _is_entry(line: str) -> bool:
    """Return whether a line behind "Sources:" names one: it begins with a mark, or says nothing."""
    begins = re.match(rf"\s*(?:[-*•–]\s*)?(?:{_MARK})", line)
    return begins is not None or (bool(_ENTRY.match(line)) and not _states(line))


def _states(line: str) -> bool:
    """Return whether a line is a sentence with its mark: words in small letters, then the mark."""
    return (
        _ENDS_IN_MARK.search(line) is not None and len(_SMALL_WORD.findall(line)) >= _FEWEST_SMALL
    )


def _is_prose(start: str) -> bool:
    """Return whether a line behind a list of sources is none of its entries."""
    return len(start) > len("[^999]:") and not _ENTRY.match(start)


def _begins(start: str, word: str) -> bool:
    """Return whether a line may go on to be a word by itself, between marks of emphasis."""
    said = start.strip(" \t*_#:").casefold()
    return word.rstrip("?s").startswith(said) or said.rstrip("s") == word.rstrip("?s")
