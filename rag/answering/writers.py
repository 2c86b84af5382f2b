"""The LLM that writes, with the rules it is given, loaded once and kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag.answering.prompts import Prompts, load_prompts
from rag.checking.checker import Checker, Opinions, load_checker
from rag.llms.specs import NONE, Limits, check_spec, load_llm

if TYPE_CHECKING:
    from llama_index.core.llms import LLM


class Writer(NamedTuple):
    """An LLM, its name in messages, what it is told, and how what it writes is checked."""

    llm: LLM
    name: str
    prompts: Prompts
    limits: Limits
    strict: bool
    opinions: Opinions


class Writers:
    """Writers by the spec of their LLM, each loaded when first asked for. Safe between threads."""

    def __init__(
        self, prompts: Path | None, checker: str | None, similarity: Callable[[str, str], float]
    ) -> None:
        """Read the prompts.

        Args:
            prompts: a file with texts of the user's own, if any.
            checker: a model for entailment, if any; loaded when first needed.
            similarity: the cosine of two texts.

        Raises:
            SettingError: the file cannot be used.
        """
        self._prompts = load_prompts(prompts)
        self._checker_name = checker
        self._similarity = similarity
        self._checker: Checker | None = None
        self._loaded: dict[tuple[str, Limits], LLM] = {}
        self._lock = threading.Lock()

    def get(self, llm: str | LLM, limits: Limits, *, strict: bool = False) -> Writer | None:
        """The writer for a spec, or for an LLM that the caller has made; None for ``none``.

        Raises:
            SettingError, MissingExtra, LLMError: it cannot be loaded.
            CheckerError: the model for entailment cannot be loaded.
        """
        if isinstance(llm, str):
            check_spec(llm)
            if llm == NONE:
                return None
            name, llm = llm, self._load(llm, limits)
        else:
            name = llm.metadata.model_name
        return Writer(llm, name, self._prompts, limits, strict, self.opinions())

    def opinions(self) -> Opinions:
        """Whom to ask about a sentence.

        Raises:
            CheckerError: the model for entailment cannot be loaded.
        """
        return Opinions(self._similarity, self._load_checker())

    def _load(self, spec: str, limits: Limits) -> LLM:
        with self._lock:
            key = (spec, limits)
            if key not in self._loaded:
                self._loaded[key] = load_llm(spec, limits)
            return self._loaded[key]

    def _load_checker(self) -> Checker | None:
        with self._lock:
            if self._checker is None and self._checker_name:
                self._checker = load_checker(self._checker_name)
            return self._checker
