"""Front matter: what a text says about itself before it begins.

YAML as Obsidian, Jekyll and Hugo write it, Hugo's TOML and JSON, the title block of Pandoc and
the first lines of MultiMarkdown. A slip in it never costs the document: what can be read is
read, line by line if need be, and the rest is told in a note.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from rag.formats.extracted import Metadata
from rag.text.characters import joined_surrogates, printable_line
from rag.text.written_dates import read_date

FIELDS = ("title", "outlet", "author", "published", "published_basis", "url", "language")
# The keys that tools use, the one that counts most first.
_KEYS: dict[str, tuple[str, ...]] = {
    "title": ("title", "headline"),
    "outlet": (
        *("outlet", "publication", "publisher", "source", "site", "sitename", "site-name"),
        *("newspaper", "journal"),
    ),
    "author": ("author", "authors", "by", "byline", "creator", "creators", "writer"),
    "published": (
        *("published", "date", "publishdate", "publish-date", "published-at", "publishedat"),
        *("date-published", "datepublished", "publication-date", "pubdate", "issued"),
        *("created", "created-at", "date-created", "createdat"),
    ),
    "published_basis": ("published-basis",),
    "url": (
        *("url", "link", "source-url", "original-url", "canonical", "canonical-url", "source"),
        *("uri", "web", "href"),
    ),
    "language": ("language", "lang", "locale"),
}
KNOWN_KEYS = frozenset(key for keys in _KEYS.values() for key in keys)
# Keys that are for a program, how a page is shown, filed and found, or for who keeps the file.
_LAYOUT = re.compile(
    r"(?:css)?(?:tags?|keywords?|alias(?:es)?|class(?:es)?|layout|template|theme|style|permalink"
    r"|draft|publish|weight|order|categor(?:y|ies)|slug|u?u?id|type|kind|lang|dir|toc|nav|menu"
    r"|sidebar|side-?bar|image|cover|thumbnail|banner|icon|color|colour|featured|hidden|published"
    r"|comments|share|sitemap|robots|redirect(?:-from|-to)?|url|series-order|position|parent"
    r"|has-children|render|output|format|engine|math|mermaid|bibliography|csl|jupyter|kernelspec"
    r"|dg-.*|obsidian.*|excalidraw.*|kanban.*|banner-.*|nav-.*|sidebar-.*|hide-.*|show-.*|toc-.*"
    r"|enable-?.*|disable-?.*|header-includes|geometry|fontsize|documentclass|pdf-engine|no-?index"
    r"|version-?control|editor|linter-.*|notes?|todo)"
)
_CREATED = ("created", "created-at", "date-created", "createdat")
_CREATED_BASIS = "inferred: from when the note was begun"
_NOTHING = ("", "~", "null", "none", "true", "false", "yes", "no")  # values that name nothing
# Between rules that are further apart there is text.
_MAX_FRONT_MATTER = 20_000  # characters
_MAX_SHOWN = 40  # characters of a wrong value or line that are repeated to the user
_MAX_NOTES = 3  # lines that are told one by one
_MAX_BRACKETS = 500  # that may open; the parser takes seconds over thousands in each other
_MAX_ITEMS = 50  # of a list, as of authors, however deep
_MAX_VALUE = 10_000  # characters; the fields of an article are shorter by far

_GAP = r"\A\ufeff?(?:[ \t]*\r?\n){0,3}"
_RULED = re.compile(
    rf"{_GAP}(---|\+\+\+)[ \t]*\r?\n(.{{0,{_MAX_FRONT_MATTER}}}?\r?\n)??"
    r"(?:\1|\.\.\.)[ \t]*(?:\r?\n|\Z)",
    re.DOTALL,
)
_OPEN = re.compile(rf"{_GAP}(---|\+\+\+)[ \t]*\r?\n")  # perhaps with no rule that closes it
_PANDOC = re.compile(rf"{_GAP}((?:%.*\r?\n(?:[ \t]+\S.*\r?\n)*){{1,3}})(?:[ \t]*\r?\n|\Z)")
_PARAGRAPH = re.compile(r"\A\ufeff?((?:(?![ \t\r]*\n)[^\n]*+\n){1,40}+)[ \t]*\r?\n")
_KEY = r"[\"']?[^\W\d_][\w .-]{0,40}?[\"']?"
_ENTRY = re.compile(rf"({_KEY})[ \t]*(?:::?|=)(?:[ \t]+(.*)|)")
_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "„": "“", "«": "»", "”": "”"}
_WIKILINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
_ADDRESS = re.compile(r"(?:[a-z][a-z+.-]*://|www\.)\S+", re.IGNORECASE)
_MARKDOWN_LINK = re.compile(r"\[[^\[\]]*\]\((\S+)\)|<(\S+)>")


class FrontMatter(NamedTuple):
    """What stands before a text.

    Attributes:
        metadata: the known fields.
        text: what follows, unaltered; the whole text where there is no front matter.
        notes: what of it could not be read, to be put behind the name of the file.
        others: what it says beyond the known fields, as keys and values, in order.
    """

    metadata: Metadata
    text: str
    notes: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()

    @property
    def fields(self) -> list[str]:
        """What it says beyond the known fields of the matter itself, as lines "key: value"."""
        return [
            f"{key}: {' '.join(value.split())}"
            for key, value in self.others
            if not _LAYOUT.fullmatch(_normal(key)) and "<%" not in value
        ]


def split_front_matter(text: str) -> FrontMatter:
    """Separate front matter from the text that follows it.

    Where there is none, or only a rule above and below some words, all is text.
    """
    for find in (_ruled, _unclosed, _json, _pandoc, _multimarkdown):
        found = find(text)
        if found is not None:
            return found
    return FrontMatter({}, text)


def _ruled(text: str) -> FrontMatter | None:
    """Read front matter between two rules, of YAML or, between plus signs, TOML."""
    match = _RULED.match(text)
    if match is None:
        return None
    header, rest = match[2] or "", text[match.end() :]
    if not header.strip():
        return FrontMatter({}, rest)
    fields = (_from_toml if match[1] == "+++" else _from_yaml)(header)
    if fields is not None:
        return _made(fields, rest, [])
    _, blank, below = header.replace("\r\n", "\n").partition("\n\n")
    if blank and _by_lines(below) is None and (unclosed := _unclosed(text)) is not None:
        return unclosed  # the rule is one of the text's
    read = _by_lines(header)
    return None if read is None else _made(read[0], rest, read[1])


def _unclosed(text: str) -> FrontMatter | None:
    """Read front matter that lacks its second rule: it goes as far as its lines name values."""
    match = _OPEN.match(text)
    if match is None:
        return None
    block = _PARAGRAPH.match(text[match.end() : match.end() + _MAX_FRONT_MATTER])
    if block is None:
        return None
    read = _by_lines(block[1])
    if read is None or not KNOWN_KEYS & {_normal(key) for key in read[0]} or read[1]:
        return None
    rest = text[match.end() + block.end() :]
    return _made(read[0], rest, ["has front matter without a rule that closes it"])


def _json(text: str) -> FrontMatter | None:
    """Read an object of JSON, as Hugo knows it, with a text behind it."""
    start = text[:9].lstrip("\ufeff \t\r\n")[:1]
    if start != "{":
        return None
    begin = text.index("{")
    try:
        fields, end = json.JSONDecoder().raw_decode(text[begin : begin + _MAX_FRONT_MATTER])
    except (ValueError, RecursionError):
        return None
    rest = text[begin + end :]
    known = isinstance(fields, dict) and KNOWN_KEYS & {_normal(key) for key in fields}
    if not known or not rest.strip() or not re.match(r"[ \t]*\r?\n", rest):
        return None
    return _made(fields, rest[rest.index("\n") + 1 :], [])


def _pandoc(text: str) -> FrontMatter | None:
    """Read the title, authors and date of Pandoc's title block, a line each behind "%"."""
    match = _PANDOC.match(text[:_MAX_FRONT_MATTER])
    if match is None:
        return None
    title, author, day, *_ = [
        " ".join(part.split()) for part in re.split(r"(?m)^%", match[1])[1:]
    ] + [""] * 3
    authors = [name.strip() for name in author.split(";")]
    return _made({"title": title, "author": authors, "date": day}, text[match.end() :], [])


def _multimarkdown(text: str) -> FrontMatter | None:
    """Read the first lines, "Key: value", as MultiMarkdown does; readers see them, so they stay."""
    match = _PARAGRAPH.match(text[:_MAX_FRONT_MATTER])
    if match is None or not re.match(r"\ufeff?title[ \t]*:", match[1], re.IGNORECASE):
        return None
    read = _by_lines(match[1])
    if read is None or read[1]:
        return None
    return _made(read[0], text, [])._replace(others=())


def _from_yaml(header: str) -> dict[Any, Any] | None:
    """Return the mapping that lines of YAML write down, if they do."""
    import yaml

    if max(header.count("["), header.count("{")) > _MAX_BRACKETS:
        return None
    try:
        # BaseLoader leaves every value a string: 2024-13-45 is looked at here, NO is no boolean.
        fields = yaml.load(header, Loader=yaml.BaseLoader)  # noqa: S506 (it makes strings only)
    except (yaml.YAMLError, RecursionError, ValueError, TypeError):
        return None
    return fields if isinstance(fields, dict) else None


def _from_toml(header: str) -> dict[str, Any] | None:
    import tomllib

    try:
        return tomllib.loads(header.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _by_lines(header: str) -> tuple[dict[str, Any], list[str]] | None:
    """Read each entry by itself; return those that can be read, and the lines that cannot.

    Returns None where most lines are no entries, as in a text between two rules.
    """
    fields: dict[str, Any] = {}
    wrong: list[str] = []
    entries = list(_entries(header))
    for key, value, lines in entries:
        if key and (read := _entry(key, value, lines)) is not None:
            fields.setdefault(key, read)
        else:
            wrong.append(lines[0])
    if not entries or 2 * sum(1 for key, *_ in entries if key) <= len(entries):
        return None
    shown = [_shown(line) for line in wrong]
    notes = [
        f"has front matter with a line that cannot be read, and was passed over: {line!r}"
        for line in shown[:_MAX_NOTES]
    ]
    if len(shown) > _MAX_NOTES:
        notes.append(f"has front matter with {len(shown) - _MAX_NOTES} more lines like that")
    return fields, notes


def _entries(header: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the key, the value on its line, and all lines of each entry; no key if it has none."""
    found: tuple[str, str, list[str]] | None = None
    for line in header.expandtabs(2).splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if found is not None and (line.startswith((" ", "- ")) or line.strip("]}, ") == ""):
            found[2].append(line)
            continue
        if found is not None:
            yield found
        match = _ENTRY.fullmatch(line.rstrip())
        key, value = (match[1].strip("\"'"), match[2] or "") if match else ("", "")
        found = key, value, [line]
    if found is not None:
        yield found


def _entry(key: str, value: str, lines: list[str]) -> Any:
    """Return the value of an entry that stands by itself, if it can be read."""
    whole = "\n".join(lines)
    if len(whole) <= _MAX_FRONT_MATTER:
        parsed = _from_yaml(whole)
        if parsed and [*parsed] == [key]:
            return parsed[key]
    if len(lines) > 1 and not value:
        items = [line.strip().removeprefix("-").strip() for line in lines[1:]]
        return [_unquoted(item) for item in items if item]
    value = " ".join([value, *(line.strip() for line in lines[1:])]).strip()
    return None if value.startswith(("[", "{", "<%")) else _unquoted(value)


def _unquoted(value: str) -> str:
    """Return a value without quotation marks around it, or before it alone."""
    value = value.strip()
    close = _QUOTES.get(value[:1])
    if close is None:
        return value
    return value[1:].removesuffix(close) if close not in value[1:-1] else value


def _made(fields: dict[Any, Any], rest: str, notes: list[str]) -> FrontMatter:
    """Tell the known fields of a mapping from the others."""
    named: dict[str, Any] = {}
    others: list[tuple[str, str]] = []
    for key, value in fields.items():
        name = _normal(str(key))
        if name in KNOWN_KEYS:
            named.setdefault(name, value)
        elif shown := ", ".join(_strings(value)):
            others.append((printable_line(str(key)), shown))
    meta = {}
    for field in ("title", "author", "outlet", "published_basis", "url", "language"):
        if value := _first(field, named, notes):
            meta[field] = value
    _add_date(named, meta, notes)
    return FrontMatter(meta, rest, tuple(notes), tuple(others))


def _first(field: str, named: dict[str, Any], notes: list[str]) -> str:
    """Return the first value for a field that is one."""
    for key in _KEYS[field]:
        if key not in named:
            continue
        values = list(_strings(named[key]))
        value = ", ".join(dict.fromkeys(values))
        if field == "url":
            value = next((address for each in values if (address := _address(each))), "")
        elif field == "outlet" and _address(value):
            continue  # "source" may name the outlet or give the address
        if value:
            return value
        if named[key] and not isinstance(named[key], str) and field != "url":
            notes.append(f"has front matter that gives no plain text for {key!r}")
    return ""


def _add_date(named: dict[str, Any], meta: Metadata, notes: list[str]) -> None:
    """Add the first date that can be read, or note why there is none."""
    problems = []
    for key in _KEYS["published"]:
        for value in list(_strings(named.get(key)))[:1]:
            day, problem = read_date(value)
            if day:
                meta["published"] = day
                if key in _CREATED:
                    meta.setdefault("published_basis", _CREATED_BASIS)
                return
            problems.append(f"has front matter whose {key} {_shown(value)!r} {problem}")
    notes += problems[:1]


def _strings(value: Any) -> list[str]:
    """Return the texts of a value: of a list all items, of a person the name."""
    found: list[str] = []
    waiting = [value]
    while waiting and len(found) < _MAX_ITEMS:
        some = waiting.pop()
        if isinstance(some, list):
            waiting += reversed(some[:_MAX_ITEMS])
        elif isinstance(some, dict):
            waiting.append(some.get("name") or some.get("title"))
        elif some is not None:
            text = _WIKILINK.sub(
                r"\1", _unquoted(joined_surrogates(str(some)[:_MAX_VALUE]))
            ).strip()
            found += [text] if text.lower() not in _NOTHING and "{{" not in text else []
        if len(waiting) > _MAX_ITEMS * _MAX_ITEMS:
            break
    return found


def _address(value: str) -> str:
    link = _MARKDOWN_LINK.fullmatch(value)
    value = (link[1] or link[2]) if link else value
    return value if _ADDRESS.fullmatch(value) else ""


def _normal(key: Any) -> str:
    """Return a key as the table writes it."""
    return re.sub(r"[\s_-]+", "-", str(key).strip().lower())


def _shown(value: str) -> str:
    line = printable_line(value)
    return line if len(line) <= _MAX_SHOWN else f"{line[:_MAX_SHOWN]} …"
