"""Commands about what documents are: overview, describe."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from rag.cli.terminal import (
    CorpusOption,
    IndexOption,
    JsonOption,
    open_corpus,
    print_result,
    without_line_ends,
)
from rag.errors import SettingError

_DocumentArgument = Annotated[
    str, typer.Argument(help="Its id or the beginning of it, its path, or its file name.")
]


def overview(
    document: Annotated[
        str | None, typer.Argument(help="A document; without one, the whole collection.")
    ] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count what is in the collection, or in one document."""
    opened = open_corpus(corpus, index, sync=False)
    if document is None:
        print_result(opened.documents.collection().to_dict(), _collection, as_json=as_json)
    else:
        found = opened.documents.overview(opened.article(document).id)
        print_result(found.to_dict(), _document, as_json=as_json)


def describe(
    document: _DocumentArgument,
    title: Annotated[str | None, typer.Option(help="Its title.")] = None,
    outlet: Annotated[str | None, typer.Option(help="Who published it.")] = None,
    author: Annotated[str | None, typer.Option(help="Who wrote it.")] = None,
    date: Annotated[
        str | None,
        typer.Option(
            help="When it was published: 2024-02-05, 2024-02, 2024, 5 February 2024, 5.2.2024, …"
        ),
    ] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """State title, outlet, author or date of a document, in documents.toml in its folder.

    What is stated goes before what the document says; an empty value takes it back.
    """
    given = {"title": title, "outlet": outlet, "author": author, "published": date}
    said = {name: value for name, value in given.items() if value is not None}
    if not said:
        raise SettingError("Say what of the document: --title, --outlet, --author or --date.")
    opened = open_corpus(corpus, index, sync=False)
    id_ = opened.article(document).id
    opened.documents.describe(id_, **said)
    print_result(opened.documents.overview(id_).to_dict(), _document, as_json=as_json)


def _document(found: dict[str, Any]) -> str:
    """Write an overview of a document as text."""
    count = found["pages"]
    pages = f"{count:,} {'page' if count == 1 else 'pages'}, " if count else ""
    lines = [
        found["path"],
        f"{found['kind']}, {pages}{found['words']:,} words, language {found['language']}",
        *(f"{fact['field']}: {fact['value']} ({fact['basis']})" for fact in found["facts"]),
        *(f"it {problem}" for problem in found["problems"]),
        _listed("nearly the same words", found["copies"]),
        _listed("headings", [heading["text"] for heading in found["headings"]]),
        _listed("names", _counted(found["names"])),
        _listed("dates", _counted(found["dates"])),
    ]
    return "\n".join(without_line_ends(line) for line in lines if line)


def _collection(found: dict[str, Any]) -> str:
    """Write an overview of the collection as text."""
    documents = f"{found['documents']:,} documents, {found['words']:,} words"
    dated = f"{found['dated']:,} dated"
    names = [f"{each['name']} (in {each['documents']:,})" for each in found["names"]]
    lines = [
        documents + (f", {found['pages']:,} pages" if found["pages"] else ""),
        f"{dated}, from {found['first']} to {found['last']}" if found["dated"] else dated,
        *(
            _listed(name, [f"{value} ({count:,})" for value, count in found[name].items()])
            for name in ("kinds", "sources", "folders", "languages")
        ),
        f"without outlet and author: {found['unnamed']:,}" if found["unnamed"] else "",
        _listed("names", names),
        *(f"not read: {path} {reason}" for path, reason in found["not_read"]),
    ]
    return "\n".join(without_line_ends(line) for line in lines if line)


def _counted(mentioned: list[dict[str, Any]]) -> list[str]:
    return [f"{each['name']} ({each['count']:,})" for each in mentioned]


def _listed(name: str, values: list[str]) -> str:
    return f"{name}: {', '.join(values)}" if values else ""
