"""The settings, from the environment or a ``.env`` file, prefix ``RAG_``.

Each setting has a keyword of the same name in :func:`rag.open`, and the common ones a command
line flag. ``python -m docs.generate`` prints them as the table in docs/settings.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag.errors import SettingError

DEFAULT_EMBEDDER = "all-MiniLM-L6-v2"
INDEX_FOLDER = ".footnote"  # inside the corpus folder; hidden, so that a scan skips it

MEGABYTE = 1_000_000  # bytes


class Settings(BaseSettings):
    """The settings with their defaults."""

    model_config = SettingsConfigDict(
        env_prefix="RAG_", env_file=".env", extra="ignore", validate_assignment=True
    )

    corpus: Path = Field(Path("corpus"), description="Folder of documents to answer from.")
    index_dir: Path | None = Field(
        None, description="Folder for the index; by default `.footnote` inside the corpus folder."
    )
    embedder: str = Field(
        DEFAULT_EMBEDDER,
        description="The bundled model, or the path or name of any sentence-transformers model.",
    )
    cache_dir: Path | None = Field(
        None,
        description="Folder for the exported embedding model, which loads fast; by default the "
        "user's cache folder.",
    )
    chroma_url: str | None = Field(
        None,
        description="A Chroma server that holds the index for several machines, as "
        "`http://HOST:8000` or `https://HOST`; without one a folder holds it.",
    )
    chroma_name: str = Field(
        "footnote",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$",
        description="Name of the corpus on that server.",
    )
    chroma_token: str | None = Field(None, repr=False, description="Token for the server.")
    chroma_tenant: str = Field("default_tenant", description="Tenant on the server.")
    chroma_database: str = Field("default_database", description="Database on the server.")
    chroma_ca: Path | None = Field(
        None, description="File with the CA certificates of an `https` server."
    )
    ray: str | None = Field(
        None,
        description="A Ray cluster that reads and embeds documents: `local`, `auto` or "
        "`HOST:PORT`; without one this process does.",
    )
    llm: str = Field(
        "none",
        description="Who answers: `none` quotes the documents; `ollama/MODEL`, `openai/MODEL`, "
        "`anthropic/MODEL`, `hf/PATH-OR-ID`, `smollm2` or `http://HOST:PORT/v1#MODEL` names "
        "an LLM.",
    )
    llms: str = Field(
        "",
        description="Further LLMs, separated by commas, that may be chosen on the page besides "
        "`RAG_LLM`.",
    )
    llm_timeout: float = Field(
        120,
        gt=0,
        description="Seconds that an LLM may take for an answer; then it is answered by quotes.",
    )
    llm_context: int | None = Field(
        None,
        ge=64,
        description="Tokens of the LLM's context; no more evidence is sent than fits. By default "
        "that of the model where it is known, and 8,192.",
    )
    steps: int = Field(
        0,
        ge=0,
        le=10,
        description="Further searches that the LLM may ask for before it answers; each takes as "
        "long as the beginning of an answer.",
    )
    mode: Literal["flag", "strict"] = Field(
        "flag",
        description="What is done with an LLM's unsupported sentences: strike them out and give "
        "the reason (`flag`), or withdraw them (`strict`).",
    )
    prompts: Path | None = Field(None, description="TOML file with your own prompts for the LLM.")
    reader: str = Field(
        "bundled",
        description="The model that reads the best passages of an English question: `bundled`, "
        "`none`, or the path or name of a sentence-transformers CrossEncoder.",
    )
    entailment: str = Field(
        "bundled",
        description="The model that judges, beside exact rules, whether a source supports an "
        "English sentence: `bundled`, `none`, or the path or name of a sentence-transformers "
        "CrossEncoder.",
    )
    top_k: int = Field(8, ge=1, le=100, description="Passages that an answer is drawn from.")
    max_file_mb: float = Field(
        40,
        gt=0,
        description="Largest file in megabytes; larger ones are refused. A long book has five.",
    )
    max_sentences: int = Field(
        100_000,
        ge=1,
        description="Most sentences and headings of a file, each of which is embedded; files with "
        "more are refused. A book of a thousand pages has 20,000.",
    )
    parse_seconds: float = Field(
        60,
        gt=0,
        description="Seconds that reading one file may take; large PDFs take ten.",
    )
    parse_mb: float = Field(
        2_000,
        ge=200,
        description="Megabytes of memory that reading one file may take, on Linux; a page of 40 MB "
        "takes one thousand.",
    )
    ocr_languages: str = Field(
        "eng",
        pattern=r"^[A-Za-z0-9_/]+(\+[A-Za-z0-9_/]+)*$",
        description="Languages that Tesseract reads scans and pictures in, as `eng+deu`; each must "
        "be installed with it.",
    )
    password_hash: str | None = Field(
        None,
        repr=False,
        description="Hash of the password for page, HTTP and MCP, as `rag password` prints it. "
        "Without one, a server that other machines reach generates a password for each run.",
    )
    session_hours: float = Field(
        12, gt=0, description="Hours after which the page asks for the password again."
    )
    hosts: str = Field(
        "",
        description="Host names of the server, separated by commas, as `footnote.example`. "
        "Requests for other names are refused, pages of these sites may call, and a password "
        "is needed.",
    )
    uploads: bool = Field(
        True, description="Whether documents can be added and removed on the page."
    )
    concurrent: int = Field(
        40, ge=1, description="Questions that the server answers at once; others wait."
    )
    waiting: int = Field(
        100,
        ge=0,
        description="Questions that may wait; further ones are refused until some are answered.",
    )
    audit: Path | None = Field(
        None,
        description="File for the audit log, a line for each question to the server; by default "
        "they go to its terminal.",
    )
    audit_text: bool = Field(False, description="Whether the audit log has the words of questions.")

    history: Literal["on", "off", "shared"] = Field(
        "on",
        description="Whether the page keeps conversations and quotes beside the index: `on`, where "
        "only this machine is served; `shared`, also for all who know the password; or `off`.",
    )
    report: Path = Field(
        Path("evals/report/report.json"),
        description="The last report of `python -m evals`, which the page shows.",
    )

    def changed(self, **changes: object) -> Settings:
        """Return a copy with some settings changed; None leaves one as it is.

        Raises:
            SettingError: a value is of the wrong kind or out of range.
        """
        copy = self.model_copy()
        with _explained():
            for name, value in changes.items():
                if value is not None:
                    setattr(copy, name, value)  # which validates it
        return copy

    @property
    def index_root(self) -> Path:
        """The folder of the index: as set, or inside the corpus folder."""
        if self.chroma_url is not None and self.index_dir is None and not self.corpus.exists():
            return self.cache_root / "copies"
        return self.index_dir or self.corpus / INDEX_FOLDER

    @property
    def cache_root(self) -> Path:
        """The folder for what can be made again: as set, or the user's cache folder."""
        from platformdirs import user_cache_path

        return self.cache_dir or user_cache_path("footnote-rag", appauthor=False)

    @property
    def max_bytes(self) -> int:
        """The size of the largest file that is read."""
        return int(self.max_file_mb * MEGABYTE)


def load_settings(**given: Any) -> Settings:
    """Return the settings in force: those given, then the environment, ``.env``, the defaults.

    Args:
        given: fields of :class:`Settings`; None leaves one to the environment or its default.

    Raises:
        SettingError: a value is of the wrong kind or out of range.
        TypeError: there is no setting of such a name.
    """
    unknown = sorted(given.keys() - Settings.model_fields)
    if unknown:
        raise TypeError(f"There is no setting {unknown[0]!r}; docs/settings.md lists them all.")
    with _explained():
        return Settings(**{name: value for name, value in given.items() if value is not None})


@contextmanager
def _explained() -> Iterator[None]:
    """Raise a SettingError that says which setting cannot have which value, and why."""
    try:
        yield
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise SettingError(
            f"Setting {name} (RAG_{name.upper()}) cannot be {first['input']!r}: {first['msg']}."
        ) from error


def settings_table() -> str:
    """Return the settings as a Markdown table: variable, default, meaning."""
    rows = ["| variable | default | what it does |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        rows.append(f"| `RAG_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)
