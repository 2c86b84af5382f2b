"""Write the list of documents as safe HTML: a tick box for each, by folder, with their problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from rag.render.naming import one_line
from rag.render.page import (
    on_page,
)
from rag.text.characters import escape
from rag.text.dates import display_date

Row = Mapping[str, Any]  # ``ListedArticle.to_dict()``

NO_DOCUMENTS = "There are no documents yet. Add files or a folder above, or drop them on the page."
NONE_FOUND = "No document has these words in its title, source or file name."
NOT_LISTED = "The newest {:,} of {:,} documents are listed; the search finds the others."
TAKEN_OUT = "was taken out of the folder and is not asked any more."
_FEW = 3  # unread files that are shown without a click
_ORDERS = {
    "newest": "Newest first",
    "oldest": "Oldest first",
    "name": "By name",
    "source": "By source",
}
MOST_REMOVED = 200  # files that are listed to be brought back, as many as one looks through
_BYTES = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))


@dataclass(frozen=True, slots=True)
class SourceList:
    """What the list of documents shows.

    ``rows`` are the documents that are listed, of ``total`` in all; ``finding`` are the words that
    they were looked for by. ``skipped`` pairs the path of a file that was not read, or not in
    full, with the reason; ``copies`` are the file names of near-copies by the id of a document.
    ``may_remove`` says whether documents can be removed here. ``others`` are the ids of the
    documents that are not listed: they are asked too unless all are unticked. ``removed`` are the
    paths of files that can be brought back.
    """

    folder: str
    size: int
    rows: Sequence[Row]
    total: int
    finding: str = ""
    skipped: Sequence[tuple[str, str]] = ()
    copies: Mapping[str, Sequence[str]] | None = None
    may_remove: bool = False
    others: Sequence[str] = ()
    removed: Sequence[str] = ()


def sources_html(shown: SourceList, notice: str = "") -> str:
    """Return the documents as an HTML fragment, for the script beside the pane to work on.

    Args:
        shown: the documents.
        notice: HTML that stands above them, however far they are scrolled.
    """
    partial = shown.total > len(shown.rows) or bool(shown.finding)
    others = f' data-others="{escape(" ".join(shown.others))}"' if shown.others else ""
    return (
        f'<div class="documents"{" data-partial" if partial else ""}{others}'
        f' data-total="{shown.total}">'
        f"{_head(shown, notice)}{_unread(shown)}{_body(shown)}{_removed(shown)}</div>"
    )


def undo_html(title: str) -> str:
    """Return the notice that a document was removed, with the button that brings it back."""
    return (
        f'<div class="notice" role="status"><p><b dir="auto">{escape(one_line(title))}</b> '
        f'{TAKEN_OUT}</p><button type="button" class="tool" data-undo>Undo</button> '
        '<button type="button" class="tool" data-dismiss>Dismiss</button></div>'
    )


def size_text(size: int) -> str:
    """Return a number of bytes as people read it, as ``1.2 MB``."""
    for unit, name in _BYTES:
        if size >= unit:
            return (
                f"{size / unit:.3g} {name}" if size < 1_000 * unit else f"{size / unit:,.0f} {name}"
            )
    return f"{size} bytes"


def _head(shown: SourceList, notice: str) -> str:
    documents = "1 document" if shown.total == 1 else f"{shown.total:,} documents"
    orders = "".join(f'<option value="{name}">{said}</option>' for name, said in _ORDERS.items())
    facts = (
        f'<p class="folder-facts"><b dir="auto">{escape(one_line(shown.folder))}</b> '
        f'<span class="meta">{documents}, {size_text(shown.size)}</span></p>'
    )
    if not shown.rows and not shown.finding:
        return f'<div class="documents-head">{facts}{notice}</div>'
    return (
        f'<div class="documents-head">{facts}<div class="documents-tools">'
        '<input type="search" class="find" aria-label="Find a document"'
        ' placeholder="Find …" autocomplete="off">'
        f'<select class="order" aria-label="Order of the documents">{orders}</select></div>'
        '<div class="documents-all"><label><input type="checkbox" class="tick-all" checked>'
        '<span>All</span></label><span class="asked-of meta" role="status"></span></div>'
        f"{notice}</div>"
    )


def _unread(shown: SourceList) -> str:
    """List the files of which nothing was read; what of a document was not read is at its row."""
    listed = {row["path"] for row in shown.rows}
    files = [(path, reason) for path, reason in shown.skipped if path not in listed]
    if not files or shown.finding:
        return ""
    count = len({path for path, _ in files})
    said = "1 file was" if count == 1 else f"{count:,} files were"
    items = "".join(
        f'<li><span class="path" dir="auto">{escape(path)}</span> {escape(on_page(reason))}</li>'
        for path, reason in files
    )
    opened = " open" if count <= _FEW else ""
    return (
        f'<details class="unread"{opened}><summary>{said} not read, or not in full</summary>'
        f"<ul>{items}</ul></details>"
    )


def _removed(shown: SourceList) -> str:
    """List the files that were removed, folded away, each with a button that brings it back."""
    if not shown.removed or shown.finding:
        return ""
    items = "".join(
        f'<li><span class="path" dir="auto">{path}</span> <button type="button" class="tool"'
        f' data-back="{path}" aria-label="Bring back {path}">Bring back</button></li>'
        for path in map(escape, shown.removed[:MOST_REMOVED])
    )
    more = len(shown.removed) - MOST_REMOVED
    rest = f"<li>{more:,} more were removed</li>" if more > 0 else ""
    return (
        f'<details class="unread removed"><summary>Removed ({len(shown.removed):,})</summary>'
        f"<ul>{items}{rest}</ul></details>"
    )


def _body(shown: SourceList) -> str:
    if not shown.rows:
        return f'<p class="meta nothing">{NONE_FOUND if shown.finding else NO_DOCUMENTS}</p>'
    problems: dict[str, list[str]] = {}
    for path, reason in shown.skipped:
        problems.setdefault(path, []).append(reason)
    folders: dict[str, list[str]] = {}
    for row in shown.rows:
        remarks = _remarks(row, problems.get(row["path"], ()), (shown.copies or {}).get(row["id"]))
        line = _row(row, remarks, may_remove=shown.may_remove)
        folders.setdefault(row["path"].rpartition("/")[0], []).append(line)
    more = ""
    if shown.total > len(shown.rows) and not shown.finding:
        more = f'<p class="meta">{NOT_LISTED.format(len(shown.rows), shown.total)}</p>'
    groups = "".join(_group(name, folders[name]) for name in sorted(folders))
    return f'{groups}<p class="meta nothing" hidden>{NONE_FOUND}</p>{more}'


def _group(name: str, lines: Sequence[str]) -> str:
    """Write the documents of one folder; those of the folder itself have no head."""
    rows = f"<ul>{''.join(lines)}</ul>"
    if not name:
        return f'<section class="group">{rows}</section>'
    shown = escape(one_line(name))
    return (
        f'<section class="group" data-folder="{escape(name)}"><div class="group-head">'
        f'<label class="tick"><input type="checkbox" checked class="tick-group"'
        f' aria-label="Ask all documents in {shown}"></label>'
        f'<button type="button" class="fold" aria-expanded="true"><span dir="auto">{shown}</span>'
        f' <span class="meta">{len(lines):,}</span></button></div>{rows}</section>'
    )


def _row(row: Row, remarks: Iterable[str], *, may_remove: bool) -> str:
    id_, title = escape(row["id"]), escape(one_line(row["title"]))
    file = PurePosixPath(row["path"])
    source = row["outlet"] or row["author"] or ""
    facts = [source, display_date(row["published"], row["published_basis"])]
    facts.append(_pages(row["page_count"]))
    named = ""
    if one_line(row["title"]) != file.name:
        named = f'<span class="meta file" dir="auto">{escape(file.name)}</span>'
    kind = file.suffix[1:].upper()
    find = escape(" ".join(filter(None, (row["title"], row["path"], row["outlet"], row["author"]))))
    remove = (
        f'<button type="button" class="remove" data-remove="{id_}" aria-label="Remove {title}"'
        ' title="Take out of the folder; you can undo it">×</button>'
    )
    return (
        f'<li data-id="{id_}" data-path="{escape(row["path"])}" data-find="{find}"'
        f' data-name="{title}" data-date="{escape(row["published"] or "")}"'
        f' data-source="{escape(source)}">'
        f'<label class="tick"><input type="checkbox" checked aria-label="Ask {title}"></label>'
        f'<div class="about"><a class="open" href="#" data-article="{id_}" dir="auto"'
        f' title="{escape(row["path"])}">{title}</a>'
        f'<span class="meta">{f"<b>{escape(kind)}</b> " if kind else ""}'
        f"{escape(' · '.join(filter(None, facts)))}</span>{named}{''.join(remarks)}</div>"
        f"{remove if may_remove else ''}</li>"
    )


def _pages(count: int) -> str:
    if not count:
        return ""
    return "1 page" if count == 1 else f"{count:,} pages"


def _remarks(row: Row, problems: Sequence[str], copies: Sequence[str] | None) -> Iterable[str]:
    """Yield what is to be noticed at a document: what was not read of it, and its copies."""
    for problem in problems:
        yield f'<span class="problem">Not read in full: {escape(on_page(problem))}</span>'
    if copies:
        yield f'<span class="note">Nearly the same words as {escape(", ".join(copies))}</span>'
    if row["files"] > 1:
        yield f'<span class="note">{row["files"]:,} files with the same bytes</span>'
