"""Subtitles and transcripts with times: cues become running text, turns where speakers are named.

A new paragraph begins where another speaks, after a pause, and where the last one is long enough.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from functools import reduce

from rag.errors import DocumentError
from rag.formats.extracted import Builder, Extracted, Metadata
from rag.formats.plain import decode
from rag.formats.records.depth import told_if_too_deep
from rag.formats.speech.cues import Cue, without_repeats
from rag.formats.speech.speakers import ENDS, CueSpeakers, SpokenPiece, joined

_PAUSE = 3.0  # seconds, behind a sentence
_LONG_PAUSE = 10.0  # seconds: no sentence goes on behind it
_LONG_PARAGRAPH = 600  # characters: it ends with the next sentence
_LONGEST_PARAGRAPH = 2_000  # characters, where no sentence ends

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMING = re.compile(rf"\s*{_TIME}(?:\s*-->\s*|,){_TIME}(?:\s.*)?$")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^<>]{1,100})>")
_TAG = re.compile(
    r"</?(?:c|i|b|u|s|v|ruby|rt|lang|font|em|strong|span)\b[^<>]{0,200}>|<\d\d:[\d:.]{1,12}>"
    r"|\{\\[^{}]{0,200}\}",
    re.IGNORECASE,
)
_NAMED_CUE = re.compile(r'\d{1,6}\s+"([^"]{1,80})"\s+\(\d{1,20}\)')  # of Webex: 7 "Ann Lee" (312)
_LINE_TAG = re.compile(r"<br\s*/?>|\\N")
_SOUND = re.compile(r"[\[(（【][^\[\]()（）【】]*[\])）】]|[♪♫#*\s]+")
_SOUND_LABEL = "a sound"
_HEADER = re.compile(r"WEBVTT(?:[ \t]+-?[ \t]*(?P<title>[^\n]*))?")
_LANGUAGE = re.compile(r"^Language:\s*([A-Za-z]{2,3})\b", re.MULTILINE)


def read_subtitles(raw: bytes) -> Extracted:
    """Read SubRip, WebVTT or SubViewer.

    Raises:
        DocumentError: it has no cues.
    """
    text = re.sub(r"\r\n?", "\n", decode(raw)).lstrip("\ufeff")
    metadata: Metadata = {}
    header = _HEADER.match(text)
    if header:
        language = _LANGUAGE.search(text.partition("\n\n")[0])
        title = (header["title"] or "").strip()
        metadata = {"title": title, "language": language[1] if language else ""}
        return _running_text(list(_vtt_cues(text)), metadata)
    return _running_text(list(_srt_cues(text)), metadata)


def _vtt_cues(text: str) -> Iterator[Cue]:
    """Yield the cues of WebVTT, which stand between empty lines; the rest are styles and notes."""
    for block in re.split(r"\n{2,}", text):
        lines = block.strip("\n").split("\n")
        at = next((at for at, line in enumerate(lines[:2]) if _TIMING.match(line)), None)
        if at is not None:
            named = _NAMED_CUE.fullmatch(lines[0].strip()) if at else None
            yield _cue(lines[at], lines[at + 1 :], named[1].strip() if named else "")


def _srt_cues(text: str) -> Iterator[Cue]:
    """Yield the cues between lines with times; a number above such a line is no words."""
    timing, lines = "", list[str]()
    for line in text.split("\n"):
        if _TIMING.match(line):
            if timing:
                while lines and not lines[-1].strip():
                    lines.pop()
                if lines and lines[-1].strip().isdigit():
                    lines.pop()
                yield _cue(timing, lines)
            timing, lines = line, []
        elif timing:
            lines.append(line)
    if timing:
        yield _cue(timing, lines)


def _cue(timing: str, lines: Sequence[str], voice: str = "") -> Cue:
    match = _TIMING.match(timing)
    times = match.groups() if match else (None,) * 8
    start, end = (_seconds(times[at : at + 4]) for at in (0, 4))
    shown, voices = list[str](), list[str]()
    for line in _LINE_TAG.sub("\n", _VOICE.sub(r"\n\g<0>", "\n".join(lines))).split("\n"):
        named = _VOICE.match(line)
        voice = " ".join(html.unescape(named[1]).split()) if named else voice
        words = _plain_line(line)
        if words:
            shown.append(words)
            voices.append(voice)
    return Cue(start, end, tuple(shown), tuple(voices))


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction}")


def _plain_line(line: str) -> str:
    """Return a line without tags; the reading of a character stands behind it in parentheses."""
    line = line.replace("<rt>", "(").replace("</rt>", ")")
    return " ".join(html.unescape(_TAG.sub("", line)).split())


@told_if_too_deep()
def read_ttml(raw: bytes) -> Extracted:
    """Read Timed Text.

    Raises:
        DocumentError: it has no cues.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    tree = etree.fromstring(raw, parser)
    names = {
        agent.get("{http://www.w3.org/XML/1998/namespace}id"): " ".join(
            "".join(agent.itertext()).split()
        )
        for agent in tree.iter("{*}agent")
    }
    cues = []
    for element in tree.iter("{*}p"):
        for line_break in element.iter("{*}br"):
            line_break.tail = "\n" + (line_break.tail or "")
        agents = [value for name, value in element.items() if name.endswith("}agent")]
        start = _clock(element.get("begin"))
        end = _clock(element.get("end")) or start + _clock(element.get("dur"))
        split = (" ".join(line.split()) for line in "".join(element.itertext()).split("\n"))
        lines = tuple(filter(None, split))
        voice = names.get(agents[0], "") if agents else ""
        cues.append(Cue(start, end, lines, (voice,) * len(lines)))
    title = next((element.text or "" for element in tree.iter("{*}title")), "")
    language = tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    return _running_text(cues, {"title": title.strip(), "language": language})


def _clock(stated: str | None) -> float:
    """Return the seconds in a time of Timed Text, roughly where it counts frames or ticks."""
    match = re.match(
        rf"{_TIME}|(?P<number>\d{{1,9}}(?:\.\d{{1,6}})?)(?P<unit>h|ms|m|s)", stated or ""
    )
    if match is None:
        return 0.0
    if match["number"]:
        return float(match["number"]) * {"h": 3600, "m": 60, "s": 1, "ms": 0.001}[match["unit"]]
    return _seconds(match.groups()[:4])


def _running_text(cues: list[Cue], metadata: Metadata) -> Extracted:
    """Return the words of cues as paragraphs."""
    if not cues:
        raise DocumentError("has no subtitles with times; give it the ending of its real format.")
    cues = without_repeats([cue for cue in cues if cue.lines])
    speakers = CueSpeakers(cues)
    transcript = _Transcript(any(line.endswith(ENDS) for cue in cues for line in cue.lines))
    for cue in cues:
        if all(_SOUND.fullmatch(line) for line in cue.lines):
            transcript.add_sound(" ".join(cue.lines))
            continue
        for piece in speakers.pieces(cue):
            transcript.add(piece, cue.start, cue.end)
    return transcript.extracted(metadata)


class _Transcript:
    """Collects pieces into paragraphs."""

    def __init__(self, punctuated: bool) -> None:
        self._builder = Builder()
        self._punctuated = punctuated
        self._parts: list[str] = []
        self._length = 0
        self._who = ""
        self._named = False  # whether the paragraph begins with the speaker's name
        self._end = 0.0
        self._sounds: list[str] = []

    def add(self, piece: SpokenPiece, start: float, end: float) -> None:
        """Add words that are heard from a time on, in seconds."""
        changes = bool(piece.who and piece.who != self._who) or (piece.other and not piece.who)
        if self._parts and (changes or self._is_full(start)):
            self._end_paragraph()
        if changes:
            self._who, self._named = piece.who, bool(piece.who)
        self._parts.append(piece.words)
        self._length += len(piece.words)
        self._end = end

    def add_sound(self, words: str) -> None:
        """Add what is no speech; it stands behind the paragraph that it interrupts."""
        self._sounds.append(words)

    def extracted(self, metadata: Metadata) -> Extracted:
        """Return what was collected."""
        self._end_paragraph()
        return self._builder.extracted(metadata)

    def _is_full(self, start: float) -> bool:
        pause = start - self._end
        ends = self._parts[-1].endswith(ENDS)
        return (
            pause > _LONG_PAUSE
            or self._length > _LONGEST_PARAGRAPH
            or (pause > _PAUSE and (ends or not self._punctuated))
            or (self._length > _LONG_PARAGRAPH and ends)
        )

    def _end_paragraph(self) -> None:
        words = ""
        if self._parts:
            words = reduce(joined, self._parts)
        if self._named:
            words = f"{self._who}: {words}"
        self._builder.add(words, "turn" if self._who else "text", label=self._who)
        for sound in self._sounds:
            self._builder.add_clutter(sound, _SOUND_LABEL)
        self._parts, self._length, self._named, self._sounds = [], 0, False, []
