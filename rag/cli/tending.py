"""Commands that tend the articles and their index: index, articles, show, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from rag import render
from rag.cli.options import FAILED, CorpusOption, IndexOption, JsonOption, open_corpus
from rag.cli.terminal import (
    note,
    note_failures,
    print_json,
    print_line,
    print_state,
    print_text,
    progress,
)


def index(
    folder: Annotated[Path | None, typer.Argument(help="Folder of documents.")] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    rebuild: Annotated[
        bool, typer.Option(help="Forget the index first, old text included.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Bring the index in step with the folder."""
    opened = open_corpus(folder or corpus, index, sync=False, rebuild=rebuild)
    with progress() as on_progress:
        report = opened.sync(on_progress=on_progress).to_dict()
    note_failures(report)
    if as_json:
        print_json(report)
        return
    counts = (
        f"{len(report[name])} {name}" for name in ("added", "updated", "removed", "unchanged")
    )
    print(f"{', '.join(counts)}; {report['embedded']} texts embedded in {report['seconds']:.1f} s")


def articles(
    corpus: CorpusOption = None, index: IndexOption = None, as_json: JsonOption = False
) -> None:
    """List the articles."""
    found = [a.to_dict(text=False) for a in open_corpus(corpus, index, sync=False).articles()]
    if as_json:
        print_json(found)
        return
    for article in found:
        print_line(f"{article['id']}  {render.source_line(article)}  ({article['path']})")


def show(
    article: Annotated[
        str, typer.Argument(help="Its id or the beginning of it, path or file name.")
    ],
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print an article."""
    found = open_corpus(corpus, index, sync=False).article(article).to_dict()
    if as_json:
        print_json(found)
    else:
        print_line(f"{render.source_line(found)}  ({found['path']})")
        print_text(f"\n{found['text']}")


def doctor(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
    llm: Annotated[str | None, typer.Option(help="Try this LLM instead.")] = None,
) -> None:
    """Say whether the index is whole and in step; with --llm, whether an LLM works."""
    if llm is not None:
        found = _try_llm(llm)
        print_state(found, as_json=as_json)
        raise typer.Exit(0 if found["works"] else FAILED)
    state = open_corpus(corpus, index, sync=False).state()
    print_state(state, as_json=as_json)
    if not state["whole"]:
        note("The index is not whole; run `rag index`.")
        raise typer.Exit(FAILED)


def _try_llm(spec: str) -> dict[str, Any]:
    from rag.llms.probe import probe
    from rag.llms.specs import Limits
    from rag.settings import load_settings

    settings = load_settings()
    return probe(spec, Limits(settings.llm_timeout, settings.llm_context))
