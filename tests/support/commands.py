"""The `rag` command run by tests: in this process, which is quick, or in one of its own."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import rag
from rag.cli import main


class Done(NamedTuple):
    """The exit code of a command, and the text that it printed."""

    returncode: int
    stdout: str
    stderr: str


def command(*words: str, stdin: str = "") -> Done:
    """Run the `rag` command in this process, which has its libraries and models already."""
    out, err = _stream(), _stream()
    given = io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8")
    with (
        mock.patch.object(sys, "argv", ["rag", *words]),
        mock.patch.object(sys, "stdin", given),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
            code = 0
        except SystemExit as exit_:
            code = int(exit_.code or 0)
    return Done(code, _text(out), _text(err))


def process(*words: str, stdin: str = "", options: Sequence[str] = ()) -> Done:
    """Run `python -m rag` in a process of its own, as a shell does; with options of Python."""
    line = [sys.executable, *options, "-m", "rag", *words]
    done = subprocess.run(line, input=stdin.encode(), capture_output=True, check=False)
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def place(corpus: rag.Corpus) -> list[str]:
    """Return the options that make a command read a corpus that is open here."""
    return ["--corpus", str(corpus.folder), "--index", str(corpus.state()["index"])]


def on(folder: Path) -> list[str]:
    """Return the options that make a command read a folder."""
    return ["--corpus", str(folder)]


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode()
