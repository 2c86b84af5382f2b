"""Files of an index that are damaged: it is noticed and named, and it can be mended.

Who asks gets the answer of before or a sentence that names what is damaged; the next sync mends
it, or says that a rebuild does. What counts as bad is a crash, a hang, another answer, or an
index that a rebuild does not mend.
"""

from __future__ import annotations

import copy
import random
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.campaigns.crashes.damages import DAMAGES
from tests.campaigns.crashes.forked import Forks, forks
from tests.campaigns.outcomes import Outcome

CAMPAIGNS = {
    "catalog.sqlite": "damage to the catalog",
    "chroma": "damage to Chroma's files",
    "lexical": "damage to tantivy's files",
}
ARTICLES, SENTENCES = 10, 110  # more passages than Chroma keeps without writing its graph
WORDS = 30  # of a sentence that no other has
SYLLABLES = (
    *("bra cle dor fen gri hul jas kel lom mir".split(), "do fa ga ku le mi no ra su ty".split()),
    "b d f k l m n r s t".split(),
)
QUESTION = "How many eggs did the ranger count in the nest of heron 3-7?"
KEPT = ("*.lock", "*-shm", "*-wal")  # what is there while an index is in use


def corruption(model: Path, scratch: Path) -> Iterator[Outcome]:
    """Damage each file of an index in each way, one at a time.

    Args:
        model: a small sentence-transformers model.
        scratch: an empty folder.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    with forks((str(model),), scratch) as first, forks((str(model),), scratch) as second:
        patient = Patient(first, scratch, model)
        again = patient.twin(second, scratch / "again")
        cases = [(path, damage) for path in patient.files() for damage in DAMAGES]
        with ThreadPoolExecutor(2) as threads:
            halves = threads.map(
                lambda one, part: [one.damage(*case) for case in part],
                (patient, again),
                (cases[::2], cases[1::2]),
            )
            for found in halves:
                yield from found


class Patient:
    """An index that is damaged again and again, and what it answers."""

    def __init__(self, process: Forks, scratch: Path, model: Path) -> None:
        self._process = process
        self._documents = scratch / "documents"
        self._whole = scratch / "whole"
        self._index = scratch / "index"
        self._options = {"embedder": str(model)}
        self._documents.mkdir()
        for number in range(ARTICLES):
            (self._documents / f"{number}.txt").write_text(_story(number))
        self._index = self._whole
        self.answer = _said(self._use(sync=True)["answer"])
        if self.answer is None:
            raise AssertionError("the whole index gives no answer to be kept")
        self._index = scratch / "index"

    def twin(self, process: Forks, index: Path) -> Patient:
        """The same index to be damaged at another place, by another process."""
        other = copy.copy(self)
        other._process, other._index = process, index
        return other

    def files(self) -> list[Path]:
        """The files of the index, as paths in its folder."""
        files = [path for path in self._whole.glob("v*/**/*") if path.is_file()]
        kept = [path for path in files if not any(path.match(name) for name in KEPT)]
        return sorted(path.relative_to(self._whole) for path in kept if path.stat().st_size)

    def damage(self, path: Path, damage: Callable[[Path], None]) -> Outcome:
        """Damage a file, ask, sync, and rebuild where the sync says so."""
        shutil.rmtree(self._index, ignore_errors=True)
        shutil.copytree(self._whole, self._index)
        damage(self._index / path)
        part = path.parts[1]
        name = f"{Path(*path.parts[1:])} {damage.__name__.replace('_', ' ')}"
        result, complaint = self._course(part)
        campaign = CAMPAIGNS.get(part, "damage to other files of the index")
        return Outcome(campaign, name, "lost" if complaint else result, not complaint, complaint)

    def _course(self, part: str) -> tuple[str, str]:
        """How it goes on, and what is wrong with that."""
        asked = self._use()
        if complaint := self._wrong(asked, part):
            return "", f"asking: {complaint}"
        synced = self._use(sync=True)
        if complaint := self._wrong(synced, part):
            return "", f"syncing: {complaint}"
        if "answer" in synced and synced["whole"]:
            return ("harmless" if "answer" in asked else "healed by the next sync"), ""
        if "--rebuild" not in synced.get("error", ""):
            return "", f"after a sync: {synced['damaged']}"
        rebuilt = self._use(sync=True, rebuild=True)
        if _said(rebuilt.get("answer")) != self.answer or not rebuilt["whole"]:
            return "", f"after a rebuild: {rebuilt}"
        return "named, and mended by a rebuild", ""

    def _wrong(self, told: dict[str, Any], part: str) -> str:
        """What is wrong with what a user was told."""
        if "answer" in told:
            return "" if _said(told["answer"]) == self.answer else "another answer than before"
        if "error" not in told:
            return str(told)
        named = part in told["error"] and "rag index" in told["error"]
        return "" if named else f"not named: {told['error']}"

    def _use(self, *, sync: bool = False, **options: Any) -> dict[str, Any]:
        found = self._process.ask(
            "use",
            folder=str(self._documents),
            options=self._options | {"index_dir": str(self._index)} | options,
            question=QUESTION,
            sync=sync,
        )
        told: dict[str, Any] = found["said"] or {"crashed": f"exit code {found['status']}"}
        return told


def _said(answer: dict[str, Any] | None) -> tuple[Any, ...] | None:
    """What an answer says: its status, its statements with their verdicts, and what they cite.

    Not compared are the passages and their scores: the graph of vectors is built by chance, and
    finds nearly all that is near, not always all.
    """
    if not answer or not answer["statements"]:
        return None
    said = [(each["text"], each["verdict"]) for each in answer["statements"]]
    return answer["status"], said, [each["cited_text"] for each in answer["citations"]]


def _story(number: int) -> str:
    """A document of long sentences that share few words, each a passage of its own."""
    chance = random.Random(number)
    return "".join(
        f"On day {day} the ranger counted {day * 3 + 2} eggs in the nest of heron {number}-{day}: "
        f"{' '.join(_word(chance) for _ in range(WORDS))}. "
        for day in range(SENTENCES)
    )


def _word(chance: random.Random) -> str:
    return "".join(chance.choice(part) for part in SYLLABLES)
