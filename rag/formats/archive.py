"""Archives: the documents inside a .zip file, one level deep.

An archive is no reader's: one file holds several articles. What it says of itself is not trusted,
neither the names nor the sizes; only what is stored plainly or deflated is unpacked, since those
can be unpacked piece by piece.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from rag.errors import DocumentError
from rag.text.characters import printable_line

ARCHIVE = ".zip"
# Known by name, and not opened.
ARCHIVES_UNREAD = (
    *(".7z", ".rar", ".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".gz", ".bz2", ".xz", ".zst"),
    *(".lz", ".lzma", ".z", ".cab", ".arj", ".lzh", ".ace", ".iso", ".dmg", ".sit", ".sitx"),
)
_MAX_LISTED = 1_024  # bytes of an entry in the list of contents: a long name and its extras
_MAX_SWELLING = 200  # times the size of the archive; text is packed to a tenth, to a thirtieth
_ANY_SWELLING = 50_000_000  # bytes: what unpacks to less may be packed as tightly as it likes
_UNPACKED_HERE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED, _UTF8 = 0x1, 0x800  # bits of an entry's flags
_UNICODE_PATH = 0x7075  # the extra field with the name in UTF-8, as Info-ZIP writes it
_END = struct.Struct("<4s4H2LH")  # the record behind the list of contents
_END_SIGNATURE = b"PK\x05\x06"
_LONGEST_COMMENT = 65_535  # bytes, behind that record
_IN_ZIP64 = 0xFFFF  # entries: the true number stands elsewhere, and is larger
_DRIVE = re.compile(r"[A-Za-z]:")
# All that zipfile raises of a file that is damaged.
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, OverflowError),
    *(NotImplementedError, RuntimeError, LookupError),
)


class Member(NamedTuple):
    """A file in an archive.

    Attributes:
        name: its path relative to the archive, with forward slashes and nothing that leads out.
        size: in bytes, as the archive says.
        problem: why it is not to be read, to be put behind its name; None where it can be.
    """

    name: str
    size: int
    problem: str | None = None


def members(path: Path, *, max_members: int = 2_000) -> list[Member]:
    """List the files in an archive, sorted by name, hidden ones and those of macOS left out.

    Args:
        path: the archive.
        max_members: the largest number of files that is accepted.

    Raises:
        DocumentError: the archive is damaged, cannot be read, holds more files than that, or
            unpacks to far more than it is large.
    """
    listed: dict[str, list[zipfile.ZipInfo]] = defaultdict(list)
    for info in _contents(path, max_members):
        if _is_shown(info):
            listed[_plain_path(_stored_name(info))].append(info)
    if len(listed) > max_members:
        raise _too_many(max_members)
    return sorted(
        Member(name, entries[-1].file_size, _problem(entries)) for name, entries in listed.items()
    )


def read_member(path: Path, name: str, *, max_bytes: int) -> bytes:
    """Return the bytes of a file in an archive.

    Args:
        path: the archive.
        name: the path in it, as :func:`members` gives it.
        max_bytes: the largest size that is read, in bytes, whatever size the archive states.

    Raises:
        DocumentError: there is no such file, it is larger or empty, or cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            shown = (info for info in archive.infolist() if _is_shown(info))
            entries = [info for info in shown if _plain_path(_stored_name(info)) == name]
            if not entries:
                raise DocumentError("is no longer in the archive; sync again.")
            problem = _problem(entries)
            if problem:
                raise DocumentError(problem)
            size = entries[-1].file_size
            raw = b""
            if size <= max_bytes:
                with archive.open(entries[-1]) as file:
                    raw = file.read(max_bytes + 1)
    except OSError as error:
        raise _unreadable(error) from error
    except _DAMAGE as error:
        raise DocumentError(
            "is damaged in its archive; pack the archive again or unpack it with other means."
        ) from error
    if max(size, len(raw)) > max_bytes:
        raise DocumentError(
            f"is {max(size, len(raw)) / 1e6:.0f} MB, over the limit of {max_bytes / 1e6:.0f} MB; "
            "split the file or raise RAG_MAX_FILE_MB."
        )
    if not raw.strip():
        raise DocumentError("is empty; remove it or fill it.")
    return raw


def _contents(path: Path, max_members: int) -> list[zipfile.ZipInfo]:
    """Return the entries of an archive, if it is whole and within bounds."""
    try:
        packed = path.stat()
        if not stat.S_ISREG(packed.st_mode):
            raise DocumentError("is not a regular file and was not read.")
        _check_list(path, packed.st_size, max_members)
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except OSError as error:
        raise _unreadable(error) from error
    except _DAMAGE as error:
        raise DocumentError("is no archive or damaged; pack it again or remove it.") from error
    unpacked = sum(info.file_size for info in entries)
    if unpacked > max(_ANY_SWELLING, _MAX_SWELLING * packed.st_size):
        raise DocumentError(
            f"unpacks to {unpacked / 1e6:,.0f} MB, {unpacked // max(packed.st_size, 1):,} times "
            "its size, and was not opened; if you trust it, unpack it into the folder."
        )
    return entries


def _check_list(path: Path, size: int, max_members: int) -> None:
    """Refuse a long list of contents before it is read into memory."""
    with path.open("rb") as file:
        file.seek(max(size - _LONGEST_COMMENT - _END.size, 0))
        tail = file.read()
    at = tail.rfind(_END_SIGNATURE)
    if at < 0 or len(tail) < at + _END.size:
        raise zipfile.BadZipFile("has no list of contents")
    _, _, _, _, entries, length, _, _ = _END.unpack_from(tail, at)
    if entries == _IN_ZIP64 or length > max_members * _MAX_LISTED:
        raise _too_many(max_members)


def _too_many(max_members: int) -> DocumentError:
    return DocumentError(
        f"holds more than {max_members:,} files, and was not opened; "
        "unpack it into the folder, or pack the documents alone."
    )


def _unreadable(error: OSError) -> DocumentError:
    if isinstance(error, PermissionError):
        return DocumentError("cannot be read for lack of permission; change its mode.")
    return DocumentError(f"cannot be read ({error.strerror}).")


def _is_shown(info: zipfile.ZipInfo) -> bool:
    """Return whether an entry is a file, and neither hidden nor an aside of macOS."""
    parts = [part for part in _stored_name(info).split("/") if part not in ("", ".", "..")]
    folder = info.is_dir() or _stored_name(info).endswith("/")
    return bool(parts) and not (
        folder or "__MACOSX" in parts or any(part.startswith(".") for part in parts)
    )


def _stored_name(info: zipfile.ZipInfo) -> str:
    """Return the name of an entry with the encoding that it was really written in.

    Without a flag it should be code page 437; most programs write UTF-8 all the same.
    """
    name = info.orig_filename
    if not info.flag_bits & _UTF8:
        written = name.encode("cp437", "replace")
        try:
            name = _unicode_path(info.extra, zlib.crc32(written)) or written.decode("utf-8")
        except UnicodeDecodeError:
            name = written.decode("cp437")
    return name.replace("\\", "/")


def _unicode_path(extra: bytes, checksum: int) -> str:
    """Return the name in an extra field, if it still belongs to the name with that checksum."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        field = extra[at + 4 : at + 4 + length]
        if kind == _UNICODE_PATH and len(field) > 5 and field[0] == 1:
            named_for = int.from_bytes(field[1:5], "little")
            return field[5:].decode("utf-8") if named_for == checksum else ""
        at += 4 + length
    return ""


def _plain_path(name: str) -> str:
    """Return a path that stays within the archive whatever is done with it."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    kept = ["__" if part == ".." else printable_line(part).replace(":", "_") for part in parts]
    return "/".join(kept)


def _problem(entries: list[zipfile.ZipInfo]) -> str | None:
    """Return why the entries of one name are not to be read, if they are not."""
    info = entries[-1]
    name = _stored_name(info)
    return next((problem for wrong, problem in _faults(info, name, entries) if wrong), None)


def _faults(
    info: zipfile.ZipInfo, name: str, entries: list[zipfile.ZipInfo]
) -> Iterable[tuple[bool, str]]:
    leads_out = name.startswith("/") or ".." in name.split("/") or _DRIVE.match(name) is not None
    different = len({(entry.CRC, entry.file_size) for entry in entries}) > 1
    return (
        (
            leads_out or "\0" in name,
            "has a path that leads out of its archive; pack it again under a plain name.",
        ),
        (
            stat.S_ISLNK(info.external_attr >> 16),
            "is a link to another file; pack the file itself.",
        ),
        (
            name.lower().endswith((ARCHIVE, *ARCHIVES_UNREAD)),
            "is an archive in an archive; unpack it into the folder.",
        ),
        (
            bool(info.flag_bits & _ENCRYPTED),
            "is encrypted; unpack it into the folder with its password.",
        ),
        (
            info.compress_type not in _UNPACKED_HERE,
            "is packed in a way that is not read; unpack it into the folder.",
        ),
        (
            different,
            f"stands {len(entries)} times in its archive, each time with other content; "
            "unpack it into the folder and keep the right one.",
        ),
    )
