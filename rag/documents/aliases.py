"""``aliases.yaml``: names that mean the same in a corpus."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from rag.documents.terms import analyze
from rag.errors import CorpusError

FILE_NAME = "aliases.yaml"

TermTuple = tuple[str, ...]
AliasGroups = tuple[frozenset[TermTuple], ...]


def read_aliases(folder: Path) -> str:
    """The text of a corpus folder's file of aliases; empty where there is none.

    Raises:
        CorpusError: it cannot be read, or is no list of lists of names.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return ""
    try:
        text = path.read_text("utf-8")
    except (UnicodeDecodeError, OSError) as error:
        reason = " ".join(str(error).split())
        raise CorpusError(f"{path}: cannot be read ({reason}); mend it or take it away.") from error
    parse_aliases(text, path)
    return text


@lru_cache(maxsize=8)  # the same text with every question
def parse_aliases(text: str, path: Path) -> AliasGroups:
    """The alias groups of a text, each name as its terms.

    Args:
        text: YAML, a list of lists of names; where it is empty there are no groups.
        path: where it is from, for messages.

    Raises:
        CorpusError: the text is not such a list.
    """
    import yaml

    try:
        groups = yaml.safe_load(text) or []
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise CorpusError(f"{path}: cannot be read ({reason}); mend it or take it away.") from error
    if not isinstance(groups, list) or not all(isinstance(group, list) for group in groups):
        raise CorpusError(f"{path}: must be a list of lists of names, as `- [Daesh, ISIS]`.")
    return tuple(
        frozenset(tuple(term.term for term in analyze(str(name))) for name in group)
        for group in groups
    )
