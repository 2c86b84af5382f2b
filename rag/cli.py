"""The ``rag`` command: parse, call one method of the corpus, print.

Answers go to stdout; progress, notes and errors to stderr. Exit codes:
0 answered, 3 abstained, 4 quotes stand in for an LLM that failed, 2 bad usage or input, 1 failure.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from rag import render
from rag.errors import InputError, MissingExtra, QuestionError, RagError
from rag.terminal import note_failures, print_json, print_state, progress, prompted, read_batch
from rag.types import Progress

ABSTAINED, STOOD_IN, BAD_INPUT, FAILED = 3, 4, 2, 1
DEBUG = "--debug"  # understood anywhere on the line
WARMING_UP = Progress("Loading the embedding model", 0, 0)  # seconds, in a new process
NEW_CONVERSATION, AS_IT_STANDS = "/new", "="
PREVIEW = 300  # characters of a passage shown by `rag search`

app = typer.Typer(
    name="rag",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

CorpusOption = Annotated[
    Path | None, typer.Option("--corpus", help="Folder of documents [default: corpus].")
]
IndexOption = Annotated[
    Path | None, typer.Option("--index", help="Folder of the index [default: CORPUS/.footnote].")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
SinceOption = Annotated[str | None, typer.Option(help="Only articles from this date on.")]
UntilOption = Annotated[str | None, typer.Option(help="Only articles up to this date.")]
LLMOption = Annotated[str | None, typer.Option(help="Who answers [default: none].")]
ModeOption = Annotated[
    str | None, typer.Option(help="flag what an LLM says without support, or strict: withdraw it.")
]
OutletOption = Annotated[list[str] | None, typer.Option(help="Only this outlet; repeatable.")]


@app.callback(epilog=f"With {DEBUG}, an error shows its traceback.")
def _root() -> None:
    """Ask a folder of articles; every sentence of the answer is footnoted."""


@app.command()
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
    opened = _open(folder or corpus, index, sync=False, rebuild=rebuild)
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


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question, in quotes.")] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
    batch: Annotated[
        Path | None, typer.Option(help='JSON lines {"id", "question"} to answer, one a line.')
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    outlet: OutletOption = None,
    llm: LLMOption = None,
    mode: ModeOption = None,
    top_k: Annotated[int | None, typer.Option(help="Passages to draw from [default: 8].")] = None,
) -> None:
    """Answer a question, each sentence cited."""
    options: dict[str, Any] = {"since": since, "until": until, "outlets": outlet, "top_k": top_k}
    options |= {"llm": llm, "mode": mode}
    if (batch is None) == (question is None):
        raise QuestionError("Give a question, or a file of them with --json --batch FILE.")
    if batch is not None:
        questions = list(read_batch(batch))
        opened = _open(corpus, index)
        for id_, asked in questions:
            print_json(opened.ask(asked, **options).to_dict() | {"id": id_}, indent=None)
        return
    opened = _open(corpus, index)
    with progress() as on_progress:
        on_progress(WARMING_UP)
        answer = opened.ask(question, **options)
    shown = answer.to_dict()
    if as_json:
        print_json(shown)
    else:
        print(render.plain(shown))
    abstained = answer.status == "abstained"
    raise typer.Exit(ABSTAINED if abstained else STOOD_IN if answer.stood_in else 0)


@app.command()
def chat(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
    llm: LLMOption = None,
    mode: ModeOption = None,
) -> None:
    """Answer the questions typed on stdin, each in the light of those before.

    A line that begins with "=" is asked as it stands; "/new" begins a new conversation.
    """
    opened = _open(corpus, index)
    conversation = opened.chat()
    for line in prompted(sys.stdin):
        if line == NEW_CONVERSATION:
            conversation = opened.chat()
            continue
        alone = line.startswith(AS_IT_STANDS)
        try:
            asked = line.removeprefix(AS_IT_STANDS)
            given = conversation.ask(asked, alone=alone, llm=llm, mode=mode)
        except InputError as error:
            print(f"rag: {error}", file=sys.stderr)
            continue
        answer = given.to_dict()
        if as_json:
            print_json(answer, indent=None)
        else:
            print(render.plain(answer), end="\n\n", flush=True)


@app.command()
def search(
    query: str,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
    since: SinceOption = None,
    until: UntilOption = None,
    outlet: OutletOption = None,
    top_k: Annotated[int, typer.Option(help="Passages to show.")] = 5,
) -> None:
    """Show the passages that fit best, without an answer."""
    opened = _open(corpus, index)
    with progress() as on_progress:
        on_progress(WARMING_UP)
        hits = opened.search(query, top_k=top_k, since=since, until=until, outlets=outlet)
    found = [hit.to_dict() for hit in hits]
    if as_json:
        print_json(found)
        return
    for hit in found:
        print(render.passage_line(hit, limit=PREVIEW), end="\n\n")


@app.command()
def articles(
    corpus: CorpusOption = None, index: IndexOption = None, as_json: JsonOption = False
) -> None:
    """List the articles."""
    found = [a.to_dict(text=False) for a in _open(corpus, index, sync=False).articles()]
    if as_json:
        print_json(found)
        return
    for article in found:
        print(f"{article['id']}  {render.source_line(article)}  ({article['path']})")


@app.command()
def show(
    article: Annotated[
        str, typer.Argument(help="Its id or the beginning of it, path or file name.")
    ],
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print an article."""
    found = _open(corpus, index, sync=False).article(article).to_dict()
    if as_json:
        print_json(found)
    else:
        print(f"{render.source_line(found)}  ({found['path']})\n\n{found['text']}")


@app.command()
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
    state = _open(corpus, index, sync=False).state()
    print_state(state, as_json=as_json)
    if not state["whole"]:
        print("The index is not whole; run `rag index`.", file=sys.stderr)
        raise typer.Exit(FAILED)


@app.command()
def serve(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 7860,
) -> None:
    """Serve the web page."""
    try:
        from rag.ui import serve as serve_page
    except ImportError as error:
        raise MissingExtra("ui", error.name) from error
    serve_page(_open(corpus, index), host=host, port=port)


def main() -> None:
    """Run the command; every error a user can meet ends in one line and an exit code."""
    words = sys.argv[1:] or ["--help"]
    debug = DEBUG in words
    try:
        code = app([word for word in words if word != DEBUG], standalone_mode=False)
    except typer.TyperException as error:
        # The message alone does not say which option it is about; its formatted form does.
        message = getattr(error, "format_message", error.__str__)().replace("\n", " ").rstrip(".")
        print(f"rag: {message}; `rag --help` lists what there is.", file=sys.stderr)
        code = BAD_INPUT
    except (typer.Abort, KeyboardInterrupt):
        print("Interrupted; what was indexed so far is kept.", file=sys.stderr)
        code = FAILED
    except BrokenPipeError:  # the reader of our output has seen enough
        sys.stderr.close()
        code = 0
    except Exception as error:
        if debug:
            raise
        known = isinstance(error, RagError)
        hint = "" if known else f" ({type(error).__name__}); run again with --debug for more"
        print(f"rag: {error}{hint}", file=sys.stderr)
        code = BAD_INPUT if isinstance(error, InputError) else FAILED
    sys.exit(code or 0)


def _try_llm(spec: str) -> dict[str, Any]:
    from rag.llms.probe import probe
    from rag.llms.specs import Limits
    from rag.settings import load_settings

    settings = load_settings()
    return probe(spec, Limits(settings.llm_timeout, settings.llm_context))


def _open(folder: Path | None, index: Path | None, **options: Any) -> Any:
    import rag

    if options.get("sync", True) is False:
        return rag.open(folder, index_dir=index, **options)
    with progress() as on_progress:
        return rag.open(folder, index_dir=index, on_progress=on_progress, **options)
