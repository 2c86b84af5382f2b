"""The lines of calendars and cards: NAME;PARAMETER=value:value, folded and escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from quopri import decodestring
from typing import NamedTuple

from rag.formats.messages.headers import decoded
from rag.formats.plain import decode

_FOLD = re.compile(r"\n[ \t]")
_SOFT_BREAK = re.compile(r"=\n[ \t]?")
_ESCAPED = re.compile(r"\\([nN,;:\\])")
_QUOTED_PRINTABLE = re.compile(r"(?im)^[^:\n]{0,200}QUOTED-PRINTABLE[^:\n]{0,200}:(?:.*=\n)*.*$")
_LONGEST_HEAD = 4_000  # characters of a name with its parameters


class Property(NamedTuple):
    """A line: its name in capitals, its parameters, and its value with escapes."""

    name: str
    parameters: dict[str, str]
    value: str

    @property
    def words(self) -> str:
        """The value without escapes."""
        return _ESCAPED.sub(_unescaped, self.value).strip()

    def split(self, separator: str) -> list[str]:
        """Return the parts of a value, without escapes and surrounding white space."""
        parts = re.split(rf"(?<!\\){separator}", self.value)
        return [_ESCAPED.sub(_unescaped, part).strip() for part in parts]


def _unescaped(match: re.Match[str]) -> str:
    return "\n" if match[1] in "nN" else match[1]


def properties(raw: bytes) -> Iterator[Property]:
    """Yield the lines of a calendar or of cards."""
    text = re.sub(r"\r\n?", "\n", decode(raw))
    text = _QUOTED_PRINTABLE.sub(lambda match: _SOFT_BREAK.sub("", match[0]), text)
    for line in _FOLD.sub("", text).split("\n"):
        found = _property(line)
        if found:
            yield found


def _property(line: str) -> Property | None:
    """Return what a line states; None where it is none of these lines."""
    begun = line[:_LONGEST_HEAD]
    # With a quote that is not closed, the first colon has to do.
    head = re.match(r'(?:[^:"]|"[^"]*")*:', begun) or re.match(r"[^:]*:", begun)
    if head is None:
        return None
    name, *stated = re.findall(r'(?:[^;"]|"[^"]*"|")+', head[0][:-1]) or [""]
    parameters: dict[str, list[str]] = {}
    for one in stated:
        key, equals, value = one.partition("=")
        key, value = (key, value) if equals else ("TYPE", key)  # as version 2.1 writes them
        parameters.setdefault(key.upper(), []).append(value.strip('"'))
    value = line[head.end() :]
    joined = {key: ",".join(values) for key, values in parameters.items()}
    coded = joined.get("ENCODING", "") + joined.get("TYPE", "")
    if "QUOTED-PRINTABLE" in coded.upper():
        value = decoded(decodestring(value.encode("utf-8", "replace")), joined.get("CHARSET"))
        value = value.replace("\r\n", "\n")
    return Property(name.rpartition(".")[2].strip().upper(), joined, value)
