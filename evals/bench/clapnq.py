"""CLAP NQ (Rosenthal et al. 2024, arXiv 2404.02103): long answers from Wikipedia passages.

Each passage is a document. Sentence selection is the F1 of the sentences that an
answer cites against those that annotators selected, the mean over the questions
with such; a cited sentence is a selected one if one holds the other and at least
half of its characters. ROUGE-L is that of the cited words against the annotators'
answer (rouge-score with stemming), the first where there are several. An
abstention scores 0 in both. Every system is measured on its first five passages,
nodes or documents.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import rag
from evals.bench.baselines import DEPTH, Baseline, Found, baselines
from evals.bench.harness import (
    DataError,
    balanced_accuracy,
    corpus_of,
    hits,
    names_found,
    outlet,
    print_table,
    rank_of,
    separation,
)

ANSWERABLE = "clapnq_dev_answerable*.jsonl"
UNANSWERABLE = "clapnq_dev_unanswerable*.jsonl"
PICKED = 3  # sentences that a baseline quotes; the annotators select about as many


class Question(NamedTuple):
    """A question, its passage's name, and the annotation, empty where it is unanswerable."""

    text: str
    name: str
    answerable: bool
    selected: tuple[str, ...]
    answer: str


def run(data: Path | None) -> int:
    """Print retrieval, sentence selection, and how well unanswerable questions are detected."""
    documents, questions = load(data)
    asked = [question for question in questions if question.selected]
    retrieval: dict[str, list[float]] = {}
    selection: dict[str, list[float]] = {}
    answerability: dict[str, list[float | None]] = {}
    with corpus_of(documents) as corpus:
        pooled = [corpus.ask(q.text) for q in questions]
        alone = [corpus.ask(q.text, outlets=[outlet(q.name)]) for q in questions]
    ranks = [
        rank_of(q.name, names_found(a)[:DEPTH]) for q, a in zip(questions, pooled, strict=True)
    ]
    retrieval["Footnote"] = hits([r for q, r in zip(questions, ranks, strict=True) if q.answerable])
    selection["Footnote"] = [*_selection(questions, pooled), *_selection(questions, alone)]
    answerability["Footnote"] = [
        *_answerability(questions, pooled),
        *_answerability(questions, alone),
    ]
    for name, baseline in baselines(documents).items():
        found = [baseline.find(q.text) for q in questions]
        where = [rank_of(q.name, f.names) for q, f in zip(questions, found, strict=True)]
        retrieval[name] = hits([r for q, r in zip(questions, where, strict=True) if q.answerable])
        selection[name] = _baseline_selection(baseline, documents, questions, found)
        scores = [f.score for f in found]
        answerability[name] = [*separation([q.answerable for q in questions], scores), *[None] * 4]
    answerable = sum(question.answerable for question in questions)
    title = f"Retrieval, {answerable} answerable questions, {len(documents)} passages:"
    print_table(title, ["system", "hit@1", "hit@3", "hit@5", "MRR@5"], retrieval)
    header = ["system", "F1, all passages", "ROUGE-L", "F1, gold passage", "ROUGE-L"]
    print_table(f"Sentence selection, {len(asked)} questions:", header, selection)
    figures = ["AUROC", "best balanced accuracy", "as decided"]
    header = ["system", *figures, *(f"{figure}, own passage" for figure in figures)]
    print_table(f"Answerable or not, {len(questions)} questions:", header, answerability)
    print(
        "\nPublished, on the whole dev set with the gold passage (Rosenthal et al. 2024): ROUGE-L "
        "0.572 of CLAPnq-T5-large, fine-tuned,\n0.495 of quoting the whole passage, and 0.359 of "
        "GPT-4. They compare with ROUGE-L above only where the data\nis the whole set. None is for "
        "the other columns: the paper retrieves from 178,891 passages."
    )
    return 0


def load(data: Path | None) -> tuple[dict[str, tuple[str, str]], list[Question]]:
    """Return title and text of each distinct passage by name, and the questions.

    Raises:
        DataError: there are no such files, or a line is malformed.
    """
    files = {
        pattern: sorted(data.glob(pattern)) if data else []
        for pattern in (ANSWERABLE, UNANSWERABLE)
    }
    if not all(files.values()):
        raise DataError(f"--data must name a folder that holds {ANSWERABLE} and {UNANSWERABLE}.")
    names: dict[tuple[str, str], str] = {}
    questions = []
    for pattern, paths in files.items():
        read = [row for path in paths for row in _rows(path, answerable=pattern == ANSWERABLE)]
        if not any(question.selected or not question.answerable for _, question in read):
            raise DataError(f"{data}: {pattern} holds no question that could be measured.")
        for passage, question in read:
            name = names.setdefault(passage, f"{len(names):05}")
            questions.append(question._replace(name=name))
    return {name: passage for passage, name in names.items()}, questions


def _rows(path: Path, *, answerable: bool) -> Iterator[tuple[tuple[str, str], Question]]:
    """Yield of each line the title and text of the passage, and the question without its name.

    Bytes are split, since a text may hold characters that ``str.splitlines`` takes for ends.
    """
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            passage, output = row["passages"][0], row["output"][0]
            selected = tuple(output["selected_sentences"]) if answerable else ()
            answer = output["answer"] if answerable else ""
            question = Question(row["input"], "", answerable, selected, answer)
            yield (passage["title"], passage["text"]), question
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise DataError(f"{path}, line {number}: is not of CLAP NQ ({error!r}).") from error


def _selection(questions: Sequence[Question], answers: Sequence[rag.Answer]) -> list[float]:
    cited = [
        [citation.cited_text for citation in answer.citations]
        for question, answer in zip(questions, answers, strict=True)
        if question.selected
    ]
    return _selection_figures([question for question in questions if question.selected], cited)


def _baseline_selection(
    baseline: Baseline,
    documents: dict[str, tuple[str, str]],
    questions: Sequence[Question],
    found: Sequence[Found],
) -> list[float]:
    best = [(q, f.text) for q, f in zip(questions, found, strict=True) if q.selected]
    asked = [question for question, _ in best]
    pooled = [baseline.pick(question.text, text, PICKED) for question, text in best]
    alone = [baseline.pick(q.text, documents[q.name][1], PICKED) for q in asked]
    return [*_selection_figures(asked, pooled), *_selection_figures(asked, alone)]


def _selection_figures(asked: Sequence[Question], cited: Sequence[Sequence[str]]) -> list[float]:
    """Return mean F1 and mean ROUGE-L."""
    from rouge_score.rouge_scorer import RougeScorer

    scorer: Any = RougeScorer(["rougeL"], use_stemmer=True)
    pairs = list(zip(asked, cited, strict=True))
    f1 = sum(selection_f1(question.selected, sentences) for question, sentences in pairs)
    rouge = sum(
        scorer.score(question.answer, " ".join(sentences))["rougeL"].fmeasure
        for question, sentences in pairs
    )
    return [f1 / len(pairs), rouge / len(pairs)]


def selection_f1(selected: Sequence[str], cited: Sequence[str]) -> float:
    """Return the F1 of the cited sentences against the selected ones; 0 where nothing is cited."""
    if not cited:
        return 0.0
    right = sum(any(same(sentence, other) for other in selected) for sentence in cited)
    found = sum(any(same(other, sentence) for sentence in cited) for other in selected)
    if not right:
        return 0.0
    precision, recall = right / len(cited), found / len(selected)
    return 2 * precision * recall / (precision + recall)


def same(first: str, second: str) -> bool:
    """Say whether one of two sentences holds the other and at least half of it is the other."""
    short, long = sorted((" ".join(first.split()), " ".join(second.split())), key=len)
    return short in long and 2 * len(short) >= len(long)


def _answerability(questions: Sequence[Question], answers: Sequence[rag.Answer]) -> list[float]:
    labels = [question.answerable for question in questions]
    decided = balanced_accuracy(labels, [answer.status == "answered" for answer in answers])
    return [*separation(labels, [answer.confidence for answer in answers]), decided]
