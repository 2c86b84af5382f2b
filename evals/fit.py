"""Fit the parameters of the answerer: when to abstain, and which sentences are needed.

Both are logistic regressions. Abstention is fitted on the ``dev`` pairs, each answerable one
twice: as it is, and with the articles that hold its evidence left out, so that near misses are
among the questions to abstain from; and on groups of invented documents that the bundled models
have not seen; each weighs half. Selection is fitted on the same and on CLAP NQ, a third each, since
five news articles say little about how much a reader of an encyclopaedia wants quoted. Weights are
regularised, found in cross-validation to carry over, and rounded, so that a
second run writes the same file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import rag
from evals.bench.clapnq import load as load_clapnq
from evals.bench.clapnq import same
from evals.bench.harness import corpus_of, outlet, separation
from evals.cases import touches
from evals.groups import Group
from evals.groups.corpora import group_corpus, is_right, right_sentences, unseen_groups
from evals.pairs import Gold, Pair, Span, contains, spans
from evals.regression import Example, Floats, regress, sizes, table_text

FILE = Path(rag.__file__).parent / "answering" / "fitted.toml"
# How much worse it is to abstain from a question that could be answered than to quote what is near
# and does not answer: the quote is real, ascribed, and can be judged by its reader.
COST = 2.0
EVEN_ODDS = 0.5  # a sentence is quoted that is likelier needed than not
LEFT_OUT = 0.5  # what a question without its evidence weighs beside one that was written so


def fit(
    corpus: rag.Corpus, gold: Sequence[Gold], sources: Sequence[Path], data: Path | None
) -> str:
    """Return the text of ``fitted.toml``.

    Args:
        corpus: what the pairs are about.
        gold: the pairs of ``dev``.
        sources: the files that they were read from.
        data: the folder of CLAP NQ; without it the selection stays as it is.

    Raises:
        DataError: the folder does not hold CLAP NQ.
    """
    pairs = [pair for pair, _ in gold if pair.conversation is None]
    answered, chosen = _examples(corpus, pairs)
    groups = list(unseen_groups())
    asked, weighed = _group_examples(groups)
    from_what = ", ".join(
        f"{p.name} {hashlib.sha256(p.read_bytes()).hexdigest()[:12]}" for p in sources
    )
    parts = ["# Written by `python -m evals fit answering`."]
    parts.append(_abstention(answered, asked, from_what))
    if data is None:
        text = FILE.read_text("utf-8")
        return "\n".join(parts) + "\n" + text[text.index("[selection]") :]
    other = _clapnq_examples(data)
    parts.append(_selection({from_what: chosen, "groups": weighed, "CLAP NQ": other}))
    return "\n".join(parts)


def _group_examples(groups: Sequence[Group]) -> tuple[list[Example], list[Example]]:
    """Return whether questions of groups are answerable, and which sentences they need."""
    answerable, needed = [], []
    for group in groups:
        with group_corpus(group) as corpus:
            for question in group["questions"]:
                answer = corpus.ask(question["q"])
                if not answer.signals:
                    continue
                name = f"{group['group']} {question['q']}"
                answerable.append(Example(dict(answer.signals), question["answerable"], name))
                if not question["answerable"]:
                    continue
                right = right_sentences(group, question)
                for item in answer.considered:
                    text = corpus.article(item.article_id).text[item.start : item.end]
                    needed.append(Example(item.signals, is_right(text, right), name))
    return answerable, needed


def _examples(corpus: rag.Corpus, pairs: Iterable[Pair]) -> tuple[list[Example], list[Example]]:
    """Return whether each pair is answerable, and which sentences it needs, as examples."""
    articles = {article.path: article for article in corpus.articles()}
    answerable, needed = [], []
    for pair in pairs:
        answer = corpus.ask(pair.question)
        if not answer.signals:
            continue
        wanted = pair.status == "answered"
        answerable.append(Example(dict(answer.signals), wanted, pair.id))
        if not wanted:
            continue
        rest = _outlets_without(pair, articles.values())
        without = corpus.ask(pair.question, outlets=rest) if rest else None
        if without and without.signals:
            answerable.append(Example(dict(without.signals), False, pair.id, LEFT_OUT))
        evidence = [s for quotes in pair.evidence for s in spans(quotes, articles)]
        evidence += [span for quote in pair.relevant for span in spans([quote], articles)]
        by_id = {article.id: article for article in articles.values()}
        for item in answer.considered:
            text = by_id[item.article_id].text[item.start : item.end]
            needed.append(Example(item.signals, _is_needed(pair, evidence, item, text), pair.id))
    return answerable, needed


def _outlets_without(pair: Pair, articles: Iterable[rag.Article]) -> list[str]:
    """Return the outlets of the articles that are neither evidence nor hold a fact of a pair."""
    named = {quote.article for quotes in pair.evidence for quote in quotes}
    holding = {
        article.path
        for article in articles
        if any(contains(article.text, wording) for fact in pair.facts for wording in fact)
    }
    return [a.outlet for a in articles if a.outlet and a.path not in named | holding]


def _is_needed(pair: Pair, evidence: Sequence[Span], item: rag.Considered, text: str) -> bool:
    cited = any(touches(span, item.article_id, item.start, item.end) for span in evidence)
    return cited or any(contains(text, wording) for fact in pair.facts for wording in fact)


def _clapnq_examples(data: Path) -> list[Example]:
    documents, questions = load_clapnq(data)
    examples = []
    with corpus_of(documents) as corpus:
        by_id = {article.id: article for article in corpus.articles()}
        for question in questions:
            if not question.selected:
                continue
            answer = corpus.ask(question.text, outlets=[outlet(question.name)])
            for item in answer.considered:
                text = by_id[item.article_id].text[item.start : item.end]
                label = any(same(text, selected) for selected in question.selected)
                examples.append(Example(item.signals, label, f"{question.name} {question.text}"))
    return examples


def _abstention(own: Sequence[Example], groups: Sequence[Example], from_what: str) -> str:
    """Fit on the pairs and on the groups, each weighing half."""
    share = sum(example.weight for example in own) / len(groups)
    examples = [*own, *(example._replace(weight=share) for example in groups)]
    made = regress(examples)
    weight = {side: sum(e.weight for e in examples if e.label == side) for side in (True, False)}
    threshold = weight[True] / (weight[True] + COST * weight[False])
    whole = [at for at, example in enumerate(own) if example.weight == 1.0]
    shown = {
        f"{len(whole)} pairs ({from_what})": whole,
        f"{len(groups)} questions of groups": list(range(len(own), len(examples))),
    }
    notes = [
        f"{what}: {_abstention_figures(examples, made.probabilities, at)}"
        for what, at in shown.items()
    ]
    return table_text("abstention", made, threshold, notes)


def _abstention_figures(
    examples: Sequence[Example], probabilities: Floats, at: Sequence[int]
) -> str:
    labels, estimated = [examples[each].label for each in at], probabilities[at]
    area, best = separation(labels, list(estimated))
    return f"out of fold AUROC {area:.2f}, balanced accuracy {best:.2f}"


def _selection(sets: Mapping[str, Sequence[Example]]) -> str:
    """Fit on sets of examples that weigh the same."""
    size = min(map(len, sets.values()))
    examples = [
        example._replace(weight=size / len(own)) for own in sets.values() for example in own
    ]
    made = regress(examples)
    notes = [
        f"the sentences weighed for {len(sizes(own))} questions of {what}"
        for what, own in sets.items()
    ]
    return table_text("selection", made, EVEN_ODDS, notes)
