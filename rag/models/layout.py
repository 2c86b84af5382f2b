"""How a question with a passage, and evidence with a sentence, are laid out as tokens.

Both models read ``[CLS] first [SEP] second [SEP]`` as BERT does (Devlin et al. 2019, section 3).
The reader's second text begins with a head of its own, and each token of a unit knows its unit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tokenizers import Tokenizer

READER_TOKENS = 320  # of a row: a passage of 240, its head, and the question
ENTAILMENT_TOKENS = 384  # of evidence and sentence together
_QUESTION_TOKENS = 64  # of a longer question as many from its beginning as from its end
_HEAD_TOKENS = 32
_SENTENCE_TOKENS = 128
_NO_UNIT = -1
# Both models have learned on texts behind source and date, and see less where these are missing: a
# document without them gets a name and a date that say nothing.
NO_SOURCE, NO_DATE = "Document", "0000-00-00"
_ISO_DATE = re.compile(r"\d{4}(?:-\d\d){0,2}")


class ReaderRow(NamedTuple):
    """One row that the reader reads, token by token.

    Attributes:
        ids: of the tokens.
        types: 0 for the question, 1 for what follows it.
        units: the unit that each token belongs to, from 0, or -1.
        offsets: where each token stands in its unit, in characters, end exclusive.
        first: the first unit of the passage in this row; its number among the row's is 0.
        size: how many units the row has.
    """

    ids: list[int]
    types: list[int]
    units: list[int]
    offsets: list[tuple[int, int]]
    first: int
    size: int


def source_and_date(about: Sequence[str]) -> list[str]:
    """Return source and date of a document in the form that both bundled models have learned.

    Args:
        about: what is known of it: the source first, a date as YYYY-MM-DD among the rest.
    """
    dates = [known for known in about if _ISO_DATE.fullmatch(known)]
    source = [known for known in about[:1] if known not in dates] or [NO_SOURCE]
    return [*source, *(dates[:1] or [NO_DATE])]


def reader_rows(
    tokenizer: Tokenizer, question: str, head: str, units: Sequence[str]
) -> list[ReaderRow]:
    """Lay out a question and the units of a passage in as few rows as hold them all.

    Args:
        tokenizer: without padding, truncation or special tokens of its own.
        question: of which 64 tokens are read; of a longer one the first and the last 32.
        head: source, date, title and heading, of which 32 tokens are read, or nothing.
        units: sentences, rows or items in their order; of one that is longer than a row, as
            much as a row holds.
    """
    read = tokenizer.encode_batch([question, head, *units], add_special_tokens=False)
    opening, separator = _markers(tokenizer)
    before = [opening, *_cut(read[0].ids, _QUESTION_TOKENS), separator]
    types = [0] * len(before)
    if head:
        before += [*read[1].ids[:_HEAD_TOKENS], separator]
        types += [1] * (len(before) - len(types))
    room = READER_TOKENS - len(before) - 1
    rows = []
    for window in _filled([len(unit.ids) for unit in read[2:]], room):
        ids, belongs = list(before), [_NO_UNIT] * len(before)
        offsets = [(0, 0)] * len(before)
        for number, at in enumerate(window):
            unit = read[2 + at]
            ids += unit.ids[:room]
            offsets += unit.offsets[:room]
            belongs += [number] * (len(ids) - len(belongs))
        tokens = len(ids) + 1
        rows.append(
            ReaderRow(
                [*ids, separator],
                types + [1] * (tokens - len(types)),
                [*belongs, _NO_UNIT],
                [*offsets, (0, 0)],
                window.start,
                len(window),
            )
        )
    return rows


def entailment_rows(
    tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]]
) -> list[tuple[list[int], list[int]]]:
    """Lay out evidence and sentences; return ids and types of the tokens of each pair.

    Of a sentence 128 tokens are read, of the evidence as much as there is room for.
    """
    texts = [text for pair in pairs for text in pair]
    read = tokenizer.encode_batch(texts, add_special_tokens=False)
    opening, separator = _markers(tokenizer)
    rows = []
    for evidence, sentence in zip(read[::2], read[1::2], strict=True):
        second = [*sentence.ids[:_SENTENCE_TOKENS], separator]
        first = [opening, *evidence.ids[: ENTAILMENT_TOKENS - 2 - len(second)], separator]
        rows.append((first + second, [0] * len(first) + [1] * len(second)))
    return rows


def _markers(tokenizer: Tokenizer) -> tuple[int, int]:
    opening, separator = (tokenizer.token_to_id(marker) for marker in ("[CLS]", "[SEP]"))
    if opening is None or separator is None:
        raise ValueError("the tokenizer has no [CLS] or no [SEP]")
    return opening, separator


def _cut(ids: list[int], most: int) -> list[int]:
    """Return the beginning and the end of a text that is too long: what is asked is there."""
    return ids if len(ids) <= most else [*ids[: most // 2], *ids[-(most - most // 2) :]]


def _filled(sizes: Sequence[int], room: int) -> list[range]:
    """Cut units of some sizes into runs that have room in one row each."""
    found, start, held = [], 0, 0
    for at, size in enumerate(sizes):
        if at > start and held + size > room:
            found.append(range(start, at))
            start, held = at, 0
        held += min(size, room)
    return [*found, range(start, len(sizes))] if sizes else []
