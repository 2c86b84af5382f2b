"""``rag.open``: settings, index and corpus, put together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rag.corpus import Corpus
from rag.documents.loading import READERS
from rag.index.planning import OnProgress
from rag.index.scan import scan
from rag.index.store import forget
from rag.settings import load_settings

if TYPE_CHECKING:
    from llama_index.core.llms import LLM


def open_corpus(
    folder: str | Path | None = None,
    *,
    index_dir: str | Path | None = None,
    embedder: str | None = None,
    cache_dir: str | Path | None = None,
    llm: str | LLM | None = None,
    llms: str | None = None,
    llm_timeout: float | None = None,
    llm_context: int | None = None,
    mode: Literal["flag", "strict"] | None = None,
    prompts: str | Path | None = None,
    checker: str | None = None,
    top_k: int | None = None,
    max_file_mb: float | None = None,
    report: str | Path | None = None,
    rebuild: bool = False,
    sync: bool = True,
    may_be_empty: bool = False,
    on_progress: OnProgress | None = None,
) -> Corpus:
    """Open a corpus folder and bring its index in step with it.

    What is not given comes from the environment (``RAG_…``) or a ``.env`` file.

    Args:
        folder: the folder of documents; ``corpus`` by default.
        index_dir: the folder of the index; ``.footnote`` inside ``folder`` by default.
        embedder: the bundled model, or the path or name of a sentence-transformers model.
        cache_dir: the folder for the copy of the model that starts fast; by default the user's.
        llm: who answers: ``none`` quotes, other specs name an LLM (see the README); or an
            LLM of LlamaIndex, as :func:`rag.scripted_llm` makes one for tests.
        llms: specs of further LLMs, separated by commas, that may be chosen on the page.
        llm_timeout: seconds that an LLM may take for an answer.
        llm_context: tokens that the LLM can hold.
        mode: whether an LLM's sentences that the articles do not support are flagged
            (``flag``) or withdrawn (``strict``).
        prompts: a TOML file with texts of your own for what an LLM is told.
        checker: the path or name of a CrossEncoder for entailment.
        top_k: passages that an answer is drawn from.
        max_file_mb: the largest file that is read, in megabytes.
        report: the last evaluation, which the page shows.
        rebuild: forget every index in ``index_dir`` first, all text once stored included.
        sync: bring the index in step; without it the corpus answers from what is indexed.
        may_be_empty: a folder without documents is opened too, to be filled later.
        on_progress: called with a :class:`~rag.types.Progress` before and after each long step.

    Raises:
        CorpusError: the folder is missing, empty, or holds nothing readable.
        SettingError: a setting has a value that cannot work.
        IndexMismatch: another version wrote the index, or it is damaged.
        IndexBusy, IndexUnwritable: there is no index yet and it cannot be written.
        EmbedderError: the embedding model cannot be loaded.
    """
    settings = load_settings(
        corpus=folder,
        index_dir=index_dir,
        embedder=embedder,
        cache_dir=cache_dir,
        llm=llm if isinstance(llm, str) else None,
        llms=llms,
        llm_timeout=llm_timeout,
        llm_context=llm_context,
        mode=mode,
        prompts=prompts,
        checker=checker,
        top_k=top_k,
        max_file_mb=max_file_mb,
        report=report,
    )
    if rebuild:
        # A folder that is empty by mistake must not cost the index.
        scan(settings.corpus, READERS, may_be_empty=may_be_empty)
        forget(settings.index_root)
    corpus = Corpus(settings, None if isinstance(llm, str) else llm)
    if sync:
        corpus.shelf.refresh(may_be_empty=may_be_empty, on_progress=on_progress)
    return corpus
