"""Documents in a .zip are found and read, and a hostile archive costs no more than itself."""

from __future__ import annotations

import struct
import warnings
import zipfile
import zlib
from pathlib import Path

import pytest

from rag.errors import DocumentError
from rag.formats.archive import ARCHIVES_UNREAD, members, read_member

STORY = b"The ferry to Holm runs daily."
LIMIT = 1_000_000


def zipped(place: Path, files: dict[str, bytes]) -> Path:
    path = place / "papers.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in files.items():
            archive.writestr(name, raw)
    return path


def problem(path: Path, name: str) -> str:
    """What is wrong with a member; reading it says the same."""
    found = next(member.problem for member in members(path) if member.name == name)
    assert found
    with pytest.raises(DocumentError) as caught:
        read_member(path, name, max_bytes=LIMIT)
    assert str(caught.value) == found
    return found


def test_members_are_listed_and_read(tmp_path: Path) -> None:
    """Files of all folders are listed by name with their size, and give their bytes."""
    path = zipped(tmp_path, {"b/two.txt": b"Two.", "one.txt": STORY, "b/": b""})
    assert members(path) == [("b/two.txt", 4, None), ("one.txt", len(STORY), None)]
    assert read_member(path, "one.txt", max_bytes=LIMIT) == STORY


def test_what_nobody_packed_on_purpose_is_left_out(tmp_path: Path) -> None:
    """Hidden files and those that macOS adds are not listed."""
    names = ["__MACOSX/._a.txt", ".DS_Store", "a/.git/config.txt", ".b.txt", "a.txt"]
    path = zipped(tmp_path, dict.fromkeys(names, STORY))
    assert [member.name for member in members(path)] == ["a.txt"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Größe.txt".encode(), "Größe.txt"),
        ("Größe.txt".encode("cp437"), "Größe.txt"),
        (b"north\\a.txt", "north/a.txt"),
    ],
)
def test_names_are_repaired(tmp_path: Path, written: bytes, shown: str) -> None:
    """A name without a flag is UTF-8 if it can be, else code page 437; backslashes are slashes."""
    path = zipped(tmp_path, {"x" * len(written): STORY})
    path.write_bytes(path.read_bytes().replace(b"x" * len(written), written))
    assert [member.name for member in members(path)] == [shown]
    assert read_member(path, shown, max_bytes=LIMIT) == STORY


def test_a_name_in_an_extra_field_counts(tmp_path: Path) -> None:
    """The Unicode name that Info-ZIP adds is the name, as long as it belongs to the short one."""
    path = tmp_path / "papers.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("Krak_w.txt")
        name = "Kraków.txt".encode()
        field = struct.pack("<BL", 1, zlib.crc32(b"Krak_w.txt")) + name
        info.extra = struct.pack("<HH", 0x7075, len(field)) + field
        archive.writestr(info, STORY)
    assert [member.name for member in members(path)] == ["Kraków.txt"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/a.txt", "__/__/etc/a.txt"),
        ("/etc/a.txt", "etc/a.txt"),
        ("C:\\a.txt", "C_/a.txt"),
    ],
)
def test_paths_that_lead_out_are_refused(tmp_path: Path, name: str, shown: str) -> None:
    """A path out of the archive is a problem, and what is reported of it leads nowhere."""
    assert "leads out" in problem(zipped(tmp_path, {name: STORY}), shown)


def test_links_are_refused(tmp_path: Path) -> None:
    """A symbolic link is not followed."""
    path = tmp_path / "papers.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("a.txt")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    assert "link" in problem(path, "a.txt")


@pytest.mark.parametrize("name", ["inner.zip", "inner.tar.gz", "inner.RAR"])
def test_archives_are_opened_one_level_deep(tmp_path: Path, name: str) -> None:
    """An archive in an archive is named as one."""
    assert "archive in an archive" in problem(zipped(tmp_path, {name: STORY}), name)


def test_encrypted_members_are_named(tmp_path: Path) -> None:
    """A member behind a password is a problem of its own; the others are read."""
    path = zipped(tmp_path, {"a.txt": STORY, "b.txt": STORY})
    raw = bytearray(path.read_bytes())
    raw[6] |= 1  # the flags in front of the file, and in the list of contents
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    assert "encrypted" in problem(path, "a.txt")
    assert read_member(path, "b.txt", max_bytes=LIMIT) == STORY


def test_ways_of_packing_that_cannot_be_bounded_are_refused(tmp_path: Path) -> None:
    """A member packed with LZMA is a problem."""
    path = tmp_path / "papers.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.txt", STORY)
    assert "packed in a way" in problem(path, "a.txt")


def test_one_name_for_two_contents_is_a_problem(tmp_path: Path) -> None:
    """Of two members of one name neither is preferred, unless they are the same."""
    path = tmp_path / "papers.zip"
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as archive:
        warnings.simplefilter("ignore")
        for name, raw in (("a.txt", b"One."), ("a.txt", b"Two."), ("b.txt", b"1"), ("b.txt", b"1")):
            archive.writestr(name, raw)
    assert "2 times" in problem(path, "a.txt")
    assert read_member(path, "b.txt", max_bytes=LIMIT) == b"1"


def test_a_member_over_the_limit_is_not_unpacked(tmp_path: Path) -> None:
    """A large member costs an error, whether the archive states its size or a smaller one."""
    path = zipped(tmp_path, {"a.txt": b"a" * 3_000_000, "b.txt": STORY})
    with pytest.raises(DocumentError, match="is 3 MB, over the limit of 1 MB"):
        read_member(path, "a.txt", max_bytes=LIMIT)
    raw = path.read_bytes()
    lied = raw.replace(struct.pack("<L", 3_000_000), struct.pack("<L", 300_000))
    path.write_bytes(lied)
    with pytest.raises(DocumentError, match="damaged in its archive"):
        read_member(path, "a.txt", max_bytes=LIMIT)


def test_an_archive_that_swells_is_not_opened(tmp_path: Path) -> None:
    """An archive that unpacks to hundreds of times its size is one problem."""
    path = zipped(tmp_path, {f"{at}.txt": b"a" * 10_000_000 for at in range(6)})
    with pytest.raises(DocumentError, match=r"unpacks to 60 MB, \d,?\d+ times its size"):
        members(path)


def test_an_archive_of_too_many_files_is_not_opened(tmp_path: Path) -> None:
    """Too many files are one problem, and found out without listing them all."""
    path = zipped(tmp_path, {f"{at}.txt": b"a" for at in range(40)})
    assert len(members(path, max_members=40)) == 40
    with pytest.raises(DocumentError, match="more than 39 files"):
        members(path, max_members=39)
    with pytest.raises(DocumentError, match="more than 1 files"):
        members(path, max_members=1)


@pytest.mark.parametrize("cut", [0, 1, 30, 90, -1, -22, -40])
def test_damaged_archives_are_one_problem(tmp_path: Path, cut: int) -> None:
    """An archive that is cut off somewhere is said to be damaged."""
    path = zipped(tmp_path, {"a.txt": STORY, "b.txt": STORY})
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(DocumentError, match="damaged"):
        members(path)


def test_flipped_bytes_never_raise_anything_else(tmp_path: Path) -> None:
    """Whatever byte is wrong, there is an answer or a DocumentError, and soon."""
    path = zipped(tmp_path, {"a.txt": STORY * 3, "b/c.txt": STORY})
    raw = path.read_bytes()
    for at in range(len(raw)):
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 0xFF]) + raw[at + 1 :])
        try:
            for member in members(path):
                read_member(path, member.name, max_bytes=LIMIT)
        except DocumentError:
            pass


def test_what_is_gone_or_empty_says_so(tmp_path: Path) -> None:
    """A member that is not there any more or has no words is an error of its own."""
    path = zipped(tmp_path, {"a.txt": b" \n"})
    with pytest.raises(DocumentError, match="is empty"):
        read_member(path, "a.txt", max_bytes=LIMIT)
    with pytest.raises(DocumentError, match="no longer in the archive"):
        read_member(path, "b.txt", max_bytes=LIMIT)
    with pytest.raises(DocumentError, match="cannot be read"):
        members(tmp_path / "none.zip")
    with pytest.raises(DocumentError, match="not a regular file"):
        members(tmp_path)


def test_archives_of_other_kinds_are_known() -> None:
    """Each is known by the last ending of a name, since that is all that is looked at."""
    assert {".7z", ".rar", ".gz", ".tar"} <= set(ARCHIVES_UNREAD)
    assert [Path(f"papers.old{ending}").suffix for ending in ARCHIVES_UNREAD] == [*ARCHIVES_UNREAD]
