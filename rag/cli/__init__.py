"""The ``rag`` command: parse the command line, call one method of the corpus, print the result.

Answers go to stdout; progress, notes and errors to stderr. :class:`~rag.cli.terminal.ExitCode`
lists the exit codes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import typer

from rag.cli import answers, documents, kept, manage
from rag.cli.terminal import ExitCode, note
from rag.errors import InputError, RagError

DEBUG = "--debug"  # understood anywhere on the line
QUESTION = '"How many US troops are in Iraq?"'
EXAMPLES: dict[Callable[..., None], str] = {  # by command, in the order of the help
    manage.index: "rag index ~/documents",
    answers.ask: f"rag ask {QUESTION} --since 2024-01",
    answers.chat: "rag chat --llm ollama/llama3.2",
    answers.compare: f"rag compare {QUESTION}",
    answers.timeline: "rag timeline Soleimani --since 2020 --until 2020-06",
    answers.verify: 'rag verify "The US has 900 troops in Iraq."',
    answers.search: 'rag search "withdrawal of troops" --top-k 3',
    manage.articles: "rag articles --json",
    manage.show: "rag show 3f2a",
    answers.verify_pack: "rag verify-pack evidence.html",
    documents.overview: "rag overview report.pdf",
    documents.describe: 'rag describe report.pdf --outlet "Town council" --date 2024-02-05',
    manage.doctor: "rag doctor --llm ollama/llama3.2",
    manage.serve: "rag serve --port 8000",
    manage.password: "rag password >> .env",
}

app = typer.Typer(
    name="rag",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command, example in EXAMPLES.items():
    app.command(epilog=f"Example: {example}")(command)
kept.add_groups(app)


@app.callback(
    epilog=f"Example: rag ask {QUESTION} --corpus ~/documents\n\n"
    f"`rag COMMAND --help` explains a command. With {DEBUG}, an error shows its traceback."
)
def _root() -> None:
    """Ask a folder of documents; every sentence of an answer is cited and checked."""


def main() -> None:
    """Run the command; an error becomes one line on stderr and an exit code."""
    words = sys.argv[1:] or ["--help"]
    debug = DEBUG in words
    try:
        code = app([word for word in words if word != DEBUG], standalone_mode=False)
    except typer.TyperException as error:
        # The message alone does not say which option it is about; its formatted form does.
        message = getattr(error, "format_message", error.__str__)().rstrip(".")
        note(f"rag: {message}; see `rag --help`.")
        code = ExitCode.BAD_INPUT
    except (typer.Abort, KeyboardInterrupt) as stopped:
        note(f"rag: interrupted; {stopped or 'what was indexed so far is kept'}.")
        code = ExitCode.FAILED
    except BrokenPipeError:  # the reader of our output has closed it
        sys.stderr.close()
        code = 0
    except Exception as error:
        if debug:
            raise
        known = isinstance(error, RagError)
        hint = "" if known else f" ({type(error).__name__}); run again with {DEBUG} for more"
        note(f"rag: {error}{hint}")
        code = ExitCode.BAD_INPUT if isinstance(error, InputError) else ExitCode.FAILED
    sys.exit(code or 0)
