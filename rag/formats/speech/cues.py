"""Cues: what subtitles show at a time, and captions that show the same words again."""

from __future__ import annotations

from typing import NamedTuple

_TOUCHING = 0.5  # seconds between cues of which one repeats the other's words
_FEWEST_REPEATS, _REPEATING = 3, 0.3  # cues, and their share, that show captions that roll up
# Of a few cues, nearly all repeat words where captions roll up; a refrain is two or three.
_FEWEST_OF_FEW, _REPEATING_OF_FEW = 2, 0.75
_MAX_OVERLAP = 60  # words that a cue may repeat


class Cue(NamedTuple):
    """What is shown at a time, in seconds; for each line who speaks, where markup says it."""

    start: float
    end: float
    lines: tuple[str, ...]
    voices: tuple[str, ...]


def without_repeats(cues: list[Cue]) -> list[Cue]:
    """Leave out what captions show again while they roll up or grow word by word."""
    overlaps = [0] * len(cues)
    repeats = grown = 0
    for at in range(1, len(cues)):
        before, here = _words(cues[at - 1]), _words(cues[at])
        overlap = _overlap(before, here)
        whole = overlap == len(before) or overlap >= len(cues[at].lines[0].split())
        if overlap and whole and cues[at].start - cues[at - 1].end < _TOUCHING:
            overlaps[at] = overlap
            repeats += 1
            grown += overlap < len(here)
    if not _rolls(repeats, grown, len(cues)):
        return [cue for at, cue in enumerate(cues) if at == 0 or cue != cues[at - 1]]
    rest = (
        (cue, _words(cue)[overlap:]) if overlap else (cue, None)
        for cue, overlap in zip(cues, overlaps, strict=True)
    )
    shown = [
        cue if words is None else cue._replace(lines=(" ".join(words),), voices=cue.voices[:1])
        for cue, words in rest
    ]
    return [cue for cue in shown if any(cue.lines)]


def _rolls(repeats: int, grown: int, cues: int) -> bool:
    """Return whether cues that repeat the one before, some with more behind it, roll up."""
    many = repeats >= max(_FEWEST_REPEATS, _REPEATING * cues) and grown >= _FEWEST_REPEATS
    few = repeats >= max(_FEWEST_OF_FEW, _REPEATING_OF_FEW * (cues - 1)) and grown > 0
    return many or few


def _words(cue: Cue) -> list[str]:
    return " ".join(cue.lines).split()


def _overlap(before: list[str], here: list[str]) -> int:
    """Return how many words at the end of one cue begin the next."""
    longest = min(len(before), len(here), _MAX_OVERLAP)
    return next((many for many in range(longest, 0, -1) if before[-many:] == here[:many]), 0)
