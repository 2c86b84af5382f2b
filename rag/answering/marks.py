"""Read the text of an LLM as sentences, each with the numbers of evidence that mark it.

A sentence is given out as soon as it is whole. Sentences do not depend on how the text was cut
into pieces: every decision waits until the text that it looks at is there. Each looks at no more
than LOOK_AHEAD characters and a sentence has at most LONGEST_SENTENCE, so that time is linear in
the text, whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from rag.answering.written.lines import LineReader

_SOURCE = (
    r"(?:sources?|evidence|docs?|documents?|articles?|passages?|refs?|references?|quotes?|excerpts?"
    r"|citations?|cite|quellen?|belege?|fuentes?|fonte|fonti|fontes|bron(?:nen)?"
    r"|źródł[oa]|источники?|来源|來源|證據|证据|出典|المصدر|مصدر)"
)
_LABEL = rf"(?:{_SOURCE}|ids?|lines?|no|nr)"  # in square brackets; "(line 3)" is of the sentence
_AND = r"(?:[,;]\s*(?:and|&)|,|;|–|-|and|und|et|y|e|en|&|、|，)"
_NUMBERS = rf"\d{{1,6}}(?:\s*{_AND}\s*(?:{_SOURCE}[.:]?\s*)?\d{{1,6}}){{0,20}}"
# [1], [1, 2], [1-3], [[1]], [^1], 【1】, 【1†source】, [Source 1], (Source: 1), [1](#link), \[1\],
# [Valley Times, 1], <sup>1</sup>, a raised ¹ behind words; not (1), which lists use.
_OPEN, _CLOSE = r"\\?[\[【［〔]", r"\\?[\]】］〕]"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
# "km²", "square metres²": a power and no mark.
_POWER = r"(?<!met[er]{2})(?<!met[er]{2}s)(?<!mile)(?<!miles)(?<!feet)(?<!foot)"
_MARKED = (
    rf"[ \t]*(?:(?:{_OPEN}){{1,2}}\s*\^?(?:{_LABEL}[.:]?)?\s*#?({_NUMBERS})"
    rf"(?:†[^\]】\n]{{0,40}})?[.^]?\s*(?:{_CLOSE}){{1,2}}"
    rf"(?:\((?:https?:|#)[^()\s]{{0,80}}\))?"
    rf"|[(（]\s*(?:(?:see|cf\.?|vgl\.?|siehe|voir|ver)\s+)?{_SOURCE}[.:]?\s*#?({_NUMBERS})\s*[)）]"
    rf"|\[[^\[\]\d\n]{{2,60}}[,:;]\s*(\d{{1,3}})\]|\[(\d{{1,3}})[,:;]\s*[^\[\]\d\n]{{2,60}}\]"
    rf"|(?<=[a-z.,;!?)\"”’ ])<(?:sup|cite)>\s*({_NUMBERS})\s*</(?:sup|cite)>"
    rf"|(?:(?<=[^\W\d_]{{4}}){_POWER}|(?<=[.,;!?\"”’)]))([{_RAISED}]{{1,2}}))"
)
# Only where a run of blanks begins, or else each blank of a long run would be tried to its end.
_MARK = re.compile(rf"(?<![ \t]){_MARKED}", re.IGNORECASE)
# "Source 1 says", where the words are part of the sentence. Of "document 3" and "article 5" an
# answer may really speak.
_NAMED = re.compile(rf"\b(?:sources?|evidence)\s+#?({_NUMBERS})(?!\w)", re.IGNORECASE)
# "According to [1]", "[1] says": marks that are words of the sentence.
_SEVERAL = r"\[\s*\^?\d{1,6}\s*\](?:\s*(?:,|and|&|,\s*and)?\s*\[\s*\^?\d{1,6}\s*\]){0,5}"
_SAYS = (
    r"(?:also\s+|both\s+|all\s+)?(?:says?|states?|reports?|notes?|claims?|mentions?|describes?|"
    r"gives?|puts?|adds?|explains?|shows?|confirms?|indicates?|tells?|writes?|argues?|suggests?|"
    r"lists?|estimates?|quotes?|agrees?|disagrees?|differs?)\b"
)
_BY = (
    r"according to|as per|per|as (?:stated|reported|noted|described|mentioned|given|shown|said) "
    r"(?:in|by)|(?:stated|reported|noted|described|mentioned) (?:in|by)|laut|gemäß|selon|"
    r"d[’']après|según|secondo|segundo|volgens|według|согласно"
)
_AS_WORDS = re.compile(
    rf"(?<!\w)(?P<by>(?:{_BY})\s+)(?P<one>{_SEVERAL})|(?P<other>{_SEVERAL})(?=\s+{_SAYS})",
    re.IGNORECASE,
)
# "Evidence [1] says": the word before such a mark stands for it too.
_WORD_AND_MARK = re.compile(
    rf"\b(?:the\s+)?(?:sources?|evidence|documents?|articles?|passages?|excerpts?)\s+(?={_SEVERAL}\s+{_SAYS})",
    re.IGNORECASE,
)
# "[1]–[3]" is "[1–3]".
_FROM_TO = re.compile(r"\[(\d{1,4})\]\s?[–-]\s?\[(\d{1,4})\]")
# "`[1]`", "*[1]*": a mark that is set off.
_SET_OFF = re.compile(rf"(?:\*|`|_)+({_SEVERAL})(?:\*|`|_)+")
_STRUCK = re.compile(r"~~[^~\n]{1,200}~~")
_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\((?:https?:|#)[^()\s]{0,200}\)")
# "(1)" is a mark where it ends a sentence that has no other.
_ROUND = re.compile(r"\s*\((\d{1,2}(?:\s*,\s*\d{1,2}){0,5})\)(?=\W*$)")
_SUBJECT = re.compile(rf"\s*(?:[-*•]\s+)?{_SEVERAL}\s+{_SAYS}", re.IGNORECASE)
# "([1], [2])", "(see [1])": a mark in brackets of its own.
_BRACKETED = re.compile(
    rf"\(\s*(?:(?:see|cf\.?|vgl\.?|siehe|voir|{_SOURCE}:?)\s+)?({_SEVERAL})\s*\)",
    re.IGNORECASE,
)
# What stands between "[1], [2]", and before an answer.
_MARK_JOIN = re.compile(r"(?<=\])[ \t]{0,3}(?:,|;|&|and\b)[ \t]{0,3}(?=\[\^?\d)")
_LEAD_IN = re.compile(
    r"^\s*(?:(?:(?:final|short|direct)\s+)?answer|(?:the|my)\s+(?:final\s+)?answer"
    r"(?:\s+to\s+(?:this|the|your)\s+question)?\s+is|assistant|antwort|réponse|respuesta|"
    r"risposta|resposta|antwoord|odpowiedź|ответ|答案|回答|الإجابة)\s*[:：]\s*",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?…]+[\"”’')*_]*|[。！？]+[”’」』）]*|\n")
_WIDE_STOPS = "。！？"  # behind which no space stands
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*\n?", re.MULTILINE)
# What may stand behind a full stop and belong to the sentence before it.
_TRAILING = re.compile(
    rf"(?:\s*(?:{_MARKED})|\s*\b{_SOURCE}:?\s+#?{_NUMBERS}\."
    r"|\n[ \t]*(?:```|~~~)[^\n]*(?=\n))*",
    re.IGNORECASE,
)
# "Source: 1." behind the full stop of a sentence.
_TRAILING_SOURCE = re.compile(rf"(?<=[.!?…\"”])\s+{_SOURCE}:?\s+#?({_NUMBERS})\.?$", re.IGNORECASE)
_OPENED = re.compile(
    rf"\s*(?:[\[【(［〔（<\\{_RAISED}]|```|~~~|s(?:o(?:u(?:r|$)|$)|$)|e(?:v(?:i|$)|$)|$)",
    re.IGNORECASE,
)
_LEADING = re.compile(rf"\s*(?:[-*•]\s+)?(?:{_MARKED})[\s:]*(?=\w|[“\"‘(])", re.IGNORECASE)
_MAY_LEAD = re.compile(rf"\s*(?:$|[-*•]|{_OPENED.pattern})", re.IGNORECASE)
_ITEM = r"(?:[-*•–+▪◦●]|(?:\d{1,2}|[ivx]{1,4})[.)]|\(?[a-h]\)|\(\d{1,2}\)|#{1,6})"
_NEW_BLOCK = re.compile(rf"\n[ \t]*(?:\n|{_ITEM}[ \t])")
_BULLET = re.compile(rf"^[ \t]*{_ITEM}[ \t]+(?:\[[ xX]\][ \t]+)?", re.MULTILINE)
_NUMBERED = re.compile(r"\s*(?:\d{1,2}|[ivx]{1,4})\.$")  # "1." opens an item of a list
# A line that ends in its mark is whole, if the next does not go on in small letters.
_MARK_ENDS = re.compile(rf"{_MARKED}[.!?:;,]?[ \t]*$", re.IGNORECASE)
_MARK_WINDOW = 80  # characters before a line's end in which that mark stands
_EMPHASIS = re.compile(r"\*\*|__")
_BROKEN_MARK = re.compile(r"(?<![ \t])[ \t]*[\[【][\d,;\s^]{0,20}$")
_RANGE = re.compile(r"(\d+)\s*[–-]\s*(\d+)")
# Models that think aloud do so before they answer; that is no part of the answer.
_THOUGHTS = "think|thinking|thought|thoughts|reasoning|scratchpad|analysis"
_THINKING = re.compile(rf"<(?:{_THOUGHTS})>|\[THINK\]|◁think▷", re.IGNORECASE)
_THOUGHT = re.compile(rf"</(?:{_THOUGHTS})>|\[/THINK\]|◁/think▷", re.IGNORECASE)
# Tags of HTML that end a line, others, and the marks by which a model's template parts its turns.
_LINE_TAG = re.compile(
    r"</?(?:p|ul|ol|li|div|answer|response|output|final|final_answer|section|h[1-6])>",
    re.IGNORECASE,
)
_OTHER_TAG = re.compile(
    r"</?(?:b|i|u|em|strong|span|mark|q|s)>|<\|[a-z_]{1,20}\|>|(?P<br><br ?/?>)", re.IGNORECASE
)
_TAG = re.compile(
    r"(?:</?[a-z_0-9]{0,13}|<br ?/?|<\|[a-z_]{0,20}\|?|\[/?T?H?I?N?K?|◁/?[a-z]{0,6})$", re.I
)
_LONGEST_TAG = 24  # characters
_LOWERED = str.maketrans(_RAISED, "0123456789")
_MAX_RANGE = 20  # numbers of "[1-999999]" that are read
LOOK_AHEAD = 120  # characters behind a full stop that may decide whether it ends the sentence
LONGEST_SENTENCE = 1_000  # characters; a longer one is cut


def _named(marks: re.Match[str]) -> str:
    """Put "Source 1 and 2" in place of marks that are words of a sentence."""
    numbers = re.findall(r"\d+", marks["one"] or marks["other"])
    return f"{marks['by'] or ''}Source {' and '.join(numbers)}"


# What is written otherwise before the marks of a sentence are read, in this order.
_REWRITTEN: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (_FENCE, ""),
    (_BULLET, ""),
    (_EMPHASIS, ""),
    (_STRUCK, ""),
    (_LEAD_IN, ""),
    (_FROM_TO, r"[\1–\2]"),
    (_SET_OFF, r"\1"),
    (_WORD_AND_MARK, ""),
    (_AS_WORDS, _named),
    (_BRACKETED, r" \1"),
    (_MARK_JOIN, ""),
)


class WrittenSentence(NamedTuple):
    """A sentence without its marks, and the numbers in them, in order."""

    text: str
    numbers: tuple[int, ...]


class MarkReader:
    """A reader of a text that comes in pieces.

    A mark behind a full stop belongs to the sentence before it, unless the text begins with a
    mark: then each mark belongs to the sentence behind it.
    """

    def __init__(self) -> None:
        self._lines = LineReader()
        self._text = ""  # not yet a sentence
        self._from = 0  # offset in it from which the next full stop is looked for
        self._held = ""  # possibly the beginning of a tag
        self._thinking = False
        self._was_thinking = self._has_thought = False
        self._leads: bool | None = None  # whether marks stand before their sentences

    @property
    def was_thinking(self) -> bool:
        """Whether all that came before was thought aloud, as a tag now said that never opened."""
        said, self._was_thinking = self._was_thinking, False
        return said

    def feed(self, piece: str) -> list[WrittenSentence]:
        """Take the next piece of the text; return the sentences that are whole now."""
        spoken = self._spoken(piece)  # which may forget what is there
        self._text += self._lines.feed(spoken)
        return self._take(final=False)

    def close(self) -> list[WrittenSentence]:
        """Return the sentences that are left at the end of the text."""
        if not self._thinking:
            self._text += self._lines.feed(self._held)
        self._text += self._lines.close()
        found = self._take(final=True)
        found += _written(_BROKEN_MARK.sub("", self._text.rstrip()))
        self._text = self._held = ""
        return found

    def _spoken(self, piece: str) -> str:
        """Return the piece without what is thought aloud."""
        text, self._held = self._held + piece, ""
        spoken: list[str] = []
        while text:
            tag = (_THOUGHT if self._thinking else _THINKING).search(text)
            if not self._thinking:
                closed = _THOUGHT.search(text)
                if closed and (tag is None or closed.start() < tag.start()):
                    before, text = text[: closed.start()], text[closed.end() :]
                    if self._has_thought:  # a tag too many
                        spoken.append(before)
                    else:
                        spoken.clear()
                        self._forget()
                    continue
            if tag is None:
                unfinished = _TAG.search(text, max(0, len(text) - _LONGEST_TAG))
                end = unfinished.start() if unfinished else len(text)
                text, self._held = text[:end], text[end:]
            part = text[: tag.start()] if tag else text
            if not self._thinking:
                spoken.append(part)
            self._thinking = self._thinking != bool(tag)
            self._has_thought = self._has_thought or self._thinking
            text = text[tag.end() :] if tag else ""
        plain = _LINE_TAG.sub("\n\n", "".join(spoken))
        return _OTHER_TAG.sub(lambda found: " " if found["br"] else "", plain)

    def _forget(self) -> None:
        """Forget all so far: a template had opened the tag that now ends the thinking."""
        self._lines, self._text, self._from, self._leads = LineReader(), "", 0, None
        self._was_thinking = self._has_thought = True

    def _take(self, *, final: bool) -> list[WrittenSentence]:
        found: list[WrittenSentence] = []
        while self._text:
            end = self._sentence_end(final)
            if end is None:
                return found
            found += _written(self._text[:end])
            self._text, self._from = self._text[end:], 0
        return found

    def _sentence_end(self, final: bool) -> int | None:
        """Return where the first sentence ends, or None where that is not known yet."""
        if self._leads is None:
            unsure = not final and len(self._text) < LOOK_AHEAD
            if unsure and _MAY_LEAD.match(self._text):
                return None
            leading = _LEADING.match(self._text, 0, LOOK_AHEAD) is not None
            self._leads = leading and not _SUBJECT.match(self._text, 0, LOOK_AHEAD)
        while stop := _STOP.search(self._text, self._from, LONGEST_SENTENCE):
            end = self._ends_at(stop, final)
            if end is None:
                return None
            if end:
                return end
            self._from = stop.end()
        if len(self._text) < LONGEST_SENTENCE + LOOK_AHEAD:
            return None
        return max(self._text.rfind(" ", 0, LONGEST_SENTENCE), 0) or LONGEST_SENTENCE

    def _ends_at(self, stop: re.Match[str], final: bool) -> int | None:
        """Return where a sentence ends that may end at a stop: 0 if it goes on, None if unknown."""
        at = stop.start() if stop[0] == "\n" else stop.end()
        ahead = self._text[at : at + LOOK_AHEAD]
        sure = final or len(ahead) == LOOK_AHEAD
        if stop[0] == "\n":
            if not sure:
                return None
            whole = _NEW_BLOCK.match(ahead) or (not self._leads and self._line_is_whole(at, ahead))
            return at + 1 if whole and self._text[:at].strip() else 0
        trailing = _TRAILING.match(self._text, at, at + LOOK_AHEAD)  # it looks at what is before
        behind = trailing.end() - at if trailing and not self._leads else 0
        rest = ahead[behind:]
        word = re.match(r"\s*\S+(?=\s)", rest)
        if not sure and (word is None or _OPENED.match(rest)):
            return None
        if _NUMBERED.match(self._text[:at]):
            return 0
        if self._leads:
            rest = _MARK.sub("", rest)
            word = re.match(r"\s*\S+", rest)
        following = word[0].strip() if word else rest.strip()
        if not following:
            return at + behind if final else 0
        if stop[0][0] in _WIDE_STOPS:
            return at + behind
        if behind == 0 and not rest[:1].isspace():
            return 0
        new = _NEW_BLOCK.match(rest) or _begins(self._text[:at], following)
        return at + behind if new else 0

    def _line_is_whole(self, at: int, ahead: str) -> bool:
        """Return whether a line ends in a mark and the next begins something new."""
        following = ahead.strip()[:1]
        marked = _MARK_ENDS.search(self._text[max(0, at - _MARK_WINDOW) : at]) is not None
        return marked and bool(following) and not following.islower() and following not in "[【(<"


def read_marks(text: str) -> list[WrittenSentence]:
    """Return the sentences of a whole text."""
    reader = MarkReader()
    return [*reader.feed(text), *reader.close()]


def named_sources(text: str) -> list[tuple[int, int, list[int]]]:
    """Find where a sentence mentions "Source 1": start, end (exclusive) and the numbers."""
    return [(*match.span(), _numbers(match[1])) for match in _NAMED.finditer(text)]


def _begins(before: str, word: str) -> bool:
    """Return whether a word behind a full stop begins a sentence, unlike "troops" behind "U.S."."""
    from sentencex import segment

    plain = " ".join(_MARK.sub("", before).split())
    found = [part for part in segment("en", f"{plain} {word}") if part.strip()]
    return len(found) > 1 and found[-1].strip() == word


def _written(text: str) -> list[WrittenSentence]:
    """Make a sentence of a stretch of text; none where it has no words."""
    for pattern, plain in _REWRITTEN:
        text = pattern.sub(plain, text)
    numbers = [
        number
        for match in _MARK.finditer(text)
        for number in _numbers(next(filter(None, match.groups())))
    ]
    plain = " ".join(_MARK.sub("", text).split())
    for end in (_TRAILING_SOURCE, _ROUND):
        found = end.search(plain) if not numbers or end is _TRAILING_SOURCE else None
        if found:
            plain = plain[: found.start()] + plain[found.end() :]
            numbers += _numbers(found[1])
    if not re.search(r"\w", plain):
        return []
    numbers += [number for _, _, found in named_sources(plain) for number in found]
    plain = _LINK.sub(r"\1", plain)
    return [WrittenSentence(plain, tuple(dict.fromkeys(numbers)))]


def _numbers(found: str) -> list[int]:
    """Read "1, 3-5" as 3, 4, 5, 1: ranges come first."""
    found = found.translate(_LOWERED)
    numbers: list[int] = []
    for first, last in _RANGE.findall(found):
        numbers += range(int(first), min(int(last), int(first) + _MAX_RANGE) + 1)
    return numbers + [int(number) for number in re.findall(r"\d+", _RANGE.sub("", found))]
