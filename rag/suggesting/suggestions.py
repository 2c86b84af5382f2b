"""Questions to suggest, tried once for each state of the index and kept beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import version
from itertools import islice
from pathlib import Path

from rag.corpus import Corpus
from rag.notebook.database import kept_folder
from rag.suggesting.questions import SUMMARY, possible_questions

MOST_SUGGESTED = 4
SUGGESTIONS_FILE = "suggestions.json"
ARTICLES_READ = 40  # the newest, which a new reader would look at first
TRIED_PER_QUESTION = 4  # questions asked at most for each one that is wanted
# The least probability that a question is answered by what was found for it. On the bundled
# documents, those below it were answered by captions and by half a sentence.
LEAST_CONFIDENCE = 0.7


def suggest(
    corpus: Corpus,
    most: int = MOST_SUGGESTED,
    *,
    stopped: Callable[[], bool] = lambda: False,
) -> list[str]:
    """Return questions that the documents answer well, without an LLM; none where none was found.

    They are kept beside the index until it changes, and then are there at once.

    Args:
        corpus: what is to be asked; the newest of its documents are read.
        most: how many questions are wanted.
        stopped: asked before each question is tried; where it holds, those found are returned
            and not kept.
    """
    kept = kept_suggestions(corpus, most)
    if kept is not None:
        return kept
    key = _key(corpus, most)
    rows, _ = corpus.documents.page(limit=ARTICLES_READ)
    possible = possible_questions([corpus.article(row.id) for row in rows])
    found: list[str] = []
    for question in islice(possible, most * TRIED_PER_QUESTION):
        if stopped():
            return found
        if _is_answered(corpus, question):
            found.append(question)
        if len(found) == most:
            break
    if rows and len(found) < most:
        found.append(SUMMARY)
    # Where documents came or went meanwhile, the key is of the index before, and fits no more.
    _keep(_file(corpus), key, found)
    return found


def kept_suggestions(corpus: Corpus, most: int = MOST_SUGGESTED) -> list[str] | None:
    """Return the questions that were found before for the index as it is; None without any kept.

    Args:
        corpus: what is to be asked.
        most: how many questions are wanted.
    """
    try:
        kept = json.loads(_file(corpus).read_text("utf-8"))
        questions = kept["questions"] if kept["key"] == _key(corpus, most) else None
    except (OSError, ValueError, LookupError, TypeError):
        return None  # never written, or by no version of this; they are looked for anew
    if not isinstance(questions, list) or not all(isinstance(one, str) for one in questions):
        return None
    return questions


def _is_answered(corpus: Corpus, question: str) -> bool:
    answer = corpus.ask(question, llm="none")
    return answer.status == "answered" and answer.confidence >= LEAST_CONFIDENCE


def _key(corpus: Corpus, most: int) -> list[str | int]:
    """Return all that what is found depends on."""
    settings = corpus.settings
    models = (settings.embedder, settings.reader)
    return [version("footnote-rag"), *models, corpus.documents.generation(), most]


def _file(corpus: Corpus) -> Path:
    return kept_folder(corpus.settings) / SUGGESTIONS_FILE


def _keep(path: Path, key: Sequence[str | int], questions: Sequence[str]) -> None:
    """Write the file whole or not at all; where nothing may be written, nothing is kept."""
    content = json.dumps({"key": key, "questions": questions}, ensure_ascii=False)
    aside = path.with_name(f".{path.name}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(content, "utf-8")
        aside.replace(path)
