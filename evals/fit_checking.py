"""Fit the parameters of the checks: is a sentence supported by what it cites, is a claim true.

All are logistic regressions over what the rules and the entailment model find. They are fitted on
claims about groups of invented documents that the bundled models have not seen, which are worded
freely, and on the ``dev`` sentences of ``evals/written`` and ``dev`` claims of ``evals/claims``,
which keep nearer to their sources. The latter two weigh more, as there are fewer. Of what an LLM
writes, the free paraphrases of ``evals/written/free`` are an example as well, and so is each
sentence of their quotes, word for word: the faults there are small changes of a quote, so that
without copies the regression would learn that what is near to a quote is false.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import rag
from evals.bench.harness import separation
from evals.claims import run as claims
from evals.groups import Group
from evals.groups.corpora import group_corpus, unseen_groups
from evals.regression import Example, regress, table_text
from evals.written import run as written
from evals.written.free import run as free

FILE = Path(rag.__file__).parent / "checking" / "fitted.toml"
WRITTEN_WEIGHT = 10.0  # of a sentence as an LLM writes it
GOLD_WEIGHT = 4.0  # of a claim on the bundled articles, beside a claim of a group
GROUP_WEIGHT = 1.0  # of a claim of a group with what it cites, beside a sentence in free paraphrase
FREE_WEIGHT, COPY_WEIGHT = 2.0, 0.7
SENTENCES = re.compile(r"(?<=[.!?…])[\"”’)]*\s+|\n+|;\s")  # between those of a quote
FEWEST_WORDS = 5  # of a sentence that is copied; what is shorter is a heading or a cell
EVEN_ODDS = 0.5
# A verdict misleads where it is wrong; what is called partly stated or not found is looked up.
SUPPORTED, CONTRADICTED = 0.6, 0.55
_GROUP_CLAIMS = "claims of groups"
_SENTENCES = "sentences of evals/written/dev"
_FREE = "sentences of evals/written/free/dev"
_COPIES = "sentences of its quotes"
_GOLD_CLAIMS = "claims of evals/claims/dev"


def fit() -> str:
    """Return the text of ``fitted.toml``."""
    groups = unseen_groups()
    cited = [*_cited_claims(groups), *_written_sentences(), *_free_sentences()]
    found = [*_looked_up_claims(groups), *_gold_claims()]
    neither = [each for each in found if each.label in ("partial", "not_found")]
    return "\n".join(
        (
            "# Written by `python -m evals fit checking`.",
            _table("support", cited, lambda label: label == "supported", EVEN_ODDS),
            _table("claim supported", found, lambda label: label == "supported", SUPPORTED),
            _table(
                "claim contradicted", found, lambda label: label == "contradicted", CONTRADICTED
            ),
            _table("claim in part", neither, lambda label: label == "partial", EVEN_ODDS),
        )
    )


class _Labelled(NamedTuple):
    """What was found on a claim or sentence, what is right, and where it comes from.

    ``group`` is never split between folds; ``origin`` names the set in the notes of a table.
    """

    signals: dict[str, float]
    label: str
    origin: str
    group: str
    weight: float = 1.0


def _cited_claims(groups: Sequence[Group]) -> Iterator[_Labelled]:
    """Yield the claims of groups, each checked with its evidence as what it cites."""
    for group in groups:
        with group_corpus(group) as corpus:
            articles = {article.path: article for article in corpus.articles()}
            for claim in group["claims"]:
                cited = [
                    citation
                    for id_, at in claim["evidence"]
                    if (citation := _cite(group, articles[f"{id_}.txt"], id_, at))
                ]
                support = corpus.check(claim["claim"], cited) if cited else None
                if support and support.signals:
                    signals = dict(support.signals)
                    origin, name = _GROUP_CLAIMS, group["group"]
                    yield _Labelled(signals, claim["label"], origin, name, GROUP_WEIGHT)


def _cite(group: Group, article: rag.Article, id_: str, at: int) -> rag.Citation | None:
    """Return a sentence of a group's document as a citation; None if it stands otherwise there."""
    (document,) = (document for document in group["documents"] if document["id"] == id_)
    sentence = document["sentences"][at]
    start = article.text.find(sentence)
    if start < 0:
        return None
    end = start + len(sentence)
    kind, label = article.part(start, end)
    about = (article.title, article.outlet, article.published, article.published_basis, article.url)
    return rag.Citation(
        1, article.text[start:end], article.id, *about, start, end, kind=kind, label=label
    )


def _written_sentences() -> Iterator[_Labelled]:
    """Yield the sentences of ``evals/written/dev.jsonl``, each checked with what it cites."""
    with written.opened() as corpus:
        for saying in written.load("dev"):
            support = corpus.check(saying.text, [written.citation(corpus, saying)])
            label = "supported" if saying.kind == written.FAITHFUL else "altered"
            if support.signals:
                group = saying.id.split(".")[0]
                signals = dict(support.signals)
                yield _Labelled(signals, label, _SENTENCES, group, WRITTEN_WEIGHT)


def _free_sentences() -> Iterator[_Labelled]:
    """Yield the free paraphrases of ``dev``, and each sentence of their quotes word for word."""
    loaded = free.load_said("dev")
    for said, support in free.check_said("dev", loaded):
        if support.signals:
            label = "supported" if said.kind == free.TRUE else "altered"
            yield _Labelled(dict(support.signals), label, _FREE, said.article, FREE_WEIGHT)
    with free.free_corpus("dev") as corpus:
        articles = {article.path: article for article in corpus.articles()}
        for path, quote in dict.fromkeys((said.article, said.quote) for said in loaded):
            citation = free.quote_citation(articles[path], quote)
            for part in SENTENCES.split(quote):
                if len(part.split()) < FEWEST_WORDS:
                    continue
                support = corpus.check(part, [citation])
                if support.signals:
                    signals = dict(support.signals)
                    yield _Labelled(signals, "supported", _COPIES, path, COPY_WEIGHT)


def _looked_up_claims(groups: Sequence[Group]) -> Iterator[_Labelled]:
    """Yield the claims of groups, each checked against the group's documents."""
    for group in groups:
        with group_corpus(group) as corpus:
            for claim in group["claims"]:
                checked = corpus.verify(claim["claim"]).statements
                if len(checked) == 1 and checked[0].signals:
                    signals = dict(checked[0].signals)
                    yield _Labelled(signals, claim["label"], _GROUP_CLAIMS, group["group"])


def _gold_claims() -> Iterator[_Labelled]:
    """Yield the ``dev`` claims on the bundled articles, each checked against them."""
    for found in claims.judge(claims.load("dev")):
        if found.signals:
            claim = found.claim
            yield _Labelled(dict(found.signals), claim.verdict, _GOLD_CLAIMS, claim.id, GOLD_WEIGHT)


def _table(
    name: str, labelled: Sequence[_Labelled], is_right: Callable[[str], bool], threshold: float
) -> str:
    """Fit one regression; say for each set how it separates out of its folds."""
    examples = [Example(e.signals, is_right(e.label), e.group, e.weight) for e in labelled]
    made = regress(examples)
    notes = []
    for of in dict.fromkeys(each.origin for each in labelled):
        at = [number for number, each in enumerate(labelled) if each.origin == of]
        labels = [examples[number].label for number in at]
        if len(set(labels)) == 1:
            notes.append(f"{len(at)} {of}")
            continue
        area, best = separation(labels, list(made.probabilities[at]))
        notes.append(f"{len(at)} {of}: out of fold AUROC {area:.2f}, balanced accuracy {best:.2f}")
    return table_text(name, made, threshold, notes)
