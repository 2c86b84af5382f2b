"""Pictures of text, read by Tesseract where it is installed."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import lru_cache
from time import monotonic
from typing import TYPE_CHECKING, Any

from rag.errors import DocumentError
from rag.formats.extracted import Builder, Extracted
from rag.formats.scanned import ScannedLine, paragraphs_of

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

PAGE_SECONDS = 30.0  # that one page may take; an ordinary one takes two
ALL_SECONDS = 45.0  # that all pages of a file may take: less than RAG_PARSE_SECONDS
MAX_PIXELS = 40_000_000  # of a picture: a page of A3 at 300 dots an inch has 17 million
_MAX_SIDE = 32_000  # pixels: Tesseract takes no more
_COLUMNS = 12  # of a line of its output
_WORD_LEVEL = "5"
_LEAST = 30.0  # of 100: words that Tesseract is less sure of are mostly specks
_SURE = 60.0  # of 100: a page below it is worth a warning
_UPRIGHT = 70.0  # of 100: a page read upside down gives words of 60, a poor scan more
_NO_WORSE = 5.0  # of 100: by so much a page turned upright may be less sure than on its side
_AS_MUCH = 0.7  # of the letters: a page turned upright has about as many
_LONG_WORD = 4  # letters: a word that is wider than high
# Of the process that reads documents; it is given by rag.documents.reading_process.
LANGUAGES_VARIABLE = "RAG_OCR_LANGUAGES"
_ASK_SECONDS = 10  # in which Tesseract must say which languages it has


@dataclass
class Recognized:
    """The paragraphs of a picture, and how sure of them Tesseract is, from 0 to 100."""

    paragraphs: list[str] = field(default_factory=list)
    confidence: float = 0.0


class Clock:
    """Keeps the time that the pictures of one file take together."""

    def __init__(self, seconds: float = ALL_SECONDS) -> None:
        self._end = monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left for the next picture."""
        return min(self._end - monotonic(), PAGE_SECONDS)


def languages() -> str:
    """Return the languages that pictures are read in, as Tesseract names them: ``eng+deu``."""
    return os.environ.get(LANGUAGES_VARIABLE) or "eng"


def is_installed() -> bool:
    """Return whether Tesseract is there, with the languages that it is to read."""
    return shutil.which("tesseract") is not None and not _missing(languages())


def remedy() -> str:
    """Return what to do so that pictures are read, where :func:`is_installed` says no."""
    missing = _missing(languages()) if shutil.which("tesseract") else []
    more = f" for {' and '.join(missing)} (RAG_OCR_LANGUAGES)" if missing else ""
    return f"install Tesseract{more} and run `rag index` again"


@lru_cache(maxsize=4)
def _missing(wanted: str) -> list[str]:
    """Return the languages that Tesseract lacks; none where it does not tell."""
    try:
        done = subprocess.run(  # noqa: S603 - nothing of the document is in the command
            [shutil.which("tesseract") or "tesseract", "--list-langs"],
            capture_output=True,
            timeout=_ASK_SECONDS,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return []
    there = (done.stdout + done.stderr).decode("utf-8", "replace").split()
    return [name for name in wanted.split("+") if name not in there] if there else []


def recognize(image: bytes, seconds: float) -> Recognized | None:
    """Read a picture, also one that lies on its side or upside down.

    Args:
        image: its bytes, in a format that Tesseract takes from its standard input: PNM or PNG.
        seconds: how long it may take.

    Returns:
        What it says; None where Tesseract fails or takes longer.
    """
    end = monotonic() + seconds
    output = _read(image, seconds)
    if output is None:
        return None
    found, sideways = parse_tsv(output), _lies_on_its_side(output)
    if not found.paragraphs or (found.confidence >= _UPRIGHT and not sideways):
        return found
    for turn in (90, 270) if sideways else (180,):
        other = _read(_turned(image, turn), end - monotonic())
        read = parse_tsv(other) if other is not None else Recognized()
        is_sure = read.confidence >= max(_UPRIGHT, found.confidence - _NO_WORSE)
        if is_sure and _letters(read) >= _AS_MUCH * _letters(found):
            return read
    return found


def _read(image: bytes, seconds: float) -> str | None:
    """Return Tesseract's table of the words of a picture as it lies; None where it fails."""
    found = shutil.which("tesseract")
    if found is None or seconds <= 0:
        return None
    command = [found, "stdin", "stdout", "-l", languages(), "tsv"]
    try:
        done = subprocess.run(  # noqa: S603 - nothing of the document is in the command
            command,
            input=image,
            capture_output=True,
            timeout=seconds,
            check=False,
            env=os.environ | {"OMP_THREAD_LIMIT": "1"},  # threads only wait for each other
        )
    except (subprocess.TimeoutExpired, OSError):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def _letters(found: Recognized) -> int:
    return sum(map(len, found.paragraphs))


def _lies_on_its_side(output: str) -> bool:
    """Return whether most long words in Tesseract's table are higher than they are wide."""
    words = [row.split("\t", _COLUMNS - 1) for row in output.splitlines()[1:]]
    long = [
        int(cells[9]) > int(cells[8])
        for cells in words
        if len(cells) == _COLUMNS and cells[0] == _WORD_LEVEL and len(cells[11]) >= _LONG_WORD
    ]
    return sum(long) > len(long) / 2


def _turned(image: bytes, degrees: int) -> bytes:
    """Return a picture turned against the clock."""
    from PIL import Image

    out = io.BytesIO()
    with Image.open(io.BytesIO(image)) as opened:
        opened.rotate(degrees, expand=True).save(out, "PNG", compress_level=1)
    return out.getvalue()


def parse_tsv(output: str) -> Recognized:
    """Return the paragraphs in Tesseract's table of words."""
    lines: dict[tuple[int, int], dict[int, ScannedLine]] = {}
    sure: list[tuple[float, int]] = []
    for row in output.splitlines()[1:]:
        cells = row.split("\t", _COLUMNS - 1)
        if len(cells) < _COLUMNS or cells[0] != _WORD_LEVEL or not cells[11].strip():
            continue
        confidence, word = float(cells[10]), cells[11].strip()
        if confidence < _LEAST:
            continue
        paragraph, line = (int(cells[2]), int(cells[3])), int(cells[4])
        found_line = lines.setdefault(paragraph, {}).setdefault(line, ScannedLine())
        found_line.add(word, int(cells[6]), int(cells[8]), int(cells[9]))
        sure.append((confidence, len(word)))
    found = Recognized(paragraphs_of([list(each.values()) for each in lines.values()]))
    letters = sum(length for _, length in sure)
    found.confidence = sum(value * length for value, length in sure) / letters if letters else 0.0
    return found


def note_of(confidence: float, what: str) -> str:
    """Return the note that a picture was read.

    Args:
        confidence: of 100.
        what: what was read, as "pages 2 and 5 were"; behind the file's name.
    """
    doubt = "; check its words against the picture" if confidence < _SURE else ""
    return f"{what} read by OCR (confidence {confidence:.0f} of 100){doubt}"


def _opened(raw: bytes) -> ImageFile:
    """Open a picture.

    Raises:
        DocumentError: it is damaged, or of a kind that cannot be read.
    """
    from PIL import Image

    try:
        return Image.open(io.BytesIO(raw))
    except (OSError, SyntaxError) as error:  # the latter of a broken PNG
        raise DocumentError(
            "is a picture that is damaged or of a kind that cannot be read; save it as PNG."
        ) from error


def read_image(raw: bytes) -> Extracted:
    """Read the words in a picture, each frame of which is a page."""
    from PIL import ImageSequence

    if not is_installed():
        raise DocumentError(f"is a picture, of which the words were not read; {remedy()}.")
    builder, clock = Builder(), Clock()
    sure: list[float] = []
    late: list[int] = []
    with _opened(raw) as image:
        for number, frame in enumerate(ImageSequence.Iterator(image), start=1):
            builder.begin_page()
            found = recognize(_as_png(frame), clock.left())
            if found is None:
                late.append(number)
                continue
            sure += [found.confidence] if found.paragraphs else []
            for text in found.paragraphs:
                builder.add(text)
    if not sure:
        reason = "OCR failed or took too long; scan it anew" if late else "OCR found none"
        raise DocumentError(f"is a picture without words that can be read ({reason}).")
    builder.notes.append(note_of(sum(sure) / len(sure), "was"))
    if late:
        builder.unread.append(f"has {len(late)} pages that OCR could not read in time; split it")
    return builder.extracted({})


def _as_png(frame: Any) -> bytes:
    """Return a picture upright and in grey, as Tesseract takes it.

    Raises:
        DocumentError: it is too large.
    """
    from PIL import Image, ImageOps

    width, height = frame.size
    if width * height > MAX_PIXELS or max(width, height) > _MAX_SIDE:
        raise DocumentError(
            f"is a picture of {width:,} by {height:,} pixels, which is too large to be read; "
            "make it smaller."
        )
    upright = ImageOps.exif_transpose(frame)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        ground = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(ground, upright.convert("RGBA"))
    out = io.BytesIO()
    upright.convert("L").save(out, "PNG", compress_level=1)
    return out.getvalue()
