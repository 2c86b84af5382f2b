"""One file to one :class:`Article`: its text, id, metadata and marks.

Plain text keeps every character after the front matter. The other formats yield the text that
their library extracts, which is then stored and never altered, so that offsets stay true.
"""

from __future__ import annotations

import hashlib
import stat
import zipfile
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate, takewhile
from pathlib import Path, PurePosixPath

from rag.documents.clutter import find_marks
from rag.documents.metadata import doubt, guess
from rag.documents.scan import kind_problem
from rag.errors import DocumentError
from rag.formats import READERS
from rag.formats.archive import ARCHIVE, read_member
from rag.formats.extracted import Extracted
from rag.formats.kinds import true_ending
from rag.text.blocks import Block, under_questions
from rag.text.characters import printable_line, without_surrogates
from rag.text.lines import find_blocks
from rag.text.sentences import Mark, Sentence, split_sentences
from rag.text.words.languages import language_of
from rag.types import Article

_MAX_FIELD = 1_000  # characters of a title, an outlet, an author or an address
_MAX_REASON = 200  # characters of what a parser says
_WITH_FRONT_MATTER = ("read_text", "read_markdown")
_FRONT_MATTER = (b"---", b"+++", b"{")
_BEFORE_FRONT_MATTER = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"  # byte order marks, blank lines
_LONGEST_OPENING = 64  # bytes
_ZIPPED = b"PK"
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError)  # of a file that is an archive inside
_OWN_PACKAGE = __name__.partition(".")[0]
_INSTALL = "pip install footnote-rag"  # it installs what is missing, and nothing else
_REINSTALL = "pip install --force-reinstall footnote-rag"
_ID_LENGTH = 16  # hexadecimal digits: 64 bits, so that a million articles do not collide


def load(raw: bytes, name: str) -> Article:
    """Make an article of the bytes of one file.

    Args:
        raw: its bytes.
        name: its path relative to the corpus folder, with forward slashes; the ending says how
            to read it.

    Raises:
        DocumentError: the bytes cannot be read as the ending says, or the installation lacks what
            reads them; the message, to be put behind the file's name, says why and what to do.
    """
    place = PurePosixPath(name)
    ending = true_ending(raw, place.suffix.lower())
    if ending not in READERS:
        raise DocumentError(kind_problem(f"document{ending}"))
    extracted = _read(raw, ending)
    text, found = without_surrogates(extracted.text), extracted.metadata
    if not text.strip():
        raise DocumentError("holds no text; remove it or fill it.")
    fields = {key: printable_line(without_surrogates(value)) for key, value in found.items()}
    found = {key: _shortened(key, value) for key, value in fields.items() if value}
    blocks = under_questions(text, extracted.blocks or find_blocks(text))
    # A field that is empty is known to be open, as the date of a calendar: it is not guessed.
    cover = next((page for page in extracted.pages if page), 0)
    meta = guess(text, place.stem, known=fields, cover=cover) | found
    if "title" not in fields and _begins_with_front_matter(raw, ending):
        behind = _behind_fields(text, blocks, meta.get("title", ""))
        meta["title"] = guess(behind, place.stem, known=fields).get("title", "")
    notes = [*_misnamed(place, ending), *extracted.notes, *doubt(text, found, cover=cover)]
    return Article(
        id=article_id(raw, name),
        path=name,
        text=text,
        sha256=hashlib.sha256(raw).hexdigest(),
        title=meta.pop("title", None) or printable_line(place.stem) or "untitled",
        language=meta.pop("language", "").split("-")[0].lower() or language_of(text),
        marks=_merged(extracted.marks, find_marks(text)),
        blocks=blocks,
        pages=extracted.pages,
        page_count=len(extracted.pages),
        notes=tuple(map(printable_line, notes)),
        unread=tuple(map(printable_line, extracted.unread)),
        **meta,
    )


def _begins_with_front_matter(raw: bytes, ending: str) -> bool:
    """Return whether what stands first in a text may be of its front matter, and so no title."""
    opening = raw[:_LONGEST_OPENING].lstrip(_BEFORE_FRONT_MATTER)
    return READERS[ending].function in _WITH_FRONT_MATTER and opening.startswith(_FRONT_MATTER)


def _behind_fields(text: str, blocks: Sequence[Block], title: str) -> str:
    """Return what stands behind the fields that a text begins with, if one of them is the title."""
    fields = list(takewhile(lambda block: block.kind == "field", blocks))
    named = any(text[block.start : block.end] == title for block in fields)
    return text[fields[-1].end :] if named else text


def _read(raw: bytes, ending: str) -> Extracted:
    """Read the bytes of a file as its ending says; what goes wrong is told in a sentence."""
    try:
        return READERS[ending](raw)
    except DocumentError:
        raise
    except ImportError as error:
        raise DocumentError(_not_installed(error)) from error
    except RecursionError as error:
        raise DocumentError(
            "is nested too deep to be read; save it in a simpler form or remove it."
        ) from error
    except _DAMAGE as error:
        raise DocumentError(_damaged(raw, ending)) from error
    except Exception as error:  # parsers of broken files raise whatever they like
        kind = ending.lstrip(".").upper()
        reason = printable_line(str(error))[:_MAX_REASON]
        raise DocumentError(
            f"cannot be read as {kind} ({reason}); repair the file or remove it."
        ) from error


def _damaged(raw: bytes, ending: str) -> str:
    """Say of a file that is a zip container inside that it cannot be opened, and what to do."""
    kind = ending.lstrip(".").upper()
    also = "" if raw.startswith(_ZIPPED) else f", or is no {kind} file, whatever its name says"
    return (
        f"is cut off or damaged{also}; copy or download it again, or open it with its own program "
        "and save it anew."
    )


def _not_installed(error: ImportError) -> str:
    """Say that the fault is not the document's: something that reads it cannot be imported."""
    package = printable_line((error.name or "").partition(".")[0]) or "of its packages"
    if isinstance(error, ModuleNotFoundError) and package != _OWN_PACKAGE:
        return f"was not read, as the package {package} is missing; run `{_INSTALL}`."
    reason = printable_line(str(error))[:_MAX_REASON]
    return f"was not read, as {package} does not work ({reason}); run `{_REINSTALL}`."


def _misnamed(place: PurePosixPath, ending: str) -> list[str]:
    if ending == place.suffix.lower():
        return []
    return [f"is a {ending.lstrip('.').upper()} file by its content, and was read as one"]


def _merged(shown: Iterable[Mark], found: Iterable[Mark]) -> tuple[Mark, ...]:
    """Return marks of a format and marks found in the text, in order; the first go before."""
    shown = sorted(shown)
    reach = [0, *accumulate((mark.end for mark in shown), max)]  # of the first so many
    starts = [mark.start for mark in shown]
    free = (mark for mark in found if reach[bisect_left(starts, mark.end)] <= mark.start)
    return tuple(sorted([*shown, *free]))


def article_id(raw: bytes, name: str) -> str:
    """Return the id of the article that a file with these bytes holds, wherever the file lies.

    The same bytes read as another format are another text, and so another article.
    """
    reader = READERS.get(true_ending(raw, PurePosixPath(name).suffix.lower()))
    kind = reader.function if reader else ""
    return hashlib.sha256(kind.encode() + raw).hexdigest()[:_ID_LENGTH]


def _shortened(key: str, value: str) -> str:
    """Cut a field at the greatest length; an address is dropped, as half of it leads nowhere."""
    if len(value) <= _MAX_FIELD:
        return value
    return "" if key == "url" else value[: _MAX_FIELD - 1].rstrip() + "…"


def read_bytes(path: Path, *, max_bytes: int) -> bytes:
    """Return the bytes of a file, or of one in an archive.

    Args:
        path: the file; of one in an archive as if the archive were a folder.
        max_bytes: the largest size that is read, in bytes.

    Raises:
        DocumentError: it is larger, empty, no regular file, or cannot be read.
    """
    archive = archive_of(path)
    if archive is not None:
        return read_member(archive, path.relative_to(archive).as_posix(), max_bytes=max_bytes)
    try:
        found = path.stat()
        size = found.st_size
        if not stat.S_ISREG(found.st_mode):  # reading a pipe would never end
            raise DocumentError("is not a regular file and was not read.")
        if size > max_bytes:
            raise DocumentError(
                f"is {size / 1e6:.0f} MB, over the limit of {max_bytes / 1e6:.0f} MB; "
                "split the file or raise RAG_MAX_FILE_MB."
            )
        raw = path.read_bytes()
    except PermissionError as error:
        raise DocumentError("cannot be read for lack of permission; change its mode.") from error
    except OSError as error:
        raise DocumentError(f"cannot be read ({error.strerror}).") from error
    if not raw.strip():
        raise DocumentError("is empty; remove it or fill it.")
    return raw


def archive_of(path: Path) -> Path | None:
    """Return the archive that a path leads into, None where it is a file of its own."""
    inside = (above for above in path.parents if above.suffix.lower() == ARCHIVE)
    return next((above for above in inside if above.is_file()), None)


def sentences_of(article: Article) -> list[Sentence]:
    """Split an article into sentences and headings, as :func:`split_sentences` gives them."""
    return split_sentences(
        article.text,
        article.marks,
        title=article.title,
        language=article.language,
        blocks=article.blocks,
    )
