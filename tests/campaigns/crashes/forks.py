"""A process that has syncs done by forks of itself, and kills them: `python -m` and lines of JSON.

The model is loaded once, so that a sync and its end take well under a second.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, NoReturn

import rag
from tests.campaigns.crashes.snapshots import snapshot
from tests.campaigns.crashes.syncs import look

# What a sync does one after the other, by where it is done.
STEPS = {
    "rag.index.catalog:Catalog": (
        *("set_info", "begin", "complete", "put_files", "rename", "forget_files", "drop"),
    ),
    "rag.index.vectors:VectorStore": ("create", "add", "delete"),
    "rag.index.lexical:LexicalIndex": ("replace",),
    "rag.index.store:Index": ("publish",),
    "rag.index.folder:Seal": ("lift", "set"),
    "rag.index.store": ("take_place", "sweep", "begin_part"),
    "pathlib:Path": ("touch",),
    "shutil": ("rmtree",),
}
# Of an answer: the graph of vectors is built by chance, and what is far may get another rank.
VARIED = ("seconds", "passages")
HANG_SECONDS = 60  # after which a fork is ended by a signal


def main() -> None:
    """Do what each line asks for in a fork, and tell how that ended."""
    for model in sys.argv[1:]:  # which is loaded to cut a text; Chroma's threads know no forks
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
        _be_killed_or_tell(asked, writing)
    os.close(writing)
    if asked.get("after") is not None:
        time.sleep(asked["after"])
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    found = json.loads(said) if said and status == 0 else None
    return {"status": status, "seconds": time.perf_counter() - began, "said": found}


def _be_killed_or_tell(asked: dict[str, Any], writing: int) -> NoReturn:
    try:
        found = DEEDS[asked["do"]](asked)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(json.dumps(found).encode())
    except BaseException:  # noqa: BLE001 - a child must not go on as its parent would
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _sync(asked: dict[str, Any]) -> dict[str, Any]:
    """Bring an index in step; with a step, die there; returns the steps that it took."""
    if asked.get("patient"):  # as one who comes when the writer before is known to be dead
        lease = resolve_name("rag.remote.chroma")
        lease.DEAD_SECONDS = lease.SETTLE_SECONDS = 0.0
    taken: Counter[str] = Counter()
    for owner, name in _steps():
        _watch(owner, name, taken, asked.get("step"))
    try:
        told = rag.open(asked["folder"], **asked["options"]).documents.notice
    except rag.RagError as error:
        told = f"{type(error).__name__}: {error}"
    return {"steps": taken, "told": told}


def _steps() -> Iterator[tuple[Any, str]]:
    for place, names in STEPS.items():
        for name in names:
            yield resolve_name(place), name


def _watch(owner: Any, name: str, taken: Counter[str], fatal: list[Any] | None) -> None:
    """Count how often a step is taken, and die before or after the one that is fatal."""
    step: Callable[..., Any] = getattr(owner, name)

    @wraps(step)
    def watched(*arguments: Any, **options: Any) -> Any:
        taken[name] += 1
        here = fatal is not None and fatal[:2] == [name, taken[name]]
        if here and fatal is not None and fatal[2] == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        found = step(*arguments, **options)
        if here:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    setattr(owner, name, watched)


def _look(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """What readers see."""
    return [
        look(
            asked["folder"],
            each["questions"],
            asked["options"] | {"embedder": each["embedder"]} | each.get("options", {}),
        )
        for each in asked["looks"]
    ]


def _heal(asked: dict[str, Any]) -> dict[str, Any]:
    """What an index holds after the next sync."""
    rag.open(asked["folder"], **asked["options"])
    return _snapshot(asked)


def _look_and_heal(asked: dict[str, Any]) -> dict[str, Any]:
    """What readers see, and what an index holds after the next sync."""
    return {"seen": _look(asked), "held": _heal(asked)}


def _use(asked: dict[str, Any]) -> dict[str, Any]:
    """What a user is told who asks, and who has the index looked at."""
    try:
        corpus = rag.open(asked["folder"], sync=asked["sync"], **asked["options"])
        answer = corpus.ask(asked["question"]).to_dict()
        told: dict[str, Any] = {"answer": {k: v for k, v in answer.items() if k not in VARIED}}
    except rag.RagError as error:
        told = {"error": f"{type(error).__name__}: {error}"}
    try:
        state = rag.open(asked["folder"], sync=False, **_unless_rebuilt(asked)).state()
        told |= {"whole": state["whole"], "damaged": state["damaged"]}
    except rag.RagError as error:
        told |= {"whole": False, "damaged": [f"{type(error).__name__}: {error}"]}
    return told


def _unless_rebuilt(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked["options"].items() if name != "rebuild"}


def _snapshot(asked: dict[str, Any]) -> dict[str, Any]:
    return snapshot(Path(asked["options"]["index_dir"]))


DEEDS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "sync": _sync,
    "look": _look,
    "heal": _heal,
    "look and heal": _look_and_heal,
    "use": _use,
    "snapshot": _snapshot,
}

if __name__ == "__main__":
    main()
