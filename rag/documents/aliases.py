"""``aliases.yaml``: which names mean the same in a corpus."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from rag.documents.beside import read_beside, unreadable
from rag.errors import CorpusError
from rag.text.terms import AliasGroups, analyze

ALIASES_FILE = "aliases.yaml"
_MAX_SIZE = 500_000  # bytes: some twenty thousand names, which YAML takes seconds to read


def read_aliases(folder: Path) -> str:
    """Return the text of a corpus folder's file of aliases; empty where there is none.

    Raises:
        CorpusError: the file cannot be read, or is no list of lists of names.
    """
    path = folder / ALIASES_FILE
    text = read_beside(path, _MAX_SIZE, "keep only names that are used")
    parse_aliases(text, path)
    return text


@lru_cache(maxsize=8)  # the same text with every question
def parse_aliases(text: str, path: Path) -> AliasGroups:
    """Return the groups of names in a text, each name as its terms.

    Args:
        text: YAML, a list of lists of names; an empty text has no groups.
        path: the file that it is from, for messages.

    Raises:
        CorpusError: the text is not such a list.
    """
    import yaml

    try:
        # Every value as it is written: "NO" is a name of Norway, not False.
        groups = yaml.load(text, Loader=yaml.BaseLoader) or []  # noqa: S506 (it makes strings only)
    except yaml.YAMLError as error:
        raise unreadable(path, str(error)) from error
    except RecursionError as error:
        raise unreadable(path, "it is nested too deep") from error
    if not isinstance(groups, list) or not all(_is_group(group) for group in groups):
        raise CorpusError(f"{path}: must be a list of lists of names, such as `- [Daesh, ISIS]`.")
    named = (
        tuple(tuple(term.term for term in analyze(name)) for name in group) for group in groups
    )
    return tuple(frozenset(filter(None, group)) for group in named)


def _is_group(group: object) -> bool:
    return isinstance(group, list) and all(isinstance(name, str) for name in group)
