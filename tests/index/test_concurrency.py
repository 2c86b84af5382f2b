"""Many at once: questions do not wait for each other, nor for a sync."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from onnxruntime import InferenceSession

import rag
from rag.errors import IndexBusy
from rag.index.storage import Throttle

AT_ONCE = 20
OWL = "How many voles does a barn owl eat a day?"
QUESTIONS = (OWL, "Who opened the Sella bridge?", "What is the capital of Peru?")
OLD = "Barn owls hunt at night. A barn owl eats four voles a day.\n"
NEW = "Barn owls hunt at dusk. A barn owl eats nine voles a day. It sleeps in barns.\n"
WRITER = """
import sys
import rag
from pathlib import Path
corpus = rag.open(sys.argv[1])
for text in sys.stdin:
    Path(sys.argv[1], "owls.txt").write_text(text.rstrip().replace("|", "\\n"))
    corpus.sync()
    print("done", flush=True)
"""

SLOW = """
import sys
import rag
corpus = rag.open(sys.argv[1], embedder=sys.argv[2], sync=False)
def wait(progress):
    if progress.step == "Indexing" and not progress.done:
        print("syncing", flush=True)
        sys.stdin.readline()
corpus.sync(on_progress=wait)
print("done", flush=True)
"""


def said(answer: rag.Answer) -> dict[str, Any]:
    return {name: value for name, value in answer.to_dict().items() if name != "seconds"}


@pytest.mark.timeout(60)  # all questions are asked twice
def test_questions_at_once_are_answered_as_if_alone(folder: Path) -> None:
    """Questions asked at the same time get the answers that they get alone."""
    corpus = rag.open(folder)
    asked = [QUESTIONS[at % len(QUESTIONS)] for at in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(corpus.ask, asked))
    alone = {question: said(corpus.ask(question)) for question in QUESTIONS}
    for question, answer in zip(asked, answers, strict=True):
        assert said(answer) == alone[question]


def test_no_question_waits_for_the_embedding_of_another(
    folder: Path, tiny: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the model is at one question, which hangs, others are embedded and answered."""
    corpus = rag.open(folder, embedder=tiny)
    assert corpus.ask(OWL).statements  # all models are loaded
    run, reached, go_on = InferenceSession.run, threading.Event(), threading.Event()
    first = threading.Lock()

    def hangs_once(*given: Any) -> Any:
        if first.acquire(blocking=False):
            reached.set()
            assert go_on.wait(60)
        return run(*given)

    monkeypatch.setattr(InferenceSession, "run", hangs_once)
    with ThreadPoolExecutor(9) as threads:
        stuck = threads.submit(corpus.ask, "Which question hangs here while it is embedded?")
        assert reached.wait(60)
        others = [f"How many voles does owl number {at} eat?" for at in range(8)]
        assert all(threads.map(corpus.ask, others))
        assert not stuck.done()
        go_on.set()
        assert stuck.result().question


@pytest.fixture(
    params=["this process", pytest.param("another process", marks=pytest.mark.campaign)]
)
def syncs(request: pytest.FixtureRequest, folder: Path) -> Callable[[rag.Corpus, list[str]], None]:
    """Changes the document on owls, and syncs, over and over."""

    def here(corpus: rag.Corpus, texts: list[str]) -> None:
        for text in texts:
            (folder / "owls.txt").write_text(text)
            corpus.sync()

    def there(corpus: rag.Corpus, texts: list[str]) -> None:
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdin is not None
        assert writer.stdout is not None
        for text in texts:
            writer.stdin.write(text.replace("\n", "|") + "\n")
            writer.stdin.flush()
            assert writer.stdout.readline() == "done\n"
        writer.communicate()
        assert writer.returncode == 0

    return here if request.param == "this process" else there


@pytest.mark.timeout(60)  # another process starts and loads the model
def test_readers_see_the_old_or_the_new_article_and_never_fail(
    folder: Path, syncs: Callable[[rag.Corpus, list[str]], None]
) -> None:
    """While a document changes again and again, each answer is of one of its states, whole."""
    (folder / "owls.txt").write_text(OLD)
    corpus = rag.open(folder)
    done = threading.Event()
    seen: list[str] = []

    def read() -> None:
        while not done.is_set():
            answer = corpus.ask(OWL)
            for hit in answer.passages:
                if hit.article.path == "owls.txt":
                    assert hit.article.text in (OLD, NEW)
            for citation in answer.citations:
                assert citation.cited_text
            assert ("four" in answer.text) != ("nine" in answer.text), answer.text
            seen.append("four" if "four" in answer.text else "nine")
            time.sleep(0.05)  # the writer needs the processor as well

    def wait_for(word: str) -> None:
        while word not in seen and not any(reader.done() for reader in readers):
            time.sleep(0.05)

    with ThreadPoolExecutor(2) as threads:
        readers = [threads.submit(read) for _ in range(2)]
        try:
            wait_for("four")
            syncs(corpus, [NEW, OLD, NEW])
            wait_for("nine")
        finally:
            done.set()
        for reader in readers:
            reader.result()
    assert {"four", "nine"} <= set(seen)
    assert "nine" in corpus.ask(OWL).text


@pytest.mark.campaign
@pytest.mark.timeout(60)  # another process starts and loads the model
def test_what_another_process_wrote_is_found_before_the_graph_is_read_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader finds a new article by its meaning before it reloads the vectors."""
    (folder / "owls.txt").write_text(OLD)
    corpus = rag.open(folder)
    assert "four" in corpus.ask(OWL).text
    (folder / "owls.txt").write_text(NEW)
    subprocess.run(
        [sys.executable, "-m", "rag", "index", str(folder)], check=True, capture_output=True
    )
    monkeypatch.setattr(Throttle, "is_open", lambda self: False)
    answer = corpus.ask(OWL)
    assert "nine" in answer.text
    assert answer.passages[0].article.text == NEW
    assert answer.passages[0].similarity > 0.5


def test_a_long_step_pauses_unless_it_cost_nobody_anything() -> None:
    """A step is repeated ten times as long after as it took; at most after the time named."""
    throttle = Throttle()
    assert throttle.is_open()
    with throttle.after():
        time.sleep(0.15)
    assert not throttle.is_open()
    with throttle.after(at_most=0.0):  # as the first copy from a server
        time.sleep(0.15)
    assert throttle.is_open()


def test_a_document_that_two_add_at_once_is_there_once(folder: Path, tmp_path: Path) -> None:
    """A file added by several threads at once is one file and one article."""
    heron = tmp_path / "heron.txt"
    heron.write_text("Herons nest in the old elms. They come back in March.\n")
    windows = [rag.open(folder) for _ in range(2)]
    start = threading.Barrier(AT_ONCE)

    def add(window: rag.Corpus) -> str:
        start.wait(60)
        return window.documents.add(heron)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        paths = set(threads.map(add, windows * (AT_ONCE // 2)))
    assert paths == {"heron.txt"}
    assert [path.name for path in folder.glob("heron*")] == ["heron.txt"]
    reports = [window.sync() for window in windows]
    assert [len(report.added) for report in reports] == [1, 0]
    assert not reports[1].duplicates
    assert not list(folder.glob(".adding-*"))


@pytest.mark.timeout(60)  # another process starts and loads the model
def test_two_syncs_in_two_processes_are_one(folder: Path, tiny: str) -> None:
    """A second sync is told who holds the lock, and readers go on meanwhile."""
    corpus = rag.open(folder, embedder=tiny)
    (folder / "owls.txt").write_text(NEW)
    holder = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(folder), tiny],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == "syncing\n"
        with pytest.raises(IndexBusy, match=f"process {holder.pid} on "):
            corpus.sync()
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for answer in threads.map(corpus.ask, [OWL] * AT_ONCE):
                assert ("four" in answer.text) != ("nine" in answer.text)
        print(file=holder.stdin, flush=True)
        assert holder.stdout.readline() == "done\n"
    finally:
        holder.kill()
        holder.wait()
    assert "nine" in corpus.ask(OWL).text
    assert corpus.sync().embedded == 0
