"""Compound files, as Outlook and old Office write them, set by hand."""

from __future__ import annotations

import struct
from typing import Any

SECTOR, MINI = 512, 64
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
CUTOFF = 4096  # bytes: smaller streams lie in the mini stream

Tree = dict[str, Any]  # names to bytes, of a stream, or to the tree of a storage


def compound(tree: Tree) -> bytes:
    """A compound file with the streams and storages of a tree."""
    entries: list[list[Any]] = []  # name, type, right sibling, child, start, size
    mini, mini_fat, sectors = bytearray(), list[int](), list[bytes]()
    fat: list[int] = []

    def chain(raw: bytes) -> int:
        first = len(sectors)
        parts = [raw[at : at + SECTOR].ljust(SECTOR, b"\0") for at in range(0, len(raw), SECTOR)]
        sectors.extend(parts)
        fat.extend([*range(first + 1, first + len(parts)), END] if parts else [])
        return first if parts else END

    def stored(raw: bytes) -> int:
        if len(raw) >= CUTOFF:
            return chain(raw)
        first, count = len(mini_fat), -(-len(raw) // MINI)
        mini.extend(raw.ljust(count * MINI, b"\0"))
        mini_fat.extend([*range(first + 1, first + count), END] if count else [])
        return first if count else END

    def add(here: Tree) -> int:
        first = last = FREE
        for name, value in here.items():
            number = len(entries)
            entries.append([name, 1 if isinstance(value, dict) else 2, FREE, FREE, END, 0])
            if isinstance(value, dict):
                entries[number][3] = add(value)
            else:
                entries[number][4:] = stored(value), len(value)
            if first == FREE:
                first = number
            else:
                entries[last][2] = number
            last = number
        return first

    entries.append(["Root Entry", 5, FREE, FREE, END, 0])
    entries[0][3] = add(tree)
    entries[0][4:] = chain(bytes(mini)), len(mini)
    mini_at = chain(b"".join(struct.pack("<L", each) for each in mini_fat))
    entries += [["", 0, FREE, FREE, 0, 0]] * (-len(entries) % 4)
    directory_at = chain(b"".join(map(directory_entry, entries)))
    count = -(-len(sectors) // (SECTOR // 4 - 1))  # of the sectors that list all, themselves too
    fat_at = len(sectors)
    fat += [FAT] * count + [FREE] * (count * 128 - len(fat) - count)
    sectors += [struct.pack("<128L", *fat[at : at + 128]) for at in range(0, len(fat), 128)]
    header = struct.pack(
        "<8s16xHHHHH6xLLL4xLLLLL",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, count, directory_at),
        *(CUTOFF, mini_at, -(-len(mini_fat) // 128), END, 0),
    )
    places = [*range(fat_at, fat_at + count)] + [FREE] * (109 - count)
    return header + struct.pack("<109L", *places) + b"".join(sectors)


def directory_entry(entry: list[Any]) -> bytes:
    name, kind, right, child, start, size = entry
    written = (name + "\0").encode("utf-16-le") if name else b""
    return struct.pack(
        "<64sHBBLLL16x4x16xLQ", written, len(written), kind, 1, FREE, right, child, start, size
    )
