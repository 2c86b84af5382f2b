"""The figures that tell a paraphrase from a change of what is meant.

None of them decides by itself: a regression weighs them with what rules and model find
(:func:`rag.checking.support.check_support`). What a small model misses in a sentence that nearly
copies its source ("all" for "some", a denial left out, facts of two people put together) shows
in the words around; in a freely worded one the same differences mean little. So several are also
given multiplied by how close the sentence keeps to its source's words.
"""

from __future__ import annotations

import re

import numpy as np

from rag.checking.paraphrase.alignment import Alignment

_DENIAL = re.compile(
    r"\b(?:not|no|never|neither|nor|none|nobody|nothing|cannot|without|lack(?:s|ed|ing)?"
    r"|den(?:y|ies|ied|ying)|refus\w+|reject\w*|fail(?:s|ed|ing|ure)?|unlikely|dismiss\w*|prohibit\w*"
    r"|forb\w+|ban(?:s|ned)?|hardly|un(?:able|known|answered|affected|clear)|illegible|oppos\w+"
    r"|against|disput\w+|except|other than|but for|apart from|unless)\b|n[’']t\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"\b(?:all|every|everyone|everybody|each|both|entire(?:ly)?|whole|wholly|always|never|any|anyone"
    r"|only|none|neither|throughout|in full|fully|complete(?:ly)?|total(?:ly)?|certain(?:ly)?"
    r"|nobody|no|nothing|however|without exception)\b",
    re.IGNORECASE,
)
_IN_PART = re.compile(
    r"\b(?:some|most(?:ly)?|many|several|part(?:ly|ial)?|half|nearly|almost|at least|up to|except"
    r"|about|chiefly|mainly|usually|often|rarely|few|of which|of whom|of the|of them|at most"
    r"|less than|more than|a (?:third|quarter|fifth|tenth)|rest|others?)\b",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(?:because(?: of)?|due to|owing to|as a result of|caused by|through|thanks to|on account of"
    r"|attribut\w+|in order to|so that|since|blam\w+|reason)\b",
    re.IGNORECASE,
)


def paraphrase_signals(laid: Alignment) -> dict[str, float]:
    """Return the figures for a sentence laid beside its source."""
    sentence = laid.sentence
    nearest = laid.parts[laid.nearest].text
    close = laid.closeness
    said, given = (bool(_DENIAL.search(text)) for text in (sentence.text, nearest))
    signals = laid.shares()
    lost = float(given and not said)
    signals["close, denial lost"] = close * lost
    signals["close, denial added"] = close * float(said and not given)
    whole = bool(_WHOLE.search(sentence.text)) and not _WHOLE.search(nearest)
    signals["whole added"] = float(whole)
    part = bool(_IN_PART.search(nearest)) and not _IN_PART.search(sentence.text)
    signals["close, part lost"] = close * float(part)
    return signals | _cause(laid)


def _cause(laid: Alignment) -> dict[str, float]:
    """Return whether the sentence gives a cause, and how little of it the source has beside it."""
    found = _CAUSE.search(laid.sentence.text)
    behind = [t.start >= found.end() for t in laid.words] if found else []
    missed = 1.0 - float(laid.in_nearest[np.array(behind)].mean()) if any(behind) else 0.0
    return {"cause without trace": missed}
