"""Questions to suggest, tried once for each state of the index and kept beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import version
from itertools import islice
from pathlib import Path

from rag.corpus import Corpus
from rag.documents.datelines import is_dateline
from rag.notebook.database import kept_folder
from rag.suggesting.questions import SUMMARY, possible_questions
from rag.text.layout.source import ends_sentence
from rag.text.terms import analyze, is_stopword

MOST_SUGGESTED = 4
SUGGESTIONS_FILE = "suggestions.json"
ARTICLES_READ = 40  # the newest, which a new reader would look at first
TRIED_PER_QUESTION = 4  # questions asked at most for each one that is wanted
# The least probability that a question is answered by what was found for it. On the bundled
# documents, those below it were answered by captions and by half a sentence.
LEAST_CONFIDENCE = 0.7
_PROSE = ("text", "heading", "aside")  # kinds of parts of which only whole sentences tell something


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
    found: dict[tuple[str, int], str] = {}  # by the place of the first quote of the answer
    for question in islice(possible, most * TRIED_PER_QUESTION):
        if stopped():
            return list(found.values())
        if any(_asks_the_same(question, other) for other in found.values()):
            continue
        place = _answered_at(corpus, question)
        if place is not None:
            found.setdefault(place, question)
        if len(found) == most:
            break
    questions = [*found.values(), *([SUMMARY] if rows and len(found) < most else [])]
    # Where documents came or went meanwhile, the key is of the index before, and fits no more.
    _keep(_file(corpus), key, questions)
    return questions


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


def _asks_the_same(question: str, other: str) -> bool:
    """Return whether one question names all that the other does."""
    mine, its = (
        {term.term for term in analyze(one) if not is_stopword(term.term)}
        for one in (question, other)
    )
    return mine <= its or its <= mine


def _answered_at(corpus: Corpus, question: str) -> tuple[str, int] | None:
    """Return where the first quote of a good answer stands; None without such an answer.

    A heading, a byline or a date line holds the words of a question and tells nothing of it.
    """
    answer = corpus.ask(question, llm="none")
    if not answer.citations or answer.confidence < LEAST_CONFIDENCE:
        return None
    first = answer.citations[0]
    told = first.kind not in _PROSE or ends_sentence(first.cited_text)
    if not told or is_dateline(first.cited_text, corpus.article(first.article_id).language):
        return None
    return first.article_id, first.start


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
