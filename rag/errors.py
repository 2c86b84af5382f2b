"""Every error the library raises on purpose.

    RagError
    ├── InputError            what the caller gave cannot be used (exit code 2)
    │   ├── CorpusError       the folder is missing, empty or holds nothing readable
    │   ├── QuestionError     the question is empty, too long or not text
    │   ├── FilterError       a date or an outlet to filter by is invalid
    │   ├── SettingError      a setting has a value that cannot work
    │   ├── PackError         an evidence pack cannot be read or written
    │   ├── NotKept           no kept conversation and no pin has that id
    │   └── ArticleNotFound   no article has that id or path
    ├── DocumentError         one file cannot be read; the others still can
    ├── IndexFault            the index on disk cannot be used as it is
    │   ├── IndexBusy         another process is writing to it
    │   ├── IndexMismatch     another version or another embedder wrote it
    │   ├── IndexDamaged      a file of it is not as it was written
    │   ├── IndexUnwritable   the disk is full, or the folder is read-only
    │   └── IndexUnreachable  the Chroma server that holds it does not answer, or refuses
    ├── HistoryFault          conversations cannot be kept, or what is kept cannot be read
    ├── ClusterError          the Ray cluster that reads and embeds failed
    ├── EmbedderError         the embedding model cannot be loaded
    ├── LLMError              the LLM gave no answer
    │   ├── LLMUnreachable    nothing answers at its address
    │   └── LLMNotFound       its server knows no such model or address
    ├── ModelError            a reader or an entailment model cannot be loaded
    ├── MissingExtra          a part of the package is needed that is not installed
    ├── Busy                  the server answers as many questions as it can
    └── CitationError         a citation does not equal the words it cites

Each message says what is wrong, which file or setting it is about, and what to
do next; interfaces print it as it is.
"""

from __future__ import annotations


class RagError(Exception):
    """Base of all errors raised on purpose; ``str(error)`` is one sentence for the user."""


class InputError(RagError):
    """What the caller gave cannot be used."""


class CorpusError(InputError):
    """The corpus folder is missing, empty, or holds nothing readable."""


class QuestionError(InputError):
    """The question is empty, too long, or not text."""


class FilterError(InputError):
    """A date or an outlet to filter by is invalid."""


class SettingError(InputError):
    """A setting has a value that cannot work."""


class PackError(InputError):
    """A file is not an evidence pack, or cannot be written as one."""


class NotKept(InputError):
    """No kept conversation and no pin of the notebook has the given id."""


class ArticleNotFound(InputError):
    """No article of the corpus has the given id or path."""


class DocumentError(RagError):
    """One file cannot be read. A sync reports it and goes on with the others."""


class IndexFault(RagError):
    """The index on disk cannot be used as it is."""


class IndexBusy(IndexFault):
    """Another process is writing to the index."""


class IndexMismatch(IndexFault):
    """The index was written by another version or with another embedder."""


class IndexDamaged(IndexFault):
    """A file of the index is not as it was written; the message says which and what repairs it."""


class IndexUnwritable(IndexFault):
    """The index cannot be written: the disk is full or the folder is read-only."""


class IndexUnreachable(IndexFault):
    """The Chroma server that holds the index does not answer, or refuses."""


class HistoryFault(RagError):
    """Conversations cannot be kept, or the file of those that are cannot be read."""


class ClusterError(RagError):
    """The Ray cluster that reads and embeds failed."""


class EmbedderError(RagError):
    """The embedding model cannot be loaded."""


class LLMError(RagError):
    """The LLM gave no answer."""


class LLMUnreachable(LLMError):
    """Nothing answers at the address of the LLM."""


class LLMNotFound(LLMError):
    """The server of the LLM knows no such model or address."""


class ModelError(RagError):
    """A reader or an entailment model cannot be loaded, or is of another kind."""


class MissingExtra(RagError):
    """A part of the package is needed that is not installed."""

    def __init__(self, extra: str, module: str | None, *, alone: str | None = None) -> None:
        """Say what to install.

        Args:
            extra: the part of this package.
            module: what is missing.
            alone: a package that is installed besides, without what it names as needed.
        """
        commands = f"pip install 'footnote-rag[{extra}]'"
        if alone:
            commands += f" && pip install --no-deps {alone}"
        super().__init__(f"This needs {module or extra}; run `{commands}` first.")


class Busy(RagError):
    """The server answers as many questions as it can, or is being stopped; ask again later."""


class CitationError(RagError):
    """A citation does not equal the words of the article that it points at."""
