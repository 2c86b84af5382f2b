"""Chats: logs in plain text, as WhatsApp, IRC, Telegram, LINE, Discord and others write them.

What is exported as JSON is read by :func:`read_chat`, of :mod:`rag.formats.speech.exports`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from rag.formats.extracted import Extracted
from rag.formats.speech.exports import read_chat
from rag.text.blocks import MAX_LABEL, Block
from rag.text.layout.source import ends_sentence
from rag.text.lines import find_blocks
from rag.text.sentences import Mark

__all__ = ["read_chat", "read_chat_text"]

_LOOKED_AT = 200  # lines in which a chat must show itself
_FIRST_WITHIN = 6  # lines: what stands above the first message
_HEAD_WITHIN = 30  # lines, where what is below is a chat beyond doubt, as below a summary
_MIN_SHARE = 0.2  # of the lines looked at that begin a message; messages may run over lines
_SHARE_BELOW_HEAD = 0.3  # of the lines from the first message on
_SPOKEN_SHARE = 0.7  # of the messages that end like sentences
_RETURNING = 1.5  # messages a speaker, where names that do not return may be those of a table

_DAY = r"\d{1,4}(?:\. ?|/|-)\d{1,2}(?:\. ?|/|-)\d{1,4}\.?"
_NAMED_DAY = (
    rf"(?:{_DAY}|\d{{1,2}}\.? [^\W\d_]{{3,12}}\.? \d{{4}}|[^\W\d_]{{3,12}} \d{{1,2}},? \d{{4}})"
)
_HALF_OF_DAY = "上午|下午|오전|오후|午前|午後|AM|PM"
_CLOCK = (
    rf"(?:(?:{_HALF_OF_DAY})\s?)?\d{{1,2}}[:.]\d\d(?:[:.]\d\d(?:[.,]\d{{1,3}})?)?"
    r"(?:\s?(?:[ap]\.?\s?m\.?|Uhr|h))?"
)
_WHEN = rf"(?:{_DAY},?\s+(?:at |um |kl\. ?)?{_CLOCK}|{_CLOCK},\s{_DAY})"
_SHORT_DAY = r"(?:[\d./-]{3,10}|\d{1,2}-[^\W\d_]{3}-\d{2,4})"  # "05.02.", "14-Oct-23"
_KOREAN_DAY = r"\d{4}년 \d{1,2}월 \d{1,2}일"
_UNSEEN = "[\u200e\u200f\u202a\ufeff]*"  # marks of the direction of writing, put before lines
_WHO = r"(?P<who>[^\s:<>\[\]|][^:\n<>\[\]|]{0,79}?)"


class _ChatForm(NamedTuple):
    """How a program writes the beginning of a message.

    ``fewest`` is the number of such lines that make a chat; ``below`` whether the words begin in
    the next line; ``wraps`` whether other lines continue the message above; ``returns`` how many
    speakers must speak again after another did, as tables, timetables and logs of events may have
    such lines, too; ``spoken`` whether most messages must end like sentences, as a programme may
    have them.
    """

    message: re.Pattern[str]
    fewest: int
    below: bool = False
    wraps: bool = True
    returns: int = 0
    spoken: bool = False


def _form(pattern: str, fewest: int, returns: int = 0, **more: bool) -> _ChatForm:
    return _ChatForm(re.compile(_UNSEEN + pattern, re.IGNORECASE), fewest, returns=returns, **more)


_FORMS = (
    # WhatsApp on iOS, Signal: "[05.02.24, 10:15:03] Ana: words"
    _form(rf"\[{_WHEN}\]\s{_WHO}:(?:\s(?P<words>.*))?$", 2),
    # WhatsApp on Android: "2/5/24, 10:15 AM - Ana: words"
    _form(rf"{_WHEN}\s[-–]\s{_WHO}:(?:\s(?P<words>.*))?$", 2),
    # IRC: "[10:15] <ana> words", "2024-02-05 10:15:03 <@ana> words"
    _form(
        rf"\[?(?:{_DAY}[ T])?{_CLOCK}\]?\s+<[ @+%~&]?(?P<who>[^<>\s]{{1,40}})>\s(?P<words>.*)$",
        3,
        wraps=False,
    ),
    # Skype, transcripts: "[10:15] Ana: words"
    _form(rf"\[{_CLOCK}\]\s{_WHO}:(?:\s(?P<words>.*))?$", 3),
    # Zoom: "10:15:03 From Ana Ruhl to Everyone: words"
    _form(rf"{_CLOCK}\s+From\s+{_WHO}(?:\s+to\s+[^:\n]{{1,80}})?\s?:(?:\s(?P<words>.*))?$", 2),
    # Telegram: "Ana Ruhl, [05.02.24 10:15]"
    _form(rf"{_WHO},\s\[{_NAMED_DAY},?\s(?:at )?{_CLOCK}\]:?$", 2, below=True),
    # Teams, Discord: "[05.02. 10:15] Ana Ruhl", "[14-Oct-23 09:12 PM] ana"
    _form(rf"\[(?:{_SHORT_DAY},?\s)?{_CLOCK}\]\s{_WHO}$", 3, below=True),
    # Discord, copied: "ana — Today at 10:15", "ana — 05/02/2024 10:15"
    _form(rf"{_WHO}\s[—–]\s(?:(?:{_DAY},?|[^\W\d_]{{3,12}} at)\s)?{_CLOCK}$", 3, below=True),
    # LINE: "10:15\tAna Ruhl\twords"
    _form(rf"{_CLOCK}\t(?P<who>[^\t\n]{{1,80}})\t(?P<words>.*)$", 3, returns=1),
    # KakaoTalk: "[Ana Ruhl] [오전 10:15] words", "2024년 2월 5일 오전 10:15, Ana Ruhl : words"
    _form(rf"\[(?P<who>[^\[\]\n]{{1,80}})\]\s\[{_CLOCK}\]\s(?P<words>.*)$", 2),
    _form(rf"{_KOREAN_DAY}\s{_CLOCK},\s{_WHO}\s:\s(?P<words>.*)$", 2),
    # QQ, WeChat: "2024-02-05 10:15:03 Ana Ruhl(10015)", "Ana Ruhl 2024-02-05 10:15:03"
    _form(rf"{_DAY}\s{_CLOCK}\s(?P<who>[^\n:]{{1,60}}?)\s?[(<][\w@.]+[)>]$", 2, below=True),
    _form(rf"{_WHO}\s{_DAY}\s{_CLOCK}$", 3, below=True, returns=1),
    # Slack, Otter: "Ana Ruhl  10:15"
    _form(
        rf"(?P<who>[^\s:<>\[\]|]+(?: [^\s:<>\[\]|]+){{0,5}})(?:[ \u00a0]{{2,}}|\t)\[?{_CLOCK}\]?$",
        3,
        below=True,
    ),
    # Trint, Sonix: "00:10:15 Ana Ruhl", "Ana Ruhl (10:15)", "Ana Ruhl 10:15"
    _form(rf"[\[(]?{_CLOCK}[\])]?\s{_WHO}:?$", 3, below=True, returns=2, spoken=True),
    _form(rf"{_WHO}\s[\[(]?{_CLOCK}[\])]?:?$", 3, below=True, returns=2, spoken=True),
)
_STAMP = re.compile(rf"{_UNSEEN}(?:\[{_WHEN}\]\s|{_WHEN}\s[-–]\s)", re.IGNORECASE)
_CLOCK_FIRST = rf"\[?(?:{_DAY}[ T])?{_CLOCK}\]?\s+"
_COMING_AND_GOING = re.compile(rf"(?:{_CLOCK_FIRST})?(?:-!-|\*\*\*|-->|<--|⇐|→|←)\s", re.I)
_ACTION = re.compile(rf"{_CLOCK_FIRST}\*\s(?P<who>\S{{1,40}})\s\S", re.IGNORECASE)
_WEEKDAY = r"[^\W\d_]{1,12}\.?"
# "--- Day changed Tue Feb 06 2024", "------ 2024년 2월 5일 월요일 ------", "Mon, 02/05/2024".
_DAY_CHANGE = re.compile(
    r"-{2,3}\s(?:Day changed|Log opened)\s.{5,40}$|-{5,}\s.{0,20}\d{4}.{0,30}\s-{5,}$"
    rf"|{_WEEKDAY},\s{_DAY}$|(?:{_DAY}|\d{{4}}年\d{{1,2}}月\d{{1,2}}日)\s?\(?{_WEEKDAY}\)?$",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\{(attachments|stickers|reactions)\}", re.IGNORECASE)  # of Discord
_LEVELS = frozenset("trace debug info notice warn warning error critical fatal".split())
_MOST_WORDS_OF_A_NAME = 6
# "<Media omitted>", "IMG-20240205.jpg (file attached)", in any language; on iOS behind a mark.
_MEDIA = re.compile(
    r"\u200e?<[^<>:]{4,40}>|\u200e?<[^<>:]{3,30}:\s[^<>]{3,120}>"
    r"|\u200e[^\W\d_]+(?:\s[^\W\d_]+){1,2}|\u200e?\S{3,120}\.[a-z0-9]{3,4}\s\([^()]{5,40}\)",
    re.IGNORECASE,
)
_MEDIA_LABEL = "media that are not in the file"
_COMINGS_LABEL = "who came and went"
_ASIDE_LABELS = {"reactions": "reactions"}  # others are media
# A sentence would end at the stops in "5. 2. 2024", so that such a stamp stays out of the quote.
_STOPS = re.compile(r"\d\.\s\d")


def read_chat_text(text: str) -> Extracted | None:
    """Return the messages of a chat in plain text as turns; None where it is no chat.

    The text of the result is the given one. A message is quoted with its time and speaker where
    they stand in its first line.
    """
    form = _form_of(text)
    if form is None:
        return None
    lines = re.finditer(r"[^\r\n]+", text)
    begins = next((line.start() for line in lines if _begun(form, line)), 0)
    blocks = list(find_blocks(text[:begins]))  # what stands above the chat
    marks: list[Mark] = []
    media = 0
    for message in _messages(text, form, begins):
        found = message.block(text)
        if found is None:
            continue
        is_medium = message.label == _MEDIA_LABEL
        if is_medium or _MEDIA.fullmatch(text[message.words : found.end].strip()):
            media += 1
            marks.append(Mark(message.start, found.end, "clutter", _MEDIA_LABEL))
        elif message.kind == "clutter":
            marks.append(Mark(found.start, found.end, "clutter", message.label))
        else:
            blocks.append(found)
    unread: tuple[str, ...] = ()
    if media:
        named = (
            "a message that is a picture" if media == 1 else f"{media} messages that are pictures"
        )
        unread = (f"has {named} or other media, which a chat's text does not hold",)
    return Extracted(text, {}, tuple(blocks), tuple(marks), unread=unread)


class _Message(NamedTuple):
    """A message or a line of the program: where it begins, where its words do, and its end."""

    start: int
    words: int
    end: int
    kind: str
    label: str

    def block(self, text: str) -> Block | None:
        """Return the block of a message, None where it has no words."""
        words = text[self.words : self.end].strip()
        if not words:
            return None
        begins = self.words + text[self.words : self.end].index(words)
        start = self.start if self.start < self.words and self.kind == "turn" else begins
        label = "" if self.kind != "turn" else self.label
        end = begins + len(words)
        if self.kind == "heading":
            return Block(start, end, "heading", 2)
        return Block(start, end, "turn" if self.kind == "turn" else "text", 0, label)


def _form_of(text: str) -> _ChatForm | None:
    """Return the form that most of the first lines have, if it makes them a chat."""
    lines = [line.strip() for line in _first_lines(text)]
    best, most = None, 0
    for form in _FORMS:
        found = {
            at: who for at, line in enumerate(lines) if (who := _speaker(form.message.match(line)))
        }
        if len(found) > most and _is_chat(form, found, lines):
            best, most = form, len(found)
    return best


def _is_chat(form: _ChatForm, speakers: dict[int, str], lines: list[str]) -> bool:
    """Return whether the speakers that were found, by their lines, make a chat."""
    if len(speakers) < max(form.fewest, _MIN_SHARE * len(lines)):
        return False
    if form.returns and not _alternate(list(speakers.values()), form.returns):
        return False
    starts = list(speakers)
    if form.spoken:
        last = [lines[at - 1] for at in [*starts[1:], len(lines)]]
        if sum(map(ends_sentence, last)) < _SPOKEN_SHARE * len(starts):
            return False
    beyond_doubt = len(speakers) >= _SHARE_BELOW_HEAD * (len(lines) - starts[0])
    return starts[0] < (_HEAD_WITHIN if beyond_doubt else _FIRST_WITHIN)


def _alternate(speakers: list[str], fewest: int) -> bool:
    """Return whether so many speakers, and no crowd of others, speak again after another did."""
    runs = Counter(who for who, _ in groupby(speakers))
    again = sum(count > 1 for count in runs.values())
    return again >= fewest and len(speakers) >= _RETURNING * len(runs)


def _first_lines(text: str) -> Iterator[str]:
    found = re.finditer(r"[^\r\n]*\S[^\r\n]*", text)
    for _, match in zip(range(_LOOKED_AT), found, strict=False):
        yield match[0][:MAX_LABEL]


def _speaker(match: re.Match[str] | None) -> str:
    """Return who speaks in a line that begins a message, else nothing."""
    if match is None:
        return ""
    who = match["who"].strip("~ \u202f\u00a0\u200e\u200f\u202a\u202c").strip()
    plausible = len(who.split()) <= _MOST_WORDS_OF_A_NAME and who.lower() not in _LEVELS
    return who if plausible and any(char.isalnum() for char in who) else ""


def _messages(text: str, form: _ChatForm, begins: int) -> Iterator[_Message]:
    """Yield the messages and the lines of the program from an offset on, in order."""
    current: _Message | None = None
    for line in re.compile(r"[^\r\n]+").finditer(text, begins):
        begun = _begun(form, line)
        if begun is not None:
            if current is not None:
                yield current
            current = begun
        elif current is not None and form.wraps:
            current = current._replace(end=line.end())
        elif line[0].strip():
            if current is not None:
                yield current
            current = _Message(line.start(), line.start(), line.end(), "text", "")
    if current is not None:
        yield current


def _begun(form: _ChatForm, line: re.Match[str]) -> _Message | None:
    """Return what begins in a line: a message, a line of the program, or nothing."""
    shown, start, end = line[0], line.start(), line.end()
    words = shown.rstrip()
    match = form.message.match(words)
    who = _speaker(match)
    if match and who:
        if form.below:
            return _Message(end, end, end, "turn", who)
        first = match.start("words") if match["words"] is not None else len(words)
        before = match.start("who") if _STOPS.search(shown[: match.start("who")]) else 0
        return _Message(start + before, start + first, end, "turn", who)
    if not form.wraps and _COMING_AND_GOING.match(words):
        return _Message(start, start, end, "clutter", _COMINGS_LABEL)
    if not form.wraps and (match := _ACTION.match(words)):
        return _Message(start, start + match.start("who"), end, "turn", match["who"])
    if aside := _ASIDE.fullmatch(words):
        label = _ASIDE_LABELS.get(aside[1].lower(), _MEDIA_LABEL)
        return _Message(start, start, end, "clutter", label)
    if _DAY_CHANGE.match(words):
        return _Message(start, start, end, "heading", "")
    if not form.below and (match := _STAMP.match(words)):
        return _Message(start, start + match.end(), end, "text", "")
    return None
