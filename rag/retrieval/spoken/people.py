"""Whether two names may mean the same person or body, as far as a document tells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.retrieval.spoken.attributions import name_in
from rag.text.blocks import Block
from rag.text.layout.source import ends_sentence
from rag.text.terms import analyze
from rag.types import Article

_SIGNATURE = 60  # characters of a line that a text is signed with
_MOST_SIGNED = 5  # such lines: a greeting, the name, what the writer is
# Between the names of somebody and of what they are called or belong to: "Rosalba Conti", "Chair:
# Ms Kovic", "Acme’s director Kovic", "Kovic of Acme", "Kovic, a director of Acme".
_BESIDE = (
    r"(?:['’]s (?:[a-z-]+ ){1,2}|:? (?:[A-Z][a-z]{1,3}\.? )?|,? (?:of|at|from|for) (?:the )?"
    r"|, (?:[a-z-]+ ){1,5}| \()"
)


def name_words(name: str) -> list[str]:
    """Return the words of a name as they are written."""
    return [name[term.start : term.end] for term in analyze(name)]


def writers_of(article: Article) -> list[str]:
    """Return who wrote an article, by its record or by all that it is signed with.

    A signature are the short last lines, where a sentence stands before them: "Ana Kovic" and
    below it "Chair, Bridge Committee", which names the committee too.
    """
    if article.author:
        return [article.author]
    signed: list[str] = []
    for block in reversed(article.blocks):
        for line in reversed(article.text[block.start : block.end].splitlines()):
            if block.kind in ("text", "turn") and ends_sentence(line):
                names = [name_in(part) for each in signed for part in each.split(",")]
                return list(filter(None, names))
            signed.append(line.strip())
            is_short = len(line) <= _SIGNATURE and not line.endswith(":")
            if not is_short or len(signed) > _MOST_SIGNED or not _is_line(block, article):
                return []
    return []


def _is_line(block: Block, article: Article) -> bool:
    """Return whether a part is of bare lines, also where they look like a list without marks."""
    before = article.text[: block.start].rpartition("\n")[2]
    return block.kind in ("text", "heading") or (block.kind == "item" and not before.strip())


def are_relatives(one: Sequence[str], other: Sequence[str], article: Article) -> bool:
    """Return whether two names with the same last word have first names that differ."""
    ones, others = (
        {word[0] for word in name[:-1] if not _is_title(word, article)} for name in (one, other)
    )
    return bool(ones and others) and ones.isdisjoint(others)


def is_description(words: Sequence[str], article: Article) -> bool:
    """Return whether each word of a name also stands in small letters, as that of an office may."""
    return all(_stands_small(word, article) for word in words)


def may_be_one(word: str, other: str, article: Article) -> bool:
    """Return whether the last words of two names stand together anywhere."""
    one, two = (f"(?i:{re.escape(each)})" for each in (word, other))
    return re.search(rf"\b(?:{one}{_BESIDE}{two}|{two}{_BESIDE}{one})\b", article.text) is not None


def _is_title(word: str, article: Article) -> bool:
    """Return whether a word before a name is no first name: others have it, or it is small."""
    behind = re.findall(rf"\b{re.escape(word)}\.? ([^\W\d_a-z]\w+)", article.text)
    return len(set(behind)) > 1 or _stands_small(word, article)


def _stands_small(word: str, article: Article) -> bool:
    return re.search(rf"\b{re.escape(word.lower())}\b", article.text) is not None
