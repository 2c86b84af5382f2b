"""The ``rag`` command: parse, call one method of the corpus, print.

Answers go to stdout; progress, notes and errors to stderr. Exit codes:
0 answered, 3 abstained, 4 quotes stand in for an LLM that failed, 2 bad usage or input, 1 failure.
"""

from __future__ import annotations

import sys

import typer

from rag.cli import answers, manage
from rag.cli.terminal import BAD_INPUT, FAILED, note
from rag.errors import InputError, RagError

DEBUG = "--debug"  # understood anywhere on the line

app = typer.Typer(
    name="rag",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
COMMANDS = (
    *(manage.index, answers.ask, answers.chat, answers.compare, answers.timeline, answers.verify),
    *(answers.search, manage.articles, manage.show, answers.verify_pack, manage.doctor),
    *(manage.serve, manage.password),
)
for command in COMMANDS:
    app.command()(command)


@app.callback(epilog=f"With {DEBUG}, an error shows its traceback.")
def _root() -> None:
    """Ask a folder of articles; every sentence of the answer is footnoted."""


def main() -> None:
    """Run the command; every error a user can meet ends in one line and an exit code."""
    words = sys.argv[1:] or ["--help"]
    debug = DEBUG in words
    try:
        code = app([word for word in words if word != DEBUG], standalone_mode=False)
    except typer.TyperException as error:
        # The message alone does not say which option it is about; its formatted form does.
        message = getattr(error, "format_message", error.__str__)().rstrip(".")
        note(f"rag: {message}; `rag --help` lists what there is.")
        code = BAD_INPUT
    except (typer.Abort, KeyboardInterrupt):
        note("Interrupted; what was indexed so far is kept.")
        code = FAILED
    except BrokenPipeError:  # the reader of our output has seen enough
        sys.stderr.close()
        code = 0
    except Exception as error:
        if debug:
            raise
        known = isinstance(error, RagError)
        hint = "" if known else f" ({type(error).__name__}); run again with --debug for more"
        note(f"rag: {error}{hint}")
        code = BAD_INPUT if isinstance(error, InputError) else FAILED
    sys.exit(code or 0)
