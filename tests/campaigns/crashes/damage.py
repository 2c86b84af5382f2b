"""Files of an index that are damaged: each is noticed and named, or mended.

Who asks gets the same answer as before or a sentence that names the damage; the next sync mends
it, or says that a rebuild does. What counts as bad is a crash, a hang, another answer, or an
index that a rebuild does not mend.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.campaigns.crashes.forks import run_in_fork, use
from tests.campaigns.outcomes import Outcome

CAMPAIGNS = {
    "catalog.sqlite": "damage to the catalog",
    "chroma": "damage to Chroma's files",
    "lexical": "damage to tantivy's files",
}
ARTICLES, SENTENCES = 10, 110  # more passages than Chroma keeps without writing its graph
WORDS = 30  # of a sentence that no other has
SYLLABLES = (
    "bra cle dor fen gri hul jas kel lom mir".split(),
    "do fa ga ku le mi no ra su ty".split(),
    "b d f k l m n r s t".split(),
)
QUESTION = "How many eggs did the ranger count in the nest of heron 3-7?"
IN_USE = ("*.lock", "*-shm", "*-wal")  # files that are there while an index is open
BLOCK = 4_096  # bytes


def truncated_to_nothing(path: Path) -> None:
    """Leave nothing of a file."""
    path.write_bytes(b"")


def truncated_in_half(path: Path) -> None:
    """Cut off the second half of a file."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def random_block(path: Path) -> None:
    """Overwrite as much of the middle of a file as a disk writes at once."""
    content = bytearray(path.read_bytes())
    size = min(BLOCK, max(1, len(content) // 2))
    at = (len(content) - size) // 2
    content[at : at + size] = random.Random(path.suffix).randbytes(size)
    path.write_bytes(content)


def deleted(path: Path) -> None:
    """Delete a file."""
    path.unlink()


def replaced_by_text(path: Path) -> None:
    """Put something else in the place of a file."""
    path.write_text("This is no part of an index. " * 200)


DAMAGES = (truncated_to_nothing, truncated_in_half, random_block, deleted, replaced_by_text)


class DamageTrial:
    """An index that is damaged again and again, and what it answers."""

    def __init__(self, scratch: Path, model: Path) -> None:
        self._documents = scratch / "documents"
        self._whole = scratch / "whole"
        self._index = scratch / "index"
        self._model = str(model)
        self._documents.mkdir(parents=True)
        for number in range(ARTICLES):
            (self._documents / f"{number}.txt").write_text(_story(number))
        self._answer = _said(self._use(self._whole, sync=True)["answer"])
        assert self._answer is not None, "the undamaged index does not answer the question"

    def files(self) -> list[Path]:
        """Return the files of the index that are not empty, as paths in its folder."""
        files = [path for path in self._whole.glob("v*/**/*") if path.is_file()]
        kept = [path for path in files if not any(path.match(name) for name in IN_USE)]
        return sorted(path.relative_to(self._whole) for path in kept if path.stat().st_size)

    def damage(self, path: Path, damage: Callable[[Path], None]) -> Outcome:
        """Damage a file, ask, sync, and rebuild where the sync says so."""
        shutil.rmtree(self._index, ignore_errors=True)
        shutil.copytree(self._whole, self._index)
        damage(self._index / path)
        part = path.parts[1]
        result, complaint = self._use_damaged(part)
        campaign = CAMPAIGNS.get(part, "damage to other files of the index")
        name = f"{Path(*path.parts[1:])} {damage.__name__.replace('_', ' ')}"
        return Outcome(campaign, name, "lost" if complaint else result, complaint)

    def _use_damaged(self, part: str) -> tuple[str, str]:
        """Return how it went on, and what is wrong with that."""
        asked = self._use(self._index)
        if complaint := self._wrong(asked, part):
            return "", f"asking: {complaint}"
        synced = self._use(self._index, sync=True)
        if complaint := self._wrong(synced, part):
            return "", f"syncing: {complaint}"
        if "answer" in synced and synced["whole"]:
            return ("harmless" if "answer" in asked else "healed by the next sync"), ""
        if "--rebuild" not in synced.get("error", ""):
            return "", f"after a sync: {synced['damaged']}"
        rebuilt = self._use(self._index, sync=True, rebuild=True)
        if _said(rebuilt.get("answer")) != self._answer or not rebuilt["whole"]:
            return "", f"after a rebuild: {rebuilt}"
        return "named, and mended by a rebuild", ""

    def _wrong(self, told: dict[str, Any], part: str) -> str:
        """Return what is wrong with what a user was told."""
        if "answer" in told:
            return "" if _said(told["answer"]) == self._answer else "another answer than before"
        if "error" not in told:
            return str(told)
        named = part in told["error"] and "rag index" in told["error"]
        return "" if named else f"not named: {told['error']}"

    def _use(self, index: Path, *, sync: bool = False, **options: Any) -> dict[str, Any]:
        options |= {"embedder": self._model, "index_dir": index}
        ended = run_in_fork(use, self._documents, options, QUESTION, sync=sync)
        told: dict[str, Any] = ended.result or {"crashed": f"exit code {ended.status}"}
        return told


def _said(answer: dict[str, Any] | None) -> tuple[Any, Sequence[Any], Sequence[str]] | None:
    """Return what an answer says: its status, its statements with verdicts, and its quotes.

    Not compared are the passages and their scores: the graph of vectors is built by chance, and
    finds nearly all that is near, not always all.
    """
    if not answer or not answer["statements"]:
        return None
    said = [(each["text"], each["verdict"]) for each in answer["statements"]]
    return answer["status"], said, [each["cited_text"] for each in answer["citations"]]


def _story(number: int) -> str:
    """Return a document of long sentences that share few words, each a passage of its own."""
    chance = random.Random(number)
    return "".join(
        f"On day {day} the ranger counted {day * 3 + 2} eggs in the nest of heron {number}-{day}: "
        f"{' '.join(_word(chance) for _ in range(WORDS))}. "
        for day in range(SENTENCES)
    )


def _word(chance: random.Random) -> str:
    return "".join(chance.choice(part) for part in SYLLABLES)
