"""``aliases.yaml``: names that mean the same in a corpus."""

from __future__ import annotations

from pathlib import Path

from rag.documents.terms import analyze
from rag.errors import CorpusError

FILE_NAME = "aliases.yaml"

TermTuple = tuple[str, ...]
AliasGroups = tuple[frozenset[TermTuple], ...]


def load_aliases(folder: Path) -> AliasGroups:
    """The alias groups of a corpus folder, each name as its terms.

    The file is a list of lists of names; without a file there are no groups.

    Raises:
        CorpusError: the file is not such a list.
    """
    import yaml

    path = folder / FILE_NAME
    if not path.is_file():
        return ()
    try:
        groups = yaml.safe_load(path.read_text("utf-8")) or []
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        reason = " ".join(str(error).split())
        raise CorpusError(f"{path}: cannot be read ({reason}); mend it or take it away.") from error
    if not isinstance(groups, list) or not all(isinstance(group, list) for group in groups):
        raise CorpusError(f"{path}: must be a list of lists of names, as `- [Daesh, ISIS]`.")
    return tuple(
        frozenset(tuple(term.term for term in analyze(str(name))) for name in group)
        for group in groups
    )
