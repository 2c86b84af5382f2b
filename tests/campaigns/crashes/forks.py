"""A process that does what it is asked in forks of itself, so that a fork can be killed.

The models are loaded once, before the first fork, so that a sync takes well under a second.
:class:`Forks` is the client; run as a program, this module is the process, which reads and
answers lines of JSON.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, NoReturn

import rag
from tests.campaigns.crashes.snapshots import snapshot
from tests.campaigns.crashes.syncs import look
from tests.support.places import ROOT

# The steps of a sync, by the class or module that takes them. A name that is gone is an error.
STEPS = {
    "rag.index.catalog:Catalog": (
        *("set_info", "begin", "complete", "put_files", "rename", "forget_files", "drop"),
    ),
    "rag.index.vectors:FolderCollection": ("__init__",),
    "rag.index.vectors:VectorStore": ("add", "delete"),
    "rag.index.lexical:LexicalIndex": ("replace",),
    "rag.index.store:Index": ("publish",),
    "rag.index.integrity:Manifest": ("remove", "write"),
    "rag.index.storage:LocalStorage": ("finish", "sweep", "_begin"),
    "pathlib:Path": ("touch",),
    "shutil": ("rmtree",),
}
LEASE = "rag.remote.lease"  # where the seconds stand after which a writer counts as dead
# Not compared of an answer: the graph of vectors is built by chance, and what is far may get
# another rank.
VARYING = ("seconds", "passages")
HANG_SECONDS = 60  # after which a fork is ended by a signal


class Forks:
    """The client of the forking process, which does one thing at a time."""

    def __init__(self, models: Sequence[str], folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.campaigns.crashes.forks", *models],
            env=os.environ | {"PYTHONPATH": str(ROOT), "TOKENIZERS_PARALLELISM": "false"},
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def ask(self, task: str, **asked: Any) -> dict[str, Any]:
        """Have a task done in a fork.

        Returns:
            ``status``, the exit code of the fork (negative: the signal that ended it),
            ``seconds`` and ``result``, None unless the exit code is 0.
        """
        print(json.dumps({"task": task, **asked}), file=self._process.stdin, flush=True)
        found: dict[str, Any] = self._answer()
        return found

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def end(self) -> None:
        """Kill the process."""
        self._process.kill()
        self._process.wait()


@contextmanager
def forks(models: Sequence[str], scratch: Path) -> Iterator[Forks]:
    """Run a forking process that has loaded some models."""
    folder = scratch / "to load the models"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "note.txt").write_text("A text is cut by the tokens of the model.\n")
    process = Forks(models, folder)
    try:
        yield process
    finally:
        process.end()


def main() -> None:
    """Do the task of each line in a fork, and answer how it ended."""
    for model in sys.argv[1:]:  # cutting a text loads the model; Chroma's threads survive no fork
        list(rag.open(Path.cwd(), embedder=model, sync=False).texts())
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        print(json.dumps(_fork(json.loads(line))), flush=True)


def _fork(asked: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    began = time.perf_counter()
    child = os.fork()
    if not child:
        os.close(reading)
        signal.alarm(HANG_SECONDS)
        _work(asked, writing)
    os.close(writing)
    if asked.get("after") is not None:
        time.sleep(asked["after"])
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    result = json.loads(said) if said and status == 0 else None
    return {"status": status, "seconds": time.perf_counter() - began, "result": result}


def _work(asked: dict[str, Any], writing: int) -> NoReturn:
    try:
        result = TASKS[asked["task"]](asked)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(json.dumps(result).encode())
    except BaseException:  # noqa: BLE001 - a child must not go on as its parent would
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def steps() -> Iterator[tuple[Any, str]]:
    """Yield the steps of a sync: the owner and the name of each.

    Raises:
        AttributeError: the package has no such step.
    """
    for place, names in STEPS.items():
        owner = resolve_name(place)
        for name in names:
            getattr(owner, name)
            yield owner, name


def _sync(asked: dict[str, Any]) -> dict[str, Any]:
    """Sync an index, or die at the step that is named; return the steps taken and any error."""
    if asked.get("patient"):  # the writer before is known to be dead
        lease = resolve_name(LEASE)
        for name in ("EXPIRY_SECONDS", "SETTLE_SECONDS"):
            getattr(lease, name)
            setattr(lease, name, 0.0)
    taken: Counter[str] = Counter()
    for owner, name in steps():
        _watch(owner, name, taken, asked.get("step"))
    try:
        notice = rag.open(asked["folder"], **asked["options"]).documents.notice
    except rag.RagError as error:
        notice = f"{type(error).__name__}: {error}"
    return {"steps": taken, "notice": notice}


def _watch(owner: Any, name: str, taken: Counter[str], fatal: list[Any] | None) -> None:
    """Count how often a step is taken, and die before or after the one that is fatal."""
    step: Callable[..., Any] = getattr(owner, name)

    @wraps(step)
    def watched(*arguments: Any, **options: Any) -> Any:
        taken[name] += 1
        when = fatal[2] if fatal and fatal[:2] == [name, taken[name]] else None
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        found = step(*arguments, **options)
        if when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    setattr(owner, name, watched)


def _look(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what each of several readers sees."""
    return [
        look(asked["folder"], each["questions"], asked["options"] | each["options"])
        for each in asked["looks"]
    ]


def _heal(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what an index holds after one more sync."""
    rag.open(asked["folder"], **asked["options"])
    return _snapshot(asked)


def _look_and_heal(asked: dict[str, Any]) -> dict[str, Any]:
    return {"seen": _look(asked), "held": _heal(asked)}


def _use(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what a user is told who asks, and what `rag doctor` says of the index."""
    folder, options = asked["folder"], asked["options"]
    try:
        corpus = rag.open(folder, sync=asked["sync"], **options)
        answer = corpus.ask(asked["question"]).to_dict()
        told: dict[str, Any] = {"answer": {k: v for k, v in answer.items() if k not in VARYING}}
    except rag.RagError as error:
        told = {"error": f"{type(error).__name__}: {error}"}
    options = {name: value for name, value in options.items() if name != "rebuild"}
    try:
        state = rag.open(folder, sync=False, **options).state()
        return told | {"whole": state["whole"], "damaged": state["damaged"]}
    except rag.RagError as error:
        return told | {"whole": False, "damaged": [f"{type(error).__name__}: {error}"]}


def _snapshot(asked: dict[str, Any]) -> dict[str, Any]:
    return snapshot(Path(asked["options"]["index_dir"]))


TASKS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "sync": _sync,
    "look": _look,
    "heal": _heal,
    "look and heal": _look_and_heal,
    "use": _use,
    "snapshot": _snapshot,
}

if __name__ == "__main__":
    main()
