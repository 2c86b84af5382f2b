"""The rules of the house that a machine can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import rag
from tests.support.commands import place
from tests.support.places import ROOT

# From the ground up: each floor's rooms with what lives there. A module imports only from lower
# floors and from its own room. `python -m docs.generate` prints this table into CONTRIBUTING.md.
FLOORS: tuple[dict[str, str], ...] = (
    {
        "errors": "every error that the package raises on purpose",
        "serialization": "how values become JSON",
        "telemetry": "the telemetry of the libraries below, switched off",
        "text": "pure tools on text, without I/O: terms, sentences, times, numbers, quotations",
    },
    {
        "render": "an answer, an article, a pack as text, Markdown and HTML",
        "formats": "the bytes of a file in, its text and structure out, format by format",
    },
    {
        "types": "the values that pass between rooms, and how they are serialised",
        "settings": "what a user may set",
        "limits": "how many questions are answered at once, and on what terms",
    },
    {
        "llms": "LLMs by their spec, streamed, with their failures explained",
        "documents": "a file in, an article out: metadata, clutter, process",
        "models": "everything learned and what runs it: embedder, reader, entailment",
    },
    {"index": "articles on disk: catalog, vectors, words, and their sync"},
    {"retrieval": "a question in, ranked evidence out"},
    {
        "checking": "whether evidence supports a sentence; citations; claims",
        "preview": "documents as they are shown: pages of PDFs, overviews, stated facts",
    },
    {"comparing": "what several sources say: differences, independent sources, timeline"},
    {"answering": "evidence in, statements out, and the decision to abstain"},
    {
        "folder": "documents put into and taken out of the corpus folder",
        "llamaindex": "the corpus as LlamaIndex parts",
        "remote": "an index on a Chroma server, documents embedded by a Ray cluster: optional",
    },
    {"corpus": "what a user calls: it joins the rooms and holds the order of steps"},
    {
        "packs": "evidence packs: an answer with all that is needed to check it later",
        "notebook": "conversations kept on this machine, and a notebook of quotes",
    },
    {"suggesting": "questions that the documents answer well, kept beside the index"},
    {"ui": "the web page"},
    {"server": "page, HTTP and MCP in one process, behind a password"},
    {"cli": "the `rag` command", "__main__": "`python -m rag`", "__init__": "the public names"},
)
ALLOWED = {("__main__", "cli")}  # within a floor
LONGEST = 450  # lines of a file
MOST_FILES = 12  # in a room, and at the top of the package
MAX_FUNCTION = 45  # lines, its docstring aside
HEAVY = {
    "torch",
    "onnxruntime",
    "gradio",
    "sentence_transformers",
    "chromadb",
    "llama_index",
    "trafilatura",
}
PUBLIC = [
    *("Answer", "Article", "Backing", "Chat", "Checked", "CheckedClaim", "Citation"),
    *("Considered", "Conversations", "Corpus", "DatedEvent", "Difference", "Entailment", "Event"),
    *("Hit", "Judgement", "Mark", "Notebook", "Passage", "Position", "Progress", "RagError"),
    *("Readable", "Reader"),
    *("Reading", "Statement", "Support", "SyncReport", "UnitReading", "Verdict"),
    *("check_support", "export_pack", "llm_errors", "load_entailment", "load_llm"),
    *("load_reader", "open", "scripted_llm", "suggest", "verify_pack"),
]


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / "rag").rglob("*.py")):
        yield path.relative_to(ROOT / "rag").parts[0].removesuffix(".py"), path


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def floor(room: str) -> int:
    return next(level for level, rooms in enumerate(FLOORS) if room in rooms)


def test_imports_go_down() -> None:
    """A module imports only from lower floors and from its own room."""
    wrong = []
    for room, path in modules():
        for name in imported(path):
            other = name.split(".")[1] if name.startswith("rag.") else room
            if other == room or not any(other in rooms for rooms in FLOORS):
                continue
            if floor(other) >= floor(room) and (room, other) not in ALLOWED:
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert not wrong, "\n".join(wrong)


def test_every_room_has_a_floor() -> None:
    """A new room is given its floor."""
    rooms = {room for room, _ in modules()}
    assert rooms == {room for rooms in FLOORS for room in rooms}


def test_rooms_are_small() -> None:
    """A room has at most so many files, and a file so many lines."""
    paths = [path for _, path in modules()]
    sizes = {path: len(path.read_text("utf-8").splitlines()) for path in paths}
    rooms = Counter(path.parent for path in paths)
    assert {room: count for room, count in rooms.items() if count > MOST_FILES} == {}
    assert {path: size for path, size in sizes.items() if size > LONGEST} == {}


def test_names_are_unique() -> None:
    """A class or a public constant has a name that nothing else in the package has."""
    places: dict[str, list[str]] = {}
    for _, path in modules():
        for node in parsed(path).body:
            found = [node.name] if isinstance(node, ast.ClassDef) else []
            if isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names = [n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]
                found = [n for n in names if n.isupper() and not n.startswith("_")]
            for name in found:
                places.setdefault(name, []).append(str(path.relative_to(ROOT)))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_html_comes_from_one_place() -> None:
    """Only `rag/render/` writes HTML tags."""
    for room, path in modules():
        if room not in {"ui", "server", "cli"}:
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not re.search(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?>", node.value), path


def test_public_names() -> None:
    """The public names are these and no others."""
    assert sorted(rag.__all__) == PUBLIC


def test_doors_and_evaluation_use_public_names() -> None:
    """`evals/` and `app.py` see of the library what a user sees, and how it is shown to them."""
    tools = [path for path in sorted((ROOT / "evals").rglob("*.py")) if path.parent.name != "tests"]
    for path in [*tools, ROOT / "app.py"]:
        for name in imported(path):
            parts = name.split(".")
            if path.parent.name == "training" and name.startswith("rag.models.layout"):
                continue  # a model is trained on tokens as they are laid out when it reads
            if path.stem in ("ablate", "neutral", "ablation_rows"):
                continue  # an ablation replaces what is inside
            if parts[0] == "rag" and len(parts) > 1:
                assert parts[1] in {*PUBLIC, "server", "render"}, f"{path}: {name}"


LIGHT = """
import sys
from rag.cli import main
for words in (["--help"], ["articles", *sys.argv[2:]], ["show", *sys.argv[1:]]):
    sys.argv = ["rag", *words]
    try:
        main()
    except SystemExit as end:
        assert not end.code, words
"""


def test_light_commands_import_nothing_heavy(corpus: rag.Corpus) -> None:
    """Reading, and `import rag` before it, need no torch, gradio nor sentence-transformers."""
    line = [sys.executable, "-X", "importtime", "-c", LIGHT, corpus.articles()[0].id]
    done = subprocess.run([*line, *place(corpus)], capture_output=True, text=True, check=True)
    names = {one.rsplit("|", 1)[-1].strip().split(".")[0] for one in done.stderr.splitlines()}
    assert "rag" in names
    assert not names & HEAVY
    for said in ("Usage", corpus.articles()[-1].path, corpus.articles()[0].text[:40]):
        assert said in done.stdout


def test_functions_are_short() -> None:
    """A function has at most 45 lines, its docstring aside."""
    long = []
    for _, path in modules():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno
                doc = ast.get_docstring(node) or ""
                if length - len(doc.splitlines()) > MAX_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}: {node.name}")
    assert not long, "\n".join(long)
