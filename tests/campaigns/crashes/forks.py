"""Work done in forks of a process that has loaded the models, so that a fork can be killed.

The fork server of multiprocessing imports this package's ``loaded`` module once, which loads the
models; a sync in a fork then takes well under a second.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, NamedTuple

import rag
from tests.campaigns.crashes.snapshots import snapshot
from tests.campaigns.crashes.syncs import look

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
    "rag.index.storage:IndexFolder": ("finish", "sweep", "_begin"),
    "pathlib:Path": ("touch",),
    "shutil": ("rmtree",),
}
LEASE = "rag.remote.lease"  # where the seconds stand after which a writer counts as dead
# Not compared of an answer: the graph of vectors is built by chance, and what is far may get
# another rank.
VARYING = ("seconds", "passages")
HANG_SECONDS = 60  # after which a fork is ended by a signal
MODELS_VARIABLE = "FOOTNOTE_MODELS"  # the models to load, one a line
Looks = Sequence[dict[str, Any]]  # of readers: the questions and options of each


class Ended(NamedTuple):
    """How a fork ended.

    ``status`` is its exit code, negative if a signal ended it; ``result`` what its task returned,
    None unless it ended by itself.
    """

    status: int
    seconds: float
    result: Any


def start_fork_server(models: Sequence[str]) -> None:
    """Start the process that all forks come from; it stays until this process ends."""
    os.environ |= {MODELS_VARIABLE: "\n".join(models), "TOKENIZERS_PARALLELISM": "false"}
    multiprocessing.set_forkserver_preload(["pytest", "tests.campaigns.crashes.loaded"])
    forkserver.ensure_running()


def run_in_fork(
    task: Callable[..., Any], *given: Any, after: float | None = None, **options: Any
) -> Ended:
    """Do a task in a fork and wait for its end.

    Args:
        task: a function of a module.
        given, options: its arguments.
        after: seconds after which the fork is killed.
    """
    context = multiprocessing.get_context("forkserver")
    receiving, sending = context.Pipe(duplex=False)
    fork = context.Process(target=_work, args=(sending, task, given, options))
    began = time.perf_counter()
    fork.start()
    sending.close()
    if after is not None:
        time.sleep(after)
        fork.kill()
    try:
        result = receiving.recv()
    except EOFError:
        result = None
    fork.join()
    return Ended(fork.exitcode or 0, time.perf_counter() - began, result)


def _work(
    sending: Connection, task: Callable[..., Any], given: Sequence[Any], options: dict[str, Any]
) -> None:
    signal.alarm(HANG_SECONDS)
    result = task(*given, **options)
    sending.send(result)
    sending.close()
    os._exit(0)  # without waiting for the threads of the libraries


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


def sync(
    folder: Path,
    options: dict[str, Any],
    *,
    step: tuple[str, int, str] | None = None,
    patient: bool = False,
) -> dict[str, Any]:
    """Sync an index; return the steps that were taken, and the error or notice.

    Args:
        folder: of the documents.
        options: of ``rag.open``.
        step: where to die: the name of a step, which time, and "before" or "after".
        patient: whether the writer before is known to be dead.
    """
    if patient:
        lease = resolve_name(LEASE)
        for name in ("EXPIRY_SECONDS", "SETTLE_SECONDS"):
            getattr(lease, name)
            setattr(lease, name, 0.0)
    taken: Counter[str] = Counter()
    for owner, name in steps():
        _watch(owner, name, taken, step)
    try:
        notice = rag.open(folder, **options).documents.notice
    except rag.RagError as error:
        notice = f"{type(error).__name__}: {error}"
    return {"steps": taken, "notice": notice}


def _watch(owner: Any, name: str, taken: Counter[str], fatal: tuple[str, int, str] | None) -> None:
    """Count how often a step is taken, and die before or after the one that is fatal."""
    step: Callable[..., Any] = getattr(owner, name)

    @wraps(step)
    def watched(*arguments: Any, **options: Any) -> Any:
        taken[name] += 1
        when = fatal[2] if fatal and fatal[:2] == (name, taken[name]) else None
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        found = step(*arguments, **options)
        if when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    setattr(owner, name, watched)


def look_at(folder: Path, options: dict[str, Any], looks: Looks) -> list[dict[str, Any]]:
    """Return what each of several readers sees."""
    return [look(folder, each["questions"], options | each["options"]) for each in looks]


def heal(folder: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Return what an index holds after one more sync."""
    rag.open(folder, **options)
    return snapshot(Path(options["index_dir"]))


def look_and_heal(folder: Path, options: dict[str, Any], looks: Looks) -> dict[str, Any]:
    """Return what readers see, and what the index holds after one more sync."""
    return {"seen": look_at(folder, options, looks), "held": heal(folder, options)}


def use(
    folder: Path, options: dict[str, Any], question: str, *, sync: bool = False
) -> dict[str, Any]:
    """Return what a user is told who asks, and what `rag doctor` says of the index."""
    try:
        corpus = rag.open(folder, sync=sync, **options)
        answer = corpus.ask(question).to_dict()
        told: dict[str, Any] = {"answer": {k: v for k, v in answer.items() if k not in VARYING}}
    except rag.RagError as error:
        told = {"error": f"{type(error).__name__}: {error}"}
    options = {name: value for name, value in options.items() if name != "rebuild"}
    try:
        state = rag.open(folder, sync=False, **options).state()
        return told | {"whole": state["whole"], "damaged": state["damaged"]}
    except rag.RagError as error:
        return told | {"whole": False, "damaged": [f"{type(error).__name__}: {error}"]}
