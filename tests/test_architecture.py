"""The house rules that a machine can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import rag

ROOT = Path(__file__).resolve().parent.parent
FLOORS = (
    {"errors", "dates", "render", "telemetry"},
    {"types", "settings", "llms"},
    {"findings"},
    {"answers"},
    {"documents", "embedding"},
    {"index"},
    {"retrieval", "checking"},
    {"answering", "comparing"},
    {"llamaindex", "chat", "streams", "desk", "shelf", "gate"},
    {"asking", "service"},
    {"wiring"},
    {"corpus"},
    {"opening", "packs", "suggestions"},
    {"ui"},
    {"server"},
    {"cli", "__main__", "__init__"},
)
# Within a floor: what renders dates reads them.
ALLOWED = {("render", "dates"), ("__main__", "cli")}
MAX_FILE = 300  # lines
MAX_FUNCTION = 50  # lines, its docstring aside
HEAVY = {
    "torch",
    "onnxruntime",
    "gradio",
    "sentence_transformers",
    "chromadb",
    "llama_index",
    "trafilatura",
}
# Parsers are attacked one by one: by coverage of their code, and by the time that they take.
LOOK_INSIDE = {"fuzz.py", "growth.py"}
PUBLIC = [
    *("Answer", "Article", "Backing", "Chat", "Checked", "CheckedClaim", "Citation"),
    *("Considered", "Corpus", "DatedEvent", "Difference", "Event", "Hit", "Mark", "Passage"),
    *("Position", "Progress", "RagError", "Statement", "Support", "SyncReport", "check_support"),
    *("export_pack", "llm_errors", "load_llm", "open", "scripted_llm", "verify_pack"),
]


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / "rag").rglob("*.py")):
        yield path.relative_to(ROOT / "rag").parts[0].removesuffix(".py"), path


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def floor(room: str) -> int:
    return next(level for level, rooms in enumerate(FLOORS) if room in rooms)


@pytest.mark.parametrize(("room", "path"), modules(), ids=lambda value: str(value)[-40:])
def test_imports_go_down(room: str, path: Path) -> None:
    """A module imports only from lower floors and from its own room."""
    for name in imported(path):
        parts = name.split(".")
        if parts[0] != "rag" or len(parts) < 2:
            continue
        other = parts[1]
        if not any(other in rooms for rooms in FLOORS) or other == room:
            continue
        assert floor(other) < floor(room) or (room, other) in ALLOWED, f"{path} imports {name}"


def test_every_room_has_a_floor() -> None:
    """A new room is given its floor."""
    rooms = {room for room, _ in modules()}
    assert rooms == set().union(*FLOORS)


def test_html_comes_from_one_place() -> None:
    """`rag/render/` writes the tags; the doors have widgets and callbacks."""
    for room, path in modules():
        if room not in {"ui", "server", "cli"}:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not re.search(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?>", node.value), path


def test_public_names() -> None:
    """The public names are these and no others."""
    assert sorted(rag.__all__) == PUBLIC


def test_doors_and_evaluation_use_public_names() -> None:
    """`evals/` and `app.py` see of the library what a user sees, and how it is shown to them."""
    for path in [*sorted((ROOT / "evals").rglob("*.py")), ROOT / "app.py"]:
        for name in imported(path):
            parts = name.split(".")
            if parts[0] == "rag" and path.name not in LOOK_INSIDE:
                assert len(parts) < 2 or parts[1] in {*PUBLIC, "server", "render"}, (
                    f"{path}: {name}"
                )


@pytest.mark.parametrize(
    "command",
    [["-c", "import rag"], *(["-m", "rag", word] for word in ("--help", "articles", "show"))],
    ids=["import", "help", "articles", "show"],
)
def test_light_commands_import_nothing_heavy(
    command: list[str], corpus: rag.Corpus, tmp_path: Path
) -> None:
    """Reading needs neither torch, gradio nor sentence-transformers."""
    index = str(corpus.state()["index"])
    if command[-1] == "show":
        command = [*command, corpus.articles()[0].id]
    if command[0] == "-m" and command[-1] != "--help":
        command = [*command, "--corpus", str(corpus.folder), "--index", index]
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *command], capture_output=True, text=True, check=True
    )
    lines = done.stderr.splitlines()
    names = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in lines}
    assert not names & HEAVY


def test_files_and_functions_are_short() -> None:
    """A file holds one idea, and so does a function."""
    for _, path in modules():
        text = path.read_text("utf-8")
        assert len(text.splitlines()) <= MAX_FILE, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno
                doc = ast.get_docstring(node) or ""
                assert length - len(doc.splitlines()) <= MAX_FUNCTION, f"{path}: {node.name}"
