"""``rag.open``: settings, index and corpus, put together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from rag.corpus import Corpus
from rag.documents.loading import READERS
from rag.index.planning import OnProgress
from rag.index.scan import scan
from rag.index.upkeep import forget
from rag.settings import Given, Settings, load_settings
from rag.wiring import server_of

if TYPE_CHECKING:
    from llama_index.core.llms import LLM


def open_corpus(
    folder: str | Path | None = None,
    *,
    llm: str | LLM | None = None,
    rebuild: bool = False,
    sync: bool = True,
    may_be_empty: bool = False,
    on_progress: OnProgress | None = None,
    **settings: Unpack[Given],
) -> Corpus:
    """Open a corpus folder and bring its index in step with it.

    What is not given comes from the environment (``RAG_…``) or a ``.env`` file.

    Args:
        folder: the folder of documents; ``corpus`` by default.
        llm: who answers: ``none`` quotes, other specs name an LLM (see the README); or an
            LLM of LlamaIndex, as :func:`rag.scripted_llm` makes one for tests.
        rebuild: build the index anew; once a sync has made it whole, every other index in
            ``index_dir`` is forgotten, all text once stored included. What a server holds is
            forgotten first.
        sync: bring the index in step; without it the corpus answers from what is indexed.
        may_be_empty: a folder without documents is opened too, to be filled later.
        on_progress: called with a :class:`~rag.types.Progress` before and after each long step.
        settings: any other setting by its name, as ``index_dir``, ``embedder``, ``top_k`` or
            ``chroma_url``; the README's table says what each does. With ``chroma_url`` and
            no folder, the articles of that server are read and nothing is written.

    Raises:
        CorpusError: the folder is missing, empty, or holds nothing readable.
        SettingError: a setting has a value that cannot work.
        IndexMismatch: another version wrote the index.
        IndexDamaged: a file of the index is not as it was written.
        IndexBusy, IndexUnwritable: there is no index yet and it cannot be written.
        IndexUnreachable: the Chroma server does not answer, or refuses.
        EmbedderError: the embedding model cannot be loaded.
        TypeError: there is no setting of such a name.
    """
    unknown = sorted(settings.keys() - Settings.model_fields)
    if unknown:
        raise TypeError(f"rag.open() knows no setting {unknown[0]!r}; see the README's table.")
    chosen = load_settings(corpus=folder, llm=llm if isinstance(llm, str) else None, **settings)
    if rebuild:
        # A folder that is empty by mistake must not cost the index.
        scan(chosen.corpus, READERS, may_be_empty=may_be_empty)
        if (server := server_of(chosen)) is not None:
            forget(chosen.index_root, server)
    corpus = Corpus(chosen, None if isinstance(llm, str) else llm, rebuild=rebuild)
    if sync:
        corpus.shelf.refresh(may_be_empty=may_be_empty, on_progress=on_progress)
    return corpus
